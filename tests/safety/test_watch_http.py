"""The doors of watching: listings, events and webhooks over HTTP, and the page of statistics.

What is behind them is tested with PostgreSQL too (test_watch.py, test_webhooks.py, test_blocked.py).
"""

import base64
import csv
import io
import json
import ssl
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from receivers import Receiver, is_signed
from sqlalchemy import Engine
from watch_samples import FAN, PlainRequirements

from assistant.product_safety import Listing, Verdict
from assistant.safety.gather import Gatherer
from assistant.safety.malls.keys import Terms
from assistant.safety.malls.quota import Quota
from assistant.safety.malls.store import MallStore
from assistant.safety.mirror.reading import Mirror
from assistant.safety.watch.blocked import Blocked
from assistant.safety.watch.deliveries import Deliveries
from assistant.safety.watch.events import EventFeed
from assistant.safety.watch.listings import Watch
from assistant.safety.watch.sending import Sender
from assistant.safety.watch.sweep import Sweep
from assistant.safety.watch.webhooks import Webhooks
from assistant.safety.watch.work import WatchWork
from assistant.web import blocked as blocked_page
from assistant.web import events, listings
from assistant.web.blocked_view import view_of
from assistant.web.callers import Callers
from assistant.web.errors import ErrorWriter, handle_errors
from assistant.web.listings import BULK_BYTES
from assistant.web.metrics import Metrics
from assistant.web.watch_models import EventsOut, ListingsOut, RegisteredOut, WatchedOut, WatchedPage, WebhookOut

TLS = ssl.create_default_context()
FAN_JSON = {
    "상품번호": "P-1",
    "상품명": "선풍기",
    "인증번호": f"인증번호: {FAN.cert_num}",
    "모델명": "DW-200",
    "브랜드": "별누리",
    "제조사": "별누리전자",
    "카테고리": "가전",
}


@pytest.fixture
def mirror(watch_sqlite: Engine) -> Mirror:
    mirror = Mirror(watch_sqlite)
    mirror.clear()
    mirror.put_certificates([FAN])
    mirror.mark("20261122", is_complete=True, is_demo=False)
    return mirror


@pytest.fixture
def blocked(watch_sqlite: Engine, clock) -> Blocked:
    return Blocked(watch_sqlite, clock)


@pytest.fixture
def sender() -> Sender:
    return Sender(tls=TLS, allows_local=True, seconds=2)


@pytest.fixture
def work(watch_sqlite: Engine, mirror: Mirror, malls_here: MallStore, blocked: Blocked, sender: Sender, clock):
    """The background work, as one copy of the service does it."""
    sweep = Sweep(watch_sqlite, mirror, gathered(mirror), malls_here.policy, clock=clock)
    deliveries = Deliveries(watch_sqlite, sender, clock)
    return WatchWork(sweep, deliveries, EventFeed(watch_sqlite, clock), blocked)


@pytest.fixture
def malls_here(watch_sqlite: Engine, clock) -> MallStore:
    return MallStore(watch_sqlite, clock)


@pytest.fixture
def call(watch_sqlite: Engine, mirror, malls_here, blocked, sender, clock) -> Callable[..., Response]:
    """Call the interface as the mall 가온몰 or another one."""
    app = FastAPI()
    handle_errors(app, ErrorWriter(Metrics(dict)))
    callers = Callers(malls_here, Quota(malls_here))
    watch = Watch(watch_sqlite, gathered(mirror), malls_here.policy, clock)
    app.include_router(listings.router(watch, callers))
    app.include_router(events.router(EventFeed(watch_sqlite, clock), Webhooks(watch_sqlite, sender, clock), callers))
    app.include_router(blocked_page.router(blocked, callers))
    client = TestClient(app)
    secrets: dict[str, str] = {}

    def send(method: str, path: str, mall: str = "가온몰", **more: Any) -> Response:
        if mall not in secrets:
            secrets[mall] = malls_here.create_key(malls_here.create_mall(mall).id, Terms(rate=0)).secret
        more.setdefault("headers", {"AuthKey": secrets[mall]})
        return client.request(method, path, **more)

    send.secret_of = secrets.__getitem__  # type: ignore[attr-defined]
    return send


def gathered(mirror: Mirror):
    return lambda sent: Gatherer(mirror, PlainRequirements()).gathered(sent)


