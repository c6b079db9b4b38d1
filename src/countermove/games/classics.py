"""The table of classics: each a game in our own form, how it is solved, and what is known of its answer. A new classic is a row of CLASSICS.

Closed forms are in `classic_answers`, and are compared with, never solved with. Where types, efforts or times are continuous, a row's game has a
grid, and the closed form is the limit of finer grids.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from countermove.games import classic_answers as known
from countermove.games import classic_cards as cards
from countermove.games import classic_contests as contests
from countermove.games import classic_crises as crises
from countermove.games.classic_row import Classic, Measured, Number, gets, mean, probability, takes, without_grid
from countermove.games.form import Game, Play
from countermove.games.played_out import chance_of, ends, mean_move


def _contest(name: str, prizes: tuple[float, float], highest: float, decisiveness: float = 1.0) -> Classic:
    """Tullock's contest, with its efforts and odds."""
    first, second = known.contest_efforts(*prizes, decisiveness)
    step = highest / CONTEST_GRIDS[-1]

    def odds(_: Game, behaviour: Play) -> float:
        shares = [behaviour[who].items() for who in contests.SPONSORS]
        return math.fsum(p * q * contests.odds(float(x), float(y), decisiveness) for x, p in shares[0] for y, q in shares[1])

    return Classic(
        name,
        "Tullock 1980; Nti 1999; FIXTURES 4",
        "lp",
        lambda grid: contests.contest(prizes, highest, grid, decisiveness),
        CONTEST_GRIDS,
        (
            Number("effort of the first", first, mean(contests.SPONSORS[0]), step),
            Number("effort of the second", second, mean(contests.SPONSORS[1]), step),
            Number("odds of the first", known.contest_odds(*prizes, decisiveness), odds, step),
        ),
    )


def _gift(amount: float) -> Classic:
    """A gift to a client that may spend less of its own for it."""
    total, rival = known.after_gift(30, 10, amount)
    return Classic(
        f"gift of {amount:g} to an unconstrained client",
        "derived; FIXTURES 6",
        "lp",
        lambda grid: contests.contest((30, 10), 8, grid, gift=amount),
        CONTEST_GRIDS,
        (
            Number("client and gift", total, mean(contests.SPONSORS[0], amount), 8 / CONTEST_GRIDS[-1]),
            Number("effort of the rival", rival, mean(contests.SPONSORS[1]), 8 / CONTEST_GRIDS[-1]),
        ),
    )


def _bargaining(name: str, cost: float) -> Classic:
    """Fearon's demand under doubt, prospect 1/2, the other's cost uniform on [0, .4]."""
    return Classic(
        name,
        "Fearon 1995; FIXTURES 1",
        "subgame",
        lambda grid: crises.bargaining(0.5, cost, 0.4, grid),
        (6, 18, 54),
        (
            Number("probability of war", known.bargaining_war(cost, 0.4), takes("war"), 0.5 / 54 + 1e-9),
            Number("demand", known.bargaining_demand(0.5, cost, 0.4), mean(crises.SIDES[0]), 0.2 / 54 + 1e-9),
        ),
    )


def _audience(lowest: float, types: int) -> Classic:
    """Fearon's audiences, war worth uniformly -lowest to 0: steps grow finer; the bound lies on the border between parts of the types."""
    return Classic(
        f"audience costs, war worth -{lowest:g} to 0",
        "Fearon 1994; FIXTURES 2",
        "qre",
        lambda grid: crises.audience_costs(lowest, grid, types),
        (8, 16, 32),
        (Number("probability of war", known.audience_war(lowest), lambda g, b: 1 - chance_of(g, b, "quit"), 1e-4),),
    )


def _length(game: Game, behaviour: Play) -> float:
    """How long the war of attrition lasts on average, up to its last time."""
    total = 0.0
    for chance, way, _ in ends(game, behaviour):
        quits = [int(knows.rsplit(", ", 1)[1]) for knows, action in way if action == "quit"]
        last = max(int(knows.rsplit(", ", 1)[1]) for knows, _ in way) + 1
        times = crises.attrition_times(ATTRITION_LAST, len({knows.rsplit(", ", 1)[1] for knows in behaviour}))
        total += chance * times[min(quits, default=last)]
    return total


