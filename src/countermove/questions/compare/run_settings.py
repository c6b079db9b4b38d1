"""How two runs were made: what differs in it, and whether they share draws and luck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast, get_args

from countermove.behaviour.table import THEORIES
from countermove.engine.draws import width
from countermove.engine.program import Program, compile_scenario
from countermove.questions.compare.finding import Differs
from countermove.questions.compare.sides import ComparedPair, RunSide, sets_of
from countermove.scenario.schema import Scenario
from countermove.scenario.write import as_entries
from countermove.world.prior import Kind

Paired = Literal["draw", "scramble", "no"]
FIELDS = {
    "scenario": "scenario",
    "scenario_hash": "scenario's hash",
    "record_hash": "record's hash",
    "code_version": "code",
    "seed": "seed",
    "draws": "draws",
    "lucks": "lucks",
    "months": "months",
    "weights_from": "weights from",
    "machine": "machine",
}
SIZE = ("scenario_hash", "seed", "draws", "lucks", "months")
NUMBER = {*get_args(Kind), "value", "unit"} - {"fixed"}  # keys by which a prior is known
LONGEST = 80  # letters of a value that is shown


def program_of(scenario: Scenario) -> Program:
    """The program that runs are replayed with."""
    return compile_scenario(scenario, tuple(THEORIES.values()))


def should_agree(pair: ComparedPair) -> bool:
    """Whether the two are runs of one scenario with one seed and of one size, which other code should not move."""
    return pair.kind == "runs" and all(pair.a.made(what) == pair.b.made(what) for what in SIZE)


def differences_of(a: RunSide, b: RunSide) -> tuple[Differs, ...]:
    """What is not the same in how the two were made: code, libraries, seed, size; then the scenario's own values, where both are at hand."""
    rows = [
        Differs(said, _text(a.made(what)), _text(b.made(what))) for what, said in FIELDS.items() if a.made(what) != b.made(what)
    ]
    versions: list[Mapping[str, Any]] = [side.made("versions") or {} for side in (a, b)]
    for name in dict.fromkeys((*versions[0], *versions[1])):
        one, other = (str(row.get(name, "none")) for row in versions)
        if one != other:
            rows.append(Differs(name, one, other))
    if a.scenario is not None and b.scenario is not None:
        rows += _tree("", as_entries(a.scenario), as_entries(b.scenario))
    else:
        rows += _tree("--set", sets_of(a.saved.provenance), sets_of(b.saved.provenance))
    rows += _tree("weight", dict(a.tables.get("weights") or {}), dict(b.tables.get("weights") or {}))
    return tuple(rows)


def _tree(path: str, a: Any, b: Any) -> Iterator[Differs]:
    """The entries in which two trees differ, by dotted path; a number with its prior is one entry."""
    if isinstance(a, dict) and isinstance(b, dict) and not (NUMBER & {*cast("dict[str, Any]", a), *cast("dict[str, Any]", b)}):
        one, other = cast("dict[str, Any]", a), cast("dict[str, Any]", b)
        for name in dict.fromkeys((*one, *other)):
            yield from _tree(f"{path}.{name}" if path else name, one.get(name), other.get(name))
    elif a != b:
        yield Differs(path, _text(a), _text(b))


def _text(value: Any) -> str:
    if value is None or value == "":
        return "not written"
    if isinstance(value, dict):
        written = cast("dict[str, Any]", value)
        value = ", ".join(f"{name} {written[name]}" for name in written if name not in ("source", "note"))
    said = str(value)
    if len(said) == 64 and said.isalnum():  # a hash
        return said[:12]
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"


def _layout(program: Program) -> list[tuple[str, list[int]]]:
    """Which uniforms of a draw decide which number."""
    return [(name, [width(prior) for prior in priors]) for name, priors in program.priors.items()]


def same_draws(a: RunSide, b: RunSide) -> bool | None:
    """Whether draw d of one run takes the uniforms of draw d of the other; None where that cannot be known."""
    if a.made("seed") != b.made("seed"):
        return False
    if a.made("scenario_hash") == b.made("scenario_hash"):
        return True
    if a.scenario is None or b.scenario is None:
        return None
    one, other = program_of(a.scenario), program_of(b.scenario)
    return len(one.cast.patrons) == len(other.cast.patrons) and _layout(one) == _layout(other)


def pairing(pair: ComparedPair) -> tuple[Paired, str]:
    """What the two share, and the sentence that says it."""
    a, b = pair.a, pair.b
    if pair.kind == "strategies":
        return "draw", "Paired: both strategies meet the same draws and the same luck."
    if a.made("seed") != b.made("seed") or a.scrambles != b.scrambles:
        why = "their seeds differ" if a.made("seed") != b.made("seed") else "one has fewer draws than there are scrambles"
        return "no", f"Unpaired: {why}, so the errors of both runs add up."
    known = same_draws(a, b)
    if known and a.made("draws") == b.made("draws") and a.made("lucks") == b.made("lucks"):
        return "draw", "Paired: both runs meet the same draws and the same luck, so what they share cancels."
    said = {True: "sizes differ", False: "the draws differ", None: "it is not known whether the draws are the same"}[known]
    more = (
        ""
        if known is not False
        else ": a number that is certain in one run and uncertain in the other moves them all (a narrow prior does not)"
    )
    return "scramble", f"Paired by scramble: one seed, one luck, but {said}{more}."
