"""The events of a mall: written in the order of their numbers, read behind a cursor, sent again on request."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, Executable, and_, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from assistant.errors import NotFoundError
from assistant.safety.watch.tables import DeliveryRow, EndpointRow, EventRow, WatchMallRow
from assistant.safety.watch.words import WATCH_ERRORS
from assistant.store.database import reading, transaction, upsert
from assistant.store.tables import utc_now

ALARMS = ("verdict_changed", "recall_matched", "state_changed", "action_changed")
"""What changed without the mall's doing; sent to every endpoint that asks for nothing else."""
KINDS = (*ALARMS, "listing_registered", "listing_updated", "listing_removed")
KEPT = timedelta(days=90)
GIVE_UP_AFTER = timedelta(hours=72)
"""A delivery is tried for so long."""
_CLEANED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class NewEvent:
    kind: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it was stored; `number` is its place in its mall's row of events."""

    uid: str
    number: int
    kind: str
    payload: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events behind a cursor, oldest first.

    Attributes:
        next: the cursor to go on with.
        has_more: there are more behind it.
        missed: how many events behind the cursor that was given are no longer kept.
    """

    events: tuple[Event, ...] = field(default_factory=tuple)
    next: int = 0
    has_more: bool = False
    missed: int = 0


def event_json(event: Event) -> dict[str, Any]:
    """Return an event as the feed shows it and as a webhook carries it."""
    return {
        "id": event.uid,
        "cursor": event.number,
        "type": event.kind,
        "timestamp": event.created_at.isoformat(),
        "data": event.payload,
    }


def body_of(event: Event) -> str:
    """Return the body of an event's webhook; the same in every try, for it is signed."""
    return json.dumps(event_json(event), ensure_ascii=False, separators=(",", ":"))


def hold_malls(session: Session, mall_ids: Iterable[str]) -> None:
    """Keep other writers of these malls' listings, events and endpoints waiting until the transaction ends."""
    for mall_id in sorted(set(mall_ids)):
        statement = upsert(session)(WatchMallRow).values(mall_id=mall_id, last_event=0, policy="")
        # The update changes nothing; it is what takes the lock where the row is there.
        kept = {"last_event": WatchMallRow.last_event}
        session.execute(statement.on_conflict_do_update(index_elements=["mall_id"], set_=kept))


def append(session: Session, mall_id: str, drafts: Sequence[NewEvent], now: datetime) -> None:
    """Write events of a mall, and a delivery of each to every endpoint that wants it; the mall is held already."""
    if not drafts:
        return
    counted = update(WatchMallRow).where(WatchMallRow.mall_id == mall_id)
    counted = counted.values(last_event=WatchMallRow.last_event + len(drafts))
    last = session.scalars(counted.returning(WatchMallRow.last_event)).one()
    numbered = list(enumerate(drafts, last - len(drafts) + 1))
    same = {"mall_id": mall_id, "created_at": now}
    session.execute(
        insert(EventRow),
        [
            {**same, "number": number, "uid": f"evt_{uuid4().hex}", "kind": draft.kind, "payload": draft.payload}
            for number, draft in numbered
        ],
    )
    wanted = select(EndpointRow).where(EndpointRow.mall_id == mall_id, EndpointRow.state == "active")
    deliveries = [
        _new_delivery(endpoint, number, now)
        for endpoint in session.scalars(wanted).all()
        for number, draft in numbered
        if draft.kind in endpoint.kinds
    ]
    if deliveries:
        session.execute(insert(DeliveryRow), deliveries)


def _new_delivery(endpoint: EndpointRow, number: int, now: datetime) -> dict[str, Any]:
    return {
        "endpoint_id": endpoint.id,
        "mall_id": endpoint.mall_id,
        "event": number,
        "state": "due",
        "tries": 0,
        "next_try_at": now,
        "give_up_at": now + GIVE_UP_AFTER,
    }


