"""People who disagree, compared: by hand on tables of certain outcomes, on a small war by arithmetic of its own, and as the terminal shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from builders.measured import K, at_hand, certain
from builders.places import SMALL_FILE
from countermove.cli.main import main
from countermove.decision.information import Observation
from countermove.decision.pareto import MeasuredOutcomes
from countermove.errors import DecisionError
from countermove.questions.options import RunOptions
from countermove.questions.readers import readers as studied
from countermove.questions.readers.crux import THEORIES, ReaderAssumptions
from countermove.questions.readers.disagreement import Position, ReaderDisagreement, disagreement, position
from countermove.questions.readers.readers import RECORD, readers
from countermove.questions.run.run import Study, run_study
from countermove.questions.weigh.cached_weighing import CachedWeighing
from countermove.scenario.read import read_text
from countermove.world.record import Datum, Record, Series

SMALL = SMALL_FILE.read_text(encoding="utf-8")
DISPUTED = """
readers:
  holder: {says: Arms hold the valley., theories: {inertia: 3, spigot: 1}, values: {territory: 100}}
  mourner: {values: {deaths: -20 per thousand}}
  heir: {theories: {inertia: 1, spigot: 1}, values: {territory: 100, direct-war: -1}}
"""
OPTIONS = RunOptions(draws=64, lucks=2, seed=3, full=False)
ONE = {"territory": 1.0}


def seen(found: MeasuredOutcomes, one: ReaderAssumptions, matters: float = 0.1) -> Position:
    """A position whose values are written as plain numbers."""
    return position(found, one, {name: f"{worth:g}" for name, worth in one.points.items()}, "", matters)


def parted(
    found: MeasuredOutcomes,
    first: ReaderAssumptions,
    second: ReaderAssumptions,
    observations: Sequence[Observation] = (),
    matters: float = 0.1,
) -> ReaderDisagreement:
    """Two readers, compared."""
    return disagreement(found, (first, second), (seen(found, first, matters), seen(found, second, matters)), observations, matters)


# --- by hand


HAWK, DOVE = ReaderAssumptions("hawk", {"P": 8, "Q": 1, "R": 1}, ONE), ReaderAssumptions("dove", {"P": 2, "Q": 4, "R": 4}, ONE)
WAR = certain([[[10, 0, 0]], [[4, 4, 4]]])  # x is worth 10 under P and 0 else, y 4 under all
SPY = Observation("a spy", ("P", "Q", "R"), ("P", "Q", "R"), np.eye(3), cost=6)
COIN = Observation("a coin", ("P", "Q", "R"), ("heads", "tails"), np.full((3, 2), 0.5), cost=1)


def test_a_position() -> None:
    """The hawk: x .8 x 10 = 8, y 4. The dove: x 2, y 4."""
    hawk, dove = seen(WAR, HAWK), seen(WAR, DOVE)
    assert hawk.shares == {"P": 0.8, "Q": 0.1, "R": 0.1} and hawk.values == {"territory": "1"}
    assert {name: pytest.approx(one.mean) for name, one in hawk.expected.items()} == {"x": 8, "y": 4}
    assert hawk.sentence == "“Hawk” would choose “X”, 4.00 points ahead of “Y” (error 0.00)."
    assert (dove.best, dove.next, dove.kind) == ("y", "x", "better") and dove.ahead.mean == pytest.approx(2)
    small = "To “Dove” there is no material difference between “Y” and “X”: “Y” is 2.00 points above “X” (error 0.00)."
    assert seen(WAR, DOVE, matters=3).sentence == small


def test_one_belief_is_the_crux() -> None:
    """With the dove's weight of P x is worth 2 to the hawk, y 4; with the hawk's, 8 to the dove. With the dove's weight of Q P keeps .6 x 8 / 9 =
    .53 of the hawk's belief, which is enough for x. The hawk loses 8 - 4 by y, the dove 4 - 2 by x."""
    found = parted(WAR, HAWK, DOVE, [SPY, COIN])
    assert (found.kind, found.strategies, found.both) == ("disagree", ("x", "y"), ("the weight of P",))
    assert found.differ == ("the weight of P", "the weight of Q", "the weight of R")
    assert [dict(one) for one in found.losses] == [{"territory": pytest.approx(4)}, {"territory": pytest.approx(2)}]
    assert found.chosen == "a spy" and [row.observation for row in found.observations] == ["a spy", "a coin"]
    assert found.sentences == (
        "“Hawk” would choose “X” and “Dove” “Y”; by “Y” “Hawk” would lose 4.00 points (error 0.00): ground held by the owner's client 4.00; "
        "by “X” “Dove” would lose 2.00 points "
        "(error 0.00): ground held by the owner's client 2.00. They disagree.",
        "They part over one assumption: the weight of “P” (“Hawk” 80%, “Dove” 20%). With what the other says, “Hawk” would choose “Y”, 2.00 "
        "points ahead "
        "of the next (error 0.00), and “Dove” would choose “X”, 4.00 points ahead of the next (error 0.00).",
        "After a spy (6 months of waiting, the cheapest of 2 observations) both would choose alike with probability 100% in the eyes of “Hawk” "
        "and 100% in the eyes of “Dove”.",
    )


