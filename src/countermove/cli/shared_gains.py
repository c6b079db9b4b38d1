"""What `countermove weigh --pool` shows of the exact road: weights by filters, and the gains that wars share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from countermove.cli.terminal import say_table
from countermove.world.words import mean_error

if TYPE_CHECKING:
    from countermove.questions.weigh.finding_pool import PoolByFilters, PooledWeights


def show_exact_pool(found: PoolByFilters) -> None:
    """The weights of all wars and of all but one, then each theory's evidence, then its gains war by war."""
    names = list(found.hindsight.weights)
    rows = [] if found.known is None else [["known by the decision", *_shares(found.known, names)]]
    rows.append(["with hindsight", *_shares(found.hindsight, names)])
    rows += [[f"without {record}", *_shares(row, names)] for record, row in found.without.items()]
    say_table("Together by filters, with gains that wars share", ["wars", *names], rows)
    say_table(
        "Log evidence of all wars; share of a gain's variance that lies between wars "
        f"(prior {found.between:.2f}; apart: gains drawn anew in every war)",
        ["theory", "shared", "log evidence", "±", "apart", "between wars"],
        [
            [
                row.theory,
                ", ".join(row.parameters) or "nothing",
                f"{row.log_evidence:.1f}",
                f"{row.sd:.1f}",
                f"{row.apart:.1f}",
                "" if math.isnan(row.between) else f"{row.between:.2f}",
            ]
            for row in found.theories
        ],
    )
    say_table(
        "Gains in each war: by its own record, then in the light of the others (at the mean of the standard-normal coordinate)",
        ["theory", "gain", "war", "alone", "shrunk", "effective draws"],
        [
            [row.theory, row.parameter, one.war, f"{one.gain_alone:.2f}", f"{one.gain_shrunk:.2f}", f"{one.effective:.0f}"]
            for row in found.gains
            for one in row.wars
        ],
    )


def _shares(row: PooledWeights, names: list[str]) -> list[str]:
    return [mean_error(row.weights[name], row.sd[name], "share") for name in names]
