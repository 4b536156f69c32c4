"""상담톡: a consultant's talk with a KakaoTalk user through an official dealer, when consultants work at our own desk.

The dealer posts to {our address}/{secret path}/reference when a talk begins and …/message for every message; we write
and end through its API. The paths are HappyTalk's; what a message's text is called differs between dealers, so several
names are read.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from assistant import channel_wording as words
from assistant.channel_records import Call, Capabilities, Inbound, Keys, Outcome, Outgoing, Parcel, Request, Said
from assistant.channels import base
from assistant.errors import NotAllowedError, NotFoundError

TEXT, USER_KEY, SENDER_KEY, SERIAL = 1000, 20, 40, 30
_TEXTS = ("message", "content", "contents", "text")


class KakaoConsult:
    """The consultants' line to KakaoTalk. See base.Channel and base.Consulting."""

    name = "kakao_consult"
    capabilities = Capabilities(text_max=TEXT)

    def is_on(self, keys: Keys) -> bool:
        return all(keys.get(key) for key in ("url", "id", "secret", "path"))

    def prove(self, call: Call, keys: Keys) -> None:
        base.refuse_unless_equal(call.path.partition("/")[0], keys.get("path", ""))

    def parse(self, call: Call, payload: Any, keys: Keys, now: datetime) -> list[Inbound]:
        what = call.path.partition("/")[2]
        if what not in ("message", "reference"):
            raise NotFoundError(words.ERRORS["channel_off"], code="channel_off")
        body = base.mapping(payload)
        user = base.needed(body.get("user_key"), "user_key")
        sender = base.needed(body.get("sender_key"), "sender_key")
        if len(user) > USER_KEY or len(sender) > SENDER_KEY:
            raise base.bad_payload("user_key")
        if keys.get("sender_key") and sender != keys["sender_key"]:
            raise NotAllowedError(words.ERRORS["unknown_bot"], code="unknown_bot")
        text = _text_of(body) if what == "message" else ""
        return [
            Inbound(
                self.name,
                base.user_hash(sender, user),
                _event_id(body, what, text, now),
                "typed" if what == "message" else "handover",
                text,
                standby=what == "message",
                control="desk",
                address={"user_key": user, "sender_key": sender},
                session=_turn_of(body) if what == "reference" else "",
            )
        ]

    def at_once(self, inbound: Inbound) -> list[Outgoing]:
        return []

    def render(self, said: Sequence[Said], keys: Keys) -> list[Outgoing]:
        pieces = [piece for one in said for piece in base.split(base.plain(one.reply), TEXT)]
        return [Outgoing("write", {"message_type": "TX", "message": piece}) for piece in pieces]

    def end(self) -> list[Outgoing]:
        """Return what gives the talk back to the bot; ended twice it is still ended."""
        return [Outgoing("end", {}, is_repeatable=True)]

    def request(self, parcel: Parcel, keys: Keys) -> Request:
        user, sender = (base.needed(parcel.address.get(key), key) for key in ("user_key", "sender_key"))
        who = {"user_key": user, "sender_key": sender}
        url = keys.get("url", "").rstrip("/")
        headers = {"HT-Client-Id": keys.get("id", ""), "HT-Client-Secret": keys.get("secret", "")}
        if parcel.outgoing.call == "end":
            return Request(f"{url}/v1/chat/end", who, headers)
        serial = parcel.key.replace("-", "")[:SERIAL]
        return Request(f"{url}/v1/chat/write", {**who, "serial_number": serial, **parcel.outgoing.body}, headers)

    def read(self, status: int, body: Any) -> Outcome:
        code = base.mapping(body).get("code")
        if 200 <= status < 300 and code is not None:
            return Outcome("sent" if str(code) in ("0", "200") else "refused", str(code)[:20])
        outcome = base.outcome_of(status)
        return Outcome("unknown", "no_code") if outcome.kind == "sent" else outcome

    def acknowledge(self) -> Any:
        return {"code": 0}


def _text_of(body: Mapping[str, Any]) -> str:
    """Return a message's text; "" for pictures, files and whatever else is no text."""
    for name in _TEXTS:
        value = body.get(name)
        found = base.string(value) or base.string(base.mapping(value).get("text"))
        if found:
            return found
    return ""


def _event_id(body: Mapping[str, Any], what: str, text: str, now: datetime) -> str:
    serial = base.string(body.get("serial_number"))
    moment = str(body.get("time") or int(now.timestamp()) // 5)
    return base.event_hash(what, base.string(body.get("session_id")), serial or moment, "" if serial else text)


def _turn_of(body: Mapping[str, Any]) -> str:
    """Return the turn that our `operator` button carried over: as JSON, or as an object, or not at all."""
    for name in ("reference", "last_reference"):
        extra = base.mapping(body.get(name)).get("extra")
        try:
            found = base.ids(json.loads(extra) if isinstance(extra, str) else extra).get("turn")
        except (ValueError, RecursionError):
            continue
        if found:
            return str(found)
    return ""
