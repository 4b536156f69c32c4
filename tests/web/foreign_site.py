"""A shop on an origin of its own that embeds the widget, with a strict policy and with styles that spoil everything."""

from dataclasses import dataclass, field
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

PAGE = """<!doctype html>
<html lang="ko">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>보조배터리 — 상점</title>
  {styles}
  <script src="{service}/widget.js" async {attributes}></script>
</head>
<body><main><h1>보조배터리</h1><p>상점의 글이에요. <a href="#top">위로</a></p></main></body>
</html>"""

HOSTILE = """
* { all: unset !important; font-size: 60px !important; letter-spacing: 1em !important; color: #eee !important;
    transform: rotate(3deg) !important; pointer-events: none !important; visibility: hidden !important; }
html { font-size: 80px !important; direction: rtl !important; }
div, button, textarea, p, form { display: none !important; }
onecall-chat, body > * { display: none !important; position: static !important; opacity: 0.1 !important;
    z-index: -1 !important; width: 1px !important; overflow: hidden !important; }
"""


@dataclass
class Shop:
    """An ASGI application: `/` has the hostile styles, `/plain` has none and allows none.

    Attributes:
        service: the address of the service whose widget is embedded.
        attributes: what the script tag says, by name.
    """

    service: str = ""
    attributes: dict[str, str] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(Request(scope))(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        if request.url.path == "/hostile.css":
            return Response(HOSTILE, media_type="text/css")
        is_plain = request.url.path == "/plain"
        page = PAGE.format(
            styles="" if is_plain else '<link rel="stylesheet" href="/hostile.css">',
            service=self.service,
            attributes=" ".join(f'{name}="{escape(value)}"' for name, value in self.attributes.items()),
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": self._policy("'none'" if is_plain else "'self'")})

    def _policy(self, styles: str) -> str:
        return (
            f"default-src 'none'; script-src {self.service}; connect-src {self.service}; style-src {styles}; "
            "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        )
