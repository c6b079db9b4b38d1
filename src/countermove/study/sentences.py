"""The bottom line: five sentences built from the numbers.

Each has likelihood words and figures with their errors; a verdict has its flip point.
"""

from __future__ import annotations

import math

from countermove.decision.cells import WEIGHTED
from countermove.decision.error import Estimate
from countermove.engine.program import Program
from countermove.memo.words import counted, likelihood, listed, mean_error, number, percent, span, word
from countermove.study.found import Found
from countermove.study.people import NOBODY, People
from countermove.world.findings import Flip, Provenance, RecordSays, SweepRow, Verdict

NOTHING_WEIGHED = RecordSays()
EQUIVALENTS = "thousand person-equivalents"


def bottom_line(
    program: Program, people: People, found: Found, made: Provenance, says: RecordSays = NOTHING_WEIGHED
) -> tuple[str, str, str, str, str]:
    """What looks best, what the rival does, the risk, the trap, and what cannot be told."""
    sentences = (
        best(program, found),
        reply(people, found, made.months),
        risk(people, found, made.months),
        trap(people, found),
        limits(found, made, says),
    )
    first, second, third, fourth, fifth = (f"{text[:1].upper()}{text[1:]}." for text in sentences)
    return first, second, third, fourth, fifth


def chance(event: str, at: Estimate | None) -> str:
    """`a clash is unlikely (32% ± 2%)`, in words that fit the whole scale; `event` is a noun with its article."""
    if at is None or math.isnan(at.mean):
        return f"{event} is of unknown likelihood"
    said, _, rest = likelihood(at.mean, at.se).partition(" (")
    first, to, second = said.partition(" to ")
    figure = f" ({rest}" if rest else ""
    if at.se == 0 and at.mean in (0, 1):  # a share of runs without a spread: 0% with an error of 0% would claim too much
        figure = " (in every run)" if at.mean else " (in none of the runs)"
    if to:
        return f"the likelihood of {event} runs from {first} to {second}{figure}"
    return f"there is {said}{figure} of {event}" if said == "almost no chance" else f"{event} is {said}{figure}"


# --- 1. what looks best -----------------------------------------------------------------------------------------------


def best(program: Program, found: Found) -> str:
    """The strategy that leads over the weighted theories, by how much, and where the order turns."""
    verdicts = found.verdicts()
    if not verdicts:
        why = "no objective is written" if program.scenario.objective is None else "no comparison was computed"
        return f"no strategy can be called best, since {why}, and there is no order that could turn; {_settled(found)}"
    first = verdicts[0]
    return f"{_verdict(first, found)}{_others(verdicts)}{_share(first, found)}; {_turn(first, found)}"


def _verdict(row: Verdict, found: Found) -> str:
    theories = found.theories
    over = f"weighted over the {len(theories)} theories" if len(theories) > 1 else f"under {listed(theories)}, the one theory run"
    points = f"{mean_error(row.difference, row.se)} points"
    if row.kind == "better":
        return f"{over}, {row.best} looks best, {points} above {row.other}"
    measured = f"({points}, and {number(row.matters)} is what matters)"
    if row.kind == "no material difference":
        return f"{over}, there is no material difference between {row.best} and {row.other} {measured}"
    return f"{over}, the runs cannot tell {row.best} from {row.other} {measured}"


def _others(verdicts: tuple[Verdict, ...]) -> str:
    """Further strategies that are not clearly worse than the first."""
    names = [row.other for row in verdicts[1:] if row.kind != "better"]
    return f", nor is {listed(names, 'or')} clearly worse" if names else ""


def _share(row: Verdict, found: Found) -> str:
    share = found.weight_of_best(row.best)
    if share is None or len(found.theories) < 2:
        return f"; {_settled(found)}"
    said, event = f"({percent(share)} of the weight)", f"a lead of {row.best} under the true theory"
    lead = word(min(max(share, 0.0), 1.0))
    return f"; there is {lead} {said} of {event}" if lead == "almost no chance" else f"; {event} is {lead} {said}"


