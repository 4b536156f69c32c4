import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from builders import REPLY_KEYS

from assistant import __version__
from assistant.bootstrap import build_index
from assistant.cli import main
from assistant.encoder import Encoder
from assistant.settings import ROOT, Settings

DATA = Path(__file__).parent / "data"
QUESTION = "인증서를 잃어버리면 어떻게 다시 발급받나요?"
TABLE = """question,answer,id
도서관은 몇 시에 여나요?,아침 9시에 열어요.,open-hours
책은 몇 권 빌리나요?,다섯 권까지예요.,books
담당자 전화번호가 뭐예요?,02-123-4567이에요.,phone
예약한 책은 언제 받을 수 있나요?,이틀 안에 받을 수 있어요.,reserved
접수 결과는 어디서 확인하나요?,누리집에서 확인해요.,result
"""


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The JSON objects that were printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def toy_index_folder(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy base's index by the real encoder."""
    folder = tmp_path_factory.mktemp("cli") / "index"
    build_index(Settings(kb_dir=DATA / "toy_kb", nlu_dir=DATA / "toy_nlu", index_dir=folder), lambda _: None)
    return folder


@pytest.fixture
def environ(toy_index_folder: Path, tmp_path: Path) -> dict[str, str]:
    return {
        "ONECALL_KB_DIR": str(DATA / "toy_kb"),
        "ONECALL_NLU_DIR": str(DATA / "toy_nlu"),
        "ONECALL_INDEX_DIR": str(toy_index_folder),
        "ONECALL_DATABASE_URL": f"sqlite:///{tmp_path / 'cli.db'}",
        "ONECALL_UNDERSTANDING": "builtin",
    }


@pytest.fixture
def onecall(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, over the toy base."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["onecall", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Ran(code, *capsys.readouterr())

    return run


# ---- ask ------------------------------------------------------------------------------


def test_a_question_is_answered_for_people(onecall: Run) -> None:
    ran = onecall("ask", QUESTION)

    assert ran.code == 0
    assert "인증기관 누리집에서 재발급을 신청해요." in ran.out
    assert "근거: 장난감법 제9조" in ran.out
    assert "출처: 장난감법 https://law.example/toy" in ran.out
    assert "확인한 날: 2026-11-01" in ran.out


def test_a_question_is_answered_for_machines(onecall: Run) -> None:
    ran = onecall("ask", QUESTION, "--json")

    (reply,) = ran.rows
    assert reply.keys() == REPLY_KEYS
    assert (reply["decision"], reply["article_id"]) == ("answer", "certificate-lost")
    assert reply["understanding"].keys() >= {"intent", "intent_confidence", "field", "sector", "entities"}


def test_every_line_of_a_file_is_a_conversation_of_its_own(onecall: Run, tmp_path: Path) -> None:
    lines = [QUESTION, "", "  ", "안녕하세요\x00", "\ufeff상담사 연결", "가나 " * 2000, '{"text": 1}', QUESTION]
    (tmp_path / "질문.txt").write_bytes("\r\n".join(lines).encode() + b"\r\n\xff\xfe\n")

    ran = onecall("ask", "--json", "--file", tmp_path / "질문.txt")

    assert ran.code == 0
    assert [row.get("code", row.get("reason", "")) for row in ran.rows[1:6]] == [
        "empty",
        "empty",
        "greet",
        "asked_for_person",
        "too_long",
    ]
    assert ran.rows[0]["article_id"] == ran.rows[7]["article_id"] == "certificate-lost"
    assert ran.rows[0]["conversation_id"] != ran.rows[7]["conversation_id"]
    assert len(ran.rows) == len(lines) + 1


def test_a_conversation_can_be_gone_on_with(onecall: Run) -> None:
    (first,) = onecall("ask", "보조배터리는 KC 인증을 받아야 하나요?", "--json").rows

    (second,) = onecall("ask", "그럼 일본은요?", "--json", "--conversation", first["conversation_id"]).rows

    assert second["conversation_id"] == first["conversation_id"]
    assert second["article_id"] in ("power-bank-japan", "item:power-bank:JP")


def test_an_unknown_conversation_is_told(onecall: Run) -> None:
    ran = onecall("ask", "비용은요?", "--conversation", "0" * 32)

    assert ran.code == 1
    assert ran.err.splitlines() == ["오류(no_conversation): 대화를 찾을 수 없어요. 새로 시작해 주세요."]
    assert ran.out == ""


def test_an_empty_question_fails(onecall: Run) -> None:
    ran = onecall("ask", "")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == ["오류(empty): 질문을 적어 주세요."]


@pytest.mark.parametrize("arguments", [(), ("질문", "--file", "a.txt"), ("--file", "gone.txt")])
def test_a_question_or_a_readable_file_is_needed(onecall: Run, arguments: tuple[str, ...]) -> None:
    assert onecall("ask", *arguments).code == 2


# ---- another base ---------------------------------------------------------------------


@pytest.fixture
def library(onecall: Run, tmp_path: Path) -> Path:
    """A base that another institution imported."""
    (tmp_path / "표.csv").write_text(TABLE, encoding="utf-8")
    ran = onecall("kb", "import", tmp_path / "표.csv", "--kb", tmp_path / "library")
    assert (ran.code, "글 5개" in ran.err) == (0, True)
    return tmp_path / "library"


def test_an_imported_base_is_asked(onecall: Run, library: Path, tmp_path: Path) -> None:
    asked = onecall("ask", "책은 몇 권 빌리나요?", "--json", "--kb", library, "--index", tmp_path / "i")

    (reply,) = asked.rows
    assert (reply["article_id"], reply["text"]) == ("books", "다섯 권까지예요.")
    assert (tmp_path / "i" / "manifest.json").is_file()


def test_every_question_of_an_imported_base_is_answered(onecall: Run, library: Path, tmp_path: Path) -> None:
    rows = [line.split(",") for line in TABLE.splitlines()[1:]]
    (tmp_path / "질문.txt").write_text("\n".join(question for question, _, _ in rows), encoding="utf-8")

    asked = onecall("ask", "--file", tmp_path / "질문.txt", "--json", "--kb", library)

    assert [row["article_id"] for row in asked.rows] == [article for _, _, article in rows]


def test_rows_that_were_not_taken_are_told(onecall: Run, tmp_path: Path) -> None:
    (tmp_path / "표.csv").write_text(TABLE + "질문만 있어요?,,\n경로?,답,../../x\n", encoding="utf-8")

    ran = onecall("kb", "import", tmp_path / "표.csv", "--kb", tmp_path / "library")

    assert ran.code == 2
    assert "7번째 줄" in ran.err
    assert "8번째 줄" in ran.err
    assert not (tmp_path.parent / "x.yml").exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "bad_input"), (b"a,b\n1,2\n", "bad_input"), (b"\x00\x01", "bad_input"), (None, "not_found")],
)
def test_a_table_that_cannot_be_used_is_refused_in_korean(
    onecall: Run, tmp_path: Path, content: bytes | None, code: str
) -> None:
    if content is not None:
        (tmp_path / "표.csv").write_bytes(content)

    ran = onecall("kb", "import", tmp_path / "표.csv", "--kb", tmp_path / "library")

    assert ran.code == 1
    assert ran.err.startswith(f"오류({code}): ")


