"""The bottom line: five paragraphs built from the numbers.

Each has likelihood words and figures with their errors, at most two in a sentence; a verdict has its flip point. Where several strategies
cannot be told apart, what is said is said of all of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from countermove.decision.findings import WEIGHTED, Provenance, SweepRow
from countermove.decision.monte_carlo_error import Estimate
from countermove.engine.program import Program
from countermove.questions.people import People
from countermove.questions.run.findings_index import FindingsIndex
from countermove.questions.run.lead_sentences import best, plans
from countermove.questions.weigh.finding import Weighing
from countermove.questions.weigh.finding_memo import MemoWeighing
from countermove.scenario.schema import Objective
from countermove.show.lives_and_money import as_much_as
from countermove.world.certainty import amount_certainty, at_most, leaders, share_range, surely_differ
from countermove.world.measure import MEASURE, listed_first
from countermove.world.titles import Titles
from countermove.world.words import (
    NOBODY,
    capitalized,
    counted,
    counted_share,
    listed,
    lowest_highest,
    mean_error,
    percent,
    span,
    words_of,
)

NOTHING_WEIGHED = MemoWeighing()
EQUIVALENTS = "thousand person-equivalents"


def bottom_line(
    program: Program, people: People, found: FindingsIndex, provenance: Provenance, says: MemoWeighing = NOTHING_WEIGHED
) -> tuple[str, str, str, str, str]:
    """What looks best, what the rival does, the risk, the trap, and what cannot be told: a paragraph each."""
    first = " ".join([best(program, found, says.verdict), *_written(_settled(found))])
    second, third, fourth, fifth = (
        " ".join(_written(parts))
        for parts in (
            reply(people, found, provenance.months),
            risk(people, found, provenance.months),
            trap(people, found),
            limits(found, provenance, program.scenario.objective, says),
        )
    )
    return first, second, third, fourth, fifth


def _written(parts: Iterator[str]) -> Iterator[str]:
    """Clauses as sentences; an empty one is left out."""
    return (f"{capitalized(part)}." for part in parts if part)


def chance(event: str, at: Estimate | None, draws: int = 0) -> str:
    """`a clash is unlikely (32% ± 2%)`, in words that fit the whole scale; `event` is a noun with its article, `draws` how many were run."""
    if at is None or math.isnan(at.mean):
        return f"{event} is of unknown likelihood"
    return _likely(event, words_of(*share_range(at.mean, at.se, draws)), f"({counted_share(at.mean, at.se, draws)})")


def _likely(event: str, said: str, figure: str) -> str:
    if not said:
        return f"the runs cannot tell how likely {event} is {figure}"
    if " to " in said:
        return f"the likelihood of {event} runs from {said} {figure}"
    return f"there is {said} {figure} of {event}" if said == "almost no chance" else f"{event} is {said} {figure}"


def chance_over(event: str, found: FindingsIndex, strategies: Sequence[str], measure: str) -> str:
    """The same of several strategies: the word of their whole range, and the lowest and highest figure."""
    known = [(name, at) for name in strategies if (at := found.weighted(name, measure)) is not None and math.isfinite(at.mean)]
    rows = sorted((at for _, at in known), key=lambda at: at.mean)
    if not rows:
        return chance(event, None)
    low, high = rows[0], rows[-1]
    ends = share_range(low.mean, low.se, found.draws)[0], share_range(high.mean, high.se, found.draws)[1]
    return _likely(event, words_of(*ends), f"({lowest_highest(rows, found.draws)})")


def _settled(found: FindingsIndex) -> Iterator[str]:
    for measure in reversed(listed_first("terminal")):
        if MEASURE[measure].event == "settlement" and (months := found.judged_in(measure)) is not None:
            yield chance_over(
                f"a settlement within {_months(months)} under {plans(found.leaders, found.titles)}", found, found.leaders, measure
            )
            return
    yield f"the clock of {_months(found.months)} is too short for a settlement to be judged"


# --- 2. what the rival does -------------------------------------------------------------------------------------------


def reply(people: People, found: FindingsIndex, months: int) -> Iterator[str]:
    """The change of the rival's support over the theories, the range of Omega, and whether it leaves."""
    if people.rivals == NOBODY:
        yield "no patron stands on another side, so there is nobody to reply to the aid"
        return
    armed = found.armed()
    mine = set(armed) <= set(found.leaders)
    followed = plans(armed, found.titles)
    opening = f"if {people.owner} follows {followed}" if mine else f"if {people.owner} followed {followed} instead"
    yield f"{opening}, {_support(people, found, armed)}"
    if drift := found.findings.drift:
        low, high = min(row.mean for row in drift), max(row.mean for row in drift)
        yield f"with no new aid it would drift by {span(low, high)} on average"
    yield _omega(found, armed)
    yield chance_over(f"{people.rivals} leaving the war within {_months(months)}", found, armed, "rival-quits")


