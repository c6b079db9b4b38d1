"""What the memo asks beside the runs: the gaps, the claims, what would change the answer. Gaps and claims are kept by all that decides them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
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
from countermove.world.shown import Shown

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """A question that a memo asks once the runs are there: what the memo calls it, whether it has a meaning here, and the asking.

    None is answered where it is too dear for a quick memo and nothing is kept.
    """

    title: str
    meant: Callable[[Study, RunOptions], bool]
    ask: Callable[[Study, RunOptions, Progress], Shown | None]


@dataclass(frozen=True)
class Answers:
    """What was found, whatever was asked; what has no meaning, or failed, is missing (`warnings` say why)."""

    found: tuple[Shown, ...] = ()
    warnings: tuple[str, ...] = ()


def answers_of(asked: Sequence[Asked], study: Study, options: RunOptions, *, progress: Progress = silent) -> Answers:
    """The answers to all of them; one that fails takes no other along."""
    parts, found = Parts("answering", len(asked), progress), list[Shown | None]()
    for number, one in enumerate(asked):
        if one.meant(study, options):
            found.append(parts.tried(number, one.title, partial(one.ask, study, options, progress), None))
    return Answers(tuple(answer for answer in found if answer is not None), parts.said)


def _always(_study: Study, _options: RunOptions) -> bool:
    return True


def _argued(study: Study, _options: RunOptions) -> bool:
    return bool(study.program.scenario.claims)


def _an_order(study: Study, options: RunOptions) -> bool:
    """Whether there is an order of plans that could change, and time to look for it."""
    return options.full and len(study.runs.strategies) > 1 and study.program.scenario.objective is not None


def _silences(study: Study, options: RunOptions, progress: Progress) -> GapsFound | None:
    scenario, plain = study.program.scenario, _plain(options)
    return _kept(GapsFound, scenario, plain, options.full, lambda: gap_check(scenario, plain, progress=progress))


def _ledger(study: Study, options: RunOptions, progress: Progress) -> Ledger | None:
    scenario, plain = study.program.scenario, _plain(options)
    return _kept(Ledger, scenario, plain, options.full, lambda: claims(scenario, plain, progress=progress))


def _changes(study: Study, options: RunOptions, progress: Progress) -> Explored:
    return explored(study, options, blocks_too=False, progress=progress)


SILENCES = Asked("the unanswered questions", _always, _silences)
LEDGER = Asked("the argument, sentence by sentence,", _argued, _ledger)
CHANGES = Asked("what would change the answer", _an_order, _changes)


def _plain(options: RunOptions) -> RunOptions:
    return replace(options, draws=None, lucks=LUCKS)


def _kept(what: type[T], scenario: Scenario, options: RunOptions, full: bool, make: Callable[[], T]) -> T | None:
    own = [own_code(theory) for theory in options.plugins]
    asked = (options.seed, options.strategies, options.theories, options.lucks, repr(own))
    key = key_of(what.__name__, hash_of(scenario), record_hash(scenario), source_hash(), libraries(), *asked)
    found = get(what, key)
    if found is None and full:
        found = make()
        put(key, found)
    return found
