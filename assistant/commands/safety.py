"""`onecall safety`: filling and looking at the mirror of certificates and recalls."""

import json
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from assistant.commands.terminal import err, out
from assistant.errors import ConflictError, SetupError
from assistant.product_safety import Freshness
from assistant.safety_wording import SYNC_ERRORS
from assistant.screening.links import certificate_link
from assistant.screening.numbers import bare_key
from assistant.settings import Settings
from assistant.wording import when

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from assistant.safety.find.finder import Found
    from assistant.safety.mirror.reading import Mirror
    from assistant.safety.published.sync import Step, Synced
    from assistant.web.sandbox import Faults

safety_app = typer.Typer(help="제품안전 자료(인증·리콜)를 받고 찾아봐요.", no_args_is_help=True)

SANDBOX_PORT = 8790
_SWEEP_NAMES = {
    "recalls": "국내 리콜",
    "foreign_recalls": "해외 리콜",
    "sign_date": "인증 (등록일)",
    "cert_date": "인증 (인증일)",
    "cert_num": "인증 (번호)",
}
_DEMO_LABEL = "지어낸 데모 자료예요. 실제 인증·리콜 정보가 아니에요."
_INTERRUPTED = 130

JsonOption = Annotated[bool, typer.Option("--json", help="JSON으로 보여줘요")]


@safety_app.command("sync")
def sync(
    details: Annotated[int, typer.Option("--details", min=0, help="파생모델 같은 상세 정보를 더 받을 인증의 수")] = 0,
) -> None:
    """제품안전정보센터의 인증·리콜 자료를 받아요. 중간에 멈춰도 다음에 이어서 받아요."""
    from assistant.safety.published.client import SafetyKorea
    from assistant.safety.published.details import fill_details
    from assistant.safety.published.sync import sync as fill

    settings = _settings()
    client = SafetyKorea(settings.safety_url, settings.safety_key, settings.safety_rate)
    opened = _opened(settings.safety_database)
    with closing(client), opened as (engine, mirror), _told_when_interrupted():
        with _bar("자료를 받고 있어요") as show:
            done = fill(client, mirror, engine, lambda step: show(step.share, _step_text(step)))
        _tell_synced(done)
        if details:
            with _bar("상세 정보를 받고 있어요") as show:
                found = fill_details(
                    client, mirror, engine, details, lambda place: show(place / details, f"{place:,}/{details:,}건")
                )
            out.print(f"상세 정보 {found:,}건을 저장했어요.")


def _step_text(step: "Step") -> str:
    return f"{_SWEEP_NAMES[step.sweep]} {step.prefix} · {step.rows:,}건"


def _tell_synced(done: "Synced") -> None:
    out.print(f"{_day(done.data_date)} 자료까지 받았어요. 조회 {done.asked:,}번, 새롭거나 바뀐 자료 {done.changed:,}건")
    if done.unread:
        err.print(f"읽을 수 없는 자료 {done.unread:,}건은 건너뛰었어요.", style="yellow")
    for sweep, prefix in done.capped:
        err.print(f"{_SWEEP_NAMES[sweep]} {prefix}: 한 번에 받을 수 있는 양보다 많아요.", style="yellow")
    if not done.is_complete:
        err.print("빠진 자료가 있을 수 있어서, 없는 번호를 “없다”고 하지 않고 “확인할 수 없다”고 해요.", style="yellow")


@safety_app.command("demo")
def demo(
    certificates: Annotated[int, typer.Option("--certificates", min=1, help="만들 인증의 수")] = 800_000,
    recalls: Annotated[int, typer.Option("--recalls", min=1, help="만들 리콜의 수")] = 37_000,
    seed: Annotated[int, typer.Option("--seed", help="같은 숫자를 주면 같은 자료를 만들어요")] = 1,
    force: Annotated[bool, typer.Option("--force", help="실제 자료가 있어도 지우고 만들어요")] = False,
) -> None:
    """인증키 없이 써 볼 수 있게 지어낸 데모 자료를 만들어요."""
    with _opened(_settings().safety_database) as (engine, mirror), _told_when_interrupted():
        held = mirror.freshness()
        if (held.certificates or held.recalls) and not held.is_demo and not force:
            raise ConflictError(SYNC_ERRORS["real_data"], code="real_data")
        _make_demo(engine, mirror, certificates, recalls, seed)
        held = mirror.freshness()
    out.print(f"인증 {held.certificates:,}건과 리콜 {held.recalls:,}건을 만들었어요. {_DEMO_LABEL}")


