"""LINE: webhook events in, reply and push messages out.

Every request is signed over its raw body. An answer goes out by the event's reply token, which is good for one use and
a short time, and by a push message where it is no longer taken. Facts and limits: LINE's webhook.yml, messaging-api.yml
and text-character-count page.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from assistant.channel_records import Call, Capabilities, Inbound, Keys, Offer, Outcome, Outgoing, Parcel, Request, Said
from assistant.channels import base
from assistant.errors import BadInputError

TEXT, MESSAGES, QUICK_REPLIES, LABEL, SHOWN = 5000, 5, 13, 20, 300
"""UTF-16 units of a text; messages of a request; quick replies, letters of their labels and of what a press shows."""

_API = "https://api.line.me"
_ACCEPTED_BEFORE = 409
"""The answer to a retry key that a push was accepted with."""


class LineMessenger:
    """The official account. See base.Channel."""

    name = "line"
    capabilities = Capabilities(
        text_max=TEXT,
        messages_max=MESSAGES,
        label_max=LABEL,
        quick_replies_max=QUICK_REPLIES,
        answer_within_s=2.0,
    )

    def is_on(self, keys: Keys) -> bool:
        return bool(keys.get("secret") and keys.get("token"))

    def prove(self, call: Call, keys: Keys) -> None:
        secret = keys.get("secret", "")
        signature = base64.b64encode(hmac.digest(secret.encode(), call.body, hashlib.sha256)).decode()
        base.refuse_unless_equal(call.headers.get("x-line-signature", ""), signature if secret else "")

    # ---- in ---------------------------------------------------------------------------

    def parse(self, call: Call, payload: Any, keys: Keys, now: datetime) -> list[Inbound]:
        body = base.mapping(payload)
        bot, events = base.needed(body.get("destination"), "destination"), body.get("events")
        if not isinstance(events, list):
            raise base.bad_payload("events")
        found: list[Inbound] = []
        refusals: list[BadInputError] = []
        for event in events:  # of several users: what cannot be read of one must not cost another an answer
            try:
                found += _inbounds(bot, base.mapping(event))
            except BadInputError as error:
                refusals.append(error)
        if refusals and not found:
            raise refusals[0]
        return found

    def at_once(self, inbound: Inbound) -> list[Outgoing]:
        return []

    # ---- out --------------------------------------------------------------------------

    def render(self, said: Sequence[Said], keys: Keys) -> list[Outgoing]:
        messages: list[dict[str, Any]] = [
            {"type": "text", "text": text} for text in base.lines(said, self.capabilities)
        ]
        items = [_item(one) for one in base.offers(said, self.capabilities) if one.label]
        if messages and items:
            messages[-1]["quickReply"] = {"items": items}
        parts = [messages[start : start + MESSAGES] for start in range(0, len(messages), MESSAGES)]
        return [
            Outgoing("push" if number else "reply", {"messages": part}, is_repeatable=True)
            for number, part in enumerate(parts)
        ]

    def request(self, parcel: Parcel, keys: Keys) -> Request:
        body, token = parcel.outgoing.body, parcel.address.get("reply_token", "")
        address = f"{(keys.get('url') or _API).rstrip('/')}/v2/bot/message"
        headers = {"Authorization": f"Bearer {keys.get('token', '')}"}
        if parcel.outgoing.call == "reply" and token:
            return Request(f"{address}/reply", {"replyToken": token, **body}, headers)
        user = base.needed(parcel.address.get("user"), "source.userId")
        return Request(f"{address}/push", {"to": user, **body}, {**headers, "X-Line-Retry-Key": parcel.key})

    def read(self, status: int, body: Any) -> Outcome:
        said = base.string(base.mapping(body).get("message")).lower()
        if status == 400 and "reply token" in said:
            return Outcome("refused", "reply_token", instead="push")
        if status == 429 and "monthly limit" in said:
            return Outcome("refused", "monthly_limit")
        return Outcome("sent", str(status)) if status == _ACCEPTED_BEFORE else base.outcome_of(status)

    def acknowledge(self) -> Any:
        return None


def _inbounds(bot: str, event: Mapping[str, Any]) -> list[Inbound]:
    """Read one event; nothing of a group's, where many speak and what we hold of one would be told to all."""
    source = base.mapping(event.get("source"))
    kind = base.string(event.get("type"))
    if kind not in _KINDS or source.get("type") in ("group", "room"):
        return []
    user = base.needed(source.get("userId"), "source.userId")
    event_id = base.needed(event.get("webhookEventId"), "webhookEventId")
    is_standby = event.get("mode") == "standby"
    if is_standby and kind in ("follow", "postback"):
        return []
    postback = base.mapping(event.get("postback"))
    return [
        Inbound(
            LineMessenger.name,
            base.user_hash(bot, user),
            base.event_hash("line", event_id),
            _KINDS[kind],  # type: ignore[arg-type]
            _text(event) if kind == "message" else "",
            base.unpacked(postback.get("data")),
            standby=is_standby,
            address={"user": user},
            reply_token=base.string(event.get("replyToken")),
        )
    ]


_KINDS = {"message": "typed", "postback": "click", "follow": "open", "unfollow": "leave"}


def _text(event: Mapping[str, Any]) -> str:
    message = base.mapping(event.get("message"))
    base.needed(message.get("type"), "message.type")
    return base.string(message.get("text")).strip() if message["type"] == "text" else ""


def _item(offer: Offer) -> dict[str, Any]:
    shown = offer.text if base.fits(offer.text, SHOWN) else offer.label
    action = {"type": "postback", "label": offer.label, "data": offer.data, "displayText": shown}
    return {"type": "action", "action": action}
