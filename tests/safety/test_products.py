import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from pydantic import BaseModel
from shelf import BATTERY, CERTIFICATES, RECALLS
from sqlalchemy import Engine, create_engine

from assistant.safety.database import open_safety_database
from assistant.safety.find.finder import Finder
from assistant.safety.malls.keys import Terms
from assistant.safety.malls.quota import Quota
from assistant.safety.malls.store import MallStore
from assistant.safety.malls.tables import MallBase
from assistant.safety.mirror.reading import Mirror
from assistant.screening.policy import DEFAULT_POLICY, policy_json
from assistant.web.callers import Callers
from assistant.web.errors import ErrorWriter, handle_errors
from assistant.web.metrics import Metrics
from assistant.web.product_models import CertificatesOut, NumberOut, PolicyOut, RecallPage, RecallsOut, UsageOut
from assistant.web.products import router

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Each database in turn with a full mirror and no mall; filled once, for the tests here only read the mirror."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("products") / "safety.db"
        engine = open_safety_database(f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_mirror'), path)}")
    else:
        engine = request.getfixturevalue("mirror_postgres")
    Mirror(engine).clear()
    with engine.begin() as connection:
        for table in reversed(MallBase.metadata.sorted_tables):
            connection.execute(table.delete())
    Mirror(engine).put_certificates(CERTIFICATES)
    Mirror(engine).put_recalls(RECALLS)
    yield engine
    if request.param == "sqlite":
        engine.dispose()


@pytest.fixture(scope="module")
def malls(shared_engine: Engine) -> MallStore:
    return MallStore(shared_engine, lambda: NOON)


@pytest.fixture(scope="module")
def quota(malls: MallStore) -> Quota:
    return Quota(malls)


@pytest.fixture(scope="module")
def web(shared_engine: Engine, malls: MallStore, quota: Quota) -> TestClient:
    return application(shared_engine, malls, quota)


def application(engine: Engine, malls: MallStore, quota: Quota) -> TestClient:
    app = FastAPI()
    handle_errors(app, ErrorWriter(Metrics(dict)))
    app.include_router(router(Finder(engine), Mirror(engine), Callers(malls, quota)))
    return TestClient(app)


@pytest.fixture
def filled(shared_engine: Engine) -> Mirror:
    """The mirror, marked as full; a test may mark it otherwise."""
    mirror = Mirror(shared_engine)
    state = mirror.freshness()
    if not state.is_complete or state.is_demo:
        mirror.mark("20261120", is_complete=True, is_demo=False)
    return mirror


def key_of_a_new_mall(malls: MallStore) -> dict[str, str]:
    return {"AuthKey": malls.create_key(malls.create_mall(uuid4().hex).id, Terms(0, 0)).secret}


@pytest.fixture
def headers(malls: MallStore) -> dict[str, str]:
    return key_of_a_new_mall(malls)


@pytest.fixture
def get(web: TestClient, headers: dict[str, str]) -> Callable[..., Response]:
    return lambda path, **asked: web.get(path, headers=headers, params=asked or None)


def fits(model: type[BaseModel], response: Response) -> Any:
    """Check that an answer is all that its model says, and nothing else; return it."""
    answer = response.json()
    assert response.status_code == 200, answer
    described = model.model_validate(answer).model_dump(mode="json")
    for one in (answer, described):
        one.get("freshness", {}).pop("synced_at", None)  # pydantic writes UTC as Z
    assert answer == described
    return answer


def refused(response: Response, status: int, code: str) -> None:
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["message"].rstrip(")").endswith("요.") or code == "bad_input"


# ---- one number -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "XU100123-20001",
        "xu100123-20001",
        "ＸＵ１００１２３－２０００１",
        " XU100123 – 20001 ",
        "인증번호: XU100123-20001",
        "XU10012320001",
    ],
)
def test_a_number_is_found_however_it_is_written(get: Any, filled: Mirror, written: str) -> None:
    answer = fits(NumberOut, get(f"/v1/certificates/{written}"))

    assert answer["is_exact"]
    assert [one["cert_num"] for one in answer["certificates"]] == ["XU100123-20001"]


