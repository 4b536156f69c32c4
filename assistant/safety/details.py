"""Fetching the details of certificates (derived models, factories, similar certificates), which no list gives.

There are hundreds of thousands and each is a query of its own, so they come on demand, and by and by in the background.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Engine

from assistant.product_safety import Certificate
from assistant.safety.leases import holding
from assistant.safety.sync_progress import SyncProgress

_ASK_AGAIN = timedelta(days=30)
"""A detail that the interface does not have is not asked for again before."""


class DetailSource(Protocol):
    """What is asked; see SafetyKorea, whose errors it raises."""

    def certificate(self, cert_num: str) -> Certificate | None: ...


class DetailMirror(Protocol):
    """What is filled; see Mirror."""

    def put_certificates(self, rows: Iterable[Certificate]) -> int: ...
    def certificates_without_detail(self, limit: int) -> list[Certificate]: ...


def fill_details(
    source: DetailSource,
    mirror: DetailMirror,
    engine: Engine,
    limit: int,
    tell: Callable[[int], None] = lambda _: None,
) -> int:
    """Fetch details that the mirror lacks, at the client's polite rate.

    Each one is stored at once, so that a run that is killed loses nothing.

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
        absent = progress.absent_details(_ASK_AGAIN)
        without = mirror.certificates_without_detail(limit + len(absent))
        wanted = [one for one in without if one.cert_uid not in absent][:limit]
        for place, certificate in enumerate(wanted, start=1):
            detail = source.certificate(certificate.cert_num)
            if detail is not None:
                mirror.put_certificates([detail])
                found += 1
            if detail is None or detail.cert_uid != certificate.cert_uid:
                progress.note_absent_detail(certificate.cert_uid)
            tell(place)
    return found


def fetch_detail(source: DetailSource, mirror: DetailMirror, cert_num: str) -> Certificate | None:
    """Fetch one certificate with its detail now, and store it; None where the interface has none with this number.

    Raises:
        UpstreamError, SetupError, BadInputError: it could not be looked up.
    """
    detail = source.certificate(cert_num)
    if detail is not None:
        mirror.put_certificates([detail])
    return detail
