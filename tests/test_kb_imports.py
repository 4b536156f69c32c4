import csv
import io
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from assistant.errors import BadInputError, NotFoundError
from assistant.kb.base import load
from assistant.kb.imports import import_table, split_answer
from assistant.text import clean

HEADING = ("question", "answer")
ROWS = (("도서관은 몇 시에 여나요?", "아침 9시에 열어요."), ("책은 몇 권 빌리나요?", "다섯 권까지예요."))


def table(*rows: tuple[str, ...], heading: tuple[str, ...] = HEADING, delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([heading, *rows])
    return out.getvalue()


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def excel(path: Path, *rows: tuple[Any, ...]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("encoding", "delimiter", "name"),
    [("utf-8", ",", "a.csv"), ("utf-8-sig", ",", "a.csv"), ("cp949", ",", "a.csv"), ("utf-8", "\t", "a.tsv")],
    ids=["UTF-8", "BOM", "CP949", "TSV"],
)
def test_a_table_becomes_a_base(tmp_path: Path, encoding: str, delimiter: str, name: str) -> None:
    file = write(tmp_path / name, table(*ROWS, delimiter=delimiter).encode(encoding))

    done = import_table(file, tmp_path / "kb")

    articles = load(tmp_path / "kb").articles.values()
    assert {(one.question, one.answer) for one in articles} == set(ROWS)
    assert (len(done.ids), done.refused) == (2, ())


def test_a_workbook_becomes_a_base(tmp_path: Path) -> None:
    file = excel(tmp_path / "표.xlsx", ("질문", "답변", "번호", "비고"), (*ROWS[0], 12, None), (*ROWS[1], None, "-"))

    import_table(file, tmp_path / "kb")

    base = load(tmp_path / "kb")
    assert base.articles["12"].question == ROWS[0][0]
    assert len(base.articles) == 2


def test_every_column_has_its_place(tmp_path: Path) -> None:
    heading = ("ID", "상담분야", "업종", "유사질문", "출처", *HEADING)
    row = ("open-hours", "safety", "food", "몇 시 오픈? | 여는 시간 |", "https://lib.example", *ROWS[0])

    import_table(write(tmp_path / "a.csv", table(row, heading=heading)), tmp_path / "kb")

    article = load(tmp_path / "kb").articles["open-hours"]
    assert (article.field, article.sector) == ("safety", "food")
    assert article.variants == ("몇 시 오픈?", "여는 시간")
    assert article.sources[0].url == "https://lib.example"


def test_quotes_commas_and_line_breaks_stay_in_their_cell(tmp_path: Path) -> None:
    row = ('"여는 시간", 몇 시예요?', '평일: 9시\n주말: "10시", 쉬는 날 없음\n---\n- 끝: 18시 #1')

    import_table(write(tmp_path / "a.csv", table(row)), tmp_path / "kb")

    (article,) = load(tmp_path / "kb").articles.values()
    assert (article.question, article.answer) == row


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(question=st.text(max_size=50), answer=st.text(max_size=800))
def test_any_text_comes_back_as_it_was(tmp_path: Path, question: str, answer: str) -> None:
    try:
        file = write(tmp_path / "a.csv", table((question, answer), ROWS[0]).replace("\0", ""))
        done = import_table(file, tmp_path / "kb")
    except BadInputError:
        return

    articles = load(tmp_path / "kb").articles
    assert set(done.ids) <= set(articles)
    assert all(one.question == clean(one.question) and len(one.answer) <= 500 for one in articles.values())


@pytest.mark.parametrize("heading", [("q&a", "text"), ("question",), ("answer", "id"), ("", "")])
def test_without_question_and_answer_columns_it_is_refused(tmp_path: Path, heading: tuple[str, ...]) -> None:
    file = write(tmp_path / "a.csv", table(("가", "나"), heading=heading))

    with pytest.raises(BadInputError, match="question"):
        import_table(file, tmp_path / "kb")

    assert not (tmp_path / "kb").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "question", id="empty"),
        pytest.param(b"\x00\x01\x02PNG", "CSV", id="binary"),
        pytest.param(b"question,answer\n\xff\xff\xff,\x80", "UTF-8", id="neither UTF-8 nor CP949"),
        pytest.param("question,answer\n,\n ,답\n", "한 줄도", id="nothing to take"),
        pytest.param('question,answer\n"' + "가" * 1_100_000 + '",답', "CSV", id="huge cell"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes | str, told: str) -> None:
    with pytest.raises(BadInputError, match=told):
        import_table(write(tmp_path / "a.csv", content), tmp_path / "kb")

    assert not (tmp_path / "kb").exists()


