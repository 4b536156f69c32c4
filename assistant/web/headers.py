"""Headers that keep a browser from doing more than the page needs."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_COMMON = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'"
PAGE_POLICY = f"{_COMMON}; style-src 'self'; form-action 'none'; frame-ancestors 'self'"
DESK_POLICY = f"{_COMMON}; style-src 'self'; form-action 'self'; frame-ancestors 'none'"
"""The consultants' desk: its forms send to itself, and no page may hold it in a frame."""

DOCS_POLICY = f"{_COMMON}; style-src 'self' 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'"
"""Swagger UI writes style attributes; its scripts come from files."""


SCRIPT = "/widget.js"
"""The script that other sites embed."""


class SafeHeaders:
    """ASGI middleware that adds the security headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(MutableHeaders(scope=message), scope["path"])
            await send(message)

        await self._app(scope, receive, with_headers)


def _add(headers: MutableHeaders, path: str) -> None:
    is_desk = path == "/desk" or path.startswith("/desk/")
    headers["Content-Security-Policy"] = DOCS_POLICY if path == "/docs" else DESK_POLICY if is_desk else PAGE_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if path == SCRIPT:
        # Pages of other sites load it, also those that let in nothing foreign without being told (COEP, integrity).
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Cache-Control"] = "public, max-age=600"
        return
    # A static file is asked for again by its ETag, so that a page never meets the script of another release.
    headers["Cache-Control"] = "no-cache" if path.startswith("/static/") else "no-store"
