"""The verbs that need no run: new, check, explain, schema, data; and what all verbs share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from builders.places import FILES, ROOT, SMALL_FILE
from countermove.cli.main import VERBS, application, main
from countermove.errors import Issue

SMALL = str(SMALL_FILE)
BAD = str(FILES / "transcripts" / "bad.yaml")
PROGRAM = "import sys; from countermove.cli.main import main; sys.exit(main())"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100"}
# what every command that takes an option of this meaning must call it
SHARED = {
    "--draws", "--lucks", "--seed", "--strategy", "--theory", "--set", "--out", "--json", "--quiet", "--plugin", "--strict",
    "--tolerance", "--quick", "--workers", "--executor", "--draw", "--luck", "--coding", "--records", "--pool", "--all", "--stride", "--particles",
    "--score", "--budget", "--worst", "--keep", "--help", "-h",
    "--samples", "--rung", "--support", "--bins", "--types", "--beliefs", "--brief", "--thorough",
    "--host", "--port", "--seat", "--training", "--months", "--pace", "--resume", "--link", "--schema", "--sheets", "--after",
    "--figures", "--to", "--for", "--beside", "--annex", "--record", "--outcomes", "--yes", "--study", "--retry",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an empty folder."""
    monkeypatch.chdir(tmp_path)


def process(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], capture_output=True, text=True, check=False, env=ENVIRONMENT | more
    )


# --- what all share ---------------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each verb and its options."""
    group = typer.main.get_command(application())
    every = group.commands  # type: ignore[attr-defined]
    inner = [(f"{name} {one}", command) for name in ("data", "store") for one, command in every[name].commands.items()]
    for name, command in [*every.items(), *inner]:
        if name not in ("data", "store"):
            yield name, [option for parameter in command.params for option in parameter.opts if option.startswith("-")]


def test_options_have_the_same_names_everywhere() -> None:
    """And every command answers in JSON."""
    found = dict(commands())
    assert set(found) == {
        "new",
        "check",
        "explain",
        "schema",
        "run",
        "weigh",
        "readers",
        "claims",
        "score",
        "compare",
        "gaps",
        "search",
        "solve",
        "explore",
        "backtest",
        "study",
        "memo",
        "serve",
        "play",
        "replay",
        "verify",
        "data list",
        "data add",
        "data fetch",
        "store list",
        "store show",
        "store verify",
        "store prune",
    }
    for name, options in found.items():
        assert set(options) <= SHARED, name
        assert {"--json", "--quiet"} <= set(options), name
    for name in ("run", "memo"):
        wanted = {"--draws", "--lucks", "--seed", "--strategy", "--theory", "--set", "--out", "--plugin"}
        assert wanted <= set(found[name])


