"""A receiver of webhooks on this machine that answers by a script, and a check of signatures that is not ours."""

import base64
import contextlib
import hashlib
import hmac
import ssl
import subprocess
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`script` holds what to do with the next requests: a status, "slow", "drip", "hang up" or "redirect"; then 200."""

    script: list[int | str] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    tls: ssl.SSLContext | None = None

    def __enter__(self) -> "Receiver":
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.answer(self)

            def do_GET(self) -> None:
                receiver.answer(self)

            def log_message(self, *_: Any) -> None: ...

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128  # or connections are dropped when many come at once

        self._server = Server(("127.0.0.1", 0), Handler)
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://localhost:{self.port}/hook?mall=1"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(Received(request.path, headers, body))
        act = self.script.pop(0) if self.script else 200
        if act == "slow":
            self.released.wait(10)
        if act == "hang up":
            request.close_connection = True
            request.connection.close()
            return
        with contextlib.suppress(OSError):  # the sender did not wait
            self._reply(request, act)

    def _reply(self, request: BaseHTTPRequestHandler, act: int | str) -> None:
        if act == "drip":
            request.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not self.released.wait(0.05):
                request.wfile.write(b"X-Slow: 1\r\n")
            return
        request.send_response(302 if act == "redirect" else act if isinstance(act, int) else 200)
        if act == "redirect":
            request.send_header("Location", self.url.replace("/hook", "/elsewhere"))
        request.send_header("Content-Length", "0")
        request.end_headers()

    @property
    def ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.received]


def is_signed(one: Received, secret: str) -> bool:
    """Check a signature as the text of Standard Webhooks says, with the standard library alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    head = f"{one.headers['webhook-id']}.{one.headers['webhook-timestamp']}."
    expected = base64.b64encode(hmac.new(key, head.encode() + one.body, hashlib.sha256).digest()).decode()
    return f"v1,{expected}" in one.headers["webhook-signature"].split(" ")


def make_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate of its own for one host name; return the paths of certificate and key."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", f"/CN={name}"]
    subprocess.run([*command, "-addext", f"subjectAltName=DNS:{name}"], check=True, capture_output=True)
    return certificate, key
