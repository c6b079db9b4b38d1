"""What a game came to, for those who sat at the table: by the owner's objective, in lives and money, and how each seat's forecasts and guesses
came out. Nothing of it is told before the game is over and the cards are open."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from countermove.decision.objective import worth_of
from countermove.evidence.forecast_scores import brier
from countermove.play.after_worth import in_lives
from countermove.play.became import became, nobody_counts
from countermove.play.cards import HIDDEN
from countermove.play.forecasts import EVENT, RULE, came_words, true_in
from countermove.play.horizons import game_title, judged_in, left_out, values_in_game
from countermove.play.session import Forecast, Session
from countermove.questions.people import People, people
from countermove.scenario.schema import Scenario, Worth
from countermove.world.measure import MEASURE
from countermove.world.words import capitalized, counted, number, percent

ALWAYS = ("deaths", "civilians", "territory", "cost")
"""Measures that are told of every game, beside those that the objective values."""
MEASURED = "That is a measure of all the points together, not a count of the dead, who stand in the table."
"""What is said beside points that are told in lives or money."""
Plain = dict[str, Any]


def outcome(session: Session, name: str | None) -> Plain | None:
    """What the line that is being played came to, as a seat is told it (protocol.OUTCOME); of no seat, without forecasts and guesses.

    None while something is hidden or still to come, and where no month was played.
    """
    if not session.revealed or not (session.over or session.ended) or not session.played:
        return None
    measures = session.table.war(session.players).measures(session.played[-1].turn)
    scenario, months = session.table.scenario, len(session.played)
    worth = _points(session, measures)
    forecasts = list(_forecasts(session, name))
    guesses = list(_guesses(session, name))
    return {
        "says": [*_came_to(session, worth), *_became(session, name), *_scored(session, name), *(text for text, _ in guesses)],
        "points": worth,
        "measures": list(measured(scenario, _people(session), measures, months)),
        "forecasts": forecasts,
        "guesses": [guess for _, guess in guesses],
        "remembered": [{"by": one.by, "month": one.month, "text": one.text} for one in session.remembered],
    }


def named(text: str, who: People) -> str:
    """A text about the owner, with his name."""
    text = re.sub(r"\b(?:the )?owner's client\b", who.client, text)
    return re.sub(r"\b(?:the )?owner\b", who.owner, text)


def _points(session: Session, measures: Mapping[str, float]) -> float | None:
    objective = session.table.scenario.objective
    if objective is None:
        return None
    counted_ones = values_in_game(measures, session.table.scenario.clock.months, len(session.played))
    return round(float(worth_of(counted_ones, objective, "the game")[0]), 4)


def _people(session: Session) -> People:
    return people(session.table.war(session.players).program)


def _came_to(session: Session, worth: float | None) -> Iterator[str]:
    if worth is None:
        yield "The scenario writes no objective, so the game cannot be counted in points."
        return
    owner, lives = _people(session).owner, in_lives(worth, session.table.scenario.objective)
    counts = f", which weighs as much as {lives}" if lives else ""
    yield f"The game came to {counted_points(worth)} by {owner}'s objective{counts}."
    if lives:
        yield MEASURED
    yield "What each thing added stands in the table; a game in which nothing of it happens comes to 0."
    for text in left_out(session.table.scenario, len(session.played)):
        yield capitalized(named(text, _people(session)))


def _became(session: Session, name: str | None) -> Iterator[str]:
    """What became of a seat for which no points are counted."""
    if name is None or (seat := session.table.seat(name)).kind == "owner":
        return
    if session.table.scenario.objective is not None:
        yield nobody_counts(_people(session).owner)
    turns = [month.turn for month in session.played]
    yield from became(session.table.war(session.players), session.start.lanes.state, turns, seat)


def measured(scenario: Scenario, who: People, measures: Mapping[str, float], months: int) -> Iterator[Plain]:
    """Each measure that the objective values, and those that are always told, with what it was worth; those that a game of so many months cannot
    have are left out (horizons.left_out says so)."""
    values: Mapping[str, Worth] = {} if scenario.objective is None else scenario.objective.values
    for name in dict.fromkeys((*values, *ALWAYS)):
        value = measures[name]
        if not math.isfinite(value) or not judged_in(name, scenario.clock.months, months):
            continue
        one = values.get(name)
        worth = 0.0 if one is None else one.points / one.per * value
        says = capitalized(named(game_title(scenario, name, months), who))
        yield {
            "name": name,
            "says": says,
            "value": _value(name, value),
            "worth": f"{counted_points(worth)}" if one is not None else "",
        }


def counted_points(worth: float) -> str:
    """Points as a seat is told them."""
    return f"{number(round(worth, 2))} {'point' if abs(round(worth, 2)) == 1 else 'points'}"


def _value(name: str, value: float) -> str:
    one = MEASURE[name]
    if one.kind == "event":
        return "yes" if value > 0.5 else "no"
    if one.unit == "share":
        return percent(value)
    if one.unit in ("persons", "count", "rung"):
        return number(value, 0)
    return number(value) if one.unit == "0-1" else f"{number(value)} {one.unit}"


class _Due(NamedTuple):
    """A seat's forecast, whether it was due, and the month at whose end it came true."""

    forecast: Forecast
    due: bool
    month: int | None

    @property
    def brier(self) -> float | None:
        """Its score; None where it is due later."""
        return round(float(brier(self.forecast.probability, self.month is not None)), 4) if self.due else None


