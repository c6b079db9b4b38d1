"""Reading a scenario file: text to a checked `Scenario`, or every mistake in it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from countermove.errors import Issue, ScenarioError
from countermove.scenario.actors import ReadingContext, one_of_names, read_patron, read_side, read_third_party
from countermove.scenario.borrow import Lender
from countermove.scenario.first_day import read_opening, read_parameters
from countermove.scenario.game_table import read_table
from countermove.scenario.keys import text_keys
from countermove.scenario.ladder import STANDARD, numbers_of
from countermove.scenario.misplaced import put_in_place
from countermove.scenario.names import Scope
from countermove.scenario.numbers import NumberReader
from countermove.scenario.places import by_name, locate, override
from countermove.scenario.plans import PlanReader, owner_of
from countermove.scenario.schema import Clock, Home, MonthSettings, Patron, Scenario, Side, Source, ThirdParty, rival_of
from countermove.scenario.tree import Entries, Issues, Items, Mark, Node, Scalar, Stop, load, parse
from countermove.scenario.unsayable import BEHIND_TWO_SIDES
from countermove.world.cast import display_name
from countermove.world.words import month_text

NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})
MAX_CHAIN = 8
MAX_SIDES = 8
MAX_PATRONS = 12
MAX_READERS = 12


@dataclass
class ReadResult:
    """What came of reading one file: the scenario unless there were mistakes, and what `check` warns of."""

    issues: tuple[Issue, ...] = ()
    scenario: Scenario | None = None
    unsourced: tuple[tuple[Mark, str], ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=dict[str, Mark])  # dotted path -> where it is written
    used_sources: frozenset[str] = frozenset()


def read(source: str | Path, *, overrides: Mapping[str, str] = NO_OVERRIDES) -> Scenario:
    """The scenario in a file, or of a name such as "donbas-2017"; raises ScenarioError with every mistake and its position.

    `overrides` maps dotted paths to YAML text, such as {"patrons.moscow.stake-ratio": "2"}: they are checked like the file. They may write
    what it leaves unwritten, but a patron, side, strategy, source, theory or other name that is not there is refused.
    """
    return _scenario(examine(source, overrides=overrides))


def read_text(
    text: str, *, file: str = "scenario.yaml", folder: Path | None = None, overrides: Mapping[str, str] = NO_OVERRIDES
) -> Scenario:
    """As `read`, from text; `like` and the record are looked up in `folder` and then among those that ship."""
    return _scenario(examine_text(text, file=file, folder=folder, overrides=overrides))


def _scenario(reading: ReadResult) -> Scenario:
    if reading.scenario is None:
        raise ScenarioError(reading.issues)
    return reading.scenario


def examine(source: str | Path, *, overrides: Mapping[str, str] = NO_OVERRIDES, chain: tuple[Path, ...] = ()) -> ReadResult:
    """Read a file without raising: the mistakes are in the answer. `chain` are the files that borrow from this one."""
    issues = Issues()
    try:
        path = locate(source, "scenarios", ".yaml", issues)
        text = load(path, issues)
    except Stop:
        return ReadResult(tuple(issues.found))
    return _examined(text, str(path), path.parent, overrides, issues, (*chain, path.resolve()))


def examine_text(text: str, *, file: str, folder: Path | None = None, overrides: Mapping[str, str] = NO_OVERRIDES) -> ReadResult:
    """As `examine`, from text."""
    return _examined(text, file, folder, overrides, Issues(), ())


def _examined(
    text: str, file: str, folder: Path | None, overrides: Mapping[str, str], issues: Issues, chain: tuple[Path, ...]
) -> ReadResult:
    reader = NumberReader(issues)
    scenario, root = None, None
    try:
        root = override(parse(text, file, issues), overrides, issues)
        scenario = _Reader(reader, folder, chain).scenario(root)
    except Stop:
        scenario = None
    mistakes = tuple(sorted(issues.found, key=lambda issue: (issue.file, issue.line, issue.column)))
    marks = {} if root is None else _marks(root)
    return ReadResult(mistakes, None if mistakes else scenario, tuple(reader.unsourced), marks, frozenset(reader.used))


def _marks(root: Node, depth: int = 7) -> dict[str, Mark]:
    """Where each entry near the top is written, by dotted path; items of lists by their place."""
    marks: dict[str, Mark] = {}
    if depth == 0 or isinstance(root, Scalar):
        return marks
    pairs = (
        [(key.text, key.mark, node) for key, node in root.entries]
        if isinstance(root, Entries)
        else [(str(place), node.mark, node) for place, node in enumerate(root.items)]
    )
    for name, mark, node in pairs:
        marks[name] = mark
        marks.update({f"{name}.{rest}": at for rest, at in _marks(node, depth - 1).items()})
    return marks


class _Reader:
    """Reads the sections in the order in which they need each other."""

    def __init__(self, reader: NumberReader, folder: Path | None, chain: tuple[Path, ...]) -> None:
        self.reader = reader
        self.folder = folder
        self.chain = chain

    def scenario(self, root: Node) -> Scenario | None:
        reader = self.reader
        root = put_in_place(root, reader)
        top = reader.section(root, "scenario")
        if not isinstance(root, Entries):
            return None
        name = self.name(top.get("scenario"), "a scenario's name")
        like = self.name(top["like"], "a scenario's name") if "like" in top else None
        base = self.base(top["like"], like) if like else None
        borrowed_from = self.name(top["borrowed-from"], "a scenario's name") if "borrowed-from" in top else None
        self.unread(root, top, base is None and "like" in top)
        clock, known = self.clock(top.get("clock"))
        sources = {key.text: self.source(node) for key, node in reader.named(top.get("sources"), "sources", 1000)}
        reader.sources = set(sources)
        context, sides, patrons, parties = self.actors(top, ReadingContext(reader, clock, known=known), base)
        opening = read_opening(context, top)
        context.territory = opening.territory
        parameters = read_parameters(context, top.get("parameters"))
        plans = self.plans(context, sides, patrons, parties)
        objective = plans.objective(top["objective"]) if "objective" in top else None
        strategies = plans.each(top.get("strategies"), "strategies", 60, plans.strategy)
        contingencies = plans.each(top.get("contingencies"), "contingencies", 60, plans.contingency)
        claims = plans.each(top.get("claims"), "claims", 200, plans.claim)
        readers = plans.each(top.get("readers"), "readers", MAX_READERS, plans.reader)
        settings = self.settings(top.get("settings"))
        record = self.name(top["record"], "a record's name") if "record" in top else None
        table = read_table(context, top.get("table"), (*sides, *patrons), parties)
        title, says = reader.text(top.get("title"), "a title", 500), reader.text(top.get("says"), "says")
        if reader.issues.found or not sides or not patrons:
            return None
        return Scenario(
            scenario=name,
            title=title,
            says=says,
            like=like or borrowed_from,
            clock=clock,
            sources={**({} if context.lender is None else context.lender.sources), **sources},
            sides=sides,
            patrons=patrons,
            third_parties=parties,
            opening=opening,
            settings=settings,
            parameters=parameters,
            objective=objective,
            strategies=strategies,
            contingencies=contingencies,
            claims=claims,
            readers=readers,
            record=record,
            table=table,
            home=Home(None if self.folder is None else self.folder.resolve()),
        )

    def unread(self, root: Node, top: Mapping[str, Node], unborrowed: bool) -> None:
        """Say which names nobody knows: a section that is not there may be what an unknown key was meant for, or lie in an unread file."""
        sections = {"sources": "sources", "sides": "actor", "patrons": "actor", "third-parties": "theatre", "objective": "owner"}
        if self.reader.unsure(root):
            self.reader.unread |= {kind for section, kind in sections.items() if section not in top}
        if unborrowed or (self.reader.unsure(root) and "like" not in top):
            self.reader.unread.add("borrowed")

    # --- the head -----------------------------------------------------------------------------------------------------

    def name(self, node: Node | None, noun: str) -> str:
        if node is None:
            return ""
        text = self.reader.text(node, noun, 80)
        if text and isinstance(node, Scalar):
            if "/" in text or "\\" in text or ".." in text:
                self.reader.refuse(
                    node, f'"{text}" is a path', "a name: other files are found in the same folder, or ship with countermove"
                )
                return ""
            before = len(self.reader.issues.found)
            self.reader.check_name(node)
            return text if len(self.reader.issues.found) == before else ""
        return ""

    def base(self, node: Node, like: str) -> Scenario | None:
        reader = self.reader
        path = by_name(like, "scenarios", ".yaml", self.folder)
        if path is None:
            reader.refuse(
                node, f'there is no scenario "{like}"', "a scenario in the same folder, or one that ships with countermove"
            )
            return None
        if path.resolve() in self.chain:
            chain = " → ".join([link.stem for link in self.chain] + [like])
            reader.refuse(node, f"a circle of borrowing: {chain}", "a scenario that does not borrow from this one")
            return None
        if len(self.chain) >= MAX_CHAIN:
            reader.refuse(node, "a long chain of borrowing", f"at most {MAX_CHAIN} scenarios")
            return None
        reading = examine(path, chain=self.chain)
        if reading.scenario is None:
            first = reading.issues[0] if reading.issues else ""
            reader.refuse(node, f'"{like}" has mistakes of its own; the first is {first}', "a scenario that reads without errors")
        return reading.scenario

    def clock(self, node: Node | None) -> tuple[Clock, tuple[bool, bool]]:
        """The clock, and whether its first and its last month could be read."""
        reader = self.reader
        entries = {} if node is None else reader.section(node, "clock")
        start = reader.month(entries["start"]) if "start" in entries else 0
        months = reader.integer(entries["months"], (1, 600), 60) if "months" in entries else 60
        begins = start > 0 and not reader.wrong(entries.get("start"))
        told = begins, begins and "months" in entries and not reader.wrong(entries["months"])
        start = start or 24204
        known = (reader.month(entries["known-until"]) if "known-until" in entries else 0) or start - 1
        if known > start + months - 1 and told[1]:
            message = f"known-until {month_text(known)} is after the end of the clock"
            last = f"a month up to {month_text(start + months - 1)}"
            reader.unknown_name("month", "outside", entries["known-until"], message, last)
        return Clock(start=start, months=months, known_until=known), told

    def source(self, node: Node) -> Source:
        reader = self.reader
        entries = reader.section(node, "source")
        year = reader.integer(entries["year"], (1, 2999), 1) if "year" in entries else None
        texts = {key: reader.text(entries.get(key), key) for key in text_keys("source")}
        return Source(year=year, **texts)

    def settings(self, node: Node | None) -> MonthSettings:
        if node is None:
            return MonthSettings()
        entries = self.reader.section(node, "settings")
        if "order" not in entries:
            return MonthSettings()
        orders = ("owner-first", "rival-first", "simultaneous")
        return MonthSettings.model_validate({"order": self.reader.word(entries["order"], orders, "order", "owner-first")})

    # --- the actors ---------------------------------------------------------------------------------------------------

    def actors(
        self, top: Mapping[str, Node], context: ReadingContext, base: Scenario | None
    ) -> tuple[ReadingContext, dict[str, Side], dict[str, Patron], dict[str, ThirdParty]]:
        reader = self.reader
        side_entries = list(reader.named(top.get("sides"), "sides", MAX_SIDES))
        patron_entries = list(reader.named(top.get("patrons"), "patrons", MAX_PATRONS))
        side_nodes, patron_nodes = ({key.text: node for key, node in entries} for entries in (side_entries, patron_entries))
        party_nodes = {key.text: node for key, node in reader.named(top.get("third-parties"), "third parties", 20)}
        if "third parties" in reader.unread:
            reader.unread.add("theatre")
        self.distinct(top)
        if isinstance(top.get("sides"), Entries) and len(side_nodes) < 2:
            reader.refuse(top["sides"], f"{len(side_nodes)} side{'' if len(side_nodes) == 1 else 's'}", "two sides or more")
        if isinstance(top.get("patrons"), Entries) and not patron_nodes:
            reader.refuse(top["patrons"], "no patrons", "one patron or more")
        if reader.unread & {"sides", "patrons"}:
            reader.unread.add("actor")
        context.sides, context.decided = tuple(side_nodes), "objective" in top
        supports = {name: self.supports(node, context.sides) for name, node in patron_nodes.items()}
        context.supports = supports
        context.owner = owner_of(context, top.get("objective"), patron_nodes, borrows=base is not None)
        if base is not None:
            context.lender = Lender(base, context.sides, supports, context.owner)
        sides = {name: read_side(context, node, name) for name, node in side_nodes.items()}
        patrons = {name: read_patron(context, node, name, supports[name]) for name, node in patron_nodes.items()}
        reader.told_apart([*side_entries, *patron_entries], display_name)
        return context, sides, patrons, {name: read_third_party(context, node) for name, node in party_nodes.items()}

    def distinct(self, top: Mapping[str, Node]) -> None:
        """A name is one actor: expressions say moscow.rung, not patrons.moscow.rung."""
        seen: dict[str, str] = {}
        for section in ("sides", "patrons", "third-parties"):
            node = top.get(section)
            for key, _ in node.entries if isinstance(node, Entries) else ():
                if key.coined:
                    continue  # refused as a name that is not there
                if key.text in seen:
                    self.reader.refuse(key, f'"{key.text}" is already one of the {seen[key.text]}', "another name")
                seen.setdefault(key.text, section)

    def supports(self, node: Node, sides: tuple[str, ...]) -> str:
        written = node.get("supports") if isinstance(node, Entries) else None
        if written is None or not sides:
            return sides[0] if sides else ""
        if isinstance(written, Items) and len(written.items) > 1:
            self.reader.refuse(written, "one patron cannot stand behind several sides", BEHIND_TWO_SIDES)
            return sides[0]
        return one_of_names(self.reader, written, sides, "one of the sides")

    def plans(
        self, context: ReadingContext, sides: dict[str, Side], patrons: dict[str, Patron], parties: dict[str, ThirdParty]
    ) -> PlanReader:
        ladders = {name: numbers_of(patron.ladder) for name, patron in patrons.items()}
        if "owner" in self.reader.unread:
            self.reader.unread |= {"theories", f"rungs of {context.owner}"}
        theatres = tuple(party.theatre for party in parties.values() if party.theatre)
        scope = Scope(tuple(sides), tuple(patrons), context.owner, ladders, theatres, context.territory)
        ladder = patrons[context.owner].ladder if context.owner in patrons else STANDARD
        rival = rival_of({name: patron.supports for name, patron in patrons.items()}, context.owner)
        theories = {name: one.weight for name, one in patrons[rival].theories.items()} if rival else dict[str, float]()
        return PlanReader(context, scope, ladder, rival, theories)