def _support(people: People, found: FindingsIndex, armed: Sequence[str]) -> str:
    """From the least to the most over theories; where the two ends are not apart, as a range of which nothing more can be told."""
    rows = sorted(
        ((name, theory, at) for name in armed for theory, at in found.by_theory(name, "support-change")),
        key=lambda row: row[2].mean,
    )
    if not rows:
        return f"the change of {people.rivals}'s support is not known"
    (_, least, low), (_, most, high) = rows[0], rows[-1]
    opening = f"{people.rivals}'s support changes in {_months(found.judged_in('support-change') or 0)} by"
    if len(rows) == 1:
        return f"{opening} {mean_error(*low)} {EQUIVALENTS} if {found.titles.true(least)}"
    if not surely_differ(low, high):
        return (
            f"{opening} {mean_error(*low)} to {mean_error(*high)} {EQUIVALENTS}, and the runs cannot tell the theories apart by it"
        )
    return (
        f"{opening} {mean_error(*low)} {EQUIVALENTS} if {found.titles.true(least)} and by {mean_error(*high)} if "
        f"{found.titles.true(most)}"
    )


def _omega(found: FindingsIndex, armed: Sequence[str]) -> str:
    rows, unsure = found.omegas(armed)
    share = "Omega, the share of the aid's effect on the balance that the reply undoes,"
    if not rows:
        return f"{share} cannot be told from so few runs" if unsure else ""
    low, high = rows[0], rows[-1]
    if len(rows) == 1:
        return f"{share} is {mean_error(low.value, low.se)} (if {found.titles.true(low.theory)})"
    if not surely_differ((low.value, low.se), (high.value, high.se)):
        return f"{share} is {mean_error(low.value, low.se)} to {mean_error(high.value, high.se)}, the same within its error"
    return (
        f"{share} runs from {mean_error(low.value, low.se)} (if {found.titles.true(low.theory)}) to "
        f"{mean_error(high.value, high.se)} (if {found.titles.true(high.theory)})"
    )


# --- 3. the risk ------------------------------------------------------------------------------------------------------


def risk(people: People, found: FindingsIndex, months: int) -> Iterator[str]:
    """War between the patrons, a clash, and both with the hazard of a clash ten times higher or lower."""
    if people.rivals == NOBODY:
        yield "no patron stands on another side, so there is nobody to clash with"
        return
    led = found.leaders
    yield chance_over(
        f"a war between {people.owner} and {people.rivals} within {_months(months)} under {plans(led, found.titles)}",
        found,
        led,
        "direct-war",
    )
    every = [at for _, at in found.by_strategy("direct-war")]
    if len(led) < len(every):
        yield f"over all strategies it is {lowest_highest(every, found.draws)}"
    yield chance_over("a clash of their forces", found, led, "clash")
    yield from _swept(found)


def _swept(found: FindingsIndex) -> Iterator[str]:
    rows = [row for row in found.findings.sweep if row.theory == WEIGHTED] or list(found.findings.sweep)
    own = {row.factor: row for row in rows if row.strategy == found.best}
    factors = sorted(factor for factor in own if factor != 1)
    if not factors:
        yield "the hazard of a clash is a guess, and was not varied"
        return
    hazards = [f"{counted_share(own[f].direct_war, own[f].direct_war_se, own[f].draws)} at × {f:g}" for f in factors]
    under = f" under {found.titles.say_strategy(found.best)}" if len(found.leaders) > 1 else ""
    yield f"the hazard of a clash is a guess, and the figure for war becomes {listed(hazards)}{under}"
    yield _swept_leaders(rows, found)


def _swept_leaders(rows: list[SweepRow], found: FindingsIndex) -> str:
    """Which strategies lead at the other hazards, all that cannot be told apart."""
    at: dict[tuple[str, ...], list[str]] = {}
    for factor in sorted({row.factor for row in rows if row.factor != 1}):
        there = [(row.strategy, row.regret, row.regret_se) for row in rows if row.factor == factor]
        if first := leaders(there, max((row.matters for row in found.verdicts()), default=0.0)):
            at.setdefault(first, []).append(f"× {factor:g}")
    same = {names for names in at if set(names) == set(found.leaders)}
    if not at:
        return ""
    if same == set(at):
        alone = f"at both {found.titles.say_strategy(found.best)} keeps the least regret"
        return alone if len(found.leaders) == 1 else "at both the same strategies cannot be told apart"
    leading = [f"{plans(names, found.titles)} ({listed(where)})" for names, where in at.items()]
    return f"the least regret then goes to {listed(leading)}"


# --- 4. the commitment trap -------------------------------------------------------------------------------------------


