"""Crises between two who may fight: an offer under doubt, threats that risk disaster, nerves, reputations. Continuous types are on grids."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from countermove.games.form import Chance, End, Game, Move, Node

SIDES = ("first", "second")


def bargaining(prospect: float, cost: float, highest: float, grid: int) -> Game:
    """One demands, the other yields or fights; the prize is 1, and the demander would win it with probability `prospect` (Fearon 1995).

    War costs the demander `cost`, and the other one of `grid` equally likely costs, the middles of equal parts of [0, highest], drawn after the
    demand and seen by the other alone. Demands are prospect + highest k/grid, k from 0 to grid, and name the first's actions.
    """
    costs = [highest * (k + 0.5) / grid for k in range(grid)]

    def answered(demand: float, own: float) -> Move:
        war = End((prospect - cost, 1 - prospect - own))
        return Move("second", f"asked {demand!r}, {own!r}", {"yield": End((demand, 1 - demand)), "war": war})

    demands = [prospect + highest * k / grid for k in range(grid + 1)]
    return Game(
        SIDES,
        Move("first", "first", {f"{d!r}": Chance(tuple((1 / grid, answered(d, own)) for own in costs)) for d in demands}),
    )


def threat_of_chance(stake: float, harm: float, slip: float, grid: int) -> Game:
    """One threatens with a risk r of disaster, in steps of 1/grid; the other gives up a stake or defies (Schelling 1960, chapter 8).

    Defiance brings disaster with probability r, and a share `slip` of that risk is run even where the other gives up. The prize of the first
    is 1 and disaster -1; the second loses `stake` by giving up and `harm` by disaster. Risks name the first's actions.
    """
    disaster = End((-1.0, -harm))

    def risk(chance: float, otherwise: End) -> Node:
        if chance == 0:
            return otherwise
        return disaster if chance == 1 else Chance(((chance, disaster), (1 - chance, otherwise)))

    def answered(r: float) -> Move:
        gives_up = risk(slip * r, End((1.0, -stake)))
        return Move("second", f"threatened with {r!r}", {"give up": gives_up, "defy": risk(r, End((0.0, 0.0)))})

    return Game(SIDES, Move("first", "first", {f"{r!r}": answered(r) for r in (k / grid for k in range(grid + 1))}))


def brinkmanship(resolve: tuple[float, float], grid: int) -> Game:
    """Two in turn back down or go on, and step k runs a risk of disaster of k/grid, until it is certain.

    After Powell 1990, Nuclear Deterrence Theory: The Search for Credibility; with what follows from it where both know all.
    The one who stays gets 1, who backs down 0, and disaster costs so much that a side of resolve R is just willing to run a risk
    of R for the prize: (1 - R) 1 + R d = 0.
    """
    disaster = End(tuple(-(1 - r) / r for r in resolve))

    def turn(k: int) -> Node:
        who = (k - 1) % 2
        backs = End((0.0, 1.0) if who == 0 else (1.0, 0.0))
        goes_on: Node = disaster if k >= grid else Chance(((k / grid, disaster), (1 - k / grid, turn(k + 1))))
        return Move(SIDES[who], f"{SIDES[who]}, step {k}", {"back down": backs, "go on": goes_on})

    return Game(SIDES, turn(1))


def _nerves(
    types: tuple[dict[str, float], dict[str, float]],
    steps: int,
    quits: Callable[[tuple[str, str], int, int | None], Node],
    stays: Callable[[tuple[str, str]], Node],
) -> Game:
    """A war of nerves: two drawn types, and in each step both decide at once whether to quit, knowing the own type and the step.

    `quits(types, step, who)` is what follows where `who` (0, 1, or None for both) quits, `stays(types)` where nobody ever did. A side is
    asked at the information set `first, type, step`.
    """

    def step(pair: tuple[str, str], k: int) -> Node:
        if k == steps:
            return stays(pair)
        knows = [f"{SIDES[who]}, {pair[who]}, {k}" for who in (0, 1)]
        after_stay = {"stay": step(pair, k + 1), "quit": quits(pair, k, 1)}
        after_quit = {"stay": quits(pair, k, 0), "quit": quits(pair, k, None)}
        return Move(
            SIDES[0],
            knows[0],
            {"stay": Move(SIDES[1], knows[1], after_stay), "quit": Move(SIDES[1], knows[1], after_quit)},
        )

    drawn = [(p * q, step((one, other), 0)) for one, p in types[0].items() for other, q in types[1].items()]
    return Game(SIDES, drawn[0][1] if len(drawn) == 1 else Chance(tuple(drawn)))


def audience_costs(lowest: float, steps: int, types: int) -> Game:
    """Two sides whose cost of backing down grows with time, to `lowest` after the last step; who then is still there fights (Fearon 1994).

    War is worth one of `types` equally likely amounts to a side, the middles of equal parts of [-lowest, 0], which it alone knows. Who backs
    down pays the cost of the step, the other has the prize, 1; where both do at once each pays and nobody has it (our reading: where steps
    are short it decides nothing, and with half of it for each, every second step would differ, as in `attrition`). A type is named by its worth.
    """
    worths = {f"{-lowest * (k + 0.5) / types!r}": 1 / types for k in range(types)}

    def quits(pair: tuple[str, str], k: int, who: int | None) -> End:
        cost = lowest * k / steps
        if who is None:
            return End((-cost, -cost))
        return End((-cost, 1.0) if who == 0 else (1.0, -cost))

    return _nerves((worths, worths), steps, quits, lambda pair: End((float(pair[0]), float(pair[1]))))


def attrition_moments(rate: float, reach: float, steps: int) -> list[float]:
    """When a side may leave the war of attrition [steps + 1], dense at the start, where most do: the published leaving times x^2/2 rate of the
    prizes reach (k + 1/2)/steps, k from 0 to steps."""
    return [rate * (reach * (k + 0.5) / steps) ** 2 / 2 for k in range(steps + 1)]


def attrition(rate: float, reach: float, types: int, moments: Sequence[float]) -> Game:
    """Two wait at unit cost for a prize that is drawn from Exp(rate) for each, known to it alone (Bishop, Cannings & Maynard Smith 1978).

    Prizes are the means of `types` cells of equal width on [0, reach], the last of which has no end. Each plans at which of the rising
    `moments` it leaves; the war ends at the last. Who leaves has paid up to then; the other learns of it half-way to the next moment, has paid
    up to there, and has the prize; who leave at the same moment both go without. A side's information set is `first, prize`, and a moment
    names the action.

    With half of the prize for each where both leave at once, the chances q that the other leaves would be tied in pairs only, by what leaving
    at k and at k + 1 is worth: (q[k] + (1 - q[k]) q[k+1]) v/2 = (1 - q[k]) step, through which a wave of every second moment passes undamped
    on any grid. Here each is tied alone, q[k] (v - step/2) = (1 - q[k]) step, and to second order in the step.
    """
    width, places = reach / types, range(types)
    chance = [math.exp(-rate * width * k) * (1 if k == types - 1 else -math.expm1(-rate * width)) for k in places]
    above = [width * k + 1 / rate - (0 if k == types - 1 else width / math.expm1(rate * width)) for k in places]
    middle = [(now + soon) / 2 for now, soon in pairwise(moments)]

    def ends(prizes: tuple[float, float], plans: tuple[int, int]) -> End:
        gone = min(plans)
        lost = -moments[gone]
        won = [prize - middle[gone] if plan > gone else lost for prize, plan in zip(prizes, plans, strict=True)]
        return End(tuple(won))

    def planned(one: float, other: float) -> Node:
        every = range(len(moments))
        answers = {
            mine: Move(SIDES[1], f"{SIDES[1]}, {other!r}", {f"{moments[k]!r}": ends((one, other), (mine, k)) for k in every})
            for mine in every
        }
        return Move(SIDES[0], f"{SIDES[0]}, {one!r}", {f"{moments[k]!r}": answer for k, answer in answers.items()})

    return Game(SIDES, Chance(tuple((chance[i] * chance[j], planned(above[i], above[j])) for i in places for j in places)))


def reputations(demands: tuple[float, float], rate: float, stubborn: tuple[float, float], last: float, steps: int) -> Game:
    """In turn each insists on its demand or concedes the other's; with probability `stubborn` it is one that never concedes (Abreu & Gul 2000).

    A prize of 1, discounted by exp(-rate t); turn k, at last k/steps, is the first's where k is even, and behind the last nothing is got. What
    a stubborn side gets is counted as 0: it has no choice. A side is asked at `first, k`.

    In turn, as the answer does not depend on the protocol where turns are frequent (their abstract). If both were asked at once, and each had
    half of both ways where both concede, the solution on any grid would have each conceding at every second step only.
    """

    def conceded(who: int, firm: tuple[bool, bool], k: int) -> End:
        shares = (1 - demands[1], demands[1]) if who == 0 else (demands[0], 1 - demands[0])
        worth = math.exp(-rate * last * k / steps)
        return End(tuple(0.0 if is_firm else worth * share for share, is_firm in zip(shares, firm, strict=True)))

    def turn(firm: tuple[bool, bool], k: int) -> Node:
        if k == steps or all(firm):
            return End((0.0, 0.0))
        who, after = k % 2, turn(firm, k + 1)
        return after if firm[who] else Move(SIDES[who], f"{SIDES[who]}, {k}", {"insist": after, "concede": conceded(who, firm, k)})

    kinds = [(a, b) for a in (False, True) for b in (False, True)]
    chance = [math.prod(z if is_firm else 1 - z for is_firm, z in zip(firm, stubborn, strict=True)) for firm in kinds]
    return Game(SIDES, Chance(tuple((p, turn(firm, 0)) for p, firm in zip(chance, kinds, strict=True))))


def chain_store(markets: int, entry: float, market: float, tough: float) -> Game:
    """A store in several towns, an entrant in each in turn; with probability `tough` the store is one that always fights (Kreps & Wilson 1982).

    An entrant gets 0 outside, `entry` in [0, 1] if it shares the town, entry - 1 if it is fought; the store `market` above 1 for a town alone, 0
    shared, -1 fought. Everybody sees what was done in the towns before; `tough` 0 is Selten's paradox (1978). An information set is named by
    who moves and what was done before: o out, s shared, f fought; an entrant's by its place, `entrant 1 after -`.
    """
    players = ("store", *(f"entrant {n + 1}" for n in range(markets)))

    def town(is_tough: bool, seen: str, gets: tuple[float, ...]) -> Node:
        n = len(seen)
        if n == markets:
            return End(gets)

        def after(done: str) -> Node:
            store, entrant = {"o": (market, 0.0), "s": (0.0, entry), "f": (-1.0, entry - 1)}[done]
            kept = 0.0 if is_tough else gets[0] + store  # what a tough one gets decides nothing: it never chooses
            return town(is_tough, seen + done, (kept, *gets[1:], entrant))

        fights = after("f") if is_tough else Move("store", f"store after {seen or '-'}", {"share": after("s"), "fight": after("f")})
        return Move(players[n + 1], f"entrant {n + 1} after {seen or '-'}", {"enter": fights, "stay out": after("o")})

    def started(is_tough: bool) -> Node:
        return town(is_tough, "", (0.0,))

    if tough == 0:
        return Game(players, started(False))
    return Game(players, Chance(((tough, started(True)), (1 - tough, started(False)))))