def test_a_base_that_is_not_there_is_told_in_korean(onecall: Run, tmp_path: Path) -> None:
    ran = onecall("ask", QUESTION, "--kb", tmp_path / "nowhere")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("오류(not_found): 지식베이스 폴더가 없어요")


def test_a_faultless_base_passes(onecall: Run) -> None:
    ran = onecall("kb", "validate")

    assert (ran.code, ran.out) == (0, "")
    assert "오류 0, 주의 0" in ran.err


def test_a_faulty_base_fails_and_every_fault_is_named(onecall: Run, toy_folder: Path) -> None:
    (toy_folder / "articles" / "domestic" / "broken.yml").write_text("id: [")

    told = onecall("kb", "validate", "--kb", toy_folder)
    rows = onecall("kb", "validate", "--kb", toy_folder, "--json").rows

    assert told.code == 1
    assert "오류 articles/domestic/broken.yml" in told.out
    assert rows == [{"card": "articles/domestic/broken.yml", "problem": rows[0]["problem"], "is_error": True}]


def test_an_index_that_fits_is_not_built_again(onecall: Run, toy_index_folder: Path) -> None:
    before = (toy_index_folder / "manifest.json").stat().st_mtime_ns

    ran = onecall("index", "build", "--if-stale")

    assert ran.code == 0
    assert (toy_index_folder / "manifest.json").stat().st_mtime_ns == before


# ---- tickets --------------------------------------------------------------------------


