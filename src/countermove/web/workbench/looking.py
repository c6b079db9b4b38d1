"""From a text to its answer, step by step: read, compiled where it has to be, run, told; then the silences, and then what they cost.

Work is done in threads beside the server: one for what is waited for, so that answers come in their turn and each has all processors; two for what
takes longer, compiling above all. Whoever is gone is not worked for: every step asks whether anybody waits.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, TypeVar

from countermove.errors import CountermoveError
from countermove.questions.options import Progress, silent
from countermove.scenario.schema import Scenario
from countermove.web.workbench.answer import Looked, answer_html, plan_shown, silences_html
from countermove.web.workbench.bench import Bench, Outdated, stopping
from countermove.web.workbench.checking import Desk, mistakes
from countermove.web.workbench.found import Found, found_of
from countermove.web.workbench.silences import SilenceBench
from countermove.world.titles import title_of

T = TypeVar("T")
Part = dict[str, Any]
REST = 2.5  # seconds after which nobody changes weights any more
REMEMBERED = 48  # findings
COMPILING = "compiling the war anew, once"
ASKING = "compiling the questions that plans leave open, once"
BELIEVING = "compiling the war with the beliefs that these weights give"
FAULT = "a fault of the program, not of your text: {}"


@dataclass
class Looker:
    """What was compiled, run and found, and the threads that do it."""

    bench: Bench = field(default_factory=Bench)
    quick: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="bench"))
    slow: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="beside"))
    kept: OrderedDict[tuple[str, int], Found] = field(default_factory=OrderedDict[tuple[str, int], Found])
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """The silences lie on the same bench."""
        self.silences = SilenceBench(self.bench)

    async def looked(self, desk: Desk, text: str, before: str, plan: str) -> AsyncIterator[Part]:
        """The parts of the answer: mistakes; progress; the answer, its silences, the same with what they cost. Ends early where nobody listens."""
        async for part in in_words(lambda gone: Look(self, desk, (text, before), plan, gone).parts()):
            yield part

    def found(self, text: str, scenario: Scenario, progress: Progress) -> Found:
        """The findings of a text, kept; in the thread that calls."""
        played = self.bench.play(scenario, progress)
        key = (text, played.program_number)
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
                return self.kept[key]
        found = found_of(played)
        with self.lock:
            self.kept[key] = found
            while len(self.kept) > REMEMBERED:
                self.kept.popitem(last=False)
        return found

    async def prepared(self, scenario: Scenario) -> AsyncIterator[Part]:
        """Compile what can be run by nothing that is there, with a word about it."""
        if not await asyncio.to_thread(self.bench.ready, scenario):
            yield step(COMPILING)
            await on(self.slow, lambda: self.bench.prepare(scenario))


async def in_words(ask: Callable[[Event], AsyncIterator[Part]]) -> AsyncIterator[Part]:
    """Parts of an answer, and what goes wrong as the last of them, in words. The event is set once nobody listens."""
    gone = Event()
    try:
        async for part in ask(gone):
            yield part
    except Outdated:
        return
    except CountermoveError as error:
        yield {"kind": "refused", "message": str(error)}
    except Exception as error:
        yield {"kind": "refused", "message": FAULT.format(f"{type(error).__name__}: {error}"[:300])}
    finally:
        gone.set()


@dataclass
class Look:
    """One look at a text, and at the one before it."""

    looker: Looker
    desk: Desk
    texts: tuple[str, str]  # now, before
    plan: str
    gone: Event
    now: Found | None = None
    shown: str = ""

    async def parts(self) -> AsyncIterator[Part]:
        """All that there is to say of it, as it comes."""
        text, before = self.texts
        reading = await asyncio.to_thread(self.desk.read, text)
        scenario = reading.scenario
        titles = [] if scenario is None else [(name, one.title or title_of(name)) for name, one in scenario.strategies.items()]
        yield {"kind": "checked", "mistakes": mistakes(reading, text, self.desk.file), "plans": titles}
        if scenario is None:
            return
        old = (await asyncio.to_thread(self.desk.read, before)).scenario if before and before != text else None
        async for part in self._answered(scenario, old):
            yield part
        async for part in self._silent(scenario):
            yield part
        if self.now is not None and not self.now.played.exact:
            await asyncio.sleep(REST)
            yield step(BELIEVING)
            await on(self.looker.slow, lambda: self.looker.bench.prepare(scenario))
            async for part in self._answered(scenario, old):
                yield part
        yield {"kind": "end"}

    async def _answered(self, scenario: Scenario, old: Scenario | None) -> AsyncIterator[Part]:
        """The answer, with progress until it is there."""
        for one in (old, scenario):
            if one is not None:
                async for part in self.looker.prepared(one):
                    yield part

        def work(progress: Progress) -> Part:
            told = stopping(progress, self.gone.is_set)
            told("running", 0, 0)
            self.now = now = self.looker.found(self.texts[0], scenario, told)
            before = None if old is None else self.looker.found(self.texts[1], old, told)
            self.shown = plan_shown(now, self.plan or changed_plan(old, scenario))
            html = answer_html(Looked(now, before, self.shown))
            return {"kind": "answer", "html": html, "plan": self.shown, "exact": now.played.exact, "fresh": now.played.fresh}

        async for part in telling(self.looker.quick, work):
            yield part

    async def _silent(self, scenario: Scenario) -> AsyncIterator[Part]:
        """The silences of the plan that is shown, then the same with what they cost."""
        looker, now = self.looker, self.now
        if now is None or not scenario.strategies:
            return
        plan, silences = self.shown, looker.silences
        if not await asyncio.to_thread(silences.ready, scenario):
            yield step(ASKING)
            await on(looker.slow, lambda: silences.prepare(scenario, plan))
        stop = stopping(silent, self.gone.is_set)
        found = await on(looker.quick, lambda: silences.probable(scenario, plan, stop))
        yield {"kind": "silences", "html": silences_html(now, found), "plan": plan}
        if scenario.objective is not None:
            costed = await on(looker.slow, lambda: silences.costed(scenario, plan, stop))
            yield {"kind": "silences", "html": silences_html(now, costed), "plan": plan}


def changed_plan(old: Scenario | None, now: Scenario) -> str:
    """The plan that is written otherwise than before, where it is one alone; else none."""
    before: Mapping[str, object] = {} if old is None else old.strategies
    found = [name for name, one in now.strategies.items() if name in before and before[name] != one]
    return found[0] if len(found) == 1 else ""


def step(what: str, done: int = 0, total: int = 0) -> Part:
    """A word about how far it is; a total of 0: nobody knows."""
    return {"kind": "progress", "what": what, "done": done, "total": total}


async def on(pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    """What the work comes to, done in a thread."""
    return await asyncio.get_running_loop().run_in_executor(pool, work)


async def telling(pool: ThreadPoolExecutor, work: Callable[[Progress], Part]) -> AsyncIterator[Part]:
    """What the work comes to, done in a thread, and before it how far it is."""
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[Part] = asyncio.Queue()

    def progress(what: str, done: int, total: int) -> None:
        loop.call_soon_threadsafe(told.put_nowait, step(what, done, total))

    future = loop.run_in_executor(pool, work, progress)
    while not future.done():
        waiting = asyncio.ensure_future(told.get())
        await asyncio.wait((future, waiting), return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            yield waiting.result()
        else:
            waiting.cancel()
    yield future.result()
