"""The posterior of the hierarchical model of tiers, and its sampling with NUTS.

A side without support may start to get some; a side with support may have it raised, lowered or stopped. Each is a cause c with odds against
"the same tier" of exp(eta_c), so that p_c = exp(eta_c) / (1 + sum of exp(eta) over the causes that are possible from the tier), and

    eta_c = level[c, tier] + effect[c] . x + spread_c war[c, w]

with one standard normal war[c, w] per cause and war (the non-centred form, which NUTS needs where a war says little; Betancourt & Girolami
2015). Priors, a judgement: level ~ N(-2.5, 1.5), effect ~ N(0, 1), spread ~ HalfNormal(1). An odds ratio under the prior lies between
0.19 and 5.2 nine times in ten.

Sampling: window adaptation and NUTS of BlackJAX (Hoffman & Gelman 2014), in 32-bit floats; the configuration of JAX is not touched. R-hat and
the effective sample size are rank-normalised (Vehtari et al. 2021), from arviz_stats.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, cast

import arviz_stats.base as arviz
import blackjax
import jax
import jax.numpy as jnp
import numpy as np
from blackjax.adaptation.base import get_filter_adapt_info_fn

from countermove.rng.seeds import words
from many_wars.changes import CAUSES, FACTORS, Changes

# These libraries have no types, or wrong ones.
_stats = cast(Any, arviz).array_stats
_nuts = cast(Any, blackjax.nuts)
_tuning = cast(Any, blackjax.window_adaptation)

LEVELS = (("start", 0), ("raise", 1), ("raise", 2), ("lower", 2), ("lower", 3), ("stop", 1), ("stop", 2), ("stop", 3))
"""Which cause is possible from which tier; one level each."""
LEVEL_MEAN, LEVEL_SD = -2.5, 1.5
EFFECT_SD = 1.0
IMPOSSIBLE = -1e9

RHAT = 1.01
"""Above this the chains do not agree (Vehtari et al. 2021)."""


class Parameters(NamedTuple):
    """One point, or draws with leading axes: `level` [..., 8] by LEVELS, `effect` [..., C, F], `spread` [..., C] as a logarithm,
    `war` [..., C, W]."""

    level: Any
    effect: Any
    spread: Any
    war: Any


class Data(NamedTuple):
    """What the density needs of the changes: `x` [M, F], `tier`, `outcome`, `war` [M]."""

    x: Any
    tier: Any
    outcome: Any
    war: Any


@dataclass(frozen=True)
class Sampling:
    """How long to sample: `chains` chains of `warmup` and `draws` steps, at a mean acceptance of `target`."""

    chains: int = 4
    warmup: int = 1000
    draws: int = 1500
    target: float = 0.95


@dataclass(frozen=True)
class Diagnostics:
    """Whether the chains may be believed: the largest R-hat and the smallest effective sample sizes (bulk, tails) over all parameters, those of
    single wars included; divergent steps after the warm-up; `steps`, the mean number of leapfrog steps of a draw."""

    rhat: float
    ess_bulk: float
    ess_tail: float
    divergences: int
    steps: float

    @property
    def settled(self) -> bool:
        """R-hat below 1.01 everywhere, and no divergence."""
        return self.rhat < RHAT and self.divergences == 0


def _levels() -> tuple[np.ndarray, np.ndarray]:
    """The index into LEVELS by tier and cause [4, C] (0 where impossible), and whether it is possible."""
    index, possible = np.zeros((4, len(CAUSES)), np.int64), np.zeros((4, len(CAUSES)), bool)
    for position, (cause, tier) in enumerate(LEVELS):
        index[tier, CAUSES.index(cause)], possible[tier, CAUSES.index(cause)] = position, True
    return index, possible


LEVEL_OF, POSSIBLE = _levels()


def _data(changes: Changes) -> Data:
    """The changes as 32-bit arrays."""
    whole = (jnp.asarray(column, jnp.int32) for column in (changes.tier, changes.outcome, changes.war))
    return Data(jnp.asarray(changes.x, jnp.float32), *whole)


def _density(data: Data, at: Parameters) -> Any:
    """Log posterior density, up to a constant, of one point."""
    level = jnp.where(POSSIBLE, at.level[LEVEL_OF], IMPOSSIBLE)
    own = jnp.exp(at.spread)[:, None] * at.war
    eta = level[data.tier] + data.x @ at.effect.T + own.T[data.war]
    odds = jnp.pad(eta, ((0, 0), (0, 1)))
    chosen = jnp.take_along_axis(odds, data.outcome[:, None], axis=1)
    fit = jnp.sum(chosen) - jnp.sum(jax.nn.logsumexp(odds, axis=1))
    squares = (jnp.square((at.level - LEVEL_MEAN) / LEVEL_SD), jnp.square(at.effect / EFFECT_SD), jnp.square(at.war))
    return fit - 0.5 * sum(jnp.sum(part) for part in squares) + jnp.sum(at.spread - 0.5 * jnp.exp(2 * at.spread))


@partial(jax.jit, static_argnums=(2, 3))
def _chains(data: Data, key: Any, wars: int, how: Sampling) -> tuple[Parameters, Any, Any]:
    """Draws [chains, draws, ...], whether each step diverged, and how many leapfrog steps it took."""
    density = partial(_density, data)

    def chain(key: Any) -> tuple[Parameters, Any, Any]:
        begin, adapt, go = jax.random.split(key, 3)
        shapes = Parameters((len(LEVELS),), (len(CAUSES), len(FACTORS)), (len(CAUSES),), (len(CAUSES), wars))
        keys = jax.random.split(begin, len(shapes))
        start = Parameters(*(0.3 * jax.random.normal(one, shape) for one, shape in zip(keys, shapes, strict=True)))
        start = start._replace(level=start.level + LEVEL_MEAN, spread=start.spread - 0.5)
        warm = _tuning(blackjax.nuts, density, target_acceptance_rate=how.target, adaptation_info_fn=get_filter_adapt_info_fn())
        (state, tuned), _ = warm.run(adapt, start, how.warmup)
        step = _nuts(density, **tuned).step

        def one(state: Any, key: Any) -> Any:
            state, info = step(key, state)
            return state, (state.position, info.is_divergent, info.num_integration_steps)

        return jax.lax.scan(one, state, jax.random.split(go, how.draws))[1]

    return jax.vmap(chain)(jax.random.split(key, how.chains))


def sample(changes: Changes, *, seed: int, how: Sampling) -> tuple[Parameters, Diagnostics]:
    """Draws of the posterior as float64 [chains x draws, ...], and the diagnostics. The same seed gives the same draws on the same machine."""
    draws, divergent, steps = cast(Any, _chains)(
        _data(changes), jax.random.wrap_key_data(jnp.asarray(words(seed)[::-1])), changes.wars.size, how
    )
    found = Parameters(*(np.asarray(part, np.float64) for part in draws))
    columns = np.concatenate([part.reshape(how.chains, how.draws, -1) for part in found], axis=2)
    diagnostics = diagnose(columns, int(np.sum(np.asarray(divergent))), float(np.mean(np.asarray(steps))))
    return Parameters(*(part.reshape(-1, *part.shape[2:]) for part in found)), diagnostics


def diagnose(columns: np.ndarray, divergences: int, steps: float) -> Diagnostics:
    """The diagnostics of draws [chains, draws, parameters]; a parameter that does not move makes R-hat nan, which is not settled."""
    by_parameter = np.moveaxis(columns, 2, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rhat = _stats.rhat(by_parameter, chain_axis=-2, draw_axis=-1)
        bulk = _stats.ess(by_parameter, chain_axis=-2, draw_axis=-1, method="bulk")
        tail = _stats.ess(by_parameter, chain_axis=-2, draw_axis=-1, method="tail", prob=0.9)
    return Diagnostics(float(np.max(rhat)), float(np.min(bulk)), float(np.min(tail)), divergences, steps)


def probabilities(at: Parameters, x: np.ndarray, tier: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Chances [S, M, C + 1] of the causes and of staying, for draws `at` [S, ...], factors [M, F], tiers [M] and effects of the war [S, M, C]."""
    level = np.where(POSSIBLE, at.level[:, LEVEL_OF], -np.inf)
    odds = np.exp(level[:, tier] + np.einsum("mf,scf->smc", x, at.effect) + own)
    whole = 1 + odds.sum(axis=2, keepdims=True)
    return np.concatenate([odds, np.ones_like(whole)], axis=2) / whole
