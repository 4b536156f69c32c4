"""`onecall run` itself, with the real service and without Rasa."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.supervise import answers_http, environment, runs_here

PATIENCE = 400.0
"""Seconds for the service to come up: where the index is stale it is built first, perhaps on a busy machine."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """One `onecall run`; what it says goes into a file."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def is_up(self) -> bool:
        return answers_http("127.0.0.1", self.port, "/health")

    def wait(self, *, up: bool) -> bool:
        deadline = time.monotonic() + PATIENCE
        while self.is_up() != up and time.monotonic() < deadline:
            time.sleep(0.1)
        return self.is_up() == up

    def children(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def start(tmp_path: Path, **settings: str) -> Running:
    port, log = free_port(), tmp_path / "log"
    env = os.environ | {
        "ONECALL_PORT": str(port),
        "ONECALL_UNDERSTANDING": "builtin",
        "ONECALL_DATABASE_URL": f"sqlite:///{tmp_path / 'onecall.db'}",
        **settings,
    }
    with log.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-m", "assistant.cli", "run"], env=env, stderr=file)
    return Running(process, port, log)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    started = start(tmp_path)
    try:
        assert started.wait(up=True), started.said()
        yield started
    finally:
        started.process.terminate()
        started.process.wait(30)


def test_a_killed_service_comes_back_and_a_signal_ends_all(running: Running) -> None:
    [service] = running.children()
    os.kill(service, signal.SIGKILL)

    assert running.wait(up=False)
    assert running.wait(up=True)
    assert running.children() != [service]
    assert "서비스가 멈췄어요(코드 -9)" in running.said()

    running.process.send_signal(signal.SIGINT)

    assert running.process.wait(30) == 0
    assert running.wait(up=False)


def test_the_service_dies_with_its_killed_parent(running: Running) -> None:
    running.process.send_signal(signal.SIGKILL)

    assert running.wait(up=False)


def test_a_preparation_that_fails_ends_the_start_with_its_reason(tmp_path: Path) -> None:
    started = start(tmp_path, ONECALL_KB_DIR=str(tmp_path / "empty"), ONECALL_INDEX_DIR=str(tmp_path / "index"))

    assert started.process.wait(PATIENCE) == 1
    assert "오류(" in started.said().splitlines()[-1]


def test_the_children_get_the_settings_of_the_parent() -> None:
    settings = Settings.from_env({"ONECALL_PORT": "8123"})

    assert Settings.from_env(environment(settings)) == settings


@pytest.mark.parametrize(
    ("url", "is_here"),
    [("http://127.0.0.1:5005", True), ("http://127.0.0.1:5006", False), ("http://rasa.internal:5005", False)],
)
def test_only_a_rasa_at_this_machines_port_is_run_here(url: str, is_here: bool) -> None:
    assert runs_here(Settings.from_env({"ONECALL_RASA_URL": url})) is is_here
