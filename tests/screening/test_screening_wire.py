import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from listings import CERTIFICATE, LISTING, RECALL, screened

from assistant.errors import BadInputError
from assistant.product_safety import VERDICTS, Listing
from assistant.screening.policy import DEFAULT_POLICY, Policy, action_of, policy_from, policy_json, strictest
from assistant.screening.wire import FIELDS, field_of, listing_from, verdict_json

KOREAN = {
    "상품번호": 17,
    "상품명": "곰인형",
    "인증번호": "CB061R2170-3018",
    "모델명": "HB-1",
    "브랜드": "한빛",
    "제조사": "한빛완구",
    "수입사": "두리",
    "카테고리": "완구",
    "바코드": 8801234567893.0,
    "가격": [1],
}
READ = Listing("17", "곰인형", "CB061R2170-3018", "HB-1", "한빛", "한빛완구", "두리", "완구", "8801234567893")


def test_a_listing_is_read_under_korean_and_english_names() -> None:
    english = dict(zip(FIELDS, ("17", *list(KOREAN.values())[1:8], "8801234567893"), strict=True))

    assert listing_from(KOREAN) == listing_from(english) == READ


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("인증 번호", "cert_field"),
        ("ＭＯＤＥＬ", "model_name"),
        ("\ufeff상품명 ", "product_name"),
        ("certNum", "cert_field"),
        ("가격", ""),
    ],
)
def test_a_columns_name_is_recognised_however_it_is_written(column: str, field: str) -> None:
    assert field_of(column) == field


def test_numbers_of_two_columns_and_of_a_list_are_all_kept() -> None:
    read = listing_from({"상품명": "가", "인증번호": ["A-1", None, "B-2"], "KC인증번호": "C-3"})

    assert read.cert_field == "A-1, B-2, C-3"


def test_nothing_is_kept_that_no_database_takes() -> None:
    assert (
        listing_from({"product_name": "가\x00나\ud800", "brand_name": float("nan"), "maker_name": None}).product_name
        == "가나"
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({}, "상품명"),
        ({"product_name": "  "}, "상품명"),
        ({"product_name": {"a": 1}}, "product_name"),
        ({"product_name": True}, "product_name"),
        ({"product_name": ["가"]}, "product_name"),
        ({"product_name": "가", "model_name": ["가"]}, "model_name"),
        ({"product_name": "가" * 1001}, "1,000자"),
        ({"product_name": "가", "cert_field": "가" * 1_000_000}, "20,000자"),
        ({"product_name": "가", "maker_name": "가" * 2001}, "maker_name"),
        ([], "JSON"),
        ("가", "JSON"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_fields_name(value: Any, said: str) -> None:
    with pytest.raises(BadInputError, match=said) as refused:
        listing_from(value)

    assert refused.value.code == "bad_listing"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*FIELDS, *KOREAN]) | st.text(max_size=10), json_values, max_size=8))
def test_any_object_is_read_or_refused(value: dict[str, Any]) -> None:
    try:
        read = listing_from(value)
    except BadInputError:
        return

    assert json.dumps(read.product_name, ensure_ascii=False).encode()
    assert "\x00" not in read.cert_field


def test_a_verdict_as_json_holds_all_of_it() -> None:
    told = verdict_json(screened(LISTING, CERTIFICATE, recalls=(RECALL,)))

    assert json.loads(json.dumps(told)) == told
    assert (told["verdict"], told["rule"], told["action"]) == ("recalled", "recall_number", "block")
    assert told["checks"][0]["evidence"][0] == {
        "name": "number",
        "listed": "CB061R2170-3018",
        "known": "CB061R2170-3018",
        "agreement": "same",
    }
    assert told["recalls"][0]["by"] == ["number", "model_and_company", "model_and_product"]
    assert told["requirement"]["scheme_name"] == "어린이제품 안전확인"


# ---- policies -------------------------------------------------------------------------


def test_a_policy_survives_its_json() -> None:
    policy = policy_from({"actions": {"expired": "warn"}, "by_category": {"완구": {"not_found": "block"}}})

    assert policy_from(json.loads(json.dumps(policy_json(policy)))) == policy
    assert policy_from({}) == policy_from(None) == DEFAULT_POLICY
    assert set(policy_json(DEFAULT_POLICY)["actions"]) == set(VERDICTS)


def test_the_longest_front_of_a_category_goes_first() -> None:
    policy = Policy(
        {"expired": "warn"},
        {"완구": {"expired": "hold", "not_found": "block"}, "완구 > 인형": {"expired": "block"}},
    )

    assert action_of(policy, "expired", "완구>인형>곰") == "block"
    assert action_of(policy, "not_found", "완구>인형>곰") == "block"
    assert action_of(policy, "expired", "완구>블록") == "hold"
    assert action_of(policy, "expired", "가전") == "warn"
    assert action_of(policy, "recalled", "가전") == "block"


def test_of_several_verdicts_the_strictest_action_counts() -> None:
    policy = Policy({"revoked": "warn", "not_found": "block"})

    assert strictest(policy, ["revoked", "not_found", "ok"]) == "block"


@pytest.mark.parametrize(
    "value",
    [
        [],
        "block",
        {"actions": []},
        {"actions": {"bad": "block"}},
        {"actions": {"ok": "delete"}},
        {"actions": {"ok": ["pass"]}},
        {"action": {}},
        {"by_category": {"": {}}},
        {"by_category": {"가" * 201: {}}},
        {"by_category": {"가\x00": {}}},
        {"by_category": {f"분류{i}": {} for i in range(501)}},
        {"by_category": {"완구": "block"}},
    ],
)
def test_a_policy_that_cannot_be_is_refused(value: object) -> None:
    with pytest.raises(BadInputError) as refused:
        policy_from(value)

    assert refused.value.code == "bad_policy"
