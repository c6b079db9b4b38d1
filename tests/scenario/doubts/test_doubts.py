"""Every doubt of the table: a scenario that raises it, at the right place, and the small war, which does not."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from builders.dossier_example import dossier
from builders.places import ROOT, SMALL_FILE, WAR_FILE
from builders.wars import compiled
from countermove.behaviour.reads import reads
from countermove.behaviour.table import THEORIES
from countermove.behaviour.theory import Theory
from countermove.engine.program import compile_scenario
from countermove.memo.front import borrowed_note
from countermove.memo.inputs import assumption_counts
from countermove.questions.assumptions import assumptions_of
from countermove.questions.check.quick_runs import DRAWS, _apart, _games, _valued, doubts_of_runs, quick_runs
from countermove.scenario import check, check_text, explain, read, read_text
from countermove.scenario.check import CheckReport, unread_changes
from countermove.scenario.doubts.claims import PUT_IN
from countermove.scenario.doubts.sizes import FAR, ends, sizes, spans
from countermove.scenario.doubts.table import DOUBTS
from countermove.scenario.doubts.unread import OF_PARTIES
from countermove.scenario.doubts.written import MarkedScenario
from countermove.scenario.inherited import inherited
from countermove.scenario.parameter_tables import parameters
from countermove.scenario.places import shipped

WAR = WAR_FILE.read_text(encoding="utf-8").replace("    stake-ratio: {lognormal: [3, 0.8], source: judgement, note: a guess}\n", "")
WAIT = "moves: [{at: start, rung: training, diplomacy: high}]"
MOVE = "{at: 2018-04, rung: lethal-defensive, volume: 47 million USD, conditions: [not-at-contact-line], enforcement: 0.8}"
RULE = '{if: "bear.rung >= overt-intervention", then: {rung: heavy}}'
ASKS = '{if: "north.asks and not truce", then: {answer: refuse}}'
SPIGOT = "gain: {halfnormal: 0.5, high: 0.6, source: judgement}"
THEORY = f"      spigot: {{weight: 2, {SPIGOT}, delay: {{choice: [0, 1, 2], source: judgement}}}}\n"
HELD = "territory: {contested: The valley, held-by-north: "
NORTH = "personnel: {range: [40, 60], unit: thousand"
BOOK = "  yearbook: {title: A yearbook"
HEAVY = "heavy: {lognormal: [1.2, 0.3], source: judgement"
MODEL = '"P(bear.support[+6] > bear.support | south.losing) >= 0.8"'

# the doubt, what is replaced, by what (the caret ‸ is where the doubt must point, and is taken out), part of the message
CASES: list[tuple[str, str, str, str]] = [
    ("worth nothing", "deaths: -0.5 per thousand", "‸deaths: 0", "deaths is worth nothing"),
    ("matters out of scale", "matters: 0.1", "‸matters: 1e-9", "any difference counts as material"),
    (
        "matters out of scale",
        "matters: 0.1\n  values: {settlement-by-24-months: 3, direct-war: -10, deaths: -0.5 per thousand, cost: -0.1 per 100 million USD}",
        "‸matters: 13\n  values: {settlement-by-24-months: 3, direct-war: -10}",
        "nothing matters",
    ),
    ("stale knowledge", "known-until: 2017-12", "‸known-until: 1990-06", "nothing is known of the 330 months"),
    ("word of the tables", "  wait:\n", "  ‸weighted:\n", "a word of the tables"),
    ("rule divides", RULE, RULE.replace("{if", "‸{if").replace("bear.rung", "1 / (bear.rung - eagle.rung)"), "which can be 0"),
    ("claim beyond the clock", "bear.support[+6]", "bear.support[+40]", "looks 40 months away"),
    ("rule never fires", RULE, RULE.replace("{if", "‸{if").replace("bear.rung >= overt-intervention", "months > 40"), "can never fire"),
    ("rule out of reach", RULE, RULE.replace("{if", "‸{if").replace("overt-intervention", "patron-war"), "bear climbs to overt-intervention at most"),
    ("rule always fires", RULE, RULE.replace("{if", "‸{if").replace(">= overt-intervention", ">= 0"), "fires in every month"),
    ("rule overruled", ASKS, '‸{if: "months >= 9", then: {rung: heavy}}\n      - {if: "months >= 5", then: {rung: none}}', "another rung"),
    (
        "drawn in unseen",
        "cost: -0.1 per 100 million USD}\n\nstrategies:\n  wait:\n",
        "drawn-in: -1}\n\nstrategies:\n  up:\n    when: [‸{if: bear.raises, then: {step: 1}}]\n  wait:\n",
        "up goes up by a rule (step: 1), and drawn-in does not count a climb that a plan orders",
    ),
    ("above ceiling", WAIT, "moves: [{at: 2018-06, ‸rung: heavy}, {at: start, ceiling: training}]", "heavy is above the ceiling training"),
    ("above ceiling", WAIT, f"{WAIT}\n    when: [{{if: truce, then: {{‸rung: heavy, ceiling: training}}}}]", "above the ceiling training"),
    ("above ceiling", MOVE, "{at: start, ceiling: heavy}, " + MOVE.replace("rung: lethal-defensive", "‸rung: advisers"), "above"),
    ("above the top", WAIT, "moves: [{at: start, ‸rung: patron-war}]", "a plan stops at overt-intervention"),
    ("ceiling below", WAIT, "moves: [{at: 2018-03, ‸ceiling: non-lethal}]", "below training, on which the plan stands"),
    ("after exit", WAIT, "moves: [{at: 2018-06, ‸rung: heavy}, {at: 2018-02, exit: true}]", "left the war in 2018-02"),
    ("after exit", WAIT, "moves: [{at: 2018-06, ‸exit: true, rung: heavy}]", "the exit wins"),
    ("after exit", WAIT, "moves: [{at: start, exit: true}]\n    when: [{if: truce, then: {‸rung: heavy}}]", "leaves the war at the start"),
    ("enforcement of nothing", WAIT, "moves: [{at: 2018-02, ‸enforcement: 0.5}]", "enforcement of nothing"),
    ("enforcement of nothing", MOVE, MOVE.replace("enforcement: 0.8", "‸enforcement: 0"), "enforced at 0"),
    ("conditions on no arms", WAIT, "moves: [{at: start, rung: training, ‸conditions: [no-offensives]}]", "conditions on no arms"),
    ("volume of no arms", WAIT, "moves: [{at: start, rung: training, ‸volume: 5 million USD}]", "training gives no arms"),
    ("volume of no arms", WAIT, "moves: [{at: start, rung: heavy, ‸volume: 0}]", "a volume of 0"),
    ("changes nothing", WAIT, "moves: [{at: start, sanctions: 0.8}, {at: 2018-09, rung: heavy, ‸sanctions: 0.8}]", "sanctions as it stands"),
    ("changes nothing", WAIT, "moves: [{at: start, ‸exit: false}]", "orders nothing"),
    ("overwritten", WAIT, "moves: [{at: 2018-02, ‸rung: heavy}, {at: 2018-02, rung: none}]", "another rung is ordered in 2018-02"),
    ("contingency out of reach", 'spread: {if: "incident.coast"', '‸spread: {if: "truce and not truce"', "can never be reached"),
    ("contingency out of reach", 'spread: {if: "incident.coast"', '‸spread: {if: "bear.rung >= patron-war"', "bear climbs to"),
    ("contingency always", 'spread: {if: "incident.coast"', '‸spread: {if: "truce or not truce"', "asked in every month"),
    ("same contingencies", 'spread: {if: "incident.coast"', '‸spread: {if: "bear.rung > bear.rung[-1]"', "the same state"),
    ("no rival", "supports: south", "‸supports: north", "nobody answers what it does"),
    ("no weight", "inertia: {weight: 1}", "‸inertia: {weight: 0}", "inertia has weight 0"),
    ("no strength", f"spigot: {{weight: 2, {SPIGOT}", "‸spigot: {weight: 2, gain: 0", "spigot has no strength"),
    ("one theory", f"    theories:\n      inertia: {{weight: 1}}\n{THEORY}", "    ‸theories:\n      inertia: {weight: 1}\n", "one theory only"),
    ("unread", "    budget: {value: 25", "    ‸stake-ratio: 2\n    budget: {value: 25", "no run reads the stake-ratio of eagle"),
    ("unread", "    budget: {value: 25", "    ‸means: 90\n    budget: {value: 25", "no run reads the means of eagle"),
    ("unread", "    theories:\n", "    covert: true\n    ‸means: 90\n    theories:\n", "no run reads its means"),
    ("unread", "    theories:\n", "    ‸stake-ratio: 2\n    theories:\n", "no theory of bear reads its stake-ratio"),
    ("unread", "    theories:\n", "    ‸elections: [2018-03]\n    theories:\n", "only domestic would look at it"),
    ("unread", "parameters:\n", "parameters:\n  opportunist: {‸gain: 1}\n", "no patron follows opportunist"),
    ("unread", "parameters:\n", "parameters:\n  politics: {‸solidarity: 0.5}\n", "there are no allies"),
    ("written twice", "inertia: {weight: 1}", "inertia: {weight: 1, noise: 0.1}\n      richardson: {‸noise: 0.2}", "written under inertia already"),
    ("idle claim", f'    on-record: "share(bear.raises within 3 | south.losing) >= 0.8"\n    model: {MODEL}\n', "", "nothing can test it"),
    ("claim cannot fail", f"model: {MODEL}", '‸model: "P(truce | truce) >= 0.5"', "is 1 by what its words mean"),
    ("claim cannot fail", f"model: {MODEL}", '‸model: "P(truce and not truce | months > 2) >= 0.5"', "cannot hold"),
    ("claim cannot fail", f"model: {MODEL}", '‸model: "P(truce) >= 0"', "a share lies between 0 and 1"),
    ("claim about nothing", f"model: {MODEL}", '‸model: "P(truce | months > 90) >= 0.5"', "about no month"),
    ("claim about nothing", f"model: {MODEL}", '‸model: "slope(deaths, 2) > 0"', "nothing has a slope on it"),
    ("claim by assumption", f"model: {MODEL}", '‸model: "slope(talks, eagle.rung) < 0"', "pretext.talks is bounded at 0"),
    ("claim by assumption", f"model: {MODEL}", '‸model: "slope(bear.support, south.losing) > 0"', "spigot.gain is bounded at 0"),
    ("claim by assumption", f"model: {MODEL}", '‸model: "slope(bear.support, bear.casualties) < 0"', "no theory of bear looks at it"),
    ("claim by assumption", f"model: {MODEL}", '‸model: "0 < slope(incident, eagle.rung)"', "spread.x-own is fixed at 0.25"),
    ("lone reader", "contingencies:\n", "readers:\n  ‸a: {theories: {spigot: 1}}\ncontingencies:\n", "a single reader"),
    (
        "readers alike or apart",
        "contingencies:\n",
        "readers:\n  a: {theories: {spigot: 1}}\n  b: {‸theories: {inertia: 1}}\ncontingencies:\n",
        "no theory in common",
    ),
    ("collapsed at once", "personnel: {lognormal: [30, 0.2]", "‸personnel: {lognormal: [1, 0.2]", "starts below 1 thousand in 50%"),
    ("collapsed at once", f"{HELD}{{beta: [60, 40]", f"‸{HELD}{{value: 0.985", "south holds less than its collapse-share (0.02 of the area)"),
    ("means below baseline", "    theories:\n", "    ‸means: 3\n    theories:\n", "bear could give 3 thousand at the most (means), and gives 6 at"),
    ("dependence unlike any war", "    target:", "    ‸dependence: 0.99\n    target:", "99% of the staying power of south hangs on its patrons"),
    ("rung and support", "rung: covert-regulars\n    base", "rung: political\n    ‸base", "does not fit its rung political"),
    ("rung and support", "baseline: {lognormal: [6, 0.3]", "‸baseline: {lognormal: [6, 0.5]", "begins in the open in 8% of the prior"),
    (
        "rung and support",
        "rung: covert-regulars\n    baseline: {lognormal: [6,",
        "rung: overt-intervention\n    ‸baseline: {lognormal: [14,",
        "begins short of it in 30% of the prior (the line is 12 thousand); a low of 12 for it",
    ),
    ("far from all wars", NORTH, "‸personnel: {range: [40000, 60000], unit: thousand", "40 to 60 thousand persons, if persons were meant"),
    ("far from all wars", NORTH, "‸personnel: {range: [40, 60], unit: persons", "less than the smallest"),
    ("far from all wars", "heavy: {lognormal: [1.2, 0.3]", "‸heavy: {lognormal: [600, 0.3]", "if tanks were meant"),
    ("far from all wars", "budget: {value: 25, unit", "‸budget: {value: 25000, unit", "if thousand USD were meant"),
    ("far from all wars", "volume: 47 million", "‸volume: 4 billion", "times the largest of the wars that ship (47, donbas-2017)"),
    ("far from all wars", "    rung: training\n", "    rung: training\n    ladder: {heavy: {‸cost: 80000}}\n", "million USD a month"),
    ("unused source", "  yearbook: {", "  ‸almanac: {title: Unused}\n  yearbook: {", "used by no number"),
    ("late source", "by: Its editors, year: 2017", "by: Its editors, ‸year: 2019", 'the source "yearbook" is of 2019, after known-until 2017-12'),
    ("late source", BOOK, f"  ‸un-2021: {{title: The valley in 2021}}\n{BOOK}", "is of 2021"),
    ("late note", HEAVY, f"‸{HEAVY}, note: seen in 2020", "speaks of 2020"),
]  # fmt: skip
WHOLE = {"no objective", "few strategies", "same strategies", "judged early", "another age", "brigades for nobody", "no sources"}
"""Doubts with a test of their own below: what raises them is more than one replacement."""


@cache
def small() -> CheckReport:
    """What `check` says of the small war."""
    return check_text(WAR)


def raised(report: CheckReport, name: str) -> list[str]:
    """`line:column message` of each time that a doubt of the table is raised."""
    assert report.ok, report.errors
    assert report.written is not None
    rule = next(doubt for doubt in DOUBTS if doubt.name == name)
    issues = [report.written.issue(*row) for row in rule.raised(report.written)]
    shown = {str(issue) for issue in report.warnings}
    assert all(str(issue) in shown for issue in issues)
    return [f"{issue.line}:{issue.column} {issue.message}; {issue.expected}" for issue in issues]


@pytest.mark.parametrize(("name", "old", "new", "part"), CASES, ids=[f"{row[0]}-{place}" for place, row in enumerate(CASES)])
def test_a_case_raises_it_and_the_small_war_does_not(name: str, old: str, new: str, part: str) -> None:
    """Once, where it is written."""
    assert WAR.count(old) == 1, old
    text = WAR.replace(old, new)
    assert raised(small(), name) == []
    found = raised(check_text(text.replace("‸", "")), name)
    assert len(found) == 1, found
    assert part in found[0], found
    if "‸" in text:
        before = text[: text.index("‸")]
        place = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
        assert found[0].startswith(f"{place} "), (found, place)


def test_every_doubt_has_a_case() -> None:
    """The table, the cases, and the tests below; no name twice."""
    names = [doubt.name for doubt in DOUBTS]
    assert len(names) == len(set(names)) and all(doubt.says.endswith(".") for doubt in DOUBTS)
    assert {row[0] for row in CASES} | WHOLE == set(names)
    page = (ROOT / "docs" / "reference" / "doubts.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| ([a-z ]+) \| (.+\.) \|$", page, re.MULTILINE) == [(doubt.name, doubt.says) for doubt in DOUBTS]


def test_nothing_to_decide() -> None:
    """No objective; no strategies; two that never differ, whatever they say and whatever they enforce."""
    bare = WAR[: WAR.index("objective:")] + WAR[WAR.index("strategies:") :]
    assert raised(check_text(bare), "no objective") and not raised(small(), "no objective")
    head, rest = WAR[: WAR.index("strategies:")], WAR[WAR.index("contingencies:") :]
    assert "no strategies" in raised(check_text(head + rest), "few strategies")[0] and not raised(small(), "few strategies")
    alike = "strategies:\n  a: {moves: []}\n  b: {moves: [{at: 2018-03, rung: training}, {at: 2018-05, enforcement: 0.3}]}\n"
    assert "b never differs from a" in raised(check_text(head + alike + rest), "same strategies")[0]
    assert not raised(small(), "same strategies")


def test_a_short_clock() -> None:
    """What is judged at its end is doubted; what no run has is refused in one line, in the objective and of a reader."""
    short = WAR.replace("months: 36", "months: 18").replace(
        "settlement-by-24-months: 3", "settlement-by-12-months: 3, drawn-in: -1"
    )
    found = raised(check_text(short), "judged early")
    assert len(found) == 1 and "drawn-in is judged there, and not after 24 months" in found[0], found
    assert raised(check_text(WAR.replace("settlement-by-24-months", "drawn-in")), "judged early") == []
    for text in (
        WAR.replace("months: 36", "months: 18"),
        WAR.replace("by-24-months", "by-60-months"),
        short + "readers: {a: {values: {rung-24: 1}}}\n",
    ):
        errors = check_text(text).errors
        assert len(errors) == 1 and "no run has" in errors[0].message and "the clock ends after" in errors[0].message, errors
    assert check_text(WAR.replace("settlement-by-24-months: 3", "truces-broken-in-30-days: 3")).errors[0].message == (
        "truces-broken-in-30-days is a ratio over what may not occur: runs without any have no value"
    )
    alone = WAR.replace("supports: south", "supports: north").replace("settlement-by-24-months: 3", "will-rival: 3")
    assert "no patron stands on another side" in check_text(alone).errors[0].message


def test_numbers_of_a_line_that_nobody_fights_over() -> None:
    """Without a front nobody collapses for want of ground, and what is written of ground is read by no run."""
    ground = WAR[WAR.index("territory: {") : WAR.index("patrons:")]
    tiny = WAR.replace("{beta: [60, 40]", "{value: 0.985")
    assert "or territory: none" in raised(check_text(tiny), "collapsed at once")[0]
    assert not raised(check_text(tiny.replace("    target:", "    collapse-share: 0\n    target:")), "collapsed at once")
    text = WAR.replace(ground, "territory: none\n").replace("drift: {south: {normal: [0.1, 0.05], source: judgement}}, ", "")
    text = text.replace("    target:", "    collapse-share: 0.1\n    target:")
    found = raised(check_text(text.replace("parameters:\n", "parameters:\n  territory: {pace: 0.1}\n")), "unread")
    assert [row.split("; ")[0].split(" ", 1)[1] for row in found] == [
        "the war has no front: no run reads territory.pace",
        "the war has no front: no run reads collapse-share",
    ]
    assert not raised(check_text(text), "collapsed at once")


def test_nobody_supports_a_side_that_is_said_to_depend() -> None:
    """Dependence on patrons that are not there."""
    text = WAR.replace("supports: south", "supports: north").replace("    target:", "    dependence: 0.3\n    target:")
    assert "no patron supports south: no run reads its dependence" in raised(check_text(text), "unread")[0]


def test_a_digit_in_a_name_is_no_deadline() -> None:
    """Thirty days are not thirty months: the measure itself says when it is judged."""
    text = WAR.replace("months: 36", "months: 24").replace("deaths: -0.5 per thousand", "truces: 1, deaths: -0.5 per thousand")
    assert check_text(text).warnings == ()


def test_another_age() -> None:
    """Prices and hazards of the calibration are doubted in 1984, noted in 2018, and neither where all is written."""
    old = re.sub(r"20(17|18|19)-", r"19\1-", WAR).replace("year: 2017", "year: 1917")
    found = raised(check_text(old), "another age")
    assert (
        len(found) == 1
        and "the war starts in 1918" in found[0]
        and "supply.price-heavy" in found[0]
        and "prices of 2018" in found[0]
    )
    assert raised(small(), "another age") == []
    notes = [note.message for note in check_text(WAR).notes]
    assert sum("calibrated to the Donbas of 2015 to 2017 in prices of 2018" in note for note in notes) == 1
    assert not any("calibrated" in note.message for note in check_text(old).notes)


def test_brigades_for_nobody() -> None:
    """They are sent to an alliance; without one they only cost."""
    sent = WAR.replace(WAIT, "moves: [{at: start, brigades: 3}]")
    assert raised(check_text(sent), "brigades for nobody") == []
    alone = re.sub(r"  pact: .*\n", "", sent).replace("incident.coast", "truce")
    assert len(raised(check_text(alone), "brigades for nobody")) == 1


def test_no_sources() -> None:
    """A file without a section of sources."""
    bare = re.sub(r"sources:\n  yearbook.*\n", "", WAR).replace("source: yearbook", "source: judgement")
    assert raised(check_text(bare), "no sources") and not raised(small(), "no sources")


# --- where the tables of the doubts come from -------------------------------------------------------------------------


def test_what_theories_read_is_found_by_asking_them() -> None:
    """Each reads its own numbers; the stakes matter to `rational` alone, elections to `domestic`, and `switching` reads the spigot's line."""
    found = {name: reads(theory) for name, theory in THEORIES.items()}
    for name, theory in THEORIES.items():
        one = found[name]
        assert one is not None and {parameter.name for parameter in theory.parameters} <= one.numbers, name
    assert {name for name, one in found.items() if one is not None and "stake_ratio" in one.view} == {"rational"}
    assert {name for name, one in found.items() if one is not None and "election" in one.view} == {"domestic"}
    assert "spigot.line" in found["switching"].numbers  # type: ignore[union-attr]
    broken = Theory("mine", "It fails.", lambda view, p: 1 / 0, (), "")
    assert reads(broken) is None


