import threading
from datetime import UTC, datetime, timedelta

import pytest
from kakao import BOT, KEYS, USER, inbound, skill_payload
from messenger_parts import SEAL, arrived, change, states
from pager import Pager
from platform_standin import Standin
from sqlalchemy import Engine, update

from assistant.channel_records import Inbound, Said
from assistant.channel_turn import ChannelTurns, Line
from assistant.channels.base import notice
from assistant.channels.kakao import Kakao
from assistant.channels.kakao_consult import KakaoConsult
from assistant.deliver import Deliverer, Rounds, back_off
from assistant.errors import UpstreamError
from assistant.store.channel_scan import ChannelScan
from assistant.store.channel_tables import ChannelMarkRow
from assistant.store.channel_users import ChannelStore, Done, Told
from assistant.store.database import reading, transaction
from assistant.store.outbox import Outbox
from assistant.store.tables import ConversationRow, MessageRow

# ---- Kakao ----------------------------------------------------------------------------


def _late(engine: Engine, standin: Standin, token: str) -> None:
    keys = {**KEYS, "url": standin.url}
    given = inbound(skill_payload(callback=f"{standin.url}/callback?token={token}"), keys, **{"x-request-id": token})
    store = ChannelStore(engine, SEAL)
    received = store.receive(given)
    assert received.job is not None
    assert store.give_up(received.turn) is None
    said = Said(notice("늦은 답이에요.", "article"), received.turn)
    store.finish(received.job, Done(Told((said,)), lambda _: Kakao().late(said, given), timedelta(seconds=4)))


def test_a_callback_is_made_after_a_moment_and_once(
    engine: Engine, deliverer: Deliverer, outbox: Outbox, standin: Standin
) -> None:
    _late(engine, standin, "t1")
    assert deliverer.work_once() == 0  # it has not settled
    change(engine, next_try_at=datetime.now(UTC))

    deliverer.work_once()

    (arrived,) = standin.arrived
    assert arrived["template"]["outputs"] == [{"simpleText": {"text": "늦은 답이에요."}}]
    assert states(outbox) == ["sent"]


@pytest.mark.parametrize("how", ["refused", "expired"])
def test_a_callback_that_fails_is_held_for_the_next_message(
    engine: Engine, deliverer: Deliverer, outbox: Outbox, standin: Standin, how: str
) -> None:
    _late(engine, standin, "t1")
    change(engine, next_try_at=datetime.now(UTC))
    if how == "expired":
        change(engine, expires_at=datetime.now(UTC))
    else:
        standin.used.add("/callback?token=t1")

    deliverer.work_once()

    assert (standin.arrived, states(outbox)) == ([], ["held"])


def test_a_callback_that_may_have_arrived_is_not_said_twice(
    engine: Engine, deliverer: Deliverer, outbox: Outbox, standin: Standin
) -> None:
    _late(engine, standin, "t1")
    change(engine, next_try_at=datetime.now(UTC))
    standin.answers = ["hang up"]

    deliverer.work_once()
    deliverer.work_once()

    assert len(standin.arrived) == 1
    assert states(outbox) == ["uncertain"]


# ---- consultants ----------------------------------------------------------------------


def test_a_consultants_answer_is_sent_once(deliverer: Deliverer, put, answer, standin: Standin) -> None:
    put("하나", speaker="notice")
    answer()

    deliverer.work_once()
    deliverer.work_once()

    assert arrived(standin) == ["하나", "상담사의 답이에요."]


def test_no_answer_is_missed_however_ids_and_ends_lie(
    engine: Engine, deliverer: Deliverer, put, answer, standin: Standin
) -> None:
    put("하나", speaker="notice")
    answer("먼저 쓴 답이에요.")
    answer("나중에 쓴 답이에요.")
    with transaction(engine) as session:  # as if it had ended only later
        early = session.query(MessageRow).filter_by(role="consultant").order_by(MessageRow.id).first()
        kept = {"conversation_id": early.conversation_id, "text": early.text, "created_at": early.created_at}
        number = early.id
        session.delete(early)
    deliverer.work_once()
    with transaction(engine) as session:
        session.add(MessageRow(id=number, role="consultant", is_settled=True, **kept))

    for _ in range(2):
        deliverer.work_once()

    assert arrived(standin) == ["하나", "나중에 쓴 답이에요.", "먼저 쓴 답이에요."]


