"""Naver TalkTalk: Chat Bot API v1 events in and out.

Nothing is signed, so a request has to come to a secret path and from Naver's own addresses. Every event is acknowledged
at once and answered by the send API. Facts and limits: navertalk/chatbot-api, README.md and handover_v1.md.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from assistant import channel_wording as words
from assistant.channel_records import (
    Call,
    Capabilities,
    Inbound,
    InboundKind,
    Keys,
    Offer,
    Outcome,
    Outgoing,
    Parcel,
    Request,
    Said,
)
from assistant.channels import base
from assistant.errors import NotAllowedError, SetupError
from assistant.wording import PERSON

TEXT, BUTTONS, LABEL = 10_000, 10, 10
RANGES = "211.249.40.0/27,211.249.68.0/27,220.230.168.0/27"

_API = "https://gw.talk.naver.com"
_WINDOW_S = 5
_OPEN_WINDOW_S = 24 * 60 * 60
"""A window that is opened again and again is greeted once a day."""

_SUCCESS, _UNKNOWN = "00", "99"
_AGENT = 1
"""The people of the account's own partner centre, as a target of a handover."""

Network = IPv4Network | IPv6Network


class Naver:
    """The account's bot. See base.Channel."""

    name = "naver"
    capabilities = Capabilities(
        text_max=TEXT,
        label_max=LABEL,
        quick_replies_max=BUTTONS,
        answer_within_s=5.0,
    )

    def is_on(self, keys: Keys) -> bool:
        """See base.Channel; addresses that can't be read are an error of the set-up (SetupError)."""
        _networks(keys.get("ranges") or RANGES)
        return bool(keys.get("path") and keys.get("token"))

    def prove(self, call: Call, keys: Keys) -> None:
        base.refuse_unless_equal(call.path, keys.get("path", ""))
        if not _is_within(call.peer, _networks(keys.get("ranges") or RANGES)):
            raise NotAllowedError(words.ERRORS["bad_address"], code="bad_address")

    # ---- in ---------------------------------------------------------------------------

    def parse(self, call: Call, payload: Any, keys: Keys, now: datetime) -> list[Inbound]:
        event = base.mapping(payload)
        name = base.needed(event.get("event"), "event")
        if name not in ("open", "leave", "send", "echo", "handover"):
            return []  # friend, action, and what may be added
        user = base.needed(event.get("user"), "user")
        is_standby, options = event.get("standby") is True, base.mapping(event.get("options"))
        if name == "handover" and options.get("control") != "passThread":
            return []  # only people pass the thread to us
        if name == "open" and options.get("inflow") == "list":
            return []  # somebody looks what was said; nothing new begins
        kind = _kind(name, event)
        code = base.mapping(event.get("textContent")).get("code")
        return [
            Inbound(
                self.name,
                base.user_hash(self.name, user),
                _event_id(name, event, now),
                kind,
                _text(event) if name == "send" else "",
                base.unpacked(code) if kind == "click" else {},
                standby=is_standby,
                control="bot" if name == "handover" else "",
                product=_product(event) if kind == "product" else {},
                address={"user": user},
            )
        ]

    def at_once(self, inbound: Inbound) -> list[Outgoing]:
        return []

    # ---- out --------------------------------------------------------------------------

    def render(self, said: Sequence[Said], keys: Keys) -> list[Outgoing]:
        contents: list[dict[str, Any]] = [{"text": text} for text in base.lines(said, self.capabilities)]
        buttons = [_button(one) for one in base.offers(said, self.capabilities) if one.label]
        if contents and buttons:
            contents[-1]["quickReply"] = {"buttonList": buttons}
        sent = [Outgoing("send", {"event": "send", "textContent": one}) for one in contents]
        if keys.get("handover") == "yes" and _hands_over(said):
            control = {"control": "passThread", "targetId": _AGENT}
            sent.append(Outgoing("handover", {"event": "handover", "options": control}, is_repeatable=True))
        return sent

    def request(self, parcel: Parcel, keys: Keys) -> Request:
        user = base.needed(parcel.address.get("user"), "user")
        address = f"{(keys.get('url') or _API).rstrip('/')}/chatbot/v1/event"
        return Request(address, {**parcel.outgoing.body, "user": user}, {"Authorization": keys.get("token", "")})

    def read(self, status: int, body: Any) -> Outcome:
        outcome = base.outcome_of(status)
        if outcome.kind != "sent":
            return outcome
        code = base.string(base.mapping(body).get("resultCode"))[:20]
        if code in ("", _UNKNOWN):
            return Outcome("unknown", code or "no_code")
        return Outcome("sent" if code == _SUCCESS else "refused", code)

    def acknowledge(self) -> Any:
        return None


# ---- origin ---------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _networks(ranges: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(one.strip()) for one in ranges.split(","))
    except ValueError:
        raise SetupError(words.ERRORS["bad_ranges"].format(text=ranges), code="bad_ranges") from None


def _is_within(peer: str, networks: Sequence[Network]) -> bool:
    try:
        address: IPv4Address | IPv6Address = ip_address(peer)
    except ValueError:
        return False
    # A server that listens on IPv6 sees IPv4 callers as ::ffff:a.b.c.d.
    plain = address.ipv4_mapped if isinstance(address, IPv6Address) and address.ipv4_mapped else address
    return any(plain in network for network in networks)


# ---- reading an event -------------------------------------------------------------------


def _kind(name: str, event: Mapping[str, Any]) -> InboundKind:
    if name == "send":
        kind = base.mapping(event.get("textContent")).get("inputType")
        if kind == "product" and "name" in _product(event):
            return "product"
        return "click" if kind in ("button", "inquiry", "vphone") else "typed"
    found: InboundKind = name  # type: ignore[assignment]
    return found


def _text(event: Mapping[str, Any]) -> str:
    """Return what was said; "" for a sticker or a picture, and where the ids of a button lead to its text.

    A request for a person, by a button of Naver's own, says so; the phone number that comes with one is not kept.
    """
    content = base.mapping(event.get("textContent"))
    kind = content.get("inputType")
    if kind in ("inquiry", "vphone"):
        return PERSON
    if kind == "sticker" or (kind == "button" and base.unpacked(content.get("code"))):
        return ""
    return base.string(content.get("text")).strip()


def _product(event: Mapping[str, Any]) -> dict[str, str]:
    product = base.mapping(base.mapping(event.get("options")).get("product"))
    return {name: value.strip() for name, value in product.items() if isinstance(value, str) and value.strip()}


def _event_id(name: str, event: Mapping[str, Any], now: datetime) -> str:
    """Return the id of an event, for Naver gives none: the same within a few seconds is the same event."""
    size = _OPEN_WINDOW_S if name == "open" else _WINDOW_S
    told = {} if name == "open" else dict(event)
    window = str(int(now.timestamp()) // size)
    return base.event_hash(name, json.dumps(told, sort_keys=True, ensure_ascii=False), window)


def _button(offer: Offer) -> dict[str, Any]:
    return {"type": "TEXT", "data": {"title": offer.label, "code": offer.data}}


def _hands_over(said: Sequence[Said]) -> bool:
    last = said[-1] if said else Said({})
    return last.speaker != "consultant" and last.reply.get("decision") == "hand_off"
