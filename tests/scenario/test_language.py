"""The scenario language: what a file says is what the program holds, and what it holds can be written, read back and explained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builders.places import FILES, ROOT, WAR_FILE
from builders.texts import SEVEN_LINES
from countermove.errors import ScenarioError
from countermove.scenario import Scenario, check, check_text, explain, hash_of, json_schema, new, read, read_text, write
from countermove.scenario.explain import where_silent
from countermove.scenario.parameter_tables import default_prior, theory_names
from countermove.scenario.places import shipped
from countermove.scenario.schema import Worth
from countermove.world.expression import Name
from countermove.world.prior import Prior

WAR = WAR_FILE.read_text(encoding="utf-8")
SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))
EVERY = [WAR_FILE, *SHIPPED]
IDS = [path.stem for path in EVERY]


@pytest.fixture(scope="module")
def war() -> Scenario:
    """The small war of the tests."""
    return read(WAR_FILE)


def month(year: int, month_of_year: int) -> int:
    """A month as the schema counts it."""
    return year * 12 + month_of_year - 1


# --- reading ----------------------------------------------------------------------------------------------------------


def test_what_is_written_is_what_is_read(war: Scenario) -> None:
    """Dates, sides, patrons, orders."""
    assert (war.clock.start, war.clock.months, war.clock.known_until) == (month(2018, 1), 36, month(2017, 12))
    assert list(war.sides) == ["north", "south"]
    assert war.owner == "eagle"
    assert war.sides["north"].target == war.sides["north"].personnel
    assert war.sides["south"].target == Prior("fixed", (35.0,), "thousand")
    assert war.sides["south"].heavy == default_prior("side.heavy")
    assert war.patrons["eagle"].theories == {}
    assert war.patrons["bear"].theories["spigot"].weight == 2
    assert war.patrons["bear"].theories["spigot"].parameters["spigot.gain"] == Prior(
        "halfnormal", (0.5,), "share per log ratio", high=0.6
    )
    assert war.opening.exchange_agreed == war.opening.recommitted == month(2017, 12)
    assert war.opening.phases[0].drift["south"].args == (0.1, 0.05)
    assert not war.opening.phases[0].truces
    assert war.third_parties["pact"].theatre == "coast"
    assert war.strategies["arm"].moves[0].at == month(2018, 4)
    assert war.strategies["arm"].moves[0].then.volume == 47
    assert war.strategies["arm"].moves[0].then.conditions == ("not-at-contact-line",)
    assert war.strategies["arm"].completion == "match"
    assert war.contingencies["spread"].if_ == Name("coast", "incident", 0, "boolean")


def test_worth_is_points_per_unit(war: Scenario) -> None:
    """`-0.5 per thousand` dead is -0.5 for every 1000 persons."""
    assert war.objective is not None
    assert war.objective.values["deaths"] == Worth(points=-0.5, per=1000, unit="persons")
    assert war.objective.values["cost"] == Worth(points=-0.1, per=100, unit="million USD")
    assert war.objective.values["direct-war"].points == -10


def test_rungs_by_name_number_and_price(war: Scenario) -> None:
    """The standard ladder, one with a new price, and ten rungs of one's own."""
    assert [rung.cost for rung in war.patrons["eagle"].ladder] == [0, 0, 5, 15, 25, 80, 120, 300, 1200, 3000]
    repriced = read_text(
        WAR.replace("rung: training\n    budget", "rung: 3\n    ladder: {heavy: {cost: 0.1 billion USD/month}}\n    budget")
    )
    assert repriced.patrons["eagle"].rung == "training"
    assert repriced.patrons["eagle"].ladder[5].cost == pytest.approx(100)
    own = "[none, talk, " + ", ".join(f"{{name: step-{place}, cost: {place}}}" for place in range(2, 10)) + "]"
    mine = WAR.replace("rung: covert-regulars", f"rung: step-7\n    ladder: {own.replace('talk', '{name: talk}')}")
    scenario = read_text(mine.replace("bear.rung >= overt-intervention", "bear.rung >= step-8"))
    assert scenario.patrons["bear"].ladder[1].name == "talk"
    assert read_text(write(scenario)) == scenario


def test_the_owner_without_an_objective() -> None:
    """The first patron without theories decides."""
    head, _, rest = WAR.partition("objective:")
    text = head + rest[rest.index("strategies:") :]
    assert read_text(text).owner == "eagle"


