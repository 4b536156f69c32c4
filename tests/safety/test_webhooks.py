"""Webhooks: what is signed and sent, and what is sent again."""

import json
import ssl
from datetime import timedelta

import pytest
from receivers import Receiver, is_signed, make_certificate
from sqlalchemy import Engine
from watch_samples import CHANGED

from assistant.errors import NotFoundError
from assistant.safety.watch.deliveries import Delivered, Deliveries, rest, retry_delay
from assistant.safety.watch.events import NewEvent
from assistant.safety.watch.sending import Parcel, Sender
from assistant.safety.watch.webhooks import Webhooks

MALL = "mall-1"


# ---- what arrives ---------------------------------------------------------------------


def test_event_arrives_signed_and_once(webhooks, deliveries, receiver: Receiver, tell, feed) -> None:
    secret = webhooks.add(MALL, receiver.url).secret
    tell()
    done = deliveries.deliver_due()
    (got,) = receiver.received
    (event,) = feed.after(MALL, 0, 10).events

    assert (done, deliveries.deliver_due()) == (Delivered(delivered=1), Delivered())
    assert got.path == "/hook?mall=1"
    assert got.headers["host"] == f"localhost:{receiver.port}"
    assert is_signed(got, secret)
    assert json.loads(got.body) == {
        "id": event.uid,
        "cursor": 1,
        "type": "verdict_changed",
        "timestamp": "2026-11-22T03:00:00+00:00",
        "data": CHANGED.payload,
    }


def test_secret_is_shown_once(webhooks: Webhooks, receiver: Receiver) -> None:
    made = webhooks.add(MALL, receiver.url)

    assert made.secret.startswith("whsec_")
    assert made.secret not in repr(made)
    assert [one.secret for one in webhooks.listed(MALL)] == [None]
    assert webhooks.get(MALL, made.id).secret is None


def test_both_secrets_sign_while_one_takes_over(webhooks, deliveries, receiver: Receiver, tell, clock) -> None:
    old = webhooks.add(MALL, receiver.url)
    new = webhooks.rotate(MALL, old.id)
    tell()
    deliveries.deliver_due()
    clock.forward(hours=25)
    tell()
    deliveries.deliver_due()
    during, behind = receiver.received

    assert [is_signed(during, one.secret) for one in (old, new)] == [True, True]
    assert [is_signed(behind, one.secret) for one in (old, new)] == [False, True]


def test_endpoint_gets_the_kinds_it_asked_for(webhooks, deliveries, receiver: Receiver, tell) -> None:
    webhooks.add(MALL, receiver.url, ["listing_removed"])
    tell(CHANGED, NewEvent("listing_removed", {"listing_id": "P-2"}))
    deliveries.deliver_due()

    assert [json.loads(one.body)["type"] for one in receiver.received] == ["listing_removed"]


def test_endpoint_is_over_tls_checked_by_its_name(watch_engine: Engine, clock, tell, tmp_path) -> None:
    certificate, key = make_certificate(tmp_path, "localhost")
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(certificate, key)
    trusted = ssl.create_default_context(cafile=str(certificate))
    with Receiver(tls=own) as receiver:
        sender = Sender(tls=trusted, allows_local=True, seconds=2)
        Webhooks(watch_engine, sender, clock).add(MALL, receiver.url)
        Webhooks(watch_engine, sender, clock).add(MALL, receiver.url.replace("localhost", "127.0.0.1"))
        tell()
        done = Deliveries(watch_engine, sender, clock).deliver_due()

    assert done == Delivered(delivered=1, failed=1)
    assert receiver.received[0].headers["host"] == f"localhost:{receiver.port}"


def test_endpoint_is_tried_out_without_an_event(webhooks, receiver: Receiver, feed) -> None:
    made = webhooks.add(MALL, receiver.url)
    receiver.script = [200, 500]
    outcomes = [webhooks.test(MALL, made.id) for _ in range(2)]

    assert [(one.status, one.is_delivered) for one in outcomes] == [("200", True), ("500", False)]
    assert is_signed(receiver.received[0], made.secret)
    assert feed.after(MALL, 0, 10).events == ()


# ---- again ----------------------------------------------------------------------------


def test_events_behind_a_cursor_are_sent_again(webhooks, deliveries, receiver, tell, feed) -> None:
    made = webhooks.add(MALL, receiver.url)
    tell(*[CHANGED] * 3)
    deliveries.deliver_due()
    due = feed.replay(MALL, 1, made.id)
    deliveries.deliver_due()

    assert due == 2
    assert set(receiver.ids[3:]) == {event.uid for event in feed.after(MALL, 1, 10).events}


def test_events_from_before_an_endpoint_was_there_can_be_sent_to_it(webhooks, deliveries, receiver, tell, feed) -> None:
    tell(CHANGED, NewEvent("listing_removed", {}), CHANGED)
    webhooks.add(MALL, receiver.url)

    assert feed.replay(MALL, 0) == 2
    assert deliveries.deliver_due() == Delivered(delivered=2)


def test_delivery_that_was_given_up_can_be_sent_again(webhooks, deliveries, receiver, tell, clock, feed) -> None:
    webhooks.add(MALL, receiver.url)
    tell()
    clock.forward(hours=80)
    deliveries.expire()
    feed.replay(MALL, 0)

    assert deliveries.deliver_due() == Delivered(delivered=1)


def test_other_malls_events_are_not_replayed(webhooks, deliveries, receiver, tell, feed) -> None:
    webhooks.add(MALL, receiver.url)
    tell(mall="mall-2")

    assert feed.replay(MALL, 0) == 0
    with pytest.raises(NotFoundError):
        feed.replay("mall-2", 0, webhooks.listed(MALL)[0].id)


def test_feed_tells_what_is_new_and_what_is_no_longer_kept(tell, feed, clock) -> None:
    tell(*[CHANGED] * 3)
    clock.forward(days=100)
    tell(*[CHANGED] * 2)
    whole = feed.after(MALL, 0, 10)
    feed.clean()
    page = feed.after(MALL, 1, 1)
    end = feed.after(MALL, 5, 10)

    assert ([one.number for one in whole.events], whole.missed, whole.has_more) == ([1, 2, 3, 4, 5], 0, False)
    assert ([one.number for one in page.events], page.missed, page.has_more, page.next) == ([4], 2, True, 4)
    assert (end.events, end.missed, end.next) == ((), 0, 5)


def test_removed_endpoint_takes_its_deliveries_with_it(webhooks, deliveries, receiver, tell, states) -> None:
    made = webhooks.add(MALL, receiver.url)
    tell()
    webhooks.remove(MALL, made.id)

    assert deliveries.deliver_due() == Delivered()
    assert (webhooks.listed(MALL), states()) == ([], [])


def test_waiting_grows_to_hours_and_spreads() -> None:
    waits = [retry_delay(tries) for tries in range(1, 30)]
    rests = [rest(failures) for failures in range(1, 30)]

    assert timedelta(seconds=4) <= waits[0] <= timedelta(seconds=6)
    assert max(waits) <= timedelta(hours=14.4)
    assert max(rests) <= timedelta(hours=1.2)
    assert len({retry_delay(20) for _ in range(5)}) == 5


def test_signatures_stay_out_of_what_is_logged() -> None:
    assert "v1," not in repr(Parcel("https://mall.example", "{}", {"webhook-signature": "v1,abc"}))
