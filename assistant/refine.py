"""What the search tells about a question's labels, put together with what the classifier said. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from assistant.decide import Judgement
from assistant.knowledge import Article, KnowledgeBase
from assistant.records import Hit, Label, Understanding

SAME_INTENT = 0.5
"""How much more the article's wordings tell of what is wanted than the classifier does, where the article is right; of
0.1 to 0.9 the best on dev.jsonl (22 Nov 2026), with Rasa and without."""

GENERAL = "other"
"""Sector of articles that hold whatever the product."""

NAMED_SECTOR = 0.9
"""Share of questions that belong to the sector of the product they name."""

SAME_GENERAL = 0.5
"""Share of questions without a product that are as general as their article; it hardly matters from 0.4 to 0.8."""


def refine(
    understood: Understanding,
    hits: Iterable[Hit],
    judged: Judgement,
    base: KnowledgeBase,
    *,
    is_follow_up: bool = False,
) -> Understanding:
    """Return the labels, given that the best article is right with a known probability.

    P(label) = right * P(label) of the best article + (1 - right) * P(label) of the classifier. Whether a question is in
    scope is better known after the search: that probability replaces the classifier's own.
    """
    best = next(iter(hits), None)
    if best is None or base.is_plain:
        return understood
    article = base.articles[best.article_id]
    # What a follow-up wants stands in the message itself; the article was found by the subject put in front.
    mixed = understood.intents
    if not is_follow_up or not mixed:
        intents = _rescaled(understood.intents, judged.in_scope)
        mixed = _mixed(intents, best.wants, SAME_INTENT * judged.right)
    return replace(
        understood,
        intent=mixed[0],
        intents=mixed,
        field=_stronger(understood.field, article.field, judged.right),
        sector=_sector(understood, article, judged.right, base),
    )


def _rescaled(intents: tuple[Label, ...], in_scope: float) -> tuple[Label, ...]:
    """Give out_of_scope the probability of the first gate, and share the rest as before."""
    rest = sum(one.confidence for one in intents if one.name != "out_of_scope") or 1.0
    own = [Label(one.name, one.confidence / rest * in_scope) for one in intents if one.name != "out_of_scope"]
    return tuple(sorted([*own, Label("out_of_scope", 1 - in_scope)], key=lambda one: -one.confidence))


def _mixed(intents: tuple[Label, ...], wants: Mapping[str, float], weight: float) -> tuple[Label, ...]:
    shares = {one.name: one.confidence * (1 - weight) for one in intents}
    for name, share in wants.items():
        shares[name] = shares.get(name, 0.0) + share * weight
    return tuple(Label(one, share) for one, share in sorted(shares.items(), key=lambda pair: -pair[1]))


def _sector(understood: Understanding, article: Article, right: float, base: KnowledgeBase) -> Label:
    """Return the article's sector; a general article says little of it, and the product named says it better."""
    sectors = {base.items[one.value].sector for one in understood.entities if one.type == "item"}
    named = Label(sectors.pop(), NAMED_SECTOR) if len(sectors) == 1 else None
    if article.sector != GENERAL:
        return _stronger(named or understood.sector, article.sector, right)
    return named or _stronger(understood.sector, GENERAL, SAME_GENERAL * right)


def _stronger(label: Label, name: str, right: float) -> Label:
    if label.name == name:
        return Label(name, right + (1 - right) * label.confidence)
    return Label(name, right) if right > (1 - right) * label.confidence else label
