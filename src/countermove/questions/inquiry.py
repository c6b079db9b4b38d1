"""What a memo asks beside the runs: each room that has a section of the memo says there what is asked for it. Some answers are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from countermove.compute.same_code import source_hash
from countermove.questions.options import Progress, RunOptions
from countermove.questions.parts import Parts, missing_sentences
from countermove.questions.provenance import own_code, record_hash
from countermove.questions.result_cache import get, libraries, put
from countermove.questions.run.run import Study
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.store.key import key_of
from countermove.world.display import Displayable

T = TypeVar("T")


@dataclass(frozen=True)
class Inquiry:
    """One question that a memo asks once the runs are there: what the memo calls it, whether it has a meaning here, and the asking.

    None is answered where it is too dear for a quick memo and nothing is kept.
    """

    title: str
    meant: Callable[[Study, RunOptions], bool]
    ask: Callable[[Study, RunOptions, Progress], Displayable | None]


@dataclass(frozen=True)
class Answers:
    """What was found, whatever was asked; `missing`: what failed, by its reason."""

    found: tuple[Displayable, ...] = ()
    missing: Mapping[str, list[str]] = field(default_factory=dict[str, list[str]])

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each reason, with all that failed for it."""
        return missing_sentences(self.missing)


def asked(inquiry: Inquiry, study: Study, options: RunOptions, progress: Progress) -> Answers:
    """The answer to one of them: one that fails takes no other along."""
    if not inquiry.meant(study, options):
        return Answers()
    parts = Parts("answering", 1, progress)
    found = parts.attempt(0, inquiry.title, partial(inquiry.ask, study, options, progress), None)
    return Answers(() if found is None else (found,), parts.missing)


def joined(answers: Iterable[Answers]) -> Answers:
    """The answers to several."""
    found, missing = list[Displayable](), dict[str, list[str]]()
    for one in answers:
        found += one.found
        for reason, titles in one.missing.items():
            missing.setdefault(reason, []).extend(titles)
    return Answers(tuple(found), missing)


def kept_or_asked(what: type[T], study: Study, options: RunOptions, ask: Callable[[Scenario, RunOptions], T]) -> T | None:
    """The answer from runs of its own with these options: what is kept under all that decides it, else asked and kept; a quick memo asks nothing."""
    scenario = study.program.scenario
    own = [own_code(theory) for theory in options.plugins]
    eyes = () if options.seen_by is None else (dict(options.seen_by.weights),)
    asked = (options.seed, options.strategies, options.theories, options.lucks, repr(own), *eyes)
    key = key_of(what.__name__, hash_of(scenario), record_hash(scenario), source_hash(), libraries(), *asked)
    found = get(what, key)
    if found is None and options.full:
        found = ask(scenario, options)
        put(key, found)
    return found
