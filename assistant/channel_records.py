"""What the channel layer hands from step to step. All are frozen; none does any work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Keys = Mapping[str, str]
"""A channel's own settings without its prefix: ONECALL_LINE_SECRET is keys["secret"] to LINE; "" is not set."""

InboundKind = Literal["typed", "click", "open", "leave", "handover", "echo", "product", "check"]
"""What came: a typed text, a pressed button, a chat opened or left, a change of hands, our own words coming back, a
product page's inquiry, or a platform's try whether anybody is there."""

Speaker = Literal["assistant", "consultant", "notice"]
Control = Literal["", "bot", "human", "desk"]
"""Who has the thread now: the assistant, a person on the platform's own side, or a consultant of our desk."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a webhook. Header names are in lower case; `path` is what follows the channel's own address."""

    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    peer: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One event of one user, whatever platform it came from.

    Attributes:
        user: the hash of bot id and user id; the only name of the user that is stored.
        event_id: the same when the platform delivers the same event again; up to 80 characters.
        extra: what a pressed button carried: "turn", "choice", "article_id", "action", "part".
        standby: a person has the thread on the platform's side; the assistant must not speak.
        control: of a handover: who has the thread now.
        product: of a product page's inquiry: name, url, price and whatever else the platform tells.
        address: what is needed to write to the user later. It lives in memory, and sealed in the database.
        reply_token, callback_url: good for one answer and a short time; sealed like the address.
        is_test: it comes from the platform's console, where callbacks do not work.
        session: what a platform hands over with its control, to find the conversation that it continues.
    """

    channel: str
    user: str
    event_id: str
    kind: InboundKind
    text: str = field(default="", repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict)
    standby: bool = False
    control: Control = ""
    product: Mapping[str, str] = field(default_factory=dict)
    address: Mapping[str, str] = field(default_factory=dict, repr=False)
    reply_token: str = field(default="", repr=False)
    callback_url: str = field(default="", repr=False)
    is_test: bool = False
    session: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show and do. Lengths are in characters; 0 is none.

    Attributes:
        text_max: of one text message; longer ones are split.
        messages_max: in one request to the platform.
        buttons_max, label_max: buttons of one message, and their labels.
        quick_replies_max: offered below a message.
        cards: it shows cards and lists, not only text.
        can_push: it can be written to at any time, so the outbox delivers consultants' answers by itself.
        answer_within_s: the time from the request to our answer, or to our acknowledgement.
        in_response: the answer goes into the response to the webhook; otherwise the outbox sends it.
        must_answer: silence is an error on the platform, so something short is said instead.
        gap_s: the shortest time between two messages to one user.
    """

    text_max: int
    messages_max: int = 1
    buttons_max: int = 0
    label_max: int = 0
    quick_replies_max: int = 0
    cards: bool = False
    can_push: bool = True
    answer_within_s: float = 4.0
    in_response: bool = False
    must_answer: bool = False
    gap_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Said:
    """One thing to tell a user: a reply's JSON (every key of wire.reply_json) and the turn that it answers."""

    reply: Mapping[str, Any]
    turn: int = 0
    speaker: Speaker = "assistant"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the user may press: the whole text, and the ids that come back in its stead."""

    text: str
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice as a button shows it.

    Attributes:
        label: on the button; "" where there is no button left for it.
        text: the whole of it.
        data: what the button carries, see base.packed.
        number: it stands on the button, and in the message before the whole text; 0 where the label is the text.
    """

    label: str
    text: str
    data: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request to a platform, as the outbox keeps it: without address and secrets.

    Attributes:
        call: the channel's own word for what it is ("push", "reply", "callback" …); its `request` reads it. "held" is
            not sent but given in the response to the user's next message.
        is_repeatable: sent again it arrives once, because the platform knows the retry key or the token is good for
            one use. Where an attempt's outcome is unknown, only such a request is made again.
        delay_s: it is not sent before.
        expires_s: it is not sent after; 0 is never. What cannot be sent any more fails, or is held.
        is_held_if_lost: what expired or was refused is kept for the user's next message instead of failing.
    """

    call: str
    body: Mapping[str, Any]
    is_repeatable: bool = False
    delay_s: float = 0.0
    expires_s: float = 0.0
    is_held_if_lost: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """An Outgoing that is about to be sent.

    Attributes:
        address: the user's address, with "reply_token" and "callback_url" where the event had them.
        key: a UUID, the same at every try: the platform's retry key.
        age_s: since it was put into the outbox.
        is_doubtful: an earlier try may have arrived. It must not be sent another way now.
    """

    outgoing: Outgoing
    address: Mapping[str, str] = field(repr=False)
    key: str
    age_s: float = 0.0
    tries: int = 0
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP POST with a JSON body."""

    url: str = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a platform's answer means.

    Attributes:
        kind: "sent"; "retry" (not taken, may be later); "refused" (never will be); "unknown" (may have arrived).
        code: a short word for the outbox's list; never a user's words.
        after_s: the platform asked to wait so long; 0 where it didn't.
        instead: what was refused goes out as this call from now on, at once; "" is none. What may have arrived doesn't.
    """

    kind: Literal["sent", "retry", "refused", "unknown"]
    code: str = ""
    after_s: float = 0.0
    instead: str = ""
