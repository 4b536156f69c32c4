"""What users of each messenger send, as their platform posts it to our webhook."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.bench_channels.platforms import (
    ConsultPlatform,
    KakaoPlatform,
    LinePlatform,
    NaverPlatform,
    TelegramPlatform,
)
from assistant.bench_channels.standin import Standin
from assistant.channel_wording import CHECK_ANSWER

SECRET = "bench-secret"
BOT = "5f0000000000000000000001"


@dataclass(frozen=True)
class Post:
    """One webhook request: the user who caused it, as their platform names them."""

    user: str
    path: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Side:
    """One platform: its stand-in, what the service has to be set to, and how a user's text is posted.

    `keys` are made when the stand-in has its address.
    """

    channel: str
    platform: Standin
    keys: Callable[[], Mapping[str, str]]
    post: Callable[[int, str], Post]

    @property
    def environ(self) -> dict[str, str]:
        """The service's settings for this channel."""
        return {f"ONECALL_{self.channel.upper()}_{key.upper()}": value for key, value in self.keys().items()}


def sides() -> list[Side]:
    """Return every platform; their stand-ins do not serve yet."""
    return [_kakao(), _consult(), _naver(), _line(), _telegram()]


def _kakao() -> Side:
    platform = KakaoPlatform()

    def post(number: int, text: str) -> Post:
        user = f"{number:064x}"
        request = {
            "timezone": "Asia/Seoul",
            "params": {"surface": "Kakaotalk.plusfriend"},
            "utterance": text,
            "lang": "ko",
            "user": {"id": user, "type": "botUserKey", "properties": {"botUserKey": user}},
            "callbackUrl": platform.issue(f"{number}", user),
        }
        payload = {"bot": {"id": BOT, "name": "원콜"}, "userRequest": request, "action": {"clientExtra": {}}}
        headers = {"X-OneCall-Secret": SECRET, "X-Request-Id": f"r{number}"}
        return Post(user, "/channels/kakao", _json(payload), headers)

    return Side("kakao", platform, lambda: {"secret": SECRET, "bot_id": BOT, "url": platform.url}, post)


def asked_for(post: Post) -> Post:
    """Return the KakaoTalk user's press that asks for the answer that was promised."""
    payload = json.loads(post.body)
    del payload["userRequest"]["callbackUrl"]
    payload["userRequest"]["utterance"] = CHECK_ANSWER
    headers = {**post.headers, "X-Request-Id": f"again-{post.user}"}
    return Post(post.user, post.path, _json(payload), headers)


def _consult() -> Side:
    platform = ConsultPlatform("bench", SECRET)

    def keys() -> Mapping[str, str]:
        return {"url": platform.url, "path": SECRET, "id": "bench", "secret": SECRET}

    def post(number: int, text: str) -> Post:
        user = f"u{number}"
        body = {"user_key": user, "sender_key": "k" * 40, "session_id": f"s{number}", "message": text}
        return Post(
            user, f"/channels/kakao_consult/{SECRET}/message", _json({**body, "serial_number": f"m{number}"}), {}
        )

    return Side("kakao_consult", platform, keys, post)


def _naver() -> Side:
    platform = NaverPlatform(SECRET)

    def keys() -> Mapping[str, str]:
        return {"path": SECRET, "token": SECRET, "ranges": "127.0.0.0/8", "url": platform.url}

    def post(number: int, text: str) -> Post:
        user = f"al-{number}"
        content = {"text": text, "inputType": "typing"}
        body = {"event": "send", "user": user, "textContent": content, "options": {"mobile": False}}
        return Post(user, f"/channels/naver/{SECRET}", _json(body), {})

    return Side("naver", platform, keys, post)


def _line() -> Side:
    platform = LinePlatform(SECRET)

    def post(number: int, text: str) -> Post:
        user = f"U{number:032x}"
        event = {
            "type": "message",
            "mode": "active",
            "timestamp": int(time.time() * 1000),
            "webhookEventId": f"01BENCH{number:019d}",
            "deliveryContext": {"isRedelivery": False},
            "source": {"type": "user", "userId": user},
            "replyToken": platform.issue(f"token{number}", user),
            "message": {"id": str(number), "type": "text", "quoteToken": "q", "text": text},
        }
        body = _json({"destination": "U" + "0" * 32, "events": [event]})
        signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
        return Post(user, "/channels/line", body, {"X-Line-Signature": signature})

    return Side("line", platform, lambda: {"secret": SECRET, "token": SECRET, "url": platform.url}, post)


def _telegram() -> Side:
    platform = TelegramPlatform(f"42:{SECRET}")

    def keys() -> Mapping[str, str]:
        return {"token": f"42:{SECRET}", "secret": SECRET, "url": platform.url}

    def post(number: int, text: str) -> Post:
        who = {"id": number, "is_bot": False, "first_name": "지원"}
        chat = {"id": number, "type": "private", "first_name": "지원"}
        message = {"message_id": 1, "from": who, "chat": chat, "date": int(time.time()), "text": text}
        body = _json({"update_id": number, "message": message})
        return Post(str(number), "/channels/telegram", body, {"X-Telegram-Bot-Api-Secret-Token": SECRET})

    return Side("telegram", platform, keys, post)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