@pytest.fixture
def ticket(onecall: Run) -> str:
    (reply,) = onecall("ask", "상담사 연결", "--json").rows
    return str(reply["ticket"]["id"])


def test_a_ticket_is_worked_off(onecall: Run, ticket: str) -> None:
    steps = [
        onecall("tickets", "assign", ticket, "--by", "김상담"),
        onecall("tickets", "answer", "oc-1", "받으면 돼요.", "--by", "김상담"),
        onecall("tickets", "close", "1"),
    ]

    assert [step.out.strip() for step in steps] == [
        f"{ticket}: {state} 김상담" for state in ("assigned", "answered", "closed")
    ]
    (row,) = onecall("tickets", "list", "--json", "--state", "closed").rows
    assert (row["id"], row["answer"]) == (ticket, "받으면 돼요.")


def test_a_list_shows_whole_numbers(onecall: Run, ticket: str) -> None:
    assert ticket in onecall("tickets", "list").out


def test_a_ticket_is_shown(onecall: Run, ticket: str) -> None:
    shown = onecall("tickets", "show", ticket)

    assert "visitor: 상담사 연결" in shown.out
    assert onecall("tickets", "show", ticket, "--json").rows[0]["state"] == "open"


def test_a_second_consultant_is_refused(onecall: Run, ticket: str) -> None:
    onecall("tickets", "assign", ticket, "--by", "김상담")

    ran = onecall("tickets", "answer", ticket, "제가요", "--by", "이상담")

    assert (ran.code, "오류(conflict): 김상담" in ran.err) == (1, True)


@pytest.mark.parametrize(
    "command", [("show",), ("assign", "--by", "김상담"), ("answer", "답", "--by", "김상담"), ("close",)]
)
@pytest.mark.parametrize("unknown", ["OC-999999", "abc", "../x"])
def test_an_unknown_ticket_is_told(onecall: Run, command: tuple[str, ...], unknown: str) -> None:
    ran = onecall("tickets", command[0], unknown, *command[1:])

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("오류(no_ticket): 접수번호를 찾을 수 없어요")


def test_without_tickets_nothing_is_listed(onecall: Run) -> None:
    assert onecall("tickets", "list", "--json").rows == []
    assert onecall("tickets", "list", "--state", "lost").code == 2


# ---- as a process of its own ----------------------------------------------------------


def process(*arguments: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "assistant.cli", *arguments]
    return subprocess.run(command, env=os.environ | environ, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_the_command_stands_by_itself(environ: dict[str, str]) -> None:
    ran = process("ask", QUESTION, "--json", environ=environ)

    assert ran.returncode == 0
    assert json.loads(ran.stdout)["article_id"] == "certificate-lost"


def test_a_wrong_setting_is_one_sentence_and_no_traceback(environ: dict[str, str]) -> None:
    ran = process("ask", QUESTION, environ=environ | {"ONECALL_PORT": "none"})

    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("오류(setup): ONECALL_PORT")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("ONECALL_DATABASE_URL", "nonsense", "setup"),
        ("ONECALL_ENCODER", "/nowhere", "upstream"),
        ("ONECALL_NLU_DIR", "/nowhere", "not_found"),
    ],
)
def test_every_wrong_setting_is_told_in_korean(
    onecall: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, code: str
) -> None:
    monkeypatch.setenv(name, value)

    ran = onecall("ask", QUESTION)

    assert (ran.code, ran.out) == (1, "")
    assert f"오류({code})" in ran.err


def test_broken_bytes_on_the_command_line_do_no_harm(onecall: Run) -> None:
    assert onecall("ask", os.fsdecode(b"\xff\xfe"), "--json").rows[0]["code"] == "empty"


def test_help_and_version_load_nothing_heavy() -> None:
    heavy = (
        "import sys; import assistant.cli; print(sorted({'faiss', 'onnxruntime', 'spacy', 'torch'} & set(sys.modules)))"
    )

    ran = subprocess.run([sys.executable, "-c", heavy], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert ran.stdout.strip() == "[]"


def test_the_version_is_told(onecall: Run) -> None:
    assert onecall("version").out.strip() == __version__


@pytest.mark.parametrize("command", [("--help",), ("kb", "--help"), ("tickets", "--help"), ("index", "--help")])
def test_help_is_in_korean(onecall: Run, command: tuple[str, ...]) -> None:
    ran = onecall(*command)

    assert ran.code == 0
    assert "요." in ran.out
