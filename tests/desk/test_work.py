"""Tickets from hand to hand, over both databases: who owns a conversation, and what its visitor is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from builders import at_once
from sqlalchemy import Engine
from work_house import House

from assistant.desk.clock import BusinessHours
from assistant.desk_records import Person, QueueFilter
from assistant.desk_wording import VISITOR
from assistant.errors import BadInputError, ConflictError, NotAllowedError, NotFoundError
from assistant.records import Message, State
from assistant.store.desk_files import Canned
from assistant.turn import Assistant
from assistant.wording import KST


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine)


@pytest.fixture
def kim(house: House) -> Person:
    return house.person("kim")


@pytest.fixture
def lee(house: House) -> Person:
    return house.person("lee")


def test_a_conversation_goes_from_the_assistant_to_a_person_and_back(house: House, kim: Person) -> None:
    number = house.ticket()
    owners = [house.owner(number)]
    for step in (house.desk.take, house.desk.hand_back):
        step(kim, number, house.file(kim, number).version)
        owners.append(house.owner(number))

    assert owners == ["queue", "human", "bot"]
    assert house.heard(number) == [VISITOR["joined"], VISITOR["handed_back"].format(ticket="OC-000001")]
    assert house.happened(kim, number) == ["made", "taken", "handed_back"]


def test_of_two_who_answer_at_once_one_does(house: House, kim: Person, lee: Person) -> None:
    number = house.ticket()
    version = house.file(kim, number).version

    found = at_once(
        *(lambda who=who: house.desk.answer(who, number, version, f"{who.name}의 답") for who in (kim, lee))
    )

    refused = [one for one in found if isinstance(one, ConflictError)]
    assert [one.code for one in refused] == ["stale_ticket"]
    assert len(house.heard(number)) == 1


def test_of_many_who_take_at_once_one_does(house: House, kim: Person, lee: Person) -> None:
    number = house.ticket()

    found = at_once(*(lambda who=who: house.desk.take(who, number, 0) for who in (kim, lee) * 3))

    assert len([one for one in found if isinstance(one, ConflictError)]) == 5
    assert house.heard(number) == [VISITOR["joined"]]


def test_nobody_writes_into_another_ones_ticket(house: House, kim: Person, lee: Person) -> None:
    number = house.ticket()
    file = house.desk.take(kim, number, 0)

    for step in (house.desk.take, house.desk.close, house.desk.release, house.desk.hand_back):
        with pytest.raises(ConflictError) as refused:
            step(lee, number, file.version)
        assert refused.value.code == "stale_ticket"
    with pytest.raises(ConflictError):
        house.desk.say(lee, number, file.version, "저도요")


def test_a_turn_that_was_under_way_says_nothing_when_a_person_has_come(house: House, kim: Person) -> None:
    number = house.ticket()
    accepted = house.conversations.accept("질문", house.row(number).conversation_id, None)  # type: ignore[arg-type]
    house.desk.take(kim, number, 0)

    with pytest.raises(ConflictError):
        house.conversations.finish(accepted, State(), None, lambda _: {"text": "봇의 답"})
    assert house.conversations.reload(accepted).conversation.owner == "human"


def test_nothing_is_said_after_a_ticket_is_closed(house: House, kim: Person) -> None:
    number = house.ticket()
    closed = house.desk.close(kim, number, 0)

    with pytest.raises(ConflictError):
        house.desk.say(kim, number, closed.version, "하나 더")
    assert house.owner(number) == "bot"
    assert house.heard(number) == [VISITOR["closed"].format(ticket="OC-000001")]


def test_a_question_after_the_answer_is_at_work_again(house: House, kim: Person) -> None:
    number = house.ticket()
    house.desk.answer(kim, number, 0, "받으면 돼요.")
    house.visitor_says(number, "그럼 비용은요?")

    line = house.desk.queue(kim, house_filter(mine=kim.id)).lines[0]

    assert (line.state, line.unread) == ("assigned", 1)
    assert house.file(kim, number).deadlines.solved_at is None
    assert house.desk.queue(kim, house_filter(mine=kim.id)).lines[0].unread == 0


def house_filter(**more: object) -> QueueFilter:
    return QueueFilter(**more)  # type: ignore[arg-type]


def test_a_visitors_message_makes_no_answer_stale(house: House, kim: Person) -> None:
    number = house.ticket()
    version = house.desk.take(kim, number, 0).version
    house.visitor_says(number)

    assert house.desk.answer(kim, number, version, "답이에요.").ticket.state == "answered"


def test_a_ticket_may_be_put_back_and_given_on(house: House, kim: Person, lee: Person) -> None:
    house.all_seen()
    number = house.ticket()
    version = house.desk.take(kim, number, house.file(kim, number).version).version

    released = house.desk.release(kim, number, version)
    given = house.desk.reassign(lee, number, released.version, kim.id)

    assert (released.ticket.state, released.owner, released.person) == ("open", "queue", lee)
    assert (given.person, given.owner) == (kim, "human")


def test_only_who_may_answer_gets_a_ticket(house: House, kim: Person) -> None:
    number = house.ticket()
    operator = house.person("op", role="operator")
    gone = house.person("gone", is_active=False)

    for other in (operator.id, gone.id, 999):
        with pytest.raises(BadInputError):
            house.desk.reassign(kim, number, 0, other)
    with pytest.raises(NotAllowedError):
        house.desk.open(operator, number)


def test_a_manager_may_close_and_reassign_what_is_anothers(house: House, kim: Person, lee: Person) -> None:
    number = house.ticket()
    version = house.desk.take(kim, number, 0).version
    manager = house.person("manager", role="manager")

    given = house.desk.reassign(manager, number, version, lee.id)

    assert given.person == lee
    assert house.heard(number)[-1] == VISITOR["reassigned"].format(ticket="OC-000001")


def test_tickets_of_the_same_contact_become_one(house: House, kim: Person) -> None:
    first, second = house.ticket(contact="a@b.kr"), house.ticket("같은 사람", contact="A@b.kr ")
    house.desk.note(kim, first, "전화함")

    merged = house.desk.merge(kim, first, 0, second)
    house.desk.answer(kim, second, merged.version, "한 번에 답해요.")

    assert [one.text for one in merged.notes] == ["전화함"]
    assert house.file(kim, first).merged_into == "OC-000002"
    assert house.heard(first)[-1] == house.heard(second)[-1] == "한 번에 답해요."


def test_tickets_of_two_visitors_stay_two(house: House, kim: Person) -> None:
    first, second = house.ticket(contact="a@b.kr"), house.ticket(contact="c@d.kr")
    nameless = house.ticket(), house.ticket()

    for one, other in ((first, second), nameless):
        with pytest.raises(BadInputError, match="합칠 수"):
            house.desk.merge(kim, one, 0, other)


def test_a_partners_reply_is_kept_with_the_ticket(house: House, kim: Person) -> None:
    number = house.ticket()
    asked = house.desk.refer(kim, number, 0, "kita", "확인 부탁드려요.")
    replied = house.desk.partner_replied(kim, asked.referrals[0].id, "필요해요.")

    assert (replied.referrals[0].reply, replied.referrals[0].replied_at is not None) == ("필요해요.", True)
    assert replied.version > asked.version
    with pytest.raises(BadInputError):
        house.desk.refer(kim, number, replied.version, "nobody", "?")


def test_a_view_of_a_contact_and_every_change_are_logged(house: House, kim: Person) -> None:
    number = house.ticket(contact="a@b.kr")
    house.desk.open(kim, number)
    house.desk.take(kim, number, 0)

    assert house.noted == [("kim", "view_contact", "OC-000001"), ("kim", "take", "OC-000001")]


def test_a_canned_reply_is_filled_from_the_ticket(house: House, kim: Person) -> None:
    number = house.ticket(slots={"item": "power_bank"})
    house.desk.take(kim, number, 0)
    saved = house.desk.save_canned(kim, Canned(0, "인사", "{이름}, {접수번호} {품목} {상담사} {나라}", "domestic", ""))

    said = house.desk.fill(saved, house.file(kim, number))

    assert said == "고객님, OC-000001 power_bank kim {나라}"
    assert house.desk.canned("overseas") == ()
    house.desk.delete_canned(kim, saved.id)
    assert house.desk.canned() == ()


def test_what_happens_is_followed_from_a_cursor(house: House, kim: Person) -> None:
    number = house.ticket()
    cursor = house.desk.newest_event(kim)
    house.desk.take(kim, number, 0)
    house.visitor_says(number)

    assert [one.kind for one in house.desk.events_after(cursor, kim)] == ["taken", "message"]


def test_nobody_who_follows_misses_what_others_do_at_once(house: House, kim: Person) -> None:
    numbers = [house.ticket() for _ in range(6)]
    seen: set[int] = set()
    cursor = 0

    def follow() -> None:
        nonlocal cursor
        for _ in range(40):
            for event in house.desk.events_after(cursor, kim):
                seen.add(event.id)
                cursor = event.id

    at_once(follow, *(lambda number=number: house.desk.take(kim, number, 0) for number in numbers))
    follow()

    assert len(seen) == 12


def test_an_unknown_ticket_is_not_there(house: House, kim: Person) -> None:
    for number in (0, 99, 2**40):
        with pytest.raises(NotFoundError):
            house.desk.open(kim, number)


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001, "\0"], ids=["empty", "blank", "long", "nul"])
def test_what_cannot_be_said_is_refused(house: House, kim: Person, text: str) -> None:
    number = house.ticket()

    with pytest.raises(BadInputError):
        house.desk.say(kim, number, 0, text)


def test_the_command_line_and_the_desk_see_each_other(house: House, kim: Person, lee: Person) -> None:
    number = house.ticket()
    house.tickets.assign("OC-000001", "김상담")

    with pytest.raises(ConflictError):
        house.desk.answer(lee, number, 0, "답")
    with pytest.raises(ConflictError):
        house.desk.answer(lee, number, house.file(lee, number).version, "답")


def test_outside_hours_the_visitor_is_told_once_when_somebody_is_back(toy_assistant: Assistant) -> None:
    # The only hour of the week at which this desk is open lies three days off.
    day = (datetime.now(UTC).astimezone(KST).weekday() + 3) % 7
    hours = BusinessHours(timedelta(hours=9), timedelta(hours=10), None, frozenset({day}))
    assistant = replace(toy_assistant, hours=hours)

    handed = assistant.handle(Message("상담사 연결해 주세요"))
    assistant.tickets.assign("OC-000001", "김상담")
    later = assistant.handle(Message("여보세요", handed["conversation_id"]))

    ticket = assistant.tickets.get("OC-000001")
    assert "상담 시간이 아니라서" in handed["text"]
    assert hours.is_open(ticket.due_at)
    assert ticket.due_at - ticket.created_at >= timedelta(hours=48)
    assert later["text"] == ""
