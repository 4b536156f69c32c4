"""Watching listings: what is registered, what a change of the data does to it, and that none is lost or told twice."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select
from watch_samples import FAN, LAMP, RECALL, PlainRequirements, listing

from assistant.errors import BadInputError, ConflictError, NotFoundError, UpstreamError
from assistant.product_safety import Known, Listing
from assistant.safety import sweep as sweeping
from assistant.safety.blocked import Blocked
from assistant.safety.events import Event, EventFeed
from assistant.safety.gather import Gatherer
from assistant.safety.mirror import Mirror
from assistant.safety.sweep import Sweep, Swept
from assistant.safety.watch import AT_ONCE, Watch
from assistant.safety.watch_tables import ListingRow, WatchedKeyRow
from assistant.screening.policy import DEFAULT_POLICY, Policy
from assistant.store.database import transaction

MALL = "mall-1"


@pytest.fixture
def mirror(watch_engine: Engine) -> Mirror:
    """A complete mirror with two certificates."""
    mirror = Mirror(watch_engine)
    mirror.clear()
    mirror.put_certificates([FAN, LAMP])
    mirror.mark("20261122", is_complete=True, is_demo=False)
    return mirror


@pytest.fixture
def gather(mirror: Mirror) -> Callable[[Sequence[Listing]], list[Known]]:
    return lambda listings: Gatherer(mirror, PlainRequirements()).gathered(listings)


@pytest.fixture
def policies() -> dict[str, Policy]:
    return {}


@pytest.fixture
def watch(watch_engine: Engine, gather, clock, policies) -> Watch:
    return Watch(watch_engine, gather, lambda mall: policies.get(mall, DEFAULT_POLICY), clock)


@pytest.fixture
def make_sweep(watch_engine: Engine, mirror: Mirror, gather, clock, policies):
    """Make a sweeper as each copy of the service has one."""

    def make(rules: str = "1") -> Sweep:
        policy_of = lambda mall: policies.get(mall, DEFAULT_POLICY)  # noqa: E731
        return Sweep(watch_engine, mirror, gather, policy_of, rules=rules, clock=clock)

    return make


@pytest.fixture
def sweep(make_sweep) -> Sweep:
    """A sweeper that has seen the mirror as it is."""
    made = make_sweep()
    made.sweep()
    return made


@pytest.fixture
def events(watch_engine: Engine, clock) -> Callable[..., list[Event]]:
    """The mall's events behind a cursor; those of registering left out."""

    def read(after: int = 0, mall: str = MALL) -> list[Event]:
        found = EventFeed(watch_engine, clock).after(mall, after, 10_000).events
        return [one for one in found if one.kind not in ("listing_registered", "listing_updated")]

    return read


def kinds(found: Sequence[Event]) -> list[tuple[str, str]]:
    return [(one.kind, one.payload["listing_id"]) for one in found]


# ---- registering ----------------------------------------------------------------------


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


def test_listing_that_changed_is_screened_again_under_its_new_keys(watch, sweep, mirror, events) -> None:
    watch.register(MALL, [listing()])
    (done,) = watch.register(MALL, [listing(certificate=LAMP)])
    mirror.put_certificates([replace(FAN, cert_state="안전인증취소")])
    sweep.sweep()
    nothing = events()
    mirror.put_certificates([replace(LAMP, cert_state="안전인증취소")])
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


def test_listings_are_listed_by_page_and_action(watch: Watch, mirror: Mirror) -> None:
    mirror.put_certificates([replace(LAMP, cert_state="안전인증취소")])
    watch.register(MALL, [listing("P-1"), listing("P-2", LAMP), listing("P-3")])
    first = watch.listed(MALL, 0, 2)
    rest = watch.listed(MALL, first[-1].cursor, 2)

    assert [one.listing.id for one in (*first, *rest)] == ["P-1", "P-2", "P-3"]
    assert [one.listing.id for one in watch.listed(MALL, 0, 10, "block")] == ["P-2"]


def test_removed_listing_is_watched_no_longer(watch: Watch, sweep, mirror, events, watch_engine) -> None:
    watch.register(MALL, [listing()])
    watch.remove(MALL, "P-1")
    mirror.put_certificates([replace(FAN, cert_state="안전인증취소")])
    sweep.sweep()
    with transaction(watch_engine) as session:
        keys = session.scalar(select(func.count()).select_from(WatchedKeyRow))

    assert kinds(events()) == [("listing_removed", "P-1")]
    assert keys == 0
    with pytest.raises(NotFoundError):
        watch.get(MALL, "P-1")


def test_malls_see_their_own_listings_only(watch: Watch, events, sweep, mirror) -> None:
    watch.register(MALL, [listing()])
    watch.register("mall-2", [listing()])
    mirror.put_certificates([replace(FAN, cert_state="안전인증취소")])
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


# ---- what changes ---------------------------------------------------------------------


