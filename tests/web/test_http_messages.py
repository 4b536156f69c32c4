"""POST /v1/messages: replies, refusals and idempotency."""

import logging
from uuid import uuid4

import pytest

from assistant.errors import ConflictError
from assistant.store.conversations import ConversationStore
from assistant.web.models import ReplyOut, UnderstandingOut
from assistant.wire import reply_json
from assistant.wording import ERRORS, WEB_ERRORS

JSON = {"Content-Type": "application/json"}


def test_reply_is_the_whole_json_of_the_contract(ask):
    reply = ask("보조배터리 KC 인증이 필요한가요?")

    assert len(reply.pop("conversation_id")) == 32
    assert reply == {
        "decision": "answer",
        "reason": "article",
        "text": "보조배터리는 안전확인 대상이에요.\n시험을 받고 신고하면 돼요. <b>굵게</b>",
        "article_id": "kc-power-bank",
        "sources": [{"title": "제품안전정보센터", "url": "https://www.safetykorea.kr/"}],
        "legal_basis": "전기용품 및 생활용품 안전관리법 제15조",
        "checked_on": "2026-11-03",
        "candidates": [
            {"article_id": "kc-power-bank", "question": "보조배터리 KC 인증이 필요한가요?", "score": 0.91},
            {"article_id": "kc-battery", "question": "전지 안전확인은 어떻게 받나요?", "score": 0.84},
        ],
        "confidence": 0.93,
        "understanding": {
            "intent": "ask_scope",
            "intent_confidence": 0.9,
            "field": "domestic",
            "sector": "electrical",
            "entities": [{"type": "item", "value": "power_bank", "text": "보조배터리", "start": 0, "end": 5}],
            "by": "builtin",
        },
        "ticket": None,
        "quick_replies": ["필요 서류는요?", "비용은요?"],
        "took_ms": 12.3,
    }


def test_documented_reply_has_the_keys_of_the_wire(ask):
    reply = ask("보조배터리 KC 인증이 필요한가요?")

    assert set(ReplyOut.model_fields) == set(reply)
    assert set(UnderstandingOut.model_fields) == set(reply["understanding"])
    assert reply_json.__module__ == "assistant.wire"


def test_hand_over_gives_ticket_with_deadline(ask):
    reply = ask("상담사 연결")

    assert reply["decision"] == "hand_off"
    assert reply["ticket"]["id"] == "OC-000001"
    assert reply["ticket"]["due_at"].endswith("+00:00")


def test_second_message_stays_in_its_conversation(ask):
    first = ask("보조배터리 KC 인증")
    second = ask("비용은요?", conversation_id=first["conversation_id"])

    assert second["conversation_id"] == first["conversation_id"]


def test_message_sent_again_with_same_id_is_answered_once(ask, client):
    conversation = ask("보조배터리 KC 인증")["conversation_id"]
    once = ask("비용은요?", conversation_id=conversation, message_id="m-1")
    again = ask("비용은요?", conversation_id=conversation, message_id="m-1")

    stored = client.get(f"/v1/conversations/{conversation}/messages").json()["messages"]
    assert again == once
    assert len(stored) == 4


def test_first_message_sent_again_with_same_id_is_answered_once(ask):
    message_id = str(uuid4())
    once = ask("상담사 연결", message_id=message_id)
    again = ask("상담사 연결", message_id=message_id)

    assert again == once


