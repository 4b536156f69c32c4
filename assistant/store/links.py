"""Links from a mail back into a conversation. Only digests of their tokens and of the devices' cookies are stored."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assistant.store.database import transaction
from assistant.store.desk_tables import AnswerLinkRow
from assistant.store.tables import ConversationRow, utc_now

VALID = timedelta(days=14)
_TOKEN_MAX = 200


class AnswerLinks:
    """Making and opening links; each method is one transaction."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def make(self, conversation_id: str, number: int) -> tuple[str, datetime]:
        """Return the token of a new link, and until when it opens the conversation."""
        token, now = secrets.token_urlsafe(32), self._clock()
        row = AnswerLinkRow(
            id=_digest(token), conversation_id=conversation_id, number=number, created_at=now, expires_at=now + VALID
        )
        with transaction(self._engine) as session:
            session.add(row)
        return token, now + VALID

    def open(self, token: str, device: str) -> str | None:
        """Return the id of the conversation that a link leads to, on the device that opened it first.

        Args:
            device: the secret in the device's cookie.

        Returns:
            None where the link is wrong, over, another device's, or the conversation was erased: who asks is not told.
        """
        if not device or len(token) > _TOKEN_MAX:
            return None
        with transaction(self._engine) as session:
            return _opened(session, _digest(token), _digest(device), self._clock())


def _opened(session: Session, id: str, device: str, now: datetime) -> str | None:
    # Two devices at once: the second waits here and then finds the first one's digest.
    row = session.get(AnswerLinkRow, id, with_for_update=True)
    if row is None or row.expires_at <= now or row.device not in ("", device):
        return None
    if session.get_one(ConversationRow, row.conversation_id).erased_at is not None:
        return None
    if not row.device:
        row.device, row.used_at = device, now
    return row.conversation_id


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
