"""KakaoTalk: a skill server for the chatbot admin centre (SkillPayload in, SkillResponse 2.0 out).

The answer is the response to the skill request, within 5 s. Facts and limits: Kakao's answer_json_format,
ai_chatbot_callback_guide and make_skill pages.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from assistant import channel_wording as words
from assistant.channel_records import (
    Call,
    Capabilities,
    Choice,
    Inbound,
    Keys,
    Outcome,
    Outgoing,
    Parcel,
    Request,
    Said,
)
from assistant.channels import base
from assistant.errors import NotAllowedError

TEXT, SHOWN_WHOLE = 1000, 500
"""Of a simpleText; what is longer than 500 is shown whole only after a press."""

OUTPUTS, QUICK_REPLIES, LABEL, BUTTONS, LIST_ITEMS = 3, 10, 14, 3, 5
CARD_TITLE, CARD_TEXT = 50, 400
"""Of a textCard: its title, and title and description together."""

ITEMS, ITEM_TITLE, ITEM_TEXT = 10, 6, 36
"""Of an itemCard's list: rows, letters of a row's title, and of its description, which shows two lines."""

LIST_TITLE = 36
"""No limit of a list item's title is documented; two lines of it are shown, the message sent holds the whole."""

BYTES = 30_000
"""A response over 30,720 bytes may fail."""

SETTLE_S, GIVE_UP_S = 1.0, 50.0
"""A callback is good for one minute from the request, and not yet good at once."""

EVENT = "ticket_answered"
_HEADER = "X-OneCall-Secret"
_API = "https://bot-api.kakao.com"
_TEST_SURFACE = "BuilderBotTest"
_REQUEST_ID = re.compile(r"[!-~]{1,200}")
_WINDOW_S = 5
_FACT = re.compile(r"[·•\-*\s]*([^:\n]{1,6}):\s*(\S[^\n]*)")

Component = dict[str, Any]


class Kakao:
    """The skill server. See base.Responding."""

    name = "kakao"
    capabilities = Capabilities(
        text_max=TEXT,
        messages_max=OUTPUTS,
        buttons_max=BUTTONS,
        label_max=LABEL,
        quick_replies_max=QUICK_REPLIES,
        cards=True,
        can_push=False,
        answer_within_s=4.0,
        in_response=True,
        must_answer=True,
    )

    def is_on(self, keys: Keys) -> bool:
        return bool(keys.get("secret") and keys.get("bot_id"))

    def prove(self, call: Call, keys: Keys) -> None:
        header = (keys.get("header") or _HEADER).lower()
        base.refuse_unless_equal(call.headers.get(header, ""), keys.get("secret", ""))

    # ---- in ---------------------------------------------------------------------------

    def parse(self, call: Call, payload: Any, keys: Keys, now: datetime) -> list[Inbound]:
        request = base.mapping(base.mapping(payload).get("userRequest"))
        is_test = base.mapping(request.get("params")).get("surface") == _TEST_SURFACE
        bot = base.needed(base.mapping(base.mapping(payload).get("bot")).get("id"), "bot.id")
        # The console's copy of a bot has the bot's id with "!" behind it.
        if (bot.removesuffix("!") if is_test else bot) != keys["bot_id"]:
            raise NotAllowedError(words.ERRORS["unknown_bot"], code="unknown_bot")
        user = base.needed(base.mapping(request.get("user")).get("id"), "userRequest.user.id")
        text = base.needed(request.get("utterance"), "userRequest.utterance").strip()
        extra = base.ids(base.mapping(base.mapping(payload).get("action")).get("clientExtra"))
        if text in (EVENT, words.CHECK_ANSWER):
            extra = {"action": "late"}
        hashed = base.user_hash(keys["bot_id"], user)
        callback = base.string(request.get("callbackUrl"))
        return [
            Inbound(
                self.name,
                hashed,
                _event_id(call, hashed, text, extra, now),
                "click" if extra or _is_click(base.mapping(payload)) else "typed",
                text,
                extra,
                address={"bot": keys["bot_id"], "user": user} if keys.get("rest_key") else {},
                callback_url=callback if not is_test and _is_kakaos(callback, keys) else "",
                is_test=is_test,
            )
        ]

    def at_once(self, inbound: Inbound) -> list[Outgoing]:
        return []

    # ---- out --------------------------------------------------------------------------

    def render(self, said: Sequence[Said], keys: Keys) -> list[Outgoing]:
        components = [one for each in said for one in _components(each, keys)]
        quick, listed = _sorted_choices(base.choices(said[-1])) if said else ((), ())
        if listed:
            header = words.CANDIDATES_HEADER if said[-1].reply.get("candidates") else words.OPTIONS_HEADER
            components += [_list_card(header, part) for part in _parts(listed, LIST_ITEMS)]
        pages = list(_pages(components))
        turn = said[-1].turn if said else 0
        return [
            Outgoing("response", _response(page, quick if number == len(pages) else [_more(turn, number)]))
            for number, page in enumerate(pages, start=1)
        ]

    def promise(self, inbound: Inbound, turn: int) -> Mapping[str, Any]:
        if inbound.callback_url:
            return {"version": "2.0", "useCallback": True, "data": {"text": words.CALLBACK_WAIT}}
        return _response([_text(words.PROMISE)], [_quick(words.CHECK_ANSWER, {"action": "late", "turn": turn})])

    def late(self, said: Said, inbound: Inbound) -> list[Outgoing]:
        body = {"reply": dict(said.reply), "turn": said.turn, "speaker": said.speaker}
        if not inbound.callback_url:
            return [Outgoing("held", body)]
        # The token is good for one use, so a second try can't say it twice.
        callback = Outgoing(
            "callback", body, is_repeatable=True, delay_s=SETTLE_S, expires_s=GIVE_UP_S, is_held_if_lost=True
        )
        return [callback]

    def announce(self, said: Said, keys: Keys) -> list[Outgoing]:
        held = Outgoing("held", {"reply": dict(said.reply), "speaker": said.speaker})
        return [held, Outgoing("notice", {"event": {"name": EVENT}})] if keys.get("rest_key") else [held]

    def request(self, parcel: Parcel, keys: Keys) -> Request:
        body = parcel.outgoing.body
        if parcel.outgoing.call == "callback":
            url = parcel.address.get("callback_url", "")
            if not _is_kakaos(url, keys):
                raise base.bad_payload("callbackUrl")
            said = Said(body["reply"], body["turn"], body["speaker"])
            return Request(url, self.render([said], keys)[0].body)
        bot, user = (base.needed(parcel.address.get(key), key) for key in ("bot", "user"))
        address = f"{(keys.get('url') or _API).rstrip('/')}/v2/bots/{bot}/talk"
        users = [{"type": "botUserKey", "id": user}]
        return Request(address, {**body, "user": users}, {"Authorization": f"KakaoAK {keys.get('rest_key', '')}"})

    def read(self, status: int, body: Any) -> Outcome:
        said = base.mapping(body).get("status")
        if status != 200 or said not in ("SUCCESS", "FAIL", "ERROR"):
            outcome = base.outcome_of(status)
            return Outcome("unknown", "no_status") if outcome.kind == "sent" else outcome
        return Outcome({"SUCCESS": "sent", "FAIL": "refused", "ERROR": "unknown"}[said], said)  # type: ignore[arg-type]

    def acknowledge(self) -> Any:
        return {"version": "2.0"}


