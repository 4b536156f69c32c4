"""What a channel is, and what all channels share: checking payloads, plain words, splitting. Pure."""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol, runtime_checkable

from assistant import channel_wording as words
from assistant.channel_records import (
    Call,
    Capabilities,
    Choice,
    Inbound,
    Keys,
    Offer,
    Outcome,
    Outgoing,
    Parcel,
    Request,
    Said,
)
from assistant.errors import BadInputError, NotAllowedError

EVENT_ID_MAX = 80


class Channel(Protocol):
    """One platform. It has no state and does no I/O: the same input gives the same output."""

    @property
    def name(self) -> str:
        """The name in addresses, tables and settings: "kakao" reads ONECALL_KAKAO_…"""

    @property
    def capabilities(self) -> Capabilities: ...

    def is_on(self, keys: Keys) -> bool:
        """Say whether the settings that it can't do without are there; without them the webhook is not found."""

    def prove(self, call: Call, keys: Keys) -> None:
        """Check where a request comes from, before its body is parsed.

        Raises:
            NotAllowedError: it is not proved to come from the platform (bad_secret, bad_address).
        """

    def parse(self, call: Call, payload: Any, keys: Keys, now: datetime) -> list[Inbound]:
        """Turn a payload into events, in the order in which they are to be worked on; unknown fields are passed over.

        Args:
            payload: the body's JSON value; nothing about its shape is known.

        Raises:
            BadInputError: something that is needed is missing or of the wrong kind (bad_payload).
            NotAllowedError: it is for another bot (unknown_bot).
        """

    def at_once(self, inbound: Inbound) -> list[Outgoing]:
        """Return what the platform wants told as soon as an event came (typing …, a button's press noticed)."""

    def render(self, said: Sequence[Said], keys: Keys) -> list[Outgoing]:
        """Put what is to be told into requests, in order, each within every limit of the platform.

        Nothing is cut: what is too long is split. Where answers go into the webhook's response, each Outgoing is one
        response: the first is given now, the following ones when the user asks for more (extra: action "more", turn,
        part).
        """

    def request(self, parcel: Parcel, keys: Keys) -> Request:
        """Address an Outgoing, just before it is sent.

        Raises:
            BadInputError: it cannot be sent any more (a token is too old), or to no such address.
        """

    def read(self, status: int, body: Any) -> Outcome:
        """Say what the platform's answer to a request means; `body` is its JSON, None where it is none."""

    def acknowledge(self) -> Any:
        """Return the JSON of the response to a webhook that is answered later; None is an empty body."""


class Responding(Channel, Protocol):
    """A channel whose answers go into the webhook's response, which has to come in time (in_response)."""

    def promise(self, inbound: Inbound, turn: int) -> Mapping[str, Any]:
        """Return the response that says the answer will follow."""

    def late(self, said: Said, inbound: Inbound) -> list[Outgoing]:
        """Return how an answer follows a promise; call "held" is at the user's next message."""

    def announce(self, said: Said, keys: Keys) -> list[Outgoing]:
        """Return how a consultant's words reach a user who can't be written to at any time."""


@runtime_checkable
class Consulting(Protocol):
    """A channel that holds a talk with a consultant open until it is told that it ended."""

    def end(self) -> list[Outgoing]:
        """Return what ends the talk on the platform's side."""


# ---- origin ---------------------------------------------------------------------------


def user_hash(bot: str, user: str) -> str:
    """Return the only name of a user that is stored."""
    return hashlib.sha256(f"{bot}\0{user}".encode("utf-8", "surrogatepass")).hexdigest()


def event_hash(*parts: str) -> str:
    """Return an event id made of what is known of the event, where the platform gives none that can be used."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def refuse_unless_equal(given: str, expected: str, code: str = "bad_secret") -> None:
    """Compare secrets in constant time.

    Raises:
        NotAllowedError: they differ, or none is expected (a secret that is not set opens nothing).
    """
    same = hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode("utf-8", "surrogatepass"))
    if not (expected and same):
        raise NotAllowedError(words.ERRORS[code], code=code)


# ---- payloads -------------------------------------------------------------------------


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object; nothing where null, or anything else, stands in its place."""
    return value if isinstance(value, dict) else {}


