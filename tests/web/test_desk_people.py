"""The people page and the log: who may see and change what, by role."""

import csv
import io
import re
from datetime import timedelta

import pytest
from desk_parts import HTML, Clock, Tab, access_to, app_of, settled
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from assistant.desk.access import Access
from assistant.desk.audit import AuditQuery
from assistant.desk_records import RIGHTS, ROLES, Person


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
def kim(access: Access) -> Person:
    return settled(access, "kim", "operator")


def browser_of(app: FastAPI, access: Access, person: Person, clock: Clock) -> Tab:
    tab = Tab.of(app, clock)
    tab.client.cookies.set("__Host-onecall_desk", access.sessions.begin(person.id))
    return tab


@pytest.fixture
def tab(app: FastAPI, access: Access, kim: Person, clock: Clock) -> Tab:
    """The operator's browser at the people page."""
    opened = browser_of(app, access, kim, clock)
    opened.get("/desk/people")
    return opened


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("path", "right"), [("/desk/people", "manage_people"), ("/desk/audit", "see_audit"), ("/desk/audit.csv", "export")]
)
def test_pages_open_by_role_and_refusals_are_noted(
    app: FastAPI, access: Access, clock: Clock, role: str, path: str, right: str
) -> None:
    person = settled(access, "somebody", role)
    answer = browser_of(app, access, person, clock).client.get(path)

    is_allowed = right in RIGHTS[person.role]
    assert answer.status_code == (200 if is_allowed else 403)
    refusals = [(line.login, line.subject) for line in access.audit.page(AuditQuery(action="refused")).lines]
    assert refusals == ([] if is_allowed else [("somebody", path)])


@pytest.mark.parametrize("role", ["consultant", "editor", "manager"])
def test_nobody_else_changes_people(app: FastAPI, access: Access, kim: Person, clock: Clock, role: str) -> None:
    person = settled(access, "somebody", role)
    tab = browser_of(app, access, person, clock)
    tab.get("/desk/account")

    form = {"login": "evil", "name": "악", "role": "operator", "is_active": "no"}
    paths = ["", f"/{person.id}", f"/{kim.id}/active", f"/{kim.id}/codes", f"/{kim.id}/password", f"/{kim.id}/unlock"]
    answers = [tab.client.post(f"/desk/people{path}", data=form | {"csrf": tab.csrf()}).status_code for path in paths]

    assert answers == [403] * len(paths)
    assert {one.person.login for one in access.accounts.listed()} == {"kim", "somebody"}


def test_a_new_person_gets_a_password_that_is_shown_once(tab: Tab, app: FastAPI, access: Access, clock: Clock) -> None:
    shown = tab.post("/desk/people", login="lee", name="이상담", role="consultant", sectors=["food", "ict"])
    given = re.search(r'<code class="secret">([^<]+)</code>', shown.text)

    assert given
    assert access.accounts.person("lee").sectors == ("food", "ict")
    assert given.group(1) not in tab.get("/desk/people").text
    other = Tab.of(app, clock)
    other.give_password("lee", given.group(1))
    assert "새 비밀번호" in other.page.text


def test_a_refused_person_can_be_corrected(tab: Tab) -> None:
    shown = tab.post("/desk/people", login="kim", name="<b>김</b>", role="editor")

    assert shown.status_code == 409
    assert 'value="&lt;b&gt;김&lt;/b&gt;"' in shown.text
    assert 'role="alert"' in shown.text


def test_a_person_is_changed_stopped_and_let_in_again(tab: Tab, access: Access) -> None:
    lee = settled(access, "lee")

    tab.post(f"/desk/people/{lee.id}", name="이편집", role="editor", sectors="food")
    assert (access.accounts.person("lee").role, access.accounts.person("lee").sectors) == ("editor", ("food",))
    tab.post(f"/desk/people/{lee.id}/active", is_active="no")
    assert not access.accounts.person("lee").is_active
    assert "멈춘 계정" in tab.page.text
    tab.post(f"/desk/people/{lee.id}/active", is_active="yes")
    assert access.accounts.person("lee").is_active


