"""`onecall outbox`: what is to be sent to messengers, what failed, and sending it again."""

import json
import os
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from assistant.commands.terminal import JsonOption, out
from assistant.settings import Settings
from assistant.wording import KST

if TYPE_CHECKING:
    from assistant.store.outbox import Outbox, Sendable

outbox_app = typer.Typer(help="메신저로 보낼 메시지를 보고 다시 보내요.", no_args_is_help=True)

_NAMES = {
    "waiting": "대기",
    "sending": "보내는 중",
    "sent": "보냄",
    "held": "다음 메시지 때 전달",
    "uncertain": "도착했는지 모름",
    "failed": "실패",
    "dropped": "보내지 않음",
}

NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", min=1, max=2**31 - 1, help="메시지 번호")]


@outbox_app.command("list")
def list_outbox(
    state: Annotated[str | None, typer.Option("--state", help=", ".join(_NAMES))] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help="몇 개까지")] = 100,
    as_json: JsonOption = False,
) -> None:
    """보낼 메시지를 보여줘요. 상태를 정하지 않으면 아직 끝나지 않은 것만 보여줘요."""
    if state is not None and state not in _NAMES:
        raise typer.BadParameter(f"{', '.join(_NAMES)} 중에 하나를 써 주세요.")
    with _outbox() as outbox:
        found, counts = outbox.listed(state, limit), outbox.counts()
    if as_json:
        for one in found:
            print(json.dumps(asdict(one), ensure_ascii=False, default=str))
        return
    table = Table(Column("번호", no_wrap=True), "채널", "상태", "종류", "시도", "만든 때", "다음 시도", "오류")
    for one in found:
        due = _local(one.next_try_at) if one.state == "waiting" else ""
        row = (str(one.id), one.channel, _NAMES[one.state], one.call, str(one.tries), _local(one.created_at), due)
        table.add_row(*row, one.error)
    out.print(table)
    out.print(" · ".join(f"{_NAMES[name]} {count:,}" for name, count in counts.items() if count), markup=False)


@outbox_app.command("show")
def show(number: NumberArgument, as_json: JsonOption = False) -> None:
    """메시지 하나를 자세히 보여줘요. 받는 사람의 주소는 보여주지 않아요."""
    with _outbox() as outbox:
        found = outbox.get(number)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False, default=str))
        return
    for name, value in asdict(found).items():
        if name != "body" and value not in ("", None):
            out.print(f"{name}: {value}", markup=False)
    out.print(json.dumps(found.body, ensure_ascii=False, indent=2), markup=False)


@outbox_app.command("retry")
def retry(
    numbers: Annotated[list[int] | None, typer.Argument(metavar="[NUMBER]...", help="메시지 번호")] = None,
    is_all: Annotated[bool, typer.Option("--failed", help="실패한 것을 모두 다시 보내요")] = False,
) -> None:
    """메시지를 지금 다시 보내요. “도착했는지 모름”은 두 번 도착할 수 있으니 번호를 골라 보내세요."""
    if bool(numbers) == is_all:
        raise typer.BadParameter("메시지 번호나 --failed 중에 하나를 주세요.")
    with _outbox() as outbox:
        wanted = [one.id for one in outbox.listed("failed", 1_000)] if is_all else numbers or []
        for number in wanted:
            _tell(outbox.retry(number))


@outbox_app.command("drop")
def drop(number: NumberArgument) -> None:
    """메시지를 보내지 않기로 해요."""
    with _outbox() as outbox:
        _tell(outbox.drop(number))


def _outbox() -> AbstractContextManager["Outbox"]:
    from assistant.deliver import back_off
    from assistant.store.outbox import open_outbox

    return open_outbox(Settings.from_env(os.environ).database_url, back_off)


def _tell(one: "Sendable") -> None:
    out.print(f"{one.id} ({one.channel}): {_NAMES[one.state]}", markup=False)


def _local(moment: datetime) -> str:
    return moment.astimezone(KST).strftime("%m-%d %H:%M:%S")
