"""Short ways to the values that tests hand in; whatever a test does not name is ordinary."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

from assistant.entities import EntityFinder
from assistant.errors import AssistantError
from assistant.handover import TicketDraft
from assistant.records import Hit, Label, Message, Ticket, Understanding
from assistant.turn import Assistant

NOON = datetime(2026, 11, 24, 3, 5, tzinfo=UTC)
"""A Tuesday; in Korea it is five past twelve."""

REPLY_KEYS = {
    "conversation_id",
    "decision",
    "reason",
    "text",
    "article_id",
    "sources",
    "legal_basis",
    "checked_on",
    "candidates",
    "confidence",
    "understanding",
    "ticket",
    "quick_replies",
    "took_ms",
}
"""The contract of one reply as JSON, in design.md."""


def understood(text: str = "", finder: EntityFinder | None = None, /, **more: Any) -> Understanding:
    """An understanding with the entities of a text; `intent` may be a name or a (name, confidence)."""
    intent = more.pop("intent", "inform")
    label = Label(intent, 0.9) if isinstance(intent, str) else Label(*intent)
    found = finder.find(text) if finder else ()
    defaults = {"field": Label("domestic", 0.8), "sector": Label("electrical", 0.8), "intents": (label,)}
    return Understanding(label, **{**defaults, "entities": found, **more})


def hit(article_id: str, score: float = 1.0, /, **parts: float) -> Hit:
    return Hit(article_id, f"{article_id}?", score, {"dense": 0.9, "words": 0.5, "bigrams": 0.5, **parts})


def draft(conversation_id: str, **more: Any) -> TicketDraft:
    values = {"reason": "low_confidence", "field": "domestic", "sector": "electrical", "due_at": NOON}
    return TicketDraft(conversation_id, **{**values, "slots": {}, "hits": (), "transcript": (), **more})


def ticket(**more: Any) -> Ticket:
    values = {"id": "OC-000007", "conversation_id": "c", "state": "open", "reason": "low_confidence"}
    dates = {"created_at": NOON, "due_at": NOON}
    return Ticket(**{**values, "field": "domestic", "sector": "electrical", **dates, **more})


def ask(assistant: Assistant, *texts: str, **more: Any) -> list[dict[str, Any]]:
    """Send messages to one conversation, in order."""
    replies: list[dict[str, Any]] = []
    for text in texts:
        conversation = replies[0]["conversation_id"] if replies else None
        replies.append(assistant.handle(Message(text, **{"conversation_id": conversation, **more})))
    return replies


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run calls in threads that start together; an error of ours is a result."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return call()
        except AssistantError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def speak(made: Ticket | None) -> dict[str, Any]:
    """A reply's JSON as short as the store needs it."""
    return {"text": "답이에요.", "ticket": {"id": made.id} if made else None}
