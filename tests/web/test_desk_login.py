"""Logging in at the desk: cookies, forged requests, stolen and planted tokens, ends of sessions."""

import re

import pytest
from desk_parts import HTML, PASSWORD, Clock, Tab, access_to, app_of, settled
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from assistant.desk.access import Access
from assistant.desk.accounts import Wanted
from assistant.desk.audit import AuditQuery
from assistant.web import desk_audit, desk_login, desk_people
from assistant.web.desk_session import csrf_from

COOKIE = "__Host-onecall_desk"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(sqlite: Engine, clock: Clock) -> Access:
    return access_to(sqlite, clock)


@pytest.fixture
def app(access: Access) -> FastAPI:
    return app_of(access)


@pytest.fixture
def tab(app: FastAPI, clock: Clock, access: Access) -> Tab:
    """A browser of the operator kim, who is not logged in."""
    settled(access, "kim", "operator")
    return Tab.of(app, clock)


@pytest.fixture
def inside(tab: Tab) -> Tab:
    tab.log_in("kim")
    return tab


def is_inside(app: FastAPI, token: str) -> bool:
    client = TestClient(app, "https://desk.example", headers=HTML, follow_redirects=False)
    client.cookies.set(COOKIE, token)
    return client.get("/desk/account").status_code == 200


def test_the_first_login_chooses_a_password_sets_up_codes_and_shows_recovery_codes(
    app: FastAPI, clock: Clock, access: Access
) -> None:
    access.accounts.add(None, "lee", Wanted("이상담", "consultant"), "first given password 1")
    tab = Tab.of(app, clock)

    tab.give_password("lee", "first given password 1", next="/desk/tickets/3")
    assert "새 비밀번호" in tab.page.text
    tab.post("/desk/login/password", password=PASSWORD, again=PASSWORD, next="/desk/tickets/3")
    tab.read_secret()
    assert "data:image/svg+xml" in tab.page.text
    shown = tab.post("/desk/login/codes", code=tab.code(), next="/desk/tickets/3")

    assert len(re.findall(r"<code>[a-z2-7]{4}(?:-[a-z2-7]{4}){3}</code>", shown.text)) == 10
    assert 'href="/desk/tickets/3"' in shown.text
    assert is_inside(app, tab.token)


def test_no_step_lets_anybody_in_before_the_last(app: FastAPI, clock: Clock, access: Access, inside: Tab) -> None:
    access.accounts.add(None, "lee", Wanted("이상담", "consultant"), "first given password 1")
    tab = Tab.of(app, clock)

    tab.give_password("lee", "first given password 1")
    assert not is_inside(app, tab.token)
    assert tab.client.post("/desk/login/codes", data={"csrf": tab.csrf(), "code": "000000"}).status_code == 303
    tab.post("/desk/login/password", password=PASSWORD, again=PASSWORD)
    assert not is_inside(app, tab.token)

    other = Tab.of(app, clock)
    other.give_password("kim")
    assert "일회용 코드" in other.page.text
    assert not is_inside(app, other.token)


def test_the_cookie_is_a_host_cookie_that_no_script_reads(tab: Tab) -> None:
    answer = tab.give_password("kim")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_over_http_on_this_machine_the_cookie_has_a_plain_name(app: FastAPI, clock: Clock, host: str) -> None:
    tab = Tab.of(app, clock, f"http://{host}")

    cookie = tab.get("/desk/login").headers["Set-Cookie"]
    assert cookie.startswith("onecall_desk=")
    assert "Secure" not in cookie