def test_names_in_the_tables_exist() -> None:
    """Numbers that carry causes, and numbers of third parties."""
    known = set(parameters())
    assert {name for _, _, names in PUT_IN for name in names} <= known
    assert {name for names in OF_PARTIES.values() for name in names} <= known


def test_sizes_are_those_of_the_wars_that_ship() -> None:
    """No war that ships is far from all wars, and the largest of each kind is in one of them."""
    found = spans()
    assert set(found) == {
        "personnel",
        "heavy",
        "counter-heavy",
        "budget",
        "baseline",
        "means",
        "stocks",
        "volume",
        "cost",
        "troops",
        "flow",
    }
    for name in shipped("scenarios", ".yaml"):
        for path, kind, prior in sizes(read(name)):
            assert ends(prior)[1] <= FAR * found[kind][1][0], (name, path)


@pytest.mark.parametrize("name", ["donbas-2017", "syria-2013", str(WAR_FILE), str(SMALL_FILE)])
def test_explain_check_and_the_memo_count_alike(name: str) -> None:
    """The numbers that stand at the defaults, of all that any run reads."""
    scenario = read(name)
    rows = [row for row in assumptions_of(compile_scenario(scenario)) if not row.name.startswith("phase.")]
    found = inherited(scenario)
    assert (found.of, found.count) == (len(rows), sum(row.default for row in rows))
    assert f"{found.count} of {found.of} numbers are the program's own defaults" in " ".join(explain(scenario).split())


