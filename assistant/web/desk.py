"""/desk: the queue of tickets, and /desk/replies: the replies that consultants use again."""

from collections.abc import Container
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment

from assistant.desk.work import Desk
from assistant.desk_records import Person
from assistant.errors import AssistantError
from assistant.records import FIELDS, SECTORS
from assistant.store.desk_files import Canned
from assistant.web.desk_queue import SIZE, QueueView, asked_of, view_of
from assistant.web.desk_session import check_csrf, csrf_of, needs, person_of, watcher_of
from assistant.web.desk_view import pages

QUEUE, REPLIES = "/desk", "/desk/replies"

Consultant = Annotated[Person, Depends(needs("answer"))]
Text = Annotated[str, Form()]


def router(desk: Desk) -> APIRouter:
    """Return the routes of the queue and of the replies."""
    routes = APIRouter(include_in_schema=False)
    templates = pages()

    def view(request: Request, person: Person) -> QueueView:
        asked = asked_of(request.query_params, person)
        return view_of(asked, desk.queue(person, asked.filter, asked.page, SIZE), datetime.now(UTC))

    @routes.get(QUEUE)
    def show(request: Request, person: Annotated[Person, Depends(person_of)]) -> Response:
        if not person.may("answer"):
            return RedirectResponse("/desk/people" if person.may("manage_people") else "/desk/account", 303)
        needs("answer")(request, person)
        text = templates.get_template("desk/queue.html").render(
            person=person, csrf=csrf_of(request), here=QUEUE, view=view(request, person)
        )
        return HTMLResponse(text)

    # The page asks for this by itself, so it keeps no session alive.
    @routes.get(f"{QUEUE}/queue")
    def refresh(request: Request, person: Annotated[Person, Depends(watcher_of)]) -> Response:
        needs("answer")(request, person)
        return HTMLResponse(templates.get_template("desk/queue_lines.html").render(view=view(request, person)))

    _add_replies(routes, desk, templates)
    return routes


def _add_replies(routes: APIRouter, desk: Desk, templates: Environment) -> None:
    def replies(request: Request, person: Person, status: int = 200, **more: Any) -> Response:
        shown = {"error": "", "tried": Canned(0, "", ""), "saved": request.query_params.get("saved", "")} | more
        text = templates.get_template("desk/replies.html").render(
            person=person, csrf=csrf_of(request), here=REPLIES, replies=desk.canned("", ""), **shown
        )
        return HTMLResponse(text, status)

    @routes.get(REPLIES)
    def show_replies(request: Request, person: Consultant) -> Response:
        return replies(request, person)

    @routes.post(REPLIES, dependencies=[Depends(check_csrf)])
    def save_reply(
        request: Request,
        person: Consultant,
        title: Text = "",
        text: Text = "",
        field: Text = "",
        sector: Text = "",
        id: Annotated[int, Form(ge=0, lt=2**31)] = 0,
    ) -> Response:
        tried = Canned(id, title.strip(), text.strip(), _code(field, FIELDS), _code(sector, SECTORS))
        try:
            desk.save_canned(person, tried)
        except AssistantError as error:
            if error.status >= 500:
                raise
            return replies(request, person, error.status, error=error.message, tried=tried)
        return RedirectResponse(f"{REPLIES}?saved=1", 303)

    @routes.post(f"{REPLIES}/{{id}}/delete", dependencies=[Depends(check_csrf)])
    def delete_reply(person: Consultant, id: int) -> Response:
        desk.delete_canned(person, id)
        return RedirectResponse(f"{REPLIES}?saved=deleted", 303)


def _code(given: str, known: Container[str]) -> str:
    return given if given in known else ""
