"""The equilibrium in the war: what it is worth there, what anybody gains by leaving it, what the rival undoes, and opponents of other kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from countermove.decision.monte_carlo_error import estimates
from countermove.decision.objective import required
from countermove.engine.offset import window_of
from countermove.games.backward import solve_backward
from countermove.games.belief import at_start, belief_grid
from countermove.games.gap import gap_of
from countermove.games.in_the_war import OwnerPolicy, Played, RivalPolicy, later_half
from countermove.games.limit import Choice, Limit, solve_limit
from countermove.games.policy_gain import Policies, policy_gain
from countermove.games.replies import lead, think
from countermove.games.replies_in_the_war import answered, deviations
from countermove.games.scrambles import scramble_means
from countermove.questions.people import people
from countermove.questions.solve.finding import Deviation, EquilibriumFound, MeanError, Opponent
from countermove.questions.solve.look_ahead import LookAhead, mean_error
from countermove.rng.quasi import SCRAMBLES
from countermove.world.certainty import amount_certainty

Floats = NDArray[np.float64]
Stands = tuple[OwnerPolicy, RivalPolicy, Played]
"""An equilibrium's two policies, and what was played by them."""
BOUND = 0.05  # of what the rival gives on the first day, over the war: the gain up to which he has nothing to look for
ERRING = 2.0  # times what matters: a move of the owner that is worth so much less is e times rarer
LEVELS = 2
PLAY = ("owner_play", "rival_play", "owner_value", "rival_value")
COUNTS = ("games", "several", "mixed")


def limit_of(ahead: LookAhead, choice: Choice) -> Limit:
    """An equilibrium of the game, as it was found before if this very question was interrupted."""
    piece = ahead.shelf.get(choice)
    if piece is not None:
        counts = {name: int(piece[name]) for name in COUNTS}
        grid = belief_grid(len(ahead.made.game.types), int(piece["steps"]))
        owner_play, rival_play, owner_value, rival_value = (piece[name] for name in PLAY)
        return Limit(grid, owner_play, rival_play, owner_value, rival_value, **counts, left=float(piece["left"]))
    found = solve_limit(ahead.made.game, choice, ahead.solver)
    numbers = {name: np.array(getattr(found, name)) for name in (*PLAY, *COUNTS, "left")}
    ahead.shelf.put(choice, {**numbers, "steps": np.array(found.grid.steps)})
    return found