def test_a_number_that_is_written_is_no_default() -> None:
    """And one that is borrowed is not either."""
    before = inherited(read_text(WAR))
    priced = WAR.replace(
        "parameters:\n", "parameters:\n  supply: {price-heavy: {value: 900, unit: million USD, source: judgement}}\n"
    )
    after = inherited(read_text(priced))
    assert (after.count, after.of) == (before.count - 1, before.of)
    assert "supply.price-heavy" in before.names and "supply.price-heavy" not in after.names


def test_the_memo_says_how_many_numbers_are_the_programs_own() -> None:
    """Beside that none was borrowed, which alone would be false in spirit; nothing where all are written."""
    rows = assumptions_of(compiled(WAR_FILE))
    own = sum(row.default for row in rows)
    told = replace(dossier(), assumptions=rows)
    assert (
        f"None of the {len(rows)} numbers that went in was borrowed from another scenario; {own} of them stand as the program has them."
        == (borrowed_note(told))
    )
    counts = assumption_counts(told)
    assert (
        f" {own} stand as the program has them: its defaults were calibrated to the Donbas of 2015 to 2017, in prices of 2018."
        in counts
    )
    assert "supply.price-heavy" in counts and "side.slack" not in counts
    written = replace(dossier(), assumptions=tuple(row for row in rows if not row.default))
    assert "Donbas" not in assumption_counts(written) and "stand as" not in borrowed_note(written)


