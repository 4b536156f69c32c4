"""Who is at the desk: the session's cookie, the person behind it, rights, and tokens against forged requests.

A router of the desk is included with `dependencies=[Depends(entrance(sessions))]`; its routes then ask for
`Depends(person_of)` or `Depends(needs("export"))`, and those that change something for `Depends(check_csrf)` too.
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool

from assistant.account_wording import ERRORS
from assistant.desk.sessions import Sessions, SignedIn
from assistant.desk_records import Person, Right
from assistant.errors import AssistantError, NotAllowedError, SetupError, UnauthorizedError

LOGIN = "/desk/login"
FIELD, HEADER = "csrf", "X-CSRF-Token"
_NAME = "onecall_desk"
_TOKEN_MAX = 100
PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


@dataclass(frozen=True, slots=True)
class Cookie:
    """How a cookie is called and kept where a request came in.

    Behind https its name begins with `__Host-`, so that no other host and no plain http can set it.
    """

    name: str
    is_secure: bool

    def put(self, response: Response, value: str, max_age: int | None = None) -> None:
        """Set the cookie; no script reads it, and no other site sends it along with a form."""
        response.set_cookie(self.name, value, max_age, path="/", secure=self.is_secure, httponly=True, samesite="lax")

    def drop(self, response: Response) -> None:
        """Let the browser forget the cookie."""
        response.delete_cookie(self.name, path="/", secure=self.is_secure, httponly=True, samesite="lax")


def cookie_for(request: Request, name: str = _NAME) -> Cookie:
    """Return the cookie to use: a secure one, or over http on this very machine a plain one.

    Raises:
        NotAllowedError: plain http from elsewhere; a session could be read on the way (needs_https).
    """
    if request.url.scheme == "https":
        return Cookie(f"__Host-{name}", True)
    if not _is_loopback(request.url.hostname or ""):
        raise NotAllowedError(ERRORS["needs_https"], code="needs_https")
    return Cookie(name, False)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def token_of(request: Request) -> str:
    """Return the token in the browser's cookie, whether it opens a session or not; "" without one."""
    return request.cookies.get(cookie_for(request).name, "")[:_TOKEN_MAX]


def new_token() -> str:
    """Return a token for somebody who is not known yet: it opens nothing, and forms are tied to it."""
    return secrets.token_urlsafe(32)


def address_of(request: Request) -> str:
    """Return where a request comes from; which proxies are believed is uvicorn's matter (FORWARDED_ALLOW_IPS)."""
    return request.client.host if request.client else ""


# ---- the person -----------------------------------------------------------------------


def entrance(sessions: Sessions) -> Callable[[Request], None]:
    """Return the dependency that lets the routes of a router know whose sessions these are."""

    async def enter(request: Request) -> None:
        request.state.desk_sessions = sessions

    return enter  # type: ignore[return-value]


def sessions_of(request: Request) -> Sessions:
    """Return the sessions that the request's router was included with."""
    sessions: Sessions | None = getattr(request.state, "desk_sessions", None)
    if sessions is None:
        raise SetupError(ERRORS["desk_absent"])
    return sessions


def signed_in(request: Request, *, is_use: bool = True) -> SignedIn | None:
    """Return whose session the request's cookie opens, whatever its stage."""
    return sessions_of(request).found(token_of(request), is_use=is_use)


def person_of(request: Request) -> Person:
    """FastAPI dependency: who asks.

    Raises:
        UnauthorizedError: nobody is logged in (not_signed_in); a browser is sent to the login.
    """
    return _complete(signed_in(request))


def watcher_of(request: Request) -> Person:
    """FastAPI dependency of what a page asks by itself (streams, polling): it does not keep the session alive.

    Raises:
        UnauthorizedError: nobody is logged in (not_signed_in).
    """
    return _complete(signed_in(request, is_use=False))


def _complete(found: SignedIn | None) -> Person:
    if found is None or found.stage != "full":
        raise UnauthorizedError(ERRORS["not_signed_in"], code="not_signed_in")
    return found.person


def needs(right: Right) -> Callable[..., Person]:
    """Return the FastAPI dependency that lets in who has a right; a refusal is noted in the log.

    Raises:
        UnauthorizedError: nobody is logged in (not_signed_in).
        NotAllowedError: the person's role lacks the right (not_your_right).
    """

    def allowed(request: Request, person: Annotated[Person, Depends(person_of)]) -> Person:
        if not person.may(right):
            sessions_of(request).audit.note(person, "refused", request.url.path, right=right)
            raise NotAllowedError(ERRORS["not_your_right"], code="not_your_right")
        return person

    return allowed


# ---- forged requests ------------------------------------------------------------------


def csrf_from(token: str) -> str:
    """Return what forms and requests carry to show that our own page made them: it cannot be had without the token."""
    return hmac.new(token.encode("utf-8", "replace"), b"onecall desk csrf", hashlib.sha256).hexdigest()


def csrf_of(request: Request) -> str:
    """Return the token for the forms of a page."""
    return csrf_from(token_of(request))


async def check_csrf(request: Request) -> None:
    """FastAPI dependency of every changing request: its form's field `csrf`, or its header X-CSRF-Token, is ours.

    Raises:
        NotAllowedError: it is not, or the browser says that another site sent it (bad_csrf).
    """
    given = request.headers.get(HEADER, "")
    if not given:
        field = (await request.form()).get(FIELD)
        given = field if isinstance(field, str) else ""
    token = token_of(request)
    is_own = request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    # As bytes: compare_digest takes no text beyond ASCII.
    is_right = hmac.compare_digest(csrf_from(token).encode(), given.encode("utf-8", "replace"))
    if not (token and is_own and is_right):
        await run_in_threadpool(_note_forged, request)
        raise NotAllowedError(ERRORS["bad_csrf"], code="bad_csrf")


def _note_forged(request: Request) -> None:
    found = signed_in(request, is_use=False)
    if found is not None:  # a stranger's must not fill the log
        sessions_of(request).audit.note(found.person, "refused", request.url.path, reason="csrf")


# ---- refusals as pages ----------------------------------------------------------------


def refused_page(request: Request, error: AssistantError) -> Response | None:
    """Return what a browser at the desk is shown instead of JSON; None where it is no page that was asked for."""
    is_partial = "HX-Request" in request.headers
    if isinstance(error, UnauthorizedError) and error.code == "not_signed_in":
        if is_partial:
            return Response(status_code=401, headers={"HX-Redirect": LOGIN})
        if "text/html" in request.headers.get("Accept", ""):
            return RedirectResponse(_login_for(request), 303)
        return None
    if is_partial or "text/html" not in request.headers.get("Accept", ""):
        return None
    page = PAGES.get_template("desk/refused.html").render(message=error.message)
    retry = getattr(error, "retry_after", None)
    return HTMLResponse(page, error.status, headers={"Retry-After": str(retry)} if retry else None)


def _login_for(request: Request) -> str:
    if request.method != "GET":
        return LOGIN
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{LOGIN}?next={quote(wanted)}"
