"""Articles made from a table of questions and answers (CSV or Excel), so that another institution can bring its own."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile
from zlib import error as ZlibError

import yaml

from assistant import text
from assistant.errors import BadInputError, NotFoundError
from assistant.kb.validate import ANSWER_MAX
from assistant.records import FIELDS, SECTORS

COLUMNS = {
    "question": ("question", "질문", "문의", "q"),
    "answer": ("answer", "답변", "답", "a"),
    "id": ("id", "번호", "아이디"),
    "field": ("field", "상담분야", "분야"),
    "sector": ("sector", "업종"),
    "variants": ("variants", "유사질문", "다른 질문", "변형"),
    "source": ("source", "출처", "url", "링크"),
}
_ID = re.compile(r"[A-Za-z0-9가-힣][A-Za-z0-9가-힣._-]{0,79}")
_SENTENCE_END = re.compile(r"(?<=[.!?。\n])\s*")

_DAMAGE = (BadZipFile, ZlibError, SyntaxError, OSError, EOFError, LookupError, TypeError, ValueError, AttributeError)
"""What openpyxl fails with at a damaged workbook; broken XML is a SyntaxError."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken, counted as a spreadsheet does (the heading is row 1), and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    ids: tuple[str, ...]
    refused: tuple[Refused, ...]


def import_table(path: Path, folder: Path) -> Imported:
    """Write one article file per row of a table into a base, which is made if it is not there.

    A row with an id that the base already has replaces that article. A row that cannot be used is left out and
    reported; the others are written all the same.

    Raises:
        NotFoundError: no such file.
        BadInputError: not a CSV or Excel file, or no question and answer columns.
    """
    articles: dict[str, dict[str, Any]] = {}
    refused: list[Refused] = []
    seen: dict[str, str] = {}
    for number, row in _rows(path):
        try:
            article = _article(row)
            _refuse_repeats(article, articles, seen)
        except BadInputError as error:
            refused.append(Refused(number, error.message))
        else:
            articles[article["id"]] = article
    if not articles:
        raise BadInputError("가져올 수 있는 질문과 답이 한 줄도 없어요")
    _write(folder, articles.values())
    return Imported(tuple(articles), tuple(refused))


def _refuse_repeats(article: dict[str, Any], taken: dict[str, dict[str, Any]], seen: dict[str, str]) -> None:
    if article["id"] in taken:
        raise BadInputError(f"id가 두 번 나와요: {article['id']}")
    other = seen.setdefault(text.fold(article["question"]), article["id"])
    if other != article["id"]:
        raise BadInputError(f"{other}와 질문이 같아요")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.is_file():
        raise NotFoundError(f"파일이 없어요: {path}")
    table = _excel(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path)
    heading = next(table, None)
    names = _columns(heading or [])
    for number, cells in enumerate(table, start=2):
        row = {names[i]: cell.strip() for i, cell in enumerate(cells) if i in names}
        if any(row.values()):
            yield number, row


def _columns(heading: Sequence[str]) -> dict[int, str]:
    """Map column numbers to our names; only question and answer are needed."""
    known = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}
    names = {i: known[cell.strip().lower()] for i, cell in enumerate(heading) if cell.strip().lower() in known}
    if not {"question", "answer"} <= set(names.values()):
        raise BadInputError("첫 줄에 question(질문)과 answer(답변) 열 이름이 있어야 해요")
    return names


def _csv(path: Path) -> Iterator[list[str]]:
    content = _decoded(path.read_bytes())
    csv.field_size_limit(1_000_000)
    try:
        yield from csv.reader(io.StringIO(content, newline=""), _dialect(content))
    except csv.Error as error:
        raise BadInputError("CSV 모양이 맞지 않아요") from error


def _dialect(content: str) -> type[csv.Dialect]:
    class Found(csv.excel):
        delimiter = "\t" if "\t" in content.split("\n", 1)[0] else ","

    return Found


def _decoded(data: bytes) -> str:
    """Excel in Korea saves CSV as CP949; everything else as UTF-8, with or without a mark."""
    if b"\x00" in data:
        raise BadInputError("CSV도 Excel(.xlsx)도 아닌 파일이에요")
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInputError("글자를 읽을 수 없어요. UTF-8로 저장해 주세요")


def _excel(path: Path) -> Iterator[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        for cells in book.worksheets[0].iter_rows(values_only=True):
            yield ["" if cell is None else str(cell) for cell in cells]
        book.close()
    except (*_DAMAGE, InvalidFileException) as error:
        raise BadInputError("Excel 파일을 열 수 없어요. .xlsx로 저장해 주세요") from error


def _article(row: dict[str, str]) -> dict[str, Any]:
    question, answer = text.clean(row.get("question", "")), text.clean(row.get("answer", ""))
    if not question or not answer:
        raise BadInputError("질문이나 답이 비어 있어요")
    first, more = split_answer(answer)
    field, sector = row.get("field") or "other", row.get("sector") or "other"
    if field not in FIELDS or sector not in SECTORS:
        raise BadInputError(f"쓸 수 없는 분야나 업종이에요: {field}, {sector}")
    article: dict[str, Any] = {
        "id": _id(row.get("id", ""), question),
        "field": field,
        "sector": sector,
        "intent": "ask_definition",
        "question": question,
        "variants": [one for one in map(text.clean, row.get("variants", "").split("|")) if one],
        "answer": first,
    }
    if more:
        article["more"] = more
    if source := row.get("source", ""):
        article["sources"] = [{"title": source[:120], "url": source}]
    return article


def _id(given: str, question: str) -> str:
    """Return the given id, or one made from the question: the same question has the same id at every import."""
    if not given:
        return "q-" + hashlib.sha256(question.encode()).hexdigest()[:12]
    if not _ID.fullmatch(given):
        raise BadInputError("id에는 글자, 숫자, '.', '_', '-'만 80자까지 쓸 수 있어요")
    return given


def split_answer(answer: str) -> tuple[str, str]:
    """Cut a long answer at the last sentence end within the first part's limit."""
    if len(answer) <= ANSWER_MAX:
        return answer, ""
    ends = [match.end() for match in _SENTENCE_END.finditer(answer, 0, ANSWER_MAX) if match.start() > ANSWER_MAX // 3]
    cut = min(ends[-1], ANSWER_MAX) if ends else ANSWER_MAX
    return answer[:cut].strip(), answer[cut:].strip()


def _write(folder: Path, articles: Any) -> None:
    target = folder / "articles"
    target.mkdir(parents=True, exist_ok=True)
    if not (folder / "base.yml").exists():
        about = {"name": folder.name, "covers": folder.name, "understanding": "plain"}
        (folder / "base.yml").write_text(yaml.safe_dump(about, allow_unicode=True), encoding="utf-8")
    present = {path.stem: path for path in target.rglob("*.yml")}
    for article in articles:
        path = present.get(article["id"]) or target / article["field"] / f"{article['id']}.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(article, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
