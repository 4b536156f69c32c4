"""/desk/login and what belongs to it: password, one-time code, set-up, the provider's way, own account, logout."""

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.account_wording import ERRORS, ROLES
from assistant.desk.access import Access
from assistant.desk.codes import picture_of
from assistant.desk.passwords import LEAST, MOST
from assistant.desk.sessions import UNFINISHED, SignedIn, Stage
from assistant.desk_records import Person
from assistant.errors import (
    AssistantError,
    BadInputError,
    NotAllowedError,
    RateLimitedError,
    UnauthorizedError,
)
from assistant.web.desk_session import (
    LOGIN,
    PAGES,
    address_of,
    check_csrf,
    cookie_for,
    csrf_from,
    csrf_of,
    new_token,
    person_of,
    signed_in,
    token_of,
)

if TYPE_CHECKING:
    from assistant.desk.identities import Asked, Provider

_NEXT = re.compile(r"/desk(?:[/?][\w/?=&.%+-]*)?", re.ASCII)
_OIDC = "onecall_oidc"
_TEMPLATES: dict[str, str] = {"code": "code", "password": "password", "enrol": "codes"}

Text = Annotated[str, Form()]
Known = Annotated[Person, Depends(person_of)]
_CHANGES = [Depends(check_csrf)]


class Steps:
    """Shows the page of each step, and takes a session from one step to the next."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def page(
        self, request: Request, found: SignedIn | None, wanted: str, error: AssistantError | None = None
    ) -> Response:
        """Return the page of the step that a login is at, with what went wrong if something did."""
        token = token_of(request)
        if found is None:
            token = token or new_token()
            shown: dict[str, Any] = {"has_provider": self._access.provider is not None}
        else:
            shown = self._shown(found)
        name = _TEMPLATES[found.stage] if found else "login"
        text = PAGES.get_template(f"desk/login_{name}.html" if found else "desk/login.html").render(
            csrf=csrf_from(token), next=_safe(wanted), error=error.message if error else "", **shown
        )
        response = HTMLResponse(text, error.status if error else 200, headers=_retry(error))
        if found is None:
            cookie_for(request).put(response, token)
        return response

    def _shown(self, found: SignedIn) -> dict[str, Any]:
        if found.stage != "enrol":
            return {"name": found.person.name, "login": found.person.login, "least": LEAST, "most": MOST}
        secret, address = self._access.logins.address_of_codes(found.person, found.sealed)
        grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return {"name": found.person.name, "secret": grouped, "picture": picture_of(address), "address": address}

    def go_on(self, request: Request, person_id: int, stage: Stage, wanted: str) -> Response:
        """Begin the next stage with a new token, and send the browser to its page."""
        sealed = self._access.logins.new_codes() if stage == "enrol" else ""
        token = self._access.sessions.begin(person_id, stage, instead_of=token_of(request), sealed=sealed)
        target = _safe(wanted) if stage == "full" else f"{LOGIN}?next={_safe(wanted)}"
        response = RedirectResponse(target, 303)
        cookie_for(request).put(response, token)
        return response


def router(access: Access) -> APIRouter:
    """Return the routes of logging in, of one's own account and of logging out."""
    routes = APIRouter(include_in_schema=False)
    steps, logins = Steps(access), access.logins

    @routes.get(LOGIN)
    def show(request: Request) -> Response:
        found, wanted = signed_in(request), request.query_params.get("next", "")
        if found is not None and found.stage == "full":
            return RedirectResponse(_safe(wanted), 303)
        return steps.page(request, found, wanted)

    @routes.post(LOGIN, dependencies=_CHANGES)
    def give_password(request: Request, login: Text = "", password: Text = "", next: Text = "") -> Response:
        try:
            person_id, stage = logins.by_password(login, password, address_of(request))
        except (UnauthorizedError, RateLimitedError) as error:
            return steps.page(request, None, next, error)
        return steps.go_on(request, person_id, stage, next)

    @routes.post(f"{LOGIN}/code", dependencies=_CHANGES)
    def give_code(request: Request, code: Text = "", next: Text = "") -> Response:
        found = _at(request, "code")
        try:
            stage = logins.by_code(found.person, code, address_of(request))
        except (UnauthorizedError, RateLimitedError) as error:
            return steps.page(request, found, next, error)
        return steps.go_on(request, found.person.id, stage, next)

    @routes.post("/desk/logout", dependencies=_CHANGES)
    def log_out(request: Request) -> Response:
        found = signed_in(request)
        access.sessions.end(token_of(request))
        if found is not None and found.stage == "full":
            access.audit.note(found.person, "logout")
        response = RedirectResponse(LOGIN, 303)
        cookie_for(request).drop(response)
        return response

    _add_set_up(routes, access, steps)
    _add_account(routes, access)
    if access.provider is not None:
        _add_provider(routes, access, access.provider, steps)
    return routes


