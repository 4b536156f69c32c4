"""What counts as one contact: a conversation's messages cut where somebody came back. Pure."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

PAUSE = timedelta(hours=1)
"""Who asks again after a longer pause makes a new contact: a telephone call would have ended long before."""

AGAIN = timedelta(hours=72)
"""Who comes back within it was not helped the first time."""

Outcome = Literal["answered", "asked_back", "out_of_scope", "handed_over"]
OUTCOMES: tuple[Outcome, ...] = ("answered", "asked_back", "out_of_scope", "handed_over")

_NOTHING_ASKED = frozenset({"greet", "thank", "affirm", "deny", "contact_left", "contact_again", "with_consultant"})
"""Reasons of replies to what asks nothing: by itself it begins no contact."""

_ADDS = frozenset({"added_to_ticket"})
"""Reasons of replies to what belongs to a question that is with a person already."""

_BY_DECISION: Mapping[str, Outcome] = {"answer": "answered", "lookup": "answered", "hand_off": "handed_over"}
_LABELLED = ("field", "sector")


@dataclass(frozen=True, slots=True)
class Line:
    """One message as the figures see it: no text. `reply` is that of the message itself, not the one to it."""

    id: int
    role: str
    at: datetime
    reply_to: int | None = None
    reply: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Contact:
    """One contact, while it is being put together.

    `id` is its first message, `last_id` the last one it holds; what consultants say after it belongs to it.
    `ended_at` is when the visitor wrote last. `marks` counts what it was about: (kind, value), the kinds being article,
    article_by_person, item and country.
    """

    id: int
    began_at: datetime
    ended_at: datetime
    last_id: int
    field: str = ""
    sector: str = ""
    outcome: Outcome = "asked_back"
    is_asked_back: bool = False
    questions: int = 0
    marks: dict[tuple[str, str], int] = dataclasses.field(default_factory=dict)


def contacts_of(lines: Sequence[Line]) -> list[Contact]:
    """Cut a conversation's messages, oldest first, into contacts.

    A contact begins with a question; a greeting, thanks, or a word to a consultant begins none. Messages whose reply is
    not there yet are left for the next time.
    """
    replies = {line.reply_to: line for line in lines if line.reply_to is not None and line.reply}
    found: list[Contact] = []
    for line in lines:
        if line.role == "visitor" and line.id in replies:
            _take(found, line, replies[line.id])
        elif line.role == "consultant" and found:
            _take_answer(found[-1], line)
    return found


def _take(found: list[Contact], line: Line, answer: Line) -> None:
    reply = answer.reply or {}
    reason = str(reply.get("reason", ""))
    is_question = reason not in _NOTHING_ASKED
    is_new = not found or (line.at - found[-1].ended_at > PAUSE and reason not in _ADDS)
    if is_new and not is_question:
        return
    if is_new:
        found.append(Contact(line.id, line.at, line.at, line.id))
    contact = found[-1]
    contact.ended_at = max(contact.ended_at, line.at)
    contact.last_id = max(contact.last_id, answer.id)
    if is_question:
        _count(contact, reply, reason)


def _count(contact: Contact, reply: Mapping[str, Any], reason: str) -> None:
    decision = str(reply.get("decision", ""))
    contact.questions += 1
    contact.is_asked_back = contact.is_asked_back or decision in ("ask", "clarify")
    contact.outcome = _outcome(contact, decision, reason)
    understood = reply.get("understanding") or {}
    if reason != "out_of_scope" and not contact.field:
        contact.field, contact.sector = (str(understood.get(name) or "") for name in _LABELLED)
    if article := reply.get("article_id"):
        _mark(contact, "article", article)
    for kind, value in _subjects(understood.get("entities") or ()):
        _mark(contact, kind, value)


def _outcome(contact: Contact, decision: str, reason: str) -> Outcome:
    """Return how a contact stands after one more reply: handed over weighs most, then answered, then the last one."""
    now: Outcome = "out_of_scope" if reason == "out_of_scope" else "asked_back"
    if reason == "ticket_status":
        now = "answered"
    now = _BY_DECISION.get(decision, now)
    if contact.questions == 1 or now == "handed_over":
        return now
    if contact.outcome == "answered" and reason == "denied":
        return "asked_back"  # the answer was not the one wanted, and the visitor said so
    return contact.outcome if contact.outcome in ("handed_over", "answered") else now


def _subjects(entities: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    named = {(str(one.get("type")), str(one.get("value"))) for one in entities}
    return {(kind, value) for kind, value in named if kind in ("item", "country")}


def _take_answer(contact: Contact, line: Line) -> None:
    contact.last_id = line.id
    if article := (line.reply or {}).get("article_id"):
        _mark(contact, "article_by_person", article)


def _mark(contact: Contact, kind: str, value: object) -> None:
    key = kind, str(value)[:80]
    contact.marks[key] = contact.marks.get(key, 0) + 1


def seconds(moment: datetime) -> int:
    """Return a moment as whole seconds since 1970."""
    return int(moment.astimezone(UTC).timestamp())