def test_held_by_the_other_side_is_mirrored() -> None:
    """What the south holds, the north does not."""
    held = "held-by-north: {beta: [60, 40], source: judgement}"
    other = read_text(WAR.replace(held, "held-by-south: {beta: [40, 60], source: judgement}"))
    assert other.opening.held == read_text(WAR).opening.held
    assert read_text(WAR.replace(held, "held-by-south: 0.3")).opening.held.args == (0.7,)
    with pytest.raises(ScenarioError, match="does not say what north holds"):
        read_text(WAR.replace(held, "held-by-south: {lognormal: [0.1, 0.2], high: 0.9, low: 0.01}"))


def test_what_hangs_on_patrons_is_read_written_and_explained() -> None:
    """Dependence, stocks, the share with which a side collapses, and a patron's means; unwritten they are the table's."""
    assert read_text(WAR).sides["south"].dependence == default_prior("side.dependence")
    text = WAR.replace("    target:", "    dependence: {beta: [4, 4]}\n    stocks: 3 months\n    collapse-share: 0\n    target:")
    text = text.replace("    stake-ratio:", "    means: {lognormal: [40, 0.5], unit: thousand}\n    stake-ratio:")
    war = read_text(text)
    south, bear = war.sides["south"], war.patrons["bear"]
    assert (south.dependence.args, south.stocks.args, south.collapse_share.args) == ((4.0, 4.0), (3.0,), (0.0,))
    assert bear.means.args == (40.0, 0.5) and read_text(write(war)) == war
    said = " ".join(explain(war).split())
    assert "staying power that hangs on its patrons: about 0.5, in nine cases of ten between 0.225 and 0.775" in said
    assert "how long its stocks last once its patrons give less: 3 months" in said
    assert (
        "it never collapses for want of ground" in said
        and "could give at the most, in person-equivalents: about 40 thousand" in said
    )
    alone = explain(read_text(WAR.replace("supports: south", "supports: north")))
    assert alone.count("that hangs on its patrons") == 1  # nobody supports the south, and nothing of it hangs on a patron


SAID = {
    "silent": "where the plan is silent, its standing orders stay in force",
    "chance": "where the plan is silent, its standing orders stay in force, and a request is granted by chance",
    "down": "where the plan is silent, it goes one rung down, and a request is refused",
    "elsewhere": "a request in a month in which a move or a rule speaks of other things is refused",
    "refused": "a request that no order answers is refused",
    "room": "what is granted takes the plan one rung up; where its ceiling or the owner's will leaves no room, the request is refused all the same",
    "standing": "a request that no rule answers is refused from January 2018 on, and granted from March 2018 on",
}


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ("moves: []", ["chance", "room"]),
        ("when: [{if: truce, then: {diplomacy: high}}]", ["chance", "elsewhere", "room"]),
        ("completion: de-escalate", ["down"]),
        ("when: [{if: north.asks, then: {answer: refuse}}]", ["silent"]),
        ("when: [{if: north.asks, then: {answer: grant}}]", ["silent", "room"]),
        ("when: [{if: north.asks and truce, then: {answer: refuse}}]", ["chance", "elsewhere", "room"]),
        ("moves: [{at: start, answer: refuse}, {at: 2018-03, answer: grant}]", ["silent", "standing", "room"]),
        ("otherwise: {announce: false}", ["refused"]),
        ("otherwise: {answer: grant}", ["room"]),
    ],
)
def test_what_becomes_of_requests_is_said_as_it_is(plan: str, said: list[str]) -> None:
    """By chance in silence alone; refused where something else is answered; never granted where there is no room."""
    war = read_text(WAR.replace("contingencies:", f"  mine: {{{plan}}}\ncontingencies:", 1))
    assert list(where_silent(war.strategies["mine"], "north")) == [SAID[name] for name in said]


def guerrilla(text: str = WAR) -> str:
    """The small war without a line that is fought over."""
    ground = text[text.index("territory: {") : text.index("patrons:")]
    return text.replace(ground, "territory: none\n\n").replace("drift: {south: {normal: [0.1, 0.05], source: judgement}}, ", "")