@safety_app.command("sandbox")
def sandbox(
    port: Annotated[int, typer.Option("--port", help="포트")] = SANDBOX_PORT,
    key: Annotated[str, typer.Option("--key", help="받아들일 인증키. 없으면 새로 만들어요")] = "",
    certificates: Annotated[int, typer.Option("--certificates", min=1, help="처음에 만들 인증의 수")] = 20_000,
    recalls: Annotated[int, typer.Option("--recalls", min=1, help="처음에 만들 리콜의 수")] = 2_000,
    latency: Annotated[int, typer.Option("--latency-ms", min=0, help="답을 늦추는 시간(ms)")] = 0,
    number_codes: Annotated[int, typer.Option("--number-code-every", min=0, help="n번째마다 resultCode를 숫자로")] = 7,
    errors: Annotated[int, typer.Option("--error-every", min=0, help="n번째마다 5000 오류")] = 0,
    empties: Annotated[int, typer.Option("--empty-every", min=0, help="n번째마다 빈 답")] = 0,
) -> None:
    """제품안전정보센터와 똑같이 답하는 연습용 서버를 시작해요. 자료는 지어낸 데모 자료예요."""
    from assistant.web.sandbox import Faults

    settings = _settings()
    chosen = key or secrets.token_urlsafe(24)
    faults = Faults(latency_ms=latency, number_code_every=number_codes, error_every=errors, empty_every=empties)
    # A database of its own: what is asked must not be what is filled from it.
    with _opened(f"sqlite:///{settings.safety_dir / 'sandbox.db'}") as (engine, mirror):
        held = mirror.freshness()
        if not held.is_complete:
            _make_demo(engine, mirror, certificates, recalls, seed=1)
        _serve_sandbox(mirror, chosen, port, faults)


def _serve_sandbox(mirror: "Mirror", key: str, port: int, faults: "Faults") -> None:
    import uvicorn

    from assistant.web.safetykorea import PREFIX
    from assistant.web.sandbox import sandbox_app

    app = sandbox_app(mirror, {key}, faults)
    with _listening(port) as door:
        address = f"http://127.0.0.1:{door.getsockname()[1]}{PREFIX}"
        out.print(f"연습용 서버를 시작했어요. {_DEMO_LABEL} 멈추려면 Ctrl+C를 누르세요.")
        out.print(f"주소: {address}\n인증키: {key}\n", markup=False)
        out.print(f"ONECALL_SAFETY_URL={address} ONECALL_SAFETY_KEY={key} onecall safety sync", markup=False)
        # Having shut down in order, uvicorn passes the interrupt on.
        with suppress(KeyboardInterrupt):
            uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[door])


@safety_app.command("status")
def status(as_json: JsonOption = False) -> None:
    """자료가 언제 것이고 얼마나 있는지 보여줘요."""
    from assistant.safety.published.progress import SyncProgress

    with _opened(_settings().safety_database) as (engine, mirror):
        held, asked = mirror.freshness(), SyncProgress(engine).counts()
    if as_json:
        print(json.dumps(asdict(held) | {"windows": asked}, ensure_ascii=False, default=str))
        return
    _tell_freshness(held)
    for sweep, (done, capped) in asked.items():
        out.print(
            f"{_SWEEP_NAMES.get(sweep, sweep)}: {done:,}구간을 받았어요." + (f" 잘린 구간 {capped:,}" if capped else "")
        )


def _tell_freshness(held: Freshness) -> None:
    if held.is_demo:
        out.print(_DEMO_LABEL, style="yellow")
    if not (held.certificates or held.recalls):
        out.print("자료가 없어요. onecall safety sync나 onecall safety demo를 실행해 주세요.")
        return
    out.print(f"인증 {held.certificates:,}건, 리콜 {held.recalls:,}건")
    out.print(f"자료 기준일: {_day(held.data_date) or '아직 없음'}")
    if held.synced_at:
        out.print(f"마지막으로 받은 때: {when(held.synced_at)}")
    if not held.is_complete:
        out.print("아직 다 받지 못했어요. onecall safety sync를 다시 실행하면 이어서 받아요.", style="yellow")


@safety_app.command("find")
def find(
    query: Annotated[str, typer.Argument(help="인증번호, 제품, 모델, 제조사, 브랜드, 바코드")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="보여줄 수")] = 10,
    as_json: JsonOption = False,
) -> None:
    """인증과 리콜을 찾아요."""
    from assistant.safety.find.finder import Finder

    with _opened(_settings().safety_database) as (engine, mirror):
        held, found = mirror.freshness(), Finder(engine).find(query, limit)
        related = [_related(one, mirror) for one in found]
    if as_json:
        rows = [asdict(one) | more for one, more in zip(found, related, strict=True)]
        print(json.dumps(asdict(held) | {"found": rows}, ensure_ascii=False, default=str))
        return
    if held.is_demo:
        out.print(_DEMO_LABEL, style="yellow")
    for one, more in zip(found, related, strict=True):
        _tell_found(one, more)
    _tell_day(held, has_found=bool(found))


