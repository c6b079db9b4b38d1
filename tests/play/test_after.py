"""After a game: replays are the game where nothing differs, questions and forecasts are found, and the page says it by titles, escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, partial
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from builders.places import FILES
from builders.wars import compiled
from countermove.decision.cells import row_of
from countermove.decision.objective import worth_of
from countermove.engine.program import compile_scenario
from countermove.errors import RunError
from countermove.play.after import TRIED, After, Moment, Sizes, Words, _Found, _moments, after_action
from countermove.play.after_answers import (
    Choice,
    Otherwise,
    _hands,
    answer_of,
    choices_of,
    could_not_grant,
    no_room,
    otherwise,
    played_at_once,
)
from countermove.play.after_lanes import SHOWN, Onward, Replayer, shown_of
from countermove.play.after_months import Line, months_told, remembered_table, seats_table
from countermove.play.after_otherwise import answer_sentences, answers_table
from countermove.play.after_page import made_table, plans_table, render_after, silences_table, summary
from countermove.play.after_players import followed_sentences, player_part
from countermove.play.after_words import (
    NONE_BETTER,
    best_sentences,
    forecast_sentences,
    luck_sentences,
    moment_sentences,
    month_of_game,
    regret_sentences,
    silence_sentence,
)
from countermove.play.after_worth import in_lives
from countermove.play.horizons import values_in_game
from countermove.play.month import NOW
from countermove.play.outcome import MEASURED
from countermove.play.player_course import Course, walk
from countermove.play.protocol import FORECAST
from countermove.play.session import Forecast, Guess, News, Remembered, Said
from countermove.play.war import PERSON, Cards, War
from countermove.scenario.read import read
from countermove.scenario.seat_orders import Orderer, SeatOrders, read_seat_orders
from countermove.world.measure import MEASURES
from countermove.world.plan import ORDERS
from countermove.world.state import SETTLED

SMALL = FILES / "wars" / "war.yaml"
PROGRAM = compiled(SMALL)
SIZES = Sizes(lucks=12, draws=64, each=4)
MONTHS = 8
FORECASTS = (
    Forecast("bear", "truce", 6, 0.2, 6),
    Forecast("bear", "truce", 6, 0.9, 6),
    Forecast("eagle", "settled", 4, 0.1, 1),
    Forecast("eagle", "direct-war", 30, 0.1, 3),
)


def order(kind: Orderer, text: str) -> SeatOrders:
    """Orders as they are written."""
    return read_seat_orders(text, kind, PROGRAM.scenario)


def course() -> Course:
    """A game in which the eagle arms the north, the north asks, the bear orders every month, and the facilitator ends a truce and begins one."""
    months: list[dict[str, SeatOrders]] = [{"bear": order("patron", f"support: {5 + month / 8}")} for month in range(MONTHS)]
    months[1]["eagle"] = order("owner", "{rung: lethal-defensive, volume: 47 million USD}")
    months[2]["north"] = order("client", "ask: true")
    months[3]["eagle"] = order("owner", "answer: grant")
    events: list[dict[str, int]] = [{} for _ in range(MONTHS)]
    events[4], events[5] = {"truce-break": NOW}, {"truce-onset": NOW}
    return Course(months, events)


@cache
def found() -> After:
    """What it teaches."""
    people = dict.fromkeys(("eagle", "bear", "north"), PERSON)
    return after_action(War(PROGRAM, Cards(0, 7, 3), people), course(), FORECASTS, sizes=SIZES, robust="arm")


def test_a_replay_without_a_difference_is_the_game() -> None:
    """A theory plays the bear: what was ordered, under the table's own luck, is the path to a rounding, and worth as much."""
    war = War(PROGRAM, Cards(0, 7, 3), dict.fromkeys(("eagle", "north"), PERSON) | {"bear": "spigot"})
    orders = [{seat: one for seat, one in month.items() if seat != "bear"} for month in course().orders]
    again = after_action(war, Course(orders, course().events), sizes=SIZES, robust="arm")
    np.testing.assert_allclose(again.fan("").same_luck, again.path, rtol=1e-4, atol=1e-4)
    assert again.fan("").points[0] == pytest.approx(again.points, rel=1e-4)
    end = np.array(list(again.walked.end.values()))[:, None]
    assert again.points == pytest.approx(float(worth_of(end, again.objective, "")[0]))
    assert again.likenesses == ()


