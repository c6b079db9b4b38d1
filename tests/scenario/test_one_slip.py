"""One slip is one mistake: each scalar of a good scenario is broken in several ways, and none of them makes two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders.places import ROOT, WAR_FILE
from countermove.errors import Issue, ScenarioError
from countermove.scenario import read_text

WAR = WAR_FILE.read_text(encoding="utf-8")
SHIPPED = ROOT / "scenarios" / "donbas-2017.yaml"


def scalars(node: Any, key: bool = False) -> Iterator[tuple[int, int, str, bool]]:
    """Where each scalar begins and ends, its text, and whether it is a key."""
    if isinstance(node, yaml.ScalarNode):
        yield node.start_mark.index, node.end_mark.index, str(node.value), key
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from scalars(item)
    else:
        for name, value in node.value:
            yield from scalars(name, True)
            yield from scalars(value)


def swapped(word: str) -> str:
    """Two letters changed about."""
    return word[0] + word[2] + word[1] + word[3:] if len(word) > 2 else f"{word}x"


def breaks(text: str, key: bool) -> list[str]:
    """Other texts in place of one."""
    if key:
        return [swapped(text), "qqqq", "17x", text.upper(), f"{text}s", f"{text}\u00a0"]
    quoted = '"' + swapped(text).replace('"', "") + '"'
    return [quoted, "qqqq", '""', "null", "[1, zz]", "{qq: 1}", "-7", "99999999", "2,000", "2018/04", "yes", '"=>"', "“x”"]


def broken(text: str) -> list[tuple[int, list[str]]]:
    """For each scalar of a scenario the line, and the whole texts with that scalar broken."""
    root: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    found: list[tuple[int, list[str]]] = []
    for begin, end, word, key in scalars(root):
        found.append((text[:begin].count("\n") + 1, [text[:begin] + other + text[end:] for other in breaks(word, key)]))
    return found


def mistakes(text: str) -> tuple[Issue, ...]:
    """What is wrong with a scenario."""
    try:
        read_text(text, file="broken.yaml")
    except ScenarioError as error:
        return error.issues
    return ()


def test_a_slip_of_each_scalar() -> None:
    """One way of breaking every other one, so that every way has its turn."""
    assert mistakes(WAR) == ()
    counts: list[int] = []
    for turn, (line, texts) in enumerate(broken(WAR)[::2]):
        issues = mistakes(texts[turn % len(texts)])
        assert len(issues) <= 1, (line, [str(issue) for issue in issues])
        counts.append(len(issues))
    assert sum(counts) > 0.8 * len(counts), "most slips are mistakes"


@pytest.mark.slow
@pytest.mark.parametrize(("path", "step"), [(WAR_FILE, 1), (SHIPPED, 9)], ids=["war", "donbas-2017"])
def test_every_slip_of_every_scalar(path: Path, step: int) -> None:
    """Every way of breaking each, and of every ninth in a long file."""
    for line, texts in broken(path.read_text(encoding="utf-8"))[::step]:
        for other in texts:
            issues = mistakes(other)
            assert len(issues) <= 1, (line, [str(issue) for issue in issues])


def without(section: str) -> str:
    """The scenario without one of its sections."""
    lines = WAR.split("\n")
    start = next(place for place, line in enumerate(lines) if line.startswith(f"{section}:"))
    end = next((place for place in range(start + 1, len(lines)) if lines[place][:1].isalpha()), len(lines))
    return "\n".join(lines[:start] + lines[end:])


@pytest.mark.parametrize("section", ["sources", "clock", "third-parties"])
def test_a_section_that_is_not_there(section: str) -> None:
    """What names the things in it is one mistake, however often it does."""
    assert len(mistakes(without(section))) == 1


def test_a_wrong_start_is_told_once() -> None:
    """The months of other sections lie outside the clock: one mistake, with all their lines."""
    (issue,) = mistakes(WAR.replace("start: 2018-01", "start: 2108-01"))
    assert issue.message == '"2018-11" is outside the clock (also on lines 46, 46, 61)'
    (before,) = mistakes(WAR.replace("start: 2018-01", "start: 2018-01-01"))
    assert before.suggestion == "2018-01"


def test_two_slips_are_two_mistakes() -> None:
    """What is silenced is what follows from a slip, not what stands beside it."""
    text = (
        WAR.replace("start: 2018-01", "start: soon")
        .replace("kind: mediator", "kind: mediators")
        .replace("source: yearbook", "source: year")
    )
    assert len(mistakes(text)) == 3


def test_an_owner_with_theories() -> None:
    """One mistake, and the patron that was meant."""
    (issue,) = mistakes(WAR.replace("of: eagle", "of: bear"))
    assert issue.suggestion == "eagle"
    (unknown,) = mistakes(WAR.replace("of: eagle", "of: qqqq"))
    assert '"qqqq" is not one of the patrons' in unknown.message
