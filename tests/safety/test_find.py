"""Finding by whatever a person types, in both databases."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from assistant.product_safety import Certificate, Recall
from assistant.safety.find.finder import Finder, Found
from assistant.safety.mirror.reading import Mirror

LAMP = Certificate(
    1,
    "HU071234-21001A",
    "적합",
    cert_date="20240305",
    product_name="LED등기구",
    brand_name="별누리",
    model_name="DW-200",
    category_name="조명기기",
    maker_name="(주)별누리조명",
)
BIKE = Certificate(
    2, "CB061R2170-3018", "기간만료", product_name="어린이 자전거", model_name="TD-9", maker_name="가람차"
)
PLUSH = Certificate(3, "B361H490-5003CH", "적합", product_name="봉제인형", model_name="hope", maker_name="누리토이")
MAT = Certificate(
    4,
    "HH071111-20002",
    "적합",
    product_name="캠핑용 전기매트",
    model_name="A1",
    importer_name="주식회사 다온상사",
    has_detail=True,
    derivation_models=("XMF-1000W", "XMF-1000B"),
)
CORD = Certificate(5, "SU071356-12001", "적합", product_name="전선", model_name="CV-3C", maker_name="한별전선")
CREAM = Certificate(6, "ZU10282-19001", "적합", product_name="Café Crème grinder", model_name="ZZ-1", maker_name="X")
RECALL = Recall(
    "D77",
    False,
    product_name="유아용 딸랑이",
    brand_name="초롱별",
    model_name="RT-5521",
    barcode="8801234567893",
    cert_num="CB061R2170-3018",
    published="20250102",
    raw={"recallUid": 77},
)
FOREIGN = Recall("F12", True, product_name="Plush bear", brand_name="Nubil", model_name="hope", published="20250203")


def fill(engine: Engine) -> Finder:
    Mirror(engine).put_certificates([LAMP, BIKE, PLUSH, MAT, CORD, CREAM])
    Mirror(engine).put_recalls([RECALL, FOREIGN])
    return Finder(engine)


@pytest.fixture(scope="module")
def finder(module_engine: Engine) -> Finder:
    """For tests that only look."""
    return fill(module_engine)


@pytest.fixture
def filled(mirror_engine: Engine) -> Finder:
    """For tests that change the mirror."""
    return fill(mirror_engine)


def name_of(found: Found) -> int | str:
    return found.certificate.cert_uid if found.certificate else found.recall.uid if found.recall else ""


@pytest.mark.parametrize(
    ("query", "first", "by"),
    [
        ("HU071234-21001A", 1, "number"),
        ("ｈｕ０７１２３４ – 21001a", 1, "number"),
        ("인증번호: HU071234-21001", 1, "number"),
        ("hu07123421001", 1, "number"),
        ("HU071234-21007A", 1, "number"),
        ("HU0712434-21001", 1, "number"),
        ("HU071234", 1, "number"),
        ("DW-200", 1, "model"),
        ("dw 200", 1, "model"),
        ("DW-20", 1, "model"),
        ("DW-208", 1, "model"),
        ("XMF-1000B", 4, "model"),
        ("XMF1000", 4, "model"),
        ("LED등기구", 1, "product"),
        ("등기구 LED", 1, "product"),
        ("엘이디 등기구 DW-200", 1, "model"),
        ("별누리", 1, "brand"),
        ("별누리조명", 1, "maker"),
        ("다온상사", 4, "importer"),
        ("전선", 5, "product"),
        ("자전거", 2, "product"),
        ("어린이자전거", 2, "product"),
        ("어린이 자전가", 2, "product"),
        ("봉제인헝", 3, "product"),
        ("전기메트", 4, "product"),
        ("인형 누리토이", 3, "product"),
        ("hope 봉제인형", 3, "model"),
        ("A1 전기매트", 4, "model"),
        ("creme grinder", 6, "product"),
        ("grindar", 6, "product"),
        ("딸랑이", "D77", "product"),
        ("초롱별 RT-5521", "D77", "model"),
        ("8801234567893", "D77", "barcode"),
        ("880-1234567893", "D77", "barcode"),
        ("plush bear nubil", "F12", "product"),
    ],
)
def test_what_was_meant_comes_first(finder: Finder, query: str, first: int | str, by: str) -> None:
    found = finder.find(query)

    assert name_of(found[0]) == first
    assert by in found[0].by


def test_a_number_finds_its_recall_as_well(finder: Finder) -> None:
    certificate, recall = finder.find("CB061R2170-3018")

    assert (name_of(certificate), certificate.score) == (2, 1.0)
    assert recall.recall == RECALL


def test_recalls_do_not_drown_in_certificates(filled: Finder, mirror: Mirror) -> None:
    mirror.put_certificates(replace(LAMP, cert_uid=at, product_name="유아용 딸랑이") for at in range(100, 160))
    found = filled.find("딸랑이")

    assert len(found) == 10
    assert [one.recall for one in found if one.recall] == [RECALL]


def test_scores_fall_from_the_number_to_a_misspelt_word(finder: Finder) -> None:
    queries = ["HU071234-21001A", "DW-200", "별누리 LED등기구", "LED등기구", "등기고"]

    scores = [finder.find(query)[0].score for query in queries]

    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)
    assert all(0 < score <= 1 for score in scores)


def test_a_generic_model_says_little_beside_another_product(finder: Finder) -> None:
    (best, *_) = finder.find("hope 유모차")

    assert best.score < 0.5


def test_of_equals_the_valid_and_newer_comes_first(filled: Finder, mirror: Mirror) -> None:
    newer = replace(LAMP, cert_uid=7, cert_num="HU071234-22001", cert_date="20250101")
    expired = replace(newer, cert_uid=8, cert_num="HU071234-23001", cert_state="기간만료", cert_date="20260101")
    mirror.put_certificates([newer, expired])

    assert [name_of(one) for one in filled.find("LED등기구")] == [7, 1, 8]


def test_a_certificate_that_changed_is_found_by_its_new_words_only(filled: Finder, mirror: Mirror) -> None:
    mirror.put_certificates(
        [replace(LAMP, product_name="무드램프", brand_name="새벽별", maker_name="", model_name="Q-77")]
    )

    assert [name_of(one) for one in filled.find("무드램프 새벽별")] == [1]
    assert filled.find("등기구") == []
    assert filled.find("DW-200") == []


def test_an_emptied_mirror_finds_nothing(filled: Finder, mirror: Mirror) -> None:
    mirror.clear()

    assert filled.find("LED등기구 HU071234-21001A") == []


HOSTILE = [
    "",
    "   ",
    "-",
    '"',
    '" OR "',
    "* AND NOT (",
    "NEAR(a b)",
    "words: led^2 -x",
    "'; DROP TABLE certificates; --",
    "%",
    "_____",
    "{}[]\\$1 %(x)s :keys ?",
    "\0",
    "led\0등기구",
    "\ud800",
    "등\udfff기구",
    "\u200b\u202e",
    "가" * 10_000,
    "A1" * 5_000,
    "a " * 5_000,
    "9" * 10_000,
    "HU071234-21001A " * 1_000,
    "한글ＬＥＤ漢字かなkata카ナñøẞ",
    "ก็ดี ไทย עברית عربى हिन्दी",
    "𝔏𝔈𝔇 ½ ² Ⅷ ㎏ ㈜",
    "🔌🧸",
    "ꟈa 𞤀b",
]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_no_query_is_too_strange(finder: Finder, query: str) -> None:
    assert len(finder.find(query)) <= 10


@settings(max_examples=40)
@given(
    query=st.text(max_size=60) | st.lists(st.sampled_from(["LED", "완구", '"', "OR", "*", "\0", "A-1"])).map(" ".join)
)
def test_any_text_may_be_asked(demo_engine: Engine, query: str) -> None:
    found = Finder(demo_engine).find(query)

    assert all(0 < one.score <= 1 for one in found)


@pytest.mark.parametrize("limit", [0, -3, 1, 25, 10**9])
def test_no_more_is_found_than_was_asked_for(demo_engine: Engine, limit: int) -> None:
    assert len(Finder(demo_engine).find("완구 LED", limit)) <= min(max(limit, 0), 100)


def test_both_databases_find_the_same(demo_engine: Engine) -> None:
    best = [Finder(demo_engine).find(query)[0].score for query in ("봉제인형", "전기메트", "LED등기구", "hope")]

    assert [round(score, 3) for score in best] == [0.8, 0.6, 0.8, 0.95]
