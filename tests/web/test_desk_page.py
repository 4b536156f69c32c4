"""The consultants' desk in real browsers: a visitor in one, consultants in others."""

from collections.abc import Callable, Iterator

import pytest
from browsing import chromium, serving
from desk_house import COOKIE, DeskHouse, desk_house
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine

from assistant.records import Hit
from assistant.turn import Assistant

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def house(toy_house: Assistant, sqlite: Engine) -> DeskHouse:
    return desk_house(toy_house, sqlite)


@pytest.fixture
def open_page(browser: Browser, house: DeskHouse) -> Iterator[Open]:
    """Open a page in a browser of its own, of a consultant by their token, or of a visitor without one.

    Nothing that a page does may be refused by the policy, or fail in its script.
    """
    complaints: list[str] = []
    contexts: list[BrowserContext] = []
    with serving(house.app) as address:

        def opened(path: str, token: str = "", **more: object) -> Page:
            sized = {"viewport": {"width": 1280, "height": 860}, **more}
            context = browser.new_context(locale="ko-KR", timezone_id="Asia/Seoul", **sized)  # type: ignore[arg-type]
            context.set_default_timeout(8_000)
            contexts.append(context)
            if token:
                context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
            page.goto(f"{address}{path}")
            return page

        yield opened
        for context in contexts:
            context.close()
    assert complaints == []


def say(page: Page, text: str) -> None:
    page.get_by_label("질문", exact=True).fill(text)
    page.keyboard.press("Enter")


def test_a_visitor_is_handed_over_answered_by_a_person_and_rates_the_answer(open_page: Open, house: DeskHouse) -> None:
    _, token = house.person("kim", "김상담")
    queue = open_page("/desk", token)
    expect(queue.locator("#queue")).to_contain_text("이 조건에 맞는 문의가 없어요")
    visitor = open_page("/")

    say(visitor, "상담사 연결해 주세요")
    expect(visitor.locator(".message.assistant")).to_contain_text("OC-000001")
    row = queue.get_by_role("link", name="OC-000001")  # came without a reload
    expect(row).to_be_visible()
    queue.keyboard.press("j")
    expect(row).to_be_focused()
    queue.keyboard.press("Enter")
    queue.wait_for_url("**/desk/tickets/1")
    expect(queue.get_by_role("heading", name="OC-000001")).to_be_visible()
    expect(queue.locator("#why-title + p")).to_have_text("상담사 연결을 원했어요")
    queue.keyboard.press("t")
    expect(queue.locator("#state .owner")).to_have_text("김상담님이 맡음")
    expect(visitor.locator(".notice")).to_contain_text("상담사가 들어왔어요")

    visitor.get_by_label("질문", exact=True).press_sequentially("제품은")
    expect(queue.locator("#typing")).to_contain_text("방문자가 쓰고 있어요")
    say(visitor, "제품은 봉제인형이에요. 연락은 kim@example.com")
    expect(queue.locator(".said.visitor").last).to_contain_text("봉제인형이에요. 연락은 [이메일]")

    queue.keyboard.press("r")
    queue.keyboard.type("봉제인형은 안전확인")
    expect(visitor.locator("#typing")).to_contain_text("상담사가 쓰고 있어요")
    queue.keyboard.type(" 대상이에요.")
    queue.get_by_role("button", name="답변 보내기").click()
    expect(queue.locator("#notice")).to_have_text("답변을 보냈어요.")
    expect(queue.get_by_label("방문자에게 보낼 글")).to_have_value("")
    answer = visitor.locator(".message.consultant")
    expect(answer.locator(".text")).to_have_text("봉제인형은 안전확인 대상이에요.")

    answer.get_by_role("button", name="도움이 됐어요").click()
    expect(answer.get_by_role("status")).to_have_text("알려 주셔서 고마워요.")
    expect(queue.locator("#ratings")).to_contain_text("도움이 됐어요")
    expect(queue.locator("#state .tag").first).to_have_text("답변함")


def test_the_second_of_two_consultants_sees_what_happened_and_keeps_what_they_typed(
    open_page: Open, house: DeskHouse
) -> None:
    tokens = [house.person(login, name)[1] for login, name in (("kim", "김상담"), ("lee", "이상담"))]
    number = house.hand_over("공장심사는 누가 하나요?")
    first, second = (open_page(f"/desk/tickets/{number}", token) for token in tokens)
    second.get_by_label("방문자에게 보낼 글").fill("제가 쓰던 답")
    second.context.set_offline(True)  # so that nothing of what the first one does is seen in time
    first.get_by_role("button", name="맡기", exact=True).first.click()
    expect(first.locator("#state .owner")).to_have_text("김상담님이 맡음")
    first.get_by_label("방문자에게 보낼 글").fill("먼저 보낸 답")
    first.get_by_role("button", name="답변 보내기").click()
    expect(first.locator("#notice")).to_have_text("답변을 보냈어요.")

    second.context.set_offline(False)
    second.evaluate("document.getElementById('live')?.remove()")
    second.get_by_role("button", name="답변 보내기").click()

    expect(second.get_by_role("alert").last).to_contain_text("그 사이에 문의가 바뀌었어요")
    expect(second.locator("#state .owner")).to_have_text("김상담님이 맡음")
    expect(second.locator("#sending-hint")).to_contain_text("김상담님이 맡고 있어서 보낼 수 없어요")
    expect(second.locator(".said.consultant").last).to_contain_text("먼저 보낸 답")
    expect(second.get_by_label("방문자에게 보낼 글")).to_have_value("제가 쓰던 답")
    second.reload()
    expect(second.get_by_label("방문자에게 보낼 글")).to_have_value("제가 쓰던 답")