def _dues(session: Session, name: str | None) -> Iterator[_Due]:
    """A seat's own, each with what became of it; what is due later has no score."""
    cast = session.table.war(session.players).engine.kernel.cast
    every = [session.start.lanes, *(month.turn.standing.lanes for month in session.played)]
    for one in _of_line(session, name):
        due = one.until <= len(session.played)
        yield _Due(one, due, true_in(cast, every, one.event, one.month, one.until) if due else None)


def _forecasts(session: Session, name: str | None) -> Iterator[Plain]:
    for one in _dues(session, name):
        yield {
            "event": one.forecast.event,
            "by": one.forecast.until,
            "probability": one.forecast.probability,
            "month": one.forecast.month,
            "happened": one.month is not None if one.due else None,
            "brier": one.brier,
        }


def _of_line(session: Session, name: str | None) -> list[Forecast]:
    """Of several of one event, due at one time and made in one month, the last counts."""
    own = [one for one in session.forecasts if one.seat == name and one.line == session.line]
    return list({(one.event, one.until, one.month): one for one in own}.values())


def _scored(session: Session, name: str | None) -> Iterator[str]:
    every = list(_dues(session, name))
    for one in every:
        if one.due:
            said, ended = one.forecast, came_words(one.forecast.month, one.month)
            yield (
                f"In month {said.month} you gave {percent(said.probability)} to it that {EVENT[said.event]} at the end of some month up to month "
                f"{said.until}; {ended}."
            )
    scores = [score for one in every if (score := one.brier) is not None]
    if scores:
        yield RULE
        whose = "The Brier score of your forecast" if len(scores) == 1 else f"The mean Brier score of your {len(scores)} forecasts"
        yield f"{whose} is {number(sum(scores) / len(scores), 2)}; whoever always says one half gets 0.25."
        yield "A Brier score is the square of what a probability missed: 0 is perfect, 1 the worst."
    if late := len(every) - len(scores):
        yield f"{capitalized(counted(late, 'forecast'))} of yours {'was' if late == 1 else 'were'} due after the last month."


def _guesses(session: Session, name: str | None) -> Iterator[tuple[str, Plain]]:
    """Which theory each seat followed that no person played, and how likely a seat called it last."""
    table, titles = session.table, session.table.war(session.players).program.titles
    for of in session.guessable:
        theory = table.secrets.hidden[of] if session.players[of] == HIDDEN else session.players[of]
        own = [one.weights for one in session.guesses if one.seat == name and one.of == of]
        gave = float(own[-1].get(theory, 0.0)) if own else None
        said = f"{titles.actor(of)} followed {titles.say_theory(theory)}"
        if name is not None:
            said += ", and you said nothing of it" if gave is None else f", to which you gave {percent(gave)}"
        yield f"{said}.", {"seat": of, "theory": theory, "probability": gave}
