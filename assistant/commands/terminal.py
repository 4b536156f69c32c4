"""What the commands share: the terminal, the options that name a knowledge base, progress with times."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.settings import Settings

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

KbOption = Annotated[Path | None, typer.Option("--kb", help="다른 지식베이스 폴더")]
IndexOption = Annotated[Path | None, typer.Option("--index", help="그 지식베이스의 색인 폴더")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON으로 한 줄씩 보여줘요")]


def settings_for(kb: Path | None = None, index: Path | None = None) -> Settings:
    """Return the settings with the base that the command names; its index lies beside it unless named."""
    settings = Settings.from_env(os.environ)
    if kb is None:
        return replace(settings, index_dir=index.resolve()) if index else settings
    folder = kb.resolve()
    return replace(
        settings, kb_dir=folder, index_dir=index.resolve() if index else folder.parent / f"{folder.name}-index"
    )


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show each step with the seconds since the start."""
    began = datetime.now()

    def step(what: str) -> None:
        err.print(f"[dim]{(datetime.now() - began).total_seconds():6.1f}초[/dim] ", end="")
        err.print(what, markup=False)

    yield step
