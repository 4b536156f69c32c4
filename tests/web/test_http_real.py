"""The door with a real assistant behind it, so that the documented shapes are the real ones."""

import pytest
from fastapi.testclient import TestClient

from assistant.web.app import create_app
from assistant.web.models import Health, History, ReplyOut


@pytest.fixture
def real(toy_assistant):
    return TestClient(create_app(toy_assistant, dict))


@pytest.mark.parametrize(
    "text",
    [
        "안녕하세요",
        "보조배터리를 일본에 팔려면 뭐가 필요해요?",
        "보조배터리 KC 인증 절차",
        "상담사 연결",
        "오늘 점심 뭐 먹지",
        "인증",
        "문의 어떻게 됐어요?",
        "🙂",
    ],
)
def test_real_reply_fits_the_document(real, text):
    response = real.post("/v1/messages", json={"text": text})
    reply = response.json()
    history = real.get(f"/v1/conversations/{reply['conversation_id']}/messages").json()

    assert response.status_code == 200
    assert ReplyOut.model_validate(reply).model_fields_set == set(reply)
    assert [one.role for one in History.model_validate(history).messages] == ["visitor", "assistant"]
    assert history["messages"][1]["reply"] == reply


def test_real_health_fits_the_document(toy_assistant):
    from assistant.service import health_of  # loads the whole wiring, which no other test of the door needs

    response = TestClient(create_app(toy_assistant, health_of(toy_assistant, None))).get("/health")

    assert response.status_code == 200
    assert Health.model_validate(response.json()).database == "ok"


def test_health_counts_what_waits_in_the_outbox(toy_assistant):
    from assistant.service import health_of
    from assistant.store.outbox import Outbox

    outbox = Outbox(toy_assistant.conversations._engine, lambda _: 0.0)
    health = health_of(toy_assistant, None, outbox=outbox)()

    assert health["outbox"] == dict.fromkeys(("waiting", "sending", "held", "uncertain", "failed"), 0)
    assert Health.model_validate(health)
