"""An equilibrium in a seat: it plays its policies where the war stands, learns by Bayes, and lies in the transcript as any player's orders do."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.looking_ahead import SMALL, small_ahead
from builders.places import SMALL_FILE
from builders.tables import message
from builders.wars import compiled
from countermove.errors import SessionError
from countermove.games.belief import belief_grid
from countermove.games.limit import Limit
from countermove.play import equilibrium
from countermove.play.equilibrium import Equilibrium, thinker_of
from countermove.play.replaying import Wars, replay_transcript
from countermove.play.room import Room
from countermove.play.rooms import Rooms
from countermove.play.transcript import SUFFIX, read_transcript
from countermove.play.war import Cards, War

BOTH = {"overseas": "equilibrium", "neighbour": "equilibrium"}
SEED = 11


@cache
def wars() -> Wars:
    """The small war, compiled once."""
    return Wars(War(compiled(SMALL_FILE), Cards(SEED)))


@cache
def by_the_calendar() -> Equilibrium:
    """The owner goes through its moves month by month, and so does the rival, of whom each type is one move ahead of the type before it."""
    made = small_ahead().made
    months, states, owners, rivals, types = (made.game.months, len(made.states), len(made.moves.own), len(made.moves.rival), 2)
    grid = belief_grid(types, 2)
    owner = np.zeros((months, states, len(grid.points), owners))
    rival = np.zeros((months, states, len(grid.points), rivals, types))
    for month in range(months):
        owner[month, :, :, month % owners] = 1
        for kind in range(types):
            rival[month, :, :, (month + kind) % rivals, kind] = 1
    nothing = np.zeros((states, len(grid.points)))
    found = Limit(
        grid=grid,
        owner_play=owner,
        rival_play=rival,
        owner_value=nothing,
        rival_value=nothing[:, :, None].repeat(types, 2),
        games=0,
        several=0,
        mixed=0,
        left=0.0,
    )
    return Equilibrium(made, found)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Games of few states are solved."""
    monkeypatch.setattr(equilibrium, "thinker_of", partial(thinker_of, options=SMALL))


def opened(folder: Path, players: dict[str, str], **options: Any) -> Room:
    """A room of the small war."""
    found = Rooms(folder, wars=wars())
    return found.open(compiled(SMALL_FILE), name="evening", players=players, seed=SEED, **options).room


def sent(room: Room, by: str, kind: str, **fields: Any) -> dict[str, Any]:
    """What is answered to a message."""
    return room.act(by, message(kind, **fields))


def test_it_plays_its_policies_and_learns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the calendar: the rung of the month, the support of the month and of the type of the table's draw; after one month the type is known."""
    plays = by_the_calendar()
    monkeypatch.setattr(equilibrium, "thinker_of", lambda *_: plays.orders)
    room = opened(tmp_path, {**BOTH, "government": "person"})
    kinds = set[int]()
    for month in range(1, 7):
        assert room.session.month == month and room.session.missing == ("government",)
        ordered = dict(room.session.orders)
        readings = {one.name: one.value for one in room.session.table.seen(room.session.standing)["neighbour"]}
        ladder = [rung.name for rung in room.session.table.scenario.patrons["overseas"].ladder]
        assert ordered["overseas"] == f"rung: {ladder[plays.made.moves.own[(month - 1) % len(plays.made.moves.own)]]}"
        given = float(ordered["neighbour"].removeprefix("support: "))
        most, base = float(readings["neighbour.means"]), float(readings["neighbour.baseline"])
        levels = [min(times * base, most) for times in plays.made.moves.rival]
        kinds |= {kind for kind in range(2) if abs(levels[(month - 1 + kind) % 4] - given) < 2e-6}
        sent(room, "government", "commit", month=month, orders="")
        belief = plays._belief(room.session, room.session.table.war(room.session.players))
        assert sorted(belief) == [0, 1]
    war = room.session.table.war(room.session.players)
    stakes = float(np.asarray(war.job.params["patron.stake-ratio"][1]).ravel()[0])
    assert kinds == {int(stakes > 3)} == {int(belief.argmax())}  # the median is 3


def test_outside_the_game_both_stay_where_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plays = by_the_calendar()
    nowhere = Equilibrium(replace(plays.made, states=np.array([10**9])), plays.found)
    monkeypatch.setattr(equilibrium, "thinker_of", lambda *_: nowhere.orders)
    room = opened(tmp_path, {**BOTH, "government": "person"})
    assert dict(room.session.orders) == {"overseas": "", "neighbour": ""}
    with pytest.raises(SessionError, match="no equilibrium plays"):
        nowhere.orders(room.session, "government")


def test_a_game_with_it_is_taken_back_resumed_and_replayed(small: None, tmp_path: Path) -> None:
    """The war is solved. A month that is taken back finds it doing the same; a restart goes on; nothing is solved for a replay."""
    room = opened(tmp_path, {"neighbour": "equilibrium", "overseas": "person"})

    def until(month: int) -> None:
        while room.session.month < month:
            sent(room, "overseas", "commit", month=room.session.month, orders="rung: heavy")

    until(7)
    orders = [dict(one.given.orders) for one in room.session.played]
    assert len({one["neighbour"] for one in orders}) > 1 and all(one["neighbour"].startswith("support: ") for one in orders)
    sent(room, "facilitator", "undo", to=2)
    assert room.session.month == 2
    until(7)
    assert [dict(one.given.orders) for one in room.session.played] == orders
    room.close()
    again = Rooms(tmp_path, wars=wars())
    (found,) = again.resume()
    assert found.room is not None
    room = found.room
    assert room.session.month == 7 and room.session.missing == ("overseas",)
    sent(room, "facilitator", "seat", seat="neighbour", player="person")
    assert room.session.missing == ("overseas",)  # what was committed stands until it is written over
    sent(room, "facilitator", "seat", seat="neighbour", player="equilibrium")
    assert room.session.missing == ("overseas",)
    until(8)
    again.close()
    session = replay_transcript(tmp_path / f"evening{SUFFIX}", wars()).session
    assert len(session.played) == 7 and session.players["neighbour"] == "equilibrium"
    by = [one["by"] for one in read_transcript(tmp_path / f"evening{SUFFIX}").entries if one["kind"] == "committed"]
    assert by.count("neighbour") > 12  # six months, five of them twice, and the seventh


def test_where_none_can_sit_is_said(tmp_path: Path) -> None:
    """A seat that no equilibrium plays, and a table for which none was solved."""
    with pytest.raises(SessionError, match="equilibrium cannot play government"):
        opened(tmp_path, {"government": "equilibrium"})
    room = opened(tmp_path, {"overseas": "person"})
    with pytest.raises(SessionError, match="no equilibrium was solved for this table"):
        sent(room, "facilitator", "seat", seat="neighbour", player="equilibrium")
    assert room.session.players["neighbour"] != "equilibrium"
