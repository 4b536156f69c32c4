"""The hand-over: when a ticket is made, what it holds, and when it is due. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.records import Decision, Hit, MaskedText, State, Ticket, Understanding

REASONS = frozenset({"asked_for_person", "none_of_these", "low_confidence", "no_data", "denied", "turn_failed"})
"""Reason codes that make a ticket; the other hand-overs point to one that is there."""

TRANSCRIPT_LINES = 20
TOP_HITS = 5


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A ticket before it has its number. `first_due_at`: when a person should have answered first, if that is set."""

    conversation_id: str
    reason: str
    field: str
    sector: str
    due_at: datetime
    slots: dict[str, object]
    hits: tuple[Hit, ...]
    transcript: tuple[tuple[str, str], ...]
    first_due_at: datetime | None = None


def once(decision: Decision, ticket: Ticket | None) -> Decision:
    """Point to the open ticket instead of making a second one of the same conversation."""
    if not makes_ticket(decision):
        return decision
    if ticket is None or ticket.state not in ("open", "assigned"):
        return decision
    reason = "already_handed_off" if decision.reason == "asked_for_person" else "added_to_ticket"
    return replace(decision, reason=reason)


def makes_ticket(decision: Decision) -> bool:
    """Say whether a decision asks for a new ticket."""
    return decision.kind == "hand_off" and decision.reason in REASONS


def draft(
    conversation_id: str,
    decision: Decision,
    state: State,
    understood: Understanding | None,
    transcript: Sequence[tuple[str, MaskedText]],
    now: datetime,
    hours: int,
) -> TicketDraft | None:
    """Return the ticket that a decision asks for; None if it asks for none.

    Args:
        transcript: role and masked text of the conversation's messages, oldest first, the present one included.
        now: UTC.
        hours: time until the deadline.
    """
    if not makes_ticket(decision):
        return None
    slots = {
        name: value
        for name in ("item", "country", "mark", "scheme", "properties", "question", "intent")
        if (value := getattr(state, name))
    }
    return TicketDraft(
        conversation_id,
        decision.reason,
        understood.field.name if understood else "other",
        understood.sector.name if understood else "other",
        now + timedelta(hours=hours),
        slots,
        decision.hits[:TOP_HITS],
        tuple(transcript[-TRANSCRIPT_LINES:]),
    )
