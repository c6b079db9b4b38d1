"""The sentences of the after-action page: titles, not identifiers, and an error with every mean."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from countermove.engine.program import Program
from countermove.play.after import After, Moment, Scored
from countermove.play.after_silences import Silence, owner_ordered
from countermove.play.player import Likeness
from countermove.play.session import Forecast
from countermove.questions.people import titles_of
from countermove.show.lives_and_money import in_lives_or_money
from countermove.world.certainty import ERRORS
from countermove.world.words import capitalized, counted, counted_error, listed, mean_error, month, number, percent

ORDER = {
    "hold": "ordering nothing",
    "up": "going one rung up",
    "down": "going one rung down",
    "talk": "putting the weight on the talks",
}
EVENT = {
    "truce": "a truce holds",
    "settled": "a settlement holds",
    "direct-war": "the patrons are at war",
    "incident": "there is an incident beyond the theatre",
}
TOLD = 5  # moments that are told in sentences
SMALL = 0.05  # a share of simulated players so small that this one is hardly one of them
LOOSE = 0.25  # an error of a rate that leaves it untold
RARE = 0.9  # a share of games so large that all but luck of one kind end on one side
FEW = 5  # events of which forecasts give no verdict
_LIKELY = 0.1
NONE_BETTER = "No other order that was tried would surely have been better in any month."


def seat_title(program: Program, seat: str) -> str:
    """What people call a seat."""
    return program.titles.actor(seat)


def month_of_game(found: After, place: int) -> str:
    """A month of the game (from 0) in words."""
    return month(found.walked.war.program.scenario.clock.start + place)


def summary(found: After) -> list[str]:
    """What a reader takes away who reads no further."""
    strangers = [one for one in found.likenesses if fits_none(one)]
    said = [f"None of the theories plays like {_players(found, strangers)}. {footing(found)}"] if strangers else []
    said += [*luck_sentences(found)[:1], *regret_sentences(found)[:1], *best_sentences(found)]
    if better := better_moments(found):
        said.append(moment_sentence(found, better[0]))
    elif found.tried:
        said.append(NONE_BETTER)
    if found.silences:
        said.append(silence_sentence(found.silences))
    for one in found.likenesses:
        if one not in strangers:
            said += [likeness_sentences(found, one)[0], *doubt_sentences(found, one)]
    return said


def _players(found: After, likenesses: Sequence[Likeness]) -> str:
    """Players by their seats, as one phrase."""
    seats = [seat_title(found.walked.war.program, one.seat) for one in likenesses]
    return f"{seats[0]}'s player" if len(seats) == 1 else f"the players of {listed(seats)}"


def fits_none(one: Likeness) -> bool:
    """Whether hardly any simulated player of any theory ordered anything as improbable under it."""
    return bool(one.farther.max() < SMALL)


def _doubtful(one: Likeness) -> bool:
    """Whether that is so of the theory after which the player is named, and not of all."""
    return bool(one.named) and not fits_none(one) and bool(one.farther[one.theories.index(one.named)] < SMALL)


def footing(found: After) -> str:
    """What the worth of plans and other orders rests on, where players follow no theory or may follow none; else empty."""
    said: list[str] = []
    for chosen, one, several in (
        ([one for one in found.likenesses if fits_none(one)], "does not follow", "do not follow"),
        ([one for one in found.likenesses if _doubtful(one)], "may not follow", "may not follow"),
    ):
        if chosen:
            verb = one if len(chosen) == 1 else several
            said.append(
                f"What plans and other orders are said to be worth rests on theories that {_players(found, chosen)} {verb}."
            )
    return " ".join(said)


def silence_sentence(silences: Sequence[Silence]) -> str:
    """In how many months the war put a question, and in how many of them nothing was ordered; both are months, not questions."""
    ordered = {month: text for one in silences for month, text in zip(one.months, one.ordered, strict=True)}
    silent = sum(not text for text in ordered.values())
    if len(ordered) == 1:
        then = "nothing was ordered then" if silent else "something was ordered then"
    else:
        then = f"in {silent} of them nothing was ordered" if silent else "something was ordered in each of them"
    return f"In {counted(len(ordered), 'month')} the war put a question to the owner; {then}."


def points(mean: float, se: float) -> str:
    """A mean of points with its error; of one smaller than a hundredth no more is told."""
    return f"{number(mean, 2)} ± <0.01" if 0 <= se < 0.005 else mean_error(mean, se)


def share(part: int, whole: int) -> str:
    """A counted share with its error; of none and of all its limit."""
    rate = part / whole
    return counted_error(rate, math.sqrt(rate * (1 - rate) / whole), whole)


def luck_sentences(found: After) -> list[str]:
    """What the game came to, and what of it was luck; where a person played a rival, whom replays can only guess at, nobody can tell what was."""
    if found.objective is None:
        return ["The scenario has no objective, so no way of playing it is better than another."]
    own = found.fan("")
    again, se = own.value
    owner = seat_title(found.walked.war.program, found.walked.war.program.cast.patrons[0])
    said = [
        f"By {owner}'s objective the game came to {number(found.points)} points; the same orders under other luck"
        f"{' and a rival that follows the theories' if found.likenesses else ''} come to {points(again, se)}."
    ]
    others = own.points[1:]  # the first has the table's own luck
    if not found.likenesses and others.std() > 0:
        worse, better = int((others < found.points).sum()), int((others > found.points).sum())
        verdict = "good" if worse > RARE * len(others) else "bad" if better > RARE * len(others) else "ordinary"
        said.append(
            f"The luck of the table was {verdict}: {share(worse, len(others))} of games with these orders and other luck end worse."
        )
    return said


def regret_sentences(found: After) -> list[str]:
    """What the orders cost against the robust plan, over luck, and under the table's own where nobody had to be guessed at."""
    if not found.robust or found.objective is None:
        return ["There is no plan that the orders could be compared with."]
    program = found.walked.war.program
    plan = program.titles.say_strategy(found.robust)
    gap, se = found.regret(found.robust)
    opening = f"The robust plan, which at its worst over the theories falls least behind the best plan, is {plan}"
    if abs(gap) <= ERRORS * se:
        first = f"{opening}; the replays cannot tell it from what was ordered: {points(gap, se)} points."
    else:
        first = f"{opening}; it is worth {points(abs(gap), se)} points {'more' if gap > 0 else 'less'} than what was ordered, over luck."
    said = [first]
    worth = in_lives_or_money(gap, found.objective)
    if worth and abs(gap) > ERRORS * se:
        said.append(f"That is as much as {worth}.")
    if not found.likenesses:
        same = float(found.fan(found.robust).points[0])
        said.append(
            f"Under the table's own luck it would have come to {number(same)} points, where the game came to {number(found.points)}."
        )
    return said


