"""What happens to tickets by themselves: offers, clocks, warnings, escalations and ends."""

from datetime import datetime, timedelta

import pytest
from builders import at_once
from sqlalchemy import Engine
from work_house import HOURS, MONDAY, House

from assistant.desk.clock import SOON
from assistant.desk.rounds import UNTAKEN
from assistant.desk_records import Person, QueueFilter
from assistant.desk_wording import VISITOR
from assistant.store.routing import choose

H = timedelta(hours=1)


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine)


def offer(house: House) -> int:
    return house.rounds.offer(HOURS.before(house.now, UNTAKEN))


def later(house: House, hours: timedelta) -> datetime:
    house.now = HOURS.due(house.now, hours)
    return house.now


def test_the_least_loaded_of_the_sector_is_chosen() -> None:
    one, two = Person(1, "a", "a", "consultant", ("electrical",)), Person(2, "b", "b", "consultant", ("food",))
    every = Person(3, "c", "c", "consultant")

    assert choose([one, two, every], {}, "electrical") == one
    assert choose([one, two, every], {1: 2}, "electrical") == every
    assert choose([two], {}, "electrical") is None


def test_a_new_ticket_is_offered_at_once_and_the_next_to_the_next(house: House) -> None:
    kim, lee = house.person("kim", sectors=("electrical",)), house.person("lee", sectors=("electrical",))
    house.person("food", sectors=("food",))

    numbers = [house.ticket() for _ in range(4)]

    assert [house.row(number).person_id for number in numbers] == [kim.id, lee.id, kim.id, lee.id]
    assert {house.owner(number) for number in numbers} == {"queue"}


def test_who_is_not_at_the_desk_is_offered_nothing(house: House) -> None:
    house.person("away", seen_at=MONDAY - timedelta(days=1))
    house.person("gone", is_active=False)
    house.person("editor", role="editor")

    assert house.row(house.ticket()).person_id is None


def test_what_nobody_takes_goes_to_another_of_the_sector_then_to_anybody(house: House) -> None:
    kim = house.person("kim", sectors=("electrical",))
    number = house.ticket(sector="electrical")
    lee = house.person("lee", sectors=("electrical",))
    house.now = house.row(number).offered_at or house.now  # when it came
    seen = []
    for _ in range(2):
        later(house, UNTAKEN + timedelta(minutes=1))
        house.all_seen()
        offer(house)
        seen.append(house.row(number).person_id)

    assert house.row(number).person_id in (kim.id, lee.id)
    assert seen == [lee.id, kim.id]
    assert offer(house) == 0


def test_without_the_sector_anybody_is_asked_after_two_business_hours(house: House) -> None:
    number = house.ticket()
    cook = house.person("cook", sectors=("food",))
    house.now = house.row(number).offered_at or house.now
    house.all_seen()
    at_first = (offer(house), house.row(number).person_id)
    later(house, UNTAKEN + timedelta(minutes=1))
    house.all_seen()

    assert at_first == (0, None)
    assert (offer(house), house.row(number).person_id) == (1, cook.id)


def test_one_is_warned_once_of_each_deadline_and_managers_are_told(house: House) -> None:
    kim, boss = house.person("kim"), house.person("boss", role="manager")
    number = house.ticket()
    counts = []
    for moment in (MONDAY, MONDAY + 23 * H, MONDAY + 23 * H, MONDAY + 25 * H, MONDAY + 25 * H):
        house.now = moment
        house.all_seen()
        counts.append((house.rounds.warn(HOURS.due(house.now, SOON)), house.rounds.escalate()))

    assert counts == [(0, 0), (1, 0), (0, 0), (0, 1), (0, 0)]
    escalated = house.desk.events_after(0, kim, number)[-1]
    assert (escalated.kind, escalated.detail["managers"], escalated.detail["deadline"]) == (
        "escalated",
        [boss.id],
        "first",
    )
    assert house.row(number).person_id == boss.id


def test_the_clock_stands_while_the_visitor_is_asked(house: House) -> None:
    kim = house.person("kim")
    number = house.ticket()
    version = house.desk.say(kim, number, house.row(number).version, "어떤 제품인가요?").version
    house.now = house.row(number).created_at
    before = house.row(number).due_at
    house.desk.wait_for_visitor(kim, number, version)
    late = house.desk.queue(kim, QueueFilter(), 1).lines[0]
    house.now = MONDAY + timedelta(days=30)

    assert late.is_waiting_for_visitor
    assert (house.rounds.warn(house.now), house.rounds.escalate()) == (0, 0)
    house.visitor_says(number)
    assert house.row(number).waiting_since is None
    assert house.row(number).due_at >= before


def test_a_deadline_moves_by_the_business_time_that_was_waited() -> None:
    from assistant.store.tables import TicketRow
    from assistant.store.ticket_clock import resume

    row = TicketRow(due_at=MONDAY + 48 * H, first_due_at=MONDAY + 24 * H, waited_s=0, first_answered_at=MONDAY)
    row.waiting_since = MONDAY  # ten in the morning
    resume(row, MONDAY + 5 * H, HOURS)  # three in the afternoon, with lunch between

    assert row.waited_s == 4 * 3600
    assert row.due_at == HOURS.due(MONDAY + 48 * H, 4 * H)
    assert row.next_due_at == row.due_at


def test_silence_after_an_answer_gives_the_conversation_back(house: House) -> None:
    kim = house.person("kim")
    number = house.ticket()
    house.desk.answer(kim, number, 0, "받으면 돼요.")
    house.now += timedelta(hours=71)
    too_early = house.rounds.close_silent()
    house.now += timedelta(hours=2)

    assert (too_early, house.rounds.close_silent(), house.rounds.close_silent()) == (0, 1, 0)
    assert house.owner(number) == "bot"
    assert house.heard(number)[-1] == VISITOR["closed_silent"].format(ticket="OC-000001")


def test_the_tickets_of_who_has_left_go_back_into_the_queue(house: House) -> None:
    from sqlalchemy import update
    from sqlalchemy.orm import Session

    from assistant.store.account_tables import PersonRow

    kim = house.person("kim")
    number = house.ticket()
    house.desk.take(kim, number, 0)
    with Session(house.engine) as session, session.begin():
        session.execute(update(PersonRow).values(is_active=False))

    assert (house.rounds.release_orphans(), house.rounds.release_orphans()) == (1, 0)
    assert (house.row(number).state, house.owner(number)) == ("open", "queue")


def test_copies_that_do_the_rounds_at_once_do_each_step_once(house: House) -> None:
    kim = house.person("kim")
    numbers = [house.ticket() for _ in range(5)]
    house.now = MONDAY + timedelta(days=7)

    at_once(*[house.rounds.escalate] * 4)

    assert [house.happened(kim, number).count("escalated") for number in numbers] == [1] * 5
