"""`onecall desk`: the people of the desk, the log of what they did, and removing what was kept for long enough."""

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from assistant.account_wording import ACTIONS, ERRORS, ROLES, SECTOR_NAMES
from assistant.commands.terminal import JsonOption, err, out
from assistant.errors import BadInputError
from assistant.settings import Settings
from assistant.wording import KST

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from assistant.desk.accounts import Accounts

desk_app = typer.Typer(help="상담 데스크의 사람과 기록을 관리해요.", no_args_is_help=True)
people_app = typer.Typer(help="상담 데스크에서 일하는 사람을 관리해요.", no_args_is_help=True)
desk_app.add_typer(people_app, name="people")

LoginArgument = Annotated[str, typer.Argument(metavar="LOGIN", help="아이디")]
RoleOption = Annotated[str, typer.Option("--role", help=", ".join(ROLES))]
SectorOption = Annotated[list[str] | None, typer.Option("--sector", help="맡는 업종 (여러 번). 없으면 모두")]


@people_app.command("add")
def add(
    login: LoginArgument,
    role: RoleOption,
    name: Annotated[str, typer.Option("--name", help="이름. 없으면 아이디")] = "",
    sector: SectorOption = None,
    is_asked: Annotated[bool, typer.Option("--ask", help="비밀번호를 직접 적어요")] = False,
    is_elsewhere: Annotated[bool, typer.Option("--no-password", help="회사 계정(OIDC)으로만 로그인해요")] = False,
) -> None:
    """사람을 추가하고, 한 번만 보이는 임시 비밀번호를 보여줘요."""
    from assistant.desk.accounts import Wanted
    from assistant.desk.passwords import new_password

    if is_asked and is_elsewhere:
        raise typer.BadParameter("--ask와 --no-password 중에 하나만 주세요.")
    password = None if is_elsewhere else _asked() if is_asked else new_password()
    with _accounts() as accounts:
        made = accounts.add(None, login, Wanted(name or login, role, tuple(sector or ())), password)
    err.print(f"{made.login} ({ROLES[made.role]}) 계정을 만들었어요.", markup=False)
    if password and not is_asked:
        _show_once(password)


@people_app.command("list")
def list_people(as_json: JsonOption = False) -> None:
    """상담 데스크에서 일하는 사람을 보여줘요."""
    with _accounts() as accounts:
        found = accounts.listed()
    if as_json:
        for one in found:
            print(json.dumps(asdict(one), ensure_ascii=False, default=str))
        return
    table = Table(Column("아이디", no_wrap=True), "이름", "역할", "업종", "상태", "일회용 코드", "마지막으로 본 때")
    for one in found:
        person = one.person
        sectors = ", ".join(SECTOR_NAMES[sector] for sector in person.sectors) or "모두"
        state = "사용 중" if person.is_active else "멈춤"
        codes = "등록" if one.has_codes else "없음"
        table.add_row(person.login, person.name, ROLES[person.role], sectors, state, codes, _local(one.seen_at))
    out.print(table)


@people_app.command("change")
def change(
    login: LoginArgument,
    role: Annotated[str | None, typer.Option("--role", help=", ".join(ROLES))] = None,
    name: Annotated[str | None, typer.Option("--name", help="이름")] = None,
    sector: SectorOption = None,
    is_all: Annotated[bool, typer.Option("--all-sectors", help="모든 업종을 맡아요")] = False,
) -> None:
    """이름, 역할, 업종을 바꿔요. 주지 않은 것은 그대로예요."""
    from assistant.desk.accounts import Wanted

    with _accounts() as accounts:
        known = accounts.person(login)
        sectors = () if is_all else tuple(sector) if sector else known.sectors
        wanted = Wanted(known.name if name is None else name, role or known.role, sectors)
        made = accounts.change(None, known.id, wanted)
    out.print(f"{made.login}: {made.name} · {ROLES[made.role]}", markup=False)


@people_app.command("deactivate")
def deactivate(login: LoginArgument) -> None:
    """계정을 멈춰요. 바로 로그아웃되고, 한 일의 기록은 남아요."""
    with _accounts() as accounts:
        accounts.set_active(None, accounts.person(login).id, False)


