from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from assistant.errors import BadInputError, ConflictError, NotFoundError
from assistant.product_safety import Mall
from assistant.safety.malls.keys import Terms, is_allowed, looks_like_key
from assistant.safety.malls.store import MallStore, Tally, UsageLine
from assistant.safety.malls.tables import MallBase
from assistant.screening.policy import DEFAULT_POLICY, policy_from, policy_json

TODAY = date(2026, 11, 22)


def test_the_migration_makes_what_the_models_say(mirror_engine: Engine) -> None:
    def is_of_malls(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in MallBase.metadata.tables

    options = {"compare_type": True, "render_as_batch": True, "include_name": is_of_malls}
    with mirror_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)

        assert compare_metadata(context, MallBase.metadata) == []


def test_a_mall_is_found_by_its_name(malls: MallStore, mall: Mall) -> None:
    assert malls.mall_named(" 가온몰 ") == mall
    assert malls.mall_named("나래몰") is None
    assert malls.malls() == [mall]


def test_two_malls_never_share_a_name(malls: MallStore, mall: Mall) -> None:
    with pytest.raises(ConflictError, match="이미 있어요"):
        malls.create_mall("가온몰")


@pytest.mark.parametrize("name", ["", "   ", "가" * 81, "가\0나"], ids=["empty", "blank", "long", "nul"])
def test_a_mall_needs_a_name_that_can_be_stored(malls: MallStore, name: str) -> None:
    with pytest.raises(BadInputError):
        malls.create_mall(name)


def test_a_key_opens_its_own_mall(malls: MallStore, mall: Mall) -> None:
    made = malls.create_key(mall.id)
    malls.create_key(malls.create_mall("나래몰").id)

    assert looks_like_key(made.secret)
    assert malls.key_of(made.secret) == made.key
    assert made.key.mall == mall


def test_only_the_hash_of_a_key_is_stored(malls: MallStore, mall: Mall, mall_engine: Engine) -> None:
    made = malls.create_key(mall.id)

    with mall_engine.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM mall_keys")).all())
    assert made.secret.rpartition("_")[2] not in stored
    assert made.secret not in repr(made)


def test_no_two_keys_are_alike(malls: MallStore, mall: Mall) -> None:
    assert len({malls.create_key(mall.id).secret for _ in range(20)}) == 20


def test_a_key_that_was_never_made_opens_nothing(malls: MallStore, mall: Mall) -> None:
    made = malls.create_key(mall.id)

    assert malls.key_of(made.secret[:-1] + ("0" if made.secret[-1] != "0" else "1")) is None
    assert malls.key_of(made.key.id) is None
    assert malls.key_of("' OR 1=1 --") is None


def test_a_key_of_no_mall_cannot_be_made(malls: MallStore) -> None:
    with pytest.raises(NotFoundError):
        malls.create_key("none")


def test_a_key_expires_on_its_day(malls: MallStore, mall: Mall, clock: Any) -> None:
    key = malls.create_key(mall.id, Terms(lifetime=timedelta(days=30))).key

    assert key.state(clock() + timedelta(days=29)) == "live"
    assert key.state(clock() + timedelta(days=30)) == "expired"


@pytest.mark.parametrize(
    "terms",
    [
        Terms(daily_quota=-1),
        Terms(daily_quota=2**31),
        Terms(rate=-1),
        Terms(rate=10_001),
        Terms(lifetime=timedelta(0)),
        Terms(lifetime=timedelta(days=99_999)),
        Terms(allowed_ips=("none",)),
        Terms(allowed_ips=("203.0.113.7/24",)),
        Terms(allowed_ips=("",)),
        Terms(allowed_ips=tuple(f"10.0.{n}.1" for n in range(101))),
    ],
    ids=lambda terms: str(terms)[:60],
)
def test_terms_that_cannot_be_are_refused(malls: MallStore, mall: Mall, terms: Terms) -> None:
    with pytest.raises(BadInputError):
        malls.create_key(mall.id, terms)

    assert malls.listed_keys() == []


