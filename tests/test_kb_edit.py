"""Surgery on the files of articles: what was not changed stays byte for byte."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import BadInputError
from assistant.kb.base import parse_card, parse_yaml
from assistant.kb.edit import edited, values_of
from assistant.knowledge import Article, Source
from assistant.settings import ROOT

BEFORE = """# 어댑터
id: adapter
field: domestic            # 국내
sector: electrical
intent: ask_scope
question: 어댑터는 KC 대상인가요?
variants:   # 실제로 묻는 말
- 어댑터 kc 받아야됨?
- "충전기: 케이씨?"
besides:
- {text: 어댑터 서류, intent: ask_documents}

# 답
answer: |
  네, 대상이에요.
  · 공장심사를 받아요.
sources:
- {title: 법, url: 'https://law.example/'}
checked_on: 2026-11-22
"""


def article(text: str = BEFORE) -> Article:
    known = parse_yaml(text)
    known.pop("besides", None)
    return parse_card(known, Article)


def test_a_variant_more_is_one_line_more() -> None:
    before = article()

    after = edited(BEFORE, replace(before, variants=(*before.variants, "#아답터: KC")))

    lines = after.splitlines()
    assert [line for line in lines if line not in BEFORE.splitlines()] == ["- '#아답터: KC'"]
    assert len(lines) == len(BEFORE.splitlines()) + 1


def test_only_the_key_that_changed_is_rewritten() -> None:
    after = edited(BEFORE, replace(article(), answer="아니요.\n\n- 예외: 없음"))

    assert after == BEFORE.replace("  네, 대상이에요.\n  · 공장심사를 받아요.\n", "  아니요.\n\n  - 예외: 없음\n")


def test_a_key_that_was_not_there_comes_where_the_card_has_it() -> None:
    after = edited(BEFORE, replace(article(), more="자세히", legal_basis="제1조"))

    assert "more: |\n  자세히\nlegal_basis: 제1조\nsources:" in after
    assert parse_yaml(after)["besides"] == [{"text": "어댑터 서류", "intent": "ask_documents"}]


def test_a_new_file_has_the_look_of_the_others() -> None:
    made = Article("new", "domestic", "other", "ask_cost", "얼마예요?", ("비용", "값"), "무료예요.", items=("adapter",))

    assert edited("", made) == (
        "id: new\nfield: domestic\nsector: other\nintent: ask_cost\nquestion: 얼마예요?\n"
        "variants:\n- 비용\n- 값\nanswer: |\n  무료예요.\nitems: [adapter]\n"
    )


@pytest.mark.parametrize("path", sorted((ROOT / "kb" / "articles").rglob("*.yml"))[::9], ids=lambda path: path.stem)
def test_a_variant_more_in_a_real_file_changes_no_other_line(path: Path) -> None:
    before = path.read_text(encoding="utf-8")
    card = parse_card(parse_yaml(before), Article)

    after = edited(before, replace(card, variants=(*card.variants, "전혀 다른 말")))

    gone = [line for line in before.splitlines() if line not in after.splitlines()]
    assert all(line.startswith("variants:") for line in gone)
    assert parse_card(parse_yaml(after), Article).variants[-1] == "전혀 다른 말"


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)


@given(question=TEXT, answer=TEXT, variants=st.lists(TEXT, max_size=4), title=TEXT)
def test_whatever_is_typed_is_read_back_or_refused(question: str, answer: str, variants: list[str], title: str) -> None:
    wanted = replace(
        article(), question=question, answer=answer, variants=tuple(variants), sources=(Source(title, "https://a/"),)
    )
    try:
        after = edited(BEFORE, wanted)
    except BadInputError:
        return

    read = yaml.safe_load(after)
    assert read.pop("besides") == [{"text": "어댑터 서류", "intent": "ask_documents"}]
    assert values_of(parse_card(read, Article)) == values_of(wanted)


@pytest.mark.parametrize("evil", ["!!python/object:os.system x", "*a", "&a b", "--- x", "%TAG", "? a", "yes", "1e3"])
def test_a_text_is_never_taken_for_yaml(evil: str) -> None:
    after = edited(BEFORE, replace(article(), question=evil, legal_basis=evil))

    assert (yaml.safe_load(after)["question"], yaml.safe_load(after)["legal_basis"]) == (evil, evil)
