"""GET /answer/{token}: the link of a mail, back into its conversation on the device that opens it first.

The page is the same for every token, so that it tells a stranger nothing, and a mail program that looks at links
before their reader does uses none up: the conversation is asked for by the page's button.
"""

import secrets
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.desk.mails import LINK_PATH
from assistant.desk_wording import LINK_PAGE
from assistant.store.links import VALID, AnswerLinks

COOKIE = "onecall-device"
_TEMPLATES = Path(__file__).parent / "templates"
_SECRET_MAX = 100


def router(links: AnswerLinks) -> APIRouter:
    """Return the page of links, and what its button asks for."""
    routes = APIRouter(include_in_schema=False)
    pages = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    shown = pages.get_template("answer_link.html").render(words=LINK_PAGE)

    @routes.get(f"{LINK_PATH}{{token}}")
    def show_page(token: str) -> Response:
        return HTMLResponse(shown)

    @routes.post(f"{LINK_PATH}{{token}}")
    def open_link(token: str, request: Request) -> Response:
        known = request.cookies.get(COOKIE, "")[:_SECRET_MAX]
        device = known or secrets.token_urlsafe(32)
        conversation_id = links.open(token, device)
        if conversation_id is None:
            return JSONResponse({"message": LINK_PAGE["refused"]}, 404)
        answer = JSONResponse({"conversation_id": conversation_id})
        answer.set_cookie(
            COOKIE,
            device,
            max_age=int(VALID.total_seconds()),
            path=LINK_PATH,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return answer

    return routes
