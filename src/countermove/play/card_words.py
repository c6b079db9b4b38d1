"""The words of a card: what a seat sees, the ladder it stands on, and how its game is judged, said to whoever has the seat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from countermove.behaviour.theory import OVERT_SUPPORT, RUNG_EDGES
from countermove.engine.program import Program
from countermove.play.seats import Reading, Seat, who_sees
from countermove.play.table import months_played
from countermove.scenario.order_help import TOP
from countermove.scenario.schema import Rung, Scenario, Worth
from countermove.world.measure import MEASURE, Measure, doc_on, of_control
from countermove.world.tables import Table
from countermove.world.words import capitalized, counted, listed, number

_SAYS = {
    "Months since the start of the run": "Months played",
    "The patrons' forces clashed last month": "Forces of {patrons} clashed last month",
    "War between the patrons": "War between {patrons}",
    "The patron has left the war": "Has left the war",
    "Public belief that the patron answers every setback with more": "Public belief that it answers every setback with more",
    "The side is on a major offensive": "Is on a major offensive",
    "The side has collapsed": "Has collapsed",
    "The client asked for more last month": "Asked for more last month",
    "The balance runs against the side": "The balance runs against it",
    "The balance runs for the side": "The balance runs for it",
    "What you have at stake, where the owner has 1": "What you have at stake, where {owner} has 1",
}
"""What a reading says, where its words are about the owner or stand beside no actor, in words for a card."""
EXACT = "As it is"
_HOW = {
    "exact": EXACT,
    "the owner's exactly; covert rungs through reports": "Your own as it is, covert troops of others by reports alone",
    "through reports, where it is covert": "By reports alone, where it is covert",
    "as rung": "Your own as it is, covert troops of others by reports alone",
    "the owner's own only": EXACT,
    "lagged, with noise": "Last month's, with errors",
    "under-reported, with noise": "With errors, and too few are reported",
}
_UNITS = {"months": "", "0-1": "0 to 1", "share": "0 to 1", "rung 0-9": "0 to 9"}
_OF_KIND = {
    "credibility": ("alliance", "no alliance"),
    "incident": ("alliance", "no alliance"),
    "solidarity": ("allies", "no group of allies"),
}
"""Readings, by their names, that mean nothing in a war that has no such third party."""


def seen_rows(program: Program, seat: Seat, readings: Sequence[Reading]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What a seat sees, by how it sees it; what it sees of several actors stands in one line."""
    titles = program.titles
    patrons, owner = listed([titles.actor(name) for name in program.cast.patrons]), titles.actor(program.scenario.owner)
    said = {old: new.format(patrons=patrons, owner=owner) for old, new in _SAYS.items()}
    found: dict[str, dict[str, list[str]]] = {}
    for one in readings:
        says = said.get(one.says, one.says)
        kind, none = _OF_KIND.get(one.name, ("", ""))
        if one.name.endswith(".held"):
            says = of_control(says, program.scenario.opening.control)
        unit = _UNITS.get(one.unit, one.unit)
        says = f"{says} ({unit})" if unit else says
        if kind and not any(party.kind == kind for party in program.scenario.third_parties.values()):
            says = f"{says}: means nothing here, for {none} is in this war"
        actor = one.name.rpartition(".")[0].partition(".")[0]
        whose = found.setdefault(_HOW.get(one.seen, one.seen), {}).setdefault(says, [])
        if actor and ".enemies." not in one.name and not (actor == seat.name and "you" in says.lower()):
            whose.append("you" if actor == seat.name else titles.actor(actor))
    rows = {
        how: tuple(f"{says}: {listed(whose)}" if whose else says for says, whose in lines.items()) for how, lines in found.items()
    }
    return tuple(rows.items())


