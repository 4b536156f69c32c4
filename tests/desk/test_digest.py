"""The month's digest: nothing in it is of fewer than three people."""

import pytest
from figure_parts import FOREIGN, HANDED_OVER, Log, at, reply
from sqlalchemy import Engine

from assistant.desk.clock import BusinessHours
from assistant.desk.figure_room import Figures
from assistant.desk.periods import month
from assistant.figure_records import Digest
from assistant.knowledge import KnowledgeBase

NOVEMBER = month("2026-11")


@pytest.fixture
def log(engine: Engine) -> Log:
    return Log(engine)


@pytest.fixture
def digest(engine: Engine, toy_base: KnowledgeBase):
    room = Figures(engine, lambda: toy_base, BusinessHours(), lambda: at("12-10 12:00"))
    return lambda: room.digest(NOVEMBER)


def ask(log: Log, people: int, prefix: str, **named: str) -> None:
    for number in range(people):
        log.say(f"{prefix}{number}", "11-02 10:00", reply(**named))


def keys(digest: Digest, name: str) -> list[tuple[str, int]]:
    return [(line.key, line.contacts) for line in getattr(digest, name)]


def test_items_countries_and_articles_of_two_people_are_not_told(log: Log, digest) -> None:
    ask(log, 3, "a", article="kc", item="power_bank", country="JP")
    ask(log, 2, "b", article="ce", item="toy", country="US")
    told = digest()

    assert keys(told, "items") == [("power_bank", 3)]
    assert keys(told, "countries") == [("JP", 3)]
    assert keys(told, "articles") == [("kc", 3)]


def test_many_contacts_of_one_person_are_of_one_person(log: Log, digest) -> None:
    for hour in range(10, 20):
        log.say("a", f"11-02 {hour}:00", reply(item="toy"))
        log.say("a", f"11-03 {hour}:30", reply(item="toy"))
    for talk in ("b", "c", "d"):
        log.say(talk, "11-02 10:00", reply())
        log.ticket(talk, "11-02 10:00", "11-04 10:00", contact="same@example.org", answered_at="11-03 10:00")
    told = digest()

    assert (told.contacts, keys(told, "items"), told.solved_in_time) == (None, [], None)


def test_parts_of_few_people_are_summed_up_so_that_no_difference_tells_of_them(log: Log, digest) -> None:
    ask(log, 9, "a", label="domestic/electrical")
    ask(log, 4, "b", label="overseas/electrical")
    ask(log, 1, "c", label="standard/food")
    told = digest()

    assert keys(told, "fields") == [("domestic", 9), ("rest", 5)]
    assert keys(told, "sectors") == [("rest", 14)]


@pytest.mark.parametrize(("unresolved", "share"), [(0, 1), (2, None), (3, 5 / 8)])
def test_shares_need_people_on_both_sides(log: Log, digest, unresolved: int, share: float | None) -> None:
    ask(log, 5, "a")
    for number in range(unresolved):
        log.say(f"b{number}", "11-02 10:00", FOREIGN if number else HANDED_OVER)

    assert digest().resolved == share


def test_deadlines_are_told_of_enough_people(log: Log, digest) -> None:
    for number in range(6):
        log.say(f"a{number}", "11-02 10:00", HANDED_OVER)
        answered = "11-03 10:00" if number < 3 else "11-05 10:00"
        log.ticket(f"a{number}", "11-02 10:00", "11-04 10:00", answered_at=answered)

    assert digest().solved_in_time == 0.5


@pytest.mark.parametrize(("people", "before"), [(0, None), (2, None), (3, 3)])
def test_the_month_before_is_told_if_enough_people_asked(log: Log, digest, people: int, before: int | None) -> None:
    ask(log, 4, "a")
    for number in range(people):
        log.say(f"y{number}", "10-15 10:00", reply())

    assert (digest().contacts, digest().before) == (4, before)


def test_a_month_without_contacts_says_nothing(digest) -> None:
    told = digest()

    assert (told.contacts, told.outcomes, told.fields, told.busiest, told.resolved) == (None, (), (), (), None)
    assert told.is_whole
