"""The exact road over many wars: filters on each record, and the gains of a theory shared between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from countermove.compute.executor import Executor
from countermove.engine.program import Program
from countermove.engine.run import Engine
from countermove.evidence.observations import Observations
from countermove.evidence.theory_evidence import Evidence, FilterEffort, evidences
from countermove.questions.options import Progress, with_label
from countermove.questions.weigh.finding import USABLE_SD, WarWeights
from countermove.questions.weigh.finding_pool import GainInWar, PoolByFilters, PooledGain, PooledTheory, PooledWeights
from countermove.questions.weigh.gains import gain_at, gains_of, shared_gains
from countermove.questions.weigh.hierarchy import PooledEvidence, half_normal, leaving_one_out, pooled_evidence, pooled_weights
from countermove.world.titles import Titles
from countermove.world.words import counted, listed, mean_error, percent

POOL_EFFORT = FilterEffort(populations=2)  # more are added where the evidence is rough
FEW = 10  # effective draws, below which a war's gain is a guess


class WarAtHand(NamedTuple):
    """A record that counts, as it is filtered: under its default coding, as far as it was known by the decision or as hindsight."""

    record: str
    known: bool
    engine: Engine
    data: Observations


class WarEvidence(NamedTuple):
    """A war with the evidence of each theory."""

    record: str
    known: bool
    program: Program
    evidence: tuple[Evidence, ...]

    @property
    def by_name(self) -> dict[str, Evidence]:
        """The evidence by theory."""
        return {one.theory: one for one in self.evidence}

    @property
    def lost(self) -> tuple[str, ...]:
        """Theories whose filters lost the record: their log evidence differs too much between populations to be one."""
        return tuple(one.theory for one in self.evidence if not one.sd <= USABLE_SD)

    def with_evidence(self, war: WarWeights) -> WarWeights:
        """The war's reading with its log evidences."""
        logs = {one.theory: one.log_evidence for one in self.evidence}
        return replace(war, log_evidence=logs, log_evidence_sd={one.theory: one.sd for one in self.evidence})


def filter_wars(
    wars: Sequence[WarAtHand], executor: Executor, exactness: FilterEffort, progress: Progress
) -> tuple[WarEvidence, ...]:
    """Filters of every theory on every war."""
    return tuple(
        WarEvidence(
            war.record,
            war.known,
            war.engine.program,
            evidences(war.engine, war.data, executor, exactness, progress=with_label(progress, war.record)),
        )
        for war in wars
    )


def pool_by_filters(wars: Sequence[WarEvidence], exactness: FilterEffort) -> PoolByFilters:
    """The wars together, with those known by the decision alone, and with each left out; equal priors.

    Theories that some war does not ask about are left out. Raises EvidenceError where there is no war.
    """
    names = [name for name in (wars[0].by_name if wars else ()) if all(name in war.by_name for war in wars)]
    records = [war.record for war in wars]
    groups = np.vstack([leaving_one_out(len(wars)), [[war.known for war in wars]]])
    programs = [war.program for war in wars]
    shared = {name: shared_gains(programs, name) for name in names}
    found = [
        pooled_evidence(
            name,
            [gains_of(war.record, war.program, war.by_name[name], shared[name]) for war in wars],
            shared[name],
            groups=groups,
            seed=exactness.seed,
        )
        for name in names
    ]
    weights, sds = pooled_weights(found, np.ones(len(names)) / len(names))
    rows = [_weights(records, names, groups[s], weights[s], sds[s]) for s in range(len(groups))]
    between = half_normal()
    return PoolByFilters(
        known=rows[-1] if groups[-1].any() else None,
        hindsight=rows[0],
        without={record: row for record, row in zip(records, rows[1:-1], strict=True) if row.wars},
        theories=tuple(_theory(records, shared[one.theory], one) for one in found),
        gains=tuple(row for one in found for row in _gains(wars, one)),
        between=float(between.weight @ between.share),
        draws=exactness.draws,
        particles=exactness.particles,
    )


