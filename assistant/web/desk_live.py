"""Server-sent events for the desk's pages: they say that something has changed, and the page asks what.

One look a second asks the database for all listeners of this copy, so that what another copy does is seen too.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Protocol, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from assistant.desk_records import Event, Person
from assistant.errors import RateLimitedError
from assistant.store.tables import NUMBER_MAX
from assistant.web.desk_session import needs, sessions_of, token_of, watcher_of
from assistant.web.errors import error_trail
from assistant.wording import ERRORS

log = logging.getLogger(__name__)

T = TypeVar("T")

LOOK_S = 1.0
PING_S = 15.0
TABS = 30
"""Of one person; more is no person."""

_THREADS = 1
_REST_S = 1.0
"""Between two events of one listener: what happens meanwhile is told with the next."""


class Happenings(Protocol):
    """What happens to tickets."""

    def after(self, cursor: int, number: int | None = None) -> Sequence[Event]:
        """Return what happened behind a cursor, oldest first."""

    def newest(self) -> int:
        """Return the cursor of who has seen everything."""


class Writers(Protocol):
    """Visitors who are writing right now."""

    def writing(self, numbers: Sequence[int]) -> frozenset[int]:
        """Return the tickets of those whose visitor is writing."""


@dataclass(eq=False)
class _Listener:
    person: Person
    number: int | None
    bell: asyncio.Event = field(default_factory=asyncio.Event)


class DeskListeners:
    """Those who listen here. Everything but `is_writing` belongs to the event loop that serves them."""

    def __init__(self, happenings: Happenings, writers: Writers) -> None:
        self._happenings = happenings
        self._writers = writers
        self._listeners: set[_Listener] = set()
        self._writing: frozenset[int] = frozenset()
        self._cursor = 0
        self._looking: asyncio.Task[None] | None = None
        self._limiter: CapacityLimiter | None = None
        self._is_over: Callable[[], bool] = lambda: False

    def end_when(self, is_over: Callable[[], bool]) -> None:
        """Let every listener go within a second after `is_over` says so: the server waits for them to stop."""
        self._is_over = is_over

    def is_writing(self, number: int) -> bool:
        """Say whether the visitor of a ticket that somebody has open was writing at the last look."""
        return number in self._writing

    async def open(self, person: Person, number: int | None, is_allowed: Callable[[], bool]) -> AsyncIterator[str]:
        """Return the events for one page as text, without end: `ticket` for a ticket's page, `queue` for the queue's.

        The first comes at once, for between the page and now something may have happened.

        Args:
            is_allowed: asked now and then, in a thread; when it says no, the page is told `over`.

        Raises:
            RateLimitedError: the person has more pages open than anybody has (too_many).
        """
        if sum(one.person.id == person.id for one in self._listeners) >= TABS:
            raise RateLimitedError(ERRORS["too_many"], code="too_many", retry_after=int(PING_S))
        if not self._is_looking():
            self._cursor = await self._in_thread(self._happenings.newest)
        return self._events(_Listener(person, number), is_allowed)

    async def _events(self, listener: _Listener, is_allowed: Callable[[], bool]) -> AsyncIterator[str]:
        self._listeners.add(listener)
        name = "queue" if listener.number is None else "ticket"
        if not self._is_looking():
            self._looking = asyncio.get_running_loop().create_task(self._look())
        try:
            yield f"event: {name}\ndata: \n\n"
            while not self._is_over():
                if await _rings(listener.bell):
                    listener.bell.clear()
                    if not self._is_over():
                        yield f"event: {name}\ndata: \n\n"
                        await asyncio.sleep(_REST_S)
                elif await self._in_thread(is_allowed):
                    yield ": ping\n\n"
                else:
                    yield "event: over\ndata: \n\n"
                    return
        finally:
            self._listeners.discard(listener)

    def _is_looking(self) -> bool:
        return self._looking is not None and not self._looking.done()

    async def _look(self) -> None:
        """Look as long as anybody listens."""
        while self._listeners and not self._is_over():
            try:
                await self._tell()
            except Exception as error:  # noqa: BLE001 a task's boundary: the database may be away for a while
                log.error("looking for what happens at the desk failed: %s", error_trail(error))
            await asyncio.sleep(LOOK_S)
        for one in self._listeners:
            one.bell.set()

    async def _tell(self) -> None:
        seen = await self._in_thread(partial(self._happenings.after, self._cursor))
        changed = {event.number for event in seen}
        watched = sorted({one.number for one in self._listeners if one.number is not None})
        writing = await self._in_thread(partial(self._writers.writing, watched)) if watched else frozenset()
        begun_or_ended, self._writing = writing ^ self._writing, writing
        if seen:
            self._cursor = seen[-1].id
        for one in self._listeners:
            if changed if one.number is None else one.number in changed | begun_or_ended:
                one.bell.set()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._limiter is None:
            self._limiter = CapacityLimiter(_THREADS)  # belongs to a running loop, so it is made here
        return await to_thread.run_sync(work, limiter=self._limiter)


async def _rings(bell: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(bell.wait(), PING_S)
    except TimeoutError:
        return False
    return True


def router(listeners: DeskListeners) -> APIRouter:
    """Return the route of the events."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/desk/events", response_class=StreamingResponse)
    async def events(
        request: Request,
        person: Annotated[Person, Depends(watcher_of)],
        ticket: Annotated[int | None, Query(gt=0, le=NUMBER_MAX)] = None,
    ) -> StreamingResponse:
        await to_thread.run_sync(partial(needs("answer"), request, person))
        sessions, token = sessions_of(request), token_of(request)

        def is_allowed() -> bool:
            found = sessions.found(token, is_use=False)
            return found is not None and found.stage == "full" and found.person.may("answer")

        stream = await listeners.open(person, ticket, is_allowed)
        # For nginx, which else keeps events back until it has a buffer full of them.
        return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    return routes
