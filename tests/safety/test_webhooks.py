"""Webhooks: who may be called, what is signed, and that every event arrives."""

import json
import ssl
import threading
from datetime import timedelta

import pytest
from receivers import Receiver, is_signed, make_certificate
from sqlalchemy import Engine, select

from assistant.errors import BadInputError, NotFoundError
from assistant.safety.deliveries import Delivered, Deliveries, rest, retry_delay
from assistant.safety.events import EventFeed, NewEvent, append, hold_malls
from assistant.safety.sending import Parcel, Sender
from assistant.safety.watch_tables import DeliveryRow
from assistant.safety.webhooks import ENDPOINTS_MAX, Webhooks
from assistant.store.database import transaction

MALL = "mall-1"
TLS = ssl.create_default_context()
CHANGED = NewEvent("verdict_changed", {"listing_id": "P-1", "verdict": {"reason": "취소된 인증이에요."}})


@pytest.fixture
def sender() -> Sender:
    return Sender(tls=TLS, allows_local=True, seconds=0.4)


@pytest.fixture
def webhooks(watch_engine: Engine, sender: Sender, clock) -> Webhooks:
    return Webhooks(watch_engine, sender, clock)


@pytest.fixture
def deliveries(watch_engine: Engine, sender: Sender, clock) -> Deliveries:
    return Deliveries(watch_engine, sender, clock)


@pytest.fixture
def feed(watch_engine: Engine, clock) -> EventFeed:
    return EventFeed(watch_engine, clock)


@pytest.fixture
def tell(watch_engine: Engine, clock):
    """Write events of the mall."""

    def write(*drafts: NewEvent, mall: str = MALL) -> None:
        with transaction(watch_engine) as session:
            hold_malls(session, [mall])
            append(session, mall, drafts or [CHANGED], clock())

    return write


@pytest.fixture
def states(watch_engine: Engine):
    """The state, tries and last status of every delivery."""

    def read() -> list[tuple[str, int, str | None]]:
        query = select(DeliveryRow.state, DeliveryRow.tries, DeliveryRow.last_status).order_by(DeliveryRow.id)
        with transaction(watch_engine) as session:
            return [tuple(row) for row in session.execute(query)]

    return read


# ---- who may be called ----------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://mall.example/hook",
        "ftp://mall.example/hook",
        "https://",
        "https:///hook",
        "https://user:secret@mall.example/",
        "https://mall.example/#part",
        "https://mall.example:99999/",
        "https://mall.example:0/",
        "https://mall.example\\@127.0.0.1/",
        "https://몰.example/",
        "https://mall.example/a b",
        "https://mall.example/" + "a" * 500,
        "javascript:alert(1)",
        "",
    ],
)
def test_url_that_is_no_plain_https_url_is_refused(url: str) -> None:
    with pytest.raises(BadInputError, match="https"):
        Sender(tls=TLS, find=lambda *_: ["8.8.8.8"]).refuse_unsafe(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
    ],
)
def test_url_that_leads_into_a_private_network_is_refused(address: str) -> None:
    with pytest.raises(BadInputError, match="내부 주소"):
        Sender(tls=TLS, find=lambda *_: ["8.8.8.8", address]).refuse_unsafe("https://mall.example/hook")


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/"])
def test_address_in_any_spelling_is_seen_through(url: str) -> None:
    with pytest.raises(BadInputError, match=r"내부 주소|찾을 수 없"):
        Sender(tls=TLS).refuse_unsafe(url)


def test_host_without_an_address_is_refused() -> None:
    with pytest.raises(BadInputError, match="찾을 수 없어요"):
        Sender(tls=TLS).refuse_unsafe("https://mall.invalid/hook")


def test_flag_for_development_opens_this_machine_only() -> None:
    with pytest.raises(BadInputError, match="내부 주소"):
        Sender(tls=TLS, find=lambda *_: ["10.0.0.1"], allows_local=True).refuse_unsafe("http://mall.example/hook")


def test_endpoint_that_is_unsafe_is_not_stored(watch_engine: Engine) -> None:
    webhooks = Webhooks(watch_engine, Sender(tls=TLS, find=lambda *_: ["10.0.0.1"]))
    with pytest.raises(BadInputError, match="내부 주소"):
        webhooks.add(MALL, "https://mall.example/hook")

    assert webhooks.listed(MALL) == []


def test_host_that_moves_into_our_network_is_not_called(watch_engine: Engine, receiver: Receiver, clock, tell) -> None:
    addresses = ["8.8.8.8"]
    sender = Sender(tls=TLS, find=lambda *_: addresses)
    Webhooks(watch_engine, sender, clock).add(MALL, f"https://mall.example:{receiver.port}/hook")
    tell()
    addresses[:] = ["127.0.0.1"]
    done = Deliveries(watch_engine, sender, clock).deliver_due()

    assert done == Delivered(failed=1)
    assert receiver.received == []


def test_mall_has_so_many_endpoints_and_no_more(webhooks: Webhooks, receiver: Receiver) -> None:
    for _ in range(ENDPOINTS_MAX):
        webhooks.add(MALL, receiver.url)

    with pytest.raises(BadInputError, match="10개"):
        webhooks.add(MALL, receiver.url)


def test_other_malls_endpoint_cannot_be_found(webhooks: Webhooks, receiver: Receiver) -> None:
    own = webhooks.add(MALL, receiver.url)

    for method in (webhooks.get, webhooks.remove, webhooks.rotate, webhooks.test):
        with pytest.raises(NotFoundError):
            method("mall-2", own.id)


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


# ---- what goes wrong ------------------------------------------------------------------


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


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt
