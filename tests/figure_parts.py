"""Hand-made conversations whose every figure is known."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, update

from assistant.store.database import transaction
from assistant.store.tables import ConversationRow, MessageRow, TicketRow
from assistant.store.visit_tables import RatingRow
from assistant.wording import KST


def at(text: str) -> datetime:
    """Read a Korean moment: "11-02 10:00" is one of 2026."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=KST)


def reply(
    decision: str = "answer",
    reason: str = "answered",
    article: str = "",
    label: str = "domestic/electrical",
    **named: str,
) -> dict[str, Any]:
    """Return a stored reply. `named`: what was named in the question, by kind."""
    field, _, sector = label.partition("/")
    entities = [{"type": kind, "value": value, "text": "…", "start": 0, "end": 1} for kind, value in named.items()]
    understood = {"intent": "ask_scope", "field": field, "sector": sector, "entities": entities}
    return {
        "decision": decision,
        "reason": reason,
        "text": "…",
        "article_id": article or None,
        "understanding": understood if label else None,
    }


ASKED_BACK = reply("clarify", "close_candidates")
HANDED_OVER = reply("hand_off", "low_confidence")
THANKED = reply("small_talk", "thank")
FOREIGN = reply("small_talk", "out_of_scope")


@dataclass(frozen=True)
class Log:
    """Writes into a database what a service would have written."""

    engine: Engine

    def say(self, talk: str, when: str, answer: dict[str, Any] | None, channel: str = "widget") -> int:
        """Add a visitor's message and its reply; return the reply's id."""
        moment = at(when)
        with transaction(self.engine) as session:
            row = session.get(ConversationRow, talk)
            if row is None:
                row = ConversationRow(id=talk, channel=channel, state={}, created_at=moment, updated_at=moment)
                session.add(row)
                session.flush()
            row.updated_at = max(row.updated_at, moment)
            asked = MessageRow(conversation_id=talk, role="visitor", text="질문", created_at=moment)
            session.add(asked)
            session.flush()
            if answer is None:
                return asked.id
            later = moment + timedelta(seconds=1)
            told = MessageRow(conversation_id=talk, role="assistant", text="답", reply=answer, created_at=later)
            told.reply_to = asked.id
            session.add(told)
            session.flush()
            return told.id

    def answer_as_person(self, talk: str, when: str, article: str = "") -> int:
        """Add a consultant's message; return its id."""
        moment = at(when)
        with transaction(self.engine) as session:
            more = {"article_id": article} if article else {}
            reply = {"decision": "hand_off", "reason": "consultant_answered", **more}
            told = MessageRow(conversation_id=talk, role="consultant", text="답", reply=reply, created_at=moment)
            session.add(told)
            session.get_one(ConversationRow, talk).updated_at = moment
            session.flush()
            return told.id

    def rate(self, message_id: int, score: str, when: str) -> None:
        with transaction(self.engine) as session:
            moment = at(when)
            session.merge(RatingRow(message_id=message_id, score=score, created_at=moment, updated_at=moment))

    def ticket(self, talk: str, made: str, due: str, **more: Any) -> int:
        """Add a ticket; moments in `more` are Korean too."""
        moments = {name: at(value) if name.endswith(("_at", "_since")) else value for name, value in more.items()}
        with transaction(self.engine) as session:
            given = {"state": "open", "reason": "low_confidence", "field": "domestic", "sector": "electrical"}
            row = TicketRow(conversation_id=talk, created_at=at(made), due_at=at(due), **{**given, **moments})
            session.add(row)
            session.execute(update(ConversationRow).where(ConversationRow.id == talk).values(updated_at=at(made)))
            session.flush()
            return row.number