def test_a_war_without_a_front() -> None:
    """`territory: none`: nobody's share is asked for, told or lent on as a share; what borrows from it has no front either."""
    war = read_text(guerrilla())
    assert not war.opening.territory and read_text(write(war)) == war and "territory: none" in write(war)
    said = " ".join(explain(war).split())
    assert "No line is fought over: nobody gains or loses ground" in said
    assert "collapses with less" not in said and "holds this share" not in said and "territory." not in said
    assert not check_text(guerrilla().replace("    target:", "    collapse-share: 0\n    target:", 1)).errors
    schema = json_schema()["$defs"]["shape-scenario"]["properties"]["territory"]["anyOf"]
    assert schema == [{"const": "none"}, {"$ref": "#/$defs/shape-territory"}]


@pytest.mark.parametrize(
    ("old", "new_text", "message", "expected", "suggestion"),
    [
        ("territory: none", "territory: no", 'territory cannot be "no"', "none, or a mapping with contested", "none"),
        ("territory: none", "territory: noen", 'territory cannot be "noen"', "none, or a mapping with contested", "none"),
        ("territory: none", "territory: all of it", 'territory cannot be "all of it"', "none, or a mapping with contested", ""),
        (
            "north.asks and",
            "north.held > 0.5 and",
            "north holds no ground: the war has no front (territory: none)",
            "another name",
            "",
        ),
        ("deaths: -0.5 per thousand", "territory: 3", "no run has territory: the war has no front", "another measure", ""),
        (
            "says: A surge,",
            "says: A surge, drift: {south: 0.1},",
            "ground gained in a war that has no front",
            "a phase without drift",
            "",
        ),
    ],
)
def test_what_a_war_without_a_front_has_not(old: str, new_text: str, message: str, expected: str, suggestion: str) -> None:
    """One mistake each, with what to write."""
    text = guerrilla()
    assert text.count(old) == 1
    issues = check_text(text.replace(old, new_text)).errors
    assert len(issues) == 1 and message in issues[0].message and issues[0].expected.startswith(expected), issues
    assert issues[0].suggestion == suggestion


def test_control_changes_words_alone() -> None:
    """Shares of the population: the same numbers in other words."""
    text = WAR.replace("contested: The valley", "contested: The valley, control: population").replace(
        "deaths: -0.5 per", "territory: 3, deaths: -0.5 per"
    )
    war = read_text(text)
    assert read_text(write(war)) == war
    said = " ".join(explain(war).split())
    assert "north holds this share of the population of The valley" in said
    assert "share of the population controlled by the owner's client at the end (territory): 3 points" in said
    area = text.replace("control: population", "control: area")
    assert read_text(area).opening.held == war.opening.held and "population" not in explain(read_text(area))


def test_overrides_go_through_the_same_checks() -> None:
    """`--set patrons.bear.stake-ratio=2`, and into lists, and mistakes in it."""
    changed = read(
        WAR_FILE,
        overrides={"patrons.bear.stake-ratio": "2", "strategies.arm.moves.0.rung": "heavy", "says": "new"},
    )
    assert changed.patrons["bear"].stake_ratio.args == (2.0,)
    assert changed.strategies["arm"].moves[0].then.rung == "heavy"
    assert changed.says == "new"
    with pytest.raises(ScenarioError) as caught:
        read(
            WAR_FILE,
            overrides={"patrons.bear.stake-ratoi": "2", "clock.months": "none", "sides.north.heavy.0.x": "1", "title": "[a"},
        )
    assert {issue.file for issue in caught.value.issues} == {
        "--set patrons.bear.stake-ratoi=2",
        "--set clock.months",
        "--set sides.north.heavy.0.x=1",
        "--set title",
    }


# path, what was found, the names there are, the one that was meant
NOWHERE = [
    ("patrons.baer.stake-ratio", 'no "baer" among the patrons', "one of eagle, bear", "bear"),
    ("patrons.north.stake-ratio", 'no "north" among the patrons', "one of eagle, bear", ""),
    ("sides.nort.personnel", 'no "nort" among the sides', "one of north, south", "north"),
    ("strategies.army.completion", 'no "army" among the strategies', "one of wait, arm", "arm"),
    ("patrons.bear.theories.spigt.weight", 'no "spigt" among the theories of bear', "one of inertia, spigot", "spigot"),
    ("patrons.bear.theories.richardson.weight", 'no "richardson" among the theories of bear', "one of inertia, spigot", ""),
    ("patrons.eagle.theories.spigot.weight", 'no "spigot" among the theories of eagle', "none", ""),
    ("third-parties.pakt.readiness", 'no "pakt" among the third parties', "one of pact, envoy", "pact"),
    ("sources.yearbok.title", 'no "yearbok" among the sources', "yearbook", "yearbook"),
    ("contingencies.spred.ask", 'no "spred" among the contingencies', "one of rival-raises, spread", "spread"),
    ("claims.spigott.says", 'no "spigott" among the claims', "spigot", "spigot"),
    ("sides.north.heavy.experts.ane", 'no "ane" among the experts', "one of anne, bert", "anne"),
]


