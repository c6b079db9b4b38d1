"""The head of a brief: which plan looks best, how sure that is, what its arms are worth, what a rival who thinks ahead makes of it."""

from __future__ import annotations

import math

from countermove.decision.findings import Verdict
from countermove.engine.twins import ARMS
from countermove.memo.brief_teller import ANSWER, NAME, SENTENCE, Teller
from countermove.memo.brief_words import changed, first_within, words_in
from countermove.questions.run.section_dials import NAMES
from countermove.questions.run.section_parts import without_parts
from countermove.questions.solve.finding import Solved
from countermove.show.lives_and_money import range_in_currency
from countermove.world.certainty import ERRORS, ROUNDING
from countermove.world.words import capitalized, listed, weight_text


def answer(tell: Teller) -> str:
    """Which plan looks best, or that none does."""
    verdicts, led = tell.found.verdicts(), [tell.plan(name) for name in tell.found.leaders]
    if not verdicts:
        if len(tell.found.strategies) == 1:
            return first_within(
                ANSWER, f"One plan was run, {led[0]}: there is nothing to compare it with.", "Only one plan was run."
            )
        return first_within(
            ANSWER,
            f"No plan can be called best: what {tell.dossier.owner} wants is not written down.",
            "No plan can be called best: what the owner wants is not written down.",
        )
    if len(led) > 1:
        same = all(row.kind != "cannot tell" for row in verdicts if row.other in tell.found.leaders)
        return first_within(
            ANSWER,
            f"No plan can be called best: {listed(led)} do about equally well."
            if same
            else f"No plan can be called best: the runs cannot tell {listed(led, 'and')} apart.",
            f"No plan can be called best: {len(led)} of the {len(tell.found.strategies)} plans do about equally well.",
        )
    first = verdicts[0]
    lead = _worth(tell, first)
    return first_within(
        ANSWER,
        f"{led[0]} looks best, ahead of {tell.plan(first.other)} by what {lead} are worth to {tell.dossier.owner}." if lead else "",
        f"{led[0]} looks best, ahead of {tell.plan(first.other)} by what {lead} are worth." if lead else "",
        f"{led[0]} looks best, ahead of {tell.plan(first.other)}.",
        f"{led[0]} looks best.",
        "One plan looks best; the picture names it.",
    )


def _worth(tell: Teller, lead: Verdict) -> str:
    """A lead in lives or money, from the least to the most that its error leaves open; empty where that is not known."""
    reach = ERRORS * lead.se
    return range_in_currency(lead.difference - reach, lead.difference + reach, tell.dossier.written)


def sure(tell: Teller) -> str:
    """Under how much of the weight it leads, and what would turn that, in words."""
    found = tell.found
    if not found.verdicts() or len(found.theories) < 2:
        return ""
    if not tell.alone:
        return _divided(tell)
    at = found.standing(found.best)
    if at is None:
        return ""
    lead = f"It leads under theories that hold {weight_text(at.leads)} of the weight"
    turned = [(theory, row) for theory in found.theories for row in found.verdicts(theory)[:1] if _turns(tell, row)]
    if not turned:
        if at.leads > 1 - ROUNDING:
            return f"It leads under every theory{'' if all(map(found.share, found.theories)) else ' that has weight'}."
        return f"{lead}; under none of the others is another plan surely better."
    theory, first = max(turned, key=lambda turn: _pull(tell, *turn))
    same = [name for name, row in turned if row.best == first.best]
    of = f"{weight_text(sum(map(found.share, same)))} of the weight"
    plan = tell.plan(first.best)
    return first_within(
        SENTENCE,
        f"{lead}; if {tell.dossier.titles.true(same)} ({of}), {plan} is surely better." if len(same) > 1 else "",
        f"{lead}; if {tell.does(theory)} ({weight_text(found.share(theory))} of it), {plan} is surely better.",
        f"{lead}; if {tell.does(theory)}, {plan} is surely better.",
        f"{lead}; if {tell.does(theory)}, another plan is surely better.",
        f"{lead}; under another, another plan is surely better.",
    )


