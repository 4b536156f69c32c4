"""The widget's interface: messages, consent, ratings, erasure; its stream is in test_widget_events."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from widget_parts import SITE, Tab, refusal

from assistant.turn import Assistant
from assistant.web.widget_models import WidgetConversation, WidgetReply
from assistant.wording import CONSENT_NEEDED

MAIL = "kim@example.com"

# ---- messages -------------------------------------------------------------------------


def test_a_reply_is_the_documented_one(tab: Tab) -> None:
    reply = tab.say("보조배터리 KC 인증 절차")

    assert WidgetReply.model_validate(reply).model_fields_set == set(reply)
    assert reply["consent_needed"] is False
    assert reply["reply_id"].isdigit()


def test_the_same_message_again_gets_the_same_reply(tab: Tab) -> None:
    message_id = str(uuid4())
    once = tab.say("상담사 연결", message_id)
    again = tab.say("상담사 연결", message_id.upper())

    assert again == once
    assert len(tab.get("conversation").json()["messages"]) == 2


def test_messages_stay_in_one_conversation(tab: Tab) -> None:
    assert tab.say("보조배터리 KC 인증")["conversation_id"] == tab.say("비용은요?")["conversation_id"]


def test_ten_messages_in_ten_seconds_are_enough(tab: Tab) -> None:
    message_id = str(uuid4())
    tab.say("안녕하세요", message_id)
    for _ in range(9):
        tab.say("안녕하세요")
    response = tab.post("messages", message_id=str(uuid4()), text="안녕하세요")

    assert refusal(response) == (429, "too_many")
    assert 1 <= int(response.headers["retry-after"]) <= 10
    assert "Retry-After" in response.headers["access-control-expose-headers"]
    assert tab.say("안녕하세요", message_id)["reply_id"]


UUID = "6f1c2a52-1381-4c43-9d5e-0c0ffee01381"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param({"text": "a"}, (400, "bad_input"), id="no id"),
        pytest.param({"text": "a", "message_id": "1"}, (400, "bad_input"), id="no UUID"),
        pytest.param({"message_id": UUID}, (400, "bad_input"), id="no text"),
        pytest.param({"message_id": UUID, "text": None}, (400, "bad_input"), id="null"),
        pytest.param({"message_id": UUID, "text": " \n"}, (400, "empty"), id="blank"),
        pytest.param({"message_id": UUID, "text": "a\0"}, (400, "bad_input"), id="NUL"),
        pytest.param({"message_id": UUID, "text": "가나" * 1001}, (413, "too_long"), id="too long"),
        pytest.param({"message_id": UUID, "text": "a", "user": 1}, (400, "bad_input"), id="unknown field"),
        pytest.param({"message_id": UUID, "text": "a", "page": []}, (400, "bad_input"), id="page is a list"),
        pytest.param({"message_id": UUID, "text": "a", "page": {"x": "y"}}, (400, "bad_input"), id="unknown in page"),
        pytest.param(
            {"message_id": UUID, "text": "a", "page": {"url": "x" * 301}}, (400, "bad_input"), id="long address"
        ),
    ],
)
def test_a_bad_message_is_refused_and_nothing_stored(tab: Tab, body: dict[str, Any], code: tuple[int, str]) -> None:
    assert refusal(tab.post("messages", **body)) == code
    assert tab.visit()["conversation_id"] is None


@pytest.mark.parametrize("body", [b"null", b"[]", b'{"given": "yes"}', b'{"given": 1}', b"\xff", b""])
def test_a_bad_body_is_refused(tab: Tab, body: bytes) -> None:
    for path in ("consent", "ratings", "messages"):
        headers = {**tab.headers, "Content-Type": "application/json"}
        response = tab.client.post(f"/widget/v1/{path}", content=body, headers=headers)
        assert refusal(response) == (400, "bad_input")


# ---- the page that is written from ----------------------------------------------------


JAPAN = "이 제품 일본에 팔려면 뭐가 필요해요?"
POWER_BANK = "item:power-bank:JP"


def test_the_page_says_what_the_text_leaves_out(tab: Tab) -> None:
    page = {"url": f"{SITE}/p/1", "title": None, "product": "초경량 보조배터리 10000mAh", "category": "디지털"}

    assert tab.say(JAPAN, page=page)["article_id"] == POWER_BANK


def test_the_page_of_the_visit_holds_until_a_message_names_another(tab: Tab) -> None:
    tab.visit(page={"category": "보조배터리"})
    first = tab.say(JAPAN)
    second = tab.say(JAPAN, page={"category": "봉제인형"})

    assert (first["article_id"], second["article_id"] == POWER_BANK) == (POWER_BANK, False)


# ---- consent --------------------------------------------------------------------------


@pytest.fixture
def asked(tab: Tab) -> Tab:
    """A visitor who is handed over and asked for a contact."""
    tab.say("상담사 연결")
    return tab


def test_a_contact_without_consent_is_not_stored(asked: Tab, small_house: Assistant) -> None:
    reply = asked.say(f"{MAIL}로 알려 주세요")

    assert WidgetReply.model_validate(reply).model_fields_set == set(reply)
    assert (reply["consent_needed"], reply["text"], reply["reply_id"]) == (True, CONSENT_NEEDED, "")
    assert len(asked.get("conversation").json()["messages"]) == 2
    assert small_house.tickets.get("OC-000001").contact == ""


def test_a_contact_with_consent_is_kept(asked: Tab, small_house: Assistant) -> None:
    message_id = str(uuid4())
    asked.say(MAIL, message_id)
    assert asked.post("consent", given=True).status_code == 204
    reply = asked.say(MAIL, message_id)

    assert (reply["reason"], reply["consent_needed"]) == ("contact_left", False)
    assert small_house.tickets.get("OC-000001").contact == MAIL
    assert asked.visit()["has_consented"] is True
    assert MAIL not in asked.get("conversation").text


def test_consent_that_is_taken_back_deletes_the_contact(asked: Tab, small_house: Assistant) -> None:
    asked.post("consent", given=True)
    message_id = str(uuid4())
    reply = asked.say(MAIL, message_id)
    asked.post("consent", given=False)

    assert small_house.tickets.get("OC-000001").contact == ""
    assert asked.visit()["has_consented"] is False
    assert asked.say(MAIL, message_id) == reply


def test_without_being_asked_a_contact_is_masked_as_ever(tab: Tab) -> None:
    reply = tab.say(f"{MAIL} 보조배터리 KC 인증 절차")

    assert reply["consent_needed"] is False
    assert MAIL not in tab.get("conversation").text


# ---- conversation, ratings, erasure ---------------------------------------------------


def test_a_reload_shows_what_was_said(asked: Tab, small_house: Assistant) -> None:
    small_house.tickets.answer("OC-000001", "김상담", "시험부터 받으세요.")
    shown = asked.get("conversation").json()
    visitor, assistant, consultant = shown["messages"]

    WidgetConversation.model_validate(shown)
    assert (visitor["role"], visitor["text"]) == ("visitor", "상담사 연결")
    assert (assistant["decision"], assistant["ticket"]["id"]) == ("hand_off", "OC-000001")
    assert (consultant["role"], consultant["text"]) == ("consultant", "시험부터 받으세요.")
    assert (shown["ticket"]["id"], shown["ticket"]["state"]) == ("OC-000001", "answered")
    assert all(datetime.fromisoformat(one["at"]).tzinfo for one in shown["messages"])


def test_before_the_first_message_there_is_nothing_to_show(tab: Tab) -> None:
    shown = tab.get("conversation").json()

    assert shown == {"conversation_id": None, "messages": [], "ticket": None, "cursor": "0-0"}
    assert refusal(tab.get("conversation/file")) == (404, "no_conversation")
    assert tab.erase() == 204


def test_a_stranger_never_reads_anothers_conversation(tab: Tab, come: Callable[..., Tab]) -> None:
    reply = tab.say("아주 은밀한 질문이에요")
    stranger = come()
    stranger.say("안녕하세요")

    assert "은밀한" not in stranger.get("conversation").text + stranger.get("conversation/file").text
    assert refusal(stranger.post("ratings", reply_id=reply["reply_id"], score="up")) == (404, "not_found")
    assert stranger.erase() == 204
    assert "은밀한" in tab.get("conversation").text


def test_the_conversation_can_be_kept_as_a_text(asked: Tab) -> None:
    asked.say("보조배터리 KC 인증 절차")
    response = asked.get("conversation/file")

    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["content-disposition"].startswith("attachment; filename=")
    assert "나\n상담사 연결\n" in response.text
    assert "접수번호 OC-000001: 배정 대기" in response.text


def test_a_reply_is_rated_and_rated_again(tab: Tab) -> None:
    reply_id = tab.say("안녕하세요")["reply_id"]

    for body in ({"score": "up"}, {"score": "down", "comment": "별로예요"}, {"score": "up", "comment": None}):
        assert tab.post("ratings", reply_id=reply_id, **body).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {"reply_id": "1"},
        {"reply_id": "1", "score": "good"},
        {"reply_id": 1, "score": "up"},
        {"reply_id": "-1", "score": "up"},
        {"reply_id": "1", "score": "up", "comment": "x" * 501},
    ],
)
def test_a_bad_rating_is_refused(tab: Tab, body: dict[str, Any]) -> None:
    assert refusal(tab.post("ratings", **body)) == (400, "bad_input")


def test_an_erased_conversation_is_gone_and_the_next_message_begins_anew(asked: Tab, small_house: Assistant) -> None:
    old = asked.get("conversation").json()["conversation_id"]
    assert asked.erase() == 204
    new = asked.say("안녕하세요")["conversation_id"]

    assert new != old
    assert asked.get("conversation").json()["messages"][0]["text"] == "안녕하세요"
    assert small_house.tickets.get("OC-000001").is_withdrawn
    assert refusal(asked.client.get(f"/v1/conversations/{old}/messages")) == (404, "no_conversation")
