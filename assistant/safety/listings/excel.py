"""Excel files of listings (.xlsx, .xls): the first sheet, row by row."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.errors import BadInputError
from assistant.safety.listings.text import Cells, problem_of
from assistant.safety.listings.words import FILE_ERRORS


def excel_rows(path: Path) -> Iterator[Cells]:
    """Give the rows of the first sheet that holds anything; numbers come without a useless ".0".

    Raises:
        BadInputError: it is damaged, locked by a password, or empty.
    """
    for number, cells in enumerate(_sheet(path), start=1):
        texts = [_text(cell) for cell in cells]
        yield number, texts, problem_of("".join(texts))


def _sheet(path: Path) -> Iterator[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if sheet.total_height:
                    yield from sheet.iter_rows()
                    return
    except (CalamineError, OSError, ValueError) as error:
        raise BadInputError(FILE_ERRORS["excel"], code="broken_excel") from error
    except BaseException as error:
        # A damaged file can make the Rust library panic, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise BadInputError(FILE_ERRORS["excel"], code="broken_excel") from error
    raise BadInputError(FILE_ERRORS["empty"], code="empty_file")


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
