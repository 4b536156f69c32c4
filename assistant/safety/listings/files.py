"""Files of listings as malls keep them: JSON lines, CSV and Excel, read row by row.

What is wrong with a whole file is an error with a sentence; what is wrong with one row stays with that row.
"""

import json
import os
import re
import zipfile
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Literal

from assistant.errors import BadInputError, NotFoundError, TooLargeError
from assistant.safety.listings.excel import excel_rows
from assistant.safety.listings.text import Cells, csv_rows, delimiter_of, json_rows, open_text, problem_of
from assistant.safety.listings.words import FILE_ERRORS, REQUIRED_COLUMNS, ROW_ERRORS
from assistant.screening.wire import field_of

FileKind = Literal["jsonl", "csv", "excel"]
FILE_MAX = 1024 * 1024 * 1024
"""Bytes of one file that is sent; text is streamed, so it is the disk that is spared."""
EXCEL_UNPACKED_MAX = 600 * 1024 * 1024
"""A sheet is unpacked in memory (measured: 1.4 bytes for each of its XML); a million rows of nine cells have 560 MB."""
_HEADING_ROWS = 10
"""A title may stand above the heading."""
_FOUND_MAX = 12
_NOT_IN_HEADING = re.compile(r"\*|\(.*?\)|\[.*?\]|\ufeff")
_OBJECTS_LOOKED_AT = 200
"""JSON leaves out what is empty, so a name may be missing in many objects and not be missing at all."""
_PACKED = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"(\xb5/\xfd")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file.

    Attributes:
        number: as a spreadsheet counts; in JSON lines the line.
        values: by field of a listing, as written (see wire.listing_from).
        problem: why the row cannot be used, in a sentence; "" where it can. `problem_code` says it to machines.
        duplicate_of: the earlier row with the same id; 0 where there is none.
    """

    number: int
    values: Mapping[str, Any]
    problem: str = ""
    duplicate_of: int = 0
    problem_code: str = "bad_row"


class ListingFile:
    """One file of listings that is read from the front; a context manager.

    Raises, when it is opened or its first row is read:
        NotFoundError: no such file.
        BadInputError: empty, of no known kind, damaged, in an unknown encoding, or without a column that is needed.
        TooLargeError: an Excel file that would not fit in memory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kind = kind_of(path)
        self._file: IO[str] | None = None
        self._size = path.stat().st_size

    def __enter__(self) -> "ListingFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; reading again starts at the front."""
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def share_read(self) -> float:
        """How much of the file has been read, 0 to 1; an Excel file is read at once."""
        if self._file is None or not self._size:
            return 0.0
        position: int = self._file.buffer.tell()  # type: ignore[attr-defined]
        return min(1.0, position / self._size)

    def rows(self, after: int = 0) -> Iterator[Row]:
        """Give the rows with a number greater than `after`, those of the same id marked wherever the first one is."""
        return marked(self._all_rows(), after)

    def _all_rows(self) -> Iterator[Row]:
        self.close()
        if self.kind == "excel":
            yield from _table_rows(excel_rows(self.path))
            return
        self._file = open_text(self.path)
        if self.kind == "jsonl":
            yield from _object_rows(json_rows(self._file))
        else:
            yield from _table_rows(csv_rows(self._file, _delimiter(self.path)))


def marked(rows: Iterable[Row], after: int = 0) -> Iterator[Row]:
    """Give the rows with a number greater than `after`; one whose id came before, anywhere, says in which row."""
    seen = Seen()
    for row in rows:
        first = seen.first_row(str(row.values.get("id") or ""), row.number)
        if row.number > after:
            yield Row(row.number, row.values, row.problem, first) if first else row


