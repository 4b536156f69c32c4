"""One channel with its platform beside it: receiving, working and sending, step by step."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from messenger_parts import change, rows
from messenger_payloads import parsed
from sqlalchemy import Engine

from assistant.bench_channels.standin import Arrived
from assistant.channel_records import Inbound, Said
from assistant.channel_turn import ChannelTurns
from assistant.deliver import Deliverer
from assistant.store.channel_tables import OutboxRow
from assistant.store.channel_users import Done, Told


@dataclass
class House:
    """Receiving, working and sending of one channel, beside its platform."""

    name: str
    platform: Any
    turns: ChannelTurns
    deliverer: Deliverer
    engine: Engine

    def receive(self, value: Any) -> None:
        """Take a payload in, work on it, and send what is due."""
        line = self.turns.lines[self.name]
        for one in parsed(self.name, value, keys=line.keys):
            received = self.turns.receive(line, one)
            if received is not None:
                self.turns.work(received.job)
        self.send()

    def send(self, rounds: int = 3) -> None:
        for _ in range(rounds):
            self.deliverer.work_once()
            change(self.engine, next_try_at=datetime.now(UTC))

    def say(self, inbound: Inbound, *said: Said) -> None:
        """Answer an event with what a test wants said."""
        line = self.turns.lines[self.name]
        received = self.turns.store.receive(inbound)
        assert received.job is not None
        self.turns.store.finish(received.job, Done(Told(said), lambda _: line.channel.render(said, line.keys)))
        self.send()

    @property
    def states(self) -> list[str]:
        return [row.state for row in rows(self.engine, OutboxRow)]

    @property
    def texts(self) -> list[str]:
        return [text for one in self.platform.arrived for text in texts_of(one)]


def texts_of(arrived: Arrived) -> list[str]:
    body = arrived.call.body
    if "messages" in body:
        return [one["text"] for one in body["messages"]]
    return [body.get("text") or body.get("textContent", {}).get("text", "")]
