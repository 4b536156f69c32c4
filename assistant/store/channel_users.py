"""Users of channels and their events: stored at once, worked on one after another, done together with what they cause.

Whoever works on a user's events holds a lease on the user, so that ten messages in a second are an orderly queue,
whatever number of copies and threads there are.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.channel_records import Inbound, Outgoing, Said, Speaker
from assistant.errors import ConflictError, SetupError
from assistant.seal import Seal
from assistant.store import outbox, workers
from assistant.store.channel_tables import ChannelEventRow, ChannelUserRow
from assistant.store.database import reading, transaction, upsert
from assistant.store.outbox import Origin, enqueue
from assistant.store.tables import ConversationRow, TicketRow
from assistant.wording import ERRORS

LEASE = timedelta(seconds=60)
_ACCEPTS = 3
_AT_ONCE_S = 10.0
"""After that nobody wants to know any more that an answer is being written."""

_NO_ANSWER = timedelta(seconds=2)
"""Whoever should have answered by now, and did not even say that it is late, is dead."""


@dataclass(frozen=True, slots=True)
class Job:
    """One event that this copy works on. `turn` is its number, and that of what is said in answer to it."""

    turn: int
    user_id: int
    conversation_id: str
    inbound: Inbound
    tries: int
    is_told: bool
    is_standby: bool
    worker: str


@dataclass(frozen=True, slots=True)
class Received:
    """A stored event. `job` is what to work on now: this event, or an older one of the same user."""

    turn: int
    is_new: bool
    job: Job | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What an event was answered with, and which part of it the user asked for."""

    said: tuple[Said, ...] = ()
    part: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """The end of an event.

    Attributes:
        outgoing: makes the requests for the outbox; it is told whether the answer comes too late for the response.
        answer_within: where the answer goes into the response: how long that may take. None: it is sent.
        is_told: whether the user knows of the consultant; None leaves that as it is.
        yields_to_held: it is said only where no earlier answer was held for this moment.
    """

    told: Told
    outgoing: Callable[[bool], Sequence[Outgoing]] = lambda _: ()
    answer_within: timedelta | None = None
    is_told: bool | None = None
    yields_to_held: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """What an event came to: what goes into the response (None: it is late), and the user's next event.

    `is_ours` is false where the lease was over and another copy has it: then nothing was written.
    """

    is_ours: bool
    told: Told | None = None
    following: Job | None = field(default=None, repr=False)


