"""kill -9 in the middle: what was acknowledged is answered once, in order, by whoever comes next."""

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from messenger_parts import change
from platform_standin import standing_in
from sqlalchemy import Engine

from assistant.store.outbox import STATES, Outbox

PROGRAM = Path(__file__).parent / "killed_program.py"
MESSAGES, KILLED_AFTER = 28, 11


def run_until(acknowledged: int, *arguments: str) -> None:
    """Run the program until it has acknowledged so many, then kill it at once."""
    command = [sys.executable, str(PROGRAM), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        for _ in range(acknowledged):
            assert program.stdout.readline()
        program.kill()


def test_what_was_acknowledged_is_answered_once(engine: Engine) -> None:
    database = engine.url.render_as_string(hide_password=False)
    with standing_in() as platform:
        run_until(KILLED_AFTER, database, platform.url, "0", str(MESSAGES))
        command = [sys.executable, str(PROGRAM), database, platform.url, str(KILLED_AFTER), str(MESSAGES)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as last:
            outbox = Outbox(engine, lambda _: 0.0)
            until = time.monotonic() + 60
            while outbox.counts()["sent"] < MESSAGES and time.monotonic() < until:
                time.sleep(0.2)
                # The leases of those who were killed while sending are over some time later.
                change(engine, leased_until=datetime.now(UTC))
            last.kill()

    assert outbox.counts() == {**dict.fromkeys(STATES, 0), "sent": MESSAGES}
    arrived = {headers["X-Retry-Key"]: one for headers, one in zip(platform.headers, platform.arrived, strict=True)}
    answers = [(one["to"], one["text"]) for one in arrived.values()]
    assert sorted(answers) == sorted((f"u{number % 7}", f"답 {number}번") for number in range(MESSAGES))
    for user in range(7):
        said = [text for to, text in answers if to == f"u{user}"]
        assert said == [f"답 {number}번" for number in range(user, MESSAGES, 7)]
