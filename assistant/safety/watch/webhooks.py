"""Webhooks: where a mall wants its events sent, and the secrets that they are signed with."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from assistant.errors import BadInputError, NotFoundError
from assistant.safety.watch.events import ALARMS, KINDS, Event, body_of, hold_malls
from assistant.safety.watch.sending import Outcome, Parcel, Sender
from assistant.safety.watch.signing import new_secret, signed_headers
from assistant.safety.watch.tables import DeliveryRow, EndpointRow
from assistant.safety.watch.words import WATCH_ERRORS
from assistant.store.database import reading, transaction
from assistant.store.tables import utc_now

ENDPOINTS_MAX = 10
ROTATION_GRACE = timedelta(hours=24)
"""How long the secret before a rotation goes on signing beside the new one."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as its mall sees it; `secret` is filled in the moment it is made, and never again."""

    id: str
    url: str
    kinds: tuple[str, ...]
    state: str
    failures: int
    last_status: str | None
    last_success_at: datetime | None
    last_failure_at: datetime | None
    created_at: datetime
    due: int = 0
    failed: int = 0
    secret: str | None = field(default=None, repr=False)


class Webhooks:
    """Every reading and writing of endpoints.

    Args:
        engine: the database of the product-safety side.
        sender: sends the test event, and knows which URLs are allowed.
        clock: what time it is, in UTC.
    """

    def __init__(self, engine: Engine, sender: Sender, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._sender = sender
        self._clock = clock

    # ---- endpoints

    def add(self, mall_id: str, url: str, kinds: Sequence[str] = ALARMS) -> Endpoint:
        """Add an endpoint; its secret is in the answer and nowhere else.

        Raises:
            BadInputError: the URL is not https or leads into a network that is not public, a kind of event is not
                known, or the mall has ENDPOINTS_MAX endpoints.
        """
        if not kinds or set(kinds) - set(KINDS):
            raise BadInputError(WATCH_ERRORS["webhook_kinds"].format(kinds=", ".join(KINDS)))
        self._sender.refuse_unsafe(url)
        row = EndpointRow(
            id=f"wh_{uuid4().hex}",
            mall_id=mall_id,
            url=url,
            kinds=[kind for kind in KINDS if kind in kinds],
            secret=new_secret(),
            state="active",
            failures=0,
            created_at=self._clock(),
        )
        with transaction(self._engine) as session:
            hold_malls(session, [mall_id])
            mine = select(func.count()).select_from(EndpointRow).where(EndpointRow.mall_id == mall_id)
            if (session.scalar(mine) or 0) >= ENDPOINTS_MAX:
                raise BadInputError(WATCH_ERRORS["too_many_webhooks"].format(most=ENDPOINTS_MAX))
            session.add(row)
            session.flush()
            return _endpoint(row, secret=row.secret)

    def listed(self, mall_id: str) -> list[Endpoint]:
        """Return a mall's endpoints, oldest first, with what is due and what was given up of each."""
        with reading(self._engine) as session:
            query = select(EndpointRow).where(EndpointRow.mall_id == mall_id)
            rows = session.scalars(query.order_by(EndpointRow.created_at, EndpointRow.id)).all()
            return [_counted(session, row) for row in rows]

    def get(self, mall_id: str, endpoint_id: str) -> Endpoint:
        """Return one endpoint.

        Raises:
            NotFoundError: the mall has none of that id.
        """
        with reading(self._engine) as session:
            return _counted(session, _row(session, mall_id, endpoint_id))

    def remove(self, mall_id: str, endpoint_id: str) -> None:
        """Remove an endpoint, and what was to be delivered to it.

        Raises:
            NotFoundError: the mall has none of that id.
        """
        with transaction(self._engine) as session:
            hold_malls(session, [mall_id])
            row = _row(session, mall_id, endpoint_id)
            session.refresh(row, with_for_update=True)
            session.execute(delete(DeliveryRow).where(DeliveryRow.endpoint_id == row.id))
            session.delete(row)

    def rotate(self, mall_id: str, endpoint_id: str) -> Endpoint:
        """Give an endpoint a new secret; for ROTATION_GRACE the old one signs as well.

        Raises:
            NotFoundError: the mall has none of that id.
        """
        with transaction(self._engine) as session:
            hold_malls(session, [mall_id])
            row = _row(session, mall_id, endpoint_id)
            row.old_secret, row.old_until = row.secret, self._clock() + ROTATION_GRACE
            row.secret = new_secret()
            session.flush()
            return _endpoint(row, secret=row.secret)

    def test(self, mall_id: str, endpoint_id: str) -> Outcome:
        """Send a made-up event of kind "test" at once; it is not stored, and not tried again.

        Raises:
            NotFoundError: the mall has no endpoint of that id.
        """
        now = self._clock()
        with reading(self._engine) as session:
            row = _row(session, mall_id, endpoint_id)
            url, secrets = row.url, signing(row, now)
        event = Event(f"evt_test_{uuid4().hex}", 0, "test", {}, now)
        return asyncio.run(self._sender.send(parcel(url, secrets, event, now)))


def _row(session: Session, mall_id: str, endpoint_id: str) -> EndpointRow:
    query = select(EndpointRow).where(EndpointRow.id == endpoint_id, EndpointRow.mall_id == mall_id)
    row = session.scalars(query).first()
    if row is None:
        raise NotFoundError(WATCH_ERRORS["no_webhook"], code="no_webhook")
    return row


def _endpoint(row: EndpointRow, due: int = 0, failed: int = 0, secret: str | None = None) -> Endpoint:
    return Endpoint(
        row.id,
        row.url,
        tuple(row.kinds),
        row.state,
        row.failures,
        row.last_status,
        row.last_success_at,
        row.last_failure_at,
        row.created_at,
        due,
        failed,
        secret,
    )


def _counted(session: Session, row: EndpointRow) -> Endpoint:
    query = select(DeliveryRow.state, func.count()).where(DeliveryRow.endpoint_id == row.id)
    counts = {state: count for state, count in session.execute(query.group_by(DeliveryRow.state))}
    return _endpoint(row, counts.get("due", 0), counts.get("failed", 0))


def signing(row: EndpointRow, now: datetime) -> tuple[str, ...]:
    is_rotating = row.old_secret is not None and row.old_until is not None and row.old_until > now
    return (row.secret, row.old_secret) if is_rotating and row.old_secret else (row.secret,)


def parcel(url: str, secrets: Sequence[str], event: Event, now: datetime) -> Parcel:
    body = body_of(event)
    return Parcel(url, body, signed_headers(secrets, event.uid, now, body))