def test_a_rotated_key_works_for_the_grace_time(malls: MallStore, mall: Mall, clock: Any) -> None:
    old = malls.create_key(mall.id, Terms(50, 5, ("203.0.113.0/24",)))
    new = malls.rotate(old.key.id, timedelta(days=2))

    left = malls.key_of(old.secret)
    assert left is not None
    assert left.replaced_by == new.key.id
    assert left.state(clock() + timedelta(hours=47)) == "live"
    assert left.state(clock() + timedelta(hours=48)) == "expired"


def test_the_key_in_its_place_has_the_same_terms_and_quota(malls: MallStore, mall: Mall, clock: Any) -> None:
    old = malls.create_key(mall.id, Terms(50, 5, ("203.0.113.0/24",), timedelta(days=90))).key
    clock.forward(days=80)

    new = malls.rotate(old.id).key

    assert (new.daily_quota, new.rate, new.allowed_ips) == (50, 5, ("203.0.113.0/24",))
    assert new.expires_at == clock() + timedelta(days=90)
    assert new.lineage == old.lineage


def test_grace_never_prolongs_a_key(malls: MallStore, mall: Mall) -> None:
    old = malls.create_key(mall.id, Terms(lifetime=timedelta(days=1)))

    malls.rotate(old.key.id, timedelta(days=7))

    left = malls.key_of(old.secret)
    assert left is not None
    assert left.expires_at == old.key.expires_at


def test_a_key_is_rotated_once(malls: MallStore, mall: Mall) -> None:
    key = malls.create_key(mall.id).key

    def rotate(_: int) -> str:
        try:
            return malls.rotate(key.id).key.id
        except ConflictError:
            return ""

    with ThreadPoolExecutor(4) as pool:
        made = [one for one in pool.map(rotate, range(4)) if one]
    assert len(made) == 1
    assert len(malls.listed_keys(mall.id)) == 2


def test_a_revoked_or_expired_key_is_not_rotated(malls: MallStore, mall: Mall, clock: Any) -> None:
    revoked = malls.create_key(mall.id).key
    expired = malls.create_key(mall.id, Terms(lifetime=timedelta(days=1))).key
    malls.revoke(revoked.id)
    clock.forward(days=1)

    for key in (revoked, expired):
        with pytest.raises(ConflictError):
            malls.rotate(key.id)


def test_revoking_twice_keeps_the_first_moment(malls: MallStore, mall: Mall, clock: Any) -> None:
    key = malls.create_key(mall.id).key
    first = malls.revoke(key.id)
    clock.forward(hours=1)

    assert first.state(clock()) == "revoked"
    assert malls.revoke(key.id).revoked_at == first.revoked_at


def test_a_quota_is_changed_without_the_rate(malls: MallStore, mall: Mall) -> None:
    key = malls.create_key(mall.id, Terms(50, 5)).key

    changed = malls.set_quota(key.id, daily_quota=0)

    assert (changed.daily_quota, changed.rate) == (0, 5)
    assert malls.listed_keys(mall.id) == [changed]


@pytest.mark.parametrize("act", ["rotate", "revoke", "set_quota"])
def test_a_key_that_is_not_there_is_not_found(malls: MallStore, act: str) -> None:
    with pytest.raises(NotFoundError):
        getattr(malls, act)("oc_000000000000")


@pytest.mark.parametrize(
    ("host", "networks", "is_in"),
    [
        ("203.0.113.7", [], True),
        ("203.0.113.7", ["203.0.113.7/32"], True),
        ("203.0.113.8", ["203.0.113.7/32"], False),
        ("203.0.113.8", ["198.51.100.0/24", "203.0.113.0/24"], True),
        ("::ffff:203.0.113.8", ["203.0.113.0/24"], True),
        ("2001:db8::1", ["2001:db8::/32"], True),
        ("2001:db8::1", ["0.0.0.0/0"], False),
        ("testclient", ["0.0.0.0/0"], False),
        ("", ["0.0.0.0/0"], False),
    ],
)
def test_an_address_is_held_against_the_networks(host: str, networks: list[str], is_in: bool) -> None:
    assert is_allowed(host, networks) is is_in


