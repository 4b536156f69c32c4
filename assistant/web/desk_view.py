"""What the desk's pages show of a ticket: codes as words, an article as an answer, times as Koreans say them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant import wording
from assistant.desk_records import Person, TicketFile
from assistant.knowledge import Article, KnowledgeBase
from assistant.records import Hit
from assistant.store.tickets import ticket_number
from assistant.web import desk_words as words

_TEMPLATES = Path(__file__).parent / "templates"
_DAY = timedelta(days=1)
_SIZES = ((1024 * 1024, "MB"), (1024, "KB"))


@dataclass(frozen=True, slots=True)
class Found:
    """An article that the search brought up, as it can be answered with; `article` is None where it is gone."""

    hit: Hit
    percent: int
    article: Article | None
    text: str


def pages() -> Environment:
    """Return the templates of the desk with its words."""
    made = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    made.globals |= {"words": words}
    made.filters |= {"when": wording.when, "moment": moment, "size": size, "count": "{:,}".format, "left": left}
    return made


def moment(at: datetime, now: datetime | None = None) -> str:
    """Return a moment briefly: the time today, else the day with it ("오늘 14:05", "11월 21일 09:30")."""
    local, today = at.astimezone(wording.KST), (now or datetime.now(UTC)).astimezone(wording.KST).date()
    day = "" if local.date() == today else f"{local.month}월 {local.day}일 "
    return f"{day}{local:%H:%M}"


def left(due: datetime, now: datetime | None = None) -> str:
    """Say how long it is until a deadline, or since."""
    seconds = int((due - (now or datetime.now(UTC))).total_seconds())
    length = _length(abs(seconds))
    return f"{length} 남음" if seconds >= 0 else f"{length} 지남"


def _length(seconds: int) -> str:
    if seconds >= _DAY.total_seconds():
        return f"{seconds // 86400}일 {seconds % 86400 // 3600}시간"
    return f"{seconds // 3600}시간 {seconds % 3600 // 60}분" if seconds >= 3600 else f"{seconds // 60}분"


def size(bytes_: int) -> str:
    """Return a file's size for people."""
    for unit, name in _SIZES:
        if bytes_ >= unit:
            return f"{bytes_ / unit:.1f}{name}"
    return f"{bytes_}B"


def article_text(article: Article) -> str:
    """Return an article as a message: its answer with what proves it."""
    parts = [article.answer.strip()]
    if article.more.strip():
        parts.append(article.more.strip())
    proof = [wording.TRANSCRIPT_BASIS.format(basis=article.legal_basis)] if article.legal_basis else []
    proof += [wording.TRANSCRIPT_SOURCE.format(title=one.title, url=one.url) for one in article.sources]
    if article.checked_on:
        proof.append(wording.TRANSCRIPT_CHECKED.format(day=article.checked_on.isoformat()))
    return "\n\n".join([*parts, "\n".join(proof)] if proof else parts)


def hits_of(file: TicketFile) -> Sequence[Hit]:
    """Return the articles that the ticket was made with, else those that the assistant last had for the visitor."""
    if file.ticket.hits:
        return file.ticket.hits
    for said in reversed(file.conversation):
        if said.role == "assistant" and said.reply and (known := said.reply.get("candidates")):
            return [Hit(one["article_id"], one["question"], one["score"]) for one in known]
    return ()


def found(file: TicketFile, base: KnowledgeBase) -> list[Found]:
    """Return the articles of a ticket, best first."""
    shown = []
    for hit in hits_of(file):
        article = base.articles.get(hit.article_id)
        percent = round(100 * min(1.0, max(0.0, hit.score)))
        shown.append(Found(hit, percent, article, article_text(article) if article else ""))
    return shown


def slots(given: Mapping[str, Any], base: KnowledgeBase) -> list[tuple[str, str]]:
    """Return what the assistant knew of the question, in words."""
    shown = []
    for name, value in given.items():
        if name == "properties":
            shown += [_property(base, one, str(chosen)) for one, chosen in value.items()]
        elif value:
            shown.append((words.SLOTS.get(name, name), _slot(base, name, str(value))))
    return shown


def _slot(base: KnowledgeBase, name: str, value: str) -> str:
    cards: Mapping[str, Mapping[str, Any]] = {
        "item": base.items,
        "country": base.countries,
        "scheme": base.schemes,
        "mark": base.terms,
        "standard": base.terms,
        "agency": base.agencies,
    }
    card = cards.get(name, {}).get(value)
    if card is not None:
        return str(card.name)
    return words.INTENTS.get(value, value) if name == "intent" else value


def _property(base: KnowledgeBase, name: str, value: str) -> tuple[str, str]:
    card = base.properties.get(name)
    if card is None:
        return name, value
    label = next((option.label for option in card.options if option.value == value), value)
    return card.question, label


def entities(understood: Mapping[str, Any], base: KnowledgeBase) -> list[tuple[str, str, str]]:
    """Return what was recognised in the question: kind, the words it was said with, and what it was taken for."""
    return [
        (words.ENTITIES.get(one["type"], one["type"]), one["text"], _slot(base, one["type"], one["value"]))
        for one in understood.get("entities") or ()
    ]


def standing(file: TicketFile, person: Person) -> dict[str, Any]:
    """Return what decides which buttons a person has for a ticket."""
    is_closed = file.ticket.state == "closed"
    is_mine = file.person is not None and file.person.id == person.id and file.ticket.state != "open"
    is_free = file.ticket.state == "open"
    return {
        "is_closed": is_closed,
        "is_mine": is_mine,
        "is_free": is_free,
        "may_write": not is_closed and (is_mine or is_free),
        "may_move": not is_closed and (is_mine or is_free or person.role == "manager"),
        "is_waiting": file.deadlines.waiting_since is not None,
        "next_due_at": _next_due(file),
    }


def _next_due(file: TicketFile) -> datetime:
    due = file.deadlines
    return due.solve_due_at if due.first_answered_at else min(due.first_due_at, due.solve_due_at)


def number_of(file: TicketFile) -> int:
    """Return a ticket's number, as addresses have it."""
    return ticket_number(file.ticket.id)
