"""What SafetyKorea publishes, made up, and servers on this machine that answer with it over a real socket."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import uvicorn

KEY = "Test-Key-0001"
"""Made up."""


def certificate(number: int, **fields: Any) -> dict[str, Any]:
    """A certificate as the list publishes it; `number` makes its id and its certNum."""
    return {
        "certUid": number,
        "certOrganName": "한국건설생활환경시험연구원",
        "certNum": f"CB{number % 1000:03}R{2000 + number // 1000}-{1000 + number % 9000}",
        "certState": "적합",
        "certDiv": "어린이제품 특별법 대상>안전확인 대상",
        "certDate": "20260701",
        "certChgDate": None,
        "certChgReason": None,
        "firstCertNum": None,
        "productName": "완구",
        "brandName": None,
        "modelName": f"TOY-{number}",
        "categoryName": "어린이제품>완구",
        "importDiv": "수입",
        "makerName": "Sunny Toys Co., Ltd.",
        "makerCntryName": "중국",
        "importerName": "(주)햇살완구",
        "remark": None,
        "signDate": "20260702",
        **fields,
    }


def recall(number: int, **fields: Any) -> dict[str, Any]:
    """A domestic recall as the list publishes it."""
    return {
        "recallUid": str(number),
        "recallProductName": "유아용 의자",
        "recallBrandName": "베베",
        "recallModelName": f"CH-{number}",
        "recallModelCnt": 1,
        "recallTypeName": "리콜명령",
        "recallMeans": "환불",
        "barcodeNum": "8801234567893",
        "categoryName": "어린이>가구",
        "certNum": "CB061R2170-3018",
        "productItemName": "어린이용품>가구",
        "recallCmpnyName": "(주)베베가구",
        "makerName": "Bebe",
        "publishDate": "20260710",
        "harmDscr": "프탈레이트 기준치 초과",
        "accidentCaseDscr": "넘어져 다칠 수 있음",
        "publishActionDscr": "사용을 중지하고 환불받으세요",
        "recallFiles": [{"fileDiv": "제품", "imageUrl": "http://www.safetykorea.kr/1.jpg"}],
        **fields,
    }


def foreign_recall(number: int, **fields: Any) -> dict[str, Any]:
    """A foreign recall as the list publishes it: accidentCaseDscr is advice here."""
    return {
        "fRecallUid": str(number),
        "recallModelName": f"HX-{number}",
        "recallModelCnt": "1",
        "recallProductName": "Power bank",
        "recallBrandName": "Hexa",
        "makerName": "Hexa Ltd.",
        "makingCntryName": "중국",
        "recallTypeName": "리콜",
        "recallPblshCntryName": "미국",
        "recallPblshOrgnName": "CPSC",
        "recallMeans": "교환",
        "violateDscr": "과열로 화재 위험",
        "accidentCaseDscr": "즉시 사용을 멈추고 업체에 연락하세요",
        "publishActionDscr": "무상 교환",
        "recallProductDscr": "10,000mAh",
        "recallUrl": "https://www.cpsc.gov/Recalls/1",
        "publishDate": "20260711",
        "signDttm": "20260712101500",
        "imageUrl": "",
        **fields,
    }


@contextlib.contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an ASGI application on a free port; give its address."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@dataclass
class Asked:
    """An ASGI wrapper that remembers what was asked for: the path and the values of the query."""

    app: Any
    queries: list[tuple[str, ...]] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            values = parse_qs(scope["query_string"].decode(), keep_blank_values=True)
            self.queries.append((scope["path"], *(value[0] for value in values.values())))
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class Raw:
    """An answer, byte by byte: `announced` bytes are promised, and a pause comes before each of `parts`."""

    parts: tuple[bytes, ...]
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    announced: int | None = None
    pause_s: float = 0.0


@dataclass
class Scripted:
    """A server that gives the answers of a script in turn, and the last one for ever."""

    script: list[Raw]
    heard: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Scripted":
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                scripted.answer(self)

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/openapi/api"

    def asked(self) -> list[dict[str, str]]:
        """The parameters of every query."""
        return [{name: values[0] for name, values in parse_qs(urlsplit(path).query).items()} for path, _ in self.heard]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        raw = self.script[min(len(self.heard), len(self.script) - 1)]
        self.heard.append((handler.path, dict(handler.headers.items())))
        handler.send_response(raw.status)
        for name, value in raw.headers:
            handler.send_header(name, value)
        size = sum(map(len, raw.parts))
        handler.send_header("Content-Length", str(size if raw.announced is None else raw.announced))
        handler.end_headers()
        with contextlib.suppress(OSError):
            for part in raw.parts:
                self.released.wait(raw.pause_s)
                handler.wfile.write(part)


@dataclass
class Spoilt:
    """An ASGI wrapper that answers the queries for some (conditionKey, conditionValue) with a resultCode of its own."""

    app: Any
    codes: dict[tuple[str, str], str]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        values = parse_qs(scope.get("query_string", b"").decode())
        code = self.codes.get((values.get("conditionKey", [""])[0], values.get("conditionValue", [""])[0]))
        if code is None:
            await self.app(scope, receive, send)
            return
        body = f'{{"resultCode":"{code}","resultMsg":"","resultData":null}}'.encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


@dataclass
class Failing:
    """An ASGI wrapper that answers with HTTP 503 from a number of queries on; None: never."""

    app: Any
    after: int | None = None
    count: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.count += 1
        if self.after is None or self.count <= self.after:
            await self.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body", "body": b""})
