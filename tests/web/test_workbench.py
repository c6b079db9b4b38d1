"""The workbench by its server: mistakes where they stand, a form that changes the text at its place, and the numbers of `run`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.places import SMALL_FILE
from builders.requests_made import asked, posted
from countermove.questions.gaps.gaps import gap_check
from countermove.questions.options import RunOptions, silent
from countermove.questions.run.run import Study, run_study
from countermove.scenario.read import read, read_text
from countermove.scenario.tree import Entries, Node
from countermove.web.serving import served
from countermove.web.workbench.application import application
from countermove.web.workbench.bench import DRAWS, LUCKS, Bench, Outdated, stopping
from countermove.web.workbench.edit import NotChanged, added, at, changed, removed, shape, tree_of
from countermove.web.workbench.form import Group, sections_of
from countermove.web.workbench.found import found_of, measures_changed, points_changed
from countermove.web.workbench.looking import changed_plan
from countermove.web.workbench.opening import opened
from countermove.web.workbench.silences import SilenceBench

SMALL = SMALL_FILE.read_text(encoding="utf-8")
SIZES = RunOptions(draws=DRAWS, lucks=LUCKS, full=False)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where it is served."""
    with served(application(opened(str(SMALL_FILE)))) as place:
        yield place.address


@pytest.fixture(scope="module")
def bench() -> Bench:
    """With the small war on it."""
    return Bench()


@pytest.fixture(scope="module")
def study() -> Study:
    """The small war as `run` has it."""
    return run_study(read_text(SMALL), SIZES)


# --- the text ---------------------------------------------------------------------------------------------------------


def test_the_page_holds_the_text_and_asks_nobody_else(address: str) -> None:
    page = asked(address)
    assert page.status == 200 and "Two sides, two patrons, two plans" in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "connect-src 'self'" in policy and "unsafe" not in policy
    assert not re.findall(r"(?:src|href)=.?https?:", page.text)


def test_mistakes_stand_where_they_are(address: str) -> None:
    text = SMALL.replace("personnel:", "persnnel:", 1)
    (first, *rest) = posted(address, "/look", text=text).steps
    assert first["kind"] == "checked" and rest == []
    (found, *_) = first["mistakes"]
    line = text.splitlines()[found["line"] - 1]
    assert line[found["column"] - 1 :][: found["length"]] == "persnnel" and found["suggestion"] == "personnel"
    assert posted(address, "/look", text="a: [1").steps[0]["mistakes"][0]["line"] == 1


def test_what_no_page_asks_is_refused_in_words(address: str) -> None:
    for path in ("/form", "/edit", "/look"):
        for body in (b"", b"[1]", b"{", b'{"text": 3}', b"[" * 100_000, "é".encode("latin-1")):
            answer = asked(address, "POST", path, body)
            assert answer.status == 422 and answer.data["refused"], (path, body[:9])
    for path in (3, ["a", 3], ["a"] * 99, None):
        assert posted(address, "/edit", text=SMALL, path=path, value="1").status == 422
        assert posted(address, "/edit", text=SMALL, path=path, remove=True).status == 422
    assert posted(address, "/edit", text=SMALL, path=["nowhere"], value="1").status == 422
    for name in ("..", "%2e%2e%2fpyproject", "/etc/passwd", "nobody"):
        assert asked(address, "GET", f"/war/{name}").status == 404
    assert "scenario: donbas-2017" in asked(address, "GET", "/war/donbas-2017").data["text"]


# --- the form ---------------------------------------------------------------------------------------------------------


def fields(groups: Any) -> Iterator[Any]:
    """All of them."""
    for group in groups:
        yield from group.fields
        yield from fields(group.groups)


def groups(found: Any) -> Iterator[Group]:
    """All of them, the groups within included."""
    for group in found:
        yield group
        yield from groups(group.groups)


