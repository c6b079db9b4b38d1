"""The after-action page: one HTML file that needs nothing else; the same game gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from countermove.engine.replay import event_words as happened_words
from countermove.play.after import After, Fan
from countermove.play.after_lanes import SHOWN
from countermove.play.after_silences import in_words, owner_ordered
from countermove.play.after_words import (
    ORDER,
    best_sentences,
    event_words,
    footing,
    forecast_sentences,
    likeness_sentences,
    luck_sentences,
    moment_sentences,
    month_of_game,
    players_each,
    points,
    probability,
    reading,
    regret_sentences,
    seat_title,
    summary,
)
from countermove.play.player import Likeness
from countermove.play.table import months_played
from countermove.play.war import CHANCE, PERSON, War
from countermove.questions.gaps.gaps import question
from countermove.questions.people import people, titles_of
from countermove.scenario.explain import orders_in_words
from countermove.scenario.seat_orders import SeatOrders
from countermove.show.charts.heat import share_shade
from countermove.show.charts.path_fan import PathFan, path_chart, path_extent
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.lives_and_money import in_lives_or_money
from countermove.show.page import page
from countermove.world.certainty import ERRORS
from countermove.world.monthly import MONTHLY
from countermove.world.tables import SHADES, Cell, Row, Table
from countermove.world.words import capitalized, counted, listed, mean_error, number, percent

PANELS = 3  # ways to play the owner's seat that are drawn; the table has all
MONTHS_TOLD = 4  # of a question
ROOT = "root scale"
FIRST_ROOT = f"{ROOT} (by square roots, so that small values can be seen beside large ones)"


@dataclass(frozen=True)
class PlayerPart:
    """One player: sentences, the posterior, the matrix."""

    title: str
    sentences: Sequence[str]
    posterior: Table
    matrix: Table


def render_after(found: After) -> str:
    """The page as HTML text (UTF-8 when written)."""
    program = found.walked.war.program
    shown = {
        "title": program.scenario.title or program.scenario.scenario,
        "months": counted(found.walked.months, "month"),
        "summary": summary(found),
        "figure": path_figure(found),
        "events": events_table(found),
        "luck": [*luck_sentences(found), *regret_sentences(found), *best_sentences(found)],
        "plans": plans_table(found),
        "moments": moment_sentences(found),
        "moment_table": moments_table(found),
        "silences": silences_table(found),
        "forecasts": forecast_sentences(found),
        "forecast_table": forecasts_table(found),
        "players": [player_part(found, one) for one in found.likenesses],
        "reading": reading(found),
        "made": made_table(found),
    }
    return page("after.html.j2", m=shown)


def _way(found: After, plan: str) -> str:
    """What one way to play the owner's seat is called."""
    if plan:
        return found.walked.war.program.titles.strategy(plan)
    return "What was ordered, played again" if found.likenesses else "What was ordered, under other luck"


def _drawn(found: After) -> list[Fan]:
    """The ways that are drawn: what was ordered, the robust plan, and of the others the best."""
    names = ["", *([found.robust] if found.robust else [])]
    rest = [fan for fan in found.fans if fan.plan not in names]
    best = sorted(rest, key=lambda fan: -fan.value[0] if len(fan.points) else 0.0)
    return [*(found.fan(name) for name in names), *best][:PANELS]


def path_figure(found: After) -> Figure:
    """The path over the fans: a row a quantity, a panel a way to play the owner's seat."""
    who, drawn = people(found.walked.war.program), _drawn(found)
    months = [month + 1 for month, text in enumerate(_happened(found)) if text]
    strips, rooted = list[Strip](), False
    for place, name in enumerate(SHOWN):
        row = MONTHLY[name]
        title = capitalized(row.title.format(owner=who.owner, client=who.client, rival=who.rivals))
        unit = {"persons/month": "persons a month"}.get(row.unit, row.unit)
        fans = [_path_fan(found, fan, place, f"{title} ({unit})", months if place == 0 else []) for fan in drawn]
        axis = path_extent(fans)
        scale = f", {ROOT if rooted else FIRST_ROOT}" if axis.root else ""
        rooted = rooted or axis.root
        panels = tuple(Panel(_way(found, fan.plan), path_chart(one, axis)) for fan, one in zip(drawn, fans, strict=True))
        strips.append(Strip(f"{title}{scale}", panels))
    guessed = ", against a rival that follows one of the theories" if found.likenesses else ""
    caption = (
        "The path that was played (thick, with its last value) over what else could have been: pale band nine tenths of the replays, dark band half "
        f"of them, thin line their median; dashed: the same way of playing under the table's own luck{guessed}. Triangles: months in which something "
        "happened."
    )
    return Figure("path", caption, "", tuple(strips), len(drawn))


