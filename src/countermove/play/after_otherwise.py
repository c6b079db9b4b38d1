"""Months and answers the other way, in words and tables."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

from countermove.play.after import After
from countermove.play.after_answers import Otherwise, could_not_grant, no_room
from countermove.play.after_players import footing
from countermove.play.after_silences import owner_ordered
from countermove.play.after_words import DID, ORDER, as_much, month_of_game, owner_of, points, seat_title, whose
from countermove.play.after_worth import in_lives
from countermove.world.certainty import ERRORS
from countermove.world.tables import Table
from countermove.world.words import capitalized, counted, listed

NOTHING = 0.1  # of what matters: less is next to nothing
TOLD = 3  # answers that are told in sentences
OTHER = {
    "granted": "refusing it",
    "refused": "granting it",
    "unanswered": "granting it",
    "attacked": "holding back",
    "held back": "attacking",
    "ordered later": "ordering it in the first month",
}
"""The other way, by after_answers.Did."""
HEADS = ("month", "who", "what it did", "the other way", "points above what was done", "that is as much as")
_FALSE_ALARM = 0.05  # that any month at all is told in which an offensive would have mattered, where none would


def clear(found: After, one: Otherwise) -> bool:
    """Whether the replays can tell the other way from what was done, and it is more than next to nothing."""
    return abs(one.gain) > ERRORS * one.se and not _nothing(found, one)


def _nothing(found: After, one: Otherwise) -> bool:
    """A tenth of what matters, or less."""
    return found.objective is not None and abs(one.gain) <= NOTHING * found.objective.matters


def answered(found: After) -> Sequence[Otherwise]:
    """Requests that people answered, and offensives that they began."""
    return [one for one in found.answers if one.choice.did not in ("held back", "ordered later")]


def earlier(found: After) -> Sequence[Otherwise]:
    """What the owner ordered later."""
    return [one for one in found.answers if one.choice.did == "ordered later"]


def held_back(found: After) -> Sequence[Otherwise]:
    """Months in which a person might have attacked, and it would have made a difference that matters and that luck does not explain."""
    every = [one for one in found.answers if one.choice.did == "held back"]
    sure, matters = (
        NormalDist().inv_cdf(1 - _FALSE_ALARM / 2 / max(len(every), 1)),
        found.objective.matters if found.objective else 0,
    )
    return [one for one in every if abs(one.gain) > max(sure * one.se, matters)]


def answer_sentences(found: After) -> list[str]:
    """The answers that would have made the largest difference, and how many there were."""
    if found.objective is None:
        return ["Without an objective no answer can be said to have been worth anything."]
    every = answered(found)
    said = [*told_answers(found), *_impossible(found)]
    if not every and not said:
        said.append("No person answered a request, and none began an offensive.")
    elif not said:
        said.append("Of none of the answers and offensives can the replays tell what the other way would have changed.")
    best = max((one for one in earlier(found) if clear(found, one)), key=lambda one: abs(one.gain), default=None)
    said += [_sentence(found, best)] if best else []
    if held := held_back(found):
        said.append(_sentence(found, max(held, key=lambda one: abs(one.gain))))
        if len(held) > 1:
            said.append(
                f"Of {len(held)} attacks that nobody began and that would have mattered, that one would have mattered most."
            )
    if found.unplayed:
        said.append(f"For {counted(found.unplayed, 'more choice')} there was no time.")
    return said


def told_answers(found: After) -> list[str]:
    """The answers and offensives of which the other way would have made the largest difference that the replays can tell."""
    every = sorted((one for one in answered(found) if clear(found, one)), key=lambda one: -abs(one.gain))
    return [_sentence(found, one) for one in every[:TOLD]]


def _sentence(found: After, one: Otherwise) -> str:
    who, did = seat_title(found.walked.war.program, one.choice.seat), _did(found, one)
    more = "more" if one.gain > 0 else "less"
    return (
        f"In {month_of_game(found, _month(one))} {who} {did}; {OTHER[one.choice.did]} would have been worth {points(abs(one.gain), one.se)} "
        f"points {more} by {whose(owner_of(found))} objective{as_much(found, one.gain, one.se)}."
    )


def _month(one: Otherwise) -> int:
    """In which it was done."""
    return one.choice.later if one.choice.did == "ordered later" else one.choice.month


def _did(found: After, one: Otherwise) -> str:
    if one.choice.did == "ordered later":
        return f"ordered this: {owner_ordered(found.walked, one.choice.later)}"
    if one.choice.did == "held back":
        return "did not attack"
    cast, title = found.walked.war.engine.kernel.cast, found.walked.war.program.titles.actor
    if one.choice.did == "attacked":
        return "attacked"
    return DID[one.choice.did].format(client=whose(title(cast.sides[cast.supports[one.choice.place]])))


def answers_table(found: After) -> Table:
    """Every request that a person answered and every offensive that one began, and what the other way would have made; a grant that could not be is
    among them, with the reason."""
    caption = (
        f"Requests that people answered and offensives that they began; what the other way in the same month would have been worth by "
        f"{whose(owner_of(found))} objective, under the same luck. {footing(found)}"
    )
    cast, title = found.walked.war.engine.kernel.cast, found.walked.war.program.titles.actor
    rows = [(one.choice.month, one.choice.seat, _row(found, one)) for one in answered(found)]
    for month, place in could_not_grant(found.walked):
        name, client = cast.patrons[place], whose(title(cast.sides[cast.supports[place]]))
        did = capitalized(DID["could not grant"].format(client=client))
        why = no_room(found.walked, month, place)
        rest = f"{capitalized(why)} left no room for a rung more" if why else "What it granted brought no more"
        rows.append((month, name, (month_of_game(found, month), title(name), did, "There was none", "", rest)))
    return Table.of(caption.strip(), HEADS, [row for _, _, row in sorted(rows, key=lambda one: one[0])], prose=True)


def _impossible(found: After) -> list[str]:
    """How many grants that people ordered could not be, and in which months."""
    every = could_not_grant(found.walked)
    title = found.walked.war.program.titles.actor
    said: list[str] = []
    for place, name in enumerate(found.walked.war.engine.kernel.cast.patrons):
        months = [month for month, one in every if one == place]
        if months:
            why = " and ".join(dict.fromkeys(why for month in months if (why := no_room(found.walked, month, place))))
            because = f", for {why} left no room for a rung more" if why else ""
            when = listed([month_of_game(found, month) for month in months])
            said.append(f"{title(name)} ordered to grant a request in {when}, and it counted as a refusal{because}.")
    return said


def earlier_table(found: After) -> Table:
    """What the owner ordered later, had it been ordered in the first month."""
    caption = (
        f"What {owner_of(found)} ordered later, had it been ordered in {month_of_game(found, 0)} and not again in its own month; answers to requests "
        f"are left out. {footing(found)}"
    )
    return _table(found, earlier(found), caption)


def held_table(found: After) -> Table:
    """The months in which an attack would have mattered."""
    caption = (
        f"Months in which a person might have attacked and did not, where that would have made a difference that matters and that luck does not "
        f"explain. {footing(found)}"
    )
    return _table(found, held_back(found), caption)


def _table(found: After, every: Sequence[Otherwise], caption: str) -> Table:
    return Table.of(caption.strip(), HEADS, [_row(found, one) for one in every], prose=True)


def _row(found: After, one: Otherwise) -> tuple[str, ...]:
    return (
        month_of_game(found, _month(one)),
        seat_title(found.walked.war.program, one.choice.seat),
        capitalized(_did(found, one)),
        capitalized(OTHER[one.choice.did]),
        points(one.gain, one.se),
        _worth(found, one),
    )


def _worth(found: After, one: Otherwise) -> str:
    if one.choice.did in ("refused", "unanswered") and (why := no_room(found.walked, one.choice.month, one.choice.place)):
        return f"nothing: {why} left no room for a rung more, so a grant would have been a refusal too"
    if not clear(found, one):
        return "next to nothing" if _nothing(found, one) and one.se <= abs(one.gain) else "too little to tell from luck"
    return in_lives(one.gain, found.objective, one.se)


def moments_table(found: After) -> Table:
    """All months that mattered, in their order."""
    rows = [
        (
            month_of_game(found, one.month),
            capitalized(ORDER[one.order]),
            capitalized(owner_ordered(found.walked, one.month) or "nothing"),
            points(one.gain, one.se),
            in_lives(one.gain, found.objective, one.se),
        )
        for one in sorted(found.moments, key=lambda one: one.month)
    ]
    heads = ("month", "tried", f"what {owner_of(found)} ordered", "points above that", "that is as much as")
    caption = (
        f"Months in which another order of {owner_of(found)} would have made a difference that matters and that luck does not explain. "
        + footing(found)
    )
    return Table.of(caption.strip(), heads, rows, prose=True)
