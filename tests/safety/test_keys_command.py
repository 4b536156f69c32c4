import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from assistant.commands.keys import keys_app
from assistant.errors import AssistantError, BadInputError, ConflictError, NotFoundError
from assistant.safety.database import open_safety_database
from assistant.safety.malls.store import MallStore
from assistant.screening.policy import DEFAULT_POLICY, policy_json


@pytest.fixture
def database(migrated_mirror: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_mirror, tmp_path / 'safety.db')}"


@pytest.fixture
def keys(database: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `onecall keys …`; an error of ours is raised."""
    monkeypatch.setenv("ONECALL_SAFETY_DATABASE_URL", database)

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(keys_app, arguments)
        if isinstance(result.exception, AssistantError):
            raise result.exception
        return result

    return run


@pytest.fixture
def store(database: str) -> Iterator[MallStore]:
    engine = open_safety_database(database)
    yield MallStore(engine)
    engine.dispose()


def made(result: Result) -> tuple[str, str]:
    """The key that was printed, and its id."""
    secret = result.stdout.strip()
    return secret, secret.rpartition("_")[0]


def test_a_new_key_is_printed_once(keys: Callable[..., Result], store: MallStore) -> None:
    secret, key_id = made(keys("create", "가온몰", "--quota", "500", "--rate", "5", "--allow", "203.0.113.0/24"))
    listed = keys("list").output

    key = store.key_of(secret)
    assert key is not None
    assert (key.id, key.daily_quota, key.rate, key.allowed_ips) == (key_id, 500, 5, ("203.0.113.0/24",))
    assert key_id in listed
    assert secret not in listed


def test_a_second_key_belongs_to_the_same_mall(keys: Callable[..., Result], store: MallStore) -> None:
    keys("create", "가온몰")
    keys("create", "가온몰", "--days", "30")

    assert [mall.name for mall in store.malls()] == ["가온몰"]
    assert [key.expires_at is None for key in store.listed_keys()].count(False) == 1


def test_keys_are_listed_as_json_without_the_hash(keys: Callable[..., Result]) -> None:
    _, key_id = made(keys("create", "가온몰"))
    keys("create", "나래몰")

    (line,) = keys("list", "가온몰", "--json").stdout.splitlines()

    assert json.loads(line)["id"] == key_id
    assert json.loads(line)["state"] == "live"
    assert "hash" not in line


def test_rotating_prints_the_new_key(keys: Callable[..., Result], store: MallStore) -> None:
    old, key_id = made(keys("create", "가온몰"))
    new, _ = made(keys("rotate", key_id, "--grace-hours", "0"))

    states = [key.state(store.clock()) for secret in (old, new) if (key := store.key_of(secret))]
    assert states == ["expired", "live"]
    with pytest.raises(ConflictError):
        keys("rotate", key_id)


def test_a_revoked_key_is_told_as_such(keys: Callable[..., Result]) -> None:
    _, key_id = made(keys("create", "가온몰"))

    assert "폐기" in keys("revoke", key_id).output
    assert "폐기" in keys("list").output or "revoked" in keys("list", "--json").output


def test_addresses_and_limits_are_changed(keys: Callable[..., Result], store: MallStore) -> None:
    _, key_id = made(keys("create", "가온몰"))

    assert "203.0.113.7/32" in keys("allow", key_id, "203.0.113.7").output
    assert "제한 없음" in keys("quota", key_id, "--quota", "0", "--rate", "7").output
    assert "모두" in keys("allow", key_id, "--any").output
    assert (store.listed_keys()[0].daily_quota, store.listed_keys()[0].rate) == (0, 7)


@pytest.mark.parametrize("arguments", [(), ("203.0.113.7", "--any")], ids=["nothing", "both"])
def test_allowing_needs_addresses_or_any(keys: Callable[..., Result], arguments: tuple[str, ...]) -> None:
    _, key_id = made(keys("create", "가온몰"))

    assert keys("allow", key_id, *arguments).exit_code == 2


def test_usage_of_a_mall_without_calls_is_empty(keys: Callable[..., Result]) -> None:
    keys("create", "가온몰")

    assert keys("usage", "가온몰", "--json").stdout == ""
    assert "거절" in keys("usage", "가온몰").output


def test_a_policy_is_set_from_a_file_and_shown(keys: Callable[..., Result], tmp_path: Path) -> None:
    keys("create", "가온몰")
    file = tmp_path / "policy.json"
    wanted = policy_json(DEFAULT_POLICY)
    wanted = {**wanted, "actions": {**wanted["actions"], "expired": "block"}}
    file.write_text(json.dumps(wanted), encoding="utf-8")

    assert json.loads(keys("policy", "가온몰").stdout) == policy_json(DEFAULT_POLICY)
    assert json.loads(keys("policy", "가온몰", "--set", str(file)).stdout) == wanted
    assert json.loads(keys("policy", "가온몰").stdout) == wanted


@pytest.mark.parametrize("content", ["{", '{"actions": {"expired": "explode"}}', "[]"], ids=["cut", "unknown", "list"])
def test_a_policy_that_cannot_be_read_changes_nothing(
    keys: Callable[..., Result], tmp_path: Path, content: str
) -> None:
    keys("create", "가온몰")
    file = tmp_path / "policy.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(BadInputError):
        keys("policy", "가온몰", "--set", str(file))

    assert json.loads(keys("policy", "가온몰").stdout) == policy_json(DEFAULT_POLICY)


@pytest.mark.parametrize(
    "arguments", [("usage", "없는몰"), ("policy", "없는몰"), ("list", "없는몰"), ("revoke", "oc_0")]
)
def test_what_is_not_there_is_not_found(keys: Callable[..., Result], arguments: tuple[str, ...]) -> None:
    with pytest.raises(NotFoundError):
        keys(*arguments)


@pytest.mark.parametrize(
    "option", [("--allow", "nowhere"), ("--quota", "-1"), ("--rate", "99999"), ("--days", "99999")]
)
def test_terms_that_cannot_be_make_no_key(
    keys: Callable[..., Result], store: MallStore, option: tuple[str, str]
) -> None:
    with pytest.raises(BadInputError):
        keys("create", "가온몰", *option)

    assert store.listed_keys() == []
