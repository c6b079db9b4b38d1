"""Gambit's files: read back by our own reader they are the same game; read by Gambit they have the same equilibria. The latter is skipped, loudly,
without pygambit."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.gambit_games import responses_of
from builders.gambit_reader import read_efg
from builders.small_games import BOTH, private_ladder, small_games
from builders.stochastic_games import random_policies, random_war
from countermove.games.classic_cards import kuhn, leduc
from countermove.games.cut_tree import cut_tree
from countermove.games.form import Chance, End, Game, Move, Node
from countermove.games.gambit_files import efg, label_of, nfg
from countermove.games.played_out import payoffs
from countermove.games.policy_game import Bimatrix, policy_game
from countermove.games.qre import respond
from countermove.games.zero_sum import zero_sum

NO_GAMBIT = "NO GAMBIT HERE: pip install 'pygambit<17'"
finite = st.floats(allow_nan=False, allow_infinity=False)


def walk(ours: Node, read: Node) -> float:
    """The largest difference of a chance; everything else is the same, or this fails."""
    if isinstance(ours, End):
        assert isinstance(read, End) and read.payoffs == ours.payoffs
        return 0.0
    if isinstance(ours, Chance):
        assert isinstance(read, Chance) and len(read.branches) == len(ours.branches)
        pairs = list(zip(ours.branches, read.branches, strict=True))
        return max(max(abs(p - q), walk(one, other)) for (p, one), (q, other) in pairs)
    assert isinstance(read, Move) and read.player == ours.player and label_of(read.knows) == ours.knows
    assert [label_of(action) for action in read.actions] == list(ours.actions)
    return max(walk(one, other) for one, other in zip(ours.actions.values(), read.actions.values(), strict=True))


@settings(max_examples=50, deadline=None)
@given(small_games())
def test_a_game_comes_back(game: Game) -> None:
    """Players, information sets, actions and payoffs the same; chances to 1e-15, and exactly 1 in sum."""
    title, back = read_efg(efg(game, "a game"))
    assert title == "a game" and back.players == game.players
    assert walk(game.root, back.root) <= 1e-15


@pytest.mark.parametrize("game", [kuhn(), leduc(), private_ladder(5), cut_tree(random_war(3, types=3), 2, 2).game])
def test_larger_games_come_back(game: Game) -> None:
    """Cards, types, and a war."""
    assert walk(game.root, read_efg(efg(game))[1].root) <= 1e-15


@given(st.lists(finite, min_size=2, max_size=2))
def test_every_number_comes_back(values: list[float]) -> None:
    """Payoffs of any size, bit for bit (but for the sign of 0), and written without an exponent."""
    text = efg(Game(BOTH, Move("owner", "here", {"stay": End(tuple(values))})))
    assert "e" not in text.split("{")[-1].lower()
    end = read_efg(text)[1].root.actions["stay"]  # type: ignore[union-attr]
    assert end == End(tuple(values))


@given(st.lists(st.floats(1e-300, 1), min_size=1, max_size=6))
def test_every_chance_comes_back(weights: list[float]) -> None:
    """Chances of any size as fractions, to 1e-12 of each, and their sum is exactly 1."""
    total = sum(weights)
    chances = [weight / total for weight in weights]
    if min(chances) == 0:
        return
    game = Game(BOTH, Chance(tuple((p, End((float(place), 0.0))) for place, p in enumerate(chances))))
    back = read_efg(efg(game))[1].root
    assert isinstance(back, Chance)
    assert [p for p, _ in back.branches] == pytest.approx(chances, rel=1e-12, abs=0)


def test_small_fractions_are_written_as_such() -> None:
    """A third is 1/3, and not what a computer makes of it."""
    text = efg(Game(BOTH, Chance(((1 / 3, End((1.0, 0.5))), (2 / 3, End((-2.0, 0.0)))))))
    assert '{ "branch 1" 1/3 "branch 2" 2/3 } 0' in text
    assert "{ 1.0, 0.5 }" in text


ODD = ["plain", 'a "quote"', "back\\slash", "ends in \\", " led", "trailed ", "two  three   spaces", "a\nline\ttab", "für €"]
ODD += ["50% of 100%25", "%41", "{x} 1, 2"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=4, unique=True))
def test_every_name_comes_back(names: list[str]) -> None:
    """Names are data: in the file they are plain ASCII without spaces at the ends, and read back they are themselves."""
    title, back = read_efg(efg(Game((names[0],), Move(names[0], names[1], {name: End((1.0,)) for name in names})), names[1]))
    move = back.root
    assert isinstance(move, Move)
    written = [title, *back.players, move.knows, *move.actions]
    assert [label_of(text) for text in written] == [names[1], names[0], names[1], *names]
    for text in written:
        assert (
            text.isascii()
            and (text.isprintable() or not text)
            and text == text.strip()
            and "  " not in text
            and not set(text) & {'"', "\\"}
        )
    assert len(set(move.actions)) == len(names)


def test_a_table_as_text() -> None:
    """Rows run first, as Gambit has them; with names, or with counts for OpenSpiel."""
    table = Bimatrix(
        ("a", "b"), ("up", "down"), ("x", "y", "z"), np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([[0.1, 0, 0], [0, 1e20, -1e-9]])
    )
    assert nfg(table, "it") == (
        'NFG 1 R "it" { "a" "b" }\n\n{ { "up" "down" }\n{ "x" "y" "z" }\n}\n\n'
        "1.0 0.1\n4.0 0\n2.0 0\n5.0 100000000000000000000\n3.0 0\n6.0 -0.000000001\n"
    )
    assert "{ 2 3 }" in nfg(table, named=False)


def gambit() -> ModuleType:
    """pygambit, or the test is skipped."""
    return pytest.importorskip("pygambit", reason=NO_GAMBIT)


def loaded(reader: Any, text: str) -> Any:
    """What Gambit makes of a text."""
    return reader(io.BytesIO(text.encode("ascii")))


def exact(value: Any) -> Fraction:
    """A number of Gambit's."""
    return Fraction(str(value))