def test_nothing_at_hand_tells_the_theories_apart() -> None:
    """A coin moves nobody; the truth would move both."""
    found = parted(WAR, HAWK, DOVE, [COIN])
    assert found.chosen is None and found.knowing is not None
    assert found.sentences[-1] == (
        "None of the 1 observations at hand brings them together, whatever it says. To know the true theory would do it (100% in the eyes of "
        "“Hawk” and 100% in the eyes of “Dove”): the messages do not tell the theories apart well enough."
    )


def test_values_part_them() -> None:
    """x gains 1 territory for 1 death: 3 - 1 > 0 to the hawk, 1 - 2 < 0 to the dove. The hawk needs both of the dove's points (3 - 2 > 0, 1 - 1 =
    0 is no choice), the dove the hawk's territory alone (3 - 2 > 0). No theory plays a part."""
    hawk = ReaderAssumptions("hawk", {"P": 1, "Q": 1}, {"territory": 3, "deaths": -1})
    dove = ReaderAssumptions("dove", {"P": 1, "Q": 1}, {"territory": 1, "deaths": -2})
    found = parted(certain([[[1, 1], [1, 1]], [[0, 0], [0, 0]]]), hawk, dove)
    assert found.both == () and [turn.assumptions for turn in found.turns] == [
        ("the points of territory", "the points of deaths"),
        ("the points of territory",),
    ]
    assert found.sentences[1] == (
        "What they part over depends on who gives way. One way, with what “Dove” says of the points of “ground held by the owner's client” "
        "(“Hawk” 3, “Dove” 1) and the points "
        "of “military dead” (“Hawk” -1, “Dove” -2), “Hawk” would choose “Y”, 1.00 points ahead of the next (error 0.00). The other way, "
        "with what “Hawk” says of "
        "the points of “ground held by the owner's client” (“Hawk” 3, “Dove” 1), “Dove” would choose “X”, 1.00 points ahead of the next (error 0.00)."
    )
    assert found.sentences[2] == (
        "No observation is at hand. To know the true theory would not do it either: they part over what they want."
    )
    assert dict(found.losses[0]) == {"territory": pytest.approx(3), "deaths": pytest.approx(-1)}


def test_all_beliefs_together_are_one_assumption() -> None:
    """Of weights .4 .4 .1 .1 and .1 .1 .4 .4 no single one turns a reader: with P alone x is worth .1 + .6 = .7 to the hawk, .4 + .6 / 9 = .467 to
    the dove. Two do, but all together are one. Where y is worth less than .467, P alone turns the dove, and all of them either."""
    hawk, dove = (
        ReaderAssumptions(name, dict(zip("PQRS", weights, strict=True)), ONE)
        for name, weights in (("hawk", (4, 4, 1, 1)), ("dove", (1, 1, 4, 4)))
    )
    found = parted(certain([[[1, 1, 0, 0]], [[0.5] * 4]]), hawk, dove)
    assert found.both == (THEORIES,) and [turn.assumptions for turn in found.turns] == [(THEORIES,)] * 2
    assert found.sentences[1].startswith(
        "They part over one assumption: the weights of the theories. With what the other says, “Hawk” "
    )
    near = parted(certain([[[1, 1, 0, 0]], [[0.46] * 4]]), hawk, dove)
    assert near.both == (THEORIES,) and near.turns[1].assumptions in {("the weight of P",), ("the weight of Q",)}
    assert near.sentences[1].endswith("Whoever took over what the other says would choose as the other does.")


