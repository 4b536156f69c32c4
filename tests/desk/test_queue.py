"""The queue: order, filters, counts, and its speed with five thousand open tickets."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, insert
from sqlalchemy.orm import Session
from work_house import MONDAY, House

from assistant.desk_records import QueueFilter
from assistant.store.tables import ConversationRow, TicketRow

SECTORS = ("electrical", "food", "chemical_environment", "other")


@pytest.fixture
def house(engine: Engine) -> House:
    """Eighty tickets: every fourth taken, those of the first day late."""
    house = House(engine)
    talk = {"channel": "web", "owner": "queue", "state": {}, "version": 0, "created_at": MONDAY, "updated_at": MONDAY}
    usual = {"reason": "low_confidence", "field": "domestic", "slots": {}, "hits": [], "transcript": []}
    kim = house.person("kim")
    rows = [
        {
            **usual,
            "conversation_id": f"c{number}",
            "sector": SECTORS[number % 4],
            "state": "assigned" if number % 4 == 0 else "open",
            "person_id": kim.id if number % 4 == 0 else None,
            "question": f"질문 {number}% 보조배터리",
            "created_at": MONDAY,
            "due_at": MONDAY + timedelta(hours=number - 24),
            "next_due_at": MONDAY + timedelta(hours=number - 24),
        }
        for number in range(80)
    ]
    with Session(engine) as session, session.begin():
        session.execute(insert(ConversationRow), [{**talk, "id": f"c{number}"} for number in range(80)])
        session.execute(insert(TicketRow), rows)
    return house


def test_what_is_due_first_stands_in_front_and_pages_follow(house: House) -> None:
    kim = house.desk.people(house.person("boss", role="manager"))[1][0]
    first, second = (house.desk.queue(kim, QueueFilter(), page) for page in (1, 2))

    assert [line.number for line in (*first.lines, *second.lines)] == list(range(1, 81))
    assert (first.total, len(first.lines), first.lines[0].urgency, first.lines[0].person) == (80, 50, "late", kim)


def test_counts_are_of_everything_at_work(house: House) -> None:
    kim = next(one for one, _ in house.desk.people(house.person("boss", role="manager")) if one.login == "kim")
    counts = house.desk.queue(kim, QueueFilter(sector="food", urgency="late")).counts

    assert (counts["all"], counts["mine"], counts["late"], counts["soon"], counts["normal"]) == (80, 20, 24, 3, 53)
    assert (counts["waiting"], counts["working"]) == (60, 20)
    assert (counts["sector:electrical"], counts["field:domestic"]) == (20, 20)


@pytest.mark.parametrize(
    ("asked", "total"),
    [
        (QueueFilter(sector="food"), 20),
        (QueueFilter(urgency="late"), 24),
        (QueueFilter(state="working"), 20),
        (QueueFilter(state="closed"), 0),
        (QueueFilter(text="oc-000007"), 1),
        (QueueFilter(text="질문 7%"), 8),
        (QueueFilter(text="배터리", sector="food", urgency="late"), 6),
        (QueueFilter(text="없는말"), 0),
    ],
    ids=["sector", "late", "working", "closed", "number", "percent is a letter", "all three", "nothing"],
)
def test_a_filter_lets_through_what_fits(house: House, asked: QueueFilter, total: int) -> None:
    boss = house.person("boss", role="manager")

    assert house.desk.queue(boss, asked).total == total


def test_a_queue_takes_few_queries_and_reads_no_conversation(house: House) -> None:
    boss = house.person("boss", role="manager")
    asked: list[str] = []
    event.listen(house.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))

    house.desk.queue(boss, QueueFilter())

    assert len([one for one in asked if one.startswith("SELECT")]) == 5
    assert not any("transcript" in one for one in asked)
