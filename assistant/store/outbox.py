"""The outbox: what is to be sent to platforms. Put in with what causes it, claimed, sent, settled; never sent twice.

A claim is a lease. A copy that dies while sending leaves its rows in state "sending"; when the lease is over they are
sent again only where the platform recognises a repeat, and are "uncertain" otherwise.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from assistant.channel_records import Outcome, Outgoing, Speaker
from assistant.channel_wording import ERRORS
from assistant.errors import ConflictError, NotFoundError
from assistant.store.channel_tables import ChannelUserRow, OutboxRow
from assistant.store.database import open_database, reading, transaction, upsert
from assistant.store.tables import ConversationRow

LEASE = timedelta(seconds=40)
"""Longer than any try: a request is given up after some 13 s, and noting what came of it after 12 s more."""

TRIES = 15
"""With the back-off about ten hours; a platform that is away for longer is a person's matter."""

STATES = ("waiting", "sending", "sent", "held", "uncertain", "failed", "dropped")
UNFINISHED = ("waiting", "sending", "held", "uncertain", "failed")
_OPEN = ("waiting", "sending")


@dataclass(frozen=True, slots=True)
class Origin:
    """What caused a message, and where it goes. `address` is sealed; what expires does so counted from `since`."""

    user_id: int
    channel: str
    cause: str
    speaker: Speaker
    address: str = field(default="", repr=False)
    message_id: int | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this copy may send now. `address` is still sealed."""

    id: int
    channel: str
    outgoing: Outgoing
    address: str = field(repr=False)
    key: str
    tries: int
    is_doubtful: bool
    created_at: datetime
    is_unwanted: str = ""


@dataclass(frozen=True, slots=True)
class Sendable:
    """A row as people see it. What is in `body` was said to a visitor."""

    id: int
    channel: str
    conversation_id: str
    cause: str
    call: str
    state: str
    tries: int
    error: str
    created_at: datetime
    next_try_at: datetime
    sent_at: datetime | None
    body: dict[str, Any] = field(repr=False)


def enqueue(session: Session, origin: Origin, outgoing: Sequence[Outgoing], now: datetime) -> int:
    """Put requests into the outbox within a running transaction; return how many were not in it already."""
    added = 0
    for number, one in enumerate(outgoing):
        values = _values(origin, one, number, now)
        adding = upsert(session)(OutboxRow).values(**values).on_conflict_do_nothing(index_elements=["cause"])
        added += session.scalar(adding.returning(OutboxRow.id)) is not None
    return added


def _values(origin: Origin, one: Outgoing, number: int, now: datetime) -> dict[str, Any]:
    return {
        "user_id": origin.user_id,
        "channel": origin.channel,
        "message_id": origin.message_id,
        "cause": f"{origin.cause}:{number}",
        "speaker": origin.speaker,
        "call": one.call,
        "body": dict(one.body),
        "address": "" if one.call == "held" else origin.address,
        "key": str(uuid4()),
        "state": "held" if one.call == "held" else "waiting",
        "is_repeatable": one.is_repeatable,
        "is_held_if_lost": one.is_held_if_lost,
        "is_doubtful": False,
        "tries": 0,
        "error": "",
        "created_at": now,
        "next_try_at": now + timedelta(seconds=one.delay_s),
        "expires_at": (origin.since or now) + timedelta(seconds=one.expires_s) if one.expires_s else None,
    }


def take_held(session: Session, user_id: int, now: datetime) -> list[dict[str, Any]]:
    """Return what was held for a user's next message and count it as sent; within the transaction that says it."""
    query = select(OutboxRow).where(OutboxRow.user_id == user_id, OutboxRow.state == "held").order_by(OutboxRow.id)
    rows = session.scalars(query.with_for_update()).all()
    for row in rows:
        row.state, row.sent_at = "sent", now
    return [row.body for row in rows]


def drop_all(session: Session, user_id: int, error: str) -> None:
    """Send nothing more to a user who left."""
    open_rows = and_(OutboxRow.user_id == user_id, OutboxRow.state.in_(("waiting", "held")))
    session.execute(update(OutboxRow).where(open_rows).values(state="dropped", address="", error=error))


def is_underway(session: Session, user_id: int) -> bool:
    """Say whether something is on its way to a user."""
    query = select(exists().where(OutboxRow.user_id == user_id, OutboxRow.state.in_(_OPEN)))
    return bool(session.scalar(query))


@contextmanager
def open_outbox(url: str, back_off: Callable[[int], float]) -> Iterator["Outbox"]:
    """Open the outbox of a database for one command."""
    engine = open_database(url)
    try:
        yield Outbox(engine, back_off)
    finally:
        engine.dispose()


