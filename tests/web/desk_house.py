"""The consultants' desk over a real database, with the whole application around it, for a browser or a client."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from sqlalchemy import Engine
from widget_parts import widget_parts

from assistant import bootstrap
from assistant.bootstrap import DeskParts
from assistant.desk.accounts import Wanted
from assistant.desk_records import Person
from assistant.handover import TicketDraft
from assistant.privacy import mask
from assistant.records import Hit, Reply, State, Ticket
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.tickets import TicketStore, ticket_number
from assistant.turn import Assistant
from assistant.web import desk_app
from assistant.web.app import create_app
from assistant.wire import reply_json

SETTINGS = Settings(visitor_secret="a secret of the tests, long enough")
COOKIE = "onecall_desk"


@dataclass(frozen=True)
class DeskHouse:
    """An application with its desk."""

    app: FastAPI
    parts: DeskParts
    assistant: Assistant

    def person(self, login: str, name: str, role: str = "consultant") -> tuple[Person, str]:
        """Add somebody; return them with the token of a session."""
        made = self.parts.access.accounts.add(None, login, Wanted(name, role))
        return made, self.parts.access.sessions.begin(made.id)

    def hand_over(self, text: str, hits: Sequence[Hit] = (), conversation_id: str | None = None) -> int:
        """Let a visitor's question end at the desk; return the ticket's number."""
        store = self.assistant.conversations
        accepted = store.accept(mask(text).text, conversation_id, None)
        due = datetime.now(UTC) + timedelta(hours=48)
        transcript = (("visitor", text),)
        draft = TicketDraft(
            accepted.conversation.id, "low_confidence", "domestic", "electrical", due, {}, tuple(hits), transcript
        )
        made: list[int] = []

        def speak(ticket: Ticket | None) -> dict[str, object]:
            assert ticket
            made.append(ticket_number(ticket.id))
            return reply_json(Reply(accepted.conversation.id, "hand_off", "low_confidence", "넘겼어요.", ticket=ticket))

        store.finish(accepted, State(), draft, speak)
        return made[0]


def desk_house(toy_house: Assistant, engine: Engine) -> DeskHouse:
    """Put the application together as `serve` does, over the small house."""
    hours = bootstrap.desk_hours(SETTINGS)
    assistant = replace(
        toy_house, conversations=ConversationStore(engine, hours), tickets=TicketStore(engine), hours=hours
    )
    parts = bootstrap.open_desk(SETTINGS, engine, assistant, hours)
    app = create_app(assistant, dict, more=desk_app.routers(parts), widget=widget_parts(engine))
    return DeskHouse(app, parts, assistant)