def test_short_message_id_never_opens_another_visitors_conversation(ask):
    mine = ask("보조배터리 KC 인증", message_id="1")
    yours = ask("보조배터리 KC 인증", message_id="1")

    assert mine["conversation_id"] != yours["conversation_id"]


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        pytest.param(b'{"text": "', "bad_input", WEB_ERRORS["bad_json"], id="cut off"),
        pytest.param(b"", "bad_input", WEB_ERRORS["bad_json"], id="empty body"),
        pytest.param(b'{"text": "\xff"}', "bad_input", WEB_ERRORS["bad_json"], id="broken UTF-8"),
        pytest.param('{"text": "가"}'.encode("utf-16"), "bad_input", WEB_ERRORS["bad_json"], id="UTF-16"),
        pytest.param(b'{"text": "a", "text": "b"}', "bad_input", WEB_ERRORS["bad_json"], id="key twice"),
        pytest.param(b'{"text": NaN}', "bad_input", WEB_ERRORS["bad_json"], id="NaN"),
        pytest.param(b"[" * 60_000, "bad_input", WEB_ERRORS["bad_json"], id="nested deep"),
        pytest.param(
            b'{"text": ' + b"1" * 5000 + b"}", "bad_input", WEB_ERRORS["bad_json"], id="number of 5000 digits"
        ),
        pytest.param(b'"text"', "bad_input", ERRORS["bad_input"], id="no object"),
        pytest.param(b"null", "bad_input", ERRORS["bad_input"], id="null"),
        pytest.param(b"[]", "bad_input", ERRORS["bad_input"], id="list"),
        pytest.param(b"{}", "bad_input", "“text” 항목이 빠졌어요.", id="no text"),
        pytest.param(b'{"text": 1}', "bad_input", "“text” 항목의 값이 맞지 않아요.", id="text is a number"),
        pytest.param(b'{"text": null}', "bad_input", "“text” 항목의 값이 맞지 않아요.", id="text is null"),
        pytest.param(b'{"text": {"a": []}}', "bad_input", "“text” 항목의 값이 맞지 않아요.", id="text is an object"),
        pytest.param(rb'{"text": "\ud800"}', "bad_input", "“text” 항목의 값이 맞지 않아요.", id="lone surrogate"),
        pytest.param(rb'{"text": "a\u0000b"}', "bad_input", "“text” 항목의 값이 맞지 않아요.", id="NUL"),
        pytest.param(b'{"text": ""}', "empty", ERRORS["empty"], id="empty text"),
        pytest.param(rb'{"text": " \n\u200b "}', "empty", ERRORS["empty"], id="blank text"),
        pytest.param(b'{"text": "a", "user": 1}', "bad_input", WEB_ERRORS["unknown_field"], id="unknown field"),
        pytest.param(rb'{"text": "a", "\ud800": 1}', "bad_input", ERRORS["bad_input"], id="surrogate key"),
        pytest.param(
            b'{"text": "a", "conversation_id": 7}',
            "bad_input",
            "“conversation_id” 항목의 값이 맞지 않아요.",
            id="id is a number",
        ),
        pytest.param(
            b'{"text": "a", "conversation_id": "../x"}',
            "bad_input",
            "“conversation_id” 항목의 값이 맞지 않아요.",
            id="id is a path",
        ),
        pytest.param(
            b'{"text": "a", "message_id": "' + b"x" * 81 + b'"}',
            "bad_input",
            "“message_id” 항목의 값이 맞지 않아요.",
            id="message id too long",
        ),
    ],
)
def test_bad_body_is_refused_in_korean(client, scripted, body, code, message):
    response = client.post("/v1/messages", content=body, headers=JSON)

    assert (response.status_code, response.json()) == (400, {"code": code, "message": message})
    assert scripted.heard == []


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp", ";"])
def test_other_content_type_is_refused(client, kind):
    headers = {"Content-Type": kind} if kind else {}
    response = client.post("/v1/messages", content=b'{"text": "a"}', headers=headers)

    assert (response.status_code, response.json()["message"]) == (400, WEB_ERRORS["content_type"])


def test_content_type_may_name_its_charset(client):
    response = client.post(
        "/v1/messages",
        content='{"text": "보조배터리"}'.encode(),
        headers={"Content-Type": "Application/JSON; charset=utf-8"},
    )

    assert response.status_code == 200


def test_too_long_text_is_refused(client):
    response = client.post("/v1/messages", json={"text": "가나" * 1001})

    assert (response.status_code, response.json()["code"]) == (413, "too_long")


def test_unknown_conversation_is_not_found(client):
    response = client.post("/v1/messages", json={"text": "가", "conversation_id": "0" * 32})

    assert (response.status_code, response.json()) == (
        404,
        {"code": "no_conversation", "message": ERRORS["no_conversation"]},
    )


@pytest.mark.parametrize("size", [64 * 1024 + 1, 3 * 1024 * 1024])
def test_large_body_is_refused(client, size):
    response = client.post("/v1/messages", content=b'"' + b"x" * (size - 2) + b'"', headers=JSON)

    assert (response.status_code, response.json()) == (413, {"code": "too_large", "message": ERRORS["too_large"]})


def test_large_chunked_body_is_refused(client):
    response = client.post("/v1/messages", content=(b"x" * 1024 for _ in range(80)), headers=JSON)

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_body_of_just_the_limit_is_read(client):
    body = b'{"text": "a"}'
    response = client.post("/v1/messages", content=body + b" " * (64 * 1024 - len(body)), headers=JSON)

    assert response.status_code == 200


def test_same_message_in_flight_is_a_conflict(client, scripted):
    scripted.broken = ConflictError(ERRORS["busy"], code="busy")
    response = client.post("/v1/messages", json={"text": "가"})

    assert (response.status_code, response.json()["code"]) == (409, "busy")


def test_unexpected_error_tells_neither_visitor_nor_log_what_was_written(client, scripted, caplog):
    scripted.broken = RuntimeError("INSERT … parameters: 내 비밀 이야기")
    with caplog.at_level(logging.DEBUG):
        response = client.post("/v1/messages", json={"text": "내 비밀 이야기"})

    assert (response.status_code, response.json()) == (500, {"code": "internal", "message": WEB_ERRORS["broken"]})
    assert "비밀" not in caplog.text
    assert "RuntimeError" in caplog.text
    assert "in send_message" in caplog.text


def test_personal_data_is_masked_in_what_is_stored(ask, scripted):
    conversation = ask("제 번호는 010-1234-5678이에요")["conversation_id"]

    assert isinstance(scripted.conversations, ConversationStore)
    assert "1234" not in scripted.conversations.messages(conversation)[0].text