def test_a_certificate_comes_with_all_that_belongs_to_it(get: Any, filled: Mirror) -> None:
    (found,) = fits(NumberOut, get("/v1/certificates/XU100123-20001"))["certificates"]

    assert (found["cert_state"], found["state_kind"], found["cert_date"]) == ("적합", "ok", "20240102")
    assert found["derivation_models"] == ["HB-10000W"]
    assert found["factories"] == [{"maker_name": "한빛전자 1공장", "country_name": "한국"}]
    assert [(recall["uid"], recall["by"][0]) for recall in found["recalls"]] == [
        ("D501", "number"),
        ("D502", "model_and_company"),
    ]
    assert "XU100123-20001" in found["link"]
    assert "D501"[1:] in found["recalls"][0]["link"]


def test_an_expired_certificate_names_the_renewed_one(get: Any, filled: Mirror) -> None:
    (found,) = fits(NumberOut, get("/v1/certificates/XU100123-15001"))["certificates"]

    assert found["state_kind"] == "expired"
    assert [one["cert_num"] for one in found["successors"]] == ["XU100123-23001"]


def test_without_its_letters_a_number_finds_those_that_have_some(get: Any, filled: Mirror) -> None:
    answer = fits(NumberOut, get("/v1/certificates/CB065R2345-3001"))

    assert not answer["is_exact"]
    assert {one["cert_num"] for one in answer["certificates"]} == {"CB065R2345-3001A", "CB065R2345-3001B"}


def test_with_its_letters_a_number_finds_itself_alone(get: Any, filled: Mirror) -> None:
    answer = fits(NumberOut, get("/v1/certificates/cb065r2345-3001b"))

    assert [one["cert_num"] for one in answer["certificates"]] == ["CB065R2345-3001B"]
    assert answer["other_numbers"] == ["CB065R2345-3001A"]


def test_a_number_never_finds_one_with_other_letters(get: Any, filled: Mirror) -> None:
    refused(get("/v1/certificates/CB065R2345-3001C"), 404, "absent")


def test_a_state_that_is_not_known_is_never_ok(get: Any, filled: Mirror) -> None:
    (found,) = get("/v1/certificates/HU071234-22001").json()["certificates"]

    assert (found["cert_state"], found["state_kind"]) == ("변경", "cannot_check")


def test_an_old_number_of_no_known_shape_is_found(get: Any, filled: Mirror) -> None:
    (found,) = get("/v1/certificates/제2003-12호").json()["certificates"]

    assert found["state_kind"] == "revoked"


def test_absent_is_said_only_of_a_mirror_that_is_full(get: Any, filled: Mirror) -> None:
    refused(get("/v1/certificates/XU999999-20001"), 404, "absent")
    assert "2026-11-20" in get("/v1/certificates/XU999999-20001").json()["message"]

    filled.mark("20261120", is_complete=False, is_demo=False)

    refused(get("/v1/certificates/XU999999-20001"), 503, "cannot_look_up")
    assert not get("/v1/certificates/XU100123-20001").json()["freshness"]["is_complete"]


def test_an_empty_mirror_cannot_look_anything_up(malls: MallStore, quota: Quota, headers: Any, tmp_path: Path) -> None:
    empty = open_safety_database(f"sqlite:///{tmp_path / 'empty.db'}")
    web = application(empty, malls, quota)

    for path in ("certificates/XU999999-20001", "recalls/D1", "certificates?q=인형", "recalls?q=인형"):
        refused(web.get(f"/v1/{path}", headers=headers), 503, "cannot_look_up")
    empty.dispose()


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("R-R-ABC-DEF123", 404, "other_register"),
        ("XU100123-20001, XU100123-15001", 400, "several_numbers"),
        ("---", 400, "no_number"),
        ("인증번호", 400, "no_number"),
        ("X" * 101, 400, "bad_input"),
        ("XU100123\x00-20001", 400, "bad_input"),
    ],
    ids=["radio", "two", "dashes", "no number", "long", "nul"],
)
def test_what_is_no_number_of_here_is_told_so(get: Any, filled: Mirror, number: str, status: int, code: str) -> None:
    refused(get(f"/v1/certificates/{number.replace(chr(0), '%00')}"), status, code)


