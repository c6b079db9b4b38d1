"""Rolling origin: what a theory that has seen a record up to a month says of the months after it, origin by origin.

One population follows the record; after each origin's month its particles are played on, unguided, and seen through the record's channels.
Nothing after an origin reaches its forecasts: the filters used here have a guide that does not look ahead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from countermove.engine.run import Engine
from countermove.errors import EvidenceError
from countermove.evidence.observations import Observations
from countermove.evidence.proposals import ATTACK_SEEN, Hints, hints_of
from countermove.evidence.smc2 import Filters, Floats, Population
from countermove.evidence.theory_evidence import FilterEffort, filters_of, population_of
from countermove.evidence.war_filters import Forecast
from countermove.questions.backtest.discrepancy import discrepancy_of
from countermove.questions.backtest.stacking import densities, mix_theories, stack_weights
from countermove.rng.seeds import stream_of
from countermove.world.cast import Cast
from countermove.world.channel import Channel

FIRST_ERROR_STREAM = 1 << 56  # streams of the errors of forecasts begin here
KNOWN_SHARE = 0.5  # share of the months in which a count, share or amount must be known to be a target
LEAST_EVENTS = 3  # times that an event must have happened to be one


@dataclass(frozen=True)
class Rolling:
    """How much to do: months ahead, months of data before the first origin, months between origins, members of a forecast; and how many
    parameter draws and particles of each (a power of 2) follow the record under each theory."""

    horizon: int = 6
    least: int = 12
    stride: int = 1
    members: int = 256
    draws: int = 64
    particles: int = 64
    seed: int = 0

    def __post_init__(self) -> None:
        """Raise EvidenceError for sizes that make no backtest."""
        if self.particles < 2 or self.particles & (self.particles - 1):
            raise EvidenceError(f"{self.particles} particles", next="Their number is a power of 2, such as 64")
        if min(self.horizon, self.least, self.stride) < 1 or self.members < 2 or self.least < self.horizon + 2:
            raise EvidenceError(
                "a backtest of these sizes cannot be made",
                next="Horizon and stride at least 1, 2 members, and 2 more months of data than the horizon",
            )

    @property
    def filter_effort(self) -> FilterEffort:
        """The same for the filters."""
        return FilterEffort(populations=1, draws=self.draws, particles=self.particles, seed=self.seed)


@dataclass(frozen=True)
class Target:
    """A channel that is forecast: its column in the data, and the first origin, by which it was known in enough months."""

    column: int
    name: str
    channel: Channel
    first: int

    @property
    def event(self) -> bool:
        """Whether it happens or does not, instead of having a size."""
        return self.channel.kind == "event"


def targets_of(data: Observations, least: int) -> tuple[Target, ...]:
    """Counts, shares and amounts that are known in more than half of the months, then events that happened three times or more.

    A year's total is none. The first origin is the month in which `least` months are known.
    """
    found: list[Target] = []
    for c, one in enumerate(data.channels):
        known, event = data.known[:, c], one.channel.kind == "event"
        enough = (data.values[known, c] > 0).sum() >= LEAST_EVENTS if event else known.mean() > KNOWN_SHARE
        if one.yearly or not enough or known.sum() <= least:
            continue
        name = data.names[c] if data.names else one.channel.name
        found.append(Target(c, name, one.channel, int(np.flatnonzero(known.cumsum() >= least)[0])))
    return tuple(sorted(found, key=lambda target: target.event))


def monthly(targets: tuple[Target, ...]) -> bool:
    """Whether a record is a monthly case: something with a size is known in most months."""
    return any(not target.event for target in targets)


def origins_of(data: Observations, targets: tuple[Target, ...], how: Rolling) -> NDArray[np.int64]:
    """Months after which something is forecast: from the first that any target has, up to the last but one with data."""
    last = last_known_month(data)
    return np.arange(min((target.first for target in targets), default=last), last, how.stride)


def last_known_month(data: Observations) -> int:
    """The last month of which anything is known."""
    return int(np.flatnonzero(data.known.any(axis=1))[-1])


def extended_data(data: Observations, months: int) -> Observations:
    """The same data in `months` months, of the last of which nothing is known."""
    more = ((0, months - data.months), (0, 0))
    return replace(data, values=np.pad(data.values, more), known=np.pad(data.known, more))


def hints_so_far(data: Observations, cast: Cast) -> Hints:
    """Hints of which each month's are of that month alone: `hints_of` lets a guide see that the next month will be bloody.

    With them, particles after a month hang, bit for bit, on the data up to that month alone.
    """
    attack = np.zeros((data.months, len(cast.sides)), np.float32)
    for c, one in enumerate(data.channels):
        if one.channel.name == "attacks":
            happened = (data.values[:, c] > 0) & data.known[:, c]
            attack[:, one.actor] = np.maximum(attack[:, one.actor], ATTACK_SEEN * happened)
    return hints_of(data, cast)._replace(attack_share=attack)


class Forecaster(Filters, Protocol):
    """Filters that can also say what comes (`WarFilters.forecast`)."""

    @property
    def data(self) -> Observations:
        """What they follow."""
        ...

    def forecast(self, state: Any, z: Floats, logs: Floats, after: int, months: int, members: int, number: int) -> Forecast:
        """Of the `months` after month `after`."""
        ...


class OriginForecasts(NamedTuple):
    """What one theory forecast from O origins: data `members` [O, H, K, m] of K targets in the H months after them, each from the last datum on;
    `plain`, the same as its paths are simulated, with errors that are drawn anew each month; the log evidence by then [O]; and how much of
    its movement its record lets one believe, from 0 to 1 [O, K] (nan of an event)."""

    origins: NDArray[np.int64]
    members: NDArray[np.float32]
    as_simulated: NDArray[np.float32]
    log_evidence: Floats
    movement_believed: Floats


def forecast_from_origins(
    filters: Forecaster, population: Population, targets: tuple[Target, ...], origins: NDArray[np.int64], how: Rolling
) -> OriginForecasts:
    """The population follows the record, and forecasts after every origin.

    It forecasts after every month before the last origin too: what came of these forecasts is what the next ones learn their errors from.
    """
    logs = np.zeros(len(origins))
    place = {int(month): o for o, month in enumerate(origins)}
    columns = [target.column for target in targets]
    coming: list[Forecast] = []

    def seen(month: int, now: Population) -> None:
        if month <= origins[-1]:
            said = filters.forecast(now.filter_state, now.z, now.log_weights, month, how.horizon, how.members, month)
            coming.append(Forecast(said.path[:, columns], said.data[:, columns]))
        if month in place:
            logs[place[month]] = now.increments[: month + 1].sum()

    population.follow(seen)
    plain: NDArray[np.float32] = np.stack([coming[int(month)].data for month in origins])
    members, believed = plain.copy(), np.full((len(origins), len(targets)), np.nan)
    for k, target in enumerate(targets):
        if not target.event:
            path: NDArray[np.float32] = np.stack([said.path[:, k] for said in coming])
            data: NDArray[np.float32] = np.stack([said.data[:, k] for said in coming])
            every, belief = forecast_from_last_datum(filters.data, target, path, data, how)
            members[:, :, k], believed[:, k] = every[origins], belief[origins]
    return OriginForecasts(origins, members, plain, logs, believed)


def forecast_from_last_datum(
    data: Observations, target: Target, path: NDArray[np.float32], plain: NDArray[np.float32], how: Rolling
) -> tuple[NDArray[np.float32], Floats]:
    """What one theory says of a target after every month, from the last datum on [T, H, m]; and how much of its movement is believed [T].

    Its paths [T, 1 + H, m] with errors that are learnt from the record and last, and `plain` [T, H, m], the same paths with the stated errors drawn
    anew each month, are mixed as the months until then have shown which of the two is right.
    """
    months = np.arange(len(path))
    values = known_values(data, target)[: len(path)]
    begun = discrepancy_of(target.channel, data.channels[target.column].error, path.astype(np.float64), values, target.first)
    streams = [stream_of(how.seed, stream_at(target, month)) for month in months.tolist()]
    lasting = np.stack([begun.ahead(month, how.members, stream) for month, stream in enumerate(streams)]).astype(np.float32)
    y = values_after(values, months, how.horizon)
    weights = stack_weights(np.stack([densities(target.channel, rows.astype(np.float64), y) for rows in (lasting, plain)]), months)
    belief: Floats = np.array([begun.believed(month) for month in months.tolist()])
    return mix_theories([lasting, plain], weights), weights[:, 0] * belief + weights[:, 1]


def values_after(path: Floats, months: NDArray[np.int64], horizon: int) -> Floats:
    """What of a path [T] came in the months [O, H] after each of some months; nan where nothing is known."""
    longer = np.append(path, np.full(horizon, np.nan))
    return longer[np.minimum(months[:, None] + np.arange(1, horizon + 1), len(longer) - 1)]


def known_values(data: Observations, target: Target) -> Floats:
    """The data of a target [T], nan where nothing is known."""
    return np.where(data.known[:, target.column], data.values[:, target.column], np.nan)


def stream_at(target: Target, month: int) -> int:
    """The stream of the errors of a forecast, the same for every theory: above the streams of all populations."""
    return FIRST_ERROR_STREAM + (target.column << 16) + month


def forecasts_of_theory(
    engine: Engine,
    data: Observations,
    theory: str,
    targets: tuple[Target, ...],
    how: Rolling,
    origins: NDArray[np.int64] | None = None,
) -> OriginForecasts:
    """One theory on one record, from `origins` (else `origins_of`). Random numbers hang on seed and theory; theories share nothing.

    The engine's clock may run on after the data: an origin of which the months ahead are not in it has no right forecast of them.
    """
    filters = filters_of(engine, extended_data(data, engine.program.cast.months), theory, how.filter_effort, 0)
    filters = replace(filters, hints=hints_so_far)
    origins = origins_of(data, targets, how) if origins is None else origins
    return forecast_from_origins(filters, population_of(filters, how.filter_effort), targets, origins, how)


def weights_so_far(theories: list[OriginForecasts]) -> Floats:
    """Weights [O, Th] by the record up to each origin, equal before it."""
    logs = np.stack([one.log_evidence for one in theories], axis=1)
    mass = np.exp(logs - logs.max(axis=1, keepdims=True))
    return mass / mass.sum(axis=1, keepdims=True)
