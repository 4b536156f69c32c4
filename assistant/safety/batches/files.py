"""Where the files of batches lie, named by the batch's id only, never as their sender named them.

<id>.sent           what is being sent
<id>.upload         what was sent
<id>.rows           an Excel file's rows, unpacked once by a process of its own
<id>.<epoch>.part   results, JSON lines in gzip members of one chunk each
"""

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from assistant.errors import UpstreamError
from assistant.safety.listings.words import FILE_ERRORS

_SPARE_BYTES = 512 * 1024 * 1024
"""Left free on the disk, for the results of what was taken in before."""
_CUT_OFF_AFTER = timedelta(days=1)
_READ_BYTES = 256 * 1024

Parts = Sequence[tuple[int, int]]
"""Epoch and committed bytes of each part of a result, in order."""


class BatchFiles:
    """One folder of batches' files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sent_path(self, batch_id: str) -> Path:
        """Return where a file is written while it is being sent."""
        return self.folder / f"{batch_id}.sent"

    def upload_path(self, batch_id: str) -> Path:
        """Return where a whole file lies."""
        return self.folder / f"{batch_id}.upload"

    def rows_path(self, batch_id: str) -> Path:
        """Return where an Excel file's rows lie."""
        return self.folder / f"{batch_id}.rows"

    def part_path(self, batch_id: str, epoch: int) -> Path:
        """Return where the results of one epoch lie."""
        return self.folder / f"{batch_id}.{epoch}.part"

    def refuse_full_disk(self, size: int) -> None:
        """Refuse a file for which there is no room; makes the folder.

        Raises:
            UpstreamError: the disk is too full (code "disk_full").
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.folder).free < size + _SPARE_BYTES:
            raise UpstreamError(FILE_ERRORS["disk_full"], code="disk_full")

    def refuse_lost(self, batch_id: str, parts: Parts) -> None:
        """Refuse a batch whose results are not on this machine, before the first of them is sent.

        Raises:
            UpstreamError: a part is not there (code "lost").
        """
        if not all(self.part_path(batch_id, epoch).exists() for epoch, _ in parts):
            raise UpstreamError(FILE_ERRORS["lost"], code="lost")

    def result(self, batch_id: str, parts: Parts) -> Iterator[bytes]:
        """Give the results so far, gzipped JSON lines, in the order of the file's rows."""
        for epoch, size in parts:
            with self.part_path(batch_id, epoch).open("rb") as file:
                yield from _first_bytes(file, size)

    def drop_upload(self, batch_id: str) -> None:
        """Remove what was sent: once it is worked off the results are what is kept."""
        self.upload_path(batch_id).unlink(missing_ok=True)
        self.rows_path(batch_id).unlink(missing_ok=True)

    def drop(self, batch_id: str) -> None:
        """Remove everything of a batch."""
        for path in self.folder.glob(f"{batch_id}.*"):
            path.unlink(missing_ok=True)

    def drop_cut_off(self, now: datetime) -> None:
        """Remove what uploads left that were cut off with their process."""
        before = (now - _CUT_OFF_AFTER).timestamp()
        for path in self.folder.glob("*.sent"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)


def _first_bytes(file: IO[bytes], size: int) -> Iterator[bytes]:
    """Give the first bytes of a part: what was written and never committed is no result."""
    while size > 0 and (read := file.read(min(size, _READ_BYTES))):
        size -= len(read)
        yield read
