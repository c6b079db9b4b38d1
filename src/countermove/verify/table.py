"""The table of checks. A new check is a function that returns lines, entered here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from countermove.compute.local import Local
from countermove.verify import (
    arms_race,
    bargain_laws,
    base_rates,
    combat,
    conservation,
    contest,
    crises,
    likelihoods,
    no_difference,
    offsets,
    open_loop,
    owner_estimates,
    regimes,
    rivals,
    silences,
    spigots,
    symmetry,
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
    Check("bargain", bargain_laws.fearon),
    Check("bargain: commitment", bargain_laws.powell),
    Check("bargain: convergence", bargain_laws.convergence),
    Check("bargain: pain", bargain_laws.bereaved),
    Check("bargain: arms against a spigot", bargain_laws.spigot),
    Check("bargain: a patron who left", bargain_laws.leaving),
    Check("bargain: laws", bargain_laws.laws),
    Check("logit choice", no_difference.precision),
    Check("status quo", no_difference.status_quo),
    Check("a patron without support", no_difference.patron_without_support),
    Check("conservation", conservation.conservation),
    Check("symmetry", symmetry.symmetry),
    Check("open loop", open_loop.monotone),
    Check("offset", offsets.limits),
    Check("likelihoods of a record", likelihoods.likelihoods),
    Check("evidence", likelihoods.evidence),
    Check("particle filter", likelihoods.unbiased),
    Check("populations of filters", likelihoods.populations),
    Check("scores", likelihoods.forecast),
    Check("estimates", owner_estimates.estimates),
    Check("losing and winning", owner_estimates.called),
    Check("silence on a tree", silences.silences),
    Check("commitment on a tree", silences.commitments),
    Check("rivals who look ahead", rivals.classics),
    Check("without a bargain", base_rates.unsettled),
    Check("base rates of the engine", base_rates.engine_rates),
    Check("base rates of the reference", base_rates.reference_rates),
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
