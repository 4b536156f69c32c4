"""The dialogue: what a message means in the light of those before it. Pure; nothing is searched or stored here."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from assistant import cues
from assistant.cards import UNSURE
from assistant.knowledge import EVERYWHERE, Country, Item, KnowledgeBase, Property, Scheme, Term
from assistant.records import Entity, MaskedText, Plan, State, Understanding
from assistant.text import fold

FOLLOW_UP_LETTERS = 14
"""A message of at most so many letters that names no subject is about the one before it ("비용은 얼마나 들어요?")."""

SURE = 0.5
"""Probability from which a conversational intent (a greeting, a wish for a person) is believed."""

LETTERS_AROUND = 6
"""Letters around a bare name that say nothing by themselves ("그럼 …는요", "…로 하면요")."""

VERY_SHORT = 7
"""A message of so few letters tells its intent, but not whether it is in scope ("비용은요?")."""

LETTERS_LEFT = 2
"""Letters of a general question that the list of general words may miss."""

HOME = "KR"
"""Where goods are sold that come from a country named."""

PLACES = ("country", "mark", "scheme")
SUBJECTS = ("item", *PLACES)

PART_INTENTS = frozenset(
    {"ask_scope", "ask_procedure", "ask_documents", "ask_cost", "ask_duration", "ask_validity", "ask_marking"}
    | {"ask_penalty", "ask_agency"}
)
"""Intents that the cards of schemes and items can answer by one of their parts."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message with everything that the dialogue knows about it."""

    state: State
    text: MaskedText
    understanding: Understanding
    base: KnowledgeBase
    has_contact: bool = False
    page_item: str = ""

    def values(self, kind: str) -> list[str]:
        """Return the values of the entities of a type that the message does not take back ("미국 말고")."""
        return [e.value for e in self.understanding.entities if e.type == kind and not self._is_taken_back(e)]

    def first(self, kind: str) -> str:
        return next(iter(self.values(kind)), "")

    def _is_taken_back(self, entity: Entity) -> bool:
        return cues.INSTEAD.match(self.text[entity.end :]) is not None

    @property
    def corrects(self) -> bool:
        return any(self._is_taken_back(entity) for entity in self.understanding.entities)

    @property
    def intent(self) -> str:
        return self.understanding.intent.name

    def is_surely(self, *intents: str) -> bool:
        return self.intent in intents and self.understanding.intent.confidence >= SURE


Step = Callable[[Turn], tuple[State, Plan] | None]


def advance(turn: Turn) -> tuple[State, Plan]:
    """Return the new state and what to do next.

    The first step that recognises the message decides; a message that none recognises is a question.
    """
    for step in _STEPS:
        if (found := step(turn)) is not None:
            return found
    return _question(turn)


def _contact(turn: Turn) -> tuple[State, Plan] | None:
    if turn.state.asking == "contact" and turn.has_contact:
        return replace(turn.state, asking=""), Plan("contact", "contact_left")
    return None


def _person(turn: Turn) -> tuple[State, Plan] | None:
    if turn.is_surely("ask_human") or cues.PERSON.search(turn.text):
        return turn.state, Plan("hand_off", "asked_for_person", turn.state.question or turn.text)
    return None


def _choice(turn: Turn) -> tuple[State, Plan] | None:
    """A candidate question, a number, or "none of these"."""
    if turn.state.asking != "candidates":
        return None
    said = fold(turn.text)
    for article_id, question in turn.state.candidates:
        if said == fold(question):
            return replace(turn.state, asking=""), Plan("pick", "chosen", article_id=article_id)
    ordinal = cues.ORDINAL.match(turn.text)
    if ordinal and (place := int(ordinal[1] or cues.WORDS[ordinal[2]])) <= len(turn.state.candidates):
        return replace(turn.state, asking=""), Plan("pick", "chosen", article_id=turn.state.candidates[place - 1][0])
    if len(said) <= FOLLOW_UP_LETTERS and (cues.NONE.search(turn.text) or turn.is_surely("deny")):
        return replace(turn.state, asking="", candidates=()), Plan("hand_off", "none_of_these", turn.state.question)
    return None


