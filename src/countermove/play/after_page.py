"""The after-action page: one HTML file that needs nothing else; the same game gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from countermove.play.after import After, Fan, Scored
from countermove.play.after_lanes import SHOWN
from countermove.play.after_months import happened_words, months_told, remembered_table, seats_table
from countermove.play.after_otherwise import answer_sentences, answers_table, earlier_table, held_table, moments_table, told_answers
from countermove.play.after_players import (
    doubt_sentences,
    fits_none,
    followed_sentences,
    footing,
    likeness_sentences,
    player_part,
    players_named,
)
from countermove.play.after_silences import debrief_question
from countermove.play.after_words import (
    NONE_BETTER,
    best_sentences,
    better_moments,
    event_words,
    forecast_sentences,
    luck_sentences,
    moment_sentence,
    moment_sentences,
    month_of_game,
    owner_of,
    points,
    reading,
    regret_sentences,
    seat_title,
    silence_sentence,
    whose,
)
from countermove.play.after_worth import in_lives
from countermove.play.became import became
from countermove.play.forecasts import RULE
from countermove.play.horizons import left_out
from countermove.play.outcome import measured, named
from countermove.play.table import months_played
from countermove.play.war import CHANCE, PERSON, War
from countermove.questions.people import people
from countermove.show.charts.path_fan import PathFan, path_chart, path_extent
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.page import page
from countermove.world.certainty import ERRORS
from countermove.world.monthly import MONTHLY
from countermove.world.tables import Cell, Row, Table
from countermove.world.words import capitalized, counted, listed, mean_error, number, percent

PANELS = 3  # ways to play the owner's seat that are drawn; the table has all
ROOT = "root scale"
FIRST_ROOT = f"{ROOT} (by square roots, so that small values can be seen beside large ones)"


def render_after(found: After) -> str:
    """The page as HTML text (UTF-8 when written)."""
    program = found.walked.war.program
    shown = {
        "title": program.scenario.title or program.scenario.scenario,
        "months": counted(found.walked.months, "month"),
        "summary": summary(found),
        "questions": program.scenario.table.debrief,
        "remembered": remembered_table(found),
        "figure": path_figure(found),
        "told": months_told(found),
        "seats": seats_table(found),
        "luck": [*luck_sentences(found), *regret_sentences(found), *best_sentences(found)],
        "outcome": outcome_table(found),
        "became": became_table(found),
        "plans": plans_table(found),
        "moments": moment_sentences(found),
        "moment_table": moments_table(found),
        "answers": answer_sentences(found),
        "answer_table": answers_table(found),
        "earlier_table": earlier_table(found),
        "held_table": held_table(found),
        "silences": silences_table(found),
        "forecasts": forecast_sentences(found),
        "forecast_table": forecasts_table(found),
        "followed": followed_sentences(found),
        "players": [player_part(found, one) for one in found.likenesses],
        "reading": reading(found),
        "made": made_table(found),
    }
    return page("after.html.j2", m=shown)


def summary(found: After) -> list[str]:
    """What a reader takes away who reads no further."""
    strangers = [one for one in found.likenesses if fits_none(one)]
    said = [f"None of the theories plays like {players_named(found, strangers)}. {footing(found)}"] if strangers else []
    said += [*luck_sentences(found)[:2], *regret_sentences(found)[:1], *best_sentences(found)]
    if better := better_moments(found):
        said.append(moment_sentence(found, better[0]))
    elif found.tried:
        said.append(NONE_BETTER)
    said += told_answers(found)[:1]
    if found.silences:
        said.append(silence_sentence(found.silences, owner_of(found)))
    for one in found.likenesses:
        if one not in strangers:
            said += [likeness_sentences(found, one)[0], *doubt_sentences(found, one)]
    return said


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
    months = [month + 1 for month, text in enumerate(happened_words(found)) if text]
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
        f"of them, thin line their median; dashed: the same way of playing under the table's own luck{guessed}. Triangles: months with an "
        "event, such as a truce, an attack or a request."
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


def outcome_table(found: After) -> Table:
    """What the game came to, thing by thing."""
    scenario = found.walked.war.program.scenario
    who, months = people(found.walked.war.program), found.walked.months
    every = measured(scenario, who, found.walked.end, months)
    rows = [(one["says"], one["value"], one["worth"]) for one in every]
    shorter = "".join(f" {capitalized(named(text, who))}" for text in left_out(scenario, months))
    caption = f"What the game came to, and what {owner_of(found)} counts it as.{shorter}"
    return Table.of(caption, ("what", "it came to", "counted as"), rows, prose=True)


def became_table(found: After) -> Table:
    """What became of every seat that is not the owner's."""
    walked = found.walked
    start, seats = walked.standings[0].lanes.state, [one for one in walked.war.seats if one.kind not in ("owner", "observer")]
    rows = [(one.title, " ".join(became(walked.war, start, walked.turns, one))) for one in seats]
    caption = (
        f"What became of the others, as it was measured. Points are counted for {owner_of(found)} alone: whether it is what they wanted is theirs to "
        "say."
    )
    return Table.of(caption, ("who", "what became of it"), rows, prose=True)


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
        worth = in_lives(gap[0], found.objective, gap[1]) if told else ""
        rows.append(
            Row.of(
                (
                    Cell(name, notes),
                    Cell(points(*fan.value), (in_lives(fan.value[0], found.objective),)),
                    points(*gap) if fan.plan else "",
                    Cell(worth, (), ("text",)),
                    *([] if found.likenesses else [number(float(fan.points[0]))]),
                ),
                *(("total",) if not fan.plan else ()),
            )
        )
    own = "" if found.likenesses else "; and what the table's own luck would have made of it"
    caption = (
        f"What each way to play {whose(owner_of(found))} seat is worth by its objective, over {found.lucks} games of other luck, more is better{own} "
        f"(the game itself came to {number(found.points)}). {footing(found)}"
    ).strip()
    heads = (
        "way to play",
        "points",
        "above what was ordered",
        "that is as much as",
        *([] if found.likenesses else ["the table's luck"]),
    )
    return Table.of(caption, heads, rows)


