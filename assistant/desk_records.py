"""What the consultants' desk hands from step to step. All are frozen; none does any work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from assistant.records import Owner, Ticket

Role = Literal["consultant", "editor", "manager", "operator"]
ROLES: tuple[Role, ...] = ("consultant", "editor", "manager", "operator")

Right = Literal["answer", "see_figures", "edit_articles", "manage_people", "see_audit", "export"]
RIGHTS: Mapping[Role, frozenset[Right]] = {
    "consultant": frozenset({"answer"}),
    "editor": frozenset({"answer", "edit_articles", "see_figures"}),
    "manager": frozenset({"answer", "see_figures", "edit_articles", "export", "see_audit"}),
    "operator": frozenset({"manage_people", "see_audit", "export", "see_figures"}),
}

Urgency = Literal["late", "soon", "normal"]
"""Late: past its deadline. Soon: within two business hours of it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works at the desk. `sectors`: the ones they answer for; none means all."""

    id: int
    login: str
    name: str
    role: Role
    sectors: tuple[str, ...] = ()
    is_active: bool = True

    def may(self, right: Right) -> bool:
        """Say whether the person's role has a right."""
        return right in RIGHTS[self.role]


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which tickets a queue shows; an empty value means any. `mine`: the id of the person whose tickets are wanted."""

    field: str = ""
    sector: str = ""
    urgency: Urgency | None = None
    state: Literal["waiting", "working", "answered", "closed", ""] = ""
    mine: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One ticket in a queue, and no personal data. `question` is masked and cut."""

    number: int
    id: str
    state: str
    field: str
    sector: str
    urgency: Urgency
    reason: str
    question: str
    due_at: datetime
    created_at: datetime
    person: Person | None
    is_waiting_for_visitor: bool
    unread: int


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue: those due first in front; `total` counts all that the filter lets through."""

    lines: tuple[QueueLine, ...]
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When a first answer and the solution are due, and how much of the clock has run. Times are UTC."""

    first_due_at: datetime
    solve_due_at: datetime
    first_answered_at: datetime | None
    solved_at: datetime | None
    waiting_since: datetime | None
    waited_s: int


@dataclass(frozen=True, slots=True)
class Said:
    """One message. Role: visitor, assistant, consultant. `reply` as stored with an assistant's message."""

    id: int
    role: str
    text: str
    at: datetime
    name: str = ""
    reply: Mapping[str, Any] | None = None
    rating: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a ticket; its bytes are fetched by id."""

    id: str
    name: str
    media_type: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """What a consultant wrote for colleagues; the visitor never sees it."""

    id: int
    person: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Referral:
    """A ticket sent on to a partner agency, and what came back."""

    id: int
    agency_id: str
    text: str
    sent_at: datetime
    reply: str = ""
    replied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a ticket, for its history and for who watches it live."""

    id: int
    number: int
    kind: str
    at: datetime
    person: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TicketFile:
    """Everything a consultant sees of a ticket. `version` is given back with every change, so that nobody writes over
    what they have not seen."""

    ticket: Ticket
    version: int
    owner: Owner
    person: Person | None
    deadlines: Deadlines
    urgency: Urgency
    conversation: tuple[Said, ...]
    understanding: Mapping[str, Any]
    look_ups: tuple[Mapping[str, Any], ...]
    notes: tuple[Note, ...]
    attachments: tuple[Attachment, ...]
    referrals: tuple[Referral, ...]
    events: tuple[Event, ...]
    contact: str
    merged_into: str = ""
