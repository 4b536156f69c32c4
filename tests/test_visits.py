"""Visitors of the widget over both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders import at_once, draft
from sqlalchemy import Engine, Table, insert, select
from sqlalchemy.orm import Session

from assistant.errors import ConflictError, NotFoundError, RateLimitedError, UnauthorizedError
from assistant.records import Label, MaskedText, Page, Reply, State, Ticket, Understanding
from assistant.store.conversations import Accepted, ConversationStore
from assistant.store.tables import Base, MessageRow
from assistant.store.tickets import TicketStore
from assistant.store.visit_news import Cursor, NewsDesk
from assistant.store.visit_tables import ConsentRow, RatingRow, VisitorRow
from assistant.store.visits import MESSAGES_AT_ONCE, VisitStore
from assistant.wire import reply_json

SITE = "https://shop.example"
SECRETS = ("보조배터리", "답이에요", "연락", "a@b.kr", "별로", "상담사의 말", "곰인형")
"""What the conversation below holds somewhere, and no table may hold after its erasure."""


@pytest.fixture
def visits(engine: Engine) -> VisitStore:
    store = VisitStore(engine)
    for name in ("me", "you"):
        store.arrive(name, SITE)
    return store


@pytest.fixture
def desk(engine: Engine) -> NewsDesk:
    return NewsDesk(engine)


Talk = Callable[..., Accepted]


@pytest.fixture
def talk(visits: VisitStore, conversations: ConversationStore) -> Talk:
    """Send a message as somebody and have it answered."""

    def turn(text: str = "보조배터리 인증", who: str = "me", hands_over: bool = False, **more: Any) -> Accepted:
        conversation = visits.begin(who)
        accepted = conversations.accept(MaskedText(text), conversation, more.get("client_id"), page=more.get("page"))
        made = draft(conversation, transcript=(("visitor", text),), slots={"question": text}) if hands_over else None
        conversations.finish(accepted, State(question=text), made, lambda ticket: say(conversation, ticket))
        return accepted

    return turn


def say(conversation: str, ticket: Ticket | None) -> dict[str, Any]:
    label = Label("ask_scope", 0.9)
    said = Reply(conversation, "answer", "answered", "답이에요.", understanding=Understanding(label, label, label))
    return reply_json(said) | {"ticket": {"id": ticket.id} if ticket else None}


def reply_number(desk: NewsDesk, who: str = "me") -> int:
    return desk.whole(who).lines[-1].id


# ---- visitors and their conversation --------------------------------------------------


def test_who_never_came_is_unknown(visits: VisitStore, desk: NewsDesk) -> None:
    for ask in (visits.visit, visits.begin, visits.erase, desk.whole):
        with pytest.raises(UnauthorizedError):
            ask("nobody")


def test_a_visitor_who_comes_again_keeps_the_conversation(visits: VisitStore) -> None:
    conversation = visits.begin("me")

    assert visits.arrive("me", SITE).conversation_id == conversation


def test_a_page_is_kept_masked_and_without_what_stands_behind_its_address(visits: VisitStore) -> None:
    page = Page("https://shop.example/p/1?user=kim#x", "문의 010-1234-5678", "곰인형")

    assert visits.arrive("me", SITE, page).page == Page("https://shop.example/p/1", "문의 [전화번호]", "곰인형")


def test_first_messages_at_once_share_one_conversation(visits: VisitStore) -> None:
    assert len(set(at_once(*[lambda: visits.begin("me")] * 6))) == 1


def test_too_many_messages_at_once_are_refused(visits: VisitStore) -> None:
    results = at_once(*[lambda: visits.begin("me")] * (MESSAGES_AT_ONCE + 5))
    refused = [one for one in results if isinstance(one, RateLimitedError)]

    assert len(refused) == 5
    assert all(1 <= one.retry_after <= 10 and one.code == "too_many" for one in refused)
    assert visits.begin("you")


def test_a_reply_is_found_by_the_id_of_its_message(visits: VisitStore, talk: Talk, desk: NewsDesk) -> None:
    accepted = talk(client_id="m1")
    found = visits.replied(accepted.conversation.id, "m1")

    assert found is not None
    assert (found.id, found.reply["text"]) == (reply_number(desk), "답이에요.")
    assert visits.replied(accepted.conversation.id, "m2") is None


def test_who_wrote_nothing_is_forgotten_when_the_token_is_over(visits: VisitStore) -> None:
    visits.begin("me")

    assert visits.prune(datetime.now(UTC)) == 0
    assert visits.prune(datetime.now(UTC) + timedelta(days=32)) == 1
    assert visits.visit("me").conversation_id


# ---- consent and ratings --------------------------------------------------------------


def test_consent_taken_back_deletes_the_contact(visits: VisitStore, talk: Talk, tickets: TicketStore) -> None:
    talk(hands_over=True)
    visits.consent("me", True)
    tickets.leave_contact("OC-000001", "a@b.kr")
    assert (visits.visit("me").has_consented, tickets.get("OC-000001").contact) == (True, "a@b.kr")

    visits.consent("me", False)
    assert (visits.visit("me").has_consented, tickets.get("OC-000001").contact) == (False, "")


def test_a_contact_left_while_consent_was_taken_back_is_deleted(
    visits: VisitStore, talk: Talk, tickets: TicketStore
) -> None:
    talk(hands_over=True)
    tickets.leave_contact("OC-000001", "a@b.kr")

    visits.uphold_consent("me")

    assert tickets.get("OC-000001").contact == ""


def test_every_change_of_consent_is_a_row(visits: VisitStore, engine: Engine) -> None:
    for is_given in (True, True, False, True):
        visits.consent("me", is_given)

    with Session(engine) as session:
        assert list(session.scalars(select(ConsentRow.is_given).order_by(ConsentRow.id))) == [True, False, True]


def test_a_second_rating_replaces_the_first(visits: VisitStore, talk: Talk, desk: NewsDesk, engine: Engine) -> None:
    talk()
    visits.rate("me", reply_number(desk), "up", "")
    visits.rate("me", reply_number(desk), "down", "별로, 010-1234-5678로 연락 주세요")

    with Session(engine) as session:
        (row,) = session.scalars(select(RatingRow))
        assert (row.score, row.comment) == ("down", "별로, [전화번호]로 연락 주세요")


@pytest.mark.parametrize("number", [0, 9_999_999_999])
def test_a_reply_that_is_not_there_cannot_be_rated(visits: VisitStore, talk: Talk, number: int) -> None:
    talk()
    with pytest.raises(NotFoundError):
        visits.rate("me", number, "up", "")


def test_what_is_not_theirs_or_no_reply_cannot_be_rated(visits: VisitStore, talk: Talk, desk: NewsDesk) -> None:
    asked = talk()
    talk(who="you")
    for number in (asked.id, reply_number(desk, "you")):
        with pytest.raises(NotFoundError):
            visits.rate("me", number, "up", "")


# ---- news -----------------------------------------------------------------------------


def test_news_are_what_came_behind_the_cursor(talk: Talk, desk: NewsDesk) -> None:
    talk()
    seen = desk.news("me", Cursor())
    talk("비용은요?")

    assert [line.text for line in seen.lines] == ["보조배터리 인증", "답이에요."]
    assert [line.text for line in desk.news("me", seen.cursor).lines] == ["비용은요?", "답이에요."]


def test_nobody_sees_the_conversation_of_another(talk: Talk, desk: NewsDesk) -> None:
    talk()

    assert desk.whole("you").lines == ()


def test_a_turn_under_way_is_told(visits: VisitStore, conversations: ConversationStore, desk: NewsDesk) -> None:
    accepted = conversations.accept(MaskedText("인증"), visits.begin("me"), None)
    assert desk.whole("me").standing.is_working

    conversations.finish(accepted, State(), None, lambda ticket: say("c", ticket))
    assert not desk.whole("me").standing.is_working


def test_a_consultant_is_told(talk: Talk, desk: NewsDesk, tickets: TicketStore) -> None:
    talk(hands_over=True)
    waiting = desk.whole("me").standing
    tickets.assign("OC-000001", "김상담")
    joined = desk.whole("me").standing

    assert (waiting.owner, waiting.ticket and waiting.ticket.state) == ("queue", "open")
    assert (joined.owner, joined.ticket and joined.ticket.state) == ("human", "assigned")


def test_a_stamp_changes_with_everything_that_is_news(
    visits: VisitStore, talk: Talk, desk: NewsDesk, tickets: TicketStore, conversations: ConversationStore
) -> None:
    stamps = [desk.stamps(["me", "nobody"])]
    for step in (
        lambda: conversations.accept(MaskedText("인증"), visits.begin("me"), None),
        lambda: talk(hands_over=True),
        lambda: tickets.assign("OC-000001", "김상담"),
        lambda: tickets.answer("OC-000001", "김상담", "상담사의 말"),
        lambda: tickets.close("OC-000001"),
        lambda: visits.erase("me"),
    ):
        step()
        stamps.append(desk.stamps(["me", "nobody"]))

    assert all(set(one) == {"me"} for one in stamps)
    assert len({one["me"] for one in stamps}) == len(stamps)


def test_a_long_conversation_comes_whole(visits: VisitStore, desk: NewsDesk, engine: Engine) -> None:
    conversation = visits.begin("me")
    row = {"conversation_id": conversation, "role": "visitor", "is_settled": True, "created_at": datetime.now(UTC)}
    with Session(engine) as session, session.begin():
        session.execute(insert(MessageRow), [{**row, "text": f"질문 {number}"} for number in range(401)])

    assert [line.text for line in desk.whole("me").lines] == [f"질문 {number}" for number in range(401)]


# ---- erasure --------------------------------------------------------------------------


@pytest.fixture
def erased(visits: VisitStore, talk: Talk, desk: NewsDesk, tickets: TicketStore) -> Accepted:
    """A conversation with everything that one can hold, erased."""
    visits.arrive("me", SITE, Page(product="곰인형"))
    visits.consent("me", True)
    talk(client_id="m1", page=Page(product="곰인형"), hands_over=True)
    visits.rate("me", reply_number(desk), "down", "별로")
    tickets.leave_contact("OC-000001", "a@b.kr")
    tickets.answer("OC-000001", "김상담", "상담사의 말")
    accepted = talk("보조배터리 또 연락", hands_over=True)
    visits.erase("me")
    return accepted


def test_no_text_is_left_in_any_table(erased: Accepted, engine: Engine) -> None:
    with engine.connect() as connection:
        tables: list[Table] = Base.metadata.sorted_tables
        rows = str([row for table in tables for row in connection.execute(select(table))])

    assert [word for word in SECRETS if word in rows] == []


def test_no_text_is_left_in_the_file(
    visits: VisitStore, talk: Talk, request: pytest.FixtureRequest, engine: Engine
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("a server's files are its own matter")
    talk("아주 은밀한 질문")
    visits.erase("me")
    name = str(engine.url.database)
    engine.dispose()

    with open(name, "rb") as file:
        assert "은밀한".encode() not in file.read()


def test_figures_stay(erased: Accepted, visits: VisitStore, engine: Engine) -> None:
    with Session(engine) as session:
        replies = [row["reply"] for row in session.execute(select(Base.metadata.tables["messages"])).mappings()]
        scores = session.scalars(select(RatingRow.score)).all()

    assert [one["understanding"]["intent"] for one in replies if one and "understanding" in one] == ["ask_scope"] * 2
    assert scores == ["down"]


def test_an_open_ticket_is_withdrawn(erased: Accepted, tickets: TicketStore) -> None:
    found = [(one.state, one.is_withdrawn) for one in sorted(tickets.listed(), key=lambda one: one.id)]

    assert found == [("closed", False), ("closed", True)]
    assert tickets.count_open() == 0
    with pytest.raises(ConflictError):
        tickets.answer("OC-000002", "김상담", "상담사의 말")


def test_a_contact_that_comes_too_late_is_not_kept(erased: Accepted, tickets: TicketStore) -> None:
    assert tickets.leave_contact("OC-000002", "a@b.kr").contact == ""


def test_an_erased_conversation_is_not_there(erased: Accepted, conversations: ConversationStore) -> None:
    conversation = erased.conversation.id
    for ask in (
        lambda: conversations.messages(conversation),
        lambda: conversations.conversation(conversation),
        lambda: conversations.accept(MaskedText("또"), conversation, None),
    ):
        with pytest.raises(NotFoundError):
            ask()


def test_the_next_message_starts_anew_and_asks_for_consent_again(erased: Accepted, visits: VisitStore) -> None:
    assert not visits.visit("me").has_consented
    assert visits.begin("me") != erased.conversation.id


def test_a_turn_under_way_writes_nothing_into_what_is_erased(
    visits: VisitStore, conversations: ConversationStore, engine: Engine
) -> None:
    accepted = conversations.accept(MaskedText("보조배터리"), visits.begin("me"), None)
    visits.erase("me")

    with pytest.raises(ConflictError):
        conversations.finish(accepted, State(question="보조배터리"), None, lambda ticket: say("c", ticket))
    with pytest.raises(NotFoundError):
        conversations.reload(accepted)
    assert conversations.unanswered(datetime.now(UTC) + timedelta(minutes=1)) == []


def test_who_had_read_the_erased_conversation_is_told(visits: VisitStore, talk: Talk, desk: NewsDesk) -> None:
    talk()
    seen = desk.whole("me").cursor
    visits.erase("me")
    talk("새 질문")
    news = desk.news("me", seen)

    assert news.was_erased
    assert [line.text for line in news.lines] == ["새 질문", "답이에요."]
    assert not desk.news("me", news.cursor).was_erased


def test_without_a_conversation_there_is_nothing_to_erase(visits: VisitStore, engine: Engine) -> None:
    assert visits.erase("me") is False
    with Session(engine) as session:
        assert session.get_one(VisitorRow, "me").erasures == 0
