"""A weighing in sentences: what the record says of the theories, what it hangs on, and what it cannot tell."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from countermove.decision.findings import WEIGHTED
from countermove.evidence.observations import Observations
from countermove.questions.people import People
from countermove.questions.weigh.amortised import OUTSIDE
from countermove.questions.weigh.features import FOLLOWING_MONTHS
from countermove.questions.weigh.finding import USABLE_SD, Confusion, FilterWeight, KindLeftOut, TheoryWeight, VariantReading
from countermove.questions.weigh.finding_offset import OmegaBeforeAfter
from countermove.questions.weigh.finding_sensitivity import FEW, Episode, PriorReading, Reaction
from countermove.world.certainty import amount_certainty, at_most
from countermove.world.record import Record
from countermove.world.titles import Titles
from countermove.world.words import counted, limit, listed, mean_error, month, number, percent, share_error, weight_text

AS_WRITTEN = "as written"
MATCHED = "reactions matched"
MATCHED_SAYS = "The start as the replay has it; records were chosen so that every theory that reacts moves support by as much"
POOR_FIT = 0.05
LARGE_CHANGE = 0.1  # a change of a weight that is less leaves it standing
REFUSED = f"The record lies outside what any theory produces: fewer than {percent(OUTSIDE)} of simulated records are as far out. No weight is given."


def favoured_sentence(rival: str, rows: Sequence[TheoryWeight], titles: Titles) -> str:
    """Which theories the record gives most weight to, with the spread over readers."""
    order = sorted(rows, key=lambda row: -row.posterior)
    first, second = order[0], order[1]
    share, error = share_error(first.posterior, first.sd)
    return (
        f"The record gives {titles.say_theory(first.theory)} {share} of the weight among the theories of {rival} "
        f"(± {error} over readers, prior {percent(first.prior)}), then {titles.say_theory(second.theory)} {percent(second.posterior)}."
    )


def confusion_sentence(table: Confusion) -> str:
    """How often records like this one name the theory that made them."""
    return (
        f"A record like this one names the theory that made it in {percent(table.right)} of cases; chance alone would in "
        f"{weight_text(1 / len(table.theories))} ({table.records:,} simulated records of each theory, none of them learnt from)."
    )


def confused_sentences(table: Confusion, titles: Titles) -> tuple[str, ...]:
    """Theories that the reader, where each is true, gives little more than their prior."""
    chance = 1 / len(table.theories)
    lost = [name for h, name in enumerate(table.theories) if table.mean[h][h] < 1.6 * chance]
    return (f"This record could not have told {titles.say_theories(lost)} from one another.",) if len(lost) > 1 else ()


def _odds(weights: Mapping[str, float], of: Collection[str]) -> float:
    inside = sum(weight for name, weight in weights.items() if name in of)
    return inside / max(sum(weights.values()) - inside, 1e-6)


def rescue_sentences(
    rows: Sequence[TheoryWeight], readings: Sequence[VariantReading], rescuers: Sequence[str], titles: Titles
) -> tuple[str, ...]:
    """How much the record speaks for the theories of rescue against all others, and how that hangs on coding and start."""
    prior = _odds({row.theory: row.prior for row in rows}, rescuers)
    if not 0 < prior < float("inf"):
        return ()

    others = [f"{_ratio(reading.weights, prior, rescuers) or 'refused'} ({_label(reading)})" for reading in readings[1:]]
    own = _ratio(readings[0].weights, prior, rescuers) or "refused"
    said = f"For theories of rescue ({titles.say_theories(rescuers)}) against all others the evidence is {own}"
    return (f"{said}; it is {listed(others)}." if others else f"{said}.",)


def rescue_filter_sentences(
    rows: Sequence[TheoryWeight],
    exact: Sequence[FilterWeight],
    readings: Sequence[VariantReading],
    rescuers: Sequence[str],
    titles: Titles,
) -> tuple[str, ...]:
    """The same by filters, where every reading was filtered."""
    prior = _odds({row.theory: row.prior for row in rows}, rescuers)
    if not readings or not 0 < prior < float("inf") or any(not row.evidence_sd <= USABLE_SD for row in exact):
        return ()
    others = [
        f"{_ratio(reading.weights, prior, rescuers)} ({_label(reading)})"
        if reading.weights
        else f"not known ({_label(reading)}: the filters of {titles.say_theories(reading.lost)} lost the record)"
        for reading in readings
    ]
    own = _ratio({row.theory: row.posterior for row in exact}, prior, rescuers)
    return (f"By the filters the evidence for rescue is {own}; it is {listed(others)}.",)


def _ratio(weights: Mapping[str, float], prior: float, rescuers: Sequence[str]) -> str:
    """The factor between rescue and the rest in words; nothing where there are no weights."""
    if not weights:
        return ""
    factor = _odds(weights, rescuers) / prior
    return f"{_round(factor)}:1" if factor >= 1 else f"1:{_round(1 / factor)}"


def _label(reading: VariantReading) -> str:
    parts = [f"coding {reading.coding}"] if reading.coding != "default" else []
    start = {AS_WRITTEN: [], MATCHED: ["reaction sizes matched"]}.get(reading.start, [f"start {reading.start}"])
    return ", ".join([*parts, *start])


def kind_sentences(
    rows: Sequence[TheoryWeight], exact: Sequence[FilterWeight], without: Sequence[KindLeftOut], titles: Titles
) -> tuple[str, ...]:
    """Without which kind of datum the leader's weight would be most another: by filters where they did it, else by simulated records.

    Told as a fact where the change is surely not 0 (`amount_certainty`); else how large it may be.
    """
    before = {"filters": {row.theory: row.posterior for row in exact}, "readers": {row.theory: row.posterior for row in rows}}
    road = next((road for road in before if any(row.method == road and row.weights for row in without)), "")
    known = [row for row in without if row.method == road and row.weights]
    if not known:
        return ()
    weights = before[road]
    leader = max(weights, key=lambda name: weights[name])
    row = max(known, key=lambda row: abs(row.weights[leader] - weights[leader]))
    named = titles.say_theory(leader)
    change, error = row.weights[leader] - weights[leader], row.error[leader]
    how = {"filters": "by the filters", "readers": "by simulated records"}[road]
    if amount_certainty(change, error) != "told":
        up_to = (
            f"by no more than {limit(min(at_most(abs(change), error), 1.0))}"
            if math.isfinite(error)
            else "by how much is not known"
        )
        return (
            f"No kind of datum is known to move the weight of {named}: without {row.kind} it may change most, {up_to} ({how}).",
        )
    share, off = share_error(row.weights[leader], error)
    alone = "" if abs(change) >= LARGE_CHANGE else f"No kind of datum carries the weight of {named} alone. "
    return (
        f"{alone}Without {row.kind} the record would give {named} {share} (± {off}) of the weight instead of "
        f"{percent(weights[leader])} ({how}).",
    )


def edge_sentences(beyond: float, refused: str) -> tuple[str, ...]:
    """That the record lies at the edge of what the theories make, where it does."""
    if refused or beyond >= POOR_FIT:
        return ()
    return (
        f"Only {percent(beyond)} of simulated records lie farther out than the real one: none of these theories reproduces it well.",
    )


def hindsight_sentence(data: Observations, record: Record) -> str:
    """How much of the record was known as it happened, and what of it the scenario's own numbers were scaled on."""
    said = f"{data.retrospective} of {int(data.known.sum())} monthly data were not known as they happened."
    if record.prior_saw:
        said += (
            f" The scenario's own numbers were scaled on {listed(record.prior_saw)}, so this record is not an independent witness."
        )
    return said


