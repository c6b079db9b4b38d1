"""A session as a record: it reads without a mistake, and the replay that it names is the war that was played."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from builders.tables import begun, done, month, room
from countermove.cli.main import main
from countermove.cli.replay_session import _months
from countermove.engine.program import compile_scenario
from countermove.errors import SessionError
from countermove.evidence.observations import observations
from countermove.play.export import record_of_session
from countermove.play.transcript import SUFFIX
from countermove.scenario.read import read
from countermove.scenario.records import read_record
from countermove.store.disk import write_page

ORDERS = ("rung: lethal-defensive", "", "{rung: heavy, volume: 47 million USD, answer: grant}", "step: 1")


def test_a_record_of_what_was_played(tmp_path: Path) -> None:
    """Support as it was given, events where they happened, the owner's orders as one strategy; what `weigh` would observe of it."""
    session = begun()
    for place in range(12):
        session = month(session, ORDERS[place % 4], f"support: {place + 1}")
    for name, text in record_of_session(session, "night").items():
        write_page(tmp_path / name, text)
    scenario = read(tmp_path / "night-replay.yaml")
    assert (scenario.clock.months, scenario.clock.known_until, scenario.record) == (36, scenario.clock.start + 11, "night")
    (strategy,) = scenario.strategies.values()
    assert [(move.at - scenario.clock.start, move.then.rung, move.then.volume) for move in strategy.moves[:2]] == [
        (0, "lethal-defensive", None),
        (2, "heavy", 47),
    ]
    record = read_record(tmp_path / "night.yaml")
    data = observations(record, compile_scenario(scenario))
    given = data.values[:12, data.names.index("bear.support")]
    states = [played.turn.standing.lanes.state for played in session.played]
    np.testing.assert_allclose(given, [state.support[1, 0] for state in states], rtol=1e-6)
    began = data.values[:12, data.names.index("truce-begins")]
    np.testing.assert_array_equal(began, [state.flags.truce_began[0] for state in states])
    known = data.known[:, data.names.index("truce-begins")]
    assert known[:12].all() and not known[12:].any()


def test_what_the_facilitator_decided_is_no_evidence(tmp_path: Path) -> None:
    """Its months are in no series, and nobody says that nothing happened in them; the notes and the replay say what was decided."""
    session = begun()
    for place in range(6):
        if place in (1, 4):
            session = done(session, "facilitator", "inject", event="truce-break" if place == 4 else "truce-onset", fate="now")
        session = month(session, "", f"support: {place + 1}")
    for name, text in record_of_session(session, "night").items():
        write_page(tmp_path / name, text)
    record = read_record(tmp_path / "night.yaml")
    start = session.table.scenario.clock.start
    free = [place for place in range(6) if place not in (1, 4)]
    assert {row.valid - start for row in record.data} <= set(free)
    scenario = read(tmp_path / "night-replay.yaml")
    data = observations(record, compile_scenario(scenario))
    assert np.flatnonzero(data.known.any(axis=1)).tolist() == free
    assert np.flatnonzero(data.known[:, data.names.index("truce-breaks")]).tolist() == free
    for told in (record.notes[-1], scenario.says):
        assert "2018-02: truce-onset now; 2018-05: truce-break now." in told
    with pytest.raises(SessionError, match="in every month"):
        record_of_session(month(done(begun(), "facilitator", "inject", event="clash", fate="never")))


def test_nothing_played_is_no_record() -> None:
    """In words."""
    with pytest.raises(SessionError, match="no month has been played"):
        record_of_session(begun())
    taken_back = done(month(begun()), "facilitator", "undo", to=1)
    with pytest.raises(SessionError, match="no month has been played"):
        record_of_session(taken_back)


def test_replay_of_a_transcript(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command compiles the war from the transcript's own text, and finds the same bits; a changed file is refused with its line."""
    table = room(tmp_path)
    for number in range(1, 4):
        for by, orders in (("eagle", "rung: training"), ("bear", "support: 9")):
            table.act(by, {"version": 1, "type": "commit", "id": f"{by}-{number}", "month": number, "orders": orders})
    table.close()
    path = tmp_path / f"evening{SUFFIX}"
    assert main(["replay", str(path), "--out", str(tmp_path / "record")]) == 0
    said = capsys.readouterr().out
    assert "had not" in said and "committed" in said and "ordered" not in said
    assert "3 months played again, each bit for bit as it was" in said and "evening-replay.yaml" in said
    assert main(["check", str(tmp_path / "record" / "evening-replay.yaml"), "--json"]) == 0
    capsys.readouterr()
    text = path.read_text()
    path.write_text(text.replace("support: 9", "support: 8", 1))
    assert main(["replay", str(path)]) == 2
    assert f"{path}:5" in (refusal := capsys.readouterr().err) and "chain of hashes is broken" in refusal
    assert main(["replay", str(path), "--strategy", "arm"]) == 2
    assert main(["replay", str(tmp_path / "none.jsonl")]) == 2


def test_the_table_of_a_replay_has_what_everybody_saw_and_who_had_not_committed() -> None:
    """Nothing of what was told to one seat alone, by the war or by the facilitator."""
    session = done(begun(), "facilitator", "inject", text="For the bear alone.", to=["bear"])
    session = done(session, "facilitator", "inject", text="For everybody.")
    session = done(session, "bear", "commit", month=1, orders="{support: 50, answer: grant}")
    session = done(session, "facilitator", "adjudicate", month=1)
    (row,) = _months(session)
    private = [text for text in session.played[0].news["bear"] if text not in session.played[0].news["observer-1"]]
    assert private and "For everybody." in row["news"] and row["missing"] == "eagle"
    assert "For the bear alone." not in row["news"] and not any(text in row["news"] for text in private)


def test_words_are_exported_once_the_cards_are_open() -> None:
    """What was said and what was written for the debrief, letter by letter; nothing of it before."""
    session = done(month(begun()), "eagle", "say", channel="everybody", text='=SUM(1)\n"é"')
    session = done(session, "bear", "remember", text="What would make me stop.")
    assert "night-words.jsonl" not in record_of_session(session, "night")
    text = record_of_session(done(session, "facilitator", "reveal"), "night")["night-words.jsonl"]
    said, kept = map(json.loads, text.splitlines())
    assert (said["by"], said["month"], said["channel"], said["text"]) == ("eagle", 2, "everybody", '=SUM(1)\n"é"')
    assert (kept["by"], kept["channel"], kept["text"], kept["line"]) == ("bear", None, "What would make me stop.", "main")
