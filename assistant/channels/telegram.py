"""Telegram: updates in, Bot API calls out.

The webhook is set with a secret token, which comes back in a header; every answer is a call of its own. Only private
chats are answered. Facts and limits: Telegram's Bot API page.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from assistant.channel_records import Call, Capabilities, Inbound, Keys, Offer, Outcome, Outgoing, Parcel, Request, Said
from assistant.channels import base

TEXT, LABEL, BUTTONS, DATA = 4096, 40, 20, 64
"""Letters of a message; of a button's text, which is not limited but hardly shown in full; buttons that we put below a
message, of 100 allowed; bytes that a button carries."""

_API = "https://api.telegram.org"
_HEADER = "x-telegram-bot-api-secret-token"
_START = "/start"


class Telegram:
    """The bot. See base.Channel."""

    name = "telegram"
    capabilities = Capabilities(
        text_max=TEXT,
        buttons_max=BUTTONS,
        label_max=LABEL,
        quick_replies_max=BUTTONS,
        answer_within_s=10.0,
        gap_s=1.0,
    )

    def is_on(self, keys: Keys) -> bool:
        return bool(keys.get("token") and keys.get("secret"))

    def prove(self, call: Call, keys: Keys) -> None:
        base.refuse_unless_equal(call.headers.get(_HEADER, ""), keys.get("secret", ""))

    # ---- in ---------------------------------------------------------------------------

    def parse(self, call: Call, payload: Any, keys: Keys, now: datetime) -> list[Inbound]:
        update = base.mapping(payload)
        number = update.get("update_id")
        if type(number) is not int:
            raise base.bad_payload("update_id")
        event = _Event(keys, number)
        for name, read in (("message", _message), ("edited_message", _message), ("callback_query", _press)):
            if name in update:
                return read(event, name, update[name])
        if "my_chat_member" in update:
            return _membership(event, base.mapping(update["my_chat_member"]))
        return []  # a kind of update that was not asked for

    def at_once(self, inbound: Inbound) -> list[Outgoing]:
        """A button shows a clock until its press was answered."""
        return [Outgoing("answerCallbackQuery", {}, is_repeatable=True)] if inbound.reply_token else []

    # ---- out --------------------------------------------------------------------------

    def render(self, said: Sequence[Said], keys: Keys) -> list[Outgoing]:
        bodies: list[dict[str, Any]] = [
            {"text": text, "link_preview_options": {"is_disabled": True}}
            for text in base.lines(said, self.capabilities)
        ]
        keyboard = [[_button(one)] for one in base.offers(said, self.capabilities) if one.label]
        if bodies and keyboard:
            bodies[-1]["reply_markup"] = {"inline_keyboard": keyboard}
        return [Outgoing("sendMessage", body) for body in bodies]

    def request(self, parcel: Parcel, keys: Keys) -> Request:
        call = parcel.outgoing.call
        address = f"{(keys.get('url') or _API).rstrip('/')}/bot{keys.get('token', '')}/{call}"
        if call == "answerCallbackQuery":
            query = base.needed(parcel.address.get("reply_token"), "callback_query.id")
            return Request(address, {"callback_query_id": query})
        chat = base.needed(parcel.address.get("chat"), "chat.id")
        return Request(address, {"chat_id": int(chat), **parcel.outgoing.body})

    def read(self, status: int, body: Any) -> Outcome:
        answer = base.mapping(body)
        if status == 200 and answer.get("ok") is not True:
            return Outcome("unknown", "not_ok")
        outcome = base.outcome_of(status)
        wait = base.mapping(answer.get("parameters")).get("retry_after")
        if outcome.kind == "retry" and type(wait) is int and 0 < wait <= 3600:
            return Outcome("retry", outcome.code, float(wait))
        return outcome

    def acknowledge(self) -> Any:
        return None


class _Event:
    """Makes the Inbound of one update."""

    def __init__(self, keys: Keys, number: int) -> None:
        self._bot = keys.get("token", "").partition(":")[0]
        self._number = number

    def inbound(self, user: Any, kind: Any, text: str = "", **more: Any) -> Inbound:
        if type(user) is not int:
            raise base.bad_payload("from.id")
        hashed = base.user_hash(self._bot, str(user))
        event_id = base.event_hash("telegram", str(self._number))
        return Inbound(Telegram.name, hashed, event_id, kind, text, address={"chat": str(user)}, **more)


def _message(event: _Event, name: str, value: Any) -> list[Inbound]:
    """Read a message, or one that was edited: a mended question is a question."""
    message = base.mapping(value)
    if not _is_private(message):
        return []
    text = (base.string(message.get("text")) or base.string(message.get("caption"))).strip()
    user = base.mapping(message.get("from")).get("id")
    if text.split(maxsplit=1)[:1] == [_START]:
        return [event.inbound(user, "open")]
    return [event.inbound(user, "typed", text)]


def _press(event: _Event, name: str, value: Any) -> list[Inbound]:
    query = base.mapping(value)
    message = base.mapping(query.get("message"))
    if message and not _is_private(message):
        return []
    extra = base.unpacked(query.get("data"))
    token = base.needed(query.get("id"), "callback_query.id")
    return [event.inbound(base.mapping(query.get("from")).get("id"), "click", extra=extra, reply_token=token)]


def _membership(event: _Event, change: Mapping[str, Any]) -> list[Inbound]:
    """Read that the bot was blocked; that it was unblocked is told by what the user says next."""
    is_blocked = base.mapping(change.get("new_chat_member")).get("status") == "kicked"
    if not (is_blocked and _is_private(change)):
        return []
    return [event.inbound(base.mapping(change.get("from")).get("id"), "leave")]


def _is_private(message: Mapping[str, Any]) -> bool:
    """Say whether a message needs an answer: in a group many speak, and what we hold of one would be told to all."""
    kind = base.mapping(message.get("chat")).get("type")
    if not isinstance(kind, str):
        raise base.bad_payload("chat.type")
    return kind == "private"


def _button(offer: Offer) -> dict[str, str]:
    return {"text": offer.label, "callback_data": offer.data}
