"""Request bodies: how large they may be, and how they are read."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import BadInputError
from assistant.web.errors import ErrorWriter, sentence_for
from assistant.wording import ERRORS, WEB_ERRORS

Body = TypeVar("Body", bound=BaseModel)

STREAMED = {("POST", "/v1/screen/batches"), ("PUT", "/v1/listings")}
_FILES = re.compile(r"/desk/tickets/[0-9]+/files")
"""Bodies that are never held in memory: who takes them in reads them in pieces, with a limit of its own."""

MAX_BYTES = 64 * 1024
"""A question has at most 2,000 characters; this leaves room for six bytes of JSON for each, and to spare."""

_DRAIN_BYTES = 1024 * 1024
"""Read and thrown away before a refusal: a client that is cut off while sending never sees the refusal."""


class BodyLimit:
    """ASGI middleware that refuses a body over MAX_BYTES, whether its length was announced or it came in chunks."""

    def __init__(self, app: ASGIApp, write_error: ErrorWriter) -> None:
        self._app = app
        self._write_error = write_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _is_streamed(scope["method"], scope["path"]):
            await self._app(scope, *_drained(receive, send))
            return
        body = await _read(receive)
        if body is None:
            return
        if len(body) > MAX_BYTES:
            refusal = self._write_error(413, "too_large", ERRORS["too_large"], {"Connection": "close"})
            await refusal(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


def _is_streamed(method: str, path: str) -> bool:
    return (method, path) in STREAMED or (method == "POST" and _FILES.fullmatch(path) is not None)


async def _read(receive: Receive) -> bytes | None:
    """Return the body, up to a little over MAX_BYTES of it; None if the client went away."""
    body, seen = b"", 0
    while seen <= _DRAIN_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        seen += len(part)
        if len(body) <= MAX_BYTES:
            body += part
        if not message.get("more_body", False):
            break
    return body


def _drained(receive: Receive, send: Send) -> tuple[Receive, Send]:
    """Return a connection on which an answer that comes before the end of the body waits for some more of it."""
    is_open = True

    async def watched() -> Message:
        nonlocal is_open
        message = await receive()
        is_open = message["type"] == "http.request" and message.get("more_body", False)
        return message

    async def answer(message: Message) -> None:
        seen = 0
        while message["type"] == "http.response.start" and is_open and seen <= _DRAIN_BYTES:
            seen += len((await watched()).get("body", b"")) or 1
        await send(message)

    return watched, answer


def _replay(body: bytes, receive: Receive) -> Receive:
    is_read = False

    async def replay() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def read_json(request: Request) -> Any:
    """Return the JSON value of a request's body.

    Raises:
        BadInputError: it is not announced as JSON, not UTF-8, not JSON, or names a key twice.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise BadInputError(WEB_ERRORS["content_type"])
    return parse_json(await request.body())


def parse_json(raw: bytes) -> Any:
    """Parse strictly: json.loads alone takes NaN, keeps the last of two equal keys, and guesses UTF-16.

    Raises:
        BadInputError: it is not JSON in UTF-8; the user's text is not part of the error.
    """
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadInputError(WEB_ERRORS["bad_json"]) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key is there twice")
    return made


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def reads(model: type[Body]) -> Callable[[Request], Awaitable[Body]]:
    """Return a dependency that reads a request's body as a model, strictly; it raises BadInputError."""

    async def read(request: Request) -> Body:
        try:
            return model.model_validate(await read_json(request))
        except ValidationError as error:
            raise BadInputError(sentence_for(error)) from None

    return read


def described(model: type[BaseModel]) -> dict[str, Any]:
    """Describe a body for the OpenAPI document, its parts in place: the document has none of its own for them."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})

    def in_place(value: Any) -> Any:
        if isinstance(value, list):
            return [in_place(one) for one in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return in_place(parts[value["$ref"].rsplit("/", 1)[1]])
        return {name: in_place(one) for name, one in value.items()}

    return {"requestBody": {"required": True, "content": {"application/json": {"schema": in_place(schema)}}}}
