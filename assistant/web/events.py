"""/v1/events and /v1/webhooks: what changed, to be fetched or to be sent."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse, Response

from assistant.product_safety import Mall
from assistant.safety.watch.events import EventFeed, event_json
from assistant.safety.watch.webhooks import Endpoint, Webhooks
from assistant.web.callers import KEY_RESPONSES, KEY_SCHEMES, Callers
from assistant.web.models import ERROR_RESPONSES, ErrorBody
from assistant.web.watch_models import (
    CURSOR_MAX,
    EventsOut,
    Id,
    NewWebhook,
    Replay,
    ReplayOut,
    TestOut,
    WebhookOut,
    WebhooksOut,
    body,
    reads,
)

_ABSENT: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorBody, "description": "`no_webhook`: the mall has none of that id."}
}
_EVENTS_MAX = 1_000

WebhookId = Annotated[Id, Path(alias="webhook_id")]


def router(feed: EventFeed, webhooks: Webhooks, callers: Callers) -> APIRouter:
    """Return the routes of events and webhooks. All are behind a key, and each mall sees its own only."""
    routes = APIRouter(tags=["watch"], dependencies=KEY_SCHEMES, responses={**ERROR_RESPONSES, **KEY_RESPONSES})
    _add_events(routes, feed, callers)
    _add_webhooks(routes, webhooks, callers)
    _add_webhook(routes, webhooks, callers)
    return routes


def _add_events(routes: APIRouter, feed: EventFeed, callers: Callers) -> None:
    Caller = Annotated[Mall, Depends(callers)]

    @routes.get("/v1/events", response_model=EventsOut)
    def list_events(
        mall: Caller,
        after: Annotated[int, Query(ge=0, le=CURSOR_MAX, description="`next` of the answer before; 0: all.")] = 0,
        limit: Annotated[int, Query(ge=1, le=_EVENTS_MAX)] = 100,
    ) -> JSONResponse:
        """Give the events behind a cursor, oldest first."""
        page = feed.after(mall.id, after, limit)
        return JSONResponse(
            {
                "events": [event_json(event) for event in page.events],
                "next": page.next,
                "has_more": page.has_more,
                "missed": page.missed,
            }
        )

    @routes.post(
        "/v1/events/replay",
        status_code=202,
        response_model=ReplayOut,
        responses=_ABSENT,
        openapi_extra=body(Replay, {"after": 120, "webhook_id": None}),
    )
    def replay_events(mall: Caller, asked: Annotated[Replay, Depends(reads(Replay))]) -> JSONResponse:
        """Send the events behind a cursor to the webhooks again, whether they arrived before or not."""
        return JSONResponse({"due": feed.replay(mall.id, asked.after, asked.webhook_id)}, 202)


def _add_webhooks(routes: APIRouter, webhooks: Webhooks, callers: Callers) -> None:
    Caller = Annotated[Mall, Depends(callers)]

    @routes.post(
        "/v1/webhooks",
        status_code=201,
        response_model=WebhookOut,
        openapi_extra=body(NewWebhook, {"url": "https://mall.example/hook", "events": ["recall_matched"]}),
    )
    async def add_webhook(mall: Caller, new: Annotated[NewWebhook, Depends(reads(NewWebhook))]) -> JSONResponse:
        """Have events sent to an address. The answer holds the secret that signs them; it is shown this once."""
        # In asyncio's own threads: a name server that does not answer must not keep the few that work waiting.
        made = await asyncio.to_thread(webhooks.add, mall.id, new.url, new.events)
        return JSONResponse(webhook_json(made), 201)

    @routes.get("/v1/webhooks", response_model=WebhooksOut)
    def list_webhooks(mall: Caller) -> JSONResponse:
        """List the webhooks and how their deliveries go."""
        return JSONResponse({"webhooks": [webhook_json(one) for one in webhooks.listed(mall.id)]})


def _add_webhook(routes: APIRouter, webhooks: Webhooks, callers: Callers) -> None:
    Caller = Annotated[Mall, Depends(callers)]

    @routes.get("/v1/webhooks/{webhook_id}", response_model=WebhookOut, responses=_ABSENT)
    def get_webhook(webhook_id: WebhookId, mall: Caller) -> JSONResponse:
        """Give one webhook and how its deliveries go."""
        return JSONResponse(webhook_json(webhooks.get(mall.id, webhook_id)))

    @routes.delete("/v1/webhooks/{webhook_id}", status_code=204, responses=_ABSENT)
    def remove_webhook(webhook_id: WebhookId, mall: Caller) -> Response:
        """Send nothing more to an address, and drop what was due."""
        webhooks.remove(mall.id, webhook_id)
        return Response(status_code=204)

    @routes.post("/v1/webhooks/{webhook_id}/test", response_model=TestOut, responses=_ABSENT)
    async def test_webhook(webhook_id: WebhookId, mall: Caller) -> JSONResponse:
        """Send a signed event of type `test` now, and say what came of it."""
        outcome = await asyncio.to_thread(webhooks.test, mall.id, webhook_id)
        return JSONResponse({"delivered": outcome.is_delivered, "status": outcome.status})

    @routes.post("/v1/webhooks/{webhook_id}/rotate", response_model=WebhookOut, responses=_ABSENT)
    def rotate_secret(webhook_id: WebhookId, mall: Caller) -> JSONResponse:
        """Make a new secret; for 24 hours the old one signs as well, so that nothing is refused meanwhile."""
        return JSONResponse(webhook_json(webhooks.rotate(mall.id, webhook_id)))


def webhook_json(endpoint: Endpoint) -> dict[str, Any]:
    """Return a webhook, as WebhookOut describes it."""
    told = asdict(endpoint)
    moments = {name: told[name] for name in ("last_success_at", "last_failure_at", "created_at")}
    kinds = told.pop("kinds")
    return {
        **told,
        "events": list(kinds),
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }
