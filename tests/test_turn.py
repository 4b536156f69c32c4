import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from builders import REPLY_KEYS, ask, at_once
from fakes import BrokenEncoder
from sqlalchemy import Engine, insert, update

from assistant.errors import NotFoundError
from assistant.privacy import mask
from assistant.records import Message
from assistant.service import Sweeper
from assistant.store.conversations import ConversationStore
from assistant.store.tables import MessageRow
from assistant.store.tickets import TicketStore
from assistant.turn import Assistant

QUESTION = "인증서를 잃어버리면 어떻게 다시 발급받나요?"
PHONE = "010-9876-5432"


def kinds(replies: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(reply["decision"], reply["reason"]) for reply in replies]


# ---- the real house -------------------------------------------------------------------


@pytest.mark.parametrize("article", ["kc-power-bank", "stuffed-toy-kc", "jp-power-bank-pse", "medical-device-duration"])
def test_a_question_of_the_base_is_answered_with_source_and_date(assistant: Assistant, article: str) -> None:
    card = assistant.base.articles[article]

    (reply,) = ask(assistant, card.question)

    assert (reply["decision"], reply["article_id"]) == ("answer", article)
    assert reply["text"].startswith(card.answer)
    assert reply["sources"][0]["url"].startswith("http")
    assert reply["checked_on"] == str(card.checked_on)
    assert reply["confidence"] >= assistant.calibrations["builtin"].answer_min


@pytest.mark.parametrize(
    ("text", "decision", "reason"),
    [
        ("상담사 연결해 주세요", "hand_off", "asked_for_person"),
        ("CB063R1234-5001 인증 확인해 주세요", "lookup", "number_given"),
        ("안녕하세요", "small_talk", "greet"),
        ("오늘 날씨 어때?", "small_talk", "out_of_scope"),
        ("부가세 신고는 언제까지 하나요?", "small_talk", "out_of_scope"),
        ("ㅁㄴㅇㄹ", "clarify", "unclear"),
        ("What is the price of a KC certification?", "clarify", "not_korean"),
    ],
)
def test_every_kind_of_message_gets_its_kind_of_reply(
    assistant: Assistant, text: str, decision: str, reason: str
) -> None:
    (reply,) = ask(assistant, text)

    assert kinds([reply]) == [(decision, reason)]
    assert reply.keys() == REPLY_KEYS
    assert reply["text"]


def test_a_country_that_is_said_later_changes_the_answer(assistant: Assistant) -> None:
    korea, japan = ask(assistant, "보조배터리는 KC 인증 받아야 하나요?", "그럼 일본은요?")

    assert korea["decision"] == japan["decision"] == "answer"
    assert korea["article_id"] != japan["article_id"]
    assert "PSE" in japan["text"]


@pytest.mark.parametrize(
    "text",
    [
        "안전확인이란 무엇인가요?",
        "유럽에 수출하려면 무슨 인증이 필요해요?",
        "인증이 궁금해요",
    ],
)
def test_an_open_question_is_not_answered_with_something_else(assistant: Assistant, text: str) -> None:
    (reply,) = ask(assistant, text)

    assert reply["article_id"] not in ("iso45001-what", "eu-food-contact-doc", "cosmetic-natural-organic")


def test_the_intent_of_a_follow_up_is_its_own(assistant: Assistant) -> None:
    _, follow_up = ask(assistant, "보조배터리는 KC 인증 받아야 하나요?", "비용은요?")

    assert follow_up["understanding"]["intent"] == "ask_cost"


# ---- the small house, over both databases ---------------------------------------------


def test_slots_are_asked_for_and_filled_until_the_card_answers(toy_assistant: Assistant) -> None:
    replies = ask(toy_assistant, "전기난로도 인증이 필요한가요", "한국", "콘센트에 꽂아 사용", "비용은 얼마예요?")

    assert [reply["decision"] for reply in replies] == ["ask", "ask", "answer", "answer"]
    assert replies[1]["quick_replies"] == ["콘센트에 꽂아 사용", "건전지로 사용", "잘 모르겠어요"]
    assert "■ 안전인증 (의무)" in replies[2]["text"]
    assert "안전확인" not in replies[2]["text"]
    assert "약 100만 원" in replies[3]["text"]


@pytest.mark.parametrize(
    "text", ["보조배터리를 미국에 팔려면 무엇이 필요한가요?", "봉제인형은 KC 인증을 받아야 하나요?"]
)
def test_what_holds_for_another_country_or_product_is_never_the_answer(toy_assistant: Assistant, text: str) -> None:
    (reply,) = ask(toy_assistant, text)

    assert reply["article_id"] not in ("power-bank-kc", "power-bank-japan")