@pytest.mark.parametrize("game", [kuhn(), private_ladder(4), cut_tree(random_war(3, types=2), 2, 2).game])
def test_gambit_reads_the_same_tree(game: Game) -> None:
    """Every node: who moves, what is known, actions, chances and payoffs, to the last bit."""
    read = loaded(gambit().read_efg, efg(game))
    waits: list[tuple[Node, Any]] = [(game.root, read.root)]
    while waits:
        ours, theirs = waits.pop()
        if isinstance(ours, End):
            assert theirs.is_terminal
            assert [float(exact(theirs.outcome[player])) for player in game.players] == list(ours.payoffs)
        elif isinstance(ours, Chance):
            assert theirs.player.is_chance
            assert [float(exact(action.prob)) for action in theirs.infoset.actions] == pytest.approx(
                [p for p, _ in ours.branches], abs=1e-15
            )
            waits += zip([to for _, to in ours.branches], list(theirs.children), strict=True)
        else:
            assert theirs.player.label == ours.player and label_of(theirs.infoset.label) == ours.knows
            assert [label_of(action.label) for action in theirs.infoset.actions] == list(ours.actions)
            waits += zip(ours.actions.values(), list(theirs.children), strict=True)
    assert len(read.infosets) == len({node.knows for node in _moves(game)})


def _moves(game: Game) -> list[Move]:
    """Every node at which a player moves."""
    found: list[Node] = [game.root]
    for node in found:
        found += [to for _, to in node.branches] if isinstance(node, Chance) else []
        found += node.actions.values() if isinstance(node, Move) else []
    return [node for node in found if isinstance(node, Move)]


def test_gambit_reads_odd_names() -> None:
    """All of them, and after Gambit has written the game and read it again they are still themselves."""
    gambit_module = gambit()
    names = ODD
    game = Game(("ow\\ner", 'ri"val'), Move("ow\\ner", "what  is known?", {name: End((1.0, 2.0)) for name in names}))
    read = loaded(gambit_module.read_efg, efg(game, "für\ntitle"))
    again = loaded(gambit_module.read_efg, read.to_efg())
    for one in (read, again):
        assert [label_of(player.label) for player in one.players] == list(game.players)
        assert [label_of(action.label) for action in one.root.infoset.actions] == names
        assert label_of(one.root.infoset.label) == "what  is known?" and label_of(one.title) == "für\ntitle"