def test_the_spigots_numbers_are_read_where_only_switching_is_followed() -> None:
    """`switching` rescues as the spigot does, and reads its gain and line, not its delay; stakes are read where `rational` is."""
    text = WAR.replace(THEORY, "      switching: {weight: 2}\n      rational: {weight: 1}\n")
    rows = {row.name for row in assumptions_of(compile_scenario(read_text(text))) if row.where == "Bear"}
    assert {"spigot.gain", "spigot.line", "patron.stake-ratio"} <= rows and "spigot.delay" not in rows
    assert "patron.stake-ratio" not in {row.name for row in assumptions_of(compile_scenario(read_text(WAR)))}


# --- what is said beside the table ------------------------------------------------------------------------------------


def test_a_value_of_set_that_no_run_reads() -> None:
    """Is remarked upon where it was given; one that is read is not."""
    path = WAR_FILE
    found = unread_changes(path, {"patrons.bear.stake-ratio": "2", "sides.north.slack": "0.5"}, ())
    assert [issue.file for issue in found] == ["--set patrons.bear.stake-ratio"]
    plugin = Theory("mine", "It looks at the stakes.", THEORIES["rational"].drive, THEORIES["rational"].parameters, "")
    assert unread_changes(path, {"patrons.bear.stake-ratio": "2"}, (plugin,)) == ()


