"""A memo for a reader: whose weights and values stand in it, that the runs are the same, and that the page says whose eyes these are."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import numpy as np
import pytest

from builders.places import SMALL_FILE
from countermove.cli.main import main
from countermove.decision.findings import WEIGHTED
from countermove.decision.findings_values import OWN
from countermove.door import write_memo
from countermove.errors import DecisionError
from countermove.memo.contents import Dossier
from countermove.memo.page import render
from countermove.memo.write import dossier_of, page_name
from countermove.questions.options import RunOptions
from countermove.questions.readers.as_reader import as_reader
from countermove.questions.readers.readers import readers
from countermove.questions.run.run import run_study
from countermove.questions.score.escrow import read_escrow
from countermove.scenario.read import read_text
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of

READERS = """
readers:
  holder: {title: The valley's keeper, says: Arms hold it., theories: {inertia: 3}, values: {territory: 100, deaths: -1 per thousand}}
  mourner: {values: {deaths: -20 per thousand}}
  gambler: {theories: {inertia: 9, spigot: 1}}
"""
OPTIONS = RunOptions(draws=64, lucks=2, seed=3, full=False)


@pytest.fixture(scope="module")
def war() -> Scenario:
    return read_text(SMALL_FILE.read_text(encoding="utf-8") + READERS)


def dossier_for(war: Scenario, reader: str | None) -> Dossier:
    scenario, options = (war, OPTIONS) if reader is None else as_reader(war, OPTIONS, reader)
    return dossier_of(scenario, options)[0]


def test_the_runs_are_the_same_and_the_headline_is_the_readers(war: Scenario) -> None:
    """Bit for bit, under a theory that the reader rules out too; points and lead are those that `readers` finds for the same person."""
    own = run_study(war, OPTIONS)
    asked = readers(own, OPTIONS)
    assert asked is not None
    for position in asked.positions:
        scenario, options = as_reader(war, OPTIONS, position.reader)
        theirs = run_study(scenario, options)
        assert theirs.runs.theories == own.runs.theories
        for pair, table in own.runs.outcomes.items():
            assert np.array_equal(table, theirs.runs.outcomes[pair], equal_nan=True)
        assert theirs.findings.weights == pytest.approx(dict(position.shares))
        for row in theirs.findings.regret:
            if row.theory == WEIGHTED:
                assert row.value == pytest.approx(position.expected[row.strategy].mean, rel=1e-6, abs=1e-9)
        assert theirs.provenance.scenario_hash == hash_of(war)


def test_what_a_reader_leaves_out_is_the_scenarios(war: Scenario) -> None:
    """The mourner keeps the weights, the gambler the objective; the owner and the reader change places among whose values are shown."""
    mourner, gambler, plain = (dossier_for(war, name) for name in ("mourner", "gambler", None))
    assert mourner.findings.weights == plain.findings.weights and [name for name, _, _ in mourner.objective] == ["deaths"]
    assert gambler.objective == plain.objective and gambler.findings.weights == pytest.approx({"inertia": 0.9, "spigot": 0.1})
    assert [one.name for one in mourner.findings.values] == [OWN, "overseas", "holder"]
    assert [one.name for one in gambler.findings.values] == [OWN, "holder", "mourner"]
    assert (mourner.valued_by, gambler.valued_by, plain.valued_by) == ("Mourner", "Overseas", "Overseas")


def test_the_page_says_whose_eyes_these_are(war: Scenario) -> None:
    """At the top, beside the weights, in the provenance; what the reader leaves to the scenario is said as well."""
    page = unescape(render(dossier_for(war, "holder")))
    said = "Written for The valley's keeper: the weights of the theories and the values are this reader's."
    assert page.index(said) < page.index('id="bottom-line"')
    assert "The weights of the theories are those of The valley's keeper." in page
    assert "those of The valley's keeper: inertia 100%, spigot 0%" in page and "territory 100; deaths −1 per 1,000 persons" in page
    assert "The objective of The valley's keeper: points" in page
    assert "Mourner: the values are this reader's; the weights of the theories are the scenario's." in unescape(
        render(dossier_for(war, "mourner"))
    )
    plain = unescape(render(dossier_for(war, None)))
    assert "Written for" not in plain and "written for" not in plain


def test_it_is_the_same_page_again_and_has_its_own_name(war: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """NAME.READER.html with its own forecasts, byte for byte; the memo of the scenario is another file."""
    monkeypatch.chdir(tmp_path)
    first = write_memo(war, OPTIONS, reader="holder")
    assert first == Path("memos/small.holder.html") and (page_name(war), page_name(war, "holder")) == ("small", "small.holder")
    again = write_memo(war, OPTIONS, "again/small.holder.html", reader="holder")
    assert first.read_bytes() == again.read_bytes()
    issued = read_escrow(Path("memos/small.holder.forecasts.json"))
    assert issued.weights == {"inertia": 1.0, "spigot": 0.0} and issued.weights_from == "the reader holder"


def test_a_reader_that_there_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Is refused before anything is run, with the one that may be meant; so is one who believes in none of the theories asked for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("countermove.memo.write.run_study", lambda *_, **__: pytest.fail("began"))
    Path("war.yaml").write_text(SMALL_FILE.read_text(encoding="utf-8") + READERS, encoding="utf-8")
    assert main(["memo", "war.yaml", "--for", "holdr"]) == 2
    assert 'no reader is called "holdr". Did you mean holder?' in capsys.readouterr().err
    assert main(["memo", str(SMALL_FILE), "--for", "anyone"]) == 2
    assert "It has none: write a section readers:" in capsys.readouterr().err
    assert main(["memo", "war.yaml", "--for", "holder", "--theory", "spigot"]) == 2
    assert "The valley's keeper gives no weight to spigot" in capsys.readouterr().err
    assert not Path("memos").exists()
    with pytest.raises(DecisionError):
        as_reader(read_text(SMALL_FILE.read_text(encoding="utf-8")), OPTIONS, "x")
