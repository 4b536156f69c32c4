"""Works that only one process may do at a time, whatever number of copies runs: claimed in the database."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Engine, delete, select, update

from assistant.errors import ConflictError, UpstreamError
from assistant.safety.published.tables import LeaseRow
from assistant.safety_wording import SYNC_ERRORS
from assistant.store.database import transaction, upsert

_LEASE = timedelta(seconds=60)
_SIGN_OF_LIFE_SECONDS = 15.0


@contextmanager
def holding(engine: Engine, work: str) -> Iterator[None]:
    """Do a work alone: it is claimed, kept with a sign of life every 15 s, and given back.

    A holder that was killed loses it after a minute, and at once where the next one runs on the same machine.

    Raises:
        ConflictError: `safety_busy`: another one does it.
        UpstreamError: the database does not answer.
    """
    holder = holder_name()
    _claim(engine, work, holder)
    is_over = threading.Event()
    heart = threading.Thread(target=_beat, args=(engine, holder, is_over), name=f"lease-{work}", daemon=True)
    heart.start()
    try:
        yield
    finally:
        is_over.set()
        heart.join()
        # What went wrong in the work is not hidden by a database that is away; the lease ends by itself.
        with suppress(UpstreamError), transaction(engine) as session:
            session.execute(delete(LeaseRow).where(LeaseRow.holder == holder))


def holder_name() -> str:
    """Return a new name for a holder in this process; it tells others on the machine whether the process lives."""
    return f"{socket.gethostname()[:60]}/{os.getpid()}/{uuid4().hex}"


def is_dead(holder: str) -> bool:
    """Say whether a holder is known to be dead; of one on another machine nothing is known."""
    host, _, rest = holder.partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname()[:60] or not pid.isdigit():
        return not holder
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _claim(engine: Engine, work: str, holder: str) -> None:
    now = datetime.now(UTC)
    with transaction(engine) as session:
        # First the row, so that of two that come at once one waits for the other's lock.
        session.execute(upsert(session)(LeaseRow).values(work=work, holder="", until=now).on_conflict_do_nothing())
        row = session.scalars(select(LeaseRow).where(LeaseRow.work == work).with_for_update()).one()
        if row.until > now and not is_dead(row.holder):
            raise ConflictError(SYNC_ERRORS["safety_busy"], code="safety_busy")
        row.holder, row.until = holder, now + _LEASE


def _beat(engine: Engine, holder: str, is_over: threading.Event) -> None:
    while not is_over.wait(_SIGN_OF_LIFE_SECONDS):
        with suppress(UpstreamError), transaction(engine) as session:
            mine = update(LeaseRow).where(LeaseRow.holder == holder)
            session.execute(mine.values(until=datetime.now(UTC) + _LEASE))