# ---- listings -------------------------------------------------------------------------


def test_listings_are_registered_read_and_removed(call) -> None:
    put = call("PUT", "/v1/listings", json={"listings": [FAN_JSON, {**FAN_JSON, "상품번호": "a/b 2"}]})
    again = call("PUT", "/v1/listings/P-1", json={**FAN_JSON, "상품번호": ""})
    other = call("PUT", "/v1/listings/P-1", json={**FAN_JSON, "모델명": "ZZ-999"})
    one = call("GET", "/v1/listings/a%2Fb%202")
    removed = call("DELETE", "/v1/listings/a%2Fb%202")
    page = call("GET", "/v1/listings", params={"limit": 1})

    assert [(one["id"], one["result"], one["verdict"]["verdict"]) for one in put.json()["listings"]] == [
        ("P-1", "registered", "ok"),
        ("a/b 2", "registered", "ok"),
    ]
    assert ListingsOut.model_validate(put.json()).registered == 2
    assert (again.json()["result"], other.json()["result"]) == ("unchanged", "updated")
    assert RegisteredOut.model_validate(other.json()).verdict.verdict == "mismatch"
    assert WatchedOut.model_validate(one.json()).listing.model_name == "DW-200"
    assert (removed.status_code, call("GET", "/v1/listings/a%2Fb%202").status_code) == (204, 404)
    assert [one["id"] for one in page.json()["listings"]] == ["P-1"]
    assert call("GET", "/v1/listings", params={"after": page.json()["next"]}).json() == {"listings": [], "next": None}
    assert WatchedPage.model_validate(page.json()).listings[0].verdict.action == "block"


def test_other_malls_listings_cannot_be_seen(call) -> None:
    call("PUT", "/v1/listings/P-1", json=FAN_JSON)

    assert call("GET", "/v1/listings/P-1", "한빛몰").status_code == 404
    assert call("DELETE", "/v1/listings/P-1", "한빛몰").json()["code"] == "no_listing"
    assert call("GET", "/v1/listings", "한빛몰").json()["listings"] == []
    assert call("GET", "/v1/events", "한빛몰").json()["events"] == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{", "JSON"),
        (b"[]", "모양"),
        (b'{"listings": {}}', "모양"),
        (b'{"listings": [1]}', "모양"),
        (b'{"listings": [], "mall": "x"}', "모양"),
        (json.dumps({"listings": [FAN_JSON, {"상품번호": "2"}]}).encode(), "2번째 상품: "),
        (json.dumps({"listings": [FAN_JSON] * 2}).encode(), "두 번"),
        (json.dumps({"listings": [{}] * 1001}).encode(), "1000개"),
    ],
)
def test_listings_that_cannot_be_read_are_refused_with_the_place(call, body: bytes, why: str) -> None:
    secret = call("GET", "/v1/listings") and call.secret_of("가온몰")
    sent = call("PUT", "/v1/listings", content=body, headers={"AuthKey": secret, "Content-Type": "application/json"})

    assert sent.status_code == 400
    assert why in sent.json()["message"]
    assert call("GET", "/v1/listings").json()["listings"] == []


def test_too_much_at_once_is_refused(call) -> None:
    sent = call("PUT", "/v1/listings", json={"listings": [], "x": "a" * BULK_BYTES})

    assert (sent.status_code, sent.json()["code"]) == (413, "too_large")


def test_id_of_the_address_and_of_the_body_have_to_agree(call) -> None:
    assert "달라요" in call("PUT", "/v1/listings/P-2", json=FAN_JSON).json()["message"]


DOORS = (
    ("PUT", "/v1/listings"),
    ("GET", "/v1/listings"),
    ("PUT", "/v1/listings/P-1"),
    ("GET", "/v1/listings/P-1"),
    ("DELETE", "/v1/listings/P-1"),
    ("GET", "/v1/events"),
    ("POST", "/v1/events/replay"),
    ("GET", "/v1/webhooks"),
    ("POST", "/v1/webhooks"),
    ("GET", "/v1/webhooks/wh_1"),
    ("DELETE", "/v1/webhooks/wh_1"),
    ("POST", "/v1/webhooks/wh_1/test"),
    ("POST", "/v1/webhooks/wh_1/rotate"),
    ("GET", "/safety/blocked"),
    ("GET", "/safety/blocked.csv"),
)


