"""`countermove verify`: every line of the table holds, and the table keeps its contract."""

from __future__ import annotations

import json
import math

import pytest

from countermove.verify import CHECKS, Check, Line, Verified, table, verify
from countermove.verify.line import near, none, within


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_lines_hold(check: Check) -> None:
    lines = check.lines()
    assert lines
    wrong = [f"{line.what}: {line.got:.8g}, not {line.expected:.8g} within {line.tolerance:.3g}" for line in lines if not line.ok]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
    for line in lines:
        assert line.source
        assert all(isinstance(x, float) for x in (line.expected, line.got, line.tolerance))


def test_verify_keeps_the_order_and_says_what_it_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = tuple(check for check in CHECKS if check.name in ("bargaining", "two spigots", "Iwo Jima"))
    monkeypatch.setattr(table, "CHECKS", cheap)
    heard: list[str] = []
    lines = verify(heard.append).lines
    assert heard == [check.name for check in cheap]
    assert lines == verify().lines == tuple(line for check in cheap for line in check.lines())


def test_the_json_is_json_with_a_number_that_is_not_finite() -> None:
    lines = [
        near("a", 1.0, 1.05, 0.1, "s"),
        near("b", 1.0, math.nan, 0.1, "s"),
        none("c", 1, "s"),
        within("d", 10.0, 10.9, 0.1, "s"),
    ]
    assert [line.ok for line in lines] == [True, False, False, True]
    shape = json.loads(json.dumps(Verified(tuple(lines)).to_json(), allow_nan=False))
    assert shape["passed"] == 2
    assert shape["failed"] == 2
    assert shape["lines"][1] == {"what": "b", "expected": 1.0, "got": None, "tolerance": 0.1, "source": "s", "ok": False}
    assert [list(row) for row in shape["lines"]] == [["what", "expected", "got", "tolerance", "source", "ok"]] * 4


def test_names_are_told_apart() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    # the functions of the table are those of the package; nothing that makes lines is forgotten
    made = {check.lines for check in CHECKS}
    modules = (table.arms_race, table.conservation, table.combat, table.contest, table.crises, table.symmetry, table.no_difference)
    modules += (
        table.offsets,
        table.open_loop,
        table.bargain_laws,
        table.base_rates,
        table.likelihoods,
        table.regimes,
        table.owner_estimates,
        table.silences,
        table.spigots,
    )
    for module in modules:
        for name, value in vars(module).items():
            if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == module.__name__:
                makes_lines = getattr(value, "__annotations__", {}).get("return") == "list[Line]"
                assert not makes_lines or value in made, f"{module.__name__}.{name}"


def test_a_line_of_a_wrong_number_does_not_hold() -> None:
    assert isinstance(near("x", 0.0, 0.2, 0.1, "s"), Line)
    assert not near("x", 0.0, 0.2, 0.1, "s").ok
    assert not within("x", 2.0, 2.3, 0.1, "s").ok
    assert not none("x", -1e-9, "s").ok
    assert not near("x", 0.0, math.inf, math.inf, "s").ok
