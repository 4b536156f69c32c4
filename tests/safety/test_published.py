"""Reading what is published, however dirty, and writing it again."""

import json

import pytest
from upstreams import certificate, foreign_recall, recall

from assistant.product_safety import Certificate, Factory
from assistant.safety.published.contract import CERTIFICATE_FIELDS, FOREIGN_RECALL_FIELDS, RECALL_FIELDS
from assistant.safety.published.records import certificate_from, certificate_record, code_of, recall_from, recall_record
from assistant.screening.links import certificate_link, recall_link


@pytest.mark.parametrize(
    ("came", "code"), [("2000", "2000"), (2000, "2000"), (2004.0, "2004"), (None, ""), (True, ""), ([], "")]
)
def test_a_code_is_read_whether_text_or_number(came: object, code: str) -> None:
    assert code_of(came) == code


def test_a_certificate_keeps_what_was_published() -> None:
    read = certificate_from(certificate(7, certState="안전인증표시 사용금지 2개월", remark="비고"))

    assert read is not None
    assert (read.cert_uid, read.cert_state, read.remark) == (7, "안전인증표시 사용금지 2개월", "비고")
    assert (read.brand_name, read.cert_date, read.has_detail) == ("", "20260701", False)


def test_a_certificate_is_written_as_it_was_read() -> None:
    published = certificate(7)
    read = certificate_from(published)

    assert read is not None
    assert certificate_record(read) == published
    assert list(certificate_record(read)) == list(CERTIFICATE_FIELDS)


@pytest.mark.parametrize(
    ("field", "came", "attribute", "read"),
    [
        ("modelName", 7010, "model_name", "7010"),
        ("modelName", 12.5, "model_name", "12.5"),
        ("productName", "  완구\n", "product_name", "완구"),
        ("makerName", "Toy\0s", "maker_name", "Toys"),
        ("makerName", "Toy\ud800", "maker_name", "Toy"),
        ("certState", float("nan"), "cert_state", "nan"),
        ("certState", None, "cert_state", ""),
        ("certDate", "2026-07-01", "cert_date", "20260701"),
        ("certDate", 20260701, "cert_date", "20260701"),
        ("certDate", "2026-07-01 10:00:00", "cert_date", "20260701"),
        ("certDate", "미정", "cert_date", ""),
        ("signDate", "202607", "sign_date", ""),
        ("certUid", "7", "cert_uid", 7),
        ("importerName", {"name": "x"}, "importer_name", ""),
    ],
)
def test_a_dirty_field_is_read(field: str, came: object, attribute: str, read: object) -> None:
    found = certificate_from(certificate(7, **{field: came}))

    assert getattr(found, attribute) == read


@pytest.mark.parametrize("record", [None, "x", [], {}, {"certUid": 1}, {"certUid": 1, "certNum": " - "}])
def test_a_certificate_without_a_number_is_none(record: object) -> None:
    assert certificate_from(record) is None


@pytest.mark.parametrize("uid", [None, "x", -1, 10**12])
def test_a_certificate_without_an_id_always_gets_the_same_one(uid: object) -> None:
    first, again = (certificate_from(certificate(1, certUid=uid, remark=remark)) for remark in ("a", "b"))

    assert first is not None
    assert again is not None
    assert first.cert_uid == again.cert_uid < 0


def test_a_detail_has_its_lists() -> None:
    detail = certificate(
        7,
        derivationModels=["TOY-7A", None, " TOY-7B ", "TOY-7A"],
        certificationImageUrls=None,
        factories=[{"makerName": "공장1", "makerCntryName": None}, {"makerName": None}, "공장2"],
        similarCertifications=[certificate(8), {"certNum": None}, "CB061R2170-3018"],
    )
    read = certificate_from(detail, is_detail=True)

    assert read is not None
    assert read.has_detail
    assert read.derivation_models == ("TOY-7A", "TOY-7B")
    assert read.factories == (Factory("공장1"), Factory("공장2"))
    assert read.similar_certifications == (certificate(8)["certNum"], "CB061R2170-3018")


def test_a_written_detail_names_similar_certificates_as_far_as_they_are_known() -> None:
    one = Certificate(1, "CB061R2170-3018", "적합", has_detail=True, similar_certifications=("A-1", "B-2"))
    known = {"A-1": Certificate(2, "A-1", "기간만료")}
    similar = certificate_record(one, known, is_detail=True)["similarCertifications"]

    assert [(each["certNum"], each["certState"]) for each in similar] == [("A-1", "기간만료"), ("B-2", None)]


def test_harm_and_advice_never_come_from_the_field_that_means_two_things() -> None:
    home = recall_from(recall(1), is_foreign=False)
    abroad = recall_from(foreign_recall(2), is_foreign=True)
    only_accident = recall_from({"recallUid": 3, "accidentCaseDscr": "다침"}, is_foreign=False)

    assert home is not None
    assert abroad is not None
    assert only_accident is not None
    assert (home.harm, home.advice) == ("프탈레이트 기준치 초과", "사용을 중지하고 환불받으세요")
    assert (abroad.harm, abroad.advice) == ("과열로 화재 위험", "무상 교환")
    assert (only_accident.harm, only_accident.advice) == ("", "")


def test_a_recall_knows_where_it_is_from() -> None:
    home = recall_from(recall(1), is_foreign=False)
    abroad = recall_from(foreign_recall(1), is_foreign=True)

    assert home is not None
    assert abroad is not None
    assert (home.uid, home.country_name, home.url) == ("D1", "한국", recall_link("D1"))
    assert (abroad.uid, abroad.country_name, abroad.url) == ("F1", "미국", "https://www.cpsc.gov/Recalls/1")


@pytest.mark.parametrize(
    "url", [None, "", "javascript:alert(1)", "www.cpsc.gov", 'https://x"onclick="y', "https://a b"]
)
def test_a_link_that_is_no_web_page_is_replaced(url: object) -> None:
    read = recall_from(foreign_recall(5, recallUrl=url), is_foreign=True)

    assert read is not None
    assert read.url == recall_link("F5")


@pytest.mark.parametrize("is_foreign", [False, True])
def test_a_recall_is_written_as_it_was_published(is_foreign: bool) -> None:
    published = foreign_recall(1) if is_foreign else recall(1)
    read = recall_from(published | {"unheardOf": 1}, is_foreign=is_foreign)

    assert read is not None
    written = recall_record(read)
    assert {name: value for name, value in written.items() if value is not None} == published
    assert list(written) == list(FOREIGN_RECALL_FIELDS if is_foreign else RECALL_FIELDS)


def test_a_recall_without_an_id_always_gets_the_same_one() -> None:
    first, again = (recall_from(recall(1, recallUid=None), is_foreign=False) for _ in range(2))

    assert first is not None
    assert again is not None
    assert first.uid == again.uid


def test_what_is_kept_of_a_recall_can_be_stored_anywhere() -> None:
    dirty = {"recallUid": "1", "harmDscr": "a\0b\ud800", "n": float("nan"), "list": ["\0", {"x": float("inf")}]}
    read = recall_from(dirty, is_foreign=False)

    assert read is not None
    text = json.dumps(dict(read.raw), allow_nan=False, ensure_ascii=False)
    assert "\0" not in text
    assert text.encode()
    assert "\\u0000" not in text


def test_links_hold_no_letters_that_an_address_cannot_have() -> None:
    assert certificate_link("CB 061&x").endswith("?certNum=CB%20061%26x")
    assert recall_link("F1/2").endswith("/fRecallBoard?recallUid=1%2F2")
