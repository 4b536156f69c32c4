"""Screening a file on this machine, chunk by chunk, with as many processes as there are given."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from assistant.safety.batches.crew import Chunk, Doer, ScreenTask
from assistant.safety.listings.files import Row
from assistant.screening.policy import Policy

CHUNK_ROWS = 1000


def screen_file(rows: Iterable[Row], crew: Sequence[Doer], policy: Policy) -> Iterator[tuple[Sequence[Row], Chunk]]:
    """Screen rows and give them back with their results, in their order.

    Raises:
        UpstreamError: the mirror does not answer, or a worker process ended.
    """
    waiting = iter(rows)
    free, at_work = deque(crew), deque[tuple[Doer, list[Row]]]()
    while True:
        while free and (chunk := list(islice(waiting, CHUNK_ROWS))):
            worker = free.popleft()
            worker.start(ScreenTask(chunk, policy))
            at_work.append((worker, chunk))
        if not at_work:
            return
        worker, chunk = at_work.popleft()
        result = worker.result()
        free.append(worker)
        if result is not None:
            yield chunk, result
