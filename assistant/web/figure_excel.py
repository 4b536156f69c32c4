"""The figures as an Excel file. No text in it is taken for a formula."""

import io
import re
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from assistant.desk.figure_sheets import Cell, Kind, Sheet
from assistant.web.figure_files import FORMULA

_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_FORMATS: dict[Kind, str] = {"text": "@", "count": "#,##0", "number": "#,##0.0", "share": "0.0%", "percent": "0%"}
_TITLE_MAX, _WIDTH_MAX = 31, 60


def excel_of(sheets: Iterable[Sheet]) -> bytes:
    """Return the tables as an Excel file, each on a sheet of its own."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(_NOT_IN_TITLES.sub(" ", sheet.title)[:_TITLE_MAX])
        page.freeze_panes = "A2"
        for number, column in enumerate(sheet.columns, 1):
            cell = page.cell(1, number)
            _put(cell, column.title, "text")
            cell.font = Font(bold=True)
            page.column_dimensions[get_column_letter(number)].width = _width(sheet, number - 1)
        for line, row in enumerate(sheet.rows, 2):
            for number, (value, column) in enumerate(zip(row, sheet.columns, strict=True), 1):
                _put(page.cell(line, number), value, column.kind)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _put(cell: ExcelCell, value: Cell, kind: Kind) -> None:
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"  # openpyxl would make a formula of what begins with "="
        cell.quotePrefix = value.startswith(FORMULA)  # and a spreadsheet too, once somebody edits the cell
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        return
    cell.value = value / 100 if kind == "percent" and value is not None else value
    cell.number_format = _FORMATS[kind]


def _width(sheet: Sheet, number: int) -> int:
    texts = [sheet.columns[number].title, *(str(row[number]) for row in sheet.rows if isinstance(row[number], str))]
    # Hangul is as wide as two Latin letters.
    return min(_WIDTH_MAX, 4 + max(sum(1 + (letter > "\u1100") for letter in text) for text in texts))