def _path_fan(found: After, fan: Fan, place: int, title: str, months: Sequence[int]) -> PathFan:
    played, band = found.path[:, place], fan.bands[:, :, place]
    says = (
        f"{title}, {_way(found, fan.plan)}: the path ends at {played[-1]:.3g}; nine replays of ten end between {band[0, -1]:.3g} and "
        f"{band[4, -1]:.3g}"
    )
    unit = MONTHLY[SHOWN[place]].unit
    return PathFan(
        [float(value) for value in played],
        [[float(value) for value in row] for row in band],
        [float(value) for value in fan.same_luck[:, place]],
        months,
        unit,
        says,
    )


def _happened(found: After) -> list[str]:
    """What happened in each month, in words."""
    turns, cast = found.walked.turns, found.walked.war.engine.kernel.cast
    title = found.walked.war.program.titles.actor
    sides, patrons = tuple(map(title, cast.sides)), tuple(map(title, cast.patrons))
    report, state = turns[0].passed.report, turns[0].standing.lanes.state
    flags = type(report.flags)(
        *(np.stack([np.asarray(turn.passed.report.flags[k]) for turn in turns]) for k in range(len(report.flags)))
    )
    report = report._replace(flags=flags, silent=np.stack([np.asarray(turn.passed.report.silent) for turn in turns]))
    states = [turn.standing.lanes.state for turn in turns]
    state = state._replace(regime=np.stack([one.regime for one in states]), asked=np.stack([one.asked for one in states]))
    return [happened_words(report, month, sides, patrons, state) for month in range(len(turns))]


def _orders(found: After, month: int) -> str:
    """What every seat ordered in a month, in words, and where a person ordered nothing; empty where nobody ordered anything."""
    program, said, gave = found.walked.war.program, list[str](), set[str]()
    rungs = [rung.name for rung in program.scenario.patrons[program.cast.patrons[0]].ladder]
    for seat, orders in found.walked.course.orders[month].items():
        text = "; ".join(_one_order(orders, rungs))
        if text:
            said.append(f"{seat_title(program, seat)}: {text}")
            gave.add(seat)
    war = found.walked.wars[month]
    silent = [
        seat_title(program, seat.name)
        for seat in war.seats
        if seat.place >= 0 and war.player(seat.name) == PERSON and seat.name not in gave
    ]
    if said and silent:
        said.append(f"{listed(silent)}: nothing was ordered")
    return ". ".join(said)


def _one_order(orders: SeatOrders, rungs: Sequence[str]) -> list[str]:
    parts = [] if orders.owner is None else [in_words(orders_in_words(orders.owner), rungs)]
    if orders.support is not None:
        parts.append(f"support of {number(orders.support)} thousand")
    parts += [
        text for text, given in (("leave the war", orders.exit), ("ask for more", orders.ask), ("attack", orders.attack)) if given
    ]
    return [*parts, *([f"{orders.answer} the request"] if orders.answer else [])]


def events_table(found: After) -> Table:
    """Month by month what happened and what was ordered; months without either are left out."""
    rows = [(month_of_game(found, k), capitalized(text), _orders(found, k)) for k, text in enumerate(_happened(found))]
    kept = [(when, event, orders or "Nothing was ordered") for when, event, orders in rows if event or orders]
    left = " In months that are left out nothing happened and nothing was ordered." if len(kept) < len(rows) else ""
    return Table.of(f"The game month by month.{left}", ("month", "what happened", "what was ordered"), kept, prose=True)


def plans_table(found: After) -> Table:
    """Every way to play the owner's seat, the best first; beside it what the table's own luck made of it, where nobody had to be guessed at."""
    if found.objective is None:
        return Table.of("", ("way", "points"), ())
    rows: list[Row] = []
    for fan in sorted(found.fans, key=lambda one: -one.value[0]):
        gap = found.regret(fan.plan)
        name = _way(found, fan.plan)
        notes = ("the robust plan",) if fan.plan == found.robust else ()
        told = fan.plan and abs(gap[0]) > ERRORS * gap[1]
        worth = in_lives_or_money(gap[0], found.objective) if told else ""
        rows.append(
            Row.of(
                (
                    Cell(name, notes),
                    points(*fan.value),
                    points(*gap) if fan.plan else "",
                    Cell(worth, (), ("text",)),
                    *([] if found.likenesses else [number(float(fan.points[0]))]),
                ),
                *(("total",) if not fan.plan else ()),
            )
        )
    own = "" if found.likenesses else "; and what the table's own luck would have made of it"
    caption = (
        f"What each way to play the seat is worth by the objective, over {counted(found.lucks, 'luck')}, more is better{own} (the game itself came "
        f"to {number(found.points)}). {footing(found)}"
    ).strip()
    heads = (
        "way to play",
        "points",
        "above what was ordered",
        "that is as much as",
        *([] if found.likenesses else ["the table's luck"]),
    )
    return Table.of(caption, heads, rows)


