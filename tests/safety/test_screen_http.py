"""/v1/screen over HTTP: one listing, and files that are streamed in and out."""

import csv
import io
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine, select
from starlette.middleware import Middleware

from assistant.safety.batches import runner
from assistant.safety.batches.crew import HereAndNow
from assistant.safety.batches.runner import BatchRunner
from assistant.safety.batches.store import BatchStore
from assistant.safety.gather import Gatherer
from assistant.safety.goods.requirements import Requirements
from assistant.safety.malls.keys import Terms
from assistant.safety.malls.quota import Quota
from assistant.safety.malls.store import MallStore
from assistant.safety.mirror.reading import Mirror
from assistant.safety.watch.blocked import Blocked
from assistant.safety.watch.tables import BlockedCountRow
from assistant.screening.policy import policy_from
from assistant.web import upload
from assistant.web.body import BodyLimit
from assistant.web.callers import Callers
from assistant.web.errors import ErrorWriter, handle_errors
from assistant.web.metrics import Metrics
from assistant.web.screen import router
from assistant.web.screen_models import BatchOut, VerdictOut

GOOD = {
    "id": "P1",
    "product_name": "보조배터리 20000mAh",
    "cert_field": "인증번호: ＸＵ１０0001-26001a",
    "model_name": "GA-1001",
    "brand_name": "가온",
}
CSV = "상품번호,상품명,인증번호,모델명\nP1,보조배터리,XU100001-26001A,GA-1001\n=P2,보조배터리,XU100061-26001A,GA-1061\n"
BATCHES = "/v1/screen/batches"


@pytest.fixture
def malls(mirror_engine: Engine) -> MallStore:
    return MallStore(mirror_engine)


def opened(batches: BatchStore, gatherer: Gatherer, malls: MallStore, engine: Engine) -> TestClient:
    write_error = ErrorWriter(Metrics(dict))
    app = FastAPI(middleware=[Middleware(BodyLimit, write_error=write_error)])
    handle_errors(app, write_error)
    app.include_router(router(gatherer, batches, Blocked(engine), Callers(malls, Quota(malls))))
    return TestClient(app)


@pytest.fixture
def web(
    batches: BatchStore, known_mirror: Mirror, requirements: Requirements, malls: MallStore, mirror_engine: Engine
) -> TestClient:
    return opened(batches, Gatherer(known_mirror, requirements), malls, mirror_engine)


def headers_of(malls: MallStore, mall_id: str) -> dict[str, str]:
    return {"AuthKey": malls.create_key(mall_id, Terms(0, 0)).secret}


@pytest.fixture
def mall_id(malls: MallStore) -> str:
    return malls.create_mall(uuid4().hex).id


@pytest.fixture
def headers(malls: MallStore, mall_id: str) -> dict[str, str]:
    return headers_of(malls, mall_id)


def refused(response: Response, status: int, code: str) -> None:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert response.json()["message"]


# ---- one listing -----------------------------------------------------------------------


def test_listing_gets_its_verdict_with_evidence(web: TestClient, headers: dict[str, str]) -> None:
    answer = web.post("/v1/screen", headers=headers, json=GOOD).json()

    assert VerdictOut.model_validate(answer)
    assert (answer["verdict"], answer["action"], answer["listing_id"]) == ("ok", "pass", "P1")
    assert answer["checks"][0]["cert_num"] == "XU100001-26001A"
    assert {one["name"]: one["agreement"] for one in answer["checks"][0]["evidence"]}["model"] == "same"
    assert (answer["data_date"], answer["is_demo"]) == ("20261121", False)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"model_name": "ZZ-9"}, "mismatch"),
        ({"cert_field": "XU100061-26001A", "model_name": "GA-1061"}, "revoked"),
        ({"cert_field": "XU100062-26001A", "model_name": "GA-1062"}, "expired"),
        ({"cert_field": "XU109999-26001A"}, "not_found"),
        ({"cert_field": ""}, "not_found"),
        ({"cert_field": "", "product_name": "보조배터리 케이스"}, "cannot_check"),
        ({"cert_field": "", "product_name": "텀블러 500ml"}, "not_required"),
        ({"model_name": "GA-7000X", "cert_field": ""}, "recalled"),
    ],
)
def test_every_kind_of_verdict(web: TestClient, headers: dict[str, str], change: dict[str, str], verdict: str) -> None:
    assert web.post("/v1/screen", headers=headers, json={**GOOD, **change}).json()["verdict"] == verdict


