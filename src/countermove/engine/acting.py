"""What is done in a month and what comes of it: every patron acts, the clients fight, and chance decides what ends or begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from countermove.behaviour.conduct import (
    all_means,
    common_belief,
    deniable,
    expected_support,
    numbers_of,
    select,
    theory_answer,
    view_of,
)
from countermove.behaviour.theory import OVERT_SUPPORT, Theory, View
from countermove.dynamics import diplomacy, posture, requests, spread, supply, territory, truces
from countermove.dynamics.clocks import occurs
from countermove.dynamics.observation import reported_deaths
from countermove.dynamics.pretext import pretext
from countermove.dynamics.strength import Params, largest, on_side, troops
from countermove.engine.actions_taken import Acted, Foreseen
from countermove.engine.bargaining import bargain
from countermove.engine.battle import Fight
from countermove.engine.compiled_apart import apart
from countermove.engine.opening import rung_of
from countermove.world.cast import Array, Cast
from countermove.world.state import (
    GRANT,
    HIGH,
    REFUSE,
    SETTLED,
    Action,
    Flags,
    Month,
    Orders,
    Script,
    Sight,
    StartValues,
    State,
)

Luck = dict[str, Array]


class Variation(NamedTuple):
    """How a month departs from the plain one: `quiet` leaves out pretext, requests and the condition "line"; a `script` gives the
    regime, offensives, probes and truces of another run, which are taken where `follow`; where `hold`, its patrons' support too."""

    quiet: bool = False
    script: Script | None = None
    follow: Any = True
    hold: Any = False

    def taken(self, own: Array, scripted: Callable[[Script], Array]) -> Array:
        """The script's value where it is followed, else the run's own."""
        return own if self.script is None else jnp.where(self.follow, scripted(self.script), own)


class Report(NamedTuple):
    """What a month did, for measures, bands, ledger and the offset; [n] unless noted."""

    flags: Flags
    deaths: Array  # persons
    civilians: Array
    balance: Array  # [K, n]
    granted: Array
    probing: Array  # [K, n]
    grants: Array  # [P, n] granted this month
    unordered: Array  # granted where the strategy says nothing
    owner_aid: Array  # thousand person-equivalents delivered
    break_change: Array  # what that adds to the chance that a new truce breaks in the month
    silent: Array
    was_truce: Array
    age: Array  # of the truce at the start of the month
    recruited: Array  # [K, n] thousand
    killed: Array  # [K, n] thousand client dead
    sent: Array  # [2, n] into the pipeline
    diverted: Array  # [2, n]
    lost_heavy: Array  # [K, n] of the stock beyond the own one
    captured: Array  # [K, n]
    lost_counter: Array  # [K, n]


class Minds(NamedTuple):
    """The theories on offer and which of them each patron follows (a scalar per patron, traced or not)."""

    theories: Sequence[Theory]
    which: Sequence[Any]


def _owner(state: State, action: Action, floor: Array) -> tuple[Orders, Array, Array]:
    """The owner's orders after what is possible, whether it granted, whether it refused [n]."""
    orders, rung, able = action.orders, state.rung[0], state.will[0] >= floor
    wish = jnp.clip(jnp.minimum(orders.rung, orders.ceiling), 0, 8)
    wish = jnp.where((wish > rung) & ~able, rung, jnp.maximum(wish, rung - 1))
    room = able & (wish < jnp.minimum(orders.ceiling, 8))
    granted = (action.answer == GRANT) & room
    refused = (action.answer == REFUSE) | ((action.answer == GRANT) & ~room)
    now = wish + granted
    written = orders.written + (granted & (action.credited > 0))
    standing = jnp.where(granted, now, orders.rung)
    return (
        orders._replace(rung=standing, written=written),
        now,
        jnp.stack([granted.astype(jnp.float32), refused.astype(jnp.float32)]),
    )


