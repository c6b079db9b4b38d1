"""People who disagree, as the language writes them: read, refused, written back, explained, doubted."""

from __future__ import annotations

import pytest

from builders.places import WAR_FILE
from countermove.errors import ScenarioError
from countermove.scenario import check_text, explain, hash_of, json_schema, read, read_text, write
from countermove.scenario.parameter_tables import theory_names
from countermove.scenario.places import shipped
from countermove.scenario.schema import Reader, Worth

WAR = WAR_FILE.read_text(encoding="utf-8")
READERS = """
readers:
  supporter: {says: Arms work., theories: {spigot: 1, inertia: 5}, values: {settlement-by-24-months: 5, deaths: -0.2 per thousand}}
  sceptic: {theories: {spigot: 4, inertia: 0}}
  worried: {values: {direct-war: -20}}
"""


def refused(text: str) -> list[tuple[int, int, str, str]]:
    """Line, column, message and suggestion of every mistake."""
    with pytest.raises(ScenarioError) as caught:
        read_text(text)
    return [(issue.line, issue.column, issue.message, issue.suggestion) for issue in caught.value.issues]


def test_what_is_written_is_what_is_read() -> None:
    """Weights and points; what a reader leaves out stays empty, and is the scenario's."""
    found = read_text(WAR + READERS).readers
    assert found == {
        "supporter": Reader(
            says="Arms work.",
            theories={"spigot": 1.0, "inertia": 5.0},
            values={
                "settlement-by-24-months": Worth(points=5, unit="probability"),
                "deaths": Worth(points=-0.2, per=1000, unit="persons"),
            },
        ),
        "sceptic": Reader(theories={"spigot": 4.0, "inertia": 0.0}),
        "worried": Reader(values={"direct-war": Worth(points=-20, unit="probability")}),
    }
    assert read_text(WAR).readers == {}


def test_round_trip_and_hash() -> None:
    """Reading what was written gives the same; readers are part of what is meant, and a scenario without them is as it was."""
    scenario = read_text(WAR + READERS)
    assert read_text(write(scenario)) == scenario and write(read_text(write(scenario))) == write(scenario)
    heavier = read_text(WAR + READERS.replace("spigot: 1,", "spigot: 1.5,"))
    assert len({hash_of(one) for one in (scenario, heavier, read_text(WAR))}) == 3
    assert "readers" not in write(read_text(WAR))


# The caret ‸ marks where the issue must point: what is written in place of the supporter's theories, the message, the suggestion.
CASES = [
    ("‸theory: {spigot: 1}", '"theory" is not a key of a reader', "theories"),
    ("theories: {‸spigt: 1}", '"spigt" is not one of the theories of bear', "spigot"),
    ("theories: {spigot: 1, ‸pressure: 1}", '"pressure" is not one of the theories of bear', ""),
    ("theories: {spigot: ‸-1}", "out of range", ""),
    ("theories: {spigot: ‸much}", "is not a number", ""),
    ("theories: {spigot: ‸1 month}", "this number has no unit", ""),
    ("theories: {spigot: ‸{weight: 1}}", "a number cannot be a mapping", ""),
    ("theories: ‸{spigot: 0}", "every theory has weight 0", ""),
    ("theories: ‸{}", "theories cannot be empty", ""),
    ("theories: ‸[spigot]", "theories cannot be a list", ""),
    ("theories: {spigot: 1, ‸spigot: 2}", "written twice", ""),
    ("values: {‸death: -1}", '"death" is not a measure', "deaths"),
    ("values: {cost: ‸-1 per month}", "does not measure the same thing", ""),
    ("values: {deaths: ‸bad}", "is not a worth", ""),
    ("values: ‸{}", "values cannot be empty", ""),
    ("says: ‸[a]", "says cannot be a list", ""),
]