@pytest.mark.parametrize(("path", "message", "expected", "meant"), NOWHERE, ids=[row[0] for row in NOWHERE])
def test_an_override_of_nobody(path: str, message: str, expected: str, meant: str) -> None:
    """The path of an override adds no one: a slip in a name is one mistake, with the names there are and the nearest."""
    with pytest.raises(ScenarioError) as caught:
        read(WAR_FILE, overrides={"sides.north.heavy": "{experts: {anne: 1, bert: 2}}", path: "1"})
    issues = caught.value.issues
    assert [(issue.where, issue.expected, issue.suggestion) for issue in issues] == [(f"--set {path}=1", expected, meant)]
    assert message in issues[0].message


def test_every_override_of_nobody_is_a_mistake() -> None:
    """Two paths through one slip, and a value too long to show."""
    with pytest.raises(ScenarioError) as caught:
        read(WAR_FILE, overrides={"patrons.baer.says": "a very long text " * 9, "patrons.baer.covert": "true"})
    assert [issue.file for issue in caught.value.issues] == [
        "--set patrons.baer.covert=true",
        "--set patrons.baer.says=a very long text a very long text a v…",
    ]


def test_overrides_write_what_is_unwritten() -> None:
    """Keys that the language knows need not stand in the file; whole sections may be replaced by others, names and all."""
    values = {
        "patrons.eagle.stake-ratio": "1.5",
        "parameters.side.recovery": "{value: 12, unit: months}",
        "parameters.truces.onset-base": "-0.5",
        "objective.values.civilians": "-1 per thousand",
        "patrons.bear.theories.inertia.weight": "3",
        "patrons.bear.mix.heavy": "0.25",
        "patrons.bear.mix.troops": "0.75",
        "phases.0.mandate.north": "0.1",
        "strategies": "{stay: {moves: [{at: start, rung: training}]}}",
        "strategies.stay.completion": "match",
    }
    changed = read(WAR_FILE, overrides=values)
    assert changed.patrons["eagle"].stake_ratio.args == (1.5,)
    assert changed.parameters["side.recovery"].args == (12.0,)
    assert changed.objective is not None and "civilians" in changed.objective.values
    assert changed.patrons["bear"].theories["inertia"].weight == 3
    assert changed.patrons["bear"].mix == {"heavy": 0.25, "troops": 0.75}
    assert [plan.completion for plan in changed.strategies.values()] == ["match"]


def test_overrides_of_a_borrowed_ladder(tmp_path: Path) -> None:
    """Reprice a rung of what is borrowed, and leave its other rungs; a ladder that is written whole is the standard one with its changes."""
    (tmp_path / "base.yaml").write_text(
        WAR.replace("scenario: war\n", "scenario: base\n").replace(
            "rung: covert-regulars", "rung: covert-regulars\n    ladder: {heavy: {cost: 90}}"
        )
    )
    mine = (
        "scenario: mine\nlike: base\nclock: {start: 2026-01, months: 36, known-until: 2025-12}\nsides: {south: {}, north: {}}\n"
        "patrons: {eagle: {supports: south}, bear: {supports: north}}\nobjective: {of: eagle, values: {deaths: -1 per thousand}}\n"
    )

    def costs(**values: str) -> dict[str, float]:
        overrides = {f"patrons.bear.{path.replace('_', '.')}": value for path, value in values.items()}
        found = read_text(mine, folder=tmp_path, overrides=overrides)
        return {rung.name: rung.cost for rung in found.patrons["bear"].ladder}

    assert costs()["heavy"] == 90
    assert (costs(ladder_training_cost="7")["heavy"], costs(ladder_training_cost="7")["training"]) == (90, 7)
    assert costs(ladder="{training: {cost: 7}}")["heavy"] == 80 and costs(ladder="standard")["heavy"] == 80
    with pytest.raises(ScenarioError, match="not a rung of the borrowed ladder"):
        costs(ladder_trainig_cost="7")