def broken_workbook(path: Path) -> Path:
    with ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types")
    return path


def test_a_workbook_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="Excel"):
        import_table(write(tmp_path / "a.xlsx", b"no zip"), tmp_path / "kb")


def test_a_workbook_with_broken_xml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="Excel"):
        import_table(broken_workbook(tmp_path / "a.xlsx"), tmp_path / "kb")


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="question"):
        import_table(excel(tmp_path / "a.xlsx"), tmp_path / "kb")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"gone\.csv"):
        import_table(tmp_path / "gone.csv", tmp_path / "kb")


@pytest.mark.parametrize("bad", ["../../x", "/etc/x", "a/b", "..", ".hidden", "a\\b", "a b", "x" * 81])
def test_an_id_that_is_a_path_is_refused_and_the_rest_is_taken(tmp_path: Path, bad: str) -> None:
    file = write(tmp_path / "a.csv", table(("가나?", "답", bad), (*ROWS[0], "ok"), heading=(*HEADING, "id")))

    done = import_table(file, tmp_path / "kb")

    assert done.ids == ("ok",)
    assert [one.row for one in done.refused] == [2]
    assert [path.name for path in (tmp_path / "kb").rglob("*.yml") if path.name != "base.yml"] == ["ok.yml"]


def test_an_id_given_twice_is_taken_once(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", table((*ROWS[0], "a"), (*ROWS[1], "a"), heading=(*HEADING, "id")))

    done = import_table(file, tmp_path / "kb")

    assert done.ids == ("a",)
    assert [(one.row, "두 번" in one.reason) for one in done.refused] == [(3, True)]


def test_a_question_given_twice_is_taken_once(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.csv", table(("여는 시간?", "9시", "a"), ("여는시간", "8시", "b"), heading=(*HEADING, "id"))
    )

    done = import_table(file, tmp_path / "kb")

    assert done.ids == ("a",)
    assert "질문이 같아요" in done.refused[0].reason


@pytest.mark.parametrize(("column", "value"), [("field", "books"), ("sector", "books")])
def test_a_row_of_an_unknown_field_or_sector_is_left_out(tmp_path: Path, column: str, value: str) -> None:
    file = write(tmp_path / "a.csv", table((*ROWS[0], value), (*ROWS[1], ""), heading=(*HEADING, column)))

    done = import_table(file, tmp_path / "kb")

    assert (len(done.ids), [one.row for one in done.refused]) == (1, [2])


def test_importing_again_replaces_and_adds(tmp_path: Path) -> None:
    import_table(write(tmp_path / "a.csv", table(*ROWS)), tmp_path / "kb")
    newer = table((ROWS[0][0], "아침 8시에 열어요."), ("주차되나요?", "네."))

    import_table(write(tmp_path / "b.csv", newer), tmp_path / "kb")

    answers = {one.question: one.answer for one in load(tmp_path / "kb").articles.values()}
    assert len(answers) == 3
    assert answers[ROWS[0][0]] == "아침 8시에 열어요."


def test_a_long_answer_is_cut_at_the_end_of_a_sentence() -> None:
    answer = "첫 문장이에요. " * 60

    first, more = split_answer(answer.strip())

    assert first.endswith("첫 문장이에요.")
    assert len(first) <= 500
    assert f"{first} {more}" == answer.strip()


@given(st.text(min_size=1, max_size=2000).map(clean).filter(bool))
def test_cutting_loses_no_letter(answer: str) -> None:
    first, more = split_answer(answer)

    assert len(first) <= 500
    assert "".join((first + more).split()) == "".join(answer.split())
