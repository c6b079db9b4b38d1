"""`countermove weigh`: what the record says of the theories of the adversary, and how far it cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.options import Changes, File, Output
from countermove.cli.progress import Bar
from countermove.cli.request import scenario_of
from countermove.cli.terminal import say, say_json, say_table

if TYPE_CHECKING:
    from countermove.world.weighing import Confusion, Pool, Reading, Weighing

Coding = Annotated[str | None, typer.Option("--coding", metavar="OPTION", help="A reading of what is disputed in the record.")]
Records = Annotated[int, typer.Option("--records", metavar="N", min=1024, help="Simulated records per theory in each set.")]
Pooled = Annotated[bool, typer.Option("--pool", help="Every war at hand, together and with each left out.")]
Seed = Annotated[int, typer.Option("--seed", metavar="S", min=0, max=2**48 - 1, help="Where chance begins.")]


def weigh(
    file: File,
    changes: Changes,
    output: Output,
    coding: Coding = None,
    pool: Pooled = False,
    records: Records = 4096,
    seed: Seed = 0,
) -> None:
    """Weigh the theories of the adversary on the scenario's record: simulate records under each, learn to tell them apart, read the real one.

    Weights come with the confusion matrix: how often a record like this one would have named the right theory.
    """
    scenario, plugins = scenario_of(file, changes)
    from countermove.evidence.weigh import Effort
    from countermove.study.options import RunOptions
    from countermove.study.pool import pool as pool_of
    from countermove.study.weigh import weigh as weighing_of

    if pool:
        with Bar(quiet=output.quiet or output.as_json) as bar:
            wars = pool_of(scenario.clock.known_until, RunOptions(seed=seed), effort=Effort(records, 1, seed), progress=bar)
        say_json(wars.to_json()) if output.as_json else show_pool(wars)
        return
    with Bar(quiet=output.quiet or output.as_json) as bar:
        found = weighing_of(
            scenario, RunOptions(seed=seed, plugins=plugins), coding=coding, effort=Effort(records, seed=seed), progress=bar
        )
    if output.as_json:
        say_json(found.to_json())
        return
    show(found)


def show(found: Weighing) -> None:
    """The weights, the confusion matrix, the readings, and all of it in sentences."""
    for sentence in found.sentences:
        say(sentence)
    say()
    refused = bool(found.refused)
    say_table(
        f"Theories of {found.patron}, on {found.record}",
        ["theory", "prior", "posterior", "± over readers"],
        [
            [row.theory, _share(row.prior), "refused" if refused else _share(row.posterior), "" if refused else _share(row.sd)]
            for row in found.weights
        ],
    )
    say_table(
        "What records of known truth would be taken for (rows: the truth; the matrix goes with the weights)",
        ["truth", *found.confusion.theories],
        _rows(found.confusion),
    )
    say(f"Calibration error of the weights: {found.confusion.error:.3f}; of {found.wars} wars pooled: {found.pooled.error:.3f}.")
    if len(found.readings) > 1:
        rows = [[row.theory, *(_weight(reading, row.theory) for reading in found.readings)] for row in found.weights]
        rows.append(["(farther out)", *(_share(reading.beyond) for reading in found.readings)])
        say_table(
            "The same under other readings of the record and other starts of the war",
            ["theory", *(f"[{number}]" for number in range(1, len(found.readings) + 1))],
            rows,
        )
        for number, reading in enumerate(found.readings, 1):
            say(f"[{number}] coding {reading.coding}, start {reading.start}: {reading.says}")


def show_pool(found: Pool) -> None:
    """Each war, then all of them, then all but one."""
    for sentence in found.sentences:
        say(sentence)
    say()
    names = list(found.hindsight)
    say_table(
        "What each war says, under equal priors",
        ["war", "patron", *names, "named right", "farther out"],
        [
            [
                f"{war.record}{'' if war.coding == 'default' else ' (' + war.coding + ')'}{'' if war.known else ' *'}",
                war.patron,
                *(_share(war.weights[name]) if name in war.weights else "refused" for name in names),
                _share(war.right),
                _share(war.beyond),
            ]
            for war in found.wars
        ],
    )
    rows = [["known by the decision", *(_share(found.known.get(name, 0.0)) for name in names)]] if found.known else []
    rows.append(["with hindsight (*)", *(_share(found.hindsight[name]) for name in names)])
    rows += [
        [f"without {record}", *(_share(weights.get(name, 0.0)) for name in names)] for record, weights in found.without.items()
    ]
    say_table("Together, each war under its default coding", ["wars", *names], rows)


def _rows(table: Confusion) -> list[list[str]]:
    return [[name, *(_share(x) for x in row)] for name, row in zip(table.theories, table.named, strict=True)]


def _weight(reading: Reading, theory: str) -> str:
    return _share(reading.weights[theory]) if reading.weights else "refused"


def _share(x: float) -> str:
    return f"{100 * x:.1f}%" if 0 < x < 0.1 else f"{100 * x:.0f}%"
