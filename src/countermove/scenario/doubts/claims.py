"""Doubts about claims: that nothing tests, that cannot fail, that are true by what the theories assume."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from countermove.scenario.bounds import span
from countermove.scenario.doubts.unread import reads_of
from countermove.scenario.doubts.written import Doubts, MarkedScenario
from countermove.scenario.parameter_tables import default_prior, parameters
from countermove.scenario.satisfiable import can_hold
from countermove.scenario.schema import Scenario
from countermove.world.expression import Apply, Constant, Expression, Query, names, reach, text, walk
from countermove.world.prior import Prior

LOOKED_AT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "casualties": frozenset({"casualties"}),
        "losing": frozenset({"shortfall", "shortfalls"}),
        "winning": frozenset({"shortfall", "shortfalls"}),
        "balance": frozenset({"shortfall", "shortfalls"}),
        "rung": frozenset({"aid", "rival_rung"}),
        "cost": frozenset({"aid", "rival_rung"}),
        "will": frozenset({"will"}),
    }
)
"""What a theory looks at where a claim speaks of a name."""
_SUPPORT = ("support", "rung", "raises")
PUT_IN: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (("exit", "quits"), ("casualties",), ("will.blood",)),
    (("talks",), ("rung",), ("pretext.talks",)),
    (("attacks",), ("balance", "winning", "losing"), ("posture.offensive-balance",)),
    (("attacks",), ("talks",), ("posture.offensive-talks",)),
    (("incident", "clash", "direct-war"), ("rung",), ("spread.x-own", "spread.x-rival", "spread.x-both")),
    (("truce-breaks",), ("balance",), ("truces.break-balance",)),
    (("truce-breaks",), ("peacekeepers",), ("truces.break-peacekeepers",)),
    (("asks",), ("rung",), ("requests.rung",)),
)
"""Which numbers of the mechanisms carry a cause to what a claim asks about: answers, causes, parameters."""
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def idle_claims(written: MarkedScenario) -> Doubts:
    """Claims that nothing can test."""
    for name, claim in written.scenario.claims.items():
        if claim.model is None and claim.on_record is None:
            message = f"the claim {name} has no query: nothing can test it"
            yield f"claims.{name}", message, "on-record: or model:, or leave it as an opinion"


def claims_that_cannot_fail(written: MarkedScenario) -> Doubts:
    """Claims, and parts of claims, that are true or false of any numbers whatever: beyond or at the edge of what is possible, or by logic."""
    months = written.scenario.clock.months
    for path, tree in _queries(written.scenario):
        for branch in walk(tree):
            if not isinstance(branch, Apply) or branch.op not in _TURNED or not any(isinstance(one, Query) for one in walk(branch)):
                continue
            found = _compared(branch)
            always = None if found is None else _by_logic(found[0], months)
            outcome = _outcome(branch, found, always, months)
            if outcome is not None:
                what = "the claim" if branch is tree else f'"{text(branch)}"'
                why = f"{text(found[0])} is {always:g} by what its words mean" if found and always is not None else _why(branch)
                yield path, f"{what} cannot {'fail' if outcome else 'hold'}: {why}", "a claim that the runs can decide"


def _outcome(branch: Apply, found: tuple[Query, str, float] | None, always: float | None, months: int) -> bool | None:
    """Whether a comparison holds, or fails, of all values that its sides can take; None where the runs decide."""
    if found is not None and always is not None:
        return _decided(found[1], found[2], always, always)
    left, right = span(branch.args[0], months), span(branch.args[1], months)
    return _decided(branch.op, 0.0, left.low - right.high, left.high - right.low)


def _why(branch: Apply) -> str:
    shares = any(isinstance(one, Query) and one.op in ("P", "share") for one in walk(branch))
    return "a share lies between 0 and 1" if shares else "no run has another value"


def claims_about_nothing(written: MarkedScenario) -> Doubts:
    """Statistics of months that never are, and slopes on what never changes."""
    months = written.scenario.clock.months
    for path, tree in _queries(written.scenario):
        for branch in walk(tree):
            if not isinstance(branch, Query):
                continue
            if branch.given is not None and not can_hold(branch.given, months):
                message = f'"{text(branch.given)}" can never hold: the statistic is about no month'
                yield path, message, "a condition that can hold within the clock"
            if branch.op == "slope" and (still := span(branch.args[1], months)).low == still.high:
                yield path, f'"{text(branch.args[1])}" never changes: nothing has a slope on it', "a quantity that changes"


def claims_beyond_the_clock(written: MarkedScenario) -> Doubts:
    """Claims about months that no run has."""
    months = written.scenario.clock.months
    for path, tree in _queries(written.scenario, model_only=True):
        back, ahead = reach(tree)
        if max(ahead, -back) >= months:
            message = f"the claim looks {max(ahead, -back)} months away, and the run has {months}: its case never arises"
            yield path, message, "a longer clock, or a shorter reach"


def claims_by_assumption(written: MarkedScenario) -> Doubts:
    """Slopes whose sign is put in: the number that carries the cause to the answer cannot change its sign."""
    scenario = written.scenario
    for path, tree in _queries(scenario, model_only=True):
        found = _compared(tree)
        if found is None or found[0].op != "slope" or found[2] != 0 or len(found[0].args) != 2:
            continue
        answer, cause = found[0].args
        said = _of_one_sign(scenario, answer, cause)
        if said:
            message = f"the sign of {text(found[0])} is assumed, not found: {' and '.join(said)}"
            yield path, message, "a claim about how much, or a number that leaves the sign open"


def _of_one_sign(scenario: Scenario, answer: Expression, cause: Expression) -> list[str]:
    """What fixes the sign, as clauses; nothing where it is open."""
    answers, causes = names(answer), {name.what for name in names(cause)}
    said: list[str] = []
    for outcomes, reasons, numbers in PUT_IN:
        if causes & set(reasons) and any(name.what in outcomes for name in answers):
            priors = [(name, scenario.parameters.get(name, default_prior(name))) for name in numbers]
            if not all(_never_below_0(prior, name) for name, prior in priors):
                return []
            said += [_bound(name, prior) for name, prior in priors]
    for patron in dict.fromkeys(name.of for name in answers if name.what in _SUPPORT and name.of in scenario.patrons):
        if patron != scenario.owner:
            said += _one_sided(scenario, patron, causes)
    return said


def _bound(name: str, prior: Prior) -> str:
    return f"{name} is fixed at {prior.args[0]:g}" if prior.kind == "fixed" else f"{name} is bounded at 0"


def _one_sided(scenario: Scenario, patron: str, causes: set[str]) -> list[str]:
    """The gains of the weighed theories that look at the cause, where each of them is bounded at 0, or that none looks; else nothing."""
    looked = frozenset[str]().union(*(LOOKED_AT.get(what, frozenset()) for what in causes))
    clauses: list[str] = []
    for theory, hypothesis in scenario.patrons[patron].theories.items():
        reads = reads_of(theory)
        if hypothesis.weight == 0 or reads is None or not reads.view & looked:
            continue
        gain = f"{theory}.gain"
        if gain not in parameters():
            return []
        prior = {**scenario.parameters, **hypothesis.parameters}.get(gain, default_prior(gain))
        if not _never_below_0(prior, gain):
            return []
        clauses.append(_bound(gain, prior))
    return clauses or ([f"no theory of {patron} looks at it"] if looked else [])


def _never_below_0(prior: Prior, name: str) -> bool:
    if prior.kind == "fixed":
        return prior.args[0] > 0
    bounded = prior.kind in ("halfnormal", "lognormal", "gamma", "beta") or (prior.low is not None and prior.low >= 0)
    return parameters()[name].support[0] >= 0 or bounded


def _queries(scenario: Scenario, *, model_only: bool = False) -> Iterator[tuple[str, Expression]]:
    for name, claim in scenario.claims.items():
        if claim.model is not None:
            yield f"claims.{name}.model", claim.model
        if claim.on_record is not None and not model_only:
            yield f"claims.{name}.on-record", claim.on_record


def _compared(tree: Expression) -> tuple[Query, str, float] | None:
    """The one query of a claim, how it is compared, and with what; None where the claim has another shape."""
    if not isinstance(tree, Apply) or len(tree.args) != 2 or tree.op not in _TURNED:
        return None
    left, right = tree.args
    if isinstance(left, Query) and isinstance(right, Constant):
        return left, tree.op, right.value
    if isinstance(right, Query) and isinstance(left, Constant):
        return right, _TURNED[tree.op], left.value
    return None


def _by_logic(query: Query, months: int) -> float | None:
    """1 where the event follows from the condition, 0 where the two exclude each other; None where it is open."""
    if query.op not in ("P", "share") or len(query.args) != 1:
        return None
    event = query.args[0]
    if any(isinstance(branch, Apply) and branch.op == "within" for branch in walk(event)):
        return None  # in an event it looks ahead, which logic over one month cannot see
    given = Constant(1.0, "boolean") if query.given is None else query.given
    if not can_hold(given, months):
        return None
    if not can_hold(Apply("and", (given, Apply("not", (event,), "boolean")), "boolean"), months):
        return 1.0
    if not can_hold(Apply("and", (given, event), "boolean"), months):
        return 0.0
    return None


def _decided(op: str, constant: float, low: float, high: float) -> bool | None:
    """Whether every value from low to high stands in the relation to the constant, or none does; None where it is open."""
    holds = {
        ">": (low > constant, high <= constant),
        ">=": (low >= constant, high < constant),
        "<": (high < constant, low >= constant),
        "<=": (high <= constant, low > constant),
        "==": (low == high == constant, constant < low or constant > high),
        "!=": (constant < low or constant > high, low == high == constant),
    }[op]
    return holds[0] if any(holds) else None
