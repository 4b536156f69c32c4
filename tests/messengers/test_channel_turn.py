import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from messenger_parts import CHOICES, LINES, QUESTION, Gate, kakao, page, pushed, rows, texts
from sqlalchemy import Engine, update

from assistant import channel_wording as words
from assistant import wording
from assistant.channel_records import Inbound
from assistant.channel_turn import ChannelTurns
from assistant.errors import UpstreamError
from assistant.seal import Seal
from assistant.store.channel_tables import ChannelEventRow, ChannelUserRow, OutboxRow
from assistant.store.channel_users import ChannelStore, Told
from assistant.store.database import transaction
from assistant.store.tables import ConversationRow, MessageRow
from assistant.store.workers import machine_prefix

# ---- answers --------------------------------------------------------------------------


def test_a_question_is_answered_in_the_response(press: Callable[[Inbound], Told | None], engine: Engine) -> None:
    told = press(kakao())

    assert texts(told)[0].startswith("네, 보조배터리는 안전확인 대상이에요.")
    assert rows(engine, OutboxRow) == []


def test_where_it_cannot_be_answered_there_it_goes_to_the_outbox(
    press: Callable[[Inbound], Told | None], engine: Engine
) -> None:
    press(page(QUESTION))

    (row,) = rows(engine, OutboxRow)
    assert row.body["text"].startswith("네, 보조배터리는")
    assert (row.state, row.speaker, row.cause) == ("waiting", "assistant", "event:1:0")


def test_the_same_event_again_is_answered_once(press: Callable[[Inbound], Told | None], engine: Engine) -> None:
    first = press(page(QUESTION))

    assert press(page(QUESTION)) == first
    assert len(rows(engine, OutboxRow)) == 1
    assert len([one for one in rows(engine, MessageRow) if one.role == "visitor"]) == 1


def test_no_raw_id_and_no_raw_text_is_stored(press: Callable[[Inbound], Told | None], engine: Engine) -> None:
    press(page("제 번호는 010-1234-5678이에요", user="visitor-4711"))

    with engine.connect() as connection:
        dump = "\n".join(
            str(tuple(row))
            for table in (ChannelUserRow, ChannelEventRow, OutboxRow, MessageRow)
            for row in connection.execute(table.__table__.select())
        )
    assert "visitor-4711" not in dump
    assert "1234-5678" not in dump
    assert rows(engine, ChannelEventRow)[0].sealed == ""


def test_waiting_words_are_sealed(turns: ChannelTurns, engine: Engine) -> None:
    turns.receive(LINES["pager"], page("010-1234-5678"))

    assert "1234" not in rows(engine, ChannelEventRow)[0].sealed


def test_a_click_means_what_its_ids_lead_to(press: Callable[[Inbound], Told | None], engine: Engine) -> None:
    first = press(kakao(CHOICES))
    assert first is not None
    choices = first.said[-1].reply["quick_replies"]

    press(kakao("…", trigger="QUICKREPLY_BUTTON_MESSAGE", extra={"turn": first.said[-1].turn, "choice": 0}))

    visitor = [one for one in rows(engine, MessageRow) if one.role == "visitor"]
    assert visitor[-1].text == choices[0]
    assert visitor[-1].client_id.startswith("click-")


def test_nobody_presses_another_ones_button(press: Callable[[Inbound], Told | None], engine: Engine) -> None:
    first = press(kakao(CHOICES))
    assert first is not None

    press(
        kakao("안녕하세요", user="other", trigger="LIST_ITEM_MESSAGE", extra={"turn": first.said[-1].turn, "choice": 0})
    )

    assert [one.text for one in rows(engine, MessageRow) if one.role == "visitor"][-1] == "안녕하세요"


def test_an_opened_chat_is_greeted(press: Callable[[Inbound], Told | None], engine: Engine) -> None:
    press(page(kind="open"))

    assert pushed(engine) == [wording.GREETING]


@pytest.mark.parametrize("kind", ["echo", "check"])
def test_an_echo_is_never_answered(turns: ChannelTurns, engine: Engine, kind: str) -> None:
    assert turns.receive(LINES["pager"], page("우리가 한 말", kind=kind)) is None
    assert rows(engine, ChannelUserRow) == []


def test_who_left_gets_nothing_more(press: Callable[[Inbound], Told | None], engine: Engine) -> None:
    press(page(QUESTION))

    press(page(kind="leave"))

    assert [one.state for one in rows(engine, OutboxRow)] == ["dropped"]
    (user,) = rows(engine, ChannelUserRow)
    assert (user.has_left, user.address) == (True, "")


def test_a_picture_is_asked_for_in_words(press: Callable[[Inbound], Told | None], engine: Engine) -> None:
    press(page())

    assert pushed(engine) == [words.NOT_TEXT]


def test_too_long_a_question_is_told_so(press: Callable[[Inbound], Told | None]) -> None:
    assert "2000자" in texts(press(kakao("가나" * 1500)))[0]


