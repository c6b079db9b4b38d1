"""Games that solvers are measured by: Kuhn's and Leduc poker, the Big Match, two matrix games of quantal response."""

from __future__ import annotations

from itertools import permutations

from countermove.games.form import Chance, End, Game, Move, Node, matrix_game

POKER = ("first", "second")


def kuhn() -> Game:
    """Kuhn poker: three cards, an ante of 1, one bet of 1 (Kuhn 1950, "A simplified two-person poker")."""
    deals = list(permutations("JQK", 2))
    return Game(POKER, Chance(tuple((1 / len(deals), _kuhn(cards, "")) for cards in deals)))


def _kuhn(cards: tuple[str, ...], said: str) -> Node:
    """The betting after what was said: p passes, b bets."""
    ahead = 1 if "JQK".index(cards[0]) > "JQK".index(cards[1]) else -1
    over = {"pp": ahead, "pbp": -1, "bp": 1, "bb": 2 * ahead, "pbb": 2 * ahead}
    if said in over:
        return End((float(over[said]), float(-over[said])))
    who = len(said) % 2
    return Move(POKER[who], f"{POKER[who]}, {cards[who]}, {said or '-'}", {word: _kuhn(cards, said + word) for word in "pb"})


def leduc() -> Game:
    """Leduc poker: two each of three cards, an ante of 1, raises of 2 before and of 4 after a card is shown, two raises a round.

    Southey et al. 2005, "Bayes' bluff: opponent modelling in poker". Cards of one rank are one card here, dealt with their chances.
    """
    return Game(POKER, _deal("", ""))


def _deal(held: str, said: str) -> Node:
    """The next card: two that are held, then one for all to see."""
    left = {rank: 2 - held.count(rank) for rank in "JQK"}
    total = sum(left.values())
    return Chance(
        tuple(
            (count / total, _bet(held + rank, said, "", (1, 1)) if len(held) == 1 else _next_deal(held + rank, said))
            for rank, count in left.items()
            if count
        )
    )


def _next_deal(held: str, said: str) -> Node:
    """After the first card the second; after the third the second round of bets."""
    return _deal(held, said) if len(held) == 1 else _bet(held, said, "", _paid(said))


def _paid(said: str) -> tuple[int, int]:
    """What each has put in after a first round that went on to the end."""
    whole = 1 + 2 * said.count("r")
    return whole, whole


def _bet(cards: str, before: str, said: str, paid: tuple[int, int]) -> Node:
    """A round of betting: c calls, r raises, f folds. `paid` is what both have in the pot."""
    who = len(said) % 2
    other = 1 - who
    if said.endswith("f"):
        return _won(who, paid)
    if said.endswith("c") and len(said) > 1:
        return _deal(cards, said) if len(cards) == 2 else _shown(cards, paid)
    raised, owed = said.count("r"), paid[other] > paid[who]
    steps = ["f"] * owed + ["c"] + ["r"] * (raised < 2)
    size = 2 if len(cards) == 2 else 4
    seen = cards[who] + (cards[2] if len(cards) == 3 else "")
    after: dict[str, Node] = {}
    for word in steps:
        mine = {"f": paid[who], "c": paid[other], "r": paid[other] + size}[word]
        after[word] = _bet(cards, before, said + word, (mine, paid[1]) if who == 0 else (paid[0], mine))
    return Move(POKER[who], f"{POKER[who]}, {seen}, {before}/{said}", after)


def _shown(cards: str, paid: tuple[int, int]) -> End:
    """A pair with the card shown wins, else the higher card; equal cards share."""
    first, second, table = cards
    if first == second:
        return End((0.0, 0.0))
    if table in (first, second):
        return _won(0 if table == first else 1, paid)
    return _won(0 if "JQK".index(first) > "JQK".index(second) else 1, paid)


def _won(who: int, paid: tuple[int, int]) -> End:
    """The winner takes what the other put in."""
    gain = float(paid[1 - who])
    return End((gain, -gain) if who == 0 else (-gain, gain))


def big_match(discount: float, months: int, after: float | None = None) -> Game:
    """The Big Match: each month the first guesses the second's bit; a guess of 1 is his last, and pays the same for ever, right 1, wrong 0.

    Blackwell & Ferguson 1968. A month weighs 1 - discount, the next ones discount as much; what comes after the last month pays `after` in
    each, or what the last month paid. The guesser gets what the chooser loses.
    """
    return Game(("guesser", "chooser"), _match(discount, months, after, "", (0.0, 1.0)))


def _match(discount: float, months: int, after: float | None, seen: str, so_far: tuple[float, float]) -> Node:
    """The game from this month on: what past months paid, and what all that comes weighs."""
    won, weight = so_far
    ending = len(seen) == months - 1
    share = 1.0 if ending and after is None else 1 - discount
    guesses: dict[str, dict[str, Node]] = {"0": {}, "1": {}}
    for bit in "01":
        paid, left = won + weight * share * (bit == "0"), weight * (1 - share)
        on = _pays(paid + left * (after or 0.0)) if ending else _match(discount, months, after, seen + bit, (paid, left))
        guesses["0"][bit] = on
        guesses["1"][bit] = _pays(won + weight * (bit == "1"))
    knows = f"after {seen or '-'}"
    return Move(
        "guesser", f"guesser {knows}", {guess: Move("chooser", f"chooser {knows}", bits) for guess, bits in guesses.items()}
    )


def _pays(gets: float) -> End:
    """The guesser's payoff, which the chooser loses."""
    return End((gets, -gets))


def unequal_pair() -> Game:
    """The matrix game whose logit answer at precision 1 Gambit's manual prints (McKelvey & Palfrey 1995's logit equilibrium)."""
    return matrix_game([[1, 1], [0, 1]], [[1, 1], [2, 1]])


def pennies(first: float = 9.0) -> Game:
    """Matching pennies in which one match pays `first` and the other 1 (Ochs 1995; Goeree & Holt 2001)."""
    return matrix_game([[first, 0], [0, 1]], [[0, 1], [1, 0]])
