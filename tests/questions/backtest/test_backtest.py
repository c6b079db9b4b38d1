"""The backtest: scores where the answer is known, the same months for all, no look ahead, the mark, and the laws of the page."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.accessibility import looked_at
from builders.backtests import backtest, case_scores
from countermove.cli.backtest import show
from countermove.cli.main import main
from countermove.errors import EvidenceError
from countermove.evidence.observations import Observations, ObservedChannel
from countermove.evidence.smc2 import Population
from countermove.evidence.war_filters import Forecast
from countermove.questions.backtest.baselines import BASELINES, baseline_ensembles
from countermove.questions.backtest.finding import (
    AS_SIMULATED,
    BEATS,
    EQUAL,
    FAILS,
    IN_PROPORTION,
    NO_CHANGE,
    RECORD_ALONE,
    SO_FAR,
    STACKED,
    Backtest,
    SkillRange,
    TargetScores,
)
from countermove.questions.backtest.page import render_backtest, score_table
from countermove.questions.backtest.page_words import sentences, summary
from countermove.questions.backtest.rolling import (
    OriginForecasts,
    Rolling,
    forecast_from_origins,
    monthly,
    origins_of,
    targets_of,
    weights_so_far,
)
from countermove.questions.backtest.scoring import target_scores
from countermove.questions.backtest.stacking import mix_theories
from countermove.questions.backtest.target_forecasts import outcomes_after, target_forecasts
from countermove.world.channel import CHANNEL

MONTHS, START = 60, 2014 * 12
HOW = Rolling(members=64, draws=16, particles=2)


def war(seed: int = 1) -> Observations:
    """Deaths around 100 without memory; a truce every fifth month; men known four times; a year's total."""
    generator = np.random.default_rng(seed)
    values = np.zeros((MONTHS, 4))
    values[:, 0] = generator.poisson(100, MONTHS)
    values[4::5, 1] = 1
    known = np.ones((MONTHS, 4), dtype=bool)
    known[:, 2] = np.arange(MONTHS) % 15 == 0
    seen = tuple(ObservedChannel(CHANNEL[name]) for name in ("deaths", "truce-begins", "personnel")) + (
        ObservedChannel(CHANNEL["dead"], yearly=True),
    )
    return Observations(seen, values, known, names=("deaths", "truce-begins", "men", "dead"))


class MadeUp:
    """Filters that need no engine: `says` gives the forecast of deaths, `knows` whether truces are foreseen."""

    dimensions, months = 2, MONTHS

    def __init__(self, data: Observations, kind: str) -> None:
        self.data, self.kind = data, kind

    def begin(self, z: Any, number: int) -> Any:
        return np.zeros(len(z))

    def advance(self, state: Any, first: int, last: int) -> tuple[Any, Any]:
        under = np.zeros((MONTHS, len(state)))
        under[first:last] = -0.01 * self.data.values[first:last, :1]
        return state + under[first:last].sum(axis=0), under

    def take_groups(self, state: Any, group: Any) -> Any:
        return state[group]

    def select_groups(self, there: Any, state: Any, other: Any) -> Any:
        return np.where(there, other, state)

    def forecast(self, state: Any, z: Any, logs: Any, after: int, months: int, members: int, number: int) -> Any:
        generator = np.random.default_rng(number)
        out = np.zeros((months, 4, members), np.float32)
        out[:, 0] = generator.poisson(1000 if self.kind == "worthless" else 100, (months, members))
        out[:, 0] += 0 * state.sum()
        truth = (np.arange(after + 1, after + 1 + months) % 5 == 4).astype(np.float32)
        out[:, 1] = (truth if self.kind == "right" else 1 - truth)[:, None]
        if self.kind == "past":  # shows what it was told
            out[:, 0] = self.data.values[: after + 1, 0].sum() - state.mean()
        path = np.concatenate([self.data.values[None, after, :, None] + np.zeros((1, 4, members)), out])
        return Forecast(path.astype(np.float32), out)


@cache
def told(kind: str) -> OriginForecasts:
    """What a made-up theory says, before its record has taught it anything."""
    said = spoken(war(), kind)
    return said._replace(members=said.as_simulated)


