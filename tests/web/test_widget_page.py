"""The widget in a real browser, on a page of another origin with a strict policy and hostile styles."""

import re

import pytest
from foreign_site import Shop
from playwright.sync_api import BrowserContext, Page, expect
from widget_browsing import ANSWER, HERE, QUESTION, choose, dialog, launcher, question, said, start, texts, write

from assistant.turn import Assistant

CLOSE = "인증서 재발급 변경 신고 방법"
MAIL = "kim@example.com"

pytestmark = pytest.mark.browser


def focused(page: Page) -> str:
    """What has the focus inside the widget; empty if nothing has."""
    return page.evaluate("document.querySelector('onecall-chat').shadowRoot.activeElement?.textContent ?? ''")


def is_inside(page: Page) -> bool:
    script = "(root => Boolean(root.activeElement?.closest('[role=dialog]')))"
    return page.evaluate(f"{script}(document.querySelector('onecall-chat').shadowRoot)")


# ---- keyboard, styles, policy ---------------------------------------------------------


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_it_is_opened_and_closed_by_keyboard(page: Page, key: str) -> None:
    launcher(page).focus()
    page.keyboard.press(key)
    expect(dialog(page)).to_be_visible()
    expect(question(page)).to_be_focused()
    page.keyboard.press("Escape")

    expect(dialog(page)).to_be_hidden()
    expect(launcher(page)).to_be_focused()


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_the_focus_stays_inside(page: Page, key: str) -> None:
    start(page)
    write(page, QUESTION)
    said(page, "assistant", 1)
    seen = set()
    for _ in range(20):
        page.keyboard.press(key)
        assert is_inside(page)
        seen.add(focused(page))

    assert {"보내기", "도움이 됐어요"} <= seen


def test_the_focus_comes_back_when_its_button_goes(page: Page) -> None:
    start(page)
    page.get_by_role("button", name=HERE).focus()
    page.keyboard.press("Enter")
    said(page, "assistant", 1)

    expect(question(page)).to_be_focused()


def test_escape_closes_the_menu_first(page: Page) -> None:
    start(page)
    page.get_by_role("button", name="메뉴").press("Enter")
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="대화 지우기")).to_be_hidden()
    expect(page.get_by_role("button", name="메뉴")).to_be_focused()
    expect(dialog(page)).to_be_visible()


def test_enter_that_ends_a_syllable_sends_nothing(page: Page) -> None:
    start(page)
    question(page).fill("인증")
    question(page).dispatch_event("keydown", {"key": "Enter", "isComposing": True})

    expect(page.locator(".log .message")).to_have_count(0)


def test_the_styles_of_the_page_change_nothing(page: Page, context: BrowserContext, shop_address: str) -> None:
    plain = context.new_page()
    plain.goto(f"{shop_address}/plain")
    boxes = []
    for one in (page, plain):
        box = [launcher(one).bounding_box()]
        start(one)
        boxes.append([*box, dialog(one).bounding_box(), question(one).bounding_box()])

    assert boxes[0] == boxes[1]


# ---- a conversation -------------------------------------------------------------------


def test_an_answer_shows_its_proof(page: Page) -> None:
    start(page)
    write(page, QUESTION)
    answer = said(page, "assistant", 1)
    source = answer.get_by_role("link", name="장난감법")

    assert texts(page, "assistant") == [ANSWER]
    expect(answer).to_contain_text("장난감법 제9조")
    expect(answer).to_contain_text("2026년 11월 1일")
    expect(source).to_have_attribute("rel", re.compile("noopener"))
    expect(source).to_have_attribute("target", "_blank")
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")


def test_the_product_of_the_page_is_the_one_meant(page: Page) -> None:
    start(page)
    write(page, HERE)
    answer = said(page, "assistant", 1)

    expect(answer.locator(".card").first).to_contain_text("둥근 PSE")
    expect(answer.locator(".kind")).to_have_text("의무")
    expect(answer.locator(".rows dt").first).to_have_text("담당")


