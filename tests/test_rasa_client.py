"""The client and the gate, against a small real server that misbehaves on demand."""

import json
import logging
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistant.errors import BadInputError, UpstreamError
from assistant.rasa_client import MAX_CHARS, RasaClient, RasaGate, safe_text
from assistant.records import Label, MaskedText

QUESTION = MaskedText("보조배터리 kc 받는데 얼마들어요")
GOOD = {
    "text": "…",
    "intent": {"name": "nlu_fallback", "confidence": 0.4},
    "intent_ranking": [
        {"name": "nlu_fallback", "confidence": 0.4},
        {"name": "ask_cost", "confidence": 0.35},
        {"name": "ask_support", "confidence": 0.3},
    ],
    "field_ranking": [{"name": "domestic", "confidence": 0.9}, {"name": "safety", "confidence": 0.1}],
    "sector_ranking": [{"name": "electrical", "confidence": 0.8}],
}
Body = str | dict[str, Any]


class FakeRasa(ThreadingHTTPServer):
    """Answers as `behave` says and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, Any]] = []
        self.behave: Callable[[_Handler], None] = answer(GOOD)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeRasa

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, json.loads(body)))
        self.server.behave(self)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep still."""


def answer(body: Body, status: int = 200, delay: float = 0.0) -> Callable[[_Handler], None]:
    data = (body if isinstance(body, str) else json.dumps(body)).encode()

    def behave(handler: _Handler) -> None:
        time.sleep(delay)
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return behave


def hang_up(handler: _Handler) -> None:
    handler.close_connection = True


def stop_halfway(handler: _Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"intent')
    handler.close_connection = True


NOT_A_LABEL = {**GOOD, "field_ranking": [{"name": "domestic", "confidence": 7}]}
TROUBLES = {
    "500": answer("oops", 500),
    "no_model": answer({"status": "failure"}, 409),
    "wrong_token": answer({"status": "failure"}, 401),
    "slow": answer(GOOD, delay=0.5),
    "broken_json": answer('{"intent": '),
    "not_an_object": answer("[1, 2]"),
    "other_form": answer({"intent": {"name": "ask_cost"}}),
    "nothing_known": answer({**GOOD, "intent_ranking": [{"name": "play_music", "confidence": 1.0}]}),
    "impossible_confidence": answer(NOT_A_LABEL),
    "hang_up": hang_up,
    "half_an_answer": stop_halfway,
}
trouble = pytest.mark.parametrize("behaviour", TROUBLES.values(), ids=TROUBLES.keys())


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    server = FakeRasa()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(rasa: FakeRasa) -> Iterator[RasaClient]:
    client = RasaClient(rasa.url, "secret", timeout_ms=200)
    yield client
    client.close()


@pytest.fixture
def gate(client: RasaClient) -> Iterator[RasaGate]:
    gate = RasaGate(client, probe_seconds=0.05)
    yield gate
    gate.close()


def wait_until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


# ---- the client ------------------------------------------------------------------------


def test_answer_becomes_an_understanding_without_rasas_own_fallback(client: RasaClient) -> None:
    understood = client.parse(QUESTION)

    assert understood.intents == (Label("ask_cost", 0.35), Label("ask_support", 0.3))
    assert (understood.intent.name, understood.field.name, understood.sector.name) == (
        "ask_cost",
        "domestic",
        "electrical",
    )
    assert (understood.by, understood.entities) == ("rasa", ())


def test_question_carries_the_token_and_nothing_but_the_text(rasa: FakeRasa, client: RasaClient) -> None:
    client.parse(QUESTION)

    assert rasa.asked == [("/model/parse?token=secret", {"text": QUESTION})]


@trouble
def test_any_trouble_is_an_upstream_error(
    rasa: FakeRasa, client: RasaClient, behaviour: Callable[[_Handler], None]
) -> None:
    rasa.behave = behaviour

    with pytest.raises(UpstreamError, match=r"^rasa "):
        client.parse(QUESTION)


def test_nobody_listening_is_an_upstream_error() -> None:
    client = RasaClient("http://127.0.0.1:1", "secret")

    with pytest.raises(UpstreamError, match="ConnectError"):
        client.parse(QUESTION)
    client.close()


@pytest.mark.parametrize("behaviour", [hang_up, answer("oops", 500)], ids=["hang_up", "500"])
def test_neither_token_nor_question_is_logged_or_raised(
    rasa: FakeRasa, client: RasaClient, caplog: pytest.LogCaptureFixture, behaviour: Callable[[_Handler], None]
) -> None:
    caplog.set_level(logging.INFO)
    client.parse(QUESTION)
    rasa.behave = behaviour

    with pytest.raises(UpstreamError) as caught:
        client.parse(QUESTION)
    told = caplog.text + repr(caught.value) + repr(caught.value.__cause__)
    assert "secret" not in told
    assert "보조배터리" not in told


def test_client_recovers_with_the_server(rasa: FakeRasa, client: RasaClient) -> None:
    rasa.behave = hang_up
    with pytest.raises(UpstreamError):
        client.parse(QUESTION)
    rasa.behave = answer(GOOD)

    assert client.parse(QUESTION).intent.name == "ask_cost"


# ---- what Rasa is given ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("인증 비용", "인증 비용"),
        ("  인증 비용\n", "인증 비용"),
        (unicodedata.normalize("NFD", "인증"), "인증"),
        ("인\ud800증", "인증"),
        ("/greet", "\u200b/greet"),
        (" \n /restart", "\u200b/restart"),
        ("가" * 1_000_000, "가" * MAX_CHARS),
    ],
    ids=["plain", "blanks", "decomposed", "surrogate", "command", "hidden_command", "megabyte"],
)
def test_text_is_made_safe_for_rasa(raw: str, safe: str) -> None:
    assert safe_text(raw) == safe


