"""The workbench as a web application: its page, and what the page asks for. It keeps no text: the document lives in the browser."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from countermove.errors import CountermoveError
from countermove.show.live_page import live_page
from countermove.show.page import fragment
from countermove.web.script_data import script_of
from countermove.web.workbench.beside import side_by_side, why
from countermove.web.workbench.edit import added, changed, removed, tree_of
from countermove.web.workbench.errand import MEMO
from countermove.web.workbench.errands import Errands, Wanted
from countermove.web.workbench.faults import in_words_of
from countermove.web.workbench.form import sections_of
from countermove.web.workbench.looking import Looker, Part
from countermove.web.workbench.opening import Begun, war, wars
from countermove.web.workbench.variants import MOST

STYLES = ("screen.css", "brief.css", "workbench.css")
SCRIPTS = (
    "workbench_document.js",
    "workbench_editor.js",
    "workbench_form.js",
    "workbench_answer.js",
    "workbench_beside.js",
    "workbench.js",
)
LONGEST, LONGEST_VALUE, DEEPEST = 1 << 20, 10_000, 32  # letters of a text and of a value, keys of a path
FOLDS = 10_000  # parts of a form that are open: more than a text of that length has
Asked = Mapping[str, Any]


class Unfit(CountermoveError):
    """A request that no page of ours makes."""


@dataclass(frozen=True)
class Workbench:
    """What answers the page."""

    begun: Begun
    looker: Looker = field(default_factory=Looker)
    errands: Errands = field(default_factory=Errands)

    async def page(self, _request: Request) -> Response:
        """The page, with the text to begin with."""
        start = script_of(_told(self.begun))
        page, policy = live_page(
            "workbench.html.j2", styles=STYLES, scripts=SCRIPTS, file=self.begun.desk.file, wars=wars(), start=start
        )
        return HTMLResponse(page, headers={"content-security-policy": policy})

    async def form(self, request: Request) -> Response:
        """The form of a text, with the sections that are open."""
        asked = await asked_of(request)
        opened = frozenset(words_of(asked.get("open", []), FOLDS, "names of parts"))
        sections = await run_in_threadpool(lambda: sections_of(tree_of(text_of(asked))))
        return JSONResponse({"html": str(fragment("workbench_form.html.j2", sections=sections, opened=opened))})

    async def edit(self, request: Request) -> Response:
        """A text with one thing changed, added or taken out; or why it cannot be."""
        asked = await asked_of(request)
        text, path, value, key = text_of(asked), words_of(asked.get("path")), asked.get("value"), asked.get("key")
        if asked.get("remove") is True:
            done = await run_in_threadpool(removed, text, path)
            return JSONResponse({"text": done.text, "line": done.line, "column": done.column})
        if not isinstance(value, str) or len(value) > LONGEST_VALUE:
            raise Unfit(f"a value of at most {LONGEST_VALUE:,} letters is needed")
        make = partial(added, text, path, key, inside=_inside(path)) if isinstance(key, str) else partial(changed, text, path)
        done = await run_in_threadpool(make, value)
        return JSONResponse({"text": done.text, "line": done.line, "column": done.column})

    async def look(self, request: Request) -> Response:
        """The answer to a text, as it comes: a line of JSON for each step."""
        asked = await asked_of(request)
        before, plan = asked.get("before"), asked.get("plan")
        texts = (text_of(asked), before if isinstance(before, str) else "")
        return lines(self.looker.looked(self.begun.desk, *texts, plan if isinstance(plan, str) else ""))

    async def side(self, request: Request) -> Response:
        """Versions of a text side by side."""
        asked = await asked_of(request)
        given = asked.get("versions")
        texts = [words_of(one) for one in cast("list[Any]", given)] if isinstance(given, list) else []
        if not 1 <= len(texts) <= MOST or any(len(one) != 2 or len(one[1]) > LONGEST for one in texts):
            raise Unfit(f"one to {MOST} versions, each a title and a text, are needed")
        return lines(side_by_side(self.looker, self.begun.desk, [(one[0][:80], one[1]) for one in texts]))

    async def why(self, request: Request) -> Response:
        """Why an answer changed."""
        asked = await asked_of(request)
        before, plan = asked.get("before"), asked.get("plan")
        if not isinstance(before, str) or len(before) > LONGEST:
            raise Unfit("a text to compare with is needed")
        return lines(why(self.looker, self.begun.desk, (before, text_of(asked)), plan if isinstance(plan, str) else ""))

    async def errand(self, request: Request) -> Response:
        """Begin long work, or go on with it; with `begin` false only say what there is of it."""
        asked = await asked_of(request)
        text = text_of(asked)
        scenario = (await run_in_threadpool(self.begun.desk.read, text)).scenario
        if scenario is None:
            raise Unfit("the text has mistakes: mend them first")
        wanted = Wanted(str(asked.get("kind")), text, scenario, self.begun.desk)
        found = await run_in_threadpool(self.errands.begin if asked.get("begin", True) else self.errands.found, wanted)
        return JSONResponse(found.told())

    async def errand_now(self, request: Request) -> Response:
        """How far it is."""
        return JSONResponse(self.errands.of(request.path_params["name"]).told())

    async def errand_stop(self, request: Request) -> Response:
        """Stop it."""
        return JSONResponse(self.errands.stop(request.path_params["name"]).told())

    async def errand_file(self, request: Request) -> Response:
        """What was found: a part of a page, the memo as a page of its own, or a scenario."""
        which = request.path_params["which"]
        text = await run_in_threadpool(self.errands.file, request.path_params["name"], which)
        if which == MEMO:  # a page with a policy of its own
            return HTMLResponse(
                text, headers={"content-security-policy": "frame-ancestors 'none'; connect-src 'none'; form-action 'none'"}
            )
        return PlainTextResponse(text)

    async def open(self, request: Request) -> Response:
        """The text of a war that ships."""
        name = request.path_params["name"]
        found = await run_in_threadpool(war, name)
        if found is None:
            return JSONResponse({"refused": f"there is no war called {name}"}, 404)
        return JSONResponse(_told(found))


def _told(begun: Begun) -> dict[str, str]:
    """A text for the page, the name of its file, and a sign of its folder: a file of the same name elsewhere is another file."""
    return {"text": begun.text, "file": begun.desk.file, "where": begun.desk.sign}


def _inside(path: tuple[str, ...]) -> str:
    """Below which key the number stands that an added entry is given by: a theory has its weight, anything else is its own value."""
    return "weight" if path[:1] == ("patrons",) and path[-1:] == ("theories",) else ""


def application(begun: Begun) -> Starlette:
    """The workbench that begins with a text."""
    bench = Workbench(begun)
    routes = [
        Route("/", bench.page),
        Route("/form", answering(bench.form), methods=["POST"]),
        Route("/edit", answering(bench.edit), methods=["POST"]),
        Route("/look", answering(bench.look), methods=["POST"]),
        Route("/side", answering(bench.side), methods=["POST"]),
        Route("/why", answering(bench.why), methods=["POST"]),
        Route("/errands", answering(bench.errand), methods=["POST"]),
        Route("/errands/{name}", answering(bench.errand_now)),
        Route("/errands/{name}/stop", answering(bench.errand_stop), methods=["POST"]),
        Route("/errands/{name}/{which}", answering(bench.errand_file)),
        Route("/war/{name}", answering(bench.open)),
    ]

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncGenerator[None]:
        yield
        bench.errands.end()

    app = Starlette(routes=routes, lifespan=life)
    app.state.looker = bench.looker
    app.state.errands = bench.errands
    return app


def answering(ask: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """The same, with what goes wrong in words."""

    async def answer(request: Request) -> Response:
        try:
            return await ask(request)
        except CountermoveError as error:
            return JSONResponse({"refused": str(error)}, 422)
        except HTTPException:
            raise
        except Exception as error:
            return JSONResponse({"refused": in_words_of(error)}, 500)

    return answer


async def asked_of(request: Request) -> Asked:
    """What was asked, as an object of JSON. Raises Unfit."""
    try:
        asked = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Unfit("this is not JSON") from None
    if not isinstance(asked, dict):
        raise Unfit("this is no object of JSON")
    return asked  # pyright: ignore[reportUnknownVariableType]


def text_of(asked: Asked) -> str:
    """The text of a request. Raises Unfit."""
    text = asked.get("text")
    if not isinstance(text, str) or len(text) > LONGEST:
        raise Unfit(f"a text of at most {LONGEST:,} letters is needed")
    return text


def words_of(given: object, most: int = DEEPEST, what: str = "the keys of a path") -> tuple[str, ...]:
    """A list of texts, at most so many. Raises Unfit."""
    listed = cast("list[Any]", given) if isinstance(given, list) else None
    if listed is None or len(listed) > most or not all(isinstance(one, str) for one in listed):
        raise Unfit(f"{what}, at most {most:,} of them, are needed")
    return tuple(listed)


def lines(parts: AsyncIterator[Part]) -> StreamingResponse:
    """Parts of an answer as they come, a line of JSON each."""

    async def written() -> AsyncGenerator[str]:
        async for part in parts:
            yield json.dumps(part, ensure_ascii=False, allow_nan=False) + "\n"

    return StreamingResponse(written(), media_type="application/x-ndjson")