def test_a_reply_is_stored_as_it_was_given(toy_assistant: Assistant) -> None:
    (reply,) = ask(toy_assistant, QUESTION)

    visitor, assistant = toy_assistant.conversations.messages(reply["conversation_id"])

    assert (visitor.text, assistant.reply) == (QUESTION, reply)
    assert json.loads(json.dumps(reply)) == reply


def test_the_same_message_again_gets_the_same_reply(toy_assistant: Assistant) -> None:
    (first,) = ask(toy_assistant, QUESTION, message_id="m1")

    again = toy_assistant.handle(Message(QUESTION, first["conversation_id"], "m1"))

    assert again == first
    assert len(toy_assistant.conversations.messages(first["conversation_id"])) == 2


def test_the_same_message_twice_at_once_gets_one_reply(toy_assistant: Assistant) -> None:
    (first,) = ask(toy_assistant, "안녕하세요")
    message = Message(QUESTION, first["conversation_id"], "m1")

    replies = at_once(*[lambda: toy_assistant.handle(message)] * 4)

    assert all(reply == replies[0] for reply in replies)
    assert len(toy_assistant.conversations.messages(first["conversation_id"])) == 4


@pytest.mark.postgres
def test_a_message_that_is_just_being_stored_is_answered(toy_house: Assistant, postgres: Engine) -> None:
    assistant = replace(toy_house, conversations=ConversationStore(postgres), tickets=TicketStore(postgres))
    (first,) = ask(assistant, "안녕하세요")
    conversation = first["conversation_id"]
    same = {"conversation_id": conversation, "role": "visitor", "text": QUESTION, "client_id": "m1"}

    with ThreadPoolExecutor(1) as pool, postgres.connect() as other:
        other.execute(insert(MessageRow).values(**same, is_settled=False, created_at=datetime.now(UTC)))
        waiting = pool.submit(assistant.handle, Message(QUESTION, conversation, "m1"))
        time.sleep(0.3)
        other.commit()

        assert waiting.result()["article_id"] == "certificate-lost"


def test_two_messages_at_once_are_both_answered(toy_assistant: Assistant) -> None:
    (first,) = ask(toy_assistant, "안녕하세요")
    conversation = first["conversation_id"]
    texts = (QUESTION, "인증을 받지 않고 팔면 어떤 처벌을 받나요?")

    replies = at_once(*[lambda text=text: toy_assistant.handle(Message(text, conversation)) for text in texts])

    assert [reply["article_id"] for reply in replies] == ["certificate-lost", "safety-law"]
    assert toy_assistant.conversations.conversation(conversation).version == 3


def test_fifty_conversations_at_once_stay_apart(toy_assistant: Assistant) -> None:
    def talk(number: int) -> list[dict[str, Any]]:
        item = ("보조배터리", "봉제인형")[number % 2]
        return ask(toy_assistant, f"{item}도 인증이 필요한가요", "상담사 연결")

    talks = at_once(*[lambda number=number: talk(number) for number in range(50)])

    assert len({first["conversation_id"] for first, _ in talks}) == 50
    assert len({second["ticket"]["id"] for _, second in talks}) == 50
    for number, (_, second) in enumerate(talks):
        slots = toy_assistant.tickets.get(second["ticket"]["id"]).slots
        assert slots["item"] == ("power-bank", "doll")[number % 2]


def test_an_unknown_conversation_is_refused_and_nothing_is_stored(toy_assistant: Assistant) -> None:
    with pytest.raises(NotFoundError):
        toy_assistant.handle(Message(QUESTION, uuid4().hex))

    assert toy_assistant.conversations.unanswered(datetime.now(UTC) + timedelta(minutes=1)) == []


# ---- handing over ---------------------------------------------------------------------


def test_a_ticket_holds_the_conversation_so_far(toy_assistant: Assistant) -> None:
    _, second = ask(toy_assistant, "전기난로도 인증이 필요한가요", "상담사 연결")

    ticket = toy_assistant.tickets.get(second["ticket"]["id"])

    assert [role for role, _ in ticket.transcript] == ["visitor", "assistant", "visitor"]
    assert ticket.slots["item"] == "heater"
    assert ticket.due_at - ticket.created_at == pytest.approx(timedelta(hours=48), abs=timedelta(seconds=5))
    assert second["ticket"] == {"id": ticket.id, "due_at": ticket.due_at.isoformat()}


