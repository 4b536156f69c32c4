import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from assistant.errors import RateLimitedError, SetupError, UpstreamError
from assistant.product_safety import Mall
from assistant.safety.malls.keys import MallKey, Terms
from assistant.safety.malls.quota import Quota
from assistant.safety.malls.store import MallStore, Tally, UsageLine

REDIS = "redis://127.0.0.1:6379/0"
WHAT = "GET /v1/certificates"


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    """The Redis of this machine. Without one the test is skipped; in CI (CI=true) it fails."""
    client = Redis.from_url(REDIS, socket_connect_timeout=2)
    try:
        client.ping()
    except RedisConnectionError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no Redis answers at {REDIS}")
    yield client
    client.close()


@pytest.fixture
def prefix(redis: Redis) -> Iterator[str]:
    """Names in Redis that no other run knows."""
    name = f"onecall-test-{uuid4().hex}"
    yield name
    for key in redis.scan_iter(f"{name}:*"):
        redis.delete(key)


@pytest.fixture(params=["memory", "redis"])
def quota(request: pytest.FixtureRequest, malls: MallStore) -> Quota:
    if request.param == "memory":
        return Quota(malls)
    return Quota(malls, REDIS, prefix=request.getfixturevalue("prefix"))


def granted(quota: Quota, key: MallKey, times: int) -> int:
    """Ask several times; say how often it was granted."""
    return times - len([code for code in refusals(quota, key, times) if code])


def refusals(quota: Quota, key: MallKey, times: int) -> list[str]:
    codes = []
    for _ in range(times):
        try:
            quota.take(key, WHAT)
            codes.append("")
        except RateLimitedError as error:
            codes.append(error.code)
    return codes


def test_the_quota_of_a_day_ends(quota: Quota, malls: MallStore, mall: Mall) -> None:
    key = malls.create_key(mall.id, Terms(daily_quota=3, rate=0)).key

    assert refusals(quota, key, 5) == ["", "", "", "quota_used", "quota_used"]


def test_the_next_day_in_korea_begins_a_new_quota(quota: Quota, malls: MallStore, mall: Mall, clock: Any) -> None:
    key = malls.create_key(mall.id, Terms(daily_quota=1, rate=0)).key
    assert granted(quota, key, 2) == 1

    clock.forward(hours=11, minutes=59)
    assert granted(quota, key, 1) == 0
    clock.forward(minutes=1)
    assert granted(quota, key, 2) == 1


def test_a_used_quota_says_when_to_come_back(quota: Quota, malls: MallStore, mall: Mall) -> None:
    key = malls.create_key(mall.id, Terms(daily_quota=1, rate=0)).key
    quota.take(key, WHAT)

    with pytest.raises(RateLimitedError, match="오늘 쓸 수 있는 1번") as refused:
        quota.take(key, WHAT)

    assert refused.value.retry_after == 12 * 3600 + 1


def test_refused_requests_do_not_use_up_what_is_granted_later(quota: Quota, malls: MallStore, mall: Mall) -> None:
    key = malls.create_key(mall.id, Terms(daily_quota=2, rate=0)).key
    assert granted(quota, key, 50) == 2

    more = malls.set_quota(key.id, daily_quota=5)

    assert granted(quota, more, 50) == 3


def test_requests_in_one_second_are_limited(quota: Quota, malls: MallStore, mall: Mall) -> None:
    key = malls.create_key(mall.id, Terms(daily_quota=0, rate=2)).key

    # However slow the machine: of 50 at most two a second are granted.
    assert "rate_limited" in refusals(quota, key, 50)


def test_a_request_that_came_too_soon_does_not_use_the_quota(quota: Quota, malls: MallStore, mall: Mall) -> None:
    key = malls.create_key(mall.id, Terms(daily_quota=1_000, rate=1)).key
    passed = granted(quota, key, 30)
    quota.usage.flush()

    assert malls.granted_on(key.lineage, date(2026, 11, 22)) == passed < 30


def test_without_limits_everything_is_granted(quota: Quota, malls: MallStore, mall: Mall) -> None:
    key = malls.create_key(mall.id, Terms(daily_quota=0, rate=0)).key

    assert granted(quota, key, 100) == 100


def test_keys_do_not_use_one_anothers_quota(quota: Quota, malls: MallStore, mall: Mall) -> None:
    first, second = (malls.create_key(mall.id, Terms(daily_quota=1, rate=0)).key for _ in range(2))
    assert granted(quota, first, 3) == 1

    assert granted(quota, second, 3) == 1


