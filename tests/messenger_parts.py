"""What the tests of the messengers share besides fixtures."""

from dataclasses import dataclass, field
from threading import Event
from typing import Any

from kakao import KEYS, inbound, skill_payload
from pager import Pager
from platform_standin import Standin
from sqlalchemy import Engine, select, update

from assistant.channel_records import Inbound
from assistant.channel_turn import Line
from assistant.channels.base import event_hash
from assistant.channels.kakao import Kakao
from assistant.records import Message
from assistant.seal import Seal
from assistant.store.channel_tables import OutboxRow
from assistant.store.channel_users import Told
from assistant.store.database import reading, transaction
from assistant.store.outbox import Outbox
from assistant.turn import Assistant

SEAL = Seal("secret")
QUESTION = "보조배터리는 KC 인증을 받아야 하나요?"
CHOICES = "보조배터리를 수출하고 싶어요"
LINES = {"kakao": Line(Kakao(), KEYS), "pager": Line(Pager(), {"secret": "s", "url": "http://127.0.0.1:9"})}


@dataclass
class Gate:
    """The assistant behind a door: closed, a turn waits; `trouble` is raised so many times."""

    assistant: Assistant
    door: Event = field(default_factory=Event)
    trouble: list[Exception] = field(default_factory=list)

    def handle(self, message: Message) -> dict[str, Any]:
        if self.trouble:
            raise self.trouble.pop()
        self.door.wait(20)
        return self.assistant.handle(message)


def kakao(text: str = QUESTION, number: int = 0, **more: Any) -> Inbound:
    return inbound(skill_payload(text, **more), **{"x-request-id": event_hash(text, str(number))})


def page(text: str = "", number: int = 0, **more: Any) -> Inbound:
    one = {"user": "u1", "id": event_hash(text, str(number), str(more.get("kind"))), "text": text, **more}
    return Pager()._inbound(one)


def texts(told: Told | None) -> list[str]:
    assert told is not None
    return [one.reply["text"] for one in told.said]


def rows(engine: Engine, table: type[Any]) -> list[Any]:
    with reading(engine) as session:
        found = list(session.scalars(select(table).order_by(table.id)))
        session.expunge_all()
        return found


def pushed(engine: Engine) -> list[str]:
    return [one.body["text"] for one in rows(engine, OutboxRow) if one.call == "push"]


def states(outbox: Outbox) -> list[str]:
    return [outbox.get(number).state for number in range(1, sum(outbox.counts().values()) + 1)]


def change(engine: Engine, **values: Any) -> None:
    with transaction(engine) as session:
        session.execute(update(OutboxRow).values(**values))


def arrived(standin: Standin) -> list[str]:
    """The texts that arrived at a platform, in order."""
    return [one["text"] for one in standin.arrived]
