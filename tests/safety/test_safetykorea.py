"""OneCall's own endpoints under SafetyKorea's contract, called by a client that was written from the contract alone.

`Contract` is that client: plain httpx, nothing of ours. It would call the real interface with another base URL.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from fastapi import FastAPI, Request
from upstreams import KEY, certificate, foreign_recall, recall, served

from assistant.errors import NotAllowedError, RateLimitedError
from assistant.safety.database import open_safety_database
from assistant.safety.mirror.reading import Mirror
from assistant.safety.published.records import certificate_from, recall_from
from assistant.web.safetykorea import router

CERTIFICATE_FIELDS = (
    "certUid certOrganName certNum certState certDiv certDate certChgDate certChgReason firstCertNum productName "
    "brandName modelName categoryName importDiv makerName makerCntryName importerName remark signDate"
)
DETAIL_FIELDS = "derivationModels certificationImageUrls factories similarCertifications"
RECALL_FIELDS = (
    "recallUid recallProductName recallBrandName recallModelName recallModelCnt recallTypeName recallMeans barcodeNum "
    "categoryName certNum productItemName recallCmpnyDivName recallInqryTel recallCmpnyName recallCmpnySsn "
    "recallFrgnCmpnyName makerCntryName makerName makingCntryName publishDate publishRecallVol recallActionAmt "
    "recallStaDate recallEndDate harmDscr accidentCaseDscr publishActionDscr recallFiles"
)
FOREIGN_FIELDS = (
    "fRecallUid recallModelName recallModelCnt recallProductName recallBrandName makerName makingCntryName "
    "recallTypeName recallPblshCntryName recallPblshOrgnName recallMeans violateDscr accidentCaseDscr "
    "publishActionDscr recallProductDscr recallUrl publishDate signDttm imageUrl"
)
REFUSALS = {
    "blocked": NotAllowedError("x", code="bad_ip"),
    "used up": NotAllowedError("x", code="quota"),
    "revoked": NotAllowedError("x", code="key_revoked"),
}


class Contract:
    """SafetyKorea's interface as its specification describes it."""

    def __init__(self, base: str, key: str = KEY) -> None:
        self._http = httpx.Client(base_url=base, headers={"AuthKey": key})

    def __enter__(self) -> "Contract":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **parameters: str) -> httpx.Response:
        return self._http.get(path, params=parameters)

    def rows(self, path: str, key: str, value: str) -> list[dict[str, Any]]:
        answer = self.get(path, conditionKey=key, conditionValue=value)
        body = answer.json()
        assert answer.status_code == 200
        assert body["resultCode"] in ("2000", "2004")
        return body["resultData"] if body["resultCode"] == "2000" else []

    def code(self, path: str, **parameters: str) -> str:
        answer = self.get(path, **parameters)
        assert answer.status_code == 200
        assert set(answer.json()) == {"resultCode", "resultMsg", "resultData"}
        return str(answer.json()["resultCode"])


def authorise(request: Request) -> None:
    given = request.headers.get("AuthKey", "")
    if given in REFUSALS:
        raise REFUSALS[given] from RateLimitedError("x", retry_after=30)
    if given != KEY:
        raise NotAllowedError("x", code="bad_key")


def fill(mirror: Mirror) -> None:
    similar = [certificate(2), {"certNum": "ZZ999R9999-9999"}]
    detail = certificate(
        1,
        derivationModels=["TOY-1B"],
        factories=[{"makerName": "공장", "makerCntryName": "중국"}],
        similarCertifications=similar,
    )
    others = [certificate(at, signDate=f"2026080{at % 10}", modelName=f"CAR-{at}") for at in range(2, 10)]
    mirror.put_certificates(one for row in others if (one := certificate_from(row)))
    mirror.put_certificates([one] if (one := certificate_from(detail, is_detail=True)) else [])
    rows = [recall_from(recall(at), is_foreign=False) for at in range(1, 4)]
    rows += [
        recall_from(foreign_recall(at, recallModelName="ＨＸ <1> & \x01"), is_foreign=True) for at in range(11, 13)
    ]
    mirror.put_recalls(one for one in rows if one)
    mirror.mark("20261121", is_complete=True, is_demo=False)