def test_overrides_of_borrowed_theories() -> None:
    """A path into theories that are borrowed changes one of them and leaves the others; nobody else gets theories, nor another owner."""
    plain = read_text(SEVEN_LINES)
    [rival] = [name for name, patron in plain.patrons.items() if patron.theories]
    changed = read_text(SEVEN_LINES, overrides={f"patrons.{rival}.theories.spigot.weight": "3"})
    theirs, ours = plain.patrons[rival].theories, changed.patrons[rival].theories
    assert ours == {**theirs, "spigot": theirs["spigot"].model_copy(update={"weight": 3.0})}
    assert changed.owner == plain.owner
    with pytest.raises(ScenarioError) as caught:
        read_text(SEVEN_LINES, overrides={f"patrons.{rival}.theories.spigt.weight": "3"})
    assert [issue.suggestion for issue in caught.value.issues] == ["spigot"]
    with pytest.raises(ScenarioError, match=f'no "spigot" among the theories of {plain.owner}; expected none'):
        read_text(SEVEN_LINES, overrides={f"patrons.{plain.owner}.theories.spigot.weight": "3"})


def test_a_name_that_is_nowhere() -> None:
    """The names there are, and the nearest."""
    with pytest.raises(ScenarioError) as caught:
        read("donbas-2071")
    assert caught.value.issues[0].suggestion == "donbas-2017"
    with pytest.raises(ScenarioError, match="no such file"):
        read(FILES / "nowhere.yaml")


# --- borrowing --------------------------------------------------------------------------------------------------------


def test_the_seven_line_scenario() -> None:
    """The smallest useful file: roles are matched, spreads widened, numbers marked."""
    base, mine = read("donbas-2017"), read_text(SEVEN_LINES)
    theirs, ours = base.sides["separatists"].personnel, mine.sides["rebels"].personnel
    assert (ours.args[0], ours.args[1]) == (theirs.args[0], pytest.approx(1.5 * theirs.args[1]))
    assert ours.borrowed
    assert not theirs.borrowed
    assert mine.patrons["russia"].rung == base.patrons["moscow"].rung
    assert mine.patrons["us"].rung == base.patrons["washington"].rung
    assert list(mine.patrons["russia"].theories) == list(base.patrons["moscow"].theories)
    assert mine.patrons["us"].theories == {}
    beta, wide = base.opening.held, mine.opening.held
    assert wide.args == pytest.approx([arg / 2.25 for arg in beta.args])
    assert ours.source in ("judgement", *mine.sources)
    assert read_text(write(mine)) == mine


def test_borrowing_by_name_beats_borrowing_by_place(tmp_path: Path) -> None:
    """Sides in another order, with the names of the other scenario; what is written is kept."""
    (tmp_path / "war.yaml").write_text(WAR, encoding="utf-8")
    text = """\
scenario: other
like: war
clock: {start: 2020-01, months: 12}
sides: {south: {personnel: 5}, north: {}}
patrons: {bear: {supports: south, theories: {spigot: {weight: 3}}}, eagle: {supports: north, rung: heavy}}
objective: {of: eagle, values: {deaths: -1}}
"""
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    other = read(tmp_path / "other.yaml")
    assert other.sides["south"].personnel.args == (5.0,)
    assert other.sides["south"].target == other.sides["south"].personnel
    assert other.sides["north"].personnel.borrowed
    spigot = other.patrons["bear"].theories["spigot"]
    assert spigot.weight == 3
    assert spigot.parameters["spigot.gain"].args == (0.75,)
    assert set(other.patrons["bear"].theories) == {"spigot"}
    assert other.parameters["spread.clash-top"].args == pytest.approx((0.02, 2.1))
    assert set(other.sources) == {"yearbook"}
    assert other.opening.sanctions == 0.5


# --- writing back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EVERY, ids=IDS)
def test_round_trip(path: Path) -> None:
    """Reading what was written gives the same scenario, the same text and the same hash."""
    scenario = read(path)
    text = write(scenario)
    again = read_text(text)
    assert again == scenario
    assert write(again) == text
    assert hash_of(again) == hash_of(scenario)


def test_the_hash_is_of_what_is_meant(war: Scenario) -> None:
    """Comments, layout and spelling of numbers do not count; a changed number does."""
    spelled = WAR.replace("sanctions: 0.5", "sanctions: 5e-1  # half").replace(
        "volume: 47 million USD", "volume: 0.047 billion USD"
    )
    assert hash_of(read_text(spelled)) == hash_of(war)
    assert hash_of(read_text(WAR.replace("sanctions: 0.5", "sanctions: 0.6"))) != hash_of(war)