def _others(
    cast: Cast, p: Params, minds: Minds, *, world: tuple[StartValues, State, Sight, Month], heard: Array, u: Luck
) -> tuple[Array, ...]:
    """Support and memory of the theory patrons; what others would do is ignored for the owner unless it follows a theory."""
    reference, state, sight, month = world
    yes = requests.grants(p, state.will, u["grant"])
    rows: list[tuple[Array, ...]] = []  # per patron: support, mode, alarm, left, granted; foreseen by its camp, by others, weight
    nothing = state.oil * 0
    for j in range(len(cast.patrons)):
        if not cast.driven(j):
            rows.append((state.support[j], state.mode[j], state.alarm[j], state.left[j], *([nothing] * 3), nothing + 1))
            continue
        view = view_of(cast, p, reference, state, sight, month=month, patron=j, u=u)
        numbers = numbers_of(p, minds.theories, j)
        drive = theory_answer(minds.theories, minds.which[j], view, numbers)
        gift = state.asked[j] * yes[j]
        excuse = heard * p["pretext.support"] if j in cast.enemies[0] else 0.0
        raised = drive.support + numbers["support.noise"] * u["support"][j] + gift * p["requests.step"][j] * view.baseline + excuse
        gone = jnp.maximum(state.left[j], occurs(u["exit"][j], numbers["support.exit"] * drive.exit))
        most, hidden = all_means(cast, p, j), deniable(cast, p, state.support[j], j)
        opens = occurs(u["open"][j], p["intervention.readiness"][j] * jnp.maximum(raised / OVERT_SUPPORT - 1, 0))
        support = jnp.where(gone > 0, 0.0, jnp.clip(raised, 0, jnp.where(opens, most, hidden)))
        rows.append((support, drive.mode, drive.alarm, gone, gift, *_foreseen(cast, p, minds, view, numbers, sight, j, gone)))
    return tuple(jnp.stack(column) for column in zip(*rows, strict=True))


def _foreseen(
    cast: Cast, p: Params, minds: Minds, view: View, numbers: Params, sight: Sight, patron: int, gone: Array
) -> tuple[Array, Array, Array]:
    """What a patron is expected to give in the long run, by its own camp and by all others, and the weight of its pain [n] each."""
    told = [theory.outlook(view, numbers) for theory in minds.theories]
    expected = [expected_support(one, numbers, p["bargain.horizon"]) for one in told]
    own, weight = (select(minds.which[patron], answers) for answers in (expected, [one.weight for one in told]))
    resolve = jax.nn.sigmoid(sight.resolve_belief[patron])
    public = common_belief(minds.theories, expected, beliefs=cast.beliefs[patron], resolve=resolve)
    return own * (1 - gone), public * (1 - gone), weight


def act(
    cast: Cast, p: Params, minds: Minds, *, world: tuple[StartValues, State, Sight, Month], action: Action, u: Luck, vary: Variation
) -> Acted:
    """Sections 5 and 6: the owner's orders take effect, the others answer by their theories."""
    state = world[1]
    patrons = range(len(cast.patrons))
    orders, owner_rung, answered = _owner(state, action, p["will.floor"])
    newly, heard, announced, unheard = pretext(cast, state.announced, state.unheard, owner_rung, orders.announce)
    if vary.quiet:
        newly, heard = newly * 0, heard * 0
    support, mode, alarm, left, granted, *expected = _others(cast, p, minds, world=world, heard=heard, u=u)
    if vary.script is not None:
        support = jnp.where(vary.hold, vary.script.support, support)
    rung = jnp.stack([rung_of(support[j]) if cast.driven(j) else owner_rung for j in patrons])
    pipeline, owner_cost = supply.ship(cast, p, state.pipeline, orders._replace(rung=rung[0]), action)
    if cast.owner_driven:
        pipeline = state.pipeline
    costs = [supply.columns(cast, j, rung[j])[0] if cast.driven(j) else owner_cost for j in patrons]
    refusals = [jnp.maximum(state.asked[j] - granted[j], 0) if cast.driven(j) else answered[1] for j in patrons]
    grants = [granted[j] if cast.driven(j) else answered[0] for j in patrons]
    sent = sum(pipeline - state.pipeline)
    return Acted(
        orders,
        support,
        rung,
        mode,
        alarm,
        left,
        jnp.stack(costs),
        jnp.stack(refusals),
        jnp.stack(grants),
        newly,
        announced,
        unheard,
        pipeline,
        sent,
        Foreseen(*expected),
    )


class Hazard(NamedTuple):
    """Section 10 of the month."""

    race: truces.RaceOutcome
    gone: Array  # [K, n]
    flags: Flags
    peacekeepers: Array
    deaths: Array
    owner_aid: Array
    break_change: Array
    terms: Array
    pledged: Array


def _aid(cast: Cast, p: Params, state: State, acted: Acted, battle: Fight) -> Array:
    """Thousand person-equivalents newly delivered by each patron this month [P, n]."""
    rise = jnp.maximum(acted.support - state.support, 0)
    if cast.owner_driven:
        return rise
    before = troops(cast, p, state.support, state.rung)[0]
    men = p["attrition.patron-weight"][0] * jnp.maximum(battle.power.troops[0] - before, 0)
    goods = p["supply.equivalents-heavy"] * battle.arrived[0] + p["supply.equivalents-counter"] * battle.arrived[1]
    return jnp.concatenate([(goods + men)[None], rise[1:]])


