"""One specimen of each channel: what the contract of all channels needs to know of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import kakao
import messenger_payloads as messengers

from assistant.bench_channels.platforms import ConsultPlatform, LinePlatform, NaverPlatform, TelegramPlatform
from assistant.bench_channels.standin import Call as Sent

CONSULT = {"url": "https://consult", "id": "i", "secret": "s", "path": "secret-path", "sender_key": "k" * 40}
LINE_USER = "U" + "1" * 32


@dataclass(frozen=True)
class Specimen:
    """What the contract needs to know of a channel.

    Attributes:
        typed: the payload of a text that a user typed, by its number.
        path: behind the channel's name.
        proof: the headers that prove a body.
        address: of a user.
        takes: refuses what the platform would refuse, given path, headers and body.
        texts, labels: what a body shows.
    """

    keys: Mapping[str, str]
    typed: Callable[[int, str], Any]
    address: Mapping[str, str]
    takes: Callable[[Sent], None]
    texts: Callable[[Mapping[str, Any]], list[str]]
    labels: Callable[[Mapping[str, Any]], list[str]]
    path: str = ""
    proof: Callable[[bytes], dict[str, str]] = lambda _: {}


def _kakao_typed(number: int, text: str) -> Any:
    return kakao.skill_payload(text)


def _kakao_texts(body: Mapping[str, Any]) -> list[str]:
    cards = [card for output in body["template"]["outputs"] for card in output.values()]
    items = [item for card in cards for item in card.get("items", [])]
    rows = [f"{row['title']}: {row['description']}" for card in cards for row in card.get("itemList", [])]
    said = [card["text"] for card in cards if "text" in card]
    listed = [text for item in items for text in (item["messageText"], item["title"])]
    return [*said, *rows, *listed, *(quick["messageText"] for quick in body["template"].get("quickReplies", []))]


def _kakao_labels(body: Mapping[str, Any]) -> list[str]:
    return [one["label"] for one in body["template"].get("quickReplies", [])]


def _consult_typed(number: int, text: str) -> Any:
    return {
        "user_key": "u-1",
        "sender_key": "k" * 40,
        "session_id": "7",
        "serial_number": f"m{number}",
        "message": text,
    }


def _naver_typed(number: int, text: str) -> Any:
    value = messengers.payload("naver", "send_typing")
    return {**value, "textContent": {"text": text, "inputType": "typing"}}


def _line_typed(number: int, text: str) -> Any:
    value = messengers.payload("line", "message_text")
    value["events"][0]["message"]["text"] = text
    value["events"][0]["webhookEventId"] = f"01FZ74A0TDDPYRVKNK77XKC{number:03d}"
    return value


def _telegram_typed(number: int, text: str) -> Any:
    value = messengers.payload("telegram", "message_text")
    return {**value, "update_id": number, "message": {**value["message"], "text": text}}


def _platform_takes(make: Callable[[], Any]) -> Callable[[Sent], None]:
    def take(sent: Sent) -> None:
        platform = make()
        answer = platform.judge(sent)
        assert platform.arrived, (answer, sent.body)

    return take


def _kakao_takes(sent: Sent) -> None:
    kakao.refuse_bad_response(sent.body)


SPECIMENS = {
    "kakao": Specimen(
        {**kakao.KEYS, "rest_key": "rest"},
        _kakao_typed,
        {"bot": kakao.BOT, "user": kakao.USER},
        _kakao_takes,
        _kakao_texts,
        _kakao_labels,
        proof=lambda _: {"x-onecall-secret": kakao.SECRET},
    ),
    "kakao_consult": Specimen(
        CONSULT,
        _consult_typed,
        {"user_key": "u-1", "sender_key": "k" * 40},
        _platform_takes(lambda: ConsultPlatform("i", "s")),
        lambda body: [body["message"]],
        lambda body: [],
        path="/secret-path/message",
    ),
    "naver": Specimen(
        messengers.KEYS["naver"],
        _naver_typed,
        {"user": "al-2eGuGr5WQOnco1_V-FQ"},
        _platform_takes(lambda: NaverPlatform(messengers.KEYS["naver"]["token"])),
        lambda body: [body["textContent"]["text"]],
        lambda body: [one["data"]["title"] for one in body["textContent"].get("quickReply", {}).get("buttonList", [])],
        path="/a-long-secret-path",
    ),
    "line": Specimen(
        messengers.KEYS["line"],
        _line_typed,
        {"user": LINE_USER},
        _platform_takes(lambda: LinePlatform(messengers.KEYS["line"]["token"])),
        lambda body: [one["text"] for one in body["messages"]],
        lambda body: [
            item["action"]["label"] for one in body["messages"] for item in one.get("quickReply", {}).get("items", [])
        ],
        proof=lambda body: messengers.proof("line", body),
    ),
    "telegram": Specimen(
        messengers.KEYS["telegram"],
        _telegram_typed,
        {"chat": "1111111"},
        _platform_takes(lambda: TelegramPlatform(messengers.KEYS["telegram"]["token"])),
        lambda body: [body["text"]],
        lambda body: [
            button["text"] for row in body.get("reply_markup", {}).get("inline_keyboard", []) for button in row
        ],
        proof=lambda body: messengers.proof("telegram", body),
    ),
}
