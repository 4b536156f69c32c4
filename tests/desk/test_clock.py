"""Business time: opening hours, lunch, weekends and Korean holidays with their substitutes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk.clock import BusinessHours, hours_of
from assistant.desk.holidays import korean_holidays
from assistant.errors import SetupError
from assistant.wording import KST

HOURS = BusinessHours(holidays=korean_holidays())
H = timedelta(hours=1)


def kst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KST).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23 10:00", 1, "2026-11-23 11:00"),
        ("2026-11-23 11:30", 1, "2026-11-23 13:30"),
        ("2026-11-23 10:00", 8, "2026-11-24 10:00"),
        ("2026-11-23 09:00", 8, "2026-11-23 18:00"),
        ("2026-11-23 12:20", 1, "2026-11-23 14:00"),
        ("2026-11-20 17:00", 2, "2026-11-23 10:00"),
        ("2026-11-21 03:00", 1, "2026-11-23 10:00"),
        ("2026-02-13 17:30", 1, "2026-02-19 09:30"),
        ("2026-09-23 17:00", 2, "2026-09-28 10:00"),
        ("2026-02-27 17:00", 2, "2026-03-03 10:00"),
        ("2027-02-05 17:00", 2, "2027-02-10 10:00"),
        ("2026-12-31 17:00", 2, "2027-01-04 10:00"),
        ("2026-11-23 18:00", 0, "2026-11-24 09:00"),
    ],
    ids=[
        *("same day", "over lunch", "overnight", "to the closing", "from lunch", "over a weekend", "from a weekend"),
        *("seollal", "chuseok", "substitute of 1 March", "substitute of seollal", "new year", "at the closing"),
    ],
)
def test_what_is_due_falls_into_business_time(start: str, hours: int, due: str) -> None:
    assert HOURS.due(kst(start), hours * H) == kst(due)


def test_a_promise_of_48_hours_moves_to_the_next_opening() -> None:
    thursday, monday = kst("2026-11-19 15:00"), kst("2026-11-23 15:00")

    assert HOURS.promise(thursday, 48 * H) == kst("2026-11-23 09:00")
    assert HOURS.promise(monday, 48 * H) == kst("2026-11-25 15:00")


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23 09:00", None),
        ("2026-11-23 08:59", "2026-11-23 09:00"),
        ("2026-11-23 12:00", "2026-11-23 13:00"),
        ("2026-11-23 18:00", "2026-11-24 09:00"),
        ("2026-12-25 10:00", "2026-12-28 09:00"),
    ],
)
def test_when_the_desk_opens_again_is_known(moment: str, opens: str | None) -> None:
    assert HOURS.reopens_at(kst(moment)) == (kst(opens) if opens else None)


def test_pauses_do_not_count_and_may_overlap() -> None:
    pauses = [(kst("2026-11-23 10:00"), kst("2026-11-23 11:00")), (kst("2026-11-23 10:30"), kst("2026-11-23 14:00"))]

    assert HOURS.elapsed(kst("2026-11-23 09:00"), kst("2026-11-23 18:00"), pauses) == 5 * H


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda one: one.replace(tzinfo=UTC)),
    st.integers(0, 60 * 40).map(lambda minutes: timedelta(minutes=minutes)),
)
def test_so_much_time_has_run_when_something_is_due(start: datetime, hours: timedelta) -> None:
    due = HOURS.due(start, hours)

    assert HOURS.elapsed(start, due) == hours
    assert HOURS.elapsed(HOURS.before(due, hours), due) == hours


def test_longer_hours_are_a_setting() -> None:
    hours = hours_of("08:00-24:00", "none", "mon-fri,sat", frozenset(), "2026-11-24")

    assert hours.due(kst("2026-11-23 20:00"), 5 * H) == kst("2026-11-25 09:00")
    assert hours.is_open(kst("2026-11-28 23:59"))


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("HOURS", {"hours": "9 to 6"}),
        ("HOURS", {"hours": "18:00-09:00"}),
        ("LUNCH", {"lunch": "noon"}),
        ("DAYS", {"days": "mon-fry"}),
        ("CLOSED", {"closed": "2026-13-01"}),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(name: str, given: dict[str, str]) -> None:
    usual = {"hours": "09:00-18:00", "lunch": "12:00-13:00", "days": "mon-fri", "closed": ""}

    with pytest.raises(SetupError, match=f"ONECALL_DESK_{name}"):
        hours_of(**{**usual, **given}, holidays=frozenset())


def test_a_desk_that_never_opens_is_refused() -> None:
    with pytest.raises(SetupError):
        hours_of("12:00-13:00", "12:00-13:00", "mon-fri", frozenset())


def test_holidays_of_law_and_their_substitutes_are_known() -> None:
    known = korean_holidays()

    assert {date(2026, 3, 2), date(2026, 5, 25), date(2026, 8, 17), date(2026, 10, 5), date(2027, 2, 9)} <= known
    assert date(2026, 11, 24) not in known
