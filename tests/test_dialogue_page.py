"""The page that somebody writes from is the item where nobody says one, and never overrides what is said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders import understood
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.dialogue import Turn, advance
from assistant.entities import EntityFinder
from assistant.knowledge import KnowledgeBase
from assistant.records import MaskedText, Message, Page, State
from assistant.store.tables import MessageRow
from assistant.turn import Assistant

HERE = "이 제품 인증 받아야 하나요?"


@pytest.fixture
def say(toy_base: KnowledgeBase, toy_finder: EntityFinder) -> Any:
    """Say something on a page about an item; return the new state and the plan."""

    def turn(text: str, page_item: str = "power-bank", state: State | None = None, intent: str = "ask_scope") -> Any:
        known = understood(text, toy_finder, intent=intent)
        return advance(Turn(state or State(), MaskedText(text), known, toy_base, page_item=page_item))

    return turn


def test_the_page_is_the_item_where_the_text_names_none(say: Any) -> None:
    state, plan = say(HERE)

    assert (state.item, state.is_item_of_page, plan.text) == ("power-bank", True, f"보조배터리 {HERE}")


def test_what_the_text_names_is_the_item(say: Any) -> None:
    state, plan = say("봉제인형 인증 받아야 하나요?")

    assert (state.item, state.is_item_of_page) == ("doll", False)
    assert "보조배터리" not in plan.text


def test_what_was_said_before_stays_the_item(say: Any) -> None:
    state, _ = say("비용은요?", state=State(item="doll", question="봉제인형"), intent="ask_cost")

    assert (state.item, state.is_item_of_page) == ("doll", False)


def test_a_country_said_before_is_kept_with_the_item_of_the_page(say: Any) -> None:
    state, _ = say("이 제품은요?", state=State(country="JP", question="일본 인증"))

    assert (state.item, state.country) == ("power-bank", "JP")


def test_on_another_page_the_item_of_the_old_one_is_forgotten(say: Any) -> None:
    before, _ = say(HERE)
    state, plan = say(HERE, page_item="doll", state=before)

    assert (state.item, state.is_item_of_page) == ("doll", True)
    assert "보조배터리" not in plan.text


def test_a_follow_up_goes_on_about_the_item_of_the_page(say: Any) -> None:
    before, _ = say(HERE)
    state, _ = say("비용은요?", page_item="", state=before, intent="ask_cost")

    assert (state.item, state.is_item_of_page) == ("power-bank", True)


@pytest.mark.parametrize(
    ("text", "intent"), [("KC 인증이 뭐예요?", "ask_definition"), ("KC 인증 비용이 얼마나 되나요?", "ask_cost")]
)
def test_a_question_about_a_scheme_as_such_is_not_about_the_page(say: Any, text: str, intent: str) -> None:
    state, _ = say(text, intent=intent)

    assert (state.item, state.is_item_of_page) == ("", False)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(Page(product="초경량 보조배터리"), id="product"),
        pytest.param(Page(product="PB-10 실버", category="보조배터리"), id="category"),
        pytest.param(Page(product="보조배터리 봉제인형 세트", category="보조배터리"), id="two products"),
    ],
)
def test_a_turn_reads_the_item_off_the_page(toy_assistant: Assistant, page: Page) -> None:
    reply = toy_assistant.handle(Message("이 제품 일본에 팔려면 뭐가 필요해요?", page=page))

    assert reply["article_id"] == "item:power-bank:JP"


@pytest.mark.parametrize(
    "page", [None, Page(product="보조배터리 봉제인형 세트"), Page(title="보조배터리", url="보조배터리")]
)
def test_a_page_that_names_no_single_item_says_nothing(toy_assistant: Assistant, page: Page | None) -> None:
    reply = toy_assistant.handle(Message("이 제품 일본에 팔려면 뭐가 필요해요?", page=page))

    assert reply["reason"] == "missing_item"


def test_the_page_is_stored_masked_with_its_message(toy_assistant: Assistant, engine: Any) -> None:
    page = Page("https://shop.example/p?mail=a@b.kr", "문의 010-1234-5678", "보조배터리", "a@b.kr")
    toy_assistant.handle(Message("안녕하세요", page=page))

    with Session(engine) as session:
        stored = session.scalars(select(MessageRow.page).where(MessageRow.role == "visitor")).one()
    told = {"title": "문의 [전화번호]", "product": "보조배터리", "category": "[이메일]"}
    assert stored == {"url": "https://shop.example/p", **told}


def test_a_turn_taken_up_after_a_stop_still_knows_the_page(toy_assistant: Assistant) -> None:
    text = MaskedText("이 제품 일본에 팔려면 뭐가 필요해요?")
    toy_assistant.conversations.accept(text, None, None, page=Page(product="보조배터리"))
    (left,) = toy_assistant.conversations.unanswered(datetime.now(UTC) + timedelta(minutes=1))

    assert toy_assistant.work(left)["article_id"] == "item:power-bank:JP"
