"""The questions that were not answered, answered unsurely or downvoted, and what helped in the end."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from assistant.desk_records import Person
from assistant.store.channel_tables import ChannelUserRow
from assistant.store.database import reading, transaction, upsert
from assistant.store.learning_tables import LearnedRow
from assistant.store.tables import ConversationRow, MessageRow, TicketRow, utc_now
from assistant.store.visit_tables import RatingRow, VisitorRow

UNANSWERED = ("low_confidence", "no_data", "added_to_ticket")
UNSURE = ("close_candidates",)
SURE = 0.9
"""Answers below it count as unsure: of those at it one in ten is wrong, as the probability is calibrated."""

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that did not go well. Why: unanswered, unsure, denied, downvoted.

    `person` is whoever asked, as far as it is known: two conversations of one visitor are one person. `labels` are
    what was understood: intent, field, sector.
    """

    id: int
    conversation_id: str
    person: str
    text: str
    at: datetime
    why: str
    labels: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Help:
    """What came after a question: an article chosen by the visitor, or the answer of a consultant."""

    article_id: str = ""
    answer: str = ""


class AskedStore:
    """Every reading of the log for learning; each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def since(self, moment: datetime, limit: int) -> list[Asked]:
        """Return the questions since a moment that nothing was learned from yet, the newest first."""
        with reading(self._engine) as session:
            rows = session.execute(_poor().where(_ASKED.created_at >= moment).limit(limit)).all()
            denied = _denied(session, moment, limit)
            people = _people(session, {row[0].conversation_id for row in (*rows, *denied)})
            found = {one.id: one for one in (_asked(row, people) for row in (*denied, *rows))}
        return sorted(found.values(), key=lambda one: -one.id)

    def read(self, ids: Sequence[int]) -> list[Asked]:
        """Return questions by their numbers, in that order; those erased or learned from meanwhile are left out."""
        with reading(self._engine) as session:
            rows: list[Any] = []
            for some in _some(ids):
                rows += session.execute(_unlearned().where(_ASKED.id.in_(some))).all()
            people = _people(session, {row[0].conversation_id for row in rows})
            found = {row[0].id: _asked(row, people) for row in rows}
        return [found[one] for one in ids if one in found]

    def helps(self, asked: Sequence[Asked]) -> dict[int, Help]:
        """Return what came first after each question, where something did."""
        found: dict[int, Help] = {}
        with reading(self._engine) as session:
            for some in _some(sorted({one.conversation_id for one in asked})):
                later = _helps_in(session, some)
                for one in asked:
                    first = next((help for at, help in later.get(one.conversation_id, ()) if at > one.id), None)
                    if first is not None:
                        found[one.id] = first
        return found

    def settle(self, person: Person, ids: Iterable[int], article_id: str) -> None:
        """Note that questions need not be proposed again; `article_id` is "" where nothing was made of them."""
        now = utc_now()
        rows = [{"message_id": one, "article_id": article_id, "person_id": person.id, "at": now} for one in ids]
        with transaction(self._engine) as session:
            known = session.scalars(select(MessageRow.id).where(MessageRow.id.in_([row["message_id"] for row in rows])))
            kept = set(known)
            rows = [row for row in rows if row["message_id"] in kept]
            if rows:
                session.execute(upsert(session)(LearnedRow).values(rows).on_conflict_do_nothing())


_ASKED, _REPLY = aliased(MessageRow), aliased(MessageRow)


def _with_reply() -> Select[Any]:
    return (
        select(_ASKED, _REPLY.reply, RatingRow.score)
        .join(_REPLY, _REPLY.reply_to == _ASKED.id)
        .join(ConversationRow, ConversationRow.id == _ASKED.conversation_id)
        .outerjoin(RatingRow, RatingRow.message_id == _REPLY.id)
        .where(ConversationRow.erased_at.is_(None), _ASKED.text != "")
    )


def _unlearned() -> Select[Any]:
    learned = LearnedRow.message_id == _ASKED.id
    return _with_reply().outerjoin(LearnedRow, learned).where(LearnedRow.message_id.is_(None))


def _poor() -> Select[Any]:
    reason, decision = _REPLY.reply["reason"].as_string(), _REPLY.reply["decision"].as_string()
    is_unsure = and_(decision == "answer", reason == "answered", _REPLY.reply["confidence"].as_float() < SURE)
    went_wrong = or_(reason.in_((*UNANSWERED, *UNSURE)), is_unsure, RatingRow.score == "down")
    return _unlearned().where(went_wrong, reason != "chosen").order_by(_ASKED.id.desc())


def _denied(session: Session, moment: datetime, limit: int) -> list[Any]:
    """Return the questions whose answer the visitor then said no to: the last answered one before it."""
    no = aliased(MessageRow)
    conversations = (
        select(_ASKED.conversation_id, _ASKED.id)
        .join(no, no.reply_to == _ASKED.id)
        .where(_ASKED.created_at >= moment, no.reply["reason"].as_string() == "denied")
        .order_by(_ASKED.id.desc())
        .limit(limit)
    )
    found = []
    for conversation_id, before in session.execute(conversations).all():
        query = (
            _unlearned()
            .where(
                _ASKED.conversation_id == conversation_id,
                _ASKED.id < before,
                _REPLY.reply["decision"].as_string() == "answer",
            )
            .order_by(_ASKED.id.desc())
            .limit(1)
        )
        row = session.execute(query).first()
        if row is not None and (row[1] or {}).get("reason") != "chosen":
            found.append(row)
    return found


def _people(session: Session, conversations: set[str]) -> dict[str, str]:
    """Return who is behind each conversation, by what ties several to one: a visitor, a messenger's user, a contact."""
    people: dict[str, str] = {}
    for some in _some(sorted(conversations)):
        for conversation_id, contact in session.execute(
            select(TicketRow.conversation_id, TicketRow.contact).where(TicketRow.conversation_id.in_(some))
        ):
            if contact:
                people[conversation_id] = f"contact:{contact.casefold()}"
        for table, kind in ((VisitorRow, "visitor"), (ChannelUserRow, "user")):
            known = select(table.id, table.conversation_id).where(table.conversation_id.in_(some))
            for one, owned in session.execute(known):
                people.setdefault(str(owned), f"{kind}:{one}")
    return people


