"""Any single run again, month by month, from its address alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import numpy as np

from countermove.dynamics.territory import shares
from countermove.engine.acting import Report
from countermove.engine.draws import Draws, prior_draws
from countermove.engine.program import Program
from countermove.engine.run import Batch, Engine
from countermove.engine.simulate import paths
from countermove.errors import RunError
from countermove.world.display import Cells, Result
from countermove.world.state import State
from countermove.world.tables import Table

REGIMES = ("high intensity", "positional", "truce", "settled", "direct war", "collapsed")
# What is told in the month in which the war passes into another state; of a truce its own flags tell.
PASSAGES = {
    "settled": "the war is settled",
    "direct war": "direct war begins",
    "collapsed": "a side collapses",
    "high intensity": "fighting grows intense",
}
LANES = 16  # runs computed together: the same vector code as in a chunk, so that a replay has the chunk's bits


@dataclass(frozen=True)
class Address:
    """Where a run is: its strategy and theory by name, its draw and luck by number."""

    strategy: str
    theory: str
    draw: int
    luck: int


@dataclass(frozen=True, repr=False)
class Path(Result):
    """One run: a table of columns, each with one entry per month; `events` in words. `says`: strategy and theory as people call them; `heads`: so
    the columns."""

    address: Address
    columns: dict[str, np.ndarray]
    events: tuple[str, ...]
    says: str
    heads: tuple[str, ...]

    def cells(self) -> Cells:
        """A row for each month, counted from 1; a unit stands in the name of its column, and shares, rungs and log ratios have none."""
        columns = [column.tolist() for column in self.columns.values()]
        rows = zip(range(1, len(self.events) + 1), *columns, self.events, strict=True)
        return Cells(("month", *self.columns, "events"), tuple(rows))

    def preview(self) -> Table:
        """The first months: what was held, who died, what happened."""
        at = self.address
        title = f"{self.says}, draw {at.draw}, luck {at.luck}: {len(self.events)} months"
        words: dict[str, Callable[[Any], str]] = {"regime": str, "held": "{:.0%}".format, "deaths": "{:,.0f}".format}
        heads = [name for name in words if name in self.columns]
        rows = tuple(
            (str(month), *(words[name](self.columns[name][month - 1]) for name in heads), event)
            for month, event in enumerate(self.events, 1)
        )
        return Table.of(title, ("month", *heads, "events"), rows)


def event_words(report: Report, month: int, sides: tuple[str, ...], patrons: tuple[str, ...], state: State) -> str:
    """What happened in a month (from 0) of the first lane of a run, in words; nothing where nothing did."""
    flags = report.flags
    said: list[str] = []
    for name, words in (
        ("truce_began", "truce begins"),
        ("truce_broke", "truce breaks"),
        ("clash", "clash"),
        ("incident", "incident"),
        ("exchange", "prisoner exchange"),
    ):
        if getattr(flags, name)[month, 0] > 0:
            said.append(words)
    regime, before = (REGIMES[int(state.regime[place, 0])] for place in (month, max(month - 1, 0)))
    if regime in PASSAGES and (regime != before or (month == 0 and regime != "high intensity")):
        said.append(PASSAGES[regime])
    said += [f"{side} attacks" for i, side in enumerate(sides) if flags.attack[month, i, 0] > 0]
    said += [f"{patron} quits" for j, patron in enumerate(patrons) if flags.quit[month, j, 0] > 0]
    asked = state.asked
    said += [f"{patron}'s client asks for more" for j, patron in enumerate(patrons) if asked[month, j, 0] > 0]
    if report.silent[month, 0] > 0:
        said.append("the strategy is silent")
    return ", ".join(said)


def replay(
    program: Program, address: Address, *, seed: int = 0, draws: int = 1024, lucks: int = 16, sampled: Draws | None = None
) -> Path:
    """The run at an address; `seed` and `draws` as in the run it comes from (the leading draws do not depend on `draws`)."""
    sampled = sampled or prior_draws(program, max(draws, address.draw + 1), seed)
    _known(program, address, lucks)
    engine = Engine(program)
    batch = Batch(sampled, lucks)
    job = engine.job(batch, address.strategy, address.theory, np.full(LANES, address.draw * lucks + address.luck))
    states, reports = paths(engine.kernel, job)
    cast = program.cast
    columns: dict[str, np.ndarray] = {"regime": np.array([REGIMES[int(s)] for s in np.asarray(states.regime)[:, 0]])}
    for i, side in enumerate(cast.sides):
        columns[f"{side} personnel (thousand)"] = np.asarray(states.force)[:, i, 0]
        columns[f"{side} balance"] = np.asarray(reports.balance)[:, i, 0]
    for j, patron in enumerate(cast.patrons):
        columns[f"{patron} rung"] = np.asarray(states.rung)[:, j, 0]
        columns[f"{patron} support (thousand)"] = np.asarray(states.support)[:, j, 0]
        columns[f"{patron} will"] = np.asarray(states.will)[:, j, 0]
    if cast.territory:
        columns["held"] = np.asarray(jax.vmap(partial(shares, cast))(states.ground))[:, 0, 0]
    columns["deaths"] = np.asarray(reports.deaths)[:, 0]
    columns["talks"] = np.asarray(states.track)[:, 0]
    titles = program.titles
    sides, patrons = (tuple(map(titles.actor, names)) for names in (cast.sides, cast.patrons))
    events = tuple(event_words(reports, month, sides, patrons, states) for month in range(cast.months))
    said = f"{titles.say_strategy(address.strategy)} if {titles.true(address.theory)}"
    return Path(address, columns, events, said, tuple(_head(name, program) for name in columns))


def _head(column: str, program: Program) -> str:
    """The name of a column with the title of its actor: `kyiv balance` is Kyiv balance."""
    actor, _, what = column.partition(" ")
    known = (*program.cast.sides, *program.cast.patrons)
    return f"{program.titles.actor(actor)} {what}" if actor in known else column


def _known(program: Program, address: Address, lucks: int) -> None:
    names = {
        "strategy": (address.strategy, program.strategy_names),
        "theory": (address.theory, program.theory_names if program.asked is None else tuple(t.name for t in program.theories)),
    }
    for what, (given, known) in names.items():
        if given not in known:
            raise RunError(f"no {what} called {given}; there are {', '.join(known)}")
    if address.draw < 0 or not 0 <= address.luck < lucks:
        raise RunError(f"no run with draw {address.draw} and luck {address.luck}: draws count from 0, lucks from 0 to {lucks - 1}")
