"""Titles in a scenario: what people read for a name is short, stands in one line, and tells two things of one section apart."""

from __future__ import annotations

import pytest

from builders.places import WAR_FILE
from countermove.engine.program import compile_scenario
from countermove.errors import ScenarioError
from countermove.scenario import read_text
from countermove.scenario.explain import explain
from countermove.scenario.write import write

WAR = WAR_FILE.read_text(encoding="utf-8")


def titled(**titles: str) -> str:
    """The war with these titles: NAME="title as it is written"; of a contingency in its line."""
    text = WAR
    for name, title in titles.items():
        name = name.replace("_", "-")
        line = next(line for line in text.splitlines() if line.startswith(f"  {name}:"))
        new = line.replace("{", f"{{title: {title}, ", 1) if "{" in line else f"{line}\n    title: {title}"
        text = text.replace(f"{line}\n", f"{new}\n", 1)
    return text


def issues(text: str) -> list[tuple[str, str]]:
    """Where each mistake is, as what stands there, and what is said of it."""
    with pytest.raises(ScenarioError) as caught:
        read_text(text)
    lines = text.splitlines()
    return [(lines[one.line - 1][one.column - 1 :], one.message) for one in caught.value.issues]


def test_titles_are_read_written_and_called() -> None:
    text = titled(north="The north", eagle="Our eagle", wait="Wait and see", rival_raises='"They raise"', spigot="The spigot")
    scenario = read_text(text)
    assert read_text(write(scenario)) == scenario
    titles = compile_scenario(scenario).titles
    assert (titles.strategy("wait"), titles.strategy("arm")) == ("Wait and see", "Arm")
    assert (titles.actor("north"), titles.actor("eagle"), titles.actor("south")) == ("The north", "Our eagle", "South")
    assert (titles.contingency("rival-raises"), titles.contingency("spread")) == ("They raise", "Spread")
    assert titles.claim("spigot") == "The spigot"
    told = explain(scenario)
    assert "- wait, “Wait and see”." in told and "- north, “The north”." in told and "- arm. Arms" in told
    assert "spigot, “gives whatever prevents defeat”, " in told


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("x" * 61, "a title of 61 characters"),
        ('"Wait\\nand see"', "a title with a line break"),
        ("|\n      Wait\n      and see", "a title with a line break"),
        ("[a, b]", "a title cannot be"),
        ('""', "a title cannot be"),
    ],
)
def test_a_title_is_short_and_in_one_line(written: str, said: str) -> None:
    found = issues(titled(wait=written))
    assert len(found) == 1 and said in found[0][1]
    assert found[0][0].startswith(written.partition("\n")[0].lstrip("|"))


def test_sixty_characters_are_no_mistake() -> None:
    assert read_text(titled(wait="x" * 60)).strategies["wait"].title == "x" * 60


@pytest.mark.parametrize(
    ("titles", "found"),
    [
        # both written: at the later one
        ({"wait": "One plan", "arm": "One plan"}, [("One plan", '"arm" has the title of "wait"')]),
        # what a key makes is a title too, and is not where the mistake is
        ({"wait": "Arm"}, [("Arm", '"wait" has the title of "arm"')]),
        ({"arm": "Wait"}, [("Wait", '"arm" has the title of "wait"')]),
        # letters and spaces do not part two titles
        ({"wait": "one  plan", "arm": "One Plan"}, [("One Plan", '"arm" has the title of "wait"')]),
        # sides and patrons are named in one sentence
        ({"eagle": "North"}, [("North", '"eagle" has the title of "north"')]),
        ({"rival_raises": "Spread"}, [("Spread, if", '"rival-raises" has the title of "spread"')]),
    ],
)
def test_two_things_of_a_section_are_told_apart(titles: dict[str, str], found: list[tuple[str, str]]) -> None:
    got = issues(titled(**titles))
    assert [message for _, message in got] == [message for _, message in found]
    assert all(there.startswith(where) for (there, _), (where, _) in zip(got, found, strict=True))


def test_all_at_once_with_other_mistakes() -> None:
    text = titled(wait="Arm", eagle="North").replace("completion: match", "completion: mach")
    messages = [message for _, message in issues(text)]
    assert len(messages) == 3
    assert '"wait" has the title of "arm"' in messages and '"eagle" has the title of "north"' in messages


def test_things_of_two_sections_may_share_one() -> None:
    assert read_text(titled(spigot="Wait", rival_raises="Arm")).claims["spigot"].title == "Wait"
