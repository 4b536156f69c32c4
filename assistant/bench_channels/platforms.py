"""The platforms: Naver TalkTalk's send API, LINE's Messaging API, Telegram's Bot API, Kakao's callbacks, 상담톡.

Each enforces the limits that its documents name and refuses with their words; fields that they don't know are refused
too, so that a slip of the pen is seen.
"""

import json
import re
import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from assistant.bench_channels.standin import Answer, Call, RefusedError, Standin, is_text, need, only, units

_JSON = "application/json;charset=utf-8"


class NaverPlatform(Standin):
    """POST /chatbot/v1/event. See navertalk/chatbot-api."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def judge(self, call: Call) -> Answer:
        if call.path != "/chatbot/v1/event":
            return Answer(404)
        if call.headers.get("authorization") != self._token:
            return _naver("01")
        try:
            need(call.headers.get("content-type", "").lower() == _JSON, "Content-Type")
            need(isinstance(call.body.get("user"), str) and bool(call.body["user"]), "user")
            _NAVER_EVENTS[str(call.body.get("event"))](call.body)
        except (RefusedError, KeyError) as error:
            return _naver("02", str(error))
        self.keep(call.body["user"], call)
        return _naver("00")


def _naver(code: str, why: str = "") -> Answer:
    return Answer(200, {"success": code == "00", "resultCode": code, **({"resultMessage": why} if why else {})})


def _naver_send(body: Mapping[str, Any]) -> None:
    need(only(body, "event", "user", "textContent", "options"), "send: one content, of a kind that is known")
    content = body.get("textContent")
    need(only(content, "text", "code", "quickReply"), "textContent")
    need(is_text(content["text"], 10_000), "text: 10,000")  # type: ignore[index]
    quick = content.get("quickReply")  # type: ignore[union-attr]
    if quick is not None:
        need(only(quick, "buttonList") and 1 <= len(quick["buttonList"]) <= 10, "quickReply: 10")
        for button in quick["buttonList"]:
            need(only(button, "type", "data") and button["type"] == "TEXT", "button.type")
            need(only(button["data"], "title", "code"), "button.data")
            need(is_text(button["data"]["title"], 10), "title: 10")
            need(units(button["data"].get("code", "")) <= 1000, "code: 1,000")


def _naver_handover(body: Mapping[str, Any]) -> None:
    options = body.get("options")
    need(only(options, "control", "targetId", "metadata"), "options")
    control = options["control"]  # type: ignore[index]
    need(control == "takeThread" or (control == "passThread" and options["targetId"] == 1), "control")  # type: ignore[index]


_NAVER_EVENTS = {"send": _naver_send, "handover": _naver_handover}


class LinePlatform(Standin):
    """POST /v2/bot/message/reply and /push. See messaging-api.yml."""

    TOKEN_SECONDS = 60.0

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token
        self._tokens: dict[str, tuple[str, float]] = {}
        self._keys: set[str] = set()

    def issue(self, token: str, user: str) -> str:
        """Give a reply token out, as an event does."""
        with self.lock:
            self._tokens[token] = user, time.monotonic()
        return token

    def judge(self, call: Call) -> Answer:
        if call.headers.get("authorization") != f"Bearer {self._token}":
            return Answer(401, {"message": "Authentication failed. Confirm that the access token is valid."})
        try:
            if call.path == "/v2/bot/message/reply":
                return self._reply(call)
            if call.path == "/v2/bot/message/push":
                return self._push(call)
        except (RefusedError, KeyError, TypeError) as error:
            return Answer(400, {"message": "The request body has 1 error(s)", "details": [{"message": str(error)}]})
        return Answer(404, {"message": "Not found"})

    def _reply(self, call: Call) -> Answer:
        need("x-line-retry-key" not in call.headers, "a reply has no retry key")
        need(only(call.body, "replyToken", "messages", "notificationDisabled"), "reply")
        _line_messages(call.body["messages"])
        user, issued = self._tokens.pop(call.body["replyToken"], ("", 0.0))
        if not user or time.monotonic() - issued > self.TOKEN_SECONDS:
            return Answer(400, {"message": "Invalid reply token"})
        self.keep(user, call)
        return Answer(200, {"sentMessages": []})

    def _push(self, call: Call) -> Answer:
        need(only(call.body, "to", "messages", "notificationDisabled"), "push")
        need(re.fullmatch("U[0-9a-f]{32}", call.body["to"]) is not None, "to")
        _line_messages(call.body["messages"])
        key = call.headers.get("x-line-retry-key", "")
        if key:
            need(_is_uuid(key), "X-Line-Retry-Key: a UUID")
        if key in self._keys:
            return Answer(409, {"message": "The retry key is already accepted"})
        self._keys |= {key} - {""}
        self.keep(call.body["to"], call)
        return Answer(200, {"sentMessages": []})


def _line_messages(messages: Any) -> None:
    need(isinstance(messages, list) and 1 <= len(messages) <= 5, "messages: 5")
    for message in messages:
        need(only(message, "type", "text", "quickReply") and message["type"] == "text", "type")
        need(is_text(message["text"], 5000), "text: 5,000")
        items = message.get("quickReply", {"items": [None]})["items"]
        need(1 <= len(items) <= 13, "items: 13")
        for item in filter(None, items):
            action = item["action"]
            need(item["type"] == "action" and action["type"] == "postback", "item")
            need(only(action, "type", "label", "data", "displayText"), "action")
            need(is_text(action["label"], 20), "label: 20")
            need(is_text(action["data"], 300) and units(action["displayText"]) <= 300, "data, displayText: 300")


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


class TelegramPlatform(Standin):
    """POST /bot<token>/<method>. See the Bot API page.

    Args:
        gap_s: the shortest time between two messages to one chat; a shorter one is answered with 429.
    """

    def __init__(self, token: str, gap_s: float = 1.0) -> None:
        super().__init__()
        self._token = token
        self.gap_s = gap_s
        self._queries: set[str] = set()
        self._last: dict[int, float] = {}

    def issue(self, query: str) -> str:
        """Give a callback query out, as a press of a button does."""
        with self.lock:
            self._queries.add(query)
        return query

    def force(self, status: int) -> Answer:
        if status != 429:
            return _telegram(status, "Bad Gateway")
        said = _telegram(429, "Too Many Requests: retry after 7")
        return Answer(429, {**said.body, "parameters": {"retry_after": 7}}, {"Retry-After": "7"})

    def judge(self, call: Call) -> Answer:
        method = call.path.removeprefix(f"/bot{self._token}/")
        try:
            if method == "sendMessage":
                return self._send(call)
            if method == "answerCallbackQuery":
                return self._answer(call)
        except (RefusedError, KeyError, TypeError) as error:
            return _telegram(400, f"Bad Request: {error}")
        return _telegram(404, "Not Found")

    def _send(self, call: Call) -> Answer:
        body = call.body
        need(only(body, "chat_id", "text", "link_preview_options", "reply_markup"), "unknown field")
        need(type(body["chat_id"]) is int, "chat not found")
        need(is_text(body["text"], 4096), "message is too long")
        _telegram_keyboard(body.get("reply_markup", {"inline_keyboard": []}))
        now, last = time.monotonic(), self._last.get(body["chat_id"], float("-inf"))
        if now - last < self.gap_s:
            said = _telegram(429, "Too Many Requests: retry after 1")
            return Answer(429, {**said.body, "parameters": {"retry_after": 1}})
        self._last[body["chat_id"]] = now
        self.keep(str(body["chat_id"]), call)
        return Answer(200, {"ok": True, "result": {"message_id": len(self.arrived)}})

    def _answer(self, call: Call) -> Answer:
        query = call.body["callback_query_id"]
        need(query in self._queries, "query is too old and response timeout expired or query ID is invalid")
        self._queries.remove(query)
        return Answer(200, {"ok": True, "result": True})


def _telegram(status: int, description: str) -> Answer:
    return Answer(status, {"ok": False, "error_code": status, "description": description})


def _telegram_keyboard(markup: Any) -> None:
    need(only(markup, "inline_keyboard"), "can't parse inline keyboard")
    buttons = [button for row in markup["inline_keyboard"] for button in row]
    need(len(buttons) <= 100, "reply markup is too long")
    for button in buttons:
        need(only(button, "text", "callback_data") and is_text(button["text"], 200), "text buttons are unallowed")
        need(1 <= len(button["callback_data"].encode()) <= 64, "BUTTON_DATA_INVALID")


class KakaoPlatform(Standin):
    """Callbacks, good for one use and one minute; of a response the limits that matter most."""

    TOKEN_SECONDS = 60.0

    def __init__(self) -> None:
        super().__init__()
        self._tokens: dict[str, tuple[str, float]] = {}

    def issue(self, token: str, user: str) -> str:
        """Give a callback address out, as a skill request does."""
        path = f"/callback?token={token}"
        with self.lock:
            self._tokens[path] = user, time.monotonic()
        return f"{self.url}{path}"

    def judge(self, call: Call) -> Answer:
        user, issued = self._tokens.pop(call.path, ("", 0.0))
        if not user or time.monotonic() - issued > self.TOKEN_SECONDS:
            return _kakao("FAIL", "Invalid callback token. Check your callback token.")
        try:
            check_skill_response(call.body)
        except (RefusedError, KeyError, TypeError):
            return _kakao("FAIL", "Invalid json response from bot-skill.")
        self.keep(user, call)
        return _kakao("SUCCESS", "")


def _kakao(status: str, message: str) -> Answer:
    return Answer(200, {"taskId": "task", "status": status, "message": message, "timestamp": int(time.time() * 1000)})


def check_skill_response(body: Mapping[str, Any]) -> None:
    """Refuse a SkillResponse that KakaoTalk would not show.

    Raises:
        RefusedError: it is outside of a limit.
    """
    need(body.get("version") == "2.0", "version")
    need(len(json.dumps(dict(body), ensure_ascii=False).encode()) <= 30_720, "30,720 bytes")
    outputs, quick = body["template"]["outputs"], body["template"].get("quickReplies", [])
    need(1 <= len(outputs) <= 3 and len(quick) <= 10, "outputs: 3, quickReplies: 10")
    for output in outputs:
        need("simpleText" not in output or is_text(output["simpleText"]["text"], 1000), "simpleText: 1,000")
    for one in quick:
        need(is_text(one["label"], 14), "label: 14")


class ConsultPlatform(Standin):
    """상담톡: POST /v1/chat/write and /v1/chat/end. See HappyTalk's pages."""

    def __init__(self, client: str, secret: str) -> None:
        super().__init__()
        self._client, self._secret = client, secret
        self._serials: set[str] = set()

    def judge(self, call: Call) -> Answer:
        if (call.headers.get("ht-client-id"), call.headers.get("ht-client-secret")) != (self._client, self._secret):
            return Answer(401, {"code": 401})
        body = call.body
        try:
            need(is_text(body["user_key"], 20) and len(body["sender_key"]) == 40, "keys")
            if call.path == "/v1/chat/write":
                need(is_text(body["message"], 1000) and body["message_type"] == "TX", "message: 1,000")
                need(is_text(body["serial_number"], 30) and body["serial_number"] not in self._serials, "serial_number")
                self._serials.add(body["serial_number"])
                self.keep(body["user_key"], call)
        except (RefusedError, KeyError, TypeError):
            return Answer(200, {"code": 400})
        return Answer(200, {"code": 0})
