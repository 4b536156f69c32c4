from typing import Any

import pytest
from kakao import NOW

from assistant.channel_records import Call, Outgoing, Parcel, Said
from assistant.channels.base import Consulting, notice
from assistant.channels.kakao_consult import KakaoConsult
from assistant.errors import BadInputError

CONSULT = KakaoConsult()
KEYS = {"url": "https://kakao-api.happytalk.io/", "id": "client", "secret": "hush", "path": "p" * 32, "sender_key": ""}
WHO = {"user_key": "Xj1bW5wlE5SR", "sender_key": "4c9591f37822ae1ed5b781582af08b1e2d922cea"}


def text_of(**body: Any) -> str:
    payload = {**WHO, "session_id": "163755146", "time": 1654738690219, **body}
    (found,) = CONSULT.parse(Call({}, b"", path=f"{KEYS['path']}/message"), payload, KEYS, NOW)
    return found.text


@pytest.mark.parametrize("missing", ["url", "id", "secret", "path"])
def test_without_all_of_its_settings_it_is_off(missing: str) -> None:
    assert CONSULT.is_on(KEYS)
    assert not CONSULT.is_on({**KEYS, missing: ""})


@pytest.mark.parametrize(
    "body",
    [
        {"message": "안녕"},
        {"content": "안녕"},
        {"contents": {"text": "안녕"}},
        {"text": "안녕", "message": None},
    ],
)
def test_a_text_is_found_by_any_of_its_names(body: dict[str, Any]) -> None:
    assert text_of(**body) == "안녕"


@pytest.mark.parametrize("body", [{}, {"message": 7}, {"contents": ["x"]}, {"content": {"image": {}}}])
def test_what_is_no_text_is_none(body: dict[str, Any]) -> None:
    assert text_of(**body) == ""


@pytest.mark.parametrize(
    ("reference", "turn"),
    [
        ({"extra": '{"turn": 12}'}, "12"),
        ({"extra": {"turn": 12}}, "12"),
        ({"extra": "메타 정보"}, ""),
        ({"extra": '{"turn": "12"}'}, ""),
        ({"extra": None}, ""),
        (None, ""),
        ("메타 정보", ""),
    ],
)
def test_the_turn_of_the_button_is_read_where_it_is(reference: Any, turn: str) -> None:
    payload = {**WHO, "session_id": "1", "time": 1, "reference": reference, "last_reference": None}

    (found,) = CONSULT.parse(Call({}, b"", path=f"{KEYS['path']}/reference"), payload, KEYS, NOW)

    assert (found.kind, found.control, found.session) == ("handover", "desk", turn)


def test_words_are_written_in_pieces_within_the_limit() -> None:
    pieces = CONSULT.render([Said(notice("상담 내용이에요. " * 250, "x"), 1)], KEYS)

    assert len(pieces) > 1
    assert all(len(one.body["message"]) <= 1000 and not one.is_repeatable for one in pieces)


def test_a_message_is_addressed_and_numbered() -> None:
    outgoing = Outgoing("write", {"message_type": "TX", "message": "안녕하세요"})

    request = CONSULT.request(Parcel(outgoing, WHO, "0f9b2c1e-7d8a-4c3b-9e5f-1a2b3c4d5e6f"), KEYS)

    assert request.url == "https://kakao-api.happytalk.io/v1/chat/write"
    assert request.headers == {"HT-Client-Id": "client", "HT-Client-Secret": "hush"}
    assert request.body == {**WHO, **outgoing.body, "serial_number": "0f9b2c1e7d8a4c3b9e5f1a2b3c4d5e"}


def test_a_talk_is_ended() -> None:
    assert isinstance(CONSULT, Consulting)
    (end,) = CONSULT.end()

    request = CONSULT.request(Parcel(end, WHO, "k"), KEYS)

    assert (request.url, request.body) == ("https://kakao-api.happytalk.io/v1/chat/end", WHO)


def test_without_an_address_nothing_is_sent() -> None:
    with pytest.raises(BadInputError):
        CONSULT.request(Parcel(Outgoing("write", {}), {}, "k"), KEYS)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"code": 0}, "sent"),
        (200, {"code": "0", "sessionId": "1"}, "sent"),
        (200, {"code": 4005}, "refused"),
        (200, None, "unknown"),
        (500, None, "unknown"),
        (401, {}, "refused"),
        (429, None, "retry"),
    ],
)
def test_the_dealers_answer_is_understood(status: int, body: Any, kind: str) -> None:
    assert CONSULT.read(status, body).kind == kind
