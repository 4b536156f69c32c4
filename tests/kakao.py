"""KakaoTalk as its documents describe it: requests built field by field, and the limits of a response, enforced."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from assistant.channel_records import Call, Inbound
from assistant.channels.kakao import Kakao

BOT, USER, SECRET = "5f0000000000000000000001", "a" * 64, "a-long-random-secret"
KEYS = {"secret": SECRET, "bot_id": BOT, "header": "", "rest_key": "", "operator": "", "url": ""}
NOW = datetime(2026, 11, 24, 3, 5, tzinfo=UTC)
CALLBACK = "https://bot-api.kakao.com/v1/bots/x/callback?token=t1"

BUTTON = {"label", "action", "webLinkUrl", "messageText", "phoneNumber", "blockId", "extra"}
ACTIONS = {"webLink", "message", "phone", "block", "share", "operator"}


def skill_payload(utterance: str = "보조배터리는 KC 인증을 받아야 하나요?", **more: Any) -> dict[str, Any]:
    """A SkillPayload with every documented field; `more` replaces some of them by name."""
    return {
        "intent": {
            "id": "b1",
            "name": "폴백 블록",
            "extra": {"reason": {"code": 1, "message": "OK"}},
        },
        "userRequest": {
            "timezone": "Asia/Seoul",
            "params": {"surface": more.get("surface", "Kakaotalk.plusfriend"), "ignoreMe": "true"},
            "block": {"id": "b1", "name": "폴백 블록"},
            "utterance": utterance,
            "lang": more.get("lang", "ko"),
            "user": {
                "id": more.get("user", USER),
                "type": "botUserKey",
                "properties": {"botUserKey": USER, "plusfriendUserKey": "p1", "isFriend": True},
            },
            **({"callbackUrl": more["callback"]} if "callback" in more else {}),
        },
        "bot": {"id": more.get("bot", BOT), "name": "원콜"},
        "action": {
            "id": "s1",
            "name": "원콜 스킬",
            "params": {"sys_number": '{"amount": 1, "unit": null}', "sys_location": "강남"},
            "detailParams": {"sys_location": {"origin": "강남", "value": "강남", "groupName": ""}},
            "clientExtra": more.get("extra", {}),
        },
        "contexts": [],
        "flow": {
            "trigger": {"type": more.get("trigger", "TEXT_INPUT"), "referrerBlock": {"id": "b0", "name": "웰컴"}},
            "lastBlock": {"id": "b0", "name": "웰컴"},
        },
    }


def headers(**more: str) -> dict[str, str]:
    return {"x-onecall-secret": SECRET, "content-type": "application/json", **more}


def call(payload: Any = None, **more: str) -> Call:
    return Call(headers(**more), json.dumps(payload, ensure_ascii=False).encode(), "1.2.3.4")


def inbound(payload: dict[str, Any] | None = None, keys: Mapping[str, str] = KEYS, **more: str) -> Inbound:
    payload = payload or skill_payload()
    (found,) = Kakao().parse(call(payload, **more), payload, keys, NOW)
    return found


# ---- what the platform would refuse -----------------------------------------------------


def refuse_bad_response(body: Mapping[str, Any]) -> None:
    """Hold a SkillResponse against every documented limit."""
    assert body["version"] == "2.0"
    assert len(json.dumps(body, ensure_ascii=False).encode()) <= 30_720
    if body.get("useCallback"):
        assert set(body) == {"version", "useCallback", "data"}
        return
    template = body["template"]
    assert set(template) <= {"outputs", "quickReplies"}
    assert 1 <= len(template["outputs"]) <= 3
    for output in template["outputs"]:
        ((kind, component),) = output.items()
        _COMPONENTS[kind](component)
    assert len(template.get("quickReplies", [])) <= 10
    for quick in template.get("quickReplies", []):
        assert set(quick) <= {"label", "action", "messageText", "blockId", "extra"}
        assert 0 < length(quick["label"]) <= 14
        assert quick["action"] in ("message", "block")


def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _simple_text(card: Mapping[str, Any]) -> None:
    assert 0 < length(card["text"]) <= 1000


def _buttons(card: Mapping[str, Any], most: int = 3) -> None:
    buttons = card.get("buttons", [])
    assert "buttons" not in card or 1 <= len(buttons) <= most
    for button in buttons:
        assert set(button) <= BUTTON
        assert button["action"] in ACTIONS
        assert 0 < length(button["label"]) <= 14
        assert button["action"] != "webLink" or button["webLinkUrl"].startswith("http")


def _text_card(card: Mapping[str, Any]) -> None:
    assert card.get("title") or card.get("description")
    assert length(card.get("title", "")) <= 50
    assert length(card.get("title", "") + card.get("description", "")) <= 400
    _buttons(card)


def _list_card(card: Mapping[str, Any]) -> None:
    assert card["header"]["title"]
    assert 1 <= len(card["items"]) <= 5
    assert all(item["title"] and item["messageText"] for item in card["items"])
    _buttons(card, 2)


def _item_card(card: Mapping[str, Any]) -> None:
    assert "head" not in card or "profile" not in card
    assert 1 <= len(card["itemList"]) <= 10
    for item in card["itemList"]:
        assert 0 < length(item["title"]) <= 6
        assert 0 < length(item["description"]) <= 40
    _buttons(card)


_COMPONENTS = {
    "simpleText": _simple_text,
    "textCard": _text_card,
    "listCard": _list_card,
    "itemCard": _item_card,
}


def words_of(body: Mapping[str, Any]) -> str:
    """Everything that a response shows, for finding a sentence in it."""
    return json.dumps(body, ensure_ascii=False)


def quick_of(body: Mapping[str, Any], label: str) -> dict[str, Any]:
    return next(one for one in body["template"]["quickReplies"] if one["label"] == label)
