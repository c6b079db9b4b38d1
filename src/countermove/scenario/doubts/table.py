"""The table of doubts, in the order in which they are raised."""

from __future__ import annotations

from countermove.scenario.doubts import claims, orders, plans, sizes, sources, theories, unread, wanted
from countermove.scenario.doubts.inherited import another_age
from countermove.scenario.doubts.written import Doubt

DOUBTS: tuple[Doubt, ...] = (
    Doubt("no objective", "Without an objective no strategy can be called good.", wanted.no_objective),
    Doubt("worth nothing", "A measure is valued at 0.", wanted.worth_nothing),
    Doubt("matters out of scale", "No difference reaches what matters, or every one does.", wanted.matters_out_of_scale),
    Doubt("stale knowledge", "Years lie between what is known and the start.", wanted.stale_knowledge),
    Doubt("judged early", "A measure is judged at the end of a clock that is shorter than its own months.", wanted.judged_early),
    Doubt("few strategies", "There is nothing to compare.", plans.few_strategies),
    Doubt("same strategies", "Two strategies never differ.", plans.same_strategies),
    Doubt("rule never fires", "A condition contradicts itself or the clock.", plans.rules_that_never_fire),
    Doubt("rule out of reach", "A rule answers a rung that its patron cannot climb to.", plans.rules_out_of_reach),
    Doubt("rule always fires", "A condition is always true.", plans.rules_that_always_fire),
    Doubt("word of the tables", "A strategy has a name that reads as a word of the tables.", wanted.words_of_tables),
    Doubt("rule divides", "A condition divides by what can be 0.", plans.rules_that_divide),
    Doubt("rule overruled", "A later rule fires whenever this one does, and orders otherwise.", plans.rules_overruled),
    Doubt(
        "drawn in unseen",
        "A plan climbs by its own rules, and points are given for drawn-in, which does not count that.",
        plans.drawn_in_unseen,
    ),
    Doubt("above ceiling", "A rung is ordered above the plan's own ceiling.", orders.above_ceiling),
    Doubt("above the top", "A rung is ordered that needs a ceiling above it.", orders.above_the_top),
    Doubt("ceiling below", "A ceiling lies under the rung on which the plan stands.", orders.ceiling_below),
    Doubt("after exit", "A plan that has left the war is given orders.", orders.after_exit),
    Doubt(
        "enforcement of nothing",
        "Conditions are enforced that are not there, or not enforced at all.",
        orders.enforcement_of_nothing,
    ),
    Doubt("conditions on no arms", "Conditions are put on arms that the plan does not give.", orders.conditions_on_no_arms),
    Doubt("volume of no arms", "Money is spent on the arms of a rung that has none.", orders.volume_of_no_arms),
    Doubt("brigades for nobody", "Brigades are sent to an alliance that is not there.", orders.brigades_for_nobody),
    Doubt("changes nothing", "A later move orders what stands already.", orders.orders_that_change_nothing),
    Doubt("overwritten", "Two moves of one month order different things.", orders.orders_overwritten),
    Doubt("contingency out of reach", "A question is about a state that no run can reach.", wanted.contingencies_out_of_reach),
    Doubt("contingency always", "A question is asked in every month.", wanted.contingencies_always_asked),
    Doubt("same contingencies", "Two questions are about the same state.", wanted.same_contingencies),
    Doubt("no rival", "No patron stands on another side: nobody answers.", theories.no_rival),
    Doubt("no weight", "A theory has weight 0.", theories.no_weight),
    Doubt("no strength", "A theory's gains are 0: it is inertia under another name.", theories.no_strength),
    Doubt("one theory", "A patron has one theory: there is nothing to weigh.", theories.one_theory),
    Doubt("unread", "A number is written that no run of this war reads.", unread.unread_numbers),
    Doubt("written twice", "A number that theories share is written under two of them.", unread.written_twice),
    Doubt("idle claim", "A claim has no query.", claims.idle_claims),
    Doubt("claim cannot fail", "A claim is true or false of any numbers.", claims.claims_that_cannot_fail),
    Doubt("claim about nothing", "A claim is about no month, or a slope on what never changes.", claims.claims_about_nothing),
    Doubt("claim beyond the clock", "A claim looks further than the run goes.", claims.claims_beyond_the_clock),
    Doubt(
        "claim by assumption", "The sign that a claim asks for is put in by a number that is bounded.", claims.claims_by_assumption
    ),
    Doubt("lone reader", "There is a single reader.", wanted.lone_reader),
    Doubt("readers alike or apart", "Readers of one mind, or without a theory in common.", wanted.readers_alike_or_apart),
    Doubt("collapsed at once", "A side is beaten before the war starts.", sizes.collapsed_at_once),
    Doubt("means below baseline", "A patron gives more at the start than it could ever give.", sizes.means_below_baseline),
    Doubt(
        "dependence unlike any war",
        "A side depends on its patrons less or more than any in the wars that ship.",
        sizes.dependence_unlike_any_war,
    ),
    Doubt("rung and support", "A patron's rung does not fit its support or its secrecy.", sizes.rung_and_support),
    Doubt("far from all wars", "A size lies far outside those of all wars that ship.", sizes.far_from_all_wars),
    Doubt("no sources", "Nothing says where numbers come from.", sources.no_sources),
    Doubt("unused source", "A source is used by no number.", sources.unused_sources),
    Doubt("late source", "A source appeared after known-until.", sources.late_sources),
    Doubt("late note", "A note speaks of a year after known-until.", sources.late_notes),
    Doubt("another age", "A war of another age runs on hazards and prices of the calibration.", another_age),
)
