"""The sentences of the after-action page: titles, not identifiers, and an error with every mean."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from countermove.engine.program import Program
from countermove.play.after import After, Moment, Scored
from countermove.play.after_silences import Silence, owner_ordered
from countermove.play.after_worth import in_lives
from countermove.play.forecasts import EVENT
from countermove.play.outcome import MEASURED
from countermove.play.protocol import FACILITATOR
from countermove.play.session import Forecast
from countermove.world.certainty import ERRORS
from countermove.world.words import capitalized, counted, counted_error, mean_error, month, number

ORDER = {
    "hold": "ordering nothing",
    "up": "going one rung up",
    "down": "going one rung down",
    "talk": "putting the weight on the talks",
}
DID = {
    "granted": "granted {client} request",
    "refused": "refused {client} request",
    "unanswered": "left {client} request unanswered, which refuses it",
    "could not grant": "granted {client} request, and could not give more: it counts as a refusal",
}
"""How a patron answered a request, by after_answers.Did."""
TOLD = 5  # moments that are told in sentences
RARE = 0.9  # a share of games so large that all but luck of one kind end on one side
FEW = 5  # events of which forecasts give no verdict
NONE_BETTER = "No other order that was tried would surely have been better in any month."


def seat_title(program: Program, seat: str) -> str:
    """What people call a seat."""
    return program.titles.actor(seat)


def who_is(program: Program, seat: str) -> str:
    """What people call whoever acts or looks on: a seat, an observer or the facilitator."""
    if seat == FACILITATOR:
        return "The facilitator"
    return capitalized(seat.replace("-", " ")) if seat.startswith("observer-") else seat_title(program, seat)


def whose(title: str) -> str:
    """Something of somebody: `Kyiv's`, `Separatists'`."""
    return f"{title}'" if title.endswith("s") else f"{title}'s"


def owner_of(found: After) -> str:
    """What people call the seat whose objective counts."""
    program = found.walked.war.program
    return seat_title(program, program.cast.patrons[0])


def month_of_game(found: After, place: int) -> str:
    """A month of the game (from 0) as its players count it: the one in which its orders were given, by its date and its number."""
    return f"{month(found.walked.war.program.scenario.clock.start + place)} (month\N{NO-BREAK SPACE}{place + 1})"


def as_much(found: After, gap: float, se: float = math.nan) -> str:
    """Points in lives or money, as an insertion: `, which weighs as much as 390 ± 97 soldiers' lives lost`; empty where there is nothing to compare
    with."""
    worth = in_lives(gap, found.objective, se)
    return f", which weighs as much as {worth}" if worth else ""


def silence_sentence(silences: Sequence[Silence], owner: str) -> str:
    """In how many months the war put a question, and in how many of them nothing was ordered; both are months, not questions."""
    ordered = {month: text for one in silences for month, text in zip(one.months, one.ordered, strict=True)}
    silent = sum(not text for text in ordered.values())
    if len(ordered) == 1:
        then = "nothing was ordered then" if silent else "something was ordered then"
    else:
        then = f"in {silent} of them nothing was ordered" if silent else "something was ordered in each of them"
    return f"In {counted(len(ordered), 'month')} {owner} had to answer a question that the war had just put; {then}."


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
    rival = " and a rival that follows the theories" if found.likenesses else ""
    told = as_much(found, found.points)
    said = [
        f"By {whose(owner_of(found))} objective the game came to {number(found.points)} points{told}.{f' {MEASURED}' if told else ''}",
        f"The same orders under other luck{rival} come to {points(again, se)} points{as_much(found, again, se)}.",
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
    worth = in_lives(gap, found.objective, se)
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
    told = f"{points(gap, se)} points above the robust plan{as_much(found, gap, se)}"
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
    order = ORDER[one.order]
    what = (
        f"{order} in place of what was ordered" if owner_ordered(found.walked, one.month) else f"when nothing was ordered, {order}"
    )
    return (
        f"In {month_of_game(found, one.month)}, {what} would have been worth {points(abs(one.gain), one.se)} points "
        f"{'more' if one.gain > 0 else 'less'}{as_much(found, one.gain, one.se)}."
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


def reading(found: After) -> Sequence[str]:
    """How to read the page, and what it cannot show."""
    owner = owner_of(found)
    return (
        "Months are counted as at the table: a month is the one in which its orders were given. What happens in it is news at its end, and can be "
        "answered by the orders of the next.",
        f"Points are those of {whose(owner)} objective. They are told in lives or money, too: as many as would change it as much. Not as many died.",
        "Everything is computed with the numbers that were true at this table and that nobody knew. What is said here of other luck or another plan "
        "holds for this war, not for all that it could have been.",
        f"Other luck: each plan is played {found.lucks} times from the first day. In the months in which a person played a patron it is played on by "
        "the theories, each as often as it is probable by what was ordered, for an order is worth what it is worth against a rival that answers. "
        "Clients ask and attack as people ordered, and what the facilitator decided happens again.",
        f"A month played otherwise: in the place of what {owner} ordered in it, it orders nothing, one rung up, one rung down, or more effort for "
        "the talks; afterwards it orders what it ordered. The difference is told by other luck than that by which it was chosen, and only where "
        "chance alone would seldom make such a one in a game of that length.",
        "Another answer: a request is refused in the place of being granted, or granted in the place of being refused; an offensive is not begun, or "
        "is. Both ways are played on under the same luck, and afterwards everybody orders what was ordered at the table. So it says what the answer "
        "itself was worth, and not what people would have made of it.",
        "The robust plan is the written plan of which the largest expected regret over the theories is the least, before anything was known of the "
        "game.",
        "The fit of a theory is how probable the levels of support that a player ordered are under it, by Bayes' rule over the uncertain numbers of "
        "the theory. What it is worth is in the matrix: simulated players of known theory, in this seat, with orders in the same months. A player "
        "is named only if one theory is more probable than all others together. Where hardly any "
        "simulated player of any theory fits its own as badly, the page says that none of them plays like this player.",
    )
