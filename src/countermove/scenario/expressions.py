"""Expressions: text to a typed tree. Every name is checked against the table of observables and the actors of the scenario."""

from __future__ import annotations

from typing import Any, Literal, cast

from lark import Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from countermove.scenario.bounds import impossible_comparison, span
from countermove.scenario.expression_mistakes import unexpected
from countermove.scenario.grammar import parser
from countermove.scenario.names import MAX_BACK, ExpressionText, NameResolver, Scope, Use, start
from countermove.scenario.node_reader import MOST, NodeReader, listed
from countermove.scenario.tree import Node, Scalar
from countermove.spelling import closest
from countermove.world.expression import Apply, Constant, Expression, Query, Type, constant_of, depth, reach

MAX_LENGTH = 1000
MAX_DEPTH = 40
QUERIES = ("share", "P", "slope", "mean")
FUNCTIONS = ("min", "max", "abs")
_OTHER_WORDS = {"p": "P", "pr": "P", "prob": "P", "probability": "P", "average": "mean", "avg": "mean", "fraction": "share"}
_TRUE_FALSE = ("boolean", "event")


def read_expression(reader: NodeReader, node: Node, scope: Scope, use: Use) -> Expression:
    """The condition written at `node`; `use` says whether the truth and the future may be read (claims) or not (rules)."""
    nothing = Constant(1.0, "boolean")
    text = reader.text(node, "a condition", expected="a condition such as moscow.rung >= 8")
    if not isinstance(node, Scalar) or not text or reader.wrong(node):
        return nothing
    if len(text) > MAX_LENGTH:
        reader.refuse(node, f"an expression of {len(text)} characters", f"at most {MAX_LENGTH}")
        return nothing
    builder = _ExpressionBuilder(reader, node, scope, use)
    tree = builder.parse(text)
    if tree is None:
        return nothing
    return builder.whole(tree) or nothing


