"""The doors of the desk over a real database, with a clock that a test sets and hashes that cost little."""

import html
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from fastapi import APIRouter, Depends, FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine

from assistant.desk.access import Access
from assistant.desk.accounts import Accounts, Wanted
from assistant.desk.audit import Audit
from assistant.desk.identities import provider_of
from assistant.desk.logins import Logins
from assistant.desk.passwords import Passwords
from assistant.desk.sessions import Sessions
from assistant.desk_records import Person
from assistant.seal import Seal
from assistant.settings import Settings
from assistant.web import desk_audit, desk_login, desk_people
from assistant.web.desk_session import entrance
from assistant.web.errors import ErrorWriter, handle_errors
from assistant.web.headers import SafeHeaders
from assistant.web.metrics import Metrics

PASSWORD = "바다 위의 종이배 7척"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
HTML = {"Accept": "text/html"}


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **parts: float) -> None:
        self.now += timedelta(**parts)


def access_to(engine: Engine, clock: Clock, settings: Settings | None = None) -> Access:
    """Put everything together as `open_access` does, with this clock and cheap hashes."""
    settings, seal = settings or Settings(), Seal("secret of the tests")
    provider = provider_of(settings)
    return Access(
        accounts=Accounts(engine, CHEAP, clock),
        sessions=Sessions(engine, settings, clock),
        logins=Logins(engine, seal, CHEAP, clock, passwords_for_all=provider is None),
        audit=Audit(engine, clock),
        seal=seal,
        provider=provider,
    )


def app_of(access: Access, *more: APIRouter) -> FastAPI:
    """Return an application of the desk's doors."""
    app = FastAPI()
    app.add_middleware(SafeHeaders)
    handle_errors(app, ErrorWriter(Metrics(dict)))
    for routes in (desk_login.router(access), desk_people.router(access), desk_audit.router(access), *more):
        app.include_router(routes, dependencies=[Depends(entrance(access.sessions))])
    return app


@dataclass
class Tab:
    """A browser at the desk: keeps cookies, and sends with every form the token of the page that it is on."""

    client: TestClient
    clock: Clock
    secret: str = ""
    page: Response = field(init=False)

    @classmethod
    def of(cls, app: FastAPI, clock: Clock, base: str = "https://desk.example") -> "Tab":
        return cls(TestClient(app, base, headers=HTML, follow_redirects=False), clock)

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self.client.cookies.items())

    @property
    def token(self) -> str:
        return self.cookies.get("__Host-onecall_desk", "")

    def get(self, path: str) -> Response:
        self.page = self.client.get(path)
        while self.page.status_code == 303:
            self.page = self.client.get(self.page.headers["Location"])
        return self.page

    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', self.page.text)
        return found.group(1) if found else ""

    def post(self, path: str, **form: object) -> Response:
        """Send a form; where it leads to a page, that is the page then."""
        answer = self.client.post(path, data={"csrf": self.csrf(), **form})
        self.page = answer
        if answer.status_code == 303:
            self.get(answer.headers["Location"])
        return answer

    def give_password(self, login: str, password: str = PASSWORD, next: str = "") -> Response:
        self.get("/desk/login")
        return self.post("/desk/login", login=login, password=password, next=next)

    def code(self) -> str:
        return str(pyotp.TOTP(self.secret).at(self.clock.now))

    def read_secret(self) -> None:
        """Take the secret of the one-time codes from the page, as a telephone does."""
        found = re.search(r"[?&;]secret=([A-Z2-7]+)", html.unescape(self.page.text))
        assert found
        self.secret = found.group(1)

    def log_in(self, login: str) -> Response:
        """Log in with password and code; the first time the codes are set up."""
        self.give_password(login)
        if "/desk/login/codes" in self.page.text:
            self.read_secret()
            return self.post("/desk/login/codes", code=self.code())
        self.clock.wait(seconds=31)
        return self.post("/desk/login/code", code=self.code())


def settled(access: Access, login: str, role: str = "consultant", sectors: tuple[str, ...] = ()) -> Person:
    """Add somebody whose password is chosen already."""
    made = access.accounts.add(None, login, Wanted(login.title(), role, sectors), "first given password 1")
    access.logins.choose_password(made, PASSWORD, PASSWORD)
    return made