def test_what_was_looked_through_is_not_looked_through_again(
    engine: Engine, deliverer: Deliverer, put, answer, standin: Standin
) -> None:
    put("하나", speaker="notice")
    answer()
    deliverer.work_once()
    with transaction(engine) as session:
        session.execute(update(MessageRow).values(created_at=datetime.now(UTC) - timedelta(hours=2)))

    deliverer.work_once()

    with reading(engine) as session:
        assert session.query(ChannelMarkRow.value).scalar() == 1
    answer("새 답이에요.")
    deliverer.work_once()
    assert arrived(standin)[-1] == "새 답이에요."


def test_a_channel_that_was_off_has_its_answers_later(
    engine: Engine, deliverer: Deliverer, put, answer, standin: Standin
) -> None:
    put("하나", speaker="notice")
    answer()
    with transaction(engine) as session:
        session.execute(update(MessageRow).values(created_at=datetime.now(UTC) - timedelta(hours=2)))
    off = Deliverer(Outbox(engine, back_off), ChannelScan(engine), {}, SEAL)
    off.work_once()
    off.close()

    for _ in range(2):
        deliverer.work_once()

    assert "상담사의 답이에요." in arrived(standin)


def test_on_kakao_an_answer_is_held_and_the_event_tells_of_it(
    deliverer: Deliverer, outbox: Outbox, put, answer, standin: Standin
) -> None:
    put("하나", channel="kakao", user=USER, call="held")
    answer()

    deliverer.work_once()

    (told,) = standin.arrived
    assert told["path"] == f"/v2/bots/{BOT}/talk"
    assert told["event"] == {"name": "ticket_answered"}
    assert states(outbox) == ["held", "held", "sent"]


def test_a_talk_ends_when_its_ticket_is_closed(engine: Engine, outbox: Outbox, standin: Standin) -> None:
    keys = {"url": standin.url, "id": "i", "secret": "s", "path": "p"}
    deliverer = Deliverer(outbox, ChannelScan(engine), {"kakao_consult": Line(KakaoConsult(), keys)}, SEAL)
    address = {"user_key": "u-1", "sender_key": "k" * 40}
    store = ChannelStore(engine, SEAL)
    store.receive(Inbound("kakao_consult", "u" * 64, "e1", "handover", address=address))
    store.stand_by(1, True)
    deliverer.work_once()
    assert standin.arrived == []

    with transaction(engine) as session:
        session.execute(update(ConversationRow).values(owner="bot"))  # what closing its tickets does
    for _ in range(3):
        deliverer.work_once()

    deliverer.close()
    assert standin.arrived == [{"path": "/v1/chat/end", **address}]


# ---- the thread -----------------------------------------------------------------------


def test_rounds_go_on_whatever_happens() -> None:
    over, said = threading.Event(), iter([UpstreamError("away"), RuntimeError("broken"), 1, 0])
    wake = threading.Event()

    def work() -> int:
        step = next(said, None)
        if step is None:
            over.set()
            return 0
        wake.set()
        if isinstance(step, Exception):
            raise step
        return step

    rounds = Rounds([work], wake, pause_s=0.01)
    rounds.start()

    assert over.wait(20)
    rounds.stop()
    rounds.join(20)
    assert not rounds.is_alive()


def test_turns_and_deliveries_meet(engine: Engine, deliverer: Deliverer, toy_assistant, standin: Standin) -> None:
    line = Line(Pager(), {"secret": "s", "url": standin.url})
    turns = ChannelTurns(toy_assistant, ChannelStore(engine, SEAL), {"pager": line})
    one = {"user": "u9", "id": "e1", "text": "보조배터리는 KC 인증을 받아야 하나요?"}
    received = turns.receive(line, Pager()._inbound(one))
    assert received is not None

    turns.start(received)
    turns.close()
    deliverer.work_once()

    assert [one["to"] for one in standin.arrived] == ["u9"]