def _still_in(_: Game, behaviour: Play) -> float:
    """The share of the first side's types that have not quit after a third of the row's steps, at time 2, if the other never quits."""
    asked = [
        (knows.split(", ")[1], int(knows.rsplit(", ", 1)[1]), shares)
        for knows, shares in behaviour.items()
        if knows.startswith("first")
    ]
    third = (max(step for _, step, _ in asked) + 1) // 3
    stays = dict.fromkeys((prize for prize, _, _ in asked), 1.0)
    for prize, step, shares in asked:
        if step < third:
            stays[prize] *= shares["stay"]
    return math.fsum(stays.values()) / len(stays)


CONTEST_GRIDS = (8, 24, 72)
ATTRITION_RATE, ATTRITION_LAST = 0.5, 18.0
LED = tuple(1.875 * scale for scale in (0.96, 1.04))
BIG_MATCH_DISCOUNTS = (0.0, 0.5, 0.9, 0.99)
REPUTATIONS = ((0.7, 0.6), (1.0, 1.0), (0.1, 0.1))
ARMS = ((0.3, 0.4), (0.6, 0.5), (2.0, 1.0))
ARMS_HIGHEST = 16.0


def _answer_slope(_: Game, behaviour: Play) -> float:
    """How much more the second does for one more of the first, around the contest's equilibrium."""
    low, high = (mean_move(behaviour, f"after {x!r}") for x in LED)
    return (high - low) / (LED[1] - LED[0])


def _answer_offset(_: Game, behaviour: Play) -> float:
    """The share of an increase that the second makes good, in logs."""
    low, high = (mean_move(behaviour, f"after {x!r}") for x in LED)
    return math.log(high / low) / math.log(LED[1] / LED[0])


def _arms(who: str) -> Measured:
    """The mean arms of a side, from places on the grid."""
    return lambda _, behaviour: mean_move(behaviour, who) * ARMS_HIGHEST / (len(behaviour[who]) - 1)


def _concedes_first(who: int) -> Measured:
    """The probability that a side concedes at once, its stubborn types counted."""
    return lambda _, behaviour: (1 - REPUTATIONS[2][who]) * behaviour[f"{crises.SIDES[who]}, 0"]["concede"]


def _response(name: str, source: str, game: Callable[[], Game], printed: tuple[float, float]) -> Classic:
    """The logit answer at precision 1 of two who move at once: how probable the first action of each is, in six printed digits."""
    numbers = tuple(
        Number(f"first action of the {who}", expected, probability(who, "0"), 5e-7)
        for who, expected in zip(("row", "column"), printed, strict=True)
    )
    return Classic(f"{name} at precision 1", source, "qre", without_grid(game), (1,), numbers, precision=1.0)


