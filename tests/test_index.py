import json
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEncoder

from assistant import index
from assistant.errors import StaleIndexError
from assistant.index import SearchIndex
from assistant.knowledge import KnowledgeBase

QUESTION = "보조배터리는 KC 인증을 받아야 하나요?"


@pytest.fixture
def saved(toy_index: SearchIndex, tmp_path: Path) -> Path:
    index.save(toy_index, tmp_path / "index")
    return tmp_path / "index"


def loaded(folder: Path, base: KnowledgeBase, like: SearchIndex) -> SearchIndex:
    return index.load(folder, base, like.manifest.nlu_digest, "fake-bigrams")


def test_what_was_saved_is_what_is_loaded(saved: Path, toy_base: KnowledgeBase, toy_index: SearchIndex) -> None:
    again = loaded(saved, toy_base, toy_index)
    vector = FakeEncoder().encode([QUESTION])[0]

    assert again.manifest == toy_index.manifest
    assert (again.article_ids, again.examples, again.item_ids) == (
        toy_index.article_ids,
        toy_index.examples,
        toy_index.item_ids,
    )
    for read, built in zip(astuple(again.dense(vector)), astuple(toy_index.dense(vector)), strict=True):
        assert np.array_equal(read, built)
    assert np.allclose(again.word_scores(QUESTION), toy_index.word_scores(QUESTION))
    assert np.allclose(again.bigram_scores(QUESTION), toy_index.bigram_scores(QUESTION))


def test_the_manifest_counts_what_is_in_it(toy_base: KnowledgeBase, toy_index: SearchIndex) -> None:
    manifest = toy_index.manifest

    assert manifest.articles == len(toy_base.articles) == len(toy_index.article_ids)
    assert manifest.wordings == sum(len(one.wordings) for one in toy_base.articles.values())
    assert manifest.kb_digest == toy_base.digest


def test_saving_again_keeps_the_readme_and_drops_the_rest(saved: Path, toy_index: SearchIndex) -> None:
    (saved / "README.md").write_text("읽어 보세요")
    (saved / "old.faiss").write_text("old")

    index.save(toy_index, saved)

    assert (saved / "README.md").read_text() == "읽어 보세요"
    assert not (saved / "old.faiss").exists()
    assert [path.name for path in saved.parent.iterdir()] == ["index"]


def test_an_article_without_a_near_wording_scores_below_the_others(toy_index: SearchIndex) -> None:
    dense = toy_index.dense(FakeEncoder().encode([QUESTION])[0])

    assert toy_index.article_ids[int(dense.best.argmax())] == "power-bank-kc"
    assert dense.best.max() == pytest.approx(1, abs=1e-5)
    assert np.all(dense.second <= dense.best)


def test_an_article_wants_what_its_nearest_wordings_want(toy_base: KnowledgeBase) -> None:
    first = next(iter(toy_base.articles.values()))
    asked = "보조배터리 시험 비용이 얼마예요"
    base = replace(toy_base, articles={first.id: replace(first, also_asked={"ask_cost": (asked,)})})
    built = index.build(base, [], "none", FakeEncoder(), lambda _: None)

    about_cost = built.wants(built.dense(FakeEncoder().encode([asked])[0]), 0)
    about_card = built.wants(built.dense(FakeEncoder().encode([first.question])[0]), 0)

    assert max(about_cost, key=about_cost.__getitem__) == "ask_cost"
    assert max(about_card, key=about_card.__getitem__) == first.intent
    assert sum(about_cost.values()) == pytest.approx(1)


def test_an_article_that_is_not_near_wants_nothing_known(toy_index: SearchIndex) -> None:
    assert toy_index.wants(toy_index.dense(FakeEncoder().encode([QUESTION])[0]), len(toy_index.article_ids)) == {}


# ---- what is refused ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"kb_digest": "other"}, "지식베이스가 바뀌었어요", id="base"),
        pytest.param({"encoder": "other"}, "인코더가 달라요", id="encoder"),
        pytest.param({"nlu_digest": "other"}, "학습 문장이 바뀌었어요", id="examples"),
        pytest.param({"format": 99}, "읽을 수 없어요", id="format"),
    ],
)
def test_an_index_that_does_not_fit_is_refused_with_the_reason(
    saved: Path, toy_base: KnowledgeBase, toy_index: SearchIndex, change: dict[str, object], told: str
) -> None:
    path = saved / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))

    with pytest.raises(StaleIndexError, match=told):
        loaded(saved, toy_base, toy_index)


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"{}", b'{"format": 1}', b"\xff\xfe"])
def test_a_manifest_that_cannot_be_read_is_refused(
    saved: Path, toy_base: KnowledgeBase, toy_index: SearchIndex, content: bytes | None
) -> None:
    path = saved / "manifest.json"
    path.unlink() if content is None else path.write_bytes(content)

    with pytest.raises(StaleIndexError, match="읽을 수 없어요"):
        loaded(saved, toy_base, toy_index)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, toy_base: KnowledgeBase, toy_index: SearchIndex) -> None:
    with pytest.raises(StaleIndexError, match="onecall index build"):
        loaded(tmp_path / "nowhere", toy_base, toy_index)


FILES = ("vectors.faiss", "examples.faiss", "items.faiss", "rows.json", "words/counts.json", "bigrams/counts.json")
DAMAGES: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_refused(
    saved: Path, toy_base: KnowledgeBase, toy_index: SearchIndex, name: str, damage: Callable[[Path], object]
) -> None:
    damage(saved / name)

    with pytest.raises(StaleIndexError, match="손상"):
        loaded(saved, toy_base, toy_index)


@pytest.mark.parametrize("content", ["[]", "7"])
def test_rows_of_another_shape_are_refused(
    saved: Path, toy_base: KnowledgeBase, toy_index: SearchIndex, content: str
) -> None:
    (saved / "rows.json").write_text(content)

    with pytest.raises(StaleIndexError, match="손상"):
        loaded(saved, toy_base, toy_index)


def test_files_of_two_builds_are_refused(saved: Path, toy_base: KnowledgeBase, toy_index: SearchIndex) -> None:
    (saved / "vectors.faiss").write_bytes((saved / "items.faiss").read_bytes())

    with pytest.raises(StaleIndexError, match="손상"):
        loaded(saved, toy_base, toy_index)


def test_an_index_without_items_works(toy_base: KnowledgeBase, tmp_path: Path) -> None:
    bare = replace(toy_base, items={})
    index.save(index.build(bare, [], "none", FakeEncoder(), lambda _: None), tmp_path / "index")

    again = index.load(tmp_path / "index", bare, "none", "fake-bigrams")

    assert again.item_rows.nearest(FakeEncoder().encode(["인형"])[0], 5)[0].size == 0
