"""The measures of style.md: no function over 60 lines, no file over 400."""

import ast
from pathlib import Path

import pytest

from assistant.settings import ROOT

FUNCTION_MAX, FILE_MAX = 60, 400
FILES = [path for folder in ("assistant", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> list[tuple[str, int]]:
    """The name and the length in lines of every function, its decorators left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in found]


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_MAX


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_no_function_is_too_long(path: Path) -> None:
    assert [(name, length) for name, length in functions(path) if length > FUNCTION_MAX] == []


def test_half_of_the_functions_are_short() -> None:
    lengths = sorted(length for path in FILES if "tests" not in path.parts for _, length in functions(path))

    assert lengths[len(lengths) // 2] <= 10
    assert lengths[len(lengths) * 9 // 10] <= 30


@pytest.mark.parametrize("path", [path for path in FILES if "tests" not in path.parts], ids=relative)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [path for path in FILES if "tests" not in path.parts], ids=relative)
def test_conditions_are_checked_with_raise(path: Path) -> None:
    asserts = [
        node.lineno for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Assert)
    ]

    assert asserts == []