def test_made_up_data_are_labelled(get: Any, filled: Mirror) -> None:
    filled.mark("20261120", is_complete=True, is_demo=True)

    for path in ("certificates/XU100123-20001", "certificates?q=인형", "recalls/D501", "recalls?q=배터리"):
        assert get(f"/v1/{path}").json()["freshness"]["is_demo"], path


# ---- searching ------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["XU100123-20001", "리튬 보조배터리", "HB-10000", "한빛전자"])
def test_certificates_are_found_by_anything(get: Any, filled: Mirror, query: str) -> None:
    results = fits(CertificatesOut, get("/v1/certificates", q=query))["results"]

    assert "XU100123-20001" in [one["certificate"]["cert_num"] for one in results]
    assert [one["score"] for one in results] == sorted((one["score"] for one in results), reverse=True)


def test_recalls_are_found_by_anything(get: Any, filled: Mirror) -> None:
    results = fits(RecallsOut, get("/v1/recalls", q="한빛 보조배터리"))["results"]

    assert results[0]["recall"]["uid"] == "D501"


def test_a_search_gives_no_more_than_was_asked_for(get: Any, filled: Mirror) -> None:
    assert len(get("/v1/certificates", q="보조배터리", limit=2).json()["results"]) == 2
    assert len(get("/v1/recalls", q="보조배터리", limit=1).json()["results"]) == 1


def test_recalls_behind_a_hundred_certificates_are_not_told_to_be_none(
    malls: MallStore, quota: Quota, headers: Any, migrated_mirror: Path, tmp_path: Path
) -> None:
    engine = open_safety_database(f"sqlite:///{shutil.copy(migrated_mirror, tmp_path / 'many.db')}")
    many = [replace(BATTERY, cert_uid=uid, cert_num=f"XU1{uid:05}-20001") for uid in range(1_000, 1_150)]
    Mirror(engine).put_certificates(many)
    Mirror(engine).put_recalls(RECALLS)
    Mirror(engine).mark("20261120", is_complete=True, is_demo=False)

    answer = application(engine, malls, quota).get("/v1/recalls", headers=headers, params={"q": "보조배터리"})

    assert answer.json().get("code") == "too_common" or answer.json()["results"]
    engine.dispose()


def test_nothing_found_in_a_full_mirror_is_an_empty_list(get: Any, filled: Mirror) -> None:
    assert fits(CertificatesOut, get("/v1/certificates", q="ZZZQQQ-98765-없는것"))["results"] == []


@pytest.mark.parametrize("path", ["/v1/certificates", "/v1/recalls"])
@pytest.mark.parametrize(
    "asked",
    [{}, {"q": ""}, {"q": "가" * 201}, {"q": "a\0b"}, {"q": "a", "limit": 0}, {"q": "a", "limit": 51}, {"q": "  "}],
    ids=["none", "empty", "long", "nul", "limit 0", "limit 51", "blank"],
)
def test_a_search_that_cannot_be_is_refused(get: Any, filled: Mirror, path: str, asked: dict[str, Any]) -> None:
    assert get(path, **asked).status_code == 400


def test_one_recall_is_given_whole(get: Any, filled: Mirror) -> None:
    page = fits(RecallPage, get("/v1/recalls/D501"))

    assert page["recall"]["harm"] == "과열로 화재가 날 수 있음"
    assert page["raw"]["recallUid"] == 501
    assert fits(RecallPage, get("/v1/recalls/F77"))["recall"]["link"] == "https://example.org"


@pytest.mark.parametrize("uid", ["D999", "501", "F501"])
def test_a_recall_that_is_not_there_is_absent(get: Any, filled: Mirror, uid: str) -> None:
    refused(get(f"/v1/recalls/{uid}"), 404, "absent")


