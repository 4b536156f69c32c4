"""Who may be called by a webhook: nobody in our own network, whatever the URL looks like."""

import ssl

import pytest
from receivers import Receiver
from sqlalchemy import Engine

from assistant.errors import BadInputError, NotFoundError
from assistant.safety.watch.deliveries import Delivered, Deliveries
from assistant.safety.watch.sending import Sender
from assistant.safety.watch.webhooks import ENDPOINTS_MAX, Webhooks

MALL = "mall-1"
TLS = ssl.create_default_context()


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
