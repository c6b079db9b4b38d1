"""The foot of a brief: the questions that the plan leaves open, what to watch for, and what all of it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from countermove.memo.brief_teller import NAME, SENTENCE, Teller
from countermove.memo.brief_words import asked, first_within, words_in
from countermove.memo.front import is_missed, name_of
from countermove.questions.explore.finding import Explored
from countermove.questions.gaps.finding import GapsFound
from countermove.show.lives_and_money import range_in_currency
from countermove.world.words import capitalized, listed, number, percent, weight_text

THREE = 3  # questions, signs
ASK = 16  # words of a question that has a shorter way


def unanswered(tell: Teller) -> tuple[str, ...]:
    """The three dearest questions that the best plan leaves open, the dearest first; none is cut."""
    gaps = tell.dossier.answer(GapsFound)
    if gaps is None:
        return ()
    own = next((row for row in gaps.strategies if row.strategy == tell.found.best), None)
    rows = () if own is None else own.gaps[:THREE]
    titles = tell.dossier.titles
    return tuple(
        first_within(ASK, *asked(gap.question, titles.contingency(gap.contingency) if gap.contingency else "")) for gap in rows
    )


def signs(tell: Teller) -> tuple[str, tuple[str, ...]]:
    """A head and the three signs: those that ask for a change of course, which pay most first; then those that speak for a theory under which
    another plan leads. Where all ask for the same plan the head names it."""
    found = tell.found
    explored = tell.dossier.answer(Explored)
    rows = () if explored is None or explored.pathways is None else explored.pathways.signposts
    turns = [(capitalized(row.sign), row.to) for row in sorted(rows, key=lambda row: -row.overall) if row.advice == "change"]
    for sign, theories in tell.dossier.signs:
        best = {rows[0].best for name in theories if (rows := found.verdicts(name)) and rows[0].kind == "better"}
        turns.append((sign, best.pop() if len(best) == 1 else ""))
    said = [sign.lower() for sign, _ in turns]  # of two signs of which one holds the other the wider is enough
    turns = [turn for place, turn in enumerate(turns) if not any(one in said[place] for one in said if one != said[place])]
    stays = found.leaders if tell.alone else ()
    turns = sorted(turns, key=lambda turn: not turn[1] or turn[1] in stays)  # what asks for another plan comes first
    turns = [turn for turn in turns if words_in(turn[0]) <= SENTENCE][:THREE]
    to = {plan for _, plan in turns}
    if len(to) == 1 and (plan := to.pop()) and plan not in stays and words_in(tell.plan(plan)) <= NAME:
        return f"Watch for one of these, then prefer {tell.plan(plan)}", tuple(f"{sign}." for sign, _ in turns)
    return "Watch for", tuple(
        first_within(
            SENTENCE,
            f"{sign}: keep to it." if plan in stays else "",
            f"{sign}: then {tell.plan(plan)}." if plan else "",
            f"{sign}: then another plan." if plan else "",
            f"{sign}.",
        )
        for sign, plan in turns
    )


def rests_on(tell: Teller) -> Iterator[str]:
    """What the theories miss of the record, how much is judgement, what the record can tell, and how following such memos did in simulated wars."""
    yield from _missed(tell)
    numbers = tell.dossier.assumptions
    if numbers:
        judged = sum(row.source.strip().lower().startswith("judgement") for row in numbers)
        yield f"Of {number(len(numbers))} numbers, {percent(judged / len(numbers))} are judgement."
    weighing = tell.dossier.record_says.weighing
    if weighing is None:
        yield "No record was weighed: which theory is true is a judgement too."
    elif weighing.refused:
        yield "The record lies outside what any theory makes, and cannot tell which is true."
    else:
        right, chance = percent(weighing.confusion.right), weight_text(1 / len(weighing.confusion.theories))
        yield f"Records like this war's name the true theory in {right} of cases; guessing does in {chance}."
    calibration = tell.dossier.record_says.calibration
    fell = "" if calibration is None else range_in_currency(calibration.memo.low, calibration.memo.high, tell.dossier.written)
    if fell:
        yield f"In simulated wars such memos lost the worth of {fell} against the best choice."


def _missed(tell: Teller) -> Iterator[str]:
    """Of which series of the record the data hardly ever lie where any theory has them: what stands first, for it puts all else in doubt."""
    rows = [series for series in tell.dossier.records if is_missed(series)]
    if not rows:
        return
    how = "all" if max(rows[0].share_inside.values()) == 0 else "most"
    names = [name_of(series) for series in rows]
    yield first_within(
        SENTENCE,
        f"The theories miss the record of {names[0]}: {how} data lie outside their ranges." if len(names) == 1 else "",
        f"The theories miss the record of {listed(names)}.",
        f"The theories miss {len(names)} series of the record.",
    )