def test_a_database_that_is_away_is_not_an_absent_certificate(malls: MallStore, quota: Quota, headers: Any) -> None:
    away = create_engine("postgresql+psycopg://postgres@127.0.0.1:1/none?connect_timeout=1")
    web = application(away, malls, quota)

    for path in ("certificates/XU100123-20001", "certificates?q=인형", "recalls/D501", "recalls?q=인형"):
        refused(web.get(f"/v1/{path}", headers=headers), 503, "database")
    away.dispose()


# ---- what is a mall's own -------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["certificates?q=a", "certificates/XU100123-20001", "recalls?q=a", "recalls/D501", "policy", "usage"]
)
def test_everything_needs_a_key(web: TestClient, filled: Mirror, path: str) -> None:
    refused(web.get(f"/v1/{path}"), 401, "no_key")


def test_a_stranger_sets_no_policy(web: TestClient, malls: MallStore) -> None:
    mall = malls.create_mall(uuid4().hex)

    refused(web.put("/v1/policy", json={"actions": {"recalled": "pass"}}), 401, "no_key")
    assert malls.policy(mall.id) == DEFAULT_POLICY


def test_a_policy_is_set_for_the_mall_that_asks(web: TestClient, malls: MallStore, headers: dict[str, str]) -> None:
    other = key_of_a_new_mall(malls)
    wanted = {"actions": {"expired": "block"}, "by_category": {"완구": {"not_found": "warn"}}}

    answer = fits(PolicyOut, web.put("/v1/policy", headers=headers, json=wanted))

    assert answer["actions"]["expired"] == "block"
    assert answer["by_category"] == {"완구": {"not_found": "warn"}}
    assert fits(PolicyOut, web.get("/v1/policy", headers=headers)) == answer
    assert web.get("/v1/policy", headers=other).json() == policy_json(DEFAULT_POLICY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b'{"actions": {"expired": "explode"}}',
        b'{"actions": {"unheard": "pass"}}',
        b'{"actions": [], "x": 1}',
        b'{"actions": {}, "actions": {"recalled": "pass"}}',
        b'{"by_category": {"": {"ok": "pass"}}}',
        b'{"by_category": {"\\u0000": {"ok": "pass"}}}',
        b'{"actions": {"expired": NaN}}',
        '{"actions": {}}'.encode("utf-16"),
    ],
)
def test_a_policy_that_cannot_be_changes_nothing(web: TestClient, headers: dict[str, str], body: bytes) -> None:
    kind = {"Content-Type": "application/json"}
    response = web.put("/v1/policy", headers=headers | kind, content=body)

    assert response.status_code == 400
    assert set(response.json()) == {"code", "message"}
    assert web.get("/v1/policy", headers=headers).json() == policy_json(DEFAULT_POLICY)


def test_a_policy_has_to_be_announced_as_json(web: TestClient, headers: dict[str, str]) -> None:
    response = web.put("/v1/policy", headers=headers | {"Content-Type": "text/plain"}, content=b"{}")

    refused(response, 400, "bad_input")


def test_a_mall_sees_its_own_usage_only(
    web: TestClient, malls: MallStore, quota: Quota, headers: dict[str, str], filled: Mirror
) -> None:
    other = key_of_a_new_mall(malls)
    for number in ("XU100123-20001", "HU071234-22001"):
        web.get(f"/v1/certificates/{number}", headers=headers)
    web.get("/v1/recalls/D501", headers=other)
    quota.usage.flush()

    answer = fits(UsageOut, web.get("/v1/usage", headers=headers))
    (line,) = answer["usage"]
    assert answer["since"] == str(date(2026, 10, 24))
    assert (line["endpoint"], line["granted"], line["day"]) == ("GET /v1/certificates/{number}", 2, "2026-11-22")


@pytest.mark.parametrize("days", [0, 401, "x"])
def test_usage_of_no_days_is_refused(get: Any, days: Any) -> None:
    refused(get("/v1/usage", days=days), 400, "bad_input")


def test_the_document_describes_every_answer(web: TestClient) -> None:
    paths = web.get("/openapi.json").json()["paths"]

    for path, methods in paths.items():
        for operation in methods.values():
            assert {"200", "401", "403", "429", "503"} <= set(operation["responses"]), path
            assert operation["security"], path