def test_rotating_a_key_does_not_renew_its_quota(quota: Quota, malls: MallStore, mall: Mall) -> None:
    old = malls.create_key(mall.id, Terms(daily_quota=3, rate=0)).key
    assert granted(quota, old, 2) == 2

    new = malls.rotate(old.id).key

    assert granted(quota, new, 5) == 1
    assert granted(quota, old, 5) == 0


def test_requests_at_once_never_get_more_than_the_quota(quota: Quota, malls: MallStore, mall: Mall) -> None:
    key = malls.create_key(mall.id, Terms(daily_quota=20, rate=0)).key

    with ThreadPoolExecutor(8) as pool:
        passed = sum(pool.map(lambda _: granted(quota, key, 10), range(8)))

    assert passed == 20


def test_a_restart_does_not_renew_the_quota(malls: MallStore, mall: Mall) -> None:
    key = malls.create_key(mall.id, Terms(daily_quota=5, rate=0)).key
    before = Quota(malls)
    assert granted(before, key, 3) == 3
    before.stop()

    assert granted(Quota(malls), key, 5) == 2


def test_copies_with_one_redis_share_the_quota(malls: MallStore, mall: Mall, prefix: str) -> None:
    key = malls.create_key(mall.id, Terms(daily_quota=4, rate=0)).key
    copies = [Quota(malls, REDIS, prefix=prefix) for _ in range(2)]

    assert sum(granted(copies[turn % 2], key, 1) for turn in range(10)) == 4


def test_without_an_answer_of_redis_each_copy_counts_alone(malls: MallStore, mall: Mall, caplog: Any) -> None:
    key = malls.create_key(mall.id, Terms(daily_quota=3, rate=0)).key
    quota = Quota(malls, "redis://127.0.0.1:1/0")
    assert quota.is_shared

    assert granted(quota, key, 5) == 3
    assert not quota.is_shared
    assert "Redis does not answer" in caplog.text


@pytest.mark.parametrize("url", ["nonsense", "http://127.0.0.1", "redis://127.0.0.1:port"])
def test_an_address_of_redis_that_cannot_be_read_is_a_setup_error(malls: MallStore, url: str) -> None:
    with pytest.raises(SetupError, match="ONECALL_REDIS_URL"):
        Quota(malls, url)


def test_usage_is_stored_on_a_normal_stop(malls: MallStore, mall: Mall, clock: Any) -> None:
    key = malls.create_key(mall.id, Terms(daily_quota=2, rate=0)).key
    quota = Quota(malls)
    quota.start()
    granted(quota, key, 3)

    quota.stop()

    assert malls.usage(mall.id, date(2026, 11, 22)) == [UsageLine(key.id, date(2026, 11, 22), WHAT, 2, 1)]
    assert malls.listed_keys()[0].last_used_at == clock()


def test_usage_is_counted_by_the_day_in_korea(malls: MallStore, mall: Mall, clock: Any) -> None:
    key = malls.create_key(mall.id).key
    quota = Quota(malls)
    clock.forward(hours=13)

    quota.take(key, WHAT)
    quota.stop()

    assert malls.usage(mall.id, date(2026, 11, 1))[0].day == date(2026, 11, 23)


class Failing(MallStore):
    """A store whose database is away for a while."""

    is_away = False

    def add_usage(self, *given: Any) -> None:
        if self.is_away:
            raise UpstreamError("저장소가 없어요.")
        super().add_usage(*given)


def test_usage_that_cannot_be_stored_is_stored_later(mall_engine: Any, mall: Mall, clock: Any) -> None:
    store = Failing(mall_engine, clock)
    key = store.create_key(mall.id).key
    quota = Quota(store)
    store.is_away = True
    quota.take(key, WHAT)
    quota.stop()

    store.is_away = False
    quota.take(key, WHAT)
    quota.stop()

    assert store.usage(mall.id, date(2026, 11, 22)) == [UsageLine(key.id, date(2026, 11, 22), WHAT, 2)]


def test_usage_counted_by_many_threads_is_all_there(malls: MallStore, mall: Mall) -> None:
    key = malls.create_key(mall.id, Terms(0, 0)).key
    quota = Quota(malls)

    def ask(_: int) -> None:
        for _ in range(50):
            quota.take(key, WHAT)
        quota.usage.flush()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask, range(6)))
    assert malls.granted_on(key.lineage, date(2026, 11, 22)) == 300
    assert Tally(1, 2) + Tally(3, 4) == Tally(4, 6)