def _regime_hazards(
    cast: Cast,
    p: Params,
    world: tuple[StartValues, State, Sight, Month],
    acted: Acted,
    battle: Fight,
    widest: Array,
    aid: tuple[Array, Array],
    peace: tuple[Array, Array],
) -> truces.Hazards:
    """What every regime could change into, before the regime is taken into account; `widest` is |b|, `aid` the month's new aid to each
    side [K, n], and the owner's own [n]; `peace` the hazards of a settlement and of a recurrence [n]."""
    reference, state, _, month = world
    to_sides, own = aid
    fall, fresh, unaided = truces.breakdown_hazards(
        p, aid=(to_sides[0], own), rival_aid=sum(to_sides[1:]), balance=widest, peacekeepers=state.peacekeepers, age=state.age
    )
    return truces.Hazards(
        offensive=posture.offensive_hazard(
            cast,
            p,
            balance=battle.power.balance,
            reference=reference.balance,
            talks=state.track,
            mandate=month.mandate,
            restraint=acted.orders.restraint,
        ),
        onset=truces.onset_hazard(p, battle.deaths, widest, state.track, month.truces),
        breakdown=fall,
        fresh_breakdown=fresh,
        unaided_breakdown=unaided,
        settlement=peace[0],
        recurrence=peace[1],
    )


def _copied(race: truces.RaceOutcome, vary: Variation) -> truces.RaceOutcome:
    """The month's race, or what another run made of it."""
    return race._replace(
        regime=vary.taken(race.regime, lambda script: script.regime),
        attacking=vary.taken(race.attacking, lambda script: script.attacking),
        attack=vary.taken(race.attack, lambda _: race.attack * 0),
        began=vary.taken(race.began, lambda script: script.truce_began),
        broke=vary.taken(race.broke, lambda script: script.truce_broke),
        age=vary.taken(race.age, lambda script: script.age),
        recurs=vary.taken(race.recurs, lambda _: race.recurs * 0),
    )


def chance(
    cast: Cast, p: Params, world: tuple[StartValues, State, Sight, Month], acted: Acted, battle: Fight, *, u: Luck, vary: Variation
) -> Hazard:
    """Section 8: the race of regimes, clash, incident, exchange, peacekeepers, collapse."""
    reference, state, sight, month = world
    over = state.regime >= SETTLED
    balance = battle.power.balance
    widest = largest(jnp.abs(balance)) if len(cast.sides) > 2 else jnp.abs(balance[0])
    aid = _aid(cast, p, state, acted, battle)
    deal = apart(month.index, lambda: bargain(cast, p, reference, state, acted, battle))
    hazards = _regime_hazards(
        cast, p, world, acted, battle, widest, (on_side(cast, aid), aid[0]), (deal.settlement, deal.recurrence)
    )
    race = truces.race(cast, p, state.regime, state.attacking, state.age, hazards, u, partial(apart, month.index))
    rival = state.oil * 0
    for j in cast.enemies[0]:
        rival = jnp.maximum(rival, acted.rung[j])
    own = acted.rung[0]
    clash, war = spread.clash(cast, p, rungs=(own, rival), over=over, u=(u["clash"][0], u["war"][0]))
    incident, unanswered = spread.incident(
        cast,
        p,
        rungs=(own, rival),
        credibility=state.credibility,
        brigades=acted.orders.brigades,
        over=over,
        u=(u["incident"][0], u["answer"][0]),
    )
    gone = truces.collapse(cast, p, battle.power.force * (1 - battle.fraction), territory.shares(cast, battle.ground), over)
    race = truces.settle_precedence(race, gone, war)
    race = _copied(race, vary)
    gone = vary.taken(gone, lambda _: gone * 0)
    offered = diplomacy.deploy(p, state.track, state.regime, state.peacekeepers, acted.orders.offer, u["deploy"][0])
    flags = Flags(
        truce_began=race.began,
        truce_broke=race.broke,
        clash=clash,
        incident=incident,
        unanswered=unanswered,
        recurs=race.recurs,
        exchange=diplomacy.exchange(p, state.track, state.regime, u["exchange"][0]),
        attack=race.attack,
        quit=acted.left - state.left,
        deaths=reported_deaths(p, battle.deaths, u["track"][1]),
        losing=sight.losing,
        winning=sight.winning,
    )
    change = truces.change_of_chance(hazards)
    signed = race.settled > 0
    return Hazard(
        race,
        gone,
        flags,
        jnp.where(race.regime == HIGH, 0, offered),
        battle.deaths,
        aid[0],
        change,
        terms=vary.taken(jnp.where(signed, deal.terms, state.terms), lambda script: script.terms),
        pledged=vary.taken(jnp.where(signed, deal.guarantees, state.pledged), lambda script: script.pledged),
    )
