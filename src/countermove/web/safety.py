"""What stands before every page that is served: who may ask, from where, how much at once, and what a browser may do with the answer.

A page of a stranger in the same browser can send requests to an address on this machine. So a request is refused unless the name that it was
sent to is one that we serve under (or a stranger's name could be made to point here), and unless it comes from a page of ours.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from countermove.errors import trace

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LARGEST = 4 << 20  # bytes of a request
MOST_DIGITS = 15  # of how long a request says it is
COOKIE = "countermove"
ASKS = "/token"
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS: Mapping[str, str] = {
    "content-security-policy": NOTHING,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
"""What every answer says, where the page itself does not say otherwise."""
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_FORM = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>countermove: token</title></head><body><main><h1>Token</h1>{told}"
    '<form method="post" action="/token"><label>The token that the terminal shows<br><input name="token" type="password" required '
    'autocomplete="off"></label> <button>Enter</button></form></main></body></html>'
)


def new_token() -> str:
    """A token that nobody guesses: 32 random bytes, in letters of an address."""
    return secrets.token_urlsafe(32)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what is bound to `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class TooLarge(HTTPException):
    """A request is longer than is read."""

    def __init__(self, largest: int) -> None:
        """So many bytes are."""
        super().__init__(413, f"A request is at most {largest:,} bytes long.")


@dataclass(frozen=True)
class Gate:
    """An application behind what this module checks.

    `hosts`: names, in small letters, under which it is served beside addresses in numbers, which nobody can make point elsewhere.
    `token`: what a browser shows once, by the page that asks for it, and a program with each request (`Authorization: Bearer …`); empty: nobody
    is asked. `largest`: bytes of a request.
    """

    app: ASGIApp
    hosts: frozenset[str]
    token: str = ""
    largest: int = LARGEST

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one websocket."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None and scope["type"] == "http" and self.token and scope["path"] == ASKS:
            refusal = await self._entered(scope, receive)
        elif refusal is None and self.token and not self._known(scope):
            refusal = Response(_FORM.format(told=""), 401, _FORM_HEADERS, "text/html")
        if refusal is not None:
            await self._refuse(scope, receive, send, refusal)
            return
        await self._passed(scope, receive, send)

    # --- who asks -----------------------------------------------------------------------------------------------------

    def _refusal(self, scope: Scope) -> Response | None:
        """Why it is not let in by its headers; None where it is."""
        given = _headers(scope)
        host = given.get("host", "")
        if not self._ours(host):
            return PlainTextResponse("This address does not serve pages under that name.\n", 421)
        origin, site = given.get("origin", ""), given.get("sec-fetch-site", "")
        if (origin and _place(origin) != host) or site == "cross-site":
            return PlainTextResponse("Only pages of countermove itself may ask for this.\n", 403)
        length = given.get("content-length", "0")
        if not length.isdecimal() or len(length) > MOST_DIGITS or int(length) > self.largest:
            return PlainTextResponse(f"A request is at most {self.largest:,} bytes long.\n", 413)
        return None

    def _ours(self, host: str) -> bool:
        name = _name(host) if _HOST.fullmatch(host) else ""
        if name and name in self.hosts:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return bool(self.token)  # reached over a network: in numbers, by whoever shows the token

    def _known(self, scope: Scope) -> bool:
        """Whether the token is shown. Compared in constant time."""
        given = _headers(scope)
        shown = given.get("authorization", "").removeprefix("Bearer ")
        cookie = cookie_parser(given.get("cookie", "")).get(COOKIE, "")  # whatever else stands beside it
        return any(hmac.compare_digest(one.encode(), self.token.encode()) for one in (shown, cookie))

    async def _entered(self, scope: Scope, receive: Receive) -> Response:
        """The answer to a token that was typed into the page that asks for it."""
        if scope["method"] != "POST":
            return RedirectResponse("/", 303)
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > 4096 or not message.get("more_body", False):
                break
        typed = parse_qs(body[:4096].decode("utf-8", "replace")).get("token", [""])[0].strip()
        if not hmac.compare_digest(typed.encode(), self.token.encode()):
            return Response(_FORM.format(told="<p>This is not the token.</p>"), 401, _FORM_HEADERS, "text/html")
        answer = RedirectResponse("/", 303)
        answer.set_cookie(COOKIE, self.token, httponly=True, samesite="strict", path="/")
        return answer

    # --- what is answered ---------------------------------------------------------------------------------------------

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, refusal: Response) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
            return
        await refusal(scope, receive, _with_headers(send))

    async def _passed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in: no more is read than may be."""
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.largest:
                raise TooLarge(self.largest)
            return message

        try:
            await self.app(scope, limited if scope["type"] == "http" else receive, _with_headers(send))
        except Exception as error:
            trace(error)
            raise


def guarded(app: ASGIApp, *, hosts: Sequence[str] = LOOPBACK, token: str = "", largest: int = LARGEST) -> Gate:
    """The application behind a gate.

    Args:
        app: an ASGI application.
        hosts: names, without ports, in letters of any size, under which a browser may ask for it.
        token: what has to be shown; empty where nothing has.
        largest: bytes of a request.
    """
    return Gate(app, frozenset(host.lower() for host in hosts), token, largest)


_FORM_HEADERS = {"content-security-policy": NOTHING.replace("form-action 'none'", "form-action 'self'")}


def _name(host: str) -> str:
    """The name, in small letters, of a host with or without a port; "" where it has none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _place(origin: str) -> str:
    """The host and port of an origin; "" where it has none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _headers(scope: Scope) -> dict[str, str]:
    """By name; of several of one name the first, so that none hides behind another."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return found


def _with_headers(send: Send) -> Send:
    """Every answer with HEADERS, as far as it does not have its own."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = list(message.get("headers", []))
            there = {name.lower() for name, _ in own}
            own += [(name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in there]
            message = {**message, "headers": own}
        await send(message)

    return sent