def string(value: Any) -> str:
    """Return a text; "" where null, or anything else, stands in its place."""
    return value if isinstance(value, str) else ""


def needed(value: Any, field: str) -> str:
    """Return a text that has to be there.

    Args:
        field: its name, for the refusal.

    Raises:
        BadInputError: it is missing, empty or no text.
    """
    if not (isinstance(value, str) and value):
        raise bad_payload(field)
    return value


def bad_payload(field: str) -> BadInputError:
    return BadInputError(words.ERRORS["bad_payload"].format(field=field), code="bad_payload")


_NUMBERS, _TEXTS, _TEXT_MAX = ("turn", "choice", "part"), ("article_id", "action"), 80
_ACTIONS = ("late", "more")
"""What a button may ask of the channel layer itself: the answer that was promised, or the next part of a long one."""


def ids(value: Any) -> dict[str, Any]:
    """Return what is ours of that which a button carried: small whole numbers and short ids, nothing else."""
    extra = mapping(value)
    numbers = {key: extra[key] for key in _NUMBERS if type(extra.get(key)) is int and 0 <= extra[key] < 2**31}
    texts = {key: extra[key] for key in _TEXTS if 0 < len(string(extra.get(key))) <= _TEXT_MAX}
    if texts.get("action") not in _ACTIONS:
        texts.pop("action", None)
    return {**numbers, **texts}


_PACKED = re.compile(r"(turn|choice)=([0-9]{1,10})")


def packed(extra: Mapping[str, Any]) -> str:
    """Return a choice's ids as a short text, for platforms whose buttons carry only that: at most 40 bytes."""
    return "&".join(f"{key}={extra[key]}" for key in ("turn", "choice") if key in extra)


def unpacked(text: Any) -> dict[str, Any]:
    """Return the ids that `packed` made a text of; nothing of what anybody else wrote."""
    found = [_PACKED.fullmatch(part) for part in string(text)[:_TEXT_MAX].split("&")]
    return ids({match[1]: int(match[2]) for match in found if match})


# ---- answers --------------------------------------------------------------------------


def outcome_of(status: int) -> Outcome:
    """Say what an HTTP status alone means, where a platform's body tells nothing better."""
    if 200 <= status < 300:
        return Outcome("sent", str(status))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome("retry", str(status))
    # Behind a gateway's error the message may have arrived all the same.
    return Outcome("unknown" if status >= 500 or status == HTTPStatus.REQUEST_TIMEOUT else "refused", str(status))


# ---- words ----------------------------------------------------------------------------


def plain(reply: Mapping[str, Any]) -> str:
    """Return everything that a reply says as plain text: its text, legal basis, sources and date."""
    parts = [string(reply.get("text")), "\n".join(footnotes(reply))]
    return "\n\n".join(part for part in parts if part)


def footnotes(reply: Mapping[str, Any], *, with_sources: bool = True) -> Iterator[str]:
    """Yield the lines below an answer; the sources may stand elsewhere as buttons."""
    if reply.get("legal_basis"):
        yield words.LEGAL_BASIS.format(legal_basis=reply["legal_basis"])
    for source in reply.get("sources") or () if with_sources else ():
        yield words.SOURCE.format(title=source["title"], url=source["url"]).strip()
    if reply.get("checked_on"):
        yield words.CHECKED_ON.format(checked_on=reply["checked_on"])


def choices(said: Said) -> tuple[Choice, ...]:
    """Return what may be pressed below a reply. The ids lead back to the text, whatever a label was cut to."""
    ids = {one["question"]: one["article_id"] for one in said.reply.get("candidates") or ()}
    return tuple(
        Choice(
            text,
            {"turn": said.turn, "choice": number, **({"article_id": ids[text]} if text in ids else {})},
        )
        for number, text in enumerate(said.reply.get("quick_replies") or ())
    )