def test_what_could_not_be_sent_is_kept(open_page: Open, house: DeskHouse) -> None:
    _, token = house.person("kim", "김상담")
    page = open_page(f"/desk/tickets/{house.hand_over('질문이에요')}", token)
    page.get_by_label("방문자에게 보낼 글").fill("쓴 답")
    page.context.set_offline(True)

    page.get_by_role("button", name="답변 보내기").click()

    expect(page.locator("#notice")).to_contain_text("연결이 끊겼어요")
    expect(page.get_by_label("방문자에게 보낼 글")).to_have_value("쓴 답")


def test_an_article_answers_with_one_click_or_after_an_edit(open_page: Open, house: DeskHouse) -> None:
    _, token = house.person("kim", "김상담")
    article = next(iter(house.assistant.base.articles.values()))
    hits = [Hit(article.id, article.question, 0.42, {"vector": 0.5})]
    quick, edited = (house.hand_over("인증서가 없어졌어요", hits) for _ in range(2))

    page = open_page(f"/desk/tickets/{quick}", token)
    expect(page.locator(".score")).to_have_text("42점")
    page.get_by_role("button", name="이 글로 답하기").click()
    expect(page.locator(".said.consultant").last).to_contain_text(article.answer.split("\n")[0])

    page = open_page(f"/desk/tickets/{edited}", token)
    page.get_by_role("button", name="고쳐서 답하기").click()
    box = page.get_by_label("방문자에게 보낼 글")
    expect(box).to_be_focused()
    box.fill(f"안녕하세요. {box.input_value()}")
    page.get_by_role("button", name="답변 보내기").click()
    expect(page.locator(".said.consultant").last).to_contain_text(f"안녕하세요. {article.answer.split()[0]}")


def test_what_is_kept_beside_a_ticket_is_shown_at_once(open_page: Open, house: DeskHouse) -> None:
    _, token = house.person("kim", "김상담")
    number = house.hand_over("시험기관을 알려 주세요")
    page = open_page(f"/desk/tickets/{number}", token)
    page.keyboard.press("n")
    page.keyboard.type("KTR에 확인하기")
    page.get_by_role("button", name="메모 남기기").click()
    expect(page.locator("#notes")).to_contain_text("KTR에 확인하기")

    page.get_by_label("파일 붙이기").set_input_files(
        {"name": "시험 성적서.txt", "mimeType": "text/plain", "buffer": "합격".encode()}
    )
    with page.expect_download() as download:
        page.get_by_role("link", name="시험 성적서.txt").click()
    assert download.value.suggested_filename == "시험 성적서.txt"
    page.get_by_label("파일 붙이기").set_input_files(
        {"name": "나쁜 것.pdf", "mimeType": "application/pdf", "buffer": b"<script>"}
    )
    expect(page.get_by_role("alert").last).to_have_text("파일의 내용이 이름의 형식과 달라요.")
    expect(page.locator("#files li")).to_have_count(1)


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 800}}])
def test_pages_have_no_barriers_and_fit_a_phone(open_page: Open, house: DeskHouse, look: dict[str, object]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    _, token = house.person("kim", "김상담", "manager")
    article = next(iter(house.assistant.base.articles.values()))
    number = house.hand_over("아주 긴 질문 " * 12, [Hit(article.id, article.question, 0.42)])
    page = open_page("/desk", token, **look)
    for path in ("/desk", f"/desk/tickets/{number}", "/desk/replies"):
        page.goto(page.url.split("/desk")[0] + path)
        found = axe.run(page).response["violations"]

        assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_keys_can_be_looked_up_and_turned_off(open_page: Open, house: DeskHouse) -> None:
    _, token = house.person("kim", "김상담")
    page = open_page("/desk", token)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("다음 문의, 이전 문의")
    page.get_by_label("글자 하나로 된 단축키 쓰기").uncheck()
    page.keyboard.press("Escape")

    page.keyboard.press("/")
    expect(page.get_by_label("접수번호나 내용으로 찾기")).not_to_be_focused()
