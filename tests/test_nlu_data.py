import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from assistant.errors import BadInputError, NotFoundError
from assistant.evaluate.questions import FOREIGN, IN_SCOPE, load_questions
from assistant.knowledge import KnowledgeBase
from assistant.nlu import Example, digest, load_examples
from assistant.records import FIELDS, INTENTS, SECTORS
from assistant.settings import ROOT, Settings
from assistant.text import fold

HELDOUT = sorted((ROOT / "nlu_data" / "heldout").glob("*.jsonl"))
FEW_WILL_DO = {"affirm", "deny", "greet", "thank"}
"""Short phrases; people do not say them in forty ways."""


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return load_examples(Settings().nlu_dir)


def test_every_intent_has_examples_and_none_is_unknown(examples: list[Example]) -> None:
    assert {example.intent for example in examples} == set(INTENTS)


def test_the_domain_lists_every_intent() -> None:
    domain = yaml.safe_load((ROOT / "nlu_data" / "domain.yml").read_text(encoding="utf-8"))

    assert set(INTENTS) <= set(domain["intents"])


def test_every_intent_has_enough_examples(examples: list[Example]) -> None:
    counts = Counter(example.intent for example in examples)

    assert {intent: count for intent, count in counts.items() if count < 40 and intent not in FEW_WILL_DO} == {}
    assert all(counts[intent] >= 20 for intent in FEW_WILL_DO)


def test_no_example_is_given_twice(examples: list[Example]) -> None:
    counts = Counter(fold(example.text) or example.text for example in examples)

    assert [text for text, count in counts.items() if count > 1] == []


def test_every_label_is_known(examples: list[Example]) -> None:
    for example in examples:
        assert example.field in ("", *FIELDS), example
        assert example.sector in ("", *SECTORS), example
        assert not example.topic or example.intent == "out_of_scope", example


def test_every_topic_has_its_card(examples: list[Example], base: KnowledgeBase) -> None:
    assert {example.topic for example in examples} <= {"", *base.topics}


def test_every_topic_has_examples(examples: list[Example], base: KnowledgeBase) -> None:
    assert set(base.topics) <= {example.topic for example in examples}


def test_every_field_and_sector_has_examples(examples: list[Example]) -> None:
    assert {example.field for example in examples} >= set(FIELDS)
    assert {example.sector for example in examples} >= set(SECTORS)


# ---- held-out questions ---------------------------------------------------------------


@pytest.mark.parametrize("path", HELDOUT, ids=lambda path: path.stem)
def test_no_held_out_question_is_known(path: Path, examples: list[Example], base: KnowledgeBase) -> None:
    known = {fold(example.text) for example in examples}
    for article in base.articles.values():
        known |= {fold(wording) for wording, _ in article.wordings}

    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]

    assert [text for text in texts if fold(text) in known] == []


@pytest.mark.parametrize("path", HELDOUT, ids=lambda path: path.stem)
def test_held_out_labels_are_known(path: Path, base: KnowledgeBase) -> None:
    for question in load_questions(path):
        assert question.kind in (*IN_SCOPE, *FOREIGN, "talk"), question
        assert question.intent in INTENTS, question
        assert question.field in ("", *FIELDS), question
        assert question.sector in ("", *SECTORS), question
        assert set(question.accepted) <= set(base.articles), question


def test_dev_and_test_questions_are_different() -> None:
    folded = [{fold(question.text) for question in load_questions(path)} for path in HELDOUT]

    assert len(folded) == 2
    assert folded[0] & folded[1] == set()


# ---- reading --------------------------------------------------------------------------


def test_both_ways_of_writing_examples_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        "nlu:\n- intent: greet\n  examples: |\n    - 안녕\n    - 하이\n"
        "- intent: ask_cost\n  examples:\n  - text: 얼마예요\n    metadata: {field: safety}\n",
        encoding="utf-8",
    )

    assert load_examples(tmp_path) == [
        Example("안녕", "greet"),
        Example("하이", "greet"),
        Example("얼마예요", "ask_cost", "safety"),
    ]


@pytest.mark.parametrize("content", ["nlu: [", "nlu: 7", "[]", "nlu:\n- {intent: greet}\n", "nlu:\n- examples: [7]\n"])
def test_a_file_that_is_not_in_the_format_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "odd.yml").write_text(content)

    with pytest.raises(BadInputError, match=r"odd\.yml"):
        load_examples(tmp_path)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_bytes("nlu: 인증".encode("cp949"))

    with pytest.raises(BadInputError, match=r"odd\.yml"):
        load_examples(tmp_path)


def test_without_examples_nothing_can_be_understood(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="학습 문장"):
        load_examples(tmp_path)


def test_the_digest_follows_the_examples(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("nlu: []")
    before = digest(tmp_path)

    (tmp_path / "a.yml").write_text("nlu: [ ]")

    assert digest(tmp_path) != before
