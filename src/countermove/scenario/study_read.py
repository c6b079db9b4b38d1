"""Reading a study file: text to a checked `StudyFile`, or every mistake in it at once, each at its line and column.

What is changed is tried on each of its wars as it is read: a value that a war refuses is a mistake of the study, at the value's own place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from countermove.errors import EvidenceError, Issue, RecordError, StudyError
from countermove.scenario.linked_files import record_of
from countermove.scenario.node_reader import NodeReader, listed
from countermove.scenario.places import by_name, is_name, shipped
from countermove.scenario.read import examine
from countermove.scenario.study_keys import CASE, STUDY
from countermove.scenario.study_schema import SAMPLED, Axis, Design, ListedCase, StudyFile, War
from countermove.scenario.study_values import SetReader, wrong_path
from countermove.scenario.tree import Entries, Issues, Mark, Node, Scalar, Stop, load, parse
from countermove.spelling import closest
from countermove.world.record import Record

DESIGNS: tuple[Design, ...] = ("grid", "latin-hypercube", "sobol", "list")
MOST_CASES = 100_000
MOST_WARS, MOST_AXES, MOST_SEEDS = 1000, 40, 10_000
MOST_DRAWS, MOST_LUCKS, LARGEST_SEED = 1 << 16, 1 << 12, 999_999_999
"""Those of a run; a test holds them to `questions/options.py`."""
A_WAR = "a file beside this one, or a war that ships"


def read_study(file: str | Path) -> StudyFile:
    """The study in a file. Raises StudyError with every mistake and its position."""
    issues, path = Issues(), Path(file)
    try:
        if not path.is_file():
            raise issues.stop(Mark(str(file)), "there is no such file", "the file of a study")
        text = load(path, issues)
    except Stop:
        raise StudyError(issues.found) from None
    return read_study_text(text, file=str(path), folder=path.parent)


def read_study_text(text: str, *, file: str = "study.yaml", folder: Path | None = None) -> StudyFile:
    """As `read_study`, from text; wars that are files lie in `folder`."""
    issues = Issues()
    found: StudyFile | None = None
    try:
        found = _StudyReader(NodeReader(issues), folder or Path()).study(parse(text, file, issues))
    except Stop:
        found = None
    if found is None or issues.found:
        raise StudyError(issues.found or [Issue(file, 0, 0, "nothing could be read")])
    return found


@dataclass
class _StudyReader:
    """Reads the sections in the order in which they need each other."""

    reader: NodeReader
    folder: Path
    wars: tuple[War, ...] = ()
    records: dict[str, Record] = field(default_factory=dict[str, Record])

    def study(self, root: Node) -> StudyFile | None:
        reader = self.reader
        top = reader.keyed(root, STUDY, "a study")
        if not isinstance(root, Entries):
            return None
        name = self._name(top.get("study"))
        self.wars = tuple(self._wars(top.get("scenarios")))
        design = self._design(top)
        sets = SetReader(reader, self.wars)
        axes = sets.axes(top.get("set"), design) if design != "list" else ()
        codings = tuple(self._codings(top.get("codings")))
        listed_cases = self._cases(top.get("cases"), sets, codings) if design == "list" else ()
        found = StudyFile(
            study=name,
            wars=self.wars,
            title=reader.text(top.get("title"), "a title", 200),
            says=reader.text(top.get("says"), "says"),
            axes=axes,
            strategies=self._of_wars(top.get("strategies"), "strategy"),
            theories=self._of_wars(top.get("theories"), "theory"),
            codings=codings,
            seeds=self._seeds(top.get("seeds")),
            draws=reader.integer(top["draws"], (1, MOST_DRAWS), 1) if "draws" in top else None,
            lucks=reader.integer(top["lucks"], (1, MOST_LUCKS), 16) if "lucks" in top else 16,
            quick=reader.boolean(top["quick"]) if "quick" in top else True,
            design=design,
            cases=self._points(top, design, axes),
            listed=listed_cases,
            seed=reader.integer(top["seed"], (0, LARGEST_SEED), 0) if "seed" in top else 0,
        )
        self._count(root, found)
        return found

    def _name(self, node: Node | None) -> str:
        text = self.reader.text(node, "a study's name", 60)
        return self.reader.check_name(node).text if text and isinstance(node, Scalar) else ""

    # --- wars -----------------------------------------------------------------------------------------------------------

    def _wars(self, node: Node | None) -> Iterator[War]:
        reader, seen, names = self.reader, set[Path](), set[str]()
        for item in reader.items(node, "scenarios", MOST_WARS):
            text = reader.text(item, "a scenario", 1000)
            path = self._file(item, text) if text else None
            if path is None:
                continue
            if path.resolve() in seen:
                reader.refuse(item, f'"{text[:60]}" stands here twice', "each war once")
                continue
            seen.add(path.resolve())
            found = examine(path)
            if found.scenario is None:
                first = found.issues[0] if found.issues else "it cannot be read"
                reader.refuse(
                    item, f'"{text[:60]}" has mistakes of its own; the first is {first}', "a war that reads without errors"
                )
                continue
            own = found.scenario.scenario
            name = text if own in names else own
            names.add(name)
            yield War(name, path, found.scenario, path.absolute())
        if node is not None and not seen and not reader.wrong(node) and not reader.issues.found:
            reader.refuse(node, "no scenarios", "one or more")

    def _file(self, item: Node, text: str) -> Path | None:
        """The file that a war's name or path means."""
        found = by_name(text, "scenarios", ".yaml", self.folder) if is_name(text) else self.folder / text
        try:
            if found is not None and found.is_file():
                return found
        except (OSError, ValueError):  # a name that the system refuses
            pass
        names = shipped("scenarios", ".yaml")
        self.reader.refuse(item, f'there is no scenario "{text[:60]}"', f"{A_WAR}: {listed(names, 24)}", closest(text[:60], names))
        return None

    def _of_wars(self, node: Node | None, noun: str) -> tuple[str, ...]:
        """Names that every war of the study has."""
        found: list[str] = []
        for item in self._words(node, "strategies" if noun == "strategy" else "theories"):
            for war in self.wars:
                there = tuple(war.scenario.strategies) if noun == "strategy" else war.scenario.theory_names
                if item.text not in there:
                    message = f'{war.name} has no {noun} "{item.text[:60]}"'
                    self.reader.refuse(item, message, listed(there, 24) or "none", closest(item.text, there))
            found.append(item.text)
        return tuple(found)

    def _codings(self, node: Node | None) -> Iterator[str]:
        """Readings that the record of every war has."""
        for item in self._words(node, "codings"):
            for war in self.wars:
                try:
                    if war.name not in self.records:
                        self.records[war.name] = record_of(war.scenario)
                    self.records[war.name].choose(item.text)
                except EvidenceError as error:
                    self.reader.refuse(item, f"{war.name}: {error.what}", error.next)
                except RecordError as error:
                    self.reader.refuse(item, f"{war.name} has no record that can be read: {error.issues[0].message}")
            yield item.text

    def _words(self, node: Node | None, noun: str) -> Iterator[Scalar]:
        """The words of a list, each once."""
        seen: set[str] = set()
        if node is not None and not self.reader.items(node, noun, MOST_WARS) and not self.reader.wrong(node):
            self.reader.refuse(node, f"no {noun}", f"some, or no key {noun}: all")
        for item in self.reader.items(node, noun, MOST_WARS):
            if not isinstance(item, Scalar) or not self.reader.text(item, "a name", 80):
                self.reader.refuse(item, f"a name cannot be {self.reader.described(item)}", "a name")
            elif item.text in seen:
                self.reader.refuse(item, f'"{item.text[:60]}" stands here twice', "each once")
            else:
                seen.add(item.text)
                yield item

    # --- how the cases are made -----------------------------------------------------------------------------------------

    def _design(self, top: dict[str, Node]) -> Design:
        reader = self.reader
        word = reader.word(top["design"], DESIGNS, "a design", "grid") if "design" in top else "grid"
        design = cast(Design, word)
        if design == "list" and "set" in top:
            reader.refuse(top["set"], "a list of cases says in each what it changes", "set: in each case, or another design")
        if design == "list" and "cases" not in top and not reader.wrong(top["design"]):
            reader.refuse(top["design"], "a list without cases", "cases: a list, each with what it sets")
        if design == "grid" and "cases" in top:
            wanted = "no cases, or design: latin-hypercube, sobol or list"
            reader.refuse(top["cases"], "a grid has as many cases as its values make", wanted)
        if "seed" in top and design not in SAMPLED:
            reader.refuse(top["seed"], f"a {design} begins nowhere by chance", "seeds: for the chance of the runs")
        return design

    def _points(self, top: dict[str, Node], design: Design, axes: Sequence[Axis]) -> int:
        if design not in SAMPLED:
            return 0
        if "cases" not in top:
            self.reader.refuse(top["design"], f"a {design} design without cases", "cases: how many points")
            return 0
        if not axes and "set" not in top:
            self.reader.refuse(top["design"], f"a {design} design of nothing", "set: at least one path with values or a range")
        return self.reader.integer(top["cases"], (1, MOST_CASES), 1)

    def _cases(self, node: Node | None, sets: SetReader, codings: Sequence[str]) -> tuple[ListedCase, ...]:
        return tuple(self._case(item, sets, codings) for item in self.reader.items(node, "cases", MOST_CASES))

    def _case(self, node: Node, sets: SetReader, codings: Sequence[str]) -> ListedCase:
        reader = self.reader
        entries = reader.keyed(node, CASE, "a case")
        war: int | None = None
        if "scenario" in entries:
            names = [one.name for one in self.wars]
            word = reader.word(entries["scenario"], names, "a scenario of a case", "") if names else ""
            war = names.index(word) if word in names else None
        coding: str | None = None
        if "coding" in entries:
            coding = reader.word(entries["coding"], codings, "a coding of a case", "") or None
        seed = reader.integer(entries["seed"], (0, LARGEST_SEED), 0) if "seed" in entries else None
        return ListedCase(war, coding, seed, sets.together(entries.get("set"), war))

    def _seeds(self, node: Node | None) -> tuple[int, ...]:
        found = tuple(self.reader.integer(item, (0, LARGEST_SEED), 0) for item in self.reader.items(node, "seeds", MOST_SEEDS))
        if node is not None and len(set(found)) < len(found) and not self.reader.issues.found:
            self.reader.refuse(node, "a seed stands here twice", "each once")
        if node is not None and not found and not self.reader.wrong(node):
            self.reader.refuse(node, "no seeds", "one or more, or no key seeds")
        return found or (0,)

    def _count(self, root: Node, found: StudyFile) -> None:
        """Refuse what nobody wants to wait for."""
        count = found.points * len(found.wars) * max(len(found.codings), 1) * len(found.seeds)
        if count > MOST_CASES and not self.reader.issues.found:
            self.reader.refuse(root, f"{count:,} cases", f"at most {MOST_CASES:,}")


__all__ = ["read_study", "read_study_text", "wrong_path"]