@pytest.mark.parametrize("name", ["donbas-2017", "vietnam-1964"])
def test_every_field_is_a_piece_of_the_text(name: str) -> None:
    """What a field shows stands at its line, and to write it again changes not one letter."""
    text = opened(name).text
    every = list(fields(sections_of(tree_of(text)).values()))
    assert len(every) > 80 and len({one.name for one in every}) == len(every)
    lines = text.splitlines()
    for one in every:
        assert one.value.split("\n")[0][:20].replace('"', '\\"') in lines[one.line - 1] or one.value in lines[one.line - 1], one
    for one in every[:: max(1, len(every) // 25)]:
        assert changed(text, one.path, one.value + one.rest).text == text, one.path


def test_a_change_in_the_form_keeps_comments_and_layout(address: str) -> None:
    text = opened("donbas-2017").text
    path = ["patrons", "moscow", "stake-ratio", "lognormal", "0"]
    done = posted(address, "/edit", text=text, path=path, value="2.5").data["text"]
    apart = [(a, b) for a, b in zip(text.splitlines(), done.splitlines(), strict=True) if a != b]
    assert apart == [
        (
            "    stake-ratio: {lognormal: [3, 0.8], source: depetris-2017,",
            "    stake-ratio: {lognormal: [2.5, 0.8], source: depetris-2017,",
        )
    ]
    assert posted(address, "/edit", text=done, path=path, value="3").data["text"] == text
    believed = posted(address, "/edit", text=SMALL, path=["patrons", "neighbour", "theories"], key="rational", value="2").data[
        "text"
    ]
    assert read_text(believed).beliefs == {"rational": 2, "inertia": 1, "spigot": 3}
    put = posted(address, "/edit", text=text, path=["strategies", "javelins", "moves", "0"], key="ceiling", value="heavy").data
    assert read_text(put["text"]).strategies["javelins"].moves[0].then.ceiling == "heavy"
    assert posted(address, "/edit", text="a: [", path=["a"], value="1").status == 422


@pytest.mark.parametrize(
    "value", ["yes: no", "# no comment", "{a: 1}", "it's", '"', "\\", "- a", "é · ü", " led ", "&a *b !c", "x" * 300, "a, b]"]
)
def test_any_text_can_stand_in_a_field(value: str) -> None:
    text = "a: plain  # kept\nb: {c: 'one', d: [x, \"y\"]}\n"
    for path in (("a",), ("b", "c"), ("b", "d", "0"), ("b", "d", "1")):
        done = changed(text, path, value).text
        tree = tree_of(done)
        assert tree is not None and shape(_at(tree, path)) == value and "# kept" in done
    assert shape(_at(_tree(added(text, ("b",), "e", value).text), ("b", "e"))) == value
    assert shape(_at(_tree(added(text, (), "e", value).text), ("e",))) == value


def test_what_a_change_would_break_is_refused() -> None:
    text = "a: >-\n  several\n  lines\nb: {}\n"
    for path, value in ((("a",), "x"), (("c",), "x"), (("b",), "x"), ((), "x"), (("b", "0"), "x")):
        with pytest.raises(NotChanged):
            changed(text, path, value)
    with pytest.raises(NotChanged):
        changed("a: b\n", ("a",), "\x07")
    with pytest.raises(NotChanged):
        added("a: 1\n", (), "a", "2")
    with pytest.raises(NotChanged):
        added("a: 1\n", (), "x: y\nz", "2")


@pytest.mark.parametrize(
    ("text", "path", "left"),
    [
        ("a: 1  # of a\n# kept\nb: 2\n", "a", "# kept\nb: 2\n"),
        ("a: 1\r\nb: [x,\r\n  y]\r\n# kept\r\n", "b", "a: 1\r\n# kept\r\n"),
        ("a: {b: 1, c: {d: [2, 3], e: x}, f: 4}\n", "a.c", "a: {b: 1, f: 4}\n"),
        ("a: {b: 1, c: {d: [2, 3], e: x}}\n", "a.c", "a: {b: 1}\n"),
        ("a: {b: 'x, y}'}\n", "a.b", "a: {}\n"),
        ("a:\n  b: >-\n    one\n    two\n# kept\nc: 3\n", "a.b", "a:\n  {}\n# kept\nc: 3\n"),
        ("a:\n  - b: 1\n    c: 2\n  - d: 3\n", "a.0.b", "a:\n  - c: 2\n  - d: 3\n"),
        ("a:\n  - b: 1\n    c: 2\n  - d: 3", "a.0.c", "a:\n  - b: 1\n  - d: 3"),
    ],
)
def test_what_is_taken_out_leaves_the_rest(text: str, path: str, left: str) -> None:
    assert removed(text, path.split(".")).text == left


def test_what_may_be_left_out_can_be_taken_out(address: str) -> None:
    """Of a war that ships; no comment on a line of its own goes with it, and what has to be there is not offered."""
    text = opened("donbas-2017").text
    comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    every = list(groups(sections_of(tree_of(text)).values()))
    offered = [one.path for one in (*every, *fields(every)) if one.optional]
    assert len(offered) > 200 and ("scenario",) not in offered and ("clock", "start") not in offered
    for path in offered[:: len(offered) // 12]:
        done = posted(address, "/edit", text=text, path=path, remove=True).data["text"]
        tree = _tree(done)
        assert at(tree, path) is None and at(tree, path[:-1]) is not None
        assert [line for line in done.splitlines() if line.lstrip().startswith("#")] == comments
    for path in ((), ("nowhere",), ("clock", "nothing"), ("strategies", "javelins", "moves", "0")):
        with pytest.raises(NotChanged):
            removed(text, path)


def _tree(text: str) -> Node:
    tree = tree_of(text)
    assert isinstance(tree, Entries)
    return tree


def _at(tree: Node, path: tuple[str, ...]) -> Node:
    node = at(tree, path)
    assert node is not None
    return node


def test_the_form_shows_titles_and_only_what_is_open(address: str) -> None:
    text = opened("donbas-2017").text
    shut = posted(address, "/form", text=text, open=[]).data["html"]
    assert "Objective" in shut and "<input" not in shut
    page = unescape(posted(address, "/form", text=text, open=["objective", "patrons", "patrons/moscow"]).data["html"])
    assert "War between the patrons" in page and "Quits when it hurts" in page and "Javelins alone" not in page
    every = [one.name for one in groups(sections_of(tree_of(text)).values())]
    assert len(every) > 81 and posted(address, "/form", text=text, open=[*every, "nobody/knows"]).status == 200
    hostile = SMALL.replace("title: Two sides, two patrons, two plans", 'title: "<img src=x onerror=alert(1)>\\"\'"')
    assert hostile != SMALL and "<img" not in posted(address, "/form", text=hostile, open=[""]).data["html"]
    sections = sections_of(tree_of(text))
    assert all(isinstance(one, Group) and one.title for one in sections.values())


# --- the answer -------------------------------------------------------------------------------------------------------


def test_the_numbers_are_those_of_run(bench: Bench, study: Study) -> None:
    """To the last bit, although what conditions compare with is no part of the program."""
    played = bench.play(read_text(SMALL))
    assert (
        played.exact and played.runs.strategies == study.runs.strategies and played.weights.keys() == study.findings.weights.keys()
    )
    for pair, table in study.runs.outcomes.items():
        assert np.array_equal(played.runs.outcomes[pair], table, equal_nan=True)
    found = found_of(played)
    assert found.findings.regret == study.findings.regret and found.findings.verdicts == study.findings.verdicts
    kept = {(row.strategy, row.theory, row.measure): row for row in study.findings.measures}
    assert found.findings.measures and all(kept[row.strategy, row.theory, row.measure] == row for row in found.findings.measures)


CHANGES = {
    "sides.government.heavy": ("1.3", "all"),
    "patrons.neighbour.stake-ratio.lognormal": ("[2, 0.7]", "all"),
    "objective.values.direct-war": ("-3", "none"),
    "strategies.arm.moves.0.rung": (
        "heavy",
        "all",
    ),  # later, and measures of the plan without arms count from the first delivery of any
    "strategies.arm.moves.0.at": ("2030-06", "all"),
    "strategies.arm.moves.0.volume": ("90 million USD", "plan"),
    "strategies.arm.when.0.if": ("neighbour.rung >= covert-regulars", "plan"),
    "strategies.arm.when.0.then.rung": ("advisers", "plan"),
}


def test_nothing_is_compiled_for_a_number_and_nothing_run_twice(bench: Bench) -> None:
    """A number of the world runs all anew; an order or what a condition compares with that plan alone; values nothing."""
    before = bench.play(read_text(SMALL))
    assert bench.play(read_text(SMALL)).fresh == 0
    fresh = {"all": len(before.runs.outcomes), "plan": len(before.runs.theories), "none": 0}
    for path, (value, runs) in CHANGES.items():
        other = read(SMALL_FILE, overrides={path: value})
        assert bench.ready(other), path
        assert bench.play(other).fresh == fresh[runs], path
    assert len(bench.programs.compiled) == 1


def test_weights_are_tried_on_what_was_run(bench: Bench) -> None:
    """At once, with the beliefs that were; and says so."""
    base = bench.play(read_text(SMALL))
    weighed = bench.play(read(SMALL_FILE, overrides={"patrons.neighbour.theories.spigot.weight": "9"}))
    assert (weighed.fresh, weighed.exact, base.exact) == (0, False, True)
    assert found_of(weighed).findings.weights == {"inertia": 0.1, "spigot": 0.9}


@pytest.mark.slow
def test_weights_are_believed_once_that_is_compiled(bench: Bench) -> None:
    """Then the numbers are those of `run` with these weights."""
    other = read(SMALL_FILE, overrides={"patrons.neighbour.theories.spigot.weight": "9"})
    assert bench.prepare(other) > 0
    found = found_of(bench.play(other))
    assert found.played.exact and found.findings.regret == run_study(other, SIZES).findings.regret


def test_what_changed_has_the_error_of_the_difference(bench: Bench) -> None:
    """Paired by scramble: the error of the change is far below that of either side; of no change it is 0."""
    base = found_of(bench.play(read_text(SMALL)))
    other = found_of(bench.play(read(SMALL_FILE, overrides={"sides.government.heavy": "1.3"})))
    for lost, worth in points_changed(base, base).values():
        assert lost.change == lost.se == worth.change == worth.se == 0
    changes = points_changed(base, other)
    assert set(changes) == set(base.findings.strategies)
    for name, (worth, lost) in changes.items():
        assert worth.change == pytest.approx(worth.now - worth.before) and lost.change == pytest.approx(lost.now - lost.before)
        row = base.index.regret(name)
        assert row is not None and worth.before == pytest.approx(row.value) and lost.before == pytest.approx(row.regret)
        assert 0 < worth.se < row.value_se
    (name, *_) = changes
    moved = measures_changed(base, other, name, ("deaths", "direct-war"))
    weighted = other.index.weighted(name, "deaths")
    assert weighted is not None and moved["deaths"].now == pytest.approx(weighted.mean, rel=1e-6)


@pytest.mark.slow
def test_the_silences_are_those_of_the_gap_check(bench: Bench) -> None:
    """With the draws of the bench: the same questions, the same probabilities, the same costs."""
    scenario = read_text(SMALL)
    (plan, *_) = scenario.strategies
    found = SilenceBench(bench).costed(scenario, plan)
    (own,) = gap_check(scenario, RunOptions(draws=DRAWS, strategies=(plan,))).strategies
    assert [(one.question, one.low, one.high) for one in found.rows] == [(gap.question, *gap.reach) for gap in own.gaps]
    assert [(one.cost, one.se) for one in found.rows] == [
        pytest.approx((gap.cost.points, gap.cost.se)) for gap in own.gaps if gap.cost is not None
    ]


def test_the_answer_comes_step_by_step(address: str) -> None:
    steps = posted(address, "/look", text=SMALL.replace("title:", "title: Another;", 1), before=SMALL, plan="wait").steps
    kinds = [step["kind"] for step in steps if step["kind"] != "progress"]
    assert kinds == ["checked", "answer", "silences", "silences", "doubts", "end"]
    answer = unescape(next(step for step in steps if step["kind"] == "answer")["html"])
    assert "The answer stands" in answer and "no change" in answer and "NaN" not in answer and "nan" not in answer.split()


def test_what_nobody_waits_for_is_stopped() -> None:
    """Before the first run ends; and nothing half is kept."""
    bench = Bench()
    with pytest.raises(Outdated):
        bench.play(read(SMALL_FILE, overrides={"sides.government.heavy": "1.7"}), stopping(silent, lambda: True))
    assert not bench.tables and bench.held == 0


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    one = bench.play(read_text(SMALL))
    monkeypatch.setattr("countermove.web.workbench.bench.KEPT", 3 * next(iter(one.runs.outcomes.values())).nbytes)
    for heavy in ("1.1", "1.2", "1.3"):
        bench.play(read(SMALL_FILE, overrides={"sides.government.heavy": heavy}))
        assert len(bench.tables) == 3 and bench.held == sum(table.nbytes for table in bench.tables.values())


def test_the_plan_that_changed_is_shown() -> None:
    old, now = read_text(SMALL), read(SMALL_FILE, overrides={"strategies.arm.moves.0.volume": "90 million USD"})
    assert (changed_plan(old, now), changed_plan(old, old), changed_plan(None, now)) == ("arm", "", "")


# --- beside the answer ------------------------------------------------------------------------------------------------


def test_versions_stand_side_by_side(address: str) -> None:
    other = SMALL.replace("60 million", "240 million")
    (*_, side) = posted(address, "/side", versions=[["as it was", SMALL], ["<b>", other], ["wrong", "a: ["]]).steps
    assert side["kind"] == "side" and side["lost"] == ["wrong"] and "&lt;b&gt;" in side["html"] and "<b>" not in side["html"]
    for versions in ([], [["a", SMALL]] * 9, [["a"]], "a", [["a", 3]]):
        assert posted(address, "/side", versions=versions).status == 422


@pytest.mark.slow
def test_why_an_answer_changed(address: str) -> None:
    """First from the runs, then month by month."""
    steps = posted(address, "/why", text=SMALL.replace("60 million", "240 million"), before=SMALL, plan="arm").steps
    found = [step for step in steps if step["kind"] == "why"]
    assert [step["whole"] for step in found] == [False, True]
    said = unescape(found[1]["html"])
    assert "240 million USD" in said and "Money spent by the owner" in said and "from</th>" in said
    assert posted(address, "/why", text=SMALL, before="a: [").steps[-1]["kind"] == "refused"


def ended(
    address: str, errand: dict[str, Any], states: tuple[str, ...] = ("ended", "refused", "stopped"), seconds: float = 240
) -> dict[str, Any]:
    """What became of long work."""
    until = time.monotonic() + seconds
    while errand["state"] not in states:
        assert time.monotonic() < until, errand
        time.sleep(0.05)
        errand = asked(address, "GET", f"/errands/{errand['name']}").data
    return errand


def waited(true: Callable[[], object], seconds: float = 240) -> None:
    """Until it is so."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_long_work_says_why_it_cannot_be_done(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A war without a record cannot be weighed; text with mistakes, unknown work and unknown names are refused."""
    monkeypatch.setenv("COUNTERMOVE_CACHE", str(tmp_path))
    begun = posted(address, "/errands", kind="weigh", text=SMALL).data
    assert begun["state"] == "running"
    assert posted(address, "/errands", kind="weigh", text=SMALL).data["name"] == begun["name"]
    found = ended(address, begun)
    assert found["state"] == "refused" and "record" in found["refused"] and "Traceback" not in found["refused"]
    assert asked(address, "GET", f"/errands/{begun['name']}/found.html").status == 422
    for kind, text in (("weigh", "a: ["), ("rm", SMALL), (3, SMALL)):
        assert posted(address, "/errands", kind=kind, text=text).status == 422
    for path in (
        "/errands/nobody",
        "/errands/nobody/found.html",
        f"/errands/{begun['name']}/scenario.yaml",
        "/errands/..%2f..%2fx/found.html",
    ):
        assert asked(address, "GET", path).status in (404, 422)


@pytest.mark.slow
def test_long_work_is_stopped_and_goes_on(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A search: progress, an interrupt, the same again, and the scenario with the plan that was found; and then it is there at once."""
    monkeypatch.setenv("COUNTERMOVE_CACHE", str(tmp_path))
    begun = posted(address, "/errands", kind="search", text=SMALL).data

    def pieces() -> dict[Path, int]:
        """What is finished, and when it was."""
        return {path: path.stat().st_mtime_ns for path in tmp_path.glob("workbench/*/.*/*.piece")}

    waited(lambda: pieces())
    posted(address, f"/errands/{begun['name']}/stop")
    assert ended(address, begun)["state"] == "stopped"
    finished = pieces()
    again = posted(address, "/errands", kind="search", text=SMALL, begin=False).data
    assert (again["state"], posted(address, "/errands", kind="search", text=SMALL).data["state"]) == ("stopped", "running")
    waited(lambda: len(pieces()) > len(finished))
    now = pieces()
    assert finished and all(now[path] == when for path, when in finished.items())  # none of them was made a second time
    found = ended(address, posted(address, "/errands", kind="search", text=SMALL).data)
    assert found["state"] == "ended" and found["files"] == ["better.yaml"], found
    better = asked(address, "GET", f"/errands/{found['name']}/better.yaml").text
    assert len(read_text(better).strategies) == len(read_text(SMALL).strategies) + 1
    assert "<table" in asked(address, "GET", f"/errands/{found['name']}/found.html").text
    assert posted(address, "/errands", kind="search", text=SMALL).data["state"] == "ended"
