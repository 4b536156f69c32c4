"""`onecall keys`: the malls that may call the interface, and their keys."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Column, Table

from assistant.commands.terminal import JsonOption, err, out
from assistant.errors import BadInputError, NotFoundError
from assistant.product_safety import Mall
from assistant.safety.malls.keys import DEFAULT_GRACE, MallKey, NewKey, Terms
from assistant.safety_wording import MALL_ERRORS
from assistant.screening.policy import policy_from, policy_json
from assistant.settings import Settings
from assistant.wording import KST

if TYPE_CHECKING:
    from assistant.safety.malls.store import MallStore

keys_app = typer.Typer(help="쇼핑몰의 인증키와 한도를 관리해요.", no_args_is_help=True)

_STATES = {"live": "사용 중", "revoked": "폐기", "expired": "만료"}
_DEFAULT = Terms()

MallArgument = Annotated[str, typer.Argument(metavar="NAME", help="쇼핑몰 이름")]
KeyArgument = Annotated[str, typer.Argument(metavar="KEY_ID", help="인증키 번호 (예: oc_1a2b3c4d5e6f)")]
QuotaOption = Annotated[int, typer.Option("--quota", help="하루에 보낼 수 있는 요청 수 (0: 제한 없음)")]
RateOption = Annotated[int, typer.Option("--rate", help="1초에 보낼 수 있는 요청 수 (0: 제한 없음)")]


@keys_app.command("create")
def create(
    name: MallArgument,
    quota: QuotaOption = _DEFAULT.daily_quota,
    rate: RateOption = _DEFAULT.rate,
    allow: Annotated[list[str] | None, typer.Option("--allow", help="쓸 수 있는 IP 주소나 대역 (여러 번)")] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, help="사용 기간 (일). 없으면 끝나지 않아요")] = None,
) -> None:
    """쇼핑몰의 인증키를 만들어요. 처음 보는 쇼핑몰이면 함께 등록해요."""
    terms = Terms(quota, rate, tuple(allow or ()), None if days is None else timedelta(days=min(days, 100_000)))
    with _malls() as malls:
        mall = malls.mall_named(name) or malls.create_mall(name)
        _show_once(malls.create_key(mall.id, terms))


@keys_app.command("list")
def list_keys(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="쇼핑몰 이름")] = None,
    as_json: JsonOption = False,
) -> None:
    """인증키를 보여줘요. 인증키 전체는 만들 때만 볼 수 있어요."""
    with _malls() as malls:
        found, now = malls.listed_keys(_mall(malls, name).id if name else None), malls.clock()
    if as_json:
        for key in found:
            print(json.dumps({**asdict(key), "state": key.state(now)}, ensure_ascii=False, default=str))
        return
    table = Table(
        "쇼핑몰", Column("번호", no_wrap=True), "상태", "하루 한도", "초당", "IP", "만든 날", "만료", "마지막 사용"
    )
    for key in found:
        limits = (_limit(key.daily_quota), _limit(key.rate), ", ".join(key.allowed_ips) or "모두")
        times = (_local(key.created_at), _local(key.expires_at), _local(key.last_used_at))
        table.add_row(key.mall.name, key.id, _STATES[key.state(now)], *limits, *times)
    out.print(table)


@keys_app.command("rotate")
def rotate(
    key: KeyArgument,
    hours: Annotated[int, typer.Option("--grace-hours", min=0, max=8_760, help="옛 인증키를 더 쓸 수 있는 시간")] = int(
        DEFAULT_GRACE.total_seconds() // 3600
    ),
) -> None:
    """새 인증키로 바꿔요. 옛 인증키는 유예 시간 동안만 더 쓸 수 있어요."""
    with _malls() as malls:
        made = malls.rotate(key, timedelta(hours=hours))
    _show_once(made)
    err.print(f"옛 인증키 {key}는 {hours}시간 뒤에 끝나요.", markup=False)


@keys_app.command("revoke")
def revoke(key: KeyArgument) -> None:
    """인증키를 바로 못 쓰게 해요. 되돌릴 수 없어요."""
    with _malls() as malls:
        _tell(malls.revoke(key), malls.clock())


@keys_app.command("allow")
def allow(
    key: KeyArgument,
    networks: Annotated[list[str] | None, typer.Argument(metavar="[CIDR]...", help="IP 주소나 대역")] = None,
    is_any: Annotated[bool, typer.Option("--any", help="어디서든 쓸 수 있게 해요")] = False,
) -> None:
    """인증키를 쓸 수 있는 IP 주소를 정해요. 전에 정한 것은 지워져요."""
    if bool(networks) == is_any:
        raise typer.BadParameter("IP 주소나 --any 중에 하나를 주세요.")
    with _malls() as malls:
        _tell(malls.allow(key, networks or []), malls.clock())


@keys_app.command("quota")
def quota(
    key: KeyArgument,
    daily: Annotated[int | None, typer.Option("--quota", help="하루 한도 (0: 제한 없음)")] = None,
    rate: Annotated[int | None, typer.Option("--rate", help="초당 한도 (0: 제한 없음)")] = None,
) -> None:
    """인증키의 하루 한도와 초당 한도를 바꿔요."""
    with _malls() as malls:
        _tell(malls.set_quota(key, daily, rate), malls.clock())


@keys_app.command("usage")
def usage(
    name: MallArgument,
    days: Annotated[int, typer.Option("--days", min=1, max=3_650, help="며칠 동안")] = 30,
    as_json: JsonOption = False,
) -> None:
    """쇼핑몰이 며칠 동안 무엇을 몇 번 썼는지 보여줘요."""
    with _malls() as malls:
        since = malls.clock().astimezone(KST).date() - timedelta(days=days - 1)
        lines = malls.usage(_mall(malls, name).id, since)
    if as_json:
        for line in lines:
            print(json.dumps(asdict(line), ensure_ascii=False, default=str))
        return
    table = Table("날짜", Column("인증키", no_wrap=True), "주소", "처리", "거절")
    for line in lines:
        table.add_row(str(line.day), line.key_id, line.endpoint, f"{line.granted:,}", f"{line.refused:,}")
    out.print(table)


@keys_app.command("policy")
def policy(
    name: MallArgument,
    file: Annotated[Path | None, typer.Option("--set", help="이 JSON 파일의 정책으로 바꿔요")] = None,
) -> None:
    """쇼핑몰의 정책(판정마다 통과·경고·보류·차단)을 보여주거나 바꿔요."""
    with _malls() as malls:
        mall = _mall(malls, name)
        if file is not None:
            malls.set_policy(mall.id, policy_from(_json_in(file)))
        print(json.dumps(policy_json(malls.policy(mall.id)), ensure_ascii=False, indent=2))


@contextmanager
def _malls() -> Iterator["MallStore"]:
    from assistant.safety.database import open_safety_database
    from assistant.safety.malls.store import MallStore

    engine = open_safety_database(Settings.from_env(os.environ).safety_database)
    try:
        yield MallStore(engine)
    finally:
        engine.dispose()


def _mall(malls: "MallStore", name: str) -> Mall:
    found = malls.mall_named(name)
    if found is None:
        raise NotFoundError(MALL_ERRORS["no_mall"], code="no_mall")
    return found


def _json_in(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError:
        raise typer.BadParameter(f"파일을 읽을 수 없어요: {file}") from None
    except (ValueError, RecursionError):
        raise BadInputError(MALL_ERRORS["bad_json_file"]) from None


def _show_once(made: NewKey) -> None:
    """Print the key alone to stdout, for a script to catch; what is said of it goes to stderr."""
    err.print(
        f"{made.key.mall.name}의 인증키를 만들었어요. 지금만 볼 수 있으니 안전한 곳에 옮겨 적어 주세요.", markup=False
    )
    print(made.secret)


def _tell(key: MallKey, now: datetime) -> None:
    limits = f"하루 {_limit(key.daily_quota)} · 초당 {_limit(key.rate)} · IP {', '.join(key.allowed_ips) or '모두'}"
    out.print(f"{key.id} ({key.mall.name}): {_STATES[key.state(now)]} · {limits}", markup=False)


def _limit(count: int) -> str:
    return f"{count:,}" if count else "제한 없음"


def _local(moment: datetime | None) -> str:
    return moment.astimezone(KST).strftime("%Y-%m-%d %H:%M") if moment else ""
