"""The shapes of watching over HTTP: what may come in, and for the OpenAPI document what goes out."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from assistant.errors import BadInputError
from assistant.safety.watch.events import ALARMS, KINDS
from assistant.safety.watch.listings import AT_ONCE
from assistant.safety.watch.words import WATCH_ERRORS
from assistant.web.body import read_json
from assistant.web.errors import sentence_for
from assistant.web.screen_models import ListingIn, VerdictOut

CURSOR_MAX = 2**31 - 1
"""Far more than there will ever be; a larger number would be an error of SQLite's or PostgreSQL's integers."""

Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_]{1,40}$")]
Body = TypeVar("Body", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class ListingsIn(_Strict):
    """Listings to watch."""

    listings: list[ListingIn] = Field(max_length=AT_ONCE)


class Replay(_Strict):
    """Which events are to be sent again."""

    after: int = Field(ge=0, le=CURSOR_MAX, description="The events behind this cursor.")
    webhook_id: Id | None = Field(None, description="To this webhook only; null: to all of them.")


class NewWebhook(_Strict):
    """An address that events are sent to."""

    url: str = Field(
        description="https only, with an address of the public internet.", examples=["https://mall.example/hook"]
    )
    events: list[str] = Field(
        default_factory=lambda: list(ALARMS),
        max_length=len(KINDS),
        description=f"Of {', '.join(KINDS)}; by default those that tell of a change.",
    )


class RegisteredOut(BaseModel):
    """What came of one listing."""

    id: str
    result: Literal["registered", "updated", "unchanged"]
    verdict: VerdictOut


class ListingsOut(BaseModel):
    """What came of the listings, in their order."""

    registered: int
    updated: int
    unchanged: int
    listings: list[RegisteredOut]


class WatchedOut(BaseModel):
    """A listing under watch."""

    id: str
    listing: ListingIn
    verdict: VerdictOut
    since: datetime = Field(description="When the verdict last changed.")
    checked_at: datetime = Field(description="When it was last screened; nothing that concerns it has changed since.")


class WatchedPage(BaseModel):
    """Listings under watch, those registered first in front."""

    listings: list[WatchedOut]
    next: int | None = Field(description="Give it as `after` to go on; null at the end.")


class EventOut(BaseModel):
    """An event; a webhook's body is the same."""

    id: str = Field(description="The same in every delivery, as `webhook-id`.")
    cursor: int = Field(description="Counts up by one from event to event.")
    type: str = Field(description=f"One of {', '.join(KINDS)}.")
    timestamp: datetime
    data: dict[str, Any] = Field(description="`listing_id`, what was said `before`, and the whole new `verdict`.")


class EventsOut(BaseModel):
    """Events, oldest first."""

    events: list[EventOut]
    next: int = Field(description="Give it as `after` the next time.")
    has_more: bool
    missed: int = Field(description="How many events behind `after` are no longer kept (they are for 90 days).")


class ReplayOut(BaseModel):
    due: int = Field(description="How many deliveries will be made.")


class WebhookOut(BaseModel):
    """A webhook and how its deliveries go."""

    id: str
    url: str
    events: list[str]
    state: Literal["active", "gone"] = Field(description="`gone`: it answered 410, and gets nothing more.")
    due: int = Field(description="Deliveries that wait or are tried again.")
    failed: int = Field(description="Deliveries that were given up after 72 hours; `replay` brings them back.")
    failures: int = Field(description="Failures since the last success.")
    last_status: str | None = Field(description="An HTTP status, or timeout, no_connection, bad_answer, bad_address.")
    last_success_at: datetime | None
    last_failure_at: datetime | None
    created_at: datetime
    secret: str | None = Field(description="Shown once: when it is made, or a new one is.")


class WebhooksOut(BaseModel):
    webhooks: list[WebhookOut]


class TestOut(BaseModel):
    delivered: bool
    status: str = Field(description="An HTTP status, or timeout, no_connection, bad_answer, bad_address.")


def reads(model: type[Body]) -> Callable[[Request], Awaitable[Body]]:
    """Return a dependency that reads a request's body as a model, strictly; it raises BadInputError."""

    async def read(request: Request) -> Body:
        try:
            return model.model_validate(await read_json(request))
        except ValidationError as error:
            if error.errors()[0]["type"] == "extra_forbidden":
                known = ", ".join(model.model_fields)
                raise BadInputError(WATCH_ERRORS["unknown_field"].format(known=known)) from None
            raise BadInputError(sentence_for(error)) from None

    return read


def body(model: type[BaseModel], example: Any) -> dict[str, Any]:
    """Describe a body for the OpenAPI document; as it is read here and not by FastAPI, FastAPI does not know it."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}}
