"""`countermove weigh`: what the record says of the theories of the adversary, and how far it cannot tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.options import FROM_SEED, Changes, File, Output
from countermove.cli.progress import Bar
from countermove.cli.request import scenario_of
from countermove.cli.terminal import say, say_json, say_table, share_text
from countermove.cli.weigh_more import show_more
from countermove.world.words import mean_error, month_text, share_error

if TYPE_CHECKING:
    from countermove.questions.weigh.finding import Pool, VariantReading, Weighing


@dataclass(frozen=True)
class Ways:
    """How theories are weighed."""

    coding: Annotated[
        str | None, typer.Option("--coding", metavar="OPTION", help="A reading of what is disputed in the record.")
    ] = None
    pool: Annotated[bool, typer.Option("--pool", help="Every war at hand, together and with each left out.")] = False
    quick: Annotated[bool, typer.Option("--quick", help="By simulated records alone; no filters, no log evidence.")] = False
    every: Annotated[bool, typer.Option("--all", help="Filters for every coding and start; with --pool, for every war.")] = False
    records: Annotated[
        int, typer.Option("--records", metavar="N", min=1024, max=1 << 20, help="Simulated records per theory in each set.")
    ] = 4096
    seed: Annotated[int, FROM_SEED] = 0


def weigh(file: File, changes: Changes, ways: Ways, output: Output) -> None:
    """Weigh the theories of the adversary on the scenario's record, by two roads that check each other.

    One simulates records under each theory, learns to tell them apart and reads the real one; it gives the confusion matrix: how often a
    record like this one would have named the right theory. The other filters the record itself and gives each theory's evidence.
    """
    if ways.pool and ways.coding is not None:
        raise typer.BadParameter("--pool reads every coding of every war: leave --coding out")
    scenario, plugins = scenario_of(file, changes, output)
    from countermove.questions.options import RunOptions
    from countermove.questions.weigh.finding import Pool
    from countermove.questions.weigh.methods import WeighingMethods, pool_wars, weigh_scenario

    options, roads = RunOptions(seed=ways.seed, plugins=plugins), WeighingMethods(ways.quick, ways.every, ways.records)
    with Bar(quiet=output.quiet or output.as_json) as bar:
        asked = pool_wars if ways.pool else partial(weigh_scenario, coding=ways.coding)
        found = asked(scenario, options, roads, progress=bar)
    if output.as_json:
        say_json(found.to_json())
    elif isinstance(found, Pool):
        show_pool(found)
    else:
        show(found)


def show(found: Weighing) -> None:
    """The weights, the confusion matrix, the readings, and all of it in sentences."""
    from countermove.questions.weigh.section import confusion_table

    for sentence in found.sentences:
        say(sentence)
    say()
    _show_weights(found)
    say_table(
        "What records of known truth would be taken for (rows: the truth; the matrix goes with the weights)",
        ["truth", *found.confusion.theories],
        confusion_table(found).texts()[1],
    )
    say(f"Calibration error of the weights: {found.confusion.error:.3f}; of {found.wars} wars pooled: {found.pooled.error:.3f}.")
    if len(found.readings) > 1:
        rows = [[row.theory, *(_weight(reading, row.theory) for reading in found.readings)] for row in found.weights]
        rows.append(["(farther out)", *(share_text(reading.beyond) for reading in found.readings)])
        say_table(
            "The same under other readings of the record and other starts of the war",
            ["theory", *(f"[{number}]" for number in range(1, len(found.readings) + 1))],
            rows,
        )
        for number, reading in enumerate(found.readings, 1):
            say(f"[{number}] coding {reading.coding}, start {reading.start}: {reading.says}")
    if found.filter_readings:
        show_exact_readings(found)
    show_more(found)


def show_exact_readings(found: Weighing) -> None:
    """The other readings by filters."""
    numbers = {(reading.coding, reading.start): number for number, reading in enumerate(found.readings, 1)}
    say_table(
        "By filters, under the same other readings (± from the errors of the log evidences)",
        ["theory", *(f"[{numbers[reading.coding, reading.start]}]" for reading in found.filter_readings)],
        [[row.theory, *(_filtered(reading, row.theory) for reading in found.filter_readings)] for row in found.weights],
    )
    for reading in found.filter_readings:
        if reading.lost:
            say(
                f"[{numbers[reading.coding, reading.start]}] lost by the filters of {', '.join(reading.lost)}: it gives no weights."
            )


def _filtered(reading: VariantReading, theory: str) -> str:
    if not reading.weights:
        return "lost"
    return mean_error(reading.weights[theory], reading.error[theory], "share") if reading.error else _weight(reading, theory)


def _show_weights(found: Weighing) -> None:
    """Both roads side by side, and the evidence."""
    exact = {row.theory: row for row in found.filter_weights}
    rows: list[list[str]] = []
    for row in found.weights:
        said = ["refused", ""] if found.refused else [*share_error(row.posterior, row.sd)]
        one = exact.get(row.theory)
        if one is not None:
            said += [
                *share_error(one.posterior, one.sd),
                f"{one.log_evidence:.1f}",
                f"{one.evidence_sd:.1f}",
                share_text(one.stacking),
            ]
        rows.append([row.theory, share_text(row.prior), *said, share_text(found.fits[row.theory]) if found.fits else ""])
    columns = ["theory", "prior", "by simulated records", "± over readers"]
    if exact:
        columns += ["by filters", "±", "log evidence", "±", "stacking"]
    say_table(f"Theories of {found.patron}, on {found.record}", [*columns, "its own records farther out"], rows)
    if found.influence:
        names = [row.theory for row in found.weights]
        say_table(
            "What single months did: log weight of each theory without the month, less with it (below 0 the month speaks for the theory)",
            ["month", *names],
            [[month_text(row.month), *(_change(row.change[name], row.error[name]) for name in names)] for row in found.influence],
        )


def _change(change: float, error: float) -> str:
    return f"{change:+.1f} ± {error:.1f}" if math.isfinite(change) else "cannot tell"


def show_pool(found: Pool) -> None:
    """Each war, then all of them, then all but one."""
    for sentence in found.sentences:
        say(sentence)
    say()
    names = list(found.hindsight)
    say_table(
        "What each war says, under equal priors",
        ["war", *names, "named right", "farther out"],
        [
            [
                f"[{number}]{'' if war.known else ' *'}",
                *(share_text(war.weights[name]) if name in war.weights else "refused" for name in names),
                share_text(war.right),
                share_text(war.beyond),
            ]
            for number, war in enumerate(found.wars, 1)
        ],
    )
    for number, war in enumerate(found.wars, 1):
        say(f"[{number}] {war.record}, {war.patron}, coding {war.coding}{'' if war.known else ' *'}")
    say("* hindsight: nothing of it was known by the date of the decision")
    say()
    rows = [["known by the decision", *(share_text(found.known.get(name, 0.0)) for name in names)]] if found.known else []
    rows.append(["with hindsight (*)", *(share_text(found.hindsight[name]) for name in names)])
    rows += [
        [f"without {record}", *(share_text(weights.get(name, 0.0)) for name in names)] for record, weights in found.without.items()
    ]
    say_table("Together, each war under its default coding", ["wars", *names], rows)
    if found.by_filters is not None:
        from countermove.cli.shared_gains import show_exact_pool

        show_exact_pool(found.by_filters)


def _weight(reading: VariantReading, theory: str) -> str:
    return share_text(reading.weights[theory]) if reading.weights else "refused"