CLASSICS: tuple[Classic, ...] = (
    _bargaining("bargaining under doubt", 0.1),
    _bargaining("bargaining under doubt, a patron pays 60% of the war", 0.04),
    _audience(2, 4),
    _audience(6, 3),
    Classic(
        "war of attrition",
        "Bishop, Cannings & Maynard Smith 1978; FIXTURES 3",
        "qre",
        lambda grid: crises.attrition(ATTRITION_RATE, ATTRITION_LAST, 2 * grid, grid),
        (3, 6, 12),
        (
            Number("time until the first quits", known.attrition_length(ATTRITION_RATE), _length, None),
            Number("share that would still be in at time 2", known.attrition_survival(ATTRITION_RATE, 2.0), _still_in, None),
        ),
    ),
    _contest("contest of two sponsors", (10, 30), 8),
    _contest("contest of two sponsors, half of the weaker's cost paid", (20, 30), 10),
    _contest("contest of two sponsors, r = 1/2", (10, 30), 5, 0.5),
    Classic(
        "contest that the weaker leads",
        "Dixit 1987; FIXTURES 5",
        "subgame",
        lambda grid: contests.led_contest((10, 30), contests.efforts(2, grid), 7.5, grid * grid),
        (4, 10, 25),
        (
            Number("effort of the leader", known.leader_effort(10, 30), mean(contests.SPONSORS[0]), 0.06),
            Number("what leading is worth", 10 * 10 / (4 * 30), gets(0), 0.002),
        ),
    ),
    Classic(
        "answer of the stronger in a contest",
        "Dixit 1987; FIXTURES 5",
        "subgame",
        lambda grid: contests.led_contest((10, 30), LED, 7, grid),
        (50, 500, 5000),
        (
            Number("slope (w - v)/(2 v)", (30 - 10) / (2 * 10), _answer_slope, 0.01),
            Number("offset d/(1 + d), d = 1/2", 0.5 / 1.5, _answer_offset, 0.005),
        ),
    ),
    _gift(2.0),
    _gift(7.0),
    Classic(
        "arms race as a stage",
        "Richardson 1960; FIXTURES 7",
        "qre",
        lambda grid: contests.arms_stage(*ARMS, ARMS_HIGHEST, grid),
        (8, 16, 32),
        tuple(
            Number(f"arms of the {who}", rest, _arms(who), ARMS_HIGHEST / 8 / 2)
            for who, rest in zip(("row", "column"), known.armed_rest(*ARMS), strict=True)
        ),
    ),
    Classic(
        "Kuhn poker", "Kuhn 1950; FIXTURES 16", "lp", without_grid(cards.kuhn), (1,), (Number("value", -1 / 18, gets(0), 1e-9),)
    ),
    Classic(
        "Leduc poker",
        "Southey et al. 2005, value by OpenSpiel; FIXTURES 16",
        "lp",
        without_grid(cards.leduc),
        (1,),
        (Number("value", -0.0856064, gets(0), 1e-6),),
    ),
    _response("unequal pair", "Gambit's manual; FIXTURES 17", cards.unequal_pair, (0.642979, 0.588319)),
    _response("matching pennies 9 to 1", "Gambit; FIXTURES 18", cards.pennies, (0.893576, 0.312780)),
    *(
        Classic(
            f"Big Match, discount {discount:g}",
            "Blackwell & Ferguson 1968; FIXTURES 19",
            "lp",
            partial(cards.big_match, discount),
            (1, 3, 6),
            (Number("value", 0.5, gets(0), 1e-9),),
        )
        for discount in BIG_MATCH_DISCOUNTS
    ),
    *(
        Classic(
            f"brinkmanship, the {who} more resolute",
            "Powell 1990, chapter 3",
            "subgame",
            partial(crises.brinkmanship, resolve),
            (10, 40, 160),
            (
                Number("what the first gets", prize, gets(0), 0.011),
                Number("who backs down at its first move: the less resolute", 1.0, probability(knows, "back down"), 1e-12),
            ),
        )
        for who, resolve, prize, knows in (
            ("first", (0.6, 0.4), 1.0, "second, step 2"),
            ("second", (0.4, 0.6), 0.0, "first, step 1"),
        )
    ),
    Classic(
        "threat that leaves something to chance",
        "Schelling 1960, chapter 8",
        "subgame",
        partial(crises.threat_of_chance, 0.3, 1.0, 0.2),
        (10, 100, 1000),
        (
            Number("risk that is threatened", known.smallest_threat(0.3, 1.0, 0.2), mean(crises.SIDES[0]), 0.001),
            Number("what the threat is worth", known.threat_worth(0.3, 1.0, 0.2), gets(0), 0.001),
        ),
    ),
    Classic(
        "bargaining with a name for stubbornness",
        "Abreu & Gul 2000",
        "qre",
        lambda grid: crises.reputations(REPUTATIONS[0], 1.0, REPUTATIONS[2], 2.0, grid),
        (10, 20, 40),
        tuple(
            Number(f"the {name} concedes at once", known.first_concession(*REPUTATIONS)[who], _concedes_first(who), None)
            for who, name in enumerate(crises.SIDES)
        ),
    ),
    Classic(
        "chain store that is known to be weak",
        "Selten 1978",
        "subgame",
        without_grid(lambda: crises.chain_store(5, 0.5, 2.0, 0.0)),
        (1,),
        (
            Number("probability of any fight", 0.0, takes("fight"), 0.0),
            Number("probability of any staying out", 0.0, takes("stay out"), 0.0),
        ),
    ),
    Classic(
        "chain store that may be tough",
        "Kreps & Wilson 1982; Selten 1978",
        "qre",
        without_grid(lambda: crises.chain_store(3, 0.5, 2.0, 0.2)),
        (1,),
        (
            Number(
                "the first entrant stays out",
                known.stays_out(0.2, 0.5, 3, 2.0),
                probability("entrant 1 after -", "stay out"),
                1e-5,
            ),
            Number("the second enters", 1 - known.stays_out(0.2, 0.5, 2, 2.0), probability("entrant 2 after o", "enter"), 1e-5),
            Number("the weak store fights it", known.weak_fights(0.2, 0.5, 2), probability("store after o", "fight"), 1e-5),
            Number(
                "the third then stays out", known.stays_out(0.5, 0.5, 1, 2.0), probability("entrant 3 after of", "stay out"), 1e-5
            ),
        ),
    ),
)