def test_state_that_changes_is_told_once(watch, sweep, mirror, events, clock) -> None:
    watch.register(MALL, [listing(), listing("P-2", LAMP)])
    clock.forward(days=1)
    mirror.put_certificates([replace(FAN, cert_state="안전인증취소")])
    done = sweep.sweep()
    (event,) = events()

    assert done == Swept(changes=1, screened=1, events=1)
    assert sweep.sweep() == Swept()
    assert (event.kind, event.payload["before"]["verdict"], event.payload["verdict"]["verdict"]) == (
        "verdict_changed",
        "ok",
        "revoked",
    )
    assert watch.get(MALL, "P-1").since == clock()
    assert watch.get(MALL, "P-2").since < clock()


def test_new_recall_is_told_by_its_own_kind(watch, sweep, mirror, events) -> None:
    watch.register(MALL, [listing()])
    mirror.put_recalls([RECALL])
    sweep.sweep()
    (event,) = events()

    assert event.kind == "recall_matched"
    assert [one["uid"] for one in event.payload["verdict"]["recalls"]] == ["D77"]
    assert event.payload["verdict"]["action"] == "block"


def test_recall_of_something_else_tells_nothing(watch, sweep, mirror, events) -> None:
    watch.register(MALL, [listing()])
    mirror.put_recalls([replace(RECALL, cert_num="", model_name="ZX-999", product_name="전기담요")])

    assert sweep.sweep() == Swept(changes=1)
    assert events() == []


def test_other_state_under_the_same_verdict_is_told_as_such(watch, sweep, mirror, events) -> None:
    mirror.put_certificates([replace(FAN, cert_state="개선명령")])
    watch.register(MALL, [listing()])
    mirror.put_certificates([replace(FAN, cert_state="청문실시")])
    sweep.sweep()

    assert [one.kind for one in events()] == ["state_changed"]


def test_number_that_is_published_later_is_noticed(watch, sweep, mirror, events) -> None:
    new = replace(FAN, cert_uid=3, cert_num="HU079999-26001A")
    (before,) = watch.register(MALL, [listing(certificate=new)])
    mirror.put_certificates([new])
    sweep.sweep()

    assert before.verdict["verdict"] == "not_found"
    assert [one.payload["verdict"]["verdict"] for one in events()] == ["ok"]


def test_policy_that_changes_is_told_after_a_new_screening(watch, sweep, mirror, events, policies) -> None:
    mirror.put_certificates([replace(FAN, cert_state="기간만료")])
    sweep.sweep()
    watch.register(MALL, [listing()])
    policies[MALL] = Policy({**DEFAULT_POLICY.actions, "expired": "block"})
    sweep.rescreen_all("mall-2")
    nothing = sweep.sweep()
    sweep.rescreen_all(MALL)
    sweep.sweep()

    assert nothing.screened == 0
    assert [one.kind for one in events()] == ["action_changed"]


def test_everything_is_screened_again_when_the_mirror_becomes_complete(watch, sweep, mirror, events) -> None:
    mirror.clear()
    (before,) = watch.register(MALL, [listing()])
    sweep.sweep()
    mirror.put_certificates([replace(FAN, cert_state="안전인증취소")])
    mirror.mark("20261123", is_complete=True, is_demo=True)
    sweep.sweep()

    assert before.verdict["verdict"] == "cannot_check"
    assert [one.payload["verdict"]["verdict"] for one in events()] == ["revoked"]
    assert events()[0].payload["verdict"]["is_demo"]


def test_mirror_that_is_emptied_alarms_nobody(watch, sweep, mirror, events) -> None:
    watch.register(MALL, [listing()])
    mirror.clear()

    assert sweep.sweep() == Swept()
    assert events() == []


def test_everything_is_screened_again_under_new_rules(watch, sweep, make_sweep) -> None:
    watch.register(MALL, [listing(), listing("P-2", LAMP)])

    assert make_sweep("2").sweep() == Swept(screened=2)
    assert make_sweep("2").sweep() == Swept()


def test_many_changes_and_listings_are_worked_off_in_chunks(watch, sweep, mirror, events, monkeypatch) -> None:
    for name in ("_CHANGES", "_KEYS", "_LISTINGS", "_MARKED"):
        monkeypatch.setattr(sweeping, name, 3)
    many = [replace(FAN, cert_uid=100 + n, cert_num=f"HU0{70000 + n}-21001A") for n in range(10)]
    mirror.put_certificates(many)
    watch.register(MALL, [listing(f"P-{n}", one) for n, one in enumerate(many)])
    sweep.sweep()
    mirror.put_certificates([replace(one, cert_state="안전인증취소") for one in many])
    done = sweep.sweep()
    sweep.rescreen_all(MALL)

    assert (done.changes, done.screened, done.events) == (10, 10, 10)
    assert kinds(events()) == [("verdict_changed", f"P-{n}") for n in range(10)]
    assert sweep.sweep() == Swept(screened=10)


def test_blocked_listings_come_into_the_statistics(watch, sweep, mirror, watch_engine, clock) -> None:
    watch.register(MALL, [listing(), listing("P-2", LAMP)])
    mirror.put_certificates([replace(FAN, cert_state="안전인증취소")])
    sweep.sweep()
    sweep.rescreen_all()
    sweep.sweep()
    found = Blocked(watch_engine, clock).statistics(MALL, ["2026-11"])

    assert [(one.cause.verdict, one.cause.action, one.listings) for one in found.counts] == [("revoked", "block", 1)]
    assert found.screened == {"2026-11": 3}  # two that were registered, one that changed