class ChannelStore:
    """Every reading and writing of users and events; each method is one transaction."""

    def __init__(self, engine: Engine, seal: Seal) -> None:
        self._engine = engine
        self._seal = seal

    def receive(self, inbound: Inbound, at_once: Sequence[Outgoing] = ()) -> Received:
        """Store an event, once; claim its user if nobody works on their events.

        Raises:
            ConflictError: the same event was stored at this very moment, again and again.
            UpstreamError: the database does not answer.
        """
        for _ in range(_ACCEPTS):
            try:
                return self._receive(inbound, at_once)
            except IntegrityError:
                continue
        raise ConflictError(ERRORS["busy"], code="busy")

    def _receive(self, inbound: Inbound, at_once: Sequence[Outgoing]) -> Received:
        now = datetime.now(UTC)
        with transaction(self._engine) as session:
            user = self._known_user(session, inbound, now)
            is_new_user = user is None
            user = user or self._new_user(session, inbound, now)
            turn = self._add(session, user, inbound, at_once, now)
            if turn is None:
                row = _event(session, user.id, inbound.event_id)
                return Received(row.id, False, self._claim(session, user, now) if row.state == "waiting" else None)
            if is_new_user:
                return Received(turn, True, self._leased(user, turn, inbound, 0, now))
            return Received(turn, True, self._claim(session, user, now))

    def _known_user(self, session: Session, inbound: Inbound, now: datetime) -> ChannelUserRow | None:
        query = select(ChannelUserRow).where(
            ChannelUserRow.channel == inbound.channel, ChannelUserRow.user == inbound.user
        )
        user = session.scalars(query.with_for_update()).first()
        if user is None:
            return None
        user.conversation_id = _continued(session, inbound.session) or user.conversation_id
        user.seen_at, user.has_left = now, False
        if inbound.address and not self._opens(user.address):
            user.address = self._seal.close(json.dumps(dict(inbound.address)))
        return user

    def _new_user(self, session: Session, inbound: Inbound, now: datetime) -> ChannelUserRow:
        conversation = _continued(session, inbound.session) or _new_conversation(session, inbound.channel, now)
        user = ChannelUserRow(
            channel=inbound.channel,
            user=inbound.user,
            conversation_id=conversation,
            address=self._seal.close(json.dumps(dict(inbound.address))) if inbound.address else "",
            seen_at=now,
        )
        session.add(user)
        session.flush()
        return user

    def _opens(self, sealed: str) -> bool:
        """Say whether a kept address can be read; after a change of the secret it has to be kept anew."""
        try:
            return bool(sealed and self._seal.open(sealed))
        except SetupError:
            return False

    def _add(
        self, session: Session, user: ChannelUserRow, inbound: Inbound, at_once: Sequence[Outgoing], now: datetime
    ) -> int | None:
        """Store an event and return its number; None if it is there."""
        adding = upsert(session)(ChannelEventRow).values(
            user_id=user.id,
            event_id=inbound.event_id,
            kind=inbound.kind,
            sealed=self._seal.close(_inbound_json(inbound)),
            created_at=now,
        )
        unless_known = adding.on_conflict_do_nothing(index_elements=["user_id", "event_id"])
        turn: int | None = session.scalar(unless_known.returning(ChannelEventRow.id))
        if turn is not None and at_once:
            origin = Origin(user.id, user.channel, f"at_once:{turn}", "notice", self._address(inbound))
            enqueue(session, origin, [replace(one, expires_s=one.expires_s or _AT_ONCE_S) for one in at_once], now)
        return turn

    def _address(self, inbound: Inbound) -> str:
        once = {"reply_token": inbound.reply_token, "callback_url": inbound.callback_url}
        return self._seal.close(json.dumps({**inbound.address, **{key: value for key, value in once.items() if value}}))

    def resume(self, user_id: int) -> Job | None:
        """Claim a user whose events wait and whom nobody works on."""
        with transaction(self._engine) as session:
            user = session.get(ChannelUserRow, user_id, with_for_update=True)
            return self._claim(session, user, datetime.now(UTC)) if user else None

    def _claim(self, session: Session, user: ChannelUserRow, now: datetime) -> Job | None:
        """Lease a user and return their oldest waiting event; without one the lease is given back."""
        if user.leased_until is not None and user.leased_until > now and not workers.is_dead(user.worker):
            return None
        return self._next(session, user, now)

    def _next(self, session: Session, user: ChannelUserRow, now: datetime) -> Job | None:
        query = (
            select(ChannelEventRow)
            .where(ChannelEventRow.user_id == user.id, ChannelEventRow.state == "waiting")
            .order_by(ChannelEventRow.id)
            .limit(1)
        )
        row = session.scalars(query).first()
        if row is None:
            user.worker, user.leased_until = "", None
            return None
        return self._leased(user, row.id, self._opened(row, user), row.tries, now)

    def _leased(self, user: ChannelUserRow, turn: int, inbound: Inbound, tries: int, now: datetime) -> Job:
        user.worker, user.leased_until = workers.new_name(), now + LEASE
        return Job(turn, user.id, user.conversation_id, inbound, tries, user.is_told, user.is_standby, user.worker)

    def _opened(self, row: ChannelEventRow, user: ChannelUserRow) -> Inbound:
        try:
            return Inbound(**json.loads(self._seal.open(row.sealed)))
        except SetupError:
            # The secret was changed while it waited. The words are lost, but not the turn: it is said so.
            return Inbound(user.channel, user.user, row.event_id, "typed")

    def finish(self, job: Job, done: Done) -> Finished:
        """End an event: what was said, what is to be sent, all or nothing; and go on to the user's next one."""
        now = datetime.now(UTC)
        with transaction(self._engine) as session:
            both = select(ChannelUserRow, ChannelEventRow).join(
                ChannelEventRow, ChannelEventRow.user_id == ChannelUserRow.id
            )
            user, row = session.execute(both.where(ChannelEventRow.id == job.turn).with_for_update()).one()
            if user.worker != job.worker or row.state != "waiting":
                return Finished(False)
            is_late = _is_late(row, done.answer_within, now)
            said = done.told.said
            if done.answer_within is not None and not is_late and not done.told.part:
                held = _held(session, user.id, job.turn, now)
                said = tuple(held) if held and done.yields_to_held else (*held, *said)
            row.state, row.sealed, row.done_at, row.is_late = "done", "", now, is_late
            row.said, row.part = [_said_json(one) for one in said], done.told.part
            speaker = said[-1].speaker if said else "notice"
            enqueue(
                session,
                Origin(
                    user.id,
                    user.channel,
                    f"event:{row.id}",
                    speaker,
                    self._address(job.inbound),
                    since=row.created_at,
                ),
                done.outgoing(is_late),
                now,
            )
            user.is_told = user.is_told if done.is_told is None else done.is_told
            following = self._next(session, user, now)
            return Finished(True, None if is_late else Told(said, done.told.part), following)

    def postpone(self, job: Job, seconds: float) -> None:
        """Put an event off that could not be worked on now; the user's later ones wait behind it."""
        with transaction(self._engine) as session:
            user = session.get_one(ChannelUserRow, job.user_id, with_for_update=True)
            if user.worker == job.worker:
                user.worker, user.leased_until = "", datetime.now(UTC) + timedelta(seconds=seconds)
                session.get_one(ChannelEventRow, job.turn).tries += 1

    def give_up(self, turn: int) -> Told | None:
        """Say that an event's answer comes too late for the response; if it is there after all, return it."""
        with transaction(self._engine) as session:
            waiting = ChannelEventRow.id == turn, ChannelEventRow.state == "waiting"
            session.execute(update(ChannelEventRow).where(*waiting).values(is_late=True))
            return _told(session.get_one(ChannelEventRow, turn))

    def told(self, turn: int) -> Told | None:
        """Return what an event was answered with; None while it waits, or if it was late."""
        with reading(self._engine) as session:
            return _told(session.get_one(ChannelEventRow, turn))

    def said_in(self, user_id: int, turn: int) -> tuple[Said, ...]:
        """Return what was said in an earlier turn of the same user; nothing if there is none such (any more)."""
        with reading(self._engine) as session:
            row = session.get(ChannelEventRow, turn)
            return _said(row) if row is not None and row.user_id == user_id else ()

    def is_awaited(self, user_id: int) -> bool:
        """Say whether an answer to a user is on its way, though not by their next message."""
        with reading(self._engine) as session:
            return outbox.is_underway(session, user_id)

    def is_with_person(self, conversation_id: str) -> bool:
        """Say whether a consultant owns a conversation, so that the assistant must be silent."""
        with reading(self._engine) as session:
            return session.get_one(ConversationRow, conversation_id).owner == "human"

    def waiting_users(self, limit: int = 100) -> list[int]:
        """Return users whose events wait and whom nobody works on: left over from a stop, or put off."""
        now = datetime.now(UTC)
        is_free = or_(ChannelUserRow.leased_until.is_(None), ChannelUserRow.leased_until <= now)
        was_here = ChannelUserRow.worker.startswith(workers.machine_prefix())
        is_here = ChannelUserRow.worker.startswith(workers.own_prefix())
        query = (
            select(ChannelUserRow.id, ChannelUserRow.leased_until, ChannelUserRow.worker)
            .distinct()
            .join(ChannelEventRow, ChannelEventRow.user_id == ChannelUserRow.id)
            .where(ChannelEventRow.state == "waiting", or_(is_free, and_(was_here, ~is_here)))
        )
        with reading(self._engine) as session:
            found = session.execute(query.limit(limit)).all()
        return [one for one, until, worker in found if until is None or until <= now or workers.is_dead(worker)]

    def stand_by(self, user_id: int, is_standby: bool) -> None:
        """Note who has the thread on the platform's side; the conversation's owner follows."""
        with transaction(self._engine) as session:
            user = session.get_one(ChannelUserRow, user_id, with_for_update=True)
            if is_standby or user.is_standby:
                user.is_standby = is_standby
                _own(session, user.conversation_id, is_standby)

    def leave(self, user_id: int) -> None:
        """Forget a user's address and send them nothing more."""
        with transaction(self._engine) as session:
            user = session.get_one(ChannelUserRow, user_id, with_for_update=True)
            user.has_left, user.address = True, ""
            outbox.drop_all(session, user_id, "left")

    def prune(self, before: datetime) -> int:
        """Delete events that were done before a moment; return how many."""
        over = ChannelEventRow.state == "done", ChannelEventRow.done_at < before
        with transaction(self._engine) as session:
            return int(session.execute(delete(ChannelEventRow).where(*over)).rowcount)  # type: ignore[attr-defined]