def ladder_table(program: Program, seat: Seat) -> Table:
    """The ladder of a patron, rung by rung, up to war: what each costs and gives; of one that orders no rung, the support that makes it."""
    ladder, war = program.scenario.patrons[seat.name].ladder, "war between the patrons: it comes of a clash, and cannot be ordered"
    if seat.kind == "owner":
        heads = ("number", "rung", "million USD a month", "until it arrives", "arms every month, soldiers there")
        rows = [
            (str(k), rung.name, number(rung.cost), counted(rung.lag, "month") if rung.lag else "at once", _gives(rung))
            for k, rung in enumerate(ladder[:-1])
        ]
        caption = "The ladder, its names as they are written in orders."
        return Table.of(caption, heads, [*rows, (str(TOP + 1), ladder[-1].name, "", "", war)], prose=True)
    edges = ["none", *(f"above {number(edge)}" for edge in RUNG_EDGES), ""]
    costs = [*(number(rung.cost) for rung in ladder[:-1]), war]
    heads = ("number", "rung", "your support, thousand", "million USD a month")
    levels = [(str(k), rung.name, edges[k], costs[k]) for k, rung in enumerate(ladder)]
    return Table.of("The ladder: where you stand follows from your support.", heads, levels, prose=True)


def _gives(rung: Rung) -> str:
    """What a rung brings, without its money."""
    parts = [f"{number(rung.troops * 1000)} soldiers"] if rung.troops else []
    parts += ["heavy weapons"] if rung.heavy else []
    parts += ["arms against heavy weapons"] if rung.counter_heavy else []
    return listed(parts)


# --- how the owner's game is judged -----------------------------------------------------------------------------------------


def wanted_table(program: Program) -> Table | None:
    """What counts for the owner, and for how much; None without an objective."""
    scenario = program.scenario
    if scenario.objective is None:
        return None
    rows = [(_counts(program, MEASURE[name]), _points(worth)) for name, worth in scenario.objective.values.items()]
    return Table.of(
        "What counts for you, were the war over after the last month of the game.", ("what", "points"), rows, prose=True
    )


def judged(scenario: Scenario) -> Iterator[str]:
    """How the points are made, and what one is worth."""
    objective = scenario.objective
    if objective is None:
        return
    months = counted(months_played(scenario), "month")
    yield (
        f"The game is judged once, after its {months}: the points of all rows are added. There is no winner; the page after the game compares "
        "your points with what the written plans would have come to."
    )
    prices = [price for name, worth in objective.values.items() if (price := _price(MEASURE[name], worth))]
    if prices:
        yield f"One point is worth {listed(prices, 'or')}."
    yield f"A difference below {number(objective.matters)} points is none. All points are judgement: argue with them."


def _price(measure: Measure, worth: Worth) -> str:
    """So much of a quantity is worth one point; "" where it has no price."""
    if not (measure.worth and worth.points):
        return ""
    what = measure.worth.replace("the owner's own", "your own")
    return f"{number(abs(worth.per / worth.points))} {what}"


def _points(worth: Worth) -> str:
    """Points, and for how much."""
    points = f"{number(worth.points)} point{'s' * (abs(worth.points) != 1)}"
    return points if worth.per == 1 else f"{points} for every {number(worth.per)} {worth.unit}"


def _counts(program: Program, measure: Measure) -> str:
    """A measure in words to the owner, as a game of so many months judges it."""
    scenario = program.scenario
    months, clock = months_played(scenario), scenario.clock.months
    horizon = min(measure.horizon or 0, clock)
    if measure.event == "settlement":
        return (
            f"A settlement is reached within the {counted(min(months, horizon), 'month')} of the game"
            if months <= horizon
            else measure.doc
        )
    if horizon > months:
        end = "it counts for nothing here" if measure.kind == "event" else "leave it out of account"
        what = to_the_owner(program, measure.noun or measure.title)
        return f"{what}: judged in month {horizon} of the war, to which this game does not come, so {end}"
    return to_the_owner(program, doc_on(measure, clock, scenario.opening.control))


