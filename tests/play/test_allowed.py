"""What each order takes is what the language takes: every word of a list, both ends of a range, and nothing beyond them."""

from __future__ import annotations

import pytest

from builders.tables import begun
from countermove.errors import ScenarioError
from countermove.play.allowed import RANGES, allowed
from countermove.scenario.seat_orders import KEYS

SESSION = begun()
ORDERED = [(seat, key) for seat in ("eagle", "bear", "north") for key in KEYS[SESSION.table.seat(seat).kind]]  # type: ignore[index]


@pytest.mark.parametrize(("seat", "name"), [(seat, key.name) for seat, key in ORDERED])
def test_what_is_said_to_be_taken_is_taken(seat: str, name: str) -> None:
    """With what it needs beside it, and one step further it is refused."""
    table = SESSION.table
    key = next(key for one, key in ORDERED if one == seat and key.name == name)
    takes = allowed(table.voice(seat), key, table.means(table.seat(seat)))
    beside = "rung: heavy\n" if name == "volume" else "conditions: [no-offensives]\n" if name == "enforcement" else ""

    def read(value: object) -> None:
        table.orders(seat, f"{beside}{name}: {value}")

    if takes.values:
        for word in takes.values:
            read(f"[{word}]" if key.kind == "conditions" else word)
        beyond: list[object] = ["[never]" if key.kind == "conditions" else "never"]
    else:
        assert takes.least is not None and takes.most is not None
        whole = key.kind == "integer"
        for number in (takes.least, takes.most):
            read(int(number) if whole else number)
        step = 1 if whole else max(takes.most, 1) * 1e-2
        ends = (takes.least - step, takes.most + step)
        beyond = [int(end) if whole else end for end in ends]
    for value in beyond:
        with pytest.raises(ScenarioError):
            read(value)


def test_every_range_is_of_a_key() -> None:
    """None is left over."""
    assert set(RANGES) <= {key.name for _, key in ORDERED}
