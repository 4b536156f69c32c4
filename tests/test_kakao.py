from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kakao import BOT, CALLBACK, KEYS, NOW, USER, call, inbound, quick_of, refuse_bad_response, skill_payload, words_of

from assistant import channel_wording as words
from assistant.channel_records import Call, Outgoing, Parcel, Said
from assistant.channels.base import choices, notice, split, units
from assistant.channels.kakao import Kakao
from assistant.errors import BadInputError, NotAllowedError

KAKAO = Kakao()


def reply(text: str = "네, 안전확인 대상이에요.", **more: Any) -> dict[str, Any]:
    return {**notice(text, "article"), "decision": "answer", **more}


def rendered(*said: Said, **keys: str) -> list[dict[str, Any]]:
    bodies = [dict(one.body) for one in KAKAO.render(said, {**KEYS, **keys})]
    for body in bodies:
        refuse_bad_response(body)
    return bodies


# ---- origin ---------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["", "wrong", "a-long-random-secre", "가" * 20])
def test_a_request_without_the_secret_is_refused(given: str) -> None:
    with pytest.raises(NotAllowedError) as refused:
        KAKAO.prove(Call({"x-onecall-secret": given}, b""), KEYS)

    assert refused.value.code == "bad_secret"


def test_the_header_may_have_another_name() -> None:
    KAKAO.prove(Call({"x-other": KEYS["secret"]}, b""), {**KEYS, "header": "X-Other"})


def test_without_a_secret_nothing_is_open() -> None:
    assert not KAKAO.is_on({**KEYS, "secret": ""})
    with pytest.raises(NotAllowedError):
        KAKAO.prove(Call({"x-onecall-secret": ""}, b""), {"secret": ""})


def test_another_bot_is_refused() -> None:
    with pytest.raises(NotAllowedError) as refused:
        inbound(skill_payload(bot="5f0000000000000000000002"))

    assert refused.value.code == "unknown_bot"


# ---- requests -------------------------------------------------------------------------


def test_a_typed_question_is_told_by_a_hash_of_its_user() -> None:
    found = inbound(skill_payload("보조배터리 KC 인증\n", surface="BuilderBotTest", bot=f"{BOT}!"))

    assert (found.kind, found.text, found.is_test) == ("typed", "보조배터리 KC 인증", True)
    assert len(found.user) == 64
    assert USER not in repr(found)
    assert found.address == {}


TRIGGERS = [
    "CARD_BUTTON_MESSAGE",
    "CARD_BUTTON_BLOCK",
    "LIST_ITEM_MESSAGE",
    "LIST_ITEM_BLOCK",
    "LISTMENU_MESSAGE",
    "LISTMENU_BLOCK",
    "QUICKREPLY_BUTTON_MESSAGE",
    "QUICKREPLY_BUTTON_BLOCK",
]


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_click_is_told_from_typed_text(trigger: str) -> None:
    found = inbound(skill_payload("필요 서류는요?", trigger=trigger, extra={"turn": 7, "choice": 1, "other": "x"}))

    assert (found.kind, found.extra) == ("click", {"turn": 7, "choice": 1})


@pytest.mark.parametrize(
    "extra", [None, {}, "null", [], {"turn": "7"}, {"turn": True}, {"action": "sudo"}, {"turn": -1}]
)
def test_what_a_button_did_not_carry_is_nothing(extra: Any) -> None:
    assert inbound(skill_payload(extra=extra)).extra == {}


@pytest.mark.parametrize("part", ["intent", "action", "contexts", "flow", "unknown_field"])
def test_null_and_unknown_fields_are_passed_over(part: str) -> None:
    assert inbound({**skill_payload(), part: None}).kind == "typed"


@pytest.mark.parametrize("lang", ["ko", "kr", None])
def test_every_spelling_of_the_language_is_taken(lang: str | None) -> None:
    assert inbound(skill_payload(lang=lang)).text


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        (None, "bot.id"),
        ([], "bot.id"),
        ({**skill_payload(), "bot": None}, "bot.id"),
        ({**skill_payload(), "userRequest": None}, "userRequest.user.id"),
        (skill_payload(user=None), "userRequest.user.id"),
        (skill_payload(user={"id": 1}), "userRequest.user.id"),
        (skill_payload(None), "userRequest.utterance"),  # type: ignore[arg-type]
        (skill_payload(""), "userRequest.utterance"),
    ],
)
def test_what_is_needed_and_missing_is_named(payload: Any, field: str) -> None:
    with pytest.raises(BadInputError, match=field) as refused:
        KAKAO.parse(call(payload), payload, KEYS, NOW)

    assert refused.value.code == "bad_payload"


def test_a_request_is_known_again_by_its_id() -> None:
    first = inbound(**{"x-request-id": "r-1"})

    assert inbound(skill_payload("다른 말"), **{"x-request-id": "r-1"}).event_id == first.event_id
    assert inbound(**{"x-request-id": "r-2"}).event_id != first.event_id
    assert inbound(skill_payload(user="b" * 64), **{"x-request-id": "r-1"}).event_id != first.event_id