def _settled(found: Found) -> str:
    return chance(f"a settlement within 24 months under {found.best}", found.weighted(found.best, "settlement-by-24-months"))


def _turn(row: Verdict, found: Found) -> str:
    flip = found.flip(row.best, row.other)
    if flip is not None:
        return f"the flip point: {_plain(flip)}"
    if any({row.best, row.other} == set(at.strategies) for at in found.findings.flips):
        return "no division of the weight between two theories turns this order"
    return "with one theory there is no flip point" if len(found.theories) < 2 else "its flip point was not computed"


def _plain(flip: Flip) -> str:
    return flip.sentence.strip().rstrip(".")


# --- 2. what the rival does -------------------------------------------------------------------------------------------


def reply(people: People, found: Found, months: int) -> str:
    """The change of the rival's support over the theories, the range of Omega, and whether it leaves."""
    if people.rivals == NOBODY:
        return "no patron stands on another side, so there is nobody to reply to the aid"
    plan = found.armed()
    opening = f"if {people.owner} follows {plan}" if plan == found.best else f"if {people.owner} followed {plan} instead"
    parts = [f"{opening}, {_support(people, found, plan)}"]
    if drift := found.findings.drift:
        low, high = min(row.mean for row in drift), max(row.mean for row in drift)
        parts.append(f"with no new aid it would drift by {span(low, high)} on average")
    parts.append(_omega(people, found, plan))
    exit_ = chance(f"{people.rivals} leaving the war within {months} months", found.weighted(plan, "rival-quits"))
    return f"{'; '.join(part for part in parts if part)}; {exit_}"


def _support(people: People, found: Found, plan: str) -> str:
    rows = found.by_theory(plan, "support-change")
    if not rows:
        return f"the change of {people.rivals}'s support is not known"
    (least, low), (most, high) = rows[0], rows[-1]
    by = f"{people.rivals}'s support changes in 24 months by {mean_error(*low)} {EQUIVALENTS} if {least} is true"
    return by if len(rows) == 1 else f"{by} and by {mean_error(*high)} if {most} is"


def _omega(people: People, found: Found, plan: str) -> str:
    rows = found.omegas(plan)
    if not rows:
        return ""
    low, high = rows[0], rows[-1]
    share = "Omega, the share of the aid's effect on the balance that the reply undoes,"
    if len(rows) == 1:
        return f"{share} is {mean_error(low.value, low.se)} ({low.theory})"
    return f"{share} runs from {mean_error(low.value, low.se)} ({low.theory}) to {mean_error(high.value, high.se)} ({high.theory})"


# --- 3. the risk ------------------------------------------------------------------------------------------------------


def risk(people: People, found: Found, months: int) -> str:
    """War between the patrons, a clash, and both with the hazard of a clash ten times higher or lower."""
    if people.rivals == NOBODY:
        return "no patron stands on another side, so there is nobody to clash with"
    plan = found.best
    war = chance(
        f"a war between {people.owner} and {people.rivals} within {months} months under {plan}", found.weighted(plan, "direct-war")
    )
    means = [at.mean for _, at in found.by_strategy("direct-war")]
    over = f", against {span(min(means), max(means), 'share')} over the strategies" if len(means) > 1 else ""
    clash = chance("a clash of their forces", found.weighted(plan, "clash"))
    return f"{war}{over}, and {clash}; {_swept(found, plan)}"


def _swept(found: Found, plan: str) -> str:
    rows = [row for row in found.findings.sweep if row.theory == WEIGHTED] or list(found.findings.sweep)
    own = {row.factor: row for row in rows if row.strategy == plan}
    factors = sorted(factor for factor in own if factor != 1)
    if not factors:
        return "the hazard of a clash is a guess, and was not varied"
    told = [f"{mean_error(own[f].direct_war, own[f].direct_war_se, 'probability')} at × {f:g}" for f in factors]
    return f"the hazard of a clash is a guess, and the figure for war becomes {listed(told)}{_leaders(rows, plan)}"


