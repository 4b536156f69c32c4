"""What visitors think of a reply or of a consultant's message."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from assistant.errors import NotFoundError
from assistant.privacy import mask
from assistant.store.database import refuse_unstorable, upsert
from assistant.store.desk_events import record
from assistant.store.tables import NUMBER_MAX, MessageRow
from assistant.store.tickets import ticket_number
from assistant.store.visit_tables import RatingRow
from assistant.text import clean
from assistant.wording import ERRORS


def store_rating(session: Session, conversation_id: str | None, message_id: int, score: str, comment: str) -> None:
    """Store a rating within a running transaction, as the last thing in it; a second one replaces the first.

    Raises:
        NotFoundError: there is no such reply in the conversation.
        BadInputError: the comment cannot be stored.
    """
    masked = mask(clean(comment)).text
    refuse_unstorable("comment", masked)
    now = datetime.now(UTC)
    message = session.get(MessageRow, message_id) if message_id <= NUMBER_MAX else None
    if message is None or message.conversation_id != conversation_id or message.role == "visitor":
        raise NotFoundError(ERRORS["not_found"])
    given = {"score": score, "comment": masked, "updated_at": now}
    adding = upsert(session)(RatingRow).values(message_id=message_id, created_at=now, **given)
    session.execute(adding.on_conflict_do_update(index_elements=["message_id"], set_=given))
    if message.role == "consultant" and (ticket := (message.reply or {}).get("ticket")):
        record(session, ticket_number(ticket["id"]), "rated", now, score=score)
