"""What a scenario fixes before any number is drawn: who is on which side, ladders, calendars (and access to the drawn numbers)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from countermove.scenario.schema import Patron, Scenario, Strategy
from countermove.verify.numpy_model.draws import Array, Flags, Whole
from countermove.world.prior import Prior

REGIMES = {"high": 0, "positional": 1, "truce": 2}
EDGES = (0.05, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 12.0)  # thousand person-equivalents; rung = number of edges exceeded
OVERT = EDGES[-1]  # e8: who gives more than this stands in the open


class DrawnNumbers:
    """The drawn parameters as float64, by full name; 2-D arrays are per role, their first axis being the role."""

    def __init__(self, params: Mapping[str, npt.ArrayLike]) -> None:
        """`params`: name -> [], [n], [roles, 1 or n], or [3, P, n] for the rows of switching."""
        self._values: dict[str, Array] = {name: np.asarray(value, dtype=np.float64) for name, value in params.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __call__(self, name: str) -> Array:
        """The number as it is: it broadcasts against [roles, n] and [n] alike."""
        return self._values[name]

    def row(self, name: str, role: int) -> Array:
        """The number of one role, [] or [n]; one row serves every role."""
        value = self._values[name]
        return value if value.ndim < 2 else value[min(role, len(value) - 1)]

    def world(self, name: str) -> Array:
        """A number of which there is one for the world, [] or [n]."""
        return self.row(name, 0)

    def rows(self, name: str, roles: int, runs: int) -> Array:
        """The numbers of all roles of a kind, [roles, n], where one row serves every role."""
        return np.broadcast_to(self._values[name], (roles, runs))

    def phase(self, index: int, what: str) -> Array | float:
        """Drift or mandate of the index-th phase (from 0), [K, n]; phases may be numbered from 0 or from 1 in the names."""
        first = 0 if any(name.startswith("phase.0.") for name in self._values) else 1
        return self._values.get(f"phase.{index + first}.{what}", np.float64(0.0))


@dataclass(frozen=True)
class Facts:
    """Constants of a scenario under given theories. Side 0 is the owner's client, patron 0 the owner."""

    scenario: Scenario
    sides: tuple[str, ...]
    patrons: tuple[str, ...]
    side_of: tuple[int, ...]
    belongs: Array  # [K, P] 1 where the patron supports the side
    against: Flags  # [P, P] whether two patrons support different sides
    fire: Array  # [K, K] share of i's fire on k
    theory: tuple[str, ...]  # "" for an owner who acts by orders
    mix: Array  # [P, 3] shares of troops, heavy, counter-heavy; 0 for an acting owner
    costs: tuple[Array, ...]  # per patron, million USD a month by rung
    lag: Whole  # the owner's ladder
    troops: Array
    heavy: Array
    counter: Array
    covert: Flags  # [P]
    above_start: Flags  # [P] whether the spigot's line is measured from the start
    prior: tuple[Mapping[str, float], ...]  # per patron, theory -> what the public gives it before anything is seen
    front: bool  # whether there is ground to win

    @property
    def acting(self) -> bool:
        """Whether the owner acts by orders."""
        return self.theory[0] == ""

    @property
    def rivals(self) -> Flags:
        """[P] the owner's rivals."""
        return self.against[0]

    @property
    def owner(self) -> Patron:
        """The owner as written."""
        return self.scenario.patrons[self.patrons[0]]

    def rung(self, name: str) -> int:
        """The number of a rung on the owner's ladder."""
        return next(index for index, rung in enumerate(self.owner.ladder) if rung.name == name)

    def has(self, kind: str) -> bool:
        """Whether there is a third party of that kind."""
        return any(party.kind == kind for party in self.scenario.third_parties.values())

    def calendar(self, month: int) -> int:
        """Month 1, 2, ... of the run as a number of the calendar (year * 12 + month - 1)."""
        return self.scenario.clock.start + month - 1

    def election(self, patron: int, month: int) -> float:
        """1 in the six months up to and including an election month."""
        now = self.calendar(month)
        return float(any(0 <= vote - now <= 5 for vote in self.scenario.patrons[self.patrons[patron]].elections))

    def strategy(self, name: str) -> Strategy:
        """The owner's plan as written."""
        return self.scenario.strategies[name]


