"""Background jobs of learning: what is to be done, how far it is, what came of it. Any copy can show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, delete, select, update

from assistant.desk_records import Person
from assistant.errors import NotFoundError
from assistant.learning_wording import ERRORS
from assistant.store.database import is_storable, reading, transaction
from assistant.store.learning_tables import PROGRESS_MAX, LearningJobRow
from assistant.store.tables import utc_now

SILENT = timedelta(seconds=90)
"""A job that has not said anything for so long has lost its process."""

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. State: waiting, running, done, failed, lost (its process ended)."""

    id: str
    kind: str
    state: str
    progress: str
    payload: Mapping[str, Any]
    result: Mapping[str, Any]
    person_id: int
    created_at: datetime
    updated_at: datetime

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "failed", "lost")


class LearningJobs:
    """Every reading and writing of jobs; each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, person: Person, kind: str, payload: Mapping[str, Any]) -> Job:
        """Add a job; old ones go."""
        now = utc_now()
        row = LearningJobRow(
            id=uuid4().hex,
            kind=kind,
            state="waiting",
            progress="",
            payload=dict(payload),
            result={},
            person_id=person.id,
            created_at=now,
            updated_at=now,
        )
        with transaction(self._engine) as session:
            session.execute(delete(LearningJobRow).where(LearningJobRow.created_at < now - KEPT))
            session.add(row)
            session.flush()
            return _job(row, now)

    def tell(self, job_id: str, state: str, progress: str, result: Mapping[str, Any] | None = None) -> None:
        """Note how far a job is, or how it ended."""
        values: dict[str, Any] = {"state": state, "progress": progress[:PROGRESS_MAX], "updated_at": utc_now()}
        if result is not None:
            values["result"] = dict(result)
        with transaction(self._engine) as session:
            session.execute(update(LearningJobRow).where(LearningJobRow.id == job_id).values(**values))

    def job(self, job_id: str) -> Job:
        """Return a job.

        Raises:
            NotFoundError: there is none of that id.
        """
        with reading(self._engine) as session:
            row = session.get(LearningJobRow, job_id) if is_storable(job_id) else None
            if row is None:
                raise NotFoundError(ERRORS["no_job"], code="no_job")
            return _job(row, utc_now())

    def last(self, kind: str, state: str = "") -> Job | None:
        """Return the newest job of a kind."""
        query = select(LearningJobRow).where(LearningJobRow.kind == kind)
        if state:
            query = query.where(LearningJobRow.state == state)
        with reading(self._engine) as session:
            row = session.scalars(query.order_by(LearningJobRow.created_at.desc()).limit(1)).first()
            return _job(row, utc_now()) if row else None


def _job(row: LearningJobRow, now: datetime) -> Job:
    is_lost = row.state in ("waiting", "running") and row.updated_at < now - SILENT
    return Job(
        row.id,
        row.kind,
        "lost" if is_lost else row.state,
        row.progress,
        row.payload,
        row.result,
        row.person_id,
        row.created_at,
        row.updated_at,
    )
