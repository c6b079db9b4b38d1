"""Small games to be solved: escalation ladders, and games drawn at random with moves at once, chance and private types."""

from __future__ import annotations

from hypothesis import strategies as st

from countermove.games.form import Chance, End, Game, Move, Node

BOTH = ("owner", "rival")


def ladder(rungs: int, prize: float = 4.0, cost: float = 0.3, doom: float = 0.5) -> Game:
    """Two patrons climb in turn, the owner first. Who stops gives the other the prize; each rung climbed costs, the more the higher; at the top
    both are doomed."""

    def spent(climbed: int, who: int) -> float:
        return sum(cost * (1 + 0.1 * rung) for rung in range(climbed) if rung % 2 == who)

    node: Node = End(tuple(-doom * rungs - spent(rungs, who) for who in (0, 1)))
    for rung in reversed(range(rungs)):
        mover = rung % 2
        stops = End(tuple((0.0 if who == mover else prize) - spent(rung, who) for who in (0, 1)))
        node = Move(BOTH[mover], f"rung {rung}", {"stop": stops, "climb": node})
    return Game(BOTH, node)


def private_ladder(rungs: int, stakes: tuple[float, ...] = (2.0, 6.0), cost: float = 0.3, doom: float = 0.5) -> Game:
    """The same ladder, but how much the prize is worth to the rival is drawn first, and only he knows."""

    def spent(climbed: int, who: int) -> float:
        return sum(cost * (1 + 0.1 * rung) for rung in range(climbed) if rung % 2 == who)

    def of(stake: float) -> Node:
        prizes = (4.0, stake)
        node: Node = End(tuple(-doom * rungs - spent(rungs, who) for who in (0, 1)))
        for rung in reversed(range(rungs)):
            mover = rung % 2
            stops = End(tuple((0.0 if who == mover else prizes[who]) - spent(rung, who) for who in (0, 1)))
            knows = f"rung {rung}" if mover == 0 else f"rung {rung}, stake {stake:g}"
            node = Move(BOTH[mover], knows, {"stop": stops, "climb": node})
        return node

    return Game(BOTH, Chance(tuple((1 / len(stakes), of(stake)) for stake in stakes)))


LUCK = ((0.5, 0.5), (0.25, 0.75), (0.125, 0.875), (0.25, 0.25, 0.5))


@st.composite
def small_games(draw: st.DrawFn) -> Game:
    """One or two rounds of two patrons, the second in sight of the first's move or at once with it; the rival may have private types, chance
    may fall between the rounds where both, one or nobody sees it, and some moves end the game."""
    types = draw(st.sampled_from([(1.0,), (0.5, 0.5), (0.25, 0.75)]))
    rounds = draw(st.integers(1, 2))
    counts = [(draw(st.integers(2, 2 if rounds == 2 else 3)), draw(st.integers(2, 2 if rounds == 2 else 3))) for _ in range(rounds)]
    at_once = [draw(st.booleans()) for _ in range(rounds)]
    ends = [draw(st.booleans()) for _ in range(rounds)]  # whether the owner's move 0 ends the game there
    luck = draw(st.sampled_from([(), *LUCK[:3]])) if rounds == 2 else draw(st.sampled_from([(), *LUCK]))
    seen_by = draw(st.sampled_from([(), ("rival",), BOTH]))
    payoff = st.integers(-8, 8).map(lambda number: number / 2)

    def round_from(number: int, kind: int, seen: tuple[str, str]) -> Node:
        if number == rounds:
            return End((draw(payoff), draw(payoff)))

        def after(one: int, other: int) -> Node:
            told = f" {one}{other}"
            fork = luck if number == 0 else ()
            nodes = [
                round_from(number + 1, kind, (sees("owner", told, place), sees("rival", told, place)))
                for place in range(max(1, len(fork)))
            ]
            return Chance(tuple(zip(fork, nodes, strict=True))) if fork else nodes[0]

        def sees(who: str, told: str, place: int) -> str:
            return seen[BOTH.index(who)] + told + (f" luck {place}" if luck and who in seen_by else "")

        def answer(one: int) -> Node:
            if ends[number] and one == 0:
                return End((draw(payoff), draw(payoff)))
            knows = f"rival {kind}{seen[1]}" + ("" if at_once[number] else f" after {one}")
            return Move("rival", f"{number} {knows}", {f"b{other}": after(one, other) for other in range(counts[number][1])})

        return Move("owner", f"{number} owner{seen[0]}", {f"a{one}": answer(one) for one in range(counts[number][0])})

    nodes = [round_from(0, kind, ("", "")) for kind in range(len(types))]
    return Game(BOTH, Chance(tuple(zip(types, nodes, strict=True))) if len(types) > 1 else nodes[0])