def test_allowed_addresses_are_stored_in_one_spelling(malls: MallStore, mall: Mall) -> None:
    key = malls.create_key(mall.id).key

    changed = malls.allow(key.id, [" 203.0.113.7 ", "203.0.113.7/32", "2001:DB8::/32"])

    assert changed.allowed_ips == ("203.0.113.7/32", "2001:db8::/32")
    assert malls.allow(key.id, []).allowed_ips == ()


def test_a_mall_without_a_policy_has_the_default(malls: MallStore, mall: Mall) -> None:
    assert malls.policy(mall.id) == DEFAULT_POLICY


def test_a_policy_is_of_one_mall(malls: MallStore, mall: Mall) -> None:
    other = malls.create_mall("나래몰")
    changed = {**policy_json(DEFAULT_POLICY), "actions": {"expired": "block"}}

    malls.set_policy(mall.id, policy_from(changed))

    assert malls.policy(mall.id).actions["expired"] == "block"
    assert malls.policy(other.id) == DEFAULT_POLICY


def test_a_policy_of_no_mall_is_not_found(malls: MallStore) -> None:
    with pytest.raises(NotFoundError):
        malls.policy("none")
    with pytest.raises(NotFoundError):
        malls.set_policy("none", DEFAULT_POLICY)


def test_usage_adds_up(malls: MallStore, mall: Mall, clock: Any) -> None:
    key = malls.create_key(mall.id).key
    place = (key.id, TODAY, "GET /v1/recalls")

    malls.add_usage({place: Tally(3, 1)}, {key.id: clock()})
    malls.add_usage({place: Tally(2, 0)}, {key.id: clock() - timedelta(hours=1)})

    assert malls.usage(mall.id, TODAY) == [UsageLine(*place, granted=5, refused=1)]
    assert malls.granted_on(key.lineage, TODAY) == 5
    assert malls.listed_keys()[0].last_used_at == clock()


def test_usage_is_of_one_mall_and_since_a_day(malls: MallStore, mall: Mall) -> None:
    key, other = malls.create_key(mall.id).key, malls.create_key(malls.create_mall("나래몰").id).key
    yesterday = TODAY - timedelta(days=1)
    malls.add_usage({(key.id, day, "GET /a"): Tally(1) for day in (yesterday, TODAY)}, {})
    malls.add_usage({(other.id, TODAY, "GET /a"): Tally(9)}, {})

    assert malls.usage(mall.id, TODAY) == [UsageLine(key.id, TODAY, "GET /a", 1)]
    assert [line.day for line in malls.usage(mall.id, yesterday)] == [TODAY, yesterday]


def test_usage_from_several_copies_at_once_is_not_lost(malls: MallStore, mall: Mall) -> None:
    keys = [malls.create_key(mall.id).key for _ in range(5)]

    def add(turn: int) -> None:
        order = keys if turn % 2 else keys[::-1]
        malls.add_usage({(key.id, TODAY, "GET /a"): Tally(1) for key in order}, {})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(40)))
    assert [line.granted for line in malls.usage(mall.id, TODAY)] == [40] * 5


def test_usage_that_cannot_be_stored_whole_is_not_stored_at_all(malls: MallStore, mall: Mall) -> None:
    key = malls.create_key(mall.id).key

    with pytest.raises(IntegrityError):
        malls.add_usage({(key.id, TODAY, "GET /a"): Tally(1), ("oc_zz", TODAY, "GET /a"): Tally(1)}, {})

    assert malls.usage(mall.id, TODAY) == []