def notice(text: str, reason: str, quick_replies: Sequence[str] = ()) -> dict[str, Any]:
    """Return a reply's JSON for what the channel layer says by itself."""
    return {
        "conversation_id": "",
        "decision": "small_talk",
        "reason": reason,
        "text": text,
        "article_id": None,
        "sources": [],
        "legal_basis": None,
        "checked_on": None,
        "candidates": [],
        "confidence": 0.0,
        "understanding": None,
        "ticket": None,
        "quick_replies": list(quick_replies),
        "took_ms": 0.0,
    }


def lines(said: Sequence[Said], able: Capabilities) -> list[str]:
    """Return what is told as plain texts, each within a channel's limit; a consultant's words say whose they are.

    Below the last one stand the choices that a button is too small for, each with the number on its button.
    """
    texts = [_spoken(one) for one in said]
    listed = "\n".join(
        words.NUMBERED.format(number=one.number, text=one.text) for one in offers(said, able) if one.number
    )
    if listed:
        texts[-1] = "\n\n".join(part for part in (texts[-1], listed) if part)
    elif texts and not texts[-1] and offers(said, able):
        texts[-1] = words.OPTIONS_HEADER  # a button needs a message to stand below
    return [piece for text in texts for piece in split(text, able.text_max)]


def offers(said: Sequence[Said], able: Capabilities) -> list[Offer]:
    """Return the choices below the last of what is told, with labels that fit the channel.

    One that does not fit, or for which there is no button left, gets a number instead; `lines` says it in full.
    """
    found = choices(said[-1]) if said else ()
    return [_offer(one, place, able) for place, one in enumerate(found, start=1)]


def _offer(choice: Choice, place: int, able: Capabilities) -> Offer:
    has_button = place <= able.quick_replies_max
    if has_button and choice.text.strip() and fits(choice.text, able.label_max):
        return Offer(choice.text, choice.text, packed(choice.extra))
    return Offer(words.NUMBER.format(number=place) if has_button else "", choice.text, packed(choice.extra), place)


def _spoken(said: Said) -> str:
    text = plain(said.reply)
    ticket = string(mapping(said.reply.get("ticket")).get("id"))
    if said.speaker == "consultant" and ticket:
        return f"{words.CONSULTANT_SAYS.format(ticket=ticket)}\n\n{text}"
    return text


_BREAKS = (re.compile(r"\n\n+"), re.compile(r"\n"), re.compile(r"(?<=[.?!…])\s"), re.compile(r"\s"))
"""Where a text may be split: between paragraphs, lines, sentences, words."""


def split(text: str, limit: int) -> list[str]:
    """Split a text into pieces of at most `limit` UTF-16 units, at the best place there is; nothing but space is lost.

    Platforms count characters in different ways; an emoji is two units, and counting so stays within all of them.
    """
    pieces = []
    rest = text.strip()
    while units(rest) > limit:
        end, start = _break(rest, limit)
        pieces.append(rest[:end].rstrip())
        rest = rest[start:].lstrip()
    return [*pieces, rest] if rest else pieces


def units(text: str) -> int:
    """Return a text's length in UTF-16 units."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def fits(text: str, limit: int) -> bool:
    return units(text) <= limit


def label(text: str, limit: int) -> str:
    """Return a label; one that is too long ends in "…", and the ids beside it carry the whole."""
    return text if fits(text, limit) else text[: _within(text, limit - 1)].rstrip() + "…"


def _within(text: str, limit: int) -> int:
    """Return how many letters of a text fit."""
    count = 0
    for index, letter in enumerate(text):
        count += 2 if letter > "\uffff" else 1
        if count > limit:
            return index
    return len(text)


def _break(text: str, limit: int) -> tuple[int, int]:
    """Return where the first piece ends and the rest begins."""
    most = _within(text, limit)
    for pattern in _BREAKS:
        # A better kind of break is taken only where it does not leave the piece nearly empty.
        found = [match for match in pattern.finditer(text, 0, most + 1) if most // 3 <= match.start() <= most]
        if found:
            return found[-1].start(), found[-1].end()
    return most, most
