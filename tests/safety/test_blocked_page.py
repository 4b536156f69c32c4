"""The page of statistics in a real browser: login, charts, months, phones; nothing that the policy refuses."""

from collections.abc import Iterator

import pytest
from browsing import chromium, serving
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine

from assistant.product_safety import Listing, Verdict
from assistant.safety.malls.keys import Terms
from assistant.safety.malls.quota import Quota
from assistant.safety.malls.store import MallStore
from assistant.safety.watch.blocked import Blocked
from assistant.web.blocked import router
from assistant.web.callers import Callers
from assistant.web.headers import SafeHeaders
from assistant.web.page import STATIC

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def secret(watch_sqlite: Engine, clock) -> str:
    """The key of the mall 가온몰, of which three listings were blocked or held this month."""
    malls = MallStore(watch_sqlite, clock)
    mall = malls.create_mall("가온몰")
    for number, (verdict, action) in enumerate((("recalled", "block"), ("mismatch", "block"), ("expired", "hold"))):
        shown = Verdict(str(number), verdict, "rule", "…", action=action)  # type: ignore[arg-type]
        Blocked(watch_sqlite, clock).record(mall.id, Listing(str(number), "선풍기", category="가전"), shown)
    return malls.create_key(mall.id, Terms(rate=0)).secret


@pytest.fixture
def address(watch_sqlite: Engine, clock) -> Iterator[str]:
    malls = MallStore(watch_sqlite, clock)
    app = FastAPI()
    app.add_middleware(SafeHeaders)
    app.include_router(router(Blocked(watch_sqlite, clock), Callers(malls, Quota(malls))))
    app.mount("/static", StaticFiles(directory=STATIC))
    with serving(app) as served:
        yield f"{served}/safety/blocked"


@pytest.fixture
def context(browser: Browser, secret: str) -> Iterator[BrowserContext]:
    login = {"username": "가온몰", "password": secret}
    opened = browser.new_context(locale="ko-KR", http_credentials=login)
    opened.set_default_timeout(8_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda line: complaints.append(line.text))
    opened.goto(address)
    yield opened
    assert complaints == []


def widths_of_charts(page: Page) -> list[int]:
    return page.evaluate("[...document.querySelectorAll('.chart')].map(one => one.complete ? one.naturalWidth : 0)")


def test_page_opens_with_mall_and_key_and_shows_its_charts(page: Page) -> None:
    expect(page.get_by_role("heading", name="차단 통계")).to_be_visible()
    expect(page.get_by_role("img", name="월별로 차단하거나 보류한 상품 수", exact=False)).to_be_visible()

    assert len(widths_of_charts(page)) == 3
    assert min(widths_of_charts(page)) > 300


def test_numbers_are_in_a_table_too(page: Page) -> None:
    page.get_by_text("표로 보기").nth(1).click()

    row = page.get_by_role("row", name="리콜 제품")
    assert row.get_by_role("cell").all_inner_texts() == ["1", "0", "1"]


def test_months_are_chosen_in_either_order(page: Page) -> None:
    page.get_by_label("시작 달").select_option("2026-11")
    page.get_by_label("끝 달").select_option("2026-09")
    page.get_by_role("button", name="보기").click()
    page.wait_for_url("**?from=2026-09&to=2026-11")

    assert page.get_by_label("월별 표").get_by_role("row").count() == 4


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_page_scrolls_down_only(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_function("[...document.querySelectorAll('.chart')].every(one => one.complete)")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_key_is_in_no_address(page: Page, secret: str) -> None:
    links = page.evaluate("[...document.querySelectorAll('[href], [src]')].map(one => one.href || one.src).join(' ')")

    assert secret not in page.url + links + page.content()


def test_chart_without_policy_refused_styles_has_its_colours(page: Page) -> None:
    """The bars are red and amber, not black, as they would be were the chart's own styles refused."""
    colours = page.evaluate(
        """() => {
          const chart = document.querySelector('.chart');
          const canvas = document.createElement('canvas');
          [canvas.width, canvas.height] = [chart.naturalWidth, chart.naturalHeight];
          const pen = canvas.getContext('2d');
          pen.drawImage(chart, 0, 0);
          const found = new Set();
          const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
          for (let at = 0; at < data.length; at += 4) {
            if (data[at + 3] === 255) found.add([data[at], data[at + 1], data[at + 2]].join());
          }
          return [...found];
        }"""
    )

    assert {"179,55,43", "227,165,47"} <= set(colours)
