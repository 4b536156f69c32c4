"""Counting contacts: what happened in conversations since the last time is put into the tables of the figures.

A round may be done by any copy of the service at any time, and twice: it counts every contact once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, and_, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from assistant.contacts import Contact, Line, contacts_of, seconds
from assistant.store.channel_tables import ChannelMarkRow
from assistant.store.database import reading, transaction, upsert
from assistant.store.figure_tables import ContactMarkRow, ContactRow
from assistant.store.tables import ConversationRow, MessageRow, TicketRow
from assistant.store.visit_tables import RatingRow
from assistant.wording import KST

AT_ONCE = 200
"""Conversations in one transaction: with SQLite a visitor's message waits for its end."""

_MARK = "figures"
_OVERLAP = timedelta(seconds=120)
"""A transaction's time is taken before it ends: what was under way at the last round is looked at again."""

_LOCK = 138_1383
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Talk:
    """A conversation in which something happened."""

    id: str
    channel: str
    updated_at: datetime
    is_erased: bool


class Counting:
    """Keeps the tables of the figures up to date."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self, now: datetime, most: int | None = None) -> int:
        """Count what happened since the last round; return how many conversations were looked at.

        Args:
            most: look at about so many conversations at most, so that nobody waits long; the next round goes on there.
        """
        cursor, looked_at = (self.counted_at() or _BEGINNING) - _OVERLAP, 0
        after = ""
        self._count_ratings(cursor)
        while most is None or looked_at < most:
            talks = self._talks(cursor, after)
            if talks:
                with transaction(self._engine) as session:
                    _hold(session)
                    _count(session, talks)
                    _advance(session, min(talks[-1].updated_at, now))
                cursor, after = talks[-1].updated_at, talks[-1].id
                looked_at += len(talks)
            if len(talks) < AT_ONCE:
                with transaction(self._engine) as session:
                    _advance(session, now)
                break
        return looked_at

    def counted_at(self) -> datetime | None:
        """Return until when everything is counted; None if nothing ever was."""
        with reading(self._engine) as session:
            mark = session.get(ChannelMarkRow, _MARK)
            return datetime.fromtimestamp(mark.value * 60, UTC) if mark else None

    def _talks(self, since: datetime, after: str) -> list[_Talk]:
        row = ConversationRow
        is_later = or_(row.updated_at > since, and_(row.updated_at == since, row.id > after))
        columns = row.id, row.channel, row.updated_at, row.erased_at.is_not(None)
        query = select(*columns).where(row.updated_at >= since, is_later)  # the first lets SQLite use the index
        with reading(self._engine) as session:
            rows = session.execute(query.order_by(row.updated_at, row.id).limit(AT_ONCE))
            return [_Talk(*found) for found in rows]

    def _count_ratings(self, since: datetime) -> None:
        rated = (
            select(MessageRow.conversation_id)
            .join(RatingRow, RatingRow.message_id == MessageRow.id)
            .where(RatingRow.updated_at >= since)
            .distinct()
        )
        with reading(self._engine) as session:
            found = list(session.scalars(rated))
        for start in range(0, len(found), AT_ONCE):
            with transaction(self._engine) as session:
                _hold(session)
                _rate(session, found[start : start + AT_ONCE])


def _hold(session: Session) -> None:
    """Let only one copy count at a time; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _advance(session: Session, until: datetime) -> None:
    # In minutes: seconds would leave the column's range in 2038.
    adding = upsert(session)(ChannelMarkRow).values(name=_MARK, value=seconds(until) // 60)
    later = func.max if session.get_bind().dialect.name == "sqlite" else func.greatest
    value = later(ChannelMarkRow.value, adding.excluded.value)
    session.execute(adding.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def _count(session: Session, talks: Sequence[_Talk]) -> None:
    ids = [talk.id for talk in talks]
    whose = select(ContactRow.conversation_id, ContactRow.person).where(ContactRow.conversation_id.in_(ids))
    people = {conversation_id: person for conversation_id, person in session.execute(whose.distinct())}
    lines = _lines(session, ids)
    found = [(talk, contact) for talk in talks for contact in contacts_of(lines.get(talk.id, ()))]
    _store(session, found, people)
    _rate(session, ids)
    _follow(session, _identify(session, ids))


def _lines(session: Session, ids: Collection[str]) -> dict[str, list[Line]]:
    """Return the messages of the conversations that have new ones, from each one's last contact on."""
    counted = (
        select(
            ContactRow.conversation_id,
            func.max(ContactRow.id).label("start"),
            func.max(ContactRow.last_id).label("last"),
        )
        .where(ContactRow.conversation_id.in_(ids))
        .group_by(ContactRow.conversation_id)
        .subquery()
    )
    newest = (
        select(MessageRow.conversation_id, func.max(MessageRow.id).label("newest"))
        .where(MessageRow.conversation_id.in_(ids))
        .group_by(MessageRow.conversation_id)
        .subquery()
    )
    row = MessageRow
    query = (
        select(row.conversation_id, row.id, row.role, row.created_at, row.reply_to, row.reply)
        .join(newest, newest.c.conversation_id == row.conversation_id)
        .outerjoin(counted, counted.c.conversation_id == row.conversation_id)
        .where(or_(counted.c.start.is_(None), and_(row.id >= counted.c.start, newest.c.newest > counted.c.last)))
        .order_by(row.conversation_id, row.id)
    )
    found: dict[str, list[Line]] = {}
    for conversation_id, *line in session.execute(query):
        found.setdefault(conversation_id, []).append(Line(*line))
    return found


def _store(session: Session, found: Sequence[tuple[_Talk, Contact]], people: Mapping[str, str]) -> None:
    """Store contacts with their marks; those that were counted before have become longer."""
    if not found:
        return
    rows = [
        {"id": contact.id, "person": people.get(talk.id, talk.id), "is_down": False, **_values(talk, contact)}
        for talk, contact in found
    ]
    adding = upsert(session)(ContactRow)
    changed = {name: adding.excluded[name] for name in rows[0] if name not in ("id", "person", "is_down")}
    session.execute(adding.on_conflict_do_update(index_elements=["id"], set_=changed), rows)
    # Of an erased conversation fewer marks are left than were counted.
    whole = [contact.id for talk, contact in found if not talk.is_erased]
    session.execute(delete(ContactMarkRow).where(ContactMarkRow.contact_id.in_(whole)))
    marks = [
        {"contact_id": row["id"], "kind": kind, "value": value, "day": row["day"], "times": times}
        for row, (_, contact) in zip(rows, found, strict=True)
        for (kind, value), times in contact.marks.items()
    ]
    if marks:
        session.execute(upsert(session)(ContactMarkRow).on_conflict_do_nothing(), marks)


def _values(talk: _Talk, contact: Contact) -> dict[str, Any]:
    local = contact.began_at.astimezone(KST)
    return {
        "conversation_id": talk.id,
        "channel": talk.channel,
        "day": local.date(),
        "weekday": local.weekday(),
        "hour": local.hour,
        "began_s": seconds(contact.began_at),
        "ended_s": seconds(contact.ended_at),
        "last_id": contact.last_id,
        "field": contact.field[:20],
        "sector": contact.sector[:30],
        "outcome": contact.outcome,
        "was_asked_back": contact.is_asked_back,
        "questions": contact.questions,
    }


def _rate(session: Session, ids: Collection[str]) -> None:
    """Note which contacts of the conversations hold a reply that was voted down."""
    down = (
        select(ContactRow.id)
        .join(MessageRow, MessageRow.conversation_id == ContactRow.conversation_id)
        .join(RatingRow, RatingRow.message_id == MessageRow.id)
        .where(
            ContactRow.conversation_id.in_(ids),
            MessageRow.id.between(ContactRow.id, ContactRow.last_id),
            RatingRow.score == "down",
        )
    )
    bad = set(session.scalars(down))
    theirs = ContactRow.conversation_id.in_(ids)
    if bad:
        session.execute(update(ContactRow).where(ContactRow.id.in_(bad), ~ContactRow.is_down).values(is_down=True))
    session.execute(
        update(ContactRow).where(theirs, ContactRow.is_down, ContactRow.id.not_in(bad)).values(is_down=False)
    )


def _identify(session: Session, ids: Collection[str]) -> set[str]:
    """Give the conversations that left the same contact the same person; return the people concerned."""
    address = func.lower(func.trim(TicketRow.contact))
    left = select(address).where(TicketRow.conversation_id.in_(ids), TicketRow.contact != "")
    given = select(TicketRow.conversation_id, address).where(TicketRow.contact != "", address.in_(left))
    groups: dict[str, set[str]] = {}
    for conversation_id, contact in session.execute(given):
        groups.setdefault(contact, set()).add(conversation_id)
    of_talk = ContactRow.conversation_id
    people = set(session.scalars(select(ContactRow.person).where(of_talk.in_(ids)).distinct()))
    for talks in groups.values():
        known = set(session.scalars(select(ContactRow.person).where(of_talk.in_(talks)).distinct()))
        if len(known) > 1:
            person = min(known)
            session.execute(update(ContactRow).where(ContactRow.person.in_(known)).values(person=person))
            people.add(person)
    return people


def _follow(session: Session, people: Collection[str]) -> None:
    """Note when each contact was followed by the person's next one."""
    query = (
        select(ContactRow.id, ContactRow.person, ContactRow.began_s, ContactRow.next_s)
        .where(ContactRow.person.in_(people))
        .order_by(ContactRow.person, ContactRow.began_s, ContactRow.id)
    )
    rows = session.execute(query).all()
    for one, after in zip(rows, [*rows[1:], None], strict=True):
        following = after.began_s if after is not None and after.person == one.person else None
        if following != one.next_s:
            session.execute(update(ContactRow).where(ContactRow.id == one.id).values(next_s=following))