def test_nothing_opens_without_a_key(call) -> None:
    assert {call(method, path, headers={}, json={}).status_code for method, path in DOORS} == {401}


# ---- events and webhooks --------------------------------------------------------------


def test_change_is_in_the_feed_and_at_the_webhook(call, work, mirror, receiver: Receiver) -> None:
    hook = call("POST", "/v1/webhooks", json={"url": receiver.url}).json()
    call("PUT", "/v1/listings/P-1", json=FAN_JSON)
    work.work_once()
    mirror.put_certificates([replace(FAN, cert_state="안전인증취소")])
    done = work.work_once()
    feed = call("GET", "/v1/events", params={"after": 1}).json()
    (got,) = receiver.received

    assert (done.swept.events, done.delivered.delivered, work.work_once().is_nothing) == (1, 1, True)
    assert EventsOut.model_validate(feed).next == 2
    assert json.loads(got.body) == feed["events"][0]
    assert feed["events"][0]["data"]["verdict"]["verdict"] == "revoked"
    assert is_signed(got, hook["secret"])


def test_feed_is_read_page_by_page(call) -> None:
    call("PUT", "/v1/listings", json={"listings": [{**FAN_JSON, "상품번호": str(number)} for number in range(5)]})
    first = call("GET", "/v1/events", params={"limit": 3}).json()
    rest = call("GET", "/v1/events", params={"after": first["next"]}).json()
    end = call("GET", "/v1/events", params={"after": rest["next"]}).json()

    assert [one["cursor"] for one in (*first["events"], *rest["events"])] == [1, 2, 3, 4, 5]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert end == {"events": [], "next": 5, "has_more": False, "missed": 0}


def test_webhooks_are_kept_shown_and_removed(call, receiver: Receiver) -> None:
    made = call("POST", "/v1/webhooks", json={"url": receiver.url, "events": ["recall_matched"]})
    one = made.json()
    path = f"/v1/webhooks/{one['id']}"
    tried = call("POST", f"{path}/test")
    rotated = call("POST", f"{path}/rotate").json()
    shown = call("GET", path).json()

    assert made.status_code == 201
    assert WebhookOut.model_validate(one).events == ["recall_matched"]
    assert (tried.json(), is_signed(receiver.received[0], one["secret"])) == (
        {"delivered": True, "status": "200"},
        True,
    )
    assert rotated["secret"] not in ("", None, one["secret"])
    assert shown == {**one, "secret": None}
    assert call("GET", "/v1/webhooks").json() == {"webhooks": [shown]}
    assert call("GET", path, "한빛몰").json()["code"] == "no_webhook"
    assert (call("DELETE", path).status_code, call("GET", path).status_code) == (204, 404)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({}, "url"),
        ({"url": 1}, "url"),
        ({"url": "ftp://mall.example"}, "https"),
        ({"url": "https://10.0.0.1/hook"}, "내부 주소"),
        ({"url": "https://8.8.8.8/", "events": ["everything"]}, "알림 종류"),
        ({"url": "https://8.8.8.8/", "events": []}, "알림 종류"),
        ({"url": "https://8.8.8.8/", "secret": "mine"}, "알 수 없는 항목"),
    ],
)
def test_webhook_that_cannot_be_is_refused(call, body: dict[str, Any], why: str) -> None:
    sent = call("POST", "/v1/webhooks", json=body)

    assert (sent.status_code, why in sent.json()["message"]) == (400, True)


def test_events_are_sent_again_on_request(call, work, receiver: Receiver) -> None:
    call("PUT", "/v1/listings/P-1", json=FAN_JSON)
    hook = call("POST", "/v1/webhooks", json={"url": receiver.url, "events": ["listing_registered"]}).json()
    due = call("POST", "/v1/events/replay", json={"after": 0, "webhook_id": hook["id"]})
    work.work_once()

    assert (due.status_code, due.json()) == (202, {"due": 1})
    assert len(receiver.received) == 1
    assert call("POST", "/v1/events/replay", json={"after": 0, "webhook_id": "wh_x"}).status_code == 404
    assert call("POST", "/v1/events/replay", json={"after": -1}).status_code == 400


# ---- statistics -----------------------------------------------------------------------


