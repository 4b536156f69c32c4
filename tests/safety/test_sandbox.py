"""The sandbox over a real socket: what the real interface does beside its contract, and our client against it."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from upstreams import KEY, certificate, served

from assistant.errors import SetupError, UpstreamError
from assistant.safety.database import open_safety_database
from assistant.safety.mirror.reading import Mirror
from assistant.safety.published.client import Patience, SafetyKorea
from assistant.safety.published.records import certificate_from
from assistant.web.sandbox import Faults, sandbox_app

QUICK = Patience(tries=4, first_wait_s=0.001, longest_wait_s=0.002)
PATH = "/openapi/api/cert/certificationList.json?conditionKey=modelName&conditionValue=TOY"


@pytest.fixture(scope="module")
def published(migrated_mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    place = tmp_path_factory.mktemp("sandbox") / "source.db"
    engine = open_safety_database(f"sqlite:///{shutil.copy(migrated_mirror, place)}")
    made = Mirror(engine)
    made.put_certificates(one for at in range(1, 13) if (one := certificate_from(certificate(at))))
    made.mark("20261121", is_complete=True, is_demo=True)
    yield made
    engine.dispose()


@contextmanager
def sandbox(published: Mirror, key: str = KEY, **faults: int) -> Iterator[tuple[str, SafetyKorea]]:
    with (
        served(sandbox_app(published, {KEY}, Faults(**faults), cap=10)) as url,
        closing(SafetyKorea(f"{url}/openapi/api", key, 100_000, patience=QUICK, cap=10)) as client,
    ):
        yield url, client


def ask(url: str, key: str = KEY) -> Any:
    return httpx.get(url + PATH, headers={"AuthKey": key})


def test_a_list_is_cut_off_at_the_cap(published: Mirror) -> None:
    with sandbox(published) as (_, client):
        whole, part = client.certificates("modelName", "TOY"), client.certificates("modelName", "TOY-1")

    assert (len(whole.rows), whole.is_capped) == (10, True)
    assert (len(part.rows), part.is_capped, part.is_demo) == (4, False, True)


@pytest.mark.parametrize("key", ["", KEY.upper(), KEY + "x"])
def test_a_bad_key_leads_to_an_error_page(published: Mirror, key: str) -> None:
    with sandbox(published) as (url, _):
        answer = ask(url, key)
        page = httpx.get(url + answer.headers["location"])

    assert answer.status_code == 302
    assert page.headers["content-type"].startswith("text/html")


def test_the_client_names_a_bad_key(published: Mirror) -> None:
    with sandbox(published, key="wrong") as (_, client), pytest.raises(SetupError) as refused:
        client.certificates("modelName", "TOY-1")

    assert refused.value.code == "safety_key"


def test_a_code_is_a_number_now_and_then(published: Mirror) -> None:
    with sandbox(published, number_code_every=2) as (url, client):
        codes = [ask(url).json()["resultCode"] for _ in range(3)]
        rows = client.certificates("modelName", "TOY-1").rows

    assert codes == ["2000", 2000, "2000"]
    assert len(rows) == 4


@pytest.mark.parametrize(
    "fault", ["error_every", "unavailable_every", "empty_every", "html_every", "cut_every", "number_code_every"]
)
def test_the_client_gets_over_every_fault_that_passes(published: Mirror, fault: str) -> None:
    with sandbox(published, **{fault: 2}) as (_, client):
        found = [client.certificate(certificate(at)["certNum"]) for at in (1, 2, 3)]
        absent = client.certificate("QQ999")

    assert [one.cert_uid for one in found if one] == [1, 2, 3]
    assert absent is None


@pytest.mark.parametrize("fault", ["error_every", "unavailable_every", "empty_every", "html_every", "cut_every"])
def test_a_fault_that_stays_is_never_taken_for_absent(published: Mirror, fault: str) -> None:
    with sandbox(published, **{fault: 1}) as (_, client), pytest.raises(UpstreamError) as failed:
        client.certificate("QQ999")

    assert failed.value.code in ("safety_down", "safety_answer")


def test_an_answer_takes_as_long_as_set(published: Mirror) -> None:
    quick = Patience(tries=1, first_wait_s=0.001, longest_wait_s=0.001, read_s=0.1)
    with (
        served(sandbox_app(published, {KEY}, Faults(latency_ms=500))) as url,
        closing(SafetyKorea(f"{url}/openapi/api", KEY, 100, patience=quick)) as client,
        pytest.raises(UpstreamError, match="ReadTimeout"),
    ):
        client.certificates("modelName", "TOY-1")