def best_sentences(found: After) -> list[str]:
    """The written plan that is worth the most over other luck, where it is not the robust one."""
    plans = [fan for fan in found.fans if fan.plan]
    if not found.robust or found.objective is None:
        return []
    best = max(plans, key=lambda fan: fan.value[0])
    if best.plan == found.robust:
        return []
    gap, se = found.gap(best.plan, found.robust)
    told = f"{points(gap, se)} points above the robust plan"
    if gap <= ERRORS * se:
        told = f"the replays cannot tell it from the robust plan ({points(gap, se)} points above it)"
    return [
        f"Of the written plans {found.walked.war.program.titles.say_strategy(best.plan)} would have been best over other luck: {told}."
    ]


def better_moments(found: After) -> list[Moment]:
    """The months in which another order would have been better, the largest gain first."""
    return [one for one in found.moments if one.gain > 0]


def moment_sentence(found: After, one: Moment) -> str:
    """One month that mattered."""
    worth = in_lives_or_money(one.gain, found.objective)
    told = f" (as much as {worth})" if worth else ""
    order = ORDER[one.order]
    what = (
        f"{order} in place of what was ordered" if owner_ordered(found.walked, one.month) else f"when nothing was ordered, {order}"
    )
    return (
        f"In {month_of_game(found, one.month)}, {what} would have been worth {points(abs(one.gain), one.se)} points "
        f"{'more' if one.gain > 0 else 'less'}{told}."
    )