def spoken(data: Observations, kind: str) -> OriginForecasts:
    targets = targets_of(data, HOW.least)
    filters = MadeUp(data, kind)
    population = Population(filters, 16, np.random.default_rng(0))
    return forecast_from_origins(filters, population, targets, origins_of(data, targets, HOW), HOW)


@cache
def scored(**said: str) -> dict[str, dict[str, Any]]:
    """Scores by target and method of made-up theories."""
    data = war()
    rows = scores_of(data, {name: told(kind) for name, kind in said.items()})
    return {target.name: {row.method: row for row in target.methods} for target in rows}


def scores_of(data: Observations, said: dict[str, OriginForecasts]) -> tuple[TargetScores, ...]:
    """Of every target."""
    targets = targets_of(data, HOW.least)
    return tuple(target_scores(target_forecasts(data, targets, k, said, HOW), data, START, HOW) for k in range(len(targets)))


@cache
def found(title: str = "A war") -> Backtest:
    """A backtest of two made-up theories."""
    data = war()
    said = {name: told(name) for name in ("right", "worthless")}
    rows = scores_of(data, said)
    targets = tuple(replace(row, sentences=sentences(row)) for row in rows)
    case = case_scores(
        "a-war", title=title, first=START, last=START + 59, data=120, retrospective=60, theories=tuple(said), targets=targets
    )
    return backtest((case,), 6, members=64, draws=16, versions={"numpy": "2"}, seconds=3.0)


# --- what is forecast, and when


def test_targets_are_what_is_known_most_months() -> None:
    """Counts known in most months and events that happened three times; men known four times and a year's total are none."""
    data = war()
    targets = targets_of(data, 12)
    assert [(target.name, target.first) for target in targets] == [("deaths", 11), ("truce-begins", 11)] and monthly(targets)
    rare = data.values.copy()
    rare[12:, 1] = 0
    assert [target.name for target in targets_of(replace(data, values=rare), 12)] == ["deaths"]
    late = data.known.copy()
    late[:20, 0] = False
    assert targets_of(replace(data, known=late), 12)[0].first == 31
    late[:, 0] = False
    assert not monthly(targets_of(replace(data, known=late), 12))
    assert origins_of(data, targets, HOW)[[0, -1]].tolist() == [11, 58]
    assert origins_of(data, targets, replace(HOW, stride=3)).tolist() == list(range(11, 59, 3))


def test_what_happened_after_an_origin() -> None:
    """Nothing after the record's end, nothing before a target's first origin, nothing where nothing is known."""
    data = war()
    target = targets_of(data, 12)[0]
    y = outcomes_after(data, replace(target, first=20), np.array([19, 20, 57]), 6)
    assert np.isnan(y[0]).all() and y[1].tolist() == data.values[21:27, 0].tolist()
    assert y[2, :2].tolist() == data.values[58:60, 0].tolist() and np.isnan(y[2, 2:]).all()


def test_sizes_that_make_no_backtest() -> None:
    for wrong in ({"stride": 0}, {"horizon": 0}, {"members": 1}, {"least": 6}, {"particles": 48}):
        with pytest.raises(EvidenceError):
            Rolling(**wrong)


# --- scores


