"""/desk/tickets/{number}: one ticket, everything that is done with it, and what has changed since it was last shown."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from assistant.desk.files import MAX_BYTES, download_headers
from assistant.desk.work import Desk
from assistant.desk_records import Person, TicketFile
from assistant.errors import AssistantError, BadInputError, NotFoundError
from assistant.knowledge import KnowledgeBase
from assistant.store.tables import NUMBER_MAX
from assistant.store.tickets import ticket_number
from assistant.web import desk_words as words
from assistant.web.desk_session import check_csrf, csrf_of, needs, watcher_of
from assistant.web.desk_view import article_text, entities, found, number_of, pages, slots, standing
from assistant.wording import ERRORS

TICKETS, FILES = "/desk/tickets", "/desk/files"
_OPENED_MAX = 10_000

Consultant = Annotated[Person, Depends(needs("answer"))]
Text = Annotated[str, Form()]
Version = Annotated[int, Form(ge=0, le=NUMBER_MAX)]
Seen = Annotated[int, Form(ge=0, le=NUMBER_MAX)]
Chosen = Annotated[int, Form(ge=0, le=NUMBER_MAX)]
_CHANGES = [Depends(needs("answer")), Depends(check_csrf)]


@dataclass(frozen=True)
class Tickets:
    """Shows tickets and does what is asked with them. `base_of` gives the knowledge base of this moment."""

    desk: Desk
    base_of: Callable[[], KnowledgeBase]
    visitor_types: Callable[[int], bool]
    _opened: set[tuple[int, int]] = field(default_factory=set)

    def page(self, request: Request, person: Person, number: int) -> Response:
        """Return a ticket's page."""
        file = self.desk.open(person, number)
        self._note_open(person, number)
        as_theirs = replace(file, person=person)  # who writes a reply signs it, whoever the ticket is offered to
        known = self.desk.canned(file.ticket.field, file.ticket.sector)
        canned = [(one, self.desk.fill(one, as_theirs)) for one in known]
        base = self.base_of()
        text = _TEMPLATES.get_template("desk/ticket.html").render(
            csrf=csrf_of(request),
            here="",
            canned=canned,
            people=self.desk.people(person),
            agencies=sorted(base.agencies.values(), key=lambda one: one.name),
            found=found(file, base),
            slots=slots(file.ticket.slots, base),
            entities=entities(file.understanding, base),
            **self._shown(person, file),
        )
        return HTMLResponse(text)

    def news(
        self, person: Person, number: int, seen: int, told: str = "", *, kind: str = "good", status: int = 200
    ) -> Response:
        """Return the parts of a ticket's page that may have changed, to be put in their places."""
        file = self._again(person, number)
        text = _TEMPLATES.get_template("desk/ticket_news.html").render(
            fresh=[one for one in file.conversation if one.id > seen],
            typing=words.VISITOR_TYPES if self.visitor_types(number) else "",
            told=told,
            kind=kind,
            **self._shown(person, file),
        )
        return HTMLResponse(text, status)

    def done(self, person: Person, number: int, seen: int, act: Callable[[], Any], told: str) -> Response:
        """Do something, say so, and show what it changed; a refusal is shown with what the ticket is now."""
        try:
            act()
        except NotFoundError as error:
            if error.code == "no_ticket":
                raise
            return self.news(person, number, seen, error.message, kind="bad", status=error.status)
        except AssistantError as error:
            if error.status >= 500:
                raise
            return self.news(person, number, seen, error.message, kind="bad", status=error.status)
        return self.news(person, number, seen, words.DONE[told])

    def _note_open(self, person: Person, number: int) -> None:
        if len(self._opened) >= _OPENED_MAX:
            self._opened.clear()
        self._opened.add((person.id, number))

    def _again(self, person: Person, number: int) -> TicketFile:
        """Return a ticket to who has opened its page here; else it is a view like any other, and noted."""
        if (person.id, number) in self._opened:
            return self.desk.again(person, number)
        file = self.desk.open(person, number)
        self._note_open(person, number)
        return file

    def article(self, article_id: str) -> str:
        """Return an article as a message.

        Raises:
            BadInputError: there is none of that id (any more).
        """
        article = self.base_of().articles.get(article_id)
        if article is None:
            raise BadInputError(words.NO_ARTICLE)
        return article_text(article)

    def _shown(self, person: Person, file: TicketFile) -> dict[str, Any]:
        return {
            "person": person,
            "file": file,
            "number": number_of(file),
            "at": standing(file, person),
            "last": max((one.id for one in file.conversation), default=0),
            "agency_names": {one.id: one.name for one in self.base_of().agencies.values()},
        }


_TEMPLATES = pages()


def router(desk: Desk, base_of: Callable[[], KnowledgeBase], visitor_types: Callable[[int], bool]) -> APIRouter:
    """Return the routes of tickets."""
    routes = APIRouter(include_in_schema=False)
    tickets = Tickets(desk, base_of, visitor_types)

    @routes.get(f"{TICKETS}/{{given}}")
    def show(request: Request, person: Consultant, given: str) -> Response:
        number = ticket_number(given)
        if given != str(number):
            return RedirectResponse(f"{TICKETS}/{number}", 303)
        return tickets.page(request, person, _known(number))

    # The page asks for this by itself, so it keeps no session alive.
    @routes.get(f"{TICKETS}/{{number}}/news")
    def news(
        request: Request,
        person: Annotated[Person, Depends(watcher_of)],
        number: int,
        seen: Annotated[int, Query(ge=0, le=NUMBER_MAX)] = 0,
    ) -> Response:
        needs("answer")(request, person)
        return tickets.news(person, _known(number), seen)

    @routes.post(f"{TICKETS}/{{number}}/typing", status_code=204, dependencies=_CHANGES)
    def typing(person: Consultant, number: int) -> Response:
        desk.typing(person, _known(number))
        return Response(status_code=204)

    _add_talk(routes, tickets)
    _add_hands(routes, tickets)
    _add_beside(routes, tickets)
    _add_files(routes, tickets)
    return routes