class Outbox:
    """Claiming, settling, and what an operator does; each method is one transaction.

    Args:
        back_off: the seconds until the next try after so many.
    """

    def __init__(self, engine: Engine, back_off: Callable[[int], float]) -> None:
        self._engine = engine
        self._back_off = back_off

    def claim(self, channel: str, limit: int) -> list[Claimed]:
        """Lease what is due on a channel, the oldest of each user: the next one waits until that is settled."""
        now = datetime.now(UTC)
        with reading(self._engine) as session:
            if not session.scalar(select(exists().where(OutboxRow.channel == channel, _is_due(now)))):
                return []
        with transaction(self._engine) as session:
            _rescue(session, channel, now)
            earlier = aliased(OutboxRow)
            is_first = ~exists().where(
                earlier.user_id == OutboxRow.user_id, earlier.id < OutboxRow.id, earlier.state.in_(_OPEN)
            )
            query = (
                select(OutboxRow, ChannelUserRow, ConversationRow.owner)
                .join(ChannelUserRow, ChannelUserRow.id == OutboxRow.user_id)
                .join(ConversationRow, ConversationRow.id == ChannelUserRow.conversation_id)
                .where(
                    OutboxRow.channel == channel,
                    OutboxRow.state == "waiting",
                    OutboxRow.next_try_at <= now,
                    is_first,
                )
                .order_by(OutboxRow.id)
                .limit(limit)
                .with_for_update(of=OutboxRow, skip_locked=True)
            )
            return [_lease(row, user, owner, now) for row, user, owner in session.execute(query).all()]

    def settle(self, claimed: Claimed, outcome: Outcome, gap_s: float = 0.0) -> str:
        """Note what came of a try; return the row's new state.

        Args:
            gap_s: how long the user's next message has to wait.
        """
        now = datetime.now(UTC)
        with transaction(self._engine) as session:
            row = session.get(OutboxRow, claimed.id, with_for_update=True)
            if row is None or row.state != "sending" or row.tries != claimed.tries:
                return row.state if row else "dropped"  # its lease was over, and another copy has it
            _note(row, outcome, now, self._back_off)
            if row.state == "sent" and gap_s and not _is_at_once(row):
                _space(session, row, now + timedelta(seconds=gap_s))
            return row.state

    # ---- what an operator does ---------------------------------------------------------

    def listed(self, state: str | None = None, limit: int = 100) -> list[Sendable]:
        """Return rows, newest first; without a state those that are not sent or dropped."""
        query = _as_seen().order_by(OutboxRow.id.desc()).limit(limit)
        wanted = (state,) if state else UNFINISHED
        with reading(self._engine) as session:
            found = session.execute(query.where(OutboxRow.state.in_(wanted))).all()
            return [_sendable(row, user) for row, user in found]

    def counts(self, states: Sequence[str] = STATES) -> dict[str, int]:
        """Return how many rows are in each of these states."""
        query = select(OutboxRow.state, func.count()).where(OutboxRow.state.in_(states)).group_by(OutboxRow.state)
        with reading(self._engine) as session:
            found = {state: count for state, count in session.execute(query)}
        return {state: found.get(state, 0) for state in states}

    def get(self, number: int) -> Sendable:
        """Return one row.

        Raises:
            NotFoundError: there is none of that number.
        """
        with reading(self._engine) as session:
            found = session.execute(_as_seen().where(OutboxRow.id == number)).first()
            if found is None:
                raise _not_there()
            return _sendable(found[0], found[1])

    def retry(self, number: int) -> Sendable:
        """Send a row again now, with its old retry key, however often it was tried.

        Raises:
            NotFoundError: there is none of that number.
            ConflictError: it was sent, is being sent, or its address was thrown away.
        """
        now = datetime.now(UTC)
        with transaction(self._engine) as session:
            row = _changeable(session, number)
            if row.state == "dropped" or row.call == "held":
                raise ConflictError(ERRORS["no_address"], code="no_address")
            row.state, row.tries, row.error = "waiting", 0, ""
            row.next_try_at, row.expires_at = now, None
        return self.get(number)

    def drop(self, number: int) -> Sendable:
        """Never send a row.

        Raises:
            NotFoundError: there is none of that number.
            ConflictError: it was sent, or is being sent.
        """
        with transaction(self._engine) as session:
            row = _changeable(session, number)
            row.state, row.address = "dropped", ""
        return self.get(number)

    def prune(self, before: datetime) -> int:
        """Delete what was sent or dropped before a moment; return how many rows that were."""
        over = and_(OutboxRow.state.in_(("sent", "dropped")), OutboxRow.created_at < before)
        with transaction(self._engine) as session:
            done = session.execute(OutboxRow.__table__.delete().where(over))  # type: ignore[attr-defined]
            return int(done.rowcount)  # type: ignore[attr-defined]