def test_ordering_nothing_where_nothing_was_ordered_changes_nothing() -> None:
    """So only other orders are tried: three a month at most, and one more where something was ordered; what was ordered is no regret."""
    ordered = sum("eagle" in month for month in course().orders)
    assert MONTHS <= found().tried <= 3 * MONTHS + ordered
    assert all(one.order != "hold" or "eagle" in course().orders[one.month] for one in found().moments)
    assert found().regret("") == (0.0, 0.0)


def test_questions_that_arose_are_met_with_what_was_ordered_then() -> None:
    """The request of the third month is seen in the fourth, and granted; a truce that ends or begins is seen a month later. The page tells both
    months as the players count them: the one in which it was news, and the answer in the next; asked as of a game that is over."""
    met = {one.cell.name: one for one in found().silences}
    asked = met["north asks"]
    assert (asked.months, asked.ordered, asked.unanswered) == ((3,), ("grant the client's request",), 0)
    assert 5 in met["truce breaks"].months and 6 in met["truce begins"].months
    assert met["truce breaks"].unanswered == len(met["truce breaks"].months)
    rows = [[cell.text for cell in (row.head, *row.cells)] for row in silences_table(found()).rows]
    assert [month_of_game(found(), 2), "North asks for more. What did Eagle do?", "Grant the client's request"] in rows
    assert month_of_game(found(), 2).endswith(" 2018 (month\N{NO-BREAK SPACE}3)") and "You have not said" not in render_after(
        found()
    )


def test_months_in_which_the_war_asked_are_counted_once() -> None:
    """Two questions in one month are one month, in the whole and in the silent ones."""
    one = found().silences[0]
    asked = [replace(one, months=(2, 4, 5), ordered=("", "arm", "")), replace(one, months=(2, 7), ordered=("", "arm"))]
    assert silence_sentence(asked, "Eagle") == (
        "In 4 months Eagle had to answer a question that the war had just put; in 2 of them nothing was ordered."
    )
    assert silence_sentence(asked[1:], "Eagle").endswith("in 1 of them nothing was ordered.")
    assert silence_sentence([replace(one, months=(4,), ordered=("arm",))], "Eagle").endswith("; something was ordered then.")


def test_a_better_order_is_found_beside_one_that_is_worse_by_more() -> None:
    """Going up loses 2 points and going down wins 1: both are told; the headline tells the better one, and no loss."""
    objective = found().objective
    assert objective is not None
    name, value = next(iter(objective.values.items()))
    gains = np.repeat([0.0, 0.0, -2.0, 1.0, 0.0], 12) * value.per / value.points
    measures = np.zeros((len(MEASURES), gains.size))
    measures[row_of(name)] = gains
    blank = Onward(np.zeros((1, len(SHOWN), gains.size)), np.zeros((1, len(FORECAST), gains.size)), measures)
    moments, tried = _moments({0: (blank, np.full((1 + len(TRIED), len(ORDERS)), np.nan))}, objective)
    assert [(one.order, one.gain) for one in moments] == [("up", pytest.approx(-2)), ("down", pytest.approx(1))] and tried == 2
    told = " ".join(summary(replace(found(), moments=moments)))
    assert "when nothing was ordered, going one rung down would have been worth 1.00" in told and "rung up" not in told
    worse = replace(found(), moments=moments[:1])
    assert NONE_BETTER in summary(worse) and moment_sentences(worse)[0] == NONE_BETTER and "2.00" in moment_sentences(worse)[1]
    ordered = replace(found(), moments=(Moment(1, "up", 1.0, 0.1),))
    assert "going one rung up in place of what was ordered" in " ".join(summary(ordered))


