"""The webhooks over HTTP: KakaoTalk in the response, a pager through the outbox, 상담톡 with its secret path."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient
from kakao import CALLBACK, KEYS, headers, quick_of, refuse_bad_response, skill_payload, words_of
from pager import Pager
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, select

from assistant import channel_wording as words
from assistant.channel_turn import ChannelTurns, Line
from assistant.channels.kakao import Kakao
from assistant.channels.kakao_consult import KakaoConsult
from assistant.records import Message
from assistant.seal import Seal
from assistant.store.channel_tables import ChannelEventRow, OutboxRow
from assistant.store.channel_users import ChannelStore
from assistant.store.database import reading
from assistant.web import channels

CONSULT = {"url": "https://consult", "id": "i", "secret": "s", "path": "secret-path", "sender_key": "k" * 40}


class HurriedKakao(Kakao):
    """Gives answers up after half a second instead of four."""

    capabilities = replace(Kakao.capabilities, answer_within_s=0.5)


@dataclass
class Slow:
    """The scripted assistant, which waits until it may speak."""

    assistant: Any
    may_speak: Event = field(default_factory=Event)

    def handle(self, message: Message) -> dict[str, Any]:
        self.may_speak.wait(20)
        return self.assistant.handle(message)


@pytest.fixture
def slow(scripted: Any) -> Slow:
    made = Slow(scripted)
    made.may_speak.set()
    return made


@pytest.fixture
def database(scripted: Any) -> Engine:
    return scripted.conversations._engine


@pytest.fixture
def turns(slow: Slow, database: Engine) -> Iterator[ChannelTurns]:
    lines = {
        "kakao": Line(Kakao(), KEYS),
        "pager": Line(Pager(), {"secret": "p", "url": "http://127.0.0.1:9"}),
        "kakao_consult": Line(KakaoConsult(), CONSULT),
    }
    made = ChannelTurns(slow, ChannelStore(database, Seal("secret")), lines)
    yield made
    slow.may_speak.set()
    made.close()


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def client(app: Any, turns: ChannelTurns, registry: CollectorRegistry) -> Iterator[TestClient]:
    app.include_router(channels.router(turns, registry))
    with TestClient(app) as opened:
        yield opened


@pytest.fixture
def skill(client: TestClient) -> Callable[..., dict[str, Any]]:
    """Send a skill request; return the response, which is within every limit."""

    def send(utterance: str = "보조배터리 KC 인증", request_id: str = "", **more: Any) -> dict[str, Any]:
        sent = headers(**{"x-request-id": request_id} if request_id else {})
        response = client.post("/channels/kakao", json=skill_payload(utterance, **more), headers=sent)
        assert response.status_code == 200, response.text
        refuse_bad_response(response.json())
        return response.json()

    return send


def kinds(database: Engine) -> list[tuple[str, str]]:
    with reading(database) as session:
        return [(row.kind, row.state) for row in session.scalars(select(ChannelEventRow).order_by(ChannelEventRow.id))]


# ---- KakaoTalk ------------------------------------------------------------------------


def test_a_skill_request_is_answered(skill: Callable[..., dict[str, Any]]) -> None:
    body = skill()

    assert "보조배터리는 안전확인 대상이에요" in words_of(body)
    assert quick_of(body, "필요 서류는요?")["extra"]["choice"] == 0


def test_the_same_request_again_gets_the_same_answer(skill: Callable[..., dict[str, Any]], scripted: Any) -> None:
    assert skill(request_id="r1") == skill(request_id="r1")
    assert len(scripted.heard) == 1


def test_a_slow_answer_is_promised_and_comes_with_the_next_message(
    skill: Callable[..., dict[str, Any]], slow: Slow, turns: ChannelTurns, database: Engine
) -> None:
    turns.lines["kakao"] = Line(HurriedKakao(), KEYS)  # type: ignore[index]
    slow.may_speak.clear()
    promised = skill(request_id="r1")
    again = skill(request_id="r1")
    slow.may_speak.set()
    turns.close()
    turns._pool = ThreadPoolExecutor(1)
    turns.work_once()

    check = quick_of(promised, words.CHECK_ANSWER)
    told = skill(check["messageText"], "r2", extra=check["extra"], trigger="QUICKREPLY_BUTTON_MESSAGE")

    assert again == promised
    assert "보조배터리는 안전확인 대상이에요" in words_of(told)


def test_where_a_callback_is_offered_the_answer_follows(
    skill: Callable[..., dict[str, Any]], slow: Slow, turns: ChannelTurns
) -> None:
    turns.lines["kakao"] = Line(HurriedKakao(), KEYS)  # type: ignore[index]
    slow.may_speak.clear()

    body = skill(callback=CALLBACK)

    assert body == {"version": "2.0", "useCallback": True, "data": {"text": words.CALLBACK_WAIT}}


def test_ten_requests_at_once_are_all_answered_in_order(skill: Callable[..., dict[str, Any]], scripted: Any) -> None:
    with ThreadPoolExecutor(10) as pool:
        bodies = list(pool.map(lambda n: skill(f"KC 인증 {n}", f"r{n}"), range(10)))

    assert len(bodies) == len(scripted.heard) == 10


def test_clicks_are_counted_apart(skill: Callable[..., dict[str, Any]], registry: CollectorRegistry) -> None:
    skill()
    skill("비용은요?", trigger="QUICKREPLY_BUTTON_MESSAGE")

    counted = [
        registry.get_sample_value("onecall_channel_events_total", {"channel": "kakao", "kind": kind})
        for kind in ("typed", "click")
    ]
    assert counted == [1.0, 1.0]


# ---- refusals -------------------------------------------------------------------------


def refused(client: TestClient, path: str = "/channels/kakao", **more: Any) -> tuple[int, str]:
    sent = {"content": json.dumps(skill_payload()), "headers": headers(), **more}
    response = client.post(path, **sent)
    assert set(response.json()) == {"code", "message"}
    assert "Traceback" not in response.text
    return response.status_code, response.json()["code"]


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"headers": {"content-type": "application/json"}}, 403, "bad_secret"),
        ({"headers": headers(**{"x-onecall-secret": "no"})}, 403, "bad_secret"),
        ({"headers": headers(**{"content-type": "text/plain"})}, 400, "bad_input"),
        ({"content": json.dumps(skill_payload(bot="other"))}, 403, "unknown_bot"),
        ({"content": "{"}, 400, "bad_input"),
        ({"content": "[" * 20_000}, 400, "bad_input"),
        ({"content": b"\xff\xfe"}, 400, "bad_input"),
        ({"content": '{"bot": {"id": NaN}}'}, 400, "bad_input"),
        ({"content": "null"}, 400, "bad_payload"),
        ({"content": json.dumps({**skill_payload(), "userRequest": None})}, 400, "bad_payload"),
        ({"content": json.dumps(skill_payload("x" * 1_000_000))}, 413, "too_large"),
        ({"path": "/channels/unknown"}, 404, "channel_off"),
        ({"path": "/channels/" + "x" * 500}, 400, "bad_input"),
        ({"path": "/channels/kakao_consult/secret-path/other"}, 404, "channel_off"),
        ({"path": "/channels/kakao_consult/wrong/message"}, 403, "bad_secret"),
    ],
)
def test_what_cannot_be_taken_is_refused_clearly(
    client: TestClient, database: Engine, more: dict[str, Any], status: int, code: str
) -> None:
    assert refused(client, **more) == (status, code)
    assert kinds(database) == []


def test_a_get_is_no_webhook(client: TestClient) -> None:
    assert client.get("/channels/kakao").status_code == 405


def test_unknown_fields_are_passed_over(client: TestClient) -> None:
    payload = {**skill_payload(), "new": {"field": [1, None]}}

    assert client.post("/channels/kakao", json=payload, headers=headers()).status_code == 200


# ---- the outbox's channels ----------------------------------------------------------------


def test_a_webhook_that_is_answered_later_is_acknowledged_at_once(
    client: TestClient, slow: Slow, database: Engine, turns: ChannelTurns
) -> None:
    slow.may_speak.clear()
    events = [{"user": f"u{number}", "id": "1", "text": "보조배터리 KC 인증"} for number in range(3)]

    response = client.post("/channels/pager", json={"events": events}, headers={"x-pager": "p"})

    assert (response.status_code, response.content) == (200, b"")
    assert kinds(database) == [("typed", "waiting")] * 3
    slow.may_speak.set()
    turns.close()
    with reading(database) as session:
        assert len(list(session.scalars(select(OutboxRow)))) >= 1


# ---- 상담톡 ---------------------------------------------------------------------------


def consult(client: TestClient, what: str, **more: Any) -> int:
    body = {"user_key": "u-1", "sender_key": "k" * 40, "session_id": "77", "app_user_id": None, "time": 1, **more}
    return client.post(f"/channels/kakao_consult/secret-path/{what}", json=body).status_code


def test_a_talk_continues_the_conversation_that_its_button_came_from(
    client: TestClient, skill: Callable[..., dict[str, Any]], scripted: Any, turns: ChannelTurns, database: Engine
) -> None:
    skill()
    reference = {"extra": json.dumps({"turn": 1}), "text": "", "lastText": "", "lastTextDate": ""}

    assert consult(client, "reference", reference=reference, last_reference=None) == 200
    assert consult(client, "message", serial_number="m-1", message="사람이랑 얘기할래요") == 200
    assert consult(client, "message", serial_number="m-1", message="사람이랑 얘기할래요") == 200
    turns.close()
    turns._pool = ThreadPoolExecutor(1)
    turns.work_once()

    (ticket,) = scripted.tickets.listed()
    said = scripted.conversations.messages(ticket.conversation_id)
    assert [one.text for one in said if one.role == "visitor"] == [
        "보조배터리 KC 인증",
        "상담사 연결",
        "사람이랑 얘기할래요",
    ]
    with reading(database) as session:
        (row,) = session.scalars(select(OutboxRow))
        assert (row.channel, row.call, "OC-000001" in row.body["message"]) == ("kakao_consult", "write", True)


@pytest.mark.parametrize("more", [{"user_key": None}, {"user_key": "u" * 21}, {"sender_key": ""}])
def test_a_talk_without_its_keys_is_refused(client: TestClient, more: dict[str, Any]) -> None:
    assert consult(client, "message", **more) == 400


def test_another_sender_is_unknown(client: TestClient) -> None:
    assert consult(client, "message", sender_key="x" * 40) == 403
