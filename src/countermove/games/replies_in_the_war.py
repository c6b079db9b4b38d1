"""Who looks ahead, measured in the war itself: a rival who answers one plan as well as he can, and what anybody gains by leaving an equilibrium.

The game only proposes policies. Each is played in the war; whoever chooses among them chooses on the first half of the luck, and what is reported is
the second half: a choice among many is not flattered by the luck that it was made on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from countermove.errors import SolveError
from countermove.games.board import Floats, Wholes
from countermove.games.extract import Extraction
from countermove.games.in_the_war import Owner, Played, RivalPolicy, owner_gets, plan_of, play, rival_gets, types_of
from countermove.games.replies import reply_to_plan

ROUNDS = 2


@dataclass(frozen=True)
class Answered:
    """A plan answered by the best of what was tried, by type of the rival: D draws, L lucks of which the second half is scored.

    `gains` is what his choice brings each type over the best that he was `given` (theories, or the equilibrium), thousand person-equivalents.
    """

    plan: str
    chosen: tuple[str, ...]  # by type
    worth: Annotated[Floats, "D L/2"]  # to the owner, points
    rival: Annotated[Floats, "D L/2"]  # to the rival, thousand person-equivalents
    over: Annotated[Floats, "D L/2"]  # what choosing brings over what was given
    aim: Annotated[Floats, "D L/2"]  # mean of what he aims at, multiples of his baseline
    runs: Mapping[str, Played]  # all that was tried
    replies: Mapping[str, RivalPolicy]  # those of them that were computed in the game


def rounds_of(made: Extraction) -> int:
    """How often the rival's reply is computed: in a plan's own game once, as what the plan orders is part of it, whatever it was seen to do."""
    return ROUNDS if made.moves.plan is None else 1


def answered(
    made: Extraction,
    plan: Owner,
    given: Mapping[str, Played],
    lucks: int,
    besides: Mapping[str, Played] | None = None,
    tell: Callable[[], None] = lambda: None,
) -> Answered:
    """The plan against a rival who knows it and answers as well as he can: each type takes the best of the runs that are `given`, of others
    `besides`, and of replies computed in the game: the plan's own, or else to the plan as it was seen to act in all of them, in two rounds.

    Raises SolveError where nothing is given, the lucks are no even number from 2 up, or what is given was played with others.
    """
    if not given or lucks < 2 or lucks % 2:
        raise SolveError("choosing needs runs to choose from, and an even number of lucks", where="replies")
    others = [label for label, seen in {**given, **(besides or {})}.items() if seen.place.shape[1] != made.board.draws * lucks]
    if others:
        raise SolveError(f"{', '.join(others)} was played with another number of lucks than {lucks}", where="replies")
    runs = {**given, **(besides or {})}
    replies: dict[str, RivalPolicy] = {}
    for number in range(rounds_of(made)):
        reply = reply_to_plan(made.game, plan_of(made, list(runs.values())), np.inf)
        policy = RivalPolicy(f"reply {number + 1} of the game", reply.rival_play[:, :, None])
        replies[policy.name] = policy
        runs[policy.name] = play(made, plan, policy, lucks)
        tell()
    name = plan if isinstance(plan, str) else plan.name
    kinds = types_of(made)
    rows = {label: rival_gets(made, seen, made.ratios[kinds]) for label, seen in runs.items()}
    chosen = tuple(_best({label: row[kinds == kind] for label, row in rows.items()}) for kind in range(len(made.ratios)))
    before = tuple(_best({label: rows[label][kinds == kind] for label in given}) for kind in range(len(made.ratios)))
    worth = {label: owner_gets(made, seen) for label, seen in runs.items()}
    aims = {label: seen.by_draw(seen.aim.mean(axis=0, dtype=np.float64)) for label, seen in runs.items()}
    return Answered(
        name,
        chosen,
        _by_type(worth, chosen, kinds),
        _by_type(rows, chosen, kinds),
        _by_type(rows, chosen, kinds) - _by_type(rows, before, kinds),
        _by_type(aims, chosen, kinds),
        runs,
        replies,
    )


def at_stakes(made: Extraction, plan: str, runs: Mapping[str, Played], ratios: Floats, lucks: int) -> list[Played]:
    """The plan against a rival who knows it, if his stakes are so in every draw: his reply in the game, played in the war; a run for each ratio [R].

    `runs` are those that the plan was seen to act in.
    """
    board = made.board
    # what he wins is linear in his stakes: the median type's reward and the cost give every other's
    cost = -_reward_of(made, 0.0)
    stake = _reward_of(made, 1.0) + cost
    game = replace(
        made.game,
        types=np.full(len(ratios), 1 / len(ratios)),
        rival_gets=ratios[:, None, None, None] * stake - cost,
        rival_last=np.zeros((len(ratios), len(made.states))),
    )
    reply = reply_to_plan(game, plan_of(made, list(runs.values())), np.inf)
    policy = RivalPolicy("reply", reply.rival_play[:, :, None])
    return [play(made, plan, policy, lucks, np.full(board.draws, place)) for place in range(len(ratios))]


def _reward_of(made: Extraction, ratio: float) -> Floats:
    """What a rival of such stakes over the median gets in each state under each pair of moves [S, A, B]."""
    mean = made.gains[-2:].astype(np.float64).mean(axis=-1)
    return ratio * mean[0] - mean[1]


def deviations(
    made: Extraction, owner: Mapping[str, Played], rival: Mapping[str, Played], stands: Played
) -> tuple[tuple[str, Floats], tuple[tuple[str, ...], Floats]]:
    """What the owner, and each type of the rival, gains by the best of these deviations from what `stands`: by name, and the gain
    [D, L/2]."""
    kinds = types_of(made)
    worth = {name: owner_gets(made, seen) - owner_gets(made, stands) for name, seen in owner.items()}
    best = _best(worth)
    mine = made.ratios[kinds]
    rows = {name: rival_gets(made, seen, mine) - rival_gets(made, stands, mine) for name, seen in rival.items()}
    chosen = tuple(_best({name: row[kinds == kind] for name, row in rows.items()}) for kind in range(len(made.ratios)))
    return (best, _later(worth[best])), (chosen, _by_type(rows, chosen, kinds))


def _best(rows: Mapping[str, Floats]) -> str:
    """The row of the highest mean on the first half of the luck; of equals the first."""
    return max(rows, key=lambda name: float(rows[name][:, : rows[name].shape[1] // 2].mean()))


def _later(row: Floats) -> Floats:
    return row[:, row.shape[1] // 2 :]


def _by_type(rows: Mapping[str, Floats], chosen: tuple[str, ...], kinds: Wholes) -> Floats:
    """The second half of the luck of every draw, from the row that its type has chosen."""
    later = np.stack([_later(rows[name]) for name in chosen])
    return later[kinds, np.arange(len(kinds))]
