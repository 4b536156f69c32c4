"""GET /v1/conversations/{id}/messages: the history, for reloading and for waiting."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from assistant.store.conversations import StoredMessage
from assistant.turn import Assistant
from assistant.web.models import ERROR_RESPONSES, ConversationId, ErrorBody, History

_MAX_ID = 2**31 - 1
"""PostgreSQL's integer; a larger number would be an error of the database instead of a refusal."""


def router(assistant: Assistant) -> APIRouter:
    """Return the routes of conversations."""
    routes = APIRouter(tags=["conversations"])
    responses = {**ERROR_RESPONSES, 404: {"model": ErrorBody, "description": "There is no such conversation."}}

    @routes.get("/v1/conversations/{id}/messages", response_model=History, responses=responses)
    def list_messages(
        conversation_id: Annotated[ConversationId, Path(alias="id")],
        after: Annotated[int, Query(ge=0, le=_MAX_ID, description="Only messages behind this one.")] = 0,
    ) -> JSONResponse:
        """List a conversation's messages, oldest first."""
        found = assistant.conversations.messages(conversation_id, after)
        owner = assistant.conversations.conversation(conversation_id).owner
        return JSONResponse(
            {"conversation_id": conversation_id, "owner": owner, "messages": [_message(one) for one in found]}
        )

    return routes


def _message(stored: StoredMessage) -> dict[str, Any]:
    return {
        "id": stored.id,
        "role": stored.role,
        "text": stored.text,
        "reply": stored.reply,
        "created_at": stored.created_at.isoformat(),
    }