def test_a_right_forecaster_and_a_worthless_one() -> None:
    """On deaths without memory the right distribution beats no-change by the known factor, and its intervals hold their share."""
    rows = scored(right="right", worthless="worthless")
    right, worthless = rows["deaths"]["right"], rows["deaths"]["worthless"]
    # The CRPS of N(0, s^2) for itself is s / sqrt(pi); no-change is off by N(0, 2 s^2) and spread by as much: sqrt(2) of that, or more.
    assert right.loss == pytest.approx(10 / math.sqrt(math.pi), rel=0.2)
    assert 0.2 < right.skill.skill < 0.45 and right.skill.beats and right.verdict == BEATS
    assert right.inside50 == pytest.approx(0.5, abs=0.12) and right.inside90 == pytest.approx(0.9, abs=0.1)
    assert sum(right.pit) == 6 * 48 - 15 and max(right.pit) < 2.2 * sum(right.pit) / 10
    assert worthless.loss == pytest.approx(900, rel=0.05) and worthless.skill.high < 0 and worthless.verdict == FAILS
    assert worthless.inside90 == 0 and worthless.pit[0] == sum(worthless.pit) and worthless.log_score > right.log_score + 5
    assert rows["truce-begins"]["right"].loss < 1e-4 and rows["truce-begins"]["right"].skill.skill > 0.99
    assert rows["truce-begins"]["worthless"].loss > 0.98 and not rows["truce-begins"]["worthless"].skill.beats
    assert rows["truce-begins"]["right"].pit == () and math.isnan(rows["truce-begins"]["right"].inside90)


def test_a_worthless_theory_is_put_right_by_its_record() -> None:
    """Its level is ten times too high and never moves: from the last datum on it is as good as the record alone, and no better."""
    said = spoken(war(), "worthless")
    rows = {row.method: row for row in scores_of(war(), {"worthless": said})[0].methods}
    assert rows[AS_SIMULATED].loss == pytest.approx(900, rel=0.05) and rows["worthless"].loss < 7
    assert rows["worthless"].loss == pytest.approx(rows[RECORD_ALONE].loss, rel=0.1)
    assert rows[STACKED].loss < 1.2 * rows["worthless"].loss and rows["worthless"].believed < 1


def test_all_methods_stand_on_the_same_months() -> None:
    """Baselines too: what is missing for one is missing for all."""
    rows = scored(right="right", worthless="worthless")
    for target_rows in rows.values():
        assert {row.skill.cases for name, row in target_rows.items() if name != NO_CHANGE} == {48}
    assert list(rows["deaths"]) == ["right", "worthless", EQUAL, SO_FAR, STACKED, AS_SIMULATED, *BASELINES, RECORD_ALONE]
    assert not {IN_PROPORTION, AS_SIMULATED, RECORD_ALONE} & set(rows["truce-begins"])
    assert rows["deaths"][NO_CHANGE].verdict == "" and rows["deaths"]["climatology"].skill.beats


def test_simple_forecasts_keep_to_what_can_be() -> None:
    """Shares between 0 and 1, counts not below 0; in proportion a small value moves by little."""
    shares = np.linspace(0.99, 0.2, 20)
    for name in BASELINES:
        assert all((row >= 0).all() and (row <= 1).all() for row in baseline_ensembles(name, shares, 6, CHANNEL["held"]))
        assert all((row >= 0).all() for row in baseline_ensembles(name, 100 * shares, 6, CHANNEL["deaths"]))
    calmed = np.array([1000.0, 500.0] * 5 + [10.0] * 5)
    wide, narrow = (baseline_ensembles(name, calmed, 1, CHANNEL["deaths"])[0] for name in (NO_CHANGE, IN_PROPORTION))
    assert np.ptp(wide) > 500 and np.ptp(narrow) < 25


def test_a_mixture_has_its_shares_of_members() -> None:
    """Equal weights: half each; weights so far: all of the theory that the record until then is for."""
    shape = (2, 6, 1, 64)
    rows = [np.full(shape, value, np.float32) for value in (1.0, 2.0)]
    logs = (np.zeros(2), np.array([0.0, -99.0]))
    theories = [OriginForecasts(np.arange(2), row, row, log, np.ones((2, 1))) for row, log in zip(rows, logs, strict=True)]
    assert mix_theories(rows, np.ones((2, 2))).mean() == 1.5
    weights = weights_so_far(theories)
    assert weights[0].tolist() == [0.5, 0.5] and weights[1, 0] == pytest.approx(1)
    assert mix_theories(rows, weights)[1].max() == 1


# --- no look ahead


