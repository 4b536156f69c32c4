"""A row of the specification (docs/product-safety.md) is a row here."""

from dataclasses import replace
from typing import Any

import pytest
from listings import (
    BATTERY,
    CERTIFICATE,
    CHARGER,
    LISTING,
    NEEDED,
    certificate,
    known_for,
    listing,
    outcome,
    screened,
)

from assistant.kb.base import load
from assistant.product_safety import Certificate, Factory, Known, Requirement
from assistant.safety.goods.requirements import Requirements
from assistant.screening.parts import is_itself
from assistant.screening.screen import screen
from assistant.settings import ROOT


@pytest.fixture(scope="module")
def requirements() -> Requirements:
    return Requirements(load(ROOT / "kb"))


OTHER_ITEM = {"items": {"봉제인형": "stuffed-toy", "유아용 보행기": "baby-walker"}}


@pytest.mark.parametrize(
    ("state", "verdict", "rule"),
    [
        ("적합", "ok", "model_agrees"),
        ("안전인증취소", "revoked", "state_revoked"),
        ("취소", "revoked", "state_revoked"),
        ("안전확인신고 효력상실", "revoked", "state_revoked"),
        ("안전확인신고 효력상실 처분", "revoked", "state_revoked"),
        ("반납", "revoked", "state_returned"),
        ("안전인증표시 사용금지 2개월", "suspended", "state_suspended"),
        ("안전확인신고표시 사용금지 2개월", "suspended", "state_suspended"),
        ("정지", "suspended", "state_suspended"),
        ("기간만료", "expired", "state_expired"),
        ("인증만료", "expired", "state_expired"),
        ("개선명령", "under_action", "state_under_action"),
        ("청문실시", "under_action", "state_under_action"),
        ("변경", "cannot_check", "state_unknown"),
        ("-", "cannot_check", "state_unknown"),
        ("nan", "cannot_check", "state_unknown"),
        ("", "cannot_check", "state_unknown"),
        ("적합 취소", "cannot_check", "state_unknown"),
    ],
)
def test_each_state_has_its_verdict(state: str, verdict: str, rule: str) -> None:
    assert outcome(LISTING, certificate(cert_state=state)) == (verdict, rule)


@pytest.mark.parametrize(
    ("listed", "changes", "expected"),
    [
        ({}, {}, ("ok", "model_agrees")),
        ({"model_name": "HB-1001"}, {}, ("ok", "model_agrees")),
        ({"model_name": "HB-1001 화이트"}, {}, ("ok", "model_agrees")),
        ({"maker_name": "", "product_name": "곰돌이"}, {}, ("ok", "model_agrees")),
        ({"model_name": ""}, {}, ("ok", "company_and_product_agree")),
        ({"model_name": "상세페이지 참조"}, {}, ("ok", "company_and_product_agree")),
        ({"model_name": "블랙"}, {}, ("ok", "company_and_product_agree")),
        ({"model_name": "봉제 인형", "product_name": "봉제인형"}, {}, ("ok", "company_and_product_agree")),
        ({}, {"model_name": "", "derivation_models": ()}, ("ok", "company_and_product_agree")),
        ({"model_name": "", "product_name": "곰 봉제인형 HB-1002", "maker_name": ""}, {}, ("ok", "model_agrees")),
        ({"model_name": "ZZ-9000"}, {}, ("mismatch", "model_differs")),
        ({"model_name": "HB-10020"}, {}, ("mismatch", "model_differs")),
        ({"model_name": "ZZ-9000"}, {"has_detail": False}, ("cannot_check", "derived_models_unknown")),
        ({"model_name": "ZZ-9000", "maker_name": ""}, {"has_detail": False}, ("mismatch", "model_differs")),
        ({"maker_name": "두리토이"}, {}, ("mismatch", "company_differs")),
        ({"maker_name": "두리토이", "model_name": ""}, {}, ("mismatch", "company_differs")),
        ({"maker_name": "", "brand_name": "두리"}, {}, ("mismatch", "company_differs")),
        ({"maker_name": "", "brand_name": "두리"}, {"brand_name": ""}, ("ok", "model_agrees")),
        ({"maker_name": "Hanbit Toys"}, {}, ("ok", "model_agrees")),
        ({"maker_name": "두리토이"}, {"factories": (Factory("두리토이"),)}, ("ok", "model_agrees")),
        ({"importer_name": "한빛완구", "maker_name": ""}, {}, ("ok", "model_agrees")),
        (
            {"maker_name": "한빛완구", "importer_name": "두리상사", "model_name": ""},
            {"importer_name": "대한무역"},
            ("cannot_check", "company_unclear"),
        ),
        (
            {"product_name": "유아용 보행기", "category": "", "model_name": ""},
            OTHER_ITEM,
            ("mismatch", "product_differs"),
        ),
        (
            {"product_name": "유아용 보행기", "category": "", "model_name": "HB-1002X"},
            OTHER_ITEM,
            ("mismatch", "product_differs"),
        ),
        ({"product_name": "유아용 보행기", "category": ""}, OTHER_ITEM, ("cannot_check", "product_unclear")),
        (
            {"product_name": "유아용 보행기", "category": "", "maker_name": ""},
            OTHER_ITEM,
            ("cannot_check", "product_unclear"),
        ),
        ({"model_name": "", "maker_name": ""}, {}, ("cannot_check", "nothing_to_compare")),
        (
            {"model_name": "", "product_name": "선물", "category": ""},
            {"items": {}, "requirement": Requirement()},
            ("cannot_check", "nothing_to_compare"),
        ),
        ({"model_name": "HB-1002, ZZQ-9000"}, {}, ("cannot_check", "models_partly")),
        (
            {"model_name": "A1", "maker_name": "", "product_name": "곰돌이", "category": ""},
            {"model_name": "A1", "items": {}, "requirement": Requirement()},
            ("cannot_check", "model_too_common"),
        ),
        ({"model_name": "A1"}, {"model_name": "A1"}, ("ok", "model_agrees")),
    ],
)
def test_agreement_decides_about_a_certificate_in_force(
    listed: dict[str, Any], changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    of_known = {name: changes[name] for name in ("items", "requirement") if name in changes}
    of_certificate = {name: value for name, value in changes.items() if name not in of_known}

    assert outcome(listing(**listed), certificate(**of_certificate), **of_known) == expected


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ("안전인증취소", "revoked"),
        ("정지", "suspended"),
        ("기간만료", "mismatch"),
        ("청문실시", "mismatch"),
        ("-", "mismatch"),
    ],
)
def test_of_state_and_agreement_the_worse_counts(state: str, verdict: str) -> None:
    assert outcome(listing(model_name="ZZ-9000"), certificate(cert_state=state))[0] == verdict


