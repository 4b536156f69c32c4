from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lexical import LexicalIndex

DOCUMENTS = (["kc", "인증", "비용"], ["kc", "인증", "기간"], [], ["ce", "서류"])
TOKENS = st.lists(st.sampled_from(["kc", "인증", "비용", "기간", "ce", "서류", "날씨", "\0", ""]), max_size=8)


@pytest.fixture(scope="module")
def words() -> LexicalIndex:
    return LexicalIndex.build(DOCUMENTS)


@given(TOKENS)
def test_scores_are_shares(words: LexicalIndex, tokens: list[str]) -> None:
    scores = words.scores(tokens)

    assert scores.shape == (4,)
    assert scores.dtype == np.float32
    assert np.all((scores >= 0) & (scores <= 1))


def test_the_document_with_the_rare_word_comes_first(words: LexicalIndex) -> None:
    assert words.scores(["kc", "인증", "비용"]).argmax() == 0
    assert words.scores(["서류"]).argmax() == 3


def test_a_word_that_no_document_has_lowers_every_score(words: LexicalIndex) -> None:
    assert words.scores(["비용", "날씨"])[0] < words.scores(["비용"])[0]


@pytest.mark.parametrize(
    "tokens", [[], ["날씨"], ["\0"]], ids=["nothing", "unknown", "the stand-in of empty documents"]
)
def test_nothing_known_scores_nothing(words: LexicalIndex, tokens: list[str]) -> None:
    assert not words.scores(tokens).any()


def test_a_repeated_word_counts_once(words: LexicalIndex) -> None:
    assert np.array_equal(words.scores(["비용"] * 5), words.scores(["비용"]))


def test_what_was_saved_scores_the_same(words: LexicalIndex, tmp_path: Path) -> None:
    words.save(tmp_path)

    loaded = LexicalIndex.load(tmp_path)

    assert np.allclose(loaded.scores(["kc", "비용", "날씨"]), words.scores(["kc", "비용", "날씨"]))


def test_a_base_of_one_empty_document_can_be_indexed() -> None:
    assert LexicalIndex.build([[]]).scores(["kc"]).tolist() == [0.0]
