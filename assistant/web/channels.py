"""POST /channels/{name}: the webhooks of the messengers, one route for all of them.

A request is proved first, then parsed, then stored; only then it is acknowledged or answered. Fields that we do not
know are passed over, for platforms add some at any time; what we need and is missing is refused.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Annotated, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CollectorRegistry, Counter

from assistant.channel_records import Call, Inbound
from assistant.channel_turn import ChannelTurns, Line
from assistant.channel_wording import ERRORS
from assistant.channels.base import Responding
from assistant.errors import BadInputError, NotFoundError
from assistant.store.channel_users import Received, Told
from assistant.web.body import parse_json
from assistant.web.models import ERROR_RESPONSES, ErrorBody
from assistant.wording import WEB_ERRORS

T = TypeVar("T")

_THREADS = 4
"""Events stored at a time. They have threads of their own: storing must not wait behind turns that are worked on."""

_MARGIN_S = 0.2
"""Kept of a channel's time for writing the answer down and out."""

_LOOK_S = 0.1
"""How often the database is asked for an answer that another copy may be working on."""

_RESPONSES: dict[int | str, dict[str, Any]] = {
    **ERROR_RESPONSES,
    403: {"model": ErrorBody, "description": "`bad_secret`, `bad_address` or `unknown_bot`: not from the platform."},
    404: {"model": ErrorBody, "description": "`channel_off`: there is no such channel, or it is not set up."},
}


def router(turns: ChannelTurns, registry: CollectorRegistry) -> APIRouter:
    """Return the routes of the channels.

    Args:
        registry: where the events are counted, by channel and kind: a click is no typed question.
    """
    routes = APIRouter(tags=["channels"])
    events = Counter("onecall_channel_events", "Events of channels.", ("channel", "kind"), registry=registry)
    desk = _Desk(turns, events)

    @routes.post("/channels/{name}", responses=_RESPONSES, include_in_schema=False)
    async def receive(request: Request, name: Annotated[str, Path(max_length=20)]) -> Response:
        """Take one webhook request of a platform."""
        return await desk.receive(request, name, "")

    @routes.post("/channels/{name}/{path:path}", responses=_RESPONSES, include_in_schema=False)
    async def receive_under(request: Request, name: Annotated[str, Path(max_length=20)], path: str) -> Response:
        """Take one webhook request at an address that has a secret, or a kind, behind the channel's name."""
        return await desk.receive(request, name, path)

    return routes


class _Desk:
    """What the routes share."""

    def __init__(self, turns: ChannelTurns, events: Counter) -> None:
        self._turns = turns
        self._events = events
        self._limiter: CapacityLimiter | None = None

    async def receive(self, request: Request, name: str, path: str) -> Response:
        began = monotonic()
        line = self._turns.lines.get(name)
        if line is None:
            raise NotFoundError(ERRORS["channel_off"], code="channel_off")
        inbounds = _inbounds(line, await _call(request, path))
        for inbound in inbounds:
            self._events.labels(channel=name, kind=inbound.kind).inc()
        if line.channel.capabilities.in_response and inbounds:
            return await self._answer(line, inbounds[0], began)
        for inbound in inbounds:
            received = await self._in_thread(partial(self._turns.receive, line, inbound))
            if received is not None:
                self._turns.start(received)
        return _response(line.channel.acknowledge())

    async def _answer(self, line: Line, inbound: Inbound, began: float) -> Response:
        """Answer in the response: what is there in time, else the promise of it."""
        channel: Responding = line.channel  # type: ignore[assignment]
        received = await self._in_thread(partial(self._turns.receive, line, inbound))
        if received is None:
            return _response(channel.acknowledge())
        # In a crowd it takes as long to note that an answer is late as it took to store what it answers.
        margin = _MARGIN_S + monotonic() - began
        told = await self._told(received, began + channel.capabilities.answer_within_s - margin)
        if told is None:
            return _response(channel.promise(inbound, received.turn))
        pages = channel.render(told.said, line.keys)
        return _response(pages[min(told.part, len(pages) - 1)].body)

    async def _told(self, received: Received, until: float) -> Told | None:
        """Wait for the answer to an event; at the end the database decides whether it is late, once for all."""
        ours = asyncio.wrap_future(self._turns.expect(received.turn))
        self._turns.start(received)
        look = partial(self._turns.store.told, received.turn)
        try:
            if not received.is_new and (told := await self._in_thread(look)):
                return told
            while (left := until - monotonic()) > 0:
                done, _ = await asyncio.wait((ours,), timeout=min(left, _LOOK_S))
                if done:
                    return ours.result()
                if received.job is None and (told := await self._in_thread(look)):
                    return told
            return await self._in_thread(partial(self._turns.store.give_up, received.turn))
        finally:
            self._turns.forget(received.turn)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._limiter is None:
            self._limiter = CapacityLimiter(_THREADS)  # belongs to a running loop, so it is made here
        with self._turns.hurry():
            return await to_thread.run_sync(work, limiter=self._limiter)


async def _call(request: Request, path: str) -> Call:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(headers, await request.body(), request.client.host if request.client else "", path)


def _inbounds(line: Line, call: Call) -> list[Inbound]:
    """Prove a request before a byte of its body is parsed."""
    line.channel.prove(call, line.keys)
    if call.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadInputError(WEB_ERRORS["content_type"])
    return line.channel.parse(call, parse_json(call.body), line.keys, datetime.now(UTC))


def _response(body: Any) -> Response:
    return Response() if body is None else JSONResponse(body)
