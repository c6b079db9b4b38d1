"""What `countermove weigh` shows beside the weights: other priors, the offset before and after the record, the theories' reaction sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countermove.cli.terminal import say, say_table, share_text
from countermove.world.words import share_error

if TYPE_CHECKING:
    from countermove.questions.weigh.finding import KindLeftOut, Weighing


def show_more(found: Weighing) -> None:
    """Each table where there is something to show."""
    names = [row.theory for row in found.weights]
    for road, how in (("readers", "by simulated records"), ("filters", "by filters")):
        rows = [row for row in found.without_kinds if row.method == road]
        if rows:
            say_table(
                f"The weights without one kind of datum, {how} (± of the change)",
                ["without", "data", *names],
                [[row.kind, str(row.data), *(_without(row, name) for name in names)] for row in rows],
            )
    if found.reactions:
        say_table(
            "Reaction of each theory by its priors alone: mean difference of support from inertia, thousand person-equivalents",
            ["theory", "mean", "5% of records below", "95% below"],
            [[row.theory, f"{row.mean:.2f}", f"{row.low:.2f}", f"{row.high:.2f}"] for row in found.reactions],
        )
    if found.priors:
        say_table(
            "The weights by filters under other priors, from the same draws",
            ["", *names, "draws"],
            [
                [f"[{number}]", *(share_text(row.weights[name]) for name in names), f"{row.fewest:.0f}"]
                for number, row in enumerate(found.priors, 1)
            ],
        )
        for number, row in enumerate(found.priors, 1):
            say(f"[{number}] {row.says}; at worst {row.fewest:.0f} effective draws")
        say()
    if found.omega:
        say_table(
            "Omega on the balance, the share of the aid's effect that the rival undoes: before and after the record (± Monte-Carlo)",
            ["strategy", "theory", "before", "after", "5% to 95% of draws", "effective draws"],
            [
                [
                    row.strategy,
                    row.theory,
                    f"{row.prior.value:+.2f} ± {row.prior.se:.2f}",
                    f"{row.posterior.value:+.2f} ± {row.posterior.se:.2f}",
                    f"{row.posterior.q05:+.2f} to {row.posterior.q95:+.2f}",
                    f"{row.effective:.0f}",
                ]
                for row in found.omega
                if row.on == "balance"
            ],
        )


def _without(row: KindLeftOut, theory: str) -> str:
    if not row.weights:
        return "lost"
    share, error = share_error(row.weights[theory], row.error[theory])
    return f"{share} ± {error}" if error else share
