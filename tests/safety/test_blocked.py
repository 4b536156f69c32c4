"""Statistics of blocked listings: what is counted, and that nothing is counted twice."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from assistant.product_safety import Action, Listing, Verdict, VerdictKind
from assistant.safety.watch import blocked as statistics
from assistant.safety.watch.blocked import Blocked, Cause, Count, add, month_of, months_between, months_until
from assistant.store.database import transaction

MALL = "mall-1"
MONTH = "2026-11"
RULES: dict[VerdictKind, str] = {"recalled": "recall_number", "expired": "state_expired", "ok": "agrees"}


@pytest.fixture
def blocked(watch_engine: Engine, clock) -> Blocked:
    return Blocked(watch_engine, clock)


def screened(
    listing_id: str, verdict: VerdictKind, action: Action, category: str = "완구", *, is_demo: bool = False
) -> tuple[Listing, Verdict]:
    listing = Listing(listing_id, "봉제인형", category=category)
    return listing, Verdict(listing_id, verdict, RULES[verdict], "…", action=action, is_demo=is_demo)


def counts(blocked: Blocked, month: str = MONTH) -> dict[tuple[str, str, str], int]:
    found = blocked.statistics(MALL, [month]).counts
    return {(one.cause.category, one.cause.verdict, one.cause.action): one.listings for one in found}


def test_blocked_and_held_listings_are_counted_beside_all_screenings(blocked: Blocked) -> None:
    blocked.record_all(
        MALL,
        [
            screened("1", "recalled", "block"),
            screened("2", "expired", "hold"),
            screened("3", "expired", "warn"),
            screened("4", "ok", "pass"),
        ],
    )

    assert counts(blocked) == {("완구", "recalled", "block"): 1, ("완구", "expired", "hold"): 1}
    assert blocked.statistics(MALL, [MONTH]).screened == {MONTH: 4}


def test_listing_counts_once_a_month_however_often_it_is_screened(blocked: Blocked) -> None:
    blocked.record_all(MALL, [screened("1", "recalled", "block")] * 3)
    blocked.record(MALL, *screened("1", "recalled", "block"))
    blocked.record(MALL, *screened("1", "ok", "pass"))

    assert counts(blocked) == {("완구", "recalled", "block"): 1}
    assert blocked.statistics(MALL, [MONTH]).screened == {MONTH: 5}


def test_listing_moves_to_the_severest_action_of_its_month(blocked: Blocked) -> None:
    blocked.record(MALL, *screened("1", "expired", "hold"))
    blocked.record(MALL, *screened("1", "recalled", "block"))
    blocked.record(MALL, *screened("1", "expired", "hold"))

    assert counts(blocked) == {("완구", "recalled", "block"): 1}


def test_listing_counts_again_in_the_next_month_by_korean_time(blocked: Blocked, clock) -> None:
    clock.now = datetime(2026, 10, 31, 14, 59, tzinfo=UTC)
    blocked.record(MALL, *screened("1", "recalled", "block"))
    clock.forward(minutes=2)
    blocked.record(MALL, *screened("1", "recalled", "block"))

    assert (counts(blocked, "2026-10"), counts(blocked)) == (counts(blocked), {("완구", "recalled", "block"): 1})


def test_listings_without_an_id_are_told_apart_by_what_they_say(blocked: Blocked) -> None:
    blocked.record_all(MALL, [screened("", "expired", "hold", category) for category in ("완구", "가전", "가전")])

    assert counts(blocked) == {("완구", "expired", "hold"): 1, ("가전", "expired", "hold"): 1}


def test_other_malls_listings_are_not_counted(blocked: Blocked) -> None:
    blocked.record("mall-2", *screened("1", "recalled", "block"))

    assert counts(blocked) == {}


def test_made_up_data_are_told_apart(blocked: Blocked) -> None:
    blocked.record(MALL, *screened("1", "recalled", "block"))
    blocked.record(MALL, *screened("2", "recalled", "block", is_demo=True))
    found = blocked.statistics(MALL, [MONTH])

    assert found.is_demo
    assert {one.cause.is_demo: one.listings for one in found.counts} == {False: 1, True: 1}


def test_category_of_any_length_is_counted(blocked: Blocked) -> None:
    blocked.record(MALL, *screened("1", "expired", "hold", "  완구  >  " + "가" * 500))
    blocked.record(MALL, *screened("2", "expired", "hold", "가\x00나"))

    assert set(counts(blocked)) == {(("완구 > " + "가" * 500)[:80], "expired", "hold"), ("", "expired", "hold")}


def test_counting_belongs_to_the_callers_transaction(blocked: Blocked, watch_engine: Engine, clock) -> None:
    def cut_off() -> None:
        with transaction(watch_engine) as session:
            add(session, MALL, [screened("1", "recalled", "block")], clock())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()

    assert (counts(blocked), blocked.statistics(MALL, [MONTH]).screened) == ({}, {})


def test_several_who_count_the_same_listings_count_them_once(watch_engine: Engine, clock) -> None:
    sent = [screened(str(number), "expired", "hold") for number in range(300)]
    threads = [
        threading.Thread(target=Blocked(watch_engine, clock).record_all, args=(MALL, sent[start : start + 200]))
        for start in (0, 50, 100, 0)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = Blocked(watch_engine, clock).statistics(MALL, [MONTH])

    assert found.counts == (Count(MONTH, Cause("완구", "expired", "state_expired", "hold", False), 300),)
    assert found.screened == {MONTH: 800}


def test_which_listings_were_counted_is_forgotten_and_the_counts_stay(blocked: Blocked, clock) -> None:
    blocked.record(MALL, *screened("1", "recalled", "block"))
    clock.forward(days=31)
    kept = blocked.clean()
    clock.forward(days=31)

    assert (kept, blocked.clean()) == (0, 1)
    assert counts(blocked) == {("완구", "recalled", "block"): 1}


def test_months_cross_the_years() -> None:
    assert months_between("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert months_until("2026-02", 3) == ["2025-12", "2026-01", "2026-02"]
    assert month_of(datetime(2025, 12, 31, 15, tzinfo=UTC)) == "2026-01"
    assert statistics.COUNTED[0] == "block"
