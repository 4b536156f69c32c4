"""The shapes of the HTTP interface, for checking what comes in and for the OpenAPI document.

Replies are not squeezed through these models: they go out as the assistant made and stored them, and the tests hold
them against the models.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.records import DecisionKind, Owner

ConversationId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
NoNul = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]


class ErrorBody(BaseModel):
    """Every error."""

    code: str = Field(description="For machines, for example `bad_input`, `no_conversation`, `too_large`.")
    message: str = Field(description="For people, in Korean.")


class NewMessage(BaseModel):
    """A visitor's message."""

    model_config = ConfigDict(strict=True, extra="forbid")

    text: NoNul = Field(description="The question: 1 to 2,000 characters.")
    conversation_id: ConversationId | None = Field(
        None, description="The conversation it belongs to, as an earlier reply gave it; null starts a new one."
    )
    message_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._:-]{1,80}$")] | None = Field(
        None, description="The sender's own id of the message. Sent again with the same id, it gets the same reply."
    )


class SourceOut(BaseModel):
    title: str
    url: str


class Candidate(BaseModel):
    """An article that may be meant."""

    article_id: str
    question: str
    score: float = Field(description="Higher is nearer.")


class EntityOut(BaseModel):
    """A named thing in the (masked) message."""

    type: str
    value: str = Field(description="Its id or normal form.")
    text: str
    start: int
    end: int


class UnderstandingOut(BaseModel):
    """What the message was taken to be about."""

    intent: str
    intent_confidence: float = Field(ge=0, le=1)
    field: str
    sector: str
    entities: list[EntityOut]
    by: str = Field(description="`rasa` or `builtin`.")


class TicketOut(BaseModel):
    """A question that a consultant answers."""

    id: str = Field(examples=["OC-000042"])
    due_at: datetime = Field(description="UTC; an answer is promised by then.")


class ReplyOut(BaseModel):
    """One reply."""

    conversation_id: str
    decision: DecisionKind
    reason: str = Field(description="Why it was decided so; a code.")
    text: str = Field(description="What to show; empty while a consultant owns the conversation.")
    article_id: str | None
    sources: list[SourceOut]
    legal_basis: str | None
    checked_on: date | None = Field(description="When the answer was last checked against its sources.")
    candidates: list[Candidate]
    confidence: float = Field(ge=0, le=1, description="Calibrated probability that the answer is right.")
    understanding: UnderstandingOut | None
    ticket: TicketOut | None
    quick_replies: list[str] = Field(description="Texts to offer as buttons.")
    took_ms: float


class StoredMessageOut(BaseModel):
    id: int = Field(description="Grows within a conversation; give it as `after` to get what is newer.")
    role: Literal["visitor", "assistant", "consultant"]
    text: str = Field(description="Personal data is masked.")
    reply: dict[str, Any] | None = Field(
        description="The whole reply of an assistant's message; of a consultant's what it is."
    )
    created_at: datetime


class NewOpinion(BaseModel):
    """What the visitor thinks of a reply or of a consultant's message."""

    model_config = ConfigDict(strict=True, extra="forbid")

    message: int = Field(gt=0, le=2**31 - 1, description="The id of the message, as the history gives it.")
    score: Literal["up", "down"]
    comment: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=500)] | None = None


class History(BaseModel):
    """A conversation's messages, oldest first, at most 200 at once."""

    conversation_id: str
    owner: Owner = Field(description="Who answers: the assistant, nobody yet (`queue`), or a consultant (`human`).")
    typing: Literal["consultant"] | None = Field(None, description="A consultant is writing right now.")
    messages: list[StoredMessageOut]


class Health(BaseModel):
    """The state of the service and its parts."""

    model_config = ConfigDict(extra="allow")

    status: Literal["ok", "degraded", "down"] = Field(description="`degraded`: it answers, but a part is missing.")
    database: Literal["ok", "down"]
    rasa: Literal["up", "down", "off"] = "off"
    open_tickets: int | None = None


ERROR_RESPONSES: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorBody, "description": "What was sent cannot be used."},
    413: {"model": ErrorBody, "description": "What was sent is too large."},
    "4XX": {"model": ErrorBody, "description": "Any other refusal."},
    500: {"model": ErrorBody, "description": "Something unexpected went wrong; it is safe to send again."},
    503: {"model": ErrorBody, "description": "A part that is needed does not answer."},
}
"""Errors that every operation may answer with."""