@pytest.mark.parametrize(
    "verb", [name for name, _, _ in VERBS] + ["data list", "data add", "data fetch", "store list", "store verify"]
)
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With a sentence of its own."""
    assert main([*verb.split(), "--help"]) == 0
    answer, remarks = capsys.readouterr()
    assert f"Usage: countermove {verb}" in answer and remarks == ""


def test_help_is_quick() -> None:
    """In less than a second of the processor, without what only other commands need."""
    before = os.times()
    assert process("--help").returncode == 0
    after = os.times()
    assert after.children_user + after.children_system - before.children_user - before.children_system < 1
    code = "import sys, countermove.cli.main; print([m for m in ('jax', 'numpy', 'pandas', 'rich', 'yaml', 'lark') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    assert done.stdout == "[]\n"


def test_the_package_is_quick() -> None:
    """`import countermove` waits for nothing, and has all that it names."""
    code = "import sys, countermove; print([m for m in ('jax', 'numpy', 'pandas', 'rich', 'yaml', 'typer') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    assert done.stdout == "[]\n"
    import countermove

    for name in countermove.__all__:
        assert getattr(countermove, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'rum'"):
        countermove.rum  # noqa: B018


def test_nothing_asks_for_help(capsys: pytest.CaptureFixture[str]) -> None:
    """`countermove` alone shows what there is."""
    assert main([]) == 0 and "Commands:" in capsys.readouterr().out
    assert main(["data"]) == 0 and "list" in capsys.readouterr().out
    assert main(["--version"]) == 0 and capsys.readouterr().out[0].isdigit()


def test_a_reader_who_stops_early() -> None:
    """`countermove explain … | head -1` ends without a word."""
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -c "{PROGRAM}" explain {SMALL} | head -1; exit ${{PIPESTATUS[0]}}'],
        capture_output=True, text=True, check=False, env=ENVIRONMENT,
    )  # fmt: skip
    assert (done.stdout, done.stderr, done.returncode) == ("Two sides, two patrons, two plans\n", "", 0)


# --- new, check, explain, schema, data --------------------------------------------------------------------------------


def test_new_starts_a_war_that_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And never writes over a file."""
    assert main(["new", "my-war"]) == 0
    assert "countermove check my-war.yaml" in capsys.readouterr().out
    assert main(["check", "my-war.yaml"]) == 0
    before = (tmp_path / "my-war.yaml").read_bytes()
    capsys.readouterr()
    assert main(["new", "my-war"]) == 2
    assert capsys.readouterr().err == "my-war.yaml: there is already a file of this name; expected another name\n"
    assert (tmp_path / "my-war.yaml").read_bytes() == before
    assert main(["new", "other", "--out", "deep/down", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": "deep/down/other.yaml"}
    assert main(["new", "My War"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_check_says_all_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Mistakes on standard error with their places, a count on standard output; 2 for mistakes, 1 for warnings with --strict."""
    assert main(["check", BAD]) == 2
    answer, remarks = capsys.readouterr()
    assert len(remarks.splitlines()) == 7
    assert f'{BAD}:4:16: "personel" is not a key of a side' in remarks and "did you mean personnel?" in remarks
    assert answer == f"{BAD}: 7 mistakes, no warnings\n"
    assert main(["check", SMALL]) == 0
    answer, remarks = capsys.readouterr()
    assert remarks.count("warning: ") == 4 and "4 warnings" in answer and remarks.count("note: ") == 1
    assert "direct-war happens in none of 1024 quick runs" in remarks  # a covert neighbour never comes near it
    assert main(["check", SMALL, "--strict", "--quiet"]) == 1
    assert capsys.readouterr() == ("", "")
    assert main(["check", BAD, "--quiet"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 7


def test_check_plays_the_war_unless_it_is_to_be_quick(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the quick runs show is said after what the file shows, and counted."""
    seen = Issue(SMALL, 5, 1, "a side collapses", "more of it")
    monkeypatch.setattr("countermove.questions.check.quick_runs.doubts_of_runs", lambda written: (seen,))
    assert main(["check", SMALL]) == 0
    answer, remarks = capsys.readouterr()
    assert f"{SMALL}:5:1: warning: a side collapses; expected more of it" in remarks and "4 warnings" in answer
    assert main(["check", SMALL, "--json"]) == 0
    assert [issue["message"] for issue in json.loads(capsys.readouterr().out)["warnings"]][-1] == "a side collapses"
    assert main(["check", SMALL, "--quick"]) == 0
    answer, remarks = capsys.readouterr()
    assert "collapses" not in remarks and "3 warnings" in answer


def test_a_value_that_no_run_reads_is_remarked_upon(capsys: pytest.CaptureFixture[str]) -> None:
    """By every command that takes --set; not where it is to be quiet, and not of a value that is read."""
    unread = ["explain", SMALL, "--set", "patrons.neighbour.stake-ratio=2"]
    assert main(unread) == 0
    assert "--set patrons.neighbour.stake-ratio: warning: no theory of neighbour reads its stake-ratio" in capsys.readouterr().err
    assert main([*unread, "--quiet"]) == 0 and main(["explain", SMALL, "--set", "sides.rebels.slack=0.2"]) == 0
    assert capsys.readouterr().err == ""


def test_check_json_is_as_promised(capsys: pytest.CaptureFixture[str]) -> None:
    """The contract: errors, warnings and notes, each with six fields."""
    assert main(["check", BAD, "--json"]) == 2
    answer, remarks = capsys.readouterr()
    found = json.loads(answer)
    assert remarks == "" and set(found) == {"errors", "warnings", "notes"} and len(found["errors"]) == 7
    for issue in found["errors"]:
        assert set(issue) == {"file", "line", "column", "message", "expected", "suggestion"}
    assert found["errors"][0]["line"] == 4 and found["errors"][0]["suggestion"] == "personnel"


def test_set_goes_through_the_same_checks(capsys: pytest.CaptureFixture[str]) -> None:
    """A value that fits changes the scenario; one that does not is said with its place; all slips of the command line at once."""
    assert main(["explain", SMALL, "--set", "patrons.neighbour.stake-ratio=2"]) == 0
    assert "what it has at stake against what it costs: 2" in capsys.readouterr().out
    assert main(["explain", SMALL, "--set", "patrons.neighbour.stake-rati=2"]) == 2
    assert "did you mean stake-ratio?" in capsys.readouterr().err
    for command in ("run", "explain", "check"):
        assert main([command, SMALL, "--set", "patrons.neighbor.stake-ratio=2"]) == 2
        assert capsys.readouterr().err.startswith(
            '--set patrons.neighbor.stake-ratio=2: there is no "neighbor" among the patrons; expected one of '
        )
    assert main(["explain", SMALL, "--set", "clock.months", "--set", "clock.start=2030-01", "--set", "clock.start=2031-01"]) == 2
    remarks = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in remarks] == ["--set clock.months", "--set clock.start=2031-01"]


def test_explain_and_schema_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    """For programs."""
    assert main(["explain", SMALL, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"scenario", "hash", "text"} and found["scenario"] == "small" and len(found["hash"]) == 64
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "countermove scenario"


def test_data_list_shows_the_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that ship and those at hand; one that cannot be read hides no other."""
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "broken.yaml").write_text("record: other\n")
    assert main(["data", "list"]) == 2
    answer = capsys.readouterr().out
    assert (
        "donbas-2014-2017" in answer and "2014-04 to 2017-12" in answer and "cannot be read" in answer and "not shipped" in answer
    )
    assert main(["data", "list", "--json"]) == 2
    rows = {row["record"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["donbas-2014-2017"]["first"] == "2014-04" and rows["donbas-2014-2017"]["rows"] > 100
    assert rows["broken"]["first"] is None
    (tmp_path / "records" / "broken.yaml").unlink()
    assert main(["data", "list", "--quiet"]) == 0


def test_texts_of_strangers_cannot_move_the_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Control codes and turned writing are shown as what they are: strange."""
    text = Path(SMALL).read_text().replace("Two sides, two patrons, two plans", '"\\e[2J\\e]0;owned\\a [bold]x[/bold] \\u202e"')
    (tmp_path / "evil.yaml").write_text(text)
    assert main(["explain", "evil.yaml"]) in (0, 2)
    (tmp_path / "worse.yaml").write_text(text.replace("  wait:", '  "\\e[2Jwait":'))
    assert main(["check", "worse.yaml"]) == 2
    answer, remarks = capsys.readouterr()
    assert not any(code in answer + remarks for code in "\x1b\x07\u202e")