def test_korean_column_names_are_taken(web: TestClient, headers: dict[str, str]) -> None:
    body = {"상품번호": 7, "상품명": "보조배터리", "인증번호": "XU100001-26001A", "모델명": "GA-1001"}
    answer = web.post("/v1/screen", headers=headers, json=body).json()

    assert (answer["verdict"], answer["listing_id"]) == ("ok", "7")


def test_policy_of_the_mall_decides_the_action_and_is_counted(
    web: TestClient, headers: dict[str, str], malls: MallStore, mall_id: str, mirror_engine: Engine
) -> None:
    malls.set_policy(mall_id, policy_from({"actions": {"not_found": "block"}}))
    answer = web.post("/v1/screen", headers=headers, json={**GOOD, "cert_field": ""}).json()

    assert answer["action"] == "block"
    with mirror_engine.connect() as connection:
        rows = connection.execute(select(BlockedCountRow.mall_id, BlockedCountRow.verdict, BlockedCountRow.listings))
        assert list(rows) == [(mall_id, "not_found", 1)]


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"id": "P1"}', b'{"product_name": {}}', b'"text"'])
def test_body_that_is_no_listing_is_refused(web: TestClient, headers: dict[str, str], body: bytes) -> None:
    response = web.post("/v1/screen", headers={**headers, "Content-Type": "application/json"}, content=body)

    assert (response.status_code, sorted(response.json())) == (400, ["code", "message"])


def test_nothing_is_screened_without_a_key(web: TestClient) -> None:
    refused(web.post("/v1/screen", json=GOOD), 401, "no_key")
    refused(web.post(BATCHES, content=CSV.encode(), headers={"Content-Type": "text/csv"}), 401, "no_key")
    refused(web.get(BATCHES), 401, "no_key")


# ---- files -----------------------------------------------------------------------------


def send(web: TestClient, headers: dict[str, str], content: bytes = CSV.encode(), **more: str) -> Response:
    return web.post(BATCHES, headers={**headers, "Content-Type": "text/csv", **more}, content=content)


@pytest.fixture
def work_off(batches: BatchStore, known_mirror: Mirror, requirements: Requirements) -> Any:
    return BatchRunner(batches, [HereAndNow(Gatherer(known_mirror, requirements))]).work_off


def test_file_goes_in_and_its_results_come_out(web: TestClient, headers: dict[str, str], work_off: Any) -> None:
    sent = send(web, headers)
    address = sent.headers["Location"]
    waiting = web.get(address, headers=headers).json()
    work_off()
    done = web.get(address, headers=headers).json()
    result = web.get(f"{address}/result", headers=headers)

    assert (sent.status_code, sent.json()["state"], waiting["state"]) == (202, "waiting", "waiting")
    assert (done["state"], done["rows_done"], done["progress"]) == ("done", 2, 1.0)
    assert done["counts"] == {"ok": 1, "revoked": 1}
    assert BatchOut.model_validate(done)
    assert (result.headers["X-Batch-State"], result.headers["Content-Encoding"]) == ("done", "gzip")
    assert [json.loads(line)["verdict"] for line in result.text.splitlines()] == ["ok", "revoked"]
    assert web.get(BATCHES, headers=headers).json() == {"batches": [done]}


def test_result_of_several_chunks_reaches_a_client_that_reads_one_gzip_member(
    web: TestClient, headers: dict[str, str], work_off: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "CHUNK_ROWS", 1)
    address = send(web, headers).headers["Location"]
    work_off()
    result = web.get(f"{address}/result", headers=headers)

    assert result.headers["Content-Encoding"] == "gzip"
    assert [json.loads(line)["verdict"] for line in result.text.splitlines()] == ["ok", "revoked"]


