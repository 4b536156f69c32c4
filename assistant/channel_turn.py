"""One event of a channel: stored, worked on in its user's order, answered in the response or through the outbox.

The order is the same for every channel: Inbound -> Message -> assistant -> Said -> requests. Everything that must
happen once is claimed in the database, so any number of copies may do this; a copy that dies leaves nothing behind but
a lease.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Condition, Lock
from typing import Any, Protocol

from assistant import channel_wording as words
from assistant import wording
from assistant.channel_records import Inbound, Keys, Said
from assistant.channels import CHANNELS
from assistant.channels.base import Channel, Responding, notice
from assistant.errors import AssistantError, BadInputError, NotFoundError
from assistant.records import Message
from assistant.store.channel_users import ChannelStore, Done, Finished, Job, Received, Told

log = logging.getLogger(__name__)

_GIVES_WAY_S = 0.2
"""How long a turn waits for webhooks that come in a crowd; longer, and nobody would be answered while they do."""

_TRIES = 6
"""After some minutes of trying a user is told that it did not work."""

_SILENT = ("echo", "check")
_TEXTLESS = ("open", "leave", "handover")


class Handler(Protocol):
    """What a turn needs of the assistant."""

    def handle(self, message: Message) -> dict[str, Any]:
        """Return the reply's JSON to one message; the same message_id again gets the same reply."""


Screen = Callable[[Mapping[str, str]], str]
"""Holds a product page's inquiry against certificates and recalls, and says what came of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A channel that is in use, with its settings."""

    channel: Channel
    keys: Keys

    @property
    def answer_within(self) -> timedelta | None:
        """How long an answer in the response may take; None where answers are sent."""
        able = self.channel.capabilities
        return timedelta(seconds=able.answer_within_s) if able.in_response else None


def open_lines(settings: Mapping[str, object], channels: Sequence[Channel] = CHANNELS) -> dict[str, Line]:
    """Return the channels that are set up.

    Args:
        settings: every setting by its name; "line_secret" is the setting "secret" of the channel "line".
    """
    lines = {}
    for channel in channels:
        prefix = f"{channel.name}_"
        keys = {name.removeprefix(prefix): str(value) for name, value in settings.items() if name.startswith(prefix)}
        if channel.is_on(keys):
            lines[channel.name] = Line(channel, keys)
    return lines