def _add_set_up(routes: APIRouter, access: Access, steps: Steps) -> None:
    logins = access.logins

    @routes.post(f"{LOGIN}/password", dependencies=_CHANGES)
    def choose_password(request: Request, password: Text = "", again: Text = "", next: Text = "") -> Response:
        found = _at(request, "password")
        try:
            stage = logins.choose_password(found.person, password, again)
        except BadInputError as error:
            return steps.page(request, found, next, error)
        return steps.go_on(request, found.person.id, stage, next)

    @routes.post(f"{LOGIN}/codes", dependencies=_CHANGES)
    def set_up_codes(request: Request, code: Text = "", next: Text = "") -> Response:
        found = _at(request, "enrol")
        try:
            made = logins.set_up_codes(found.person, found.sealed, code)
        except UnauthorizedError as error:
            return steps.page(request, found, next, error)
        token = access.sessions.begin(found.person.id, instead_of=token_of(request))
        shown = PAGES.get_template("desk/login_recovery.html").render(codes=made, next=_safe(next))
        response = HTMLResponse(shown)
        cookie_for(request).put(response, token)
        return response


def _add_account(routes: APIRouter, access: Access) -> None:
    def has_password(person: Person) -> bool:
        return access.provider is None or person.role == "operator"

    def page(request: Request, person: Person, error: AssistantError | None = None) -> Response:
        text = PAGES.get_template("desk/account.html").render(
            person=person,
            roles=ROLES,
            has_password=has_password(person),
            csrf=csrf_of(request),
            least=LEAST,
            most=MOST,
            error=error.message if error else "",
        )
        return HTMLResponse(text, error.status if error else 200, headers=_retry(error))

    @routes.get("/desk/account")
    def show_account(request: Request, person: Known) -> Response:
        return page(request, person)

    @routes.post("/desk/account/password", dependencies=_CHANGES)
    def change_password(
        request: Request, person: Known, old: Text = "", password: Text = "", again: Text = ""
    ) -> Response:
        try:
            access.logins.change_password(person, old, password, again, address_of(request))
        except (BadInputError, UnauthorizedError, RateLimitedError) as error:
            return page(request, person, error)
        response = RedirectResponse(LOGIN, 303)
        cookie_for(request).drop(response)
        return response


def _add_provider(routes: APIRouter, access: Access, provider: "Provider", steps: Steps) -> None:
    @routes.get(f"{LOGIN}/provider")
    def begin(request: Request, next: str = "") -> Response:
        asked = provider.begin(_come_back(request, access))
        kept = [asked.state, asked.nonce, asked.verifier, _safe(next), datetime.now(UTC).timestamp()]
        response = RedirectResponse(asked.address, 303)
        sealed = access.seal.close(json.dumps(kept))
        cookie_for(request, _OIDC).put(response, sealed, int(UNFINISHED.total_seconds()))
        return response

    @routes.get(f"{LOGIN}/provider/done")
    def finish(request: Request) -> Response:
        cookie = cookie_for(request, _OIDC)
        asked, wanted = _kept(access, request.cookies.get(cookie.name, ""))
        try:
            identity = provider.finish(asked, _come_back(request, access), request.query_params)
            person_id = access.logins.by_identity(identity.subject, identity.login)
        except AssistantError as error:
            response = steps.page(request, None, wanted, error)
        else:
            response = steps.go_on(request, person_id, "full", wanted)
        cookie.drop(response)
        return response


def _kept(access: Access, sealed: str) -> "tuple[Asked, str]":
    """Return what was kept in the browser while it was at the provider.

    Raises:
        NotAllowedError: nothing was, or too long ago, or it is not ours (oidc_refused).
    """
    try:
        state, nonce, verifier, wanted, at = json.loads(access.seal.open(sealed))
        age = datetime.now(UTC).timestamp() - at
    except (AssistantError, ValueError, TypeError):
        age = float("inf")
    if age > UNFINISHED.total_seconds():
        raise NotAllowedError(ERRORS["oidc_refused"], code="oidc_refused")
    from assistant.desk.identities import Asked  # large, and there only where there is a provider

    return Asked("", state, nonce, verifier), wanted


def _come_back(request: Request, access: Access) -> str:
    base = access.sessions.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}{LOGIN}/provider/done"


def _at(request: Request, stage: Stage) -> SignedIn:
    """Return the session if its login is at a step.

    Raises:
        UnauthorizedError: it is not, or is over (not_signed_in): the browser goes to the page of its step.
    """
    found = signed_in(request)
    if found is None or found.stage != stage:
        raise UnauthorizedError(ERRORS["not_signed_in"], code="not_signed_in")
    return found


def _safe(wanted: str) -> str:
    """Return a path of the desk to go to after the login; never another site, nor the login itself."""
    is_ours = _NEXT.fullmatch(wanted) is not None and not wanted.startswith(LOGIN)
    return wanted if is_ours else "/desk"


def _retry(error: AssistantError | None) -> dict[str, str] | None:
    return {"Retry-After": str(error.retry_after)} if isinstance(error, RateLimitedError) else None
