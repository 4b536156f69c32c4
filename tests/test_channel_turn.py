from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from kakao import CALLBACK, KEYS, inbound, skill_payload
from pager import Pager
from sqlalchemy import Engine, func, select, update

from assistant import channel_wording as words
from assistant import wording
from assistant.channel_records import Inbound
from assistant.channel_turn import ChannelTurns, Line
from assistant.channels.base import event_hash
from assistant.channels.kakao import Kakao
from assistant.errors import UpstreamError
from assistant.records import Message
from assistant.seal import Seal
from assistant.store.channel_tables import ChannelEventRow, ChannelUserRow, OutboxRow
from assistant.store.channel_users import ChannelStore, Told
from assistant.store.database import reading, transaction
from assistant.store.tables import ConversationRow, MessageRow
from assistant.turn import Assistant

QUESTION = "보조배터리는 KC 인증을 받아야 하나요?"
LINES = {"kakao": Line(Kakao(), KEYS), "pager": Line(Pager(), {"secret": "s", "url": "http://127.0.0.1:9"})}


@dataclass
class Gate:
    """The assistant behind a door: closed, a turn waits; `trouble` is raised so many times."""

    assistant: Assistant
    door: Event = field(default_factory=Event)
    trouble: list[Exception] = field(default_factory=list)

    def handle(self, message: Message) -> dict[str, Any]:
        if self.trouble:
            raise self.trouble.pop()
        self.door.wait(20)
        return self.assistant.handle(message)


@pytest.fixture
def gate(toy_assistant: Assistant) -> Gate:
    gate = Gate(toy_assistant)
    gate.door.set()
    return gate


@pytest.fixture
def turns(engine: Engine, gate: Gate) -> Iterator[ChannelTurns]:
    made = ChannelTurns(gate, ChannelStore(engine, Seal("secret")), LINES, threads=2)
    yield made
    gate.door.set()
    made.close()


@pytest.fixture
def press(turns: ChannelTurns) -> Callable[[Inbound], Told | None]:
    """Receive an event and work on it to the end; what was told in the response."""

    def receive(given: Inbound) -> Told | None:
        received = turns.receive(LINES[given.channel], given)
        assert received is not None
        turns.work(received.job)
        return turns.store.told(received.turn)

    return receive


def kakao(text: str = QUESTION, number: int = 0, **more: Any) -> Inbound:
    return inbound(skill_payload(text, **more), **{"x-request-id": f"{text}-{number}"})


def page(text: str = "", number: int = 0, **more: Any) -> Inbound:
    one = {"user": "u1", "id": event_hash(text, str(number), str(more.get("kind"))), "text": text, **more}
    return Pager()._inbound(one)


def texts(told: Told | None) -> list[str]:
    assert told is not None
    return [one.reply["text"] for one in told.said]


def rows(engine: Engine, table: type[Any]) -> list[Any]:
    with reading(engine) as session:
        found = list(session.scalars(select(table).order_by(table.id)))
        session.expunge_all()
        return found


def pushed(engine: Engine) -> list[str]:
    return [one.body["text"] for one in rows(engine, OutboxRow) if one.call == "push"]


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
    first = press(kakao("보조배터리 인증"))
    assert first is not None
    choices = first.said[-1].reply["quick_replies"]

    press(kakao("…", trigger="QUICKREPLY_BUTTON_MESSAGE", extra={"turn": first.said[-1].turn, "choice": 0}))

    visitor = [one for one in rows(engine, MessageRow) if one.role == "visitor"]
    assert visitor[-1].text == choices[0]
    assert visitor[-1].client_id.startswith("click-")


def test_nobody_presses_another_ones_button(press: Callable[[Inbound], Told | None], engine: Engine) -> None:
    first = press(kakao("보조배터리 인증"))
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


# ---- late answers ---------------------------------------------------------------------


@pytest.fixture
def late(turns: ChannelTurns, gate: Gate) -> Callable[[Inbound], int]:
    """Receive an event whose answer comes only after it was given up."""

    def receive(given: Inbound) -> int:
        gate.door.clear()
        received = turns.receive(LINES["kakao"], given)
        assert received is not None
        with ThreadPoolExecutor(1) as pool:
            working = pool.submit(turns.work, received.job)
            assert turns.store.give_up(received.turn) is None
            gate.door.set()
            working.result()
        return received.turn

    return receive


def test_a_late_answer_comes_with_the_next_message(
    late: Callable[[Inbound], int], press: Callable[[Inbound], Told | None], engine: Engine
) -> None:
    late(kakao())
    assert [one.state for one in rows(engine, OutboxRow)] == ["held"]

    told = press(kakao("안녕하세요"))

    assert [one[:8] for one in texts(told)] == ["네, 보조배터리", wording.GREETING[:8]]
    assert [one.state for one in rows(engine, OutboxRow)] == ["sent"]


def test_a_late_answer_can_be_asked_for_and_comes_once(
    late: Callable[[Inbound], int], press: Callable[[Inbound], Told | None]
) -> None:
    turn = late(kakao())
    ask = {"trigger": "QUICKREPLY_BUTTON_MESSAGE", "extra": {"action": "late", "turn": turn}}

    first, second = press(kakao("답변 확인", 1, **ask)), press(kakao("답변 확인", 2, **ask))

    assert [one[:8] for one in texts(first)] == ["네, 보조배터리"]
    assert texts(second) == [words.NOTHING_HELD]


