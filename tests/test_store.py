from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders import at_once, draft, speak
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import BadInputError, ConflictError, NotFoundError
from assistant.records import MaskedText, State
from assistant.store.conversations import Accepted, ConversationStore
from assistant.store.tickets import TicketStore

TEXT = MaskedText("보조배터리 인증")


def later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


@pytest.fixture
def accepted(conversations: ConversationStore) -> Accepted:
    return conversations.accept(TEXT, None, "m1")


# ---- conversations --------------------------------------------------------------------


def test_a_message_is_stored_before_anything_else(conversations: ConversationStore, accepted: Accepted) -> None:
    (message,) = conversations.messages(accepted.conversation.id)

    assert (message.role, message.text, message.reply) == ("visitor", TEXT, None)
    assert (accepted.conversation.owner, accepted.conversation.state) == ("bot", State())


def test_the_same_message_is_stored_once(conversations: ConversationStore, accepted: Accepted) -> None:
    again = conversations.accept(TEXT, accepted.conversation.id, "m1")

    assert again.id == accepted.id
    assert len(conversations.messages(accepted.conversation.id)) == 1


def test_the_same_message_brings_its_reply_again(conversations: ConversationStore, accepted: Accepted) -> None:
    reply = conversations.finish(accepted, State(), None, speak)

    assert conversations.accept(TEXT, accepted.conversation.id, "m1").reply == reply


def test_two_conversations_may_use_the_same_message_id(conversations: ConversationStore, accepted: Accepted) -> None:
    other = conversations.accept(TEXT, None, "m1")

    assert other.conversation.id != accepted.conversation.id


def test_messages_without_an_id_are_all_kept(conversations: ConversationStore) -> None:
    first = conversations.accept(TEXT, None, None)
    conversations.accept(TEXT, first.conversation.id, None)

    assert len(conversations.messages(first.conversation.id)) == 2


def test_the_same_message_twice_at_once_is_stored_once(conversations: ConversationStore, accepted: Accepted) -> None:
    conversation = accepted.conversation.id

    results = at_once(*[lambda: conversations.accept(TEXT, conversation, "m2")] * 8)

    assert len(conversations.messages(conversation)) == 2
    assert len({one.id for one in results if isinstance(one, Accepted)}) == 1
    assert all(isinstance(one, Accepted | ConflictError) for one in results)


def test_a_turn_keeps_every_slot(conversations: ConversationStore, accepted: Accepted) -> None:
    state = State("doll", "EU", "ce", "eu-toys", {"radio": "yes"}, "ask_cost", "candidates", "?", (("a", "b"),), "a")

    conversations.finish(accepted, state, None, speak)

    conversation = conversations.conversation(accepted.conversation.id)
    assert conversation.state == state
    assert (conversation.version, conversation.owner) == (1, "bot")


def test_of_two_turns_at_once_one_has_to_begin_again(conversations: ConversationStore, accepted: Accepted) -> None:
    other = conversations.accept(TEXT, accepted.conversation.id, "m2")

    results = at_once(*[lambda one=one: conversations.finish(one, State(), None, speak) for one in (accepted, other)])

    assert sum(isinstance(one, ConflictError) for one in results) == 1
    assert conversations.conversation(accepted.conversation.id).version == 1
    assert len(conversations.messages(accepted.conversation.id)) == 3


def test_a_turn_that_met_another_leaves_no_ticket(
    conversations: ConversationStore, tickets: TicketStore, accepted: Accepted
) -> None:
    conversations.finish(conversations.accept(TEXT, accepted.conversation.id, "m2"), State(), None, speak)

    with pytest.raises(ConflictError):
        conversations.finish(accepted, State(), draft(accepted.conversation.id), speak)

    assert tickets.listed() == []


def test_reloading_brings_the_newest_state(conversations: ConversationStore, accepted: Accepted) -> None:
    other = conversations.accept(TEXT, accepted.conversation.id, "m2")
    conversations.finish(other, State(item="doll"), None, speak)

    reloaded = conversations.reload(accepted)

    assert (reloaded.id, reloaded.reply) == (accepted.id, None)
    assert (reloaded.conversation.version, reloaded.conversation.state.item) == (1, "doll")


def test_a_message_is_unanswered_until_its_turn_ends(conversations: ConversationStore, accepted: Accepted) -> None:
    assert [one.id for one in conversations.unanswered(later())] == [accepted.id]

    conversations.finish(accepted, State(), None, speak)
    assert conversations.unanswered(later()) == []


def test_a_message_of_this_moment_is_not_left_over(conversations: ConversationStore, accepted: Accepted) -> None:
    assert conversations.unanswered(datetime.now(UTC) - timedelta(seconds=20)) == []


def test_messages_come_in_order_and_from_a_place_on(conversations: ConversationStore, accepted: Accepted) -> None:
    conversations.finish(accepted, State(), None, speak)
    conversation = accepted.conversation.id

    first, second = conversations.messages(conversation)

    assert [first.role, second.role] == ["visitor", "assistant"]
    assert second.reply == {"text": "답이에요.", "ticket": None}
    assert [one.id for one in conversations.messages(conversation, after=first.id)] == [second.id]
    assert [one.id for one in conversations.messages(conversation, limit=1)] == [first.id]


@pytest.mark.parametrize("unknown", ["", "0" * 32, "' OR 1=1 --", "가" * 1000])
def test_an_unknown_conversation_is_refused(conversations: ConversationStore, unknown: str) -> None:
    for ask in (conversations.conversation, conversations.messages, lambda one: conversations.accept(TEXT, one, None)):
        with pytest.raises(NotFoundError, match="대화를 찾을 수 없어요"):
            ask(unknown)


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE messages; --", "<script>alert(1)</script>", "😀" * 500, "\\x00 \\u0000"]
)
def test_any_text_is_kept_as_it_is(conversations: ConversationStore, text: str) -> None:
    accepted = conversations.accept(MaskedText(text), None, None)

    assert conversations.messages(accepted.conversation.id)[0].text == text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200))
def test_any_clean_text_comes_back(conversations: ConversationStore, text: str) -> None:
    accepted = conversations.accept(MaskedText(text), None, None)

    assert conversations.messages(accepted.conversation.id)[0].text == text


def test_the_database_gives_a_sign_of_life(conversations: ConversationStore) -> None:
    conversations.ping()


# ---- what one of the databases would mind, and both refuse ---------------------------------------------


@pytest.mark.parametrize("conversation_id", ["a\x00b", "a\ud800b"], ids=["NUL", "surrogate"])
def test_an_id_that_postgres_cannot_hold_is_unknown(conversations: ConversationStore, conversation_id: str) -> None:
    for attempt in (
        lambda: conversations.accept(TEXT, conversation_id, None),
        lambda: conversations.messages(conversation_id),
        lambda: conversations.conversation(conversation_id),
    ):
        with pytest.raises(NotFoundError):
            attempt()


@pytest.mark.parametrize(
    "more",
    [{"client_id": "m" * 81}, {"client_id": "m\x00"}, {"client_id": None, "channel": "c" * 21}],
    ids=["long id", "NUL in an id", "long channel"],
)
def test_an_id_that_its_column_cannot_hold_is_refused_in_our_words(
    conversations: ConversationStore, more: dict[str, Any]
) -> None:
    with pytest.raises(BadInputError, match=r"[가-힣]"):
        conversations.accept(TEXT, None, **more)
