"""The brief: the first screen of a memo and its first printed page, in sentences that can be said aloud.

At most 260 words, 30 in a sentence, two numbers in one; no identifier, no error sign, no points that are not translated into lives or money.
Where a title is long a sentence is said in a shorter way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from countermove.decision.monte_carlo_error import Estimate
from countermove.memo.brief_words import asked, changed, cut, first_within, likely, words_in
from countermove.memo.contents import Dossier
from countermove.questions.explore.finding import Explored
from countermove.questions.gaps.finding import GapsFound
from countermove.questions.run.finding import leader_first
from countermove.questions.run.findings_index import FindingsIndex
from countermove.questions.solve.finding import Solved
from countermove.show.charts.loss import PlanLoss, loss_chart
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData
from countermove.show.lives_and_money import currencies, rounded, worth_of
from countermove.world.certainty import ERRORS, ROUNDING, amount_certainty, range_certainty, share_range
from countermove.world.words import NOBODY, capitalized, likelihood_word, listed, number, percent

WORDS, ANSWER, SENTENCE = 260, 25, 30  # words of the whole, of the answer, of any sentence
SHORT = 3  # words of a title that is said again and again
NAME = 6  # words of a title that stands in a head
THREE = 3
OPEN, RESTS = "The plan does not say", "What this rests on."
ELSEWHERE = {
    "Rival support": "the other patron went further",
    "Direct war": "the patrons fought",
}
"""The headlines of the base rates that stand beside the reply and the risk, and the first rate of each in a few words."""


@dataclass(frozen=True)
class BriefPoint:
    """One thing that a minister asks: the question as a head, the answer, and the outside view of the same, where there is one."""

    head: str
    says: str
    beside: str = ""


@dataclass(frozen=True)
class Brief:
    """All of it. `picture`: None where nothing was compared."""

    kicker: str
    asked: str
    answer: str
    sure: str
    ahead: str  # where a rival who thinks ahead makes another answer
    why: str
    picture: Figure | None
    points: tuple[BriefPoint, ...]
    unanswered: tuple[str, ...]
    signs: tuple[str, ...]
    rests_on: tuple[str, ...]
    heads: tuple[str, str, str]


def brief_of(dossier: Dossier) -> Brief:
    """The brief of a memo. Where it would be longer than a page can be read aloud, questions are cut short, and then why a plan leads is left out."""
    found = FindingsIndex(dossier.findings, draws=dossier.provenance.draws, months=dossier.provenance.months)
    said = _Sentences(dossier, found)
    owner = f" for {dossier.owner}" if words_in(dossier.owner) <= NAME else ""
    watch, signs = said.signs()
    brief = Brief(
        kicker=f"Decision memo{owner} · as of {dossier.decided}",
        asked=dossier.question,
        answer=said.answer(),
        sure=said.sure(),
        ahead=said.ahead(),
        why="",
        picture=picture(dossier, found),
        points=tuple(said.points()),
        unanswered=(),
        signs=signs,
        rests_on=tuple(said.rests_on()),
        heads=(OPEN, watch, RESTS),
    )
    full, short = said.why()
    for question, words, why in (
        (SENTENCE, 14, full),
        (SENTENCE, 10, full),
        (SENTENCE, 14, short),
        (SENTENCE, 8, short),
        (SENTENCE, 8, ""),
        (20, 8, ""),
        (20, 6, ""),
    ):
        open_ = tuple(cut(one, words) for one in said.unanswered())
        brief = replace(brief, asked=cut(dossier.question, question), unanswered=open_, why=why)
        if length(dossier, brief) <= WORDS:
            break
    return brief


def length(dossier: Dossier, brief: Brief) -> int:
    """Words on the first screen, its heads and the picture's title included."""
    heads = (brief.kicker, dossier.title, brief.asked, *brief.heads)
    points = (text for point in brief.points for text in (point.head, point.says, point.beside))
    return sum(
        map(
            words_in,
            (*heads, brief.answer, brief.sure, brief.ahead, brief.why, *points, *brief.unanswered, *brief.signs, *brief.rests_on),
        )
    )


