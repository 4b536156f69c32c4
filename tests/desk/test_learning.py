"""What could not be answered comes together by meaning, with what could be made of it."""

from datetime import date

import numpy as np
import pytest
from fakes import FakeEncoder
from learning_parts import EDITOR, NOW, Log
from sqlalchemy import Engine

from assistant.desk.learning import Learning, drafted, grouped, split_answer, widened
from assistant.desk.learning_work import group_from, group_json
from assistant.store.asked import AskedStore
from assistant.store.database import transaction
from assistant.store.erasing import erase_conversation
from assistant.turn import Assistant

COST = ("장난감 시험 수수료 얼마예요", "장난감 시험 수수료 얼마인가요", "장난감 시험 수수료가 얼마예요")
DISTANCE = 0.5
"""Fits the vectors of FakeEncoder."""


@pytest.fixture
def log(engine: Engine) -> Log:
    return Log(engine)


@pytest.fixture
def learning(toy_assistant: Assistant, engine: Engine) -> Learning:
    return Learning(toy_assistant, AskedStore(engine), lambda: NOW, DISTANCE)


def quiet(_: str) -> None:
    """Progress that nobody looks at."""


def test_three_people_with_one_question_are_a_group(log: Log, learning: Learning) -> None:
    for text in (*COST, "유모차 리콜 환불 절차"):
        log.fail(text)

    groups = learning.group(quiet)

    shown = learning.show(groups[0])
    assert len(groups) == 1
    assert shown
    assert {one.text for one in shown.asked} == set(COST)
    assert (groups[0].people, groups[0].kind) == (3, "new")


def test_one_person_who_asks_three_times_is_no_group(log: Log, learning: Learning) -> None:
    first = log.fail(COST[0])
    for text in COST[1:]:
        log.fail(text, first.conversation_id)

    assert learning.group(quiet) == []


def test_conversations_with_the_same_contact_are_one_person(log: Log, learning: Learning, engine: Engine) -> None:
    from assistant.store.tables import TicketRow

    replies = [log.fail(text) for text in COST]
    with transaction(engine) as session:
        for reply in replies[:2]:
            session.add(
                TicketRow(
                    conversation_id=reply.conversation_id,
                    reason="low_confidence",
                    field="domestic",
                    sector="electrical",
                    contact="kim@corp.example",
                    created_at=NOW,
                    due_at=NOW,
                )
            )

    assert learning.group(quiet) == []


@pytest.mark.parametrize(
    ("decision", "reason", "confidence", "is_counted"),
    [
        ("clarify", "close_candidates", 0.5, True),
        ("answer", "answered", 0.85, True),
        ("answer", "answered", 0.97, False),
        ("small_talk", "out_of_scope", 0.9, False),
        ("hand_off", "asked_for_person", 0.0, False),
    ],
)
def test_what_counts_as_having_gone_badly(
    log: Log, learning: Learning, decision: str, reason: str, confidence: float, is_counted: bool
) -> None:
    for text in COST:
        log.ask(text, decision, reason, confidence=confidence)

    assert bool(learning.group(quiet)) is is_counted


def test_a_sure_answer_counts_where_it_was_downvoted_or_denied(log: Log, learning: Learning) -> None:
    replies = [log.ask(text, "answer", "answered", confidence=0.99, article_id="safety-law") for text in COST]
    for reply in replies[:2]:
        log.rate(reply, "down")
    log.ask("아니요", "hand_off", "denied", replies[2].conversation_id)

    shown = learning.show(learning.group(quiet)[0])

    assert shown
    assert sorted(one.why for one in shown.asked) == ["denied", "downvoted", "downvoted"]


def test_the_consultants_own_answer_is_proposed(log: Log, learning: Learning, toy_assistant: Assistant) -> None:
    for text in COST:
        reply = log.fail(text)
    log.tell(reply.conversation_id, "시험 수수료는 기관마다 달라요. 문의: 010-1234-5678")

    shown = learning.show(learning.group(quiet)[0])
    assert shown
    made = drafted(shown, toy_assistant.base, {"item": ("doll",)}, date(2026, 11, 22))

    assert shown.group.kind == "new"
    assert made.answer == "시험 수수료는 기관마다 달라요. 문의: [전화번호]"
    assert (made.question, made.intent, made.items) == (shown.asked[0].text, "ask_cost", ("doll",))
    assert {made.question, *made.variants} == set(COST)
    assert made.sources == ()


def test_a_variant_of_the_article_that_consultants_used_is_proposed(
    log: Log, learning: Learning, toy_assistant: Assistant
) -> None:
    for text in COST:
        reply = log.fail(text)
        log.tell(reply.conversation_id, "글의 답", article_id="certificate-lost")

    group = learning.group(quiet)[0]

    assert (group.kind, group.because, group.article_id) == ("variant", "consultants", "certificate-lost")
    article = toy_assistant.base.articles["certificate-lost"]
    assert widened(article, [*COST, article.question]).variants == (*article.variants, *COST)


def test_many_and_recent_come_first(log: Log, learning: Learning) -> None:
    for text in COST:
        log.age(log.fail(text), days=60)
    for text in ("유모차 리콜 환불 절차", "유모차 리콜 환불 절차는", "유모차 리콜 환불 절차요"):
        log.fail(text)

    recent, old = learning.group(quiet)

    assert recent.score == pytest.approx(3, abs=0.01)
    assert old.score == pytest.approx(3 * 0.25, abs=0.01)


def test_what_was_settled_is_not_proposed_again(log: Log, learning: Learning, engine: Engine) -> None:
    for text in COST:
        log.fail(text)
    group = learning.group(quiet)[0]

    AskedStore(engine).settle(EDITOR, (*group.ids, 999_999), "")

    assert learning.show(group) is None
    assert learning.group(quiet) == []


def test_an_erased_question_is_gone_from_a_group_that_was_stored(log: Log, learning: Learning, engine: Engine) -> None:
    replies = [log.fail(text) for text in COST]
    stored = group_json(learning.group(quiet)[0])
    with transaction(engine) as session:
        erase_conversation(session, replies[0].conversation_id, NOW)

    assert all(text not in str(stored) for text in COST)
    assert learning.show(group_from(stored)) is None


def test_a_question_without_words_of_its_own_is_left_out(log: Log, learning: Learning) -> None:
    for _ in range(3):
        log.fail("서류는요?")

    assert learning.group(quiet) == []


def test_all_of_a_group_lie_within_the_distance() -> None:
    vectors = FakeEncoder().encode([*COST, "유모차 리콜", "유모차 리콜은", "보조배터리 인증"])

    for rows in grouped(vectors, DISTANCE):
        among = vectors[rows]
        assert np.min(among @ among.T) >= 1 - DISTANCE - 1e-5


def test_a_long_answer_is_cut_at_a_sentence() -> None:
    sentence = "이 제품은 안전확인 대상이에요. "
    answer, more = split_answer(sentence * 60)

    assert len(answer) <= 500
    assert answer.endswith("이에요.")
    assert f"{answer} {more}" == (sentence * 60).strip()
