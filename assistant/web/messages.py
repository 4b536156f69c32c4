"""POST /v1/messages: a question in, a reply out."""

from time import perf_counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from assistant.errors import BadInputError
from assistant.records import Message
from assistant.turn import Assistant
from assistant.web.body import read_json
from assistant.web.errors import sentence_for
from assistant.web.metrics import Metrics
from assistant.web.models import ERROR_RESPONSES, ErrorBody, NewMessage, ReplyOut

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": NewMessage.model_json_schema(),
                "example": {"conversation_id": None, "text": "보조배터리 KC 인증이 필요한가요?"},
            }
        },
    }
}
"""FastAPI reads bodies with json.loads, which is too lenient; as the body is read here, it is described here."""


async def read_message(request: Request) -> NewMessage:
    """Read a request's body.

    Raises:
        BadInputError: it is not JSON, or not the JSON of a message.
    """
    try:
        return NewMessage.model_validate(await read_json(request))
    except ValidationError as error:
        raise BadInputError(sentence_for(error)) from None


def router(assistant: Assistant, metrics: Metrics) -> APIRouter:
    """Return the routes of messages."""
    routes = APIRouter(tags=["messages"])
    responses = {
        **ERROR_RESPONSES,
        404: {"model": ErrorBody, "description": "There is no such conversation."},
        409: {"model": ErrorBody, "description": "The same message is being worked on; send it again."},
    }

    # Sync, so that it runs in a thread: a turn computes and waits for the database.
    @routes.post("/v1/messages", response_model=ReplyOut, responses=responses, openapi_extra=_BODY)
    def send_message(message: Annotated[NewMessage, Depends(read_message)]) -> JSONResponse:
        """Answer one message of a visitor."""
        began = perf_counter()
        reply = assistant.handle(
            Message(message.text, conversation_id=message.conversation_id, message_id=message.message_id)
        )
        metrics.count_turn(reply, perf_counter() - began)
        return JSONResponse(reply)

    return routes