def fit_sentences(fits: Mapping[str, float], titles: Titles) -> tuple[str, ...]:
    """Whether any theory makes records like this one at all."""
    if not fits:
        return ()
    none = [name for name, share in fits.items() if share < POOR_FIT]
    if len(none) == len(fits):
        best = max(fits, key=lambda name: fits[name])
        return (
            f"None fits is a possible answer: of each theory's own simulated records at most {limit(fits[best])} "
            f"({titles.say_theory(best)}) lie as far out "
            "as the real one.",
        )
    return (
        (
            f"Fewer than {percent(POOR_FIT)} of the records that {titles.say_theories(none)} would make lie as far out as the real one.",
        )
        if none
        else ()
    )


def distance_sentences(beyond: float, refused: str, fits: Mapping[str, float], titles: Titles) -> tuple[str, ...]:
    """How far out the record lies, and whether any theory makes such records: the last of them is for page one."""
    return (*edge_sentences(beyond, refused), *fit_sentences(fits, titles))


def method_sentences(
    rows: Sequence[TheoryWeight],
    exact: Sequence[FilterWeight],
    wanted: float,
    titles: Titles,
    readings: Sequence[VariantReading] = (),
    rescuers: Sequence[str] = (),
) -> tuple[str, ...]:
    """What the exact road gives, how far the two roads are apart, which evidences are not well known, and what the other readings give."""
    if not exact:
        return ()
    order = sorted(exact, key=lambda row: -row.posterior)
    first, second = order[0], order[1]
    share, error = share_error(first.posterior, first.sd)
    out = [
        f"By the filters the record gives {titles.say_theory(first.theory)} {share} (± {error}), then {titles.say_theory(second.theory)} "
        f"{percent(second.posterior)}; the two roads to the weights are {percent(_apart(rows, exact))} apart on average."
    ]
    factor = first.log_evidence - second.log_evidence
    error = math.hypot(first.evidence_sd, second.evidence_sd)
    out.append(
        f"Log evidence of {titles.say_theory(first.theory)} less that of {titles.say_theory(second.theory)}: {factor:.1f} ± {error:.1f}, a "
        f"Bayes factor of {_round(math.exp(factor))} "
        f"(90%: {_round(math.exp(factor - 1.645 * error))} to {_round(math.exp(factor + 1.645 * error))})."
    )
    rough = [row.theory for row in exact if not row.evidence_sd <= wanted]
    lost = [row.theory for row in exact if not row.evidence_sd <= USABLE_SD]
    if lost:
        out.append(
            f"The filters of {titles.say_theories(lost)} lost the record: log evidences that differ so between populations are not used."
        )
    if rough:
        out.append(
            f"The log evidence of {titles.say_theories(rough)} is known to no better than ± {max(row.evidence_sd for row in exact):.1f}."
        )
    return (*out, *rescue_filter_sentences(rows, exact, readings, rescuers, titles))