def test_explain_says_that_nobody_answers_and_when_a_measure_is_judged() -> None:
    """In plain English."""
    text = " ".join(explain(read_text(WAR.replace("supports: south", "supports: north"))).split())
    assert "nobody answers what it does, no theory is weighed" in text
    short = WAR.replace("months: 36", "months: 18").replace("settlement-by-24-months: 3", "drawn-in: -1")
    told = " ".join(explain(read_text(short)).split())
    assert "the owner's rung at month 18, the last is above" in told and "month 24" not in told
    assert "nobody answers" not in explain(read_text(WAR)) and "shorter clock" not in explain(read_text(WAR))


def test_facts_that_are_only_told() -> None:
    """An agreed exchange, a recommitment and the owner's elections change no run: a note says so, and no warning."""
    report = check(WAR_FILE)
    told = [note.message for note in report.notes if "no run uses" in note.message]
    assert len(told) == 3 and not any("no run uses" in warning.message for warning in report.warnings)


def test_rows_that_became_known_later() -> None:
    """A record that ends in time may have rows that were not known: a note."""
    notes = [note.message for note in check("donbas-2017").notes]
    assert sum("rows of the record became known only later" in note for note in notes) == 1


def test_a_doubt_that_is_nowhere_written_stands_at_the_head() -> None:
    """The nearest thing that contains it."""
    report = check_text(WAR)
    assert report.written is not None
    assert (
        report.written.issue("patrons.bear.no.such", "x", "").line,
        MarkedScenario(read_text(WAR)).issue("a.b", "x", "").line,
    ) == (
        25,
        0,
    )