def login(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


@pytest.fixture
def page(call, blocked: Blocked, malls_here: MallStore) -> Callable[..., Response]:
    """Ask for the page as a browser does, of a mall that had a blocked and a held listing this month."""
    call("GET", "/v1/listings")
    mall = malls_here.mall_named("가온몰")
    assert mall is not None
    for number, category, verdict, action in (("1", "=SUM(1)", "recalled", "block"), ("2", "완구", "expired", "hold")):
        shown = Verdict(number, verdict, "rule_1", "…", action=action)  # type: ignore[arg-type]
        blocked.record(mall.id, Listing(number, "선풍기", category=category), shown)

    def ask(path: str = "", name: str = "가온몰", secret: str = "") -> Response:
        headers = login(name, secret or call.secret_of("가온몰"))
        return call("GET", f"/safety/blocked{path}", headers=headers)

    return ask


def test_page_shows_the_malls_own_numbers(page) -> None:
    shown = page()

    assert shown.status_code == 200
    for text in ("가온몰", "리콜 제품", "인증 기간 만료", "=SUM(1)", "2026년 11월", "data:image/svg+xml;base64,"):
        assert text in shown.text
    assert "연습용" not in shown.text


def test_page_asks_for_name_and_key(page, call) -> None:
    none = call("GET", "/safety/blocked", headers={})
    wrong = page(secret="oc_wrong")
    others = page(name="한빛몰")

    for refused in (none, wrong, others):
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == 'Basic realm="OneCall", charset="UTF-8"'
        assert refused.headers["content-type"].startswith("text/html")
    assert "쇼핑몰 이름과 인증키를 입력해 주세요" in none.text


@pytest.mark.parametrize("given", ["", "!!!", "w6k6", base64.b64encode(b"\xff\xfe").decode()])
def test_login_that_cannot_be_read_is_refused(call, given: str) -> None:
    assert call("GET", "/safety/blocked", headers={"Authorization": f"Basic {given}"}).status_code == 401


def test_key_that_opens_the_page_opens_nothing_else_that_way(call, page) -> None:
    assert call("GET", "/v1/listings", headers=login("가온몰", call.secret_of("가온몰"))).status_code == 401


def test_csv_opens_in_a_spreadsheet_and_runs_nothing_there(page) -> None:
    sent = page(".csv?from=2026-11&to=2026-11")
    rows = list(csv.reader(io.StringIO(sent.content.decode("utf-8-sig"))))

    assert sent.content.startswith(b"\xef\xbb\xbf")
    assert sent.headers["content-disposition"] == 'attachment; filename="blocked_2026-11_2026-11.csv"'
    assert rows == [
        ["월", "조치", "이유", "규칙", "분류", "상품 수", "자료"],
        ["2026-11", "차단", "리콜 제품", "rule_1", "'=SUM(1)", "1", "공개 자료"],
        ["2026-11", "보류", "인증 기간 만료", "rule_1", "완구", "1", "공개 자료"],
    ]


@pytest.mark.parametrize("months", ["from=2026-13", "from=x", "from=2026-11&to=2026-10", "from=2020-01&to=2026-11"])
def test_months_that_cannot_be_are_refused(page, months: str) -> None:
    refused = page(f"?{months}")

    assert (refused.status_code, "36개월" in refused.text) == (400, True)


def test_month_without_anything_says_so(page) -> None:
    assert "차단하거나 보류한 상품이 없어요" in page("?from=2026-01&to=2026-03").text


def test_made_up_data_are_labelled_on_page_and_in_csv(page, blocked: Blocked, malls_here: MallStore) -> None:
    mall = malls_here.mall_named("가온몰")
    assert mall is not None
    blocked.record(mall.id, Listing("3", "선풍기"), Verdict("3", "recalled", "r", "…", action="block", is_demo=True))

    assert "이 화면의 상품 3개 중 1개는" in " ".join(page().text.split())
    assert "연습용(지어낸 자료)" in page(".csv").content.decode("utf-8-sig")


def test_many_categories_are_summed_up(blocked: Blocked) -> None:
    for number in range(30):
        shown = Verdict(str(number), "expired", "r", "…", action="hold")
        blocked.record("mall-9", Listing(str(number), "x", category=f"분류 {number}"), shown)
    view = view_of(blocked.statistics("mall-9", ["2026-11"]))

    assert len(view.by_category.bars) == 10
    assert (view.by_category.bars[-1].label, view.by_category.bars[-1].held) == ("그 밖의 분류", 21)
