"""`like: another-scenario`: numbers that are not written are borrowed from it, widened and marked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from countermove.scenario.distributions import NEGLIGIBLE, mass_outside
from countermove.scenario.parameter_tables import default_prior, parameters
from countermove.scenario.schema import Hypothesis, Patron, Scenario, Side, Source
from countermove.world.prior import Prior

WIDER = 1.5


def widen(prior: Prior, support: tuple[float, float]) -> Prior:
    """The same prior with a spread 1.5 times as large, kept inside `support`, marked as borrowed. A fixed number stays as it is."""
    if prior.kind == "experts":
        answers = tuple((name, widen(answer, support)) for name, answer in prior.experts)
        return replace(prior, experts=answers, borrowed=True)
    # twelve digits: 1.5 times 0.15 is 0.225 on paper
    wide = replace(prior, args=tuple(float(f"{arg:.12g}") for arg in _spread(prior, support)), borrowed=True)
    if wide.above is not None or wide.kind == "fixed":
        return wide
    under, over = mass_outside(wide, *support)
    if under > NEGLIGIBLE and math.isfinite(support[0]):
        wide = replace(wide, low=support[0])
    return replace(wide, high=support[1]) if over > NEGLIGIBLE and math.isfinite(support[1]) else wide


def _spread(prior: Prior, support: tuple[float, float]) -> tuple[float, ...]:
    args = prior.args
    if prior.kind in ("normal", "lognormal"):
        return args[0], args[1] * WIDER
    if prior.kind == "halfnormal":
        return (args[0] * WIDER,)
    if prior.kind == "gamma":
        return args[0] / WIDER**2, args[1] * WIDER**2
    if prior.kind in ("beta", "dirichlet"):
        return tuple(arg / WIDER**2 for arg in args)
    if prior.kind == "uniform":
        middle, half = (args[0] + args[1]) / 2, (args[1] - args[0]) / 2 * WIDER
        return max(middle - half, support[0]), min(middle + half, support[1])
    if prior.kind == "quantiles":
        return _stretched(args, support)
    return args


def _stretched(args: tuple[float, ...], support: tuple[float, float]) -> tuple[float, ...]:
    """Quantiles pulled away from their middle one, on the scale on which the bounds are infinitely far."""
    values = args[1::2]
    middle = values[len(values) // 2]
    if support[0] >= 0 and values[0] > 0 and not (support[1] <= 1 and values[-1] >= 1):
        if support[1] <= 1:
            logits = [math.log(v / (1 - v)) for v in values]
            centre = math.log(middle / (1 - middle))
            wide = [1 / (1 + math.exp(-(centre + WIDER * (logit - centre)))) for logit in logits]
        else:
            wide = [min(middle * (v / middle) ** WIDER, support[1]) for v in values]
    else:
        wide = [min(max(middle + WIDER * (v - middle), support[0]), support[1]) for v in values]
    increasing = all(a < b for a, b in pairwise(wide))
    return tuple(x for pair in zip(args[::2], wide if increasing else values, strict=True) for x in pair)


class Lender:
    """The other scenario, its actors matched with ours: by name, else by role (the owner and its client, the rivals and theirs)."""

    def __init__(self, base: Scenario, sides: Iterable[str], supports: Mapping[str, str], owner: str) -> None:
        """`supports` says for each of our patrons which of our `sides` it supports."""
        self.base = base
        self.sources: dict[str, Source] = {}
        self._renamed: dict[str, str] = {}
        client = supports.get(owner, "")
        base_client = base.patrons[base.owner].supports
        self._sides = _match(
            {"client": [s for s in sides if s == client], "other": [s for s in sides if s != client]},
            {"client": [base_client], "other": [s for s in base.sides if s != base_client]},
        )
        self._patrons = _match(
            {
                "owner": [p for p in supports if p == owner],
                "ally": [p for p in supports if p != owner and supports[p] == client],
                "rival": [p for p in supports if p != owner and supports[p] != client],
            },
            {
                "owner": [base.owner],
                "ally": [p for p, patron in base.patrons.items() if p != base.owner and patron.supports == base_client],
                "rival": [p for p, patron in base.patrons.items() if p != base.owner and patron.supports != base_client],
            },
        )

    def side(self, name: str) -> Side | None:
        """Our side's counterpart."""
        return self.base.sides.get(self._sides.get(name, ""))

    def patron(self, name: str) -> Patron | None:
        """Our patron's counterpart."""
        return self.base.patrons.get(self._patrons.get(name, ""))

    def readiness(self) -> Prior | None:
        """What the other scenario's alliance has ready."""
        found = next((party.readiness for party in self.base.third_parties.values() if party.readiness is not None), None)
        return None if found is None else self.number(found, "alliance.readiness")

    def number(self, prior: Prior, parameter: str) -> Prior | None:
        """The other's number, widened; None where the other took it from the table itself."""
        if prior == default_prior(parameter):
            return None
        return widen(self._sourced(prior), parameters()[parameter].support)

    def hypotheses(self, name: str) -> dict[str, Hypothesis]:
        """The counterpart's theories with every number widened."""
        patron = self.patron(name)
        return {} if patron is None else {theory: self.hypothesis(hypothesis) for theory, hypothesis in patron.theories.items()}

    def hypothesis(self, hypothesis: Hypothesis) -> Hypothesis:
        """One theory with every number widened."""
        return Hypothesis(weight=hypothesis.weight, parameters=self.numbers(hypothesis.parameters))

    def numbers(self, written: Mapping[str, Prior]) -> dict[str, Prior]:
        """Written parameters, widened."""
        return {name: widen(self._sourced(prior), parameters()[name].support) for name, prior in written.items()}

    def _sourced(self, prior: Prior) -> Prior:
        """Keep the source of a borrowed number, and remember that it is needed."""
        source = prior.source
        if source in self.base.sources:
            self.sources[source] = self.base.sources[source]
        elif source != "judgement":
            source = "judgement"  # the words of a table, which are no key of any file
        experts = tuple((name, self._sourced(answer)) for name, answer in prior.experts)
        return replace(prior, source=source, experts=experts)


def _match(ours: Mapping[str, list[str]], theirs: Mapping[str, list[str]]) -> dict[str, str]:
    """Each of our names with one of theirs: the same name in any role, else the same place in the same role, else the last there."""
    known = {name for names in theirs.values() for name in names}
    matched = {name: name for names in ours.values() for name in names if name in known}
    for role, names in ours.items():
        free = [name for name in theirs[role] if name not in matched.values()] or theirs[role]
        for place, name in enumerate(name for name in names if name not in matched):
            if free:
                matched[name] = free[min(place, len(free) - 1)]
    return matched
