"""Child processes: run once, or kept running; each in a group of its own, none left behind.

Written over asyncio, because supervisor and circus want a configuration and a control port of their own and don't tell
a program that never served from one that died later, and honcho stops everything as soon as one process ends.
"""

import asyncio
import ctypes
import os
import signal
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn

from assistant.tether import tethered

Tell = Callable[[str], None]

HEALTHY_SECONDS = 60.0
LONGEST_DELAY = 60.0
END_SECONDS = 10.0
_PROBE_SECONDS = 0.2
_LOOK_SECONDS = 0.05
_LINE_BYTES = 65_536
_M_ARENA_MAX = -8
"""glibc's number (malloc.h) for the most heaps that a process may have."""


@dataclass(frozen=True)
class Program:
    """A program to keep running.

    `is_ready` says whether it serves; it may block and runs in a thread. `output` gets every line that it writes.
    `mend` is awaited before the next start of a program that ended without ever serving.
    """

    argv: Sequence[str]
    env: Mapping[str, str]
    is_ready: Callable[[], bool]
    on_ready: Callable[[], None]
    output: Tell
    mend: Callable[[], Awaitable[object]] | None = None


@dataclass(frozen=True, slots=True)
class Death:
    """How a program ended; a program that served for a minute starts counting anew."""

    code: int
    served_seconds: float
    in_a_row: int
    unserved_in_a_row: int

    @property
    def delay(self) -> float:
        """Seconds until the next start: 1, doubling, 60 at most."""
        return float(min(LONGEST_DELAY, 2 ** min(self.in_a_row - 1, 10)))


async def keep(program: Program, on_death: Callable[[Death], None]) -> NoReturn:
    """Start the program again and again, later each time it dies; end it when cancelled.

    Args:
        program: what to run.
        on_death: is told each death before the waiting; what it raises ends the keeping.
    """
    in_a_row = unserved = 0
    while True:
        code, served = await _live(program)
        in_a_row = 1 if served >= HEALTHY_SECONDS else in_a_row + 1
        unserved = 0 if served else unserved + 1
        death = Death(code, served, in_a_row, unserved)
        on_death(death)
        await asyncio.sleep(death.delay)
        if program.mend and not served:
            await program.mend()


async def run_once(argv: Sequence[str], env: Mapping[str, str], output: Tell) -> int:
    """Run a program to its end and return its exit code; end it when cancelled.

    Should this process be killed, the program is interrupted, as by Ctrl-C, so that it can take its own children along.
    """
    async with _running(argv, env, output, signal.SIGINT) as process:
        return await _exit_code(process)


async def _live(program: Program) -> tuple[int, float]:
    """Run the program until it ends; return its exit code and for how many seconds it served."""
    try:
        async with _running(program.argv, program.env, program.output, signal.SIGKILL) as process:
            served_from = await _ready_time(program, process)
            code = await _exit_code(process)
    except OSError as error:  # no process to be had: the machine is out of memory or of process numbers
        program.output(str(error))
        return 1, 0.0
    return code, time.monotonic() - served_from if served_from else 0.0


async def _ready_time(program: Program, process: Process) -> float | None:
    """Wait until the program serves, and return when that was; None if it ends before."""
    while process.returncode is None:
        if await asyncio.to_thread(program.is_ready):
            program.on_ready()
            return time.monotonic()
        await asyncio.sleep(_PROBE_SECONDS)
    return None


async def _exit_code(process: Process) -> int:
    while process.returncode is None:  # Process.wait() also waits for whoever else holds the pipe open
        await asyncio.sleep(_LOOK_SECONDS)
    return process.returncode


@asynccontextmanager
async def _running(
    argv: Sequence[str], env: Mapping[str, str], output: Tell, orphan_signal: int
) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *tethered(argv, orphan_signal), env=env, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, start_new_session=True
    )
    forwarding = asyncio.ensure_future(_forward(process, output))
    try:
        yield process
    finally:
        await _end(process)
        with suppress(TimeoutError):  # a process that left the group may hold the pipe open
            await asyncio.wait_for(forwarding, 1)


async def _end(process: Process) -> None:
    """Ask the whole group to end, and kill what is left of it; a second cancelling kills at once."""
    try:
        if process.returncode is None:
            _signal_group(process, signal.SIGTERM)
            await asyncio.wait_for(_exit_code(process), END_SECONDS)
    except TimeoutError:
        pass
    finally:
        _signal_group(process, signal.SIGKILL)
    await _exit_code(process)


def _signal_group(process: Process, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # nobody is left in the group
        os.killpg(process.pid, number)


async def _forward(process: Process, output: Tell) -> None:
    if process.stdout is None:
        return
    rest = b""
    while chunk := await process.stdout.read(8192):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > _LINE_BYTES:
            lines, rest = [*lines, rest], b""
        for line in lines:
            _tell(output, line)
    if rest:
        _tell(output, rest)


def _tell(output: Tell, line: bytes) -> None:
    with suppress(OSError):  # a full disk or a closed terminal must not stop what runs
        output(line.decode("utf-8", errors="replace").rstrip("\r"))


def keep_one_heap() -> None:
    """Let all threads to come share one heap: with one for each the service takes 30 MB more (8 visitors at once).

    To be called before libraries start threads. Where the C library is not glibc, nothing changes.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
