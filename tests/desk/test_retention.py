"""What is removed after a year, and what stays: no word of anybody, every figure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk_parts import Clock
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from assistant.channel_records import Inbound, Outgoing
from assistant.desk.audit import Audit, AuditQuery
from assistant.desk.retention import Retention, RetentionRounds
from assistant.errors import NotFoundError
from assistant.handover import TicketDraft
from assistant.records import Hit, MaskedText, Page, State
from assistant.seal import Seal
from assistant.settings import Settings
from assistant.store.channel_tables import ChannelEventRow, ChannelUserRow
from assistant.store.channel_users import ChannelStore
from assistant.store.conversations import ConversationStore
from assistant.store.database import transaction
from assistant.store.desk_tables import AttachmentRow, NoteRow, ReferralRow
from assistant.store.outbox import Origin, enqueue
from assistant.store.tables import ConversationRow, MessageRow, TicketRow
from assistant.store.tickets import TicketStore
from assistant.store.visits import VisitStore

WORD = "비밀스러운말"
"""Stands in everything that somebody wrote; afterwards it must be nowhere in the database."""

REPLY = {
    "text": f"{WORD} 답",
    "decision": "answer",
    "reason": "sure",
    "article_id": "kc-power-bank",
    "confidence": 0.93,
    "took_ms": 21.0,
    "understanding": {
        "intent": "ask_scope",
        "intent_confidence": 0.9,
        "field": "domestic",
        "sector": "electrical",
        "by": "builtin",
        "entities": [
            {"type": "item", "value": "power_bank", "text": f"{WORD} 배터리", "start": 0, "end": 3},
            {"type": "number", "value": WORD, "text": WORD, "start": 0, "end": 3},
        ],
    },
}
LATER = datetime.now(UTC) + timedelta(days=366)


@pytest.fixture
def retention(engine: Engine) -> Retention:
    """Sees the day a year and a day from now."""
    return Retention(engine, Settings(), Clock(LATER))


def draft(conversation_id: str) -> TicketDraft:
    slots = {"question": f"{WORD} 질문", "item": "power_bank", "country": "jp", "properties": {"x": WORD}}
    hits = (Hit("kc-power-bank", "보조배터리 KC 인증이 필요한가요?", 0.9),)
    due = datetime.now(UTC) + timedelta(hours=48)
    return TicketDraft(conversation_id, "denied", "domestic", "electrical", due, slots, hits, (("visitor", WORD),))


def converse(engine: Engine, *, ticket: str = "") -> str:
    """Hold a conversation on the widget, with a ticket in a state if wanted; return its id."""
    visits, conversations, tickets = VisitStore(engine), ConversationStore(engine), TicketStore(engine)
    visits.arrive("v" * 32, "https://shop.example", Page(title=WORD))
    visits.consent("v" * 32, True)
    conversation_id = visits.begin("v" * 32)
    accepted = conversations.accept(MaskedText(f"{WORD} 질문"), conversation_id, "m1", "widget", Page(title=WORD))
    made = draft(conversation_id) if ticket else None
    conversations.finish(accepted, State(question=WORD, item="power_bank"), made, lambda _: dict(REPLY))
    with Session(engine) as session:
        reply_id = session.query(MessageRow.id).filter_by(role="assistant").scalar()
    visits.rate("v" * 32, reply_id, "down", f"{WORD} 별로")
    if ticket:
        tickets.leave_contact("1", f"{WORD}@example.com")
        add_work(engine)
    if ticket in ("answered", "closed"):
        tickets.answer("1", "이상담", f"{WORD} 답변")
    if ticket == "closed":
        tickets.close("1")
    return conversation_id


def add_work(engine: Engine) -> None:
    now = datetime.now(UTC)
    with transaction(engine) as session:
        session.add(NoteRow(number=1, person_id=1, person="이상담", text=f"{WORD} 메모", created_at=now))
        session.add(ReferralRow(number=1, agency_id="kita", person_id=1, text=WORD, reply=WORD, sent_at=now))
        data = {"name": f"{WORD}.txt", "media_type": "text/plain", "size": 9, "data": WORD.encode(), "created_at": now}
        session.add(AttachmentRow(id="a" * 32, number=1, person_id=1, **data))
        session.connection().execute(text("UPDATE tickets SET question = :word"), {"word": WORD})


def everything(engine: Engine) -> str:
    """Every value of every table, as text."""
    from assistant.store.tables import Base

    with engine.connect() as connection:
        rows = [tuple(row) for table in Base.metadata.sorted_tables for row in connection.execute(table.select())]
    return "\n".join(
        str([one.decode("utf-8", "replace") if isinstance(one, bytes) else one for one in row]) for row in rows
    )


def figures(engine: Engine) -> dict[str, Any]:
    """What statistics are made of."""
    with Session(engine) as session:
        ticket = session.get_one(TicketRow, 1)
        reply = session.query(MessageRow).filter_by(role="assistant").one()
        label = {name: REPLY["understanding"][name] for name in ("intent", "field", "sector")}  # type: ignore[index]
        assert {name: reply.reply["understanding"][name] for name in label} == label  # type: ignore[index]
        return {
            "messages": [(one.role, one.created_at) for one in session.query(MessageRow).order_by(MessageRow.id)],
            "reply": {name: reply.reply[name] for name in ("decision", "reason", "article_id", "confidence")},  # type: ignore[index]
            "item": [one["value"] for one in reply.reply["understanding"]["entities"] if one["type"] == "item"],  # type: ignore[index]
            "ticket": (ticket.reason, ticket.field, ticket.sector, ticket.created_at, ticket.answered_at),
            "slots": (ticket.slots["item"], ticket.slots["country"]),
            "hits": [hit["article_id"] for hit in ticket.hits],
            "ratings": session.execute(text("SELECT message_id, score FROM ratings")).all(),
            "referred": session.execute(text("SELECT number, agency_id FROM referrals")).all(),
        }


@pytest.mark.parametrize("state", ["answered", "closed"])
def test_after_a_year_no_word_is_left_and_every_figure_is(engine: Engine, retention: Retention, state: str) -> None:
    conversation_id = converse(engine, ticket=state)
    before = figures(engine)
    assert everything(engine).count(WORD) >= 10

    removed = retention.remove()

    assert removed.conversations == 1
    assert WORD not in everything(engine)
    assert figures(engine) == before
    assert TicketStore(engine).get("1").state == "closed"
    with pytest.raises(NotFoundError):
        ConversationStore(engine).messages(conversation_id)


def test_a_conversation_without_a_ticket_is_emptied_too(engine: Engine, retention: Retention) -> None:
    converse(engine)

    assert (retention.due(), retention.remove().conversations, retention.due()) == (1, 1, 0)
    assert WORD not in everything(engine)


@pytest.mark.parametrize("days", [1, 300, 364])
def test_nothing_is_removed_before(engine: Engine, days: int) -> None:
    converse(engine, ticket="closed")
    early = Retention(engine, Settings(), Clock(datetime.now(UTC) + timedelta(days=days)))

    assert early.remove().conversations == 0
    assert everything(engine).count(WORD) >= 10


def test_the_days_are_a_setting(engine: Engine) -> None:
    converse(engine, ticket="closed")
    sooner = Retention(engine, Settings(retention_days=30), Clock(datetime.now(UTC) + timedelta(days=31)))

    assert sooner.remove().conversations == 1


@pytest.mark.parametrize("state", ["open", "assigned"])
def test_who_waits_for_an_answer_is_not_forgotten(engine: Engine, retention: Retention, state: str) -> None:
    converse(engine, ticket="open")
    if state == "assigned":
        TicketStore(engine).assign("1", "이상담")

    assert retention.remove().conversations == 0


def test_a_conversation_that_goes_on_is_kept(engine: Engine, retention: Retention) -> None:
    conversation_id = converse(engine)
    with transaction(engine) as session:
        row = session.query(MessageRow).filter_by(role="visitor").one()
        row.created_at = LATER - timedelta(days=10)

    assert retention.remove().conversations == 0
    assert ConversationStore(engine).messages(conversation_id)


def test_the_visitor_starts_anew_and_has_agreed_to_nothing(engine: Engine, retention: Retention) -> None:
    conversation_id = converse(engine, ticket="closed")

    retention.remove()

    visit = VisitStore(engine).visit("v" * 32)
    assert (visit.conversation_id, visit.has_consented, visit.erasures, visit.page) == (None, False, 1, None)
    assert VisitStore(engine).begin("v" * 32) != conversation_id


def test_a_messenger_user_goes_on_in_a_new_conversation(engine: Engine, retention: Retention) -> None:
    channels = ChannelStore(engine, Seal("s"))
    received = channels.receive(Inbound("line", "u" * 64, "e1", "typed", text=WORD, address={"to": WORD}))
    assert received.job
    with transaction(engine) as session:
        user = session.get_one(ChannelUserRow, received.job.user_id)
        old = user.conversation_id
        event = session.get_one(ChannelEventRow, received.job.turn)
        event.state, event.said, user.worker, user.leased_until = "done", [{"text": WORD}], "", None
        now = datetime.now(UTC)
        enqueue(
            session, Origin(user.id, "line", "event:1", "assistant", "sealed"), [Outgoing("push", {"text": WORD})], now
        )
        session.connection().exec_driver_sql("UPDATE outbox SET state = 'sent'")
    ConversationStore(engine).accept(MaskedText(WORD), old, "m1", "line")

    assert retention.remove().conversations == 1
    assert WORD not in everything(engine)
    with Session(engine) as session:
        user = session.query(ChannelUserRow).one()
        assert session.get_one(ConversationRow, old).erased_at
        assert (user.conversation_id != old, user.address) == (True, "")
        assert session.get_one(ConversationRow, user.conversation_id).erased_at is None
    again = channels.receive(Inbound("line", "u" * 64, "e2", "typed", text="다시"))
    assert again.job
    assert ConversationStore(engine).accept(MaskedText("다시"), again.job.conversation_id, "m2", "line").id
    assert replace(removed := retention.remove(), audit_lines=0).conversations == 0, removed


def test_a_round_is_noted_and_a_second_finds_nothing(engine: Engine, retention: Retention) -> None:
    converse(engine, ticket="closed")

    retention.remove()
    retention.remove()

    lines = Audit(engine).page(AuditQuery(action="retain")).lines
    assert [line.detail for line in lines] == [{"conversations": 1, "audit_lines": 0}]


def test_what_a_visitor_erases_takes_notes_and_files_along(engine: Engine) -> None:
    converse(engine, ticket="answered")

    VisitStore(engine).erase("v" * 32)

    assert WORD not in everything(engine)
    assert "power_bank" not in everything(engine).replace("kc-power-bank", "")


def test_the_daily_round_stops_when_told(engine: Engine, retention: Retention) -> None:
    rounds = RetentionRounds(retention)
    rounds.start()

    rounds.stop()
    rounds.join(5)

    assert not rounds.is_alive()