def _correction(turn: Turn) -> tuple[State, Plan] | None:
    """ "아니 미국 말고 일본이요", "그럼 미국은요?": the subject changes, the question stays."""
    if not turn.state.question or not _names_subject(turn, *SUBJECTS):
        return None
    if not turn.corrects and not _says_only_subject(turn):
        return None
    question = _without_subjects(turn)
    state = _with_subjects(_cleared(turn), turn)
    state = replace(state, question=_about(state, turn.base, question), is_general=True)
    return state, Plan("search", "corrected", state.question)


def _says_only_subject(turn: Turn) -> bool:
    """Say whether the message is a name with hardly anything around it, and no answer to a question about names."""
    rest = str(turn.text)
    for entity in turn.understanding.entities:
        rest = rest.replace(entity.text, "", 1)
    return turn.state.asking not in ("item", "country", "scheme") and len(fold(rest)) <= LETTERS_AROUND


def _cleared(turn: Turn) -> State:
    """Empty the slots that a new subject ends: a new country the old mark and scheme, a new mark likewise."""
    if _names_subject(turn, *PLACES):
        return replace(turn.state, asking="", mark="", scheme="", country="")
    return replace(turn.state, asking="")


def _filling(turn: Turn) -> tuple[State, Plan] | None:
    """The answer to a question back about a slot."""
    slot = turn.state.asking
    if slot in ("item", "country", "scheme"):
        return _fill_name(turn, slot)
    if slot.startswith("property:"):
        return _fill_property(turn, slot.removeprefix("property:"))
    return None


def _fill_name(turn: Turn, slot: str) -> tuple[State, Plan] | None:
    if not _names_subject(turn, slot, *(("mark",) if slot == "country" else ())):
        return None
    state = _with_subjects(replace(turn.state, asking=""), turn)
    return state, Plan("search", "filled", _about(state, turn.base, turn.state.question))


def _fill_property(turn: Turn, name: str) -> tuple[State, Plan] | None:
    value = option_in(turn.text, turn.base.properties[name], turn.intent)
    if value is None and not cues.UNSURE.search(turn.text):
        return None
    told = {**turn.state.properties, name: value or UNSURE}
    state = _with_subjects(replace(turn.state, asking="", properties=told), turn)
    return state, Plan("search", "filled", _about(state, turn.base, turn.state.question))


def _unfilled(turn: Turn) -> tuple[State, Plan] | None:
    """A short answer to a question back that fills nothing: ask once more, then hand over or go on without it."""
    slot = turn.state.asking
    if slot not in ("item", "country", "scheme") and not slot.startswith("property:"):
        return None
    is_short = len(fold(turn.text)) <= FOLLOW_UP_LETTERS and not turn.values("certificate_number")
    if not is_short or (turn.intent in PART_INTENTS and turn.understanding.intent.confidence >= SURE):
        return None
    if turn.state.tries == 0:
        return replace(turn.state, tries=1), Plan("ask_again", slot, turn.text)
    if slot.startswith("property:"):
        told = {**turn.state.properties, slot.removeprefix("property:"): UNSURE}
        state = replace(turn.state, asking="", tries=0, properties=told)
        return state, Plan("search", "filled", _about(state, turn.base, state.question))
    return replace(turn.state, asking="", tries=0), Plan("hand_off", "no_data", f"{turn.state.question} {turn.text}")


def _number(turn: Turn) -> tuple[State, Plan] | None:
    number = turn.first("certificate_number")
    return (turn.state, Plan("lookup", "number_given", number=number)) if number else None


def _product(turn: Turn) -> tuple[State, Plan] | None:
    """ "이 제품 리콜됐나요?" is about one product; without its number, model or barcode nothing can be looked up."""
    is_one = cues.THIS_ONE.search(turn.text) is not None
    is_recall = cues.RECALLED.search(turn.text) is not None and not cues.WHERE.search(turn.text)
    is_named = cues.MODEL.search(turn.text) is not None
    is_asked = turn.is_surely("check_recall", "check_certificate") or cues.BARCODE.search(turn.text) is not None
    is_asked = is_asked or (is_recall and (is_one or is_named or turn.first("item") != ""))
    if turn.state.asking == "product" and (is_asked or not turn.is_surely(*PART_INTENTS, "out_of_scope", "deny")):
        return replace(turn.state, asking=""), Plan("lookup", "product_given", turn.text)
    if is_asked and is_named:
        return turn.state, Plan("lookup", "product_given", cues.AROUND_PRODUCT.sub(" ", turn.text))
    if not is_asked or not (is_one or is_recall) or cues.WHERE.search(turn.text):
        return None
    return replace(turn.state, question=turn.text), Plan("ask", "product")


