"""/v1/conversations/{id}: the history, for reloading and for waiting; that the visitor is writing; ratings."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse, Response

from assistant.store.conversations import StoredMessage
from assistant.turn import Assistant
from assistant.web.body import described, reads
from assistant.web.models import ERROR_RESPONSES, ConversationId, ErrorBody, History, NewOpinion

_MAX_ID = 2**31 - 1
"""PostgreSQL's integer; a larger number would be an error of the database instead of a refusal."""

Id = Annotated[ConversationId, Path(alias="id")]


def router(assistant: Assistant) -> APIRouter:
    """Return the routes of conversations."""
    routes = APIRouter(tags=["conversations"])
    responses = {**ERROR_RESPONSES, 404: {"model": ErrorBody, "description": "There is no such conversation."}}

    @routes.get("/v1/conversations/{id}/messages", response_model=History, responses=responses)
    def list_messages(
        conversation_id: Id,
        after: Annotated[int, Query(ge=0, le=_MAX_ID, description="Only messages behind this one.")] = 0,
    ) -> JSONResponse:
        """List a conversation's messages, oldest first."""
        found = assistant.conversations.messages(conversation_id, after)
        owner = assistant.conversations.conversation(conversation_id).owner
        if any(one.role == "consultant" for one in found):
            assistant.conversations.note_shown(conversation_id, found[-1].id)
        is_writing = owner == "human" and assistant.conversations.is_person_writing(conversation_id)
        return JSONResponse(
            {
                "conversation_id": conversation_id,
                "owner": owner,
                "typing": "consultant" if is_writing else None,
                "messages": [_message(one) for one in found],
            }
        )

    @routes.post("/v1/conversations/{id}/typing", status_code=204, responses=responses)
    def say_typing(conversation_id: Id) -> Response:
        """Say that the visitor is writing; to be said again every few seconds. A consultant sees it."""
        assistant.conversations.note_writing(conversation_id)
        return Response(status_code=204)

    @routes.post(
        "/v1/conversations/{id}/ratings", status_code=204, responses=responses, openapi_extra=described(NewOpinion)
    )
    def rate(conversation_id: Id, new: Annotated[NewOpinion, Depends(reads(NewOpinion))]) -> Response:
        """Rate a reply or a consultant's message; rating it again replaces the first rating."""
        assistant.conversations.rate(conversation_id, new.message, new.score, new.comment or "")
        return Response(status_code=204)

    return routes


def _message(stored: StoredMessage) -> dict[str, Any]:
    reply = stored.reply
    if stored.role == "consultant" and reply:
        # What happened, and not who at the desk did it.
        reply = {name: value for name, value in reply.items() if name != "consultant"}
    return {
        "id": stored.id,
        "role": stored.role,
        "text": stored.text,
        "reply": reply,
        "created_at": stored.created_at.isoformat(),
    }