def _weights(
    records: Sequence[str], names: Sequence[str], group: np.ndarray, weights: np.ndarray, sds: np.ndarray
) -> PooledWeights:
    return PooledWeights(
        tuple(record for record, there in zip(records, group, strict=True) if there),
        dict(zip(names, (float(x) for x in weights), strict=True)),
        dict(zip(names, (float(x) for x in sds), strict=True)),
    )


def _theory(records: Sequence[str], parameters: tuple[str, ...], one: PooledEvidence) -> PooledTheory:
    given = one.log_evidence[0] - one.log_evidence[1 : 1 + len(records)]
    return PooledTheory(
        one.theory,
        parameters,
        float(one.log_evidence[0]),
        float(one.sd[0]),
        float(one.apart[0]),
        one.between,
        dict(zip(records, (float(x) for x in given), strict=True)),
    )


def _gains(wars: Sequence[WarEvidence], one: PooledEvidence) -> list[PooledGain]:
    out: list[PooledGain] = []
    for gain in one.gains:
        rows: list[GainInWar] = []
        for war, alone, shrunk, effective in zip(wars, gain.alone, gain.shrunk, one.effective, strict=True):
            at = gain_at(war.program, gain.parameter, np.array([alone[0], shrunk[0]]))
            rows.append(
                GainInWar(
                    war.record,
                    (float(alone[0]), float(alone[1])),
                    (float(shrunk[0]), float(shrunk[1])),
                    float(at[0]),
                    float(at[1]),
                    float(effective),
                )
            )
        out.append(PooledGain(one.theory, gain.parameter, gain.mean, gain.sd, tuple(rows)))
    return out


def filter_sentences(found: PoolByFilters, amortised: Mapping[str, float], wanted: float, titles: Titles) -> tuple[str, ...]:
    """What the exact road says of all wars, how far it is from the amortised one, and what it does not know well."""
    by_decision = "" if found.known is None else f"by the date of the decision {_best(found.known, titles)}; "
    on = counted(len(found.hindsight.wars), "war")
    out = [f"By the filters, on {on} with gains that they share: {by_decision}with hindsight {_best(found.hindsight, titles)}."]
    names = [name for name in found.hindsight.weights if name in amortised]
    if names:
        apart = np.mean([abs(found.hindsight.weights[name] - amortised[name]) for name in names])
        out.append(f"The two roads to the weights of these wars are {percent(float(apart))} apart on average.")
    leaders = sorted({row.leader for row in found.without.values()})
    if len(leaders) > 1:
        out.append(f"By the filters too it hangs on single wars: leaving one out, the leader is {titles.say_theories(leaders)}.")
    rough = [row for row in found.theories if not row.sd <= wanted]
    if rough:
        worst = max(row.sd for row in rough)
        out.append(
            f"The log evidence of {titles.say_theories(row.theory for row in rough)} on these wars is known to no better than ± {worst:.1f}."
        )
    few = {gain.theory: sum(one.effective < FEW for one in gain.wars) for gain in found.gains}
    said = [f"{titles.say_theory(theory)} in {counted(number, 'war')}" for theory, number in few.items() if number]
    if said:
        out.append(f"Fewer than {FEW} draws stand for the gains of {listed(said)}.")
    return tuple(out)


def lost_sentences(wars: Sequence[WarEvidence]) -> tuple[str, ...]:
    """Which wars the filters could not follow."""
    found = [war for war in wars if war.lost]
    if not found:
        return ()
    said = listed([f"{war.record} ({counted(len(war.lost), 'theory', 'theories')})" for war in found])
    return (
        f"The filters lost the record of {said}: log evidences there differ by more than {USABLE_SD:g} between populations. These wars count for "
        "nothing on this road.",
    )


def _best(row: PooledWeights, titles: Titles) -> str:
    return f"{titles.say_theory(row.leader)} ({mean_error(row.weights[row.leader], row.sd[row.leader], 'share')})"