def test_without_an_id_the_same_words_within_five_seconds_are_one_request() -> None:
    payload = skill_payload()

    (later,) = KAKAO.parse(call(payload), payload, KEYS, NOW + timedelta(seconds=4))
    (much_later,) = KAKAO.parse(call(payload), payload, KEYS, NOW + timedelta(seconds=5))

    assert later.event_id == inbound(payload).event_id
    assert much_later.event_id != later.event_id


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        (CALLBACK, True),
        ("https://kakao.com/x", True),
        ("https://a.b.kakao.com:443/x", True),
        ("http://bot-api.kakao.com/x", False),
        ("https://evilkakao.com/x", False),
        ("https://kakao.com.evil.example/x", False),
        ("https://bot-api.kakao.com@evil.example/x", False),
        ("https://bot-api.kakao.com:8443/x", False),
        ("https://127.0.0.1/x", False),
        ("https://[::1", False),
        ("file:///etc/passwd", False),
        ("http://127.0.0.1:9/callback", False),
        (None, False),
        (7, False),
    ],
)
def test_a_callback_leads_to_kakao_and_nowhere_else(url: Any, is_taken: bool) -> None:
    assert bool(inbound(skill_payload(callback=url)).callback_url) == is_taken


def test_a_stand_in_may_be_called_back_where_it_is_set() -> None:
    keys = {**KEYS, "url": "http://127.0.0.1:9"}

    assert inbound(skill_payload(callback="http://127.0.0.1:9/callback"), keys).callback_url
    assert not inbound(skill_payload(callback="http://127.0.0.1:91/callback"), keys).callback_url


def test_the_console_has_no_callback() -> None:
    assert not inbound(skill_payload(callback=CALLBACK, surface="BuilderBotTest")).callback_url


def test_an_address_is_kept_only_for_the_event_api() -> None:
    assert inbound(keys={**KEYS, "rest_key": "k"}).address == {"bot": BOT, "user": USER}


# ---- responses ------------------------------------------------------------------------


def test_an_answer_shows_its_sources_as_buttons() -> None:
    sources = [{"title": "제품안전정보센터", "url": "https://www.safetykorea.kr/"}, {"title": "법", "url": ""}]

    (body,) = rendered(Said(reply(legal_basis="법 제15조", checked_on="2026-11-01", sources=sources), 3))

    text, card = body["template"]["outputs"]
    assert text["simpleText"]["text"] == "네, 안전확인 대상이에요.\n\n근거: 법 제15조\n확인한 날: 2026-11-01"
    assert [one["label"] for one in card["textCard"]["buttons"]] == ["원문 보기 1"]


def test_candidates_are_a_list_that_carries_ids() -> None:
    hits = [{"article_id": "a-1", "question": "KC 안전확인 신고 절차", "score": 0.9}]
    asked = reply(
        "혹시?", decision="clarify", candidates=hits, quick_replies=["KC 안전확인 신고 절차", "이 중에 없어요"]
    )

    (body,) = rendered(Said(asked, 7))

    (item,) = body["template"]["outputs"][1]["listCard"]["items"]
    assert item["extra"] == {"turn": 7, "choice": 0, "article_id": "a-1"}
    assert [one["extra"] for one in body["template"]["quickReplies"]] == [{"turn": 7, "choice": 1}]


def test_a_label_that_is_too_long_stands_whole_in_a_list() -> None:
    long = "전기용품 및 생활용품 안전관리법에 따른 공급자적합성확인 대상 생활용품이에요"

    (body,) = rendered(Said(reply(quick_replies=[long, "네"]), 1))

    (item,) = body["template"]["outputs"][1]["listCard"]["items"]
    assert (item["description"], item["messageText"]) == (long, long)


def test_eleven_choices_are_lists() -> None:
    bodies = rendered(Said(reply(quick_replies=[f"{n}번" for n in range(11)]), 1))

    items = [item for body in bodies for out in body["template"]["outputs"][:] for item in _items(out)]
    assert [item["messageText"] for item in items] == [f"{n}번" for n in range(11)]


def _items(output: dict[str, Any]) -> list[dict[str, Any]]:
    return output.get("listCard", {}).get("items", [])


def test_a_look_up_is_an_item_card() -> None:
    text = "인증정보를 찾았어요.\n· 상태: 적합\n· 제품명: 유아용섬유제품\n자세한 내용은 아래에서 확인해 주세요."
    entities = [{"type": "certificate_number", "value": "CB123A123-1234", "text": "", "start": 0, "end": 0}]

    (body,) = rendered(Said(reply(text, decision="lookup", understanding={"entities": entities}), 1))

    first, card = body["template"]["outputs"]
    rows = [(one["title"], one["description"]) for one in card["itemCard"]["itemList"]]
    assert rows == [("인증번호", "CB123A123-1234"), ("상태", "적합"), ("제품명", "유아용섬유제품")]
    assert first["simpleText"]["text"] == "인증정보를 찾았어요.\n자세한 내용은 아래에서 확인해 주세요."