def test_the_other_answer_is_the_game_with_that_order() -> None:
    """Under the table's own luck, where nobody is guessed at: the owner refuses, the bear refuses, the north holds back, each alone; and block 0 is
    the game as it was."""
    people = dict.fromkeys(("eagle", "bear", "north", "south"), PERSON)
    given = list(course().orders)
    given[3] = {**given[3], "south": order("client", "ask: true"), "north": order("client", "attack: true")}
    given[4] = {**given[4], "bear": order("patron", "{support: 6, answer: grant}"), "eagle": order("owner", "diplomacy: high")}
    war = War(PROGRAM, Cards(0, 7, 3), people)
    walked = walk(war, Course(given, course().events))
    assert answer_of(walked, 3, 0) == "granted" and answer_of(walked, 4, 1) == "granted" and answer_of(walked, 4, 0) is None
    group = [one for one in choices_of(walked) if one.month == 3 and one.did != "held back"]
    assert {(one.seat, one.did) for one in group} == {("eagle", "granted"), ("north", "attacked")}
    (bear,) = [one for one in choices_of(walked) if one.seat == "bear"]
    armed, sanctioned = [one for one in choices_of(walked) if one.did == "ordered later"]
    assert (armed.later, sanctioned.later) == (1, 4)
    replayer = Replayer(walked, {}, 64)
    changes = {"eagle": ("owner", "answer: refuse"), "north": ("client", "attack: false"), "bear": ("patron", "support: 6")}
    for choices in (group, [bear], [armed, sanctioned]):
        block = np.minimum(np.arange(64), len(choices))
        found = replayer.onward(choices[0].month, np.full(64, 3), np.arange(64), change=partial(_hands, walked, choices, block))
        np.testing.assert_allclose(
            found.measures[:, :1], values_in_game(walked.end, war.months, walked.months), rtol=1e-4, atol=1e-4
        )
        for number, one in enumerate(choices, 1):
            other = list(given)
            if one.did == "ordered later":
                other[0], other[one.later] = (
                    {**given[0], "eagle": given[one.later]["eagle"]},
                    {**given[one.later], "eagle": SeatOrders()},
                )
            else:
                other[one.month] = {**given[one.month], one.seat: order(*changes[one.seat])}  # type: ignore[arg-type]
            again = walk(war, Course(other, course().events))
            ended = values_in_game(again.end, war.months, again.months)[:, 0]
            np.testing.assert_allclose(found.measures[:, number], ended, rtol=1e-4, atol=1e-4)
            assert not np.allclose(found.measures[:, number], found.measures[:, 0], equal_nan=True), one


def test_a_grant_that_could_not_be_is_told_with_its_reason() -> None:
    """A ceiling leaves no room: what was granted counts as a refusal, and granting what was refused would have been one too."""
    people = dict.fromkeys(("eagle", "bear", "north"), PERSON)
    given: list[dict[str, SeatOrders]] = [{} for _ in range(6)]
    given[0]["eagle"] = order("owner", "ceiling: training")
    given[1]["north"] = given[3]["north"] = order("client", "ask: true")
    given[2]["eagle"], given[4]["eagle"] = order("owner", "answer: grant"), order("owner", "answer: refuse")
    walked = walk(War(PROGRAM, Cards(0, 7, 3), people), Course(given))
    assert could_not_grant(walked) == [(2, 0)] and answer_of(walked, 4, 0) == "refused"
    assert [no_room(walked, month, 0) for month in (2, 3, 4)] == ["its ceiling", "", "its ceiling"]
    assert no_room(found().walked, 3, 0) == "" and could_not_grant(found().walked) == []
    refused = Otherwise(Choice(4, "eagle", 0, "refused"), 0.0, 0.0)
    game = replace(found(), walked=walked, answers=(refused,))
    first, second = ([cell.text for cell in row.cells] for row in answers_table(game).rows)
    assert first[1:3] == ["Granted North's request, and could not give more: it counts as a refusal", "There was none"]
    assert first[-1] == "Its ceiling left no room for a rung more"
    assert second[-1] == "nothing: its ceiling left no room for a rung more, so a grant would have been a refusal too"
    told = f"Eagle ordered to grant a request in {month_of_game(game, 2)}, and it counted as a refusal, for its ceiling left no room for a rung more."
    assert told in answer_sentences(game)


