"""A platform's API on this machine, over real HTTP: it remembers what arrived and refuses what the real one would."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Forced = int | str
"""A status that the next request gets whatever it is; "hang up": it is taken, and the connection closed."""


class RefusedError(Exception):
    """A request is outside of what the platform takes; the text says which limit."""


@dataclass(frozen=True)
class Call:
    """One request. Header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a platform says."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrived:
    """A message that got through to a user, and when (monotonic seconds)."""

    user: str
    call: Call
    at: float


class Standin:
    """What all platforms here have in common; each says in `judge` what it takes."""

    def __init__(self) -> None:
        self.url = ""
        self.arrived: list[Arrived] = []
        self.answers: list[Forced] = []
        self.lock = threading.Lock()

    def take(self, call: Call) -> Answer | None:
        """Return the answer to one request; None hangs up."""
        with self.lock:
            forced = self.answers.pop(0) if self.answers else None
            if isinstance(forced, int):
                return self.force(forced)
            answer = self.judge(call)
            return None if forced else answer

    def judge(self, call: Call) -> Answer:
        """Take a request, or refuse it as the platform's documents say."""
        raise NotImplementedError

    def force(self, status: int) -> Answer:
        """Return the platform's answer for trouble of its own."""
        return Answer(status, {}, {"Retry-After": "7"} if status == 429 else {})

    def keep(self, user: str, call: Call) -> None:
        """Note that a message got through."""
        self.arrived.append(Arrived(user, call, time.monotonic()))


def need(condition: bool, limit: str) -> None:
    """Refuse a request that is not within a limit."""
    if not condition:
        raise RefusedError(limit)


def units(value: Any) -> int:
    """Return a text's length in UTF-16 units; what is no text has none that fits."""
    return len(value.encode("utf-16-le", "surrogatepass")) // 2 if isinstance(value, str) else 1 << 30


def is_text(value: Any, most: int) -> bool:
    """Say whether a value is a text that shows something and is not too long."""
    return isinstance(value, str) and bool(value.strip()) and units(value) <= most


def only(value: Any, *names: str) -> bool:
    """Say whether a value is an object with these fields, or some of them, and no other."""
    return isinstance(value, dict) and set(value) <= set(names)


@contextmanager
def standing_in(standin: Standin) -> Iterator[Standin]:
    """Serve a stand-in on the loopback address until the block ends."""
    server = _Server(("127.0.0.1", 0), _handler(standin))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    standin.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield standin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: a client that was ended hangs up."""


def _handler(standin: Standin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                body = json.loads(raw)
            except ValueError:
                body = None
            answer = standin.take(Call(self.path, headers, body if isinstance(body, dict) else {}))
            if answer is None:
                self.close_connection = True
                return
            said = json.dumps(dict(answer.body)).encode()
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
