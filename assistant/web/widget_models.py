"""The shapes of the widget's interface, for checking what comes in and for the OpenAPI document."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.web.models import Candidate, NoNul, ReplyOut, SourceOut, TicketOut
from assistant.web.visitors import TOKEN_MAX

CURSOR = r"^[0-9]{1,9}-[0-9]{1,10}$"
ReplyId = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}$")]
Described = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=300)] | None
MessageId = Annotated[
    str, StringConstraints(pattern=r"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$")
]


class _In(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class PageIn(_In):
    """The page that shows the widget, as it describes itself."""

    url: Described = None
    title: Described = None
    product: Described = Field(None, description="The product that the page is about.")
    category: Described = Field(None, description="Its category; it counts where the product's name says no item.")


class NewVisit(_In):
    visitor_token: Annotated[str, StringConstraints(max_length=TOKEN_MAX)] | None = Field(
        None, description="The token of an earlier visit. One that is not valid any more starts a new visitor."
    )
    page: PageIn | None = None


class WidgetMessage(_In):
    message_id: MessageId = Field(description="A UUID. Sent again with the same one, it gets the same reply.")
    text: NoNul = Field(description="The question: 1 to 2,000 characters.")
    page: PageIn | None = Field(None, description="null: the page of the visit.")


class NewRating(_In):
    reply_id: ReplyId
    score: Literal["up", "down"]
    comment: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=500)] | None = None


class NewConsent(_In):
    given: bool = Field(description="false deletes a contact that was left.")


class WidgetTicket(TicketOut):
    state: Literal["open", "assigned", "answered", "closed"]


class VisitOut(BaseModel):
    visitor_token: str = Field(description="For 30 days, and for the origin that asked.")
    conversation_id: str | None
    has_consented: bool
    open_ticket: WidgetTicket | None


class WidgetReply(ReplyOut):
    reply_id: str = Field(description="For a rating; empty where nothing was stored.")
    consent_needed: bool = Field(description="The message was not stored: send it again after `POST consent`.")


class WidgetLine(BaseModel):
    """One message; what stands behind `message_id` is there for those of the assistant only."""

    id: str
    role: Literal["visitor", "assistant", "consultant"]
    text: str = Field(description="Personal data is masked.")
    at: datetime
    message_id: str | None = Field(None, description="A visitor's own id of the message.")
    sources: list[SourceOut] | None = None
    candidates: list[Candidate] | None = None
    quick_replies: list[str] | None = None
    ticket: TicketOut | None = None
    decision: str | None = None
    article_id: str | None = None
    legal_basis: str | None = None
    checked_on: str | None = None
    card: dict[str, Any] | None = None


class WidgetConversation(BaseModel):
    conversation_id: str | None
    messages: list[WidgetLine]
    ticket: WidgetTicket | None
    cursor: str = Field(description="Give it to `events` as `after` to go on from here.")