def test_requests_go_first_where_there_is_no_time_for_all() -> None:
    """Then offensives, then attacks that nobody began; what is beyond the budget is counted, and the page says so."""
    every = [Choice(0, "north", 0, "held back"), Choice(2, "north", 0, "attacked"), Choice(5, "eagle", 0, "refused")]
    assert [group[0].month for group in played_at_once(every)] == [5, 2, 0]
    many = [Choice(1, f"side-{k}", k, "held back") for k in range(5)]
    assert [len(group) for group in played_at_once([*many, Choice(1, "eagle", 0, "granted")])] == [4, 2]
    walked = found().walked
    asked, *rest = otherwise(walked, _Found(walked, SIZES).replayer, 1 << 21, most=MONTHS - 3)
    assert [one.did for one in asked[0]] == ["granted", "held back"] and asked[1] is not None
    assert rest and all(measures is None for _, measures in rest)
    assert "For 9 more choices there was no time." in answer_sentences(replace(found(), unplayed=9))


def test_every_answer_is_told_by_seat_and_month_with_the_other() -> None:
    """The request of the third month is answered in the fourth; the difference has its error, and what it weighs in lives."""
    (granted,) = [one for one in found().answers if one.choice.did == "granted"]
    assert (granted.choice.month, granted.choice.did) == (3, "granted") and found().unplayed == 0
    (row,) = answers_table(found()).rows
    assert row.head.text == month_of_game(found(), 3)
    assert [cell.text for cell in row.cells[:3]] == ["Eagle", "Granted North's request", "Refusing it"]
    sure = replace(granted, gain=-1.0, se=0.1)
    (said,) = answer_sentences(replace(found(), answers=(sure,)))
    assert "refusing it would have been worth 1.00 ± 0.10 points less by Eagle's objective" in said
    assert said.endswith("which weighs as much as 2,000 ± 200 soldiers' lives lost.")
    seats = {row.head.text: [cell.text for cell in row.cells] for row in seats_table(found()).rows}
    assert seats[month_of_game(found(), 2)][2] == "Asked Eagle for more"
    assert seats[month_of_game(found(), 3)][0] == "Granted North's request"


def test_what_was_said_stands_beside_the_orders_and_is_text() -> None:
    """By month, with who said it and where; what belongs to months that were taken back or to another line says so."""
    words = Words(
        (
            Said("back", "north", "<img src=x> now & then", 3),
            Said("back", "facilitator", "Once", 3, "main", True),
            Said("back", "eagle", "Late", MONTHS + 1, "other"),
        ),
        (Remembered("bear", "<script>stop()</script>", 1), Remembered("eagle", "Nothing would.", 2, "other")),
        {"back": "The back room"},
    )
    told = months_told(replace(found(), words=words))
    assert told[2].said == (
        Line("North", "in “The back room”", "<img src=x> now & then"),
        Line("The facilitator", "in “The back room”, before the month was taken back", "Once"),
    )
    assert told[2].ordered[-1] == Line("Eagle", "", "nothing") and told[2].happened.endswith("North asked Eagle for more")
    assert not told[MONTHS].played and told[MONTHS].said[0].where == "in “The back room”, in the line “other”"
    rows = [[cell.text for cell in (row.head, *row.cells)] for row in remembered_table(replace(found(), words=words)).rows]
    assert rows[0][0] == "Eagle" and rows[1] == ["Bear", month_of_game(found(), 0), "<script>stop()</script>"]
    text = render_after(replace(found(), words=words))
    assert (
        "&lt;img src=x&gt; now &amp; then" in text
        and "&lt;script&gt;stop()" in text
        and "<script" not in text
        and "<img" not in text
    )


def test_what_the_facilitator_told_and_decided_stands_in_its_month_and_is_text() -> None:
    """To whom it was told, and each event that was decided; told after the last month it has a row of its own."""
    watching = tuple(f"observer-{number}" for number in range(1, 9))
    news = (
        News("main", 3, "<b>Manuals</b> & maps", ()),
        News("main", 3, "A hint", ("bear", *watching)),
        News("main", 9, "Late", ()),
    )
    words = Words(news=news)
    told = months_told(replace(found(), words=words))
    assert told[2].told == (
        Line("The facilitator", "to everybody", "<b>Manuals</b> & maps"),
        Line("The facilitator", "to Bear and the observers", "A hint"),
    )
    assert told[5].told == (Line("The facilitator", "decided", "A truce begins: happens this month, if it can"),)
    assert [one.text for one in told[MONTHS].told] == ["Late"] and not told[MONTHS].played
    assert "Eagle went from rung 3 (training) to rung 4 (lethal defensive)" in told[1].changed
    text = render_after(replace(found(), words=words))
    assert "&lt;b&gt;Manuals&lt;/b&gt; &amp; maps" in text and "<b>Manuals" not in text
    assert "<div>Eagle went from rung 3 (training)" in text


