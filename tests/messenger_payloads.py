"""Payload files of the three messengers, and how a platform signs and sends them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.channel_records import Call, Inbound
from assistant.channels.base import Channel
from assistant.channels.line import LineMessenger
from assistant.channels.naver import Naver
from assistant.channels.telegram import Telegram

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 24, 3, 5, tzinfo=UTC)
NAVER_PEER = "211.249.40.5"
CHANNELS: dict[str, Channel] = {"naver": Naver(), "line": LineMessenger(), "telegram": Telegram()}
KEYS: dict[str, dict[str, str]] = {
    "naver": {"path": "a-long-secret-path", "token": "ct_wc8b1i_Pb1AXDQ0RZWuCccpzdNL", "ranges": "", "url": ""},
    "line": {"secret": "line-secret", "token": "line-token", "url": ""},
    "telegram": {"secret": "telegram_secret", "token": "42:telegram-token", "url": ""},
}


def payload(channel: str, name: str) -> Any:
    return json.loads((DATA / channel / f"{name}.json").read_text(encoding="utf-8"))


def names(channel: str) -> set[str]:
    return {path.stem for path in (DATA / channel).glob("*.json")}


def signature(body: bytes, secret: str = KEYS["line"]["secret"]) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def proof(channel: str, body: bytes) -> dict[str, str]:
    """The headers that prove a request."""
    if channel == "line":
        return {"x-line-signature": signature(body)}
    return {"x-telegram-bot-api-secret-token": KEYS["telegram"]["secret"]} if channel == "telegram" else {}


def call(channel: str, value: Any = None) -> Call:
    body = json.dumps(value, ensure_ascii=False).encode()
    path = KEYS["naver"]["path"] if channel == "naver" else ""
    return Call(proof(channel, body), body, NAVER_PEER if channel == "naver" else "1.2.3.4", path)


def parsed(channel: str, value: Any, now: datetime = NOW, keys: Mapping[str, str] | None = None) -> list[Inbound]:
    return CHANNELS[channel].parse(call(channel, value), value, keys or KEYS[channel], now)
