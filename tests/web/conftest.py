"""A scripted assistant over the real stores, and the application around it.

What is tested here is the door: what comes in, what goes out, what is stored. What the assistant decides is said by a
script, so that every kind of reply can be had at will.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from browsing import chromium, serving
from fastapi import FastAPI
from fastapi.testclient import TestClient
from foreign_site import Shop
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import Engine
from widget_parts import SITE, Tab, widget_app

from assistant.handover import TicketDraft
from assistant.knowledge import Source
from assistant.privacy import mask
from assistant.records import Entity, Hit, Label, Message, Reply, State, Ticket, Understanding
from assistant.store.conversations import ConversationStore
from assistant.store.database import open_database
from assistant.store.tickets import TicketStore
from assistant.text import readable
from assistant.turn import Assistant
from assistant.web.app import create_app
from assistant.wire import reply_json

ANSWER = "보조배터리는 안전확인 대상이에요.\n시험을 받고 신고하면 돼요. <b>굵게</b>"
HITS = (
    Hit("kc-power-bank", "보조배터리 KC 인증이 필요한가요?", 0.91),
    Hit("kc-battery", "전지 안전확인은 어떻게 받나요?", 0.84),
)


@dataclass
class ScriptedAssistant:
    """Answers by keyword; `broken` is raised instead of an answer."""

    conversations: ConversationStore
    tickets: TicketStore
    broken: Exception | None = None
    heard: list[str] = field(default_factory=list)

    def handle(self, message: Message) -> dict[str, Any]:
        if self.broken:
            raise self.broken
        text = mask(readable(message.text)).text
        self.heard.append(text)
        accepted = self.conversations.accept(text, message.conversation_id, message.message_id, message.channel)
        if accepted.reply:
            return accepted.reply
        conversation = accepted.conversation
        wants_person = "상담사" in text and conversation.owner == "bot"

        def speak(ticket: Ticket | None) -> dict[str, Any]:
            return reply_json(say(conversation.id, text, "human" if conversation.owner == "human" else "", ticket))

        return self.conversations.finish(accepted, State(), draft(conversation.id) if wants_person else None, speak)


def draft(conversation_id: str) -> TicketDraft:
    due = datetime.now(UTC) + timedelta(hours=48)
    return TicketDraft(conversation_id, "asked_for_person", "domestic", "electrical", due, {}, (), ())


def say(conversation_id: str, text: str, owner: str, ticket: Ticket | None) -> Reply:
    if owner == "human":
        return Reply(conversation_id, "hand_off", "with_consultant", "")
    if ticket:
        said = f"상담사에게 전달했어요. 접수번호는 {ticket.id}이에요."
        return Reply(conversation_id, "hand_off", "asked_for_person", said, ticket=ticket)
    if "인증" in text and "KC" not in text:
        quick = (*(hit.question for hit in HITS), "이 중에 없어요")
        return Reply(conversation_id, "clarify", "close", "혹시 이 중에 있나요?", candidates=HITS, quick_replies=quick)
    return Reply(
        conversation_id,
        "answer",
        "article",
        ANSWER,
        article_id="kc-power-bank",
        sources=(Source("제품안전정보센터", "https://www.safetykorea.kr/"),),
        legal_basis="전기용품 및 생활용품 안전관리법 제15조",
        checked_on=date(2026, 11, 3),
        candidates=HITS,
        confidence=0.93,
        understanding=Understanding(
            Label("ask_scope", 0.9),
            Label("domestic", 0.9),
            Label("electrical", 0.9),
            entities=(Entity("item", "power_bank", "보조배터리", 0, 5),),
        ),
        quick_replies=("필요 서류는요?", "비용은요?"),
        took_ms=12.3,
    )


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[ScriptedAssistant]:
    engine = open_database(f"sqlite:///{tmp_path / 'web.db'}")
    yield ScriptedAssistant(ConversationStore(engine), TicketStore(engine))
    engine.dispose()


@pytest.fixture
def state() -> dict[str, Any]:
    """What health says; a test may change it."""
    return {
        "status": "ok",
        "database": "ok",
        "rasa": "up",
        "understanding": "rasa",
        "knowledge_base": {"name": "full", "articles": 3},
        "index": {"encoder": "e5", "built_at": "2026-11-03T00:00:00Z"},
        "open_tickets": 2,
    }


@pytest.fixture
def app(scripted: ScriptedAssistant, state: dict[str, Any]) -> FastAPI:
    return create_app(scripted, lambda: state)  # type: ignore[arg-type]


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as opened:
        yield opened


@pytest.fixture
def ask(client: TestClient) -> Callable[..., dict[str, Any]]:
    """Send a text; return the reply's JSON."""

    def send(text: str, **more: Any) -> dict[str, Any]:
        response = client.post("/v1/messages", json={"text": text, **more})
        assert response.status_code == 200, response.text
        return response.json()

    return send


# ---- the widget -----------------------------------------------------------------------


@pytest.fixture
def small_house(toy_house: Assistant, sqlite: Engine) -> Assistant:
    """The small house; that both databases do the same is shown in test_visits."""
    return replace(toy_house, conversations=ConversationStore(sqlite), tickets=TicketStore(sqlite))


@pytest.fixture
def site(small_house: Assistant, sqlite: Engine) -> Iterator[TestClient]:
    with TestClient(widget_app(small_house, sqlite)) as opened:
        yield opened


@pytest.fixture
def come(site: TestClient) -> Callable[..., Tab]:
    """Let somebody open a site."""

    def arrive(origin: str = SITE) -> Tab:
        tab = Tab(site, origin)
        tab.visit()
        return tab

    return arrive


@pytest.fixture
def tab(come: Callable[..., Tab]) -> Tab:
    return come()


# ---- the widget in a browser ----------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def shop() -> Shop:
    return Shop(attributes={"data-context-product": "초경량 보조배터리 10000mAh"})


@pytest.fixture
def shop_address(shop: Shop) -> Iterator[str]:
    with serving(shop) as served:
        yield served


@pytest.fixture
def service(small_house: Assistant, sqlite: Engine, shop: Shop, shop_address: str) -> Iterator[str]:
    """The service, which allows the shop."""
    with serving(widget_app(small_house, sqlite, origins=(shop_address,))) as served:
        shop.service = served
        yield served


@pytest.fixture
def context(browser: Browser, service: str) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        locale="ko-KR",
        timezone_id="Asia/Seoul",
        viewport={"width": 1000, "height": 800},
        reduced_motion="reduce",
    )
    opened.set_default_timeout(8_000)
    yield opened
    opened.close()


@pytest.fixture
def complaints(context: BrowserContext) -> Iterator[list[str]]:
    """Nothing on any page may be refused by its policy, or fail."""
    found: list[str] = []
    context.on("weberror", lambda error: found.append(str(error.error)))
    context.on("console", lambda line: found.append(line.text) if "Content Security" in line.text else None)
    yield found
    assert found == []


@pytest.fixture
def page(context: BrowserContext, complaints: list[str], shop_address: str) -> Page:
    """The shop's page with the hostile styles."""
    opened = context.new_page()
    opened.goto(shop_address)
    return opened
