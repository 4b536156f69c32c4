"""Text files of listings (CSV, JSON lines), read as a stream: their encoding, their lines, their cells.

A million rows take no more memory than one: lines are read with a limit, and only a sample is looked at beforehand.
"""

import codecs
import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from assistant.errors import BadInputError
from assistant.safety.listings.words import FILE_ERRORS, ROW_ERRORS

ROW_MAX = 64 * 1024
"""Characters in one row; a listing has a few hundred."""
_SAMPLE = 256 * 1024
_SAMPLES = 4
_DELIMITERS = ",\t;|"
_TOO_LONG = "\udfff"
"""Stands for a line that was too long; no decoded text holds it."""

Cells = tuple[int, Sequence[str], str]
"""Number of the row as a spreadsheet counts, its cells, and what is wrong with it ("" where nothing)."""


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file, judged by its mark, or by a few samples of it.

    Raises:
        BadInputError: it is none that is known (code "encoding").
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return name
    if head[:4096].count(0) * 4 > len(head[:4096]):
        return "utf-16-le" if head[1:4096:2].count(0) > head[0:4096:2].count(0) else "utf-16-be"
    lines = [line for line in _sampled_lines(path) if not line.isascii()]
    for name in ("utf-8", "cp949"):
        # Korean in CP949 is next to never valid UTF-8, so a few damaged lines don't speak against it.
        if sum(not _is_readable(line, name) for line in lines) * 2 <= len(lines):
            return name
    return _guessed(b"".join(lines))


def _sampled_lines(path: Path) -> Iterator[bytes]:
    size = path.stat().st_size
    with path.open("rb") as file:
        for part in range(_SAMPLES):
            start = part * max(0, size - _SAMPLE) // (_SAMPLES - 1)
            file.seek(start)
            lines = file.read(_SAMPLE).split(b"\n")
            # The first and the last line of a sample may be cut within a letter.
            yield from lines[1 if start else 0 : -1 if start + _SAMPLE < size else len(lines)]
            if size <= _SAMPLE:
                return


def _is_readable(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _guessed(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    if best is None:
        raise BadInputError(FILE_ERRORS["encoding"], code="encoding")
    return best.encoding


def open_text(path: Path) -> IO[str]:
    """Open a text file in its own encoding; what cannot be decoded becomes lone surrogates or U+FFFD."""
    encoding = encoding_of(path)
    escapes = "surrogateescape" if encoding.startswith("utf-8") or encoding == "cp949" else "replace"
    return path.open(encoding=encoding, errors=escapes, newline="")


def bounded_lines(file: IO[str]) -> Iterator[str]:
    """Give the lines of a file; of one that is longer than a row may be only a mark is left."""
    while line := file.readline(ROW_MAX):
        if len(line) < ROW_MAX or line.endswith(("\n", "\r")):
            yield line
            continue
        while (rest := file.readline(ROW_MAX)) and not rest.endswith(("\n", "\r")):
            pass
        yield _TOO_LONG + "\n"


def problem_of(text: str) -> str:
    """Say what is wrong with the characters of a row; "" where nothing."""
    if _TOO_LONG in text or len(text) > ROW_MAX:
        return ROW_ERRORS["too_long"].format(limit=ROW_MAX)
    if "\0" in text:
        return ROW_ERRORS["nul"]
    if any("\ud800" <= letter <= "\udfff" or letter == "\ufffd" for letter in text):
        return ROW_ERRORS["encoding"]
    return ""


def csv_rows(file: IO[str], delimiter: str) -> Iterator[Cells]:
    """Give the rows of a CSV file; one that cannot be read as CSV comes without cells and with the reason."""
    reader = csv.reader(bounded_lines(file), delimiter=delimiter)
    number, began = 0, 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, (), ROW_ERRORS["quotes"].format(first=began, last=reader.line_num)
        else:
            yield number, cells, _problem_of_cells(cells, began, reader.line_num)
        began = reader.line_num + 1


def _problem_of_cells(cells: Sequence[str], began: int, ended: int) -> str:
    joined = "".join(cells)
    if len(joined) > ROW_MAX and ended > began:
        return ROW_ERRORS["quotes"].format(first=began, last=ended)
    # Plain text, the usual case, is known by two quick looks.
    return "" if joined.isprintable() and "\ufffd" not in joined and len(joined) <= ROW_MAX else problem_of(joined)


def delimiter_of(line: str) -> str:
    """Return what separates the cells of a table, judged by one line of it."""
    counts = {one: len(next(csv.reader(io.StringIO(line), delimiter=one), [])) for one in _DELIMITERS}
    return max(_DELIMITERS, key=lambda one: counts[one])


def json_rows(file: IO[str]) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Give the objects of a file of JSON lines, numbered by line; empty lines are passed over."""
    for number, line in enumerate(bounded_lines(file), start=1):
        if not line.strip():
            continue
        problem = problem_of(line)
        if problem:
            yield number, {}, problem
            continue
        value = _parsed(line)
        yield (number, value, "") if isinstance(value, dict) else (number, {}, ROW_ERRORS["json"])


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
