"""Tickets over both databases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from builders import NOON, at_once, draft, hit, speak

from assistant.errors import BadInputError, ConflictError, NotFoundError
from assistant.records import MaskedText, State, Ticket
from assistant.store.conversations import ConversationStore
from assistant.store.tickets import TicketStore, ticket_id, ticket_number

TEXT = MaskedText("보조배터리 인증")


@pytest.fixture
def open_ticket(conversations: ConversationStore, tickets: TicketStore) -> Ticket:
    """A ticket of a conversation of its own."""
    accepted = conversations.accept(TEXT, None, None)
    conversations.finish(accepted, State(), draft(accepted.conversation.id), speak)
    found = tickets.of_conversation(accepted.conversation.id)
    assert found is not None
    return found


def test_a_ticket_is_made_with_its_turn(conversations: ConversationStore, open_ticket: Ticket) -> None:
    conversation = conversations.conversation(open_ticket.conversation_id)

    assert (open_ticket.id, open_ticket.state) == ("OC-000001", "open")
    assert (conversation.state.ticket, conversation.owner) == ("OC-000001", "queue")


def test_a_ticket_comes_back_whole(conversations: ConversationStore, tickets: TicketStore) -> None:
    accepted = conversations.accept(TEXT, None, None)
    made = draft(
        accepted.conversation.id, slots={"item": "doll"}, hits=(hit("a", 0.5),), transcript=(("visitor", "네"),)
    )
    conversations.finish(accepted, State(), made, speak)

    found = tickets.get("OC-000001")

    assert (found.slots, found.hits, found.transcript) == ({"item": "doll"}, (hit("a", 0.5),), (("visitor", "네"),))
    assert found.due_at == NOON
    assert found.due_at.tzinfo is not None


def test_a_ticket_goes_from_open_to_closed(
    conversations: ConversationStore, tickets: TicketStore, open_ticket: Ticket
) -> None:
    def owner() -> str:
        return conversations.conversation(open_ticket.conversation_id).owner

    steps = [(open_ticket.state, owner())]
    for step in (
        lambda: tickets.assign(open_ticket.id, "김상담"),
        lambda: tickets.answer(open_ticket.id, "김상담", " 받으면 돼요. "),
        lambda: tickets.close(open_ticket.id),
    ):
        steps.append((step().state, owner()))

    assert steps == [("open", "queue"), ("assigned", "human"), ("answered", "human"), ("closed", "bot")]


def test_an_answer_becomes_a_message_of_the_conversation(
    conversations: ConversationStore, tickets: TicketStore, open_ticket: Ticket
) -> None:
    answered = tickets.answer(open_ticket.id, "김상담", " 받으면 돼요. ")

    last = conversations.messages(open_ticket.conversation_id)[-1]
    assert (last.role, last.text) == ("consultant", "받으면 돼요.")
    assert (answered.answer, answered.consultant) == ("받으면 돼요.", "김상담")
    assert answered.answered_at is not None


def test_a_second_consultant_is_refused(tickets: TicketStore, open_ticket: Ticket) -> None:
    tickets.assign(open_ticket.id, "김상담")

    for attempt in (
        lambda: tickets.assign(open_ticket.id, "이상담"),
        lambda: tickets.answer(open_ticket.id, "이상담", "제가요"),
    ):
        with pytest.raises(ConflictError, match="김상담"):
            attempt()

    assert tickets.assign(open_ticket.id, "김상담").consultant == "김상담"


def test_of_many_consultants_at_once_one_has_the_ticket(tickets: TicketStore, open_ticket: Ticket) -> None:
    names = [f"상담사 {number}" for number in range(6)]

    results = at_once(*[lambda name=name: tickets.assign(open_ticket.id, name) for name in names])

    winners = [one.consultant for one in results if isinstance(one, Ticket)]
    assert winners == [tickets.get(open_ticket.id).consultant]
    assert sum(isinstance(one, ConflictError) for one in results) == 5


def test_an_answered_ticket_is_not_taken_by_another(tickets: TicketStore, open_ticket: Ticket) -> None:
    tickets.answer(open_ticket.id, "김상담", "받으면 돼요.")

    with pytest.raises(ConflictError):
        tickets.assign(open_ticket.id, "이상담")
    assert tickets.assign(open_ticket.id, "김상담").state == "answered"


def test_a_closed_ticket_stays_closed(tickets: TicketStore, open_ticket: Ticket) -> None:
    closed = tickets.close(open_ticket.id)

    for attempt in (
        lambda: tickets.assign(open_ticket.id, "김상담"),
        lambda: tickets.answer(open_ticket.id, "김상담", "늦었네요"),
    ):
        with pytest.raises(ConflictError):
            attempt()
    assert tickets.close(open_ticket.id).closed_at == closed.closed_at


def test_closing_an_old_ticket_again_leaves_the_new_one_to_its_consultant(
    conversations: ConversationStore, tickets: TicketStore, open_ticket: Ticket
) -> None:
    conversation = open_ticket.conversation_id
    tickets.close(open_ticket.id)
    conversations.finish(conversations.accept(TEXT, conversation, None), State(), draft(conversation), speak)
    tickets.assign("OC-000002", "김상담")

    tickets.close(open_ticket.id)

    assert conversations.conversation(conversation).owner == "human"


def test_closing_one_of_two_tickets_leaves_the_conversation_to_the_other(
    conversations: ConversationStore, tickets: TicketStore, open_ticket: Ticket
) -> None:
    conversation = open_ticket.conversation_id
    conversations.finish(conversations.accept(TEXT, conversation, None), State(), draft(conversation), speak)
    tickets.assign("OC-000002", "김상담")

    owners = [tickets.close(one) and conversations.conversation(conversation).owner for one in (open_ticket.id, "2")]

    assert owners == ["human", "bot"]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_answer_is_refused(tickets: TicketStore, open_ticket: Ticket, text: str) -> None:
    with pytest.raises(BadInputError, match="답변"):
        tickets.answer(open_ticket.id, "김상담", text)

    assert tickets.get(open_ticket.id).state == "open"


@pytest.mark.parametrize("change", ["assign", "answer", "close"])
def test_a_turn_that_a_consultant_overtakes_begins_again(
    conversations: ConversationStore, tickets: TicketStore, open_ticket: Ticket, change: str
) -> None:
    accepted = conversations.accept(TEXT, open_ticket.conversation_id, None)
    arguments = {"assign": ("김상담",), "answer": ("김상담", "네"), "close": ()}[change]
    getattr(tickets, change)(open_ticket.id, *arguments)

    with pytest.raises(ConflictError):
        conversations.finish(accepted, State(), None, speak)


def test_tickets_due_first_come_first(conversations: ConversationStore, tickets: TicketStore) -> None:
    for hours in (3, 1, 2):
        accepted = conversations.accept(TEXT, None, None)
        due = NOON + timedelta(hours=hours)
        conversations.finish(accepted, State(), draft(accepted.conversation.id, due_at=due), speak)
    tickets.assign("OC-000003", "김상담")

    assert [one.id for one in tickets.listed()] == ["OC-000002", "OC-000003", "OC-000001"]
    assert [one.id for one in tickets.listed("open", limit=1)] == ["OC-000002"]
    assert tickets.count_open() == 3


def test_the_newest_ticket_is_the_one_of_the_conversation(
    conversations: ConversationStore, tickets: TicketStore, open_ticket: Ticket
) -> None:
    conversation = open_ticket.conversation_id
    tickets.close(open_ticket.id)
    conversations.finish(conversations.accept(TEXT, conversation, None), State(), draft(conversation), speak)

    newest = tickets.of_conversation(conversation)

    assert newest is not None
    assert newest.id == "OC-000002"
    assert tickets.of_conversation("0" * 32) is None


def test_a_contact_is_kept_with_the_ticket(tickets: TicketStore, open_ticket: Ticket) -> None:
    tickets.leave_contact(open_ticket.id, "hong@example.com")

    assert tickets.get(open_ticket.id).contact == "hong@example.com"


@pytest.mark.parametrize("given_id", ["oc-42", " OC-000042 ", "42", "00042"])
def test_a_ticket_number_may_be_written_short(given_id: str) -> None:
    assert ticket_number(given_id) == 42
    assert ticket_id(42) == "OC-000042"


@pytest.mark.parametrize("unknown", ["", "OC-", "OC-x", "-1", "٤٢", "1" * 10, "OC-999999", "1; DROP TABLE tickets"])
def test_an_unknown_ticket_is_refused(tickets: TicketStore, unknown: str) -> None:
    with pytest.raises(NotFoundError, match="접수번호") as refused:
        tickets.get(unknown)

    assert refused.value.code == "no_ticket"


TOO_MUCH = {
    "long consultant": lambda tickets, one: tickets.assign(one, "김" * 81),
    "no consultant": lambda tickets, one: tickets.assign(one, " "),
    "NUL in an answer": lambda tickets, one: tickets.answer(one, "김상담", "받으면\x00돼요"),
    "surrogate in an answer": lambda tickets, one: tickets.answer(one, "김상담", "받으면\ud800돼요"),
}


@pytest.mark.parametrize("attempt", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_what_postgres_cannot_hold_is_refused_in_our_words(
    tickets: TicketStore, open_ticket: Ticket, attempt: Callable[[TicketStore, str], Ticket]
) -> None:
    with pytest.raises(BadInputError, match=r"[가-힣]"):
        attempt(tickets, open_ticket.id)

    assert tickets.get(open_ticket.id).state == "open"