def equilibrium_of(ahead: LookAhead, choice: str, found: Limit, stands: Stands, against: Mapping[str, Played]) -> EquilibriumFound:
    """An equilibrium in the game and in the war; what deviating gains is measured of the first, which `stands` and the plans `against` it are of.

    Its worth in the game is that of the solution; the error of the gap is that of the same play, as it was seen in the war.
    """
    game, made = ahead.made.game, ahead.made
    owner, rival = found.at_start(game)
    first = choice == "best"
    policy = RivalPolicy("the equilibrium", found.rival_play, found.grid)
    seen = stands[2] if first else ahead.play(OwnerPolicy("the equilibrium", found.owner_play, policy), policy)
    war, walked = mean_error(ahead.worth(seen)), gap_of(made, later_half(seen), points_only=True)
    rungs = np.asarray(made.moves.own)[seen.pair // len(made.moves.rival)]
    return EquilibriumFound(
        choice,
        owner,
        war,
        MeanError(owner - war.mean, walked.value.error),
        seen.outside,
        seen.beyond,
        mean_error(ahead.worth(stands[2]) - ahead.worth(seen)),
        tuple(float(one) for one in rival),
        float(rungs.mean()),
        float(seen.aim.mean(dtype=np.float64)),
        found.games,
        found.several,
        found.mixed,
        _deviations(ahead, found, stands, against) if first else (),
    )


def _deviations(ahead: LookAhead, found: Limit, stands: Stands, against: Mapping[str, Played]) -> tuple[Deviation, ...]:
    """What the owner and the rival gain by leaving the equilibrium: in the game, and in the war on luck that nobody chose on."""
    made, who = ahead.made, people(ahead.program)
    owner, rival, played = stands
    ahead.progress("looking for deviations", 0, 3)
    game = policy_gain(made.game, Policies(found.grid.points, found.grid.steps, found.owner_play, found.rival_play))
    ahead.progress("looking for deviations", 1, 3)
    mine = {**against, **{f"rung {rung}": ahead.play(_always(ahead, place), rival) for place, rung in enumerate(made.moves.own)}}
    ahead.progress("looking for deviations", 2, 3)
    tried: dict[str, Played] = {"the equilibrium": played}
    tried |= {theory: ahead.play(owner, theory) for theory in ahead.weights}
    tried |= {name: ahead.play(owner, policy) for name, policy in ahead.steady.items()}
    his = dict(answered(made, owner, tried, ahead.options.lucks).runs)
    his.pop("the equilibrium")
    (best, gain), (chosen, other) = deviations(made, mine, his, played)
    ahead.progress("looking for deviations", 3, 3)
    matters = required(ahead.program.scenario.objective).matters
    bound = BOUND * _given(ahead)
    return (
        Deviation(who.owner, "points", game.owner, mean_error(gain), best, matters),
        Deviation(
            who.rival, "thousand person-equivalents", float(game.rival @ made.game.types), mean_error(other), _named(chosen), bound
        ),
    )


def _given(ahead: LookAhead) -> float:
    """What the rival gives over the war if he gives what he does on the first day, thousand person-equivalents."""
    board = ahead.made.board
    baseline = np.asarray(board.drawn.values["patron.baseline"][board.rival], np.float64)
    return float(baseline.mean()) * board.months


def _named(chosen: tuple[str, ...]) -> str:
    return "; ".join(dict.fromkeys(chosen))


def _always(ahead: LookAhead, place: int) -> OwnerPolicy:
    """The owner on one rung in every month."""
    made = ahead.made
    play = np.zeros((made.game.months, len(made.states), 1, len(made.moves.own)))
    play[..., place] = 1
    return OwnerPolicy(f"rung {made.moves.own[place]}", play)


def commitment_of(ahead: LookAhead, plans: list[Floats], stands: Played) -> MeanError:
    """What declaring the best plan is worth over the equilibrium, where nothing is declared: points, of the same runs. Which plan is best is
    chosen on every other luck and scored on those between, both ways; a single luck is both."""
    even = ahead.worth(stands)
    if even.shape[1] < 2:
        return mean_error(max(plans, key=_mean) - even)
    halves = [(slice(0, None, 2), slice(1, None, 2)), (slice(1, None, 2), slice(0, None, 2))]
    chosen = [(max(plans, key=lambda worth, on=on: _mean(worth[:, on])) - even)[:, scored] for on, scored in halves]
    return mean_error(np.concatenate(chosen, axis=1))


def _mean(worth: Floats) -> float:
    return float(worth.mean())


def offset_of(ahead: LookAhead, name: str, nothing: Played, held: Played, replied: Played) -> MeanError | None:
    """The share of the aid's effect on the balance that the rival undoes: 1 less the effect with his reply over that with his support held as it is
    without aid, both against no aid at all, over the months 12 to 24 after the first delivery, nothing else held. None where the effect
    with his support held cannot be told from 0."""
    plan = next(one for one in ahead.program.plans if one.name == name)
    weights, _ = window_of(plan, ahead.program.cast.months)
    held_by, replied_by = (
        scramble_means(seen.by_draw((weights @ (seen.balance - nothing.balance)).astype(np.float64))) for seen in (held, replied)
    )
    mean, se = float(held_by.mean()), float(held_by.std(ddof=1) / np.sqrt(SCRAMBLES))
    if amount_certainty(mean, se) != "told" or mean == 0:
        return None
    sign = np.sign(mean)  # a ratio's error asks for masses above 0
    ratio, error = estimates(sign * replied_by, sign * held_by)
    return MeanError(1 - float(ratio), float(error))


def other_opponents(ahead: LookAhead) -> tuple[Opponent, ...]:
    """The game against opponents of other kinds, in the game: who errs, who thinks few steps ahead, who sees moves before he answers."""
    who, game = people(ahead.program), ahead.made.game
    matters = required(ahead.program.scenario.objective).matters
    up = 1 / (ERRING * matters)
    scaled = replace(game, owner_gets=game.owner_gets * up, owner_last=game.owner_last * up)
    erring = solve_backward(scaled, 1.0, ahead.solver)
    rows = [
        Opponent(
            "erring",
            f"both err: a move of {who.owner} that is worth {ERRING * matters:g} points less is e times rarer",
            erring.at_start(scaled)[0] / up,
        )
    ]

    def told(done: int) -> None:
        ahead.progress("the owner who declares its moves", done, game.months)

    declared = lead(scaled, 1.0, ahead.options.beliefs, told, ahead.workers)
    says = f"{who.owner} declares its move each month, and {who.rival} answers it, erring as before"
    rows.append(Opponent("declared", says, declared.at_start(scaled)[0] / up))
    for thinker in think(game, LEVELS, np.inf, ahead.options.beliefs)[1:]:
        expects, _ = at_start(game, erring.grid, thinker.owner_expects, thinker.rival_expects)
        says = f"{who.owner} thinks {thinker.level} step{'s' if thinker.level > 1 else ''} ahead, and {who.rival} one less: what {who.owner} expects"
        rows.append(Opponent(f"level {thinker.level}", says, expects))
    return tuple(rows)
