"""A session that was played as the after-action page needs it: the war with its cards open, and what was ordered month by month."""

from __future__ import annotations

from countermove.errors import SessionError
from countermove.play.after import After, Sizes, Words, after_action
from countermove.play.player_course import Course
from countermove.play.session import Forecast, Session


def course_of(session: Session) -> Course:
    """What was ordered in the line that is being played. Raises SessionError where no month was."""
    if not session.played:
        raise SessionError("no month has been played", where=session.name)
    table, given = session.table, [month.given for month in session.played]
    return Course(
        orders=[{name: table.orders(name, text) for name, text in one.orders.items()} for one in given],
        events=[one.decrees for one in given],
        players=[table.war(one.players).players for one in given],
    )


def forecasts_of(session: Session) -> tuple[Forecast, ...]:
    """The forecasts that were made in months of the line that is being played."""
    return tuple(one for one in session.forecasts if one.line == session.line and one.month <= len(session.played))


def words_of(session: Session) -> Words:
    """All that was said in channels, written down and guessed, in whatever line and in months that were taken back, too; and what the facilitator
    told in the line that is being played."""
    channels = {name: one.says or name for name, one in session.table.channels.items()}
    news = tuple(one for one in session.news if one.line == session.line)
    return Words(session.said, session.remembered, channels, session.guesses, session.line, news)


def after_session(session: Session, *, sizes: Sizes | None = None) -> After:
    """What the line that is being played teaches; forecasts of months that were not played are left out. Raises SessionError where no month was
    played."""
    war, words = session.table.war(session.players), words_of(session)
    return after_action(war, course_of(session), forecasts_of(session), sizes=sizes, words=words)