def moment_sentences(found: After) -> list[str]:
    """The months that mattered most."""
    if found.objective is None:
        return ["Without an objective no month can be said to have mattered."]
    if not found.moments:
        return [
            f"No single month mattered: of {counted(found.tried, 'order')} that were tried in the place of others none made a difference that "
            "matters and that luck does not explain."
        ]
    better = better_moments(found)
    order = [*better, *(one for one in found.moments if one.gain <= 0)]
    said = [*([] if better else [NONE_BETTER]), *(moment_sentence(found, one) for one in order[:TOLD])]
    if len(found.moments) > TOLD:
        more = len(found.moments) - TOLD
        said.append(f"{more} more {'is' if more == 1 else 'are'} in the table.")
    return said


def forecast_sentences(found: After) -> list[str]:
    """How good the forecasts were, seat by seat."""
    if not found.forecasts:
        return ["No forecast was due by the end of the game." if found.pending else "Nobody made a forecast."]
    program = found.walked.war.program
    said = ["The Brier score of a forecast is the square of what its probability missed: 0 is perfect, 1 the worst."]
    for seat in dict.fromkeys(one.forecast.seat for one in found.forecasts):
        own = [one for one in found.forecasts if one.forecast.seat == seat]
        if len(own) == 1:
            of_seat, of_rate = number(own[0].score), number(own[0].base_score)
            said.append(
                f"{seat_title(program, seat)}: the Brier score of its forecast is {of_seat}, that of the base rate {of_rate}."
            )
            continue
        said += _forecaster(seat_title(program, seat), own)
    if len(found.forecasts) < 20:
        said.append("So few forecasts tell little of who made them: one event more or less would turn the order.")
    if found.pending:
        said.append(
            f"{capitalized(counted(len(found.pending), 'forecast'))} {'is' if len(found.pending) == 1 else 'are'} due after the last month."
        )
    return said


def _forecaster(who: str, own: Sequence[Scored]) -> Iterator[str]:
    """How good several forecasts of one seat were. Those of one event by one month come true or fail together: the error is over such events."""
    of_event = [(one.forecast.event, one.forecast.until) for one in own]
    events = len(set(of_event))
    score, base = (np.array([getattr(one, name) for one in own]) for name in ("score", "base_score"))
    told, rates = (
        points(float(row.mean()), error) if events > 1 else number(float(row.mean()), 2)
        for row, error in ((row, _error(row, of_event)) for row in (score, base))
    )
    yield f"{who}: the mean Brier score of its {len(own)} forecasts is {told}."
    if events < len(own):
        yield f"They are of {counted(events, 'event')}, and forecasts of one event are right or wrong together."
    if events < FEW:
        yield f"So few events do not tell it from the base rates, by which it would be {rates}."
        return
    ahead, miss = float((score - base).mean()), _error(score - base, of_event)
    verdict = "cannot be told from" if abs(ahead) <= ERRORS * miss else "is better than" if ahead < 0 else "is worse than"
    yield f"That {verdict} the base rates, by which it would be {rates}."


def _error(values: np.ndarray, groups: Sequence[object]) -> float:
    """The standard error of a mean of values that are alike within groups; nan of one group."""
    names = list(dict.fromkeys(groups))
    if len(names) < 2:
        return float("nan")
    which = np.array([names.index(one) for one in groups])
    sums = np.bincount(which, values - values.mean())
    return float(math.sqrt(len(names) / (len(names) - 1) * (sums**2).sum()) / len(values))


def event_words(one: Forecast) -> str:
    """What was forecast."""
    return EVENT[one.event]


def probability(one: Likeness, place: int) -> str:
    """How probable a theory is, with the error that comes of the draws."""
    return mean_error(float(one.posterior[place]), float(one.weighed.posterior_errors[0, place]), "share")


def likeness_sentences(found: After, one: Likeness) -> list[str]:
    """Which theory a player looks like, and what that is worth."""
    return list(_likeness(found, one))


