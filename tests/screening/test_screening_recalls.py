from typing import Any

import pytest
from listings import CERTIFICATE, LISTING, listing, recall, screened

from assistant.product_safety import Requirement
from assistant.safety.mirror.entries import recall_entries
from assistant.screening.screen import wanted

BARCODE = "8801234567893"


@pytest.mark.parametrize(
    ("listed", "recalled", "by"),
    [
        ({}, {}, "number"),
        ({"model_name": ""}, {}, "number"),
        ({"cert_field": "CB061R2170-3018A"}, {}, "number"),
        ({}, {"cert_num": "CB061R2170-3018A"}, "number"),
        ({"cert_field": "CB061R2170-3018B"}, {"cert_num": "CB061R2170-3018A", "company_name": "두리"}, ""),
        ({"model_name": "ZZ-9000"}, {}, ""),
        ({"cert_field": "배터리: CB061R2170-3018", "model_name": "ZZ-9000"}, {}, "number"),
        ({"cert_field": "", "barcode": BARCODE}, {"cert_num": "", "model_name": "", "barcode": BARCODE}, "barcode"),
        (
            {"cert_field": "", "barcode": "8801234567890"},
            {"cert_num": "", "model_name": "", "barcode": "8801234567890"},
            "",
        ),
        ({"cert_field": ""}, {"cert_num": ""}, "model_and_company"),
        ({"cert_field": "", "maker_name": ""}, {"cert_num": ""}, "model_and_product"),
        ({"cert_field": "", "maker_name": "두리토이"}, {"cert_num": ""}, ""),
        ({"cert_field": "", "model_name": "HB-1002 블랙"}, {"cert_num": ""}, "model_and_company"),
        ({"cert_field": ""}, {"cert_num": "", "model_name": "HB-1002 블랙"}, "model_and_company"),
        (
            {"cert_field": "", "model_name": "HB-1002-WH"},
            {"cert_num": "", "model_name": "HB-1002 블랙"},
            "model_and_company",
        ),
        ({"model_name": "HB-1002 블랙"}, {}, "number"),
        (
            {
                "cert_field": "",
                "model_name": "SS9422W",
                "maker_name": "",
                "product_name": "크레용 24색",
                "category": "",
            },
            {"cert_num": "", "model_name": "SS-9422W", "product_name": "크레용"},
            "model_and_product",
        ),
        ({"cert_field": "", "model_name": "HB-1002X"}, {"cert_num": ""}, ""),
        ({"cert_field": "", "product_name": "가방", "category": ""}, {"cert_num": ""}, "model_and_company"),
        ({"cert_field": "", "product_name": "가방", "category": "", "maker_name": ""}, {"cert_num": ""}, ""),
        ({"cert_field": "", "model_name": "레인보우"}, {"cert_num": "", "model_name": "레인보우"}, ""),
        ({"cert_field": "", "model_name": "hope"}, {"cert_num": "", "model_name": "HOPE"}, ""),
        ({"cert_field": "", "model_name": "FREE"}, {"cert_num": "", "model_name": "FREE"}, ""),
        (
            {"cert_field": "", "model_name": "hope", "product_name": "봉제인형"},
            {"cert_num": "", "model_name": "HOPE"},
            "name_and_company",
        ),
        ({"cert_field": "", "model_name": "A7"}, {"cert_num": "", "model_name": "A7"}, "name_and_company"),
        ({"cert_field": "", "model_name": "A7", "maker_name": ""}, {"cert_num": "", "model_name": "A7"}, ""),
        (
            {"cert_field": "", "model_name": "hope", "product_name": "봉제인형", "maker_name": ""},
            {"cert_num": "", "model_name": "HOPE"},
            "",
        ),
        ({"cert_field": "", "model_name": "", "product_name": "봉제인형"}, {"cert_num": "", "model_name": ""}, ""),
        ({"cert_field": "", "model_name": "", "product_name": "인형 HB-1002"}, {"cert_num": ""}, "model_and_company"),
    ],
)
def test_a_recall_fits_in_four_ways_only(listed: dict[str, Any], recalled: dict[str, Any], by: str) -> None:
    verdict = screened(listing(**listed), recalls=(recall(**recalled),), requirement=Requirement("supplier"))

    assert [match.by[0] for match in verdict.recalls] == ([by] if by else [])
    assert (verdict.verdict == "recalled") == bool(by)


def test_the_surest_recall_is_named_first() -> None:
    near, sure = recall(uid="F2", cert_num="", published="20261119", is_foreign=True), recall(published="20250101")
    verdict = screened(LISTING, CERTIFICATE, recalls=(near, sure))

    assert (verdict.rule, [match.uid for match in verdict.recalls]) == ("recall_number", ["D77", "F2"])
    assert "2025년 1월 1일" in verdict.reason
    assert verdict.checks[0].verdict == "ok"


@pytest.mark.parametrize(("listed", "recalled"), [("HB-1002 블랙", "HB-1002"), ("HB-1002", "HB-1002 블랙")])
def test_a_colour_does_not_keep_a_recall_from_being_looked_up(listed: str, recalled: str) -> None:
    keys = wanted(listing(cert_field="", model_name=listed)).recall_keys

    assert set(keys) & set(recall_entries(recall(cert_num="", model_name=recalled)))


def test_a_recall_that_shares_the_products_name_only_is_neither_looked_up_nor_a_match() -> None:
    same_name = recall(cert_num="", model_name="", barcode="", product_name=LISTING.product_name)

    assert {kind for kind, _ in wanted(LISTING).recall_keys} == {"number", "model"}
    assert screened(LISTING, CERTIFICATE, recalls=(same_name,)).recalls == ()


@pytest.mark.parametrize("model", ["", "블랙", "곰 봉제인형 HB-1002", "hope", "HB-1002 블랙, HB-1003"])
@pytest.mark.parametrize("name", ["곰 봉제인형", "곰 봉제인형 HB-1002"])
@pytest.mark.parametrize("recalled", ["HB-1002", "HOPE", "HB-1002 화이트, HB-9", "곰 봉제인형", ""])
def test_whatever_matches_shares_a_key_that_is_looked_up(model: str, name: str, recalled: str) -> None:
    listed, document = listing(model_name=model, product_name=name), recall(model_name=recalled, product_name=name)
    found = screened(listed, recalls=(document,)).recalls

    assert not found or set(wanted(listed).recall_keys) & set(recall_entries(document))
