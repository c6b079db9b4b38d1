"""Wars that share a theory's gains: k_c = kbar + tau xi_c, on the standard-normal coordinates of the gains.

In war c the coordinate of a gain is u_c = sqrt(1 - r) ubar + sqrt(r) xi_c with ubar, xi_c ~ N(0, 1): every r leaves u_c ~ N(0, 1), so that
what a war says alone does not hang on the hierarchy (docs/decisions/0006). r = tau^2 / (1 + tau^2), tau ~ HN(.5). The wars' evidence together is

    int p(ubar) p(r) prod_c Z_c E[ N(u_c; sqrt(1 - r) ubar, r) / N(u_c; 0, 1) | record of war c ],

and with kbar = ubar sqrt(1 + tau^2) that ratio is N(u_c; kbar, tau^2) / N(kbar; 0, 1 + tau^2): the posterior of war c, blurred by tau, over the
prior. A few draws are a poor density where tau is small: each is a normal of its own, drawn together so that mean and variance of the
posterior stay as they are (Liu & West 2001). Such a kernel adds to tau^2, the integral over ubar of one war's ratio stays 1, and for r = 1
the ratio stays 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from countermove.errors import EvidenceError
from countermove.questions.weigh.gains import WarGains
from countermove.rng.seeds import stream_of

Floats = NDArray[np.float64]
SCALE, FAR, TAUS = 0.5, 4.0, 10  # tau ~ HN(SCALE), followed to FAR times that, at so many nodes
WIDE = 6.0  # ubar is followed so far to either side,
NODES: tuple[int, ...] = (1, 401, 101)  # at so many nodes for each of 0, 1, 2 shared gains
COARSE = 1.2  # most that a node may be apart, in standard deviations of the narrowest product of kernels
SAMPLES = 64
_TINY = 1e-300


@dataclass(frozen=True)
class BetweenWars:
    """How far the gains of wars may lie apart: values of tau [T], in standard deviations of the prior's coordinate, with weights [T]."""

    tau: Floats
    weight: Floats

    @property
    def share(self) -> Floats:
        """r [T], the share of the variance that lies between wars."""
        square = np.square(self.tau)
        return square / (1 + square)


def half_normal(scale: float = SCALE) -> BetweenWars:
    """tau ~ HN(scale), by Gauss-Legendre quadrature."""
    x, weight = np.polynomial.legendre.leggauss(TAUS)
    tau = (x + 1) / 2 * FAR * scale
    mass = weight * np.exp(-0.5 * np.square(tau / scale))
    return BetweenWars(tau, mass / mass.sum())


@dataclass(frozen=True)
class SharedGain:
    """A gain in the light of all wars, on its standard-normal coordinate (prior N(0, 1)): `mean`, `sd` of ubar; [C, 2] mean and sd of
    u_c, by its war `alone` and `shrunk` by the others."""

    parameter: str
    mean: float
    sd: float
    alone: Floats
    shrunk: Floats


@dataclass(frozen=True)
class PooledEvidence:
    """Evidence of one theory from groups of wars [S].

    `log_evidence` [S] with shared gains, `apart` [S] with gains drawn anew in every war; `replicates` [B, S] are the former with populations
    drawn anew: their spread is the Monte-Carlo error (nan where a war has one population). The rest is of all wars:
    `between` the posterior mean of r (prior: `Between`), `effective` [C] what the draws of a war are worth when shrunk by the others.
    """

    theory: str
    log_evidence: Floats
    apart: Floats
    replicates: Floats
    between: float
    gains: tuple[SharedGain, ...]
    effective: Floats

    @property
    def sd(self) -> Floats:
        """Monte-Carlo standard deviation [S] of the log evidences."""
        return self.replicates.std(axis=0, ddof=1)


def pooled_evidence(
    theory: str,
    wars: Sequence[WarGains],
    parameters: Sequence[str] = (),
    *,
    groups: NDArray[np.bool_] | None = None,
    between: BetweenWars | None = None,
    samples: int = SAMPLES,
    seed: int = 0,
) -> PooledEvidence:
    """The evidence of a theory from groups of wars that share the gains named `parameters` (none: the log evidences add up).

    Args:
        wars: what each war says [C].
        groups: which wars stand in each group [S, C]; without it all wars, then all but each (their difference is the log density of that
            war's record, given the others).
        between: how far gains lie apart.
        samples: replicates B.
        seed: of the replicates; every theory has its own.

    Raises EvidenceError where there is no war or the wars do not know these gains.
    """
    if not wars:
        raise EvidenceError(f"no wars to pool for {theory}")
    if any(war.u.shape[2] != len(parameters) for war in wars):
        raise EvidenceError(f"{theory} shares {len(parameters)} gains", where=", ".join(war.war for war in wars))
    groups = leaving_one_out(len(wars)) if groups is None else groups
    between = between or half_normal()
    generator = stream_of(seed, crc32(theory.encode()))
    drawn = [_bootstrap(war, samples, generator) for war in wars]
    logs = groups @ np.array([own.logs for own in drawn])  # [S, 1 + B]
    apart = logs[:, 0]
    joint = _Joint([_Kernels.of(war, own, len(wars)) for war, own in zip(wars, drawn, strict=True)], between)
    if parameters:
        logs = logs + joint.ratios(groups)
    replicates = logs[:, 1:].T
    if any(len(war.log_evidences) < 2 for war in wars):
        replicates = np.full_like(replicates, np.nan)
    share, gains, effective = joint.posterior(wars, parameters) if parameters else (float("nan"), (), np.full(len(wars), np.nan))
    return PooledEvidence(theory, logs[:, 0], apart, replicates, share, gains, effective)