# --- what only the play shows -----------------------------------------------------------------------------------------


def played(text: str) -> list[str]:
    """The doubts of the quick runs of a scenario, with their lines."""
    report = check_text(text)
    assert report.ok and report.written is not None, report.errors
    return [f"{issue.line} {issue.message}" for issue in doubts_of_runs(report.written)]


def test_the_small_war_can_be_played() -> None:
    """Nothing collapses and every valued measure varies; what was found is kept and found again."""
    assert played(WAR) == []
    found = quick_runs(read_text(WAR))
    assert found.runs == 4 * DRAWS and quick_runs(read_text(WAR)) == found


def test_a_side_that_collapses() -> None:
    """A guerrilla with two hundredths of the ground is beaten whatever is done; what follows from that is not said again."""
    beaten = played(
        WAR.replace("{beta: [60, 40]", "{value: 0.9799").replace("[30, 0.2]", "[2, 0.2]").replace("value: 35", "value: 2")
    )
    assert len(beaten) == 1 and re.match(r"13 south collapses in \d+% of the 512 quick runs whatever the strategy", beaten[0]), (
        beaten
    )
    assert played(WAR.replace("{beta: [60, 40]", "{value: 0.8")) == []


def test_a_war_that_is_over_at_once_and_a_patron_that_leaves() -> None:
    """A hazard that was typed a thousand times too large."""
    settled = played(
        WAR.replace(
            "parameters:\n",
            "parameters:\n  bargain: {hazard: {value: 100, source: judgement}, tremble: {value: 5, source: judgement}}\n",
        )
    )
    assert len(settled) == 1 and "the war is over within 3 months in " in settled[0], settled
    quits = WAR.replace("inertia: {weight: 1}", "inertia: {weight: 1, exit: {value: 1, source: judgement}}")
    found = played(quits)
    assert any(
        re.match(r"25 bear leaves the war within 3 months in \d+% of the 512 quick runs under inertia", row) for row in found
    ), found


