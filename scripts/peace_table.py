"""What arms do to leaving, peace and its terms in the Donbas of 2017, theory by theory: the tables of docs/explanation/peace.md.

    python scripts/peace_table.py            print the tables
    python scripts/peace_table.py --write    write them into the page

Four plans: restraint, one batch of missiles, heavy weapons, and ten billion dollars of weapons at once. Three wars: as the priors have it, and with
the dependence of the separatists on Moscow at the tenth and the ninetieth percentile of its prior. Errors are standard errors over draws; a
change that is not twice its error away from 0 is told as "cannot tell".
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from countermove.engine.draws import prior_draws
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Batch, Engine
from countermove.engine.simulate import outcomes
from countermove.scenario.distributions import quantile
from countermove.scenario.read import read
from countermove.scenario.schema import Move, Scenario, Strategy, WrittenOrders
from countermove.world.certainty import amount_certainty
from countermove.world.measure import MEASURE_NAMES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "peace.md"
BEGIN, END = "<!-- tables of scripts/peace_table.py -->\n", "<!-- end of the tables -->\n"
PLANS = {"restraint": "restraint", "javelins": "missiles", "heavy-lethal": "heavy weapons", "ten-billion": "ten billion"}
DRAWS, LUCKS = 1024, 4
SIDE, DEPENDENCE = 1, "side.dependence"
BETTER = 0.1  # of the contested ground, above what Kyiv held on the first day
COLUMNS = (
    *("Moscow leaves", "separatists collapse", "settled in 24 months", "settled in 60", "settled in 60, 10 points better"),
    "Kyiv's share by the terms",
)


class Number(NamedTuple):
    """A mean over draws, and by how much each draw moves it [D]."""

    value: float
    pull: np.ndarray

    @classmethod
    def of(cls, above: np.ndarray, below: np.ndarray) -> Number:
        """A ratio of means over runs [D, L]."""
        whole, parts = above.mean(), below.mean()
        value = float(whole / parts)
        return cls(value, (above.mean(axis=1) - value * below.mean(axis=1)) / parts)

    @property
    def error(self) -> float:
        """Standard error over draws."""
        return float(self.pull.std(ddof=1) / np.sqrt(len(self.pull)))

    def __sub__(self, other: Number) -> Number:
        return Number(self.value - other.value, self.pull - other.pull)


def armed() -> Scenario:
    """The war that ships, with one more plan."""
    scenario = read("donbas-2017")
    at_once = Move(at=scenario.clock.start, then=WrittenOrders(rung="heavy", volume=10_000.0))
    plan = Strategy(says="Ten billion dollars of weapons at once.", moves=(at_once,), otherwise=WrittenOrders(answer="refuse"))
    return scenario.model_copy(update={"strategies": dict(scenario.strategies) | {"ten-billion": plan}})


def compiled() -> Program:
    """The four plans, compiled."""
    program = compile_scenario(armed())
    return program.with_plans([plan for plan in program.plans if plan.name in PLANS])


def numbers(table: np.ndarray) -> list[Number]:
    """The numbers of COLUMNS from measures [M, D, L]."""
    of = dict(zip(MEASURE_NAMES, table.astype(np.float64), strict=True))
    settled, one = of["settlement-by-60-months"], np.ones_like(of["rival-quits"])
    shares = (
        of["rival-quits"],
        of["collapse-rival"],
        of["settlement-by-24-months"],
        settled,
        1.0 * (of["settled-ground"] > BETTER),
    )
    return [*(Number.of(share, one) for share in shares), Number.of(np.nan_to_num(of["settlement-terms"]), settled)]


def cells(engine: Engine, batch: Batch, dependence: float | None) -> Iterator[tuple[str, str, list[Number]]]:
    """Theory, plan and numbers of every cell."""
    for theory in engine.program.theory_names:
        for name in PLANS:
            job = engine.job(batch, name, theory, np.arange(DRAWS * LUCKS))
            if dependence is not None:
                rows = np.array(job.params[DEPENDENCE])
                rows[SIDE] = dependence
                job = job._replace(params={**job.params, DEPENDENCE: rows})
            found, _, _ = outcomes(engine.kernel, job)
            yield theory, name, numbers(np.asarray(found).reshape(-1, DRAWS, LUCKS))


def told(number: Number, before: Number | None) -> str:
    """A number with its error; of a plan with arms the change that they make."""
    if before is None:
        return f"{number.value:.3f} ± {number.error:.3f}"
    change = number - before
    if amount_certainty(change.value, change.error) != "told":
        return f"cannot tell ({change.value:+.3f} ± {change.error:.3f})"
    return f"{change.value:+.3f} ± {change.error:.3f}"


def lines(engine: Engine, batch: Batch, title: str, dependence: float | None) -> Iterator[str]:
    """One table in Markdown."""
    yield f"### {title}"
    yield f"| theory | plan | {' | '.join(COLUMNS)} |"
    yield "|---" * (2 + len(COLUMNS)) + "|"
    calm: list[Number] = []
    for theory, name, found in cells(engine, batch, dependence):
        calm = found if name == "restraint" else calm
        row = [told(number, None if name == "restraint" else before) for number, before in zip(found, calm, strict=True)]
        yield f"| {theory if name == 'restraint' else ''} | {PLANS[name]} | {' | '.join(row)} |"
    yield ""


def tables() -> str:
    """All three tables."""
    engine = Engine(compiled())
    batch = Batch(prior_draws(engine.program, DRAWS, 13), LUCKS, chunk=DRAWS * LUCKS)
    prior = engine.program.priors[DEPENDENCE][SIDE]
    low, high = (float(x) for x in quantile(prior, np.array([0.1, 0.9])))
    out = [f"{DRAWS:,} draws, {LUCKS} lucks each. Rows of plans with arms show the change against restraint.", ""]
    out += lines(engine, batch, "As the priors have it", None)
    out += lines(engine, batch, f"The separatists depend little on Moscow: d = {low:.2f}, the tenth percentile", low)
    out += lines(engine, batch, f"The separatists depend much on Moscow: d = {high:.2f}, the ninetieth percentile", high)
    return "\n".join(out)


def main() -> None:
    """Print the tables, or write them into the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the tables into docs/explanation/peace.md")
    text = tables()
    if not parser.parse_args().write:
        sys.stdout.write(text)
        return
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(before + BEGIN + text + rest[rest.index(END) :], encoding="utf-8")


if __name__ == "__main__":
    main()
