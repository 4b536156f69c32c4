"""The desk's work in the background: offers, warnings, escalations, ends, mails. Any number of copies may do it."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from assistant.desk.clock import SOON, BusinessHours
from assistant.desk.mails import Postman, back_off
from assistant.store.desk_rounds import DeskRounds
from assistant.store.mails import Mails
from assistant.store.tables import utc_now

log = logging.getLogger(__name__)

UNTAKEN = timedelta(hours=2)
"""Business time in which somebody should have taken a ticket."""

_PAUSE_S = 5.0
_KEPT = timedelta(days=30)
_TIDY_EVERY = timedelta(hours=1)


class Rounds(threading.Thread):
    """Does every step once in five seconds.

    Args:
        hours: business time.
        postman: sends mails; None where there is no server for them: then they wait in the table.
    """

    def __init__(
        self,
        engine: Engine,
        hours: BusinessHours,
        postman: Postman | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(name="desk", daemon=True)
        self._rounds = DeskRounds(engine, hours, clock)
        self._mails = Mails(engine, back_off, clock)
        self._hours = hours
        self._postman = postman
        self._clock = clock
        self._stop_event = threading.Event()
        self._tidied_at: datetime | None = None

    def run(self) -> None:
        while not self._stop_event.is_set():
            self.work_once()
            self._stop_event.wait(_PAUSE_S)

    def work_once(self) -> int:
        """Do every step once; return how many tickets and mails something was done to. No step keeps another."""
        steps = (self._offer, self._warn, self._rounds.escalate, self._rounds.release_orphans)
        return sum(_quietly(step) for step in (*steps, self._rounds.close_silent, self._send, self._tidy))

    def stop(self) -> None:
        """End after the present round."""
        self._stop_event.set()

    def _offer(self) -> int:
        return self._rounds.offer(self._hours.before(self._clock(), UNTAKEN))

    def _warn(self) -> int:
        return self._rounds.warn(self._hours.due(self._clock(), SOON))

    def _send(self) -> int:
        return self._postman.work_once() if self._postman else 0

    def _tidy(self) -> int:
        now = self._clock()
        if self._tidied_at is not None and now - self._tidied_at < _TIDY_EVERY:
            return 0
        self._tidied_at = now
        self._mails.prune(now - _KEPT)
        return 0


def _quietly(step: Callable[[], int]) -> int:
    try:
        return step()
    except Exception:  # a thread's boundary: the database may be away for a while
        log.exception("a round of the desk failed")
        return 0