@people_app.command("activate")
def activate(login: LoginArgument) -> None:
    """멈춘 계정을 다시 열어요."""
    with _accounts() as accounts:
        accounts.set_active(None, accounts.person(login).id, True)


@people_app.command("reset-password")
def reset_password(login: LoginArgument) -> None:
    """임시 비밀번호를 새로 만들어 한 번 보여줘요."""
    with _accounts() as accounts:
        _show_once(accounts.reset_password(None, accounts.person(login).id))


@people_app.command("reset-totp")
def reset_totp(login: LoginArgument) -> None:
    """일회용 코드를 초기화해요. 다음 로그인 때 인증 앱을 다시 등록해요."""
    with _accounts() as accounts:
        accounts.reset_codes(None, accounts.person(login).id)


@people_app.command("unlock")
def unlock(login: LoginArgument) -> None:
    """여러 번 틀려서 막힌 것을 풀어요."""
    with _accounts() as accounts:
        accounts.unlock(None, accounts.person(login).id)


@desk_app.command("audit")
def audit(
    person: Annotated[str, typer.Option("--person", help="아이디")] = "",
    action: Annotated[str, typer.Option("--action", help=", ".join(ACTIONS))] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=4_000, help="며칠 동안")] = 30,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="몇 줄까지")] = 100,
    as_json: JsonOption = False,
) -> None:
    """누가 무엇을 보고, 바꾸고, 내려받았는지 보여줘요. 새 것이 위에 있어요."""
    from assistant.desk.audit import Audit, AuditQuery

    if action and action not in ACTIONS:
        raise typer.BadParameter(f"{', '.join(ACTIONS)} 중에 하나를 써 주세요.")
    since = datetime.now(KST) - timedelta(days=days)
    with _engine() as engine:
        found = Audit(engine).page(AuditQuery(login=person, action=action, since=since), limit).lines
    if as_json:
        for line in found:
            print(json.dumps(asdict(line), ensure_ascii=False, default=str))
        return
    table = Table(Column("때", no_wrap=True), "아이디", "한 일", "대상", "자세히")
    for line in found:
        detail = json.dumps(dict(line.detail), ensure_ascii=False) if line.detail else ""
        table.add_row(_local(line.at), line.login, ACTIONS.get(line.action, line.action), line.subject, detail)
    out.print(table)


@desk_app.command("retain")
def retain(
    is_trial: Annotated[bool, typer.Option("--dry-run", help="몇 개인지만 보여줘요")] = False,
) -> None:
    """보관 기간이 지난 대화의 글과 개인정보를 지워요. 통계에 쓰는 숫자는 남아요."""
    from assistant.desk.retention import Retention

    with _engine() as engine:
        retention = Retention(engine, _settings())
        if is_trial:
            out.print(f"지울 대화 {retention.due():,}개")
            return
        removed = retention.remove()
    out.print(f"대화 {removed.conversations:,}개를 비우고, 기록 {removed.audit_lines:,}줄을 지웠어요.")


def _settings() -> Settings:
    return Settings.from_env(os.environ)


def _engine() -> AbstractContextManager["Engine"]:
    from assistant.desk.access import open_store

    return open_store(_settings())


@contextmanager
def _accounts() -> Iterator["Accounts"]:
    from assistant.desk.accounts import Accounts

    with _engine() as engine:
        yield Accounts(engine)


def _asked() -> str:
    password: str = typer.prompt("비밀번호", hide_input=True, err=True)
    if typer.prompt("한 번 더", hide_input=True, err=True) != password:
        raise BadInputError(ERRORS["passwords_differ"], code="passwords_differ")
    return password


def _show_once(password: str) -> None:
    """Print the password alone to stdout, for a script to catch; what is said of it goes to stderr."""
    err.print("임시 비밀번호예요. 지금만 볼 수 있고, 처음 로그인할 때 새로 정해요.", markup=False)
    print(password)


def _local(moment: datetime | None) -> str:
    return moment.astimezone(KST).strftime("%Y-%m-%d %H:%M") if moment else ""
