"""A table of the figures as CSV. No text in it is taken for a formula."""

import csv
import io

from assistant.desk.figure_sheets import Cell, Column, Sheet

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def csv_of(sheet: Sheet) -> bytes:
    """Return a table as CSV that a spreadsheet opens: with a byte order mark; shares are numbers from 0 to 1."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([_plain(column.title) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_csv_cell(cell, column) for cell, column in zip(row, sheet.columns, strict=True)])
    return written.getvalue().encode("utf-8-sig")


def _csv_cell(cell: Cell, column: Column) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _plain(cell)
    value = cell / 100 if column.kind == "percent" else cell
    return round(value, 4) if isinstance(value, float) else value


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
