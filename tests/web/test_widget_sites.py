"""The widget in a real browser: lost networks, reloads, two tabs, other sites, and whether everybody can use it."""

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import serving
from foreign_site import Shop
from playwright.sync_api import BrowserContext, Page, Route, expect
from widget_browsing import HERE, QUESTION, choose, dialog, launcher, question, said, start, texts, write

from assistant.turn import Assistant
from assistant.web.page import STATIC

pytestmark = pytest.mark.browser


@pytest.fixture
def tabs(page: Page, context: BrowserContext, shop_address: str) -> tuple[Page, Page]:
    """Two tabs with the same conversation."""
    other = context.new_page()
    other.goto(shop_address)
    for tab in (page, other):
        start(tab)
    return page, other


# ---- lost networks, reloads, tabs -----------------------------------------------------


def lose_reply(route: Route) -> None:
    """Let the request reach the server, and the reply get lost."""
    route.fetch()
    route.abort()


def test_a_message_written_offline_is_sent_once(tabs: tuple[Page, Page], context: BrowserContext) -> None:
    write(tabs[0], QUESTION)
    for tab in tabs:
        said(tab, "assistant", 1)
    context.set_offline(True)
    write(tabs[0], "비용은 얼마예요?")
    expect(tabs[0].get_by_text("아직 보내지 못했어요.")).to_be_visible()
    context.set_offline(False)
    for tab in tabs:
        said(tab, "assistant", 2)

    assert texts(tabs[0], "visitor") == texts(tabs[1], "visitor") == [QUESTION, "비용은 얼마예요?"]
    expect(tabs[0].get_by_text("아직 보내지 못했어요.")).to_have_count(0)
    expect(tabs[0].locator(".trouble")).to_be_hidden()


def test_a_message_whose_reply_was_lost_is_taken_once(page: Page, small_house: Assistant) -> None:
    start(page)
    page.route("**/widget/v1/messages", lose_reply, times=1)
    write(page, "상담사 연결")
    said(page, "assistant", 1)

    assert texts(page, "visitor") == ["상담사 연결"]
    assert [ticket.id for ticket in small_house.tickets.listed()] == ["OC-000001"]


def test_an_unsent_message_survives_a_reload(page: Page, service: str) -> None:
    start(page)
    page.route(f"{service}/**", lambda route: route.abort())
    write(page, QUESTION)
    expect(page.get_by_text("아직 보내지 못했어요.")).to_be_visible()
    page.unroute_all()
    page.reload()
    start(page)
    said(page, "assistant", 1)

    assert texts(page, "visitor") == [QUESTION]


def test_a_reload_keeps_the_conversation(page: Page) -> None:
    start(page)
    write(page, QUESTION)
    said(page, "assistant", 1)
    before = page.locator(".log").inner_text()
    page.reload()
    start(page)
    said(page, "assistant", 1)

    assert page.locator(".log").inner_text() == before


def test_two_tabs_show_the_same_conversation(tabs: tuple[Page, Page]) -> None:
    write(tabs[0], QUESTION)
    said(tabs[1], "assistant", 1)
    write(tabs[1], "고마워요")
    for tab in tabs:
        said(tab, "assistant", 2)
        said(tab, "visitor", 2)

    assert texts(tabs[0], "visitor") == texts(tabs[1], "visitor") == [QUESTION, "고마워요"]


def test_erasing_asks_once_and_clears_both_tabs(tabs: tuple[Page, Page]) -> None:
    write(tabs[0], QUESTION)
    said(tabs[1], "assistant", 1)
    choose(tabs[0], "대화 지우기")
    expect(tabs[0].get_by_role("button", name="지우기", exact=True)).to_have_count(1)
    said(tabs[1], "assistant", 1)
    tabs[0].get_by_role("button", name="지우기", exact=True).click()
    for tab in tabs:
        expect(tab.locator(".log .message")).to_have_count(0)
    write(tabs[1], "고마워요")
    for tab in tabs:
        said(tab, "assistant", 1)

    assert texts(tabs[0], "visitor") == ["고마워요"]


def test_it_works_without_storage(context: BrowserContext, shop_address: str) -> None:
    page = context.new_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})")
    page.goto(shop_address)
    start(page)
    write(page, QUESTION)

    said(page, "assistant", 1)


def test_a_token_that_is_refused_begins_anew(page: Page) -> None:
    start(page)
    write(page, QUESTION)
    said(page, "assistant", 1)
    page.evaluate("Object.keys(localStorage).forEach((key) => localStorage.setItem(key, '\"spoilt\"'))")
    page.reload()
    start(page)
    write(page, "고마워요")
    said(page, "assistant", 1)

    assert texts(page, "visitor") == ["고마워요"]