def moments_table(found: After) -> Table:
    """All months that mattered, in their order."""
    rows = [
        (
            month_of_game(found, one.month),
            ORDER[one.order],
            owner_ordered(found.walked, one.month) or "nothing",
            points(one.gain, one.se),
        )
        for one in sorted(found.moments, key=lambda one: one.month)
    ]
    heads = ("month", "tried", "was ordered", "points above")
    caption = (
        f"Months in which another order would have made a difference that matters and that luck does not explain. {footing(found)}"
    )
    return Table.of(caption.strip(), heads, rows, prose=True)


def silences_table(found: After) -> Table:
    """The questions that arose, when, and what was ordered then."""
    rows: list[tuple[str, str, str]] = []
    for one in found.silences:
        when = [month_of_game(found, month) for month in one.months[:MONTHS_TOLD]]
        more = len(one.months) - len(when)
        answers = list(dict.fromkeys(text for text in one.ordered if text))[:MONTHS_TOLD]
        part = f" in {one.unanswered} of {len(one.months)} months" if answers else ""
        nothing = f"nothing was ordered{part}" if one.unanswered else ""
        said = "; ".join([*answers, *([nothing] if nothing else [])])
        rows.append((capitalized(question(one.cell)), listed([*when, *([f"{more} more"] if more > 0 else [])]), capitalized(said)))
    caption = "Questions that the war put to the owner, the gravest first, when they arose, and what it ordered in those months."
    return Table.of(caption, ("question", "arose in", "ordered then"), rows, prose=True)


def forecasts_table(found: After) -> Table:
    """Every forecast that was due."""
    program = found.walked.war.program
    rows = [
        (
            seat_title(program, one.forecast.seat),
            f"{capitalized(event_words(one.forecast))} by {month_of_game(found, one.forecast.until - 1)}",
            month_of_game(found, min(one.forecast.month, found.walked.months) - 1),
            percent(one.forecast.probability),
            "yes" if one.happened else "no",
            number(one.score, 3),
            mean_error(one.base_rate, one.base_error, "share"),
            number(one.base_score, 3),
        )
        for one in found.forecasts
    ]
    caption = (
        "Forecasts that were due. A forecast came true if it was so when it was made, or at the end of some month up to the one named. "
        "Base rate: how often it comes true when the game is played on from that month under other luck."
    )
    heads = ("who", "forecast", "made in", "probability", "came true", "Brier score", "base rate", "its Brier score")
    return Table.of(caption, heads, rows)


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
    caption = f"Theories by how probable they are by what {who} ordered.{fit if some else ''}"
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


def made_table(found: After) -> Table:
    """What the page was made of."""
    war = found.walked.war
    cards = war.cards
    players = listed(
        [f"{seat_title(war.program, seat.name)}: {_players(found, seat.name)}" for seat in war.seats if seat.place >= 0]
    )
    return Table.of_facts(
        "What gives this page again.",
        (
            ("scenario", war.program.scenario.scenario),
            ("hidden cards", f"seed {cards.seed}, draw {cards.draw}, luck {cards.luck}"),
            ("who played", players),
            ("months played", f"{found.walked.months} of {months_played(war.program.scenario)}"),
            ("replays", f"{found.lucks} of each plan; {counted(found.tried, 'order')} tried in the place of others"),
        ),
    )


def _players(found: After, seat: str) -> str:
    """Who played a seat, and until when where that changed."""
    told = [_player(war, seat) for war in found.walked.wars]
    last = [month for month, (one, other) in enumerate(pairwise(told)) if one != other]
    return " and then ".join([*(f"{told[month]} until {month_of_game(found, month)}" for month in last), told[-1]])


def _player(war: War, seat: str) -> str:
    player, titles = war.player(seat), war.program.titles
    if player in (PERSON, CHANCE):
        return "a person" if player == PERSON else player
    return titles.say_strategy(player) if player in war.program.strategy_names else titles.say_theory(player)
