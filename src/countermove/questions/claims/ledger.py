"""The study behind `claims`: every sentence of an argument asked of the record, and of the runs of every strategy under every theory."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from countermove.errors import DecisionError
from countermove.questions.claims.finding import ByTheory, ClaimsLedger, ClaimVerdict, InModel, Mover, Statistic, Way, Weighted
from countermove.questions.claims.heard import Heard, hear, without_condition
from countermove.questions.claims.on_model import Coordinate, beyond, figure, movers, odds, of_rung, true_share, window
from countermove.questions.claims.on_record import on_record
from countermove.questions.claims.query import ClaimQuery, claim_query
from countermove.questions.explore.inputs import uncertain
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.people import titles_of
from countermove.questions.weigh.cached_weighing import fullest_cached
from countermove.scenario.doubts.claims import claims_by_assumption, claims_that_cannot_fail
from countermove.scenario.doubts.written import MarkedScenario
from countermove.scenario.linked_files import record_of
from countermove.scenario.schema import Claim, Scenario
from countermove.world.expression import Query, text

Source = Literal["priors", "record"]
NO_RECORD = "The scenario names no record, so the theories have their priors and no other weights."
NOT_KEPT = "No weighing of the record is kept for this scenario, seed and code: the theories have their priors. `countermove weigh` weighs it."
DIVIDES = "it divides by zero in some months; the months in which it can be asked belong after the bar"
STILL = "in these runs the case never arises, or what the slope is drawn against never varies"
REFUSED = "The weighing that is kept gives these theories no weights: they have their priors."


def claims(scenario: Scenario, options: RunOptions, *, progress: Progress = silent) -> ClaimsLedger:
    """Every claim of the scenario on its record and in its model.

    Args:
        scenario: with its claims; the record is read as far as it was known at `clock.known-until`.
        options: `draws` (None: 256), `lucks`, `seed`, `strategies`, `theories`, `executor`, `plugins`. All strategies count alike, and
            the theories by their priors, with the weights of the record beside them where a weighing is kept.
        progress: told how far it is.

    Raises:
        DecisionError: no claims, or too few draws for any.
        CompileError: a strategy or theory that there is not.
        RecordError: a record that cannot be read.
    """
    clock = time.perf_counter()
    if not scenario.claims:
        raise DecisionError(
            "the scenario has no claims", where=scenario.scenario, next="Write an argument under claims:, a sentence each"
        )
    record = None if scenario.record is None else record_of(scenario)
    heard = hear(scenario, _queries(scenario), options, progress)
    weights, why = _weights(scenario, heard, options)
    numbers = tuple(
        Coordinate(one.name, one.where, one.doc, one.column.unit, one.values) for one in uncertain(heard.program, heard.draws)
    )
    verdicts = _ModelVerdicts(heard, weights, numbers, assumed_of(scenario))
    until = scenario.clock.known_until
    rows = [
        ClaimVerdict(name, claim.by, claim.says, on_record(claim, record, until), *verdicts.verdict(name, claim))
        for name, claim in scenario.claims.items()
    ]
    return ClaimsLedger(
        scenario=scenario.scenario,
        record=scenario.record or "",
        known_until=until,
        claims=tuple(rows),
        strategies=heard.strategies,
        theories=heard.theories,
        rungs=tuple(heard.program.cast.ladders[0][rung].name for rung in heard.ladder.values()),
        draws=heard.draws.size,
        lucks=options.lucks,
        months=scenario.clock.months,
        seed=options.seed,
        weights_why=why,
        seconds=time.perf_counter() - clock,
        titles=titles_of(heard.program),
    )


def assumed_of(scenario: Scenario) -> dict[str, str]:
    """Why a claim's verdict in the model could not have been otherwise, as `check` doubts it: by its words, or by a number that is bounded."""
    written = MarkedScenario(scenario)
    return {
        path.removeprefix("claims.").removesuffix(".model"): message
        for doubts in (claims_by_assumption, claims_that_cannot_fail)
        for path, message, _ in doubts(written)
        if path.endswith(".model")
    }


def _queries(scenario: Scenario) -> list[Query]:
    """All that the claims ask of the runs, in their order."""
    found: list[Query] = []
    for claim in scenario.claims.values():
        if claim.model is not None:
            try:
                found += [query for query in claim_query(claim.model).queries if not beyond(query, scenario.clock.months)]
            except DecisionError:
                continue  # its verdict says so
    return found


def _weights(scenario: Scenario, heard: Heard, options: RunOptions) -> tuple[Mapping[Source, np.ndarray], str]:
    """The theories' weights [H]: the priors, and those of the record where a weighing is kept; else why there are none of these."""
    prior = options.weights(heard.program, heard.theories)
    found: dict[Source, np.ndarray] = {"priors": _normal(prior, heard.theories)}
    if scenario.record is None:
        return found, NO_RECORD
    kept = fullest_cached(scenario, options)
    if kept is None:
        return found, NOT_KEPT
    given = kept.weighing.used_weights
    same = kept.weighing.patron == heard.program.cast.patrons[heard.program.rival]
    if not same or sum(given.get(theory, 0.0) for theory in heard.theories) <= 0:
        return found, REFUSED
    return {**found, "record": _normal(given, heard.theories)}, ""


def _normal(weights: Mapping[str, float], theories: tuple[str, ...]) -> np.ndarray:
    shares = np.array([weights.get(theory, 0.0) for theory in theories])
    return shares / shares.sum()


