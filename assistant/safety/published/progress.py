"""How far the mirror was filled: kept in the database, so that a run goes on where another one stopped."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, case, delete, func, inspect, select

from assistant.safety.published.tables import DetailTryRow, WindowRow
from assistant.store.database import reading, transaction, upsert
from assistant.store.tables import utc_now


class SyncProgress:
    """The windows that were asked for. Safe to use from several processes."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self.clock = clock

    def windows(self, sweep: str) -> dict[str, WindowRow]:
        """Return the windows of a sweep that were asked for, by prefix.

        Raises:
            UpstreamError: the database does not answer.
        """
        with reading(self._engine) as session:
            rows = session.scalars(select(WindowRow).where(WindowRow.sweep == sweep)).all()
            session.expunge_all()
        return {row.prefix: row for row in rows}

    def has_begun(self) -> bool:
        """Say whether any window was asked for."""
        with reading(self._engine) as session:
            return session.scalars(select(WindowRow.prefix).limit(1)).first() is not None

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return by sweep how many windows were had, and how many days of them are cut off."""
        had = select(WindowRow.sweep, func.count(), func.sum(case((WindowRow.is_capped, 1), else_=0)))
        with reading(self._engine) as session:
            rows = session.execute(had.where(~WindowRow.is_split).group_by(WindowRow.sweep).order_by(WindowRow.sweep))
            return {sweep: (windows, int(capped)) for sweep, windows, capped in rows}

    def note(self, window: WindowRow) -> None:
        """Store a window, in the place of what was known of it."""
        values = {column.name: getattr(window, column.name) for column in inspect(WindowRow).columns}
        known = {name: value for name, value in values.items() if name not in ("sweep", "prefix")}
        with transaction(self._engine) as session:
            statement = upsert(session)(WindowRow).values(values)
            session.execute(statement.on_conflict_do_update(index_elements=["sweep", "prefix"], set_=known))

    def forget(self) -> None:
        """Forget everything: the mirror is empty, or holds something else."""
        with transaction(self._engine) as session:
            session.execute(delete(WindowRow))
            session.execute(delete(DetailTryRow))

    def absent_details(self, since: timedelta) -> set[int]:
        """Return the uids of certificates whose detail was found to be absent in the time before now."""
        with reading(self._engine) as session:
            tried = select(DetailTryRow.cert_uid).where(DetailTryRow.tried_at > self.clock() - since)
            return set(session.scalars(tried))

    def note_absent_detail(self, cert_uid: int) -> None:
        """Remember that the interface has no detail of a certificate."""
        with transaction(self._engine) as session:
            session.merge(DetailTryRow(cert_uid=cert_uid, tried_at=self.clock()))
