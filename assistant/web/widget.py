"""The widget's interface under /widget/v1, its script, and the page that shows it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Query, Request, Security
from fastapi.responses import JSONResponse, Response, StreamingResponse
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from starlette.staticfiles import StaticFiles

from assistant import wording
from assistant.errors import NotFoundError
from assistant.privacy import find_contact
from assistant.records import Message, Page, Reply
from assistant.store.visit_news import Cursor, NewsDesk
from assistant.store.visits import CHANNEL, Visit, VisitStore
from assistant.text import readable
from assistant.turn import Assistant
from assistant.web.body import described, reads
from assistant.web.headers import SCRIPT
from assistant.web.metrics import Metrics
from assistant.web.models import ERROR_RESPONSES, ErrorBody
from assistant.web.page import STATIC
from assistant.web.stream import Listeners
from assistant.web.visit_view import line_json, ticket_json, transcript
from assistant.web.visitors import PREFIX, Visitors
from assistant.web.widget_models import (
    CURSOR,
    NewConsent,
    NewRating,
    NewVisit,
    PageIn,
    VisitOut,
    WidgetConversation,
    WidgetMessage,
    WidgetReply,
)
from assistant.wire import reply_json

Body = TypeVar("Body", bound=BaseModel)

_TEMPLATES = Path(__file__).parent / "templates"
_FILE_NAME = f"attachment; filename=\"onecall.txt\"; filename*=UTF-8''{quote(wording.TRANSCRIPT_FILE)}"
_RESPONSES: dict[int | str, dict[str, Any]] = {
    **ERROR_RESPONSES,
    401: {"model": ErrorBody, "description": "`visitor_unknown`: no valid token, or that of another origin."},
    403: {"model": ErrorBody, "description": "`origin_refused`: the widget may not be shown there."},
}
_TOKEN = [Security(HTTPBearer(auto_error=False, description="The visitor's token, as `visits` gave it."))]
"""It describes the token in the OpenAPI document, and refuses nothing."""


@dataclass(frozen=True)
class Widget:
    """What the widget's routes need beside the assistant."""

    visitors: Visitors
    visits: VisitStore
    desk: NewsDesk
    listeners: Listeners


def router(assistant: Assistant, widget: Widget, metrics: Metrics) -> APIRouter:
    """Return the widget's routes."""
    routes = APIRouter(tags=["widget"])
    open_to_all = APIRouter(prefix=PREFIX, responses=_RESPONSES)
    _add_visits(open_to_all, assistant, widget)
    interface = APIRouter(prefix=PREFIX, responses=_RESPONSES, dependencies=_TOKEN)
    _add_messages(interface, _Talk(assistant, widget, metrics))
    _add_events(interface, widget)
    _add_conversation(interface, widget)
    _add_opinions(interface, widget)
    routes.include_router(open_to_all)
    routes.include_router(interface)
    _add_files(routes)
    return routes


def _add_visits(routes: APIRouter, assistant: Assistant, widget: Widget) -> None:
    @routes.post("/visits", response_model=VisitOut, openapi_extra=described(NewVisit))
    def visit(request: Request, new: Annotated[NewVisit, Depends(reads(NewVisit))]) -> JSONResponse:
        """Begin a visit, or go on with an earlier one."""
        origin = widget.visitors.origin(request)
        visitor_id, token = widget.visitors.admit(new.visitor_token, origin)
        known = widget.visits.arrive(visitor_id, origin, _page(new.page))
        ticket = assistant.tickets.of_conversation(known.conversation_id) if known.conversation_id else None
        is_open = ticket is not None and ticket.state in ("open", "assigned")
        return JSONResponse(
            {
                "visitor_token": token,
                "conversation_id": known.conversation_id,
                "has_consented": known.has_consented,
                "open_ticket": ticket_json(ticket) if is_open else None,
            }
        )


class _Talk:
    """A message of a visitor and its reply."""

    def __init__(self, assistant: Assistant, widget: Widget, metrics: Metrics) -> None:
        self.visitors = widget.visitors
        self._assistant = assistant
        self._visits = widget.visits
        self._listeners = widget.listeners
        self._metrics = metrics

    def answer(self, visitor_id: str, sent: WidgetMessage) -> dict[str, Any]:
        began = perf_counter()
        text, message_id = readable(sent.text), sent.message_id.lower()
        visit = self._visits.visit(visitor_id)
        if visit.conversation_id and (known := self._stored(visit.conversation_id, message_id)):
            return known
        conversation_id = self._visits.begin(visitor_id)
        if not visit.has_consented and self._asks_contact(conversation_id) and find_contact(text):
            return _consent_needed(conversation_id, began)
        try:
            reply = self._turn(Message(text, conversation_id, message_id, CHANNEL), visitor_id, visit, sent)
        finally:
            self._listeners.wake(visitor_id)
        self._metrics.count_turn(reply, perf_counter() - began)
        return self._stored(conversation_id, message_id) or {**reply, "reply_id": "", "consent_needed": False}

    def _turn(self, message: Message, visitor_id: str, visit: Visit, sent: WidgetMessage) -> dict[str, Any]:
        page = _page(sent.page) or visit.page
        reply = self._assistant.handle(
            Message(
                message.text,
                message.conversation_id,
                message.message_id,
                message.channel,
                page,
                keeps_contact=visit.has_consented,
            )
        )
        if reply["reason"] == "contact_left":
            self._visits.uphold_consent(visitor_id)
        return reply

    def _stored(self, conversation_id: str, message_id: str) -> dict[str, Any] | None:
        found = self._visits.replied(conversation_id, message_id)
        return {**found.reply, "reply_id": str(found.id), "consent_needed": False} if found else None

    def _asks_contact(self, conversation_id: str) -> bool:
        conversation = self._assistant.conversations.conversation(conversation_id)
        return conversation.state.asking == "contact" and conversation.owner != "human"