def test_later_data_leave_forecasts_alone() -> None:
    """Of theories, weights so far and simple forecasts, bit for bit."""
    data, cut = war(), 30
    values = data.values.copy()
    values[cut + 1 :] = 7 * values[cut + 1 :] + 3
    other = replace(data, values=values)
    targets = targets_of(data, 12)
    before = origins_of(data, targets, HOW) <= cut
    one, two = spoken(data, "past"), spoken(other, "past")
    assert np.array_equal(one.members[before], two.members[before]) and not np.array_equal(one.members, two.members)
    assert np.array_equal(one.log_evidence[before], two.log_evidence[before]) and not np.array_equal(
        one.log_evidence, two.log_evidence
    )
    for name in BASELINES:
        said = [baseline_ensembles(name, path.values[: cut + 1, 0], 6, CHANNEL["deaths"]) for path in (data, other)]
        assert all(np.array_equal(a, b) for a, b in zip(*said, strict=True))


# --- the mark


def test_the_mark_hangs_on_the_whole_interval() -> None:
    assert SkillRange(0.3, 0.01, 0.5, 40).beats
    assert not SkillRange(0.3, -0.01, 0.5, 40).beats and not SkillRange(0.3, 0.0, 0.5, 40).beats and not SkillRange().beats


def test_verdicts_in_words() -> None:
    target = found().cases[0].targets[0]
    said = target.sentences
    assert re.fullmatch(
        r"Over all months .*, “Right” beats no-change on deaths \(skill 0\.\d+, .*\); the other theory does not\.", said[0]
    )
    assert said[2] == "“Right” beats no-change on deaths six months ahead."
    lost = tuple(replace(row, skill=SkillRange(0.1, -0.1, 0.2, 9), skills=(SkillRange(),) * 6) for row in target.methods)
    said = sentences(replace(target, methods=lost))
    assert said[0] == "Over all months ahead together, no theory beats no-change on deaths."
    assert (
        said[2] == "No theory beats no-change on deaths six months ahead." and said[3] == "No mixture of theories beats no-change."
    )


def test_a_win_on_what_the_scenario_was_scaled_on_is_said() -> None:
    one = found()
    assert not any("scaled" in row for row in summary(one))
    saw = replace(one, cases=(replace(one.cases[0], saw=("deaths",)),))
    assert "The scenarios' own numbers were scaled on deaths (a-war): that win proves least." in summary(saw)


# --- the page


class Page(HTMLParser):
    """Tables as rows of texts, ids, and tags that are left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in ("meta", "line", "path", "circle"):
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("line", "path", "circle"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1] += data + " "


def test_the_page_keeps_the_laws() -> None:
    """Whole, without scripts or requests, the same bytes for the same findings at any speed; texts of strangers are texts."""
    html = render_backtest(found())
    page = Page(html)
    assert page.open == [] and len(page.ids) == len(set(page.ids)) and html.startswith("<!DOCTYPE html>")
    assert "<script" not in html and not re.search(r'(?:src|href)="(?!#)', html) and "default-src &#39;none&#39;" in html
    assert render_backtest(replace(found(), seconds=1e4)) == html
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(page.ids)
    assert "<b>war" not in render_backtest(found("<b>war & peace")) and "&lt;b&gt;war &amp; peace" in render_backtest(
        found("<b>war & peace")
    )


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_has_nothing_that_wcag_2_2_aa_forbids(tmp_path: Path, chromium: str) -> None:
    assert looked_at(chromium, {"backtest": render_backtest(found())}, tmp_path) == []


def test_a_theory_that_fails_is_marked_in_every_table() -> None:
    """By name, in every table that has it; one that does not fail is not."""
    tables = [rows for rows in Page(render_backtest(found())).tables if any(row[0].startswith("Worthless") for row in rows)]
    assert len(tables) == 4
    for rows in tables:
        heads = {row[0].split()[0]: row[0] for row in rows}
        assert FAILS in heads["Worthless"] and FAILS not in heads["Right"]


def test_the_terminal_and_a_notebook_show_what_the_page_shows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The numbers of the page's tables; and its figure of skill for each series of each record, with the numbers that are drawn."""
    monkeypatch.setenv("COLUMNS", "160")
    show(found())
    shown = " ".join(capsys.readouterr().out.split())
    case = found().cases[0]
    for target in case.targets:
        for row in score_table(case, target).rows:
            assert all(cell.text in shown for cell in (row.head, *row.cells)), row.head
    figures = found().figures()
    assert [figure.name for figure in figures] == [f"skill of {target.name}" for target in case.targets]
    drawn = found().plot("skill-a-war-deaths")
    assert drawn.svg == found().plot().svg and drawn.data is not None and f"{drawn.caption}" == figures[0].caption
    right = next(row for row in case.targets[0].methods if row.method == "right")
    assert [row[2] for row in drawn.data.rows if row[0] == "right"] == [one.skill for one in right.skills]


def test_the_page_says_how_it_was_made() -> None:
    text = Page(render_backtest(found())).text
    for said in ("a" * 64, "b" * 64, "seed", "withheld", "48 origins", "blocks of 6 origins", "not known as they happened"):
        assert said in text, said


def test_it_travels_as_json() -> None:
    told = json.loads(json.dumps(found().to_json(), allow_nan=False))
    row = told["cases"][0]["targets"][0]["methods"][1]
    assert (row["method"], row["beats"], row["verdict"]) == ("worthless", False, FAILS)
    assert {"loss", "log_score", "inside50", "inside90", "pit", "skill", "skill_by_horizon"} <= set(row)


def test_what_cannot_be_backtested(capsys: pytest.CaptureFixture[str]) -> None:
    """A record without months, and one that is not there."""
    assert main(["backtest", "angola-1975-1991"]) == 2
    assert "nothing in the record is known month by month" in capsys.readouterr().err
    assert main(["backtest", "donbas-2014-2017", "--theory", "spigots"]) == 2
    assert "no theory called spigots" in capsys.readouterr().err


# --- in earnest


@pytest.mark.slow
def test_the_donbas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two theories on the Donbas: the page, the JSON, and the same again."""
    asked = ["backtest", "donbas-2017", "--theory", "spigot", "--theory", "inertia", "--draws", "16", "--particles", "16"]
    assert main([*asked, "--stride", "6", "--json", "--out", str(tmp_path / "a")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [case["record"] for case in told["cases"]] == ["donbas-2014-2017"] and told["cases"][0]["prior_saw"] == ["deaths"]
    deaths = told["cases"][0]["targets"][0]
    assert deaths["target"] == "deaths" and deaths["origins"] == 6
    assert [row["method"] for row in deaths["methods"][:2]] == ["inertia", "spigot"]
    assert all(0 < row["loss"] < 200 for row in deaths["methods"])
    assert main([*asked, "--stride", "6", "--quiet", "--workers", "1", "--out", str(tmp_path / "b")]) == 0
    pages = [(tmp_path / folder / "backtest.html").read_bytes() for folder in "ab"]
    assert pages[0] == pages[1]


def test_the_engine_does_not_look_ahead() -> None:
    """Data after an origin changed: the forecasts up to it keep every bit, those after it do not."""
    from countermove.engine.program import compile_scenario
    from countermove.engine.run import Engine
    from countermove.evidence.observations import observations
    from countermove.questions.backtest.rolling import forecasts_of_theory
    from countermove.scenario.read import read
    from countermove.scenario.records import read_record

    record = read_record("donbas-2014-2017")
    program = compile_scenario(read(str(record.replay)))
    engine, data, cut = Engine(program), observations(record, program), 20
    values = data.values.copy()
    values[cut + 1 :, 0] = 10 * values[cut + 1 :, 0] + 400
    values[cut + 1 :, 2] = 1 - values[cut + 1 :, 2]
    targets, how = targets_of(data, 12), Rolling(draws=8, particles=8, stride=3, members=32)
    one, two = (forecasts_of_theory(engine, seen, "spigot", targets, how) for seen in (data, replace(data, values=values)))
    before = origins_of(data, targets, how) <= cut
    assert 0 < before.sum() < len(before)
    assert np.array_equal(one.members[before], two.members[before]) and np.array_equal(
        one.log_evidence[before], two.log_evidence[before]
    )
    assert not np.array_equal(one.members[~before], two.members[~before])
