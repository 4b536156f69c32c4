"""Processes that screen chunks of rows, so that a file keeps both cores busy and the web service stays quick.

Each is a program of its own that reads tasks from its standard input and dies when that is closed: of a service that
was killed nothing is left behind. (The standard library's process pool leaves its workers waiting.)
"""

import pickle
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from assistant.errors import AssistantError, UpstreamError
from assistant.product_safety import Known, Listing, Verdict
from assistant.safety.goods.requirements import Requirements
from assistant.safety.listings.files import ListingFile, Row, write_rows
from assistant.safety.listings.rows import Screened, screen_rows
from assistant.safety.listings.words import FILE_ERRORS
from assistant.screening.policy import Policy

_LENGTH_BYTES = 8
_SECONDS_TO_END = 5


@dataclass(frozen=True)
class Setup:
    """What a worker needs once. `niceness` is added to the process's own: a batch may wait, a visitor may not."""

    database_url: str
    requirements: Requirements
    niceness: int = 0


@dataclass(frozen=True, slots=True)
class ScreenTask:
    """Screen rows; the answer is a Chunk."""

    rows: Sequence[Row]
    policy: Policy


@dataclass(frozen=True, slots=True)
class UnpackTask:
    """Unpack an Excel file into a file of rows; the answer is None."""

    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Chunk:
    """The results of one task: as they go to the part file, and with what statistics need of each."""

    packed: bytes
    outcomes: tuple[str, ...]
    verdicts: tuple[tuple[Listing, Verdict], ...] = ()


Task = ScreenTask | UnpackTask


class WorkerDiedError(UpstreamError):
    """The process ended in the middle of a task: out of memory, or killed."""

    code = "worker"


class Gathers(Protocol):
    """What gathers what is known about listings (see gather.py)."""

    def gathered(self, listings: Sequence[Listing]) -> list[Known]: ...


def done(task: Task, gatherer: Gathers) -> Chunk | None:
    """Do one task, here and now.

    Raises:
        AssistantError: the file cannot be read, or the mirror does not answer.
    """
    if isinstance(task, UnpackTask):
        with ListingFile(task.source) as file:
            write_rows(file.rows(), task.target)
        return None
    screened: Screened = screen_rows(task.rows, gatherer.gathered, task.policy)
    verdicts = tuple(_cut_down(listing, verdict) for listing, verdict in screened.verdicts)
    return Chunk(screened.packed(), screened.outcomes, verdicts)


def _cut_down(listing: Listing, verdict: Verdict) -> tuple[Listing, Verdict]:
    """Keep what is counted: the evidence is in the part file, and a thousand of it would be slow to hand over."""
    told = Verdict(listing.id, verdict.verdict, verdict.rule, "", action=verdict.action, is_demo=verdict.is_demo)
    return (listing if not listing.id else Listing(listing.id, "", category=listing.category)), told


class Doer(Protocol):
    """Whoever does tasks, one after the other."""

    def start(self, task: Task) -> None: ...
    def result(self) -> Chunk | None: ...
    def stop(self) -> None: ...
    def abort(self) -> None: ...


class HereAndNow:
    """Does tasks in this process when the result is asked for: for a small file a process costs more than it brings."""

    def __init__(self, gatherer: Gathers) -> None:
        self._gatherer = gatherer
        self._task: Task | None = None

    def start(self, task: Task) -> None:
        """Take a task."""
        self._task = task

    def result(self) -> Chunk | None:
        """Do the task that was taken.

        Raises:
            AssistantError: it failed.
        """
        task, self._task = self._task, None
        return done(task, self._gatherer) if task is not None else None

    def stop(self) -> None:
        """Give up the task."""
        self._task = None

    def abort(self) -> None:
        """Nothing can be cut off here: the caller itself is at the task."""


class Worker:
    """One process and the task it is at; started at its first task."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, task: Task) -> None:
        """Give the worker a task; it must have none.

        Raises:
            WorkerDiedError: it ended.
        """
        process = self._process or self._begin()
        try:
            send(_stream(process.stdin), task)
        except (BrokenPipeError, OSError) as error:
            self.stop()
            raise WorkerDiedError(FILE_ERRORS["worker"], code="worker") from error

    def result(self) -> Chunk | None:
        """Wait for the task's answer.

        Raises:
            AssistantError: the task failed.
            WorkerDiedError: the process ended.
        """
        try:
            answer = receive(_stream(self._process.stdout if self._process else None))
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            self.stop()
            raise WorkerDiedError(FILE_ERRORS["worker"], code="worker") from error
        if isinstance(answer, AssistantError):
            raise answer
        if answer is not None and not isinstance(answer, Chunk):
            raise WorkerDiedError(FILE_ERRORS["worker"], code="worker")
        return answer

    def stop(self) -> None:
        """End the process; a task that it is at is given up."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()
        try:
            process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def abort(self) -> None:
        """Kill the process, from another thread than the one that waits for its result."""
        if self._process is not None:
            self._process.kill()

    @property
    def pid(self) -> int:
        """The process's id; 0 where there is none yet."""
        return self._process.pid if self._process else 0

    def _begin(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "assistant.safety.batches.crew_member"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        send(_stream(self._process.stdin), self._setup)
        return self._process


def send(stream: IO[bytes], value: object) -> None:
    """Write one value with its length before it."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(_LENGTH_BYTES, "big") + data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one value.

    Raises:
        EOFError: the other side is gone.
    """
    length = stream.read(_LENGTH_BYTES)
    if len(length) < _LENGTH_BYTES:
        raise EOFError
    data = stream.read(int.from_bytes(length, "big"))
    # Only our own processes write here, over pipes that nobody else can open.
    return pickle.loads(data)


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise EOFError
    return stream