# ---- reading a request ----------------------------------------------------------------


def _is_click(payload: Mapping[str, Any]) -> bool:
    """Say whether a button was pressed: what that sends must not count as a typed question."""
    trigger = base.mapping(base.mapping(payload.get("flow")).get("trigger")).get("type")
    return base.string(trigger).startswith(("CARD_BUTTON_", "LIST_ITEM_", "LISTMENU_", "QUICKREPLY_BUTTON_"))


def _event_id(call: Call, user: str, text: str, extra: Mapping[str, Any], now: datetime) -> str:
    """Return the id of a request; without X-Request-Id the same words within five seconds are the same request."""
    given = call.headers.get("x-request-id", "").strip()
    if _REQUEST_ID.fullmatch(given):
        return base.event_hash(user, "id", given)
    window = str(int(now.timestamp()) // _WINDOW_S)
    return base.event_hash(user, text, json.dumps(dict(extra), sort_keys=True), window)


def _is_kakaos(url: str, keys: Keys) -> bool:
    """Say whether a callback leads to Kakao; nothing else may be called on somebody's word."""
    try:
        parts, own = urlsplit(url), urlsplit(keys.get("url", ""))
        port = parts.port
    except ValueError:
        return False
    if own.hostname and (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
        return True
    host = (parts.hostname or "").rstrip(".")
    is_plain = "@" not in parts.netloc and port in (None, 443)
    return parts.scheme == "https" and is_plain and (host == "kakao.com" or host.endswith(".kakao.com"))


# ---- building a response --------------------------------------------------------------


def _response(outputs: Sequence[Component], quick: Sequence[Component]) -> dict[str, Any]:
    template: dict[str, Any] = {"outputs": list(outputs)}
    if quick:
        template["quickReplies"] = list(quick)
    return {"version": "2.0", "template": template}


def _components(said: Said, keys: Keys) -> Iterator[Component]:
    """Yield what one reply is shown as: texts, a card of facts, cards of sources, a card that leads to a person."""
    reply = said.reply
    facts = _facts(reply) if reply.get("decision") == "lookup" else []
    text = base.string(reply.get("text"))
    if said.speaker == "consultant":
        ticket = base.string(base.mapping(reply.get("ticket")).get("id"))
        text = f"{words.CONSULTANT_SAYS.format(ticket=ticket)}\n\n{text}" if ticket else text
    if facts:
        text = _without(text, facts)
    notes = base.footnotes(reply, with_sources=False)
    yield from map(_text, _texts("\n\n".join(part for part in (text, "\n".join(notes)) if part)))
    if facts:
        yield _item_card(facts)
    yield from _source_cards(reply.get("sources") or ())
    if keys.get("operator") == "yes" and reply.get("decision") == "hand_off" and said.speaker != "consultant":
        yield _text_card(
            words.OPERATOR_TITLE,
            words.OPERATOR_TEXT,
            [{"action": "operator", "label": words.OPERATOR_TITLE, "extra": {"turn": said.turn}}],
        )


def _texts(text: str) -> list[str]:
    pieces = base.split(text, SHOWN_WHOLE)
    return pieces if len(pieces) <= OUTPUTS else base.split(text, TEXT)


def _text(text: str) -> Component:
    return {"simpleText": {"text": text}}


def _text_card(title: str, description: str, buttons: Sequence[Component]) -> Component:
    card: Component = {"title": title, "description": description}
    if buttons:
        card |= {"buttons": list(buttons), "buttonLayout": "vertical"}
    return {"textCard": card}


def _source_cards(sources: Sequence[Mapping[str, str]]) -> Iterator[Component]:
    """Yield a card for every three sources: their names, and a button for each that has an address."""
    for part in _parts(sources, BUTTONS):
        names = [base.label(source["title"], (CARD_TEXT - CARD_TITLE) // BUTTONS - 4) for source in part]
        lines = [f"{number}. {name}" for number, name in enumerate(names, start=1)] if len(part) > 1 else names
        buttons = [
            {"action": "webLink", "label": f"{words.SOURCE_BUTTON} {number}".strip(), "webLinkUrl": source["url"]}
            for number, source in zip(range(1, 4) if len(part) > 1 else [""], part, strict=False)
            if source["url"].startswith(("http://", "https://"))
        ]
        yield _text_card(words.SOURCES_TITLE, "\n".join(lines), buttons)


def _facts(reply: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the rows of a look-up: the number that was asked for, the text's "name: value" lines, and the date."""
    entities = base.mapping(reply.get("understanding")).get("entities") or ()
    rows = [(words.CERT_NUMBER, one["value"]) for one in entities if one["type"] == "certificate_number"][:1]
    named = [match.groups() for line in base.string(reply.get("text")).split("\n") if (match := _FACT.fullmatch(line))]
    rows += [(name.strip(), value.strip()) for name, value in named if name.strip() != words.CERT_NUMBER]
    fitting = [row for row in rows if base.fits(row[0], ITEM_TITLE) and base.fits(row[1], ITEM_TEXT)]
    return list(dict.fromkeys(fitting))[:ITEMS]


def _without(text: str, facts: Sequence[tuple[str, str]]) -> str:
    """Return a text without the lines that stand in a card."""
    kept = []
    for line in text.split("\n"):
        match = _FACT.fullmatch(line)
        if match is None or (match[1].strip(), match[2].strip()) not in facts:
            kept.append(line)
    return "\n".join(kept).strip()


def _item_card(facts: Sequence[tuple[str, str]]) -> Component:
    rows = [{"title": name, "description": value} for name, value in facts]
    return {"itemCard": {"head": {"title": words.LOOKUP_HEADER}, "itemList": rows, "itemListAlignment": "left"}}


def _sorted_choices(choices: Sequence[Choice]) -> tuple[list[Component], list[Choice]]:
    """Return the choices that are quick replies, and those that need a list: articles, and labels that are too long."""
    short = [one for one in choices if "article_id" not in one.extra and base.fits(one.text, LABEL)]
    if len(short) > QUICK_REPLIES:
        return [], list(choices)
    return [_quick(one.text, one.extra) for one in short], [one for one in choices if one not in short]


def _quick(text: str, extra: Mapping[str, Any]) -> Component:
    return {"label": base.label(text, LABEL), "action": "message", "messageText": text, "extra": dict(extra)}


def _more(turn: int, part: int) -> Component:
    return _quick(words.MORE, {"action": "more", "turn": turn, "part": part})


def _list_card(header: str, choices: Sequence[Choice]) -> Component:
    return {"listCard": {"header": {"title": header}, "items": [_list_item(one) for one in choices]}}


def _list_item(choice: Choice) -> Component:
    item = {
        "title": base.label(choice.text, LIST_TITLE),
        "action": "message",
        "messageText": choice.text,
        "extra": dict(choice.extra),
    }
    if not base.fits(choice.text, LIST_TITLE):
        item["description"] = choice.text  # nothing that tells two choices apart may be cut off
    return item


def _parts(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _pages(components: Sequence[Component]) -> Iterator[list[Component]]:
    """Yield what fits into one response each: three outputs, and the bytes."""
    page: list[Component] = []
    for one in components:
        if len(page) == OUTPUTS or (page and _bytes([*page, one]) > BYTES - 4000):
            yield page
            page = []
        page.append(one)
    yield page or [_text(words.ADDED)]


def _bytes(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
