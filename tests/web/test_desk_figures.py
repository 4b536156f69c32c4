"""The page of figures, its files and the digest, over HTTP and in a real browser."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import chromium, serving
from desk_house import COOKIE, desk_house
from desk_parts import access_to, app_of
from fastapi import FastAPI
from fastapi.testclient import TestClient
from figure_parts import HANDED_OVER, Log, reply
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, text

from assistant.desk.access import Access
from assistant.desk.accounts import Wanted
from assistant.desk.audit import AuditQuery
from assistant.desk.clock import BusinessHours
from assistant.desk.figure_room import Figures
from assistant.desk_records import RIGHTS, ROLES
from assistant.figures_wording import DEFINITIONS
from assistant.knowledge import KnowledgeBase
from assistant.store.tables import utc_now
from assistant.turn import Assistant
from assistant.web import desk_figures

EXCEL = "/desk/figures/figures.xlsx"
PERIOD = "?from=2026-01-05&to=2026-01-09"
EVIL = '=HYPERLINK("http://x")'


def fill(engine: Engine, base: KnowledgeBase) -> None:
    """Let four people ask in the first week of January, one of them twice."""
    log = Log(engine)
    used, item = next(iter(base.articles)), next(iter(base.items))
    for talk in ("a", "b", "c"):
        log.say(talk, "01-05 10:00", reply(article=used, item=item, country="JP"))
    log.say("a", "01-06 10:00", reply())
    log.say("d", "01-07 10:00", HANDED_OVER)
    log.ticket("d", "01-07 10:00", "01-09 10:00", consultant=EVIL, state="answered", answered_at="01-08 10:00")


@pytest.fixture
def access(sqlite: Engine) -> Access:
    return access_to(sqlite, utc_now)  # type: ignore[arg-type]


@pytest.fixture
def app(sqlite: Engine, access: Access, toy_base: KnowledgeBase) -> FastAPI:
    fill(sqlite, toy_base)
    figures = Figures(sqlite, lambda: toy_base, BusinessHours())
    return app_of(access, desk_figures.router(figures))


def client_of(app: FastAPI, access: Access, role: str) -> TestClient:
    made = access.accounts.add(None, f"{role}1", Wanted("김관리", role))
    client = TestClient(app, "https://desk.example", headers={"Accept": "text/html"}, follow_redirects=False)
    client.cookies.set(f"__Host-{COOKIE}", access.sessions.begin(made.id))
    return client


@pytest.fixture
def client(app: FastAPI, access: Access) -> TestClient:
    return client_of(app, access, "manager")


def exports(access: Access) -> list[tuple[str, str]]:
    lines = access.audit.page(AuditQuery(action="export")).lines
    return [(line.login, str(line.detail["what"])) for line in lines]


@pytest.mark.parametrize("role", ROLES)
def test_pages_and_files_open_by_right(app: FastAPI, access: Access, role: str) -> None:
    client, rights = client_of(app, access, role), RIGHTS[role]  # type: ignore[index]
    for path in ("", "/digest?month=2026-01", "/table.csv?table=days", "/figures.xlsx", "/digest.html"):
        is_allowed = "see_figures" in rights and ("export" in rights or "." not in path)

        assert client.get(f"/desk/figures{path}").status_code == (200 if is_allowed else 403), path


def test_a_stranger_is_sent_to_the_login(app: FastAPI) -> None:
    client = TestClient(app, "https://desk.example", headers={"Accept": "text/html"}, follow_redirects=False)

    assert client.get("/desk/figures").status_code == 303


def test_the_page_says_what_it_counts_and_with_which_years(client: TestClient) -> None:
    page = client.get(f"/desk/figures{PERIOD}").text

    for name, meaning in DEFINITIONS:
        assert name in page
        assert meaning in page
    assert "콜센터 하루 (2014년)</dt><dd>288" in page
    assert "2014년 콜센터" in page
    assert "2016년 콜센터" in page
    assert "<dt>상담</dt><dd>5</dd>" in page
    assert "<dt>72시간 안에 다시 물음</dt><dd>1 (20.0%)</dd>" in page
    assert "<dt>해결</dt><dd>3 (60.0%)</dd>" in page


def test_a_period_that_is_none_is_said_on_the_page(client: TestClient) -> None:
    answer = client.get("/desk/figures?from=2026-02-31&to=2026-03-01")

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_an_editor_sees_no_way_to_files(app: FastAPI, access: Access) -> None:
    page = client_of(app, access, "editor").get("/desk/figures").text

    assert "download" not in page


def test_csv_holds_the_numbers_of_the_page_and_is_noted(client: TestClient, access: Access) -> None:
    answer = client.get(f"/desk/figures/table.csv{PERIOD}&table=days")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="days_2026-01-05_2026-01-09.csv"'
    assert [row["상담"] for row in rows] == ["3", "1", "1", "0", "0"]
    assert rows[0]["기간"] == "2026년 1월 5일(월)"
    assert exports(access) == [("manager1", "days.csv")]


def test_shares_in_csv_are_numbers(client: TestClient) -> None:
    answer = client.get(f"/desk/figures/table.csv{PERIOD}&table=fields")
    rows = {row["분야"]: row for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}

    assert rows["국내 인증"] == {
        "분야": "국내 인증",
        "상담": "5",
        "비율": "1.0",
        "2014년 콜센터": "0.45",
        "2016년 콜센터": "0.57",
    }
    assert rows["제품안전"]["2014년 콜센터"] == ""


def test_no_text_becomes_a_formula(client: TestClient) -> None:
    written = client.get(f"/desk/figures/table.csv{PERIOD}&table=deadlines_consultant").content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(client.get(EXCEL + PERIOD).content))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    evil = [cell for cell in cells if cell.value == EVIL]

    assert list(csv.reader(io.StringIO(written)))[1][0] == f"'{EVIL}"
    assert [(cell.data_type, cell.quotePrefix) for cell in evil] == [("s", True)]
    assert [cell for cell in cells if cell.data_type == "f"] == []


def test_the_excel_file_holds_every_table_and_is_noted(client: TestClient, access: Access) -> None:
    book = load_workbook(io.BytesIO(client.get(EXCEL + PERIOD).content))

    assert book.sheetnames[:4] == ["요약", "상담 수와 결과", "분야", "업종"]
    assert book.sheetnames[-1] == "뜻"
    days = list(book["상담 수와 결과"].iter_rows(values_only=True))
    assert [row[1] for row in days] == ["상담", 3, 1, 1, 0, 0]
    fields = list(book["분야"].iter_rows(values_only=True))
    assert fields[1] == ("국내 인증", 5, 1, 0.45, 0.57)
    assert book["분야"]["C2"].number_format == "0.0%"
    assert exports(access) == [("manager1", "xlsx")]


def test_a_table_that_is_none_is_not_found(client: TestClient, access: Access) -> None:
    assert client.get("/desk/figures/table.csv?table=people").status_code == 404
    assert exports(access) == []


def test_the_digest_is_a_mail_of_its_own_without_personal_data(client: TestClient, access: Access) -> None:
    page = client.get("/desk/figures/digest?month=2026-01").text
    sent = client.get("/desk/figures/digest.html?month=2026-01")

    assert page == sent.text
    assert "상담 5건" in page
    assert "288건" in page
    assert EVIL not in page
    assert "HYPERLINK" not in page
    # Mail programs drop these, or the desk's policy refuses them.
    assert not re.search(r"<script|<style|\sstyle=|<img|<link|\bhref=|\bsrc=|url\(", page)
    assert exports(access) == [("manager1", "digest")]


def test_the_digest_of_a_thin_month_says_so(client: TestClient) -> None:
    page = client.get("/desk/figures/digest?month=2026-02").text

    assert "세 사람보다 적은 숫자는" in page
    assert not re.search(r"\d+건 ·", page)


# ---- in a browser ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, toy_house: Assistant, sqlite: Engine) -> Iterator[Page]:
    fill(sqlite, toy_house.base)
    house = desk_house(toy_house, sqlite)
    _, token = house.person("lee", "이관리", "manager")
    complaints: list[str] = []
    with serving(house.app) as address:
        context = browser.new_context(locale="ko-KR", timezone_id="Asia/Seoul", base_url=address)
        context.set_default_timeout(8_000)
        context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        opened = context.new_page()
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda line: complaints.append(line.text))
        yield opened
        context.close()
    assert complaints == []


@pytest.mark.browser
def test_charts_stand_beside_their_tables_and_files_and_digest_open(page: Page, tmp_path: Path) -> None:
    page.goto(f"/desk/figures{PERIOD}")
    widths = page.evaluate("[...document.querySelectorAll('.chart')].map(one => one.complete ? one.naturalWidth : 0)")

    assert len(widths) == 8
    assert min(widths) > 300
    expect(page.get_by_role("img", name="288건(2014년)에 선을 그었어요", exact=False)).to_be_visible()
    assert page.evaluate("[...document.querySelectorAll('section.card:has(.chart) table')].length") == 7

    with page.expect_download() as downloading:
        page.get_by_role("link", name="엑셀 받기").click()
    downloading.value.save_as(tmp_path / "figures.xlsx")
    with page.expect_popup() as opening:
        page.get_by_role("link", name="월간 소식 보기").click()

    assert load_workbook(tmp_path / "figures.xlsx").sheetnames[0] == "요약"
    expect(opening.value.get_by_role("heading", level=1)).to_have_text("원콜 소식 2026년 1월")


@pytest.mark.browser
def test_a_period_is_picked_and_fits_a_phone(page: Page, sqlite: Engine) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/desk/figures")
    page.get_by_label("언제부터").fill("2026-01-05")
    page.get_by_label("언제까지").fill("2026-01-09")
    page.get_by_role("button", name="기간 보기").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("2026년 1월 5일부터 2026년 1월 9일까지")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    with sqlite.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM contacts")).scalar() == 5
