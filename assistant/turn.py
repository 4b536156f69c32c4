"""One turn: a message comes in, a reply goes out. The one place that knows the order."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from assistant import handover
from assistant.decide import Calibration
from assistant.desk.clock import FIRST_ANSWER, BusinessHours
from assistant.encoder import Encoder
from assistant.errors import ConflictError
from assistant.index import SearchIndex
from assistant.knowledge import KnowledgeBase
from assistant.privacy import find_contact, mask, mask_page
from assistant.records import Decision, MaskedText, Message, Reply, State, Ticket, Understanding
from assistant.remember import remember
from assistant.reply import say
from assistant.snapshot import Shelf
from assistant.store.conversations import Accepted, ConversationStore
from assistant.store.tickets import TicketStore
from assistant.text import readable
from assistant.think import Products, think
from assistant.understand import Understander
from assistant.wire import reply_json
from assistant.wording import ERRORS

log = logging.getLogger(__name__)

_TRIES = 60
"""Turns of one conversation that meet are worked out again, in the order in which they get through."""

_ACCEPTS = 3
"""A message that met itself while being stored is found at the next try."""

_CONTACT_MARKS = ("[이메일]", "[전화번호]")
"""What masking leaves of a contact."""


@dataclass(frozen=True)
class Assistant:
    """Every part that a turn needs, put together by bootstrap.

    Without `hours` somebody is always at the desk.
    `calibrations` holds one for each understanding ("rasa", "builtin"), for their probabilities are not the same.
    """

    shelf: Shelf
    encoder: Encoder
    calibrations: Mapping[str, Calibration]
    conversations: ConversationStore
    tickets: TicketStore
    ticket_hours: int = 48
    products: Products | None = None
    hours: BusinessHours | None = None

    @property
    def base(self) -> KnowledgeBase:
        """The cards that are answered from now."""
        return self.shelf.current.base

    @property
    def index(self) -> SearchIndex:
        """What is searched now."""
        return self.shelf.current.index

    @property
    def understander(self) -> Understander:
        """Says what a text is about now."""
        return self.shelf.current.understander

    def pinned(self) -> "Assistant":
        """Return the assistant over what is on the shelf at this moment, whatever is put there later."""
        return replace(self, shelf=Shelf(self.shelf.current))

    def handle(self, message: Message) -> dict[str, Any]:
        """Answer one message; it is stored before anything can go wrong with it.

        Returns:
            The reply as JSON values (see wire.reply_json). The same message_id again gets the same reply.

        Raises:
            BadInputError: nothing was written, or too much.
            NotFoundError: there is no such conversation.
        """
        began = perf_counter()
        text = readable(message.text)
        accepted = self._accept(mask(text).text, message)
        contact = find_contact(text) if message.keeps_contact else None
        return accepted.reply or self.work(accepted, contact, began)

    def _accept(self, text: MaskedText, message: Message) -> Accepted:
        page = mask_page(message.page) if message.page else None
        for _ in range(_ACCEPTS):
            try:
                return self.conversations.accept(
                    text, message.conversation_id, message.message_id, message.channel, page
                )
            except ConflictError:
                continue
        raise ConflictError(ERRORS["busy"], code="busy")

    def work(self, accepted: Accepted, contact: str | None = None, began: float | None = None) -> dict[str, Any]:
        """Work out and store the reply to a stored message, which may be left over from a stop.

        Args:
            contact: the e-mail address or phone number in the message as it was written. Of a message left over only
                the masked text is there; if a contact was asked for, it is then asked for again.
            began: when the message came, by perf_counter.
        """
        began = perf_counter() if began is None else began
        for _ in range(_TRIES):
            try:
                return self.pinned()._finish(accepted, contact, began)
            except ConflictError:
                accepted = self.conversations.reload(accepted)
                if accepted.reply:
                    return accepted.reply
        raise ConflictError(ERRORS["busy"], code="busy")

    def _finish(self, accepted: Accepted, contact: str | None, began: float) -> dict[str, Any]:
        conversation = accepted.conversation
        ticket = self.tickets.of_conversation(conversation.id) if conversation.state.ticket else None
        state, decision, understood = self._decide(accepted, contact is not None)
        decision = handover.once(decision, ticket)
        state = remember(state, decision, self.base)
        now = datetime.now(UTC)
        reopens_at = self.to_announce(state, decision, now)
        if reopens_at is not None:
            state = replace(state, away=reopens_at.isoformat())
        draft = handover.draft(
            conversation.id,
            decision,
            state,
            understood,
            self._transcript(accepted) if handover.makes_ticket(decision) else (),
            now,
            self.ticket_hours,
        )

        def speak(made: Ticket | None) -> dict[str, Any]:
            return reply_json(self._reply(accepted, decision, state, understood, made or ticket, began, reopens_at))

        if decision.reason == "contact_left" and contact and ticket:
            self.tickets.leave_contact(ticket.id, contact)
        return self.conversations.finish(accepted, state, draft and self.timed(draft, now), speak)

    def to_announce(self, state: State, decision: Decision, now: datetime) -> datetime | None:
        """Return when consultants are back, if one is wanted and that was not said in this conversation."""
        reopens_at = self.hours.reopens_at(now) if self.hours and decision.kind == "hand_off" else None
        return reopens_at if reopens_at and reopens_at.isoformat() != state.away else None

    def timed(self, draft: handover.TicketDraft, now: datetime) -> handover.TicketDraft:
        """Move a ticket's deadlines into business time."""
        if self.hours is None:
            return draft
        promised = self.hours.promise(now, timedelta(hours=self.ticket_hours))
        return replace(draft, due_at=promised, first_due_at=self.hours.due(now, FIRST_ANSWER))

    def _decide(self, accepted: Accepted, has_contact: bool) -> tuple[State, Decision, Understanding | None]:
        """Think, unless a consultant owns the conversation; if thinking fails, a person has to."""
        conversation = accepted.conversation
        if conversation.owner == "human":
            return conversation.state, Decision("hand_off", "with_consultant"), None
        if not has_contact and conversation.state.asking == "contact" and _had_contact(accepted.text):
            return conversation.state, Decision("small_talk", "contact_again"), None
        try:
            return think(self, conversation.state, accepted.text, has_contact, accepted.page)
        except Exception:  # the turn's boundary: a person answers what could not be worked out
            log.exception("turn failed in conversation %s", conversation.id)
            return conversation.state, Decision("hand_off", "turn_failed"), None

    def _transcript(self, accepted: Accepted) -> list[tuple[str, MaskedText]]:
        known = self.conversations.messages(accepted.conversation.id)
        return [(one.role, MaskedText(one.text)) for one in known if one.id <= accepted.id and one.text]

    def _reply(
        self,
        accepted: Accepted,
        decision: Decision,
        state: State,
        understood: Understanding | None,
        ticket: Ticket | None,
        began: float,
        reopens_at: datetime | None,
    ) -> Reply:
        words = say(decision, state, self.base, ticket, reopens_at)
        has_ticket = ticket is not None and (decision.kind == "hand_off" or decision.reason == "ticket_status")
        return Reply(
            conversation_id=accepted.conversation.id,
            decision=decision.kind,
            reason=decision.reason,
            text=words.text,
            article_id=decision.article_id or None,
            sources=words.sources,
            legal_basis=words.legal_basis,
            checked_on=words.checked_on,
            candidates=words.candidates or decision.hits[:5],
            confidence=decision.confidence,
            understanding=understood,
            ticket=ticket if has_ticket else None,
            quick_replies=words.quick_replies,
            took_ms=(perf_counter() - began) * 1000,
        )


def _had_contact(text: MaskedText) -> bool:
    return any(mark in text for mark in _CONTACT_MARKS)
