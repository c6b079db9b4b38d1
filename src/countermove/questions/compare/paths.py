"""Where one difference comes from: which months, which mechanisms, which draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countermove.behaviour.table import THEORY_PARAMETERS
from countermove.dynamics.spread import exponent
from countermove.dynamics.table import PARAMETERS
from countermove.engine.draws import Draws, prior_draws
from countermove.engine.program import Program
from countermove.engine.quantities import Quantity
from countermove.engine.run import Batch, Engine, Task
from countermove.engine.series import series
from countermove.errors import CountermoveError, DecisionError
from countermove.questions.compare.contrast import Onset, band_parting, drivers, onsets
from countermove.questions.compare.finding import BandGap, Difference, DrawShown, Drill, Driver, MechanismParting, QuantityParting
from countermove.questions.compare.run_settings import program_of
from countermove.questions.compare.sides import ComparedPair, PairedOutcomes, RunSide
from countermove.questions.provenance import code_version
from countermove.world.cast import Cast
from countermove.world.monthly import MONTHLY
from countermove.world.observable import OBSERVABLES

MATERIAL = 0.05  # of a quantity's standard deviation: less is no parting
SHOWN = 3  # draws shown
BANDS = ("q05", "q25", "q50", "q75", "q95")
RUNS = 4096  # leading runs of a strategy under a theory that are replayed
HAZARD = "clash hazard"
NOT_REPLAYED = "The months were not replayed."
THEORY_OF, EXPERT_ON = "theory of ", "expert on "
"""What the names of drivers that are no numbers begin with."""

Paths = NDArray[np.float32]  # [Q, T, D, L]


def blocks_of(cast: Cast) -> dict[str, tuple[Quantity, ...]]:
    """The mechanisms of the model and the quantities by which they are seen, in the order of a month."""
    owner, client, rivals = cast.patrons[0], cast.sides[0], [cast.patrons[j] for j in cast.enemies[0]]
    sides = cast.sides if len(cast.sides) > 2 else (client,)
    return {
        "the owner's aid": (Quantity(owner, "rung"),),
        "support of the rival": tuple(Quantity(name, what) for name in rivals for what in ("support", "rung", "quits")),
        "requests": tuple(Quantity(side, "asks") for side in cast.sides),
        "balance and attrition": (
            *(Quantity(side, "balance") for side in sides),
            *(Quantity(side, "personnel") for side in cast.sides),
            *(Quantity(name, "casualties") for name in cast.patrons),
            Quantity("", "deaths"),
        ),
        "territory": (
            *(Quantity(side, "held") for side in sides if cast.territory),
            *(Quantity(side, "collapsed") for side in cast.sides),
        ),
        "offensives": (*(Quantity(side, "attacks") for side in cast.sides), Quantity("", "high-intensity")),
        "truces": tuple(Quantity("", what) for what in ("truce", "truce-begins", "truce-breaks")),
        "clash hazard": tuple(Quantity("", what) for what in (HAZARD, "clash", "direct-war")),
        "spread": tuple(Quantity("", what) for what in ("incident", "credibility", "solidarity")),
        "will": tuple(Quantity(name, "will") for name in cast.patrons),
        "cost": tuple(Quantity(name, "cost") for name in cast.patrons),
        "talks": tuple(Quantity("", what) for what in ("talks", "peacekeepers", "exchange", "settled")),
    }


@dataclass
class Replays:
    """The runs of a pair again, month by month; what was replayed is kept for the next question."""

    pair: ComparedPair
    reading: PairedOutcomes
    _engines: dict[str, Engine] = field(default_factory=dict[str, Engine])
    _draws: dict[str, Draws] = field(default_factory=dict[str, Draws])
    _paths: dict[tuple[str, str, str], Paths] = field(default_factory=dict[tuple[str, str, str], Paths])

    def draws(self, side: RunSide) -> Draws:
        """The draws of a side. Raises DecisionError where its scenario is not at hand."""
        key = str(side.saved.directory)
        if key not in self._draws:
            self._draws[key] = prior_draws(self.engine(side).program, side.draws, int(side.made("seed")))
        return self._draws[key]

    def engine(self, side: RunSide) -> Engine:
        """The engine of a side's scenario; DecisionError where that is not at hand."""
        if side.scenario is None:
            raise DecisionError(f"the scenario of {side.saved.directory} is not at hand as it was run")
        key = str(side.made("scenario_hash"))
        if key not in self._engines:
            self._engines[key] = Engine(program_of(side.scenario))
        return self._engines[key]

    def wanted(self) -> tuple[Quantity, ...]:
        """The quantities that both have."""
        every = [[one for block in blocks_of(self.engine(side).program.cast).values() for one in block] for side in self._sides]
        return tuple(one for one in every[0] if one in every[1])

    @property
    def _sides(self) -> tuple[RunSide, RunSide]:
        return self.pair.a, self.pair.b

    def paths(self, side: RunSide, strategy: str, theory: str) -> Paths:
        """The leading draws' runs of one strategy under one theory. DecisionError where they are not the runs of the folder."""
        key = (str(side.saved.directory), strategy, theory)
        if key not in self._paths:
            self._paths[key] = self._replayed(side, strategy, theory)
        return self._paths[key]

    def _replayed(self, side: RunSide, strategy: str, theory: str) -> Paths:
        engine, lucks = self.engine(side), int(side.made("lucks"))
        count = min(side.draws, RUNS // lucks)
        if count < 2:
            raise DecisionError(f"{lucks} lucks are too many for a look at months")
        cast, wanted = engine.program.cast, self.wanted()
        batch = Batch(self.draws(side), lucks, RUNS)
        asked = [one for one in wanted if one.what != HAZARD]
        needed = [one for one in _for_hazard(cast) if one not in asked]
        found = series(engine, batch, Task(strategy, theory, 0), [*asked, *needed])[:, :, : count * lucks]
        seen = dict(zip([*asked, *needed], found, strict=True))
        if any(one.what == HAZARD for one in wanted):
            seen[Quantity("", HAZARD)] = _hazard(cast, batch, seen)
        self._check(side, strategy, theory, seen, count)
        return np.stack([seen[one] for one in wanted]).reshape(len(wanted), cast.months, count, lucks)

    def _check(self, side: RunSide, strategy: str, theory: str, seen: dict[Quantity, Any], count: int) -> None:
        """The talks at the end are a measure too: where they are not the same bits, these are other runs."""
        if "talks" not in self.pair.measures:
            return
        place = side.strategies.index(strategy), self.pair.theories.index(theory)
        kept = self.reading.whole(side, "talks")[place][:count]
        if not np.array_equal(kept.ravel(), seen[Quantity("", "talks")][-1]):
            made, now = side.made("code_version"), code_version()
            raise DecisionError(f"replayed with this code ({now}), the runs are not those of {side.saved.directory} ({made})")


def _for_hazard(cast: Cast) -> Iterator[Quantity]:
    """What the hazard of a clash is made of."""
    yield from (Quantity(cast.patrons[j], "rung") for j in (0, *cast.enemies[0]))
    yield from (Quantity("", what) for what in ("settled", "direct-war"))
    yield from (Quantity(side, "collapsed") for side in cast.sides)


def _hazard(cast: Cast, batch: Batch, seen: dict[Quantity, Any]) -> NDArray[np.float32]:
    """The monthly hazard of a clash [T, n], from the rungs of the month; 0 from the month after the war is over."""
    count = int(seen[Quantity("", "settled")].shape[1])
    params = batch.draws.take(np.arange(count) // batch.lucks)
    rungs = [seen[Quantity(cast.patrons[j], "rung")] for j in (0, *cast.enemies[0])]
    if len(rungs) == 1:  # nobody to clash with
        return np.zeros_like(rungs[0], np.float32)
    over = seen[Quantity("", "settled")] + seen[Quantity("", "direct-war")]
    over = over + sum(seen[Quantity(side, "collapsed")] for side in cast.sides)
    before = np.concatenate([np.zeros_like(over[:1]), over[:-1]])
    log: Any = exponent(params, rungs[0], np.max(rungs[1:], axis=0))
    return np.where(before > 0, 0, params["spread.clash-top"] * np.exp(log)).astype(np.float32)


def drill(replays: Replays, row: Difference, *, matched: bool, paired: bool, months: bool) -> Drill:
    """Where one difference comes from.

    Args:
        replays: the pair.
        row: the difference.
        matched: both sides have the same draws and luck.
        paired: their scrambles belong together.
        months: replay, else only what the folders hold.
    """
    pair, notes = replays.pair, list[str]()
    names = next(names for names in pair.strategies if names[1] == row.strategy)
    blocks: tuple[MechanismParting, ...] = ()
    named: tuple[Driver, ...] = ()
    shown: tuple[DrawShown, ...] = ()
    if not months:
        notes.append(NOT_REPLAYED)
    else:
        try:
            blocks = _blocks(replays, names, row.theory, matched=matched, paired=paired)
        except CountermoveError as error:
            notes.append(f"Months: {error}.")
    if not matched:
        notes.append("Draws: the two do not meet the same draws, so no draw has a difference of its own.")
    else:
        by_run = _by_run(replays.reading, row)
        shown = _largest(by_run, row.difference)
        try:
            named = _drivers(replays, by_run, row)
        except CountermoveError as error:
            notes.append(f"Draws: {error}.")
    bands = tuple(_bands(pair, names, row.theory))
    return Drill(row.strategy, row.theory, row.measure, bands, blocks, named, shown, tuple(notes))


def _blocks(replays: Replays, names: tuple[str, str], theory: str, *, matched: bool, paired: bool) -> tuple[MechanismParting, ...]:
    """The mechanisms, the first to part first; of those that part in one month the largest."""
    pair, wanted = replays.pair, replays.wanted()
    a, b = replays.paths(pair.a, names[0], theory), replays.paths(pair.b, names[1], theory)
    months = min(a.shape[1], b.shape[1])
    matched = matched and a.shape == b.shape
    found = onsets(a[:, :months], b[:, :months], paired=paired, matched=matched, material=MATERIAL)
    by_quantity = {one: _parting(one, onset) for one, onset in zip(wanted, found, strict=True) if onset.spread > 0}
    blocks: list[MechanismParting] = []
    for name, quantities in blocks_of(replays.engine(pair.a).program.cast).items():
        rows = [by_quantity[one] for one in quantities if one in by_quantity]
        if rows:
            ordered = tuple(sorted(rows, key=lambda row: (_when(row.first), -abs(row.share))))
            blocks.append(MechanismParting(name, ordered[0].first, max(abs(row.share) for row in rows), ordered))
    return tuple(sorted(blocks, key=lambda block: (_when(block.first), -block.share)))


def _when(month: int | None) -> float:
    return float("inf") if month is None else month


def _parting(one: Quantity, onset: Onset) -> QuantityParting:
    unit = "a month" if one.what == HAZARD else next(row.unit or "share of runs" for row in OBSERVABLES if row.what == one.what)
    return QuantityParting(
        of=one.of,
        what=one.what,
        unit=unit,
        first=None if onset.first is None else onset.first + 1,
        first_difference=onset.first_difference,
        most=onset.most + 1,
        most_difference=onset.most_difference,
        most_se=onset.most_se,
        share=onset.most_difference / onset.spread,
        excludes=None if onset.excludes is None else onset.excludes + 1,
    )


def _bands(pair: ComparedPair, names: tuple[str, str], theory: str) -> Iterator[BandGap]:
    """Where the bands that both folders hold part."""
    if "bands" not in pair.a.saved.tables or "bands" not in pair.b.saved.tables:
        return
    sides: list[dict[str, NDArray[np.float64]]] = []
    for side, strategy in zip((pair.a, pair.b), names, strict=True):
        frame: Any = side.saved.table("bands")
        frame = frame[(frame["strategy"] == strategy) & (frame["theory"] == theory)]
        sides.append(
            {
                str(what): rows.sort_values("month")[list(BANDS)].to_numpy(float)
                for what, rows in frame.groupby("what", observed=True)
            }
        )
    for what in sides[0]:
        if what in sides[1]:
            first, widest, gap, share = band_parting(sides[0][what], sides[1][what])
            yield BandGap(
                what, MONTHLY[what].unit if what in MONTHLY else "", None if first is None else first + 1, widest + 1, gap, share
            )


def _by_run(reading: PairedOutcomes, row: Difference) -> NDArray[np.float64]:
    """B - A of one measure, run by run [D, L]."""
    pair = reading.pair
    s = [names[1] for names in pair.strategies].index(row.strategy)
    t = pair.theories.index(row.theory)
    a, b = reading.cubes(row.measure)
    return b[s, t].astype(np.float64) - a[s, t]


def _largest(by_run: NDArray[np.float64], difference: float) -> tuple[DrawShown, ...]:
    """The draws in which the difference is largest in its own direction; those in which it is not known are left out."""
    mean = by_run.mean(axis=1)
    pushed = np.sign(difference) * by_run
    known = [int(d) for d in np.argsort(-np.sign(difference) * mean, kind="stable") if np.isfinite(mean[d])]
    return tuple(DrawShown(d, int(np.argmax(pushed[d])), float(mean[d])) for d in known[:SHOWN])


def _drivers(replays: Replays, by_run: NDArray[np.float64], row: Difference) -> tuple[Driver, ...]:
    mean = by_run.mean(axis=1)
    if not np.isfinite(mean).all():
        raise DecisionError(f"{row.measure} exists in some runs only")
    side = replays.pair.a
    program, draws = replays.engine(side).program, replays.draws(side)
    found = drivers(mean, dict(_numbers(program, draws)), dict(_categories(program, draws)), seed=int(side.made("seed")))
    return tuple(Driver(one.parameter, one.share, one.threshold, one.groups) for one in found)


def _numbers(program: Program, draws: Draws) -> Iterator[tuple[str, NDArray[Any]]]:
    """Every uncertain number by name and actor [D]; without those of theories for the owner, whose conduct is written."""
    cast, conduct = program.cast, {parameter.name for parameter in THEORY_PARAMETERS}
    per = {parameter.name: parameter.per for parameter in (*PARAMETERS, *THEORY_PARAMETERS)}
    actors: dict[str, Sequence[str]] = {"side": cast.sides, "patron": cast.patrons, "world": ("",)}
    for name, value in draws.values.items():
        if value.shape[-1] < 2 or (name == "alliance.readiness" and not cast.alliance):
            continue
        if value.ndim == 1:
            yield name, value
            continue
        for place, actor in enumerate(actors[per.get(name, "side")]):  # the numbers of a scenario's phases are a side's
            if place == 0 and name in conduct:
                continue
            if value.ndim == 2:
                yield f"{name} ({actor})", value[place]
            else:
                yield from ((f"{name}[{part}] ({actor})", value[part, place]) for part in range(value.shape[0]))


def _categories(program: Program, draws: Draws) -> Iterator[tuple[str, tuple[NDArray[Any], Sequence[str]]]]:
    """Which theory each patron outside the question follows, and whose answer each draw takes."""
    for j in program.others:
        yield f"{THEORY_OF}{program.cast.patrons[j]}", (draws.others[j], [theory.name for theory in program.theories])
    for name, who in draws.experts.items():
        stem, _, place = name.removesuffix("]").partition("[")
        yield f"{EXPERT_ON}{stem}", (who, [expert for expert, _ in program.priors[stem][int(place)].experts])