def _likeness(found: After, one: Likeness) -> Iterator[str]:
    program = found.walked.war.program
    titles, who = titles_of(program), seat_title(program, one.seat)
    order = [int(k) for k in np.argsort(-one.posterior, kind="stable")]
    rests = f"That rests on {counted(one.ordered, 'month')} in which {who} gave an order about its support."
    if fits_none(one):
        yield f"None of the theories plays like {who}'s player: {as_improbable(one, who)}."
        yield rests
        yield f"Were it one of them, {titles.say_theory(one.theories[order[0]])} would be the most probable ({probability(one, order[0])})."
    elif not one.named:
        yield f"The record cannot tell which theory {who}'s player looks like."
        if one.ordered == 0:
            yield f"{who} ordered no level of support in any month, so there is nothing to tell it by."
            return
        first = [k for k in order if one.posterior[k] >= _LIKELY] or order[:1]
        rows = [f"{titles.say_theory(one.theories[k])} ({probability(one, k)})" for k in first[:2]]
        yield f"Most probable: {listed(rows)}."
    else:
        place = one.theories.index(one.named)
        yield f"{who}'s player looks like {titles.say_theory(one.named)}, with a probability of {probability(one, place)}."
        yield rests
        yield _right(one, place)
    yield from doubt_sentences(found, one)
    named, right = one.confusion.hits
    total = len(one.confusion.truth)
    yield f"Of {total} simulated players in the same seat the record names {percent(named / total)}."
    if named:
        yield f"Of these names {share(right, named)} are right."


def as_improbable(one: Likeness, who: str) -> str:
    """How many simulated players of a theory at most fit it as badly as this player."""
    each, most = players_each(one), round(float(one.farther.max()) * players_each(one))
    few = "none" if most == 0 else f"at most {most}"
    return f"of {each} simulated players of each theory {few} gave orders that fit their own theory as badly as {who}'s orders do"


def players_each(one: Likeness) -> int:
    """Simulated players of each theory."""
    return int(one.confusion.counts[0].sum())


def doubt_sentences(found: After, one: Likeness) -> list[str]:
    """That a player may not follow the theory after which it is named."""
    if not _doubtful(one):
        return []
    few, who = (
        round(float(one.farther[one.theories.index(one.named)]) * players_each(one)),
        seat_title(found.walked.war.program, one.seat),
    )
    return [
        f"Yet of {players_each(one)} simulated players of that theory {few or 'none'} gave orders that fit it as badly as {who}'s orders do: the "
        "player may follow none of these."
    ]


def _right(one: Likeness, place: int) -> str:
    rate, se = one.confusion.right(place)
    if not math.isfinite(rate) or se > LOOSE:
        return "Too few simulated players were given that name to say how often it is right."
    return (
        f"Of simulated players who were given that name, {mean_error(rate, se, 'share')} were of that theory, weighted by how probable the theories "
        "were before the game."
    )


def reading(found: After) -> Sequence[str]:
    """How to read the page, and what it cannot show."""
    return (
        "Everything is computed with the numbers that were true at this table and that nobody knew. What is said here of other luck or another plan "
        "holds for this war, not for all that it could have been.",
        f"Other luck: each plan is played {found.lucks} times from the first day. In the months in which a person played a patron it is played on by "
        "the theories, each as often as it is probable by what was ordered, for an order is worth what it is worth against a rival that answers. "
        "Clients ask and attack as people ordered, and what the facilitator decided happens again.",
        "A month played otherwise: in the place of what the owner ordered in it, it orders nothing, one rung up, one rung down, or more effort for "
        "the talks; afterwards it orders what it ordered. The difference is told by other luck than that by which it was chosen, and only where "
        "chance alone would seldom make such a one in a game of that length.",
        "The robust plan is the written plan of which the largest expected regret over the theories is the least, before anything was known of the "
        "game.",
        "The fit of a theory is how probable the levels of support that a player ordered are under it, by Bayes' rule over the uncertain numbers of "
        "the theory. What it is worth is in the matrix: simulated players of known theory, in this seat, with orders in the same months. A player "
        "is named only if one theory is more probable than all others together. Where hardly any "
        "simulated player of any theory fits its own as badly, the page says that none of them plays like this player.",
    )