def _denial(turn: Turn) -> tuple[State, Plan] | None:
    """ "아니요" alone looks for another answer; "그게 아니라 …" asks anew."""
    if not turn.state.article and not turn.state.candidates:
        return None
    said_no = cues.NO.match(turn.text)
    if not said_no and not turn.is_surely("deny"):
        return None
    rest = turn.text[said_no.end() :] if said_no else ""
    if len(fold(rest)) >= 4 and not _is_only_no(turn, rest):
        return _question(replace(turn, text=MaskedText(rest)), said_no.end() if said_no else 0)
    if len(fold(turn.text)) > 2 * FOLLOW_UP_LETTERS:
        return None
    return turn.state, Plan("denied", "denied", turn.state.question)


def _is_only_no(turn: Turn, rest: str) -> bool:
    """ "아니요 그게 아니에요" says no twice and asks nothing."""
    return turn.is_surely("deny") and not turn.understanding.entities and len(fold(rest)) <= FOLLOW_UP_LETTERS


def _small_talk(turn: Turn) -> tuple[State, Plan] | None:
    is_short = len(fold(turn.text)) <= FOLLOW_UP_LETTERS and not turn.understanding.entities
    if is_short and turn.is_surely("greet", "thank", "affirm", "deny"):
        return turn.state, Plan("small_talk", turn.intent)
    return None


def _status(turn: Turn) -> tuple[State, Plan] | None:
    is_asked = turn.is_surely("ticket_status") or (turn.intent == "ticket_status" and turn.state.ticket)
    return (turn.state, Plan("status", "ticket_status")) if is_asked else None


_STEPS: tuple[Step, ...] = (
    _contact,
    _person,
    _choice,
    _correction,
    _number,
    _product,
    _filling,
    _unfilled,
    _denial,
    _small_talk,
    _status,
)


def _question(turn: Turn, skipped: int = 0) -> tuple[State, Plan]:
    """A new question, or one that goes on about the subject before it.

    `skipped`: letters cut off the front of the text, by which the places of the entities are off.
    """
    turn = _on_this_page(turn)
    if is_follow_up(turn):
        state = _with_page(_with_subjects(turn.state, turn), turn)
        state = replace(state, properties={**state.properties, **_told(turn)})
        intent = turn.intent if turn.intent in PART_INTENTS else state.intent
        state = replace(
            state, asking="", intent=intent, question=_about(state, turn.base, turn.text), tries=0, is_general=True
        )
        return state, Plan("search", "follow_up", state.question)
    fresh = State(ticket=turn.state.ticket, question=turn.text, intent=_asked_for(turn), is_general=_is_general(turn))
    if skipped:
        fresh = replace(fresh, article=turn.state.article)
    state = _with_page(_with_subjects(fresh, turn), turn)
    text = _about(state, turn.base, turn.text) if state.is_item_of_page else turn.text
    return replace(state, properties=_told(turn)), Plan("search", "question", text)


def _on_this_page(turn: Turn) -> Turn:
    """Forget an item that nobody said but an earlier page, where this page is about another one."""
    if not turn.state.is_item_of_page or turn.page_item in ("", turn.state.item):
        return turn
    return replace(turn, state=replace(turn.state, item="", properties={}, article="", is_item_of_page=False))


def _with_page(state: State, turn: Turn) -> State:
    """Take the page's item where none was said, and the question is about a product and not about a scheme as such."""
    if state.item or not turn.page_item:
        return state
    is_about_goods = turn.intent in PART_INTENTS and not _names_subject(turn, "scheme", "mark", "standard")
    if not is_about_goods and not cues.THIS_ONE.search(turn.text):
        return state
    return replace(state, item=turn.page_item, is_item_of_page=True)


def _is_general(turn: Turn) -> bool:
    """Say whether nothing particular is asked beside the subject."""
    rest = str(turn.text)
    for entity in turn.understanding.entities:
        rest = rest.replace(entity.text, " ", 1)
    return len(fold(cues.GENERAL.sub("", rest))) <= LETTERS_LEFT