def _turns(tell: Teller, row: Verdict) -> bool:
    """Whether by this verdict another plan than the one that leads is surely best."""
    return row.best != tell.found.best and row.kind == "better"


def _pull(tell: Teller, theory: str, row: Verdict) -> float:
    """How much a theory speaks for the plan that is best under it: the lead there by the theory's weight."""
    return tell.found.share(theory) * row.difference


def _divided(tell: Teller) -> str:
    """Of plans that cannot be told apart: which of them is surely best under which theory, of the two that pull apart most.

    What decides is how much a theory speaks for a plan, and not which theories just pass the bound of their error: so that a run of fewer
    draws names the same ones.
    """
    pulls: dict[str, tuple[float, str]] = {}
    for theory in tell.found.theories:
        rows = tell.found.verdicts(theory)
        if rows and all(row.kind == "better" for row in rows):
            pulls[rows[0].best] = max(pulls.get(rows[0].best, (-math.inf, "")), (_pull(tell, theory, rows[0]), theory))
    if len(pulls) < 2:
        return "The theories weighted, their difference is smaller than its error or than what matters."
    (one, (_, first)), (two, (_, second)) = sorted(pulls.items(), key=lambda row: -row[1][0])[:2]
    return first_within(
        SENTENCE,
        f"{tell.plan(one)} is surely best if {tell.does(first)}, {tell.plan(two)} if {tell.does(second)}.",
        f"It hangs on which theory of {tell.rival} is true: each puts another plan first.",
    )


def arms(tell: Teller) -> str:
    """Whether the plan that is first does as well without its arms, and the part without which it would surely be better; empty where its parts
    earn their keep, or were not left out."""
    rows = [row for row in without_parts(tell.dossier) if row.pair.strategy == tell.found.best]
    plan = "it" if tell.alone else "the first of them"
    clauses: list[str] = []
    for row in rows:
        stands, without = row.stands(tell.dossier.matters), f"without its {NAMES[row.pair.without]}"
        if stands == "better":
            clauses.append(f"{without} {plan} would surely be better")
        elif row.pair.without == ARMS and stands.startswith("as well"):
            how = "as well" if stands == "as well" else "at least as well"
            clauses.append(f"{without} {plan} does {how}")
        elif row.pair.without == ARMS and stands == "cannot tell":
            clauses.append(f"whether {without} {plan} does as well cannot be told")
        plan = "it" if clauses else plan
    ways = ("; ".join(clauses[:2]), clauses[0]) if clauses else ("",)
    return f"{capitalized(first_within(SENTENCE - 1, *ways))}." if clauses else ""


def ahead(tell: Teller) -> str:
    """That a rival who knows the plan makes another answer, and how sure that is; empty where he does not, or was not asked."""
    solved = tell.dossier.answer(Solved)
    knowing = None if solved is None else solved.leader("knowing")
    if solved is None or knowing is None or not tell.found.verdicts() or len(knowing.level) > 1:
        return ""
    if knowing.best in tell.found.leaders:
        return ""
    named = tell.plan(knowing.best)
    plan = named if words_in(named) <= NAME else "another plan"
    doubt = ", though that game is to be doubted" if solved.doubts else ""
    return f"If {tell.rival} knows the plan and thinks ahead, {plan} is {'' if doubt else 'surely '}better{doubt}."


def why(tell: Teller) -> tuple[str, str]:
    """What makes the lead, and what stands against it; and the same in fewer words. Empty where nothing leads alone."""
    lead = tell.found.lead if tell.alone else None
    rows = [] if lead is None else tell.found.terms(lead)
    ahead, against = [row for row in rows if row.points > 0][:2], [row for row in rows if row.points < 0][:1]
    if lead is None or not ahead:
        return "", ""
    cost = f", against {changed(against[0])}" if against else ""
    short = f"Its lead comes from {changed(ahead[0])}."
    return first_within(SENTENCE, f"Its lead comes from {listed([changed(row) for row in ahead])}{cost}.", short), short