def test_a_player_whom_no_theory_fits_is_named_after_none() -> None:
    """The summary says it first, and that the worth of plans rests on theories that he does not follow; one whom theories fit has none of that."""
    (like,), program = found().likenesses, PROGRAM
    sure = replace(like.weighed, logs=np.where(np.arange(len(like.theories)) == 0, 0.0, -9.0)[None])
    strange = replace(found(), likenesses=(replace(like, weighed=sure, farther=np.zeros_like(like.farther)),))
    first, rest = (
        summary(strange)[0],
        "What plans and other orders are said to be worth rests on theories that Bear's player does not follow.",
    )
    assert first == f"None of the theories plays like Bear's player. {rest}"
    assert player_part(strange, strange.likenesses[0]).posterior.caption.startswith(
        "None of the theories plays like Bear's player, however"
    )
    assert player_part(found(), like).posterior.caption.startswith("Theories by how probable")
    assert not any(program.titles.theory(name) in " ".join(summary(strange)) for name in like.theories)
    assert plans_table(strange).caption.endswith(rest)
    text = unescape(render_after(strange))
    assert "of 4 simulated players of each theory none gave orders" in text and "who fit it as badly" not in text
    fits = replace(found(), likenesses=(replace(like, weighed=sure, farther=np.full_like(like.farther, 0.5)),))
    assert summary(fits)[-1].startswith("Bear's player looks like") and "rests on theories" not in " ".join(summary(fits))
    assert "in which Bear gave an order about its support" in render_after(fits) and "2 of 4" in render_after(fits)
    unlike = replace(fits, likenesses=(replace(fits.likenesses[0], farther=np.arange(len(like.theories)) * 0.25),))
    assert "may follow none of these" in summary(unlike)[-1] and "may not follow" in plans_table(unlike).caption


def test_the_best_plan_is_named_beside_the_robust_one() -> None:
    """By its mean above it over the same lucks; the robust one is not named twice."""
    worth = {fan.plan: fan.points.mean() for fan in found().fans if fan.plan}
    best = max(worth, key=lambda plan: worth[plan])
    other = next(plan for plan in worth if plan != best)
    fans = tuple(replace(fan, points=fan.points + (fan.plan == best)) for fan in found().fans)
    (said,) = best_sentences(replace(found(), fans=fans, robust=other))
    assert PROGRAM.titles.say_strategy(best) in said and "points above the robust plan" in said
    assert found().gap(best, other)[0] == pytest.approx(worth[best] - worth[other])
    assert best_sentences(replace(found(), fans=fans, robust=best)) == []


def test_months_are_counted_against_the_length_of_the_table() -> None:
    """Not the clock's, where the table is shorter; who ordered nothing is said beside those who did."""
    war = found().walked.war
    scenario = PROGRAM.scenario.model_copy(update={"table": PROGRAM.scenario.table.model_copy(update={"months": 10})})
    short = replace(found(), walked=replace(found().walked, war=replace(war, program=replace(PROGRAM, scenario=scenario))))
    for one, length in ((found(), war.months), (short, 10)):
        assert f"{MONTHS} of {length}" in [cell.text for row in made_table(one).rows for cell in row.cells]
    assert Line("Eagle and North", "", "nothing") in [line for month in months_told(found()) for line in month.ordered]


def test_forecasts_are_scored_beside_their_base_rates() -> None:
    """The square of the miss; what is due later is not scored; the facilitator's truce is in every replay too."""
    scored = {one.forecast.event: one for one in found().forecasts}
    truce = scored["truce"]
    assert truce.happened and truce.score == pytest.approx(0.01) and truce.base_rate > 0.8
    assert scored["settled"].score == pytest.approx((0.1 - scored["settled"].happened) ** 2)
    assert [one.event for one in found().pending] == ["direct-war"] and len(found().forecasts) == 2  # of one sent twice the last
    for wrong in (
        Forecast("bear", "miracle", 6, 0.9, 2),
        Forecast("bear", "truce", 1, 0.9, 2),
        Forecast("bear", "truce", 6, 0.9, 0),
        Forecast("bear", "truce", 6, 1.2, 2),
    ):
        with pytest.raises(RunError):
            after_action(found().walked.war, course(), (wrong,), sizes=SIZES, robust="arm")
    with pytest.raises(RunError, match="no strategy is called harm"):
        after_action(found().walked.war, course(), sizes=SIZES, robust="harm")


