"""A session that was played, as the after-action page needs it: the months are those of the session."""

from __future__ import annotations

import numpy as np
import pytest

from builders.tables import begun, done, month
from countermove.errors import SessionError
from countermove.play.debrief import course_of
from countermove.play.player_course import walk


def test_the_course_of_a_session_is_the_session() -> None:
    """Orders, events and who played, month by month: played again they come out with the same fingerprints."""
    session = month(begun(), "rung: lethal-defensive", "support: 5")
    session = done(session, "facilitator", "inject", event="exchange", fate="now")
    session = month(session, "", "support: 7")
    session = done(session, "facilitator", "seat", seat="bear", player="spigot")
    session = done(session, "eagle", "commit", month=3, orders="answer: refuse")
    course = course_of(session)
    walked = walk(session.table.war(session.players), course)
    assert [one.digest for one in walked.standings[1:]] == [one.turn.standing.digest for one in session.played]
    assert walked.turns[1].standing.lanes.state.flags.exchange[0] == 1
    np.testing.assert_allclose(walked.aims[:2, 1], [5, 7], rtol=1e-6)
    with pytest.raises(SessionError, match="no month has been played"):
        course_of(begun())