@pytest.mark.parametrize(("seed", "types", "months"), [(0, 2, 1), (1, 2, 1), (2, 3, 1), (3, 1, 2), (4, 2, 2)])
def test_gambit_has_the_same_responses_of_a_war(seed: int, types: int, months: int) -> None:
    """A war's tree, cut: the logit responses by Gambit's solver, of the file, and by ours, of the tree."""
    gambit_module = gambit()
    game = cut_tree(random_war(seed, types=types, states=2, own=2, other=2), months, 3 - months).game
    precisions = [0.3, 1.0]
    theirs = responses_of(gambit_module, loaded(gambit_module.read_efg, efg(game)), precisions)
    for answer, other in zip(respond(game, precisions), theirs, strict=True):
        told = {label_of(knows): shares for knows, shares in other.items()}
        assert set(told) == set(answer.play)
        for knows, shares in answer.play.items():
            assert list(shares.values()) == pytest.approx(told[knows], abs=1e-6)


def test_gambit_has_the_same_value() -> None:
    """Kuhn's poker as a file: by Gambit's linear programme in exact fractions -1/18, and by ours."""
    gambit_module = gambit()
    read = loaded(gambit_module.read_efg, efg(kuhn()))
    answer = gambit_module.nash.lp_solve(read).equilibria[0]
    assert exact(answer.payoff(read.players[kuhn().players[0]])) == Fraction(-1, 18)
    assert zero_sum(kuhn()).value == pytest.approx(-1 / 18, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_gambit_has_the_same_value_of_a_war(seed: int) -> None:
    """A war in which one gets what the other loses: its tree as a file by Gambit's linear programme, and by ours."""
    gambit_module = gambit()
    war = random_war(seed, months=2, own=2, other=2)
    game = cut_tree(replace(war, rival_gets=-war.owner_gets[None], rival_last=-war.owner_last[None]), 2, 2).game
    read = loaded(gambit_module.read_efg, efg(game))
    theirs = gambit_module.nash.lp_solve(read, rational=False).equilibria[0]
    assert float(theirs.payoff(read.players["owner"])) == pytest.approx(zero_sum(game).value, abs=1e-7)


def test_gambit_has_the_same_policy_game() -> None:
    """A policy game as a file: names, payoffs to the last bit, and every equilibrium that Gambit finds in exact fractions is worth what we say."""
    gambit_module = gambit()
    game = random_war(6, types=2, months=2)
    plans = {f'plan "{n}"': random_policies(game, n)[0] for n in range(3)}
    table = policy_game(game, plans, {f"policy {n}": random_policies(game, 10 + n)[1] for n in range(3)})
    read = loaded(gambit_module.read_nfg, nfg(table, "policies"))
    owner, rival = (read.players[name] for name in table.players)
    assert [label_of(strategy.label) for strategy in owner.strategies] == list(table.rows)
    first, second = (np.array([[float(exact(value)) for value in row] for row in payoff.tolist()]) for payoff in read.to_arrays())
    np.testing.assert_array_equal(first, table.first)
    np.testing.assert_array_equal(second, table.second)
    found = gambit_module.nash.enummixed_solve(read, rational=True).equilibria
    assert found
    for profile in found:
        row = [float(exact(profile[strategy])) for strategy in owner.strategies]
        column = [float(exact(profile[strategy])) for strategy in rival.strategies]
        play = {"owner": dict(zip(table.rows, row, strict=True)), "rival": dict(zip(table.columns, column, strict=True))}
        ours = payoffs(table.game(), play)
        assert ours == pytest.approx([float(exact(profile.payoff(player))) for player in (owner, rival)], abs=1e-12)
        assert row @ table.first @ column >= (table.first @ column).max() - 1e-12
