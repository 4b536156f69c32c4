"""A conversation of the widget as it is shown: as JSON, and as the text that a visitor keeps."""

from datetime import date
from typing import Any

from assistant import wording
from assistant.records import Ticket
from assistant.store.visit_news import Line, News, Standing

_OWNERS = {"bot": "assistant", "queue": "waiting", "human": "consultant"}
_SHOWN = (
    *("sources", "candidates", "quick_replies", "ticket", "decision", "article_id", "legal_basis", "checked_on"),
    "card",
)
"""What is shown of a reply beside its text."""


def line_json(line: Line) -> dict[str, Any]:
    """Return one message. A visitor's has the id that its tab gave it, so that the tab knows it again."""
    shown: dict[str, Any] = {
        "id": str(line.id),
        "role": line.role,
        "text": line.text,
        "at": line.created_at.isoformat(),
    }
    if line.role == "visitor":
        shown["message_id"] = line.message_id
    if line.role == "assistant":
        shown |= {name: (line.reply or {}).get(name) for name in _SHOWN}
    return shown


def ticket_json(ticket: Ticket | None) -> dict[str, Any] | None:
    """Return what a visitor is shown of a ticket."""
    return {"id": ticket.id, "due_at": ticket.due_at.isoformat(), "state": ticket.state} if ticket else None


def standing_json(standing: Standing) -> dict[str, Any]:
    """Return who answers, and who is writing right now."""
    return {
        "typing": "assistant" if standing.is_working else "consultant" if standing.is_person_typing else None,
        "owner": _OWNERS[standing.owner],
        "ticket": ticket_json(standing.ticket),
    }


def transcript(news: News) -> str:
    """Return a whole conversation as plain text, for people."""
    head = [wording.TRANSCRIPT_TITLE]
    if ticket := news.standing.ticket:
        state = wording.TICKET_STATES[ticket.state]
        head.append(wording.TRANSCRIPT_TICKET.format(ticket=ticket.id, state=state, due=wording.when(ticket.due_at)))
    return "\n\n".join(["\n".join(head), *map(_paragraph, news.lines)]) + "\n"


def _paragraph(line: Line) -> str:
    reply = line.reply or {}
    parts = [f"[{wording.when(line.created_at)}] {wording.TRANSCRIPT_NAMES[line.role]}", line.text]
    if reply.get("legal_basis"):
        parts.append(wording.TRANSCRIPT_BASIS.format(basis=reply["legal_basis"]))
    for source in reply.get("sources") or ():
        parts.append(wording.TRANSCRIPT_SOURCE.format(title=source["title"], url=source["url"]))
    if reply.get("checked_on"):
        parts.append(wording.TRANSCRIPT_CHECKED.format(day=date.fromisoformat(reply["checked_on"]).isoformat()))
    return "\n".join(parts)
