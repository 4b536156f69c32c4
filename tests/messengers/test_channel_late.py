from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kakao import CALLBACK
from messenger_parts import LINES, QUESTION, Gate, kakao, page, pushed, rows, texts
from sqlalchemy import Engine, func, select, update

from assistant import channel_wording as words
from assistant import wording
from assistant.channel_records import Inbound
from assistant.channel_turn import ChannelTurns
from assistant.seal import Seal
from assistant.store.channel_tables import ChannelEventRow, ChannelUserRow, OutboxRow
from assistant.store.channel_users import ChannelStore, Told
from assistant.store.database import reading, transaction
from assistant.store.tables import ConversationRow, MessageRow
from assistant.turn import Assistant

# ---- late answers ---------------------------------------------------------------------


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


def test_an_answer_that_went_out_late_is_not_also_the_response(turns: ChannelTurns, engine: Engine) -> None:
    received = turns.receive(LINES["kakao"], kakao(callback=CALLBACK))
    assert received is not None
    with transaction(engine) as session:
        session.execute(update(ChannelEventRow).values(created_at=datetime.now(UTC) - timedelta(minutes=1)))

    turns.work(received.job)

    assert [one.call for one in rows(engine, OutboxRow)] == ["callback"]
    assert turns.store.give_up(received.turn) is None


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