def _consent_needed(conversation_id: str, began: float) -> dict[str, Any]:
    took_ms = (perf_counter() - began) * 1000
    asking = Reply(conversation_id, "ask", "consent_needed", wording.CONSENT_NEEDED, took_ms=took_ms)
    return {**reply_json(asking), "reply_id": "", "consent_needed": True}


def _add_messages(routes: APIRouter, talk: _Talk) -> None:
    many = {"model": ErrorBody, "description": "`too_many`: `Retry-After` says when there is room again."}

    # Sync, so that it runs in a thread: a turn computes and waits for the database.
    @routes.post("/messages", response_model=WidgetReply, responses={429: many}, openapi_extra=described(WidgetMessage))
    def send(
        visitor_id: Annotated[str, Depends(talk.visitors)],
        message: Annotated[WidgetMessage, Depends(reads(WidgetMessage))],
    ) -> JSONResponse:
        """Answer one message."""
        return JSONResponse(talk.answer(visitor_id, message))


def _add_events(routes: APIRouter, widget: Widget) -> None:
    @routes.get("/events", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}})
    async def events(
        visitor_id: Annotated[str, Depends(widget.visitors)],
        after: Annotated[str, Query(pattern=CURSOR, description="The id of the last event seen.")] = "0-0",
        last_event_id: Annotated[str | None, Header(pattern=CURSOR)] = None,
    ) -> StreamingResponse:
        """Stream `message`, `state` and `erased`: first what was missed, then what happens."""
        erasures, message = (last_event_id or after).split("-")
        stream: AsyncIterator[str] = await widget.listeners.open(visitor_id, Cursor(int(erasures), int(message)))
        # For nginx, which else keeps events back until it has a buffer full of them.
        return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _add_conversation(routes: APIRouter, widget: Widget) -> None:
    Visitor = Annotated[str, Depends(widget.visitors)]

    @routes.get("/conversation", response_model=WidgetConversation)
    def conversation(visitor_id: Visitor) -> JSONResponse:
        """Give the visitor's conversation, oldest message first."""
        news = widget.desk.whole(visitor_id)
        return JSONResponse(
            {
                "conversation_id": news.conversation_id,
                "messages": [line_json(line) for line in news.lines],
                "ticket": ticket_json(news.standing.ticket),
                "cursor": str(news.cursor),
            }
        )

    @routes.get("/conversation/file", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    def conversation_file(visitor_id: Visitor) -> Response:
        """Give the conversation as a text to keep."""
        news = widget.desk.whole(visitor_id)
        if news.conversation_id is None:
            raise NotFoundError(wording.ERRORS["no_conversation"], code="no_conversation")
        return Response(
            transcript(news),
            media_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": _FILE_NAME},
        )

    @routes.delete("/conversation", status_code=204)
    def erase(visitor_id: Visitor) -> Response:
        """Erase the conversation: every text and the contact. An open ticket is withdrawn."""
        widget.visits.erase(visitor_id)
        widget.listeners.wake(visitor_id)
        return Response(status_code=204)


def _add_opinions(routes: APIRouter, widget: Widget) -> None:
    Visitor = Annotated[str, Depends(widget.visitors)]

    @routes.post("/ratings", status_code=204, openapi_extra=described(NewRating))
    def rate(visitor_id: Visitor, new: Annotated[NewRating, Depends(reads(NewRating))]) -> Response:
        """Rate a reply; rating it again replaces the first rating."""
        widget.visits.rate(visitor_id, int(new.reply_id), new.score, new.comment or "")
        return Response(status_code=204)

    @routes.post("/typing", status_code=204)
    def say_typing(visitor_id: Visitor) -> Response:
        """Say that the visitor is writing; to be said again every few seconds. A consultant sees it."""
        widget.visits.note_writing(visitor_id)
        return Response(status_code=204)

    @routes.post("/consent", status_code=204, openapi_extra=described(NewConsent))
    def consent(visitor_id: Visitor, new: Annotated[NewConsent, Depends(reads(NewConsent))]) -> Response:
        """Agree that a contact is kept to tell of the answer, or take that back."""
        widget.visits.consent(visitor_id, new.given)
        return Response(status_code=204)


def _add_files(routes: APIRouter) -> None:
    scripts, pages = StaticFiles(directory=STATIC), StaticFiles(directory=_TEMPLATES)

    @routes.api_route(SCRIPT, methods=["GET", "HEAD"], include_in_schema=False)
    async def script(request: Request) -> Response:
        return await scripts.get_response("widget.js", request.scope)

    @routes.api_route("/demo", methods=["GET", "HEAD"], include_in_schema=False)
    async def demo(request: Request) -> Response:
        return await pages.get_response("demo.html", request.scope)


def _page(given: PageIn | None) -> Page | None:
    """Return a page that says anything of itself."""
    said = {name: value for name, value in given.model_dump().items() if value} if given else {}
    return Page(**said) if said else None
