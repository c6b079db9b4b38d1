"""Which theory each player looked like, in words and tables: titles, not identifiers, and never without the matrix."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from countermove.play.after import After
from countermove.play.after_words import seat_title, share, who_is
from countermove.play.player import Likeness
from countermove.play.war import PERSON
from countermove.questions.people import titles_of
from countermove.show.charts.heat import share_shade
from countermove.world.tables import SHADES, Cell, Row, Table
from countermove.world.words import counted, listed, mean_error, percent

SMALL = 0.05  # a share of simulated players so small that this one is hardly one of them
LOOSE = 0.25  # an error of a rate that leaves it untold
_LIKELY = 0.1


@dataclass(frozen=True)
class PlayerPart:
    """One player: sentences, the posterior, the matrix."""

    title: str
    sentences: Sequence[str]
    posterior: Table
    matrix: Table


def player_part(found: After, one: Likeness) -> PlayerPart:
    """A player with the posterior of theories and the matrix."""
    program = found.walked.war.program
    titles, who = titles_of(program), seat_title(program, one.seat)
    names = [titles.theory(name) for name in one.theories]
    order = [int(k) for k in np.argsort(-one.posterior, kind="stable")]
    counts, rates = one.confusion.counts, one.confusion.rates
    each = players_each(one)
    some = bool(one.farther.max() > 0)
    rows = [
        Row.of(
            (
                names[k],
                Cell(probability(one, k), (), (SHADES[share_shade(float(one.posterior[k]))],)),
                percent(float(one.weighed.prior[k])),
                *([f"{round(float(one.farther[k]) * each)} of {each}"] if some else []),
            )
        )
        for k in order
    ]
    heads = ("theory", "probability", "before the game", *(["simulated players who fit it as badly"] if some else []))
    fit = (
        f" Last column: how many simulated players of each theory gave orders that fit it as badly as {who}'s orders do, or worse; where hardly any "
        "did, the player does not follow that theory."
    )
    none = (
        f"None of the theories plays like {who}'s player, however near to 100% one of them stands here: the table says which would be the most "
        "probable, were it one of them. "
    )
    caption = f"{none if fits_none(one) else ''}Theories by how probable they are by what {who} ordered.{fit if some else ''}"
    posterior = Table.of(caption, heads, rows)
    matrix_rows = [
        Row.of(
            (
                names[k],
                *(
                    Cell(str(counts[k, c]) if counts[k, c] else "·", (), (SHADES[share_shade(float(rates[k, c]))],))
                    for c in range(len(names) + 1)
                ),
            )
        )
        for k in range(len(names))
    ]
    caption = (
        f"Who is taken for whom: {each} simulated players of each theory (row), in {who}'s seat, in this war, with orders in the same months; "
        "columns: the theory after which they are named."
    )
    matrix = Table.of(caption, ("true theory", *names, "cannot tell"), matrix_rows)
    return PlayerPart(f"{who}'s player", likeness_sentences(found, one), posterior, matrix)


def followed_sentences(found: After) -> list[str]:
    """Which theory each patron followed that no person played to the end, and how likely each seat called it last."""
    program, said = found.walked.war.program, list[str]()
    for name in program.cast.patrons[1:]:
        theory = found.walked.wars[-1].player(name)
        if theory == PERSON:
            continue
        said.append(f"{seat_title(program, name)} followed {program.titles.say_theory(theory)}.")
        last = {one.seat: one.weights for one in found.words.guesses if one.of == name}
        said += [f"{who_is(program, seat)} gave that {percent(weights.get(theory, 0.0))}." for seat, weights in last.items()]
    return said


def players_named(found: After, likenesses: Sequence[Likeness]) -> str:
    """Players by their seats, as one phrase."""
    seats = [seat_title(found.walked.war.program, one.seat) for one in likenesses]
    return f"{seats[0]}'s player" if len(seats) == 1 else f"the players of {listed(seats)}"


def fits_none(one: Likeness) -> bool:
    """Whether hardly any simulated player of any theory ordered anything as improbable under it."""
    return bool(one.farther.max() < SMALL)


def _doubtful(one: Likeness) -> bool:
    """Whether that is so of the theory after which the player is named, and not of all."""
    return bool(one.named) and not fits_none(one) and bool(one.farther[one.theories.index(one.named)] < SMALL)


def footing(found: After) -> str:
    """What the worth of plans and other orders rests on, where players follow no theory or may follow none; else empty."""
    said: list[str] = []
    for chosen, one, several in (
        ([one for one in found.likenesses if fits_none(one)], "does not follow", "do not follow"),
        ([one for one in found.likenesses if _doubtful(one)], "may not follow", "may not follow"),
    ):
        if chosen:
            verb = one if len(chosen) == 1 else several
            said.append(
                f"What plans and other orders are said to be worth rests on theories that {players_named(found, chosen)} {verb}."
            )
    return " ".join(said)


def probability(one: Likeness, place: int) -> str:
    """How probable a theory is, with the error that comes of the draws."""
    return mean_error(float(one.posterior[place]), float(one.weighed.posterior_errors[0, place]), "share")


def likeness_sentences(found: After, one: Likeness) -> list[str]:
    """Which theory a player looks like, and what that is worth."""
    return list(_likeness(found, one))


def _likeness(found: After, one: Likeness) -> Iterator[str]:
    program = found.walked.war.program
    titles, who = titles_of(program), seat_title(program, one.seat)
    order = [int(k) for k in np.argsort(-one.posterior, kind="stable")]
    rests = f"That rests on {counted(one.ordered, 'month')} in which {who} gave an order about its support."
    if fits_none(one):
        yield f"None of the theories plays like {who}'s player: {as_improbable(one, who)}."
        yield rests
        yield f"Were it one of them, {titles.say_theory(one.theories[order[0]])} would be the most probable ({probability(one, order[0])})."
    elif not one.named:
        yield f"The record cannot tell which theory {who}'s player looks like."
        if one.ordered == 0:
            yield f"{who} ordered no level of support in any month, so there is nothing to tell it by."
            return
        first = [k for k in order if one.posterior[k] >= _LIKELY] or order[:1]
        rows = [f"{titles.say_theory(one.theories[k])} ({probability(one, k)})" for k in first[:2]]
        yield f"Most probable: {listed(rows)}."
    else:
        place = one.theories.index(one.named)
        yield f"{who}'s player looks like {titles.say_theory(one.named)}, with a probability of {probability(one, place)}."
        yield rests
        yield _right(one, place)
    yield from doubt_sentences(found, one)
    named, right = one.confusion.hits
    total = len(one.confusion.truth)
    yield f"Of {total} simulated players in the same seat the record names {percent(named / total)}."
    if named:
        yield f"Of these names {share(right, named)} are right."


def as_improbable(one: Likeness, who: str) -> str:
    """How many simulated players of a theory at most fit it as badly as this player."""
    each, most = players_each(one), round(float(one.farther.max()) * players_each(one))
    few = "none" if most == 0 else f"at most {most}"
    return f"of {each} simulated players of each theory {few} gave orders that fit their own theory as badly as {who}'s orders do"


def players_each(one: Likeness) -> int:
    """Simulated players of each theory."""
    return int(one.confusion.counts[0].sum())


def doubt_sentences(found: After, one: Likeness) -> list[str]:
    """That a player may not follow the theory after which it is named."""
    if not _doubtful(one):
        return []
    few, who = (
        round(float(one.farther[one.theories.index(one.named)]) * players_each(one)),
        seat_title(found.walked.war.program, one.seat),
    )
    return [
        f"Yet of {players_each(one)} simulated players of that theory {few or 'none'} gave orders that fit it as badly as {who}'s orders do: the "
        "player may follow none of these."
    ]


def _right(one: Likeness, place: int) -> str:
    rate, se = one.confusion.right(place)
    if not math.isfinite(rate) or se > LOOSE:
        return "Too few simulated players were given that name to say how often it is right."
    return (
        f"Of simulated players who were given that name, {mean_error(rate, se, 'share')} were of that theory, weighted by how probable the theories "
        "were before the game."
    )
