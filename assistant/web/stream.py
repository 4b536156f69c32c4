"""Server-sent events: what happens in a visitor's conversation, to every tab that listens.

One look a second asks the database for all listeners at once, so that what another copy of the service does is seen;
what this copy does wakes them at once. A listener holds a task, and a thread only while it reads.
"""

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from assistant.errors import AssistantError, RateLimitedError
from assistant.store.visit_news import Cursor, News, NewsDesk, Stamp
from assistant.store.visits import VisitStore
from assistant.web.errors import error_trail
from assistant.web.visit_view import line_json, standing_json
from assistant.wording import ERRORS

log = logging.getLogger(__name__)

T = TypeVar("T")

LOOK_S = 1.0
PING_S = 15.0
"""Proxies cut what is silent for longer than half a minute."""

TABS = 20
"""Listeners of one visitor; more is no person."""

_PRUNE_S = 3600.0
_THREADS = 2
"""Readings at a time. They have threads of their own: they must not wait behind turns that are worked on."""


class Listeners:
    """Those who listen here.

    Everything but `wake` belongs to the event loop that serves them.
    """

    def __init__(self, desk: NewsDesk, visits: VisitStore) -> None:
        self._desk = desk
        self._visits = visits
        self._bells: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._stamps: Mapping[str, Stamp] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._looking: asyncio.Task[None] | None = None
        self._limiter: CapacityLimiter | None = None
        self._is_over: Callable[[], bool] = lambda: False
        self._pruned_at = 0.0

    def end_when(self, is_over: Callable[[], bool]) -> None:
        """Let every listener go within a second after `is_over` says so: the server waits for them to stop."""
        self._is_over = is_over

    def wake(self, visitor_id: str) -> None:
        """Tell, from any thread, that something has happened in a visitor's conversation."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop may have ended; then nobody listens
                loop.call_soon_threadsafe(self._ring, visitor_id)

    async def open(self, visitor_id: str, after: Cursor) -> AsyncIterator[str]:
        """Return the events of a visitor as text, from a cursor on, without end.

        Raises:
            UnauthorizedError: there is no such visitor (visitor_unknown).
            RateLimitedError: more tabs than anybody has listen already (too_many).
            UpstreamError: the database does not answer.
        """
        if len(self._bells.get(visitor_id, ())) >= TABS:
            raise RateLimitedError(ERRORS["too_many"], code="too_many", retry_after=int(PING_S))
        first = await self._in_thread(partial(self._desk.news, visitor_id, after))
        return self._events(visitor_id, first)

    async def _events(self, visitor_id: str, news: News) -> AsyncIterator[str]:
        bell = self._hang(visitor_id)
        told = ""
        try:
            while True:
                for event in _told(news):
                    yield event
                await self._note_shown(news)
                if not news.has_more:
                    state = json.dumps(standing_json(news.standing), ensure_ascii=False)
                    if state != told or news.was_erased:
                        told = state
                        yield _event("state", news.cursor, state)
                    while not await _rings(bell):
                        yield ": ping\n\n"
                    if self._is_over():
                        return
                    bell.clear()
                news = await self._in_thread(partial(self._desk.news, visitor_id, news.cursor))
        except AssistantError as error:
            # The tab comes again with its cursor; then it is told what is wrong.
            log.warning("a listener is let go: %s", error.code)
        finally:
            self._take_down(visitor_id, bell)

    async def _note_shown(self, news: News) -> None:
        if news.conversation_id and any(line.role == "consultant" for line in news.lines):
            await self._in_thread(partial(self._visits.note_shown, news.conversation_id, news.lines[-1].id))

    def _hang(self, visitor_id: str) -> asyncio.Event:
        bell = asyncio.Event()
        bell.set()  # between the first reading and now something may have happened
        self._bells[visitor_id].add(bell)
        if self._looking is None or self._looking.done():
            self._loop = asyncio.get_running_loop()
            self._looking = self._loop.create_task(self._look())
        return bell

    def _take_down(self, visitor_id: str, bell: asyncio.Event) -> None:
        self._bells[visitor_id].discard(bell)
        if not self._bells[visitor_id]:
            del self._bells[visitor_id]

    def _ring(self, visitor_id: str) -> None:
        for bell in self._bells.get(visitor_id, ()):
            bell.set()

    async def _look(self) -> None:
        """Look as long as anybody listens."""
        while self._bells:
            if self._is_over():
                for visitor_id in list(self._bells):
                    self._ring(visitor_id)
                return
            try:
                await self._compare()
            except Exception as error:  # noqa: BLE001 a task's boundary: the database may be away for a while
                log.error("looking for those who listen failed: %s", error_trail(error))
            await asyncio.sleep(LOOK_S)

    async def _compare(self) -> None:
        found = await self._in_thread(partial(self._desk.stamps, list(self._bells)))
        for visitor_id in list(self._bells):
            if found.get(visitor_id) != self._stamps.get(visitor_id):
                self._ring(visitor_id)
        self._stamps = found
        now = asyncio.get_running_loop().time()
        if now - self._pruned_at > _PRUNE_S:
            self._pruned_at = now
            await self._in_thread(partial(self._visits.prune, datetime.now(UTC)))

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


def _told(news: News) -> list[str]:
    events = [_event("erased", Cursor(news.cursor.erasures), "{}")] if news.was_erased else []
    for line in news.lines:
        cursor = Cursor(news.cursor.erasures, line.id)
        events.append(_event("message", cursor, json.dumps(line_json(line), ensure_ascii=False)))
    return events


def _event(kind: str, cursor: Cursor, data: str) -> str:
    # JSON holds no line break, so one data line is enough.
    return f"event: {kind}\nid: {cursor}\ndata: {data}\n\n"
