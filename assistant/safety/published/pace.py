"""A polite rate: calls from any number of threads, evenly spaced."""

import time
from threading import Lock


class Pace:
    """Spaces calls so that no more than `rate` of them begin in a second."""

    def __init__(self, rate: int) -> None:
        """Set the rate, in calls a second; 1 or more."""
        self._gap = 1 / rate
        self._free_at = 0.0
        self._lock = Lock()

    def wait(self) -> None:
        """Wait for the next turn: the turn is taken under the lock, the waiting is done outside."""
        with self._lock:
            turn = max(self._free_at, time.monotonic())
            self._free_at = turn + self._gap
        time.sleep(max(0.0, turn - time.monotonic()))
