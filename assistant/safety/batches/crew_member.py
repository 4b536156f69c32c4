"""A worker process of the crew: `python -m assistant.safety.batches.crew_member`."""

import logging
import os
import sys
from contextlib import suppress
from typing import IO

from assistant.errors import AssistantError
from assistant.safety.batches.crew import Gathers, Setup, done, receive, send
from assistant.safety.database import open_safety_database
from assistant.safety.gather import Gatherer
from assistant.safety.listings.rows import place_of
from assistant.safety.mirror.reading import Mirror

log = logging.getLogger(__name__)


def work(source: IO[bytes], target: IO[bytes], gatherer: Gathers) -> None:
    """Do the tasks that come in, until there are no more."""
    with suppress(EOFError, BrokenPipeError):
        while True:
            task = receive(source)
            try:
                answer: object = done(task, gatherer)
            except AssistantError as error:
                answer = type(error)(error.message, code=error.code)
            send(target, answer)


def main() -> None:
    """Run as a worker: standard output is the way back, so whatever prints goes to standard error."""
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    setup: Setup = receive(sys.stdin.buffer)
    os.nice(setup.niceness)
    try:
        work(
            sys.stdin.buffer,
            target,
            Gatherer(Mirror(open_safety_database(setup.database_url)), setup.requirements),
        )
    except Exception as error:  # noqa: BLE001 the process's boundary: an exception's text may hold what a seller wrote
        log.error("a worker ended with %s at %s", type(error).__name__, place_of(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
