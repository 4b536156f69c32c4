"""What a conversation keeps in mind of a decision, so that the next message can be about it. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from assistant.decide import CANDIDATES
from assistant.knowledge import KnowledgeBase
from assistant.records import Decision, Hit, State


def remember(state: State, decision: Decision, base: KnowledgeBase) -> State:
    """Return the state after a decision."""
    if decision.kind == "answer":
        return _answered(state, decision, base)
    if decision.kind == "clarify":
        if decision.hits:
            return replace(state, asking="candidates", candidates=_listed(decision.hits[:CANDIDATES]))
        return state
    if decision.kind == "ask":
        return replace(state, asking=decision.slot, tries=state.tries if state.asking == decision.slot else 0)
    if decision.kind == "hand_off" and decision.reason != "with_consultant":
        return replace(state, asking="contact", candidates=(), tries=0)
    return state


def _answered(state: State, decision: Decision, base: KnowledgeBase) -> State:
    """Keep the subject of the answer for a follow-up, and the other candidates for "아니요"."""
    others = _listed(hit for hit in decision.hits if hit.article_id != decision.article_id)[:CANDIDATES]
    if decision.reason == "chosen":
        others = tuple(one for one in state.candidates if one[0] != decision.article_id)
    state = replace(state, asking="", article=decision.article_id, candidates=others, tries=0)
    article = base.articles.get(decision.article_id)
    if article is None:
        return state
    country = state.country or _only(article.countries)
    return replace(
        state,
        item=state.item or _only(article.items),
        scheme=state.scheme or _only(article.schemes),
        country=country,
    )


def _only(ids: tuple[str, ...]) -> str:
    """Return the one id; with several it would be a guess which one is meant."""
    return ids[0] if len(ids) == 1 else ""


def _listed(hits: Iterable[Hit]) -> tuple[tuple[str, str], ...]:
    return tuple((hit.article_id, hit.question) for hit in hits)
