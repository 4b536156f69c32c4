"""Deliveries: events on their way to the endpoints, each at least once, tried for three days."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from assistant.safety.watch.events import Event, event_of
from assistant.safety.watch.sending import TOTAL_SECONDS, Outcome, Sender
from assistant.safety.watch.tables import DeliveryRow, EndpointRow, EventRow
from assistant.safety.watch.webhooks import parcel, signing
from assistant.store.database import reading, transaction
from assistant.store.tables import utc_now

_ROUND, _PER_ENDPOINT, _AT_ONCE = 64, 16, 16
_LEASE = timedelta(seconds=60 + TOTAL_SECONDS * _ROUND / _AT_ONCE)
"""A whole round takes no longer; what a copy that died had taken is taken again after it."""
_LAST_CHANCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that this copy has taken."""

    id: int
    endpoint_id: str
    url: str
    event: Event
    tries: int
    give_up_at: datetime
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round of deliveries came to, in tries."""

    delivered: int = 0
    failed: int = 0

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(self.delivered + other.delivered, self.failed + other.failed)


def retry_delay(tries: int) -> timedelta:
    """Return how long a delivery waits after its try number `tries`: 5 s, 20 s, 80 s … 12 h, each ± 20 %."""
    return _spread(min(5.0 * 4 ** min(tries - 1, 10), 12 * 3600.0))


def rest(failures: int) -> timedelta:
    """Return how long an endpoint is left alone after so many failures in a row: 5 s, 10 s, 20 s … 1 h, ± 20 %."""
    return _spread(min(5.0 * 2 ** min(failures - 1, 10), 3600.0))


def _spread(seconds: float) -> timedelta:
    # Or all that failed at once would come back at once.
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


class Deliveries:
    """Sends what is due.

    Args:
        engine: the database of the product-safety side.
        sender: sends one parcel.
        clock: what time it is, in UTC.
    """

    def __init__(self, engine: Engine, sender: Sender, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._sender = sender
        self._clock = clock

    def deliver_due(self) -> Delivered:
        """Send what is due, a round of it, and note what came of it.

        Every delivery is leased first, so that two copies do not send the same one; killed in the middle, it is
        sent again once the lease is over. A receiver tells repeats by webhook-id.
        """
        taken = self._take()
        if not taken:
            return Delivered()
        outcomes = asyncio.run(self._send_all(taken))
        return self._note(list(zip(taken, outcomes, strict=True)))

    def expire(self) -> int:
        """Give up the deliveries whose time is over untried, because their endpoint rests; return how many."""
        over = and_(DeliveryRow.state == "due", DeliveryRow.give_up_at < self._clock() - _LAST_CHANCE)
        with reading(self._engine) as session:
            if not session.scalar(select(exists().where(over))):
                return 0
        with transaction(self._engine) as session:
            result = session.execute(update(DeliveryRow).where(over).values(state="failed"))
            return int(result.rowcount)  # type: ignore[attr-defined]

    def _take(self) -> list[Due]:
        now = self._clock()
        with reading(self._engine) as session:
            waiting = _waiting_endpoints(session, now)
        if not waiting:
            return []
        even = min(_PER_ENDPOINT, max(1, _ROUND // len(waiting)))
        with transaction(self._engine) as session:
            # After a failure a single try shows whether the endpoint is back.
            taken = [
                due
                for endpoint_id, failures in waiting
                for due in _lease(session, endpoint_id, 1 if failures else even, now)
            ]
        return taken

    async def _send_all(self, taken: Sequence[Due]) -> list[Outcome]:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(due: Due) -> Outcome:
            async with gate:
                return await self._sender.send(parcel(due.url, due.secrets, due.event, self._clock()))

        return await asyncio.gather(*(one(due) for due in taken))

    def _note(self, results: Sequence[tuple[Due, Outcome]]) -> Delivered:
        now = self._clock()
        with transaction(self._engine) as session:
            for endpoint_id in sorted({due.endpoint_id for due, _ in results}):
                own = [outcome for due, outcome in results if due.endpoint_id == endpoint_id]
                _note_endpoint(session, endpoint_id, own, now)
            session.flush()  # endpoints first, deliveries behind: the order in which everybody takes these locks
            for due, outcome in sorted(results, key=lambda one: one[0].id):
                _note_delivery(session, due, outcome, now)
        delivered = sum(outcome.is_delivered for _, outcome in results)
        return Delivered(delivered, len(results) - delivered)


def _waiting_endpoints(session: Session, now: datetime) -> list[tuple[str, int]]:
    """Return id and failures of endpoints that have something due and do not rest; by chance, where there are many."""
    query = select(EndpointRow.id, EndpointRow.failures).where(
        EndpointRow.state == "active",
        or_(EndpointRow.resting_until.is_(None), EndpointRow.resting_until <= now),
        exists().where(DeliveryRow.endpoint_id == EndpointRow.id, _is_free(now)),
    )
    found = session.execute(query.order_by(func.random()).limit(_ROUND))
    return [(endpoint_id, failures) for endpoint_id, failures in found]


def _is_free(now: datetime) -> ColumnElement[bool]:
    return and_(
        DeliveryRow.state == "due",
        DeliveryRow.next_try_at <= now,
        or_(DeliveryRow.leased_until.is_(None), DeliveryRow.leased_until <= now),
    )


def _lease(session: Session, endpoint_id: str, share: int, now: datetime) -> list[Due]:
    query = (
        select(DeliveryRow, EndpointRow, EventRow)
        .join(EndpointRow, EndpointRow.id == DeliveryRow.endpoint_id)
        .join(EventRow, and_(EventRow.mall_id == DeliveryRow.mall_id, EventRow.number == DeliveryRow.event))
        .where(DeliveryRow.endpoint_id == endpoint_id, _is_free(now))
        .order_by(DeliveryRow.next_try_at, DeliveryRow.id)
        .limit(share)
        .with_for_update(of=DeliveryRow, skip_locked=True)
    )
    found = session.execute(query).all()
    for delivery, _, _ in found:
        delivery.leased_until = now + _LEASE
    return [
        Due(
            delivery.id,
            endpoint.id,
            endpoint.url,
            event_of(event),
            delivery.tries,
            delivery.give_up_at,
            signing(endpoint, now),
        )
        for delivery, endpoint, event in found
    ]


def _note_delivery(session: Session, due: Due, outcome: Outcome, now: datetime) -> None:
    tries = due.tries + 1
    changed: dict[str, object] = {"tries": tries, "leased_until": None, "last_status": outcome.status}
    if outcome.is_delivered:
        changed |= {"state": "delivered", "delivered_at": now}
    elif now >= due.give_up_at or outcome.is_gone:
        changed |= {"state": "failed"}
    else:
        changed |= {"next_try_at": min(now + retry_delay(tries), due.give_up_at)}
    # Where a lease ran out, another copy may have brought it meanwhile: what arrived stays delivered.
    session.execute(update(DeliveryRow).where(DeliveryRow.id == due.id, DeliveryRow.state == "due").values(**changed))


def _note_endpoint(session: Session, endpoint_id: str, outcomes: Sequence[Outcome], now: datetime) -> None:
    row = session.get(EndpointRow, endpoint_id, with_for_update={"key_share": True})
    if row is None:
        return  # removed meanwhile
    row.last_status = outcomes[-1].status
    if any(outcome.is_gone for outcome in outcomes):
        row.state, row.last_failure_at = "gone", now
    elif any(outcome.is_delivered for outcome in outcomes):
        row.failures, row.resting_until, row.last_success_at = 0, None, now
    else:
        row.failures += 1
        row.resting_until, row.last_failure_at = now + rest(row.failures), now
