"""The table of classics: each a game in our own form, how it is solved, and what is known of its answer. A new classic is a row of CLASSICS.

Closed forms are in `classic_answers`, and are compared with, never solved with. Where types, efforts or times are continuous, a row's game has a
grid, and the closed form is the limit of finer grids.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise

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

    def bound(game: Game, behaviour: Play) -> float:
        last = max(int(knows.rsplit(", ", 1)[1]) for knows in behaviour)
        quits = [(chance, knows) for chance, way, _ in ends(game, behaviour) for knows, action in way if action == "quit"]
        return lowest * (1 + max(int(knows.rsplit(", ", 1)[1]) for chance, knows in quits if chance > 1e-6)) / (last + 1)

    return Classic(
        f"audience costs, war worth -{lowest:g} to 0",
        "Fearon 1994; FIXTURES 2",
        "qre",
        lambda grid: crises.audience_costs(lowest, grid, types),
        (3, 6, 12),
        (
            Number("probability of war", known.audience_war(lowest), lambda g, b: 1 - chance_of(g, b, "quit"), 1e-6),
            Number("audience cost at which both are bound", known.audience_bound(lowest), bound, 1e-9),
        ),
    )


def _war_of_attrition() -> Classic:
    """Prizes up to the reach are told apart, ever finer, and so are the moments of leaving, which are laid where cells of prizes leave in
    continuous time: with that the game has a closed form of its own, and comes to the published one by the square of a cell. That each cell
    leaves at its own moment is for the solver to find."""
    grids = (4, 6, 9)

    def game(grid: int) -> Game:
        return crises.attrition(
            ATTRITION_RATE, ATTRITION_REACH, grid, crises.attrition_moments(ATTRITION_RATE, ATTRITION_REACH, grid)
        )

    in_cells = known.attrition_length_in_cells(ATTRITION_RATE, ATTRITION_REACH, grids[-1])
    return Classic(
        "war of attrition",
        "Bishop, Cannings & Maynard Smith 1978; FIXTURES 3",
        "qre",
        game,
        grids,
        (
            Number("time until the first leaves, 1/(4 lambda)", known.attrition_length(ATTRITION_RATE), _length, 0.02),
            Number(f"the same with {grids[-1]} cells of prizes", in_cells, _length, 1e-6),
            Number("largest error of the share still in, exp(-sqrt(2 lambda t)), cell by cell", 0.0, _survival_error, 1e-6),
        ),
    )


def _length(game: Game, behaviour: Play) -> float:
    """How long the war of attrition lasts on average."""
    return math.fsum(chance * min(float(moment) for _, moment in way) for chance, way, _ in ends(game, behaviour))


def _survival_error(game: Game, behaviour: Play) -> float:
    """How far the share of the first side that is still in is from the closed form, at most, where the prizes at the borders of cells leave:
    half-way, in roots, between moments. With the row's moments it is 0 if and only if each cell leaves at its own. Left out is the border
    behind the last cell, which has no end."""
    leaves: dict[float, float] = {}
    for chance, way, _ in ends(game, behaviour):
        moment = float(way[0][1])
        leaves[moment] = leaves.get(moment, 0.0) + chance
    moments = sorted(float(moment) for moment in next(iter(behaviour.values())))
    return max(
        abs(math.fsum(leaves.get(later, 0.0) for later in moments[k:]) - known.attrition_survival(ATTRITION_RATE, between))
        for k, between in enumerate((((a**0.5 + b**0.5) / 2) ** 2 for a, b in pairwise(moments[:-1])), start=1)
    )


CONTEST_GRIDS = (8, 24, 72)
ATTRITION_RATE, ATTRITION_REACH = 0.5, 8.0
BIG_MATCH_DISCOUNTS = (0.0, 0.5, 0.9, 0.99)
REPUTATIONS = ((0.7, 0.6), (1.0, 1.0), (math.exp(-2), math.exp(-2)))
REPUTATIONS_LAST = 2.0
"""By time 3/2 all that still insist are stubborn, for which the grids 12, 36 and 108 have the same place in a step."""
ARMS = ((0.3, 0.4), (0.6, 0.5), (2.0, 1.0))
ARMS_HIGHEST = 16.0


def _answer(decisiveness: float, name: str) -> Classic:
    """What the stronger does against two efforts of the weaker, 4% below and above that of the equilibrium."""
    near, answered = known.contest_efforts(10, 30, decisiveness)
    led = (0.96 * near, 1.04 * near)

    def answers(behaviour: Play) -> tuple[float, float]:
        return mean_move(behaviour, f"after {led[0]!r}"), mean_move(behaviour, f"after {led[1]!r}")

    def slope(_: Game, behaviour: Play) -> float:
        low, high = answers(behaviour)
        return (high - low) / (led[1] - led[0])

    def offset(_: Game, behaviour: Play) -> float:
        low, high = answers(behaviour)
        return math.log(high / low) / math.log(led[1] / led[0])

    numbers = (
        Number("slope, (w - v)/(2 v) at r = 1", known.answer_offset(10, 30, decisiveness) * 30 / 10, slope, 0.01),
        Number("offset r d/(1 + r d)", known.answer_offset(10, 30, decisiveness), offset, 0.005),
    )
    return Classic(
        name,
        "Dixit 1987; FIXTURES 5",
        "subgame",
        lambda grid: contests.led_contest((10, 30), led, 1.25 * answered, grid, decisiveness),
        (50, 500, 5000),
        numbers,
    )


def _arms(who: str) -> Measured:
    """The mean arms of a side, from places on the grid."""
    return lambda _, behaviour: mean_move(behaviour, who) * ARMS_HIGHEST / (len(behaviour[who]) - 1)


def _reputations() -> Classic:
    """Two demands, and names for stubbornness: concession at once, the pace of the rest, and what that leaves for the weaker."""
    demands, rates, stubborn = REPUTATIONS
    grids = (12, 36, 108)
    in_turns = known.first_concession_in_turns(demands, rates[0], stubborn, REPUTATIONS_LAST / grids[-1])
    at_once, paces = known.first_concession(*REPUTATIONS)[0], known.concession_rates(demands, rates)
    left = (1 - stubborn[0]) * (1 - demands[1])
    return Classic(
        "bargaining with a name for stubbornness",
        "Abreu & Gul 2000",
        "qre",
        lambda grid: crises.reputations(demands, rates[0], stubborn, REPUTATIONS_LAST, grid),
        grids,
        (
            Number("the first, who is weaker, concedes at once", at_once, _concedes_at_once, 0.012),
            Number(f"the same in turns of 1/{grids[-1] / REPUTATIONS_LAST:g}", in_turns, _concedes_at_once, 1e-5),
            *(
                Number(f"rate at which the {name} concedes after time 0", pace, _pace(who), 0.001)
                for who, (name, pace) in enumerate(zip(crises.SIDES, paces, strict=True))
            ),
            Number("what the first gets: the other's demand less", left, gets(0), 1e-6),
        ),
    )


def _stays(who: int, behaviour: Play) -> list[float]:
    """The probabilities that a side, stubborn or not, has not conceded before its first turn, its second, and so on."""
    firm, stay = REPUTATIONS[2][who], [1.0]
    for k in range(who, len(behaviour), 2):
        stay.append(firm + (stay[-1] - firm) * behaviour[f"{crises.SIDES[who]}, {k}"]["insist"])
    return stay


def _concedes_at_once(_: Game, behaviour: Play) -> float:
    """The probability that the first side concedes at time 0, stubborn types counted."""
    return 1 - _stays(0, behaviour)[1]


def _pace(who: int) -> Measured:
    """The rate at which a side concedes behind the first side's turn at time 0, up to half of the row's time; the second's first turn counts,
    as it does not concede more there than later."""

    def rate(_: Game, behaviour: Play) -> float:
        turn = 2 * REPUTATIONS_LAST / len(behaviour)
        start, end = 1 - who, len(behaviour) // 4
        stays = _stays(who, behaviour)
        return math.log(stays[start] / stays[end]) / (turn * (end - start))

    return rate


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
    _war_of_attrition(),
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
    _answer(1.0, "answer of the stronger in a contest"),
    _answer(0.5, "answer of the stronger in a contest, r = 1/2"),
    _gift(2.0),
    _gift(7.0),
    Classic(
        "arms race as a stage",
        "Richardson 1960; FIXTURES 7",
        "qre",
        lambda grid: contests.arms_stage(*ARMS, ARMS_HIGHEST, grid),
        (8, 32, 64),
        tuple(
            Number(f"arms of the {who}", rest, _arms(who), ARMS_HIGHEST / 64 / 2)
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
            "after Powell 1990",
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
    _reputations(),
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
