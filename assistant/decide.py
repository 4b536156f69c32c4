"""The decision: answer, ask back, or hand over. Two gates, each a probability fitted on held-out questions. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.cards import property_to_ask, schemes_for
from assistant.dialogue import PART_INTENTS
from assistant.knowledge import KnowledgeBase, Scheme
from assistant.records import Decision, Hit, State, Understanding

CANDIDATES = 3

NAMED_ITEM = 0.3
"""Share of the first gate's threshold that is enough where a product of the base is named."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A logistic model over named features: probability = sigmoid(bias + sum of weight * feature)."""

    bias: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability in (0, 1); features that the gate has no weight for do not count."""
        total = self.bias + sum(weight * features.get(name, 0.0) for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted weights and thresholds, with what they were fitted on (`about`)."""

    ranking: Mapping[str, float]
    scope: Gate
    fit: Gate
    scope_min: float
    answer_min: float
    ask_min: float
    about: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """`in_scope`: probability that OneCall covers the question. `right`: that the best article answers it."""

    in_scope: float
    right: float


def scope_features(understanding: Understanding, hits: Sequence[Hit]) -> dict[str, float]:
    """Return what tells a question that OneCall covers from one that it does not."""
    best = hits[0].parts if hits else {}
    foreign = next((one.confidence for one in understanding.intents if one.name == "out_of_scope"), 0.0)
    return {
        "outside": understanding.outside,
        "foreign": foreign,
        "dense": best.get("dense", 0.0),
        "words": best.get("words", 0.0),
        "bigrams": best.get("bigrams", 0.0),
        "named": min(2.0, len({entity.type for entity in understanding.entities} - {"agency"})),
    }


def fit_features(understanding: Understanding, hits: Sequence[Hit], in_scope: float) -> dict[str, float]:
    """Return what tells a right best article from a wrong one."""
    if not hits:
        return {}
    best = hits[0]
    rival = hits[1].score if len(hits) > 1 else 0.0
    rest = [hit.parts["dense"] for hit in hits[1:10]] or [0.0]
    return {
        **best.parts,
        "score": best.score,
        "margin": best.score - rival,
        "lead": best.parts["dense"] - sum(rest) / len(rest),
        "in_scope": math.log(max(in_scope, 1e-4) / max(1 - in_scope, 1e-4)),
        "sure": understanding.intent.confidence,
    }


def judge(understanding: Understanding, hits: Sequence[Hit], calibration: Calibration) -> Judgement:
    """Return both gates' probabilities."""
    in_scope = calibration.scope.probability(scope_features(understanding, hits))
    right = calibration.fit.probability(fit_features(understanding, hits, in_scope)) if hits else 0.0
    return Judgement(in_scope, right)


def decide(
    state: State, judged: Judgement, topic: str, hits: Sequence[Hit], base: KnowledgeBase, calibration: Calibration
) -> Decision:
    """Return what to do about a question that was searched for; `topic` is what it is about if it is out of scope."""
    # A product that the base knows is a strong sign, but "전기요금" is about no product.
    least = calibration.scope_min * (NAMED_ITEM if state.item else 1.0)
    if judged.in_scope < least:
        return Decision("small_talk", "out_of_scope", 1 - judged.in_scope, topic=topic)
    hits = tuple(hits)
    if _lacks_product(state, base):
        return Decision("ask", "missing_item", judged.right, slot="item", hits=hits)
    may_answer = bool(hits) and judged.right >= calibration.answer_min and not _contradicts(hits[0])
    if may_answer and not _card_is_nearer(state, hits[0], base):
        return Decision("answer", "answered", judged.right, hits[0].article_id, hits=hits)
    by_card = _by_card(state, hits, base, judged.right)
    if by_card is not None:
        return by_card
    if state.item and hits and hits[0].article_id == state.article:
        return Decision("hand_off", "no_data", judged.right, hits=hits)  # it has just been given and was not enough
    if may_answer:
        return Decision("answer", "answered", judged.right, hits[0].article_id, hits=hits)
    return _ask_back(judged.right, hits, calibration)


def _lacks_product(state: State, base: KnowledgeBase) -> bool:
    """Say whether somebody asks what is needed, of a country or at all, without saying for what product."""
    if not state.is_general or not base.items or any((state.item, state.mark, state.scheme)):
        return False
    return state.intent == "ask_scope" if state.country else state.intent.startswith("ask_")


def _ask_back(right: float, hits: tuple[Hit, ...], calibration: Calibration) -> Decision:
    if right >= calibration.ask_min:
        return Decision("clarify", "close_candidates", right, hits=hits[:CANDIDATES])
    return Decision("hand_off", "low_confidence", right, hits=hits)


def _contradicts(hit: Hit) -> bool:
    """Say whether the article is about another country or another product than the one that was named."""
    return hit.parts.get("country", 0.0) < 0 or hit.parts.get("item", 0.0) < 0


def _card_is_nearer(state: State, hit: Hit, base: KnowledgeBase) -> bool:
    """Say whether the item's own card fits the question better than a general article."""
    if state.item not in base.items or state.intent not in PART_INTENTS or not state.country:
        return False
    if hit.article_id == state.article:
        return True  # it has just been given, so something else is asked
    return state.is_general and state.item not in base.articles[hit.article_id].items


def _by_card(state: State, hits: tuple[Hit, ...], base: KnowledgeBase, right: float) -> Decision | None:
    """Decide by the cards of items and schemes, where no article answers."""
    if state.intent not in PART_INTENTS:
        return None
    if state.item in base.items:
        return _by_item(state, hits, base, right)
    if state.scheme in base.schemes and part_of(base.schemes[state.scheme], state.intent):
        return Decision("answer", "scheme_card", right, state.scheme, hits=hits)
    return None


def _by_item(state: State, hits: tuple[Hit, ...], base: KnowledgeBase, right: float) -> Decision | None:
    item = base.items[state.item]
    if not state.country:
        return Decision("ask", "missing_country", right, slot="country", hits=hits)
    if (name := property_to_ask(item, state.country, state.properties, base)) is not None:
        labels = tuple(option.label for option in base.properties[name].options)
        return Decision("ask", "missing_property", right, slot=f"property:{name}", hits=hits, options=labels)
    applied = schemes_for(item, state.country, state.properties, base)
    if not applied:
        return Decision("hand_off", "no_data", right, hits=hits)
    if state.intent != "ask_scope" and not any(part_of(one.scheme, state.intent) for one in applied):
        return None  # no card says it, so an article may be meant, or a person has to tell
    return Decision("answer", "item_card", right, card_id(item.id, state.country), hits=hits)


def card_id(item: str, country: str) -> str:
    """Return the id under which the answer about an item in a country is known."""
    return f"item:{item}:{country}"


def part_of(scheme: Scheme, intent: str) -> str:
    """Return the part of a scheme's card that an intent asks for; empty if the card does not say it."""
    parts = {
        "ask_scope": scheme.covers,
        "ask_procedure": "\n".join(scheme.steps) or scheme.route,
        "ask_documents": "\n".join(scheme.documents),
        "ask_cost": scheme.cost,
        "ask_duration": scheme.time,
        "ask_validity": scheme.validity,
        "ask_marking": scheme.mark,
        "ask_penalty": scheme.penalty,
        "ask_agency": scheme.bodies or scheme.authority,
    }
    return parts.get(intent, "")
