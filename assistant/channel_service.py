"""The channels put together: receiving, working, sending, and the threads that keep them going."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Engine

from assistant.channel_turn import ChannelTurns, Handler, Screen, open_lines
from assistant.deliver import Deliverer, Rounds, back_off, tidy
from assistant.seal import Seal
from assistant.store.channel_scan import ChannelScan
from assistant.store.channel_users import ChannelStore
from assistant.store.outbox import Outbox

_STOP_S = 5.0


@dataclass(frozen=True)
class ChannelService:
    """What a process needs of the channels; `rounds` are started with the server."""

    turns: ChannelTurns
    deliverer: Deliverer
    rounds: tuple[Rounds, ...] = ()

    def start(self) -> None:
        """Start the background work."""
        for one in self.rounds:
            one.start()

    def stop(self) -> None:
        """End it; what is not done stays in the database."""
        for one in self.rounds:
            one.stop()
        for one in self.rounds:
            one.join(_STOP_S)
        self.turns.close()
        self.deliverer.close()


def open_channels(
    engine: Engine, handler: Handler, settings: Mapping[str, object], secret: str, screen: Screen | None = None
) -> ChannelService:
    """Put the channels together that are set up; without any there is no background work.

    Args:
        settings: every setting by its name.
        secret: ONECALL_VISITOR_SECRET, the same in every copy: it seals addresses and waiting messages.
        screen: screens the product of a product page's inquiry.

    Raises:
        SetupError: there is no secret.
    """
    seal, wake = Seal(secret), threading.Event()
    lines, outbox, store = open_lines(settings), Outbox(engine, back_off), ChannelStore(engine, seal)
    turns = ChannelTurns(handler, store, lines, screen=screen, wake=wake.set)
    deliverer = Deliverer(outbox, ChannelScan(engine), lines, seal, wake=wake.set)
    if not lines:
        return ChannelService(turns, deliverer)
    sending = Rounds([deliverer.start_due], wake)
    looking = Rounds([deliverer.pick_up, turns.work_once], threading.Event(), partial(tidy, store, outbox))
    return ChannelService(turns, deliverer, (sending, looking))
