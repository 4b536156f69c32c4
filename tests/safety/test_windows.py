"""The windows: they hold every day once, numbers as they are known, and old ones are asked for more seldom."""

from datetime import UTC, date, datetime, timedelta
from string import ascii_uppercase

import pytest
from sqlalchemy import Engine
from upstreams import certificate

from assistant.safety.mirror.reading import Mirror
from assistant.safety.published.records import certificate_from
from assistant.safety.published.windows import DateWindows, NumberWindows, children, roots

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("today", [TODAY, date(2030, 1, 1), date(2029, 12, 31)])
def test_every_day_lies_in_exactly_one_root(today: date) -> None:
    prefixes = list(roots(today))
    days = [(date(1900, 1, 1) + timedelta(days=at)).isoformat().replace("-", "") for at in range(365 * 199)]
    known = set(prefixes)

    assert len(known) == len(prefixes)
    assert {sum(day[:length] in known for length in (2, 3, 4, 6)) for day in days[::7]} == {1}


def test_this_year_and_the_last_one_come_by_months() -> None:
    prefixes = list(roots(TODAY))

    assert {"202611", "202501", "2024", "2027", "203", "19"} <= set(prefixes)
    assert not {"2026", "2025"} & set(prefixes)


@pytest.mark.parametrize("prefix", ["19", "203", "2015", "201503"])
def test_every_day_of_a_window_lies_in_one_of_its_children(prefix: str) -> None:
    days = ((date(1900, 1, 1) + timedelta(days=at)).isoformat().replace("-", "") for at in range(365 * 199))
    texts = [day for day in days if day.startswith(prefix)]

    assert all(sum(text.startswith(child) for child in children(prefix)) == 1 for text in texts)


def test_dirty_dates_with_zeros_are_looked_for_too() -> None:
    assert "201500" in children("2015")
    assert "20150300" in children("201503")


def test_a_day_cannot_be_narrowed() -> None:
    assert children("20150301") == []


@pytest.mark.parametrize(
    ("prefix", "days", "due"),
    [
        ("202611", 1, True),
        ("20261122", 1, True),
        ("202610", 1, True),
        ("202606", 1, False),
        ("202606", 7, True),
        ("2023", 8, True),
        ("2015", 8, False),
        ("2015", 30, True),
        ("19", 29, False),
        ("203", 8, False),
        ("20261130", 8, False),
        ("202612", 8, False),
        ("203", 30, True),
    ],
)
def test_what_is_new_is_asked_for_every_day_and_what_is_old_by_and_by(prefix: str, days: int, due: bool) -> None:
    assert DateWindows([]).is_due(prefix, NOW - timedelta(days=days), NOW) is due


def test_what_follows_in_a_number_is_read_off_the_known_ones(mirror: Mirror, mirror_engine: Engine) -> None:
    numbers = ("CB061R2170-3018", "CB061R2170-3018A", "CB064A1-1", "cb064a3166-2004chC", "(배터리) ZU1-1")
    rows = (certificate_from(certificate(at, certNum=number)) for at, number in enumerate(numbers, start=1))
    mirror.put_certificates(one for one in rows if one)
    windows = NumberWindows(mirror_engine)

    assert windows.roots() == ["(", *ascii_uppercase, "c"]
    assert windows.children("X") == []
    assert len(windows.children("C")) == 36
    assert windows.children("CB061") == [f"CB061{letter}" for letter in "0123456789R"]
    assert windows.children("cb064") == [f"cb064{letter}" for letter in "0123456789a"]
    assert "(배터리" in windows.children("(배터")
    assert "CB061R2170-3018A" in windows.children("CB061R2170-3018")
    assert windows.children("CB061R2170-3018A") == []


def test_a_run_that_follows_at_once_asks_for_nothing_again() -> None:
    assert not DateWindows([]).is_due("20261122", NOW - timedelta(hours=1), NOW)