def _asked_for(turn: Turn) -> str:
    """Return the intent; somebody who just names a product ("유아복 미국 수출") wants to know what it needs."""
    names_only = turn.first("item") and turn.intent in ("inform", "affirm", "out_of_scope")
    return "ask_scope" if names_only else turn.intent


def is_follow_up(turn: Turn) -> bool:
    """Say whether the message leaves its subject to the one before it."""
    had_subject = any((turn.state.item, turn.state.country, turn.state.scheme, turn.state.mark))
    if not had_subject or _names_subject(turn, "item", "scheme", "standard", "certificate_number"):
        return False
    if turn.is_surely("out_of_scope") and len(fold(turn.text)) > VERY_SHORT:
        return False
    return len(fold(turn.text)) <= FOLLOW_UP_LETTERS or cues.FOLLOW.match(turn.text) is not None


def _names_subject(turn: Turn, *kinds: str) -> bool:
    return any(turn.values(kind) for kind in kinds)


def _with_subjects(state: State, turn: Turn) -> State:
    """Take over what the message names; a mark stands for its country."""
    country, mark = turn.first("country"), turn.first("mark")
    if not country and turn.first("origin") and not mark:
        country = HOME
    if not country and mark:
        country = turn.base.terms[mark].country
    schemes = turn.values("scheme")
    if not country and schemes:
        places = {turn.base.schemes[scheme].jurisdiction for scheme in schemes} - {EVERYWHERE}
        country = places.pop() if len(places) == 1 else ""
    item = turn.first("item")
    if item and item != state.item:
        state = replace(state, properties={})
    return replace(
        state,
        item=item or state.item,
        is_item_of_page=state.is_item_of_page and not item,
        country=country or state.country,
        mark=mark or ("" if country and country != state.country else state.mark),
        scheme=(schemes[0] if len(schemes) == 1 else "") or ("" if mark or country else state.scheme),
    )


def _about(state: State, base: KnowledgeBase, text: str) -> str:
    """Put the subject before the words, where they leave it out."""
    said = fold(text)
    names = [
        base.items[state.item].name if state.item in base.items else "",
        base.countries[state.country].name if state.country in base.countries else "",
        base.terms[state.mark].name if state.mark in base.terms else "",
        base.schemes[state.scheme].name if state.scheme in base.schemes else "",
    ]
    return " ".join([*(name for name in names if name and fold(name) not in said), text]).strip()


def _without_subjects(turn: Turn) -> str:
    """Return the question before a correction, without the names that the correction replaces."""
    names = [entity.text for entity in turn.understanding.entities]
    state, base = turn.state, turn.base
    replaced: list[Country | Term | Scheme | Item | None] = []
    if _names_subject(turn, *PLACES):
        replaced = [base.countries.get(state.country), base.terms.get(state.mark), base.schemes.get(state.scheme)]
    if turn.first("item"):
        replaced.append(base.items.get(state.item))
    for card in replaced:
        names += [card.name, *card.names] if card else []
    question = state.question
    for name in sorted(names, key=len, reverse=True):
        question = question.replace(name, " ")
    return re.sub(r"\s+", " ", question).strip()


def _told(turn: Turn) -> Mapping[str, str]:
    """Return the properties that the question itself tells ("콘센트에 꽂아 쓰는 …")."""
    found = {name: option_in(turn.text, card) for name, card in turn.base.properties.items()}
    return {name: value for name, value in found.items() if value is not None}


def option_in(text: str, card: Property, intent: str = "") -> str | None:
    """Return the value of a property that the text names; None if it names none or several.

    Words such as "있어요" count only as an answer to the question back, that is when the whole message is short.
    """
    said = fold(text)
    is_answer = bool(intent) and len(said) <= 2 * FOLLOW_UP_LETTERS
    for option in card.options:
        if is_answer and said == fold(option.label):
            return option.value
    named: dict[str, int] = {}
    for option in card.options:
        words = [word for word in option.words if is_answer or (len(word) > 2 and not cues.TOO_GENERAL.match(word))]
        longest = max((len(word) for word in map(fold, words) if word and word in said), default=0)
        if longest:
            named[option.value] = longest
    if is_answer and not named and {option.value for option in card.options} == {"yes", "no"}:
        return {"affirm": "yes", "deny": "no"}.get(intent)
    best = sorted(named, key=lambda value: -named[value])
    return best[0] if len(best) == 1 or (best and named[best[0]] > named[best[1]]) else None
