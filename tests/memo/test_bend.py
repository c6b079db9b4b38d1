"""What travels in a memo that can be bent: the numbers, their size, the command; and the one script that its page lets in."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.main import get_command

from builders import bent
from builders.dossier_example import dossier, hostile, record_says
from builders.places import ROOT
from countermove.cli.main import application
from countermove.decision.objective import points
from countermove.memo import render
from countermove.memo.bend import SAME_WAR, TAKES_VALUE, Bendable, bendable, same_war
from countermove.memo.page import figures_of
from countermove.memo.sentences import NOTHING_WEIGHED
from countermove.memo.whence import whence_table
from countermove.memo.word_copy import word_page
from countermove.show.page import SCRIPTS, script_text

TEMPLATES = ROOT / "src" / "countermove" / "show" / "templates"


@pytest.fixture(scope="module")
def bend() -> Bendable:
    """Of the invented study, with the record weighed."""
    found = bendable(bent.study(), record_says())
    assert found is not None
    return found


def test_the_means_give_the_points_of_every_run(bend: Bendable) -> None:
    """Weighted by the masses of the scrambles they are the expected points under each theory, to more digits than are shown."""
    study = bent.study()
    carried = np.array(json.loads(bend.script())["means"])
    worth = np.array([one.written / one.per for one in bend.measures])
    for s, plan in enumerate(study.runs.strategies):
        for t, theory in enumerate(study.runs.theories):
            wanted = points(study.runs, study.program.scenario.objective, plan, theory).mean()
            assert worth @ carried[s, t] @ np.array(bend.mass) == pytest.approx(wanted, rel=1e-10)


def test_presets_are_the_author_the_readers_and_the_record(bend: Bendable) -> None:
    assert [one.name for one in bend.presets] == ["", "supporter", "restrainer", "record"]
    assert all(sum(one.weights) == pytest.approx(1) for one in bend.presets)
    supporter, values = bend.presets[1], dict(zip((one.name for one in bend.measures), bend.presets[1].values, strict=True))
    assert values["territory"] == 10 and values["spread"] == 0 and values["deaths"] == -0.1
    assert dict(zip((name for name, *_ in bend.theories), supporter.weights, strict=True))["pressure"] == pytest.approx(6 / 14.5)
    quiet = bendable(bent.study(), NOTHING_WEIGHED)
    assert quiet is not None and len(quiet.presets) == 3


def test_nothing_travels_where_nothing_was_compared() -> None:
    study = bent.study()
    assert bendable(replace(study, findings=replace(study.findings, regret=())), NOTHING_WEIGHED) is None


def test_sliders_reach_twice_what_anybody_gives(bend: Bendable) -> None:
    for place, one in enumerate(bend.measures):
        most = max(abs(preset.values[place]) for preset in bend.presets)
        assert 2 * most <= one.bound <= 5 * most * (1 + 1e-9)


def test_no_text_of_a_file_ends_the_data(bend: Bendable) -> None:
    evil = "</script><script>document.title='taken'</script><!-- \u2028 &amp;"
    nasty = replace(bend, plans=((bend.plans[0][0], evil), *bend.plans[1:]))
    text = nasty.script()
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text)["plans"][0][1] == evil
    page = render(replace(hostile(), bend=nasty))
    assert len(re.findall("<script", page)) == len(re.findall("</script", page)) == 2


def test_one_script_may_run_and_is_named_by_its_hash(bend: Bendable) -> None:
    page = render(replace(dossier(), bend=bend))
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src &#39;sha256-{digest}&#39;;" in policy.replace("'", "&#39;")
    assert "unsafe" not in policy and "default-src &#39;none&#39;" in policy.replace("'", "&#39;")
    assert script == script_text()
    assert render(replace(dossier(), bend=bend)) == page
    assert "script" not in re.sub(r"<style>.*?</style>", "", render(dossier()), flags=re.DOTALL).partition("</head>")[0]


def test_a_reader_who_can_send_nothing(bend: Bendable) -> None:
    """The script has no way out: nothing that fetches, nothing that makes markup or code of texts."""
    words = re.sub(r"//.*|/\*.*?\*/", "", script_text(), flags=re.DOTALL)
    assert not re.search(
        r"fetch|XMLHttp|WebSocket|sendBeacon|import\(|innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(", words
    )
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", script_text())
    assert len(bend.script()) + len(script_text()) < 350_000


def test_a_copy_for_word_has_nothing_of_it(bend: Bendable) -> None:
    whole = replace(dossier(), bend=bend)
    copy = word_page(render(whole), figures_of(whole)).html
    assert not [
        part for part in ("bend-data", "<script", "<button") if part in copy
    ]  # an empty element is left, which shows nothing


# --- the command -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", "war"),
        ("countermove memo donbas-2017", "donbas-2017"),
        ("countermove memo --draws 64 'my war.yaml' --quick --set a.b=1 --to x.pdf", "my war.yaml --set a.b=1"),
        ("countermove memo --set=a.b=1 --theory spigot w.yaml --out memos --json", "w.yaml --set a.b=1 --theory spigot"),
    ],
)
def test_the_command_runs_the_same_war(typed: str, wanted: str) -> None:
    assert " ".join(same_war(typed, "war")) == f"countermove run {wanted}"


def test_every_option_that_takes_a_value_is_known() -> None:
    """Else its value would be taken for the file; and a flag must not be among them, or the file would be taken for its value."""
    commands = get_command(application()).commands  # type: ignore[attr-defined]
    for name in ("run", "memo"):
        for option in commands[name].params:
            names = {text for text in option.opts if text.startswith("--")}
            assert not names or (names <= TAKES_VALUE) != option.is_flag, names
    assert SAME_WAR <= TAKES_VALUE


def test_a_memo_for_a_reader_types_all_it_shows(bend: Bendable) -> None:
    study = bent.study()
    made = replace(study.provenance, command="countermove memo donbas-2017 --for supporter")
    found = bendable(replace(study, provenance=made), NOTHING_WEIGHED)
    assert found is not None and found.explicit and not bend.explicit


def test_the_annex_says_where_numbers_come_from() -> None:
    """What a reader without scripts has instead of a tap."""
    rows = {row.head.text: [cell.text for cell in row.cells] for row in whence_table(dossier()).rows}
    assert set(rows) == {"what happens under each plan", "regret, expected value", "flip points"}
    assert all("--json | jq" in row[-1] and "runs of each plan" in row[-2] for row in rows.values())


# --- the script by itself ----------------------------------------------------------------------------------------------


def test_the_script_is_well_typed() -> None:
    """JSDoc and `tsc --strict`, where Node and TypeScript are there."""
    compiler = shutil.which("tsc")
    if compiler is None:
        pytest.skip("NO TYPESCRIPT HERE: the types of the memo's script were not checked (npm install -g typescript)")
    flags = ["--noEmit", "--allowJs", "--checkJs", "--strict", "--target", "es2022", "--lib", "es2022,dom,dom.iterable"]
    done = subprocess.run([compiler, *flags, *map(str, _parts())], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def _parts() -> list[Path]:
    return [TEMPLATES / name for name in SCRIPTS]


@pytest.mark.parametrize("path", _parts(), ids=lambda path: path.name)
def test_a_part_of_the_script_is_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 400
    assert all(len(line) <= 150 for line in lines)