@pytest.mark.parametrize("path", EVERY, ids=IDS)
def test_explain_names_everyone_and_every_source(path: Path) -> None:
    """The read-back mentions each side, patron, theory, strategy, contingency, claim and source, and no object of Python."""
    scenario = read(path)
    text = explain(scenario)
    flat = " ".join(text.split())
    names = [*scenario.sides, *scenario.patrons, *scenario.strategies, *scenario.contingencies, *scenario.claims, *scenario.sources]
    names += [theory for patron in scenario.patrons.values() for theory in patron.theories]
    assert [name for name in names if name not in flat] == []
    assert "Prior(" not in text
    assert "None," not in text
    assert max(len(line) for line in text.splitlines()) <= 200


def test_explain_in_words(war: Scenario) -> None:
    """A few sentences that a political scientist would read aloud."""
    flat = " ".join(explain(war).split())
    assert "about 49 thousand, in nine cases of ten between 40 and 60 (yearbook)" in flat
    assert "whenever bear's rung is at least 8 (overt-intervention): go to heavy" in flat
    assert "whenever north asks for more and no truce holds: refuse the client's request" in flat
    assert "-0.5 points per 1000 persons" in flat


def test_html_in_a_title_stays_text() -> None:
    """Nothing is interpreted here; whoever renders it escapes it."""
    title = "<script>alert('x')</script> & \"quotes\""
    scenario = read_text(WAR.replace("A small war with two sides", json.dumps(title)))
    assert scenario.title == title
    assert read_text(write(scenario)).title == title


# --- new, schema, check -----------------------------------------------------------------------------------------------


def test_new_reads_without_errors_or_doubts() -> None:
    """The scaffold is a scenario that works as it stands."""
    report = check_text(new("my-war"))
    assert report.ok, report.errors
    assert report.warnings == ()
    assert report.scenario is not None
    assert set(report.scenario.patrons["moscow"].theories) == set(theory_names())
    with pytest.raises(ScenarioError):
        new("My War")


def test_json_schema_knows_what_the_reader_knows() -> None:
    """Every reference resolves, and the keys of a side are the keys of a side."""
    schema = json_schema()
    text = json.dumps(schema)
    targets = {part.split('"')[0] for part in text.split('"$ref": "#/$defs/')[1:]}
    assert targets <= set(schema["$defs"])
    assert "counter-heavy" in schema["$defs"]["shape-side"]["properties"]
    assert set(schema["$defs"]["theories"]["properties"]) == set(theory_names())


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_what_ships_has_no_number_without_a_source(path: Path) -> None:
    """Every parameter has a prior, a unit and a source or the word judgement."""
    report = check(path)
    assert report.ok, report.errors
    assert [warning for warning in report.warnings if "without a source" in warning.message] == []


DOUBTS = [
    ("source: yearbook}\n    heavy", "}\n    heavy", "1 number without a source: side.personnel", 10),
    ("yearbook: {", "almanac: {title: Unused}\n  yearbook: {", 'the source "almanac" is used by no number', 5),
    ("inertia: {weight: 1}", "inertia: {weight: 0}", "inertia has weight 0", 31),
    ("gain: {halfnormal: 0.5, high: 0.6, source: judgement}", "gain: 0", "spigot has no strength", 32),
    ("bear.rung >= overt-intervention", "bear.rung > 9", "can never fire", 63),
    ("bear.rung >= overt-intervention", "months > 40", "can never fire", 63),
    ("bear.rung >= overt-intervention", "bear.rung < 3 and bear.rung > 2", "can never fire", 63),
    ("bear.rung >= overt-intervention", "truce and not truce", "can never fire", 63),
    ("bear.rung >= overt-intervention", "bear.rung >= 0", "fires in every month", 63),
    ('"incident.coast"', '"bear.rung > bear.rung[-1]"', "asks about the same state as rival-raises", 70),
    ('"incident.coast"', '"truce and high-intensity and not truce"', "can never be reached", 70),
    ("rung: covert-regulars", "covert: true\n    rung: patron-war", "is covert and stands on patron-war", 27),
    ("rung: covert-regulars", "rung: political", "does not fit its rung political", 28),
    ("{lognormal: [30, 0.2]", "{lognormal: [1, 0.2]", "starts below 1 thousand in 50% of the draws", 14),
    ("{beta: [60, 40]", "{beta: [2, 98], low: 0.001", "north holds less than its collapse-share (0.02 of the area)", 17),
    ("deaths: -0.5 per thousand", "deaths: 0", "deaths is worth nothing", 54),
    ("rung: lethal-defensive, volume", "ceiling: training, rung: lethal-defensive, volume", "is above the ceiling training", 61),
]


