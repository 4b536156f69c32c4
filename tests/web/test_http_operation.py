"""Health, metrics, headers, documentation, and errors outside of the routes."""

import pytest
from fastapi.testclient import TestClient

from assistant.web.app import create_app
from assistant.web.headers import PAGE_POLICY
from assistant.wording import ERRORS


def test_health_is_ok(client, state):
    response = client.get("/health")

    assert (response.status_code, response.json()) == (200, state)


def test_service_without_rasa_still_answers(client, state):
    state.update(status="degraded", rasa="down")
    response = client.get("/health")

    assert (response.status_code, response.json()["status"]) == (200, "degraded")


@pytest.mark.parametrize("lack", [{"database": "down"}, {"index": None}])
def test_service_without_database_or_index_is_down(client, state, lack):
    state.update(status="degraded", **lack)
    response = client.get("/health")

    assert (response.status_code, response.json()["status"]) == (503, "down")


def test_health_that_fails_is_down(scripted):
    def broken():
        raise RuntimeError

    response = TestClient(create_app(scripted, broken)).get("/health")

    assert (response.status_code, response.json()) == (503, {"status": "down", "database": "down"})


def test_metrics_count_turns_and_errors(client, ask):
    ask("보조배터리 KC 인증이 필요한가요?")
    client.post("/v1/messages", json={"text": ""})
    response = client.get("/metrics")

    assert response.headers["content-type"].startswith("text/plain")
    assert 'onecall_turns_total{decision="answer",reason="article"} 1.0' in response.text
    assert 'onecall_turn_seconds_bucket{le="0.25"}' in response.text
    assert 'onecall_errors_total{code="empty"} 1.0' in response.text


def test_metrics_tell_the_state(client, state):
    state["rasa"] = "down"
    text = client.get("/metrics").text

    assert "onecall_database_up 1.0" in text
    assert "onecall_rasa_up 0.0" in text
    assert "onecall_open_tickets 2.0" in text


def test_metrics_leave_out_what_is_not_there(client, state):
    state.update(rasa="off", open_tickets=None)
    text = client.get("/metrics").text

    assert "onecall_rasa_up" not in text
    assert "onecall_open_tickets" not in text


def test_applications_do_not_share_their_metrics(scripted, state, ask):
    ask("보조배터리 KC 인증이 필요한가요?")
    other = TestClient(create_app(scripted, lambda: state))

    assert "onecall_turns_total{" not in other.get("/metrics").text


@pytest.mark.parametrize("path", ["/", "/health", "/nowhere", "/static/chat.js"])
def test_every_response_has_the_security_headers(client, path):
    headers = client.get(path).headers

    assert headers["content-security-policy"] == PAGE_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_page_policy_allows_nothing_foreign_and_nothing_inline():
    assert "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:" in PAGE_POLICY
    assert "style-src 'self';" in PAGE_POLICY
    assert "unsafe" not in PAGE_POLICY


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_load_only_files_of_this_server(client, path):
    page = client.get(path).text

    assert "http://" not in page
    assert "https://" not in page


@pytest.mark.parametrize(
    "path",
    [
        *("chat.js", "view.js", "api.js", "memory.js", "base.css", "chat.css", "colors.css", "icon.svg", "docs.js"),
        *("swagger/swagger-ui.css", "swagger/swagger-ui-bundle.js"),
    ],
)
def test_static_file_is_served(client, path):
    response = client.get(f"/static/{path}")

    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/nowhere", "/static/nothing.js", "/static/../app.py", "/v1/messages/", "/static"])
def test_unknown_path_is_not_found_as_json(client, path):
    response = client.get(path)

    assert (response.status_code, response.json()) == (404, {"code": "not_found", "message": ERRORS["not_found"]})


def test_wrong_method_is_refused_as_json(client):
    response = client.get("/v1/messages")

    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert response.headers["allow"] == "POST"


def test_page_answers_head(client):
    assert client.head("/").status_code == 200


def test_start_is_told_once(scripted, state):
    started = []
    with TestClient(create_app(scripted, lambda: state, on_start=lambda: started.append(1))) as client:
        client.get("/health")

    assert started == [1]