def silences_table(found: After) -> Table:
    """The questions that the war put, month by month, and what was ordered next."""
    owner = owner_of(found)
    arisen = sorted(
        (month, place, ordered)
        for place, one in enumerate(found.silences)
        for month, ordered in zip(one.months, one.ordered, strict=True)
    )
    rows = [
        (
            month_of_game(found, month - 1) if month else "The first day",
            debrief_question(found.silences[place].cell, owner),
            capitalized(ordered or "nothing"),
        )
        for month, place, ordered in arisen
    ]
    caption = f"Questions that the war put to {owner}, as they arose, and what it ordered in the month after."
    return Table.of(caption, ("arose in", "question", f"what {owner} ordered next"), rows, prose=True)


def forecasts_table(found: After) -> Table:
    """Every forecast that was due."""
    program = found.walked.war.program
    rows = [
        (
            seat_title(program, one.forecast.seat),
            Cell(
                f"{capitalized(event_words(one.forecast))} at the end of a month up to {month_of_game(found, one.forecast.until - 1)}",
                (),
                ("text",),
            ),
            Cell(month_of_game(found, min(one.forecast.month, found.walked.months) - 1), (), ("text",)),
            percent(one.forecast.probability),
            Cell(_came(found, one), (), ("text",)),
            number(one.score, 3),
            mean_error(one.base_rate, one.base_error, "share"),
            number(one.base_score, 3),
        )
        for one in found.forecasts
    ]
    caption = (
        f"Forecasts that were due. {RULE} One of what was so already when it was made came true with that. "
        "Base rate: how often it comes true when the game is played on from that month under other luck."
    )
    heads = ("who", "forecast", "made in", "probability", "came true", "Brier score", "base rate", "its Brier score")
    return Table.of(caption, heads, rows)


def _came(found: After, one: Scored) -> str:
    """Whether a forecast came true, and when it was so first."""
    if one.when is None:
        return "yes" if one.happened else "no"
    if one.when < one.forecast.month:
        return "yes: it was so already"
    return f"yes, first at the end of {month_of_game(found, one.when - 1)}"


def made_table(found: After) -> Table:
    """What the page was made of."""
    war = found.walked.war
    cards = war.cards
    players = listed(
        [f"{seat_title(war.program, seat.name)}: {_players(found, seat.name)}" for seat in war.seats if seat.place >= 0]
    )
    tried = f"{counted(found.tried, 'order')} and {counted(len(found.answers), 'answer')}"
    return Table.of_facts(
        "What gives this page again.",
        (
            ("scenario", war.program.scenario.scenario),
            ("hidden cards", f"seed {cards.seed}, draw {cards.draw}, luck {cards.luck}"),
            ("who played", players),
            ("months played", f"{found.walked.months} of {months_played(war.program.scenario)}"),
            ("replays", f"{found.lucks} of each plan; {tried} tried in the place of others"),
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