@pytest.mark.parametrize(("old", "new_text", "message", "line"), DOUBTS, ids=[row[2][:40] for row in DOUBTS])
def test_check_doubts(old: str, new_text: str, message: str, line: int) -> None:
    """Scenarios that read well and mean little: a warning, at the right line, and no error."""
    assert old in WAR
    report = check_text(WAR.replace(old, new_text, 1))
    assert report.ok, report.errors
    assert [warning.line for warning in report.warnings if message in warning.message] == [line], report.warnings


def test_check_without_an_objective_or_claims_that_can_be_tested() -> None:
    """What is left out is doubted too."""
    head, _, rest = WAR.partition("objective:")
    middle, _, _ = rest[rest.index("strategies:") :].partition("    on-record:")
    messages = [warning.message for warning in check_text(head + middle).warnings if "stake-ratio" not in warning.message]
    assert messages == [
        "no objective: without it no strategy can be called good",
        "the claim spigot has no query: nothing can test it",
    ]


def test_check_of_a_good_scenario_is_silent() -> None:
    """The small war has one number that its theories do not read, and nothing else to be doubted."""
    assert [warning.line for warning in check(WAR_FILE).warnings] == [29]
    quiet = WAR.replace("    stake-ratio: {lognormal: [3, 0.8], source: judgement, note: a guess}\n", "")
    assert check_text(quiet).warnings == ()


def test_strategies_that_never_differ() -> None:
    """A dead rule, another sentence and a move to where one stands make no difference."""
    same = """strategies:
  wait: {moves: []}
  stay:
    says: The same in other words
    moves: [{at: 2018-03, rung: training}]
    when: [{if: "bear.rung > 9", then: {rung: heavy}}]
"""
    head, _, rest = WAR.partition("strategies:\n")
    report = check_text(head + same + "\n" + rest[rest.index("contingencies:") :])
    assert any("stay never differs from wait" in warning.message for warning in report.warnings), report.warnings


def test_check_json_is_the_contract() -> None:
    """Errors, warnings and notes with six fields each."""
    report = check(FILES / "bad" / "circle-one.yaml")
    assert not report.ok
    shape = report.to_json()
    assert set(shape) == {"errors", "warnings", "notes"}
    assert set(shape["errors"][0]) == {"file", "line", "column", "message", "expected", "suggestion"}


def test_a_record_after_the_decision() -> None:
    """A record that ends later than what the decision may know, and one that is not there."""
    late = check_text(WAR.replace("known-until: 2017-12", "known-until: 2016-12") + "record: donbas-2014-2017\n")
    assert any("after known-until 2016-12" in warning.message for warning in late.warnings), late.warnings
    none = check_text(WAR + "record: nothing-of-the-kind\n")
    assert any("the record cannot be read" in warning.message for warning in none.warnings)


def test_every_mistake_of_a_record_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At its own place, after what is said of the scenario; they are warnings: the scenario runs without its record."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "two.yaml").write_text(
        "record: two\nseries:\n  deaths: {unit: count, kind: monthly, vintage: real-time}\nsources:\n  book: {title: A book}\n"
    )
    (tmp_path / "records" / "two.csv").write_text(
        "series,valid,known,value,source,coding,note\ndeaths,2018-13,2018-12,1,book,,\ndeaths,2018-02,2018-02,x,book,,\n"
    )
    report = check_text(WAR + "record: two\n")
    assert report.ok and any("the record cannot be read: 2 mistakes" in warning.message for warning in report.warnings)
    places = [(Path(issue.file).name, issue.line, issue.column) for issue in report.warnings[-2:]]
    assert places == [("two.csv", 2, 8), ("two.csv", 3, 24)]


def test_scenarios_ship_in_a_folder_that_is_searched() -> None:
    """A bare name is enough."""
    assert read("donbas-2017").scenario == "donbas-2017"
    assert "donbas-2014-2017" in shipped("records", ".yaml")
