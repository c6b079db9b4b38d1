"""Expressions: text to a typed tree. Every name is checked against the table of observables and the actors of the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from lark import Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from countermove.scenario.form import MOST, Form, closest, listed
from countermove.scenario.grammar import TOKENS, parser
from countermove.scenario.tree import Mark, Node, Scalar
from countermove.world.expression import Apply, Constant, Expression, Name, Query, Type, constant_of, depth, name_text, reach
from countermove.world.observable import OBSERVABLES, Observable

Use = Literal["rule", "claim"]
MAX_LENGTH = 1000
MAX_DEPTH = 40
MAX_BACK = {"rule": 12, "claim": 60}
QUERIES = ("share", "P", "slope", "mean")
FUNCTIONS = ("min", "max", "abs")
_DOTTED = {("truce", "broken"): "truce-breaks", ("truce", "breaks"): "truce-breaks", ("truce", "begins"): "truce-begins"}
_TRUE_FALSE = ("boolean", "event")


def _by_kind(kind: str) -> dict[str, Observable]:
    return {row.what: row for row in OBSERVABLES if row.of == kind}


WORLD, PATRON, SIDE = _by_kind("world"), _by_kind("patron"), _by_kind("side")


@dataclass(frozen=True)
class Scope:
    """Who may be named: the actors of the scenario, their ladders and the theatres of its alliances."""

    sides: tuple[str, ...]
    patrons: tuple[str, ...]
    owner: str
    ladders: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])  # patron -> rung name -> number
    theatres: tuple[str, ...] = ()

    def rungs(self) -> dict[str, int]:
        """Rung names that mean one number, the owner's first."""
        found: dict[str, int] = {}
        for patron in (self.owner, *self.patrons):
            for name, number in self.ladders.get(patron, {}).items():
                found.setdefault(name, number)
        return found


def read_expression(form: Form, node: Node, scope: Scope, use: Use) -> Expression:
    """The condition written at `node`; `use` says whether the truth and the future may be read (claims) or not (rules)."""
    nothing = Constant(1.0, "boolean")
    text = form.text(node, "an expression")
    if not isinstance(node, Scalar) or not text.strip():
        if isinstance(node, Scalar) and text != "":
            form.refuse(node, "an empty expression", "a condition such as moscow.rung >= 8")
        return nothing
    if len(text) > MAX_LENGTH:
        form.refuse(node, f"an expression of {len(text)} characters", f"at most {MAX_LENGTH}")
        return nothing
    builder = _Builder(form, node, scope, use)
    tree = builder.parse(text)
    if tree is None:
        return nothing
    return builder.whole(tree) or nothing


