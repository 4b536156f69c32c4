"""The reply: a decision put into words, with its sources. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assistant import wording
from assistant.cards import Applied, schemes_for
from assistant.decide import CANDIDATES, part_of
from assistant.knowledge import Article, Item, KnowledgeBase, Scheme, Source
from assistant.product_safety import LookedUp
from assistant.records import Decision, Hit, State, Ticket
from assistant.screening import cards, links

RADIO = ("R-", "MSIP-", "KCC-")
"""What the numbers of radio equipment begin with; they stand in another register."""

CARDS = 3
"""Certificates, and recalls, that one reply shows."""

FIRST_PART = 500
"""Letters of a first part: what a messenger shows whole."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a reply says, before it is given an address."""

    text: str
    sources: tuple[Source, ...] = ()
    legal_basis: str = ""
    checked_on: date | None = None
    quick_replies: tuple[str, ...] = ()
    candidates: tuple[Hit, ...] = ()


def say(
    decision: Decision,
    state: State,
    base: KnowledgeBase,
    ticket: Ticket | None = None,
    reopens_at: datetime | None = None,
) -> Words:
    """Put a decision into Korean words.

    `ticket` is the one that a hand-over made, or that a status is asked of; `reopens_at` when consultants are back,
    where that has to be said.
    """
    if decision.kind == "answer":
        return _answer(decision, state, base)
    if decision.kind == "clarify":
        return _clarify(decision)
    if decision.kind == "ask":
        return _ask(decision, state, base)
    if decision.kind == "lookup":
        return _lookup(decision)
    if decision.kind == "hand_off":
        return _hand_off(decision, ticket, reopens_at)
    return _small_talk(decision, base, ticket)


def _answer(decision: Decision, state: State, base: KnowledgeBase) -> Words:
    if decision.reason == "item_card":
        return _item_card(base.items[state.item], state, base)
    if decision.reason == "scheme_card":
        return _scheme_card(base.schemes[decision.article_id], state)
    return _article(base.articles[decision.article_id])


def _article(article: Article) -> Words:
    parts = [article.answer, article.more]
    if not article.confirmed and wording.UNCONFIRMED not in article.answer:
        parts.insert(1, wording.UNCONFIRMED)
    text = "\n\n".join(part for part in parts if part)
    return Words(text, article.sources, article.legal_basis, article.checked_on)


def _clarify(decision: Decision) -> Words:
    if not decision.hits:
        said = wording.NOT_KOREAN if decision.reason == "not_korean" else wording.UNCLEAR
        return Words(said, quick_replies=(wording.PERSON,))
    hits = decision.hits[:CANDIDATES]
    return Words(
        wording.CANDIDATES,
        quick_replies=(*(hit.question for hit in hits), wording.NONE_OF_THESE),
        candidates=hits,
    )


def _ask(decision: Decision, state: State, base: KnowledgeBase) -> Words:
    if decision.slot == "country":
        return Words(wording.ASK_COUNTRY, quick_replies=wording.COUNTRY_CHOICES)
    if decision.slot == "product":
        return Words(wording.ASK_PRODUCT, quick_replies=(wording.PERSON,))
    if decision.slot == "item":
        if decision.options:
            return Words(wording.ASK_ITEM_SUGGESTED, quick_replies=(*decision.options, wording.PERSON))
        return Words(wording.ASK_ITEM)
    card = base.properties[decision.slot.removeprefix("property:")]
    return Words(card.question, quick_replies=(*decision.options, wording.UNSURE))


def _lookup(decision: Decision) -> Words:
    number, found = decision.number, decision.looked_up
    if number.startswith(RADIO):
        source = Source(wording.LOOKUP_RADIO_SOURCE, links.RADIO_SEARCH)
        return Words(wording.LOOKUP_RADIO.format(number=number), (source,))
    if found is not None and (found.certificates or found.recalls):
        return _found(found)
    if found is None or (number and not found.freshness.data_date):
        return _only_link(number)
    sources = (Source(wording.LOOKUP_SOURCE, links.certificate_link(number)),) if number else ()
    return Words(cards.nothing_found(found), sources, quick_replies=(wording.PERSON,))


