"""What we told somebody on some day: the messages of a conversation with the articles as they were at that moment."""

import re
from dataclasses import dataclass

from assistant.desk.audit import Audit
from assistant.desk_records import Person
from assistant.errors import NotFoundError
from assistant.learning_wording import ERRORS
from assistant.store.conversations import ConversationStore, StoredMessage
from assistant.store.tickets import TicketStore
from assistant.store.versions import ArticleVersions, Version

_TICKET = re.compile(r"(?:OC-)?0*([0-9]{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """One message, and the version of the article that it was made of, where it was one."""

    message: StoredMessage
    version: Version | None


class Records:
    """Looks up what was told; every look is noted, for it shows what a visitor wrote."""

    def __init__(
        self, conversations: ConversationStore, tickets: TicketStore, versions: ArticleVersions, audit: Audit
    ) -> None:
        self._conversations = conversations
        self._tickets = tickets
        self._versions = versions
        self._audit = audit

    def told(self, person: Person, given: str) -> list[Told]:
        """Return the messages of a conversation, named by its id or by a ticket's number.

        Raises:
            NotFoundError: there is none, or it was erased.
        """
        conversation_id = self._conversation(given.strip())
        messages: list[StoredMessage] = []
        while some := self._conversations.messages(conversation_id, messages[-1].id if messages else 0):
            messages += some
        self._audit.note(person, "view", f"conversation {conversation_id}")
        return [Told(one, self._version(one)) for one in messages]

    def _conversation(self, given: str) -> str:
        found = _TICKET.fullmatch(given)
        try:
            if found:
                return self._tickets.get(given).conversation_id
            return self._conversations.conversation(given).id
        except NotFoundError as error:
            raise NotFoundError(ERRORS["no_told"], code="no_told") from error

    def _version(self, message: StoredMessage) -> Version | None:
        article_id = (message.reply or {}).get("article_id")
        return self._versions.at(article_id, message.created_at) if article_id else None
