from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.kb.base import load
from assistant.kb.validate import Finding, near_duplicates, validate

TODAY = date(2026, 11, 22)
ARTICLE, SCHEME, ITEM = "articles/domestic/power-bank-kc.yml", "schemes/eu-red.yml", "items/heater.yml"


def changed(folder: Path, name: str, **values: Any) -> list[Finding]:
    """Change a card of the base and return what is then found."""
    path = folder / name
    card = {**yaml.safe_load(path.read_text(encoding="utf-8")), **values}
    path.write_text(yaml.safe_dump(card, allow_unicode=True), encoding="utf-8")
    return validate(folder, TODAY)[1]


def test_the_toy_base_is_faultless(toy_folder: Path) -> None:
    base, findings = validate(toy_folder, TODAY)

    assert findings == []
    assert base == load(toy_folder)


WHEN = {"groups": ["toy"], "when": {"weight": ["heavy"]}}
ERRORS: dict[str, tuple[str, dict[str, Any], str]] = {
    "field": (ARTICLE, {"field": "foreign"}, "field에 쓸 수 없는 값"),
    "sector": (ARTICLE, {"sector": "toys"}, "sector에 쓸 수 없는 값"),
    "intent": (ARTICLE, {"intent": "ask_all"}, "intent에 쓸 수 없는 값"),
    "intent of a wording": (ARTICLE, {"also_asked": {"ask_all": ["가"]}}, "also_asked에 쓸 수 없는 값"),
    "no question": (ARTICLE, {"question": " "}, "비어 있어요"),
    "no answer": (ARTICLE, {"answer": ""}, "비어 있어요"),
    "long answer": (ARTICLE, {"answer": "가" * 501}, "지금 501자"),
    "few variants": (ARTICLE, {"variants": ["하나", "둘"]}, "3개보다 적어요"),
    "scheme of an article": (ARTICLE, {"schemes": ["gone"]}, "schemes에 없는 id"),
    "item of an article": (ARTICLE, {"items": ["gone"]}, "items에 없는 id"),
    "country of an article": (ARTICLE, {"countries": ["XX"]}, "countries에 없는 id"),
    "no source": (ARTICLE, {"sources": []}, "출처가 없어요"),
    "source address": (ARTICLE, {"sources": [{"title": "법", "url": "law.example"}]}, "http로 시작하지"),
    "never checked": (ARTICLE, {"checked_on": None}, "확인한 날"),
    "no review": (ARTICLE, {"review_by": None}, "다시 볼 날"),
    "a wording of two articles": (ARTICLE, {"variants": ["인증서 재발급 방법", "나", "다"]}, "똑같은 질문"),
    "field of a scheme": (SCHEME, {"field": "abroad"}, "field에"),
    "mandatory": (SCHEME, {"mandatory": "maybe"}, "mandatory에"),
    "sector of a scheme": (SCHEME, {"sectors": ["toys"]}, "sectors에"),
    "jurisdiction": (SCHEME, {"jurisdiction": "XX"}, "jurisdiction에 없는 id"),
    "agency of a scheme": (SCHEME, {"agencies": ["gone"]}, "agencies에 없는 id"),
    "group of a rule": (SCHEME, {"applies_to": [{"groups": ["toyz"]}]}, "groups에"),
    "property of a rule": (SCHEME, {"applies_to": [WHEN]}, "모르는 성질이에요: weight"),
    "value of a rule": (SCHEME, {"applies_to": [{"groups": ["toy"], "when": {"radio": ["some"]}}]}, "'some'"),
    "sector of an item": (ITEM, {"sector": "toys"}, "sector에"),
    "group of an item": (ITEM, {"groups": ["toyz"]}, "groups에"),
    "asked property of an item": (ITEM, {"properties": {"weight": "ask"}}, "properties에 없는 id"),
    "fixed property of an item": (ITEM, {"properties": {"power": "steam"}}, "'steam'"),
    "scheme of an item": (ITEM, {"schemes": [{"scheme": "gone"}]}, "schemes에 없는 id"),
    "condition of an item": (ITEM, {"schemes": [{"scheme": "kr-eco", "when": {"power": ["steam"]}}]}, "'steam'"),
    "remit of an agency": ("agencies/nts.yml", {"remit": ""}, "remit"),
    "agency of a topic": ("outside/tax.yml", {"agencies": ["gone"]}, "agencies에 없는 id"),
}


@pytest.mark.parametrize(("name", "values", "told"), ERRORS.values(), ids=ERRORS.keys())
def test_a_fault_is_an_error_at_its_card(toy_folder: Path, name: str, values: dict[str, Any], told: str) -> None:
    findings = changed(toy_folder, name, **values)

    assert [told in finding.problem for finding in findings if finding.is_error] == [True]
    assert findings[0].card.split("/")[-1] in (Path(name).stem, "certificate-lost")


def test_a_file_that_cannot_be_read_is_an_error(toy_folder: Path) -> None:
    (toy_folder / ARTICLE).write_text("id: [")

    assert [(one.card, one.is_error) for one in validate(toy_folder, TODAY)[1]] == [(ARTICLE, True)]


def test_a_review_that_is_due_is_a_warning(toy_folder: Path) -> None:
    findings = changed(toy_folder, ARTICLE, review_by=date(2026, 11, 21))

    assert [(one.is_error, "2026-11-21" in one.problem) for one in findings] == [(False, True)]


def test_a_review_is_not_due_on_its_own_day(toy_folder: Path) -> None:
    assert changed(toy_folder, ARTICLE, review_by=TODAY) == []


def test_questions_that_are_nearly_the_same_are_a_warning(toy_folder: Path) -> None:
    findings = changed(toy_folder, ARTICLE, question="인증서를 잃어버리면 어떻게 다시 발급 받나요??")

    assert any("거의 같아요" in one.problem and not one.is_error for one in findings)


def test_of_a_plain_base_less_is_asked(toy_folder: Path) -> None:
    (toy_folder / "base.yml").write_text("name: 다른 기관\nunderstanding: plain\n", encoding="utf-8")
    bare = {"variants": [], "sources": [], "checked_on": None}

    findings = changed(toy_folder, ARTICLE, **bare)

    assert len(findings) == 3
    assert not any(finding.is_error for finding in findings)


def test_the_same_wording_is_found_through_spaces_and_case(toy_folder: Path) -> None:
    changed(toy_folder, ARTICLE, variants=["인증서 재발급 방법!", "나", "다"])

    findings = list(near_duplicates(load(toy_folder).articles.values()))

    assert any("인증서재발급방법" in one.problem and one.is_error for one in findings)
