"""The chat page in a real browser: keyboard, buttons, reload, lost networks, phones."""

import re
from collections.abc import Iterator

import pytest
from browsing import chromium, serving
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect

QUESTION = "보조배터리 KC 인증이 필요한가요?"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def address(app) -> Iterator[str]:
    with serving(app) as served:
        yield served


@pytest.fixture
def context(browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="ko-KR", timezone_id="Asia/Seoul", viewport={"width": 1000, "height": 800})
    opened.set_default_timeout(8_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context, address) -> Iterator[Page]:
    """The chat page; nothing that it does may be refused by the policy, or fail in the console."""
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    opened.goto(address)
    yield opened
    assert complaints == []


def write(page: Page, text: str) -> None:
    page.get_by_label("질문", exact=True).fill(text)
    page.keyboard.press("Enter")


def texts(page: Page, role: str) -> list[str]:
    return page.locator(f".message.{role} .text").all_inner_texts()


def said(page: Page, count: int) -> None:
    """Wait until the assistant has said so many things."""
    expect(page.locator(".message.assistant")).to_have_count(count)


def test_question_is_asked_by_keyboard_alone(page):
    expect(page.get_by_label("질문", exact=True)).to_be_focused()
    page.keyboard.type("첫 줄")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("KC 인증")
    page.keyboard.press("Enter")
    said(page, 1)

    assert texts(page, "visitor") == ["첫 줄\nKC 인증"]
    expect(page.get_by_label("질문", exact=True)).to_be_focused()


