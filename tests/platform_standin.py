"""A platform's API on this machine, over real HTTP: callbacks good for one use, messages that may be pushed.

It answers as it is told (`answers`), and remembers what arrived.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kakao import refuse_bad_response


@dataclass
class Standin:
    """What arrived, and what to answer: a status, or "hang up", for the next requests; then 200."""

    url: str = ""
    arrived: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[int | str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> tuple[int | str, dict[str, Any]]:
        with self.lock:
            answer = self.answers.pop(0) if self.answers else 200
            if path.startswith("/callback"):
                return self._callback(path, body, answer)
            if answer in (200, "hang up"):
                self.arrived.append({"path": path, **body})
                self.headers.append(headers)
            return answer, {"status": "SUCCESS", "code": 0}

    def _callback(self, path: str, body: dict[str, Any], answer: int | str) -> tuple[int | str, dict[str, Any]]:
        if answer not in (200, "hang up"):
            return answer, {}
        if path in self.used:
            return 200, {"status": "FAIL", "message": "Invalid callback token. Check your callback token."}
        refuse_bad_response(body)
        self.used.add(path)
        self.arrived.append({"path": path, **body})
        return answer, {"taskId": "t", "status": "SUCCESS", "message": "", "timestamp": 1}


@contextmanager
def standing_in() -> Iterator[Standin]:
    standin = Standin()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            status, body = standin.take(self.path, json.loads(raw), dict(self.headers))
            if status == "hang up":
                self.close_connection = True
                return
            said = json.dumps(body).encode()
            self.send_response(int(status))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            pass  # a client that was killed hangs up

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    standin.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield standin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