def write_rows(rows: Iterable[Row], path: Path) -> None:
    """Write rows as they were read, for read_rows; the file is there whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps([row.number, dict(row.values), row.problem], ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def read_rows(file: Iterable[str]) -> Iterator[Row]:
    """Give the rows of a file that write_rows wrote."""
    for line in file:
        number, values, problem = json.loads(line)
        yield Row(number, values, problem)


def kind_of(path: Path) -> FileKind:
    """Say what kind of file it is, by its first bytes and never by its name.

    Raises:
        NotFoundError: no such file.
        BadInputError: empty, packed, or of no known kind.
        TooLargeError: an Excel file that would not fit in memory.
    """
    if not path.is_file():
        raise NotFoundError(FILE_ERRORS["no_file"].format(path=path.name), code="no_file")
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise BadInputError(FILE_ERRORS["empty"], code="empty_file")
    if head.startswith(_PACKED):
        raise BadInputError(FILE_ERRORS["packed"], code="packed_file")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _checked_excel(path, is_zip=head.startswith(b"PK"))
    return _text_kind(head)


def _text_kind(head: bytes) -> FileKind:
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if text.startswith(b"["):
        raise BadInputError(FILE_ERRORS["json_list"], code="json_list")
    if text.startswith(b"{"):
        return "jsonl"
    controls = sum(byte < 9 or 13 < byte < 32 for byte in text)
    if text.startswith((b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8", b"MZ", b"\x7fELF")) or controls * 20 > len(text):
        raise BadInputError(FILE_ERRORS["unknown"], code="unknown_file")
    return "csv"


def _checked_excel(path: Path, *, is_zip: bool) -> FileKind:
    size = path.stat().st_size
    if is_zip:
        try:
            with zipfile.ZipFile(path) as archive:
                names = {entry.filename: entry.file_size for entry in archive.infolist()}
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise BadInputError(FILE_ERRORS["excel"], code="broken_excel") from error
        if not any(name.startswith("xl/") for name in names):
            raise BadInputError(FILE_ERRORS["packed"], code="packed_file")
        size = sum(names.values())
    if size > EXCEL_UNPACKED_MAX:
        limit = EXCEL_UNPACKED_MAX // 2**20
        raise TooLargeError(FILE_ERRORS["excel_too_large"].format(limit=limit), code="excel_too_large")
    return "excel"


def _delimiter(path: Path) -> str:
    """Return the delimiter under which the heading names most columns."""
    with open_text(path) as file:
        lines = [file.readline(4096) for _ in range(_HEADING_ROWS)]
    return delimiter_of(max(lines, key=_known_in))


def _known_in(line: str) -> int:
    return len({_field(name) for name in re.split(r"[,\t;|]", line)} - {""})


@lru_cache(maxsize=4096)
def _field(heading: str) -> str:
    """Return the field that a heading means; stars and remarks in brackets ("상품명(필수)*") count for nothing."""
    return field_of(heading) or field_of(_NOT_IN_HEADING.sub("", heading).strip().strip("\"'"))


def _table_rows(table: Iterator[Cells]) -> Iterator[Row]:
    fields, width = _read_heading(table)
    for number, cells, problem in table:
        if problem:
            yield Row(number, {}, problem)
        elif any(cell.strip() for cell in cells):
            extra = any(cell.strip() for cell in cells[width:])
            yield Row(number, _values(fields, cells), ROW_ERRORS["cells"] if extra else "")


def _values(fields: Mapping[int, str], cells: Sequence[str]) -> dict[str, str]:
    """Return a row's values; of several columns for one field numbers are joined, else the first that is filled."""
    values: dict[str, str] = {}
    for i, field in fields.items():
        cell = cells[i].strip() if i < len(cells) else ""
        before = values.get(field, "")
        if before and cell and field == "cert_field":
            cell = f"{before}, {cell}"
        elif before:
            continue
        values[field] = cell
    return values


def _read_heading(table: Iterator[Cells]) -> tuple[dict[int, str], int]:
    """Return the fields by column number, and the number of columns, from the first row that can be a heading."""
    best: tuple[dict[int, str], Sequence[str]] = ({}, ())
    for _, cells, _ in islice(table, _HEADING_ROWS):
        fields = {i: field for i, cell in enumerate(cells) if (field := _field(cell))}
        if set(REQUIRED_COLUMNS) <= set(fields.values()):
            return fields, len(cells)
        if len(fields) > len(best[0]) or not best[1]:
            best = fields, cells
    raise _missing_column(set(best[0].values()), best[1])


def _missing_column(fields: Collection[str], columns: Sequence[str]) -> BadInputError:
    missing = ", ".join(name for field, name in REQUIRED_COLUMNS.items() if field not in fields)
    shown = [column.strip()[:30] for column in columns if column.strip() and not problem_of(column)][:_FOUND_MAX]
    found = ", ".join(shown) or "-"
    return BadInputError(FILE_ERRORS["missing_column"].format(missing=missing, found=found), code="missing_column")


def _object_rows(objects: Iterator[tuple[int, dict[str, Any], str]]) -> Iterator[Row]:
    """Give the rows of a file of JSON lines, unless none of the first ones names what every listing needs."""
    first = list(islice(objects, _OBJECTS_LOOKED_AT))
    names = dict.fromkeys(name for _, value, _ in first for name in value)
    fields = {_field(name) for name in names}
    if names and not set(REQUIRED_COLUMNS) <= fields:
        raise _missing_column(fields, list(names))
    for number, value, problem in chain(first, objects):
        yield Row(number, {_field(name) or name: given for name, given in value.items()}, problem)


class Seen:
    """Remembers in which row an id came first, in 48 bytes an id at most: a million of them must not cost 100 MB.

    Ids are known by 64 bits of their hash; that two of a million differ and share it happens once in 40 million files.
    """

    def __init__(self) -> None:
        self._keys = array("q", bytes(8 * 1024))
        self._rows = array("I", bytes(4 * 1024))
        self._count = 0

    def first_row(self, listing_id: str, row: int) -> int:
        """Return the row in which the id came before; 0 if this is the first one, or it has no id."""
        if not listing_id:
            return 0
        key = hash(listing_id) or 1
        place = self._place(key)
        if self._keys[place] == key:
            return self._rows[place]
        self._keys[place], self._rows[place] = key, row
        self._count += 1
        if self._count * 2 > len(self._keys):
            self._grow()
        return 0

    def _place(self, key: int) -> int:
        mask = len(self._keys) - 1
        place = key & mask
        while self._keys[place] not in (0, key):
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        old_keys, old_rows = self._keys, self._rows
        size = len(self._keys) * 2
        self._keys, self._rows = array("q", bytes(8 * size)), array("I", bytes(4 * size))
        for key, row in zip(old_keys, old_rows, strict=True):
            if key:
                place = self._place(key)
                self._keys[place], self._rows[place] = key, row
