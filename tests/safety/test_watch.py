"""Registering listings: what is screened, kept, shown and removed; by several at once."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select
from watch_samples import FAN, LAMP, in_threads, kinds, listing

from assistant.errors import BadInputError, ConflictError, NotFoundError, UpstreamError
from assistant.product_safety import Known, Listing
from assistant.safety.watch.events import EventFeed
from assistant.safety.watch.listings import AT_ONCE, Watch
from assistant.safety.watch.tables import WatchedKeyRow
from assistant.screening.policy import DEFAULT_POLICY
from assistant.store.database import transaction

MALL = "mall-1"


def test_listing_is_screened_when_it_is_registered(watch: Watch, watch_engine: Engine, clock) -> None:
    (done,) = watch.register(MALL, [listing()])
    stored = watch.get(MALL, "P-1")
    (event,) = EventFeed(watch_engine).after(MALL, 0, 10).events

    assert (done.result, done.verdict["verdict"], done.verdict["action"]) == ("registered", "ok", "pass")
    assert (stored.listing, stored.verdict, stored.since) == (listing(), done.verdict, clock())
    assert (event.kind, event.payload) == (
        "listing_registered",
        {"listing_id": "P-1", "before": None, "verdict": done.verdict},
    )


def test_listing_sent_again_as_it_is_stays_untouched(watch: Watch, watch_engine: Engine, clock) -> None:
    first = watch.register(MALL, [listing()])
    clock.forward(days=1)
    again = watch.register(MALL, [listing()])

    assert [one.result for one in again] == ["unchanged"]
    assert again[0].verdict == first[0].verdict
    assert watch.get(MALL, "P-1").since < clock()
    assert len(EventFeed(watch_engine).after(MALL, 0, 10).events) == 1


def test_listing_that_changed_is_screened_again_under_its_new_keys(watch, sweep, watched, events) -> None:
    watch.register(MALL, [listing()])
    (done,) = watch.register(MALL, [listing(certificate=LAMP)])
    watched.put_certificates([replace(FAN, cert_state="안전인증취소")])
    sweep.sweep()
    nothing = events()
    watched.put_certificates([replace(LAMP, cert_state="안전인증취소")])
    sweep.sweep()

    assert (done.result, nothing) == ("updated", [])
    assert kinds(events()) == [("verdict_changed", "P-1")]


def test_thousand_listings_are_registered_in_one_go(watch: Watch) -> None:
    done = watch.register(MALL, [listing(f"P-{number}") for number in range(AT_ONCE)])

    assert [one.listing_id for one in done] == [f"P-{number}" for number in range(AT_ONCE)]
    assert {one.result for one in done} == {"registered"}
    assert len(watch.listed(MALL, 0, 2 * AT_ONCE)) == AT_ONCE


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ([listing("")], "상품번호"),
        ([listing(), listing()], "두 번"),
        ([listing("가" * 201)], "200자"),
        ([listing("P\0")], "글자"),
        ([replace(listing(), category="\ud800")], "글자"),
        ([listing(f"P-{number}") for number in range(AT_ONCE + 1)], "1000개"),
    ],
    ids=["no id", "one id twice", "long id", "NUL", "broken letter", "too many"],
)
def test_listings_that_cannot_be_registered_leave_nothing_behind(watch: Watch, sent, why) -> None:
    with pytest.raises(BadInputError, match=why):
        watch.register(MALL, [listing("P-9"), *sent])

    assert watch.listed(MALL, 0, 10) == []


def test_listings_are_listed_by_page_and_action(watch: Watch, watched) -> None:
    watched.put_certificates([replace(LAMP, cert_state="안전인증취소")])
    watch.register(MALL, [listing("P-1"), listing("P-2", LAMP), listing("P-3")])
    first = watch.listed(MALL, 0, 2)
    rest = watch.listed(MALL, first[-1].cursor, 2)

    assert [one.listing.id for one in (*first, *rest)] == ["P-1", "P-2", "P-3"]
    assert [one.listing.id for one in watch.listed(MALL, 0, 10, "block")] == ["P-2"]


def test_removed_listing_is_watched_no_longer(watch: Watch, sweep, watched, events, watch_engine) -> None:
    watch.register(MALL, [listing()])
    watch.remove(MALL, "P-1")
    watched.put_certificates([replace(FAN, cert_state="안전인증취소")])
    sweep.sweep()
    with transaction(watch_engine) as session:
        keys = session.scalar(select(func.count()).select_from(WatchedKeyRow))

    assert kinds(events()) == [("listing_removed", "P-1")]
    assert keys == 0
    with pytest.raises(NotFoundError):
        watch.get(MALL, "P-1")


def test_malls_see_their_own_listings_only(watch: Watch, events, sweep, watched) -> None:
    watch.register(MALL, [listing()])
    watch.register("mall-2", [listing()])
    watched.put_certificates([replace(FAN, cert_state="안전인증취소")])
    sweep.sweep()
    watch.remove("mall-2", "P-1")

    assert kinds(events()) == [("verdict_changed", "P-1")]
    assert kinds(events(mall="mall-2")) == [("verdict_changed", "P-1"), ("listing_removed", "P-1")]
    assert watch.get(MALL, "P-1").listing == listing()


def test_several_who_register_the_same_listings_register_them_once(watch: Watch, watch_engine: Engine) -> None:
    sent = [listing(f"P-{number}") for number in range(50)]
    refused: list[ConflictError] = []

    def register() -> None:
        try:
            watch.register(MALL, sent)
        except ConflictError as error:
            refused.append(error)

    in_threads([register] * 4)

    assert refused == []
    assert len(watch.listed(MALL, 0, 100)) == 50
    assert len(EventFeed(watch_engine).after(MALL, 0, 1000).events) == 50


def test_nothing_is_registered_while_the_mirror_does_not_answer(watch_engine: Engine, clock) -> None:
    def fail(_: Sequence[Listing]) -> list[Known]:
        raise UpstreamError("…")

    watch = Watch(watch_engine, fail, lambda _: DEFAULT_POLICY, clock)

    with pytest.raises(UpstreamError):
        watch.register(MALL, [listing()])
    assert watch.listed(MALL, 0, 10) == []
