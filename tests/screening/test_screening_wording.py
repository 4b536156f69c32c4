import re
import string
from typing import Any

import pytest
from listings import BATTERY, CERTIFICATE, LISTING, RECALL, certificate, listing, recall, screened

from assistant import safety_wording
from assistant.product_safety import Certificate, Freshness, LookedUp, Requirement
from assistant.safety_wording import CARD, LOOK_UP, RECALL_CARD, RULES, STATE_MEANINGS
from assistant.screening.cards import certificate_lines, nothing_found, recall_lines
from assistant.screening.particles import Word
from assistant.screening.tell import day_of, shown

FRESH = Freshness("20261120", certificates=2, is_complete=True)

PROMISE = re.compile(
    r"안전(?!인증|확인|정보|기준|관리)|합법|불법|적법|위법|문제\s?없|이상\s?없|괜찮|안심|믿을|정상"
    r"|보장|걱정|무해|위반이 아"
)
"""Words that promise safety or legality, or deny it; 안전인증 and the like are names."""

SENTENCES = [
    *(text for told in RULES.values() for text in (told.reason, told.to_do, told.question)),
    *STATE_MEANINGS.values(),
    *CARD.values(),
    *RECALL_CARD.values(),
    *LOOK_UP.values(),
]


@pytest.mark.parametrize("sentence", [text for text in SENTENCES if text])
def test_no_sentence_promises_safety_or_legality(sentence: str) -> None:
    assert PROMISE.search(sentence) is None


@pytest.mark.parametrize("rule", list(RULES))
def test_every_rule_says_what_to_do_unless_it_passes(rule: str) -> None:
    passing = {"part_in_force", "model_agrees", "company_and_product_agree"}
    passing |= {"supplier_conformity", "safety_standard", "no_duty"}

    assert bool(RULES[rule].to_do) != (rule in passing)
    assert all(
        text.endswith((".", "?")) for text in (RULES[rule].reason, RULES[rule].to_do, RULES[rule].question) if text
    )


def test_every_value_of_a_sentence_has_a_name_that_is_filled_somewhere() -> None:
    used = {
        name for told in RULES.values() for part in told.__slots__ for _, name, _, _ in _parsed(getattr(told, part))
    }
    filled = set(
        [
            "number",
            "state",
            "part",
            "successor",
            "similar",
            "listed_model",
            "listed_product",
            "listed_company",
            "known_product",
        ]
    )
    filled |= set(["known_company", "known_model", "organ", "recall", "recall_where", "item", "scheme", "when"])

    assert {name for name in used if name} <= filled


def _parsed(text: str) -> list[Any]:
    return list(string.Formatter().parse(text))


def test_what_to_do_says_from_whom_and_by_when() -> None:
    blocked = screened(listing(model_name="ZZ-9000"), CERTIFICATE)

    assert "등록 전에" in blocked.to_do
    assert "제조사나 수입사" in blocked.to_do
    assert blocked.reason == (
        "2026년 11월 20일 자료 기준으로, 인증번호 CB061R2170-3018의 모델은 “HB-1001”인데, "
        "상품의 모델은 “ZZ-9000”이에요."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CB061R2170-3018", "CB061R2170-3018은"),
        ("SU071356-12002", "SU071356-12002는"),
        ("JU071047-12002C", "JU071047-12002C는"),
        ("봉제인형", "봉제인형은"),
        ("유모차(접이식)", "유모차(접이식)은"),
        ("배터리", "배터리는"),
        ("", "는"),
    ],
)
def test_a_particle_follows_the_sound_before_it(text: str, said: str) -> None:
    assert f"{Word(text):은}" == said


def test_a_particle_goes_behind_the_quote_and_counts_rieul_as_open() -> None:
    assert (
        "“{a:”으로} {b:으로} {c:으로}".format(a=Word("물"), b=Word("SU1-12006"), c=Word("나무"))
        == "“물”로 SU1-12006으로 나무로"
    )


