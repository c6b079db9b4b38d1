"""What is asked beside the answer: versions side by side, and why an answer changed; step by step as the answer itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from threading import Event

from countermove.questions.options import Progress
from countermove.scenario.schema import Scenario
from countermove.web.workbench.bench import stopping
from countermove.web.workbench.checking import Desk
from countermove.web.workbench.looking import Looker, Part, in_words, telling
from countermove.web.workbench.variants import side_html
from countermove.web.workbench.why import why_html

Texts = Sequence[tuple[str, str]]  # titles and texts


async def side_by_side(looker: Looker, desk: Desk, texts: Texts) -> AsyncIterator[Part]:
    """Versions of a text side by side; a version with mistakes is left out, and told."""
    async for part in in_words(partial(_side, looker, desk, texts)):
        yield part


async def why(looker: Looker, desk: Desk, texts: tuple[str, str], plan: str) -> AsyncIterator[Part]:
    """Why the answer to the second text is not that to the first: from the runs, and then month by month too."""
    async for part in in_words(partial(_why, looker, desk, texts, plan)):
        yield part


async def _side(looker: Looker, desk: Desk, texts: Texts, gone: Event) -> AsyncIterator[Part]:
    read = [(title, text, (await asyncio.to_thread(desk.read, text)).scenario) for title, text in texts]
    lost = [title for title, _, scenario in read if scenario is None]
    there = [(title, text, scenario) for title, text, scenario in read if scenario is not None]
    for _, _, scenario in there:
        async for part in looker.prepared(scenario, gone, exact=True):
            yield part

    def work(progress: Progress) -> Part:
        told = stopping(progress, gone.is_set)
        found = [(title, looker.found(text, scenario, told, exact=True)) for title, text, scenario in there]
        return {"kind": "side", "html": side_html(found) if found else "", "lost": lost}

    async for part in telling(looker.quick, work):
        yield part


async def _why(looker: Looker, desk: Desk, texts: tuple[str, str], plan: str, gone: Event) -> AsyncIterator[Part]:
    scenarios = [(text, (await asyncio.to_thread(desk.read, text)).scenario) for text in texts]
    pair = [(text, scenario) for text, scenario in scenarios if scenario is not None]
    if len(pair) < 2:
        yield {"kind": "refused", "message": "one of the two has mistakes: there is nothing to compare"}
        return
    for _, scenario in pair:
        async for part in looker.prepared(scenario, gone, exact=True):
            yield part
    for replays in (False, True):
        async for part in telling(looker.slow, partial(_told, looker, pair, plan, replays, gone)):
            yield part


def _told(looker: Looker, pair: Sequence[tuple[str, Scenario]], plan: str, replays: bool, gone: Event, progress: Progress) -> Part:
    told = stopping(progress, gone.is_set)
    before, now = (looker.found(text, scenario, told, exact=True) for text, scenario in pair)
    html = why_html(before, now, plan, replays=replays, progress=told)
    if replays:
        looker.replayed(before, now)
    return {"kind": "why", "html": html, "whole": replays}
