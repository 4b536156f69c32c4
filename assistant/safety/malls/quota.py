"""How many requests a key may make, a second and a day: counted here, or in Redis for all copies of the service.

Without Redis (the default) every copy counts alone, so that several copies grant more than one would. When Redis stops
answering, each copy counts alone until it is back: the malls are served, and still not without a limit.
"""

import logging
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from threading import Lock
from time import monotonic

from limits import RateLimitItemPerSecond
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.errors import RateLimitedError, SetupError
from assistant.safety.malls.keys import MallKey
from assistant.safety.malls.store import MallStore
from assistant.safety.malls.usage import UsageCounter
from assistant.safety_wording import MALL_ERRORS
from assistant.wording import KST

log = logging.getLogger(__name__)

_REDIS_SECONDS = 0.5
"""Redis answers in well under a millisecond; a mall is not kept waiting for one that does not."""
_PAUSE_SECONDS = 5.0
"""How long a Redis that failed is left alone."""
_KEEP_SECONDS = 2 * 24 * 3600
"""A day's count is kept a little longer than the day, for the clocks of several machines differ."""


class Counter:
    """Counts requests in one place: this process, or a Redis.

    Args:
        malls: in this process's memory a day's count goes on from the stored usage, so that a restart does not renew
            the quota; None where the count outlives the process.
    """

    def __init__(self, storage: MemoryStorage | RedisStorage, malls: MallStore | None) -> None:
        self._storage = storage
        self._window = MovingWindowRateLimiter(storage)
        self._malls = malls
        self._seeded: dict[str, date] = {}
        # The memory storage reads its count again after adding to it, so that two threads could see the same one.
        self._lock: AbstractContextManager[object] = Lock() if malls else nullcontext()

    def take_turn(self, lineage: str, rate: int) -> bool:
        """Count one request against the limit a second; say whether it is within it."""
        with self._lock:
            return self._window.hit(RateLimitItemPerSecond(rate), "rate", lineage)

    def take_share(self, lineage: str, day: date, quota: int) -> bool:
        """Count one request against the day's quota; one that is refused leaves the count as it was."""
        key = f"quota/{lineage}/{day:%Y%m%d}"
        with self._lock:
            self._seed(key, lineage, day)
            if self._storage.incr(key, _KEEP_SECONDS) <= quota:
                return True
            self._storage.incr(key, _KEEP_SECONDS, -1)
            return False

    def _seed(self, key: str, lineage: str, day: date) -> None:
        if self._malls is None or self._seeded.get(lineage) == day:
            return
        used = self._malls.granted_on(lineage, day)
        if used:
            self._storage.incr(key, _KEEP_SECONDS, used)
        self._seeded[lineage] = day


class Quota:
    """Grants requests, or refuses them, and notes both as usage.

    Args:
        malls: where usage is kept.
        redis_url: the Redis that all copies share; "" to count in this process.
        prefix: goes before every name in Redis.

    Raises:
        SetupError: the address of Redis cannot be read.
    """

    def __init__(self, malls: MallStore, redis_url: str = "", *, prefix: str = "onecall") -> None:
        self.usage = UsageCounter(malls)
        self._clock = malls.clock
        self._own = Counter(MemoryStorage(), malls)
        self._shared = Counter(_redis(redis_url, prefix), None) if redis_url else None
        self._paused_until = 0.0

    @property
    def is_shared(self) -> bool:
        """Say whether all copies count together at this moment."""
        return self._shared is not None and monotonic() >= self._paused_until

    def take(self, key: MallKey, endpoint: str) -> None:
        """Count one request of a key.

        Raises:
            RateLimitedError: `rate_limited` where there were too many this second, `quota_used` where the day's are
                used up; neither counts against the other.
        """
        try:
            self._check(key)
        except RateLimitedError:
            self.usage.note(key.id, endpoint, is_granted=False)
            raise
        self.usage.note(key.id, endpoint, is_granted=True)

    def start(self) -> None:
        """Begin to store usage every few seconds."""
        self.usage.start()

    def stop(self) -> None:
        """Store what was counted; nothing is lost on a normal stop."""
        self.usage.stop()

    def _check(self, key: MallKey) -> None:
        if self.is_shared and self._shared is not None:
            try:
                self._check_with(self._shared, key)
                return
            except StorageError as error:
                self._paused_until = monotonic() + _PAUSE_SECONDS
                log.warning(
                    "Redis does not answer (%s): each copy counts alone", type(error.__cause__ or error).__name__
                )
        self._check_with(self._own, key)

    def _check_with(self, counter: Counter, key: MallKey) -> None:
        now = self._clock().astimezone(KST)
        if key.rate and not counter.take_turn(key.lineage, key.rate):
            raise RateLimitedError(MALL_ERRORS["rate_limited"].format(rate=f"{key.rate:,}"), code="rate_limited")
        if key.daily_quota and not counter.take_share(key.lineage, now.date(), key.daily_quota):
            sentence = MALL_ERRORS["quota_used"].format(quota=f"{key.daily_quota:,}")
            raise RateLimitedError(sentence, code="quota_used", retry_after=_seconds_to_midnight(now))


def _seconds_to_midnight(now: datetime) -> int:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return int((midnight - now).total_seconds()) + 1


def _redis(url: str, prefix: str) -> RedisStorage:
    try:
        return RedisStorage(
            url,
            key_prefix=prefix,
            wrap_exceptions=True,
            socket_timeout=_REDIS_SECONDS,
            socket_connect_timeout=_REDIS_SECONDS,
        )
    except (ConfigurationError, ValueError) as error:
        raise SetupError(MALL_ERRORS["bad_redis"]) from error
