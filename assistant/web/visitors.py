"""Who uses the widget, and from where: signed visitor tokens, allowed origins, and CORS for these origins only.

There are no cookies, so a page of another site can do nothing in a visitor's name: it has no token, and a token that
it got hold of is refused from its origin.
"""

import hashlib
from collections.abc import Collection
from uuid import uuid4

from fastapi import Request
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import NotAllowedError, UnauthorizedError
from assistant.store.visit_tables import ORIGIN_MAX
from assistant.web.errors import ErrorWriter
from assistant.wording import ERRORS

PREFIX = "/widget/v1"
TOKEN_DAYS = 30
TOKEN_MAX = 1000
_PURPOSE = "onecall widget visitor"
"""Goes into the key, so that the secret may serve other purposes too."""

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "7200",
}
_EXPOSED = "Content-Disposition, Retry-After"


class Visitors:
    """Knows visitors by their tokens. Called as a FastAPI dependency it returns the id of the one who asks."""

    def __init__(self, secret: str, origins: Collection[str]) -> None:
        """Take the secret that signs, and the origins that are allowed beside the service's own."""
        self._origins = frozenset(origins)
        self._tokens = URLSafeTimedSerializer(
            secret, salt=_PURPOSE, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
        )

    async def __call__(self, request: Request) -> str:
        """Return the visitor's id.

        Raises:
            UnauthorizedError: there is no token, or it is not valid, or it is another origin's (visitor_unknown).
            NotAllowedError: the origin is not allowed any more (origin_refused).
        """
        scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
        visitor_id = self._known(token.strip(), origin_of(request)) if scheme.lower() == "bearer" else None
        if visitor_id is None:
            raise UnauthorizedError(ERRORS["visitor_unknown"], code="visitor_unknown")
        self.origin(request)
        return visitor_id

    def origin(self, request: HTTPConnection) -> str:
        """Return the origin of a request.

        Raises:
            NotAllowedError: the widget may not be shown there (origin_refused).
        """
        if not self.is_allowed(request):
            raise NotAllowedError(ERRORS["origin_refused"], code="origin_refused")
        return origin_of(request)

    def is_allowed(self, request: HTTPConnection) -> bool:
        """Say whether a request comes from an allowed page; the service's own always are."""
        origin = origin_of(request)
        return (origin in self._origins or origin == _own_origin(request)) and len(origin) <= ORIGIN_MAX

    def admit(self, token: str | None, origin: str) -> tuple[str, str]:
        """Return the visitor's id and a fresh token: of a valid token the same visitor's, else a new one's."""
        visitor_id = (self._known(token, origin) if token else None) or uuid4().hex
        return visitor_id, self._tokens.dumps([visitor_id, origin])

    def _known(self, token: str, origin: str) -> str | None:
        try:
            visitor_id, issued_to = self._tokens.loads(token[: TOKEN_MAX + 1], max_age=TOKEN_DAYS * 24 * 3600)
        except (BadData, ValueError, TypeError):
            return None
        return str(visitor_id) if issued_to == origin else None


def origin_of(request: HTTPConnection) -> str:
    """Return where a request comes from. A browser leaves the origin out where it asks the page's own server."""
    return request.headers.get("Origin", "").lower() or _own_origin(request)


def _own_origin(request: HTTPConnection) -> str:
    return f"{request.url.scheme}://{request.headers.get('Host', '')}".lower()


class WidgetCors:
    """ASGI middleware: CORS for the widget's interface, on refusals too, as the widget could not read them else."""

    def __init__(self, app: ASGIApp, visitors: Visitors, write_error: ErrorWriter) -> None:
        self._app = app
        self._visitors = visitors
        self._write_error = write_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(f"{PREFIX}/"):
            await self._app(scope, receive, send)
            return
        is_allowed = self._visitors.is_allowed(HTTPConnection(scope))
        origin = Headers(scope=scope).get("Origin")

        async def with_cors(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                if origin and is_allowed:
                    headers["Access-Control-Allow-Origin"] = origin
                    headers["Access-Control-Expose-Headers"] = _EXPOSED
            await send(message)

        if scope["method"] == "OPTIONS" and "Access-Control-Request-Method" in Headers(scope=scope):
            await self._preflight(is_allowed)(scope, receive, with_cors)
            return
        await self._app(scope, receive, with_cors)

    def _preflight(self, is_allowed: bool) -> Response:
        if not is_allowed:
            return self._write_error(403, "origin_refused", ERRORS["origin_refused"])
        return Response(status_code=204, headers=_PREFLIGHT)
