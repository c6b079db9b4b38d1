"""Names in expressions: who may be named, and what each actor has. Every name is checked against the table of observables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from lark import Token, Tree

from countermove.scenario.node_reader import TRUTHS, NodeReader, listed
from countermove.scenario.tree import Mark, Scalar
from countermove.spelling import closest
from countermove.world.expression import Constant, Expression, Name, name_text
from countermove.world.observable import OBSERVABLES, Observable

Use = Literal["rule", "claim"]
MAX_BACK = {"rule": 12, "claim": 60}
_DOTTED = {("truce", "broken"): "truce-breaks", ("truce", "breaks"): "truce-breaks", ("truce", "begins"): "truce-begins"}


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
    territory: bool = True  # whether a line is fought over, of which somebody holds a share

    def rungs(self) -> dict[str, int]:
        """Rung names that mean one number, the owner's first."""
        found: dict[str, int] = {}
        for patron in (self.owner, *self.patrons):
            for name, number in self.ladders.get(patron, {}).items():
                found.setdefault(name, number)
        return found


@dataclass(frozen=True)
class ExpressionText:
    """The text of an expression where it stands: mistakes in it are noted at their letters."""

    reader: NodeReader
    node: Scalar

    def mark(self, at: int) -> Mark:
        """The position of a letter of the text; that of the whole where the letters do not stand in the file one for one."""
        mark = self.node.mark
        return Mark(mark.file, mark.line, mark.column + self.node.offset + at) if self.node.exact else mark

    def refuse(self, at: int, message: str, expected: str = "", suggestion: str = "") -> None:
        """Note one mistake at a letter."""
        self.reader.refuse(self.mark(at), message, expected, suggestion)

    def unknown_name(self, kind: str, word: str, at: int, message: str, expected: str = "", suggestion: str = "") -> None:
        """Note a name that nothing bears, once."""
        self.reader.unknown_name(kind, word, self.mark(at), message, expected, suggestion)


def start(branch: Tree[Token] | Token) -> int:
    """Where in the text a branch begins."""
    if isinstance(branch, Token):
        return branch.start_pos or 0
    return 0 if branch.meta.empty else branch.meta.start_pos


def _is_rung(branch: Tree[Token]) -> bool:
    """Whether it is written `actor.rung`."""
    return branch.data == "name" and [str(word) for word in branch.children[1:]] == ["rung"]


