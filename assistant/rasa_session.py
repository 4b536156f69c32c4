"""Rasa for one command: the one that answers already, or a child that is started for as long as it is needed."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import httpx

from assistant import bootstrap, rasa_setup
from assistant.settings import ROOT, Settings

START_SECONDS = 120.0


@contextmanager
def rasa_for(settings: Settings, progress: Callable[[str], None]) -> Iterator[Settings]:
    """Give settings whose Rasa answers; where there is no trained model, the settings as they are."""
    if is_answering(settings) or settings.rasa_url or not (ROOT / rasa_setup.MODEL).is_file():
        yield settings
        return
    progress("Rasa를 잠시 켜요")
    own = replace(settings, rasa_port=free_port())
    argv, environ = rasa_setup.command(ROOT, own.rasa_port, own.rasa_token or bootstrap.saved_token(own))
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(argv, env=environ, cwd=ROOT, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        _wait_for(own, process)
        yield own
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)
        process.kill()


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def is_answering(settings: Settings) -> bool:
    """Say whether a Rasa answers at the address that is set."""
    try:
        return httpx.get(settings.rasa_address, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def _wait_for(settings: Settings, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None and not is_answering(settings):
        time.sleep(0.3)