def test_enter_that_ends_a_syllable_sends_nothing(page):
    page.get_by_label("질문", exact=True).fill("인증")
    page.evaluate(
        "document.getElementById('question').dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )

    expect(page.locator(".message")).to_have_count(0)


def test_focus_goes_from_top_to_bottom(page):
    page.get_by_role("button", name="새 대화").focus()
    order = []
    for _ in range(6):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.className"))

    assert order == ["scroller", "choice", "choice", "choice", "question", "send"]


def test_answer_shows_its_proof_and_no_html(page):
    write(page, QUESTION)
    said(page, 1)
    answer = page.locator(".message.assistant")
    source = answer.get_by_role("link", name="제품안전정보센터")

    assert "시험을 받고 신고하면 돼요. <b>굵게</b>" in answer.locator(".text").inner_text()
    expect(answer).to_contain_text("전기용품 및 생활용품 안전관리법 제15조")
    expect(answer).to_contain_text("2026년 11월 3일")
    expect(source).to_have_attribute("rel", re.compile("noopener"))
    expect(source).to_have_attribute("target", "_blank")


def test_candidate_is_asked_by_a_click(page):
    write(page, "인증")
    page.get_by_role("button", name=QUESTION).click()
    said(page, 2)

    assert texts(page, "visitor") == ["인증", QUESTION]
    expect(page.get_by_role("button", name="이 중에 없어요")).to_have_count(0)


def test_example_starts_a_conversation(page):
    page.get_by_role("button", name="봉제인형").click()
    said(page, 1)

    expect(page.get_by_role("heading", name="무엇이 궁금하세요?")).to_be_hidden()


def test_history_is_there_after_a_reload(page):
    write(page, QUESTION)
    said(page, 1)
    before = page.locator("#log").inner_text()
    page.reload()
    said(page, 1)

    assert page.locator("#log").inner_text() == before


def test_conversation_that_is_gone_begins_anew(page):
    page.evaluate("localStorage.setItem('onecall', JSON.stringify({conversation: '0'.repeat(32), outbox: []}))")
    page.reload()
    write(page, QUESTION)
    said(page, 1)

    expect(page.locator(".failure, .notice")).to_have_count(0)


def test_message_written_offline_is_sent_once_when_the_network_is_back(page, context, scripted):
    write(page, QUESTION)
    said(page, 1)
    context.set_offline(True)
    write(page, "비용은 얼마예요?")
    expect(page.get_by_role("alert")).to_contain_text("연결이 끊겼어요")
    context.set_offline(False)
    said(page, 2)

    assert scripted.heard == [QUESTION, "비용은 얼마예요?"]
    expect(page.get_by_role("alert")).to_have_count(0)


def test_message_whose_reply_was_lost_is_answered_once(page, scripted):
    write(page, "KC 인증")
    said(page, 1)
    page.route("**/v1/messages", lose_reply, times=1)
    write(page, "상담사 연결")
    page.get_by_role("button", name="다시 보내기").click()
    said(page, 2)

    assert scripted.heard == ["KC 인증", "상담사 연결", "상담사 연결"]
    assert [ticket.id for ticket in scripted.tickets.listed()] == ["OC-000001"]


def test_unsent_message_is_sent_after_a_reload(page, scripted):
    page.route("**/v1/messages", lambda route: route.abort(), times=1)
    write(page, QUESTION)
    expect(page.get_by_role("alert")).to_be_visible()
    page.reload()
    said(page, 1)
    page.reload()
    said(page, 1)

    assert scripted.heard == [QUESTION]
    assert texts(page, "visitor") == [QUESTION]


def test_message_whose_reply_was_lost_by_a_reload_is_shown_once(page, scripted):
    write(page, "KC 인증")
    said(page, 1)
    page.route("**/v1/messages", lose_reply, times=1)
    write(page, QUESTION)
    expect(page.get_by_role("alert")).to_be_visible()
    page.reload()
    said(page, 2)

    assert texts(page, "visitor") == ["KC 인증", QUESTION]


def test_refused_message_has_no_resend(page):
    page.route("**/v1/messages", lambda route: route.fulfill(status=400, json={"code": "empty", "message": "안 돼요."}))
    write(page, QUESTION)

    expect(page.get_by_role("alert")).to_have_text("안 돼요.")
    expect(page.get_by_role("button", name="다시 보내기")).to_have_count(0)


def test_consultants_answer_comes_by_itself(page, scripted):
    write(page, "상담사 연결")
    expect(page.locator(".ticket")).to_contain_text("OC-000001")
    expect(page.locator(".ticket")).to_contain_text("까지 답변")
    scripted.tickets.answer("OC-000001", "김상담", "이렇게 하시면 돼요.")

    expect(page.locator(".message.consultant")).to_contain_text("이렇게 하시면 돼요.", timeout=9_000)
    expect(page.locator(".message.consultant .speaker")).to_have_text("상담사")


def test_consultants_silence_is_said_once(page, scripted):
    write(page, "상담사 연결")
    said(page, 1)
    scripted.tickets.assign("OC-000001", "김상담")
    write(page, "하나 더요")
    expect(page.locator(".watching")).to_be_visible()
    write(page, "그리고요")
    expect(page.locator(".message.visitor")).to_have_count(3)
    page.reload()

    expect(page.locator(".watching")).to_have_count(1)
    said(page, 1)


def test_answered_conversation_is_not_polled(page):
    asked: list[str] = []
    write(page, QUESTION)
    said(page, 1)
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(5_500)

    assert asked == []


def test_new_conversation_forgets_the_old_one(page, scripted):
    write(page, QUESTION)
    said(page, 1)
    page.get_by_role("button", name="새 대화").click()
    expect(page.locator(".message")).to_have_count(0)
    write(page, "KC 인증")
    said(page, 1)
    page.reload()
    said(page, 1)

    assert texts(page, "visitor") == ["KC 인증"]


def test_new_conversation_asks_first_while_a_ticket_is_open(page):
    questions: list[str] = []

    def refuse(dialog: Dialog) -> None:
        questions.append(dialog.message)
        dialog.dismiss()

    write(page, "상담사 연결")
    said(page, 1)
    page.on("dialog", refuse)
    page.get_by_role("button", name="새 대화").click()

    assert "상담사의 답변을 기다리고 있어요" in questions[0]
    said(page, 1)


@pytest.mark.parametrize("size", [(360, 640), (320, 256), (640, 400)], ids=["phone", "400 %", "200 %"])
def test_only_the_conversation_scrolls_and_only_down(page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    write(page, "https://www.example.com/" + "a" * 200 + " 인증")
    said(page, 1)
    write(page, QUESTION)
    said(page, 2)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate("scroller.scrollWidth <= scroller.clientWidth")
    assert page.get_by_role("button", name="보내기", exact=True).is_visible()


def test_page_works_without_storage(context, address):
    page = context.new_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})")
    page.goto(address)
    write(page, QUESTION)

    said(page, 1)


def test_documentation_is_drawn_without_internet(page, address):
    page.goto(f"{address}/docs")

    expect(page.locator("#operations-messages-send_message_v1_messages_post")).to_be_visible()


def lose_reply(route: Route) -> None:
    """Let the request reach the server, and the reply get lost."""
    route.fetch()
    route.abort()
