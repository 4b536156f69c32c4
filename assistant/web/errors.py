"""Errors as JSON: `{"code", "message"}`, whatever went wrong. A user's words reach neither answer nor log."""

import logging
import traceback
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Protocol

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import AssistantError, RateLimitedError, UnauthorizedError
from assistant.web.desk_session import refused_page
from assistant.web.metrics import Metrics
from assistant.wording import ERRORS, WEB_ERRORS

log = logging.getLogger(__name__)

_HTTP = {
    404: ("not_found", ERRORS["not_found"]),
    405: ("method_not_allowed", ERRORS["method_not_allowed"]),
    413: ("too_large", ERRORS["too_large"]),
}


class ErrorWriter:
    """Writes one error as JSON, and counts it."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def __call__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
        self._metrics.errors.labels(code=code).inc()
        return JSONResponse({"code": code, "message": message}, status, headers=headers)


class Invalid(Protocol):
    """What pydantic's and FastAPI's validation errors have in common."""

    def errors(self) -> Sequence[Any]: ...


def sentence_for(error: Invalid) -> str:
    """Say in Korean what is wrong with the first invalid field. The name of an unknown field is not repeated."""
    first = error.errors()[0]
    location = first["loc"]
    field = next((part for part in reversed(location) if isinstance(part, str)), "")
    if first["type"] == "extra_forbidden":
        return WEB_ERRORS["unknown_field"]
    if not field:
        return ERRORS["bad_input"]
    return WEB_ERRORS["missing_field" if first["type"] == "missing" else "bad_field"].format(field=field)


def handle_errors(app: FastAPI, write_error: ErrorWriter) -> None:
    """Let every error that a route raises be answered as JSON."""

    async def ours(request: Request, error: Exception) -> Response:
        if not isinstance(error, AssistantError):
            raise error
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("refused with %s: %s", error.code, error_trail(error))
        written = write_error(error.status, error.code, error.message, _headers(error))
        is_desk = request.url.path == "/desk" or request.url.path.startswith("/desk/")
        return (refused_page(request, error) if is_desk else None) or written

    async def invalid(_request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, RequestValidationError):
            raise error
        return write_error(400, "bad_input", sentence_for(error))

    async def http(_request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            raise error
        code, message = _HTTP.get(error.status_code, ("bad_input", WEB_ERRORS["refused"]))
        return write_error(error.status_code, code, message, error.headers)

    app.add_exception_handler(AssistantError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _headers(error: AssistantError) -> dict[str, str] | None:
    """Return what HTTP asks of a refusal: when to come back, or how to say who one is."""
    if isinstance(error, RateLimitedError):
        return {"Retry-After": str(error.retry_after)}
    return {"WWW-Authenticate": "Bearer"} if isinstance(error, UnauthorizedError) else None


class Guard:
    """ASGI middleware around everything: what nobody expected is logged without its text, and answered as JSON.

    Starlette's own handler raises the exception again for the server to log, and a database error's text holds the
    values of the statement, so a user's words.
    """

    def __init__(self, app: ASGIApp, write_error: ErrorWriter) -> None:
        self._app = app
        self._write_error = write_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 the door's boundary: the visitor gets a sentence, the log the place
            log.error("%s failed: %s", scope["method"], error_trail(error))
            if not has_begun:
                await self._write_error(500, "internal", WEB_ERRORS["broken"])(scope, receive, send)


def error_trail(error: BaseException) -> str:
    """Return where an error and its causes were raised, by type and place, without their texts."""
    return "\n".join(
        f"{type(one).__module__}.{type(one).__qualname__}\n{''.join(traceback.format_tb(one.__traceback__))}"
        for one in _chain(error)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