def trap(people: People, found: FindingsIndex) -> Iterator[str]:
    """Climbing above the written rung, the client's requests, and its offensives."""
    led = found.leaders
    month = found.judged_in("drawn-in")
    yield chance_over(
        f"a climb of {people.owner} by month {month} above the rung written in {plans(led, found.titles)}", found, led, "drawn-in"
    )
    yield likeliest(found, "drawn-in")
    asked, granted = (found.weighted(found.best, name) for name in ("requests", "granted"))
    under = f"under {found.titles.say_strategy(found.best)} " if len(led) > 1 else ""
    yield f"{under}{people.client} asks for more {_times(asked)} in a run and is given it {_times(granted)}"
    yield chance_over(
        f"a major offensive by {people.client} in the {_six(found.months)} after arms arrive or would arrive",
        found,
        led,
        "offensive-own",
    )


def _six(months: int) -> str:
    return "six months" if not months or months >= 6 else _months(months).replace("1 month", "month")


def _months(count: int) -> str:
    return f"{count} {'month' if count == 1 else 'months'}"


def likeliest(found: FindingsIndex, measure: str) -> str:
    """Under which strategies an event is likeliest, where that is surely more than under any that leads."""
    rows = found.by_strategy(measure)
    own = [at for name, at in rows if name in found.leaders]
    if not own or not rows:
        return ""
    most, at = rows[-1]
    if any(not surely_differ(at, one) or at.mean <= one.mean for one in own):
        return ""
    names = tuple(name for name, one in rows if name == most or not surely_differ(at, one))
    return f"it is likeliest under {plans(names, found.titles)} ({counted_share(at.mean, at.se, found.draws)})"


def _times(at: Estimate | None) -> str:
    if at is None or math.isnan(at.mean):
        return "an unknown number of times"
    return "0 times" if at.mean == at.se == 0 else f"{mean_error(*at)} times"


# --- 5. what cannot be told -------------------------------------------------------------------------------------------


def limits(
    found: FindingsIndex, provenance: Provenance, objective: Objective | None, says: MemoWeighing = NOTHING_WEIGHED
) -> Iterator[str]:
    """Whose weights these are, how much hangs on which theory is true, and what the plan leaves open."""
    if len(found.theories) < 2:
        yield f"one theory was run, {found.titles.say_theories(found.theories)}: what another would change is not told"
    else:
        yield from _theories(found, provenance, objective, says)
    led = found.leaders
    yield chance_over(f"a decision point at which {plans(led, found.titles)} says nothing", found, led, "silent")


def _theories(found: FindingsIndex, provenance: Provenance, objective: Objective | None, says: MemoWeighing) -> Iterator[str]:
    weights = (
        f"the weights of the {counted(len(found.theories), 'theory', 'theories')} are priors {beside_priors(says, found.titles)}"
        if provenance.weights_from == "priors"
        else f"the weights of the theories come from {provenance.weights_from}"
    )
    yield f"which theory is true cannot be told from this: {weights}"
    yield from _stake(found, objective)


def beside_priors(says: MemoWeighing, titles: Titles) -> str:
    """What stands beside the priors: nothing, a refusal, or what the record says and how far it could tell."""
    weighing = says.weighing
    if weighing is None:
        return "and no record has been weighed"
    if weighing.refused:
        return "and the record lies outside what any of the theories makes"
    right = f"names the true theory in {percent(weighing.confusion.right)} of cases"
    return f"and the record, which {right}, would give {_most(weighing, titles)}"


def _most(weighing: Weighing, titles: Titles) -> str:
    """The theory that the record gives most, with those whose weight may be the same."""
    rows = weighing.filter_weights if weighing.filters_usable else weighing.weights
    given = {row.theory: (row.posterior, row.sd if math.isfinite(row.sd) else 0.0) for row in rows}
    first = max(given, key=lambda name: given[name][0])
    tied = tuple(name for name in given if name == first or not surely_differ(given[first], given[name]))
    most = percent(given[first][0])
    if len(tied) == 1:
        return f"{titles.say_theory(first)} {most}"
    return f"most, {most}, to {titles.say_theories(tied, 'or')}, which it cannot tell apart"


def _stake(found: FindingsIndex, objective: Objective | None) -> Iterator[str]:
    """What not knowing the theory costs the best plan, at most where the figure may be chance; and its share of what all knowledge is worth."""
    stake = found.at_stake(found.best)
    if stake is None:
        yield "what that ignorance costs was not computed"
        return
    lost, share = stake
    best = found.titles.say_strategy(found.best)
    if lost.mean == lost.se == 0:
        yield f"that ignorance costs {best} nothing: no theory puts another plan before it"
    elif amount_certainty(*lost) != "told":
        most = at_most(*lost)
        yield (
            f"that ignorance costs {best} at most {mean_error(most, 0.0).partition(' ±')[0]} points{as_much_as(most, objective)}"
            if math.isfinite(most)
            else f"what that ignorance costs {best} cannot be told from so few runs"
        )
    else:
        yield f"that ignorance costs {best} {mean_error(*lost)} points{as_much_as(lost.mean, objective)}"
        if math.isfinite(share):
            part = f"{percent(share)} of what" if share < 1 else "as much, within its error, as"
            yield f"that is {part} full knowledge of theory and numbers would be worth"