class NameResolver:
    """Finds what a name in an expression means."""

    def __init__(self, written: ExpressionText, scope: Scope, use: Use) -> None:
        """Mistakes are noted in `written`; `ladder` holds the rungs' names that are numbers where the name stands."""
        self.written = written
        self.scope = scope
        self.use: Use = use
        self.refuse = written.refuse
        self.ladder: Mapping[str, int] = scope.rungs()

    def name(self, branch: Tree[Token], inside: bool) -> Expression | None:
        """The name at a branch of the parsed text, None after a mistake; `inside` a statistic or not."""
        shift, token = 0, None
        if branch.data == "shifted":
            token = cast(Token, branch.children[1])
            shift = int(token)
            branch = cast("Tree[Token]", branch.children[0])
        words = [str(word) for word in branch.children]
        at = start(branch)
        if len(words) == 1 and words[0] not in WORLD and words[0] in self.ladder:
            if token is not None:
                self.refuse(start(token), f'"{words[0]}" is a rung and has no months', "a rung's name alone")
                return None
            return Constant(float(self.ladder[words[0]]))
        found = self._bare(words[0], at) if len(words) == 1 else self._dotted(words[0], words[1], at, branch.children)
        if found is None:
            return None
        of, row = found
        return self._checked(Name(of, row.what, shift, row.type), row, at, at if token is None else start(token), inside)

    def rungs_beside(self, branches: tuple[Any, ...]) -> Mapping[str, int]:
        """The names of rungs in a comparison: where one side is a patron's rung, those of that patron's ladder."""
        ladder = self.ladder
        for branch in branches:
            if not isinstance(branch, Tree):
                continue
            whole = cast("Tree[Token]", branch)
            bare = cast("Tree[Token]", whole.children[0]) if whole.data == "shifted" else whole
            if _is_rung(bare):
                ladder = self.scope.ladders.get(str(bare.children[0]), ladder)
        return ladder

    def _checked(self, name: Name, row: Observable, at: int, shift_at: int, inside: bool) -> Expression | None:
        if self.use == "claim" and not inside:
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
        own = row.seen.startswith("the owner's own only") and "owner" not in self.written.reader.unread
        if self.use == "rule" and own and name.of != self.scope.owner:
            self.refuse(at, f"{self.scope.owner} does not observe {name_text(name)}", f"{self.scope.owner}.{name.what}, its own")
            return None
        return name

    def _bare(self, word: str, at: int) -> tuple[str, Observable] | None:
        if word in WORLD:
            return "", WORLD[word]
        actors = (*self.scope.sides, *self.scope.patrons)
        if word in actors:
            rows = PATRON if word in self.scope.patrons else SIDE
            self.refuse(at, f'"{word}" is an actor, not a quantity', f"{word}.{next(iter(rows))}, say: {listed(rows, 20)}")
            return None
        if "rungs" in self.written.reader.unread:
            return None  # it may be the name of a rung
        whose = listed(f"{actor}.{word}" for actor in self._who_has(word)) if word in PATRON or word in SIDE else ""
        if whose:
            self.refuse(at, f'"{word}" without its actor', whose)
            return None
        near = self._minus(word) or self._joined(word) or TRUTHS.get(word.lower(), "")
        near = near or closest(word, [*WORLD, *self.ladder, "true", "false"])
        expected = "a name of the table, a rung, or actor.name"
        self.written.unknown_name("name", word, at, f'"{word}" is not a name that expressions know', expected, near)
        return None

    def _who_has(self, what: str) -> tuple[str, ...]:
        """The actors that have this quantity; all of them where none has."""
        having = (*(self.scope.patrons if what in PATRON else ()), *(self.scope.sides if what in SIDE else ()))
        return having or (*self.scope.patrons, *self.scope.sides)

    def _joined(self, word: str) -> str:
        """`bear_rung` as `bear.rung`."""
        plain = word.lower().replace("_", "-")
        pairs = ((actor, plain.removeprefix(f"{actor}-")) for actor in (*self.scope.patrons, *self.scope.sides))
        return next(
            (f"{actor}.{what}" for actor, what in pairs if actor in self._who_has(what) and (what in PATRON or what in SIDE)), ""
        )

    def _minus(self, word: str) -> str:
        """`months-1` as `months - 1`, where that reads."""
        left, _, right = word.rpartition("-")
        return (
            f"{left} - {right}"
            if left and (left in WORLD or left in PATRON or left in SIDE) and (right.isdigit() or right in WORLD)
            else ""
        )

    def _dotted(self, actor: str, what: str, at: int, tokens: list[Any]) -> tuple[str, Observable] | None:
        if (actor, what) in _DOTTED:
            return "", WORLD[_DOTTED[actor, what]]
        if actor == "incident":
            return self._incident(what, at)
        actors = (*self.scope.patrons, *self.scope.sides)
        if actor not in actors:
            near = closest(actor, self._who_has(what))
            if not near and actor in WORLD:
                self.refuse(at, f'"{actor}" is no actor', f'"{actor}" alone, or an actor: {listed(actors)}')
                return None
            hint = f"{near}.{closest(what, (*PATRON, *SIDE)) or what}" if near else ""
            self.written.unknown_name("actor", actor, at, f'"{actor}" is neither a side nor a patron', listed(actors), hint)
            return None
        is_patron = actor in self.scope.patrons
        own, other = (PATRON, SIDE) if is_patron else (SIDE, PATRON)
        if what == "held" and not is_patron and not self.scope.territory:
            self.refuse(start(tokens[1]), f"{actor} holds no ground: the war has no front (territory: none)", "another name")
            return None
        if what in own:
            return actor, own[what]
        near = self._minus(what) or closest(what, own)
        here = start(tokens[1])
        if what in other:
            kinds = ("a side", "a patron") if is_patron else ("a patron", "a side")
            self.refuse(here, f'"{what}" belongs to {kinds[0]}, and {actor} is {kinds[1]}', listed(own, 20), "")
        else:
            self.refuse(here, f'{actor} has no "{what}"', listed(own, 20), f"{actor}.{near}" if near else "")
        return None

    def _incident(self, theatre: str, at: int) -> tuple[str, Observable] | None:
        theatres = self.scope.theatres
        if theatre in theatres:
            return theatre, WORLD["incident"]
        known = listed(f"incident.{theatre}" for theatre in theatres) or "an alliance with a theatre among the third-parties"
        near = closest(theatre, theatres)
        message = f'no alliance has the theatre "{theatre}"'
        self.written.unknown_name("theatre", theatre, at, message, known, f"incident.{near}" if near else "")
        return None