def test_a_measure_that_carries_the_strategies_apart() -> None:
    """A thousand times the worth of a thing decides alone; a strategy that was played beside no other leaves the question open."""
    found = [row for row in played(WAR.replace("-0.1 per 100 million USD", "-100 per 100 million USD")) if " carries " in row]
    assert len(found) == 1 and re.search(
        r"cost carries [>.\d]+% of the spread between the strategies in the quick runs", found[0]
    ), found
    scenario = read_text(WAR)
    games = _games(scenario, compile_scenario(scenario))
    (_, values), *_ = _valued(scenario)
    assert _apart(games, values) is not None
    lonely = [replace(game, theory=np.repeat(f"of {game.strategy}", game.theory.size)) for game in games]
    assert _apart(lonely, values) is None


def test_a_reader_without_values_of_his_own() -> None:
    """He has the objective's: nothing more is found, and nothing fails."""
    believer = WAR + "\nreaders:\n  believer:\n    theories: {inertia: 1}\n    values: {cost: -1 per 100 million USD}\n"
    silent = believer.replace("    values: {cost: -1 per 100 million USD}\n", "")
    carried = [[row for row in played(text) if " carries " in row] for text in (WAR, silent, believer)]
    assert carried[0] == carried[1] and len(carried[2]) == len(carried[0]) + 1


