"""What a memo issues: conditional forecasts, sealed; and their scores, of the strategy that was followed, on what was not known before."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from builders.backtests import forecasts
from builders.escrow import FIRST, ISSUED, LONGEST_WAIT, escrow_by_hand, ladder
from builders.places import SMALL_FILE
from countermove.cli.main import main
from countermove.errors import EvidenceError, StoreError
from countermove.evidence.forecast_scores import crps_ensemble, crps_normal
from countermove.plain import as_json
from countermove.questions.backtest.sealed_forecasts import write_forecasts
from countermove.questions.options import RunOptions
from countermove.questions.run.run import Study, run_study
from countermove.questions.score.escrow import FORMAT, escrow_of, quantiles, read_escrow, seal_of_escrow, write_escrow, written_on
from countermove.questions.score.finding import LEVELS, Escrow
from countermove.questions.score.scoring import SHARES, score_escrow, what_happened
from countermove.scenario.outcomes import Outcome
from countermove.scenario.read import read
from countermove.store.sealed import format_of, seal_of, unsealed_of, write_sealed
from countermove.world.record import Datum, Record, Series, Span
from countermove.world.words import month_of, month_text

SMALL = str(SMALL_FILE)


@pytest.fixture
def issued(tmp_path: Path) -> Path:
    """A file as it is issued."""
    path = tmp_path / "a-war.forecasts.json"
    write_escrow(escrow_by_hand(), path)
    return path


# --- the file ---------------------------------------------------------------------------------------------------------


def test_what_is_issued_comes_back(issued: Path) -> None:
    assert read_escrow(issued) == escrow_by_hand()
    told = json.loads(issued.read_text())
    assert told["format"] == FORMAT == format_of(issued) and told["seal"] == seal_of(as_json(escrow_by_hand())) == seal_of_escrow(
        escrow_by_hand()
    )
    assert told["content"]["issued"] == "2017-12" and told["content"]["if"]["plan-0"]["questions"]["direct-war"]["spigot"] == 0.4
    assert "written" not in told["content"] and written_on(issued) == told["unsealed"]["written"]


def test_the_day_is_apart_and_stays(issued: Path) -> None:
    """The same forecasts have the same seal on any day; written again the file keeps the first."""
    old = issued.read_text().replace(written_on(issued), "2018-01-03")
    issued.write_text(old)
    assert write_escrow(escrow_by_hand(), issued) == seal_of_escrow(escrow_by_hand())
    assert issued.read_text() == old and written_on(issued) == "2018-01-03" and read_escrow(issued) == escrow_by_hand()


def test_nothing_issued_is_lost(issued: Path) -> None:
    """Other forecasts take the name; the earlier ones stay beside them, byte for byte, even where they were spoilt."""
    first = issued.read_bytes()
    write_escrow(replace(escrow_by_hand(), seed=1), issued)
    kept = issued.with_name(f"a-war.forecasts.{seal_of_escrow(escrow_by_hand())[:12]}.json")
    assert kept.read_bytes() == first and read_escrow(issued).seed == 1
    issued.write_text("{}")
    write_escrow(escrow_by_hand(), issued)
    assert len(list(issued.parent.iterdir())) == 3 and read_escrow(issued) == escrow_by_hand()


@settings(max_examples=40)
@given(data=st.data())
def test_any_changed_byte_of_the_sealed_part_is_seen(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("x") / "a.json"
    write_escrow(escrow_by_hand(), path)
    whole = path.read_bytes()
    sealed = whole.rindex(b'"unsealed"')
    at = data.draw(st.integers(0, sealed - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    path.write_bytes(whole[:at] + bytes([byte]) + whole[at + 1 :])
    with pytest.raises(StoreError):
        read_escrow(path)


@pytest.mark.parametrize(
    "change",
    [
        {"levels": [0.5]},
        {"if": {}, "weights": 3},
        {"issued": "2017-13"},
        {"weights": {"other": 1.0}},
        {"questions": []},
        {"first": "2018-02"},
    ],
)
def test_a_seal_over_something_else(change: dict[str, object], tmp_path: Path) -> None:
    """Whoever seals other things in our format gets words."""
    write_sealed(tmp_path / "a.json", FORMAT, {**as_json(escrow_by_hand()), **change})
    with pytest.raises(StoreError, match="another program"):
        read_escrow(tmp_path / "a.json")


def test_months_in_words() -> None:
    assert month_text(ISSUED) == "2017-12" and month_of("2017-12") == ISSUED and unsealed_of.__doc__
    with pytest.raises(ValueError, match="month"):
        month_of("2017-00")


# --- scores -----------------------------------------------------------------------------------------------------------


def test_quantiles_score_as_the_distribution_does() -> None:
    """The CRPS of seven quantiles is on average within 2% of that of the distribution, and nowhere off by more than 4% of a standard deviation;
    of a point it is the distance."""
    assert SHARES.sum() == pytest.approx(1) and np.allclose(SHARES, SHARES[::-1])
    ys = stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
    ours = crps_ensemble(np.broadcast_to(np.array(ladder(0)), (2000, len(LEVELS))), ys, weights=SHARES)
    exact = crps_normal(0.0, 1.0, ys)
    assert np.abs(ours - exact).max() < 0.04 and ours.mean() == pytest.approx(exact.mean(), rel=0.02)
    assert float(crps_ensemble(np.full(len(LEVELS), 3.0), 5.0, weights=SHARES)) == pytest.approx(2.0)


def test_events_by_hand() -> None:
    """(1 - 1/4)^2 and -log(1/4) where it happened, (1/5)^2 and -log(4/5) where it did not."""
    marks = score_escrow(
        escrow_by_hand(),
        "plan-0",
        outcomes=[Outcome("direct-war", 1, FIRST), Outcome("drawn-in", 0, LONGEST_WAIT)],
        today=LONGEST_WAIT,
    )
    war, drawn = marks.questions
    by = {row.theory: row for row in war.scores}
    assert by["weighted"].loss == pytest.approx(0.5625) and by["weighted"].log_score == pytest.approx(math.log(4))
    by = {row.theory: row for row in drawn.scores}
    assert by["spigot"].loss == pytest.approx(0.04) and by["spigot"].log_score == pytest.approx(-math.log(0.8))
    assert math.isnan(by["spigot"].inside90)


def test_only_the_strategy_that_was_followed() -> None:
    """The same deaths are near for one plan and far for the other; a third was never issued."""
    outcome = [Outcome("deaths", 102.5, LONGEST_WAIT)]
    near, far = (
        {row.theory: row for row in score_escrow(escrow_by_hand(), name, outcomes=outcome, today=LONGEST_WAIT).questions[0].scores}
        for name in ("plan-100", "plan-0")
    )
    assert near["weighted"].loss == pytest.approx(float(crps_normal(0.0, 1.0, 0.0)), abs=0.04) and near["weighted"].inside90 == 1
    assert far["weighted"].loss == pytest.approx(100 - 1 / math.sqrt(math.pi), rel=0.01) and far["weighted"].inside90 == 0
    with pytest.raises(EvidenceError, match="nothing was issued of the strategy plan-7"):
        score_escrow(escrow_by_hand(), "plan-7", today=LONGEST_WAIT)


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (Outcome("direct-war", 1, ISSUED), "known in 2017-12, when it was issued: not used"),
        (Outcome("direct-war", 0, LONGEST_WAIT - 1), "it may still happen before 2018-12, and this is known only up to 2018-11"),
        (Outcome("drawn-in", 1, LONGEST_WAIT - 1), "it is not decided before 2018-12, and this is known only up to 2018-11"),
        (Outcome("deaths", 9, FIRST), "it is not decided before 2018-12, and this is known only up to 2018-01"),
        (Outcome("clash", 1, LONGEST_WAIT), "nothing was issued of it"),
        (Outcome("direct-war", 0), "it may still happen before 2018-12, and this is known only up to 2018-06"),
        (Outcome("direct-war", 1, FIRST), ""),
        (Outcome("direct-war", 0, LONGEST_WAIT), ""),
        (Outcome("direct-war", 1), ""),
    ],
)
def test_what_cannot_be_scored_yet(outcome: Outcome, why: str) -> None:
    """And why; every question is either scored or waits."""
    marks = score_escrow(escrow_by_hand(), "plan-0", outcomes=[outcome], today=FIRST + 5)
    assert dict(marks.waiting).get(outcome.measure, "") == why
    assert (outcome.measure in {row.name for row in marks.questions}) == (why == "")
    assert {row.name for row in marks.questions} | {what for what, _ in marks.waiting} >= {
        one.name for one in escrow_by_hand().questions
    }


def test_an_event_has_no_half() -> None:
    with pytest.raises(EvidenceError, match="1 \\(it happened\\) or 0"):
        score_escrow(escrow_by_hand(), "plan-0", outcomes=[Outcome("direct-war", 0.5, LONGEST_WAIT)], today=LONGEST_WAIT)


def record(*rows: tuple[str, int, int, float]) -> Record:
    """A record of what escrow_by_hand forecasts, and of other things."""
    series = {
        "dead": Series("dead", "hundreds", observes="deaths", scale=100.0),
        "kyiv.held": Series("kyiv.held", "share", kind="level", observes="held"),
        "rebels.held": Series("rebels.held", "share", kind="level", observes="held"),
        "breaks": Series("breaks", "0-1", kind="event", observes="truce-breaks", covers=(Span(FIRST, FIRST + 2),)),
        "yearly": Series("yearly", "persons", observes="deaths", every="year"),
        "civilians": Series("civilians", "persons"),
    }
    return Record("made-up", series=series, data=tuple(Datum(*row) for row in rows))


def test_what_was_known_before_is_not_read() -> None:
    """Months up to the issue, and data that claim to have been known by it, leave no trace in any score; others are read to scale."""
    fresh = record(("dead", FIRST, FIRST + 1, 0.02), ("dead", FIRST + 2, FIRST + 2, 0.04), ("breaks", FIRST + 1, FIRST + 1, 1.0))
    stale = [
        ("dead", ISSUED, FIRST, 9.0),
        ("dead", FIRST + 1, ISSUED, 9.0),
        ("breaks", FIRST, ISSUED, 1.0),
        ("yearly", FIRST, LONGEST_WAIT, 5.0),
    ]
    both = replace(fresh, data=(*fresh.data, *(Datum(*row) for row in stale)))
    deaths, held, breaks = escrow_by_hand().series
    assert what_happened(escrow_by_hand(), deaths, both, LONGEST_WAIT).tolist()[:3] == pytest.approx(
        [2.0, math.nan, 4.0], nan_ok=True
    )
    assert what_happened(escrow_by_hand(), breaks, both, LONGEST_WAIT).tolist() == pytest.approx(
        [0.0, 1.0, 0.0, math.nan], nan_ok=True
    )
    assert np.isnan(what_happened(escrow_by_hand(), held, both, LONGEST_WAIT)).all()
    assert score_escrow(escrow_by_hand(), "plan-0", record=fresh, today=LONGEST_WAIT) == score_escrow(
        escrow_by_hand(), "plan-0", record=both, today=LONGEST_WAIT
    )


def test_a_level_holds_where_it_was_news() -> None:
    """A level reported once is scored in every month in which it holds; one that holds on from before the issue is no news."""
    _, held, breaks = escrow_by_hand().series
    once = record(("kyiv.held", FIRST + 1, FIRST + 1, 0.6))
    assert what_happened(escrow_by_hand(), held, once, LONGEST_WAIT).tolist() == pytest.approx(
        [math.nan, 0.6, 0.6, 0.6], nan_ok=True
    )
    assert what_happened(escrow_by_hand(), held, once, FIRST + 2).tolist() == pytest.approx(
        [math.nan, 0.6, 0.6, math.nan], nan_ok=True
    )
    old = record(("kyiv.held", ISSUED, ISSUED, 0.5), ("kyiv.held", FIRST + 2, FIRST + 2, 0.7))
    assert what_happened(escrow_by_hand(), held, old, LONGEST_WAIT).tolist() == pytest.approx(
        [math.nan, math.nan, 0.7, 0.7], nan_ok=True
    )
    ends = replace(once, series={**once.series, held.name: replace(once.series[held.name], covers=(Span(FIRST, FIRST + 2),))})
    assert np.isnan(what_happened(escrow_by_hand(), held, ends, LONGEST_WAIT)).tolist() == [True, False, False, True]
    alone = replace(once, series={**once.series, "breaks": replace(once.series["breaks"], covers=())})
    assert np.isnan(what_happened(escrow_by_hand(), breaks, alone, LONGEST_WAIT)).all(), (
        "months of which another series tells are not watched by this one"
    )


def test_months_by_hand() -> None:
    """Deaths of 2 and 4 against N(2, 1) of inertia and N(4, 1) of spigot; a truce that breaks in one of three months."""
    found = record(("dead", FIRST, FIRST, 0.02), ("dead", FIRST + 2, FIRST + 2, 0.04), ("breaks", FIRST + 1, FIRST + 1, 1.0))
    marks = score_escrow(escrow_by_hand(), "plan-0", record=found, today=LONGEST_WAIT)
    deaths, breaks = marks.series
    assert (deaths.known, deaths.asked, deaths.happened) == (2, 4, 3.0)
    near, far = float(crps_normal(0.0, 1.0, 0.0)), float(crps_normal(0.0, 1.0, 2.0))
    assert {row.theory: row.loss for row in deaths.scores}["inertia"] == pytest.approx((near + far) / 2, abs=0.04)
    assert {row.theory: row.inside90 for row in deaths.scores} == {"weighted": 1.0, "inertia": 0.5, "spigot": 0.5}
    brier = {row.theory: row.loss for row in breaks.scores}["spigot"]
    assert brier == pytest.approx((0.16 + 0.36 + 0.16) / 3) and breaks.known == 3
    assert dict(marks.waiting)["kyiv.held by month"] == "the record made-up says nothing of the months that are forecast"
    assert dict(marks.waiting)["deaths by month"] == "2 of 4 months are not in the record made-up"


def test_why_a_series_waits() -> None:
    old = record(("dead", ISSUED, ISSUED, 1.0))
    waiting = dict(score_escrow(escrow_by_hand(), "plan-0", record=old, today=LONGEST_WAIT).waiting)
    assert waiting["kyiv.held by month"].startswith("the record made-up ends in 2017-12, before")
    bare = replace(old, series={"civilians": old.series["civilians"], "dead": replace(old.series["dead"], observes="")})
    assert dict(score_escrow(escrow_by_hand(), "plan-0", record=bare, today=LONGEST_WAIT).waiting)["kyiv.held by month"].endswith(
        "does not have it"
    )
    assert dict(score_escrow(escrow_by_hand(), "plan-0", today=LONGEST_WAIT).waiting)["kyiv.held by month"] == "no record is given"


# --- what a study forecasts -------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def small() -> tuple[Study, Escrow]:
    """A war in earnest, small."""
    options = RunOptions(draws=16, lucks=2, seed=7, full=False)
    study = run_study(read(SMALL), options)
    found = escrow_of(study, replace(options, full=True))
    assert found is not None
    return study, found


def test_probabilities_are_counts_of_runs() -> None:
    """(k + 1/2) / (n + 1) of n = 32 runs, theories mixed 1 to 3; what the objective values is asked, and nothing that is no question."""
    study, found = small()
    names = {one.name for one in found.questions}
    assert {"direct-war", "settlement-by-24-months", "deaths", "cost"} <= names and not names & {
        "silent",
        "settlement-by-60-months",
    }
    assert next(one for one in found.questions if one.name == "settlement-by-12-months").until == month_of("2030-12")
    for said in found.conditionals:
        for one in (question for question in found.questions if question.event):
            counts = {theory: int(study.runs.measure(said.strategy, theory, one.name).sum()) for theory in ("inertia", "spigot")}
            chance = {theory: (count + 0.5) / 33 for theory, count in counts.items()}
            for theory, p in {**chance, "weighted": (chance["inertia"] + 3 * chance["spigot"]) / 4}.items():
                assert said.answers[one.name][theory][0] == pytest.approx(p, rel=1e-3)
        deaths = study.runs.measure(said.strategy, "spigot", "deaths")
        middle = said.answers["deaths"]["spigot"][LEVELS.index(0.5)]
        assert np.sort(deaths.ravel())[15] <= middle * 1.001 and middle <= np.sort(deaths.ravel())[16] * 1.001


def test_months_are_forecast_as_a_record_would_have_them() -> None:
    """Every month of the clock, quantiles in order, deaths fewer than they are (under-reported), chances that a record has an event."""
    study, found = small()
    assert [one.name for one in found.series] == ["deaths", "government.held", "truce-begins", "truce-breaks"]
    assert (found.issued, found.first, found.end) == (month_of("2029-12"), month_of("2030-01"), month_of("2031-12"))
    for said in found.conditionals:
        for one in found.series:
            for theory in ("weighted", "inertia", "spigot"):
                path = np.array(said.months[one.name][theory])
                assert path.shape == (24, 1 if one.event else len(LEVELS)) and (np.diff(path, axis=1) >= 0).all()
                if one.event:
                    assert (path > 0.01).all() and (path < 0.95).all()
        whole, parts = (np.array(said.months["truce-breaks"][name]) for name in ("weighted", "spigot"))
        assert np.allclose(whole, 0.75 * parts + 0.25 * np.array(said.months["truce-breaks"]["inertia"]), atol=2e-4)
        territory = np.median(study.runs.measure(said.strategy, "spigot", "territory"))
        assert said.months["government.held"]["spigot"][-1][LEVELS.index(0.5)] == pytest.approx(territory, abs=0.04)


def test_the_same_study_is_the_same_seal() -> None:
    study, found = small()
    again = escrow_of(study, RunOptions(draws=16, lucks=2, seed=7))
    assert (
        again is not None
        and seal_of_escrow(again) == seal_of_escrow(found)
        and Escrow.from_json(json.loads(json.dumps(as_json(found)))) == found
    )


def test_what_is_known_already_is_no_forecast() -> None:
    """A clock that ends by the knowledge month issues nothing; one that started before it no questions, and only the months after it."""
    study, _ = small()
    options = RunOptions(draws=16, lucks=2, seed=7)

    def at(known: str) -> Escrow | None:
        scenario = read(SMALL, overrides={"clock.known-until": known})
        return escrow_of(replace(study, program=replace(study.program, scenario=scenario)), options)

    assert at("2031-12") is None
    late = at("2031-10")
    assert late is not None and late.questions == () and late.first == month_of("2031-11")
    assert all(len(path) == 2 for said in late.conditionals for by in said.months.values() for path in by.values())


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(1, 9)), min_size=1, max_size=30))
def test_quantiles_lie_among_the_values(rows: list[tuple[float, int]]) -> None:
    """In order, up to rounding, inside the values; a value of weight w counts as w values, whatever the order."""
    values, weight = (np.array(part, np.float64) for part in zip(*rows, strict=True))
    found = quantiles(values, weight)
    assert (np.diff(found) >= -1e-12 * np.abs(values).max()).all() and values.min() <= found[0] and found[-1] <= values.max()
    assert np.allclose(found, quantiles(values[::-1], 2 * weight[::-1]), rtol=1e-9, atol=1e-6)


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command(issued: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A table for each question, the seal, what waits; the strategy must be said where nobody can be asked."""
    monkeypatch.chdir(issued.parent)
    Path("o.csv").write_text("measure,value,known\ndirect-war,1,2018-03\n")
    assert main(["score", issued.name]) == 2
    assert "Say with --strategy which was followed: plan-0, plan-100" in capsys.readouterr().err
    assert main(["score", issued.name, "--strategy", "plan-0", "--outcomes", "o.csv"]) == 0
    told = capsys.readouterr().out
    assert (
        seal_of_escrow(escrow_by_hand()) in told and "0.5625" in told and "Not scored:" in told and "which nothing proves" in told
    )
    assert main(["score", issued.name, "--strategy", "plan-0", "--outcomes", "o.csv", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"file", "seal", "scenario", "issued", "written", "strategy", "questions", "series", "waiting"} == set(found)
    assert {row["theory"]: row["loss"] for row in found["questions"][0]["scores"]}["weighted"] == 0.5625 and found[
        "issued"
    ] == "2017-12"
    assert main(["score", issued.name, "--strategy", "plan-0", "--record", "donbas-2014-2017", "--quiet"]) == 0
    assert main(["score", issued.name, "--strategy", "other"]) == 2


def test_what_was_changed_is_refused(issued: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With 1, and the place; a file that is not there is bad input, 2."""
    issued.write_text(issued.read_text().replace("0.4", "0.5", 1))
    assert main(["score", str(issued), "--strategy", "plan-0"]) == 1
    told = capsys.readouterr()
    assert "the seal is broken" in told.err and f"{issued}:" in told.err and told.out == ""
    assert main(["score", str(issued.with_name("none.json"))]) == 2


def test_a_backtest_is_scored_as_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its file goes through the same function as `backtest --score`; changed, it is refused with 1; a strategy it has not."""
    path = tmp_path / "backtest.forecasts.json"
    write_forecasts(forecasts((), 6), path)
    assert main(["score", str(path)]) == 0
    ours = capsys.readouterr().out
    assert main(["backtest", "--score", str(path)]) == 0
    assert capsys.readouterr().out == ours
    assert main(["score", str(path), "--strategy", "plan-0"]) == 2
    path.write_text(path.read_text().replace('"members": 4', '"members": 5'))
    assert main(["score", str(path)]) == 1