def _event(session: Session, user_id: int, event_id: str) -> ChannelEventRow:
    query = select(ChannelEventRow).where(ChannelEventRow.user_id == user_id, ChannelEventRow.event_id == event_id)
    return session.scalars(query).one()


def _new_conversation(session: Session, channel: str, now: datetime) -> str:
    row = ConversationRow(
        id=uuid4().hex, channel=channel, owner="bot", state={}, version=0, created_at=now, updated_at=now
    )
    session.add(row)
    session.flush()
    return row.id


def _continued(session: Session, turn: str) -> str:
    """Return the conversation that a hand-over continues, by a turn of it; "" if that is not known."""
    if not (turn.isascii() and turn.isdigit() and len(turn) <= 9):
        return ""
    query = select(ChannelUserRow.conversation_id).join(ChannelEventRow, ChannelEventRow.user_id == ChannelUserRow.id)
    return session.scalar(query.where(ChannelEventRow.id == int(turn))) or ""


def _own(session: Session, conversation_id: str, is_standby: bool) -> None:
    conversation = session.get_one(ConversationRow, conversation_id, with_for_update=True)
    query = select(TicketRow.state).where(TicketRow.conversation_id == conversation_id)
    states = set(session.scalars(query))
    if is_standby or states & {"assigned", "answered"}:
        conversation.owner = "human"
    else:
        conversation.owner = "queue" if "open" in states else "bot"
    conversation.version += 1  # a turn under way is worked out again, for the other owner