def test_an_origin_that_is_not_allowed_is_told_so(context: BrowserContext, service: str, shop: Shop) -> None:
    with serving(shop) as stranger:
        page = context.new_page()
        page.goto(stranger)
        launcher(page).click()

        expect(page.locator(".trouble")).to_contain_text(f"이 사이트({stranger})에서는 대화창을 쓸 수 없어요.")
        expect(page.get_by_role("button", name="다시 시도")).to_be_visible()
        expect(question(page)).to_be_disabled()
        page.close()


# ---- how it looks ---------------------------------------------------------------------


@pytest.mark.parametrize("color", ["", "#ffe14d", "#777777", "#101010"])
def test_nothing_bars_anybody(context: BrowserContext, shop: Shop, shop_address: str, color: str) -> None:
    """By axe-core, closed and open; the site's colour by daylight and in the dark."""
    shop.attributes["data-color"] = color
    page = context.new_page()
    page.goto(f"{shop_address}/plain")
    expect(launcher(page)).to_be_visible()
    closed = Axe().run(page)
    start(page)
    write(page, HERE)
    said(page, "assistant", 1)
    choose(page, "상담원 연결")
    said(page, "assistant", 2)
    page.get_by_role("button", name="도움이 됐어요").click()
    page.get_by_role("button", name="메뉴").click()
    opened = Axe().run(page)
    page.emulate_media(color_scheme="dark")
    dark = Axe().run(page)

    assert [one.generate_snapshot() for one in (closed, opened, dark)] == ["", "", ""]


@pytest.mark.parametrize("size", [(360, 640), (320, 256), (500, 400)], ids=["phone", "400 %", "200 %"])
def test_nothing_scrolls_sideways(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    start(page)
    write(page, "https://www.example.com/" + "a" * 200)
    write(page, HERE)
    said(page, "assistant", 2)
    box = dialog(page).bounding_box()

    assert page.locator(".scroller").evaluate("one => one.scrollWidth <= one.clientWidth")
    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= size[0]) == (True, True)
    assert page.get_by_role("button", name="보내기", exact=True).is_visible()
    if size[0] < 480:
        assert (box["width"], box["height"]) == size


def test_it_speaks_english_and_stands_on_the_left(context: BrowserContext, shop: Shop, shop_address: str) -> None:
    shop.attributes |= {"data-lang": "en", "data-position": "left", "data-title": "Ask us", "data-greeting": "Hi <b>"}
    page = context.new_page()
    page.goto(f"{shop_address}/plain")
    button = page.get_by_role("button", name="Ask us: Open help chat")
    box = button.bounding_box()
    button.click()

    assert box is not None
    assert box["x"] < 100
    expect(page.get_by_role("dialog", name="Ask us")).to_contain_text("Hi <b>")
    expect(page.get_by_role("textbox", name="Question")).to_be_focused()


def test_it_is_an_element_too(context: BrowserContext, complaints: list[str], shop_address: str) -> None:
    page = context.new_page()
    page.goto(f"{shop_address}/plain")
    page.evaluate(
        """() => {
          document.querySelector('onecall-chat').remove();
          const own = document.createElement('onecall-chat');
          own.dataset.title = '우리 상담';
          window.heard = [];
          for (const name of ['open', 'message', 'close']) {
            own.addEventListener(`onecall-${name}`, (event) => heard.push([event.type, event.detail.role]));
          }
          document.body.append(own);
          own.open();
        }"""
    )
    write(page, QUESTION)
    said(page, "assistant", 1)
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog", name="우리 상담")).to_be_hidden()
    assert page.evaluate("heard") == [
        ["onecall-open", None],
        ["onecall-message", "assistant"],
        ["onecall-close", None],
    ]


def test_the_demo_page_shows_it_with_its_product(context: BrowserContext, complaints: list[str], service: str) -> None:
    page = context.new_page()
    page.goto(f"{service}/demo")
    expect(page.locator("#line")).to_contain_text(f'<script src="{service}/widget.js"')
    assert Axe().run(page).generate_snapshot() == ""
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    start(page)
    write(page, HERE)

    expect(said(page, "assistant", 1).locator(".card").first).to_contain_text("둥근 PSE")


def test_the_script_is_small() -> None:
    assert len(gzip.compress((STATIC / "widget.js").read_bytes())) < 40_000