@pytest.mark.parametrize("host", ["desk.example", "192.168.0.7:8000", "127.0.0.1.example"])
def test_over_http_from_elsewhere_nobody_logs_in(app: FastAPI, clock: Clock, host: str) -> None:
    answer = Tab.of(app, clock, f"http://{host}").get("/desk/login")

    assert answer.status_code == 403
    assert "https" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_planted_token_is_worth_nothing_after_the_login(app: FastAPI, tab: Tab) -> None:
    planted = "planted-by-somebody-else-0123456789"
    tab.client.cookies.set(COOKIE, planted, domain="desk.example", path="/")
    tab.give_password("kim")
    half = tab.token
    tab.read_secret()
    tab.post("/desk/login/codes", code=tab.code())

    assert planted not in (half, tab.token)
    assert half != tab.token
    assert [is_inside(app, one) for one in (planted, half, tab.token)] == [False, False, True]


def test_a_stolen_cookie_ends_with_the_logout(app: FastAPI, inside: Tab) -> None:
    stolen = inside.token
    assert is_inside(app, stolen)
    inside.get("/desk/account")

    inside.post("/desk/logout")

    assert not is_inside(app, stolen)
    assert COOKIE not in inside.cookies or inside.token != stolen


def test_a_new_password_ends_every_session(app: FastAPI, clock: Clock, inside: Tab) -> None:
    other = Tab.of(app, clock)
    other.secret = inside.secret
    other.log_in("kim")
    inside.get("/desk/account")

    inside.post("/desk/account/password", old=PASSWORD, password="a new password 1", again="a new password 1")

    assert not is_inside(app, other.token)
    assert "로그인" in inside.page.text
    clock.wait(minutes=1)
    inside.give_password("kim", "a new password 1")
    inside.post("/desk/login/code", code=inside.code())
    assert is_inside(app, inside.token)


def test_a_stopped_account_is_out_at_once(app: FastAPI, access: Access, inside: Tab, clock: Clock) -> None:
    settled(access, "park", "operator")
    access.accounts.set_active(None, access.accounts.person("kim").id, False)

    assert not is_inside(app, inside.token)


def test_a_session_ends_after_thirty_idle_minutes(app: FastAPI, inside: Tab, clock: Clock) -> None:
    for _ in range(3):
        clock.wait(minutes=29)
        assert is_inside(app, inside.token)

    clock.wait(minutes=31)
    assert not is_inside(app, inside.token)


def test_a_session_ends_after_twelve_hours_of_work(app: FastAPI, inside: Tab, clock: Clock) -> None:
    for _ in range(36):
        clock.wait(minutes=19.9)
        assert is_inside(app, inside.token)

    clock.wait(minutes=10)
    assert not is_inside(app, inside.token)


def test_what_a_page_asks_by_itself_keeps_no_session_alive(access: Access, inside: Tab, clock: Clock) -> None:
    for _ in range(3):
        clock.wait(minutes=10)
        assert access.sessions.found(inside.token, is_use=False)

    clock.wait(minutes=1)
    assert access.sessions.found(inside.token, is_use=False) is None


def test_a_login_that_is_not_completed_ends_after_ten_minutes(tab: Tab, clock: Clock) -> None:
    tab.give_password("kim")
    tab.read_secret()
    clock.wait(minutes=11)

    tab.post("/desk/login/codes", code=tab.code())

    assert "비밀번호" in tab.page.text
    assert "/desk/login/codes" not in tab.page.text


def test_sessions_that_are_over_are_deleted(access: Access, inside: Tab, clock: Clock, sqlite: Engine) -> None:
    clock.wait(hours=1)
    access.sessions.prune()

    with sqlite.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM desk_sessions")).scalar() == 0


def changing_paths(access: Access) -> list[str]:
    """Every path of these doors that takes a POST."""
    routers = desk_login.router(access), desk_people.router(access), desk_audit.router(access)
    routes = [one for router in routers for one in router.routes if isinstance(one, APIRoute)]
    return sorted(one.path.replace("{person_id}", "1") for one in routes if "POST" in one.methods)


