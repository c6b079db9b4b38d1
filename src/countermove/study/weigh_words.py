"""A weighing in sentences: what the record says of the theories, what it hangs on, and what it cannot tell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from countermove.evidence.amortised import OUTSIDE
from countermove.evidence.observed import Observations
from countermove.memo.words import listed, percent
from countermove.world.record import Record
from countermove.world.weighing import Confusion, ExactWeight, Reading, TheoryWeight

AS_WRITTEN = "as written"
RESCUE = ("spigot", "switching")  # theories in which support rises because the client is losing
POOR = 0.05
REFUSED = f"The record lies outside what any theory produces: fewer than {percent(OUTSIDE)} of simulated records are as far out. No weight is given."


def favours(rival: str, rows: Sequence[TheoryWeight]) -> str:
    """Which theories the record gives most weight to, with the spread over readers."""
    order = sorted(rows, key=lambda row: -row.posterior)
    first, second = order[0], order[1]
    return (
        f"The record gives {first.theory} {percent(first.posterior)} of the weight among the theories of {rival} "
        f"(± {percent(first.sd)} over readers, prior {percent(first.prior)}), then {second.theory} {percent(second.posterior)}."
    )


def could_tell(table: Confusion) -> str:
    """How often records like this one name the theory that made them."""
    return (
        f"A record like this one names the theory that made it in {percent(table.right)} of cases; chance alone would in "
        f"{percent(1 / len(table.theories))} ({table.records:,} simulated records of each theory, none of them learnt from)."
    )


def cannot_tell(table: Confusion) -> tuple[str, ...]:
    """Theories that the reader, where each is true, gives little more than their prior."""
    chance = 1 / len(table.theories)
    lost = [name for h, name in enumerate(table.theories) if table.mean[h][h] < 1.6 * chance]
    return (f"This record could not have told {listed(lost)} from one another.",) if len(lost) > 1 else ()


def _odds(weights: Mapping[str, float]) -> float:
    inside = sum(weight for name, weight in weights.items() if name in RESCUE)
    return inside / max(sum(weights.values()) - inside, 1e-6)


def rescue(rows: Sequence[TheoryWeight], readings: Sequence[Reading]) -> tuple[str, ...]:
    """How much the record speaks for rescue against all other theories, and how that hangs on coding and start."""
    prior = _odds({row.theory: row.prior for row in rows})
    if not 0 < prior < float("inf"):
        return ()

    def ratio(reading: Reading) -> str:
        if not reading.weights:
            return "refused"
        factor = _odds(reading.weights) / prior
        return f"{_round(factor)}:1" if factor >= 1 else f"1:{_round(1 / factor)}"

    others = [f"{ratio(reading)} ({_label(reading)})" for reading in readings[1:]]
    said = f"For theories of rescue ({listed(list(RESCUE))}) against all others the evidence is {ratio(readings[0])}"
    return (f"{said}; it is {listed(others)}." if others else f"{said}.",)


def _label(reading: Reading) -> str:
    parts = [f"coding {reading.coding}"] if reading.coding != "default" else []
    return ", ".join([*parts, *([f"start {reading.start}"] if reading.start != AS_WRITTEN else [])])


def far(beyond: float, refused: str) -> tuple[str, ...]:
    """That the record lies at the edge of what the theories make, where it does."""
    if refused or beyond >= POOR:
        return ()
    return (
        f"Only {percent(beyond)} of simulated records lie farther out than the real one: none of these theories reproduces it well.",
    )


def known(data: Observations, record: Record) -> str:
    """How much of the record was known as it happened, and what of it the scenario's own numbers were scaled on."""
    said = f"{data.retrospective} of {int(data.known.sum())} monthly data were not known as they happened."
    if record.prior_saw:
        said += (
            f" The scenario's own numbers were scaled on {listed(record.prior_saw)}, so this record is not an independent witness."
        )
    return said


def fitting(fits: Mapping[str, float]) -> tuple[str, ...]:
    """Whether any theory makes records like this one at all."""
    if not fits:
        return ()
    none = [name for name, share in fits.items() if share < POOR]
    if len(none) == len(fits):
        best = max(fits, key=lambda name: fits[name])
        return (
            f"None fits is a possible answer: of each theory's own simulated records at most {percent(fits[best])} ({best}) lie as far out "
            "as the real one.",
        )
    return (
        (f"Fewer than {percent(POOR)} of the records that {listed(none)} would make lie as far out as the real one.",)
        if none
        else ()
    )


def roads(rows: Sequence[TheoryWeight], exact: Sequence[ExactWeight], wanted: float) -> tuple[str, ...]:
    """What the exact road gives, how far the two roads are apart, and which evidences are not well known."""
    if not exact:
        return ()
    order = sorted(exact, key=lambda row: -row.posterior)
    first, second = order[0], order[1]
    out = [
        f"By the filters the record gives {first.theory} {percent(first.posterior)} (± {percent(first.sd)}), then {second.theory} "
        f"{percent(second.posterior)}; the two roads to the weights are {percent(_apart(rows, exact))} apart on average."
    ]
    factor = first.log_evidence - second.log_evidence
    error = math.hypot(first.evidence_sd, second.evidence_sd)
    out.append(
        f"Log evidence of {first.theory} less that of {second.theory}: {factor:.1f} ± {error:.1f}, a Bayes factor of {_round(math.exp(factor))} "
        f"(90%: {_round(math.exp(factor - 1.645 * error))} to {_round(math.exp(factor + 1.645 * error))})."
    )
    rough = [row.theory for row in exact if not row.evidence_sd <= wanted]
    if rough:
        out.append(f"The log evidence of {listed(rough)} is known to no better than ± {max(row.evidence_sd for row in exact):.1f}.")
    return tuple(out)


def _apart(rows: Sequence[TheoryWeight], exact: Sequence[ExactWeight]) -> float:
    return sum(abs(row.posterior - one.posterior) for row, one in zip(rows, exact, strict=True)) / len(exact)


def _round(x: float) -> str:
    return f"{float(f'{x:.2g}'):,.10g}"