def _mixed(of: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The sums [..., D] of a mixture of theories, from sums [..., H, halves, D]."""
    return np.einsum("...hpd,h->...d", of, weights)


@dataclass(frozen=True)
class _ModelVerdicts:
    """What the runs say, and how the theories are weighed."""

    heard: Heard
    weights: Mapping[Source, np.ndarray]
    numbers: tuple[Coordinate, ...]
    assumed: Mapping[str, str]  # by claim

    def verdict(self, name: str, claim: Claim) -> tuple[InModel, tuple[Mover, ...]]:
        """The verdict of the model on one claim, and the numbers that turn it."""
        if claim.model is None:
            return InModel("", "not asked", "no query is written"), ()
        try:
            one = claim_query(claim.model)
        except DecisionError as error:
            return InModel(text(claim.model), "cannot tell", str(error)), ()
        if any(beyond(query, self.heard.program.cast.months) for query in one.queries):
            return InModel(text(claim.model), "cannot tell", "it looks further than a run is long"), ()
        of = np.stack([self.heard.pooled(query) for query in one.queries])  # [Q, 2, H, halves, D]
        if np.isnan(of).any():
            return InModel(text(claim.model), "cannot tell", DIVIDES), ()
        found = replace(self._found(one, of, text(claim.model)), assumed=self.assumed.get(name, ""))
        if found.weighted is None:
            return found, ()
        return found, movers(one, _mixed(of, self.weights["priors"]), self.heard.draws.scramble, self.numbers)

    def _found(self, one: ClaimQuery, of: np.ndarray, says: str) -> InModel:
        heard, months = self.heard, self.heard.program.cast.months
        rows = tuple(self._under(one, of[:, :, h], theory) for h, theory in enumerate(heard.theories))
        weighted = {source: self._weighted(source, one, of, rows) for source in self.weights}
        main, rung = weighted["priors"], any(of_rung(query, heard.owner) for query in one.queries)
        association = any(query.op == "slope" for query in one.queries)
        way: Way = "association" if association else "months"
        unknown = STILL if association else "the case never arises in these runs"
        if rung:
            way = "rungs"
        return InModel(
            says,
            "cannot tell" if main is None else main.figure.verdict,
            unknown if main is None else "",
            criterion=one.criterion,
            way=way,
            unit=_unit(one, heard.owner),
            by_theory=rows,
            by_strategy={} if rung else self._by_strategy(one),
            weighted=main,
            by_record=weighted.get("record"),
            anyway=self._anyway(one),
            across=self._across(one) if rung else None,
            arises=self._arises(one),
            left_out=max(months - (end - first) for first, end in (window(query, months) for query in one.queries)),
        )

    def _under(self, one: ClaimQuery, of: np.ndarray, theory: str) -> ByTheory:
        return ByTheory(theory, self._figure(one, of.sum(axis=-2)), *true_share(one, of, self.heard.draws.scramble))

    def _weighted(self, source: Source, one: ClaimQuery, of: np.ndarray, rows: tuple[ByTheory, ...]) -> Weighted | None:
        """Over the theories by one set of weights; None where the case arises under none of them."""
        weights, theories = self.weights[source], self.heard.theories
        true, se = np.array([row.true for row in rows]), np.array([row.true_se for row in rows])
        if not (np.isfinite(true) & (weights > 0)).any():
            return None
        shares = {theory: float(weight) for theory, weight in zip(theories, weights, strict=True)}
        return Weighted(source, shares, self._figure(one, _mixed(of, weights)), odds(theories, weights, true, se))

    def _figure(self, one: ClaimQuery, of: np.ndarray) -> Statistic:
        return figure(one, of, self.heard.draws.scramble)

    def _by_strategy(self, one: ClaimQuery) -> dict[str, Statistic]:
        """Each strategy alone, over the theories by their priors."""
        of = np.stack([_mixed(self.heard.months[query], self.weights["priors"]) for query in one.queries])  # [Q, 2, S, D]
        return {name: self._figure(one, of[:, :, s]) for s, name in enumerate(self.heard.strategies)}

    def _anyway(self, one: ClaimQuery) -> Statistic | None:
        """The same statistic of all months, whether or not the condition holds."""
        if one.only is None or one.only.given is None or one.only.op == "slope":
            return None
        of = self.heard.months[without_condition(one.only)].sum(axis=1)
        return self._figure(one, _mixed(of, self.weights["priors"])[None])

    def _across(self, one: ClaimQuery) -> Statistic:
        """The slope on the owner's rung over the written strategies."""
        rung = [of_rung(query, self.heard.owner) for query in one.queries]
        of = [
            self.heard.across(query) if moved else self.heard.pooled(query) for query, moved in zip(one.queries, rung, strict=True)
        ]
        return self._figure(one, _mixed(np.stack(of), self.weights["priors"]))

    def _arises(self, one: ClaimQuery) -> float:
        """The share of months in which the condition of the only query holds; nan where there is none."""
        query = one.only
        if query is None or query.given is None or query.op == "slope":
            return float("nan")
        cases, months = (
            float(_mixed(self.heard.months[ask][1], self.weights["priors"]).sum()) for ask in (query, without_condition(query))
        )
        return cases / months


def _unit(one: ClaimQuery, owner: str) -> str:
    """What the statistic is measured in; nothing where that is not plain."""
    query = one.only
    if query is None or query.op == "mean":
        return ""
    if query.op == "slope":
        return "per rung" if of_rung(query, owner) else f"per 1 of {text(query.args[1])}"
    return "share"
