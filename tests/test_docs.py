"""README.md names everything that somebody can type, set or get."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields

import pytest
import typer

from assistant import errors, wording
from assistant.cli import app
from assistant.errors import AssistantError
from assistant.settings import PREFIX, ROOT, Settings

README = ROOT / "README.md"


def commands(group: typer.Typer, before: str = "onecall") -> Iterator[str]:
    """Every command with its groups, as it is typed."""
    for command in group.registered_commands:
        assert command.callback is not None
        yield f"{before} {command.name or command.callback.__name__}"
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, f"{before} {inner.name}")


@pytest.fixture(scope="module")
def readme() -> str:
    return README.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", list(commands(app)))
def test_the_readme_names_every_command(readme: str, command: str) -> None:
    assert re.search(rf"{command}\b", readme)


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_the_readme_names_every_setting(readme: str, field) -> None:
    assert f"{PREFIX}{field.name.upper()}" in readme


def test_the_readme_names_no_setting_that_is_not_there(readme: str) -> None:
    named = set(re.findall(rf"{PREFIX}([A-Z_]+)", readme))

    assert named - {field.name.upper() for field in fields(Settings)} - {"TEST_POSTGRES"} == set()


def codes() -> list[str]:
    classes = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, AssistantError)]
    told = set(wording.ERRORS) - {"internal", "busy"}
    return sorted({one.code for one in classes if one is not AssistantError} | told)


@pytest.mark.parametrize("code", codes())
def test_the_readme_names_every_error_code(readme: str, code: str) -> None:
    assert re.search(rf"\b{code}\b", readme)
