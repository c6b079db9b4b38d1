"""A war's record and a record's replay: looked for beside the file that names them, then on the shelf; and which one was read is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders.places import WAR_FILE
from countermove.cli.main import main
from countermove.errors import RecordError, ScenarioError
from countermove.questions.provenance import record_hash
from countermove.questions.score.score import record_beside
from countermove.scenario.check import check
from countermove.scenario.linked_files import record_file, record_of, replay_of, which_record
from countermove.scenario.read import read, read_text

HEAD = "record: {name}\nreplay: {name}\nseries:\n  deaths: {{unit: persons, kind: monthly, vintage: real-time, observes: deaths}}\n"
ROWS = "series,valid,known,value,source,coding,note\ndeaths,2015-01,2015-01,{deaths},judgement,,\n"
WAR = WAR_FILE.read_text(encoding="utf-8")


def put_record(folder: Path, deaths: int, name: str = "tiny") -> Path:
    """A record of one row."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.csv").write_text(ROWS.format(deaths=deaths), encoding="utf-8")
    (folder / f"{name}.yaml").write_text(HEAD.format(name=name), encoding="utf-8")
    return folder / f"{name}.yaml"


def put_war(folder: Path, record: str = "tiny", name: str = "war") -> Path:
    """A war that names a record."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(f"{WAR}record: {record}\n", encoding="utf-8")
    return folder / f"{name}.yaml"


def deaths_of(war: Path) -> float:
    """The one number of the record that the war reads."""
    return record_of(read(war)).data[0].value


def test_beside_the_war_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its folder, in the folder of records in it or beside it, then where one stands: nearest first, from wherever one asks."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    war = put_war(tmp_path / "project" / "scenarios")
    put_record(tmp_path / "elsewhere" / "records", 1)
    assert deaths_of(war) == 1 and which_record(read(war)) == ""
    put_record(tmp_path / "project" / "records", 2)
    assert deaths_of(war) == 2
    put_record(tmp_path / "project" / "scenarios" / "records", 3)
    assert deaths_of(war) == 3
    put_record(tmp_path / "project" / "scenarios", 4)
    assert deaths_of(war) == 4
    assert record_of(read(war)).file == record_file(read(war)) == tmp_path / "project" / "scenarios" / "tiny.yaml"
    assert read_text(war.read_text(encoding="utf-8"), folder=war.parent) == read(war), "where a war lies is no part of what it says"


def test_where_one_stands_comes_before_what_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record of one's own of the same name is read where the war itself is one of those that ship, and that is said."""
    monkeypatch.chdir(tmp_path)
    put_record(tmp_path / "records", 5, "donbas-2014-2017")
    scenario = read("donbas-2017")
    assert record_of(scenario).data[0].value == 5
    assert which_record(scenario).startswith(f"the record donbas-2014-2017 is read from {tmp_path / 'records'}")


def test_another_of_the_same_name_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By `check` at the line, and by every command that reads the war; not where both are one and the same."""
    monkeypatch.chdir(tmp_path)
    war = put_war(tmp_path / "mine")
    put_record(tmp_path / "mine", 1)
    put_record(tmp_path / "records", 1)
    assert which_record(read(war)) == ""
    first = record_hash(read(war))
    put_record(tmp_path / "records", 2)
    said = which_record(read(war))
    assert str(tmp_path / "mine" / "tiny.yaml") in said and said.endswith(f"not read, is in {tmp_path / 'records'}")
    assert record_hash(read(war)) == first, "the hash is that of the file that is read"
    [issue] = [issue for issue in check(war).warnings if issue.message == said]
    assert issue.line == len(WAR.splitlines()) + 1
    main(["weigh", str(war), "--coding", "nope"])
    assert said in capsys.readouterr().err


def test_not_found_says_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every place, those that do not exist too: that is where it could be put."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    war = put_war(tmp_path / "project", "donbas-2014-2018")
    with pytest.raises(RecordError, match="there is no record of this name") as caught:
        record_of(read(war))
    [issue] = caught.value.issues
    for place in (tmp_path / "project", tmp_path / "project" / "records", tmp_path / "elsewhere" / "records"):
        assert f"{place}," in issue.expected
    assert issue.suggestion == "donbas-2014-2017"


def test_a_war_is_no_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A war and its record may have one name, in one folder of records or in two."""
    monkeypatch.chdir(tmp_path)
    war = put_war(tmp_path, "war")
    put_record(tmp_path / "records", 7, "war")
    assert deaths_of(war) == 7
    assert replay_of(record_of(read(war))) == read(war)


def test_a_replay_beside_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rule from the record to the war that it starts; not found says where it was looked for."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    war = put_war(tmp_path / "project" / "scenarios")
    put_record(tmp_path / "project" / "records", 1)
    with pytest.raises(ScenarioError, match="there is no scenario of this name") as caught:
        replay_of(record_of(read(war)))
    assert str(tmp_path / "project" / "scenarios") in str(caught.value)
    put_war(tmp_path / "project" / "scenarios", name="tiny")
    assert replay_of(record_of(read(war))) == read(war)


def test_what_was_issued_finds_the_record_of_its_war(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A memo lies in a folder of its own, and the record beside the war, around it."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    issued = tmp_path / "project" / "memos" / "war.forecasts.json"
    put_record(tmp_path / "project", 6)
    found = record_beside("tiny", issued)
    assert found is not None and found.data[0].value == 6
    put_record(tmp_path / "project" / "memos", 7)
    found = record_beside("tiny", issued)
    assert found is not None and found.data[0].value == 7
    assert record_beside("", issued) is None
    with pytest.raises(RecordError, match=str(tmp_path / "project" / "memos")):
        record_beside("tinny", issued)


def test_no_record_named() -> None:
    with pytest.raises(RecordError, match="names no record"):
        record_of(read_text(WAR))
