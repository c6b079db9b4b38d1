"""The table of checks. A new check is a function that returns lines, entered here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from countermove.compute.local import Local
from countermove.verify import (
    arms_race,
    books,
    combat,
    contest,
    crises,
    mirror,
    nulls,
    offsets,
    open_loop,
    peace,
    rates,
    record,
    regimes,
    signals,
    silences,
    spigots,
)
from countermove.verify.line import Line, Verified


@dataclass(frozen=True)
class Check:
    """A few lines of the table that are computed together."""

    name: str
    lines: Callable[[], list[Line]]


CHECKS: tuple[Check, ...] = (
    Check("bargaining", crises.bargaining),
    Check("audience costs", crises.audience),
    Check("war of attrition", crises.attrition),
    Check("contest of two sponsors", contest.equilibria),
    Check("contest: existence", contest.existence),
    Check("contest: reactions", contest.reactions),
    Check("arms race", arms_race.richardson),
    Check("laws of attrition", combat.laws),
    Check("Iwo Jima", combat.iwo_jima),
    Check("the spigot as a loop", spigots.loop),
    Check("two spigots", spigots.duel),
    Check("clocks", regimes.clocks),
    Check("regimes alone", regimes.settlements),
    Check("bargain", peace.fearon),
    Check("bargain: commitment", peace.powell),
    Check("bargain: convergence", peace.convergence),
    Check("bargain: pain", peace.bereaved),
    Check("bargain: arms against a spigot", peace.spigot),
    Check("bargain: a patron who left", peace.leaving),
    Check("bargain: laws", peace.laws),
    Check("logit choice", nulls.precision),
    Check("status quo", nulls.status_quo),
    Check("a patron without support", nulls.irrelevant),
    Check("conservation", books.conservation),
    Check("symmetry", mirror.symmetry),
    Check("open loop", open_loop.monotone),
    Check("offset", offsets.limits),
    Check("likelihoods of a record", record.likelihoods),
    Check("evidence", record.evidence),
    Check("particle filter", record.unbiased),
    Check("populations of filters", record.populations),
    Check("scores", record.forecast),
    Check("estimates", signals.estimates),
    Check("losing and winning", signals.called),
    Check("silence on a tree", silences.silences),
    Check("commitment on a tree", silences.commitments),
    Check("without a bargain", rates.unsettled),
    Check("base rates of the engine", rates.engine_rates),
    Check("base rates of the reference", rates.reference_rates),
)


def verify(progress: Callable[[str], None] | None = None) -> Verified:
    """Every line of the table, in order; `progress` hears the name of each check as its lines are waited for.

    A line that does not hold is in the answer with ok False; nothing is raised for it.
    """
    lines: list[Line] = []
    results = Local().map(_lines, CHECKS)
    for check in CHECKS:
        if progress is not None:
            progress(check.name)
        lines += next(results)
    return Verified(tuple(lines))


def _lines(check: Check) -> list[Line]:
    return check.lines()
