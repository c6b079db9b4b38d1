"""Reading a scenario file: text to a checked `Scenario`, or every mistake in it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from countermove.errors import Issue, ScenarioError
from countermove.scenario.actors import Stage, one_of_names, read_patron, read_side, read_third_party
from countermove.scenario.borrow import Lender
from countermove.scenario.first_day import read_opening, read_parameters
from countermove.scenario.keys import text_keys
from countermove.scenario.ladder import STANDARD, numbers_of
from countermove.scenario.misplaced import settled
from countermove.scenario.names import Scope
from countermove.scenario.numbers import Numbers
from countermove.scenario.places import by_name, locate, override
from countermove.scenario.plans import Plans, owner_of
from countermove.scenario.schema import Clock, Home, Patron, Scenario, Settings, Side, Source, ThirdParty, rival_of
from countermove.scenario.tree import Entries, Issues, Mark, Node, Scalar, Stop, load, parse
from countermove.world.words import month_text

NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})
MAX_CHAIN = 8
MAX_SIDES = 8
MAX_PATRONS = 12
MAX_READERS = 12


@dataclass
class Reading:
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


def _scenario(reading: Reading) -> Scenario:
    if reading.scenario is None:
        raise ScenarioError(reading.issues)
    return reading.scenario


def examine(source: str | Path, *, overrides: Mapping[str, str] = NO_OVERRIDES, chain: tuple[Path, ...] = ()) -> Reading:
    """Read a file without raising: the mistakes are in the answer. `chain` are the files that borrow from this one."""
    issues = Issues()
    try:
        path = locate(source, "scenarios", ".yaml", issues)
        text = load(path, issues)
    except Stop:
        return Reading(tuple(issues.found))
    return _examined(text, str(path), path.parent, overrides, issues, (*chain, path.resolve()))


def examine_text(text: str, *, file: str, folder: Path | None = None, overrides: Mapping[str, str] = NO_OVERRIDES) -> Reading:
    """As `examine`, from text."""
    return _examined(text, file, folder, overrides, Issues(), ())


def _examined(
    text: str, file: str, folder: Path | None, overrides: Mapping[str, str], issues: Issues, chain: tuple[Path, ...]
) -> Reading:
    form = Numbers(issues)
    scenario, root = None, None
    try:
        root = override(parse(text, file, issues), overrides, issues)
        scenario = _Reader(form, folder, chain).scenario(root)
    except Stop:
        scenario = None
    found = tuple(sorted(issues.found, key=lambda issue: (issue.file, issue.line, issue.column)))
    marks = {} if root is None else _marks(root)
    return Reading(found, None if found else scenario, tuple(form.unsourced), marks, frozenset(form.used))


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

    def __init__(self, form: Numbers, folder: Path | None, chain: tuple[Path, ...]) -> None:
        self.form = form
        self.folder = folder
        self.chain = chain

    def scenario(self, root: Node) -> Scenario | None:
        form = self.form
        root = settled(root, form)
        top = form.section(root, "scenario")
        if not isinstance(root, Entries):
            return None
        name = self.name(top.get("scenario"), "a scenario's name")
        like = self.name(top["like"], "a scenario's name") if "like" in top else None
        base = self.base(top["like"], like) if like else None
        borrowed_from = self.name(top["borrowed-from"], "a scenario's name") if "borrowed-from" in top else None
        self.unread(root, top, base is None and "like" in top)
        clock, known = self.clock(top.get("clock"))
        sources = {key.text: self.source(node) for key, node in form.named(top.get("sources"), "sources", 1000)}
        form.sources = set(sources)
        stage, sides, patrons, parties = self.actors(top, Stage(form, clock, known=known), base)
        opening = read_opening(stage, top)
        stage.territory = opening.territory
        parameters = read_parameters(stage, top.get("parameters"))
        plans = self.plans(stage, sides, patrons, parties)
        objective = plans.objective(top["objective"]) if "objective" in top else None
        strategies = plans.each(top.get("strategies"), "strategies", 60, plans.strategy)
        contingencies = plans.each(top.get("contingencies"), "contingencies", 60, plans.contingency)
        claims = plans.each(top.get("claims"), "claims", 200, plans.claim)
        readers = plans.each(top.get("readers"), "readers", MAX_READERS, plans.reader)
        settings = self.settings(top.get("settings"))
        record = self.name(top["record"], "a record's name") if "record" in top else None
        title, says = form.text(top.get("title"), "a title", 500), form.text(top.get("says"), "says")
        if form.issues.found or not sides or not patrons:
            return None
        return Scenario(
            scenario=name,
            title=title,
            says=says,
            like=like or borrowed_from,
            clock=clock,
            sources={**({} if stage.lender is None else stage.lender.sources), **sources},
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
            home=Home(None if self.folder is None else self.folder.resolve()),
        )

    def unread(self, root: Node, top: Mapping[str, Node], unborrowed: bool) -> None:
        """Say which names nobody knows: a section that is not there may be what an unknown key was meant for, or lie in an unread file."""
        sections = {"sources": "sources", "sides": "actor", "patrons": "actor", "third-parties": "theatre", "objective": "owner"}
        if self.form.unsure(root):
            self.form.unread |= {kind for section, kind in sections.items() if section not in top}
        if unborrowed or (self.form.unsure(root) and "like" not in top):
            self.form.unread.add("borrowed")

    # --- the head -----------------------------------------------------------------------------------------------------

    def name(self, node: Node | None, noun: str) -> str:
        if node is None:
            return ""
        text = self.form.text(node, noun, 80)
        if text and isinstance(node, Scalar):
            if "/" in text or "\\" in text or ".." in text:
                self.form.refuse(
                    node, f'"{text}" is a path', "a name: other files are found in the same folder, or ship with countermove"
                )
                return ""
            before = len(self.form.issues.found)
            self.form.check_name(node)
            return text if len(self.form.issues.found) == before else ""
        return ""

    def base(self, node: Node, like: str) -> Scenario | None:
        form = self.form
        path = by_name(like, "scenarios", ".yaml", self.folder)
        if path is None:
            form.refuse(node, f'there is no scenario "{like}"', "a scenario in the same folder, or one that ships with countermove")
            return None
        if path.resolve() in self.chain:
            chain = " → ".join([link.stem for link in self.chain] + [like])
            form.refuse(node, f"a circle of borrowing: {chain}", "a scenario that does not borrow from this one")
            return None
        if len(self.chain) >= MAX_CHAIN:
            form.refuse(node, "a long chain of borrowing", f"at most {MAX_CHAIN} scenarios")
            return None
        reading = examine(path, chain=self.chain)
        if reading.scenario is None:
            first = reading.issues[0] if reading.issues else ""
            form.refuse(node, f'"{like}" has mistakes of its own; the first is {first}', "a scenario that reads without errors")
        return reading.scenario

    def clock(self, node: Node | None) -> tuple[Clock, tuple[bool, bool]]:
        """The clock, and whether its first and its last month could be read."""
        form = self.form
        entries = {} if node is None else form.section(node, "clock")
        start = form.month(entries["start"]) if "start" in entries else 0
        months = form.integer(entries["months"], (1, 600), 60) if "months" in entries else 60
        begins = start > 0 and not form.wrong(entries.get("start"))
        told = begins, begins and "months" in entries and not form.wrong(entries["months"])
        start = start or 24204
        known = (form.month(entries["known-until"]) if "known-until" in entries else 0) or start - 1
        if known > start + months - 1 and told[1]:
            message = f"known-until {month_text(known)} is after the end of the clock"
            last = f"a month up to {month_text(start + months - 1)}"
            form.stranger("month", "outside", entries["known-until"], message, last)
        return Clock(start=start, months=months, known_until=known), told

    def source(self, node: Node) -> Source:
        form = self.form
        entries = form.section(node, "source")
        year = form.integer(entries["year"], (1, 2999), 1) if "year" in entries else None
        texts = {key: form.text(entries.get(key), key) for key in text_keys("source")}
        return Source(year=year, **texts)

    def settings(self, node: Node | None) -> Settings:
        if node is None:
            return Settings()
        entries = self.form.section(node, "settings")
        if "order" not in entries:
            return Settings()
        orders = ("owner-first", "rival-first", "simultaneous")
        return Settings.model_validate({"order": self.form.word(entries["order"], orders, "order", "owner-first")})

    # --- the actors ---------------------------------------------------------------------------------------------------

    def actors(
        self, top: Mapping[str, Node], stage: Stage, base: Scenario | None
    ) -> tuple[Stage, dict[str, Side], dict[str, Patron], dict[str, ThirdParty]]:
        form = self.form
        side_nodes = {key.text: node for key, node in form.named(top.get("sides"), "sides", MAX_SIDES)}
        patron_nodes = {key.text: node for key, node in form.named(top.get("patrons"), "patrons", MAX_PATRONS)}
        party_nodes = {key.text: node for key, node in form.named(top.get("third-parties"), "third parties", 20)}
        if "third parties" in form.unread:
            form.unread.add("theatre")
        self.distinct(top)
        if isinstance(top.get("sides"), Entries) and len(side_nodes) < 2:
            form.refuse(top["sides"], f"{len(side_nodes)} side{'' if len(side_nodes) == 1 else 's'}", "two sides or more")
        if isinstance(top.get("patrons"), Entries) and not patron_nodes:
            form.refuse(top["patrons"], "no patrons", "one patron or more")
        if form.unread & {"sides", "patrons"}:
            form.unread.add("actor")
        stage.sides, stage.decided = tuple(side_nodes), "objective" in top
        supports = {name: self.supports(node, stage.sides) for name, node in patron_nodes.items()}
        stage.supports = supports
        stage.owner = owner_of(stage, top.get("objective"), patron_nodes, borrows=base is not None)
        if base is not None:
            stage.lender = Lender(base, stage.sides, supports, stage.owner)
        sides = {name: read_side(stage, node, name) for name, node in side_nodes.items()}
        patrons = {name: read_patron(stage, node, name, supports[name]) for name, node in patron_nodes.items()}
        return stage, sides, patrons, {name: read_third_party(stage, node) for name, node in party_nodes.items()}

    def distinct(self, top: Mapping[str, Node]) -> None:
        """A name is one actor: expressions say moscow.rung, not patrons.moscow.rung."""
        seen: dict[str, str] = {}
        for section in ("sides", "patrons", "third-parties"):
            node = top.get(section)
            for key, _ in node.entries if isinstance(node, Entries) else ():
                if key.coined:
                    continue  # refused as a name that is not there
                if key.text in seen:
                    self.form.refuse(key, f'"{key.text}" is already one of the {seen[key.text]}', "another name")
                seen.setdefault(key.text, section)

    def supports(self, node: Node, sides: tuple[str, ...]) -> str:
        written = node.get("supports") if isinstance(node, Entries) else None
        if written is None or not sides:
            return sides[0] if sides else ""
        return one_of_names(self.form, written, sides, "one of the sides")

    def plans(self, stage: Stage, sides: dict[str, Side], patrons: dict[str, Patron], parties: dict[str, ThirdParty]) -> Plans:
        ladders = {name: numbers_of(patron.ladder) for name, patron in patrons.items()}
        if "owner" in self.form.unread:
            self.form.unread |= {"theories", f"rungs of {stage.owner}"}
        theatres = tuple(party.theatre for party in parties.values() if party.theatre)
        scope = Scope(tuple(sides), tuple(patrons), stage.owner, ladders, theatres, stage.territory)
        ladder = patrons[stage.owner].ladder if stage.owner in patrons else STANDARD
        rival = rival_of({name: patron.supports for name, patron in patrons.items()}, stage.owner)
        theories = {name: one.weight for name, one in patrons[rival].theories.items()} if rival else dict[str, float]()
        return Plans(stage, scope, ladder, rival, theories)
