"""Files of listings: every kind, every encoding, and every way in which they are broken."""

import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assistant.errors import AssistantError, BadInputError, NotFoundError, TooLargeError
from assistant.safety.listings import files as listing_files
from assistant.safety.listings.files import ListingFile, Row, Seen, kind_of, read_rows, write_rows

HEADING = "상품번호,상품명,인증번호,모델명"
LINES = ["P1,보조배터리,CB061R2170-3018,PB-1", 'P2,"선풍기, 흰색",,F-2']


def rows(path: Path, after: int = 0) -> list[Row]:
    with ListingFile(path) as file:
        return list(file.rows(after))


def written(tmp_path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = tmp_path / "listings"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def workbook(path: Path, *table: list[Any]) -> Path:
    book = openpyxl.Workbook()
    for cells in table:
        book.worksheets[0].append(cells)
    book.save(path)
    return path


# ---- reading --------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_csv_is_read_in_every_encoding_and_with_every_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [HEADING.replace(",", delimiter), delimiter.join(["P1", "보조배터리", "CB061R2170-3018", "PB-1"])]
    path = written(tmp_path, "\r\n".join(lines), encoding)

    assert [dict(row.values) for row in rows(path)] == [
        {"id": "P1", "product_name": "보조배터리", "cert_field": "CB061R2170-3018", "model_name": "PB-1"}
    ]


def test_csv_cell_may_hold_delimiter_quote_and_line_break(tmp_path: Path) -> None:
    path = written(tmp_path, f'{HEADING}\nP1,"선풍기, ""큰"" 것\n둘째 줄",CB061R2170-3018,\nP2,텐트,,')

    assert [(row.number, row.values["product_name"]) for row in rows(path)] == [
        (2, '선풍기, "큰" 것\n둘째 줄'),
        (3, "텐트"),
    ]


def test_heading_may_stand_below_a_title_and_wear_remarks(tmp_path: Path) -> None:
    path = written(tmp_path, "가온몰 상품 목록,,\n,,\n상품코드*,상품명(필수),KC 인증번호\nP1,텐트,비대상\n")

    assert [(row.number, row.values["id"], row.values["cert_field"]) for row in rows(path)] == [(4, "P1", "비대상")]


def test_two_columns_of_numbers_are_joined(tmp_path: Path) -> None:
    path = written(tmp_path, "상품명,인증번호,KC인증번호\n텐트,CB061R2170-3018,JU071047-12002C\n")

    assert rows(path)[0].values["cert_field"] == "CB061R2170-3018, JU071047-12002C"


def test_json_lines_are_read_under_either_names(tmp_path: Path) -> None:
    objects = [
        {"상품번호": 17, "상품명": "텐트", "인증번호": None},
        {"id": "P2", "product_name": "선풍기", "cert_field": ["CB061R2170-3018", "JU071047-12002C"], "price": 3},
    ]
    path = written(tmp_path, "\n\n".join(json.dumps(one, ensure_ascii=False) for one in objects))

    assert [(row.number, row.values["id"], row.values["product_name"]) for row in rows(path)] == [
        (1, 17, "텐트"),
        (3, "P2", "선풍기"),
    ]
    assert kind_of(path) == "jsonl"


def test_excel_is_read_with_its_numbers_as_digits(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "listings", ["상품번호", "상품명", "인증번호", "바코드"], [], [17, "텐트", None, 8801234567893]
    )

    assert rows(path) == [Row(3, {"id": "17", "product_name": "텐트", "cert_field": "", "barcode": "8801234567893"})]


def test_rows_written_are_read_again(tmp_path: Path) -> None:
    some = [Row(2, {"id": "P1", "product_name": "텐트"}), Row(3, {}, "깨졌어요")]
    write_rows(some, tmp_path / "rows")

    with (tmp_path / "rows").open(encoding="utf-8") as file:
        assert list(read_rows(file)) == some


# ---- rows that cannot be used ----------------------------------------------------------


def test_damaged_rows_do_not_end_the_file(tmp_path: Path) -> None:
    good = "P9,텐트,,".encode()
    lines = [
        HEADING.encode(),
        *["P0,보조배터리,,".encode()] * 9,
        "P1,선풍기,,".encode("cp949"),
        b"P2,\x00,,",
        b"P3," + b"a" * 70_000 + b",,",
        "P4,텐트,,,,너무 많은 칸".encode(),
        good,
    ]
    found = rows(written(tmp_path, b"\n".join(lines)))

    assert [row.number for row in found if row.problem] == [11, 12, 13, 14]
    assert (found[-1].values["id"], found[-1].problem) == ("P9", "")


def test_quote_that_is_never_closed_costs_the_rows_in_it_and_says_so(tmp_path: Path) -> None:
    swallowed = ["P1,텐트,,"] * 20_000
    path = written(tmp_path, "\n".join([HEADING, 'P0,"열린 따옴표,,', *swallowed, "P9,텐트,,"]))
    found = rows(path)

    assert "2~" in found[0].problem
    assert (found[-1].values["id"], found[-1].problem) == ("P9", "")


def test_line_without_end_takes_no_memory(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADING}\nP1,{'가' * 5_000_000}\nP2,텐트,,")

    assert [(row.number, bool(row.problem)) for row in rows(path)] == [(2, True), (3, False)]


@pytest.mark.parametrize("line", ["{", "[1]", "3", "nonsense", '{"a": ' + "[" * 9_999, "NaN"])
def test_bad_json_line_is_a_bad_row(tmp_path: Path, line: str) -> None:
    good = json.dumps({"product_name": "텐트", "cert_field": ""})
    found = rows(written(tmp_path, f"{good}\n{line}\n{good}\n"))

    assert [bool(row.problem) for row in found] == [False, True, False]


# ---- duplicates and going on -----------------------------------------------------------


def test_same_id_is_kept_and_marked_wherever_reading_starts(tmp_path: Path) -> None:
    path = written(tmp_path, "\n".join([HEADING, "P1,텐트,,", "P2,텐트,,", "P1,선풍기,,", ",텐트,,", ",텐트,,"]))

    assert [row.duplicate_of for row in rows(path)] == [0, 0, 2, 0, 0]
    assert [(row.number, row.duplicate_of) for row in rows(path, after=3)] == [(4, 2), (5, 0), (6, 0)]


def test_seen_remembers_many_ids() -> None:
    seen = Seen()
    first = [seen.first_row(f"P{i}", i) for i in range(1, 20_001)]

    assert set(first) == {0}
    assert [seen.first_row(f"P{i}", 99_999) for i in (1, 777, 20_000)] == [1, 777, 20_000]


# ---- files that cannot be used ---------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "empty_file", id="empty"),
        pytest.param(b"\xef\xbb\xbf\r\n  \n", "empty_file", id="only blanks"),
        pytest.param(b"\x1f\x8b\x08\x00aaaa", "packed_file", id="gzip"),
        pytest.param(b"%PDF-1.7 ...", "unknown_file", id="pdf"),
        pytest.param(bytes(range(1, 9)) * 100, "unknown_file", id="binary"),
        pytest.param(b'[{"id": 1}]', "json_list", id="json list"),
        pytest.param(b"PK\x03\x04 broken", "broken_excel", id="broken zip"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 900, "broken_excel", id="broken xls"),
        pytest.param("이름,값\n텐트,1\n".encode(), "missing_column", id="no column"),
        pytest.param(b'{"name": "tent"}', "missing_column", id="no field"),
    ],
)
def test_file_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = written(tmp_path, content)

    with pytest.raises(BadInputError) as refusal:
        rows(path)

    assert refusal.value.code == code