def picture(dossier: Dossier, found: FindingsIndex) -> Figure | None:
    """What each plan loses to the best under each theory, the best plan first; None where there is nothing to compare."""
    known = currencies(dossier.written)
    unit, factor = (known[0].name, known[0].per_point) if known else ("points of the objective", 1.0)
    rows: list[PlanLoss] = []
    for name in leader_first(dossier.findings):
        if (whole := found.regret(name)) is None:
            return None
        each = [(theory, row.regret * factor) for theory in found.theories if (row := found.regret(name, theory)) is not None]
        settled = whole.regret > ERRORS * whole.se or name == found.best
        titled = tuple((dossier.titles.does(dossier.rival, theory), lost) for theory, lost in each)
        rows.append(PlanLoss(dossier.titles.strategy(name), whole.regret * factor, titled, settled))
    if len(rows) < 2:
        return None
    drawn = [(row.title, theory, lost) for row in rows for theory, lost in (("theories weighted", row.weighted), *row.by_theory)]
    return Figure(
        "loss",
        f"What each plan loses to the best one, in {unit}. Diamond: theories weighted; ring: one theory.",
        "",
        (Strip("", (Panel("", loss_chart(rows, unit)),)),),
        1,
        data=FigureData("loss-to-the-best", ("plan", "theory", f"loses ({unit})"), tuple(drawn)),
    )