@contextmanager
def opened(mirror: Mirror) -> Iterator[str]:
    fill(mirror)
    app = FastAPI()
    app.include_router(router(mirror, authorise, cap=5))
    with served(app) as url:
        yield f"{url}/openapi/api/"


@pytest.fixture(scope="module")
def base(migrated_mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the endpoints; their data are the same in all tests."""
    place = tmp_path_factory.mktemp("safetykorea") / "mirror.db"
    engine = open_safety_database(f"sqlite:///{shutil.copy(migrated_mirror, place)}")
    with opened(Mirror(engine)) as address:
        yield address
    engine.dispose()


@pytest.fixture(scope="module")
def client(base: str) -> Iterator[Contract]:
    with Contract(base) as made:
        yield made


@pytest.fixture
def each_client(mirror: Mirror) -> Iterator[Contract]:
    """The same over each database in turn, and with a mirror that a test may change."""
    with opened(mirror) as address, Contract(address) as made:
        yield made


def test_certificates_are_found_by_the_beginning_of_every_field(each_client: Contract) -> None:
    path = "cert/certificationList.json"
    found = {
        key: [row["certUid"] for row in each_client.rows(path, key, value)]
        for key, value in {
            "certNum": certificate(3)["certNum"][:9],
            "productName": "완",
            "modelName": "TOY",
            "certDate": "202607",
            "signDate": "20260804",
        }.items()
    }

    assert (found["certNum"], found["modelName"], found["signDate"]) == ([3], [1], [4])
    # Five is the cap here.
    assert (len(found["productName"]), len(found["certDate"])) == (5, 5)
    assert each_client.rows(path, "all", "CAR-7")[0]["certUid"] == 7
    assert each_client.rows(path, "modelName", "AR-7") == []


def test_a_certificate_has_the_fields_of_the_contract(client: Contract) -> None:
    row = client.rows("cert/certificationList.json", "modelName", "CAR-2")[0]
    detail = client.get("cert/certificationDetail.json", certNum=certificate(1)["certNum"]).json()["resultData"]

    assert row == certificate(2, signDate="20260802", modelName="CAR-2")
    assert list(row) == CERTIFICATE_FIELDS.split()
    assert list(detail) == [*CERTIFICATE_FIELDS.split(), *DETAIL_FIELDS.split()]
    assert (detail["derivationModels"], detail["factories"][0]["makerName"]) == (["TOY-1B"], "공장")
    assert [one["certState"] for one in detail["similarCertifications"]] == ["적합", None]


@pytest.mark.parametrize(
    ("key", "value", "count"),
    [
        ("all", "유아용", 3),
        ("barcodeNum", "88012", 3),
        ("recallProductName", "유아용", 3),
        ("recallBrandName", "베", 3),
        ("recallModelName", "CH-2", 1),
        ("certNum", "CB061R", 3),
        ("publishDate", "202607", 3),
        ("publishDate", "202608", 0),
    ],
)
def test_recalls_are_found_by_the_beginning_of_every_field(client: Contract, key: str, value: str, count: int) -> None:
    assert len(client.rows("recall/recallList.json", key, value)) == count


@pytest.mark.parametrize(
    ("key", "value", "count"),
    [
        ("all", "Power", 2),
        ("recallProductName", "Power", 2),
        ("recallBrandName", "Hexa", 2),
        ("recallModelName", "ＨＸ", 2),
        ("publishDate", "20260711", 2),
        ("fRecallUid", "12", 1),
        ("fRecallUid", "D1", 0),
    ],
)
def test_foreign_recalls_are_found_too(client: Contract, key: str, value: str, count: int) -> None:
    assert len(client.rows("recall/fRecallList.json", key, value)) == count


def test_recalls_have_the_fields_of_the_contract(each_client: Contract) -> None:
    row = each_client.rows("recall/recallList.json", "recallModelName", "CH-2")[0]
    detail = each_client.get("recall/recallDetail.json", recallUid="2").json()["resultData"]
    foreign = each_client.rows("recall/fRecallList.json", "fRecallUid", "11")[0]

    assert row == detail
    assert {name: row[name] for name in recall(2)} == recall(2)
    assert list(row) == RECALL_FIELDS.split()
    assert list(foreign) == FOREIGN_FIELDS.split()
    assert foreign["accidentCaseDscr"] == foreign_recall(11)["accidentCaseDscr"]


@pytest.mark.parametrize(
    ("path", "parameters", "code"),
    [
        ("cert/certificationList.json", {"conditionKey": "certNum", "conditionValue": "QQ"}, "2004"),
        ("cert/certificationList.json", {"conditionKey": "certNum", "conditionValue": ""}, "4005"),
        ("cert/certificationList.json", {"conditionKey": "certNum", "conditionValue": "\0"}, "4005"),
        ("cert/certificationList.json", {"conditionKey": "certNum", "conditionValue": "x" * 1000}, "4005"),
        ("cert/certificationList.json", {"conditionKey": "all"}, "4005"),
        ("cert/certificationList.json", {"conditionKey": "barcodeNum", "conditionValue": "88"}, "4005"),
        ("cert/certificationList.json", {"conditionKey": "certnum", "conditionValue": "CB"}, "4005"),
        ("cert/certificationList.json", {}, "4005"),
        ("cert/certificationDetail.json", {"certNum": "QQ"}, "2004"),
        ("cert/certificationDetail.json", {"certNum": " "}, "4005"),
        ("cert/certificationDetail.json", {}, "4005"),
        ("recall/recallDetail.json", {"recallUid": "99"}, "2004"),
        ("recall/recallDetail.json", {"recallUid": "11"}, "2004"),
        ("recall/recallDetail.json", {"certNum": "1"}, "4005"),
        ("recall/fRecallList.json", {"conditionKey": "certNum", "conditionValue": "CB"}, "4005"),
    ],
)
def test_what_is_wrong_has_its_code(client: Contract, path: str, parameters: dict[str, str], code: str) -> None:
    assert client.code(path, **parameters) == code


@pytest.mark.parametrize(
    ("key", "code"), [("", "4000"), (KEY.lower(), "4000"), ("revoked", "4000"), ("blocked", "4001")]
)
def test_a_key_that_may_not_is_told_so(base: str, key: str, code: str) -> None:
    asked = {"conditionKey": "certNum", "conditionValue": "CB"}

    with Contract(base, key) as client:
        assert client.code("cert/certificationList.json", **asked) == code


def test_a_quota_that_is_used_up_is_told_with_when_to_come_again(base: str) -> None:
    with Contract(base, "used up") as client:
        answer = client.get("recall/recallDetail.json", recallUid="1")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert answer.json() == {"resultCode": "4029", "resultMsg": "Quota Exceeded", "resultData": None}


def test_the_answers_come_as_xml_too(client: Contract) -> None:
    answer = client.get("recall/fRecallList.xml", conditionKey="fRecallUid", conditionValue="1")
    root = ElementTree.fromstring(answer.content)
    detail = client.get("cert/certificationDetail.xml", certNum=certificate(1)["certNum"])
    lists = ElementTree.fromstring(detail.content)

    assert answer.headers["content-type"].startswith("application/xml")
    assert root.findtext("resultCode") == "2000"
    assert [one.findtext("fRecallUid") for one in root.findall("resultData/item")] == ["11", "12"]
    assert root.findtext("resultData/item/recallModelName") == "ＨＸ <1> & "
    assert lists.findtext("resultData/derivationModels/item") == "TOY-1B"
    assert ElementTree.fromstring(client.get("recall/recallList.xml").content).findtext("resultCode") == "4005"


def test_what_an_incomplete_mirror_lacks_is_not_told_to_be_absent(each_client: Contract, mirror: Mirror) -> None:
    mirror.mark("20261121", is_complete=False, is_demo=False)

    assert each_client.code("cert/certificationDetail.json", certNum="QQ") == "5000"
    assert each_client.code("cert/certificationDetail.json", certNum=certificate(1)["certNum"]) == "2000"


def test_made_up_data_say_so(each_client: Contract, mirror: Mirror) -> None:
    mirror.mark("20261121", is_complete=True, is_demo=True)
    answer = each_client.get("recall/recallDetail.json", recallUid="1")

    assert answer.headers["X-OneCall-Demo"] == "1"
    assert answer.headers["X-OneCall-Data-Date"] == "20261121"
    assert "made-up" in answer.json()["resultMsg"]