def test_a_value_is_shown_on_one_line_and_cut() -> None:
    assert shown("가\n나\x00다\u202e라  마") == "가 나 다 라 마"
    assert len(shown("가" * 500)) == 60
    assert (day_of("20260703"), day_of("2026"), day_of("")) == ("2026년 7월 3일", "2026", "날짜 미상")


def test_braces_in_a_listing_stay_as_they_are() -> None:
    assert "“{number}{0}”" in screened(listing(model_name="{number}{0}"), CERTIFICATE).reason


def test_a_certificates_card_shows_all_that_is_published() -> None:
    found = certificate(
        cert_state="기간만료", cert_chg_date="20260101", importer_name="두리상사", first_cert_num="CB061R1-0001"
    )
    new = certificate(cert_num="CB061R2170-6001")
    lines = certificate_lines(found, FRESH, successors=(new,), recalls=(RECALL,))

    assert lines[0].startswith("상태: 기간만료 — 인증 기간이 끝났다고")
    assert "파생모델: HB-1002, HB-1003" in lines
    assert "날짜: 인증일 2025년 3월 1일, 변경일 2026년 1월 1일" in lines
    assert "이 번호를 갱신한 인증: CB061R2170-6001 (적합)" in lines
    assert "같은 번호의 리콜 1건이 자료에 있어요." in lines
    assert lines[-2] == "제품안전정보센터에서 보기: http://www.safetykorea.kr/search/searchPop?certNum=CB061R2170-3018"
    assert lines[-1].startswith("2026년 11월 20일 자료 기준이에요.")


def test_a_bare_certificate_has_a_card_without_empty_lines() -> None:
    lines = certificate_lines(Certificate(1, "A", ""), Freshness(is_demo=True))

    assert lines[0].startswith("상태: (빈칸)")
    assert "파생모델 목록은 아직 받지 못했어요." in lines
    assert not any(line.endswith((": ", ":")) for line in lines)
    assert lines[-1] == "(만들어 낸 연습용 자료) 자료의 날짜를 알 수 없어요."
    assert not any("리콜" in line for line in lines)


def test_a_recalls_card_names_harm_and_where_it_was() -> None:
    lines = recall_lines(recall(uid="F9", is_foreign=True, country_name="미국", cert_num="", advice="사용을 멈추세요"))

    assert lines[0] == "미국 리콜: 봉제인형"
    assert "위험 내용: 납 기준 초과" in lines
    assert "소비자가 할 일: 사용을 멈추세요" in lines
    assert lines[-1].endswith("fRecallBoard?recallUid=9")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (LookedUp("CB061R2170-3018", freshness=FRESH), "인증번호 CB061R2170-3018은 없어요"),
        (LookedUp("곰인형", freshness=FRESH), "“곰인형”과 맞는 인증이나 리콜을 찾지 못했어요"),
        (LookedUp("곰인형", freshness=Freshness("20261120")), "다 채워지지 않아서"),
        (LookedUp("곰인형", freshness=FRESH, failed=True), "조회하지 못했어요. 없다는 뜻은 아니에요"),
        (LookedUp("CB061R2170-3018"), "onecall safety demo"),
        (LookedUp("R-R-ABC-XMF100", freshness=FRESH), "전파 인증번호"),
    ],
)
def test_each_way_to_find_nothing_has_its_answer(found: LookedUp, said: str) -> None:
    assert said in nothing_found(found)


def test_every_rule_that_screening_gives_has_its_sentences() -> None:
    listed = listing(cert_field="CB061R2170-3018, 배터리: ZU10282-19001, R-R-ABC-X1")
    verdict = screened(listed, CERTIFICATE, BATTERY, recalls=(RECALL,), requirement=Requirement())

    assert {check.rule for check in verdict.checks} | {verdict.rule} <= set(RULES)
    assert screened(LISTING, CERTIFICATE).rule in safety_wording.RULES
