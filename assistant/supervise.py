"""`onecall run`: prepares what is missing, then keeps the service and Rasa running under this one process.

The service starts before Rasa is even installed and answers with the built-in understanding until Rasa is up.
"""

import asyncio
import logging
import os
import signal
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from http.client import HTTPConnection, HTTPException
from logging.handlers import RotatingFileHandler
from pathlib import Path
from urllib.parse import urlsplit

from assistant import rasa_setup
from assistant.errors import SetupError
from assistant.processes import Death, Program, Tell, keep, run_once
from assistant.settings import PREFIX, ROOT, Settings
from assistant.setup_steps import check, check_port, is_prepared

GIVE_UP_AFTER = 5
"""Starts in a row that never served, after which the service is not started again."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def run(settings: Settings, progress: Tell) -> int:
    """Prepare what is missing, then keep the service and Rasa running until a signal comes.

    Returns:
        The exit code: 0 after a signal, 1 where the preparation failed (it has said why).

    Raises:
        SetupError: the port is taken, a folder cannot be written, or the service doesn't come up five times in a row.
    """
    check(settings)
    try:
        return asyncio.run(_until_signal(_without_taken_rasa(settings, progress), progress))
    except ExceptionGroup as group:
        raise group.exceptions[0] from group


async def _until_signal(settings: Settings, progress: Tell) -> int:
    work = asyncio.ensure_future(_work(settings, progress))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    try:
        return await work
    except asyncio.CancelledError:
        progress("원콜을 끝냈어요")
        return 0


async def _work(settings: Settings, progress: Tell) -> int:
    if not is_prepared(settings) and await run_once(_step("prepare"), environment(settings), progress) != 0:
        return 1
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(_keep_service(settings, progress, ready))
        await ready.wait()
        if settings.understanding == "rasa" and runs_here(settings):
            group.create_task(_set_up_and_keep_rasa(settings, progress))
    return 0


async def _keep_service(settings: Settings, progress: Tell, ready: asyncio.Event) -> None:
    last: deque[str] = deque(maxlen=1)
    loop = asyncio.get_running_loop()

    def show(line: str) -> None:
        last.append(line)
        print(line, file=sys.stderr, flush=True)

    def on_ready() -> None:
        progress(f"원콜이 준비됐어요: http://{_reachable(settings.host)}:{settings.port}")
        loop.call_soon_threadsafe(ready.set)

    def on_death(death: Death) -> None:
        if death.unserved_in_a_row >= GIVE_UP_AFTER:
            said = last[0] if last else f"코드 {death.code}"
            raise SetupError(f"서비스가 {GIVE_UP_AFTER}번 이어서 시작하지 못했어요. 마지막 오류: {said}")
        progress(f"서비스가 멈췄어요(코드 {death.code}). {death.delay:.0f}초 뒤에 다시 시작해요")

    argv = [sys.executable, "-m", "assistant.cli", "serve"]
    answers = partial(answers_http, _reachable(settings.host), settings.port, "/health")
    env = environment(settings)
    mend = partial(run_once, _step("prepare"), env, progress)
    await keep(Program(argv, env, answers, on_ready, show, mend), on_death)


async def _set_up_and_keep_rasa(settings: Settings, progress: Tell) -> None:
    if await run_once(_step("rasa"), environment(settings), progress) != 0:
        progress("Rasa를 준비하지 못해서 내장 이해로 계속 답해요. 다음에 시작할 때 다시 준비해요")
        return
    log_file = settings.cache_dir / "rasa.log"

    def on_death(death: Death) -> None:
        if death.in_a_row == 1:
            progress(f"Rasa가 멈췄어요. 내장 이해로 계속 답하면서 Rasa를 다시 시작해요 (기록: {log_file})")

    argv, env = rasa_setup.command(ROOT, settings.rasa_port, _token(settings))
    answers = partial(answers_http, "127.0.0.1", settings.rasa_port, "/")
    told = partial(progress, "Rasa가 준비됐어요. 이제 Rasa가 먼저 이해해요")
    await keep(Program(argv, env, answers, told, _log_to(log_file)), on_death)


def _without_taken_rasa(settings: Settings, progress: Tell) -> Settings:
    """Do without Rasa where it should run here and its port is taken: nobody else may get the questions."""
    if settings.understanding != "rasa" or not runs_here(settings):
        return settings
    try:
        check_port("127.0.0.1", settings.rasa_port, "RASA_PORT")
    except SetupError as error:
        progress(f"Rasa 없이 내장 이해로 시작해요. {error.message}")
        return replace(settings, understanding="builtin")
    return settings


def runs_here(settings: Settings) -> bool:
    """Say whether the Rasa that is asked is the one that this process runs, not one behind another address."""
    address = urlsplit(settings.rasa_address)
    return address.hostname in _LOOPBACK and address.port == settings.rasa_port


def environment(settings: Settings) -> dict[str, str]:
    """Return this process's environment with every setting as it stands."""
    stated = {PREFIX + field.name.upper(): str(getattr(settings, field.name)) for field in fields(settings)}
    return {**os.environ, **stated, "PYTHONUNBUFFERED": "1"}


def answers_http(host: str, port: int, path: str) -> bool:
    """Say whether something answers HTTP there; what it answers doesn't matter."""
    connection = HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def _step(name: str) -> list[str]:
    return [sys.executable, "-m", "assistant.setup_steps", name]


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _token(settings: Settings) -> str:
    """Return the secret that the preparation has saved (bootstrap.saved_token, too much to load here)."""
    return settings.rasa_token or (settings.cache_dir / "rasa-token").read_text(encoding="utf-8").strip()


def _log_to(path: Path) -> Callable[[str], None]:
    handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log = logging.getLogger("onecall.rasa-output")
    log.propagate = False
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    return log.info