@pytest.mark.parametrize("state", ["기간만료", "개선명령"])
def test_a_bad_state_counts_though_nothing_can_be_compared(state: str) -> None:
    listed = listing(model_name="", maker_name="")

    assert outcome(listed, certificate(cert_state=state))[0] in ("expired", "under_action")


# ---- which certificate is meant -------------------------------------------------------


def test_without_its_suffix_a_number_means_the_variant_that_agrees() -> None:
    red = certificate(
        cert_uid=8, cert_num="CB061R2170-3018A", model_name="ZZ-1", derivation_models=(), cert_state="취소"
    )
    blue = certificate(cert_uid=9, cert_num="CB061R2170-3018B")

    verdict = screened(LISTING, red, blue)

    assert (verdict.verdict, verdict.checks[0].cert_num) == ("ok", "CB061R2170-3018B")


def test_a_written_suffix_never_means_another_one() -> None:
    verdict = screened(listing(cert_field="CB061R2170-3018A"), certificate(cert_num="CB061R2170-3018B"))

    assert (verdict.verdict, verdict.rule) == ("not_found", "suffix_absent")
    assert verdict.checks[0].similar_numbers == ("CB061R2170-3018B",)


def test_a_number_that_exists_as_it_is_written_means_only_itself() -> None:
    variant = certificate(cert_uid=9, cert_num="CB061R2170-3018A")

    assert outcome(LISTING, certificate(cert_state="취소"), variant)[0] == "revoked"
    assert outcome(LISTING, certificate(model_name="ZZ-1", derivation_models=()), variant) == (
        "cannot_check",
        "suffix_unclear",
    )


def test_variants_that_agree_alike_and_differ_in_state_leave_it_open() -> None:
    one, other = certificate(cert_num="CB061R2170-3018A"), certificate(cert_num="CB061R2170-3018B", cert_state="취소")

    assert outcome(LISTING, one, other) == ("cannot_check", "suffix_unclear")
    assert outcome(LISTING, replace(one, cert_state="취소"), other)[0] == "revoked"


