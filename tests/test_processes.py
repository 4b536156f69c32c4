"""Real child processes, each a few lines of Python."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.processes import Death, Program, keep, run_once

PATIENCE = 30.0
SLEEP = "import time; time.sleep(600)"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def wait_until(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.05)
    return is_so()


def is_gone(pid: int) -> bool:
    """A zombie is gone too: where no init reaps, orphans stay in the table."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


class StopKeepingError(Exception):
    """What a test raises to end keep()."""


def kept(code: str, *, deaths: int, is_ready: Callable[[], bool] = lambda: False) -> tuple[list[Death], list[str], int]:
    """Keep a program until it has died so often; return the deaths, its lines, and how often it was seen to serve."""
    seen: list[Death] = []
    lines: list[str] = []
    ready: list[bool] = []

    def on_death(death: Death) -> None:
        seen.append(death)
        if len(seen) == deaths:
            raise StopKeepingError

    program = Program(python(code), os.environ, is_ready, lambda: ready.append(True), lines.append)
    with pytest.raises(StopKeepingError):
        asyncio.run(keep(program, on_death))
    return seen, lines, len(ready)


def test_a_program_that_dies_is_started_again() -> None:
    deaths, lines, _ = kept("print('살아 있어요'); raise SystemExit(3)", deaths=2)

    assert lines == ["살아 있어요", "살아 있어요"]
    assert [(death.code, death.in_a_row, death.unserved_in_a_row) for death in deaths] == [(3, 1, 1), (3, 2, 2)]


def test_a_program_that_served_does_not_count_as_one_that_never_came_up() -> None:
    deaths, _, ready = kept("import time; time.sleep(1)", deaths=1, is_ready=lambda: True)

    assert (ready, deaths[0].unserved_in_a_row) == (1, 0)
    assert deaths[0].served_seconds > 0


@pytest.mark.parametrize(("in_a_row", "seconds"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (5000, 60)])
def test_each_death_doubles_the_delay_up_to_a_minute(in_a_row: int, seconds: float) -> None:
    assert Death(1, 0.0, in_a_row, in_a_row).delay == seconds


def test_a_command_that_does_not_exist_is_a_death_like_others() -> None:
    lines: list[str] = []

    code = asyncio.run(run_once(["/no/such/program"], os.environ, lines.append))

    assert code != 0
    assert "/no/such/program" in lines[-1] or "No such file" in lines[-1]


def test_a_line_longer_than_any_buffer_is_passed_on() -> None:
    lines: list[str] = []

    code = asyncio.run(run_once(python("print('가' * 300_000)"), os.environ, lines.append))

    assert (code, len("".join(lines).replace("\ufffd", ""))) == (0, 300_000)


def test_output_that_cannot_be_written_does_not_stop_the_program(tmp_path: Path) -> None:
    def full(_: str) -> None:
        raise OSError(28, "No space left on device")

    done = tmp_path / "done"

    code = asyncio.run(run_once(python(f"print(1, flush=True); open({str(done)!r}, 'w')"), os.environ, full))

    assert (code, done.exists()) == (0, True)


async def _cancelled_after_first_line(code: str) -> list[int]:
    lines: list[str] = []
    first = asyncio.Event()

    def output(line: str) -> None:
        lines.append(line)
        first.set()

    work = asyncio.ensure_future(run_once(python(code), os.environ, output))
    await asyncio.wait_for(first.wait(), PATIENCE)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    return [int(pid) for pid in lines[0].split()]


def test_cancelling_ends_the_whole_group_even_where_a_grandchild_ignores_it() -> None:
    grandchild = (
        f"import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); {SLEEP}"
    )
    child = (
        "import os, subprocess, sys, time\n"
        f"other = subprocess.Popen([sys.executable, '-c', {grandchild!r}], stdout=subprocess.PIPE)\n"
        "other.stdout.readline()\n"
        "print(os.getpid(), other.pid, flush=True)\n"
        "time.sleep(600)"
    )

    pids = asyncio.run(_cancelled_after_first_line(child))

    assert len(pids) == 2
    assert wait_until(lambda: all(is_gone(pid) for pid in pids))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_children_die_with_a_parent_that_is_killed() -> None:
    child = f"import os; print(os.getpid(), flush=True); {SLEEP}"
    parent = (
        "import asyncio, os, sys\n"
        "from assistant.processes import Program, keep\n"
        f"argv = [sys.executable, '-c', {child!r}]\n"
        "tell = lambda line: print(line, flush=True)\n"
        "asyncio.run(keep(Program(argv, os.environ, lambda: False, lambda: None, tell), print))"
    )
    with subprocess.Popen(python(parent), stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        pid = int(started.stdout.readline())
        started.send_signal(signal.SIGKILL)

    assert wait_until(lambda: is_gone(pid))