def test_missing_column_is_named_with_what_was_found(tmp_path: Path) -> None:
    path = written(tmp_path, "상품번호,상품명,가격\nP1,텐트,3\n", "cp949")

    with pytest.raises(BadInputError, match=r"'인증번호\(cert_field\)' 열이 없어요. 찾은 열: 상품번호, 상품명, 가격"):
        rows(path)


def test_damaged_sheet_of_a_whole_archive_is_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole", ["상품명", "인증번호"], ["텐트", ""])
    broken = tmp_path / "broken"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data[: len(data) // 2] if "sheet1" in name else data)

    with pytest.raises(BadInputError) as refusal:
        rows(broken)

    assert refusal.value.code == "broken_excel"


def test_excel_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "listings", ["상품명", "인증번호"], ["텐트", ""])
    monkeypatch.setattr(listing_files, "EXCEL_UNPACKED_MAX", 1000)

    with pytest.raises(TooLargeError) as refusal:
        rows(path)

    assert refusal.value.code == "excel_too_large"


def test_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "listings"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("listings.csv", HEADING)

    with pytest.raises(BadInputError) as refusal:
        kind_of(path)

    assert refusal.value.code == "packed_file"


def test_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        rows(tmp_path / "nowhere")


@pytest.mark.parametrize("seed", range(40))
def test_noise_is_read_or_refused_and_nothing_else(tmp_path: Path, seed: int) -> None:
    import random

    noise = random.Random(seed)
    starts = [b"", b"PK\x03\x04", b"{", HEADING.encode() + b"\n", b"\xff\xfe", "상품명,인증번호\n".encode("cp949")]
    path = written(tmp_path, noise.choice(starts) + noise.randbytes(noise.randrange(1, 5_000)))

    try:
        found = rows(path)
    except AssistantError:
        found = []

    assert all(isinstance(row, Row) for row in found)