def _helps_in(session: Session, conversations: Sequence[str]) -> dict[str, list[tuple[int, Help]]]:
    reason = MessageRow.reply["reason"].as_string()
    query = (
        select(MessageRow.conversation_id, MessageRow.id, MessageRow.role, MessageRow.text, MessageRow.reply)
        .where(
            MessageRow.conversation_id.in_(conversations),
            MessageRow.role.in_(("assistant", "consultant")),
            reason.in_(("chosen", "consultant_answered")),
        )
        .order_by(MessageRow.id)
    )
    later: dict[str, list[tuple[int, Help]]] = {}
    for conversation_id, number, role, text, reply in session.execute(query):
        if reply.get("is_answer") is False:
            continue  # a consultant asked something back
        help = Help(reply.get("article_id") or "", text if role == "consultant" else "")
        later.setdefault(conversation_id, []).append((number, help))
    return later


def _asked(row: Any, people: dict[str, str]) -> Asked:
    message, reply, score = row
    reply = reply or {}
    understood = reply.get("understanding") or {}
    reason = reply.get("reason", "")
    why = "downvoted" if score == "down" else "unanswered" if reason in UNANSWERED else "unsure"
    if why == "unsure" and reply.get("decision") == "answer" and reply.get("confidence", 0) >= SURE:
        why = "denied"
    return Asked(
        message.id,
        message.conversation_id,
        people.get(message.conversation_id, message.conversation_id),
        message.text,
        message.created_at,
        why,
        (understood.get("intent", ""), understood.get("field", ""), understood.get("sector", "")),
    )


def _some(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Give a long list in parts: a database takes only so many values at once."""
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