def test_a_product_is_screened_where_that_is_possible(engine: Engine, gate: Gate) -> None:
    asked: list[Any] = []
    screen = lambda product: asked.append(product) or "판매중지된 제품이에요."  # noqa: E731
    turns = ChannelTurns(gate, ChannelStore(engine, Seal("s")), LINES, screen=screen)
    received = turns.receive(LINES["pager"], page("이 상품", kind="product", product={"name": "유모차"}))
    assert received is not None

    turns.work(received.job)
    turns.close()

    assert asked == [{"name": "유모차"}]
    assert pushed(engine) == ["판매중지된 제품이에요."]


# ---- in order -------------------------------------------------------------------------


def test_ten_messages_at_once_are_an_orderly_queue(turns: ChannelTurns, engine: Engine) -> None:
    asked = [f"{QUESTION} {number}" for number in range(10)]
    for text in asked[:1]:
        turns.start(turns.receive(LINES["pager"], page(text)))  # type: ignore[arg-type]
    for text in asked[1:]:
        turns.start(turns.receive(LINES["pager"], page(text)))  # type: ignore[arg-type]
    turns.close()
    while turns_left := turns.store.waiting_users():
        turns.work(turns.store.resume(turns_left[0]))

    said = rows(engine, MessageRow)
    assert [one.text for one in said if one.role == "visitor"] == asked
    assert [one.role for one in said] == ["visitor", "assistant"] * 10
    assert [one.cause for one in rows(engine, OutboxRow)] == [f"event:{number}:0" for number in range(1, 11)]


def test_first_messages_that_meet_make_one_conversation(turns: ChannelTurns, engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: turns.receive(LINES["pager"], page(f"안녕 {n}")), range(8)))

    assert len(rows(engine, ChannelUserRow)) == len(rows(engine, ConversationRow)) == 1
    assert len(rows(engine, ChannelEventRow)) == 8


def test_two_copies_do_not_work_on_one_user_at_once(turns: ChannelTurns, engine: Engine, gate: Gate) -> None:
    first = turns.receive(LINES["pager"], page("하나"))
    second = turns.receive(LINES["pager"], page("둘"))

    assert first is not None
    assert first.job is not None
    assert second is not None
    assert second.job is None
    assert turns.store.resume(first.job.user_id) is None


def test_what_a_killed_copy_left_is_taken_up(turns: ChannelTurns, engine: Engine) -> None:
    turns.receive(LINES["pager"], page(QUESTION))  # claimed, and then nothing: killed
    assert turns.work_once() == 0
    with transaction(engine) as session:
        session.execute(update(ChannelUserRow).values(leased_until=datetime.now(UTC) - timedelta(seconds=1)))

    assert turns.work_once() == 1
    assert len(pushed(engine)) == 1


def test_what_a_process_left_that_was_killed_here_is_taken_up_at_once(turns: ChannelTurns, engine: Engine) -> None:
    turns.receive(LINES["pager"], page(QUESTION))
    gone = subprocess.Popen(["true"])
    gone.wait()
    with transaction(engine) as session:
        session.execute(update(ChannelUserRow).values(worker=f"{machine_prefix()}{gone.pid:08x}" + "0" * 16))

    assert turns.work_once() == 1


def test_what_another_machine_works_on_is_left_alone(turns: ChannelTurns, engine: Engine) -> None:
    turns.receive(LINES["pager"], page(QUESTION))
    with transaction(engine) as session:
        session.execute(update(ChannelUserRow).values(worker="f" * 32))

    assert turns.work_once() == 0


def test_a_copy_that_lost_its_lease_writes_nothing(turns: ChannelTurns, engine: Engine) -> None:
    received = turns.receive(LINES["pager"], page(QUESTION))
    assert received is not None
    assert received.job is not None
    with transaction(engine) as session:
        session.execute(update(ChannelUserRow).values(leased_until=None))
    turns.work(turns.store.resume(received.job.user_id))

    turns.work(received.job)

    assert len(pushed(engine)) == 1
    assert len([one for one in rows(engine, MessageRow) if one.role == "assistant"]) == 1


def test_trouble_that_passes_only_puts_a_turn_off(turns: ChannelTurns, engine: Engine, gate: Gate) -> None:
    gate.trouble = [UpstreamError("the database is away")]
    received = turns.receive(LINES["pager"], page(QUESTION))
    assert received is not None
    turns.work(received.job)
    assert pushed(engine) == []
    with transaction(engine) as session:
        session.execute(update(ChannelUserRow).values(leased_until=None))

    turns.work_once()

    assert pushed(engine)[0].startswith("네, 보조배터리는")


def test_trouble_that_stays_is_told(turns: ChannelTurns, engine: Engine, gate: Gate) -> None:
    gate.trouble = [RuntimeError("broken")]
    received = turns.receive(LINES["pager"], page(QUESTION))
    assert received is not None

    turns.work(received.job)

    assert pushed(engine) == [words.FAILED]