def test_forecasts_of_one_event_are_one_event() -> None:
    """Twenty forecasts of one event give no error and no verdict; of six events they give the error of six."""
    one = found().forecasts[0]
    same = tuple(replace(one, forecast=one.forecast._replace(month=1 + k % 6), score=k / 20) for k in range(20))
    said = forecast_sentences(replace(found(), forecasts=same))
    assert said[1] == "Bear: the mean Brier score of its 20 forecasts is 0.47."
    assert said[2].startswith("They are of 1 event,") and said[3].startswith("So few events do not tell it")
    apart = tuple(replace(one, forecast=one.forecast._replace(until=6 + k), score=score) for k, score in enumerate((0.0, 0.1, 0.2)))
    six = tuple(replace(each, forecast=each.forecast._replace(event=event)) for each in apart for event in ("truce", "settled"))
    twice = (*six, *(replace(each, forecast=each.forecast._replace(month=2)) for each in six))
    error = np.std([0, 0, 0.1, 0.1, 0.2, 0.2], ddof=1) / np.sqrt(6)
    for some in (six, twice):
        said = " ".join(forecast_sentences(replace(found(), forecasts=some)))
        assert f"0.10 ± {error:.2f}" in said and "So few events" not in said


def test_luck_is_told_by_the_games_that_end_worse() -> None:
    """Nearly all: good; hardly any: bad; else ordinary, however sure the mean is. Where all games come to the same nothing is told."""
    points = np.arange(321.0) - 1  # the first lane is the table's own luck
    for come_to, word, worse in ((167.5, "ordinary", 168), (310.5, "good", 311), (9.5, "bad", 10)):
        fans = (replace(found().fans[0], points=points), *found().fans[1:])
        said = luck_sentences(replace(found(), likenesses=(), fans=fans, points=come_to))
        assert said[2].startswith(f"The luck of the table was {word}: {100 * worse / 320:.0f}")
    fans = (replace(found().fans[0], points=np.full(321, 5.0)), *found().fans[1:])
    assert len(luck_sentences(replace(found(), likenesses=(), fans=fans, points=5.0))) == 2


def test_what_a_guess_at_a_rival_makes_is_not_called_luck() -> None:
    """Where a person played the rival, replays have other theories in his place: nothing is told of the table's own luck."""
    guessed, known = found(), replace(found(), likenesses=())
    for one, there in ((guessed, False), (known, True)):
        said = " ".join([*luck_sentences(one), *regret_sentences(one)])
        assert ("Under the table's own luck" in said) == there == ("and a rival that follows the theories" not in said)
        assert ("the table's luck" in [cell.text for cell in plans_table(one).columns]) == there
    assert len(luck_sentences(guessed)) == 2 and luck_sentences(guessed)[0].endswith(MEASURED)


def test_whoever_played_a_patron_is_followed_in_the_months_in_which_he_did() -> None:
    """A person in the bear's seat for three months, then spigot: he is weighed by his months, and replays have his aims, and then spigot.

    A settlement ends nothing for good: every month is played otherwise.
    """
    people = dict.fromkeys(("eagle", "bear", "north"), PERSON)
    orders = [{seat: one for seat, one in month.items() if seat != "bear" or k < 3} for k, month in enumerate(course().orders)]
    told = Course(orders, [{}, {}, {"settle": NOW}], [people] * 3 + [people | {"bear": "spigot"}] * (MONTHS - 3))
    walked = walk(War(PROGRAM, Cards(0, 7, 3), people | {"bear": "spigot"}), told)
    assert float(walked.standings[3].lanes.state.regime[0]) == SETTLED
    whole = _Found(walked, SIZES)
    assert whole.people == ("bear",) and sorted(dict(whole._branches())) == list(range(MONTHS))
    lanes = whole.replayer.lanes
    luck, path = np.full(lanes, 3), np.stack([shown_of(whole.replayer.kernel, turn.passed)[:, 0] for turn in walked.turns])
    again = Replayer(walked, {}, lanes).onward(0, luck, np.arange(lanes))
    assert path[0, SHOWN.index("rival support")] > 4
    np.testing.assert_allclose(again.shown[..., 0], path, rtol=1e-4, atol=1e-4)
    (weigher,) = whole.weighers
    guesses = {1: weigher.guess(weigher.path(walked), lanes, 0)}
    guessed = Replayer(walked, guesses, lanes).onward(3, luck, np.arange(lanes))
    np.testing.assert_allclose(guessed.shown, path[3:, :, None] + np.zeros(lanes), rtol=1e-4, atol=1e-4)
    made = " ".join(cell.text for row in made_table(replace(found(), walked=walked)).rows for cell in row.cells)
    assert f"Bear: a person until {month_of_game(found(), 2)} and then" in made


