"""What many wars say together, as tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from countermove.questions.weigh.finding import Pool
from countermove.questions.weigh.finding_pool import PoolByFilters, PooledWeights
from countermove.world.tables import Table
from countermove.world.titles import Titles
from countermove.world.words import mean_error, percent


def wars_table(found: Pool) -> Table:
    """Each war by itself."""
    names = list(found.hindsight)
    return Table.of(
        "What each war says, under equal priors",
        ("war", *map(found.titles.theory, names), "named right", "farther out"),
        (
            (
                f"[{number}]{'' if war.known else ' *'}",
                *(percent(war.weights[name]) if name in war.weights else "refused" for name in names),
            )
            + (percent(war.right), percent(war.beyond))
            for number, war in enumerate(found.wars, 1)
        ),
    )


def together_table(found: Pool) -> Table:
    """All wars by simulated records, and all but one."""

    def row(wars: str, weights: Mapping[str, float]) -> tuple[str, ...]:
        return wars, *(percent(weights.get(name, 0.0)) for name in found.hindsight)

    rows = [row("known by the decision", found.known)] if found.known else []
    rows.append(row("with hindsight (*)", found.hindsight))
    rows += [row(f"without {record}", weights) for record, weights in found.without.items()]
    return Table.of("Together, each war under its default coding", ("wars", *map(found.titles.theory, found.hindsight)), rows)


def exact_tables(found: PoolByFilters, titles: Titles) -> Iterator[Table]:
    """The exact road: the weights of all wars and of all but one, then each theory's evidence, then its gains war by war."""

    def row(wars: str, one: PooledWeights) -> tuple[str, ...]:
        return wars, *(mean_error(one.weights[name], one.sd[name], "share") for name in found.hindsight.weights)

    rows = [] if found.known is None else [row("known by the decision", found.known)]
    rows.append(row("with hindsight", found.hindsight))
    rows += [row(f"without {record}", one) for record, one in found.without.items()]
    yield Table.of("Together by filters, with gains that wars share", ("wars", *map(titles.theory, found.hindsight.weights)), rows)
    yield Table.of(
        "Log evidence of all wars; share of a gain's variance that lies between wars "
        f"(prior {found.between:.2f}; apart: gains drawn anew in every war)",
        ("theory", "shared", "log evidence", "apart", "between wars"),
        (
            (
                titles.theory(row.theory),
                ", ".join(row.parameters) or "nothing",
                f"{row.log_evidence:.1f} ± {row.sd:.1f}",
                f"{row.apart:.1f}",
            )
            + ("" if math.isnan(row.between) else f"{row.between:.2f}",)
            for row in found.theories
        ),
    )
    yield Table.of(
        "Gains in each war: by its own record, then in the light of the others (at the mean of the standard-normal coordinate)",
        ("theory", "gain", "war", "alone", "shrunk", "effective draws"),
        (
            (
                titles.theory(row.theory),
                row.parameter,
                one.war,
                f"{one.gain_alone:.2f}",
                f"{one.gain_shrunk:.2f}",
                f"{one.effective:.0f}",
            )
            for row in found.gains
            for one in row.wars
        ),
    )