def to_the_owner(program: Program, text: str) -> str:
    """Words about the owner as words to it."""
    scenario, titles = program.scenario, program.titles
    own = scenario.patrons[scenario.owner].supports
    rivals = [titles.actor(name) for name, one in scenario.patrons.items() if one.supports != own]
    patrons = [titles.actor(name) for name in scenario.patrons]
    theirs = [
        titles.actor(side) for side in dict.fromkeys(one.supports for one in scenario.patrons.values() if one.supports != own)
    ]
    pairs = {
        "the owner's own personnel": "your own soldiers",
        "the owner's client": titles.actor(own),
        "money spent by the owner": "money that you spend",
        "rung of the owner": "your rung",
        "political will of the owner": "your political will",
        "above its first rung": "above your first rung",
        "that it stood on": "that you stood on",
        "its strategy": "your plan",
        "the strategy": "your plan",
        "a rival client": listed(theirs, "or") or "a client of the other side",
        "rival patrons' personnel": "other side's patrons",
        "the rival patrons' own": "the other side's own",
        "the rival patrons'": "the other side's",
        "a rival patron": listed(rivals, "or") or "a patron of the other side",
        "the rival patrons": "the other side's patrons",
        "the rivals'": "the other side's",
        "the rivals": "the other side",
        "the patrons' forces": f"forces of {listed(patrons)}",
        "war between the patrons": f"war between {listed(patrons)}",
        "the owner's": "your",
        "by the owner": "by you",
        "the owner": "you",
        "owner's": "your",
        "owner": "you",
    }
    said = text[:1].lower() + text[1:]
    for theirs_, yours in pairs.items():
        said = said.replace(theirs_, yours)
    return capitalized(said)


def terms(program: Program, seat: Seat, readings: Sequence[Reading]) -> Iterator[str]:
    """Words and rules that a card cannot do without, of what the seat sees and orders."""
    yield f"A patron stands behind one side of the war, and that side is called a client: {_pairs(program)}."
    yield (
        "Nobody orders a truce or a settlement: they come by themselves. A truce is the likelier the better the talks stand, the more die "
        "and the more even the sides are; a settlement needs terms that both would rather have than fight on, and good talks hasten it."
    )
    if seat.kind == "client":
        yield from _ladders(program, seat)
    if seat.kind in ("owner", "patron"):
        yield (
            f"Nobody orders war: orders take you to rung {TOP} at most. It comes of a clash of forces, the likelier the higher the patrons stand."
        )
    if seat.kind == "patron":
        yield "A thousand person-equivalents are a thousand soldiers, or arms that are worth as much."
        if not program.cast.covert[seat.place]:
            yield (
                f"Up to {number(OVERT_SUPPORT)} can be denied. Who aims higher goes on giving {number(OVERT_SUPPORT)} until its forces "
                f"stand openly, which may take months; then it costs far more. {who_sees(program.cast, program.titles.actor, seat.place)}"
            )
    if seat.kind == "client" and program.cast.supports[0] == seat.place:
        yield "A condition of your patron does not tie your hands: you may attack all the same. What follows from that is for your patron to say."
    if any(one.unit == "log ratio" for one in readings):
        yield "A log ratio tells who is stronger: 0 is even, 0.1 is a tenth more, 0.7 twice as much; below 0 the other is."
    yield "From 0 to 1: 0 is none, 1 is all there can be."


def _pairs(program: Program) -> str:
    cast, titles = program.cast, program.titles
    return listed(
        [
            f"{titles.actor(name)} behind {titles.actor(cast.sides[side])}"
            for name, side in zip(cast.patrons, cast.supports, strict=True)
        ]
    )


def _ladders(program: Program, seat: Seat) -> Iterator[str]:
    """The ladders of a client's patrons, in a line each."""
    cast = program.cast
    for name in (one for one, side in zip(cast.patrons, cast.supports, strict=True) if side == seat.place):
        rungs = listed([f"{place} {rung.name}" for place, rung in enumerate(program.scenario.patrons[name].ladder)])
        yield f"The rungs of {program.titles.actor(name)}: {rungs}, which comes of a clash and cannot be ordered."
