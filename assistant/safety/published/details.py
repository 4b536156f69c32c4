"""Fetching the details of certificates (derived models, factories, similar certificates), which no list gives.

There are hundreds of thousands and each is a query of its own, so they come on demand, and by and by in the background.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import islice
from typing import Protocol

from sqlalchemy import Engine, select

from assistant.product_safety import Certificate
from assistant.safety.mirror.tables import certificates
from assistant.safety.published.leases import holding
from assistant.safety.published.progress import SyncProgress
from assistant.screening.states import state_kind
from assistant.store.database import reading

_ASK_AGAIN = timedelta(days=30)
"""A detail that the interface does not have is not asked for again before."""


class DetailSource(Protocol):
    """What is asked; see SafetyKorea, whose errors it raises."""

    def certificate(self, cert_num: str) -> Certificate | None: ...


class DetailMirror(Protocol):
    """What is filled; see Mirror."""

    def put_certificates(self, rows: Iterable[Certificate]) -> int: ...


def fill_details(
    source: DetailSource,
    mirror: DetailMirror,
    engine: Engine,
    limit: int,
    tell: Callable[[int], None] = lambda _: None,
) -> int:
    """Fetch details that the mirror lacks, the newest first, at the client's polite rate.

    Only of certificates whose state leaves the rest to be compared: nobody asks for the derived models of one that
    expired. Each detail is stored at once, so that a run that is killed loses nothing.

    Args:
        engine: the mirror's database.
        limit: how many certificates are asked for at most.
        tell: called after each with the number asked for so far.

    Returns:
        How many details were found.

    Raises:
        ConflictError: `safety_busy`: another process does it.
        UpstreamError: the interface does not answer; what came is kept.
        SetupError: it refuses the key or the address.
    """
    progress = SyncProgress(engine)
    found = 0
    with holding(engine, "details"):
        for place, (cert_uid, cert_num) in enumerate(_without(engine, progress, limit), start=1):
            detail = source.certificate(cert_num)
            if detail is not None:
                mirror.put_certificates([detail])
                found += 1
            if detail is None or detail.cert_uid != cert_uid:
                progress.note_absent_detail(cert_uid)
            tell(place)
    return found


def _without(engine: Engine, progress: SyncProgress, limit: int) -> list[tuple[int, str]]:
    """Return uid and number of certificates whose detail is worth asking for."""
    absent = progress.absent_details(_ASK_AGAIN)
    columns = certificates.c
    query = select(columns.cert_uid, columns.cert_num, columns.cert_state).where(columns.details.is_(None))
    newest_first = query.order_by(columns.cert_uid.desc()).execution_options(yield_per=1000)
    with reading(engine) as session, session.execute(newest_first) as rows:
        worth = (
            (uid, number)
            for uid, number, state in rows
            if uid not in absent and state_kind(state) in ("valid", "under_action")
        )
        return list(islice(worth, limit))


def fetch_detail(source: DetailSource, mirror: DetailMirror, cert_num: str) -> Certificate | None:
    """Fetch one certificate with its detail now, and store it; None where the interface has none with this number.

    Raises:
        UpstreamError, SetupError, BadInputError: it could not be looked up.
    """
    detail = source.certificate(cert_num)
    if detail is not None:
        mirror.put_certificates([detail])
    return detail
