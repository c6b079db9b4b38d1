"""What looks best, in sentences: the lead or its absence, what it is made of, under how much of the weight it holds, and where it turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from countermove.decision.findings import Flip, Term, Verdict
from countermove.engine.program import Program
from countermove.questions.run.findings_index import FindingsIndex
from countermove.scenario.schema import Objective
from countermove.show.lives_and_money import as_much_as
from countermove.show.verdict_text import tied as tie
from countermove.world.certainty import amount_certainty
from countermove.world.measure import MEASURE
from countermove.world.titles import Titles
from countermove.world.words import SHARES, capitalized, counted, likelihood_word, listed, mean_error, number, points, weight_text

NAMED = 2  # plans that a sentence names; of more it says how many


def best(program: Program, found: FindingsIndex, by_record: Verdict | None) -> str:
    """The strategy that leads over the weighted theories, or those that cannot be told apart; why; and where the order turns."""
    objective = program.scenario.objective
    parts = [*lead(found, objective), *([_turn(found), _record(found, by_record)] if found.verdicts() else [])]
    return " ".join(f"{capitalized(part)}." for part in parts if part)


def lead(found: FindingsIndex, objective: Objective | None) -> Iterator[str]:
    """Which strategy leads, what makes the lead, and under how much of the weight: as clauses."""
    verdicts = found.verdicts()
    if not verdicts:
        alone = "there is one strategy" if len(found.strategies) == 1 else "no comparison was computed"
        why = "no objective is written" if objective is None else alone
        yield f"no strategy can be called best, since {why}, and there is no order that could turn"
        return
    yield from _verdict(verdicts, found, objective)
    yield from _why(found, objective)
    yield from _standing(found)


def plans(names: Sequence[str], titles: Titles, last: str = "or") -> str:
    """`“Arm”`; `“Arm” or “Wait”`; of more `any of the 5 strategies not told apart`."""
    return titles.say_strategies(names, last) if len(names) <= NAMED else f"any of the {len(names)} strategies not told apart"


def _verdict(verdicts: tuple[Verdict, ...], found: FindingsIndex, objective: Objective | None) -> Iterator[str]:
    first, theories, titles = verdicts[0], found.theories, found.titles
    only = titles.say_theories(theories)
    over = f"weighted over the {len(theories)} theories" if len(theories) > 1 else f"under {only}, the one theory run"
    if len(found.leaders) == 1:
        ahead = f"{points(first.difference, first.se)} above {titles.say_strategy(first.other)}"
        yield f"{over}, {titles.say_strategy(first.best)} looks best, {ahead}{as_much_as(first.difference, objective)}"
        return
    tied = [row for row in verdicts if row.kind != "better"]
    yield f"{over}, no strategy can be called best: {tie(tied, titles)}"
    yield f"what matters is {number(first.matters)} points{as_much_as(first.matters, objective)}"
    widest = max(tied, key=lambda row: row.difference)
    if widest.difference != 0:
        yield f"between {titles.say_strategies((widest.best, widest.other))} lie {points(widest.difference, widest.se)}"


# --- why --------------------------------------------------------------------------------------------------------------


def _why(found: FindingsIndex, objective: Objective | None) -> Iterator[str]:
    """What makes the lead over the next plan that is surely behind: the two largest terms for it, the largest against, and the
    sum of the others: they add up to the lead."""
    lead = found.lead
    if lead is None or objective is None:
        return
    rows = found.terms(lead)
    ahead, against = [row for row in rows if row.points > 0], [row for row in rows if row.points < 0]
    if not rows:
        return
    if ahead:
        best, other = found.titles.say_strategy(lead.best), found.titles.say_strategy(lead.other)
        yield f"the lead of {best} over {other} is made by {listed(tuple(term(row) for row in ahead[:1]))}"
        if ahead[1:]:
            yield f"then by {term(ahead[1])}"
    if against:
        yield f"against it stands {term(against[0])}"
    others = (*ahead[2:], *against[1:])
    rest = sum(row.points for row in others)
    error = sum(row.points_se for row in others)  # no more than this: some of it may cancel
    if abs(rest) >= 0.005 and amount_certainty(rest, error) == "told":
        yield f"all else that is valued {'adds' if rest > 0 else 'takes'} {points(abs(rest), error)}"


def term(row: Term) -> str:
    """`military dead (120 ± 30 persons less), 0.06 ± 0.02 points`."""
    return f"{change(row)}, {points(row.points, row.points_se)}"


def change(row: Term) -> str:
    """What one plan changes in a measure against another: `military dead (120 ± 30 persons less)`."""
    measure, more = MEASURE[row.measure], "more" if row.difference > 0 else "less"
    unit = "percentage points" if measure.unit in SHARES else measure.unit
    factor = 100 if unit == "percentage points" else 1
    return f"{measure.title} ({mean_error(factor * abs(row.difference), factor * row.se)} {unit} {more})"


# --- under how much of the weight -------------------------------------------------------------------------------------


def _standing(found: FindingsIndex) -> Iterator[str]:
    """The weight of the theories under which it leads, and apart from it that under which nothing can be told."""
    if len(found.theories) < 2:
        return
    if len(found.leaders) > 1:
        yield from _nobody(found)
        return
    at, best = found.standing(found.best), found.best
    if at is None:
        return
    said, event = f"({weight_text(at.leads)} of the weight)", f"a lead of {found.titles.say_strategy(best)} under the true theory"
    lead = likelihood_word(min(max(at.leads, 0.0), 1.0))
    yield f"there is {lead} {said} of {event}" if lead == "almost no chance" else f"{event} is {lead} {said}"
    rest = [
        words.format(weight_text(share))
        for share, words in (
            (at.no_difference, "{} of the weight holds no material difference"),
            (at.cannot_tell, "of {} of the weight the runs cannot tell"),
            (at.behind, "{} of the weight puts another plan before it"),
        )
        if share > 1e-9
    ]
    if rest:
        yield listed(tuple(rest[:2]))
        if rest[2:]:
            yield rest[2]


def _nobody(found: FindingsIndex) -> Iterator[str]:
    """Of plans that cannot be told apart over all theories: the weight of the theories under which one of all plans leads."""
    every = {name: at.leads for name in found.strategies if (at := found.standing(name)) is not None}
    if not every:
        return
    first = {name: share for name, share in every.items() if share > 1e-9}
    if not first:
        yield "under none of the theories does one strategy lead all others"
        return
    leading = [
        f"under theories of {weight_text(share)} of the weight {found.titles.say_strategy(name)} leads"
        for name, share in first.items()
    ]
    yield from (", and ".join(leading[at : at + 2]) for at in range(0, len(leading), 2))
    yield f"under the rest ({weight_text(1 - sum(first.values()))}) none does" if sum(first.values()) < 1 - 1e-9 else ""


# --- where it turns ---------------------------------------------------------------------------------------------------


def _turn(found: FindingsIndex) -> str:
    first = found.verdicts()[0]
    if len(found.leaders) > 1:
        return _turn_of_equals(found)
    flip = found.flip(first.best, first.other)
    if flip is not None:
        return f"the flip point: {_plain(flip)}"
    mine = [at for at in found.findings.flips if {first.best, first.other} == set(at.strategies)]
    if any(at.cannot_tell for at in mine):
        return "the runs cannot tell where, between two theories, this order turns"
    if mine:
        return "no division of the weight between two theories turns this order"
    return "with one theory there is no flip point" if len(found.theories) < 2 else "its flip point was not computed"


def _turn_of_equals(found: FindingsIndex) -> str:
    """Of plans of which none leads: the flip point between two theories at which they change places, the nearest one; or that there is none."""
    led = set(found.leaders)
    mine = [row for row in found.findings.flips if set(row.strategies) <= led]
    turning = [row for row in mine if row.weight is not None]
    if not turning:
        unsure = any(row.cannot_tell for row in mine)
        return (
            "the runs cannot tell where, between two theories, these change places"
            if unsure
            else "no two theories make these change places"
        )
    nearest = min(turning, key=found.distance)
    more = f". They do so between {counted(len(turning) - 1, 'more pair')} of theories" if turning[1:] else ""
    return f"between two theories they change places, and the nearest flip point is this: {_plain(nearest)}{more}"


def _plain(flip: Flip) -> str:
    said = flip.sentence.strip().rstrip(".")
    return f"b{said[1:]}" if said.startswith("Between ") else said


# --- what the record would say ----------------------------------------------------------------------------------------


def _record(found: FindingsIndex, row: Verdict | None) -> str:
    """The verdict on the weights that the record gives, and whether it differs from the one on the priors."""
    if row is None:
        return ""
    first = found.verdicts()[0]
    alone = len(found.leaders) == 1
    if row.kind == "better":
        best, other = found.titles.say_strategy(row.best), found.titles.say_strategy(row.other)
        sentence = f"{best} looks best, {mean_error(row.difference, row.se)} points above {other}"
        differs = not alone or row.best != first.best
    else:
        sentence = f"no strategy can be called best, since {tie([row], found.titles)}"
        differs = alone or row.best not in found.leaders or row.other not in found.leaders
    beside = "and so the priors and the record differ" if differs else "as on the priors"
    return f"on the weights that the record gives, {sentence}, {beside}"