def test_one_conversation_has_one_open_ticket(toy_assistant: Assistant) -> None:
    replies = ask(toy_assistant, "상담사 연결", "상담사 연결", "자전거 바퀴살 장력 규정 알려줘요 급해요")

    assert kinds(replies)[:2] == [("hand_off", "asked_for_person"), ("hand_off", "already_handed_off")]
    assert len(toy_assistant.tickets.listed()) == 1


def test_a_contact_goes_to_the_ticket_and_nowhere_else(toy_assistant: Assistant) -> None:
    first, second = ask(toy_assistant, "상담사 연결", f"{PHONE}로 연락 주세요")

    assert second["reason"] == "contact_left"
    assert toy_assistant.tickets.get(first["ticket"]["id"]).contact == PHONE
    texts = [one.text for one in toy_assistant.conversations.messages(first["conversation_id"])]
    assert PHONE not in json.dumps([texts, second], ensure_ascii=False)


def test_while_a_consultant_owns_the_conversation_the_assistant_is_silent(toy_assistant: Assistant) -> None:
    (first,) = ask(toy_assistant, "상담사 연결")
    toy_assistant.tickets.assign(first["ticket"]["id"], "김상담")

    silent = toy_assistant.handle(Message(QUESTION, first["conversation_id"]))
    toy_assistant.tickets.close(first["ticket"]["id"])
    again = toy_assistant.handle(Message(QUESTION, first["conversation_id"]))

    assert (silent["reason"], silent["text"]) == ("with_consultant", "")
    assert again["article_id"] == "certificate-lost"
    assert QUESTION in [one.text for one in toy_assistant.conversations.messages(first["conversation_id"])]


def test_the_state_of_a_ticket_can_be_asked_for(toy_assistant: Assistant) -> None:
    first, status = ask(toy_assistant, "상담사 연결", "답변은 언제 오나요")

    assert status["reason"] == "ticket_status"
    assert status["ticket"] == first["ticket"]


# ---- when something breaks ------------------------------------------------------------


def test_a_turn_that_fails_becomes_a_ticket(toy_assistant: Assistant, caplog: pytest.LogCaptureFixture) -> None:
    broken = replace(toy_assistant, encoder=BrokenEncoder())

    (reply,) = ask(broken, f"{QUESTION} {PHONE}")

    assert kinds([reply]) == [("hand_off", "turn_failed")]
    assert toy_assistant.tickets.get(reply["ticket"]["id"]).transcript == (("visitor", f"{QUESTION} [전화번호]"),)
    assert "Traceback" in caplog.text
    assert PHONE not in caplog.text


def age(assistant: Assistant, engine: Engine) -> None:
    """Make every message a minute older."""
    with engine.begin() as connection:
        connection.execute(update(MessageRow).values(created_at=datetime.now(UTC) - timedelta(minutes=1)))


def test_a_message_whose_turn_was_cut_off_is_answered_by_the_sweeper(toy_assistant: Assistant, engine: Engine) -> None:
    cut_off = toy_assistant.conversations.accept(mask(QUESTION).text, None, "m1")
    sweeper = Sweeper(toy_assistant)
    too_early = sweeper.sweep()
    age(toy_assistant, engine)

    assert [too_early, sweeper.sweep(), sweeper.sweep()] == [0, 1, 0]
    again = toy_assistant.handle(Message(QUESTION, cut_off.conversation.id, "m1"))
    assert again["article_id"] == "certificate-lost"
    assert len(toy_assistant.conversations.messages(cut_off.conversation.id)) == 2


def test_two_sweepers_at_once_answer_once(toy_assistant: Assistant, engine: Engine) -> None:
    cut_off = toy_assistant.conversations.accept(mask(QUESTION).text, None, None)
    age(toy_assistant, engine)

    at_once(Sweeper(toy_assistant).sweep, Sweeper(toy_assistant).sweep)

    assert len(toy_assistant.conversations.messages(cut_off.conversation.id)) == 2


# The contact is found in the raw text, which the sweeper doesn't have.
def test_a_contact_whose_turn_was_cut_off_is_asked_for_again(toy_assistant: Assistant, engine: Engine) -> None:
    (first,) = ask(toy_assistant, "상담사 연결")
    masked = mask(f"{PHONE}로 연락 주세요").text
    toy_assistant.conversations.accept(masked, first["conversation_id"], None)
    age(toy_assistant, engine)

    Sweeper(toy_assistant).sweep()

    last = toy_assistant.conversations.messages(first["conversation_id"])[-1]
    assert "연락처" in last.text or "전화번호" in last.text
