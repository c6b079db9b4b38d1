"""Gambit's files read back by code of our own: by the description of the formats, and nothing of how we write them."""

from __future__ import annotations

import re
from fractions import Fraction

from countermove.games.form import Chance, End, Game, Move, Node

TOKEN = re.compile(r'"((?:\\.|[^"\\])*)"|([{}])|([^\s{},"]+)')


class _Tokens:
    """Words, braces and quoted texts, one after the other; commas and white space are nothing."""

    def __init__(self, text: str) -> None:
        self.found = [
            ("text", quoted) if plain == brace == "" else ("", plain or brace) for quoted, brace, plain in TOKEN.findall(text)
        ]
        self.place = 0

    def next(self) -> str:
        """The next one."""
        self.place += 1
        return self.found[self.place - 1][1]

    def peek(self) -> tuple[str, str]:
        """The next one with its kind, left where it is; nothing at the end."""
        return self.found[self.place] if self.place < len(self.found) else ("", "")

    def until_brace(self) -> list[str]:
        """What is between braces."""
        assert self.next() == "{"
        found: list[str] = []
        while self.peek() != ("", "}"):
            found.append(self.next())
        self.next()
        return found


def read_efg(text: str) -> tuple[str, Game]:
    """Title and game of an .efg file. Labels of information sets are taken for what is known there."""
    tokens = _Tokens(text)
    assert [tokens.next() for _ in range(3)] == ["EFG", "2", "R"]
    title, players = tokens.next(), tokens.until_brace()
    if tokens.peek()[0] == "text":
        tokens.next()  # a comment

    def node() -> Node:
        kind = tokens.next()
        tokens.next()  # the node's name
        if kind == "t":
            assert int(tokens.next()) > 0
            tokens.next()
            return End(tuple(float(Fraction(value)) for value in tokens.until_brace()))
        player = players[int(tokens.next()) - 1] if kind == "p" else ""
        number, knows, actions = tokens.next(), tokens.next(), tokens.until_brace()
        assert int(number) > 0 and tokens.next() == "0"
        if kind == "p":
            return Move(player, knows, {action: node() for action in actions})
        shares = [Fraction(share) for share in actions[1::2]]
        assert kind == "c" and sum(shares) == 1
        return Chance(tuple((float(share), node()) for share in shares))

    root = node()
    assert tokens.peek() == ("", "")
    return title, Game(tuple(players), root)