def _is_due(now: datetime) -> Any:
    return or_(
        and_(OutboxRow.state == "waiting", OutboxRow.next_try_at <= now),
        and_(OutboxRow.state == "sending", OutboxRow.leased_until <= now),
    )


def _rescue(session: Session, channel: str, now: datetime) -> None:
    """Take back what a copy that died was sending: whether it arrived is not known."""
    over = and_(OutboxRow.channel == channel, OutboxRow.state == "sending", OutboxRow.leased_until <= now)
    doubt = {"is_doubtful": True, "leased_until": None, "error": "interrupted", "tries": OutboxRow.tries + 1}
    session.execute(update(OutboxRow).where(over, OutboxRow.is_repeatable).values(state="waiting", **doubt))
    session.execute(update(OutboxRow).where(over, ~OutboxRow.is_repeatable).values(state="uncertain", **doubt))


def _lease(row: OutboxRow, user: ChannelUserRow, owner: str, now: datetime) -> Claimed:
    row.state, row.leased_until = "sending", now + LEASE
    return Claimed(
        row.id,
        row.channel,
        Outgoing(row.call, row.body, row.is_repeatable, is_held_if_lost=row.is_held_if_lost),
        row.address or user.address,
        row.key,
        row.tries,
        row.is_doubtful,
        row.created_at,
        _why_unwanted(row, user, owner, now),
    )


def _why_unwanted(row: OutboxRow, user: ChannelUserRow, owner: str, now: datetime) -> str:
    """Say why a row must not be sent any more; who owns the conversation is looked at again at the last moment."""
    if user.has_left:
        return "left"
    if row.speaker == "assistant" and owner == "human":
        return "owner"
    return "expired" if row.expires_at and row.expires_at <= now else ""


def _note(row: OutboxRow, outcome: Outcome, now: datetime, back_off: Callable[[int], float]) -> None:
    row.leased_until, row.error = None, outcome.code[:80]
    row.tries += 1
    if outcome.kind == "sent":
        row.state, row.sent_at, row.address, row.error = "sent", now, "", ""
        return
    if outcome.kind == "unknown":
        row.is_doubtful = True
    if outcome.instead not in ("", row.call) and not row.is_doubtful:
        row.call, row.state, row.next_try_at = outcome.instead, "waiting", now
        return
    is_final = outcome.kind == "refused" or row.tries >= TRIES or (row.is_doubtful and not row.is_repeatable)
    if is_final:
        _lose(row)
        return
    row.state = "waiting"
    row.next_try_at = now + timedelta(seconds=max(outcome.after_s, back_off(row.tries)))


def _lose(row: OutboxRow) -> None:
    """Give a row up. What nobody wants any more is dropped; what may have arrived is never said again."""
    if row.error in ("left", "owner") or _is_at_once(row):
        row.state, row.address = "dropped", ""
    elif row.is_doubtful:
        row.state = "uncertain"
    elif row.is_held_if_lost:
        row.state, row.call, row.address = "held", "held", ""
    else:
        row.state = "failed"


def _is_at_once(row: OutboxRow) -> bool:
    """Say whether a row is no message but a sign that one is being worked on."""
    return row.cause.startswith("at_once:")


def _space(session: Session, row: OutboxRow, earliest: datetime) -> None:
    following = and_(OutboxRow.user_id == row.user_id, OutboxRow.state == "waiting", OutboxRow.next_try_at < earliest)
    session.execute(update(OutboxRow).where(following).values(next_try_at=earliest))


def _as_seen() -> Any:
    return select(OutboxRow, ChannelUserRow).join(ChannelUserRow, ChannelUserRow.id == OutboxRow.user_id)


def _changeable(session: Session, number: int) -> OutboxRow:
    row = session.get(OutboxRow, number, with_for_update=True)
    if row is None:
        raise _not_there()
    if row.state in ("sent", "sending"):
        code = "already_sent" if row.state == "sent" else "being_sent"
        raise ConflictError(ERRORS[code], code=code)
    return row


def _not_there() -> NotFoundError:
    return NotFoundError(ERRORS["no_outbox"], code="no_outbox")


def _sendable(row: OutboxRow, user: ChannelUserRow) -> Sendable:
    return Sendable(
        row.id,
        row.channel,
        user.conversation_id,
        row.cause,
        row.call,
        row.state,
        row.tries,
        row.error,
        row.created_at,
        row.next_try_at,
        row.sent_at,
        row.body,
    )
