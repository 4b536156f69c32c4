from datetime import date

import pytest

from assistant.encoder import Encoder
from assistant.index import SearchIndex
from assistant.kb.validate import ANSWER_MAX, validate
from assistant.knowledge import Article, KnowledgeBase
from assistant.records import FIELDS, MaskedText
from assistant.search import Query, search
from assistant.settings import Settings
from assistant.text import clean, is_korean
from assistant.turn import Assistant


def found_at_1(house: Assistant, asked: list[tuple[str, Article]]) -> float:
    """Return the share of texts whose article comes first."""
    vectors = house.encoder.encode([text for text, _ in asked])
    ranking, right = house.calibrations["builtin"].ranking, 0
    for (text, article), vector in zip(asked, vectors, strict=True):
        understood = house.understander.understand(MaskedText(text), vector)
        hits = search(Query(MaskedText(text), vector, understood), house.index, house.base, ranking, 1)
        right += hits[0].article_id == article.id
    return right / len(asked)


def test_the_base_has_no_error(settings: Settings) -> None:
    _, findings = validate(settings.kb_dir, date.today())

    assert [finding for finding in findings if finding.is_error] == []


def test_every_answer_fits_a_messenger(base: KnowledgeBase) -> None:
    assert [one.id for one in base.articles.values() if len(one.answer) > ANSWER_MAX] == []


def test_every_article_has_source_basis_and_dates(base: KnowledgeBase) -> None:
    for article in base.articles.values():
        assert article.sources, article.id
        assert article.checked_on, article.id
        assert article.review_by, article.id
        assert article.checked_on <= article.review_by, article.id


def test_no_day_of_checking_lies_in_the_future(base: KnowledgeBase) -> None:
    cards = [*base.articles.values(), *base.schemes.values(), *base.items.values()]

    assert [card.id for card in cards if card.checked_on and card.checked_on > date.today()] == []


def test_questions_and_answers_are_korean_and_clean(base: KnowledgeBase) -> None:
    for article in base.articles.values():
        assert is_korean(article.question), article.id
        assert is_korean(article.answer), article.id
        assert clean(article.question) == article.question, article.id


def test_every_field_has_articles(base: KnowledgeBase) -> None:
    assert {article.field for article in base.articles.values()} == set(FIELDS)


def test_every_question_finds_its_own_article(house: Assistant) -> None:
    asked = [(article.question, article) for article in house.base.articles.values()]

    assert found_at_1(house, asked) >= 0.99


@pytest.mark.parametrize("place", [1, -1], ids=["first", "last"])
def test_a_variant_finds_its_own_article(house: Assistant, place: int) -> None:
    every_fourth = list(house.base.articles.values())[::4]
    asked = [(article.wordings[place][0], article) for article in every_fourth]

    assert found_at_1(house, asked) >= 0.95


def test_the_index_holds_every_article(base: KnowledgeBase, built_index: SearchIndex, encoder: Encoder) -> None:
    assert set(built_index.article_ids) == set(base.articles)
    assert built_index.manifest.dimension == encoder.dimension