def leaving_one_out(wars: int) -> NDArray[np.bool_]:
    """All wars, then all but the first, and so on [1 + C, C]."""
    return np.vstack([np.ones((1, wars), bool), ~np.eye(wars, dtype=bool)])


def pooled_weights(theories: Sequence[PooledEvidence], prior: Floats) -> tuple[Floats, Floats]:
    """Weights [S, H] of the theories by each group of wars, and their Monte-Carlo standard deviations [S, H]."""
    with np.errstate(divide="ignore"):
        added = np.log(prior)

    def shares(logs: Floats) -> Floats:
        mass = np.exp(logs + added - (logs + added).max(axis=-1, keepdims=True))
        return mass / mass.sum(axis=-1, keepdims=True)

    weights = shares(np.stack([one.log_evidence for one in theories], axis=-1))
    return weights, shares(np.stack([one.replicates for one in theories], axis=-1)).std(axis=0, ddof=1)


class _Bootstrap(NamedTuple):
    """A war as it is, and drawn anew B times: log evidence [1 + B], weight of each draw [1 + B, N]."""

    logs: Floats
    weight: Floats


def _bootstrap(war: WarGains, samples: int, generator: np.random.Generator) -> _Bootstrap:
    """Bayesian bootstrap (Rubin 1981) of populations, which differ in their evidence and in their draws; what draws in one population have in
    common makes drawing these anew say too little.

    Shares of I populations are Dirichlet with parameter (I - 2) / I, with which a mean varies by s^2 / I; of two, one is taken.
    """
    populations = len(war.log_evidences)
    tall = generator.gamma(max((populations - 2) / populations, 0.02), size=(samples, populations))
    share = np.vstack([np.ones((1, populations)), np.maximum(tall, _TINY)])
    share = share / share.sum(axis=1, keepdims=True)
    top = war.log_evidences.max()
    parts = np.maximum(share * np.exp(war.log_evidences - top), _TINY)
    total = parts.sum(axis=1, keepdims=True)
    return _Bootstrap(np.log(total[:, 0]) + top, ((parts / total)[:, :, None] * war.weight).reshape(1 + samples, -1))


class _Kernels(NamedTuple):
    """The posterior of a war's gains as normals: weights [1 + B, N], centres [N, K], standard deviations [K]."""

    weight: Floats
    centre: Floats
    sd: Floats

    @classmethod
    def of(cls, war: WarGains, drawn: _Bootstrap, wars: int) -> _Kernels:
        """As wide as Silverman's rule says for so many effective draws, and no narrower than the nodes of the quadrature can follow.

        Mean and variance stay the posterior's, with the prior's variance, 1, counted as that of one draw more, and none above it: what is wider
        than the prior speaks for gains without bound.
        """
        shared = int(war.u.shape[2])
        if shared == 0:
            return cls(drawn.weight, np.zeros((war.weight.size, 0)), np.zeros(0))
        u, weight = war.u.reshape(-1, shared), drawn.weight[0]
        many = war.effective(war.mass)
        mean = weight @ u
        spread = weight @ np.square(u - mean)
        variance = np.minimum((many * spread + 1) / (many + 1), 1)
        narrowest = 2 * WIDE / (NODES[shared] - 1) * math.sqrt(wars) / COARSE
        rule = min((4 / ((shared + 2) * many)) ** (1 / (shared + 4)), 1.0)
        own = np.maximum(np.square(rule) * variance, narrowest**2)
        shrink = np.clip((variance - own) / np.maximum(spread, _TINY), 0, 1)
        return cls(drawn.weight, mean + np.sqrt(shrink) * (u - mean), np.sqrt(np.maximum(own, variance - shrink * spread)))


