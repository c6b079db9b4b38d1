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


# what somebody writes; what of the refusal helps, and what would mislead
SLIPS = [
    ("eagle", "hello", 'a line for each order, such as "rung: training"; there are rung, step', "mapping"),
    ("eagle", "rung: 12", "a whole number from 0 to 8", "9"),
    ("eagle", "rung: lethal defensive", "lethal-defensive", "patron-war"),
    ("eagle", "rung: lethal defensive", "or a number from 0 to 8", "0 to 9"),
    ("eagle", "rung: patron", "overt-intervention", "patron-war"),
    ("eagle", "step: up", "a whole number from -8 to 8", "9"),
    ("eagle", "conditions: none", "[]", "[none]"),
    ("eagle", "ask: true", "one of rung, step", "contingency"),
    ("bear", "support: -1", "from 0 to ", "1e+06"),
    ("bear", "rung: heavy", "one of support, answer, exit", "is a key of"),
    ("north", "attack", 'such as "ask: true"; there are ask, attack', "mapping"),
]


@pytest.mark.parametrize(("seat", "text", "helps", "misleads"), SLIPS)
def test_a_slip_is_told_to_whoever_has_seen_no_scenario(seat: str, text: str, helps: str, misleads: str) -> None:
    """What is expected is what can be ordered at a table."""
    with pytest.raises(ScenarioError) as refused:
        SESSION.table.orders(seat, text)
    said = " ".join(f"{one.expected} {one.suggestion}" for one in refused.value.issues)
    assert helps in said and misleads not in said, said