def event_of(row: EventRow) -> Event:
    """Turn a row into its record."""
    return Event(row.uid, row.number, row.kind, row.payload, row.created_at)


class EventFeed:
    """Every reading of events, and their sending again."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self.clock = clock

    def after(self, mall_id: str, cursor: int, limit: int) -> EventPage:
        """Return a mall's events behind a cursor, oldest first, at most `limit`."""
        query = select(EventRow).where(EventRow.mall_id == mall_id, EventRow.number > cursor)
        with reading(self._engine) as session:
            # In this order: an event that is written in between is seen by the second query, never skipped.
            last = session.scalar(select(WatchMallRow.last_event).where(WatchMallRow.mall_id == mall_id)) or 0
            rows = session.scalars(query.order_by(EventRow.number).limit(limit + 1)).all()
        events = tuple(event_of(row) for row in rows[:limit])
        first = events[0].number if events else last + 1
        return EventPage(
            events,
            next=events[-1].number if events else max(cursor, last),
            has_more=len(rows) > limit,
            missed=max(0, first - cursor - 1),
        )

    def replay(self, mall_id: str, cursor: int, endpoint_id: str | None = None) -> int:
        """Send the events behind a cursor again, whether they arrived before or not.

        Args:
            endpoint_id: to this endpoint only; to all of the mall's where it is None.

        Returns:
            How many deliveries are due now.

        Raises:
            NotFoundError: the mall has no such endpoint that is active.
        """
        query = select(EndpointRow).where(EndpointRow.mall_id == mall_id, EndpointRow.state == "active")
        if endpoint_id is not None:
            query = query.where(EndpointRow.id == endpoint_id)
        with transaction(self._engine) as session:
            hold_malls(session, [mall_id])
            # All endpoints, in order, and only then deliveries: whoever notes deliveries takes their locks so too.
            endpoints = session.scalars(query.order_by(EndpointRow.id).with_for_update(key_share=True)).all()
            if endpoint_id is not None and not endpoints:
                raise NotFoundError(WATCH_ERRORS["no_webhook"], code="no_webhook")
            return sum(_send_again(session, endpoint, cursor, self.clock()) for endpoint in endpoints)

    def clean(self) -> int:
        """Delete what is older than KEPT, some thousand rows at once; return how many rows that were."""
        before = self.clock() - KEPT
        old = select(DeliveryRow.id).where(DeliveryRow.state != "due", DeliveryRow.give_up_at < before)
        gone = select(EventRow.uid).where(EventRow.created_at < before - GIVE_UP_AFTER)
        with transaction(self._engine) as session:
            deliveries = delete(DeliveryRow).where(DeliveryRow.id.in_(old.limit(_CLEANED_AT_ONCE)))
            events = delete(EventRow).where(EventRow.uid.in_(gone.limit(_CLEANED_AT_ONCE)))
            return _count(session, deliveries) + _count(session, events)


def _send_again(session: Session, endpoint: EndpointRow, cursor: int, now: datetime) -> int:
    anew = _new_delivery(endpoint, 0, now)
    wanted = and_(EventRow.mall_id == endpoint.mall_id, EventRow.number > cursor, EventRow.kind.in_(endpoint.kinds))
    columns = [EventRow.number if name == "event" else literal(value) for name, value in anew.items()]
    statement = upsert(session)(DeliveryRow).from_select(list(anew), select(*columns).where(wanted))
    fresh = {name: anew[name] for name in ("state", "tries", "next_try_at", "give_up_at")}
    statement = statement.on_conflict_do_update(
        index_elements=["endpoint_id", "event"], set_={**fresh, "leased_until": None, "delivered_at": None}
    )
    endpoint.resting_until = None
    session.execute(statement)
    return session.scalar(select(func.count()).select_from(EventRow).where(wanted)) or 0


def _count(session: Session, statement: Executable) -> int:
    """Execute a statement and return how many rows it concerned."""
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
