"""What editors are told of a key: its meaning, an example that the reader takes, and what holds without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from builders.places import WAR_FILE
from countermove.scenario import json_schema, read_text
from countermove.scenario.keys import SHAPES
from countermove.scenario.parameter_tables import default_prior
from countermove.scenario.schema_examples import UNSHIPPED, is_section, shipped_examples

DEFINITIONS = json_schema()["$defs"]
TRIED: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
    ("side", "collapse-share"): ("sides.north.collapse-share", {}),
    ("settings", "order"): ("settings.order", {}),
    ("orders", "volume"): ("strategies.arm.otherwise.volume", {"strategies.arm.otherwise.rung": "heavy"}),
    ("orders", "exit"): ("strategies.arm.otherwise.exit", {}),
    ("orders", "ceiling"): ("strategies.arm.otherwise.ceiling", {}),
    ("orders", "peacekeeping-offer"): ("strategies.arm.otherwise.peacekeeping-offer", {}),
}
"""Where an example is written in a war, and what it needs beside it."""


def told() -> list[tuple[str, str, dict[str, Any]]]:
    """Every key with what is said of it."""
    rows: list[tuple[str, str, dict[str, Any]]] = []
    for shape, keys in SHAPES.items():
        of = DEFINITIONS[f"shape-{shape}"]
        rows += [(shape, key.name, of["properties"].get(key.name) or of["patternProperties"]["^held-by-"]) for key in keys]
    return rows


def test_every_key_has_a_meaning_and_an_example() -> None:
    """Sections have keys that have; numbers of mechanisms and theories too, with their units."""
    sections = {(shape, key.name) for shape, keys in SHAPES.items() for key in keys if is_section(key)}
    assert [row[:2] for row in told() if not row[2].get("description")] == []
    assert [row[:2] for row in told() if row[:2] not in sections and not row[2].get("examples")] == []
    numbers = [one for section in DEFINITIONS["numbers"]["properties"].values() for one in section["properties"].values()]
    numbers += [
        one
        for theory in DEFINITIONS["theories"]["properties"].values()
        for name, one in theory["properties"].items()
        if name != "weight"
    ]
    assert len(numbers) > 60 and all({"description", "examples", "default"} <= set(one) for one in numbers)


def test_defaults_are_those_of_the_tables() -> None:
    """As a file would have them."""
    default = DEFINITIONS["shape-side"]["properties"]["personnel"]["default"]
    prior = default_prior("side.personnel")
    assert (prior.kind, list(prior.args), prior.unit) == ("lognormal", default["lognormal"], default["unit"])
    assert "default" not in DEFINITIONS["shape-side"]["properties"]["title"]


def test_examples_of_our_own_are_of_keys_that_no_war_writes() -> None:
    """So that none stands beside a real one."""
    assert UNSHIPPED.keys().isdisjoint(shipped_examples()) and UNSHIPPED.keys() <= {row[:2] for row in told()}
    shipped = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parents[2].glob("scenarios/*.yaml")))
    assert "collapse-share:" not in shipped


def test_an_example_is_what_a_war_says() -> None:
    """Of the war that this program began with, where it says it; numbers are numbers, months and texts are texts."""
    war = yaml.safe_load((Path(__file__).parents[2] / "scenarios" / "donbas-2017.yaml").read_text(encoding="utf-8"))
    assert DEFINITIONS["shape-clock"]["properties"]["months"]["examples"] == [war["clock"]["months"]]
    assert DEFINITIONS["shape-clock"]["properties"]["start"]["examples"] == [str(war["clock"]["start"])]


@pytest.mark.parametrize(("shape", "key"), TRIED)
def test_an_example_of_our_own_is_read(shape: str, key: str) -> None:
    """In its place, without a mistake."""
    text = yaml.safe_dump(UNSHIPPED[shape, key]).removesuffix("...\n").strip()
    path, beside = TRIED[shape, key]
    read_text(WAR_FILE.read_text(encoding="utf-8"), overrides={path: text, **beside})
