from datetime import UTC, datetime

import pytest

from assistant import wording
from assistant.records import INTENTS


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 24, 6, 5, tzinfo=UTC), "11월 24일(화) 오후 3시 5분"),
        (datetime(2026, 11, 24, 3, 0, tzinfo=UTC), "11월 24일(화) 낮 12시"),
        (datetime(2026, 11, 24, 15, 30, tzinfo=UTC), "11월 25일(수) 밤 12시 30분"),
        (datetime(2026, 12, 31, 20, 0, tzinfo=UTC), "1월 1일(금) 오전 5시"),
    ],
    ids=["afternoon", "noon", "midnight", "new year"],
)
def test_a_moment_is_told_in_korean_time(moment: datetime, said: str) -> None:
    assert wording.when(moment) == said


def test_every_part_of_a_card_belongs_to_an_intent() -> None:
    assert set(wording.PART_NAMES) <= set(INTENTS)


def test_every_state_of_a_ticket_has_its_words() -> None:
    assert set(wording.STATUS) == {"open", "assigned", "answered", "closed"}