def test_an_expired_certificate_leads_to_the_one_that_took_its_place() -> None:
    old = certificate(cert_state="기간만료")
    new = certificate(cert_uid=5, cert_num="CB061R2170-6001", first_cert_num="CB061R2170-3018", cert_date="20260101")
    bad = replace(new, cert_uid=6, cert_num="CB061R2170-6002", cert_state="취소", cert_date="20260601")
    foreign = replace(new, cert_uid=7, cert_num="CB061R2170-6003", model_name="ZZ-1", derivation_models=())
    verdict = screened(LISTING, old, successors={"CB061R21703018": (foreign, new, bad)})

    assert (verdict.verdict, verdict.rule) == ("expired", "state_renewed")
    assert verdict.checks[0].successor == "CB061R2170-6001"
    assert "CB061R2170-6001" in verdict.to_do


# ---- absent, and not looked up --------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("not_found", "number_absent")),
        ({"is_complete": False}, ("cannot_check", "mirror_incomplete")),
        ({"data_date": ""}, ("cannot_check", "no_data")),
        ({"certificates": {}}, ("cannot_check", "not_looked_up")),
        ({"failed": frozenset({"CB061R21703018"})}, ("cannot_check", "not_looked_up")),
        ({"failed": frozenset({"CB061R21703018"}), "data_date": ""}, ("cannot_check", "not_looked_up")),
    ],
)
def test_absent_and_not_looked_up_stay_apart(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert outcome(LISTING, **changes) == expected


def test_a_certificate_that_an_incomplete_mirror_holds_counts() -> None:
    assert outcome(LISTING, CERTIFICATE, is_complete=False)[0] == "ok"


# ---- without a number -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("grade", "field", "expected"),
    [
        ("certification", "", ("not_found", "number_missing")),
        ("confirmation", "공급자적합성확인", ("not_found", "number_missing")),
        ("confirmation", "CBO61R2170-3018", ("not_found", "number_unreadable")),
        ("supplier", "", ("not_required", "supplier_conformity")),
        ("supplier", "해당없음", ("not_required", "supplier_conformity")),
        ("standard", "상세페이지 참조", ("not_required", "safety_standard")),
        ("none", "-", ("not_required", "no_duty")),
        ("unknown", "", ("cannot_check", "duty_depends")),
        ("unknown", "비대상", ("cannot_check", "duty_depends")),
    ],
)
def test_without_a_number_the_products_duty_decides(grade: Any, field: str, expected: tuple[str, str]) -> None:
    duty = Requirement(grade, "stuffed-toy", "봉제인형", "안전확인")

    assert outcome(listing(cert_field=field), requirement=duty) == expected


def test_a_product_that_nobody_knows_leads_to_a_question() -> None:
    verdict = screened(listing(cert_field="", product_name="이것저것"), requirement=Requirement())

    assert (verdict.verdict, verdict.rule) == ("cannot_check", "duty_unknown")
    assert verdict.question.endswith("?")


def test_without_data_nothing_is_passed() -> None:
    free = Requirement("supplier", "bag", "가방")

    assert outcome(listing(cert_field=""), requirement=free, data_date="") == ("cannot_check", "no_data")


def test_a_number_counts_though_the_product_needs_none() -> None:
    assert outcome(LISTING, requirement=Requirement("supplier"))[0] == "not_found"


# ---- several numbers, parts, other registers ------------------------------------------


def test_every_number_is_checked_and_the_worst_counts() -> None:
    revoked = Certificate(9, "SU071356-12001", "취소", product_name="전기방석")
    verdict = screened(listing(cert_field="CB061R2170-3018, SU071356-12001, SU071356-12009"), CERTIFICATE, revoked)

    assert verdict.verdict == "revoked"
    assert [check.verdict for check in verdict.checks] == ["ok", "revoked", "not_found"]


@pytest.mark.parametrize(
    ("field", "changes", "expected"),
    [
        ("CB061R2170-3018, 배터리: ZU10282-19001", {}, "ok"),
        ("CB061R2170-3018, 배터리: ZU10282-19001", {"cert_state": "취소"}, "revoked"),
        ("CB061R2170-3018, 배터리: ZU10282-19001", {"product_name": "봉제인형"}, "cannot_check"),
        ("배터리: ZU10282-19001", {}, "cannot_check"),
        ("CB061R2170-3018, ZU10282-19001", {}, "mismatch"),
        ("CB061R2170-3018 (본체), ZU10282-19001 (배터리)", {}, "ok"),
    ],
)
def test_a_parts_number_counts_by_its_state(field: str, changes: dict[str, Any], expected: str) -> None:
    listed = listing(cert_field=field)
    items = {"봉제인형": "stuffed-toy", "리튬이차전지 배터리": "lithium-cell"}

    assert screened(listed, CERTIFICATE, replace(BATTERY, **changes), items=items).verdict == expected