def test_nobody_gives_way() -> None:
    """x gains 9 by each of four measures to the hawk and loses 2 by each to the dove: 36 against -8. With three of the dove's points it gains 9
    - 6 to the hawk, so nothing turns it; to the dove, one of the hawk's points gives 9 - 6."""
    measures = ("territory", "deaths", "cost", "truces")
    hawk, dove = (
        ReaderAssumptions(name, {"P": 1}, dict.fromkeys(measures, worth)) for name, worth in (("hawk", 9.0), ("dove", -2.0))
    )
    gain = at_hand(np.repeat(np.stack([np.ones((4, 1)), np.zeros((4, 1))])[..., None], K, axis=3), measures)
    found = parted(gain, hawk, dove)
    assert found.turns[0].assumptions is None and found.turns[1].assumptions is not None and len(found.turns[1].others) == 3
    assert (
        "One way, no three assumptions of “Dove” would turn “Hawk” to “Y”. The other way, with what “Hawk” says of"
        in found.sentences[1]
    )
    assert found.sentences[1].endswith(", or 1 other set of that size.")
    wide = (*measures, "cost-rival", "civilians", "talks", "will")
    hawk, dove = (ReaderAssumptions(name, {"P": 1}, dict.fromkeys(wide, worth)) for name, worth in (("hawk", 1.0), ("dove", -1.0)))
    gain = at_hand(np.repeat(np.stack([np.ones((8, 1)), np.zeros((8, 1))])[..., None], K, axis=3), wide)
    none = parted(gain, hawk, dove)
    assert [turn.assumptions for turn in none.turns] == [None, None]
    assert none.sentences[1].startswith(
        "No three assumptions of the one would turn the other; they differ over 8: the points of “ground held by the owner's client”, "
    )


def test_readers_who_agree() -> None:
    """One sentence, and nothing else."""
    found = parted(WAR, HAWK, replace(DOVE, weights={"P": 1, "Q": 1, "R": 0}))
    assert found.kind == "alike" and found.sentences == ("“Hawk” and “Dove” both choose “X”.",)
    assert (found.turns, found.both, found.observations, found.knowing, found.chosen) == ((), (), (), None, None)


def test_no_theory_in_common() -> None:
    """Each is sure: what the other thinks possible cannot be learnt."""
    sure = {"P": 1.0, "Q": 0.0, "R": 0.0}
    found = parted(WAR, replace(HAWK, weights=sure), replace(DOVE, weights={"P": 0, "Q": 1, "R": 1}), [SPY])
    assert found.chosen is None and found.sentences[-1].endswith(
        "They hold no theory in common, and no observation can change that."
    )


def test_small_and_unsure_differences() -> None:
    """A loss below what matters is none; one within two errors cannot be told."""
    assert parted(WAR, HAWK, DOVE, matters=3).kind == "no material difference"
    assert parted(WAR, HAWK, DOVE, matters=3).sentences[0].endswith("To “Dove” that is no material difference.")
    by_draw = np.random.default_rng(0).normal(size=(2, 1, 2, 64))
    by_draw -= by_draw.mean(axis=3, keepdims=True)
    by_draw[0, 0] += np.array([[1.0], [-0.01]])
    found = parted(
        at_hand(by_draw), ReaderAssumptions("a", {"P": 1, "Q": 0}, ONE), ReaderAssumptions("b", {"P": 0, "Q": 1}, ONE), matters=0
    )
    assert found.kind == "cannot tell" and found.sentences[0].endswith(
        "To “B” that may be chance, or too small to matter: cannot tell."
    )
    assert "which may be chance" in found.sentences[1]