def _add_talk(routes: APIRouter, tickets: Tickets) -> None:
    """Add what is said to the visitor."""
    desk = tickets.desk

    @routes.post(f"{TICKETS}/{{number}}/reply", dependencies=_CHANGES)
    def reply(
        person: Consultant,
        number: int,
        version: Version,
        seen: Seen = 0,
        text: Text = "",
        kind: Text = "say",
        article_id: Text = "",
    ) -> Response:
        if kind == "answer":
            return tickets.done(
                person, number, seen, lambda: desk.answer(person, number, version, text, article_id), "answered"
            )
        return tickets.done(person, number, seen, lambda: desk.say(person, number, version, text), "said")

    @routes.post(f"{TICKETS}/{{number}}/article", dependencies=_CHANGES)
    def answer_with(
        person: Consultant, number: int, version: Version, seen: Seen = 0, article_id: Text = ""
    ) -> Response:
        def act() -> None:
            desk.answer(person, number, version, tickets.article(article_id), article_id)

        return tickets.done(person, number, seen, act, "answered")


def _add_hands(routes: APIRouter, tickets: Tickets) -> None:
    """Add what decides who has a ticket, and whether it goes on."""
    desk = tickets.desk
    steps: dict[str, tuple[Callable[[Person, int, int], Any], str]] = {
        "take": (desk.take, "taken"),
        "release": (desk.release, "released"),
        "wait": (desk.wait_for_visitor, "waiting"),
        "back": (desk.hand_back, "handed_back"),
        "close": (desk.close, "closed"),
    }

    def add(name: str) -> None:
        step, told = steps[name]

        @routes.post(f"{TICKETS}/{{number}}/{name}", dependencies=_CHANGES)
        def do(person: Consultant, number: int, version: Version, seen: Seen = 0) -> Response:
            return tickets.done(person, number, seen, lambda: step(person, number, version), told)

    for name in steps:
        add(name)

    @routes.post(f"{TICKETS}/{{number}}/reassign", dependencies=_CHANGES)
    def reassign(person: Consultant, number: int, version: Version, to: Chosen, seen: Seen = 0) -> Response:
        return tickets.done(person, number, seen, lambda: desk.reassign(person, number, version, to), "reassigned")

    @routes.post(f"{TICKETS}/{{number}}/merge", dependencies=_CHANGES)
    def merge(person: Consultant, number: int, version: Version, into: Text = "", seen: Seen = 0) -> Response:
        def act() -> None:
            desk.merge(person, number, version, _other(into))

        return tickets.done(person, number, seen, act, "merged")


def _add_beside(routes: APIRouter, tickets: Tickets) -> None:
    """Add what only the desk sees: notes and partners."""
    desk = tickets.desk

    @routes.post(f"{TICKETS}/{{number}}/note", dependencies=_CHANGES)
    def note(person: Consultant, number: int, text: Text = "", seen: Seen = 0) -> Response:
        return tickets.done(person, number, seen, lambda: desk.note(person, number, text), "noted")

    @routes.post(f"{TICKETS}/{{number}}/refer", dependencies=_CHANGES)
    def refer(
        person: Consultant, number: int, version: Version, agency_id: Text = "", text: Text = "", seen: Seen = 0
    ) -> Response:
        return tickets.done(
            person, number, seen, lambda: desk.refer(person, number, version, agency_id, text), "referred"
        )

    @routes.post(f"{TICKETS}/{{number}}/partner", dependencies=_CHANGES)
    def partner(person: Consultant, number: int, referral_id: Chosen, text: Text = "", seen: Seen = 0) -> Response:
        return tickets.done(
            person, number, seen, lambda: desk.partner_replied(person, referral_id, text), "partner_replied"
        )


def _add_files(routes: APIRouter, tickets: Tickets) -> None:
    desk = tickets.desk

    @routes.post(f"{TICKETS}/{{number}}/files", dependencies=_CHANGES)
    async def attach(request: Request, person: Consultant, number: int, name: str = "", seen: int = 0) -> Response:
        """Take a file in as the body, so that who may not send one is refused before any of it is read."""
        data = bytearray()
        async for piece in request.stream():
            data += piece
            if len(data) > MAX_BYTES:
                break
        kind = request.headers.get("Content-Type", "")

        def work() -> Response:
            def act() -> None:
                desk.attach(person, number, name, kind, bytes(data))

            return tickets.done(person, number, min(max(seen, 0), NUMBER_MAX), act, "attached")

        return await run_in_threadpool(work)

    @routes.get(f"{FILES}/{{id}}")
    def download(person: Consultant, id: str) -> Response:
        known, data = desk.attachment(person, id)
        return Response(data, headers=download_headers(known))


def _known(number: int) -> int:
    if not 0 < number <= NUMBER_MAX:
        raise NotFoundError(ERRORS["no_ticket"], code="no_ticket")
    return number


def _other(given: str) -> int:
    try:
        return ticket_number(given)
    except NotFoundError:
        raise BadInputError(ERRORS["no_ticket"]) from None