class _ExpressionBuilder:
    """Turns lark's tree into a typed one. A branch that is wrong becomes None, which silences what follows from it."""

    def __init__(self, reader: NodeReader, node: Scalar, scope: Scope, use: Use) -> None:
        self.reader = reader
        self.node = node
        self.use: Use = use
        self.inside = False  # inside a query
        written = ExpressionText(reader, node)
        self.names = NameResolver(written, scope, use)
        self.refuse = written.refuse

    def parse(self, text: str) -> Tree[Token] | None:
        try:
            return cast("Tree[Token]", parser().parse(text))
        except UnexpectedToken as error:
            token = cast(Any, error.token)
            at = len(text) if token.type == "$END" else token.start_pos or 0
            wrong = unexpected(text, at, error.accepts or error.expected)
        except UnexpectedCharacters as error:
            wrong = unexpected(text, cast(Any, error).pos_in_stream, ())
        self.refuse(wrong.at, wrong.message, wrong.expected, wrong.suggestion)
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
            return self.names.name(branch, self.inside)
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
        value = self.reader.finite(token)
        if value is None:
            self.refuse(start(token), f'"{token[:40]}" is not a number', "a finite number in decimals, such as 0.5")
            return None
        return self.settled(Constant(value), token)

    def settled(self, built: Expression | None, branch: Tree[Token] | Token) -> Expression | None:
        """What was built, unless its value is known and is larger than any number of a file may be."""
        value = None if built is None else constant_of(built)
        if value is not None and not abs(value) <= MOST:
            self.refuse(start(branch), f"{self.quote(branch)} is out of range", f"at most {MOST:g} in size")
            return None
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
            self.refuse(start(branch), f"{self.quote(branch)} is true or false", "a number")
            return None
        if wanted == "boolean" and built.type == "number":
            self.refuse(start(branch), f"{self.quote(branch)} is a number", f"true or false: {self.quote(branch)[1:-1]} > 0, say")
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
        if sign == "/" and second is not None and span(second).low == 0 == span(second).high:  # also 1 - 1
            self.refuse(start(right), "a division by zero", "another divisor")
            return None
        return self.settled(self.applied(str(sign), [first, second], "number"), branch)

    def compared(self, branch: Tree[Token]) -> Expression | None:
        left, sign, right = branch.children
        before, self.names.ladder = self.names.ladder, self.names.rungs_beside((left, right))
        first, second = self.build(left), self.build(right)
        self.names.ladder = before
        if first is None or second is None:
            return None
        kinds = {"boolean" if side.type in _TRUE_FALSE else "number" for side in (first, second)}
        if len(kinds) == 2:
            which, other = (left, "true or false") if first.type in _TRUE_FALSE else (right, "true or false")
            self.refuse(start(which), f"{self.quote(which)} is {other}", "a number, as on the other side of the comparison")
            return None
        if kinds == {"boolean"} and sign not in ("==", "!="):
            self.refuse(start(cast(Token, sign)), f'"{sign}" between things that are true or false', "== or !=")
            return None
        wrong = impossible_comparison(str(sign), first, second, (self.quote(left), self.quote(right)))
        if wrong is not None:
            self.refuse(start((left, right)[wrong.place]), wrong.message, wrong.expected, wrong.suggestion)
            return None
        return Apply(str(sign), (first, second), "boolean")

    def within(self, branch: Tree[Token]) -> Expression | None:
        event = self.typed(branch.children[0], "boolean")
        token = cast(Token, branch.children[1])
        months, most = float(token), MAX_BACK[self.use]
        if months != int(months) or not 0 <= months <= most:
            self.refuse(start(token), f"within {token}", f"a whole number of months from 0 to {most}")
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
            other = _OTHER_WORDS.get(name.lower(), "")
            near = other if other in known else closest(str(name), known)
            self.refuse(start(name), f'"{name}" is not a function', listed(known), near)
            return None
        if given is not None:
            self.refuse(start(given), f"a bar inside {name}", "a bar only in share, P and mean")
            return None
        if (name == "abs") != (len(arguments) == 1) or len(arguments) > 20:
            self.refuse(start(name), f"{name} of {len(arguments)}", "one number" if name == "abs" else "two numbers or more")
            return None
        return self.applied(str(name), [self.typed(argument, "number") for argument in arguments], "number")

    def query(self, name: Token, arguments: list[Any], given: Any) -> Expression | None:
        if self.use == "rule":
            self.refuse(
                start(name), f"{name}(…) is a statistic over months and runs", "what is observed in one month; statistics in claims"
            )
            return None
        if self.inside:
            self.refuse(start(name), f"{name}(…) inside another statistic", "statistics side by side")
            return None
        count = 2 if name == "slope" else 1
        if len(arguments) != count or (name == "share" and given is None):
            shape = {"share": "share(event | event)", "P": "P(event | event)", "slope": "slope(y, x)", "mean": "mean(x | event)"}[
                str(name)
            ]
            self.refuse(start(name), f"{name} of {len(arguments)}{'' if given is None else ' | 1'}", shape)
            return None
        self.inside = True
        built = [self.typed(part, "boolean") if name in ("share", "P") else self.build(part) for part in arguments]
        condition = None if given is None else self.typed(given, "boolean")
        self.inside = False
        whole = tuple(part for part in built if part is not None)
        if len(whole) < len(built) or (given is not None and condition is None):
            return None
        return Query(cast(Any, str(name)), whole, condition)


def _has_query(tree: Expression) -> bool:
    return isinstance(tree, Query) or (isinstance(tree, Apply) and any(_has_query(arg) for arg in tree.args))


def _deep(tree: Tree[Token]) -> bool:
    level: list[Any] = [tree]
    for _ in range(2 * MAX_DEPTH):
        level = [child for branch in level for child in branch.children if isinstance(child, Tree)]
        if not level:
            return False
    return True
