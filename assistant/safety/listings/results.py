"""Results as people take them away: JSON lines as they are, or CSV for a spreadsheet."""

import csv
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assistant.safety.listings.words import RESULT_COLUMNS

_GZIP = 31
_FAST = 1
_PIECE = 64 * 1024
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CELL_MAX = 32_000
"""Characters that a spreadsheet's cell takes."""


def unpacked(packed: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip members that stand one behind the other, as they come."""
    unpacker = zlib.decompressobj(_GZIP)
    for piece in packed:
        while piece:
            if unpacker.eof:
                unpacker = zlib.decompressobj(_GZIP)
            if plain := unpacker.decompress(piece):
                yield plain
            piece = unpacker.unused_data


def packed_as_one(packed: Iterable[bytes]) -> Iterator[bytes]:
    """Pack gzip members anew, as one: httpx and curl take the end of the first one for the end of all."""
    packer = zlib.compressobj(_FAST, wbits=_GZIP)
    for plain in unpacked(packed):
        if piece := packer.compress(plain):
            yield piece
    yield packer.flush()


def lines_of(pieces: Iterable[bytes]) -> Iterator[str]:
    """Cut a stream of bytes into lines."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line.decode() for line in whole)
    if rest:
        yield rest.decode()


def csv_pieces(lines: Iterable[str]) -> Iterator[bytes]:
    """Turn JSON lines into a CSV file, with the mark by which Excel knows UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(RESULT_COLUMNS.values())
    mark = "\ufeff"
    for line in lines:
        writer.writerow(guarded(cell) for cell in cells_of(json.loads(line)))
        if buffer.tell() >= _PIECE:
            yield (mark + buffer.getvalue()).encode()
            mark = ""
            buffer.seek(0)
            buffer.truncate()
    yield (mark + buffer.getvalue()).encode()


def cells_of(result: Mapping[str, Any]) -> list[str]:
    """Return one result's cells, in the order of RESULT_COLUMNS."""
    plain = {
        **result,
        "numbers": " / ".join(map(_number, result.get("checks", ()))),
        "recalls": " / ".join(map(_recall, result.get("recalls", ()))),
        "links": " ".join(result.get("links", ())),
        "is_demo": "Y" if result.get("is_demo") else "",
        "error": result.get("error", {}).get("message", ""),
    }
    return [str(plain.get(name, "") or "")[:_CELL_MAX] for name in RESULT_COLUMNS]


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: sellers wrote parts of it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _number(check: Mapping[str, Any]) -> str:
    parts = (check.get("part"), check.get("number"), check.get("verdict"), check.get("state"), check.get("successor"))
    return " ".join(str(part) for part in parts if part)


def _recall(match: Mapping[str, Any]) -> str:
    return " ".join(str(match[name]) for name in ("uid", "product_name", "model_name", "published") if match.get(name))
