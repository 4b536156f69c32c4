"""The programs that are measured from outside, each in a process of its own: the service, and the sandbox."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from assistant.errors import UpstreamError
from assistant.rasa_session import free_port
from assistant.safety.malls.keys import RATE_MAX, Terms
from assistant.safety.malls.store import MallStore
from assistant.settings import ROOT

LATENCY_MS = 150
SANDBOX_KEY = "bench-sandbox-key"
_START_SECONDS = 180.0
_STOP_SECONDS = 30


def new_key(malls: MallStore) -> str:
    """Return the secret of a mall's key that may ask as fast as it likes."""
    mall = malls.create_mall("측정몰")
    return malls.create_key(mall.id, Terms(daily_quota=0, rate=RATE_MAX)).secret


@contextmanager
def service(safety_url: str, folder: Path) -> Iterator[str]:
    """Serve as `onecall serve` does, over the mirror that was made; give the address."""
    port = free_port()
    environ = {
        "ONECALL_PORT": str(port),
        "ONECALL_DATABASE_URL": f"sqlite:///{folder / 'onecall.db'}",
        "ONECALL_SAFETY_DATABASE_URL": safety_url,
        "ONECALL_SAFETY_DIR": str(folder),
        "ONECALL_UNDERSTANDING": "builtin",
        "ONECALL_LOG_LEVEL": "WARNING",
    }
    address = f"http://127.0.0.1:{port}"
    with _running(["serve"], environ, lambda: httpx.get(f"{address}/health", timeout=2).is_success):
        yield address


@contextmanager
def sandbox(folder: Path) -> Iterator[str]:
    """Serve the sandbox, as slow as the real interface; give the base address for a client."""
    port = free_port()
    more = ["--port", str(port), "--key", SANDBOX_KEY, "--latency-ms", str(LATENCY_MS), "--certificates", "2000"]
    base = f"http://127.0.0.1:{port}/openapi/api"
    argv = ["safety", "sandbox", "--recalls", "200", *more]
    with _running(argv, {"ONECALL_SAFETY_DIR": str(folder)}, lambda: httpx.get(base, timeout=2).status_code < 500):
        yield base


@contextmanager
def _running(argv: list[str], environ: dict[str, str], is_ready: Callable[[], bool]) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", *argv],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(process, is_ready)
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_STOP_SECONDS)
        process.kill()
        process.wait()


def _wait_for(process: "subprocess.Popen[bytes]", is_ready: Callable[[], bool]) -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        with suppress(httpx.HTTPError):
            if is_ready():
                return
        time.sleep(0.05)
    raise UpstreamError("재려는 서비스가 시작되지 않았어요.")
