"""What the best article says about the labels of a question."""

from dataclasses import replace

import pytest
from builders import hit, understood

from assistant.decide import Judgement
from assistant.entities import EntityFinder
from assistant.knowledge import KnowledgeBase
from assistant.records import Label
from assistant.refine import refine

SURE = Judgement(in_scope=0.99, right=0.95)


def sector(base: KnowledgeBase, finder: EntityFinder, text: str, article: str) -> str:
    said = understood(text, finder, sector=Label("other", 0.6))
    return refine(said, (hit(article),), SURE, base).sector.name


def general_article(base: KnowledgeBase) -> str:
    return next(one.id for one in base.articles.values() if one.sector == "other")


@pytest.mark.parametrize("text", ["보조배터리 리콜은 어떻게 알아보나요?", "보조배터리도 되나요?"])
def test_the_product_named_tells_the_sector_where_the_article_is_general(
    base: KnowledgeBase, finder: EntityFinder, text: str
) -> None:
    assert sector(base, finder, text, general_article(base)) == "electrical"


def test_an_article_about_a_sector_tells_it_itself(base: KnowledgeBase, finder: EntityFinder) -> None:
    article = next(one for one in base.articles.values() if one.sector == "medical_cosmetic")

    assert sector(base, finder, "어떻게 하면 되나요?", article.id) == "medical_cosmetic"


def intent_with(base: KnowledgeBase, said: str, wants: dict[str, float]) -> str:
    understanding = understood(intents=(Label(said, 0.6), Label("ask_cost", 0.3)))
    article = next(iter(base.articles))
    return refine(understanding, (replace(hit(article), wants=wants),), SURE, base).intent.name


def test_what_the_wordings_want_outweighs_a_doubtful_classifier(base: KnowledgeBase) -> None:
    assert intent_with(base, "ask_scope", {"ask_cost": 1.0}) == "ask_cost"


def test_wordings_that_want_different_things_leave_the_classifier_its_word(base: KnowledgeBase) -> None:
    shared = {"ask_cost": 0.2, "ask_duration": 0.4, "ask_penalty": 0.4}

    assert intent_with(base, "ask_scope", shared) == "ask_scope"


def test_without_a_hit_nothing_changes(base: KnowledgeBase, finder: EntityFinder) -> None:
    said = understood("보조배터리", finder)

    assert refine(said, (), SURE, base) == said
