"""Filling the mirror from SafetyKorea's interface, and keeping it fresh.

The interface gives no pages and no ranges, only prefixes: so the records are asked for by date, a year at a time, and
by month and day where an answer is cut off. A window is stored as done after its records are, so that a run that is
killed anywhere loses nothing, and the next one goes on where it stopped. Asking twice does no harm: records have ids.

Certificates are asked for by signDate, by certDate and by certNum: one that lacks a date, or lies on a day that is cut
off, is found under the others. A recall without a date is out of reach.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

from sqlalchemy import Engine

from assistant.errors import BadInputError, ConflictError, UpstreamError
from assistant.product_safety import Certificate, Freshness, Recall
from assistant.safety.published.client import Rows
from assistant.safety.published.leases import holding
from assistant.safety.published.progress import SyncProgress
from assistant.safety.published.tables import WindowRow
from assistant.safety.published.windows import DateWindows, NumberWindows, roots
from assistant.safety_wording import SYNC_ERRORS
from assistant.wording import KST

log = logging.getLogger(__name__)

_ROUND = 100


class Source(Protocol):
    """What is asked; see SafetyKorea, whose errors it raises."""

    def certificates(self, key: str, value: str) -> Rows[Certificate]: ...
    def recalls(self, key: str, value: str) -> Rows[Recall]: ...
    def foreign_recalls(self, key: str, value: str) -> Rows[Recall]: ...


class Windows(Protocol):
    """Prefixes that cover a field; see DateWindows and NumberWindows."""

    def roots(self) -> Sequence[str]: ...
    def children(self, prefix: str) -> Sequence[str]: ...
    def is_due(self, prefix: str, done_at: datetime, now: datetime) -> bool: ...


class Filled(Protocol):
    """What is filled; see Mirror."""

    def put_certificates(self, rows: Iterable[Certificate]) -> int: ...
    def put_recalls(self, rows: Iterable[Recall]) -> int: ...
    def freshness(self) -> Freshness: ...
    def mark(self, data_date: str, *, is_complete: bool, is_demo: bool) -> None: ...
    def clear(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Sweep:
    """One way through all records of a kind, by a field of theirs.

    Attributes:
        ask: asks for the records whose field begins with a prefix.
        put: stores them.
        weight: its part of the whole work, for the progress bar.
        by: what the field holds.
    """

    name: str
    ask: Callable[[Source, str], Rows[Any]]
    put: Callable[[Filled, Iterable[Any]], int]
    weight: float
    by: Literal["date", "number"] = "date"


def _put_certificates(mirror: Filled, rows: Iterable[Certificate]) -> int:
    return mirror.put_certificates(rows)


def _put_recalls(mirror: Filled, rows: Iterable[Recall]) -> int:
    return mirror.put_recalls(rows)


RECALLS = (
    Sweep("recalls", lambda source, prefix: source.recalls("publishDate", prefix), _put_recalls, 0.02),
    Sweep("foreign_recalls", lambda source, prefix: source.foreign_recalls("publishDate", prefix), _put_recalls, 0.03),
)
CERTIFICATES = (
    Sweep("sign_date", lambda source, prefix: source.certificates("signDate", prefix), _put_certificates, 0.4),
    Sweep("cert_date", lambda source, prefix: source.certificates("certDate", prefix), _put_certificates, 0.4),
    # The last one: which letters follow which is known from what came under a date.
    Sweep("cert_num", lambda source, prefix: source.certificates("certNum", prefix), _put_certificates, 0.15, "number"),
)
SWEEPS = RECALLS + CERTIFICATES
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
        capped: (sweep, prefix) of the days and numbers of which there is more than the interface gives.
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
    sweeps: Sequence[Sweep] = SWEEPS,
) -> Synced:
    """Fill the mirror, or ask again for what is due.

    Args:
        engine: the mirror's database; how far a run came is kept there.
        tell: called after every window.
        covering: of today, the prefixes that together cover the date of every record.
        sweeps: the ways to go; those by a date at least.

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
        windows: dict[str, Windows] = {"date": DateWindows(list(covering(today))), "number": NumberWindows(engine)}
        return _Run(source, mirror, SyncProgress(engine), tell, windows).go(today, sweeps)


class _Run:
    def __init__(
        self,
        source: Source,
        mirror: Filled,
        progress: SyncProgress,
        tell: Callable[[Step], None],
        windows: Mapping[str, Windows],
    ) -> None:
        self._source = source
        self._mirror = mirror
        self._progress = progress
        self._tell = tell
        self._windows = windows
        self._asked = self._rows = self._changed = self._unread = 0
        self._share = 0.0
        self._failed: list[tuple[str, str]] = []

    def go(self, today: date, sweeps: Sequence[Sweep]) -> Synced:
        self._data_date = f"{today:%Y%m%d}"
        # Before anything is cleared: is there an interface, and does it take the key?
        is_demo = self._probe().is_demo
        self._prepare(is_demo)
        capped = {sweep.name: self._sweep(sweep) for sweep in sweeps}
        if self._failed:
            sentence = SYNC_ERRORS["safety_partial"].format(failed=len(self._failed))
            raise UpstreamError(sentence, code="safety_partial")
        # What the numbers lead to is no proof, for which letters there are is learned from what is known.
        is_cut_off = all(capped[sweep.name] for sweep in CERTIFICATES if sweep.by == "date")
        is_complete = not (is_cut_off or any(capped[sweep.name] for sweep in RECALLS))
        self._mirror.mark(self._data_date, is_complete=is_complete, is_demo=is_demo)
        cut = tuple((name, prefix) for name, prefixes in capped.items() for prefix in prefixes)
        return Synced(self._data_date, is_complete, self._asked, self._rows, self._changed, self._unread, cut)

    def _probe(self) -> Rows[Recall]:
        """Ask for the recalls of today: hardly any, so that it fails only where everything does."""
        return self._source.recalls("publishDate", self._data_date)

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
        """Deal with every window of a sweep, and return those that are cut off and cannot be narrowed."""
        known, windows = self._progress.windows(sweep.name), self._windows[sweep.by]
        left = _shared(windows.roots(), sweep.weight)
        capped = []
        while left:
            prefix, weight = left.pop()
            window = known.get(prefix)
            now = self._progress.clock()
            if window is None or (not window.is_split and windows.is_due(prefix, window.done_at, now)):
                window = self._fetch(sweep, prefix)
            if window and window.is_split:
                left += _shared(windows.children(prefix), weight)
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
        # A round number may be a cap that nobody documented; narrowing costs little where it is none.
        may_lack = rows.is_capped or (len(rows.rows) >= _ROUND and len(rows.rows) % _ROUND == 0)
        is_split = may_lack and bool(self._windows[sweep.by].children(prefix))
        window = WindowRow(
            sweep=sweep.name,
            prefix=prefix,
            is_split=is_split,
            is_capped=rows.is_capped and not is_split,
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
            return Rows(is_capped=bool(self._windows[sweep.by].children(prefix)))
        except UpstreamError as error:
            # A year may be more than the interface can give in time; or is it down?
            self._probe()
            log.warning("the window %s %s could not be had: %s", sweep.name, prefix, error.code)
            return Rows(is_capped=True) if self._windows[sweep.by].children(prefix) else None


def _shared(prefixes: Sequence[str], weight: float) -> list[tuple[str, float]]:
    """Return prefixes with their parts of a weight, the first one last: it is taken off the end."""
    return [(prefix, weight / len(prefixes)) for prefix in reversed(prefixes)]