@pytest.mark.parametrize("csrf", ["", "0" * 64, "위조", csrf_from("another token")])
def test_a_forged_request_changes_nothing(app: FastAPI, access: Access, inside: Tab, csrf: str) -> None:
    before = access.accounts.listed()
    paths = changing_paths(access)

    form = {"csrf": csrf, "login": "evil", "name": "악", "role": "operator"}
    answers = {path: inside.client.post(path, data=form).status_code for path in paths}

    assert len(paths) >= 11
    assert set(answers.values()) == {403}
    assert is_inside(app, inside.token)
    assert access.accounts.listed() == before
    lines = access.audit.page(AuditQuery(action="refused")).lines
    assert sorted((line.login, line.subject) for line in lines) == [("kim", path) for path in paths]


def test_a_request_that_another_site_sent_is_refused_even_with_the_token(inside: Tab) -> None:
    csrf = csrf_from(inside.token)

    answers = [
        inside.client.post("/desk/people/999/unlock", data={"csrf": csrf}, headers={"Sec-Fetch-Site": site}).status_code
        for site in ("cross-site", "same-site", "same-origin")
    ]

    assert answers == [403, 403, 404]


def test_the_token_may_come_in_a_header(inside: Tab) -> None:
    csrf = csrf_from(inside.token)

    assert inside.client.post("/desk/people/999/unlock", headers={"X-CSRF-Token": csrf}).status_code == 404
    assert inside.client.post("/desk/people/999/unlock", headers={"X-CSRF-Token": f"{csrf}0"}).status_code == 403


def test_a_login_cannot_be_forged_either(app: FastAPI, tab: Tab) -> None:
    answer = tab.client.post("/desk/login", data={"login": "kim", "password": PASSWORD})

    assert answer.status_code == 403


def test_a_stranger_is_sent_to_the_login_and_back(tab: Tab) -> None:
    answer = tab.client.get("/desk/audit?person=kim")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/login?next=/desk/audit%3Fperson%3Dkim")
    tab.get("/desk/audit?person=kim")
    assert 'name="next" value="/desk/audit?person=kim"' in tab.page.text
    assert tab.client.get("/desk/audit", headers={"Accept": "application/json"}).json()["code"] == "not_signed_in"


def test_htmx_is_told_to_go_to_the_login(tab: Tab) -> None:
    answer = tab.client.get("/desk/account", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/desk/login")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/desk//evil", "/desk/\\evil", "javascript:alert(1)", "/"]
)
def test_nobody_is_sent_to_another_site_after_the_login(tab: Tab, elsewhere: str) -> None:
    tab.give_password("kim", next=elsewhere)
    tab.read_secret()
    shown = tab.post("/desk/login/codes", code=tab.code(), next=elsewhere)

    assert re.findall(r'class="button" href="([^"]*)"', shown.text)[0].startswith("/desk")
    assert "evil" not in shown.text.replace("/desk//evil", "")


def test_wrong_passwords_lock_and_say_for_how_long(tab: Tab) -> None:
    answers = [tab.give_password("kim", "wrong password").status_code for _ in range(6)]

    assert answers == [401] * 5 + [429]
    assert "잠시 막았어요" in tab.page.text
    assert tab.page.headers["Retry-After"] == "30"


def test_unknown_logins_are_answered_to_the_letter_like_known_ones(tab: Tab) -> None:
    pages = []
    for login in ("kim", "nobody"):
        for _ in range(6):
            tab.give_password(login, "wrong password")
            pages.append(tab.page.text)
            tab.clock.wait(hours=0)
        tab.clock.wait(days=2)
    masked = [re.sub(r'value="[0-9a-f]{64}"', "", one) for one in pages]

    assert masked[:6] == masked[6:]


def test_pages_of_the_desk_send_forms_home_only_and_fit_in_no_frame(tab: Tab) -> None:
    policy = tab.get("/desk/login").headers["Content-Security-Policy"]

    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert tab.page.headers["Cache-Control"] == "no-store"


def test_login_and_logout_are_in_the_log(inside: Tab, access: Access) -> None:
    inside.get("/desk/account")
    inside.post("/desk/logout")

    assert [line.action for line in access.audit.page(AuditQuery(login="kim")).lines][:2] == ["logout", "login"]