def test_a_late_answer_is_called_back_where_that_was_offered(late: Callable[[Inbound], int], engine: Engine) -> None:
    late(kakao(callback=CALLBACK))

    (row,) = rows(engine, OutboxRow)
    assert (row.call, row.state, row.is_repeatable, row.is_held_if_lost) == ("callback", "waiting", True, True)
    assert row.expires_at - row.created_at <= timedelta(seconds=50)
    assert CALLBACK not in row.address


def test_an_answer_whose_asker_died_waits_for_the_next_message(turns: ChannelTurns, engine: Engine) -> None:
    turns.receive(LINES["kakao"], kakao())
    with transaction(engine) as session:
        session.execute(update(ChannelUserRow).values(leased_until=None))
        session.execute(update(ChannelEventRow).values(created_at=datetime.now(UTC) - timedelta(minutes=1)))

    turns.work_once()

    assert [one.state for one in rows(engine, OutboxRow)] == ["held"]


def test_the_rest_of_a_long_answer_is_given_at_a_press(press: Callable[[Inbound], Told | None]) -> None:
    first = press(kakao())
    assert first is not None

    more = press(kakao("이어서 보기", extra={"action": "more", "turn": first.said[-1].turn, "part": 1}))

    assert more == replace(first, part=1)


def test_a_button_of_long_ago_says_so(press: Callable[[Inbound], Told | None]) -> None:
    assert texts(press(kakao("이어서 보기", extra={"action": "more", "turn": 99, "part": 1}))) == [words.TOO_OLD]


# ---- people ---------------------------------------------------------------------------


def test_while_a_consultant_has_it_the_assistant_is_silent_and_says_so_once(
    press: Callable[[Inbound], Told | None], engine: Engine, toy_assistant: Assistant
) -> None:
    press(page("상담사 연결해 주세요"))
    toy_assistant.tickets.assign("OC-000001", "김상담")
    before = len(pushed(engine))

    for number in range(3):
        press(page("거기 계세요?", number))

    assert pushed(engine)[before:] == [words.WITH_CONSULTANT]
    assert [one.text for one in rows(engine, MessageRow) if one.role == "visitor"][1:] == ["거기 계세요?"] * 3
    toy_assistant.tickets.close("OC-000001")
    press(page(QUESTION))
    assert pushed(engine)[-1].startswith("네, 보조배터리는")


def test_where_silence_is_an_error_something_short_is_said(
    press: Callable[[Inbound], Told | None], toy_assistant: Assistant
) -> None:
    press(kakao("상담사 연결해 주세요"))
    toy_assistant.tickets.assign("OC-000001", "김상담")

    assert texts(press(kakao("하나"))) == [words.WITH_CONSULTANT]
    assert texts(press(kakao("둘"))) == [words.ADDED]


def test_while_the_platforms_people_have_it_nothing_is_said(
    press: Callable[[Inbound], Told | None], engine: Engine
) -> None:
    press(page(kind="handover", control="human"))
    press(page("사람에게 하는 말", standby=True))
    assert pushed(engine) == []

    press(page(kind="handover", control="bot", number=2))
    press(page(QUESTION))

    assert [one.text for one in rows(engine, MessageRow) if one.role == "visitor"] == ["사람에게 하는 말", QUESTION]
    assert len(pushed(engine)) == 1


def test_a_talk_given_to_our_desk_makes_a_ticket(
    press: Callable[[Inbound], Told | None], engine: Engine, toy_assistant: Assistant
) -> None:
    press(page("안녕하세요", standby=True, control="desk"))

    assert toy_assistant.tickets.count_open() == 1
    assert "OC-000001" in pushed(engine)[0]
    assert rows(engine, ConversationRow)[0].owner == "human"


def test_what_a_platform_wants_told_at_once_goes_first(press: Callable[[Inbound], Told | None], engine: Engine) -> None:
    press(page("typing"))

    assert rows(engine, OutboxRow)[0].call == "typing"


def test_a_changed_secret_loses_words_but_no_turn(engine: Engine, gate: Gate) -> None:
    old = ChannelTurns(gate, ChannelStore(engine, Seal("old")), LINES)
    received = old.receive(LINES["pager"], page(QUESTION))
    assert received is not None
    assert received.job is not None
    with transaction(engine) as session:
        session.execute(update(ChannelUserRow).values(leased_until=None))
    new = ChannelTurns(gate, ChannelStore(engine, Seal("new")), LINES)

    new.work_once()
    old.close()
    new.close()

    assert pushed(engine) == [words.NOT_TEXT]


def test_old_events_are_forgotten(press: Callable[[Inbound], Told | None], turns: ChannelTurns, engine: Engine) -> None:
    press(kakao())

    assert turns.store.prune(datetime.now(UTC) - timedelta(days=1)) == 0
    assert turns.store.prune(datetime.now(UTC) + timedelta(days=1)) == 1
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(ChannelEventRow)) == 0
