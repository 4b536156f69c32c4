"""Channels over the small house, and a platform's API on this machine."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kakao import BOT, KEYS
from messenger_parts import LINES, SEAL, Gate
from pager import CarefulPager, Pager
from platform_standin import Standin, standing_in
from sqlalchemy import Engine

from assistant.channel_records import Inbound, Outgoing
from assistant.channel_turn import ChannelTurns, Line
from assistant.channels.base import event_hash, user_hash
from assistant.channels.kakao import Kakao
from assistant.deliver import Deliverer
from assistant.handover import TicketDraft
from assistant.seal import Seal
from assistant.store.channel_scan import ChannelScan
from assistant.store.channel_tables import ChannelUserRow
from assistant.store.channel_users import ChannelStore, Told
from assistant.store.database import transaction
from assistant.store.outbox import Origin, Outbox, enqueue
from assistant.store.tickets import TicketStore, insert_ticket
from assistant.turn import Assistant


@pytest.fixture
def gate(toy_assistant: Assistant) -> Gate:
    gate = Gate(toy_assistant)
    gate.door.set()
    return gate


@pytest.fixture
def turns(engine: Engine, gate: Gate) -> Iterator[ChannelTurns]:
    made = ChannelTurns(gate, ChannelStore(engine, Seal("secret")), LINES, threads=2)
    yield made
    gate.door.set()
    made.close()


@pytest.fixture
def press(turns: ChannelTurns) -> Callable[[Inbound], Told | None]:
    """Receive an event and work on it to the end; what was told in the response."""

    def receive(given: Inbound) -> Told | None:
        received = turns.receive(LINES[given.channel], given)
        assert received is not None
        turns.work(received.job)
        return turns.store.told(received.turn)

    return receive


@pytest.fixture
def late(turns: ChannelTurns, gate: Gate) -> Callable[[Inbound], int]:
    """Receive an event whose answer comes only after it was given up."""

    def receive(given: Inbound) -> int:
        gate.door.clear()
        received = turns.receive(LINES["kakao"], given)
        assert received is not None
        with ThreadPoolExecutor(1) as pool:
            working = pool.submit(turns.work, received.job)
            assert turns.store.give_up(received.turn) is None
            gate.door.set()
            working.result()
        return received.turn

    return receive


@pytest.fixture
def standin() -> Iterator[Standin]:
    with standing_in() as opened:
        yield opened


@pytest.fixture
def outbox(engine: Engine) -> Outbox:
    return Outbox(engine, lambda tries: 0.0)


@pytest.fixture
def put(engine: Engine) -> Callable[..., None]:
    """Make a user and put texts for them into the outbox."""

    def add(*texts: str, user: str = "u1", speaker: Any = "assistant", channel: str = "pager", **more: Any) -> int:
        address = {"user": user} if channel == "pager" else {"bot": BOT, "user": user}
        name = user_hash(channel, user)
        received = ChannelStore(engine, SEAL).receive(
            Inbound(channel, name, event_hash(*texts), "typed", address=address)
        )
        with transaction(engine) as session:
            one = [Outgoing(more.pop("call", "push"), {"text": text}, **more) for text in texts]
            origin = Origin(received.turn, channel, f"event:{texts}", speaker, SEAL.close(json.dumps({"user": user})))
            return enqueue(session, _with_user(session, origin, name), one, datetime.now(UTC))

    return add


def _with_user(session: Any, origin: Origin, name: str) -> Origin:
    return replace(origin, user_id=session.query(ChannelUserRow.id).filter_by(user=name).scalar())


@pytest.fixture
def deliverer(engine: Engine, outbox: Outbox, standin: Standin) -> Iterator[Deliverer]:
    yield from _deliverer(engine, outbox, standin, Pager())


@pytest.fixture
def careful(engine: Engine, outbox: Outbox, standin: Standin) -> Iterator[Deliverer]:
    yield from _deliverer(engine, outbox, standin, CarefulPager())


def _deliverer(engine: Engine, outbox: Outbox, standin: Standin, pager: Pager) -> Iterator[Deliverer]:
    lines = {
        "pager": Line(pager, {"secret": "s", "url": standin.url}),
        "kakao": Line(Kakao(), {**KEYS, "url": standin.url, "rest_key": "rest"}),
    }
    made = Deliverer(outbox, ChannelScan(engine), lines, SEAL)
    yield made
    made.close()


@pytest.fixture
def answer(engine: Engine) -> Callable[..., None]:
    """Hand a user's conversation over and answer it as a consultant does."""

    def give(text: str = "상담사의 답이에요.", user: int = 1) -> None:
        with transaction(engine) as session:
            conversation = session.get_one(ChannelUserRow, user).conversation_id
            due = datetime.now(UTC) + timedelta(hours=48)
            draft = TicketDraft(conversation, "asked_for_person", "domestic", "other", due, {}, (), ())
            ticket = insert_ticket(session, draft, datetime.now(UTC))
        TicketStore(engine).answer(ticket.id, "김상담", text)

    return give
