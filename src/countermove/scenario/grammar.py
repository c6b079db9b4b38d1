"""The written grammar of expressions (LALR). Minus between names needs spaces: `a-b` is a name."""

from __future__ import annotations

from functools import cache
from typing import Any

from lark import Lark

GRAMMAR = r"""
?start: either

?either: both (_OR both)*
?both: inverse (_AND inverse)*
?inverse: _NOT inverse -> inverse
        | windowed
?windowed: compared
        | windowed _WITHIN NUMBER -> windowed
?compared: sum
        | sum COMPARE sum
?sum: product
        | sum (PLUS | MINUS) product
?product: signed
        | product (TIMES | OVER) signed
?signed: atom
        | MINUS signed -> negated
?atom: NUMBER -> number
        | TRUE -> truth
        | FALSE -> truth
        | name
        | name "[" SHIFT "]" -> shifted
        | NAME "(" arguments [_BAR either] ")" -> call
        | "(" either ")"
name: NAME ["." NAME]
arguments: either ("," either)*

_OR: "or"
_AND: "and"
_NOT: "not"
_WITHIN: "within"
TRUE: "true"
FALSE: "false"
_BAR: "|"
COMPARE: "<=" | ">=" | "==" | "!=" | "<" | ">"
PLUS: "+"
MINUS: "-"
TIMES: "*"
OVER: "/"
SHIFT: /[+-]?[0-9]+/
NUMBER: /[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/
NAME: /[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*/
%ignore /[ \t\r\n]+/
"""


@cache
def parser() -> Any:
    """The parser, built once; `parse` gives a lark tree with positions."""
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", propagate_positions=True, maybe_placeholders=False)
