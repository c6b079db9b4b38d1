"""A search whose find is written into a scenario of its own."""

from __future__ import annotations

from countermove.questions.options import Progress, silent
from countermove.questions.search.evaluation import SearchOptions, checkpoint_of
from countermove.questions.search.finding import SearchFound
from countermove.questions.search.search import search
from countermove.scenario.schema import Scenario
from countermove.store.disk import write_page


def search_and_keep(scenario: Scenario, options: SearchOptions, *, progress: Progress = silent) -> SearchFound:
    """Search and, where `options.kept` names a file, write the scenario with the strategy that was found to it, whole or not at all.

    What was kept for going on after an interrupt is then removed. Raises StoreError beside what `search` raises.
    """
    found = search(scenario, options, progress=progress)
    if options.kept is not None:
        write_page(options.kept, found.whole, "scenario")
    checkpoint = checkpoint_of(scenario, options)
    if checkpoint is not None:
        checkpoint.finish()
    return found