# ---- cut off, and at once -------------------------------------------------------------


@pytest.mark.parametrize("where", ["_mark", "screen", "append", "_written"])
def test_change_is_neither_lost_nor_told_twice_when_it_is_cut_off(
    watch, sweep, make_sweep, mirror, events, clock, monkeypatch, where
) -> None:
    watch.register(MALL, [listing()])
    mirror.put_certificates([replace(FAN, cert_state="안전인증취소")])
    with monkeypatch.context() as crash:
        crash.setattr(sweeping, where, interrupt)
        with pytest.raises(KeyboardInterrupt):
            sweep.sweep()
    nothing = events()
    clock.forward(minutes=3)
    make_sweep().sweep()
    make_sweep().sweep()

    assert nothing == []
    assert kinds(events()) == [("verdict_changed", "P-1")]


def test_change_that_comes_while_a_listing_is_screened_is_followed(watch, sweep, mirror, events, monkeypatch) -> None:
    """The verdict that was worked out from the older state is thrown away."""
    watch.register(MALL, [listing()])
    mirror.put_certificates([replace(FAN, cert_state="기간만료")])
    real = sweep._screen

    def overtaken(taken):
        verdicts = real(taken)
        if mirror.certificate(FAN.cert_num).cert_state == "기간만료":
            mirror.put_certificates([replace(FAN, cert_state="안전인증취소")])
            sweep.follow()
        return verdicts

    monkeypatch.setattr(sweep, "_screen", overtaken)
    sweep.sweep()

    assert [one.payload["verdict"]["verdict"] for one in events()] == ["revoked"]


def test_change_that_comes_while_a_listing_is_registered_is_followed(
    watch_engine, gather, sweep, mirror, events, clock
) -> None:
    def overtaken(listings):
        known = gather(listings)
        mirror.put_certificates([replace(FAN, cert_state="안전인증취소")])
        sweep.sweep()
        return known

    (done,) = Watch(watch_engine, overtaken, lambda _: DEFAULT_POLICY, clock).register(MALL, [listing()])
    sweep.sweep()

    assert done.verdict["verdict"] == "ok"
    assert [one.payload["verdict"]["verdict"] for one in events()] == ["revoked"]


def test_listing_that_is_registered_anew_while_it_is_screened_keeps_what_was_sent(
    watch, sweep, mirror, events, monkeypatch
) -> None:
    watch.register(MALL, [listing()])
    mirror.put_certificates([replace(FAN, cert_state="안전인증취소")])
    real = sweep._screen

    def overtaken(taken):
        verdicts = real(taken)
        watch.register(MALL, [listing(certificate=LAMP)])
        return verdicts

    monkeypatch.setattr(sweep, "_screen", overtaken)
    sweep.sweep()

    assert watch.get(MALL, "P-1").verdict["verdict"] == "ok"
    assert events() == []


def test_several_sweepers_at_once_tell_every_change_once(watch, sweep, make_sweep, mirror, events, monkeypatch) -> None:
    monkeypatch.setattr(sweeping, "_LISTINGS", 7)
    monkeypatch.setattr(sweeping, "_CHANGES", 5)
    many = [replace(FAN, cert_uid=100 + n, cert_num=f"HU0{70000 + n}-21001A") for n in range(60)]
    mirror.put_certificates(many)
    watch.register(MALL, [listing(f"P-{n}", one) for n, one in enumerate(many)])
    sweep.sweep()
    mirror.put_certificates([replace(one, cert_state="안전인증취소") for one in many])
    in_threads([make_sweep().sweep for _ in range(3)])
    sweep.sweep()

    assert sorted(kinds(events())) == sorted(("verdict_changed", f"P-{n}") for n in range(60))
    assert [one.number for one in events()] == list(range(events()[0].number, events()[0].number + 60))


def test_mall_that_was_removed_stops_nobody(watch_engine, mirror, gather, watch, events, clock) -> None:
    def policy_of(mall: str) -> Policy:
        if mall != MALL:
            raise NotFoundError("…")
        return DEFAULT_POLICY

    watch.register("gone", [listing()])
    watch.register(MALL, [listing()])
    mirror.put_certificates([replace(FAN, cert_state="안전인증취소")])
    Sweep(watch_engine, mirror, gather, policy_of, clock=clock).sweep()

    assert kinds(events()) == [("verdict_changed", "P-1")]


def test_nothing_is_due_after_a_sweep(watch, sweep, mirror, watch_engine) -> None:
    watch.register(MALL, [listing()])
    mirror.put_certificates([replace(FAN, cert_state="안전인증취소")])
    sweep.sweep()
    with transaction(watch_engine) as session:
        (row,) = session.scalars(select(ListingRow)).all()
        found = (row.generation > 0, row.leased_until)

    assert found == (True, None)


def in_threads(jobs: Sequence[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