def _apart(rows: Sequence[TheoryWeight], exact: Sequence[FilterWeight]) -> float:
    return sum(abs(row.posterior - one.posterior) for row, one in zip(rows, exact, strict=True)) / len(exact)


def prior_sentences(rows: Sequence[TheoryWeight], found: Sequence[PriorReading], titles: Titles) -> tuple[str, ...]:
    """How the weight of the leader on the exact road moves with wider and narrower priors; and where draws are too few to say."""
    if not found:
        return ()
    names = [row.theory for row in rows]
    leader = max(names, key=lambda name: sum(reading.weights.get(name, 0.0) for reading in found))
    said = [f"{percent(reading.weights[leader])} with {reading.says}" for reading in found if reading.enough_draws]
    rough = len(found) - len(said)
    out = [f"Other priors, from the same draws: the weight of {titles.say_theory(leader)} is {listed(said)}."] if said else []
    if rough:
        out.append(
            f"For {rough} of {len(found)} changes of the priors fewer than {FEW:.0f} draws are left: the record cannot tell."
        )
    return tuple(out)


def omega_sentences(found: Sequence[OmegaBeforeAfter], titles: Titles) -> tuple[str, ...]:
    """Omega on the balance over all theories, before and after the record, strategy by strategy."""
    rows = [row for row in found if row.theory == WEIGHTED and row.on == "balance"]
    return tuple(
        f"Share of the aid's effect that the rival undoes under {titles.say_strategy(row.strategy)}: {percent(row.prior.value)} before the record, "
        f"{mean_error(row.posterior.value, row.posterior.se, 'share')} after it (single draws {percent(row.posterior.q05)} to "
        f"{percent(row.posterior.q95)}, before {percent(row.prior.q05)} to {percent(row.prior.q95)})."
        for row in rows
    )


def reaction_sentences(found: Sequence[Reaction], readings: Sequence[VariantReading], titles: Titles) -> tuple[str, ...]:
    """How far apart the theories' reactions are in size by their priors alone: what a Bayes factor would reward or punish."""
    moving = [row for row in found if row.mean > 0]
    if len(moving) < 2:
        return ()
    least, most = min(moving, key=lambda row: row.mean), max(moving, key=lambda row: row.mean)
    matched = "; one reading matches these sizes" if any(reading.start == MATCHED for reading in readings) else ""
    return (
        f"By their priors alone the theories move support by {number(least.mean)} ({titles.say_theory(least.theory)}) to "
        f"{number(most.mean)} ({titles.say_theory(most.theory)}) "
        f"thousand person-equivalents on average{matched}.",
    )


def episode_sentences(who: People, found: Sequence[Episode]) -> tuple[str, ...]:
    """How many cases of a losing client the record holds: months in a row are one."""
    if not found:
        return ()
    answered = sum(episode.answered is not None for episode in found)
    begun = listed([month(episode.month) for episode in found])
    return (
        f"The record holds {counted(len(found), 'episode')} in which the balance ran against {who.rival_client} "
        f"(beginning {begun}); in {answered} of them {who.rival} intervened within {FOLLOWING_MONTHS} months. "
        "Months of one episode are one datum.",
    )


def _round(x: float) -> str:
    return f"{float(f'{x:.2g}'):,.10g}"