def test_result_as_csv_opens_in_a_spreadsheet_and_holds_no_formula(
    web: TestClient, headers: dict[str, str], work_off: Any
) -> None:
    address = send(web, headers).headers["Location"]
    work_off()
    result = web.get(f"{address}/result", headers=headers, params={"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(result.content.decode("utf-8-sig"))))

    assert result.content.startswith("\ufeff줄,상품번호,판정".encode())
    assert [(row["상품번호"], row["판정"]) for row in rows] == [("P1", "ok"), ("'=P2", "revoked")]


def test_result_without_gzip_and_before_the_start(web: TestClient, headers: dict[str, str], work_off: Any) -> None:
    address = send(web, headers).headers["Location"]
    early = web.get(f"{address}/result", headers=headers)
    work_off()
    plain = web.get(f"{address}/result", headers={**headers, "Accept-Encoding": "identity"})

    assert (early.text, early.headers["X-Batch-State"]) == ("", "waiting")
    assert len(plain.text.splitlines()) == 2
    assert "Content-Encoding" not in plain.headers


def test_form_with_a_file_is_taken(web: TestClient, headers: dict[str, str], tmp_path: Path, work_off: Any) -> None:
    book = openpyxl.Workbook()
    for line in CSV.splitlines():
        book.worksheets[0].append(line.split(","))
    book.save(tmp_path / "x.xlsx")
    with (tmp_path / "x.xlsx").open("rb") as file:
        sent = web.post(BATCHES, headers=headers, files={"file": ("../../목록.xlsx", file)}, data={"note": "x" * 99})
    work_off()

    assert (sent.status_code, sent.json()["kind"]) == (202, "excel")
    assert web.get(sent.headers["Location"], headers=headers).json()["counts"] == {"ok": 1, "revoked": 1}


def test_same_upload_key_gives_the_same_file(web: TestClient, headers: dict[str, str]) -> None:
    first = send(web, headers, **{"Idempotency-Key": "monday"})
    again = send(web, headers, **{"Idempotency-Key": "monday"})

    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["id"] == first.json()["id"]


def test_file_of_another_mall_is_not_there(web: TestClient, headers: dict[str, str], malls: MallStore) -> None:
    address = send(web, headers).headers["Location"]
    other = headers_of(malls, malls.create_mall(uuid4().hex).id)

    refused(web.get(address, headers=other), 404, "no_batch")
    refused(web.get(f"{address}/result", headers=other), 404, "no_batch")
    refused(web.delete(address, headers=other), 404, "no_batch")
    assert web.get(BATCHES, headers=other).json() == {"batches": []}


def test_file_is_cancelled(web: TestClient, headers: dict[str, str], batches: BatchStore, work_off: Any) -> None:
    address = send(web, headers).headers["Location"]
    cancelled = web.delete(address, headers=headers).json()
    work_off()

    assert cancelled["state"] == "cancelled"
    assert web.get(address, headers=headers).json()["rows_done"] == 0
    assert list(batches.files.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "content_type", "code"),
    [
        pytest.param(b"", "text/csv", "empty_file", id="empty"),
        pytest.param("이름,값\n텐트,1".encode("cp949"), "text/csv", "missing_column", id="no column"),
        pytest.param(b"\x1f\x8b\x08", "application/octet-stream", "packed_file", id="packed"),
        pytest.param(b"PK\x03\x04 broken", "application/vnd.ms-excel", "broken_excel", id="broken excel"),
        pytest.param(CSV.encode(), "application/json", "content_type", id="content type"),
        pytest.param(CSV.encode(), "multipart/form-data; boundary=x", "broken_form", id="broken form"),
        pytest.param(CSV.encode(), "multipart/form-data", "broken_form", id="no boundary"),
        pytest.param(
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            "broken_form",
            id="no file",
        ),
    ],
)
def test_file_that_cannot_be_used_is_refused_and_nothing_is_kept(
    web: TestClient, headers: dict[str, str], batches: BatchStore, content: bytes, content_type: str, code: str
) -> None:
    response = web.post(BATCHES, headers={**headers, "Content-Type": content_type}, content=content)

    refused(response, 400, code)
    assert list(batches.files.folder.iterdir()) == []
    assert web.get(BATCHES, headers=headers).json() == {"batches": []}


@pytest.mark.parametrize("is_announced", [True, False])
def test_file_that_is_too_large_is_refused_while_it_comes(
    web: TestClient,
    headers: dict[str, str],
    batches: BatchStore,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_announced: bool,
) -> None:
    monkeypatch.setattr(upload, "FILE_MAX", 100_000)
    monkeypatch.setattr(upload, "_FORM_OVERHEAD", 0)
    content: Any = b"a" * 200_000 if is_announced else iter([b"a" * 50_000] * 4)
    response = web.post(BATCHES, headers={**headers, "Content-Type": "text/csv"}, content=content)

    refused(response, 413, "too_large")
    assert list(batches.files.folder.iterdir()) == []


def test_file_larger_than_a_message_may_be_is_taken(web: TestClient, headers: dict[str, str]) -> None:
    many = CSV + "".join(f"P{i},보조배터리,XU100001-26001A,GA-1001\n" for i in range(20_000))

    assert send(web, headers, many.encode()).json()["size"] > 800_000


def test_bad_upload_key_is_refused(web: TestClient, headers: dict[str, str]) -> None:
    refused(send(web, headers, **{"Idempotency-Key": "a b"}), 400, "bad_input")