def test_the_page_says_it_by_titles_with_two_numbers_a_sentence_at_most() -> None:
    """Self-contained, the same bytes again, with the matrix beside every weight."""
    text = render_after(found())
    assert text == render_after(found())
    assert "Who is taken for whom" in text and "Bear&#39;s player" in text
    assert not re.search(r"(?:src|href)=\"(?!#)", text)
    assert "lethal-defensive" not in text and "the owner" not in text
    body = unescape(re.sub(r"<[^>]+>", " ", " ".join(re.findall(r"<li>(.*?)</li>", text, flags=re.DOTALL))))
    for sentence in re.split(r"(?<=[.:;]) ", body):
        numbers = re.findall(
            r"(?<![\w±])−?\d[\d,.]*%?(?! ?\d{4})", re.sub(r"±\s?<?[\d,.]+%?|\b(?:19|20)\d\d\b|\(month\s\d+\)", "", sentence)
        )
        assert len(numbers) <= 2, sentence


def test_texts_of_people_are_escaped(tmp_path: Path) -> None:
    """A title of a scenario is text, whatever it holds."""
    file = tmp_path / "war.yaml"
    file.write_text(
        SMALL.read_text(encoding="utf-8").replace("title: A small war with two sides", "title: '<script>alert(1)</script>'")
    )
    war = War(compile_scenario(read(file)), Cards(0, 7, 3), {"eagle": PERSON, "bear": "spigot"})
    text = render_after(after_action(war, Course([{}, {}]), sizes=SIZES, robust="arm"))
    assert "<script" not in text and "&lt;script&gt;alert(1)" in text


def test_the_theory_that_was_hidden_is_told_beside_the_guesses() -> None:
    """Of each seat its last; nothing of a patron whom a person played."""
    walked = found().walked
    hidden = replace(walked, wars=(*walked.wars[:-1], replace(walked.wars[-1], players={"eagle": PERSON, "bear": "spigot"})))
    guesses = (
        Guess("eagle", "bear", {"spigot": 0.1}, 1),
        Guess("eagle", "bear", {"spigot": 0.75}, 4),
        Guess("observer-1", "bear", {}, 2),
    )
    said = followed_sentences(replace(found(), walked=hidden, words=Words(guesses=guesses)))
    assert said == [f"Bear followed {PROGRAM.titles.say_theory('spigot')}.", "Eagle gave that 75%.", "Observer 1 gave that 0%."]
    assert followed_sentences(found()) == []


def test_points_are_told_in_lives_or_money_with_their_sign() -> None:
    """Half a point a thousand dead: a point is 2,000 lives; where only money counts it is money; nothing of no points, and no error of zero."""
    objective = PROGRAM.scenario.objective
    assert objective is not None
    assert in_lives(1.0, objective) == "2,000 soldiers' lives saved" and in_lives(0.0, objective) == ""
    assert in_lives(-0.195, objective, 0.05) == "390 ± 100 soldiers' lives lost" and in_lives(-0.01, objective, 1e-5).startswith(
        "20 ± 1 "
    )
    money = objective.model_copy(update={"values": {"cost": objective.values["cost"]}})
    assert in_lives(-0.1, money) == "100 million dollars spent" and in_lives(0.1, money) == "100 million dollars saved"
