"""The centre's figures: counting, reading and working out, for the page, the files and the digest."""

import logging
import threading
from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import Engine

from assistant.desk.clock import BusinessHours
from assistant.desk.digest import digest_of
from assistant.desk.figure_sheets import Names
from assistant.desk.figures import report_of
from assistant.desk.periods import month_before
from assistant.figure_records import Digest, Period, Report
from assistant.knowledge import KnowledgeBase
from assistant.store.counting import Counting
from assistant.store.figures import FigureStore
from assistant.store.tables import utc_now
from assistant.wording import KST

log = logging.getLogger(__name__)

_AT_A_LOOK = 400
"""Conversations that are counted while somebody waits for the page; the rounds do the rest."""

_ROUND_S = 60.0


class Figures:
    """Every figure of a period, as of now."""

    def __init__(
        self,
        engine: Engine,
        base_of: Callable[[], KnowledgeBase],
        hours: BusinessHours,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._counting = Counting(engine)
        self._store = FigureStore(engine)
        self._base_of = base_of
        self._hours = hours
        self._clock = clock

    def today(self) -> date:
        """Return this day in Korea."""
        return self._clock().astimezone(KST).date()

    def names(self) -> Names:
        """Return what the ids of the knowledge base are called."""
        return Names(self._base_of())

    def count(self, most: int | None = None) -> int:
        """Count what happened since the last time; return how many conversations were looked at."""
        return self._counting.count(self._clock(), most)

    def report(self, period: Period) -> Report:
        """Return the figures of a period."""
        self.count(_AT_A_LOOK)
        facts = self._store.facts(period, self._clock())
        return report_of(period, facts, self.today(), self.is_business, self._base_of().articles)

    def digest(self, month: Period) -> Digest:
        """Return what may be told of a month."""
        report, now, last = self.report(month), self._clock(), month_before(month)
        people, before = self._store.people(month, now), self._store.people(last, now)
        return digest_of(report, people, before, is_whole=month.last < self.today())

    def is_business(self, day: date) -> bool:
        """Say whether consultants work on a day."""
        return day.weekday() in self._hours.days and day not in self._hours.holidays


class CountingRounds(threading.Thread):
    """Counts every minute, so that contacts are counted before anybody erases them."""

    def __init__(self, figures: Figures) -> None:
        super().__init__(name="counting", daemon=True)
        self._figures = figures
        self._stop_event = threading.Event()

    def run(self) -> None:
        while not self._stop_event.wait(_ROUND_S):
            try:
                self._figures.count()
            except Exception:  # a thread's boundary: the database may be away for a while
                log.exception("counting failed")

    def stop(self) -> None:
        """End after the round that is under way."""
        self._stop_event.set()
