"""The argument's claims asked of a rival who thinks ahead: where he knows the plan, and where he plays the equilibrium.

He who knows the plan has chosen his reply on the first half of the luck: claims are asked of the second half alone, of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from countermove.engine.quantities import Quantity
from countermove.errors import DecisionError
from countermove.games.extract import Extraction
from countermove.games.in_the_war import Played, Rival, RivalPolicy, later_half, play, types_of
from countermove.games.replies_in_the_war import Answered
from countermove.questions.claims.finding import Statistic
from countermove.questions.claims.heard import summed
from countermove.questions.claims.on_model import beyond, figure, of_rung, quantities
from countermove.questions.claims.query import ClaimQuery, claim_query
from countermove.questions.solve.finding import ClaimAhead, View
from countermove.questions.solve.look_ahead import LookAhead, steady_in
from countermove.world.expression import Query

Floats = NDArray[np.float64]


def claims_ahead(ahead: LookAhead, known: Mapping[str, Answered], rival: RivalPolicy) -> tuple[ClaimAhead, ...]:
    """Every claim that can be asked of the months of the written plans, in both views; the plans count alike.

    A claim of what the owner's rung does is left out: it asks for plans of one rung each, to which the rival of a written plan does not reply.
    """
    asked = _askable(ahead)
    if not asked:
        return ()
    queries = tuple(dict.fromkeys(query for one in asked.values() for query in one.queries))
    wanted = quantities(queries)
    made = replace(ahead.made, board=replace(ahead.made.board, asked=wanted))
    kinds = types_of(made)
    total: dict[View, dict[Query, Floats]] = {"knowing": {}, "equilibrium": {}}
    for number, (name, one) in enumerate(known.items()):
        own = replace(ahead.own[name], board=made.board)
        by_name: dict[str, dict[Query, Floats]] = {}
        for chosen in dict.fromkeys(one.chosen):
            by_name[chosen] = _sums(play(own, name, _as_rival(own, one, chosen), ahead.options.lucks), queries, wanted)
        mixed = {query: np.stack([by_name[chosen][query] for chosen in one.chosen]) for query in queries}
        mine = {query: each[kinds, ..., np.arange(len(kinds))].transpose(1, 2, 0) for query, each in mixed.items()}
        _add(total["knowing"], mine)
        _add(total["equilibrium"], _sums(play(made, name, rival, ahead.options.lucks), queries, wanted))
        ahead.progress("asking the claims", number + 1, len(known))
    scramble = made.board.drawn.scramble
    return tuple(
        ClaimAhead(
            name,
            ahead.program.scenario.claims[name].says,
            one.criterion,
            {view: _figure(one, of, scramble) for view, of in total.items()},
        )
        for name, one in asked.items()
    )


def _askable(ahead: LookAhead) -> Mapping[str, ClaimQuery]:
    """The claims by name; those that divide by nothing, look beyond the clock or ask for one rung each are left."""
    found: dict[str, ClaimQuery] = {}
    owner, months = ahead.program.cast.patrons[0], ahead.program.cast.months
    for name, claim in ahead.program.scenario.claims.items():
        if claim.model is None:
            continue
        try:
            one = claim_query(claim.model)
        except DecisionError:
            continue  # its verdict in the ledger says so
        if not any(beyond(query, months) or of_rung(query, owner) for query in one.queries):
            found[name] = one
    return found


def _as_rival(own: Extraction, one: Answered, chosen: str) -> Rival:
    """What a type has chosen, as it can be played again: a reply, a steady level, or a theory by its name."""
    return one.replies.get(chosen) or steady_in(own).get(chosen) or chosen


def _sums(seen: Played, queries: tuple[Query, ...], wanted: tuple[Quantity, ...]) -> dict[Query, Floats]:
    """The two sums [2, halves, D] of every query over the luck that nobody chose on; nan where it divides by zero."""
    seen = later_half(seen)
    lucks = seen.place.shape[1] // seen.draws
    rows = seen.told.reshape(len(wanted), seen.told.shape[1], lucks, seen.draws).swapaxes(2, 3)
    values = dict(zip(wanted, rows.reshape(len(wanted), seen.told.shape[1], -1).astype(np.float64), strict=True))
    return {query: summed(query, values, lucks) for query in queries}


def _add(total: dict[Query, Floats], more: Mapping[Query, Floats]) -> None:
    for query, found in more.items():
        total[query] = total[query] + found if query in total else found


def _figure(one: ClaimQuery, of: Mapping[Query, Floats], scramble: NDArray[np.int64]) -> Statistic:
    return figure(one, np.stack([of[query].sum(axis=1) for query in one.queries]), scramble)
