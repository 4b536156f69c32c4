"""The widget's visits: tokens, origins, CORS, and the script itself."""

from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from widget_parts import OTHER, SITE, Tab, refusal, widget_app

from assistant.turn import Assistant
from assistant.web.widget_models import VisitOut
from assistant.wording import ERRORS

# ---- visits, tokens, origins ----------------------------------------------------------


def test_a_first_visit_gets_a_token_and_nothing_else(site: TestClient) -> None:
    told = Tab(site).visit(page={"url": f"{SITE}/p/1", "product": "보조배터리", "title": None})

    assert VisitOut.model_validate(told).model_fields_set == set(told)
    assert (told["conversation_id"], told["has_consented"], told["open_ticket"]) == (None, False, None)


def test_a_renewed_token_keeps_the_visitor(tab: Tab) -> None:
    conversation = tab.say("상담사 연결")["conversation_id"]
    told = tab.visit()

    assert told["conversation_id"] == conversation
    assert (told["open_ticket"]["id"], told["open_ticket"]["state"]) == ("OC-000001", "open")


@pytest.mark.parametrize("token", ["", "x", "WyJtZSIsImh0dHBzOi8vc2hvcC5leGFtcGxlIl0.aaaa.bbbb", "가" * 300])
def test_an_invalid_token_starts_a_new_visitor(tab: Tab, token: str) -> None:
    tab.say("안녕하세요")
    tab.token = token

    assert tab.visit()["conversation_id"] is None


def test_a_token_of_another_site_starts_a_new_visitor(tab: Tab, site: TestClient) -> None:
    tab.say("안녕하세요")

    assert Tab(site, OTHER, tab.token).visit()["conversation_id"] is None


def test_a_token_of_another_site_is_refused(tab: Tab, site: TestClient) -> None:
    tab.say("안녕하세요")

    assert refusal(Tab(site, OTHER, tab.token).get("conversation")) == (401, "visitor_unknown")
    assert refusal(Tab(site, "https://evil.example", tab.token).get("conversation")) == (401, "visitor_unknown")


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_without_a_token_everything_is_refused(site: TestClient, token: str) -> None:
    stranger = Tab(site, token=token)
    body = {"message_id": str(uuid4()), "text": "안녕하세요"}
    responses = [
        *(stranger.get(path) for path in ("conversation", "conversation/file", "events")),
        stranger.post("messages", **body),
        stranger.post("ratings", reply_id="1", score="up"),
        stranger.post("consent", given=True),
    ]

    assert {refusal(one) for one in responses} == {(401, "visitor_unknown")}
    assert stranger.erase() == 401


def test_a_token_that_is_over_is_refused(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.web.visitors.TOKEN_DAYS", -1)

    assert refusal(tab.get("conversation")) == (401, "visitor_unknown")
    assert tab.visit()["visitor_token"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://shop.example.evil", "http://shop.example", "https://shop"]
)
def test_another_site_may_not_show_it(site: TestClient, origin: str) -> None:
    response = site.post("/widget/v1/visits", json={}, headers={"Origin": origin})

    assert (response.status_code, response.json()) == (
        403,
        {"code": "origin_refused", "message": ERRORS["origin_refused"]},
    )
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://testserver"}], ids=["left out", "named"])
def test_the_services_own_pages_may_always_show_it(site: TestClient, headers: dict[str, str]) -> None:
    response = site.post("/widget/v1/visits", json={}, headers=headers)
    token = {"Authorization": f"Bearer {response.json()['visitor_token']}"}

    assert site.get("/widget/v1/conversation", headers=token).status_code == 200


def test_without_the_setting_only_the_own_origin_is_allowed(small_house: Assistant, sqlite: Engine) -> None:
    site = TestClient(widget_app(small_house, sqlite, origins=()))

    assert refusal(site.post("/widget/v1/visits", json={}, headers={"Origin": SITE})) == (403, "origin_refused")
    assert site.post("/widget/v1/visits", json={}).status_code == 200


def test_a_preflight_from_an_allowed_site_is_granted(site: TestClient) -> None:
    asked = {"Origin": SITE, "Access-Control-Request-Method": "DELETE"}
    response = site.options("/widget/v1/conversation", headers=asked)

    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == SITE
    assert "authorization" in response.headers["access-control-allow-headers"].lower()
    assert "DELETE" in response.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in response.headers
    assert response.headers["vary"] == "Origin"


def test_a_preflight_from_another_site_is_refused(site: TestClient) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    response = site.options("/widget/v1/messages", headers=asked)

    assert refusal(response) == (403, "origin_refused")
    assert "access-control-allow-origin" not in response.headers
    assert response.headers["vary"] == "Origin"


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"x" * 70_000, 413), (b"{}", 401)])
def test_the_widget_can_read_refusals_too(site: TestClient, body: bytes, status: int) -> None:
    headers = {"Origin": SITE, "Content-Type": "application/json"}
    path = "messages" if status == 401 else "visits"
    response = site.post(f"/widget/v1/{path}", content=body, headers=headers)

    assert response.status_code == status
    assert response.headers["access-control-allow-origin"] == SITE
    assert response.headers["vary"] == "Origin"


def test_the_other_interfaces_are_open_to_no_other_site(site: TestClient) -> None:
    response = site.post("/v1/messages", json={"text": "안녕하세요"}, headers={"Origin": SITE})

    assert "access-control-allow-origin" not in response.headers


# ---- the script -----------------------------------------------------------------------


def test_the_script_may_be_loaded_by_other_sites(site: TestClient) -> None:
    response = site.get("/widget.js")
    again = site.get("/widget.js", headers={"If-None-Match": response.headers.get("etag", "")})

    assert (response.status_code, again.status_code) == (200, 304)
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["cache-control"] == "public, max-age=600"


def test_the_demo_page_is_served(site: TestClient) -> None:
    response = site.get("/demo")

    assert response.status_code == 200
    assert "/widget.js" in response.text
