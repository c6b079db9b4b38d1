"""What the memo says beside the runs: the gaps, the claims, what would change the answer. Gaps and claims are kept by all that decides them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from countermove.questions.claims.finding import Ledger
from countermove.questions.claims.heard import LUCKS
from countermove.questions.claims.ledger import claims
from countermove.questions.explore.explore import explored
from countermove.questions.explore.finding import Explored
from countermove.questions.gaps.finding import GapsFound
from countermove.questions.gaps.gaps import gap_check
from countermove.questions.kept import get, libraries, put, source_hash
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.parts import Parts
from countermove.questions.provenance import own_code, record_hash
from countermove.questions.run.run import Study
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.store.key import key_of

T = TypeVar("T")


@dataclass(frozen=True)
class Answers:
    """What was found; None where it was not asked, or has no meaning (`warnings` say why)."""

    gaps: GapsFound | None = None
    ledger: Ledger | None = None
    explored: Explored | None = None
    warnings: tuple[str, ...] = ()


def answers_of(study: Study, options: RunOptions, *, progress: Progress = silent) -> Answers:
    """Gaps, claims and what would change the answer. A quick memo shows only what is kept of the first two."""
    scenario, parts = study.program.scenario, Parts("answering", 3, progress)
    plain = replace(options, draws=None, lucks=LUCKS)

    def gaps() -> GapsFound | None:
        return _kept(GapsFound, scenario, plain, options.full, lambda: gap_check(scenario, plain, progress=progress))

    def ledger() -> Ledger | None:
        return _kept(Ledger, scenario, plain, options.full, lambda: claims(scenario, plain, progress=progress))

    found = parts.tried(0, "the unanswered questions", gaps, None)
    judged = parts.tried(1, "the argument, sentence by sentence,", ledger, None) if scenario.claims else None
    turned = None
    if options.full and len(study.runs.strategies) > 1 and scenario.objective is not None:
        turned = parts.tried(
            2, "what would change the answer", lambda: explored(study, options, blocks_too=False, progress=progress), None
        )
    return Answers(found, judged, turned, parts.said)


def _kept(what: type[T], scenario: Scenario, options: RunOptions, full: bool, make: Callable[[], T]) -> T | None:
    own = [own_code(theory) for theory in options.plugins]
    asked = (options.seed, options.strategies, options.theories, options.lucks, repr(own))
    key = key_of(what.__name__, hash_of(scenario), record_hash(scenario), source_hash(), libraries(), *asked)
    found = get(what, key)
    if found is None and full:
        found = make()
        put(key, found)
    return found
