"""GET /safety/blocked: the statistics of blocked listings, as a page and as CSV, for a mall's people.

A browser asks for name and key by itself (HTTP Basic): the key is in no address, no page and no storage of ours, and
as only these two addresses, which change nothing, take it that way, no other site can have the browser misuse it.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.errors import AssistantError, BadInputError, UnauthorizedError
from assistant.product_safety import Mall
from assistant.safety.watch.blocked import Blocked, months_between, months_until
from assistant.safety.watch.words import WATCH_ERRORS
from assistant.web.blocked_view import csv_of, month_name, view_of
from assistant.web.callers import Callers, endpoint_of

MONTHS_MAX, _MONTHS = 36, 12
_PRESETS = (3, 6, 12, 24)
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_TEMPLATES = Path(__file__).parent / "templates"
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="OneCall", charset="UTF-8"'}


def router(blocked: Blocked, callers: Callers) -> APIRouter:
    """Return the routes of the statistics; a mall sees its own."""
    routes = APIRouter(include_in_schema=False)
    pages = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    pages.filters["count"] = "{:,}".format

    def page(mall: Mall, months: list[str]) -> Response:
        view = view_of(blocked.statistics(mall.id, months))
        last = blocked.this_month()
        presets = [(number, months_until(last, number)) for number in _PRESETS]
        return HTMLResponse(
            pages.get_template("blocked.html").render(
                mall=mall,
                view=view,
                months=months,
                presets=presets,
                month_name=month_name,
                choices=months_until(last, MONTHS_MAX)[::-1],
            )
        )

    def table(mall: Mall, months: list[str]) -> Response:
        name = f"blocked_{months[0]}_{months[-1]}.csv"
        return Response(
            csv_of(blocked.statistics(mall.id, months)),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def answered(request: Request, answer: Callable[[Mall, list[str]], Response]) -> Response:
        try:
            return answer(visitor(request, callers), _months(request, blocked.this_month()))
        except AssistantError as error:
            if error.status >= 500:
                raise
            told = pages.get_template("refused.html").render(message=_sentence(error))
            is_unknown = isinstance(error, UnauthorizedError)
            return HTMLResponse(told, error.status, headers=_CHALLENGE if is_unknown else None)

    @routes.get("/safety/blocked")
    def show_page(request: Request) -> Response:
        return answered(request, page)

    @routes.get("/safety/blocked.csv")
    def download(request: Request) -> Response:
        return answered(request, table)

    return routes


def visitor(request: Request, callers: Callers) -> Mall:
    """Return the mall whose person asks: by name (or id) and key as a browser sends them, or by a key's own headers.

    Raises:
        UnauthorizedError: no key, or none of that mall.
        NotAllowedError: the key may not be used, or not from there.
        RateLimitedError: too many requests.
    """
    scheme, _, given = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "basic":
        return callers(request)
    name, secret = _pair(given)
    host = request.client.host if request.client else ""
    mall = callers.admit(secret, host, endpoint_of(request))
    if name not in (mall.id, unicodedata.normalize("NFC", mall.name)):
        raise UnauthorizedError(WATCH_ERRORS["page_login"], code="bad_key")
    return mall


def _pair(given: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(given.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    name, _, secret = text.partition(":")
    return unicodedata.normalize("NFC", name.strip()), secret.strip()


def _months(request: Request, this_month: str) -> list[str]:
    """Return the months that are asked for; by default the last twelve.

    Raises:
        BadInputError: one cannot be read, they are the wrong way round, or more than MONTHS_MAX.
    """
    last = request.query_params.get("to") or this_month
    first = request.query_params.get("from") or (months_until(last, _MONTHS)[0] if _MONTH.fullmatch(last) else "")
    if not (_MONTH.fullmatch(first) and _MONTH.fullmatch(last) and first <= last):
        raise BadInputError(WATCH_ERRORS["bad_months"].format(most=MONTHS_MAX))
    months = months_between(first, last)
    if len(months) > MONTHS_MAX:
        raise BadInputError(WATCH_ERRORS["bad_months"].format(most=MONTHS_MAX))
    return months


def _sentence(error: AssistantError) -> str:
    return WATCH_ERRORS["page_login"] if error.code == "no_key" else error.message
