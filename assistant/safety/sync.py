"""Filling the mirror from SafetyKorea's interface, and keeping it fresh.

The interface gives no pages and no ranges, only prefixes: so the records are asked for by date, a year at a time, and
by month and day where an answer is cut off. A window is stored as done after its records are, so that a run that is
killed anywhere loses nothing, and the next one goes on where it stopped. Asking twice does no harm: records have ids.

Certificates are asked for by certDate and by signDate: a record that lacks one date, or lies on a day that is cut off
under it, is found under the other. A recall without a date is out of reach.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Engine

from assistant.errors import BadInputError, ConflictError, UpstreamError
from assistant.product_safety import Certificate, Freshness, Recall
from assistant.safety.client import Rows
from assistant.safety.leases import holding
from assistant.safety.sync_progress import SyncProgress
from assistant.safety.sync_tables import WindowRow
from assistant.safety.windows import children, is_due, roots
from assistant.safety_wording import SYNC_ERRORS
from assistant.wording import KST

log = logging.getLogger(__name__)

_ROUND = 100


class Source(Protocol):
    """What is asked; see SafetyKorea, whose errors it raises."""

    def certificates(self, key: str, value: str) -> Rows[Certificate]: ...
    def recalls(self, key: str, value: str) -> Rows[Recall]: ...
    def foreign_recalls(self, key: str, value: str) -> Rows[Recall]: ...


class Filled(Protocol):
    """What is filled; see Mirror."""

    def put_certificates(self, rows: Iterable[Certificate]) -> int: ...
    def put_recalls(self, rows: Iterable[Recall]) -> int: ...
    def freshness(self) -> Freshness: ...
    def mark(self, data_date: str, *, is_complete: bool, is_demo: bool) -> None: ...
    def clear(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Sweep:
    """One way through all records of a kind, by a date of theirs.

    Attributes:
        ask: asks for the records whose date begins with a prefix.
        put: stores them.
        weight: its part of the whole work, for the progress bar.
    """

    name: str
    ask: Callable[[Source, str], Rows[Any]]
    put: Callable[[Filled, Iterable[Any]], int]
    weight: float


def _put_certificates(mirror: Filled, rows: Iterable[Certificate]) -> int:
    return mirror.put_certificates(rows)


def _put_recalls(mirror: Filled, rows: Iterable[Recall]) -> int:
    return mirror.put_recalls(rows)


SWEEPS = (
    Sweep("recalls", lambda source, prefix: source.recalls("publishDate", prefix), _put_recalls, 0.02),
    Sweep("foreign_recalls", lambda source, prefix: source.foreign_recalls("publishDate", prefix), _put_recalls, 0.06),
    Sweep("sign_date", lambda source, prefix: source.certificates("signDate", prefix), _put_certificates, 0.46),
    Sweep("cert_date", lambda source, prefix: source.certificates("certDate", prefix), _put_certificates, 0.46),
)
"""What is small comes first: recalls are of use before all certificates are there."""


@dataclass(frozen=True, slots=True)
class Step:
    """One window that was dealt with. `share` is how much of the whole is done, 0 to 1; `rows` came in this run."""

    sweep: str
    prefix: str
    share: float
    rows: int


@dataclass(frozen=True, slots=True)
class Synced:
    """What a run did.

    Attributes:
        asked: queries.
        rows: records that came, one that came twice counted twice.
        changed: records that were new or different.
        unread: records that could not be read.
        capped: (sweep, day) of the days of which there is more than the interface gives.
    """

    data_date: str
    is_complete: bool
    asked: int
    rows: int
    changed: int
    unread: int
    capped: tuple[tuple[str, str], ...] = ()


def sync(
    source: Source,
    mirror: Filled,
    engine: Engine,
    tell: Callable[[Step], None] = lambda _: None,
    covering: Callable[[date], Iterable[str]] = roots,
) -> Synced:
    """Fill the mirror, or ask again for what is due.

    Args:
        engine: the mirror's database; how far a run came is kept there.
        tell: called after every window.
        covering: of today, the prefixes that together cover the date of every record.

    Returns:
        What was done. The mirror is marked as complete unless a day is cut off under both dates of certificates, or
        under the date of recalls.

    Raises:
        ConflictError: `safety_busy`: another process fills the mirror. `real_data`: what comes is made up (the
            sandbox), and real data are there.
        UpstreamError: the interface does not answer, or single windows could not be had (`safety_partial`); what came
            is kept, the mirror keeps its date, and the next run asks for the rest.
        SetupError: the interface refuses the key or the address; nothing was changed.
    """
    with holding(engine, "sync"):
        today = datetime.now(KST).date()
        return _Run(source, mirror, SyncProgress(engine), tell, today, list(covering(today))).go()


class _Run:
    def __init__(
        self,
        source: Source,
        mirror: Filled,
        progress: SyncProgress,
        tell: Callable[[Step], None],
        today: date,
        roots: list[str],
    ) -> None:
        self._source = source
        self._mirror = mirror
        self._progress = progress
        self._tell = tell
        self._today = today
        self._roots = roots
        self._asked = self._rows = self._changed = self._unread = 0
        self._share = 0.0
        self._failed: list[tuple[str, str]] = []

    def go(self) -> Synced:
        # Before anything is cleared: is there an interface, and does it take the key?
        is_demo = self._probe().is_demo
        self._prepare(is_demo)
        capped = {sweep.name: self._sweep(sweep) for sweep in SWEEPS}
        if self._failed:
            sentence = SYNC_ERRORS["safety_partial"].format(failed=len(self._failed))
            raise UpstreamError(sentence, code="safety_partial")
        is_cut_off = bool(capped["sign_date"] and capped["cert_date"])
        is_complete = not (is_cut_off or capped["recalls"] or capped["foreign_recalls"])
        data_date = f"{self._today:%Y%m%d}"
        self._mirror.mark(data_date, is_complete=is_complete, is_demo=is_demo)
        cut = tuple((name, prefix) for name, prefixes in capped.items() for prefix in prefixes)
        return Synced(data_date, is_complete, self._asked, self._rows, self._changed, self._unread, cut)

    def _probe(self) -> Rows[Recall]:
        """Ask for the recalls of today: hardly any, so that it fails only where everything does."""
        return self._source.recalls("publishDate", f"{self._today:%Y%m%d}")

    def _prepare(self, is_demo: bool) -> None:
        """Forget how far a run came where the mirror does not hold what that run brought; made-up data make room."""
        held = self._mirror.freshness()
        is_empty = not (held.certificates or held.recalls)
        if is_demo and not held.is_demo and not is_empty:
            raise ConflictError(SYNC_ERRORS["real_data_kept"], code="real_data")
        is_other = held.is_demo and not (is_demo and self._progress.has_begun())
        if is_empty or is_other:
            self._progress.forget()
            self._mirror.clear()
            self._mirror.mark("", is_complete=False, is_demo=is_demo)

    def _sweep(self, sweep: Sweep) -> list[str]:
        """Deal with every window of a sweep, and return the days that are cut off."""
        known = self._progress.windows(sweep.name)
        left = [(prefix, sweep.weight / len(self._roots)) for prefix in reversed(self._roots)]
        capped = []
        while left:
            prefix, weight = left.pop()
            window = known.get(prefix)
            if window is None or (not window.is_split and is_due(prefix, window.done_at, self._progress.clock())):
                window = self._fetch(sweep, prefix)
            if window and window.is_split:
                narrower = children(prefix)
                left += [(one, weight / len(narrower)) for one in reversed(narrower)]
                weight = 0.0
            elif window and window.is_capped:
                capped.append(prefix)
            self._share += weight
            self._tell(Step(sweep.name, prefix, min(1.0, self._share), self._rows))
        return capped

    def _fetch(self, sweep: Sweep, prefix: str) -> WindowRow | None:
        """Ask for a window and store what came; None where it could not be had."""
        rows = self._ask(sweep, prefix)
        if rows is None:
            self._failed.append((sweep.name, prefix))
            return None
        if rows.rows:
            self._changed += sweep.put(self._mirror, rows.rows)
        self._rows += len(rows.rows)
        self._unread += rows.unread
        can_be_split = bool(children(prefix))
        # A round number may be a cap that nobody documented; narrowing costs little where it is none.
        is_suspicious = rows.is_capped or (len(rows.rows) >= _ROUND and len(rows.rows) % _ROUND == 0)
        window = WindowRow(
            sweep=sweep.name,
            prefix=prefix,
            is_split=is_suspicious and can_be_split,
            is_capped=rows.is_capped and not can_be_split,
            found=len(rows.rows),
            unread=rows.unread,
            done_at=self._progress.clock(),
        )
        self._progress.note(window)
        return window

    def _ask(self, sweep: Sweep, prefix: str) -> Rows[Any] | None:
        self._asked += 1
        try:
            return sweep.ask(self._source, prefix)
        except BadInputError:
            # Such a prefix is refused: a narrower one may do, and a day that is refused is the date of nothing.
            return Rows(is_capped=bool(children(prefix)))
        except UpstreamError as error:
            # A year may be more than the interface can give in time; or is it down?
            self._probe()
            log.warning("the window %s %s could not be had: %s", sweep.name, prefix, error.code)
            return Rows(is_capped=True) if children(prefix) else None
