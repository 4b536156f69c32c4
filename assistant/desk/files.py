"""What may be attached to a ticket: seven kinds of files, known by their content, and never run or shown in place."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from assistant.desk_records import Attachment
from assistant.desk_wording import DESK_ERRORS
from assistant.errors import BadInputError, TooLargeError

MAX_MB = 10
MAX_BYTES = MAX_MB * 1024 * 1024
_NAME_MAX = 120
_MEMBERS_MAX = 5000
_OPEN_XML = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: its name without a path, and what its content is."""

    name: str
    media_type: str


def checked(name: str, data: bytes) -> Checked:
    """Check a file by its content; what a browser says of its type is not asked.

    Raises:
        TooLargeError: it has more than MAX_MB.
        BadInputError: it is empty, of no kind that is taken, or of another kind than its name says.
    """
    if not data:
        raise BadInputError(DESK_ERRORS["file_empty"], code="file_empty")
    if len(data) > MAX_BYTES:
        raise TooLargeError(DESK_ERRORS["file_too_large"].format(limit=MAX_MB), code="file_too_large")
    clean = _clean(name)
    ending = clean.rpartition(".")[2].lower() if "." in clean else ""
    if ending not in _KINDS:
        raise BadInputError(DESK_ERRORS["file_type"], code="file_type")
    media_type, is_one = _KINDS[ending]
    if not is_one(data):
        raise BadInputError(DESK_ERRORS["file_mismatch"], code="file_mismatch")
    return Checked(clean, media_type)


def download_headers(attachment: Attachment) -> dict[str, str]:
    """Return the headers that a file is handed out with: a browser saves it and does nothing else with it."""
    return {
        "Content-Type": attachment.media_type,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store",
    }


def _clean(name: str) -> str:
    """Return a name without its path and without letters that could mislead; its end, which says the kind, stays."""
    base = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in base if letter.isprintable() and letter not in '<>:"|?*').strip(" .")
    return kept[-_NAME_MAX:]


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(marks)


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def _is_hwp(data: bytes) -> bool:
    """Say whether it is a compound file whose header stream is that of HWP 5, or a file of HWP 3."""
    is_compound = data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") and b"HWP Document File" in data
    return is_compound or data.startswith(b"HWP Document File V")


def _is_text(data: bytes) -> bool:
    if b"\0" in data:
        return False
    for encoding in ("utf-8-sig", "cp949"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _holds(member: str, start: bytes = b"") -> Callable[[bytes], bool]:
    def is_one(data: bytes) -> bool:
        """Say whether it is a ZIP file with a certain member, and without macros."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = archive.namelist()
                if member not in names or len(names) > _MEMBERS_MAX:
                    return False
                if any("vbaproject" in name.lower() for name in names):
                    return False
                with archive.open(member) as file:
                    return file.read(len(start)) == start
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
            return False

    return is_one


_JPEG = ("image/jpeg", _begins(b"\xff\xd8\xff"))
_KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", _is_pdf),
    "png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "webp": ("image/webp", _is_webp),
    "xlsx": (f"{_OPEN_XML}.spreadsheetml.sheet", _holds("xl/workbook.xml")),
    "docx": (f"{_OPEN_XML}.wordprocessingml.document", _holds("word/document.xml")),
    "txt": ("text/plain; charset=utf-8", _is_text),
    "hwp": ("application/x-hwp", _is_hwp),
    "hwpx": ("application/hwp+zip", _holds("mimetype", b"application/hwp+zip")),
}