@pytest.mark.parametrize(("piece", "message", "meant"), CASES, ids=[case[0] for case in CASES])
def test_one_issue_at_the_right_place(piece: str, message: str, meant: str) -> None:
    """One slip is one issue: where it is, what it is, what was meant."""
    text = WAR + f"\nreaders:\n  supporter: {{{piece}, values: {{deaths: -1}}}}\n  other: {{theories: {{inertia: 1}}}}\n"
    if piece.startswith("values"):
        text = text.replace(", values: {deaths: -1}", "")
    at = text.index("‸")
    place = (text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
    found = refused(text.replace("‸", ""))
    assert [(line, column, suggestion) for line, column, _, suggestion in found] == [(*place, meant)], found
    assert message in found[0][2]


def test_a_reader_who_assumes_nothing() -> None:
    """At least one of the two; without an objective, the values."""
    assert [(row[0], row[2]) for row in refused(WAR + "readers: {a: {says: Hm.}, b: {}}\n")] == [
        (78, "a reader who assumes nothing"),
        (78, "a reader who assumes nothing"),
    ]
    assert refused(WAR + "readers: {a: }\n")[0][2] == "a reader cannot be empty"
    head, _, rest = WAR.partition("objective:")
    bare = head + rest[rest.index("strategies:") :]
    assert "no objective to take them from" in refused(bare + "readers: {a: {theories: {spigot: 1}}}\n")[0][2]
    assert list(read_text(bare + "readers: {a: {values: {deaths: -1}}}\n").readers) == ["a"]


def test_theories_that_are_not_run() -> None:
    """A theory of weight 0 is not run: a reader may not believe in it; a slip in the patron's own theories is one mistake, not two."""
    still = WAR.replace("inertia: {weight: 1}", "inertia: {weight: 0}")
    assert [row[2] for row in refused(still + READERS)] == ["inertia has weight 0 among the theories of bear and is not run"]
    assert "sceptic" in read_text(still + READERS.replace("inertia: 5", "inertia: 0")).readers
    assert [row[3] for row in refused(WAR.replace("      inertia: {", "      inertial: {") + READERS)] == ["inertia"]


def test_all_mistakes_at_once_in_order() -> None:
    """Names, weights, measures and units of several readers."""
    text = WAR + READERS.replace("spigot: 1", "spigt: 1").replace("per thousand", "per month").replace("direct-war", "direct-wars")
    assert [row[0] for row in refused(text)] == [80, 80, 82]
    assert [row[0] for row in refused(WAR + READERS.replace("  sceptic", "  Sceptic"))] == [81]


def test_overrides() -> None:
    """A path may write a weight that the reader left out, and adds no reader."""
    path = WAR_FILE
    whole = {"readers": "{a: {theories: {spigot: 1}}, b: {values: {deaths: -1}}}"}
    changed = read(path, overrides={**whole, "readers.a.theories.inertia": "3", "readers.b.values.cost": "-1 per million USD"})
    assert changed.readers["a"].theories == {"spigot": 1.0, "inertia": 3.0}
    assert list(changed.readers["b"].values) == ["deaths", "cost"]
    with pytest.raises(ScenarioError, match='no "c" among the readers'):
        read(path, overrides={**whole, "readers.c.theories.inertia": "3"})


def test_explained_in_words() -> None:
    """Shares, what is ruled out, and what is taken over from the scenario."""
    flat = " ".join(explain(read_text(WAR + READERS)).split())
    assert "- supporter. Arms work. - what moves bear: spigot 16.7%, inertia 83.3%" in flat
    assert "(deaths): -0.2 points per 1000 persons - sceptic. - what moves bear: spigot 100%, inertia 0%" in flat
    assert (
        "- worried. - what moves bear: as disputed above - what is wanted: war between the patrons (direct-war): -20 points" in flat
    )
    assert "inertia never" in explain(read_text(WAR + READERS.replace("{spigot: 4, inertia: 0}", "{spigot: 4}")))


def test_doubts() -> None:
    """One reader alone, two of one mind (whatever the spelling), two without a theory in common, a measure beyond the clock."""

    def doubts(readers: str) -> list[tuple[int, str]]:
        report = check_text(WAR + f"readers:\n{readers}")
        assert report.ok, report.errors
        return [(issue.line, issue.message) for issue in report.warnings if "stake-ratio" not in issue.message]

    assert doubts(READERS.split("readers:\n")[1]) == []
    assert doubts("  a: {theories: {spigot: 1}}\n") == [(79, "a single reader: there is nobody to compare it with")]
    same = "  a: {theories: {inertia: 2, spigot: 4}}\n  b: {theories: {spigot: 2, inertia: 1}}\n"
    assert doubts(same) == [(80, "b assumes what a assumes")]
    assert doubts("  a: {theories: {inertia: 2}}\n  b: {theories: {spigot: 1}}\n") == [
        (80, "a and b have no theory in common: no observation can bring their beliefs together")
    ]
    late = "  a: {theories: {inertia: 2}}\n  b: {values: {settlement-by-60-months: 1}}\n"
    assert [row[2] for row in refused(WAR + f"readers:\n{late}")] == [
        "no run has settlement-by-60-months: the clock ends after 36 months, and settlement-by-60-months is judged after 60"
    ]


def test_the_schema_of_editors() -> None:
    """The keys that the reader knows, with theories and measures by name."""
    shapes = json_schema()["$defs"]
    assert set(shapes["shape-reader"]["properties"]) == {"title", "says", "theories", "values"}
    assert set(shapes["beliefs"]["properties"]) == set(theory_names())
    assert "readers" in shapes["shape-scenario"]["properties"]


def test_who_the_rival_is() -> None:
    """The first patron on another side than the owner's."""
    scenario = read_text(WAR)
    assert scenario.rival == "bear" and scenario.beliefs == {"inertia": 1.0, "spigot": 2.0}
    ally = WAR.replace("  bear:\n", "  ally: {supports: north, rung: training, theories: {pressure: {weight: 1}}}\n  bear:\n")
    assert read_text(ally).rival == "bear"
    assert '"pressure" is not one of the theories of bear' in refused(ally + "readers: {a: {theories: {pressure: 1}}}\n")[0][2]


@pytest.mark.parametrize("name", shipped("scenarios", ".yaml"))
def test_every_war_that_ships_has_three_sets_of_values(name: str) -> None:
    """The owner's cabinet, a supporter and a restrainer: on one scale, of different minds about the rival and about a war with it."""
    scenario = read(name)
    assert scenario.objective is not None
    assert set(scenario.readers) == {"supporter", "restrainer"}
    supporter, restrainer = (scenario.readers[who] for who in ("supporter", "restrainer"))
    sets = (scenario.objective.values, supporter.values, restrainer.values)
    assert {values["settlement-by-24-months"].points for values in sets} == {3}, "a point must mean the same to all"
    assert restrainer.values["direct-war"].points < supporter.values["direct-war"].points < 0
    for reader in (supporter, restrainer):
        assert reader.says
        assert set(reader.theories) == set(scenario.beliefs), "a theory ruled out is one that no record can bring back"
        assert all(reader.theories.values())
    favourite = max(restrainer.theories, key=lambda theory: restrainer.theories[theory])
    assert restrainer.theories[favourite] > supporter.theories[favourite]


@pytest.mark.parametrize("name", shipped("scenarios", ".yaml"))
def test_every_side_that_ships_says_how_much_of_it_hangs_on_its_patrons(name: str) -> None:
    """Written with a note, not borrowed; and a rival patron that is not held to what can be hidden says what it could give at the most."""
    scenario = read(name)
    for side, at in scenario.sides.items():
        assert at.dependence.note, side
    for patron, of in scenario.patrons.items():
        if patron != scenario.owner and not of.covert:
            assert of.means.note, patron