def test_a_candidate_is_asked_by_a_click(page: Page, shop: Shop) -> None:
    shop.attributes.clear()
    page.reload()
    start(page)
    write(page, CLOSE)
    said(page, "assistant", 1)
    expect(page.get_by_role("button", name="이 중에 없어요")).to_be_visible()
    page.locator(".log .candidates button").first.click()
    said(page, "assistant", 2)

    assert texts(page, "visitor")[0] == CLOSE
    assert len(texts(page, "visitor")) == 2
    expect(page.get_by_role("button", name="이 중에 없어요")).to_have_count(0)


def test_what_is_written_is_never_html(page: Page) -> None:
    start(page)
    write(page, "<img src=x onerror=alert(1)> <b>굵게</b>")
    said(page, "assistant", 1)

    assert texts(page, "visitor") == ["<img src=x onerror=alert(1)> <b>굵게</b>"]
    assert page.locator(".log img").count() == 0


def test_an_answer_is_rated_with_a_comment(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if "ratings" in request.url else None)
    start(page)
    write(page, QUESTION)
    said(page, "assistant", 1)
    page.get_by_role("button", name="아니에요").click()
    page.get_by_label("의견").fill("더 알고 싶어요")
    page.get_by_role("button", name="의견 보내기").click()
    expect(page.locator(".rating")).to_contain_text("고마워요")
    page.reload()
    start(page)

    assert ['"score":"down","comment":null' in sent[0], '"comment":"더 알고 싶어요"' in sent[1]] == [True, True]
    expect(page.get_by_role("button", name="아니에요")).to_have_attribute("aria-pressed", "true")


def test_a_ticket_is_followed_until_it_is_answered(page: Page, small_house: Assistant) -> None:
    start(page)
    choose(page, "상담원 연결")
    strip = page.locator(".strip")
    expect(strip).to_contain_text("OC-000001 · 배정 대기")
    expect(strip).to_contain_text("까지 답변")
    small_house.tickets.assign("OC-000001", "김상담")
    expect(strip).to_contain_text("상담사가 함께하고 있어요.")
    page.keyboard.press("Escape")
    small_house.tickets.answer("OC-000001", "김상담", "이렇게 하시면 돼요.")
    expect(page.get_by_role("button", name=re.compile("새 답변 1개"))).to_be_visible()
    launcher(page).click()

    expect(said(page, "consultant", 1)).to_contain_text("이렇게 하시면 돼요.")
    expect(strip).to_contain_text("답변 완료")


def test_a_contact_waits_for_consent(page: Page, small_house: Assistant) -> None:
    start(page)
    write(page, "상담사 연결")
    said(page, "assistant", 1)
    write(page, f"{MAIL}로 알려 주세요")
    expect(page.get_by_text("연락처를 저장해도 될까요?")).to_be_visible()
    page.reload()
    start(page)
    assert small_house.tickets.get("OC-000001").contact == ""
    page.get_by_role("button", name="동의하고 보내기").click()
    said(page, "assistant", 2)

    assert small_house.tickets.get("OC-000001").contact == MAIL
    choose(page, "연락처 동의 취소")
    page.get_by_role("button", name="동의 취소", exact=True).click()
    expect(page.get_by_text("동의를 취소하고 연락처를 지웠어요.")).to_be_visible()
    assert small_house.tickets.get("OC-000001").contact == ""


def test_without_consent_the_text_is_given_back(page: Page) -> None:
    start(page)
    write(page, "상담사 연결")
    said(page, "assistant", 1)
    write(page, MAIL)
    page.get_by_role("button", name="보내지 않기").click()

    expect(question(page)).to_have_value(MAIL)
    expect(page.locator(".log .message.visitor")).to_have_count(1)
    assert MAIL not in page.evaluate("JSON.stringify(localStorage)")


def test_the_conversation_can_be_kept(page: Page) -> None:
    start(page)
    write(page, QUESTION)
    said(page, "assistant", 1)
    with page.expect_download() as kept:
        choose(page, "대화 내려받기")

    assert kept.value.suggested_filename == "원콜 대화.txt"
    assert ANSWER in kept.value.path().read_text(encoding="utf-8")
