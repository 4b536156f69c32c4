"""Every documented payload of Naver TalkTalk, LINE and Telegram, and what it is taken for."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from messenger_payloads import CHANNELS, KEYS, NAVER_PEER, NOW, call, names, parsed, payload, signature

from assistant.channel_records import Call
from assistant.channels.base import packed, unpacked
from assistant.errors import BadInputError, NotAllowedError, SetupError
from assistant.wording import PERSON

QUESTION = "보조배터리는 KC 인증을 받아야 하나요?"
FIRST, SECOND = {"turn": 7, "choice": 0}, {"turn": 7, "choice": 1}
Seen = tuple[str, str, Mapping[str, int]]

NAVER: dict[str, Seen | None] = {
    "open_button": ("open", "", {}),
    "open_list": None,
    "open_none": ("open", "", {}),
    "open_standby": ("open", "", {}),
    "leave": ("leave", "", {}),
    "friend_on": None,
    "friend_off": None,
    "send_typing": ("typed", QUESTION, {}),
    "send_button": ("click", "", FIRST),
    "send_button_foreign": ("click", "영업시간", {}),
    "send_sticker": ("typed", "", {}),
    "send_image": ("typed", "", {}),
    "send_inquiry": ("click", PERSON, {}),
    "send_vphone": ("click", PERSON, {}),
    "send_product": ("product", "이 상품을 문의합니다.", {}),
    "send_product_unnamed": ("typed", "이 상품을 문의합니다.", {}),
    "send_standby": ("typed", "헬로", {}),
    "echo_bot": ("echo", "", {}),
    "echo_partner": ("echo", "", {}),
    "handover_done": ("handover", "", {}),
    "handover_done_quotes": ("handover", "", {}),
    "handover_taken": None,
    "new_event": None,
}
LINE: dict[str, Seen | None] = {
    "message_text": ("typed", QUESTION, {}),
    "message_text_emoji": ("typed", "(love) 안녕하세요", {}),
    **{f"message_{one}": ("typed", "", {}) for one in ("image", "video", "audio", "file", "location", "sticker")},
    "postback": ("click", "", SECOND),
    "postback_picker": ("click", "", {}),
    "follow": ("open", "", {}),
    "unfollow": ("leave", "", {}),
    "standby_text": ("typed", "상담사에게 하는 말", {}),
    "redelivery": ("typed", QUESTION, {}),
    **dict.fromkeys(("group_text", "group_text_nameless", "room_text", "join", "leave", "member_joined")),
    **dict.fromkeys(("member_left", "unsend", "video_play_complete", "beacon", "account_link", "membership")),
    **dict.fromkeys(("module", "activated", "deactivated", "bot_suspended", "bot_resumed", "delivery")),
    **dict.fromkeys(("standby_follow", "connection_check")),
}
TELEGRAM: dict[str, Seen | None] = {
    "message_text": ("typed", QUESTION, {}),
    "message_start": ("open", "", {}),
    "message_start_payload": ("open", "", {}),
    "message_command": ("typed", "/help", {}),
    "message_photo_caption": ("typed", "이 마크는 뭐예요?", {}),
    **{f"message_{one}": ("typed", "", {}) for one in ("photo", "sticker", "voice", "contact", "location", "document")},
    "message_forwarded": ("typed", "전달한 글이에요", {}),
    "message_reply": ("typed", "이어서 물을게요", {}),
    "edited_message": ("typed", "보조배터리 KC 인증 비용은요?", {}),
    "callback_query": ("click", "", FIRST),
    "callback_query_inaccessible": ("click", "", {"turn": 3, "choice": 2}),
    "callback_query_foreign": ("click", "", {}),
    "my_chat_member_blocked": ("leave", "", {}),
    **dict.fromkeys(("callback_query_group", "group_text", "supergroup_mention", "group_added", "channel_post")),
    **dict.fromkeys(("my_chat_member_unblocked", "my_chat_member_group", "inline_query", "poll")),
}
SEEN = {"naver": NAVER, "line": LINE, "telegram": TELEGRAM}
TABLE = [(channel, name) for channel, seen in SEEN.items() for name in seen if name != "two_users"]


@pytest.mark.parametrize(("channel", "name"), TABLE)
def test_every_payload_is_taken_for_what_it_is(channel: str, name: str) -> None:
    found = [(one.kind, one.text, dict(one.extra)) for one in parsed(channel, payload(channel, name))]

    assert found == [seen for seen in [SEEN[channel][name]] if seen is not None]


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_payload_file_is_looked_at(channel: str) -> None:
    assert names(channel) - {"two_users"} == set(SEEN[channel])


@pytest.mark.parametrize(("channel", "name"), TABLE)
def test_no_user_can_be_told_from_what_is_shown(channel: str, name: str) -> None:
    for one in parsed(channel, payload(channel, name)):
        assert len(one.user) == 64
        assert not any(value in repr(one) for value in one.address.values())


@pytest.mark.parametrize(
    ("channel", "name", "standby", "control"),
    [
        ("naver", "send_typing", False, ""),
        ("naver", "send_standby", True, ""),
        ("naver", "open_standby", True, ""),
        ("naver", "handover_done", False, "bot"),
        ("naver", "handover_done_quotes", False, "bot"),
        ("line", "message_text", False, ""),
        ("line", "standby_text", True, ""),
    ],
)
def test_who_has_the_chat_is_told(channel: str, name: str, standby: bool, control: str) -> None:
    (found,) = parsed(channel, payload(channel, name))

    assert (found.standby, found.control) == (standby, control)


def test_a_product_is_told_with_all_that_is_known() -> None:
    (found,) = parsed("naver", payload("naver", "send_product"))

    assert found.product["name"] == "초고속 보조배터리 10000mAh"
    assert found.product["currencyPrice"] == "19,900원"


def test_two_users_of_one_request_are_two_events() -> None:
    first, second = parsed("line", payload("line", "two_users"))

    assert (first.text, second.text) == ("하나", "둘")
    assert first.user != second.user


def test_what_cannot_be_read_of_one_costs_another_nothing() -> None:
    both = payload("line", "two_users")
    both["events"][0]["source"] = None

    assert [one.text for one in parsed("line", both)] == ["둘"]


# ---- the same event again ---------------------------------------------------------------


def test_a_redelivery_is_known() -> None:
    (first,), (again,) = (parsed("line", payload("line", name)) for name in ("message_text", "redelivery"))

    assert first.event_id == again.event_id


def test_another_update_is_another_event() -> None:
    value = payload("telegram", "message_text")
    (first,), (other,) = parsed("telegram", value), parsed("telegram", {**value, "update_id": 1})

    assert first.event_id != other.event_id


def test_naver_gives_no_ids_so_the_same_within_five_seconds_is_the_same() -> None:
    value, other = payload("naver", "send_typing"), payload("naver", "send_sticker")
    (first,), (soon,) = parsed("naver", value), parsed("naver", value, NOW + timedelta(seconds=4))
    (later,), (different,) = parsed("naver", value, NOW + timedelta(seconds=5)), parsed("naver", other)

    assert first.event_id == soon.event_id
    assert len({first.event_id, later.event_id, different.event_id}) == 3


def test_a_window_that_is_opened_again_is_greeted_once_a_day() -> None:
    (first,) = parsed("naver", payload("naver", "open_button"))
    (later,) = parsed("naver", payload("naver", "open_none"), NOW + timedelta(hours=2))
    (tomorrow,) = parsed("naver", payload("naver", "open_none"), NOW + timedelta(days=1))

    assert first.event_id == later.event_id != tomorrow.event_id


# ---- origin -----------------------------------------------------------------------------


def refused(channel: str, given: Call, **more: str) -> str:
    with pytest.raises(NotAllowedError) as error:
        CHANNELS[channel].prove(given, {**KEYS[channel], **more})
    return error.value.code


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_is_proved_is_taken(channel: str) -> None:
    CHANNELS[channel].prove(call(channel, {}), KEYS[channel])


@pytest.mark.parametrize("given", ["", "wrong", signature(b"{} "), signature(b"{}", "other"), "가" * 44])
def test_line_signs_the_raw_body(given: str) -> None:
    assert refused("line", Call({"x-line-signature": given}, b"{}")) == "bad_secret"
    assert refused("line", Call({"x-line-signature": signature(b"{}", "")}, b"{}"), secret="") == "bad_secret"


@pytest.mark.parametrize("given", ["", "wrong", "telegram_secre", "telegram_secret "])
def test_telegram_sends_its_secret(given: str) -> None:
    assert refused("telegram", Call({"x-telegram-bot-api-secret-token": given}, b"{}")) == "bad_secret"


@pytest.mark.parametrize(
    ("peer", "path", "code"),
    [
        (NAVER_PEER, "", "bad_secret"),
        (NAVER_PEER, "a-long-secret-pat", "bad_secret"),
        (NAVER_PEER, "a-long-secret-path/x", "bad_secret"),
        ("211.249.40.32", "a-long-secret-path", "bad_address"),
        ("::1", "a-long-secret-path", "bad_address"),
        ("", "a-long-secret-path", "bad_address"),
        ("testclient", "a-long-secret-path", "bad_address"),
    ],
)
def test_naver_needs_the_path_and_the_address(peer: str, path: str, code: str) -> None:
    assert refused("naver", Call({}, b"{}", peer, path)) == code


@pytest.mark.parametrize("peer", ["211.249.40.0", "211.249.68.31", "220.230.168.1", "::ffff:211.249.40.5"])
def test_naver_calls_from_its_ranges(peer: str) -> None:
    CHANNELS["naver"].prove(Call({}, b"{}", peer, "a-long-secret-path"), KEYS["naver"])


def test_ranges_that_cannot_be_read_are_refused_at_the_start() -> None:
    with pytest.raises(SetupError, match=r"10\.0\.0\.0/99"):
        CHANNELS["naver"].is_on({**KEYS["naver"], "ranges": "10.0.0.0/99"})


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_without_its_settings_is_off(channel: str) -> None:
    needed = {"naver": ("path", "token"), "line": ("secret", "token"), "telegram": ("secret", "token")}[channel]

    assert CHANNELS[channel].is_on(KEYS[channel])
    assert not any(CHANNELS[channel].is_on({**KEYS[channel], key: ""}) for key in needed)


# ---- what is missing ----------------------------------------------------------------------


def _without(value: Any, *path: Any) -> Any:
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _without(copy[path[0]], *path[1:]) if len(path) > 1 else None
    return copy


@pytest.mark.parametrize(
    ("channel", "name", "path"),
    [
        ("naver", "send_typing", ("event",)),
        ("naver", "send_typing", ("user",)),
        ("line", "message_text", ("destination",)),
        ("line", "message_text", ("events",)),
        ("line", "message_text", ("events", 0, "source")),
        ("line", "message_text", ("events", 0, "webhookEventId")),
        ("line", "message_text", ("events", 0, "message")),
        ("telegram", "message_text", ("update_id",)),
        ("telegram", "message_text", ("message",)),
        ("telegram", "message_text", ("message", "chat")),
        ("telegram", "message_text", ("message", "from")),
        ("telegram", "callback_query", ("callback_query", "id")),
        ("telegram", "callback_query", ("callback_query", "from")),
    ],
)
def test_what_is_needed_and_null_is_refused(channel: str, name: str, path: tuple[Any, ...]) -> None:
    with pytest.raises(BadInputError) as error:
        parsed(channel, _without(payload(channel, name), *path))

    assert error.value.code == "bad_payload"


@pytest.mark.parametrize("value", [None, [], "x", 7, {}])
@pytest.mark.parametrize("channel", CHANNELS)
def test_what_is_no_payload_is_refused(channel: str, value: Any) -> None:
    with pytest.raises(BadInputError):
        parsed(channel, value)


@pytest.mark.parametrize(("channel", "name"), TABLE)
def test_null_anywhere_is_read_or_refused(channel: str, name: str) -> None:
    value = payload(channel, name)
    for path in _paths(value):
        with suppress(BadInputError):
            assert len(parsed(channel, _without(value, *path))) <= 2


def _paths(value: Any) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, inner in items for path in [(key,), *((key, *rest) for rest in _paths(inner))]]


@pytest.mark.parametrize("data", [None, 7, "", "choice=x", "turn=99999999999", "rm -rf", "turn=-1", "t" * 999])
def test_what_a_button_of_others_carries_is_nothing(data: Any) -> None:
    assert unpacked(data) == {}


def test_a_button_carries_ids_in_few_bytes() -> None:
    extra = {"turn": 2**31 - 1, "choice": 2**31 - 1, "article_id": "a" * 80}

    assert len(packed(extra).encode()) <= 40
    assert unpacked(packed(extra)) == {"turn": 2**31 - 1, "choice": 2**31 - 1}
