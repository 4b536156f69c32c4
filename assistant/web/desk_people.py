"""/desk/people: who works at the desk, for operators; every change ends in the log."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.account_wording import ROLE_HINTS, ROLES, SECTOR_NAMES
from assistant.desk.access import Access
from assistant.desk.accounts import Wanted
from assistant.desk.passwords import new_password
from assistant.desk_records import Person
from assistant.errors import BadInputError, ConflictError, NotAllowedError
from assistant.web.desk_session import PAGES, check_csrf, csrf_of, needs
from assistant.wording import KST

PEOPLE = "/desk/people"

Operator = Annotated[Person, Depends(needs("manage_people"))]
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form()]
Page = Callable[..., Response]
_CHANGES = [Depends(check_csrf)]


def router(access: Access) -> APIRouter:
    """Return the routes of the people page."""
    routes = APIRouter(include_in_schema=False)
    accounts = access.accounts

    def page(request: Request, by: Person, status: int = 200, **more: Any) -> Response:
        shown = {"error": "", "given": None, "tried": {}} | more
        text = PAGES.get_template("desk/people.html").render(
            person=by,
            accounts=accounts.listed(),
            roles=ROLES,
            sectors=SECTOR_NAMES,
            hints=ROLE_HINTS,
            csrf=csrf_of(request),
            has_provider=access.provider is not None,
            kst=KST,
            **shown,
        )
        return HTMLResponse(text, status)

    @routes.get(PEOPLE)
    def show(request: Request, by: Operator) -> Response:
        return page(request, by)

    @routes.post(PEOPLE, dependencies=_CHANGES)
    def add(
        request: Request,
        by: Operator,
        login: Text = "",
        name: Text = "",
        role: Text = "",
        sectors: Texts = [],  # noqa: B006
    ) -> Response:
        has_password = access.provider is None or role == "operator"
        password = new_password() if has_password else None
        try:
            made = accounts.add(by, login, Wanted(name, role, tuple(sectors)), password)
        except (BadInputError, ConflictError) as error:
            tried = {"login": login, "name": name, "role": role, "sectors": sectors}
            return page(request, by, error.status, error=error.message, tried=tried)
        return page(request, by, given=(made, password)) if password else RedirectResponse(PEOPLE, 303)

    @routes.post(f"{PEOPLE}/{{person_id}}", dependencies=_CHANGES)
    def change(
        request: Request,
        by: Operator,
        person_id: int,
        name: Text = "",
        role: Text = "",
        sectors: Texts = [],  # noqa: B006
    ) -> Response:
        try:
            accounts.change(by, person_id, Wanted(name, role, tuple(sectors)))
        except (BadInputError, NotAllowedError) as error:
            return page(request, by, error.status, error=error.message)
        return RedirectResponse(PEOPLE, 303)

    _add_acts(routes, access, page)
    return routes


def _add_acts(routes: APIRouter, access: Access, page: Page) -> None:
    accounts = access.accounts

    @routes.post(f"{PEOPLE}/{{person_id}}/active", dependencies=_CHANGES)
    def set_active(request: Request, by: Operator, person_id: int, is_active: Text = "") -> Response:
        try:
            accounts.set_active(by, person_id, is_active == "yes")
        except NotAllowedError as error:
            return page(request, by, error.status, error=error.message)
        return RedirectResponse(PEOPLE, 303)

    @routes.post(f"{PEOPLE}/{{person_id}}/codes", dependencies=_CHANGES)
    def reset_codes(request: Request, by: Operator, person_id: int) -> Response:
        try:
            accounts.reset_codes(by, person_id)
        except NotAllowedError as error:
            return page(request, by, error.status, error=error.message)
        return RedirectResponse(PEOPLE, 303)

    @routes.post(f"{PEOPLE}/{{person_id}}/password", dependencies=_CHANGES)
    def reset_password(request: Request, by: Operator, person_id: int) -> Response:
        try:
            given = accounts.reset_password(by, person_id)
        except NotAllowedError as error:
            return page(request, by, error.status, error=error.message)
        made = next(one.person for one in accounts.listed() if one.person.id == person_id)
        return page(request, by, given=(made, given))

    @routes.post(f"{PEOPLE}/{{person_id}}/unlock", dependencies=_CHANGES)
    def unlock(by: Operator, person_id: int) -> Response:
        accounts.unlock(by, person_id)
        return RedirectResponse(PEOPLE, 303)
