"""Deliveries that go wrong: refused, slow, gone, cut off, two at once; every event arrives all the same."""

import ssl
import threading

import pytest
from receivers import Receiver, is_signed
from watch_samples import CHANGED

from assistant.safety.watch.deliveries import Delivered, Deliveries
from assistant.safety.watch.sending import Sender

MALL = "mall-1"
TLS = ssl.create_default_context()


def test_event_that_was_refused_comes_again_with_the_same_id(webhooks, deliveries, receiver, tell, clock) -> None:
    made = webhooks.add(MALL, receiver.url)
    receiver.script = [500, 503]
    tell()
    done = []
    for _ in range(4):
        done.append(deliveries.deliver_due())
        clock.forward(minutes=10)

    assert done == [Delivered(failed=1), Delivered(failed=1), Delivered(delivered=1), Delivered()]
    assert len(set(receiver.ids)) == 1
    assert len({one.body for one in receiver.received}) == 1
    assert all(is_signed(one, made.secret) for one in receiver.received)


@pytest.mark.parametrize(
    ("act", "status"),
    [("slow", "timeout"), ("drip", "timeout"), ("redirect", "302"), ("hang up", "bad_answer"), (404, "404")],
)
def test_answer_that_is_none_counts_as_a_failure(webhooks, deliveries, receiver, tell, states, act, status) -> None:
    webhooks.add(MALL, receiver.url)
    receiver.script = [act]
    tell()
    deliveries.deliver_due()

    assert states() == [("due", 1, status)]
    assert [one.path for one in receiver.received] == ["/hook?mall=1"]


def test_receiver_that_is_down_is_left_alone_and_loses_nothing(webhooks, deliveries, tell, clock, states) -> None:
    with Receiver() as receiver:
        made = webhooks.add(MALL, receiver.url)
    for _ in range(3):
        tell()
    first = deliveries.deliver_due()

    assert first == Delivered(failed=3)
    assert deliveries.deliver_due() == Delivered()
    clock.forward(minutes=2)
    assert deliveries.deliver_due() == Delivered(failed=1)  # one try shows that it is still down
    assert {state for state, _, _ in states()} == {"due"}
    assert webhooks.get(MALL, made.id).last_status == "no_connection"


def test_slow_receiver_keeps_no_other_waiting(webhooks, deliveries, receiver, tell) -> None:
    with Receiver(script=["slow"] * 20) as slow:
        webhooks.add(MALL, slow.url)
        webhooks.add(MALL, receiver.url)
        tell(*[CHANGED] * 5)
        done = deliveries.deliver_due()

    assert done == Delivered(delivered=5, failed=5)


def test_delivery_is_given_up_after_three_days_and_seen(webhooks, deliveries, receiver, tell, clock, states) -> None:
    made = webhooks.add(MALL, receiver.url)
    receiver.script = [500] * 100
    tell()
    for _ in range(40):
        deliveries.deliver_due()
        clock.forward(hours=2)

    ((state, tries, _),) = states()
    assert state == "failed"
    assert 10 <= tries <= 16
    assert (webhooks.get(MALL, made.id).due, webhooks.get(MALL, made.id).failed) == (0, 1)


def test_delivery_that_was_never_tried_is_given_up_too(webhooks, deliveries, receiver, tell, clock, states) -> None:
    webhooks.add(MALL, receiver.url)
    tell()
    clock.forward(hours=74)

    assert deliveries.expire() == 1
    assert states() == [("failed", 0, None)]


def test_endpoint_that_says_it_is_gone_gets_nothing_more(webhooks, deliveries, receiver, tell, clock) -> None:
    made = webhooks.add(MALL, receiver.url)
    receiver.script = [410]
    tell()
    deliveries.deliver_due()
    tell()
    clock.forward(hours=3)

    assert deliveries.deliver_due() == Delivered()
    assert webhooks.get(MALL, made.id).state == "gone"


def test_delivery_cut_off_by_a_crash_is_made_again(webhooks, deliveries, receiver, tell, clock, monkeypatch) -> None:
    webhooks.add(MALL, receiver.url)
    tell()
    with monkeypatch.context() as crash:
        crash.setattr(deliveries, "_note", interrupt)
        with pytest.raises(KeyboardInterrupt):
            deliveries.deliver_due()
    at_once = deliveries.deliver_due()
    clock.forward(minutes=5)

    assert (at_once, deliveries.deliver_due()) == (Delivered(), Delivered(delivered=1))
    assert len(receiver.received) == 2
    assert len(set(receiver.ids)) == 1


def test_two_copies_deliver_every_event_once(webhooks, watch_engine, receiver, tell, clock) -> None:
    webhooks.add(MALL, receiver.url)
    tell(*[CHANGED] * 60)
    copies = [Deliveries(watch_engine, Sender(tls=TLS, allows_local=True, seconds=10), clock) for _ in range(2)]

    def work(copy: Deliveries) -> None:
        while copy.deliver_due() != Delivered():
            pass

    threads = [threading.Thread(target=work, args=(copy,)) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(receiver.received) == len(set(receiver.ids)) == 60


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt
