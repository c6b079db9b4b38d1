"""Where the numbers of a memo come from: what each is, its error, in how many runs it was counted, the command that gives it again.

The page says the same of any one number that is tapped (`show/templates/whence.js`); this table stands for readers without scripts, and on paper.
"""

from __future__ import annotations

import shlex

from countermove.memo.bend import same_war
from countermove.memo.contents import Dossier
from countermove.world.tables import Table
from countermove.world.words import counted

_SPREAD = "one standard error of the mean, from the spread of the independent sets of draws"


def whence_table(dossier: Dossier) -> Table:
    """A row for each kind of number that the runs give."""
    made = dossier.provenance
    again = shlex.join([*same_war(made.command, made.scenario), *sizes(made.draws, made.lucks, made.seed)])
    runs = f"{counted(made.draws, 'draw')} with {counted(made.lucks, 'luck')} each, {made.draws * made.lucks:,} runs of each plan under each theory"

    def taken(key: str, *names: str) -> str:
        chosen = " and ".join(f'.{name}=="…"' for name in names)
        return f"{again} | jq '.{key}[] | select({chosen})'"

    rows = (
        (
            "what happens under each plan",
            "The mean over all runs of what is measured; what each measure is stands in the table of all measures.",
            _SPREAD,
            runs,
            taken("measures", "strategy", "theory", "measure"),
        ),
        (
            "regret, expected value",
            "The mean over all runs of the points of the objective; regret is how far that lies below the best plan's under the same theory.",
            f"{_SPREAD}; of regret, that of the difference, for which all plans have the same draws and the same luck",
            runs,
            taken("regret", "strategy", "theory"),
        ),
        (
            "flip points",
            "The share of the first theory in the weight of two at which two plans have the same expected points.",
            "that of the two differences, by the delta method",
            runs,
            f"{again} | jq '.flips[]'",
        ),
    )
    return Table.of(
        "Where the numbers come from. In a browser with scripts a tap on a number of the tables of regret and of measures says it of that number.",
        ("numbers", "what they are", "error, behind ±", "counted in", "command that gives them again"),
        rows,
        prose=True,
    )


def sizes(draws: int, lucks: int, seed: int) -> tuple[str, ...]:
    """What `countermove run` needs to run the same draws, and to say no more than what it found of them."""
    return ("--draws", str(draws), "--lucks", str(lucks), "--seed", str(seed), "--quick", "--json")
