"""From a text to its answer, step by step: read, compiled where it has to be, run, told; then the silences, and then what they cost.

Work is done in threads beside the server: one for what is waited for, so that answers come in their turn and each has all processors; two for what
takes longer, compiling above all. Whoever is gone is not worked for: every step asks whether anybody waits.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, TypeVar

from countermove.engine import series
from countermove.engine.run import Engine
from countermove.questions.options import Progress, silent
from countermove.questions.provenance import record_hash
from countermove.scenario.schema import Scenario
from countermove.web.workbench.answer import Looked, answer_html, plan_shown, silences_html
from countermove.web.workbench.bench import Bench, stopping
from countermove.web.workbench.checking import Desk, mistakes
from countermove.web.workbench.faults import in_words_of
from countermove.web.workbench.found import Found, found_of
from countermove.web.workbench.hands import Hands
from countermove.web.workbench.programs import Outdated, Programs
from countermove.web.workbench.silences import SilenceBench
from countermove.world.titles import title_of

T = TypeVar("T")
Part = dict[str, Any]
REST = 2.5  # seconds after which nobody changes weights any more
REMEMBERED = 48  # findings, at most
ASIDE = 48 << 20  # bytes of outcomes that findings hold and the bench has let go
COMPILING = "compiling the war anew, once"
ASKING = "compiling the questions that plans leave open, once"
BELIEVING = "compiling the war with the beliefs that these weights give"


@dataclass(frozen=True)
class Known:
    """Findings, and the hash of the record that they were told beside: a text that is the same may name files that are not."""

    found: Found
    record: str


@dataclass
class Looker:
    """What was compiled, run and found, and the threads that do it."""

    bench: Bench = field(default_factory=Bench)
    quick: Hands = field(default_factory=lambda: Hands(1, "bench"))
    slow: Hands = field(default_factory=lambda: Hands(2, "beside"))
    kept: OrderedDict[tuple[str, int], Known] = field(default_factory=OrderedDict[tuple[str, int], Known])
    months: Programs = field(default_factory=lambda: Programs(vars(series)["_months"]))
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """The silences lie on the same bench."""
        self.silences = SilenceBench(self.bench)

    @property
    def busy(self) -> bool:
        """Whether something is being worked out."""
        return self.quick.busy or self.slow.busy

    async def looked(self, desk: Desk, text: str, before: str, plan: str) -> AsyncIterator[Part]:
        """The parts of the answer: mistakes; progress; the answer, its silences, the same with what they cost. Ends early where nobody listens."""
        async for part in in_words(lambda gone: Look(self, desk, (text, before), plan, gone).parts()):
            yield part

    def found(self, text: str, scenario: Scenario, progress: Progress, *, exact: bool = False) -> Found:
        """The findings of a text, kept; in the thread that calls. They hang on what the files that it names say now."""
        played = self.bench.play(scenario, progress, exact=exact)
        key, record = (text, played.program_number), record_hash(scenario)
        with self.lock:
            known = self.kept.get(key)
            if known is not None and known.record == record and known.found.played.scenario == played.scenario:
                self.kept.move_to_end(key)
                return known.found
        found = found_of(played)
        with self.lock:
            self.kept[key] = Known(found, record)
            self.kept.move_to_end(key)
            while len(self.kept) > REMEMBERED or (len(self.kept) > 1 and self.aside > ASIDE):
                self.kept.popitem(last=False)
        return found

    @property
    def aside(self) -> int:
        """Bytes of outcomes that findings alone hold: what lies on the bench is counted there."""
        with self.bench.lock:
            there = {id(table) for table in self.bench.tables.values()}
        runs = (known.found.played.runs for known in self.kept.values())
        return sum({id(table): table.nbytes for one in runs for table in one.outcomes.values() if id(table) not in there}.values())

    def replayed(self, *every: Found) -> None:
        """Say that the months of these wars were replayed: of too many compiled programs all are forgotten."""
        for one in every:
            self.months.add(Engine(one.played.program).kernel)

    async def prepared(self, scenario: Scenario, gone: Event, *, exact: bool = False) -> AsyncIterator[Part]:
        """Compile what can be run by nothing that is there, with a word about it; `exact`: by its own program alone."""
        if not await asyncio.to_thread(self.bench.ready, scenario, exact=exact):
            known = exact and await asyncio.to_thread(self.bench.ready, scenario)
            yield step(BELIEVING if known else COMPILING)
            await on(self.slow, lambda: self.bench.prepare(scenario, gone.is_set))


async def in_words(ask: Callable[[Event], AsyncIterator[Part]]) -> AsyncIterator[Part]:
    """Parts of an answer, and what goes wrong as the last of them, in words. The event is set once nobody listens."""
    gone = Event()
    try:
        async for part in ask(gone):
            yield part
    except Outdated:
        return
    except Exception as error:
        yield {"kind": "refused", "message": in_words_of(error)}
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
    looked: Looked | None = None

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
        async for part in self._told(scenario, old):
            yield part
        yield {"kind": "doubts", "doubts": await asyncio.to_thread(self.desk.doubts, text)}
        if self.looked is not None and not self.looked.exact:
            await asyncio.sleep(REST)
            async for part in self._told(scenario, old, exact=True):
                yield part
        yield {"kind": "end"}

    async def _told(self, scenario: Scenario, old: Scenario | None, *, exact: bool = False) -> AsyncIterator[Part]:
        """The answer and its silences, with progress until they are there."""
        for one in (old, scenario):
            if one is not None:
                async for part in self.looker.prepared(one, self.gone, exact=exact):
                    yield part

        def work(progress: Progress) -> Part:
            told = stopping(progress, self.gone.is_set)
            told("running", 0, 0)
            now = self.looker.found(self.texts[0], scenario, told, exact=exact)
            before = None if old is None else self.looker.found(self.texts[1], old, told, exact=exact)
            self.looked = looked = Looked(now, before, plan_shown(now, self.plan or changed_plan(old, scenario)))
            html = answer_html(looked)
            return {"kind": "answer", "html": html, "plan": looked.plan, "exact": looked.exact, "fresh": now.played.fresh}

        async for part in telling(self.looker.quick, work):
            yield part
        async for part in self._silent(scenario, exact=exact):
            yield part

    async def _silent(self, scenario: Scenario, *, exact: bool) -> AsyncIterator[Part]:
        """The silences of the plan that is shown, then the same with what they cost."""
        looker, looked = self.looker, self.looked
        if looked is None or not scenario.strategies:
            return
        now, plan, silences = looked.now, looked.plan, looker.silences
        if not await asyncio.to_thread(silences.ready, scenario, exact=exact):
            yield step(ASKING)
            await on(looker.slow, lambda: silences.prepare(scenario, plan, self.gone.is_set))
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


async def on(pool: Hands, work: Callable[[], T]) -> T:
    """What the work comes to, done in a thread."""
    return await asyncio.get_running_loop().run_in_executor(pool, work)


def _heard(future: asyncio.Future[Part]) -> None:
    """What went wrong in work that nobody waits for any more is nobody's business: it would be logged with its trace."""
    if not future.cancelled():
        future.exception()


async def telling(pool: Hands, work: Callable[[Progress], Part]) -> AsyncIterator[Part]:
    """What the work comes to, done in a thread, and before it how far it is."""
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[Part] = asyncio.Queue()

    def progress(what: str, done: int, total: int) -> None:
        loop.call_soon_threadsafe(told.put_nowait, step(what, done, total))

    future = loop.run_in_executor(pool, work, progress)
    future.add_done_callback(_heard)
    while not future.done():
        waiting = asyncio.ensure_future(told.get())
        try:
            await asyncio.wait((future, waiting), return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                yield waiting.result()
        finally:
            waiting.cancel()
    yield future.result()