def test_agreement_within_error() -> None:
    """Under Q the hawk's choice is a toss-up of noise: whether both choose alike once that is known is chance, and the words say so."""
    by_draw = np.random.default_rng(1).normal(size=(2, 1, 2, 64))
    by_draw -= by_draw.mean(axis=3, keepdims=True)
    by_draw[0, 0] += np.array([[1.0], [-0.01]])
    a, b = ReaderAssumptions("a", {"P": 3, "Q": 1}, ONE), ReaderAssumptions("b", {"P": 1, "Q": 150}, ONE)
    found = parted(at_hand(by_draw), a, b, [Observation("a spy", ("P", "Q"), ("P", "Q"), np.eye(2))], matters=0)
    assert found.observations[0].agree[0] == pytest.approx((1, 0.75, 1)) and found.chosen == "a spy"
    # b's range is nearly all of the scale: it is told without a figure in it
    assert (
        "with probability 100% (75% to 100% within error) in the eyes of “A” and 0.7% to 100% in the eyes of “B”"
        in found.sentences[2]
    )


def test_what_has_no_meaning() -> None:
    """One strategy, a theory that was not run, a measure that is not there."""
    with pytest.raises(DecisionError, match="one strategy"):
        seen(certain([[[1, 2, 3]]]), HAWK)
    with pytest.raises(DecisionError, match="a weight for Z, which was not run"):
        seen(WAR, replace(HAWK, weights={"P": 1, "Q": 1, "R": 1, "Z": 1}))
    with pytest.raises(DecisionError, match='"cost" is not among'):
        seen(WAR, replace(HAWK, points={"cost": 1.0}))


# --- on a small war


@pytest.fixture(scope="module")
def study() -> Study:
    """Two plans, two theories, 64 draws."""
    return run_study(read_text(SMALL + DISPUTED), OPTIONS)


def expected(study: Study, shares: Mapping[str, float], worth: Mapping[str, float]) -> dict[str, float]:
    """Points of each strategy, by sums over the runs."""
    return {
        strategy: sum(
            share
            * points
            * float(np.average(study.runs.measure(strategy, theory, measure).mean(axis=1, dtype=float), weights=study.runs.weight))
            for theory, share in shares.items()
            for measure, points in worth.items()
        )
        for strategy in study.runs.strategies
    }


def test_the_small_war(study: Study) -> None:
    """Each reader's points by its own weights; what it leaves out is the scenario's; the holder and the heir choose alike, the mourner does not."""
    with threadpool_limits(1):  # threads of a classifier that wait for each other on a busy machine
        found = readers(study, OPTIONS)
    assert found is not None and [row.reader for row in found.positions] == ["holder", "mourner", "heir"]
    holder, mourner, heir = found.positions
    assert holder.shares == {"inertia": 0.75, "spigot": 0.25} and mourner.shares == {"inertia": 0.25, "spigot": 0.75}
    for row, worth in (
        (holder, {"territory": 100}),
        (mourner, {"deaths": -0.02}),
        (heir, {"territory": 100, "direct-war": -1}),
    ):
        assert {name: one.mean for name, one in row.expected.items()} == pytest.approx(expected(study, row.shares, worth), rel=1e-6)
        assert all(one.se > 0 for one in row.expected.values())
    assert (holder.best, mourner.best, heir.best) == ("arm", "wait", "arm")
    assert mourner.values == {"deaths": "-20 per 1000 persons"} and holder.says == "Arms hold the valley."
    first, alike, last = found.disagreements
    assert (first.between, alike.kind, last.between) == (("holder", "mourner"), "alike", ("mourner", "heir"))
    sure = all(turn.before.mean - 2 * turn.before.se > 0.1 for turn in first.turns)
    assert first.kind == ("disagree" if sure else "cannot tell")
    assert first.both == () and first.turns[0].assumptions == ("the points of deaths",)
    assert first.turns[1].assumptions == ("the points of territory", "the points of deaths")
    assert [row.observation for row in first.observations] == [
        f"six more months of reports under “{name}”" for name in ("Arm", "Wait")
    ]
    assert {row.cost for row in first.observations} == {6.0}
    assert found.said == () and "they part over what they want" in first.sentences[2]
    assert json.loads(json.dumps(found.to_json()))["pairs"][0]["turns"][0]["assumptions"] == ["the points of deaths"]