def _is_late(row: ChannelEventRow, answer_within: timedelta | None, now: datetime) -> bool:
    if answer_within is None:
        return False
    return row.is_late or now - row.created_at > answer_within + _NO_ANSWER


def _held(session: Session, user_id: int, turn: int, now: datetime) -> list[Said]:
    # They are told in this turn, so their buttons lead to it.
    return [replace(said_of(body), turn=turn) for body in outbox.take_held(session, user_id, now)]


def _told(row: ChannelEventRow) -> Told | None:
    return Told(_said(row), row.part) if row.state == "done" and not row.is_late else None


def _said(row: ChannelEventRow) -> tuple[Said, ...]:
    return tuple(said_of(one) for one in row.said or ())


def _said_json(said: Said) -> dict[str, Any]:
    return {"reply": dict(said.reply), "turn": said.turn, "speaker": said.speaker}


def said_of(body: dict[str, Any]) -> Said:
    """Read a Said from JSON, as it is kept in events and in held rows of the outbox."""
    speaker: Speaker = body.get("speaker", "assistant")
    return Said(body["reply"], body.get("turn", 0), speaker)


def _inbound_json(inbound: Inbound) -> str:
    fields = {name: getattr(inbound, name) for name in Inbound.__slots__}
    return json.dumps({**fields, **{name: dict(fields[name]) for name in ("extra", "product", "address")}})
