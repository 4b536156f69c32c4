"""Files that are sent: streamed to the disk as they come, as a whole body or as a file in a form."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from anyio import to_thread
from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from assistant.errors import BadInputError, TooLargeError, UpstreamError
from assistant.safety.listings.files import FILE_MAX
from assistant.safety.listings.words import FILE_ERRORS

FORM = "multipart/form-data"
TYPES = (
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    "application/x-ndjson",
    "application/jsonl",
    "application/json-lines",
    "application/jsonlines",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
)
"""What a file may be announced as; what it is, its first bytes tell."""
_PIECE = 1024 * 1024
_FORM_OVERHEAD = 64 * 1024
"""Bytes of a form around its file."""


def refuse_announced(request: Request) -> int:
    """Look at a request's headers before its body is read, and return how long it says that it is.

    Raises:
        BadInputError: it is announced as something else than a file of listings (code "content_type").
        TooLargeError: it announces more than FILE_MAX.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM and kind not in TYPES:
        raise BadInputError(FILE_ERRORS["content_type"], code="content_type")
    announced = request.headers.get("content-length", "")
    length = int(announced) if announced.isascii() and announced.isdigit() else 0
    if length > FILE_MAX + _FORM_OVERHEAD:
        raise _too_large()
    return length


async def save_upload(request: Request, path: Path) -> int:
    """Write the file that a request brings to the disk and return its size; nothing is left where that fails.

    Raises:
        BadInputError: the form holds no file, or the body breaks off.
        TooLargeError: it is larger than FILE_MAX.
        UpstreamError: the disk is full.
    """
    try:
        with path.open("xb") as file:
            size = await _write(_file_of(request), file)
            await to_thread.run_sync(os.fsync, file.fileno())
        return size
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, ClientDisconnect):
            raise BadInputError(FILE_ERRORS["cut_off"], code="cut_off") from error
        if isinstance(error, OSError):
            raise UpstreamError(FILE_ERRORS["disk_full"], code="disk_full") from error
        raise


async def _write(pieces: AsyncIterator[bytes], file: IO[bytes]) -> int:
    size = 0
    waiting = bytearray()
    async for piece in pieces:
        size += len(piece)
        if size > FILE_MAX:
            raise _too_large()
        waiting += piece
        if len(waiting) >= _PIECE:
            # In a thread: while a slow disk writes, the other visitors are served.
            await to_thread.run_sync(file.write, bytes(waiting))
            waiting.clear()
    await to_thread.run_sync(file.write, bytes(waiting))
    await to_thread.run_sync(file.flush)
    return size


def _file_of(request: Request) -> AsyncIterator[bytes]:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind.decode("latin-1").lower() != FORM:
        return request.stream()
    boundary = options.get(b"boundary")
    if not boundary:
        raise BadInputError(FILE_ERRORS["broken_form"], code="broken_form")
    return _Form(boundary).file(request.stream())


class _Form:
    """Takes the one file out of a form as it comes; its other fields are passed over."""

    def __init__(self, boundary: bytes) -> None:
        self._names: list[bytes] = []
        self._header, self._value = b"", b""
        self._is_file = False
        self._files = 0
        self._data: list[bytes] = []
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._field,
                "on_header_value": self._add_value,
                "on_header_end": self._end_header,
                "on_part_data": self._add_data,
            },
        )

    async def file(self, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Give the bytes of the form's file.

        Raises:
            BadInputError: it is no form, or holds no file, or more than one.
        """
        try:
            async for piece in stream:
                self._parser.write(piece)
                for part in self._data:
                    yield part
                self._data.clear()
            self._parser.finalize()
        except FormParserError as error:
            raise BadInputError(FILE_ERRORS["broken_form"], code="broken_form") from error
        if self._files != 1:
            raise BadInputError(FILE_ERRORS["broken_form"], code="broken_form")

    def _begin(self) -> None:
        self._is_file = False
        self._header, self._value = b"", b""

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            if b"filename" in options:
                self._is_file = True
                self._files += 1
        self._header, self._value = b"", b""

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file and self._files == 1:
            self._data.append(data[start:end])


def _too_large() -> TooLargeError:
    return TooLargeError(FILE_ERRORS["too_large"].format(limit=FILE_MAX // 2**20))
