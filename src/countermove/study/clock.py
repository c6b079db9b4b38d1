"""When a measure is judged: a clock that ends before has either its last month, or nothing to say."""

from __future__ import annotations

from countermove.world.measure import MEASURES

_AFTER = {f"settlement-by-{months}-months": months for months in (12, 24, 60)} | {"rung-24": 24}
_AFTER_OR_AT_THE_END = {"drawn-in": 24, "support-change": 24}
SETTLEMENTS = ("settlement-by-24-months", "settlement-by-12-months")  # the one that page one tells: the first that the clock judges


def judged_in(measure: str, months: int) -> int | None:
    """The month (from 1) at whose end a measure is known on a clock of so many months (0: of unknown length); None: the clock ends before."""
    assert any(row.name == measure for row in MEASURES), measure
    if measure in _AFTER:
        return _AFTER[measure] if not months or _AFTER[measure] <= months else None
    wanted = _AFTER_OR_AT_THE_END.get(measure, months)
    return min(wanted, months) if months else wanted
