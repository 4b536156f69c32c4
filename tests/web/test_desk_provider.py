"""Logging in at a provider of identities, over real HTTP: who is let in, and what is not believed."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from browsing import serving
from desk_parts import PASSWORD, Clock, Tab, access_to, app_of, settled
from fastapi import FastAPI
from identity_provider import CLIENT, SECRET, IdentityProvider, application, new_key
from sqlalchemy import Engine

from assistant.desk.access import Access
from assistant.desk.accounts import Wanted
from assistant.desk.audit import AuditQuery
from assistant.desk.identities import provider_of
from assistant.errors import SetupError
from assistant.settings import Settings


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[IdentityProvider, str]]:
    provider = IdentityProvider()
    with serving(application(provider)) as served:
        provider.issuer = served
        yield provider, served


@pytest.fixture
def provider(address: tuple[IdentityProvider, str]) -> IdentityProvider:
    """The provider as it is at first, with lee@corp.example logged in."""
    fresh = IdentityProvider(issuer=address[1], key=address[0].key)
    address[0].__dict__.update(fresh.__dict__)
    return address[0]


@pytest.fixture
def access(sqlite: Engine, provider: IdentityProvider) -> Access:
    settings = Settings(oidc_url=provider.issuer, oidc_client=CLIENT, oidc_secret=SECRET)
    opened = access_to(sqlite, Clock(), settings)
    opened.accounts.add(None, "lee@corp.example", Wanted("이상담", "consultant"))
    return opened


@pytest.fixture
def app(access: Access) -> FastAPI:
    return app_of(access)


@pytest.fixture
def tab(app: FastAPI) -> Tab:
    return Tab.of(app, Clock())


def come_back(tab: Tab, next: str = "/desk/account") -> str:
    """Go to the provider and return the address that it sends the browser back to."""
    begun = tab.client.get("/desk/login/provider", params={"next": next})
    assert begun.status_code == 303, begun.text
    return httpx.get(begun.headers["Location"]).headers["Location"]


def log_in(tab: Tab) -> int:
    """Go through the login and return the status of the last page."""
    return tab.get(come_back(tab)).status_code


def test_who_the_provider_knows_and_the_desk_too_is_let_in(tab: Tab, access: Access) -> None:
    assert "회사 계정으로 로그인" in tab.get("/desk/login").text

    assert log_in(tab) == 200
    assert "lee@corp.example" in tab.page.text
    assert access.audit.page(AuditQuery(login="lee@corp.example")).lines[0].action == "login"


def test_the_account_stays_linked_when_the_address_changes(tab: Tab, app: FastAPI, provider: IdentityProvider) -> None:
    log_in(tab)
    provider.user = {"sub": "7f3a", "email": "new.name@corp.example", "email_verified": True}
    other = Tab.of(app, Clock())

    assert log_in(other) == 200
    assert "lee@corp.example" in other.page.text


def test_another_identity_does_not_get_a_linked_account(tab: Tab, app: FastAPI, provider: IdentityProvider) -> None:
    log_in(tab)
    provider.user = {"sub": "other", "email": "lee@corp.example", "email_verified": True}

    assert log_in(Tab.of(app, Clock())) == 403


@pytest.mark.parametrize(
    "user",
    [
        {"sub": "1", "email": "stranger@corp.example", "email_verified": True},
        {"sub": "1", "email": "lee@corp.example", "email_verified": False},
        {"sub": "1", "email": "lee@corp.example"},
        {"sub": "1"},
        {"sub": "1", "email": "le\0e@corp.example", "email_verified": True},
    ],
    ids=["stranger", "not verified", "not said", "no address", "nul"],
)
def test_who_has_no_account_stays_out(tab: Tab, provider: IdentityProvider, user: dict[str, Any]) -> None:
    provider.user = user

    assert log_in(tab) == 403
    assert "등록된 사람이 아니에요" in tab.page.text


def test_a_stopped_account_stays_out(tab: Tab, app: FastAPI, access: Access) -> None:
    log_in(tab)
    access.accounts.set_active(None, access.accounts.person("lee@corp.example").id, False)

    assert log_in(Tab.of(app, Clock())) == 403


TWISTS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "for another client": {"aud": "other"},
    "expired": {"exp": 1_700_000_000},
    "another login's": {"nonce": "other"},
    "nobody": {"sub": ""},
    "issued to another": {"aud": [CLIENT, "other"], "azp": "other"},
}


@pytest.mark.parametrize("twist", TWISTS.values(), ids=TWISTS)
def test_a_token_that_does_not_fit_is_not_believed(tab: Tab, provider: IdentityProvider, twist: dict[str, Any]) -> None:
    provider.twist = lambda claims: claims.update(twist)

    assert log_in(tab) == 403
    assert "확인하지 못했어요" in tab.page.text


def test_a_token_of_another_key_is_not_believed(tab: Tab, provider: IdentityProvider) -> None:
    provider.sign_with = new_key()
    assert log_in(tab) == 403

    provider.sign_with = new_key(provider.key.kid)
    assert log_in(tab) == 403


def test_new_keys_of_the_provider_are_fetched(tab: Tab, app: FastAPI, provider: IdentityProvider) -> None:
    log_in(tab)
    provider.key = new_key()

    assert log_in(Tab.of(app, Clock())) == 200


def test_a_login_that_was_begun_elsewhere_is_refused(tab: Tab, app: FastAPI) -> None:
    """Somebody sends another the address that their own login ended with."""
    mine = come_back(tab)
    victim = Tab.of(app, Clock())

    assert victim.get(mine).status_code == 403
    come_back(victim)
    assert victim.get(mine).status_code == 403


def test_what_came_back_serves_once(tab: Tab) -> None:
    back = come_back(tab)
    cookie = tab.cookies["__Host-onecall_oidc"]
    assert tab.client.get(back).status_code == 303

    tab.client.cookies.set("__Host-onecall_oidc", cookie)
    assert tab.client.get(back).status_code == 403


def test_a_refusal_of_the_provider_is_told(tab: Tab) -> None:
    come_back(tab)

    assert tab.get("/desk/login/provider/done?error=access_denied&state=x").status_code == 403


def test_a_provider_that_is_away_is_told(tab: Tab, provider: IdentityProvider) -> None:
    provider.is_down = True

    answer = tab.get("/desk/login/provider")

    assert answer.status_code == 503
    assert "대답하지 않아요" in answer.text


def test_after_the_login_the_page_that_was_wanted_opens_and_no_other_site(tab: Tab) -> None:
    assert tab.client.get(come_back(tab, "/desk/tickets/3")).headers["Location"] == "/desk/tickets/3"
    assert tab.client.get(come_back(tab, "https://evil.example")).headers["Location"] == "/desk"


def test_operators_keep_a_password_for_when_the_provider_is_away(tab: Tab, access: Access) -> None:
    settled(access, "kim", "operator")

    tab.log_in("kim")

    assert tab.client.get("/desk/people").status_code == 200


def test_the_address_to_come_back_to_can_be_set(sqlite: Engine, provider: IdentityProvider) -> None:
    settings = Settings(
        oidc_url=provider.issuer, oidc_client=CLIENT, oidc_secret=SECRET, public_url="https://help.example/"
    )
    tab = Tab.of(app_of(access_to(sqlite, Clock(), settings)), Clock())

    assert come_back(tab).startswith("https://help.example/desk/login/provider/done?")


@pytest.mark.parametrize(
    ("url", "client"),
    [("http://id.example", CLIENT), ("ftp://127.0.0.1", CLIENT), ("x", CLIENT), ("https://id.example", "")],
)
def test_settings_of_a_provider_that_cannot_be_used_are_refused(url: str, client: str) -> None:
    with pytest.raises(SetupError, match="ONECALL_OIDC"):
        provider_of(Settings(oidc_url=url, oidc_client=client, oidc_secret=SECRET))


def test_a_password_lets_no_consultant_in_beside_the_provider(tab: Tab, access: Access) -> None:
    settled(access, "park")

    assert tab.give_password("park", PASSWORD).status_code == 401
