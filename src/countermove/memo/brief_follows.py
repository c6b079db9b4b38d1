"""What follows by a brief: what the rival does next, what the plan risks, what it costs: each with its range over runs, and until when."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from countermove.memo.brief_teller import NAME, RUNS, SENTENCE, Teller
from countermove.memo.brief_words import likely, words_in
from countermove.show.lives_and_money import rounded, rounded_range
from countermove.world.certainty import range_certainty, share_range, surely_differ
from countermove.world.words import NOBODY, capitalized, likelihood_word, number

ELSEWHERE = {
    "Rival support": "the other patron went further",
    "Direct war": "the patrons fought",
}
"""The headlines of the base rates that stand beside the reply and the risk, and the first rate of each in a few words."""


@dataclass(frozen=True)
class BriefPoint:
    """One thing that a minister asks: the question as a head, the answer, and the outside view of the same, where there is one."""

    head: str
    says: str
    beside: str = ""


def points(tell: Teller, *, full: bool) -> Iterator[BriefPoint]:
    """What the rival does next, what the plan risks, what it costs; of several plans that cannot be told apart, the first that is named.

    `full`: with means beside their ranges, and under which theory the rival gives most.
    """
    best, aid = tell.found.best, tell.aid
    named = tell.plan(best) if words_in(tell.plan(best)) <= NAME else "the plan named first"
    under = "" if tell.alone or aid != best else f" under {named}"
    it = named if aid != best else "it" if tell.alone else "that plan"
    if tell.dossier.rival != NOBODY:
        yield BriefPoint(f"What {tell.rival} does next{under}", _reply(tell, aid, full=full), _elsewhere(tell, "Rival support"))
        yield BriefPoint(f"What {it} risks", _risk(tell), _elsewhere(tell, "Direct war"))
    yield BriefPoint(f"What {it} costs", _cost(tell, full=full))


def _reply(tell: Teller, plan: str, *, full: bool) -> str:
    """How the rival's support changes, as far as the runs agree: its direction is told only where nine runs of ten have it."""
    ends = tell.found.range(plan, "support-change")
    if ends is None:
        return f"What {tell.rival} does next is not known from these runs."
    low, high = (1000 * end for end in ends)
    titled = words_in(tell.plan(plan)) <= NAME
    under = f"under {tell.plan(plan) if titled else 'the best plan with arms'}, " if plan != tell.found.best else ""
    after = tell.after("support-change")
    if low == high == 0:
        said = f"{under}it gives as much as today{f' after {after}' if after else ''}"
    elif low < 0 < high:
        ends_at = f"{f'after {after} ' if after else ''}{RUNS} end between {_soldiers(low)} less and {rounded(high)} more"
        said = f"{under}whether it gives more or less than today cannot be told: {ends_at}"
        said = said if words_in(said) <= SENTENCE else said.replace(f": {ends_at}", f". {capitalized(ends_at)}")
    else:
        turns, near, far = ("more", low, high) if high > 0 else ("less", high, low)
        amount = rounded_range(abs(near), abs(far))
        said = f"{under}it gives {turns} than today: {f'after {after} ' if after else ''}by what {amount} soldiers are worth, in {RUNS}"
    return f"{capitalized(said)}.{_most(tell, plan) if full else ''}"


def _soldiers(support: float) -> str:
    return f"{rounded(abs(support))} soldiers' worth"


def _most(tell: Teller, plan: str) -> str:
    """Under which theory support is highest, where that is surely one."""
    rows = tell.found.by_theory(plan, "support-change")
    if len(rows) < 2 or not surely_differ(rows[-1][1], rows[-2][1]):
        return ""
    said = f"Support is highest if it {tell.dossier.titles.does('', rows[-1][0]).strip()}."
    return f" {said}" if words_in(said) <= SENTENCE else ""


def _risk(tell: Teller) -> str:
    """What may happen by the plan, and until when: the events of one likelihood and one month in one sentence."""
    found = tell.found
    events = (
        (f"war with {tell.rival}", "direct-war"),
        ("an incident beyond the theatre", "spread"),
        ("being drawn in deeper", "drawn-in"),
    )
    alike: dict[str, list[tuple[str, str, tuple[float, float]]]] = {}
    for event, measure in events:
        at = found.weighted(found.best, measure)
        if at is None or not math.isfinite(at.mean):
            continue
        ends = share_range(at.mean, at.se, found.draws)
        told = range_certainty(*ends) == "told"
        word = likelihood_word(ends[1]) if told else "of unknown likelihood"  # the graver of two words
        alike.setdefault(word, []).append((event, tell.after(measure), ends))
    said: list[str] = []
    for word, rows in alike.items():
        first = rows[0][1]
        named = [event if after == first else f"{event} (in {after})" for event, after, _ in rows]
        lows, highs = zip(*(ends for *_, ends in rows), strict=True)
        within = f"within {first}, " if first else ""
        said.append(f"{capitalized(within + likely(named, word, (min(lows), max(highs)), found.draws))}.")
    return " ".join(said) if said else "Its risks are not known from these runs."


def _cost(tell: Teller, *, full: bool) -> str:
    """What the plan costs in money and in soldiers: where nine runs of ten lie, and, where there is room, the mean before it."""
    owner = tell.dossier.owner if words_in(tell.dossier.owner) <= NAME else "the owner"
    said: list[str] = []
    for measure, text in (("cost", f"{owner} spends {{}} million dollars"), ("deaths", "{} soldiers die on all sides")):
        at, ends = tell.found.weighted(tell.found.best, measure), tell.found.range(tell.found.best, measure)
        if at is None or ends is None or not math.isfinite(at.mean):
            continue
        after = tell.after(measure)
        when = f" over {after}" if after and not said else ""
        low, high = map(rounded, ends)
        if full:
            said.append(f"On average {text.format(rounded(at.mean))}{when}. {capitalized(RUNS)} lie between {low} and {high}.")
        else:
            said.append(f"{'As often,' if said else f'In {RUNS}'} {text.format(f'{low} to {high}')}{when}.")
    return " ".join(said) if said else "Its costs are not known from these runs."


def _elsewhere(tell: Teller, headline: str) -> str:
    """The first base rate under a headline: `Past wars: the patrons fought in 0 of 46.`"""
    views = [view for view in tell.dossier.outside if view.about.partition(". ")[0] == headline and math.isfinite(view.n)]
    return f"Past wars: {ELSEWHERE[headline]} in {number(views[0].k)} of {number(views[0].n)}." if views else ""
