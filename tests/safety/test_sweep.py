"""Following the mirror: what a change does to watched listings, and that none is lost or told twice."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from watch_samples import FAN, LAMP, RECALL, in_threads, kinds, listing

from assistant.errors import NotFoundError
from assistant.safety.watch import sweep as sweeping
from assistant.safety.watch.blocked import Blocked
from assistant.safety.watch.listings import Watch
from assistant.safety.watch.sweep import Sweep, Swept
from assistant.safety.watch.tables import ListingRow
from assistant.screening.policy import DEFAULT_POLICY, Policy
from assistant.store.database import transaction

MALL = "mall-1"


# ---- what changes ---------------------------------------------------------------------


def test_state_that_changes_is_told_once(watch, sweep, watched, events, clock) -> None:
    watch.register(MALL, [listing(), listing("P-2", LAMP)])
    clock.forward(days=1)
    watched.put_certificates([replace(FAN, cert_state="안전인증취소")])
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


def test_new_recall_is_told_by_its_own_kind(watch, sweep, watched, events) -> None:
    watch.register(MALL, [listing()])
    watched.put_recalls([RECALL])
    sweep.sweep()
    (event,) = events()

    assert event.kind == "recall_matched"
    assert [one["uid"] for one in event.payload["verdict"]["recalls"]] == ["D77"]
    assert event.payload["verdict"]["action"] == "block"


def test_recall_of_something_else_tells_nothing(watch, sweep, watched, events) -> None:
    watch.register(MALL, [listing()])
    watched.put_recalls([replace(RECALL, cert_num="", model_name="ZX-999", product_name="전기담요")])

    assert sweep.sweep() == Swept(changes=1)
    assert events() == []


def test_other_state_under_the_same_verdict_is_told_as_such(watch, sweep, watched, events) -> None:
    watched.put_certificates([replace(FAN, cert_state="개선명령")])
    watch.register(MALL, [listing()])
    watched.put_certificates([replace(FAN, cert_state="청문실시")])
    sweep.sweep()

    assert [one.kind for one in events()] == ["state_changed"]


def test_number_that_is_published_later_is_noticed(watch, sweep, watched, events) -> None:
    new = replace(FAN, cert_uid=3, cert_num="HU079999-26001A")
    (before,) = watch.register(MALL, [listing(certificate=new)])
    watched.put_certificates([new])
    sweep.sweep()

    assert before.verdict["verdict"] == "not_found"
    assert [one.payload["verdict"]["verdict"] for one in events()] == ["ok"]


def test_policy_that_changes_is_told_after_a_new_screening(watch, sweep, watched, events, policies) -> None:
    watched.put_certificates([replace(FAN, cert_state="기간만료")])
    sweep.sweep()
    watch.register(MALL, [listing()])
    watch.register("mall-2", [listing()])
    before = sweep.follow_policies()
    policies[MALL] = Policy({**DEFAULT_POLICY.actions, "expired": "block"})
    changed = sweep.follow_policies()
    done = sweep.sweep()

    assert (before, changed, sweep.follow_policies()) == (0, 1, 0)
    assert done == Swept(screened=1, events=1)
    assert [one.kind for one in events()] == ["action_changed"]


def test_policy_that_changed_is_followed_after_a_crash(watch, sweep, policies, monkeypatch) -> None:
    watch.register(MALL, [listing()])
    policies[MALL] = Policy({**DEFAULT_POLICY.actions, "ok": "warn"})
    with monkeypatch.context() as crash:
        crash.setattr(sweep, "rescreen_all", interrupt)
        with pytest.raises(KeyboardInterrupt):
            sweep.follow_policies()

    assert (sweep.follow_policies(), sweep.sweep()) == (1, Swept(screened=1, events=1))


def test_everything_is_screened_again_when_the_mirror_becomes_complete(watch, sweep, watched, events) -> None:
    watched.clear()
    (before,) = watch.register(MALL, [listing()])
    sweep.sweep()
    watched.put_certificates([replace(FAN, cert_state="안전인증취소")])
    watched.mark("20261123", is_complete=True, is_demo=True)
    sweep.sweep()

    assert before.verdict["verdict"] == "cannot_check"
    assert [one.payload["verdict"]["verdict"] for one in events()] == ["revoked"]
    assert events()[0].payload["verdict"]["is_demo"]


def test_mirror_that_is_emptied_alarms_nobody(watch, sweep, watched, events) -> None:
    watch.register(MALL, [listing()])
    watched.clear()

    assert sweep.sweep() == Swept()
    assert events() == []


def test_everything_is_screened_again_when_made_up_data_are_made_anew(watch, sweep, watched, events) -> None:
    watched.mark("20261123", is_complete=True, is_demo=True)
    watch.register(MALL, [listing()])
    sweep.sweep()
    watched.clear()
    watched.mark("20261123", is_complete=False, is_demo=True)
    watched.put_certificates([replace(FAN, cert_state="안전인증취소")])
    watched.mark("20261123", is_complete=True, is_demo=True)
    sweep.sweep()

    assert [event.payload["verdict"]["verdict"] for event in events()][-1] == "revoked"


def test_everything_is_screened_again_under_new_rules(watch, sweep, make_sweep) -> None:
    watch.register(MALL, [listing(), listing("P-2", LAMP)])

    assert make_sweep("2").sweep() == Swept(screened=2)
    assert make_sweep("2").sweep() == Swept()


def test_many_changes_and_listings_are_worked_off_in_chunks(watch, sweep, watched, events, monkeypatch) -> None:
    for name in ("_CHANGES", "_KEYS", "_LISTINGS", "_MARKED"):
        monkeypatch.setattr(sweeping, name, 3)
    many = [replace(FAN, cert_uid=100 + n, cert_num=f"HU0{70000 + n}-21001A") for n in range(10)]
    watched.put_certificates(many)
    watch.register(MALL, [listing(f"P-{n}", one) for n, one in enumerate(many)])
    sweep.sweep()
    watched.put_certificates([replace(one, cert_state="안전인증취소") for one in many])
    done = sweep.sweep()
    sweep.rescreen_all(MALL)

    assert (done.changes, done.screened, done.events) == (10, 10, 10)
    assert kinds(events()) == [("verdict_changed", f"P-{n}") for n in range(10)]
    assert sweep.sweep() == Swept(screened=10)


def test_blocked_listings_come_into_the_statistics(watch, sweep, watched, watch_engine, clock) -> None:
    watch.register(MALL, [listing(), listing("P-2", LAMP)])
    watched.put_certificates([replace(FAN, cert_state="안전인증취소")])
    sweep.sweep()
    sweep.rescreen_all()
    sweep.sweep()
    found = Blocked(watch_engine, clock).statistics(MALL, ["2026-11"])

    assert [(one.cause.verdict, one.cause.action, one.listings) for one in found.counts] == [("revoked", "block", 1)]
    assert found.screened == {"2026-11": 3}  # two that were registered, one that changed


# ---- cut off, and at once -------------------------------------------------------------


@pytest.mark.parametrize("where", ["_mark", "screen", "append", "_written"])
def test_change_is_neither_lost_nor_told_twice_when_it_is_cut_off(
    watch, sweep, make_sweep, watched, events, clock, monkeypatch, where
) -> None:
    watch.register(MALL, [listing()])
    watched.put_certificates([replace(FAN, cert_state="안전인증취소")])
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


def test_change_that_comes_while_a_listing_is_screened_is_followed(watch, sweep, watched, events, monkeypatch) -> None:
    """The verdict that was worked out from the older state is thrown away."""
    watch.register(MALL, [listing()])
    watched.put_certificates([replace(FAN, cert_state="기간만료")])
    real = sweep._screen

    def overtaken(taken):
        verdicts = real(taken)
        if watched.certificate(FAN.cert_num).cert_state == "기간만료":
            watched.put_certificates([replace(FAN, cert_state="안전인증취소")])
            sweep.follow()
        return verdicts

    monkeypatch.setattr(sweep, "_screen", overtaken)
    sweep.sweep()

    assert [one.payload["verdict"]["verdict"] for one in events()] == ["revoked"]


def test_change_that_comes_while_a_listing_is_registered_is_followed(
    watch_engine, gather, sweep, watched, events, clock
) -> None:
    def overtaken(listings):
        known = gather(listings)
        watched.put_certificates([replace(FAN, cert_state="안전인증취소")])
        sweep.sweep()
        return known

    (done,) = Watch(watch_engine, overtaken, lambda _: DEFAULT_POLICY, clock).register(MALL, [listing()])
    sweep.sweep()

    assert done.verdict["verdict"] == "ok"
    assert [one.payload["verdict"]["verdict"] for one in events()] == ["revoked"]


def test_listing_that_is_registered_anew_while_it_is_screened_keeps_what_was_sent(
    watch, sweep, watched, events, monkeypatch
) -> None:
    watch.register(MALL, [listing()])
    watched.put_certificates([replace(FAN, cert_state="안전인증취소")])
    real = sweep._screen

    def overtaken(taken):
        verdicts = real(taken)
        watch.register(MALL, [listing(certificate=LAMP)])
        return verdicts

    monkeypatch.setattr(sweep, "_screen", overtaken)
    sweep.sweep()

    assert watch.get(MALL, "P-1").verdict["verdict"] == "ok"
    assert events() == []


def test_several_sweepers_at_once_tell_every_change_once(
    watch, sweep, make_sweep, watched, events, monkeypatch
) -> None:
    monkeypatch.setattr(sweeping, "_LISTINGS", 7)
    monkeypatch.setattr(sweeping, "_CHANGES", 5)
    many = [replace(FAN, cert_uid=100 + n, cert_num=f"HU0{70000 + n}-21001A") for n in range(60)]
    watched.put_certificates(many)
    watch.register(MALL, [listing(f"P-{n}", one) for n, one in enumerate(many)])
    sweep.sweep()
    watched.put_certificates([replace(one, cert_state="안전인증취소") for one in many])
    in_threads([make_sweep().sweep for _ in range(3)])
    sweep.sweep()

    assert sorted(kinds(events())) == sorted(("verdict_changed", f"P-{n}") for n in range(60))
    assert [one.number for one in events()] == list(range(events()[0].number, events()[0].number + 60))


def test_mall_that_was_removed_stops_nobody(watch_engine, watched, gather, watch, events, clock) -> None:
    def policy_of(mall: str) -> Policy:
        if mall != MALL:
            raise NotFoundError("…")
        return DEFAULT_POLICY

    watch.register("gone", [listing()])
    watch.register(MALL, [listing()])
    watched.put_certificates([replace(FAN, cert_state="안전인증취소")])
    Sweep(watch_engine, watched, gather, policy_of, clock=clock).sweep()

    assert kinds(events()) == [("verdict_changed", "P-1")]


def test_nothing_is_due_after_a_sweep(watch, sweep, watched, watch_engine) -> None:
    watch.register(MALL, [listing()])
    watched.put_certificates([replace(FAN, cert_state="안전인증취소")])
    sweep.sweep()
    with transaction(watch_engine) as session:
        (row,) = session.scalars(select(ListingRow)).all()
        found = (row.generation > 0, row.leased_until)

    assert found == (True, None)


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