@safety_app.command("export")
def export(folder: Annotated[Path, typer.Argument(help="Parquet 파일을 둘 폴더")]) -> None:
    """인증·리콜 자료를 Parquet 파일로 내보내요. onecall screen --engine spark를 여러 컴퓨터에서 돌릴 때 써요."""
    from assistant.safety.engines.export import export as write

    with _opened(_settings().safety_database) as (engine, mirror), _told_when_interrupted():
        held = mirror.freshness()
        of = max(1, held.certificates + held.recalls)
        with _bar("자료를 내보내고 있어요") as show:
            facts = write(engine, folder, lambda done: show(min(1.0, done / of), f"{done:,}건"))
    label = f" {_DEMO_LABEL}" if held.is_demo else ""
    out.print(f"자료 {facts:,}건을 {folder}에 저장했어요.{label}", markup=False)


def _related(found: "Found", mirror: "Mirror") -> dict[str, list[str]]:
    """Return the numbers that took a certificate's place, and the recalls that name its number."""
    if found.certificate is None:
        return {}
    bare = bare_key(found.certificate.cert_num)
    recalls = mirror.recalls([("number", bare)])[("number", bare)]
    successors = mirror.successors([bare])[bare]
    return {"successors": [one.cert_num for one in successors], "recalls": [one.uid for one in recalls]}


def _tell_found(found: "Found", related: dict[str, list[str]]) -> None:
    if found.certificate:
        one = found.certificate
        out.print(f"[인증] {one.cert_num} · {one.cert_state} · {one.product_name} · {one.model_name}", markup=False)
        out.print(f"  {one.maker_name} · 인증일 {_day(one.cert_date)} · {certificate_link(one.cert_num)}", markup=False)
        more = {
            "인증 구분": [one.cert_div] if one.cert_div else [],
            "파생모델": one.derivation_models,
            "이 번호를 갱신한 인증": related["successors"],
            "같은 번호의 리콜": related["recalls"],
        }
        for name, values in more.items():
            if values:
                out.print(f"  {name}: {', '.join(values)}", markup=False)
    if found.recall:
        recall = found.recall
        kind = "해외 리콜" if recall.is_foreign else "국내 리콜"
        out.print(f"[{kind}] {recall.product_name} · {recall.model_name} · {recall.brand_name}", markup=False)
        out.print(f"  공표일 {_day(recall.published)} · {recall.url}", markup=False)


def _tell_day(held: Freshness, *, has_found: bool) -> None:
    """Say of which day the data are; where nothing was found, whether that means that there is none."""
    if has_found:
        out.print(f"자료 기준일: {_day(held.data_date) or '아직 없음'}")
    elif held.is_complete:
        out.print(f"{_day(held.data_date)} 자료에서 찾지 못했어요.")
    else:
        out.print("지금 있는 자료에서는 찾지 못했어요. 자료가 아직 다 채워지지 않아서, 없다는 뜻은 아니에요.")


# ---- what the commands share ----------------------------------------------------------


def _settings() -> Settings:
    return Settings.from_env(os.environ)


@contextmanager
def _opened(url: str) -> Iterator[tuple["Engine", "Mirror"]]:
    from assistant.safety.database import open_safety_database
    from assistant.safety.mirror.reading import Mirror

    engine = open_safety_database(url)
    try:
        yield engine, Mirror(engine)
    finally:
        engine.dispose()


@contextmanager
def _told_when_interrupted() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        err.print("멈췄어요. 여기까지 받은 자료는 저장돼 있고, 다시 실행하면 이어서 해요.")
        raise typer.Exit(_INTERRUPTED) from None


@contextmanager
def _bar(what: str) -> Iterator[Callable[[float, str], None]]:
    """Show a bar on stderr; it is moved with a share from 0 to 1 and a text."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(what, total=1.0)

        def show(share: float, text: str) -> None:
            progress.update(task, completed=share, description=text)

        yield show


def _make_demo(engine: "Engine", mirror: "Mirror", certificates: int, recalls: int, seed: int) -> None:
    from assistant.safety import demo as demo_data
    from assistant.safety.published.progress import SyncProgress

    # What was asked of the real interface is no longer there.
    SyncProgress(engine).forget()
    with _bar("데모 자료를 만들고 있어요") as show:
        demo_data.make(mirror, certificates=certificates, recalls=recalls, seed=seed, progress=show)


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """Open the port here, so that one that is taken is a sentence; uvicorn itself would end the process."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise SetupError(SYNC_ERRORS["port"].format(port=port), code="port") from None
        yield door


def _day(date: str) -> str:
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 else date