def test_numbers_of_parts_are_enough_where_the_product_needs_none() -> None:
    listed = listing(cert_field="(배터리) ZU10282-19001, (충전기)SU07706-17003", product_name="무선 조명")

    assert outcome(listed, BATTERY, CHARGER, requirement=Requirement("supplier")) == ("ok", "part_in_force")
    assert outcome(listed, BATTERY, CHARGER) == ("cannot_check", "only_part_numbers")
    assert outcome(listed, BATTERY, CHARGER, requirement=Requirement()) == ("cannot_check", "only_part_numbers")


def test_a_label_that_names_the_product_itself_makes_no_part() -> None:
    listed = listing(
        product_name="보조배터리 10000mAh", category="", cert_field="보조배터리: ZU10282-19001", model_name="PB-1000"
    )
    of_it = replace(BATTERY, product_name="보조배터리", model_name="PB-1000", maker_name="한빛완구", has_detail=True)
    free = {"requirement": Requirement(), "items": {}}

    assert outcome(listed, of_it, **free) == ("ok", "model_agrees")
    assert outcome(listed, replace(of_it, model_name="XX-99"), **free) == ("mismatch", "model_differs")


def test_where_part_and_whole_cannot_be_told_apart_nothing_is_passed_or_blocked() -> None:
    listed = listing(product_name="보조배터리 충전 인형", cert_field="배터리: ZU10282-19001")

    assert outcome(listed, BATTERY)[0] == "cannot_check"


def test_a_radio_number_counts_only_alone() -> None:
    alone, beside = listing(cert_field="R-R-ABC-XMF100"), listing(cert_field="R-R-ABC-XMF100, CB061R2170-3018")

    assert outcome(alone) == ("cannot_check", "other_register")
    assert outcome(beside, CERTIFICATE)[0] == "ok"
    assert len(screened(beside, CERTIFICATE).checks) == 2


def test_a_radio_number_beside_a_parts_number_makes_nothing_ok() -> None:
    assert outcome(listing(cert_field="R-R-ABC-XMF100, 배터리 ZU10282-19001"), BATTERY)[1] == "only_part_numbers"


def test_a_field_that_is_too_long_is_never_ok() -> None:
    field = "CB061R2170-3018 " + "가" * 30_000

    assert outcome(listing(cert_field=field), CERTIFICATE) == ("cannot_check", "too_much")


# ---- what is handed on ----------------------------------------------------------------


def test_the_evidence_stands_field_by_field() -> None:
    check = screened(listing(brand_name="한빛"), CERTIFICATE).checks[0]

    assert {one.name: one.agreement for one in check.evidence} == {
        "number": "same",
        "product": "same",
        "model": "same",
        "maker": "same",
        "brand": "same",
        "category": "similar",
    }
    assert check.link == "http://www.safetykorea.kr/search/searchPop?certNum=CB061R2170-3018"


def test_demo_data_are_called_made_up_and_the_day_is_named() -> None:
    reason = screened(LISTING, CERTIFICATE, is_demo=True).reason

    assert reason.startswith("(만들어 낸 연습용 자료) 2026년 11월 20일 자료 기준으로, ")


def test_the_known_of_another_listing_counts_as_not_looked_up() -> None:
    assert screen(LISTING, Known(data_date="20261120", requirement=NEEDED)).rule == "not_looked_up"
    assert known_for(LISTING).certificates == {"CB061R21703018": ()}


@pytest.mark.parametrize("name", ["고속충전기 20W", "급속충전기 65W 화이트", "노트북 어댑터"])
def test_the_label_of_the_product_itself_makes_the_number_its_own(name: str) -> None:
    label = "어댑터" if name.endswith("어댑터") else "충전기"

    assert is_itself(label, listing(product_name=name, category=""))
    assert not is_itself(label, listing(product_name="무선 청소기 (충전기 포함)", category=""))


@pytest.mark.parametrize("name", ["크레용 24색", "자석블록 100피스", "슬라임 만들기 세트", "실버카 보행보조차"])
def test_the_same_model_of_another_product_is_unclear_however_the_name_goes_on(
    name: str, requirements: Requirements
) -> None:
    listed = listing(product_name=name, category="")
    known = certificate(product_name="헤어드라이어", category_name="전기기기")
    items = {text: item for text in (name, known.product_name) if (item := requirements.item_of(text))}

    assert outcome(listed, known, items=items) == ("cannot_check", "product_unclear")
