"""No number without a name: what is left of bare numbers in mechanisms and theories is a definition, a pivot or a guard, and each says which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from builders.places import ROOT

SOURCE = ROOT / "src" / "countermove"
TABLES = {"table.py", "table_minds.py", "entries.py"}  # parameters are written there
PLAIN = {0, 1, 2, 0.5, 1000}  # nothing, one, two, a half; persons in a thousand
GUARDS = {1e-6, 1e-30}  # what keeps a division or a logarithm finite
PARAMETERS = {"Prior", "per_patron", "_row"}  # calls that write a parameter
# file: {number: why it is no parameter}
KEPT: dict[str, dict[float, str]] = {
    "attrition.py": {
        8: "sub-steps of the general law; its order is tested",
        **dict.fromkeys((6, 20, 42, 72, 110, 156, 210, 12, 30, 56, 90, 132, 182), "coefficients of the series of sinh and cosh"),
    },
    "bargain.py": {
        0.05: "strength and will below which nobody counts",
        0.001: "terms short of everything",
        0.999: "terms short of everything",
        0.4: "pivot of the talks: `bargain.hazard` is the hazard there",
    },
    "diplomacy.py": {0.4: "pivot of the talks: the hazards are those there"},
    "observation.py": {6: "rung that covert regulars are seen on; bound of a logit", 7: "rung of covert regulars"},
    "posture.py": {0.4: "pivot of the talks: `posture.offensive-base` is the hazard there"},
    "pretext.py": {3: "highest rung that is not lethal"},
    "requests.py": {7: "rung of covert regulars"},
    "spread.py": {
        8: "rung of open war",
        64: "both on it",
        10: "unit of `spread.x-both`",
        0.7: "pivot of credibility",
        7: "unit of `spread.incident-readiness`",
    },
    "supply.py": {7: "months of the pipeline; a longer lag is refused"},
    "territory.py": {0.70710678: "two sides share the noise of one front"},
    "truces.py": {5: "unit of `truces.break-aid-rival`", 100: "unit of `truces.onset-deaths`"},
    "conduct.py": {3: "axes of an array; months of the mean of casualties"},
    "opportunist.py": {4: "lowest lethal rung"},
    "rational.py": {0.1: "thousand; nobody is fewer"},
    "reads.py": {3: "modes of `switching`"},
    "spigot.py": {1.5: "between one and two months of delay"},
    "strategies.py": {3: "regimes in which the war is over; thirds of a uniform choice", 8: "highest rung that can be ordered"},
    "theory.py": {
        **dict.fromkeys((0.05, 0.2, 1.5, 3, 12), "edges of the rungs (docs/reference/ladder.md)"),
    },
    "switching.py": {3: "modes", 1.5: "between two modes", 4: "how much more pain weighs in a retreat"},
}  # fmt: skip


def bare(path: Path) -> Iterator[float]:
    """Numbers in the code of a file, but for those that write a parameter or an index."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    out: set[int] = set()
    for node in ast.walk(tree):
        call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PARAMETERS
        if call:
            out |= {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.Subscript):
            out |= {id(part) for part in ast.walk(node.slice)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and id(node) not in out:
            yield node.value  # type: ignore[misc]


FILES = [path for room in ("dynamics", "behaviour") for path in sorted((SOURCE / room).glob("*.py")) if path.name not in TABLES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_number_is_a_parameter_or_says_why_not(path: Path) -> None:
    found = {number for number in bare(path) if number not in PLAIN | GUARDS}
    assert found == set(KEPT.get(path.name, {})), (
        "write a number that can move a result as a parameter, with prior, unit and source"
    )
