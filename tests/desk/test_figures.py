"""The figures of conversations that were made by hand, over each database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from figure_parts import ASKED_BACK, FOREIGN, HANDED_OVER, THANKED, Log, at, reply
from sqlalchemy import Engine

from assistant.desk.clock import BusinessHours
from assistant.desk.figure_room import Figures
from assistant.desk.periods import month, period_of
from assistant.figure_records import ArticleLine, MarkRow, Report
from assistant.knowledge import KnowledgeBase
from assistant.privacy import mask
from assistant.store.conversations import ConversationStore
from assistant.store.database import transaction
from assistant.store.tables import TicketRow
from assistant.store.visits import VisitStore

HOLIDAY = date(2026, 11, 9)
HOURS = BusinessHours(holidays=frozenset({HOLIDAY}))
NOVEMBER = month("2026-11")


@pytest.fixture
def log(engine: Engine) -> Log:
    return Log(engine)


@pytest.fixture
def figures(engine: Engine, toy_base: KnowledgeBase) -> Callable[[str], Figures]:
    """Return the figures as they are seen at a Korean moment."""
    return lambda now: Figures(engine, lambda: toy_base, HOURS, lambda: at(now))


def seen(figures: Callable[[str], Figures], now: str = "11-20 12:00") -> Report:
    return figures(now).report(NOVEMBER)


def test_contacts_are_counted_by_how_they_ended(log: Log, figures) -> None:
    log.say("a", "11-02 09:00", reply(article="battery"))
    log.say("b", "11-02 10:00", ASKED_BACK)
    log.say("b", "11-02 10:01", reply(article="battery"))
    log.say("c", "11-03 10:00", ASKED_BACK)
    log.say("d", "11-03 10:30", HANDED_OVER)
    log.say("e", "11-03 11:00", FOREIGN)
    log.say("f", "11-03 11:00", THANKED)
    log.say("g", "10-31 23:59", reply())
    sums = seen(figures).sums

    assert (sums.contacts, sums.answered, sums.asked_back) == (5, 2, 1)
    assert (sums.handed_over, sums.out_of_scope, sums.was_asked_back) == (1, 1, 2)
    assert (sums.settled, sums.resolved, sums.again, sums.down) == (5, 2, 0, 0)


@pytest.mark.parametrize(("back", "again"), [("11-05 09:59", 1), ("11-05 10:00", 1), ("11-05 10:02", 0)])
def test_who_comes_back_within_72_hours_was_not_helped(log: Log, figures, back: str, again: int) -> None:
    log.say("a", "11-02 10:00", reply())
    log.say("a", back, reply())
    sums = seen(figures).sums

    assert (sums.contacts, sums.again, sums.resolved) == (2, again, 2 - again)


def test_the_same_contact_in_another_conversation_is_the_same_person(log: Log, figures) -> None:
    for talk, when in (("a", "11-02 10:00"), ("b", "11-03 10:00"), ("c", "11-03 11:00")):
        log.say(talk, when, reply())
    log.ticket("a", "11-02 10:01", "11-04 10:00", contact="Kim@Example.org ")
    figures("11-03 10:02").count()
    log.ticket("b", "11-03 10:01", "11-05 10:00", contact="kim@example.org")
    sums = seen(figures).sums

    assert (sums.again, sums.resolved) == (1, 2)


def test_what_is_counted_outlasts_the_contact_and_the_conversation(log: Log, figures, engine: Engine) -> None:
    visits = VisitStore(engine)
    visits.arrive("v", "https://shop.example")
    talk = visits.begin("v")
    log.say(talk, "11-02 10:00", reply(article="battery", item="power_bank"))
    log.say("b", "11-03 10:00", reply())
    for one in (talk, "b"):
        log.ticket(one, "11-03 10:01", "11-05 10:00", contact="kim@example.org")
    before = seen(figures)
    visits.erase("v")
    with transaction(engine) as session:
        for row in session.query(TicketRow):
            row.contact = ""
    log.say("b", "11-10 10:00", reply())
    after = seen(figures)

    assert before.sums.again == after.sums.again == 1
    assert before.items == after.items == (MarkRow("item", "power_bank", 1),)


def test_a_vote_against_an_answer_counts_even_when_it_comes_later(log: Log, figures) -> None:
    answer = log.say("a", "11-02 10:00", reply())
    log.say("b", "11-02 10:00", reply())
    assert seen(figures, "11-10 12:00").sums.resolved == 2

    log.rate(answer, "down", "11-12 09:00")
    assert (seen(figures, "11-12 10:00").sums.down, seen(figures, "11-12 10:00").sums.resolved) == (1, 1)

    log.rate(answer, "up", "11-12 11:00")
    assert seen(figures, "11-12 12:00").sums.down == 0


def test_contacts_of_the_last_72_hours_are_not_judged_yet(log: Log, figures) -> None:
    log.say("a", "11-17 11:59", reply())
    log.say("b", "11-17 12:01", reply())
    sums = seen(figures, "11-20 12:00").sums

    assert (sums.contacts, sums.settled, sums.resolved) == (2, 1, 1)


def test_a_contact_that_goes_on_is_counted_once(log: Log, figures) -> None:
    log.say("a", "11-02 10:00", reply(article="battery"))
    assert seen(figures, "11-02 10:05").sums.answered == 1

    log.say("a", "11-02 10:20", HANDED_OVER)
    log.answer_as_person("a", "11-02 15:00", article="battery")
    report = seen(figures)

    assert (report.sums.contacts, report.sums.answered, report.sums.handed_over) == (1, 0, 1)
    assert report.articles == (ArticleLine("battery", 1, 1),)


def test_counting_in_small_steps_counts_everything_once(log: Log, figures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.store.counting.AT_ONCE", 3)
    for number in range(10):
        log.say(f"t{number}", "11-02 10:00", reply())
    room = figures("11-20 12:00")
    while room.count(3) > 3:
        pass

    assert [seen(figures).sums.contacts for _ in range(2)] == [10, 10]


def test_copies_that_count_at_once_count_everything_once(log: Log, figures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.store.counting.AT_ONCE", 2)
    for number in range(12):
        log.rate(log.say(f"t{number}", "11-02 10:00", reply(item="toy")), "down", "11-02 10:01")
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(figures("11-20 12:00").count) for _ in range(4)]:
            done.result()
    report = seen(figures)

    assert (report.sums.contacts, report.sums.down) == (12, 12)
    assert report.items == (MarkRow("item", "toy", 12),)


def test_averages_are_of_business_days_that_have_come(log: Log, figures) -> None:
    for number in range(6):
        log.say(f"a{number}", "11-02 10:00", reply())
    log.say("holiday", "11-09 10:00", reply())
    log.say("sunday", "11-08 10:00", reply())
    report = seen(figures, "11-10 12:00")

    assert (report.business_days, report.per_business_day, report.per_day) == (6, 1.0, 0.8)


def test_hours_are_korean(log: Log, figures) -> None:
    for talk, when in (("a", "11-02 00:10"), ("b", "11-02 14:59"), ("c", "11-03 14:00")):
        log.say(talk, when, reply())
    report = seen(figures)

    assert (report.hours[0], report.hours[14], sum(report.hours)) == (1, 2, 3)
    assert report.busiest == (14, 0)
    assert [bucket.sums.contacts for bucket in report.buckets[:3]] == [0, 2, 1]


def test_the_mix_stands_beside_what_was_published(log: Log, figures) -> None:
    for number, label in enumerate(
        ["domestic/electrical", "domestic/electrical", "overseas/food", "standard/medical_cosmetic"]
    ):
        log.say(f"a{number}", "11-02 10:00", reply(label=label))
    report = seen(figures)
    fields = {line.key: line for line in report.fields}
    sectors = {line.key: line for line in report.sectors}

    assert (fields["domestic"].share, fields["domestic"].published) == (0.5, {2014: 45, 2016: 57})
    assert (fields["safety"].share, fields["safety"].published) == (0, {})
    assert (sectors["electrical"].share, sectors["electrical"].published) == (0.5, {2014: 43, 2016: 41})
    assert sectors["medical_cosmetic"].published == {2014: 8}
    both = sectors["medical_cosmetic+food"]
    assert (both.share, both.published, both.is_sum) == (0.5, {2016: 7}, True)


def test_top_items_countries_and_articles_that_nobody_needed(log: Log, figures, toy_base: KnowledgeBase) -> None:
    used, *others = toy_base.articles
    log.say("a", "11-02 10:00", reply(article=used, item="power_bank", country="JP"))
    log.say("a", "11-02 10:01", reply(article=used, item="power_bank"))
    log.say("b", "11-02 10:00", reply(article=used, item="power_bank"))
    log.say("c", "11-02 10:00", reply(article="gone", item="toy", country="JP"))
    report = seen(figures)

    assert report.items == (MarkRow("item", "power_bank", 2), MarkRow("item", "toy", 1))
    assert report.countries == (MarkRow("country", "JP", 2),)
    assert report.articles == (ArticleLine(used, 2, 0), ArticleLine("gone", 1, 0))
    assert report.unused == tuple(sorted(others))


def test_deadlines_by_week_consultant_and_sector(log: Log, figures) -> None:
    log.say("a", "11-02 10:00", HANDED_OVER)
    kim = {"consultant": "김상담", "state": "answered"}
    lee = {"consultant": "이상담", "state": "answered", "sector": "food"}
    in_time = {"first_due_at": "11-03 10:00", "first_answered_at": "11-03 10:00", "answered_at": "11-04 09:00"}
    too_late = {"first_due_at": "11-10 10:00", "first_answered_at": "11-10 10:01", "answered_at": "11-13 09:00"}
    log.ticket("a", "11-02 10:00", "11-04 10:00", **kim, **in_time)
    log.ticket("a", "11-08 23:59", "11-10 10:00", **kim, **too_late)
    log.ticket("a", "11-09 10:00", "11-11 10:00", **lee, **too_late)
    report = seen(figures)

    met = {line.key: (line.first_met, line.first_all, line.solved_met, line.solved_all) for line in report.weeks}
    assert met == {"2026-11-02": (1, 2, 1, 2), "2026-11-09": (0, 1, 0, 1)}
    assert [(one.key, one.solved_met, one.solved_all) for one in report.consultants] == [
        ("김상담", 1, 2),
        ("이상담", 0, 1),
    ]
    assert {one.key: one.tickets for one in report.sector_deadlines} == {"electrical": 2, "food": 1}
    assert (report.met.first_met, report.met.first_all) == (1, 3)


@pytest.mark.parametrize(
    ("ticket", "decided"),
    [
        ({}, (0, 1)),
        ({"first_due_at": "11-30 10:00", "due_at": "11-30 10:00"}, (0, 0)),
        ({"state": "closed", "closed_at": "11-03 09:00"}, (0, 0)),
        ({"state": "closed", "closed_at": "11-05 09:00"}, (0, 1)),
        ({"state": "assigned", "waiting_since": "11-03 09:00"}, (0, 0)),
        ({"state": "assigned", "waiting_since": "11-05 09:00"}, (0, 1)),
        ({"state": "closed", "closed_at": "11-09 09:00", "answered_at": "11-04 10:00"}, (1, 1)),
        ({"state": "closed", "closed_at": "11-05 09:00", "merged_into": 1}, (0, 0)),
    ],
    ids=["late", "runs", "closed-early", "closed-late", "waits", "waited-too-late", "answered", "merged"],
)
def test_a_deadline_is_met_missed_or_still_runs(log: Log, figures, ticket: dict, decided: tuple[int, int]) -> None:
    log.say("a", "11-02 10:00", HANDED_OVER)
    log.ticket(
        "a", "11-02 10:00", ticket.get("due_at", "11-04 10:00"), **{k: v for k, v in ticket.items() if k != "due_at"}
    )
    met = seen(figures).met

    assert (met.solved_met, met.solved_all) == decided


def test_a_period_begins_and_ends_at_midnight_in_korea(log: Log, figures) -> None:
    for talk, when in (("a", "10-31 23:59"), ("b", "11-01 00:00"), ("c", "11-30 23:59"), ("d", "12-01 00:00")):
        log.say(talk, when, HANDED_OVER)
        log.ticket(talk, when, "12-20 00:00")
    report = figures("12-10 12:00").report(NOVEMBER)

    assert (report.sums.contacts, report.met.tickets) == (2, 2)


def test_long_periods_are_shown_by_week_and_by_month(log: Log, figures) -> None:
    log.say("a", "11-04 10:00", reply())
    room = figures("11-20 12:00")
    today = room.today()
    quarter = room.report(period_of({"quarter": "2026-4"}, today))
    year = room.report(period_of({"from": "2026-01-01", "to": "2026-12-31"}, today))

    assert (quarter.grain, year.grain) == ("week", "month")
    assert [one.sums.contacts for one in year.buckets] == [0] * 10 + [1]
    # November has fourteen business days until the 20th, the holiday left out.
    assert [round(one.average or 0, 3) for one in year.buckets][-1] == round(1 / 14, 3)


def test_what_the_service_itself_stores_is_counted(toy_assistant, engine: Engine, toy_base: KnowledgeBase) -> None:
    from assistant.records import Message

    asked = toy_assistant.handle(Message("상담사 연결해 주세요"))
    room = Figures(engine, lambda: toy_base, HOURS)
    report = room.report(period_of({}, room.today()))

    assert asked["decision"] == "hand_off"
    assert (report.sums.contacts, report.sums.handed_over, report.met.tickets) == (1, 1, 1)
    assert ConversationStore(engine).accept(mask("x").text, asked["conversation_id"], None)
    assert room.count() >= 0
    assert room.today() - timedelta(days=1) < report.period.last