class ChannelTurns:
    """Receives events and works on them in its own threads.

    Args:
        handler: the assistant.
        store: users and events.
        lines: the channels in use, by name.
        screen: screens products, where product safety is there.
        wake: called when something was put into the outbox, so that it is sent at once.
        threads: how many events are worked on at a time.
    """

    def __init__(
        self,
        handler: Handler,
        store: ChannelStore,
        lines: Mapping[str, Line],
        *,
        screen: Screen | None = None,
        wake: Callable[[], None] = lambda: None,
        threads: int = 4,
    ) -> None:
        self.lines = lines
        self.store = store
        self._handler = handler
        self._screen = screen
        self._wake = wake
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="channel")
        self._awaited: dict[int, Future[Told | None]] = {}
        self._lock = Lock()
        self._calm = Condition()
        self._hurried = 0

    # ---- receiving --------------------------------------------------------------------

    def receive(self, line: Line, inbound: Inbound) -> Received | None:
        """Store one event; None where there is nothing to do about it.

        Raises:
            UpstreamError: the database does not answer; the platform has to send it again.
        """
        if inbound.kind in _SILENT:
            return None
        received = self.store.receive(inbound, line.channel.at_once(inbound))
        if received.is_new:
            self._wake()
        return received

    def start(self, received: Received) -> None:
        """Work on what was received in a thread of ours."""
        if received.job is not None:
            self._pool.submit(self._work_quietly, received.job)

    def expect(self, turn: int) -> "Future[Told | None]":
        """Return what an event is answered with, as soon as this process has done it; None where it was late.

        If another process does it, this never ends: the store knows. Whoever waits no longer has to `forget` it.
        """
        with self._lock:
            return self._awaited.setdefault(turn, Future())

    def forget(self, turn: int) -> None:
        """Nobody waits for the answer to an event any more."""
        with self._lock:
            self._awaited.pop(turn, None)

    @contextmanager
    def hurry(self) -> Iterator[None]:
        """While this lasts hardly a turn is begun: whoever has to answer a platform in time goes first."""
        with self._calm:
            self._hurried += 1
        try:
            yield
        finally:
            with self._calm:
                self._hurried -= 1
                self._calm.notify_all()

    def close(self) -> None:
        """End the threads; what waits stays in the database."""
        self._pool.shutdown(cancel_futures=True)

    # ---- working ----------------------------------------------------------------------

    def work_once(self) -> int:
        """Take up what a stop left over or what was put off, to the end; return how many users that were."""
        taken = [job for user_id in self.store.waiting_users() if (job := self.store.resume(user_id))]
        wait([self._pool.submit(self._work_quietly, job) for job in taken])
        return len(taken)

    def _work_quietly(self, job: Job) -> None:
        try:
            self.work(job)
        except Exception:  # a thread's boundary: the lease ends, and the event is taken up again
            log.exception("a turn of a channel stopped")

    def work(self, job: Job | None) -> None:
        """Work on a user's events until none is left."""
        while job is not None:
            with self._calm:
                self._calm.wait_for(lambda: not self._hurried, _GIVES_WAY_S)
            try:
                done = self._done(job)
            except AssistantError as error:
                log.warning("turn %s is put off: %s", job.turn, error.code)
                self.store.postpone(job, 2.0**job.tries)
                return
            job = self._finish(job, done).following

    def _finish(self, job: Job, done: Done) -> Finished:
        finished = self.store.finish(job, done)
        with self._lock:
            awaited = self._awaited.pop(job.turn, None) if finished.is_ours else None
        if awaited is not None:
            awaited.set_result(finished.told)
        if done.answer_within is None or finished.told is None:
            self._wake()
        return finished

    def _done(self, job: Job) -> Done:
        """Return what an event comes to; whatever goes wrong for good is told to the user."""
        line = self.lines.get(job.inbound.channel)
        if line is None:
            return Done(Told())  # the channel was switched off while the event waited
        try:
            return _ending(line, job, self._answer(line, job))
        except AssistantError as error:
            if not isinstance(error, BadInputError | NotFoundError) and job.tries < _TRIES:
                raise
            text = error.message if isinstance(error, BadInputError) else words.FAILED
            return _ending(line, job, _Answer((_noted(text, error.code, job),)))
        except Exception:  # the turn's boundary: the user hears of it, the log knows where
            log.exception("turn %s failed", job.turn)
            return _ending(line, job, _Answer((_noted(words.FAILED, "failed", job),)))

    def _answer(self, line: Line, job: Job) -> "_Answer":
        inbound = job.inbound
        if inbound.extra.get("action") == "late":
            return self._awaited_answer(job)
        if inbound.extra.get("action") == "more":
            return self._following_part(job)
        if inbound.kind in _TEXTLESS:
            return self._textless(line, job)
        return self._spoken(line, job)

    def _awaited_answer(self, job: Job) -> "_Answer":
        is_coming = self.store.is_awaited(job.user_id)
        text, reason = (words.NOT_YET, "not_yet") if is_coming else (words.NOTHING_HELD, "nothing_held")
        quick = (words.CHECK_ANSWER,) if is_coming else ()
        return _Answer((_noted(text, reason, job, quick),), yields_to_held=True)

    def _following_part(self, job: Job) -> "_Answer":
        extra = job.inbound.extra
        said = self.store.said_in(job.user_id, extra.get("turn", 0))
        if not said:
            return _Answer((_noted(words.TOO_OLD, "too_old", job),))
        return _Answer(said, part=extra.get("part", 0))

    def _textless(self, line: Line, job: Job) -> "_Answer":
        inbound = job.inbound
        if inbound.kind == "open" and (inbound.standby or job.is_standby):
            return _Answer()
        if inbound.kind == "open":
            return _Answer((_noted(wording.GREETING, "greet", job),))
        if inbound.kind == "leave":
            self.store.leave(job.user_id)
            return _Answer()
        if inbound.control == "desk":
            return _Answer((self._desk(job),))
        self.store.stand_by(job.user_id, inbound.control == "human")
        return _Answer()

    def _desk(self, job: Job) -> Said:
        """Give the conversation to our desk: with a ticket first, or no consultant would know that somebody waits."""
        reply = self._handle(job, wording.PERSON, "desk")
        self.store.stand_by(job.user_id, True)
        return Said(reply, job.turn, "notice")

    def _spoken(self, line: Line, job: Job) -> "_Answer":
        inbound = job.inbound
        opening = (self._desk(job),) if inbound.control == "desk" and not job.is_standby else ()
        if inbound.standby or (job.is_standby and inbound.kind == "typed"):
            self.store.stand_by(job.user_id, inbound.standby)
        text = self._text(job)
        if not text:
            return self._wordless(job)
        if inbound.kind == "product" and self._screen and not self.store.is_with_person(job.conversation_id):
            return _Answer((_noted(self._screen(inbound.product), "listing_screened", job),))
        reply = self._handle(job, text, inbound.kind)
        if reply["reason"] == "with_consultant" and reply["text"] and not inbound.standby:
            return _Answer((*opening, Said(reply, job.turn, "notice")), is_told=True)
        if reply["reason"] == "with_consultant":
            return self._silent(line, job, opening)
        # What a hand-over says, a ticket's number, is told even when a consultant was faster than the outbox.
        return _Answer(
            (Said(reply, job.turn, "notice" if reply["decision"] == "hand_off" else "assistant"),), is_told=False
        )

    def _wordless(self, job: Job) -> "_Answer":
        if job.inbound.standby:
            return _Answer()
        if job.inbound.kind == "click":
            return _Answer((_noted(words.TOO_OLD, "too_old", job),))
        return _Answer((_noted(words.NOT_TEXT, "not_text", job),))

    def _silent(self, line: Line, job: Job, opening: tuple[Said, ...]) -> "_Answer":
        """A consultant owns the conversation: the message is stored, and the user told of it once."""
        if job.inbound.standby:
            return _Answer(opening)
        if not job.is_told:
            return _Answer((_noted(words.WITH_CONSULTANT, "with_consultant", job),), is_told=True)
        if line.channel.capabilities.must_answer:
            return _Answer((_noted(words.ADDED, "with_consultant", job),))
        return _Answer()

    def _handle(self, job: Job, text: str, kind: str) -> dict[str, Any]:
        # A click is told from a typed question by the id of its message: learning must not take it for one.
        message = Message(text, job.conversation_id, f"{kind}-{job.turn}", job.inbound.channel)
        return self._handler.handle(message)

    def _text(self, job: Job) -> str:
        """Return what an event says: of a button what its ids lead to, and not its label."""
        extra = job.inbound.extra
        said = self.store.said_in(job.user_id, extra["turn"]) if "choice" in extra and "turn" in extra else ()
        choices = said[-1].reply.get("quick_replies") or () if said else ()
        if extra.get("choice", 0) < len(choices):
            return str(choices[extra["choice"]])
        if job.inbound.kind == "product" and job.inbound.product.get("name"):
            return words.PRODUCT_QUESTION.format(name=job.inbound.product["name"])
        return job.inbound.text


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is said to an event, before it is known how it gets there."""

    said: tuple[Said, ...] = ()
    part: int = 0
    is_told: bool | None = None
    yields_to_held: bool = False


def _ending(line: Line, job: Job, answer: _Answer) -> Done:
    def outgoing(is_late: bool) -> Sequence[Any]:
        if not answer.said:
            return ()
        if line.answer_within is None:
            return line.channel.render(answer.said, line.keys)
        channel: Responding = line.channel  # type: ignore[assignment]
        return [one for said in answer.said for one in channel.late(said, job.inbound)] if is_late else ()

    told = Told(answer.said, answer.part)
    return Done(told, outgoing, line.answer_within, answer.is_told, answer.yields_to_held)


def _noted(text: str, reason: str, job: Job, quick_replies: Sequence[str] = ()) -> Said:
    return Said(notice(text, reason, quick_replies), job.turn, "notice")