def reports(study: Study, strategy: str, theories: Sequence[str], options: RunOptions) -> Observation:
    """In the place of half a year of reports: a message that names the theory in three cases of four."""
    return Observation("reports", ("inertia", "spigot"), ("i", "s"), np.array([[0.75, 0.25], [0.25, 0.75]]))


def test_the_same_again(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bit for bit."""
    monkeypatch.setattr(studied, "six_months", reports)
    first, again = readers(study, OPTIONS), readers(study, OPTIONS)
    assert first is not None and again is not None and replace(again, seconds=0) == replace(first, seconds=0)


def test_fewer_than_two(study: Study) -> None:
    """Nobody to compare."""
    for text in ("", "\nreaders: {alone: {theories: {spigot: 1}}}\n"):
        other = replace(study, program=replace(study.program, scenario=read_text(SMALL + text)))
        assert readers(other, OPTIONS) is None


def kept(theories: tuple[str, ...], patron: str = "neighbour") -> Any:
    """A kept weighing, as far as it is looked at."""
    named = tuple(tuple(0.9 if a == b else 0.1 / (len(theories) - 1) for b in theories) for a in theories)
    return CachedWeighing(
        SimpleNamespace(patron=patron, confusion=SimpleNamespace(theories=theories, named=named, records=50)), True
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("weighing", "said"),
    [
        (None, "no weighing is kept"),
        (kept(("inertia", "pressure")), "does not speak of every theory of Neighbour"),
        (kept(("inertia", "spigot"), "overseas"), "does not speak of every theory of Neighbour"),
        (kept(("inertia", "spigot", "pressure")), ""),
    ],
)
def test_a_record_like_the_one_at_hand(study: Study, monkeypatch: pytest.MonkeyPatch, weighing: Any, said: str) -> None:
    """Its confusion matrix is an observation where a weighing is kept that speaks of the same theories; else it is said why not."""
    scenario = study.program.scenario.model_copy(update={"record": "one"})
    known = scenario.clock.known_until
    monkeypatch.setattr(studied, "fullest_cached", lambda *_: weighing)
    rows = (Datum("deaths", known - 11, known, 1.0), Datum("deaths", known - 99, known + 1, 1.0))  # the second came later
    monkeypatch.setattr(studied, "record_of", lambda _: Record("one", series={"deaths": Series("deaths", "persons")}, data=rows))
    monkeypatch.setattr(studied, "six_months", reports)
    found = readers(replace(study, program=replace(study.program, scenario=scenario)), OPTIONS)
    assert found is not None
    costs = {row.observation: row.cost for row in found.disagreements[0].observations}
    assert (costs.get(RECORD) == 12.0) == (said == "")
    assert [said in one for one in found.said] == ([True] if said else [])


# --- on the terminal


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Beliefs, values, points, choices, the crux; the same in JSON. Runs enough to tell what holder and heir choose."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(studied, "six_months", reports)
    Path("war.yaml").write_text(SMALL + DISPUTED, encoding="utf-8")
    words = ["readers", "war.yaml", "--draws", "256", "--lucks", "4", "--seed", "3", "--quiet"]
    assert main(words) == 0
    flat = " ".join(capsys.readouterr().out.split())
    for piece in (
        "What each believes of the rival",
        "Carries on as before 75% 25% 50%",
        "“Holder” would choose “Arm”",
        "“Holder” and “Heir” both choose “Arm”.",
    ):
        assert piece in flat
    assert (
        "with what “Mourner” says of the points of “military dead” (“Holder” 0, “Mourner” -20 per 1000 persons), “Holder” would choose “Wait”"
        in flat
    )
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["best"] for row in found["readers"]] == ["arm", "wait", "arm"] and found["pairs"][1]["kind"] == "alike"
    assert main([*words[:2], "--strategy", "aim"]) == 2
    assert main(["readers", str(SMALL_FILE)]) == 2
    assert "no readers: there is nobody to compare; expected a section readers: with two or more" in capsys.readouterr().err
