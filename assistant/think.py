"""From a stored message to a decision: understand, find its place in the dialogue, search, decide."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.decide import Calibration, Judgement, decide, judge
from assistant.dialogue import PART_INTENTS, Turn, advance
from assistant.encoder import Encoder
from assistant.index import SearchIndex
from assistant.knowledge import KnowledgeBase
from assistant.product_safety import LookedUp
from assistant.records import Decision, Hit, MaskedText, Page, Plan, State, Understanding
from assistant.refine import refine
from assistant.search import Query, search
from assistant.text import has_words, is_babble, is_korean
from assistant.understand import Understander

SUGGESTED_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Looked:
    """One search as it was done: what was searched for, what came up, and what both gates made of it."""

    query: Query
    hits: tuple[Hit, ...]
    judged: Judgement


Watch = Callable[[Looked], None]
"""Told of every search; those who want to see how a decision came about (the desk's try page)."""


def unwatched(_: Looked) -> None:
    """Watch nothing."""


class Products(Protocol):
    """Where certificates and recalls are looked up; neither raises for what is not there."""

    def by_number(self, number: str) -> LookedUp:
        """Return what is known under a certificate number, however it is spelt."""

    def by_text(self, text: str) -> LookedUp:
        """Return what fits a product, model, maker, brand or barcode, best first."""


class Parts(Protocol):
    """What thinking needs of the assistant."""

    @property
    def base(self) -> KnowledgeBase:
        """The cards."""

    @property
    def index(self) -> SearchIndex:
        """What is searched; built from `base` by `encoder`."""

    @property
    def encoder(self) -> Encoder:
        """Turns texts into vectors."""

    @property
    def understander(self) -> Understander:
        """Says what a text is about."""

    @property
    def calibrations(self) -> Mapping[str, Calibration]:
        """One for each understanding ("rasa", "builtin")."""

    @property
    def products(self) -> Products | None:
        """The certificates and recalls, where they are kept here."""


def think(
    parts: Parts,
    state: State,
    text: MaskedText,
    has_contact: bool = False,
    page: Page | None = None,
    watch: Watch = unwatched,
) -> tuple[State, Decision, Understanding]:
    """Return the new state, the decision and what was understood.

    `page`: the one the message was written from, masked.
    """
    vector = parts.encoder.encode([text])[0]
    understood = parts.understander.understand(text, vector)
    if not has_words(text) or is_babble(text):
        return state, Decision("clarify", "unclear"), understood
    state, plan = advance(Turn(state, text, understood, parts.base, has_contact, _item_on(page, parts.understander)))
    decision, understood = _carry_out(parts, state, plan, Query(text, vector, understood), watch)
    if _is_lost(decision) and not is_korean(text):
        decision = Decision("clarify", "not_korean", decision.confidence)
    return state, decision, understood


def _item_on(page: Page | None, understander: Understander) -> str:
    """Return the item that a page is about; "" where neither its product nor its category names just one."""
    for name in (page.product, page.category) if page else ():
        found = {one.value for one in understander.finder.find(name) if one.type == "item"}
        if len(found) == 1:
            return found.pop()
    return ""


def _is_lost(decision: Decision) -> bool:
    return decision.reason in ("low_confidence", "close_candidates", "out_of_scope")


def _carry_out(parts: Parts, state: State, plan: Plan, asked: Query, watch: Watch) -> tuple[Decision, Understanding]:
    if plan.kind == "search":
        query = asked if plan.text == asked.text else _about_subject(parts, MaskedText(plan.text), asked)
        return _look_up(parts, state, query, asked, watch)
    if plan.kind == "ask_again":
        return _ask_again(parts, state, plan), asked.understanding
    if plan.kind == "lookup":
        return _looked_up(parts.products, plan), asked.understanding
    return _SIMPLE[plan.kind](plan, state), asked.understanding


def _looked_up(products: Products | None, plan: Plan) -> Decision:
    """Look a number or a product up; without a mirror the reply says where it can be looked up."""
    found = None
    if products is not None:
        found = products.by_number(plan.number) if plan.number else products.by_text(plan.text)
    return Decision("lookup", plan.reason, 1.0, number=plan.number, looked_up=found)


def _look_up(parts: Parts, state: State, query: Query, asked: Query, watch: Watch) -> tuple[Decision, Understanding]:
    calibration = parts.calibrations[query.understanding.by]
    hits = search(query, parts.index, parts.base, calibration.ranking)
    judged = judge(query.understanding, hits, calibration)
    watch(Looked(query, tuple(hits), judged))
    decision = decide(state, judged, query.understanding.topic, hits, parts.base, calibration)
    is_follow_up = query.text != asked.text
    return decision, refine(asked.understanding, hits, judged, parts.base, is_follow_up=is_follow_up)


def _about_subject(parts: Parts, text: MaskedText, asked: Query) -> Query:
    """Return the query for a text with its subject put in front, which then counts as if it had been written."""
    vector = parts.encoder.encode([text])[0]
    understood = parts.understander.understand(text, vector)
    if asked.understanding.intent.name in PART_INTENTS:
        # What is asked for was said in the message itself; the subject put in front only blurs it.
        understood = replace(understood, intent=asked.understanding.intent, intents=asked.understanding.intents)
    return Query(text, vector, understood)


def _ask_again(parts: Parts, state: State, plan: Plan) -> Decision:
    options: tuple[str, ...] = ()
    if plan.reason == "item":
        options = suggest_items(parts, MaskedText(plan.text))
    elif plan.reason.startswith("property:"):
        card = parts.base.properties[plan.reason.removeprefix("property:")]
        options = tuple(option.label for option in card.options)
    return Decision("ask", "asked_again", slot=plan.reason, options=options)


def suggest_items(parts: Parts, text: MaskedText) -> tuple[str, ...]:
    """Return the names of the items whose names are nearest in meaning, best first."""
    _, owners = parts.index.item_rows.nearest(parts.encoder.encode([text])[0], SUGGESTED_ITEMS * 4)
    ids = dict.fromkeys(parts.index.item_ids[owner] for owner in owners.tolist())
    return tuple(parts.base.items[item].name for item in list(ids)[:SUGGESTED_ITEMS])


def _picked(plan: Plan, state: State) -> Decision:
    return Decision("answer", "chosen", 1.0, plan.article_id)


def _denied(plan: Plan, state: State) -> Decision:
    """Offer what came next; without anything left, hand over."""
    rest = tuple(Hit(article_id, question, 0.0) for article_id, question in state.candidates)
    return Decision("clarify", "denied", hits=rest) if rest else Decision("hand_off", "denied")


_SIMPLE: Mapping[str, Callable[[Plan, State], Decision]] = {
    "pick": _picked,
    "denied": _denied,
    "small_talk": lambda plan, _: Decision("small_talk", plan.reason),
    "hand_off": lambda plan, _: Decision("hand_off", plan.reason),
    "ask": lambda plan, _: Decision("ask", f"missing_{plan.reason}", slot=plan.reason),
    "status": lambda plan, _: Decision("small_talk", "ticket_status"),
    "contact": lambda plan, _: Decision("small_talk", "contact_left"),
}
