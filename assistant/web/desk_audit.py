"""/desk/audit: the log as a page, searched by person, kind and time, and as CSV."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from assistant.account_wording import ACTIONS, CHANGES, COLUMNS, ERRORS
from assistant.desk.access import Access
from assistant.desk.audit import AuditLine, AuditQuery
from assistant.desk_records import Person
from assistant.errors import BadInputError
from assistant.store.tables import NUMBER_MAX
from assistant.web.desk_session import PAGES, csrf_of, needs
from assistant.wording import KST

AUDIT = "/desk/audit"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def router(access: Access) -> APIRouter:
    """Return the routes of the log."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(AUDIT)
    def show(request: Request, person: Annotated[Person, Depends(needs("see_audit"))]) -> Response:
        status, error, asked = 200, "", AuditQuery()
        try:
            asked = query_of(request)
        except BadInputError as refused:
            status, error = refused.status, refused.message
        found = access.audit.page(asked)
        given = {name: request.query_params.get(name, "") for name in ("person", "action", "from", "to")}
        older = found.following.before if found.following else None
        text = PAGES.get_template("desk/audit.html").render(
            person=person,
            csrf=csrf_of(request),
            lines=[(line, _when(line), detail_of(line)) for line in found.lines],
            actions=ACTIONS,
            logins=[one.person.login for one in access.accounts.listed()],
            given=given,
            query=urlencode({name: value for name, value in given.items() if value}),
            older=older,
            error=error,
        )
        return HTMLResponse(text, status)

    @routes.get(f"{AUDIT}.csv")
    def download(
        request: Request,
        person: Annotated[Person, Depends(needs("export"))],
        _: Annotated[Person, Depends(needs("see_audit"))],
    ) -> Response:
        asked = query_of(request)
        # Noted before the first line goes out, and not part of what goes out.
        newest = access.audit.page(AuditQuery(), 1).lines
        access.audit.note(person, "export", "audit", query=str(request.query_params)[:200])
        before = asked.before or (newest[0].id + 1 if newest else 0)
        lines = access.audit.lines(replace(asked, before=before))
        headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
        return StreamingResponse(_csv(lines), media_type="text/csv; charset=utf-8", headers=headers)

    return routes


def query_of(request: Request) -> AuditQuery:
    """Return what is searched for; days are Korean ones, both included.

    Raises:
        BadInputError: a day or a number cannot be read, or a text cannot be searched for.
    """
    given = request.query_params
    person, action, before = (given.get(name, "").strip() for name in ("person", "action", "before"))
    if "\0" in person + action:
        raise BadInputError(ERRORS["no_person"])
    until = _midnight(given.get("to", ""))
    return AuditQuery(
        login=person.casefold(),
        action=action,
        since=_midnight(given.get("from", "")),
        until=until + timedelta(days=1) if until else None,
        before=min(int(before), NUMBER_MAX) if before.isascii() and before.isdigit() and len(before) < 12 else None,
    )


def _midnight(day: str) -> datetime | None:
    if not day.strip():
        return None
    try:
        found = date.fromisoformat(day.strip())
    except ValueError:
        raise BadInputError(ERRORS["bad_day"]) from None
    if not 2000 <= found.year <= 2200:
        raise BadInputError(ERRORS["bad_day"])
    return datetime.combine(found, time(), KST)


def detail_of(line: AuditLine) -> str:
    """Return the detail of a line for people: a change by its sentence, the rest as it was noted."""
    rest = dict(line.detail)
    what = rest.pop("what", "")
    told = [CHANGES.get(what, str(what))] if what else []
    told += [
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in rest.items()
    ]
    return " · ".join(told)


def _when(line: AuditLine) -> str:
    return line.at.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S")


def _csv(lines: Iterator[AuditLine]) -> Iterator[bytes]:
    """Yield the lines as CSV that a spreadsheet opens: with a byte order mark, and no text taken for a formula."""
    yield "\ufeff".encode() + _row(COLUMNS)
    for line in lines:
        yield _row((_when(line), line.login, ACTIONS.get(line.action, line.action), line.subject, detail_of(line)))


def _row(cells: tuple[str, ...]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells)
    return written.getvalue().encode()
