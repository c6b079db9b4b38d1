"""The table of doubts, in the order in which they are raised."""

from __future__ import annotations

from countermove.scenario.doubts import claims, orders, plans, sizes, sources, theories, unread, wanted
from countermove.scenario.doubts.inherited import another_age
from countermove.scenario.doubts.written import DoubtRule

DOUBTS: tuple[DoubtRule, ...] = (
    DoubtRule("no objective", "Without an objective no strategy can be called good.", wanted.no_objective),
    DoubtRule("worth nothing", "A measure is valued at 0.", wanted.worth_nothing),
    DoubtRule("matters out of scale", "No difference reaches what matters, or every one does.", wanted.matters_out_of_scale),
    DoubtRule("stale knowledge", "Years lie between what is known and the start.", wanted.stale_knowledge),
    DoubtRule(
        "judged early", "A measure is judged at the end of a clock that is shorter than its own months.", wanted.judged_early
    ),
    DoubtRule("few strategies", "There is nothing to compare.", plans.few_strategies),
    DoubtRule("same strategies", "Two strategies never differ.", plans.same_strategies),
    DoubtRule("rule never fires", "A condition contradicts itself or the clock.", plans.rules_that_never_fire),
    DoubtRule("rule out of reach", "A rule answers a rung that its patron cannot climb to.", plans.rules_out_of_reach),
    DoubtRule("rule always fires", "A condition is always true.", plans.rules_that_always_fire),
    DoubtRule("word of the tables", "A strategy has a name that reads as a word of the tables.", wanted.words_of_tables),
    DoubtRule("rule divides", "A condition divides by what can be 0.", plans.rules_that_divide),
    DoubtRule("rule overruled", "A later rule fires whenever this one does, and orders otherwise.", plans.rules_overruled),
    DoubtRule(
        "drawn in unseen",
        "A plan climbs by its own rules, and points are given for drawn-in, which does not count that.",
        plans.drawn_in_unseen,
    ),
    DoubtRule("above ceiling", "A rung is ordered above the plan's own ceiling.", orders.above_ceiling),
    DoubtRule("above the top", "A rung is ordered that needs a ceiling above it.", orders.above_the_top),
    DoubtRule("ceiling below", "A ceiling lies under the rung on which the plan stands.", orders.ceiling_below),
    DoubtRule("after exit", "A plan that has left the war is given orders.", orders.after_exit),
    DoubtRule(
        "enforcement of nothing",
        "Conditions are enforced that are not there, or not enforced at all.",
        orders.enforcement_of_nothing,
    ),
    DoubtRule("conditions on no arms", "Conditions are put on arms that the plan does not give.", orders.conditions_on_no_arms),
    DoubtRule("volume of no arms", "Money is spent on the arms of a rung that has none.", orders.volume_of_no_arms),
    DoubtRule("brigades for nobody", "Brigades are sent to an alliance that is not there.", orders.brigades_for_nobody),
    DoubtRule("changes nothing", "A later move orders what stands already.", orders.orders_that_change_nothing),
    DoubtRule("overwritten", "Two moves of one month order different things.", orders.orders_overwritten),
    DoubtRule("contingency out of reach", "A question is about a state that no run can reach.", wanted.contingencies_out_of_reach),
    DoubtRule("contingency always", "A question is asked in every month.", wanted.contingencies_always_asked),
    DoubtRule("same contingencies", "Two questions are about the same state.", wanted.same_contingencies),
    DoubtRule("no rival", "No patron stands on another side: nobody answers.", theories.no_rival),
    DoubtRule("no weight", "A theory has weight 0.", theories.no_weight),
    DoubtRule("no strength", "A theory's gains are 0: it is inertia under another name.", theories.no_strength),
    DoubtRule("one theory", "A patron has one theory: there is nothing to weigh.", theories.one_theory),
    DoubtRule("unread", "A number is written that no run of this war reads.", unread.unread_numbers),
    DoubtRule("written twice", "A number that theories share is written under two of them.", unread.written_twice),
    DoubtRule("idle claim", "A claim has no query.", claims.idle_claims),
    DoubtRule("claim cannot fail", "A claim is true or false of any numbers.", claims.claims_that_cannot_fail),
    DoubtRule("claim about nothing", "A claim is about no month, or a slope on what never changes.", claims.claims_about_nothing),
    DoubtRule("claim beyond the clock", "A claim looks further than the run goes.", claims.claims_beyond_the_clock),
    DoubtRule(
        "claim by assumption", "The sign that a claim asks for is put in by a number that is bounded.", claims.claims_by_assumption
    ),
    DoubtRule("lone reader", "There is a single reader.", wanted.lone_reader),
    DoubtRule("readers alike or apart", "Readers of one mind, or without a theory in common.", wanted.readers_alike_or_apart),
    DoubtRule("collapsed at once", "A side is beaten before the war starts.", sizes.collapsed_at_once),
    DoubtRule("means below baseline", "A patron gives more at the start than it could ever give.", sizes.means_below_baseline),
    DoubtRule(
        "dependence unlike any war",
        "A side depends on its patrons less or more than any in the wars that ship.",
        sizes.dependence_unlike_any_war,
    ),
    DoubtRule("rung and support", "A patron's rung does not fit its support or its secrecy.", sizes.rung_and_support),
    DoubtRule("far from all wars", "A size lies far outside those of all wars that ship.", sizes.far_from_all_wars),
    DoubtRule("no sources", "Nothing says where numbers come from.", sources.no_sources),
    DoubtRule("unused source", "A source is used by no number.", sources.unused_sources),
    DoubtRule("late source", "A source appeared after known-until.", sources.late_sources),
    DoubtRule("late note", "A note speaks of a year after known-until.", sources.late_notes),
    DoubtRule("another age", "A war of another age runs on hazards and prices of the calibration.", another_age),
)
