import pytest
from builders import understood
from fakes import TOY_CALIBRATION, FakeEncoder

from assistant.entities import EntityFinder
from assistant.index import SearchIndex
from assistant.knowledge import KnowledgeBase
from assistant.records import Hit, Label, MaskedText, Understanding
from assistant.search import Query, search

PARTS = {"dense", "second", "words", "bigrams", "item", "country", "scheme", "intent", "field", "sector"}


@pytest.fixture
def look(toy_base: KnowledgeBase, toy_index: SearchIndex, toy_finder: EntityFinder):
    """Search the toy base for a text."""

    def run(text: str, said: Understanding | None = None, count: int = 10) -> list[Hit]:
        query = Query(MaskedText(text), FakeEncoder().encode([text])[0], said or understood(text, toy_finder))
        return search(query, toy_index, toy_base, TOY_CALIBRATION.ranking, count)

    return run


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("보조배터리는 KC 인증을 받아야 하나요?", "power-bank-kc"),
        ("파워뱅크 케이씨 대상인가요", "power-bank-kc"),
        ("보조배터리 일본에 팔려면요", "power-bank-japan"),
        ("인증서 분실", "certificate-lost"),
        ("미인증제품판매벌금", "safety-law"),
    ],
)
def test_the_article_that_is_meant_comes_first(look, text: str, article: str) -> None:
    assert look(text)[0].article_id == article


def test_every_hit_tells_how_its_score_came_about(look) -> None:
    for hit in look("보조배터리 KC"):
        expected = sum(TOY_CALIBRATION.ranking.get(name, 0.0) * value for name, value in hit.parts.items())

        assert hit.parts.keys() >= PARTS
        assert hit.score == pytest.approx(expected)


def test_the_best_comes_first_and_no_more_than_wanted(look) -> None:
    scores = [hit.score for hit in look("인증", count=3)]

    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


def parts(hits: list[Hit], article: str) -> dict[str, float]:
    return dict(next(hit for hit in hits if hit.article_id == article).parts)


def test_what_is_named_agrees_and_the_rest_says_nothing(look) -> None:
    assert parts(look("보조배터리를 일본에 팔려면"), "power-bank-japan")["country"] == 1
    assert parts(look("인증서를 분실했어요"), "certificate-lost")["country"] == 0


@pytest.mark.parametrize("text", ["보조배터리를 일본에 팔려면", "보조배터리 KC 인증", "독일에 팔려면"])
def test_articles_about_another_country_come_behind_all_others(look, text: str) -> None:
    disagrees = [hit.parts["country"] < 0 for hit in look(text)]

    assert disagrees == sorted(disagrees)
    assert any(disagrees)


def test_a_mark_names_its_country(look) -> None:
    assert parts(look("CE 인증"), "power-bank-kc")["country"] == -1


def test_a_country_of_a_union_agrees_with_the_union(look, toy_base: KnowledgeBase) -> None:
    assert "EU" in toy_base.jurisdictions("DE")
    assert parts(look("독일에 팔려면"), "power-bank-kc")["country"] == -1


def test_the_understanding_counts_by_its_confidence(look) -> None:
    said = understood(intents=(Label("ask_penalty", 0.6),), field=Label("overseas", 0.4))

    hits = look("벌금", said)

    assert parts(hits, "safety-law")["intent"] == pytest.approx(0.6)
    assert parts(hits, "power-bank-japan")["field"] == 0.4
    assert parts(hits, "safety-law")["field"] == 0


@pytest.mark.parametrize("text", ["", "?", "😀"])
def test_a_text_without_words_finds_something_without_failing(look, text: str) -> None:
    assert all(hit.parts["words"] == hit.parts["bigrams"] == 0 for hit in look(text))
