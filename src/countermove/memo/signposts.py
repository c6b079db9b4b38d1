"""What is not known, and what to watch: the questions the strategies leave open, and the months in which the theories part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from countermove.behaviour.spigot import SPIGOT
from countermove.behaviour.table import moved_by
from countermove.behaviour.theory import MovedBy, Theory
from countermove.decision.findings import Assumption, Provenance
from countermove.engine.program import Program
from countermove.memo.sentences import NOTHING_WEIGHED, beside_priors, chance_over, likeliest
from countermove.questions.people import People
from countermove.questions.run.findings_index import FindingsIndex
from countermove.questions.run.lead_sentences import plans
from countermove.questions.weigh.finding_memo import MemoWeighing
from countermove.scenario.schema import Contingency, Strategy
from countermove.world.expression import names
from countermove.world.words import capitalized, counted, listed, mean_error, month, percent, weight_text

QUOTED = 4  # questions spelled out in one line
MOST, LEAST = 5, 3  # signposts
NAMED = 6  # words of a name in a sign of a few words


# --- what is unknown --------------------------------------------------------------------------------------------------


def unknown(
    program: Program,
    found: FindingsIndex,
    assumptions: Sequence[Assumption],
    provenance: Provenance,
    says: MemoWeighing = NOTHING_WEIGHED,
) -> tuple[str, ...]:
    """Open questions of the plans, silences, whose weights these are, and what the numbers rest on."""
    return (*_questions(program, found), *_silences(found), *_weights(found, provenance, says), *_basis(assumptions))


def looked_at(strategy: Strategy, contingency: Contingency) -> bool:
    """Whether any rule of a strategy reads what a contingency speaks of. It may still say nothing when the day comes."""
    if strategy.otherwise is not None:
        return True
    asked = {(name.of, name.what) for name in names(contingency.if_)}
    asked = {pair for pair in asked if pair[1] != "months"} or asked
    orders = [move.then for move in strategy.moves]
    if any(what == "asks" for _, what in asked) and any(order.answer is not None for order in orders):
        return True
    return any((name.of, name.what) in asked for rule in strategy.when for name in names(rule.if_))


def _questions(program: Program, found: FindingsIndex) -> Iterator[str]:
    """Questions that no strategy looks at, then those of the leading one."""
    plans = {name: program.scenario.strategies[name] for name in found.strategies if name in program.scenario.strategies}
    asked = program.scenario.contingencies
    if not asked or not plans:
        return
    nobody = [row.ask for row in asked.values() if not any(looked_at(plan, row) for plan in plans.values())]
    if nobody and len(plans) > 1:
        yield f"No rule of any of the {counted(len(plans), 'strategy', 'strategies')} looks at {_quoted(nobody)}."
    if found.best in plans:
        open_ = [row.ask for row in asked.values() if not looked_at(plans[found.best], row)]
        own = [ask for ask in open_ if ask not in nobody or len(plans) == 1]
        if open_:
            spelled = f": {_quoted(open_)}" if own else ""
            if own and nobody and len(plans) > 1:
                spelled = f", besides: {_quoted(own)}"
            of = f"{len(open_)} of the {counted(len(asked), 'question')}"
            yield f"{found.titles.say_strategy(found.best)} has no rule for {of} that any plan has to answer{spelled}."


def _quoted(asks: Sequence[str]) -> str:
    shown = [f"“{ask}”" for ask in asks[:QUOTED]]
    rest = len(asks) - len(shown)
    return listed([*shown, f"{rest} more"] if rest else shown)


def _silences(found: FindingsIndex) -> Iterator[str]:
    rows = found.by_strategy("silent")
    if not rows:
        return
    told = chance_over(
        f"a decision point at which it says nothing under {plans(found.leaders, found.titles)}", found, found.leaders, "silent"
    )
    count = found.weighted(found.best, "silences")
    times = (
        f"; under {found.titles.say_strategy(found.best)} there are {mean_error(*count)} of them in a run"
        if count is not None
        else ""
    )
    yield f"What a plan does where it is silent: {told}{times}."
    if most := likeliest(found, "silent"):
        yield f"Silence: {most}."


def _weights(found: FindingsIndex, provenance: Provenance, says: MemoWeighing) -> Iterator[str]:
    if len(found.theories) < 2:
        return
    if provenance.weights_from != "priors":
        yield f"Which theory is true: the weights come from {provenance.weights_from} and are no certainty."
        return
    shares = {name: found.share(name) for name in found.theories}
    even = max(shares.values()) - min(shares.values()) < 1e-9
    each = [weight_text(share) for share in shares.values()]
    shares_text = (
        f"{each[0]} each"
        if even
        else listed([f"{found.titles.say_theory(name)} {share}" for name, share in zip(shares, each, strict=True)])
    )
    yield f"Which theory is true: the weights are priors ({shares_text}), {beside_priors(says, found.titles)}."


def _basis(assumptions: Sequence[Assumption]) -> Iterator[str]:
    if not assumptions:
        return
    judged = sum(row.source.strip().lower().startswith("judgement") for row in assumptions)
    yield f"{judged:,} of the {counted(len(assumptions), 'number')} that went in ({percent(judged / len(assumptions))}) are judgement."
    borrowed = sum(row.borrowed for row in assumptions)
    if borrowed:
        yield f"{counted(borrowed, 'number')} {'was' if borrowed == 1 else 'were'} borrowed from another scenario and widened."


# --- what to watch ----------------------------------------------------------------------------------------------------


def watch(program: Program, people: People, found: FindingsIndex) -> tuple[str, ...]:
    """Three to five signposts: first where the theories that were run part, then what any of them makes worth watching."""
    theories = tuple(theory for theory in program.theories if theory.name in found.theories)
    partings = list(_partings(program, people, theories))
    signs = [*partings, *_always(people)]
    parting = len(partings)
    return tuple(signs[: min(max(parting, LEAST), MOST)])


def _partings(program: Program, people: People, theories: Sequence[Theory]) -> Iterator[str]:
    """One signpost for each place at which theories of the run disagree; a sign that speaks for nobody is left out."""
    rival, losers, owner = people.rival, people.rival_client, people.owner
    unmoved = moved_by(theories, "nothing")
    said = program.titles.say_theories
    resolute_first = sorted(theories, key=lambda theory: not theory.answers)
    if losing := said(moved_by(resolute_first, "losing")):
        against = said(moved_by(theories, "aid") + unmoved)
        yield (
            f"{losers} losing while {owner} sends nothing new: if {rival} then gives more, that speaks for {losing}"
            f"{f'; if it does not, for {against}' if against else ''}."
        )
    if aid := said(moved_by(theories, "aid")):
        idle = tuple(theory.name for theory in theories if theory.name == SPIGOT.name)  # he gives no more than is needed
        against = said(idle + unmoved)
        yield (
            f"Arms from {owner} arriving with {losers} not losing: if {rival} then gives more, that speaks for {aid}"
            f"{f'; if it does not, for {against}' if against else ''}."
        )
    if winning := said(moved_by(theories, "winning")):
        yield (
            f"{losers} winning: if {rival} then gives more, that speaks for {winning}, and the more so if lethal arms from {owner} "
            "make it give less; a rescuer would relax."
        )
    if pain := said(moved_by(theories, "pain")):
        rest = " while nothing at the front has changed" if len(theories) > 1 else ""
        yield f"More of {rival}'s own dead: if it then gives less, or speaks of leaving{rest}, that speaks for {pain}."
    if home := said(moved_by(theories, "home")):
        dates = program.scenario.patrons[program.cast.patrons[program.rival]].elections
        when = f" ({listed([month(at) for at in dates])})" if dates else ""
        yield (
            f"The oil price, approval at home and {rival}'s elections{when}: if support moves with them and not with the front, that speaks "
            f"for {home}."
        )


def short_signs(program: Program, people: People, run: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The same signs in a few words each, with the theories that were run and that they speak for; none that speaks for nobody."""
    theories = tuple(theory for theory in program.theories if theory.name in run)
    rival, losers = _said(people.rival, "the rival patron"), _said(people.rival_client, "its client")
    rows: tuple[tuple[str, MovedBy], ...] = (
        (f"{rival} gives more with {losers} losing and no new arms", "losing"),
        (f"{rival} gives more as arms arrive, {losers} not losing", "aid"),
        (f"{rival} gives more with {losers} winning", "winning"),
        (f"{rival} gives less as more of its own people die", "pain"),
        (f"{rival}'s support moves with its affairs at home", "home"),
    )
    return tuple((capitalized(sign), names) for sign, what in rows if (names := moved_by(theories, what)))


def _said(name: str, other: str) -> str:
    """A name that can be said again and again; what it is where it is longer."""
    return name if len(name.split()) <= NAMED else other


def _always(people: People) -> Iterator[str]:
    """What is worth watching under any theory."""
    yield f"{people.client} asking for more than was promised, and how {people.owner} answers: the first step of being drawn in."
    yield f"{people.client} preparing an offensive after arms have arrived: the aid would then have tempted and not defended."
    yield "A truce that breaks in a month of deliveries, and one that holds: the sign of that effect is open."
