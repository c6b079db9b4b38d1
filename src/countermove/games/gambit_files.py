"""Games of ours as files that Gambit reads (Savani & Turocy, gambit-project.org, "Game representation formats"): trees and tables.

Gambit 16.7 takes labels of printable ASCII alone, without spaces at their ends or two in a row, and has been seen to multiply backslashes and to
rename equal labels. So what is not plain is written as in web addresses (% and two digits), which `label_of` reads back. A number keeps all of
its digits; the chances of a node sum to 1 exactly, as Gambit asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from urllib.parse import quote, unquote

from countermove.games.form import Chance, End, Game, Move, Node
from countermove.games.policy_game import Bimatrix

SMALL = 10_000  # a chance that is a fraction below it is written so: OpenSpiel reads no large ones
ROUNDING = 4e-16  # of a chance


def efg(game: Game, title: str = "") -> str:
    """The text of an .efg file: every node in Gambit's order, information sets and actions by their names, chance branches by number."""
    lines = [f"EFG 2 R {_label(title)} {{ {_labels(game.players)} }}", '""', ""]
    numbers: dict[str, int] = {}
    counted = dict.fromkeys((*game.players, "chance", "end"), 0)
    waits: list[Node] = [game.root]
    while waits:
        node = waits.pop()
        if isinstance(node, End):
            counted["end"] += 1
            number = counted["end"]
            lines.append(f't "" {number} "end {number}" {{ {", ".join(_number(value) for value in node.payoffs)} }}')
            continue
        if isinstance(node, Chance):
            counted["chance"] += 1
            number = counted["chance"]
            shares = enumerate(_shares([p for p, _ in node.branches]), 1)
            branches = " ".join(f'"branch {branch}" {share}' for branch, share in shares)
            lines.append(f'c "" {number} "chance {number}" {{ {branches} }} 0')
            after = [to for _, to in node.branches]
        else:
            if node.knows not in numbers:
                counted[node.player] += 1
                numbers[node.knows] = counted[node.player]
            lines.append(_move(game, node, numbers[node.knows]))
            after = list(node.actions.values())
        waits += reversed(after)
    return "\n".join(lines) + "\n"


def nfg(table: Bimatrix, title: str = "", *, named: bool = True) -> str:
    """The text of an .nfg file: payoffs of both by rows and columns, rows first.

    Args:
        named: with the names of rows and columns; OpenSpiel reads only files without.
    """
    names = f"{{ {{ {_labels(table.rows)} }}\n{{ {_labels(table.columns)} }}\n}}"
    strategies = names if named else f"{{ {len(table.rows)} {len(table.columns)} }}"
    payoffs = [
        f"{_number(float(table.first[r, c]))} {_number(float(table.second[r, c]))}"
        for c in range(len(table.columns))
        for r in range(len(table.rows))
    ]
    return f"NFG 1 R {_label(title)} {{ {_labels(table.players)} }}\n\n{strategies}\n\n" + "\n".join(payoffs) + "\n"


def label_of(written: str) -> str:
    """The name that a label of these files stands for."""
    return unquote(written)


def _label(text: str) -> str:
    """A name in quotes, so written that every reader of the format gives it back, and `label_of` the name."""
    plain = re.sub(r"%(?=[0-9A-Fa-f]{2})|[^ -~]|[\"\\]|^ | $|(?<= ) ", lambda found: quote(found.group(), safe=""), text)
    return f'"{plain}"'


def _labels(names: Sequence[str]) -> str:
    """Names one after the other."""
    return " ".join(_label(name) for name in names)


def _move(game: Game, node: Move, number: int) -> str:
    """The line of a player's node."""
    player = game.players.index(node.player) + 1
    return f'p "" {player} {number} {_label(node.knows)} {{ {_labels(tuple(node.actions))} }} 0'


def _number(value: float) -> str:
    """The shortest decimal that is this number and no other, without an exponent: Gambit reads none with a plus sign."""
    return format(Decimal(repr(float(value))), "f") if value != 0 else "0"


def _shares(chances: Sequence[float]) -> list[str]:
    """Chances as fractions that sum to 1 exactly: small ones where they are meant, else those of the numbers as they stand."""
    small = [Fraction(p).limit_denominator(SMALL) for p in chances]
    if sum(small) == 1 and all(abs(float(share) - p) <= ROUNDING * p for share, p in zip(small, chances, strict=True)):
        return [str(share) for share in small]
    exact = [Fraction(p) for p in chances]
    total = sum(exact)
    return [str(share / total) for share in exact]