@dataclass(frozen=True)
class _Sentences:
    dossier: Dossier
    found: FindingsIndex

    def plan(self, name: str) -> str:
        return self.dossier.titles.say_strategy(name)

    @property
    def rival(self) -> str:
        """The rival patron; what it is where its name is too long to be said again and again."""
        name = self.dossier.rival
        return name if words_in(name) <= NAME else "the rival patron"

    def does(self, theory: str) -> str:
        return self.dossier.titles.does(self.rival, theory)

    # --- the answer ---------------------------------------------------------------------------------------------------

    def answer(self) -> str:
        """Which plan looks best, or that none does."""
        verdicts, led = self.found.verdicts(), [self.plan(name) for name in self.found.leaders]
        if not verdicts:
            if len(self.found.strategies) == 1:
                return first_within(
                    ANSWER, f"One plan was run, {led[0]}: there is nothing to compare it with.", "Only one plan was run."
                )
            return first_within(
                ANSWER,
                f"No plan can be called best: what {self.dossier.owner} wants is not written down.",
                "No plan can be called best: what the owner wants is not written down.",
            )
        if len(led) > 1:
            same = all(row.kind != "cannot tell" for row in verdicts if row.other in self.found.leaders)
            return first_within(
                ANSWER,
                f"No plan can be called best: {listed(led)} do about equally well."
                if same
                else f"No plan can be called best: the runs cannot tell {listed(led, 'and')} apart.",
                f"No plan can be called best: {len(led)} of the {len(self.found.strategies)} plans do about equally well.",
            )
        first = verdicts[0]
        lead = worth_of(first.difference, self.dossier.written)
        return first_within(
            ANSWER,
            f"{led[0]} looks best, ahead of {self.plan(first.other)} by what {lead} are worth to {self.dossier.owner}."
            if lead
            else "",
            f"{led[0]} looks best, ahead of {self.plan(first.other)} by what {lead} are worth." if lead else "",
            f"{led[0]} looks best, ahead of {self.plan(first.other)}.",
            f"{led[0]} looks best.",
            "One plan looks best; the picture names it.",
        )

    def sure(self) -> str:
        """Under how much of the weight it leads, and what would turn that, in words."""
        found = self.found
        if not found.verdicts() or len(found.theories) < 2:
            return ""
        if len(found.leaders) > 1:
            return self._divided()
        at = found.standing(found.best)
        if at is None:
            return ""
        lead = f"It leads under theories that hold {percent(at.leads)} of the weight"
        rivals = [(found.share(name), name, row) for name in found.theories for row in found.verdicts(name)[:1]]
        turned = [(share, name, row.best) for share, name, row in rivals if row.best != found.best and row.kind == "better"]
        if not turned:
            if at.leads > 1 - ROUNDING:
                return f"It leads under every theory{'' if all(map(found.share, found.theories)) else ' that has weight'}."
            return f"{lead}; under none of the others is another plan surely better."
        _, theory, other = max(turned)
        same = [name for _, name, plan in turned if plan == other]
        return first_within(
            SENTENCE,
            f"{lead}; if {self.dossier.titles.true(same)}, {self.plan(other)} would be better." if len(same) > 1 else "",
            f"{lead}; if {self.does(theory)}, {self.plan(other)} would be better.",
            f"{lead}; if {self.does(theory)}, another plan would be better.",
            f"{lead}; under another, another plan would be better.",
        )

    def _divided(self) -> str:
        """Of plans that cannot be told apart: which of them leads under which theory, of the two theories of most weight that part them."""
        alone: dict[str, str] = {}
        for theory in sorted(self.found.theories, key=lambda name: -self.found.share(name)):
            rows = self.found.verdicts(theory)
            if rows and all(row.kind == "better" for row in rows):
                alone.setdefault(rows[0].best, theory)
        if len(alone) < 2:
            return "The theories weighted, their difference is smaller than its error or than what matters."
        (one, first), (two, second) = list(alone.items())[:2]
        return first_within(
            SENTENCE,
            f"It hangs on {self.rival}: {self.plan(one)} is best if {self.does(first)}, {self.plan(two)} if {self.does(second)}.",
            f"It hangs on which theory of {self.rival} is true: each puts another plan first.",
        )

    def ahead(self) -> str:
        """That a rival who knows the plan makes another answer; empty where he does not, or was not asked."""
        solved = self.dossier.answer(Solved)
        knowing = None if solved is None else solved.leader("knowing")
        if knowing is None or not self.found.verdicts() or len(knowing.level) > 1 or knowing.best in self.found.leaders:
            return ""
        plan = self.plan(knowing.best)
        return first_within(
            SENTENCE,
            f"If {self.rival} knows the plan and thinks ahead, {plan} would be better." if words_in(plan) <= NAME else "",
            f"If {self.rival} knows the plan and thinks ahead, another would be better.",
        )

    def why(self) -> tuple[str, str]:
        """What makes the lead, and what stands against it; and the same in fewer words. Empty where nothing leads alone."""
        lead = self.found.lead if len(self.found.leaders) == 1 else None
        rows = [] if lead is None else self.found.terms(lead)
        ahead, against = [row for row in rows if row.points > 0][:2], [row for row in rows if row.points < 0][:1]
        if lead is None or not ahead:
            return "", ""
        cost = f", against {changed(against[0])}" if against else ""
        short = f"Its lead comes from {changed(ahead[0])}."
        return first_within(SENTENCE, f"Its lead comes from {listed([changed(row) for row in ahead])}{cost}.", short), short

    # --- what follows -------------------------------------------------------------------------------------------------

    def points(self) -> Iterator[BriefPoint]:
        """What the rival does next, what the plan risks, what it costs; of several plans that cannot be told apart, the first that is named."""
        alone, plan = len(self.found.leaders) == 1, self.plan(self.found.best)
        it = plan if words_in(plan) <= SHORT else "it" if alone else "the first plan"
        if self.dossier.rival != NOBODY:
            yield BriefPoint(f"What {self.rival} does next", self._reply(), self._elsewhere("Rival support"))
            yield BriefPoint(f"What {it} risks", self._risk(), self._elsewhere("Direct war"))
        yield BriefPoint(f"What {it} costs", self._cost())

    def _reply(self) -> str:
        plan, rival = self.found.armed()[0], self.rival
        change = self.found.weighted(plan, "support-change")
        if change is None or not math.isfinite(change.mean):
            return f"What {rival} does next is not known from these runs."
        rows = self.found.by_theory(plan, "support-change")
        most = f"; support is highest if it {self.dossier.titles.does('', rows[-1][0]).strip()}" if len(rows) > 1 else ""
        under = "" if plan in self.found.leaders else f"Under {self.plan(plan)}, "
        if amount_certainty(*change) != "told":
            said = f"{under}whether {rival} gives more or less than today cannot be told"
            return first_within(
                SENTENCE, f"{capitalized(said)}{most}.", f"Whether {rival} gives more or less than today cannot be told."
            )
        turns = "add" if change.mean > 0 else "withdraw"
        said = f"{under}{rival} is expected to {turns} support worth {rounded(1000 * abs(change.mean))} soldiers"
        return first_within(
            SENTENCE, f"{capitalized(said)}{most}.", f"{capitalized(said)}.", f"{rival} is expected to {turns} support."
        )

    def _risk(self) -> str:
        rival, draws = self.rival, self.found.draws
        rows = (
            (f"war with {rival}", "direct-war"),
            ("an incident beyond the theatre", "spread"),
            ("being drawn in deeper", "drawn-in"),
        )
        known = [
            (event, at)
            for event, measure in rows
            if (at := self.found.weighted(self.found.best, measure)) is not None and math.isfinite(at.mean)
        ]
        if not known:
            return "Its risks are not known from these runs."
        words: dict[str, list[tuple[str, Estimate]]] = {}
        for event, at in known:
            low, high = share_range(at.mean, at.se, draws)
            word = (
                likelihood_word(high) if range_certainty(low, high) == "told" else "of unknown likelihood"
            )  # the graver of two words
            words.setdefault(word, []).append((event, at))
        said = [
            likely([event for event, _ in alike], word, max(at.mean for _, at in alike), draws) for word, alike in words.items()
        ]
        return first_within(SENTENCE, f"{capitalized(', and '.join(said))}.", f"{capitalized(said[0])}.")

    def _cost(self) -> str:
        spent, dead = (self.found.weighted(self.found.best, name) for name in ("cost", "deaths"))
        parts = [
            text.format(rounded(at.mean))
            for at, text in ((spent, f"{self.dossier.owner} spends {{}} million dollars"), (dead, "{} soldiers die on all sides"))
            if at is not None and math.isfinite(at.mean)
        ]
        if not parts:
            return "Its costs are not known from these runs."
        return first_within(SENTENCE, f"On average {listed(parts)}.", f"On average {parts[-1]}.")

    def _elsewhere(self, headline: str) -> str:
        """The first base rate under a headline: `Past wars: the patrons fought in 0 of 46.`"""
        views = [view for view in self.dossier.outside if view.about.partition(". ")[0] == headline and math.isfinite(view.n)]
        return f"Past wars: {ELSEWHERE[headline]} in {number(views[0].k)} of {number(views[0].n)}." if views else ""

    # --- what is open -------------------------------------------------------------------------------------------------

    def unanswered(self) -> tuple[str, ...]:
        """The three dearest questions that the best plan leaves open."""
        gaps = self.dossier.answer(GapsFound)
        if gaps is None:
            return ()
        own = next((row for row in gaps.strategies if row.strategy == self.found.best), None)
        return () if own is None else tuple(asked(gap.question) for gap in own.gaps[:THREE])

    def signs(self) -> tuple[str, tuple[str, ...]]:
        """A head and the three signs: those that ask for a change of course, which pay most first; then those that speak for a theory under which
        another plan leads. Where all ask for the same plan the head names it."""
        explored = self.dossier.answer(Explored)
        rows = () if explored is None or explored.pathways is None else explored.pathways.signposts
        turns = [(capitalized(row.sign), row.to) for row in sorted(rows, key=lambda row: -row.overall) if row.advice == "change"]
        for sign, theories in self.dossier.signs:
            best = {rows[0].best for name in theories if (rows := self.found.verdicts(name)) and rows[0].kind == "better"}
            turns.append((sign, best.pop() if len(best) == 1 else ""))
        said = [sign.lower() for sign, _ in turns]  # of two signs of which one holds the other the wider is enough
        turns = [turn for place, turn in enumerate(turns) if not any(one in said[place] for one in said if one != said[place])]
        stays = self.found.leaders if len(self.found.leaders) == 1 else ()
        turns = sorted(turns, key=lambda turn: not turn[1] or turn[1] in stays)[:THREE]  # what asks for another plan comes first
        to = {plan for _, plan in turns}
        if len(to) == 1 and (plan := to.pop()) and plan not in stays and words_in(self.plan(plan)) <= NAME:
            return f"Watch for one of these, then prefer {self.plan(plan)}", tuple(cut(f"{sign}.", SENTENCE) for sign, _ in turns)
        return "Watch for", tuple(
            first_within(
                SENTENCE,
                f"{sign}: keep to it." if plan in stays else "",
                f"{sign}: then {self.plan(plan)}." if plan else "",
                f"{sign}: then another plan." if plan else "",
                f"{sign}.",
                cut(sign, SENTENCE),
            )
            for sign, plan in turns
        )

    def rests_on(self) -> Iterator[str]:
        """How much is judgement, what the record can tell, and how following such memos did in simulated wars."""
        numbers = self.dossier.assumptions
        if numbers:
            judged = sum(row.source.strip().lower().startswith("judgement") for row in numbers)
            yield f"Of {number(len(numbers))} numbers, {percent(judged / len(numbers))} are judgement."
        weighing = self.dossier.record_says.weighing
        if weighing is None:
            yield "No record was weighed: which theory is true is a judgement too."
        elif weighing.refused:
            yield "The record lies outside what any theory makes, and cannot tell which is true."
        else:
            right, chance = percent(weighing.confusion.right), percent(1 / len(weighing.confusion.theories))
            yield f"Records like this war's name the true theory in {right} of cases; guessing does in {chance}."
        calibration = self.dossier.record_says.calibration
        known = currencies(self.dossier.written)
        if calibration is not None and known:
            fell = known[0].amount(calibration.memo.regret)
            yield f"Followed in simulated wars, such memos lost the worth of {fell} against the best choice."
