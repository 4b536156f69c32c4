"""The JSON of one reply, the same from the command line and from HTTP."""

from typing import Any

from assistant.records import Hit, Reply, Ticket, Understanding


def reply_json(reply: Reply) -> dict[str, Any]:
    """Return the reply as plain JSON values, every key always there."""
    return {
        "conversation_id": reply.conversation_id,
        "decision": reply.decision,
        "reason": reply.reason,
        "text": reply.text,
        "article_id": reply.article_id,
        "sources": [{"title": source.title, "url": source.url} for source in reply.sources],
        "legal_basis": reply.legal_basis or None,
        "checked_on": reply.checked_on.isoformat() if reply.checked_on else None,
        "candidates": [hit_json(hit) for hit in reply.candidates],
        "confidence": round(reply.confidence, 4),
        "understanding": understanding_json(reply.understanding) if reply.understanding else None,
        "ticket": ticket_json(reply.ticket) if reply.ticket else None,
        "quick_replies": list(reply.quick_replies),
        "took_ms": round(reply.took_ms, 2),
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    return {"article_id": hit.article_id, "question": hit.question, "score": round(hit.score, 4)}


def ticket_json(ticket: Ticket) -> dict[str, Any]:
    """Return what a visitor may know of a ticket."""
    return {"id": ticket.id, "due_at": ticket.due_at.isoformat()}


def understanding_json(understanding: Understanding) -> dict[str, Any]:
    return {
        "intent": understanding.intent.name,
        "intent_confidence": round(understanding.intent.confidence, 4),
        "field": understanding.field.name,
        "sector": understanding.sector.name,
        "entities": [
            {"type": one.type, "value": one.value, "text": one.text, "start": one.start, "end": one.end}
            for one in understanding.entities
        ],
        "by": understanding.by,
    }
