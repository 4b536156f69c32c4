"""`onecall screen`: a file of listings held against certificates and recalls."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.safety.engines import Engines


def screen(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, JSON Lines, Excel 파일 (duckdb, spark는 Parquet도)")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="결과 파일 (.jsonl이나 .csv). 없으면 화면에 보여줘요")
    ] = None,
    engine: Annotated[Engines, typer.Option("--engine", help="어디에서 확인할지")] = Engines.LOCAL,
    policy: Annotated[Path | None, typer.Option("--policy", help="판정별 조치를 적은 JSON 파일")] = None,
) -> None:
    """상품 목록을 인증·리콜 자료와 대조해요. 읽지 못한 줄이 있으면 2로 끝나요."""
    from assistant.commands.screen_file import screen_to

    screen_to(out, file, engine, policy)
