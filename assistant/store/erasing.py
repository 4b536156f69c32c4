"""Emptying a conversation of everything that somebody wrote, and of what belongs to it; figures stay."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from assistant.store.desk_events import record
from assistant.store.desk_tables import AnswerLinkRow, AttachmentRow, NoteRow, ReferralRow
from assistant.store.tables import ConversationRow, MessageRow, TicketRow
from assistant.store.visit_tables import RatingRow

_FIGURES = ("decision", "reason", "article_id", "confidence", "took_ms")
_LABELS = ("intent", "intent_confidence", "field", "sector", "by")
"""What is left of an erased reply and of how its question was understood."""

_SLOT_LABELS = ("item", "country", "mark", "scheme", "intent")
_ENTITY_LABELS = ("item", "country")
"""Names of the knowledge base that figures are counted by. Who erases a conversation erases these too."""


def erase_conversation(session: Session, conversation_id: str, now: datetime, *, keeps_labels: bool = False) -> None:
    """Empty a conversation, its tickets and all that hangs on them, within a running transaction.

    A turn under way is not stored any more. An unanswered ticket is withdrawn.

    Args:
        keeps_labels: items and countries are kept as the names that the knowledge base has for them.
    """
    # In the order in which consultants hold them: tickets, then the conversation; then a ticket made meanwhile.
    held = select(TicketRow).where(TicketRow.conversation_id == conversation_id).with_for_update()
    session.scalars(held).all()
    conversation = session.get_one(ConversationRow, conversation_id, with_for_update={"key_share": True})
    conversation.state, conversation.owner, conversation.erased_at = {}, "bot", now
    conversation.version += 1  # a turn under way finds that it was too slow, and then nothing to be worked out
    numbers = []
    for ticket in session.scalars(held):
        numbers.append(ticket.number)
        _withdraw(ticket, now, keeps_labels)
    _erase_work(session, numbers)
    replies = []
    for message in session.scalars(select(MessageRow).where(MessageRow.conversation_id == conversation_id)):
        replies.append(message.id)
        message.text, message.client_id, message.page, message.is_settled = "", None, None, True
        if message.reply:
            message.reply = _figures_of(message.reply, keeps_labels)
    session.execute(update(RatingRow).where(RatingRow.message_id.in_(replies)).values(comment=""))
    for number in numbers:
        record(session, number, "withdrawn", now)


def _withdraw(ticket: TicketRow, now: datetime, keeps_labels: bool) -> None:
    kept = {name: ticket.slots[name] for name in _SLOT_LABELS if ticket.slots.get(name)} if keeps_labels else {}
    if ticket.state != "closed":
        ticket.is_withdrawn = not ticket.answer  # an answered one may be at work again
        ticket.state, ticket.closed_at = "closed", now
    ticket.transcript, ticket.slots, ticket.contact, ticket.answer, ticket.question = [], kept, "", "", ""
    ticket.unread, ticket.version = 0, ticket.version + 1


def _erase_work(session: Session, numbers: list[int]) -> None:
    """Delete notes, files and links; of a referral stay the agency and the times."""
    for table in (NoteRow, AttachmentRow, AnswerLinkRow):
        session.execute(delete(table).where(table.number.in_(numbers)))
    session.execute(update(ReferralRow).where(ReferralRow.number.in_(numbers)).values(text="", reply=""))


def _figures_of(reply: dict[str, Any], keeps_labels: bool) -> dict[str, Any]:
    """Return what counts and labels need of a reply: no text, and of an entity no more than the base's name for it."""
    kept = {name: reply[name] for name in _FIGURES if name in reply}
    understood = reply.get("understanding")
    if understood:
        kept["understanding"] = {name: understood[name] for name in _LABELS if name in understood}
        if keeps_labels:
            kept["understanding"]["entities"] = [
                {"type": one["type"], "value": one["value"]}
                for one in understood.get("entities", ())
                if one["type"] in _ENTITY_LABELS
            ]
    return kept