@pytest.mark.slow
def test_measures_that_never_change() -> None:
    """An event that never happens, a number that is the same in every run, one that is not finite, a contingency and a case never reached."""
    never = WAR.replace("direct-war: -10", "peacekeepers: 1").replace(
        "peacekeeping-offer: {on-table: true", "peacekeeping-offer: {on-table: false"
    )
    never = never.replace(", size: {uniform: [2, 20], unit: thousand, source: judgement}", "")
    assert any("peacekeepers happens in none of 1024 quick runs" in row for row in played(never))
    constant = WAR.replace("deaths: -0.5 per thousand", "solidarity: 1")
    assert any("solidarity is 1 in each of 1024 quick runs" in row for row in played(constant))
    unreached = WAR.replace('spread: {if: "incident.coast"', 'spread: {if: "solidarity < 0.001"')
    assert any("the contingency spread is reached in none" in row for row in played(unreached))
    case = WAR.replace(f"model: {MODEL}", 'model: "P(truce | solidarity < 0.001) >= 0.5"')
    assert any('the case "solidarity < 0.001" arises in none' in row for row in played(case))
    huge = WAR.replace("parameters:\n", "parameters:\n  truces: {break-aid-owner: {value: 4000, source: judgement}}\n")
    assert not any("is not a finite number" in row for row in played(WAR))
    wild = WAR.replace("parameters:\n", "parameters:\n  attrition: {lethality: {value: 1e14, source: judgement}}\n")
    assert any("is not a finite number" in row for row in [*played(huge), *played(wild)])


@pytest.mark.slow
def test_a_rare_danger_that_weighs_heavily_is_not_doubted() -> None:
    """At the highest rate that the runs leave open its points still matter: a full run decides."""
    assert not any("direct-war" in row for row in played(WAR.replace("matters: 0.1", "matters: 0.001")))
    lighter = WAR.replace("direct-war: -10", "direct-war: -0.01").replace(
        "clash-top: {lognormal: [0.02, 1.4]", "clash-top: {value: 1e-9"
    )
    assert any("direct-war happens in none" in row and "below the 0.1 that matter" in row for row in played(lighter))


@pytest.mark.parametrize(
    "text", [WAR.replace("supports: south", "supports: north"), re.sub(r"  bear:\n(    .*\n)+(      .*\n)*", "", WAR)]
)
def test_a_war_without_a_rival_is_played_too(text: str) -> None:
    """No patron on another side, or none but the owner."""
    bare = re.sub(r"    when:\n(      - .*\n)+|contingencies:\n(.*\n)+", "", text)
    assert check_text(bare).ok, check_text(bare).errors
    assert all("collapses" not in row for row in played(bare))
