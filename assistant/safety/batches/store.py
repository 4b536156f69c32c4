"""Files sent for screening: who sent them and how far they are. Where they lie, files.py knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.errors import ConflictError, NotFoundError
from assistant.product_safety import Listing, Verdict
from assistant.safety.batches.files import BatchFiles
from assistant.safety.batches.tables import BatchRow
from assistant.safety.listings.files import FileKind
from assistant.safety.listings.words import FILE_ERRORS
from assistant.safety.published.leases import is_dead
from assistant.safety.watch import blocked
from assistant.store.database import reading, transaction

BatchState = Literal["waiting", "running", "done", "failed", "cancelled"]
UNFINISHED: tuple[BatchState, ...] = ("waiting", "running")
KEPT = timedelta(days=30)
LEASE = timedelta(seconds=60)
WAITING_MAX = 50
"""Unfinished batches of one mall."""
_CLAIM_AMONG = 50


@dataclass(frozen=True, slots=True)
class Batch:
    """One file and how far it is. `share_done` is 0 to 1; `counts` has a number for each verdict, and "refused"."""

    id: str
    mall_id: str
    state: BatchState
    kind: FileKind
    size: int
    created_at: datetime
    policy: Mapping[str, Any] = field(default_factory=dict)
    problem_code: str = ""
    problem: str = ""
    rows_done: int = 0
    last_row: int = 0
    share_done: float = 0.0
    parts: tuple[tuple[int, int], ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    epoch: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED


@dataclass(frozen=True, slots=True)
class Step:
    """What one chunk adds to a batch. `part_bytes` is the whole length of the part file after it."""

    rows: int
    last_row: int
    share_done: float
    part_bytes: int
    counts: Mapping[str, int]
    verdicts: Sequence[tuple[Listing, Verdict]] = ()


class BatchStore:
    """Every reading and writing of batches; each method is one transaction.

    Copies of the service that share a database share the folder too: a batch is worked on where its file is.
    """

    def __init__(self, engine: Engine, files: BatchFiles) -> None:
        self._engine = engine
        self.files = files

    # ---- for malls ----------------------------------------------------------------

    def add(self, batch: Batch, upload_key: str | None = None) -> Batch:
        """Store a batch whose file is in its place; of two with one upload key the first one counts.

        Raises:
            ConflictError: the mall has too many unfinished ones (code "too_many_batches").
        """
        try:
            with transaction(self._engine) as session:
                _refuse_too_many(session, batch.mall_id)
                session.add(_row_of(batch, upload_key))
            return batch
        except IntegrityError:
            known = self.by_upload_key(batch.mall_id, upload_key or "")
            if known is None:
                raise
            return known

    def by_upload_key(self, mall_id: str, upload_key: str) -> Batch | None:
        """Return the batch that a mall sent under a key of its own; None if there is none."""
        query = select(BatchRow).where(BatchRow.mall_id == mall_id, BatchRow.upload_key == upload_key)
        with reading(self._engine) as session:
            row = session.scalars(query).first()
            return _batch_of(row) if row else None

    def get(self, mall_id: str, batch_id: str) -> Batch:
        """Return a mall's batch.

        Raises:
            NotFoundError: there is none, or it is another mall's.
        """
        with reading(self._engine) as session:
            return _batch_of(_own_row(session, mall_id, batch_id))

    def listed(self, mall_id: str, limit: int = 100) -> list[Batch]:
        """Return a mall's batches, the newest first."""
        query = select(BatchRow).where(BatchRow.mall_id == mall_id).order_by(BatchRow.created_at.desc()).limit(limit)
        with reading(self._engine) as session:
            return [_batch_of(row) for row in session.scalars(query)]

    def cancel(self, mall_id: str, batch_id: str) -> Batch:
        """Stop a batch that is not finished, keeping the results so far; one that is finished stays as it is.

        Raises:
            NotFoundError: there is none, or it is another mall's.
        """
        with transaction(self._engine) as session:
            row = _own_row(session, mall_id, batch_id, for_update=True)
            if row.state in UNFINISHED:
                _end(row, "cancelled")
            batch = _batch_of(row)
        self.files.drop_upload(batch_id)
        return batch

    # ---- for those who work -------------------------------------------------------

    def has_work(self) -> bool:
        """Say whether a batch is not finished; only reads, so that an idle copy never locks the database."""
        query = select(BatchRow.id).where(BatchRow.state.in_(UNFINISHED)).limit(1)
        with reading(self._engine) as session:
            return session.scalar(query) is not None

    def claim(self, holder: str, busy_malls: Sequence[str] = ()) -> Batch | None:
        """Take up the oldest batch that nobody works on, one of another mall than `busy_malls` first.

        Its epoch grows, so that whoever worked on it before can commit nothing any more.
        """
        now = datetime.now(UTC)
        query = (
            select(BatchRow)
            .where(BatchRow.state.in_(UNFINISHED))
            .order_by(BatchRow.created_at)
            .limit(_CLAIM_AMONG)
            .with_for_update(skip_locked=True)
        )
        with transaction(self._engine) as session:
            free = [
                row for row in session.scalars(query) if _is_free(row, now) and self.files.upload_path(row.id).exists()
            ]
            if not free:
                return None
            row = min(free, key=lambda one: one.mall_id in busy_malls)
            row.state, row.holder, row.held_until, row.epoch = "running", holder, now + LEASE, row.epoch + 1
            row.started_at = row.started_at or now
            return _batch_of(row)

    def commit(self, batch: Batch, step: Step) -> bool:
        """Add a chunk that is safely in the part file; False where the batch was cancelled or taken by another."""
        with transaction(self._engine) as session:
            row = _held_row(session, batch)
            if row is None:
                return False
            row.rows_done, row.last_row, row.share_done = row.rows_done + step.rows, step.last_row, step.share_done
            row.parts = [part for part in row.parts if part[0] != batch.epoch] + [[batch.epoch, step.part_bytes]]
            row.counts = _added(row.counts, step.counts)
            now = datetime.now(UTC)
            row.held_until, row.failures = now + LEASE, 0
            # In the same transaction, so that a chunk that is worked out again is not counted again.
            blocked.add(session, row.mall_id, step.verdicts, now)
            return True

    def finish(self, batch: Batch, *, problem_code: str = "", problem: str = "") -> bool:
        """Mark a batch as done, or as failed with its reason; False where it was cancelled or taken by another."""
        with transaction(self._engine) as session:
            row = _held_row(session, batch)
            if row is None:
                return False
            _end(row, "failed" if problem_code else "done")
            row.problem_code, row.problem = problem_code, problem
            row.share_done = row.share_done if problem_code else 1.0
            return True

    def note_failure(self, batch: Batch) -> int:
        """Count a chunk that could not be worked out; return how many there were since the last one that could."""
        with transaction(self._engine) as session:
            row = _held_row(session, batch)
            if row is None:
                return 0
            row.failures += 1
            return row.failures

    def renew(self, holder: str) -> None:
        """Keep every batch of a holder for another lease."""
        mine = update(BatchRow).where(BatchRow.holder == holder, BatchRow.state == "running")
        with transaction(self._engine) as session:
            session.execute(mine.values(held_until=datetime.now(UTC) + LEASE))

    def release(self, holder: str) -> None:
        """Give back every batch of a holder; another one goes on where it stopped."""
        mine = update(BatchRow).where(BatchRow.holder == holder, BatchRow.state == "running")
        with transaction(self._engine) as session:
            session.execute(mine.values(holder="", held_until=None))

    def give_back(self, batch: Batch) -> None:
        """Give back one batch; whoever takes it up goes on where it stopped."""
        with transaction(self._engine) as session:
            row = _held_row(session, batch)
            if row is not None:
                row.holder, row.held_until = "", None

    def sweep(self, now: datetime | None = None) -> int:
        """Remove batches older than KEPT with their files, and what cut-off uploads left; return how many batches."""
        moment = now or datetime.now(UTC)
        with transaction(self._engine) as session:
            old = list(session.scalars(select(BatchRow).where(BatchRow.created_at < moment - KEPT)))
            for row in old:
                session.delete(row)
            gone = [row.id for row in old]
        for batch_id in gone:
            self.files.drop(batch_id)
        self.files.drop_cut_off(moment)
        return len(gone)


