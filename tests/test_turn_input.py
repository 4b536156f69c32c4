"""What people type, and what must not come of it."""

import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders import REPLY_KEYS, ask

from assistant.errors import AssistantError, BadInputError
from assistant.records import Message
from assistant.turn import Assistant

PHONE = "010-9876-5432"


def test_a_raw_phone_number_reaches_neither_the_disk_nor_the_log(
    assistant: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    ask(assistant, f"제 번호는 {PHONE}이고 메일은 kim@example.com이에요. 보조배터리 인증은요?", "상담사 연결")

    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (PHONE, PHONE.replace("-", ""), "kim@example.com"):
        assert secret.encode() not in written
        assert secret not in caplog.text
    assert "[전화번호]".encode() in written or b"\\uc804\\ud654" in written


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("\x00\ud800", "empty"),
        ("가나 " * 1_000, "too_long"),
        ("가나" * 500_000, "too_long"),
    ],
    ids=["empty", "blank", "NUL and surrogate", "3,000", "1 MB"],
)
def test_what_is_no_question_is_refused_and_not_stored(toy_assistant: Assistant, text: str, code: str) -> None:
    with pytest.raises(BadInputError) as refused:
        toy_assistant.handle(Message(text))

    assert refused.value.code == code
    assert toy_assistant.conversations.unanswered(datetime.now(UTC) + timedelta(minutes=1)) == []


ODD = {
    "emoji": "😀🔥👍",
    "NUL and surrogates": "보조\x00배터리\ud800 인증\udfff",
    "10,000 times": "아" * 10_000,
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "SQL": "'; DROP TABLE messages; --",
    "format": "{0} {ticket} %s %(x)s",
    "slash": "/restart",
    "Japanese": "電気用品の認証は必要ですか",
    "Arabic": "هل أحتاج إلى شهادة؟",
    "English": "Do I need a certificate?",
    "jamo": "ㅋㅋㅋㅋㅋ ㅠㅠ",
    "combining": "a" + "\u0301" * 300,
    "right to left": "\u202e보조배터리 인증\u202c",
    "1,999": "보조배터리 " * 333,
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_input_gets_a_whole_reply(toy_assistant: Assistant, text: str) -> None:
    (reply,) = ask(toy_assistant, text)

    assert reply.keys() == REPLY_KEYS
    assert reply["reason"] != "turn_failed"
    assert reply["text"]
    toy_assistant.conversations.ping()


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_input_is_not_answered_from_the_real_base_without_naming_a_product(assistant: Assistant, text: str) -> None:
    (reply,) = ask(assistant, text)

    assert reply["reason"] != "turn_failed"
    assert reply["decision"] != "answer" or "배터리" in text


def test_odd_input_is_stored_clean(toy_assistant: Assistant) -> None:
    (reply,) = ask(toy_assistant, ODD["NUL and surrogates"])

    assert toy_assistant.conversations.messages(reply["conversation_id"])[0].text == "보조 배터리 인증"


def test_an_error_of_ours_never_holds_what_was_written(toy_assistant: Assistant) -> None:
    for message in (Message(f"{PHONE} " * 1000), Message(PHONE, "unknown")):
        with pytest.raises(AssistantError) as refused:
            toy_assistant.handle(message)

        assert PHONE not in str(refused.value)


def test_a_database_that_is_locked_for_a_moment_loses_nothing(assistant: Assistant, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "onecall.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, assistant, "안녕하세요")
        other.execute("COMMIT")
        (reply,) = waiting.result()

    other.close()
    assert reply["reason"] == "greet"