class _Builder:
    """Turns lark's tree into a typed one. A branch that is wrong becomes None, which silences what follows from it."""

    def __init__(self, form: Form, node: Scalar, scope: Scope, use: Use) -> None:
        self.form = form
        self.node = node
        self.scope = scope
        self.use: Use = use
        self.inside = False  # inside a query
        self.ladder: Mapping[str, int] = scope.rungs()

    # --- positions and mistakes ---------------------------------------------------------------------------------------

    def refuse(self, at: int, message: str, expected: str = "", suggestion: str = "") -> None:
        mark = self.node.mark
        if self.node.exact:
            mark = Mark(mark.file, mark.line, mark.column + self.node.offset + at)
        self.form.refuse(mark, message, expected, suggestion)

    @staticmethod
    def start(branch: Tree[Token] | Token) -> int:
        if isinstance(branch, Token):
            return branch.start_pos or 0
        return 0 if branch.meta.empty else branch.meta.start_pos

    def parse(self, text: str) -> Tree[Token] | None:
        try:
            return cast("Tree[Token]", parser().parse(text))
        except UnexpectedToken as error:
            token = cast(Any, error.token)
            wanted = sorted(TOKENS.get(name, name) for name in (error.accepts or error.expected))
            if token.type == "$END":
                self.refuse(len(text.rstrip()), "the expression ends too early", listed(wanted))
            else:
                self.refuse(token.start_pos or 0, f'"{token}" is not expected here', listed(wanted))
        except UnexpectedCharacters as error:
            at: int = cast(Any, error).pos_in_stream
            character = text[at : at + 1]
            hints = {"=": "==", "&": "and", "!": "not", "—": "-", "−": "-", "≥": ">=", "≤": "<=", "≠": "!="}
            self.refuse(at, f'"{character}" is not expected here', "", hints.get(character, ""))
        except UnexpectedInput as error:
            self.refuse(error.pos_in_stream or 0, "this is not an expression")
        return None

    def whole(self, tree: Tree[Token]) -> Expression | None:
        if _deep(tree):
            self.refuse(0, "nested too deep", f"at most {MAX_DEPTH} levels")
            return None
        built = self.build(tree)
        if built is None:
            return None
        if depth(built) > MAX_DEPTH:
            self.refuse(0, "nested too deep", f"at most {MAX_DEPTH} levels")
            return None
        if built.type == "number":
            return self.refuse(0, "this is a number", "a condition, true or false, such as moscow.rung >= 8")
        if self.use == "claim" and not _has_query(built):
            self.refuse(0, "a claim about no months and no runs", "a statistic: share(… | …), P(… | …), slope(…, …), mean(…)")
            return None
        back = MAX_BACK[self.use]
        low, high = reach(built)
        if low < -back or high > (0 if self.use == "rule" else back):
            limit = f"at most {back} months back" if self.use == "rule" else f"at most {back} months back or on"
            self.refuse(0, f"this looks {-low} months back" if low < -back else f"this looks {high} months ahead", limit)
            return None
        return built

    # --- the tree -----------------------------------------------------------------------------------------------------

    def build(self, branch: Tree[Token] | Token) -> Expression | None:
        if isinstance(branch, Token):
            raise TypeError(f"a bare token {branch!r}")  # the grammar gives none
        kind = str(branch.data)
        if kind == "number":
            return self.constant(cast(Token, branch.children[0]))
        if kind == "truth":
            return Constant(1.0 if branch.children[0] == "true" else 0.0, "boolean")
        if kind in ("name", "shifted"):
            return self.name(branch)
        if kind == "call":
            return self.call(branch)
        if kind == "compared":
            return self.compared(branch)
        if kind == "windowed":
            return self.within(branch)
        if kind in ("either", "both", "inverse"):
            op = {"either": "or", "both": "and", "inverse": "not"}[kind]
            args = [self.typed(child, "boolean") for child in branch.children]
            return self.applied(op, args, "boolean")
        return self.arithmetic(branch, kind)

    def constant(self, token: Token) -> Expression | None:
        value = self.form.finite(token)
        if value is None:
            return self.refuse(self.start(token), f'"{token[:40]}" is not a number', "a finite number in decimals, such as 0.5")
        return self.settled(Constant(value), token)

    def settled(self, built: Expression | None, branch: Tree[Token] | Token) -> Expression | None:
        """What was built, unless its value is known and is larger than any number of a file may be."""
        value = None if built is None else constant_of(built)
        if value is not None and not abs(value) <= MOST:
            return self.refuse(self.start(branch), f"{self.quote(branch)} is out of range", f"at most {MOST:g} in size")
        return built

    @staticmethod
    def applied(op: str, args: list[Expression | None], type_: Type) -> Expression | None:
        whole = tuple(arg for arg in args if arg is not None)
        return Apply(op, whole, type_) if len(whole) == len(args) else None

    def typed(self, branch: Tree[Token] | Token, wanted: Literal["number", "boolean"]) -> Expression | None:
        built = self.build(branch)
        if built is None:
            return None
        if wanted == "number" and built.type in _TRUE_FALSE:
            self.refuse(self.start(branch), f"{self.quote(branch)} is true or false", "a number")
            return None
        if wanted == "boolean" and built.type == "number":
            self.refuse(
                self.start(branch), f"{self.quote(branch)} is a number", f"true or false: {self.quote(branch)[1:-1]} > 0, say"
            )
            return None
        return built

    def quote(self, branch: Tree[Token] | Token) -> str:
        if isinstance(branch, Token) or branch.meta.empty:
            return f'"{str(branch)[:60]}"'
        return f'"{self.node.text[branch.meta.start_pos : branch.meta.end_pos][:60]}"'

    def arithmetic(self, branch: Tree[Token], kind: str) -> Expression | None:
        if kind == "negated":
            inner = self.typed(branch.children[1], "number")
            if isinstance(inner, Constant):
                return Constant(-inner.value)
            return self.applied("-", [inner], "number")
        left, sign, right = branch.children
        first, second = self.typed(left, "number"), self.typed(right, "number")
        if sign == "/" and second is not None and constant_of(second) == 0:  # also 1 - 1
            return self.refuse(self.start(right), "a division by zero", "another divisor")
        return self.settled(self.applied(str(sign), [first, second], "number"), branch)

    def compared(self, branch: Tree[Token]) -> Expression | None:
        left, sign, right = branch.children
        before = self.ladder
        for child in (left, right):
            patron = self.patron_of_rung(child)
            if patron is not None:  # a rung's name means the number it has on that patron's ladder
                self.ladder = self.scope.ladders.get(patron, before)
        first, second = self.build(left), self.build(right)
        self.ladder = before
        if first is None or second is None:
            return None
        kinds = {"boolean" if side.type in _TRUE_FALSE else "number" for side in (first, second)}
        if len(kinds) == 2:
            which, other = (left, "true or false") if first.type in _TRUE_FALSE else (right, "true or false")
            self.refuse(self.start(which), f"{self.quote(which)} is {other}", "a number, as on the other side of the comparison")
            return None
        if kinds == {"boolean"} and sign not in ("==", "!="):
            self.refuse(self.start(cast(Token, sign)), f'"{sign}" between things that are true or false', "== or !=")
            return None
        return Apply(str(sign), (first, second), "boolean")

    def patron_of_rung(self, branch: Tree[Token] | Token) -> str | None:
        if isinstance(branch, Tree) and branch.data == "shifted":
            branch = branch.children[0]
        if isinstance(branch, Tree) and branch.data == "name" and len(branch.children) == 2 and branch.children[1] == "rung":
            return str(branch.children[0])
        return None

    def within(self, branch: Tree[Token]) -> Expression | None:
        event = self.typed(branch.children[0], "boolean")
        token = cast(Token, branch.children[1])
        months, most = float(token), MAX_BACK[self.use]
        if months != int(months) or not 0 <= months <= most:
            self.refuse(self.start(token), f"within {token}", f"a whole number of months from 0 to {most}")
            return None
        return self.applied("within", [event, Constant(months)], "event")

    def call(self, branch: Tree[Token]) -> Expression | None:
        name = cast(Token, branch.children[0])
        arguments = cast("Tree[Token]", branch.children[1]).children
        given = branch.children[2] if len(branch.children) > 2 else None
        if name in QUERIES:
            return self.query(name, arguments, given)
        if name not in FUNCTIONS:
            known = (*FUNCTIONS, *QUERIES) if self.use == "claim" else FUNCTIONS
            near = "P" if name == "p" and self.use == "claim" else closest(str(name), known)
            self.refuse(self.start(name), f'"{name}" is not a function', listed(known), near)
            return None
        if given is not None:
            self.refuse(self.start(given), f"a bar inside {name}", "a bar only in share, P and mean")
            return None
        if (name == "abs") != (len(arguments) == 1) or len(arguments) > 20:
            self.refuse(self.start(name), f"{name} of {len(arguments)}", "one number" if name == "abs" else "two numbers or more")
            return None
        return self.applied(str(name), [self.typed(argument, "number") for argument in arguments], "number")

    def query(self, name: Token, arguments: list[Any], given: Any) -> Expression | None:
        if self.use == "rule":
            self.refuse(
                self.start(name),
                f"{name}(…) is a statistic over months and runs",
                "what is observed in one month; statistics in claims",
            )
            return None
        if self.inside:
            self.refuse(self.start(name), f"{name}(…) inside another statistic", "statistics side by side")
            return None
        count = 2 if name == "slope" else 1
        if len(arguments) != count or (name == "share" and given is None):
            shape = {"share": "share(event | event)", "P": "P(event | event)", "slope": "slope(y, x)", "mean": "mean(x | event)"}[
                str(name)
            ]
            self.refuse(self.start(name), f"{name} of {len(arguments)}{'' if given is None else ' | 1'}", shape)
            return None
        self.inside = True
        built = [self.typed(part, "boolean") if name in ("share", "P") else self.build(part) for part in arguments]
        condition = None if given is None else self.typed(given, "boolean")
        self.inside = False
        whole = tuple(part for part in built if part is not None)
        if len(whole) < len(built) or (given is not None and condition is None):
            return None
        return Query(cast(Any, str(name)), whole, condition)

    # --- names --------------------------------------------------------------------------------------------------------

    def name(self, branch: Tree[Token]) -> Expression | None:
        shift, token = 0, None
        if branch.data == "shifted":
            token = cast(Token, branch.children[1])
            shift = int(token)
            branch = cast("Tree[Token]", branch.children[0])
        words = [str(word) for word in branch.children]
        at = self.start(branch)
        if len(words) == 1 and words[0] not in WORLD and words[0] in self.ladder:
            if token is not None:
                self.refuse(self.start(token), f'"{words[0]}" is a rung and has no months', "a rung's name alone")
                return None
            return Constant(float(self.ladder[words[0]]))
        found = self.bare(words[0], at) if len(words) == 1 else self.dotted(words[0], words[1], at, branch.children)
        if found is None:
            return None
        of, row = found
        return self.checked(Name(of, row.what, shift, row.type), row, at, at if token is None else self.start(token))

    def checked(self, name: Name, row: Observable, at: int, shift_at: int) -> Expression | None:
        if self.use == "claim" and not self.inside:
            self.refuse(at, f'"{name_text(name)}" outside a statistic', "inside share(…), P(…), slope(…) or mean(…)")
            return None
        limit = MAX_BACK[self.use]
        if abs(name.shift) > limit or (self.use == "rule" and name.shift > 0):
            wanted = f"from -{limit} to 0: a rule sees the past only" if self.use == "rule" else f"from -{limit} to +{limit}"
            self.refuse(shift_at, f"a shift of {name.shift:+d} months", wanted)
            return None
        if self.use == "rule" and row.seen == "":
            what = f"{row.doc.lower()}: the truth, readable only in claims"
            self.refuse(at, f'"{name_text(name)}" is not observed', f"a name that the owner observes ({what})")
            return None
        if self.use == "rule" and row.seen.startswith("the owner's own only") and name.of != self.scope.owner:
            self.refuse(at, f"{self.scope.owner} does not observe {name_text(name)}", f"{self.scope.owner}.{name.what}, its own")
            return None
        return name

    def bare(self, word: str, at: int) -> tuple[str, Observable] | None:
        if word in WORLD:
            return "", WORLD[word]
        actors = (*self.scope.sides, *self.scope.patrons)
        if word in actors:
            rows = PATRON if word in self.scope.patrons else SIDE
            self.refuse(at, f'"{word}" is an actor, not a quantity', f"{word}.{next(iter(rows))}, say: {listed(rows, 20)}")
            return None
        joined = self.minus(word)
        near = joined or closest(word, [*WORLD, *self.ladder])
        self.refuse(at, f'"{word}" is not a name that expressions know', "a name of the table, a rung, or actor.name", near)
        return None

    def minus(self, word: str) -> str:
        """`months-1` as `months - 1`, where that reads."""
        left, _, right = word.rpartition("-")
        return (
            f"{left} - {right}"
            if left and (left in WORLD or left in PATRON or left in SIDE) and (right.isdigit() or right in WORLD)
            else ""
        )

    def dotted(self, actor: str, what: str, at: int, tokens: list[Any]) -> tuple[str, Observable] | None:
        if (actor, what) in _DOTTED:
            return "", WORLD[_DOTTED[actor, what]]
        if actor == "incident":
            if what in self.scope.theatres:
                return what, WORLD["incident"]
            known = (
                listed(f"incident.{theatre}" for theatre in self.scope.theatres)
                or "an alliance with a theatre among the third-parties"
            )
            self.refuse(at, f'no alliance has the theatre "{what}"', known, closest(what, self.scope.theatres))
            return None
        actors = (*self.scope.patrons, *self.scope.sides)
        if actor not in actors:
            near = closest(actor, actors)
            if not near and actor in WORLD:
                self.refuse(at, f'"{actor}" is no actor', f'"{actor}" alone, or an actor: {listed(actors)}')
            else:
                self.refuse(at, f'"{actor}" is neither a side nor a patron', listed(actors), f"{near}.{what}" if near else "")
            return None
        is_patron = actor in self.scope.patrons
        own, other = (PATRON, SIDE) if is_patron else (SIDE, PATRON)
        if what in own:
            return actor, own[what]
        near = self.minus(what) or closest(what, own)
        here = self.start(tokens[1])
        if what in other:
            kinds = ("a side", "a patron") if is_patron else ("a patron", "a side")
            self.refuse(here, f'"{what}" belongs to {kinds[0]}, and {actor} is {kinds[1]}', listed(own, 20), "")
        else:
            self.refuse(here, f'{actor} has no "{what}"', listed(own, 20), f"{actor}.{near}" if near else "")
        return None


def _has_query(tree: Expression) -> bool:
    return isinstance(tree, Query) or (isinstance(tree, Apply) and any(_has_query(arg) for arg in tree.args))


def _deep(tree: Tree[Token]) -> bool:
    level: list[Any] = [tree]
    for _ in range(2 * MAX_DEPTH):
        level = [child for branch in level for child in branch.children if isinstance(child, Tree)]
        if not level:
            return False
    return True
