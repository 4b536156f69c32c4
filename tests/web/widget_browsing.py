"""What somebody does with the widget on a page, and questions that the small house can answer."""

import re

from playwright.sync_api import Locator, Page, expect

QUESTION = "보조배터리 KC 인증 받아야 하나요?"
ANSWER = "네, 보조배터리는 안전확인 대상이에요."
HERE = "이 제품 일본에 팔려면 뭐가 필요해요?"


def launcher(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("상담 열기"))


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="원콜 상담")


def question(page: Page) -> Locator:
    return page.get_by_role("textbox", name="질문")


def start(page: Page) -> None:
    launcher(page).click()
    expect(question(page)).to_be_focused()


def write(page: Page, text: str) -> None:
    question(page).fill(text)
    page.keyboard.press("Enter")


def said(page: Page, role: str, count: int) -> Locator:
    """Wait until somebody has said so many things, none of which waits to be sent; return them."""
    messages = page.locator(f".log .message.{role}:not(.pending)")
    expect(messages).to_have_count(count)
    return messages


def texts(page: Page, role: str) -> list[str]:
    return page.locator(f".log .message.{role} > .text").all_inner_texts()


def choose(page: Page, item: str) -> None:
    page.get_by_role("button", name="메뉴").click()
    page.get_by_role("button", name=item).click()
