"""The command `solve`: what it tells of a small war, what it refuses, and that it goes on after an interruption."""

from __future__ import annotations

import csv
import io
import json
import math
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from builders.places import SMALL_FILE
from countermove.cli.main import main
from countermove.questions.solve import equilibrium, solve

KEYS = [
    "scenario", "owner", "rival", "client", "matters", "states", "stakes", "prize", "highest", "plans", "leading", "curve", "policy", "equilibria",
    "commitment", "claims", "gaps", "general_gaps", "sizes", "opponents", "sentences", "doubts",
    "draws", "lucks", "seed", "seconds", "hash", "record_hash", "code_version",
]  # fmt: skip
HORIZON = "settlement-by-24-months: 3, "
FEW = ("--draws", "16", "--lucks", "2", "--samples", "4", "--bins", "2", "--types", "2", "--quiet")
LEVELS = ("--support", "0.5", "--support", "2")


class Said(NamedTuple):
    """How a command ended, and what it wrote to both outlets."""

    code: int
    out: str
    err: str


def command(*words: str) -> Said:
    """`countermove solve` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["solve", *words])
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where everything is written, and the small war of four months."""
    path = tmp_path_factory.mktemp("solved")
    text = SMALL_FILE.read_text(encoding="utf-8").replace("months: 24", "months: 4").replace(HORIZON, "")
    (path / "war.yaml").write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def told(folder: Path) -> Said:
    """Its answer in words and files."""
    with chdir(folder):
        return command("war.yaml", *FEW, *LEVELS, "--to", "war.efg", "--to", "war.nfg", "--figures", "drawn")


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, Any]:
    """Its answer as JSON."""
    return json.loads(command(str(folder / "war.yaml"), *FEW, *LEVELS, "--json", "--workers", "1").out, parse_constant=pytest.fail)


def without_time(answer: dict[str, Any]) -> dict[str, Any]:
    """All but how long it took."""
    return {name: value for name, value in answer.items() if name != "seconds"}


def numbers(value: Any) -> list[float]:
    """Every number of it."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for one in value for number in numbers(one)]
    return [value] if isinstance(value, (int, float)) else []


def test_the_small_war_in_words(told: Said, found: dict[str, Any]) -> None:
    """The sentences of the finding, then its tables; whoever asks for quiet gets no list of files."""
    assert (told.code, told.err) == (0, "")
    words = told.out.split("\n\n")[0].replace("\n", " ")
    assert words == " ".join(found["sentences"])
    assert words.startswith("If Neighbour knows the plan") and "Where both look ahead and nobody is bound, Overseas" in words
    titles = (
        "Every plan if Neighbour thinks ahead (points; times its first support)",
        "What Neighbour does if it knows the plan",
        "If Neighbour’s stakes were other (times the median; points)",
        "What Neighbour gives, and where (times its first support)",
        "The game less the war (points)",
        "The game of all plans less the war (points)",
        f"The game: {found['states']}.",
    )
    places = [told.out.index(title) for title in titles]
    assert places == sorted(places)
    assert told.out.count("To be doubted:") == len(found["doubts"])
    assert "nan" not in told.out.lower().replace("finance", "") and "Written" not in told.out and "None" not in told.out


def test_the_small_war_as_json(found: dict[str, Any]) -> None:
    """Every field, in the order of the finding; what belongs together adds up."""
    assert list(found) == KEYS
    assert (found["scenario"], found["owner"], found["rival"], found["client"]) == ("small", "Overseas", "Neighbour", "Rebels")
    assert (found["draws"], found["lucks"], found["seed"], found["matters"]) == (16, 2, 0, 0.1)
    assert len(found["stakes"]) == 2 and 0 < found["stakes"][0] < 3 < found["stakes"][1]
    assert [plan["strategy"] for plan in found["plans"]] == ["wait", "arm"]
    for view in ("theories", "knowing", "equilibrium"):
        worths = {plan["strategy"]: plan["worth"][view]["mean"] for plan in found["plans"]}
        for plan in found["plans"]:
            assert plan["behind"][view]["mean"] == pytest.approx(max(worths.values()) - worths[plan["strategy"]])
            assert 0 <= plan["support"][view] <= 4
        leader = next(row for row in found["leading"] if row["view"] == view)
        assert worths[leader["best"]] == max(worths.values()) and leader["best"] in leader["level"]
    assert [row["ratio"] for row in found["curve"]] == [0, 0.125, 0.25, 0.5, 1, 2, 4, 8]
    assert sum(row["share"] for row in found["policy"]) == pytest.approx(1)
    assert [row["choice"] for row in found["equilibria"]] == ["best", "worst"]
    assert [row["who"] for row in found["equilibria"][0]["deviations"]] == ["Overseas", "Neighbour"]
    assert {(row["strategy"], row["theory"]) for row in found["gaps"]} == {
        (s, t) for s in ("wait", "arm") for t in ("inertia", "spigot")
    }
    assert [row["strategy"] for row in found["general_gaps"]] == ["wait", "arm"]
    for row in found["equilibria"]:
        assert row["gap"]["mean"] == pytest.approx(row["game"] - row["war"]["mean"]) and row["gap"]["se"] > 0
        assert 0 <= row["outside"] <= 1 and 0 <= row["beyond"] <= 1
    assert found["sizes"] == found["opponents"] == []
    assert all(math.isfinite(number) for number in numbers(found))


def test_its_files(told: Said, folder: Path) -> None:
    """A tree and a table for Gambit, and every picture beside its numbers."""
    assert told.code == 0
    assert (folder / "war.efg").read_text(encoding="utf-8").startswith("EFG 2 R ")
    assert (folder / "war.nfg").read_text(encoding="utf-8").startswith("NFG 1 R ")
    drawn = sorted(path.name for path in (folder / "drawn").iterdir())
    assert {Path(name).suffix for name in drawn} == {".svg", ".csv"} and len(drawn) == 4
    for path in (folder / "drawn").glob("*.csv"):
        head, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
        assert rows and all(len(row) == len(head) for row in rows)
        assert path.with_suffix(".svg").read_text(encoding="utf-8").startswith("<svg")


def test_it_goes_on_where_it_was_stopped(
    found: dict[str, Any], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped while it plays, then again while it looks for deviations, with another number of workers: the same finding; nothing is left behind."""
    words = (str(folder / "war.yaml"), *FEW, *LEVELS, "--json", "--workers", "2")
    monkeypatch.setenv("COUNTERMOVE_CACHE", str(tmp_path))
    stops = [(solve, "_plan"), (equilibrium, "_deviations")]
    made: list[str] = []
    real = equilibrium.solve_limit

    def counted(*given: Any) -> Any:
        made.append("an equilibrium")
        return real(*given)

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(equilibrium, "solve_limit", counted)
    for where, name in stops:
        with monkeypatch.context() as patch:
            patch.setattr(where, name, stop)
            said = command(*words)
        assert said.code == 3 and "the same command goes on from what was finished" in said.err
        assert json.loads(said.out)["exit"] == 3
        assert len(list(tmp_path.glob("solving-*"))) == 1
    said = command(*words)
    assert said.code == 0 and without_time(json.loads(said.out)) == without_time(found)
    assert len(made) == 2  # both were solved once, before the first stop
    assert not list(tmp_path.glob("solving-*"))


