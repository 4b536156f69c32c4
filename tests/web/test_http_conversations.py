"""GET /v1/conversations/{id}/messages: the history after a reload, and a consultant's answers."""

from datetime import datetime

import pytest

from assistant.wording import ERRORS


@pytest.fixture
def conversation(ask):
    """A conversation with one question and its answer."""
    return ask("보조배터리 KC 인증이 필요한가요?")["conversation_id"]


def messages(client, conversation, after=0):
    return client.get(f"/v1/conversations/{conversation}/messages", params={"after": after}).json()


def test_history_is_what_was_said(client, ask, conversation):
    got = messages(client, conversation)
    question, answer = got["messages"]

    assert (got["conversation_id"], got["owner"]) == (conversation, "bot")
    assert set(question) == {"id", "role", "text", "reply", "created_at"}
    assert (question["role"], question["text"], question["reply"]) == (
        "visitor",
        "보조배터리 KC 인증이 필요한가요?",
        None,
    )
    assert (answer["role"], answer["reply"]["text"]) == ("assistant", answer["text"])
    assert datetime.fromisoformat(answer["created_at"]).utcoffset().total_seconds() == 0


def test_history_has_only_what_is_newer(client, conversation):
    question, answer = messages(client, conversation)["messages"]

    assert messages(client, conversation, question["id"])["messages"] == [answer]
    assert messages(client, conversation, answer["id"])["messages"] == []


def test_consultants_answer_arrives(client, ask, scripted, conversation):
    ticket = ask("상담사 연결", conversation_id=conversation)["ticket"]["id"]
    before = messages(client, conversation)
    scripted.tickets.answer(ticket, "김상담", "이렇게 하시면 돼요.")
    after = messages(client, conversation, before["messages"][-1]["id"])

    assert (before["owner"], after["owner"]) == ("queue", "human")
    assert [(one["role"], one["text"]) for one in after["messages"]] == [("consultant", "이렇게 하시면 돼요.")]


def test_unknown_conversation_is_not_found(client):
    response = client.get(f"/v1/conversations/{'0' * 32}/messages")

    assert (response.status_code, response.json()) == (
        404,
        {"code": "no_conversation", "message": ERRORS["no_conversation"]},
    )


@pytest.mark.parametrize("given", ["a.b", "가", "x" * 65, "%00", "a%20b"])
def test_what_is_no_id_is_refused(client, given):
    response = client.get(f"/v1/conversations/{given}/messages")

    assert (response.status_code, response.json()) == (
        400,
        {"code": "bad_input", "message": "“id” 항목의 값이 맞지 않아요."},
    )


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "", str(2**31)])
def test_bad_after_is_refused(client, conversation, after):
    response = client.get(f"/v1/conversations/{conversation}/messages?after={after}")

    assert (response.status_code, response.json()["code"]) == (400, "bad_input")


def test_consultants_answer_is_rated_and_what_is_none_of_theirs_is_not(client, ask, scripted, conversation):
    ticket = ask("상담사 연결", conversation_id=conversation)["ticket"]["id"]
    scripted.tickets.answer(ticket, "김상담", "이렇게 하시면 돼요.")
    said = messages(client, conversation)["messages"]
    other = ask("보조배터리 KC 인증이 필요한가요?")["conversation_id"]

    def rate(of, message, score="up"):
        return client.post(f"/v1/conversations/{of}/ratings", json={"message": message, "score": score}).status_code

    assert [rate(conversation, said[-1]["id"], score) for score in ("up", "down")] == [204, 204]
    assert rate(conversation, said[0]["id"]) == 404  # the visitor's own
    assert rate(other, said[-1]["id"]) == 404
    assert rate(conversation, said[-1]["id"], "maybe") == 400


def test_writing_is_taken_note_of_in_a_known_conversation_only(client, ask, conversation):
    assert client.post(f"/v1/conversations/{conversation}/typing").status_code == 204
    assert client.post(f"/v1/conversations/{'0' * 32}/typing").status_code == 404
    assert messages(client, conversation)["typing"] is None
