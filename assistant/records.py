"""The values that one step hands to the next. All are frozen; none does any work."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NewType

from assistant.knowledge import Source
from assistant.product_safety import LookedUp

MaskedText = NewType("MaskedText", str)
"""Text whose personal data has been masked; store, log and search take nothing else."""

DecisionKind = Literal["answer", "clarify", "ask", "lookup", "hand_off", "small_talk"]
Owner = Literal["bot", "queue", "human"]
TicketState = Literal["open", "assigned", "answered", "closed"]

FIELDS = ("domestic", "overseas", "standard", "safety", "other")
SECTORS = (
    "electrical",
    "machinery",
    "medical_cosmetic",
    "chemical_environment",
    "living_children",
    "food",
    "metal_construction",
    "ict",
    "other",
)
INTENTS = (
    "ask_scope",
    "ask_procedure",
    "ask_documents",
    "ask_cost",
    "ask_duration",
    "ask_validity",
    "ask_marking",
    "ask_penalty",
    "ask_difference",
    "ask_definition",
    "ask_agency",
    "ask_support",
    "check_certificate",
    "check_recall",
    "report_violation",
    "ask_human",
    "ticket_status",
    "inform",
    "greet",
    "thank",
    "deny",
    "affirm",
    "out_of_scope",
)
GROUPS = (
    "mains_electrical",
    "battery_powered",
    "battery",
    "radio",
    "it_av",
    "household_appliance",
    "lighting",
    "adapter_charger",
    "machinery",
    "pressure_equipment",
    "gas_appliance",
    "vehicle_part",
    "toy",
    "children_product",
    "textile",
    "household_product",
    "furniture",
    "ppe",
    "cosmetic",
    "medical_device",
    "ivd",
    "drug",
    "food",
    "food_contact",
    "health_supplement",
    "chemical",
    "consumer_chemical",
    "construction",
    "water_contact",
    "fire_equipment",
    "measuring_instrument",
    "software",
)


@dataclass(frozen=True, slots=True)
class Page:
    """The page that a person writes from, as the page describes itself."""

    url: str = ""
    title: str = ""
    product: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What a person sent. The raw text hides itself in repr, so it cannot slip into a log.

    `keeps_contact` says whether a contact in it may be kept, where one was asked for.
    """

    text: str = field(repr=False)
    conversation_id: str | None = None
    message_id: str | None = None
    channel: str = "web"
    page: Page | None = field(default=None, repr=False)
    keeps_contact: bool = True


@dataclass(frozen=True, slots=True)
class Entity:
    """A span of the masked text: `text == masked[start:end]`; `value` is the id or the normal form."""

    type: str
    value: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Label:
    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a question is about. Confidences are in [0, 1]; `by` names who said so ("rasa" or "builtin").

    `topic` is the subject of the nearest example that is out of scope, and `outside` how much nearer that example is
    than the nearest one in scope (cosines, so about -0.2 to 0.2; above 0 the question looks foreign).
    """

    intent: Label
    field: Label
    sector: Label
    intents: tuple[Label, ...] = ()
    topic: str = ""
    outside: float = 0.0
    entities: tuple[Entity, ...] = ()
    by: str = "builtin"


@dataclass(frozen=True, slots=True)
class Hit:
    """An article with its scores for one question. `score` is the fused one; the parts stand in `parts`.

    `wants` says what the wordings near the question want, as shares; it is empty where none is near.
    """

    article_id: str
    question: str
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)
    wants: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """What a conversation remembers between turns.

    `asking` is what the assistant is waiting for: "" (nothing), "item", "country", "property:<id>", "scheme",
    "candidates", "product" or "contact". `question` is the question that a filled slot completes, or the last one
    asked; it `is_general` when beside its subject it asks only what is needed, what it costs and the like.
    `is_item_of_page`: nobody said the item, the page that was written from is about it. `away` is the last opening of
    the desk that was announced.
    """

    item: str = ""
    country: str = ""
    mark: str = ""
    scheme: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    intent: str = ""
    asking: str = ""
    question: str = ""
    candidates: tuple[tuple[str, str], ...] = ()
    article: str = ""
    ticket: str = ""
    tries: int = 0
    is_general: bool = False
    is_item_of_page: bool = False
    away: str = ""


PlanKind = Literal[
    "search", "pick", "small_talk", "hand_off", "lookup", "status", "contact", "denied", "ask_again", "ask"
]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the dialogue wants done next. `text` is what to search for, with the subject carried along."""

    kind: PlanKind
    reason: str = ""
    text: str = ""
    article_id: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about one message, and why. `confidence` is the calibrated probability that the answer is right."""

    kind: DecisionKind
    reason: str
    confidence: float = 0.0
    article_id: str = ""
    slot: str = ""
    hits: tuple[Hit, ...] = ()
    topic: str = ""
    number: str = ""
    options: tuple[str, ...] = ()
    looked_up: LookedUp | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, as every channel and the JSON interface give it."""

    conversation_id: str
    decision: DecisionKind
    reason: str
    text: str
    article_id: str | None = None
    sources: tuple[Source, ...] = ()
    legal_basis: str = ""
    checked_on: date | None = None
    candidates: tuple[Hit, ...] = ()
    confidence: float = 0.0
    understanding: Understanding | None = None
    ticket: "Ticket | None" = None
    quick_replies: tuple[str, ...] = ()
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Ticket:
    """A question handed to a person. Times are UTC. `is_withdrawn`: the asker erased it before it was answered."""

    id: str
    conversation_id: str
    state: TicketState
    reason: str
    field: str
    sector: str
    created_at: datetime
    due_at: datetime
    slots: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    hits: tuple[Hit, ...] = ()
    transcript: tuple[tuple[str, str], ...] = ()
    contact: str = dataclasses.field(default="", repr=False)
    consultant: str = ""
    answer: str = ""
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    is_withdrawn: bool = False