@pytest.mark.parametrize("raw", ["", " \n\t", "\ud800"], ids=["empty", "blank", "only_surrogate"])
def test_empty_text_is_refused_before_it_is_sent(rasa: FakeRasa, client: RasaClient, raw: str) -> None:
    with pytest.raises(BadInputError):
        client.parse(MaskedText(raw))
    assert rasa.asked == []


# ---- the gate ----------------------------------------------------------------------------


def test_gate_lets_questions_through(gate: RasaGate) -> None:
    assert gate.is_up
    assert gate.parse(QUESTION).by == "rasa"


@trouble
def test_gate_closes_at_the_first_failure_and_opens_when_rasa_is_back(
    rasa: FakeRasa, gate: RasaGate, behaviour: Callable[[_Handler], None]
) -> None:
    rasa.behave = behaviour
    with pytest.raises(UpstreamError):
        gate.parse(QUESTION)
    assert not gate.is_up
    rasa.behave = answer(GOOD)

    assert wait_until(lambda: gate.is_up)
    assert gate.parse(QUESTION).by == "rasa"


def test_closed_gate_refuses_at_once_and_asks_nothing(rasa: FakeRasa, client: RasaClient) -> None:
    gate = RasaGate(client, probe_seconds=60)
    rasa.behave = answer(GOOD, delay=0.5)
    with pytest.raises(UpstreamError):
        gate.parse(QUESTION)
    asked, began = len(rasa.asked), time.monotonic()

    with pytest.raises(UpstreamError, match="down"):
        gate.parse(QUESTION)
    assert time.monotonic() - began < 0.1
    assert len(rasa.asked) == asked
    gate.close()


def test_gate_opens_only_for_a_rasa_that_answers_in_time(rasa: FakeRasa, client: RasaClient) -> None:
    rasa.behave = answer(GOOD, delay=0.3)

    gate = RasaGate(client, probe_seconds=0.05)

    time.sleep(1)
    assert not gate.is_up
    gate.close()


def test_first_slow_answer_after_a_start_is_taken_by_the_gate_not_by_a_user(rasa: FakeRasa, client: RasaClient) -> None:
    def slow_once(handler: _Handler) -> None:
        rasa.behave = answer(GOOD)
        answer(GOOD, delay=0.5)(handler)

    rasa.behave = slow_once
    gate = RasaGate(client)

    assert gate.is_up
    gate.close()


def test_one_line_tells_of_going_down_and_one_of_coming_back(
    rasa: FakeRasa, gate: RasaGate, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="assistant.rasa_client")
    rasa.behave = answer("oops", 500, delay=0.05)
    with ThreadPoolExecutor(8) as pool:
        failures = [pool.submit(gate.parse, QUESTION).exception() for _ in range(24)]
    rasa.behave = answer(GOOD)

    assert wait_until(lambda: len(caplog.records) == 2)
    assert all(isinstance(failure, UpstreamError) for failure in failures)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_empty_text_does_not_close_the_gate(gate: RasaGate) -> None:
    with pytest.raises(BadInputError):
        gate.parse(MaskedText(" "))

    assert gate.is_up


def test_gate_that_starts_before_rasa_is_down_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="assistant.rasa_client")

    gate = RasaGate(RasaClient("http://127.0.0.1:1", "secret"))

    assert not gate.is_up
    assert [record.levelname for record in caplog.records] == ["INFO"]
    gate.close()
