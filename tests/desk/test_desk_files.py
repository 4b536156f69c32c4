"""Files of a ticket: known by their content, kept whole, handed out so that a browser only saves them."""

import io
import zipfile

import pytest
from sqlalchemy import Engine
from work_house import House

from assistant.desk.files import MAX_BYTES, checked, download_headers
from assistant.desk_records import Attachment
from assistant.errors import AssistantError, NotFoundError

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


def zipped(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return made.getvalue()


DOCX = zipped(**{"word__document.xml": b"<w/>"})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("시험성적서.pdf", b"%PDF-1.7\n..."),
        ("사진.PNG", PNG),
        ("사진.jpeg", b"\xff\xd8\xff\xe0abc"),
        ("사진.webp", b"RIFF\0\0\0\0WEBPVP8 "),
        ("표.xlsx", zipped(**{"xl__workbook.xml": b"<w/>"})),
        ("글.docx", DOCX),
        ("메모.txt", "한글".encode("cp949")),
        ("공문.hwp", OLE + b"HWP Document File"),
        ("공문.hwpx", zipped(mimetype=b"application/hwp+zip")),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_files_of_known_kinds_are_taken(name: str, data: bytes) -> None:
    assert checked(name, data).name == name


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("page.html", b"<script>", "file_type"),
        ("a.svg", b"<svg/>", "file_type"),
        ("a.exe", b"MZ", "file_type"),
        ("a.pdf.exe", b"%PDF-", "file_type"),
        ("pdf", b"%PDF-", "file_type"),
        ("a.png", b"<script>", "file_mismatch"),
        ("a.pdf", PNG, "file_mismatch"),
        ("a.hwp", OLE, "file_mismatch"),
        ("a.xlsx", DOCX, "file_mismatch"),
        ("a.docx", zipped(**{"word__document.xml": b"", "word__vbaProject.bin": b""}), "file_mismatch"),
        ("a.docx", b"PK\x03\x04broken", "file_mismatch"),
        ("a.txt", b"a\0b", "file_mismatch"),
        ("a.txt", b"", "file_empty"),
        ("a.txt", b"a" * (MAX_BYTES + 1), "file_too_large"),
    ],
    ids=[
        *("html", "svg", "exe", "two ends", "no end", "html as png", "png as pdf", "other ole", "docx as xlsx"),
        *("macros", "broken", "binary", "empty", "large"),
    ],
)
def test_everything_else_is_refused(name: str, data: bytes, code: str) -> None:
    with pytest.raises(AssistantError) as refused:
        checked(name, data)

    assert refused.value.code == code


def test_a_name_has_no_path_and_cannot_break_a_header() -> None:
    assert checked('../..\\a"b\r\n.txt', b"a").name == "ab.txt"


def test_a_browser_saves_a_file_and_does_nothing_else() -> None:
    headers = download_headers(Attachment("1", "성적서.txt", "text/plain; charset=utf-8", 1, None))  # type: ignore[arg-type]

    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''%EC%84%B1%EC%A0%81%EC%84%9C.txt"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_comes_back_whole_and_its_view_is_logged(engine: Engine) -> None:
    house = House(engine)
    kim, number = house.person("kim"), house.ticket()

    made = house.desk.attach(kim, number, "사진.png", "text/html", PNG)

    assert house.desk.attachment(kim, made.id) == (made, PNG)
    assert house.file(kim, number).attachments == (made,)
    assert (made.media_type, made.size) == ("image/png", len(PNG))
    assert ("kim", "view_attachment", "OC-000001") in house.noted
    with pytest.raises(NotFoundError):
        house.desk.attachment(kim, "none")
