"""The sandbox: a server that speaks SafetyKorea's contract with all its oddities, to try a client against.

It does what the real one was seen to do and OneCall's own interface does not: HTTP 302 to an error page for a bad key;
and, as set, resultCode as a number, slow answers, 5000, HTTP 503, empty bodies, HTML, JSON that breaks off.
"""

import itertools
import re
from asyncio import sleep
from collections.abc import Collection
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.safety.published import contract
from assistant.web.safetykorea import PREFIX, Published, router

ERROR_PAGE = "/openapi/error.html"
_HTML = "<!DOCTYPE html><html><head><title>Error</title></head><body>Service unavailable</body></html>"
_TEXT_CODE = re.compile(rb'("resultCode":)"(\d+)"')
_SERVER_ERROR = b'{"resultCode":"5000","resultMsg":"Internal Server Error","resultData":null}'


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong. Each `…_every` is n: every n-th query has it; 0: none has, 1: all have."""

    latency_ms: int = 0
    number_code_every: int = 0
    error_every: int = 0
    unavailable_every: int = 0
    empty_every: int = 0
    html_every: int = 0
    cut_every: int = 0


def sandbox_app(
    mirror: Published, keys: Collection[str], faults: Faults | None = None, *, cap: int = contract.CAP
) -> FastAPI:
    """Return the sandbox's application.

    Args:
        mirror: what it answers from.
        keys: the keys that it takes; upper and lower case differ.
        cap: rows that a list gives at most.
    """
    app = FastAPI(
        openapi_url=None,
        redirect_slashes=False,
        middleware=[Middleware(_Oddities, keys=frozenset(keys), faults=faults or Faults())],
    )
    # Who has no key never gets this far.
    app.include_router(router(mirror, lambda _request: None, cap=cap))
    app.add_api_route(ERROR_PAGE, _error_page, methods=["GET"])
    return app


def _error_page() -> HTMLResponse:
    return HTMLResponse(_HTML)


class _Oddities:
    """ASGI middleware around the interface: what it does beside its contract."""

    def __init__(self, app: ASGIApp, keys: Collection[str], faults: Faults) -> None:
        self._app = app
        self._keys = keys
        self._faults = faults
        self._counter = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        if Headers(scope=scope).get("AuthKey") not in self._keys:
            await RedirectResponse(ERROR_PAGE, 302)(scope, receive, send)
            return
        await sleep(self._faults.latency_ms / 1000)
        place = next(self._counter)
        instead = self._instead(place)
        if instead is None:
            instead = self._bent(place, await _answered(self._app, scope, receive))
        await instead(scope, receive, send)

    def _instead(self, place: int) -> Response | None:
        """Return what the query at this place gets in the place of an answer; None where it is answered."""
        if _falls_on(self._faults.unavailable_every, place):
            return HTMLResponse(_HTML, 503)
        if _falls_on(self._faults.error_every, place):
            return Response(_SERVER_ERROR, media_type="application/json")
        if _falls_on(self._faults.empty_every, place):
            return Response(b"", media_type="application/json")
        return HTMLResponse(_HTML) if _falls_on(self._faults.html_every, place) else None

    def _bent(self, place: int, answer: Response) -> Response:
        body = bytes(answer.body)
        if _falls_on(self._faults.number_code_every, place):
            body = _TEXT_CODE.sub(rb"\1\2", body, count=1)
        if _falls_on(self._faults.cut_every, place):
            body = body[: len(body) // 2]
        kept = {name: value for name, value in answer.headers.items() if name != "content-length"}
        return Response(body, answer.status_code, headers=kept)


def _falls_on(every: int, place: int) -> bool:
    return every > 0 and place % every == 0


async def _answered(app: ASGIApp, scope: Scope, receive: Receive) -> Response:
    """Return what the application answers, whole."""
    started: Message = {}
    parts: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, keep)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in started["headers"]}
    return Response(b"".join(parts), started["status"], headers=headers)