def _only_link(number: str) -> Words:
    """Without data of ours: where it can be looked up."""
    if not number:
        return Words(wording.LOOKUP_ELSEWHERE, (Source(wording.LOOKUP_SOURCE, links.SEARCH),))
    return Words(wording.LOOKUP.format(number=number), (Source(wording.LOOKUP_SOURCE, links.certificate_link(number)),))


def _found(found: LookedUp) -> Words:
    """The cards of what a look-up found, certificates first, with the day of the data."""
    blocks = [
        cards.certificate_lines(one, found.freshness, successors=found.successors, recalls=found.recalls)
        for one in found.certificates[:CARDS]
    ]
    blocks += [[*cards.recall_lines(one), cards.as_of_line(found.freshness)] for one in found.recalls[:CARDS]]
    sources = [Source(one.cert_num, links.certificate_link(one.cert_num)) for one in found.certificates[:CARDS]]
    sources += [
        Source(one.product_name or one.uid, one.url or links.recall_link(one.uid)) for one in found.recalls[:CARDS]
    ]
    checked = found.freshness.data_date
    return Words(
        "\n\n".join("\n".join(block) for block in blocks),
        tuple(sources),
        checked_on=date.fromisoformat(checked) if checked else None,
        quick_replies=(wording.PERSON,),
    )


def _hand_off(decision: Decision, ticket: Ticket | None, reopens_at: datetime | None) -> Words:
    if decision.reason == "with_consultant":
        return Words(wording.CONSULTANT_IS_AWAY.format(opens=wording.when(reopens_at)) if reopens_at else "")
    if ticket is None:
        return Words("")
    due = wording.when(ticket.due_at)
    away = f" {wording.OUTSIDE_HOURS.format(opens=wording.when(reopens_at))}" if reopens_at else ""
    if decision.reason == "added_to_ticket":
        return Words(wording.ADDED_TO_TICKET.format(ticket=ticket.id) + away)
    if decision.reason == "already_handed_off":
        return Words(wording.ALREADY_HANDED_OFF.format(ticket=ticket.id, due=due) + away)
    why = wording.WHY.get(decision.reason, wording.WHY["low_confidence"])
    said = wording.HANDED_OFF.format(why=why, ticket=ticket.id, due=due)
    return Words(f"{said}{away}\n{wording.HAND_OFF_WHERE}")


def _small_talk(decision: Decision, base: KnowledgeBase, ticket: Ticket | None) -> Words:
    if decision.reason == "out_of_scope":
        return _out_of_scope(decision.topic, base)
    if decision.reason == "contact_left" and ticket:
        return Words(wording.CONTACT_SAVED.format(ticket=ticket.id))
    if decision.reason == "ticket_status":
        return Words(_status(ticket))
    return Words(_SIMPLE.get(decision.reason, wording.UNCLEAR))


_SIMPLE = {
    "greet": wording.GREETING,
    "thank": wording.THANKS,
    "affirm": wording.AFFIRM,
    "deny": wording.DENY,
    "contact_again": wording.CONTACT_AGAIN,
}


def _status(ticket: Ticket | None) -> str:
    if ticket is None:
        return wording.NO_TICKET
    return wording.STATUS[ticket.state].format(ticket=ticket.id, due=wording.when(ticket.due_at), answer=ticket.answer)


def _out_of_scope(topic: str, base: KnowledgeBase) -> Words:
    said = [wording.OUT_OF_SCOPE.format(covers=base.covers)]
    card = base.topics.get(topic)
    if card is None:
        return Words(said[0])
    agencies = [base.agencies[agency] for agency in card.agencies if agency in base.agencies]
    said.insert(0, card.advice)
    if agencies:
        said.append(wording.WHOM_TO_ASK.format(agencies=", ".join(_named(one.name, one.phone) for one in agencies)))
    links = tuple(Source(one.name, one.url) for one in agencies if one.url)
    return Words("\n".join(said), links, checked_on=card.checked_on)


