"""Which numbers of the model move the answer: every parameter low and high, one at a time, on one war (docs/reference/constants.md).

A number that is certain is halved and doubled (a share at most to 1); an uncertain one is held at its 10th and 90th percentile. Reported is the
change of what one strategy is worth more than another, in points of the war's objective, on the same draws and the same luck; the error is
that of the change, from the scrambles. Writes the page.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from countermove.behaviour.table import THEORY_PARAMETERS
from countermove.decision.objective import worth_of
from countermove.dynamics.table import PARAMETERS
from countermove.engine.draws import prior_draws
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Batch, Engine
from countermove.engine.simulate import outcomes
from countermove.rng.quasi import SCRAMBLES
from countermove.scenario.distributions import quantile
from countermove.scenario.read import read
from countermove.world.prior import Prior

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "constants.md"
HEAD = """# What moves the answer

Every number of the model, low and high, one at a time, on `{war}`: how much the worth of *{first}* over *{second}* changes
(now {base:+.2f} ± {base_se:.2f} points, equal weight on every theory), in points of the objective. {matters:g} points are the
smallest difference that matters there. A number that is certain was halved and doubled (a share at most to 1); an uncertain one
was held at its 10th and at its 90th percentile. {draws} draws with {lucks} lucks each under every theory, all on the same draws
and luck; the errors are those of the change. Numbers that move it by less than a tenth of what matters are counted below the
table. Written by `scripts/sweep_constants.py`.

| number | what it is | low | change | high | change |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Swept:
    """One parameter at one end."""

    value: str
    change: float
    se: float

    @property
    def told(self) -> str:
        """The change with its error."""
        return f"{self.change:+.2f} ± {self.se:.2f}"


class Bench:
    """Two strategies of a war under every theory, played again and again with other numbers."""

    def __init__(self, war: str, first: str, second: str, draws: int, lucks: int) -> None:
        """Compile the war and play it as it is."""
        self.program: Program = compile_scenario(read(war))
        self.engine, self.pair, self.runs = Engine(self.program), (first, second), draws * lucks
        self.batch = Batch(prior_draws(self.program, draws, 0), lucks, chunk=self.runs)
        self.scramble = (np.arange(self.runs) // lucks) % SCRAMBLES
        self.base = self.lead({})

    def lead(self, changes: dict[str, float]) -> np.ndarray:
        """Worth of the first over the second, mean over theories [runs]."""
        total = np.zeros(self.runs)
        for sign, strategy in zip((1, -1), self.pair, strict=True):
            for theory in self.program.theory_names:
                job = self.engine.job(self.batch, strategy, theory, np.arange(self.runs))
                params = {name: np.full_like(x, changes[name]) if name in changes else x for name, x in job.params.items()}
                found = np.asarray(outcomes(self.engine.kernel, job._replace(params=params))[0], np.float64)
                total += sign * worth_of(found, self.program.scenario.objective, strategy)
        return total / len(self.program.theory_names)

    def told(self, change: np.ndarray) -> tuple[float, float]:
        """Mean and its error over the scrambles."""
        means = np.array([change[self.scramble == k].mean() for k in range(SCRAMBLES)])
        return float(change.mean()), float(means.std(ddof=1) / np.sqrt(SCRAMBLES))

    def swept(self, name: str) -> Iterator[Swept]:
        """The parameter at its low and at its high end."""
        for value in ends(self.program.priors[name][0], self.program.supports[name]):
            yield Swept(f"{value:.3g}", *self.told(self.lead({name: value}) - self.base))


def ends(prior: Prior, support: tuple[float, float]) -> tuple[float, float]:
    """Low and high of a number."""
    if prior.kind == "fixed":
        value = prior.args[0]
        found = np.array([value / 2, value * 2]) if value else np.array([-0.5, 0.5])
    else:
        found = quantile(prior, np.array([0.1, 0.9]))
    low, high = np.clip(np.sort(found), *support)
    return float(low), float(high)


def rows(bench: Bench) -> dict[str, tuple[Swept, ...]]:
    """Both ends of every number that is one for a world, side or patron (not the rows of `switching`)."""
    names = [
        name
        for name, priors in bench.program.priors.items()
        if priors[0].kind not in ("dirichlet", "experts") and name in bench.program.supports
    ]
    out: dict[str, tuple[Swept, ...]] = {}
    for number, name in enumerate(names, start=1):
        out[name] = tuple(bench.swept(name))
        sys.stderr.write(f"{number}/{len(names)} {name} " + " ".join(one.told for one in out[name]) + "\n")
    return out


def main() -> int:
    """Sweep, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--war", default="donbas-2017")
    parser.add_argument("--pair", nargs=2, default=("javelins", "restraint"))
    parser.add_argument("--draws", type=int, default=128)
    parser.add_argument("--lucks", type=int, default=4)
    asked = parser.parse_args()
    bench = Bench(asked.war, *asked.pair, asked.draws, asked.lucks)
    objective = bench.program.scenario.objective
    assert objective is not None
    found = rows(bench)
    docs = {parameter.name: parameter.doc for parameter in PARAMETERS + THEORY_PARAMETERS}
    base, base_se = bench.told(bench.base)
    strongest = sorted(found, key=lambda name: -max(abs(one.change) for one in found[name]))
    telling = [name for name in strongest if max(abs(one.change) for one in found[name]) >= 0.1 * objective.matters]
    text = HEAD.format(
        war=asked.war,
        first=asked.pair[0],
        second=asked.pair[1],
        base=base,
        base_se=base_se,
        matters=objective.matters,
        draws=asked.draws,
        lucks=asked.lucks,
    )
    for name in telling:
        low, high = found[name]
        text += f"| `{name}` | {docs.get(name, '')} | {low.value} | {low.told} | {high.value} | {high.told} |\n"
    text += f"\n{len(found) - len(telling)} of {len(found)} numbers move it by less than a tenth of what matters.\n"
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
