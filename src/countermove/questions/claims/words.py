"""A claim's verdicts in words: what was asked, what was found, and what would turn it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from countermove.questions.claims.finding import ClaimVerdict, Counted, InModel, Mover, OnRecord, Statistic, Weighted
from countermove.world.certainty import share_certainty
from countermove.world.titles import Titles, quoted
from countermove.world.words import (
    capitalized,
    figure,
    listed,
    mean_error,
    oftener_than,
    percent,
    rarer_than,
    true_minus,
    with_error,
)


def value_text(found: Statistic, unit: str) -> str:
    """The value with its Monte-Carlo error; nothing where the case never arises, and the limit where no draw or every draw says so."""
    value, se = found.value, found.se
    if not math.isfinite(value):
        return ""
    if unit != "share":
        tiny = math.isfinite(se) and 0 < se < 1e-4  # smaller than the decimals of a page
        return "{} ± {}".format(*with_error(value, se)) if tiny else mean_error(value, se)
    if value in (0.0, 1.0) and math.isfinite(found.low + found.high):
        return rarer_than(found.high) if value == 0 else oftener_than(found.low)
    if share_certainty(value, se) == "cannot tell" and math.isfinite(se):
        return f"anything from {percent(found.low)} to {percent(found.high)}"
    return mean_error(value, se, "probability")


def plain_value(value: float, unit: str) -> str:
    """The value alone."""
    return percent(value) if unit == "share" else true_minus(figure(value, 3))


def _count(reading: Counted) -> str:
    return f"{reading.k} of {reading.n}"


def sentences(claim: ClaimVerdict, titles: Titles) -> tuple[str, ...]:
    """What a reader has to know beside the two verdicts: of the record, then of the model, then what turns it."""
    return (*_of_record(claim.record), *_of_model(claim.model, titles), *_turns(claim, titles))


def _of_record(found: OnRecord) -> Iterator[str]:
    if not found.readings:
        return
    first, *others = found.readings
    apart = [reading for reading in others if (reading.k, reading.n) != (first.k, first.n)]
    if apart:
        yield "On the record, " + listed([f"{_count(reading)} under the coding {reading.coding}" for reading in apart]) + "."
    if first.k and first.events < first.k:
        yield f"The record's {first.k} hits wait for the same {'event' if first.events == 1 else f'{first.events} events'}."
    if first.left_out:
        yield f"{first.left_out} {'episodes are' if first.left_out > 1 else 'episode is'} left out: a month that was asked for was not known."
    if found.notes:
        yield f"Much of this record is judgement: {'; '.join(found.notes)}."


def _of_model(found: InModel, titles: Titles) -> Iterator[str]:
    if found.weighted is None:
        return
    if found.by_assumption:
        yield f"What was put in comes out: {found.by_assumption}."
    if math.isfinite(found.arises) and found.arises < 0.05:
        yield f"In the model the case arises in {percent(found.arises)} of months."
    if found.way == "association":
        yield "An association over the months of a draw, not an effect: both may follow from a third thing."
    across = found.across
    if across is not None and math.isfinite(across.value) and across.verdict != found.verdict:
        slope = value_text(across, found.unit)
        yield f"Over the written strategies, which differ in more than the rung, the slope is {slope}: {across.verdict}."
    silent = [row.theory for row in found.by_theory if row.silent > 0.5]
    if silent:
        under = "any theory" if len(silent) == len(found.by_theory) else titles.say_theories(silent)
        yield f"In most draws the case never arises under {under}."


def _turns(claim: ClaimVerdict, titles: Titles) -> Iterator[str]:
    found = claim.model
    if found.weighted is None:
        return
    if claim.theories:
        yield f"Turned by {_some(claim.theories, len(found.by_theory), titles)}."
    if claim.strategies:
        values = [
            f"{titles.say_strategy(name)} ({plain_value(found.by_strategy[name].value, found.unit)})" for name in claim.strategies
        ]
        yield f"Turned by the {'strategy' if len(values) == 1 else 'strategies'} {listed(values)}."
    for mover in claim.movers:
        yield _mover(mover, found.unit)
    yield from _odds(found.weighted, "", titles)
    other = found.by_record
    if other is not None:
        turned = "" if other.figure.verdict == found.verdict else f", and the verdict is: {other.figure.verdict}"
        yield f"By the record's weights of the theories it is {value_text(other.figure, found.unit)}{turned}."
        yield from _odds(other, "by the record's weights, ", titles)


def _some(names: tuple[str, ...], of: int, titles: Titles) -> str:
    noun = "theory" if len(names) == 1 else "theories"
    return f"the {noun} {titles.say_theories(names)}" + (f" ({len(names)} of {of})" if len(names) > 3 else "")


def _mover(mover: Mover, unit: str) -> str:
    measure = f" {mover.unit}" if mover.unit else ""
    low = f"{value_text(mover.low, unit)} in the low third (up to {figure(mover.below, 2)}{measure})"
    high = f"{value_text(mover.high, unit)} in the high third (from {figure(mover.above, 2)}{measure})"
    opening = "Turned by" if mover.turns else "No number turns it; strongest is"
    return f"{opening} {quoted(mover.title)}: {low}, {high}."


def _odds(found: Weighted, opening: str, titles: Titles) -> Iterator[str]:
    odds = found.odds
    every = {0.0: "in no draw", 1.0: "in every draw"}
    share = f"{opening}true {every.get(odds.probability, f'in {percent(odds.probability)} of draws')}"
    if found.figure.verdict == "does not hold" and odds.probability > 0.5:
        share += " (it does not hold over all of them together, since where it is false it is so by more)"
    if odds.times is not None and odds.times >= 1:
        yield _sentence(
            f"{share}: to reject it, multiply the weight of {titles.say_theories(odds.against)} by {_times(odds.times)}"
        )
    elif odds.times is not None:
        yield _sentence(
            f"{share}: to accept it, multiply the weight of {titles.say_theories(odds.for_)} by {_times(1 / odds.times)}"
        )
    elif odds.for_ or odds.against:
        yield _sentence(
            f"{share}: no prior over the theories turns it, since no theory speaks {'against' if odds.for_ else 'for'} it"
        )
    else:
        yield _sentence(f"{share}: no theory takes a side")


def _times(times: float) -> str:
    return f"{times:.1f}" if times < 10 else f"{times:.0f}"


def _sentence(words: str) -> str:
    return capitalized(words) + "."