def _leaders(rows: list[SweepRow], plan: str) -> str:
    """Which strategies lead at the other hazards."""
    leaders: dict[str, list[str]] = {}
    for factor in sorted({row.factor for row in rows if row.factor != 1}):
        known = [row for row in rows if row.factor == factor and math.isfinite(row.regret)]
        if known:
            leaders.setdefault(min(known, key=lambda row: row.regret).strategy, []).append(f"× {factor:g}")
    if set(leaders) <= {plan}:
        return f", while {plan} keeps the least regret" if leaders else ""
    return f", where the least regret goes to {listed([f'{name} ({listed(at)})' for name, at in leaders.items()])}"


# --- 4. the commitment trap -------------------------------------------------------------------------------------------


def trap(people: People, found: Found) -> str:
    """Climbing above the written rung, the client's requests, and its offensives."""
    plan = found.best
    drawn = chance(f"a climb of {people.owner} by month 24 above the rung written in {plan}", found.weighted(plan, "drawn-in"))
    rows = found.by_strategy("drawn-in")
    most = ""
    if rows and rows[-1][0] != plan:
        name, at = rows[-1]
        most = f"; it is likeliest under {name} ({mean_error(at.mean, at.se, 'probability')})"
    asked, granted = (found.weighted(plan, name) for name in ("requests", "granted"))
    requests = f"{people.client} asks for more {_times(asked)} in a run and is given it {_times(granted)}"
    attack = chance(
        f"a major offensive by {people.client} in the six months after arms arrive or would arrive",
        found.weighted(plan, "offensive-own"),
    )
    return f"{drawn}{most}; {requests}; {attack}"


def _times(at: Estimate | None) -> str:
    return "an unknown number of times" if at is None or math.isnan(at.mean) else f"{mean_error(*at)} times"


# --- 5. what cannot be told -------------------------------------------------------------------------------------------


def limits(found: Found, made: Provenance, says: RecordSays = NOTHING_WEIGHED) -> str:
    """Whose weights these are, how much hangs on which theory is true, what the conditions do, and what the plan leaves open."""
    plan = found.best
    weights = (
        f"the weights of the {counted(len(found.theories), 'theory', 'theories')} are priors {beside_priors(says)}"
        if made.weights_from == "priors"
        else f"the weights of the theories come from {made.weights_from}"
    )
    parts = [f"which theory is true cannot be told from this: {weights}", _stake(found, plan), _conditions(found)]
    silent = chance(f"a decision point at which {plan} says nothing", found.weighted(plan, "silent"))
    return f"{'; '.join(part for part in parts if part)}; {silent}"


def beside_priors(says: RecordSays) -> str:
    """What stands beside the priors: nothing, a refusal, or what the record says and how far it could tell."""
    weighing = says.weighing
    if weighing is None:
        return "and no record has been weighed"
    if weighing.refused:
        return "and the record lies outside what any of the theories makes"
    right = f"names the true theory in {percent(weighing.confusion.right)} of cases"
    first = max(weighing.given, key=lambda name: weighing.given[name])
    return f"and the record, which {right}, would give {first} {percent(weighing.given[first])}"


def _stake(found: Found, plan: str) -> str:
    stake = found.at_stake(plan)
    if stake is None:
        return "what that ignorance costs was not computed"
    lost, share = stake
    part = f", {percent(share)} of what full knowledge of theory and numbers would be worth" if math.isfinite(share) else ""
    return f"that ignorance costs {plan} {mean_error(*lost)} points{part}"


def _conditions(found: Found) -> str:
    """Told where the conditions alone move a strategy by more than the best one is ahead, or by more than what matters."""
    verdicts = found.verdicts()
    limit = min(abs(verdicts[0].difference), verdicts[0].matters) if verdicts else math.inf
    pairs = [row for row in found.findings.pairs if row.measure == "objective" and row.theory == WEIGHTED]
    driving = [row for row in pairs if abs(row.difference) - 2 * row.se > limit]
    if not driving:
        return ""
    row = max(driving, key=lambda pair: abs(pair.difference))
    return (
        f"the conditions alone, without any change in the arms, move {row.strategy} by {mean_error(row.difference, row.se)} points"
    )