def _named(name: str, phone: str) -> str:
    return f"{name} ({phone})" if phone else name


# ---- the cards of items and schemes ----------------------------------------------------


def _item_card(item: Item, state: State, base: KnowledgeBase) -> Words:
    applied = schemes_for(item, state.country, state.properties, base)
    title = wording.CARD_TITLE.format(item=item.name, country=base.countries[state.country].name)
    is_part = state.intent in wording.PART_NAMES and state.intent != "ask_scope"
    first = _within([title, *(_line(one, base, with_note=not is_part) for one in applied)])
    schemes = [one.scheme for one in applied]
    parts = [first, *(_one_part(schemes, state.intent) if is_part else map(_main_parts, schemes))]
    if any(not one.is_certain for one in applied):
        parts.append(wording.CARD_STRICTEST)
    if not (item.confirmed and all(one.scheme.confirmed for one in applied)):
        parts.append(wording.UNCONFIRMED)
    return Words(
        "\n\n".join(part for part in parts if part),
        tuple(dict.fromkeys([source for one in schemes for source in one.sources] + list(item.sources))),
        "; ".join(dict.fromkeys(one.scheme.legal_basis for one in applied if one.scheme.legal_basis)),
        min((one.scheme.checked_on for one in applied if one.scheme.checked_on), default=item.checked_on),
        wording.FOLLOW_UPS,
    )


def _line(applied: Applied, base: KnowledgeBase, *, with_note: bool) -> str:
    """One line of the overview: the scheme, whether it is mandatory, under which condition, and a note."""
    scheme = applied.scheme
    kind = wording.MANDATORY[scheme.mandatory] if applied.is_certain else wording.MANDATORY["conditional"]
    said = [f"■ {scheme.name} ({kind})"]
    if not applied.is_certain:
        said.append(" - " + wording.CARD_CONDITION.format(condition=_condition(applied, base)))
    if applied.note and with_note:
        said.append(f" - {applied.note}")
    return "\n".join(said)


def _condition(applied: Applied, base: KnowledgeBase) -> str:
    labels = []
    for name in applied.open_properties:
        card = base.properties.get(name)
        options = card.options if card else ()
        labels += [option.label for option in options if option.value in applied.when[name]]
    return ", ".join(labels)


def _within(lines: Sequence[str]) -> str:
    """Join as many lines as the first part holds, and say how many follow below."""
    kept: list[str] = []
    for line in lines:
        if kept and sum(len(one) + 1 for one in kept) + len(line) > FIRST_PART - 20:
            kept.append(f"(그 밖에 {len(lines) - len(kept)}가지)")
            break
        kept.append(line)
    return "\n".join(kept)


def _one_part(schemes: Sequence[Scheme], intent: str) -> list[str]:
    """The part that was asked for, scheme by scheme; those whose card does not say it stand together at the end."""
    name = wording.PART_NAMES[intent]
    told = [f"[{one.name}] {name}\n{part}" for one in schemes if (part := part_of(one, intent))]
    silent = [one.name for one in schemes if not part_of(one, intent)]
    if silent:
        told.append(wording.PART_UNKNOWN.format(schemes=", ".join(silent), part=name))
    return told


def _main_parts(scheme: Scheme) -> str:
    said = [f"[{scheme.name}]"]
    for name, label in wording.CARD_PARTS.items():
        value = getattr(scheme, name)
        text = ", ".join(value) if isinstance(value, tuple) else value
        if text and name not in ("route", "validity", "mark", "penalty"):
            said.append(f"· {label}: {text}")
    return "\n".join(said)


def _scheme_card(scheme: Scheme, state: State) -> Words:
    part = part_of(scheme, state.intent)
    said = f"{scheme.name} · {wording.PART_NAMES[state.intent]}\n{part}"
    if not scheme.confirmed:
        said += f"\n\n{wording.UNCONFIRMED}"
    return Words(said, scheme.sources, scheme.legal_basis, scheme.checked_on)