def gather(scenario: Scenario, theories: Mapping[str, str]) -> Facts:
    """Read the constants out of a scenario. A patron without a theory must be the owner."""
    owner = scenario.owner
    client = scenario.patrons[owner].supports
    sides = (client, *(name for name in scenario.sides if name != client))
    patrons = (owner, *(name for name in scenario.patrons if name != owner))
    written = [scenario.patrons[name] for name in patrons]
    theory = tuple(theories.get(name, "") for name in patrons)
    if "" in theory[1:]:
        raise ValueError(f"no theory for {patrons[theory.index('', 1)]}")
    side_of = np.array([sides.index(patron.supports) for patron in written])
    mixes = [_mix(patron) if theory[index] else (0.0, 0.0, 0.0) for index, patron in enumerate(written)]
    ladder = written[0].ladder
    return Facts(
        scenario=scenario,
        sides=sides,
        patrons=patrons,
        side_of=tuple(int(side) for side in side_of),
        belongs=(np.arange(len(sides))[:, None] == side_of[None, :]).astype(np.float64),
        against=side_of[:, None] != side_of[None, :],
        fire=_fire(scenario, sides),
        theory=theory,
        mix=np.array(mixes),
        costs=tuple(np.array([rung.cost for rung in patron.ladder]) for patron in written),
        lag=np.array([rung.lag for rung in ladder]),
        troops=np.array([rung.troops for rung in ladder]),
        heavy=np.array([rung.heavy for rung in ladder]),
        counter=np.array([rung.counter_heavy for rung in ladder]),
        covert=np.array([patron.covert for patron in written]),
        above_start=np.array([_above_start(scenario, name) for name in patrons]),
        prior=tuple(_prior(patron) for patron in written),
        front=scenario.opening.territory,
    )


def at_rung(column: npt.NDArray[np.float64] | Whole, rung: Whole) -> npt.NDArray[np.float64]:
    """Look a column of a ladder up; a ladder that is too short answers with its top."""
    return column[np.clip(rung, 0, len(column) - 1)].astype(np.float64)


def worth(rung: Whole) -> Array:
    """What an owner on a rung gives, thousand person-equivalents: the edge that support of that rung exceeds."""
    return np.array([0.0, *EDGES])[np.clip(rung, 0, len(EDGES))]


def _prior(patron: Patron) -> Mapping[str, float]:
    """The weights of a patron's theories as written; of one that names none nothing is expected but what it gives."""
    return {name: theory.weight for name, theory in patron.theories.items() if theory.weight > 0.0} or {"inertia": 1.0}


def _mix(patron: Patron) -> tuple[float, float, float]:
    return patron.mix.get("troops", 0.0), patron.mix.get("heavy", 0.0), patron.mix.get("counter-heavy", 0.0)


def _fire(scenario: Scenario, sides: tuple[str, ...]) -> Array:
    count = len(sides)
    shares = np.zeros((count, count))
    for i, name in enumerate(sides):
        written = scenario.sides[name].fire
        for k, other in enumerate(sides):
            if i != k:
                shares[i, k] = written.get(other, 0.0) if written and count > 2 else 1.0 / (count - 1)
    return shares


def _above_start(scenario: Scenario, patron: str) -> bool:
    """The first place where the line is written decides: under any theory of the patron, then in the scenario; else it is so."""
    places: list[Mapping[str, Prior]] = [hypothesis.parameters for hypothesis in scenario.patrons[patron].theories.values()]
    for parameters in (*places, scenario.parameters):
        if "spigot.line" in parameters:
            return parameters["spigot.line"].above == "start"
    return True


def first_delivery(facts: Facts, strategy: str) -> int:
    """The month of first delivery (counted from 1): of the strategy, else the earliest of any strategy, else 1."""
    own = _delivery(facts, facts.strategy(strategy))
    if own is not None:
        return own
    months = (_delivery(facts, plan) for plan in facts.scenario.strategies.values())
    return min((month for month in months if month is not None), default=1)


def _delivery(facts: Facts, plan: Strategy) -> int | None:
    for move in sorted(plan.moves, key=lambda move: move.at):
        if move.then.rung is None:
            continue
        rung = facts.rung(move.then.rung)
        if facts.heavy[rung] + facts.counter[rung] > 0.0 or move.then.volume is not None:
            return move.at - facts.scenario.clock.start + 1 + int(facts.lag[rung])
    return None
