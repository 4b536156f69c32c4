"""The periods that figures are asked for."""

from datetime import date

import pytest

from assistant.desk.periods import month, month_before, months_until, period_of, quarters_until
from assistant.errors import BadInputError

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("asked", "first", "last", "name"),
    [
        ({}, "2026-11-01", "2026-11-30", "2026년 11월"),
        ({"month": "2024-02"}, "2024-02-01", "2024-02-29", "2024년 2월"),
        ({"month": "2025-12"}, "2025-12-01", "2025-12-31", "2025년 12월"),
        ({"quarter": "2026-4"}, "2026-10-01", "2026-12-31", "2026년 4분기"),
        ({"quarter": "2026-q1"}, "2026-01-01", "2026-03-31", "2026년 1분기"),
        ({"from": "2026-11-02", "to": "2026-11-02"}, "2026-11-02", "2026-11-02", "2026년 11월 2일"),
        (
            {"from": "2026-11-05", "to": "2026-11-02"},
            "2026-11-02",
            "2026-11-05",
            "2026년 11월 2일부터 2026년 11월 5일까지",
        ),
        ({"from": "2026-11-05"}, "2026-11-05", "2026-11-22", "2026년 11월 5일부터 2026년 11월 22일까지"),
    ],
)
def test_a_period_is_a_month_a_quarter_or_from_a_day_to_another(asked, first: str, last: str, name: str) -> None:
    period = period_of(asked, TODAY)

    assert (period.first.isoformat(), period.last.isoformat(), period.name) == (first, last, name)
    assert period_of(dict(part.split("=") for part in period.query.split("&")), TODAY) == period


@pytest.mark.parametrize(
    "asked",
    [
        {"month": "2026-13"},
        {"month": "26-11"},
        {"quarter": "2026-5"},
        {"from": "2026-02-30"},
        {"from": "20260201"},
        {"to": "never"},
        {"month": "2026-12"},
        {"from": "2020-01-01", "to": "2026-01-01"},
    ],
)
def test_what_is_no_period_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(BadInputError):
        period_of(asked, TODAY)


def test_periods_to_pick_from_begin_with_the_present_one() -> None:
    assert [one.query for one in months_until(date(2026, 2, 1), 3)] == [
        "month=2026-02",
        "month=2026-01",
        "month=2025-12",
    ]
    assert [one.query for one in quarters_until(date(2026, 2, 1), 2)] == ["quarter=2026-1", "quarter=2025-4"]
    assert month_before(month("2026-01")) == month("2025-12")