def test_a_person_is_reached_by_a_button_where_that_is_set() -> None:
    handed = Said(reply("전달했어요.", decision="hand_off"), 5, "notice")

    assert "operator" not in words_of(rendered(handed)[0])
    assert (
        rendered(handed, operator="yes")[0]["template"]["outputs"][1]["textCard"]["buttons"][0]["action"] == "operator"
    )


def test_a_long_answer_goes_on_at_a_press_and_nothing_is_lost() -> None:
    text = "\n\n".join(f"{number}. " + "안전확인을 받으려면 시험을 받고 신고해요. " * 12 for number in range(14))

    bodies = rendered(Said(reply(text, quick_replies=["비용은요?"]), 9))

    shown = [out["simpleText"]["text"] for body in bodies for out in body["template"]["outputs"]]
    assert "".join("".join(shown).split()) == "".join(text.split())
    assert [quick_of(body, words.MORE)["extra"]["part"] for body in bodies[:-1]] == list(range(1, len(bodies)))
    assert quick_of(bodies[-1], "비용은요?")


TEXTS = st.text(max_size=2500)
SHORT = st.text(min_size=1, max_size=60)


@given(
    text=TEXTS,
    quick=st.lists(SHORT, max_size=14),
    titles=st.lists(SHORT, max_size=7),
    decision=st.sampled_from(["answer", "clarify", "ask", "lookup", "hand_off", "small_talk"]),
    basis=st.text(max_size=1500),
)
def test_whatever_is_said_stays_within_every_limit(
    text: str, quick: list[str], titles: list[str], decision: str, basis: str
) -> None:
    sources = [{"title": title, "url": "https://law.example/"} for title in titles]
    said = Said(reply(text, quick_replies=quick, sources=sources, decision=decision, legal_basis=basis), 1)

    rendered(said, Said(reply(text, decision=decision), 1, "consultant"), said, operator="yes")


@given(text=TEXTS, limit=st.integers(4, 1000))
def test_splitting_loses_nothing_but_space(text: str, limit: int) -> None:
    pieces = split(text, limit)

    assert all(0 < units(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_choices_lead_back_by_number() -> None:
    assert [one.extra for one in choices(Said({"quick_replies": ["가", "나"]}, 4))] == [
        {"turn": 4, "choice": 0},
        {"turn": 4, "choice": 1},
    ]


# ---- late answers ---------------------------------------------------------------------


def test_a_promise_can_be_asked_after() -> None:
    body = KAKAO.promise(inbound(), 12)

    refuse_bad_response(body)
    assert quick_of(body, words.CHECK_ANSWER)["extra"] == {"action": "late", "turn": 12}


def test_where_a_callback_is_offered_it_is_used() -> None:
    given = inbound(skill_payload(callback=CALLBACK))
    refuse_bad_response(KAKAO.promise(given, 1))
    (callback,) = KAKAO.late(Said(reply(), 1), given)

    request = KAKAO.request(Parcel(callback, {"callback_url": CALLBACK}, "k"), KEYS)

    assert KAKAO.promise(given, 1)["useCallback"] is True
    assert (callback.call, callback.delay_s, callback.expires_s) == ("callback", 1.0, 50.0)
    assert request.url == CALLBACK
    refuse_bad_response(request.body)


def test_a_callback_is_checked_again_before_it_is_called() -> None:
    callback = Outgoing("callback", {"reply": reply(), "turn": 1, "speaker": "assistant"})

    with pytest.raises(BadInputError):
        KAKAO.request(Parcel(callback, {"callback_url": "https://169.254.169.254/"}, "k"), KEYS)


@pytest.mark.parametrize("utterance", ["ticket_answered", "답변 확인"])
def test_the_event_and_the_button_ask_for_what_is_held(utterance: str) -> None:
    assert inbound(skill_payload(utterance, trigger="CARD_BUTTON_BLOCK")).extra == {"action": "late"}


def test_a_consultants_answer_is_held_and_told_of_where_that_is_set() -> None:
    said = Said(reply("상담사예요."), 0, "consultant")
    assert [one.call for one in KAKAO.announce(said, KEYS)] == ["held"]

    _, notified = KAKAO.announce(said, {**KEYS, "rest_key": "rest"})
    request = KAKAO.request(Parcel(notified, {"bot": BOT, "user": USER}, "k"), {**KEYS, "rest_key": "rest"})

    assert request.url == f"https://bot-api.kakao.com/v2/bots/{BOT}/talk"
    assert request.headers == {"Authorization": "KakaoAK rest"}
    assert request.body == {"event": {"name": "ticket_answered"}, "user": [{"type": "botUserKey", "id": USER}]}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"taskId": "t", "status": "SUCCESS", "message": "", "timestamp": 1}, "sent"),
        (200, {"status": "FAIL", "message": "Invalid callback token. Check your callback token."}, "refused"),
        (200, {"status": "ERROR", "message": "Internal server error occured"}, "unknown"),
        (200, None, "unknown"),
        (400, {"status": "FAIL"}, "refused"),
        (401, None, "refused"),
        (429, None, "retry"),
        (502, None, "unknown"),
    ],
)
def test_the_platforms_answer_is_understood(status: int, body: Any, kind: str) -> None:
    assert KAKAO.read(status, body).kind == kind