def _refuse_too_many(session: Session, mall_id: str) -> None:
    mine = BatchRow.mall_id == mall_id, BatchRow.state.in_(UNFINISHED)
    if (session.scalar(select(func.count()).select_from(BatchRow).where(*mine)) or 0) >= WAITING_MAX:
        raise ConflictError(FILE_ERRORS["too_many_batches"].format(limit=WAITING_MAX), code="too_many_batches")


def _own_row(session: Session, mall_id: str, batch_id: str, *, for_update: bool = False) -> BatchRow:
    row = session.get(BatchRow, batch_id, with_for_update=for_update) if len(batch_id) <= 32 else None
    if row is None or row.mall_id != mall_id:
        raise NotFoundError(FILE_ERRORS["no_batch"], code="no_batch")
    return row


def _held_row(session: Session, batch: Batch) -> BatchRow | None:
    row = session.get(BatchRow, batch.id, with_for_update=True)
    return row if row is not None and row.epoch == batch.epoch and row.state == "running" else None


def _end(row: BatchRow, state: BatchState) -> None:
    row.state, row.holder, row.held_until, row.finished_at = state, "", None, datetime.now(UTC)


def _is_free(row: BatchRow, now: datetime) -> bool:
    if not row.holder or row.held_until is None or row.held_until < now:
        return True
    return is_dead(row.holder)


def _added(counts: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) + more.get(name, 0) for name in sorted({*counts, *more})}


def _row_of(batch: Batch, upload_key: str | None) -> BatchRow:
    return BatchRow(
        id=batch.id,
        mall_id=batch.mall_id,
        upload_key=upload_key or None,
        state=batch.state,
        kind=batch.kind,
        size=batch.size,
        policy=dict(batch.policy),
        problem_code="",
        problem="",
        rows_done=0,
        last_row=0,
        share_done=0.0,
        parts=[],
        counts={},
        epoch=0,
        holder="",
        failures=0,
        created_at=batch.created_at,
    )


def _batch_of(row: BatchRow) -> Batch:
    return Batch(
        id=row.id,
        mall_id=row.mall_id,
        state=row.state,  # type: ignore[arg-type]
        kind=row.kind,  # type: ignore[arg-type]
        size=row.size,
        created_at=row.created_at,
        policy=row.policy,
        problem_code=row.problem_code,
        problem=row.problem,
        rows_done=row.rows_done,
        last_row=row.last_row,
        share_done=row.share_done,
        parts=tuple((epoch, size) for epoch, size in row.parts),
        counts=row.counts,
        epoch=row.epoch,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
