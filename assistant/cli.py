"""The command line: `onecall`."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from assistant import __version__
from assistant.commands.desk import desk_app
from assistant.commands.keys import keys_app
from assistant.commands.measure import bench_app, evaluate, fit
from assistant.commands.outbox import outbox_app
from assistant.commands.safety import safety_app
from assistant.commands.screen import screen
from assistant.commands.terminal import IndexOption, JsonOption, KbOption, err, out, progress, settings_for
from assistant.errors import AssistantError
from assistant.kb.imports import import_table
from assistant.kb.validate import validate
from assistant.records import Message, Ticket
from assistant.settings import ROOT

app = typer.Typer(
    name="onecall",
    help="원콜: 제품 인증·표준·제품안전 상담 도우미",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
kb_app = typer.Typer(help="지식베이스를 검사하고 만들어요.", no_args_is_help=True)
index_app = typer.Typer(help="검색 색인을 만들어요.", no_args_is_help=True)
tickets_app = typer.Typer(help="상담사에게 넘어온 문의를 처리해요.", no_args_is_help=True)
rasa_app = typer.Typer(help="Rasa를 설치하고 학습시켜요.", no_args_is_help=True)
app.add_typer(kb_app, name="kb")
app.add_typer(index_app, name="index")
app.add_typer(tickets_app, name="tickets")
app.add_typer(rasa_app, name="rasa")
app.add_typer(safety_app, name="safety")
app.add_typer(keys_app, name="keys")
app.add_typer(desk_app, name="desk")
app.add_typer(outbox_app, name="outbox")
app.add_typer(bench_app, name="bench")
app.command("screen")(screen)
app.command("eval")(evaluate)
app.command("fit")(fit)


def main() -> None:
    """Run the command; an error of ours is one Korean sentence and exit code 1."""
    try:
        app()
    except AssistantError as error:
        err.print(f"오류({error.code}): {error.message}", markup=False)
        sys.exit(1)


@app.command()
def version() -> None:
    """버전을 보여줘요."""
    out.print(__version__)


# ---- asking ---------------------------------------------------------------------------


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="질문")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="한 줄에 질문 하나씩 적은 파일")] = None,
    as_json: JsonOption = False,
    conversation: Annotated[str | None, typer.Option("--conversation", help="이어서 물을 대화의 번호")] = None,
    kb: KbOption = None,
    index: IndexOption = None,
) -> None:
    """질문하고 답을 받아요."""
    from assistant.service import open_for_command

    if (question is None) == (file is None):
        raise typer.BadParameter("질문이나 --file 중에 하나를 주세요.")
    with open_for_command(settings_for(kb, index), err.print) as assistant:
        for line in _questions(question, file):
            reply = _asked(assistant.handle, Message(line, conversation))
            _show(reply, as_json)
            if file is None and "code" in reply:
                raise typer.Exit(1)


def _questions(question: str | None, file: Path | None) -> Iterator[str]:
    if file is None:
        yield question or ""
        return
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            yield from (line.rstrip("\r\n") for line in lines)
    except OSError as error:
        raise typer.BadParameter(f"파일을 읽을 수 없어요: {file}") from error


def _asked(handle: Callable[[Message], dict[str, Any]], message: Message) -> dict[str, Any]:
    """A line that cannot be asked gives its error and does not end the others."""
    try:
        return handle(message)
    except AssistantError as error:
        return {"code": error.code, "message": error.message}


def _show(reply: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(reply, ensure_ascii=False), flush=True)
        return
    if "code" in reply:
        err.print(f"오류({reply['code']}): {reply['message']}", markup=False)
        return
    out.print(reply["text"], markup=False)
    for choice in reply["quick_replies"]:
        out.print(f"  ▸ {choice}", markup=False)
    if reply["legal_basis"]:
        out.print(f"근거: {reply['legal_basis']}", markup=False, style="dim")
    for source in reply["sources"]:
        out.print(f"출처: {source['title']} {source['url']}", markup=False, style="dim")
    if reply["checked_on"]:
        out.print(f"확인한 날: {reply['checked_on']}", style="dim")
    out.print()


# ---- knowledge base -------------------------------------------------------------------


@kb_app.command("validate")
def kb_validate(kb: KbOption = None, as_json: JsonOption = False) -> None:
    """지식베이스의 모든 파일을 검사해요. 오류가 있으면 실패해요."""
    base, findings = validate(settings_for(kb).kb_dir, date.today())
    for finding in findings:
        if as_json:
            print(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            kind = "[red]오류[/red]" if finding.is_error else "[yellow]주의[/yellow]"
            out.print(kind, end=" ")
            out.print(f"{finding.card}: {finding.problem}", markup=False)
    errors = sum(finding.is_error for finding in findings)
    counts = f"글 {len(base.articles)}, 제도 {len(base.schemes)}, 품목 {len(base.items)}, 기관 {len(base.agencies)}"
    err.print(f"{counts} · 오류 {errors}, 주의 {len(findings) - errors}")
    if errors or not base.articles:
        raise typer.Exit(1)


@kb_app.command("import")
def kb_import(
    file: Annotated[Path, typer.Argument(help="CSV나 Excel(.xlsx) 파일")],
    kb: KbOption = None,
) -> None:
    """질문과 답의 표로 글을 만들어요. 열: question, answer, (id, field, sector, variants, source)."""
    folder = settings_for(kb).kb_dir
    done = import_table(file, folder)
    for row in done.refused:
        err.print(f"{row.row}번째 줄은 가져오지 못했어요: {row.reason}", markup=False)
    err.print(f"글 {len(done.ids)}개를 {folder}에 저장했어요. 못 가져온 줄 {len(done.refused)}개", markup=False)
    if done.refused:
        raise typer.Exit(2)


@index_app.command("build")
def index_build(
    kb: KbOption = None,
    index: IndexOption = None,
    if_stale: Annotated[bool, typer.Option("--if-stale", help="바뀐 것이 있을 때만 만들어요")] = False,
) -> None:
    """지식베이스의 검색 색인을 만들어요."""
    from assistant.bootstrap import build_index

    with progress() as step:
        build_index(settings_for(kb, index), step, only_if_stale=if_stale)


# ---- tickets --------------------------------------------------------------------------

TicketArgument = Annotated[str, typer.Argument(help="접수번호 (예: OC-000012)")]
ByOption = Annotated[str, typer.Option("--by", help="상담사 이름")]


def _tickets() -> Any:
    from assistant.store.database import open_database
    from assistant.store.tickets import TicketStore

    return TicketStore(open_database(settings_for().database_url))


@tickets_app.command("list")
def tickets_list(
    state: Annotated[str | None, typer.Option("--state", help="open, assigned, answered, closed")] = None,
    as_json: JsonOption = False,
) -> None:
    """문의를 마감이 가까운 순서로 보여줘요."""
    if state not in (None, "open", "assigned", "answered", "closed"):
        raise typer.BadParameter("open, assigned, answered, closed 중에 하나를 써 주세요.")
    found: list[Ticket] = _tickets().listed(state)
    if as_json:
        for ticket in found:
            print(json.dumps(asdict(ticket), ensure_ascii=False, default=str))
        return
    table = Table(
        Column("접수번호", no_wrap=True, min_width=9),
        Column("상태", no_wrap=True),
        "이유",
        "분야",
        "업종",
        "마감",
        "상담사",
        "질문",
    )
    for one in found:
        asked = str(one.slots.get("question", ""))[:40]
        table.add_row(one.id, one.state, one.reason, one.field, one.sector, _local(one.due_at), one.consultant, asked)
    Console(highlight=False).print(table)


@tickets_app.command("show")
def tickets_show(ticket: TicketArgument, as_json: JsonOption = False) -> None:
    """문의 하나를 자세히 보여줘요."""
    found: Ticket = _tickets().get(ticket)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False, default=str))
        return
    for name, value in asdict(found).items():
        if name not in ("hits", "transcript") and value:
            out.print(f"{name}: {value}", markup=False)
    for hit in found.hits:
        out.print(f"후보 {hit.score:.2f} {hit.article_id}: {hit.question}", markup=False)
    for role, text in found.transcript:
        out.print(f"{role}: {text}", markup=False)


@tickets_app.command("assign")
def tickets_assign(ticket: TicketArgument, by: ByOption) -> None:
    """문의를 맡아요. 맡는 동안 원콜은 대답하지 않아요."""
    _tell(_tickets().assign(ticket, by))


@tickets_app.command("answer")
def tickets_answer(ticket: TicketArgument, text: Annotated[str, typer.Argument(help="답변")], by: ByOption) -> None:
    """문의에 답해요. 답은 대화창에 올라가요."""
    _tell(_tickets().answer(ticket, by, text))


@tickets_app.command("close")
def tickets_close(ticket: TicketArgument) -> None:
    """문의를 마무리하고 대화를 원콜에게 돌려줘요."""
    _tell(_tickets().close(ticket))


def _tell(ticket: Ticket) -> None:
    out.print(f"{ticket.id}: {ticket.state} {ticket.consultant}".rstrip(), markup=False)


def _local(moment: datetime) -> str:
    from assistant.wording import KST

    return moment.astimezone(KST).strftime("%m-%d %H:%M")


# ---- Rasa, serving, measuring ----------------------------------------------------------


@rasa_app.command("install")
def rasa_install() -> None:
    """Rasa의 가상환경을 만들어요."""
    from assistant import rasa_setup

    with progress() as step:
        rasa_setup.install(ROOT, step)


@rasa_app.command("train")
def rasa_train() -> None:
    """학습 문장으로 Rasa를 학습시켜요. 바뀐 것이 없으면 건너뛰어요."""
    from assistant import rasa_setup

    with progress() as step:
        rasa_setup.train(ROOT, step)


@app.command()
def serve(kb: KbOption = None, index: IndexOption = None) -> None:
    """서비스만 시작해요 (Rasa는 따로)."""
    from assistant.processes import keep_one_heap

    keep_one_heap()
    from assistant.web.serve import serve as serve_http

    serve_http(settings_for(kb, index))


@app.command()
def run(kb: KbOption = None, index: IndexOption = None) -> None:
    """모든 준비를 하고 서비스와 Rasa를 함께 시작해요."""
    from assistant.supervise import run as run_all

    settings = settings_for(kb, index)
    # The service is a child process and reads its settings from the environment.
    os.environ |= {"ONECALL_KB_DIR": str(settings.kb_dir), "ONECALL_INDEX_DIR": str(settings.index_dir)}
    with progress() as step:
        code = run_all(settings, step)
    raise typer.Exit(code)


if __name__ == "__main__":
    main()