@dataclass(frozen=True)
class _Joint:
    """All wars over a grid of tau and of one ubar for each shared gain; for one gain the second grid has one node."""

    kernels: Sequence[_Kernels]
    between: BetweenWars

    @property
    def _shared(self) -> int:
        return len(self.kernels[0].sd)

    @property
    def _ubar(self) -> Floats:
        return np.linspace(-WIDE, WIDE, NODES[self._shared])

    @property
    def _prior(self) -> Floats:
        """log prior mass of the nodes, as a product [G, G or 1]."""
        one = -0.5 * np.square(self._ubar)
        one = one - np.log(np.exp(one).sum())
        return one[:, None] + (one[None, :] if self._shared == 2 else np.zeros((1, 1)))

    def _ratio(self, kernels: _Kernels, tau: float, gain: int) -> Floats:
        """For one gain the ratio of each kernel at each node [G, N]; 1 for a second gain that is not there [1, N]."""
        if gain >= self._shared:
            return np.ones((1, len(kernels.centre)))
        ubar, whole = self._ubar[:, None], np.sqrt(1 + tau**2)
        sd = np.hypot(tau, kernels.sd[gain])
        away = (kernels.centre[:, gain] - ubar * whole) / sd
        return np.exp(0.5 * (np.square(ubar) - np.square(away))) * whole / sd

    def _logs(self, kernels: _Kernels, tau: float, rows: slice) -> Floats:
        """log ratio of a war at each node [B', G G']."""
        first, second = (self._ratio(kernels, tau, gain) for gain in (0, 1))
        weight = kernels.weight[rows]
        if len(second) == 1:
            return np.log(np.maximum(weight @ first.T, _TINY))
        return np.log(np.maximum([((first * own) @ second.T).reshape(-1) for own in weight], _TINY))

    def ratios(self, groups: NDArray[np.bool_]) -> Floats:
        """log of what sharing the gains multiplies the evidence of each group by [S, 1 + B]."""
        found: list[Floats] = []
        for tau, weight in zip(self.between.tau, self.between.weight, strict=True):
            every = np.stack([self._logs(kernels, float(tau), slice(None)) for kernels in self.kernels])  # [C, 1 + B, M]
            logs = np.tensordot(groups.astype(np.float64), every, axes=1) + self._prior.reshape(-1)
            top = logs.max(axis=2)
            found.append(np.log(np.exp(logs - top[:, :, None]).sum(axis=2)) + top + np.log(weight))
        whole = np.stack(found)
        return np.logaddexp.reduce(whole, axis=0)

    def posterior(self, wars: Sequence[WarGains], parameters: Sequence[str]) -> tuple[float, tuple[SharedGain, ...], Floats]:
        """Of all wars: the mean of r, each shared gain, and the effective draws of each war [C]."""
        taus = [float(tau) for tau in self.between.tau]
        each = [[self._logs(kernels, tau, slice(1))[0] for kernels in self.kernels] for tau in taus]
        logs = np.array([np.sum(ratios, axis=0) for ratios in each]) + self._prior.reshape(-1)  # [T, M]
        logs = logs + np.log(self.between.weight)[:, None]
        mass = np.exp(logs - logs.max())
        mass = mass / mass.sum()
        moments = np.zeros((len(wars), self._shared, 2))
        weight = [np.zeros(len(kernels.centre)) for kernels in self.kernels]
        for t, tau in enumerate(taus):
            for c, kernels in enumerate(self.kernels):
                others = (mass[t] / np.exp(each[t][c])).reshape(self._prior.shape)
                own, found = self._shrunk(kernels, tau, others)
                weight[c] += own
                moments[c] += found
        nodes = mass.sum(axis=0).reshape(self._prior.shape)
        gains = tuple(_gain(name, k, nodes.sum(axis=1 - k), self._ubar, wars, moments[:, k]) for k, name in enumerate(parameters))
        effective = [war.effective(own.reshape(war.weight.shape)) for war, own in zip(wars, weight, strict=True)]
        return float(mass.sum(axis=1) @ self.between.share), gains, np.array(effective)

    def _shrunk(self, kernels: _Kernels, tau: float, others: Floats) -> tuple[Floats, Floats]:
        """Mass of each draw of a war [N], and mass-weighted first and second moments of its gains [K, 2], `others` the mass of the nodes
        by all other wars [G, G or 1]."""
        parts = [self._ratio(kernels, tau, gain) for gain in (0, 1)]
        out = np.zeros((self._shared, 2))
        own = np.zeros(len(kernels.centre))
        for k in range(self._shared):
            joint = parts[k] * ((others if k == 0 else others.T) @ parts[1 - k]) * kernels.weight[0]
            kbar, sd = self._ubar[:, None] * np.sqrt(1 + tau**2), kernels.sd[k]
            middle = (kernels.centre[:, k] * tau**2 + kbar * sd**2) / (tau**2 + sd**2)
            out[k] = (joint * middle).sum(), (joint * (np.square(middle) + (tau * sd) ** 2 / (tau**2 + sd**2))).sum()
            own = joint.sum(axis=0)
        return own, out


def _gain(name: str, place: int, mass: Floats, ubar: Floats, wars: Sequence[WarGains], moments: Floats) -> SharedGain:
    """One shared gain from the mass of its nodes [G] and the moments of each war's [C, 2]."""
    mean = float(mass @ ubar)
    alone = [(float((war.mass * war.u[..., place]).sum()), float((war.mass * war.u[..., place] ** 2).sum())) for war in wars]
    return SharedGain(
        name, mean, float(np.sqrt(mass @ np.square(ubar - mean))), _mean_and_sd(np.array(alone)), _mean_and_sd(moments)
    )


def _mean_and_sd(moments: Floats) -> Floats:
    """Means and standard deviations [C, 2] from first and second moments [C, 2]."""
    return np.stack([moments[:, 0], np.sqrt(np.maximum(moments[:, 1] - np.square(moments[:, 0]), 0))], axis=1)