def test_codes_are_reset(tab: Tab, app: FastAPI, access: Access, clock: Clock) -> None:
    lee = settled(access, "lee")
    other = Tab.of(app, clock)
    other.log_in("lee")

    tab.post(f"/desk/people/{lee.id}/codes")

    assert other.client.get("/desk/account").status_code == 303
    other.give_password("lee")
    assert "/desk/login/codes" in other.page.text


def test_the_last_operator_is_told_why_not(tab: Tab, kim: Person) -> None:
    shown = tab.post(f"/desk/people/{kim.id}/active", is_active="no")

    assert shown.status_code == 403
    assert "자기 계정" in shown.text


def test_somebody_of_no_number_is_not_found(tab: Tab) -> None:
    csrf = tab.csrf()
    answers = [
        tab.client.post(f"/desk/people/{number}/codes", data={"csrf": csrf}).status_code
        for number in ("999", "0", str(2**70), "x")
    ]

    assert answers == [404, 404, 404, 400]


def test_the_log_is_searched_by_person_kind_and_day(app: FastAPI, access: Access, kim: Person, clock: Clock) -> None:
    lee = settled(access, "lee")
    access.audit.note(lee, "view", "ticket OC-000007")
    clock.wait(days=2)
    access.audit.note(lee, "export", "figures", months=3)
    tab = browser_of(app, access, kim, clock)

    def subjects(query: str) -> list[str]:
        return re.findall(r"<td>(ticket OC-000007|figures)</td>", tab.get(f"/desk/audit?{query}").text)

    assert subjects("person=lee") == ["figures", "ticket OC-000007"]
    assert subjects("person=kim") == []
    assert subjects("action=view") == ["ticket OC-000007"]
    assert subjects("from=2026-11-23&to=2026-11-23") == ["ticket OC-000007"]
    assert subjects("from=2026-11-24") == ["figures"]
    assert "months: 3" in tab.get("/desk/audit?person=lee").text


@pytest.mark.parametrize("query", ["from=yesterday", "to=99999-01-01", "from=0001-01-01", "person=%00"])
def test_a_search_that_cannot_be_read_is_refused(tab: Tab, query: str) -> None:
    assert tab.get(f"/desk/audit?{query}").status_code == 400


def test_the_log_has_pages(tab: Tab, access: Access, kim: Person) -> None:
    for number in range(150):
        access.audit.note(kim, "view", f"ticket OC-{number:06d}")

    first = tab.get("/desk/audit?action=view").text
    older = re.search(r'href="(\?[^"]*before=\d+)"', first)
    assert older
    second = tab.get("/desk/audit" + older.group(1).replace("&amp;", "&")).text

    found = re.findall(r"ticket OC-\d{6}", first) + re.findall(r"ticket OC-\d{6}", second)
    assert found == [f"ticket OC-{number:06d}" for number in reversed(range(150))]


def test_the_log_as_csv_holds_no_formula_and_notes_itself(tab: Tab, access: Access, kim: Person) -> None:
    access.audit.note(kim, "change", "=1+1", what="changed")

    answer = tab.client.get("/desk/audit.csv?action=change")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert rows[0] == ["때", "아이디", "한 일", "대상", "자세히"]
    assert rows[1][1:] == ["kim", "변경", "'=1+1", "이름·역할·업종을 바꿨어요"]
    noted = access.audit.page(AuditQuery(action="export")).lines[0]
    assert (noted.login, noted.subject) == ("kim", "audit")


def test_everything_shown_is_escaped(tab: Tab, access: Access) -> None:
    settled(access, "lee")
    person = access.accounts.person("lee")
    tab.post(f"/desk/people/{person.id}", name="<script>alert(1)</script>", role="editor")

    assert "<script>alert" not in tab.page.text
    assert "&lt;script&gt;alert" in tab.page.text


def test_the_time_of_the_log_is_korean(tab: Tab, clock: Clock) -> None:
    local = clock.now + timedelta(hours=9)

    assert local.strftime("%Y-%m-%d %H:%M") in tab.get("/desk/audit").text


def test_a_stranger_sees_neither_page_nor_csv(app: FastAPI) -> None:
    client = TestClient(app, "https://desk.example", headers=HTML, follow_redirects=False)

    assert [client.get(path).status_code for path in ("/desk/people", "/desk/audit", "/desk/audit.csv")] == [303] * 3