def test_strict_says_by_its_exit_code_what_did_not_hold(
    found: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1 where there is a doubt, with the finding; 0 where there is none, or nobody asked."""
    words = (str(folder / "war.yaml"), *FEW, *LEVELS, "--json")
    strict = command(*words, "--strict")
    assert without_time(json.loads(strict.out)) == without_time(found)
    assert strict.code == (1 if found["doubts"] else 0)
    monkeypatch.setattr(solve, "doubts_of", lambda _: ("No equilibrium was found.",))
    assert command(*words, "--brief", "--strict").code == 1
    assert command(*words, "--brief").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--draws", "24"), "24 draws fill no 16 scrambles. Give a multiple of 16"),
        (("--lucks", "3"), "3 lucks have no halves. Give an even number"),
        (("--samples", "1"), "'--samples'"),
        (("--bins", "65"), "'--bins'"),
        (("--rung", "9"), "'--rung'"),
        (("--support", "-1"), "'--support'"),
        (("--support", "nan"), "'--support'"),
        (("--support", "inf"), "support cannot be inf. Give finite numbers from 0 up"),
        (("--support", "1e300"), "1e+300 times his baseline is more than any rival gives. Give levels of support up to 1,000"),
        (
            ("--thorough", "--bins", "17"),
            "a thorough look takes 4 times as many bins, 68 here, where 64 may be. Give at most 16 bins",
        ),
        (
            ("--thorough", "--bins", "16", "--samples", "65536"),
            "bins of shortfall (--bins), or the rival's 2 levels of support (--support), or the samples of a state (--samples)",
        ),
        (("--strategy", "armada"), "--strategy armada: there is no strategy of this name; expected wait, arm"),
        (("--theory", "whim"), "--theory whim: there is no theory of this name; expected inertia, spigot"),
        (("--to", "war.gbt"), "war.gbt: Gambit's files end in .efg or .nfg"),
        (
            ("--samples", "65536", "--bins", "64"),
            "bins of shortfall (--bins), or the rival's 2 levels of support (--support), or the samples of a state (--samples)",
        ),
        (
            ("--samples", "65536", "--bins", "64", "--rung", "4", "--rung", "7"),
            "(--support), or rung 7, which no plan orders (--rung), or the samples of a state (--samples)",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(
    words: tuple[str, ...], said: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In words, with exit code 2, before anything is played or written; as JSON too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(equilibrium, "solve_limit", lambda *_: pytest.fail("a game was solved"))
    for more in ((), ("--json",)):
        code, out, err = command(str(folder / "war.yaml"), *FEW, *LEVELS, *words, *more)
        assert (code, bool(out)) == (2, bool(more)) and said in " ".join(err.split()) and "Traceback" not in err
    assert json.loads(out)["exit"] == 2 and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("old", "new", "words", "said"),
    [
        ("objective:", "stakeholders:", (), "stakeholders"),
        ("inertia: {weight: 1}", "inertia: {weight: 0}", ("--theory", "inertia"), "no theory called inertia"),
    ],
)
def test_a_war_that_cannot_be_asked_is_refused(
    old: str, new: str, words: tuple[str, ...], said: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a game is made of it."""
    monkeypatch.setattr("countermove.games.extract.Extractor.extract", lambda _: pytest.fail("a game was made"))
    text = (folder / "war.yaml").read_text(encoding="utf-8").replace(old, new)
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    code, out, err = command(str(tmp_path / "other.yaml"), *FEW, *words)
    assert (code, out) == (2, "") and said in err and "Traceback" not in err
