"""What keeps the assistant running: opening it for one command, sweeping up after a crash, telling its health."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from assistant import bootstrap
from assistant.errors import UpstreamError
from assistant.safety.mirror.reading import Mirror
from assistant.safety.watch.work import WatchWork
from assistant.settings import Settings
from assistant.store.outbox import UNFINISHED, Outbox
from assistant.turn import Assistant

log = logging.getLogger(__name__)

_SWEEP_SECONDS = 10.0
_WATCH_SECONDS = 5.0
_LEFT_OVER_AFTER = timedelta(seconds=20)
"""No turn takes so long; a message that is older and has no reply was cut off."""


@contextmanager
def open_for_command(settings: Settings, tell: Callable[[str], None]) -> Iterator[Assistant]:
    """Open the assistant for one command, building what is not there; Rasa is asked if it happens to run."""
    settings.index_dir.parent.mkdir(parents=True, exist_ok=True)
    bootstrap.build_index(settings, tell, only_if_stale=True)
    knowledge = bootstrap.open_knowledge(settings)
    gate = bootstrap.open_gate(settings, knowledge.base)
    try:
        products, hours = bootstrap.open_products(settings), bootstrap.desk_hours(settings)
        yield bootstrap.open_assistant(settings, gate, knowledge, products, hours=hours)
    finally:
        if gate is not None:
            gate.close()


class Sweeper(threading.Thread):
    """Works out the turns that a crash cut off: whatever was accepted gets its reply."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(name="sweeper", daemon=True)
        self._assistant = assistant
        self._stop_event = threading.Event()

    def run(self) -> None:
        while True:
            try:
                self.sweep()
            except Exception:  # a thread's boundary: the database may be away for a while
                log.exception("sweeping failed")
            if self._stop_event.wait(_SWEEP_SECONDS):
                return

    def sweep(self) -> int:
        """Answer what was left over; return how many messages that were."""
        left = self._assistant.conversations.unanswered(datetime.now(UTC) - _LEFT_OVER_AFTER)
        for accepted in left:
            log.warning("taking up a message that was cut off in conversation %s", accepted.conversation.id)
            self._assistant.work(accepted)
        return len(left)

    def stop(self) -> None:
        self._stop_event.set()


class Watcher(threading.Thread):
    """Follows the mirror's changes for the malls, and delivers their events."""

    def __init__(self, work: WatchWork) -> None:
        super().__init__(name="watcher", daemon=True)
        self._work = work
        self._stop_event = threading.Event()

    def run(self) -> None:
        while not self._stop_event.is_set():
            if self._is_idle():
                self._stop_event.wait(_WATCH_SECONDS)

    def _is_idle(self) -> bool:
        try:
            return self._work.work_once().is_nothing
        except Exception:  # a thread's boundary: the database may be away for a while
            log.exception("watching failed")
            return True

    def stop(self) -> None:
        self._stop_event.set()


def health_of(
    assistant: Assistant, gate: Any, mirror: Mirror | None = None, outbox: Outbox | None = None
) -> Callable[[], dict[str, Any]]:
    """Return the function that /health asks."""

    def health() -> dict[str, Any]:
        database = "ok"
        try:
            assistant.conversations.ping()
        except Exception:  # whatever the driver says, the answer is that it is down
            log.exception("the database does not answer")
            database = "down"
        rasa = "off" if gate is None else "up" if gate.is_up else "down"
        return {
            "status": "ok" if database == "ok" and rasa != "down" else "degraded",
            "database": database,
            "rasa": rasa,
            "understanding": "rasa" if rasa == "up" else "builtin",
            "knowledge_base": {"name": assistant.base.name, "articles": len(assistant.base.articles)},
            "index": {"encoder": assistant.index.manifest.encoder, "built_at": assistant.index.manifest.built_at},
            "open_tickets": assistant.tickets.count_open() if database == "ok" else None,
            "product_safety": _safety_of(mirror),
            "outbox": outbox.counts(UNFINISHED) if outbox is not None and database == "ok" else None,
        }

    return health


def _safety_of(mirror: Mirror | None) -> dict[str, Any] | None:
    """Tell how new the mirror is; None where there is none, or it does not answer."""
    try:
        held = mirror.freshness() if mirror else None
    except UpstreamError:
        log.exception("the mirror does not answer")
        return None
    if held is None:
        return None
    counts = {"certificates": held.certificates, "recalls": held.recalls}
    return {"data_date": held.data_date, **counts, "is_demo": held.is_demo, "is_complete": held.is_complete}
