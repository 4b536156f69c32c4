from typing import Any

import pytest
from listings import CERTIFICATE, LISTING, listing, recall, screened

from assistant.product_safety import Requirement

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
