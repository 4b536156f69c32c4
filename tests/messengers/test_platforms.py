"""What goes to Naver TalkTalk, LINE and Telegram, over real HTTP to stand-ins that refuse what the real ones would."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from messenger_house import House
from messenger_parts import QUESTION, SEAL, rows
from messenger_payloads import CHANNELS, KEYS, parsed, payload
from sqlalchemy import Engine

from assistant import channel_wording as words
from assistant import wording
from assistant.bench_channels.platforms import LinePlatform, NaverPlatform, TelegramPlatform
from assistant.bench_channels.standin import Standin, standing_in
from assistant.channel_records import Said
from assistant.channel_turn import ChannelTurns, Line
from assistant.channels.base import notice
from assistant.deliver import Deliverer
from assistant.store.channel_scan import ChannelScan
from assistant.store.channel_tables import ChannelUserRow, OutboxRow
from assistant.store.channel_users import ChannelStore, Done, Told
from assistant.store.outbox import Outbox
from assistant.turn import Assistant


@pytest.fixture
def open_house(engine: Engine, toy_assistant: Assistant) -> Iterator[Callable[..., House]]:
    closing: list[Callable[[], None]] = []

    def make(name: str, platform: Standin, **keys: str) -> House:
        standing = standing_in(platform)
        standing.__enter__()
        line = Line(CHANNELS[name], {**KEYS[name], "url": platform.url, **keys})
        turns = ChannelTurns(
            toy_assistant,
            ChannelStore(engine, SEAL),
            {name: line},
            screen=lambda product: f"{product['name']} 확인 결과",
        )
        deliverer = Deliverer(Outbox(engine, lambda _: 0.0), ChannelScan(engine), turns.lines, SEAL)
        closing.extend((turns.close, deliverer.close, lambda: standing.__exit__(None, None, None)))
        return House(name, platform, turns, deliverer, engine)

    yield make
    for close in closing:
        close()


@pytest.fixture
def line(open_house: Callable[..., House]) -> House:
    return open_house("line", LinePlatform(KEYS["line"]["token"]))


@pytest.fixture
def telegram(open_house: Callable[..., House]) -> House:
    return open_house("telegram", TelegramPlatform(KEYS["telegram"]["token"], gap_s=0.0))


@pytest.fixture
def naver(open_house: Callable[..., House]) -> House:
    return open_house("naver", NaverPlatform(KEYS["naver"]["token"]))


def issued(house: House, name: str = "message_text") -> Any:
    value = payload("line", name)
    for event in value["events"]:
        house.platform.issue(event["replyToken"], event["source"]["userId"])
    return value


def long(count: int) -> Said:
    text = "\n\n".join(f"{number}. " + "안전확인을 받으려면 시험을 받고 신고해요. " * 20 for number in range(count))
    return Said(notice(text, "article"), 1)


def consultants() -> Said:
    return Said({**notice("상담사의 답이에요.", "x"), "ticket": {"id": "OC-000001"}}, 0, "consultant")


# ---- LINE -------------------------------------------------------------------------------


def test_a_question_is_answered_by_its_reply_token(line: House) -> None:
    line.receive(issued(line))

    (arrived,) = line.platform.arrived
    assert arrived.call.path == "/v2/bot/message/reply"
    assert line.texts[0].startswith("네, 보조배터리는 안전확인 대상이에요.")
    assert line.states == ["sent"]


def test_a_token_that_is_not_taken_any_more_is_made_up_for_by_a_push(line: House) -> None:
    line.receive(payload("line", "message_text"))

    (arrived,) = line.platform.arrived
    assert arrived.call.path == "/v2/bot/message/push"
    assert arrived.call.headers["x-line-retry-key"] == rows(line.engine, OutboxRow)[0].key
    assert line.states == ["sent"]


def test_a_reply_that_may_have_arrived_is_not_pushed(line: House) -> None:
    line.platform.answers = ["hang up"]

    line.receive(issued(line))

    assert len(line.platform.arrived) == 1
    assert line.states == ["uncertain"]


def test_a_push_that_arrived_unseen_is_known_by_its_key(line: House) -> None:
    value = payload("line", "message_text")
    value["events"][0].pop("replyToken")
    line.platform.answers = ["hang up"]

    line.receive(value)

    assert len(line.platform.arrived) == 1
    assert line.states == ["sent"]


def test_a_redelivery_is_answered_once(line: House) -> None:
    line.receive(issued(line))
    line.receive(issued(line, "redelivery"))

    assert len(line.platform.arrived) == 1


def test_what_is_longer_than_one_request_follows_by_push(line: House) -> None:
    (event,) = parsed("line", issued(line))
    line.say(event, long(60))

    assert [one.call.path.rpartition("/")[2] for one in line.platform.arrived] == ["reply", "push"]
    assert "".join("".join(line.texts).split()) == "".join(long(60).reply["text"].split())


def test_line_says_when_to_come_again(line: House) -> None:
    line.platform.answers = [429]
    line.receive(issued(line))

    assert line.states == ["sent"]
    assert rows(line.engine, OutboxRow)[0].tries == 2


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"sentMessages": []}, "sent"),
        (409, {"message": "The retry key is already accepted"}, "sent"),
        (400, {"message": "Invalid reply token"}, "refused"),
        (400, {"message": "The request body has 1 error(s)"}, "refused"),
        (401, None, "refused"),
        (429, {"message": "The API rate limit has been exceeded."}, "retry"),
        (429, {"message": "You have reached your monthly limit."}, "refused"),
        (500, None, "unknown"),
    ],
)
def test_lines_answer_is_understood(status: int, body: Any, kind: str) -> None:
    assert CHANNELS["line"].read(status, body).kind == kind


def test_while_people_have_the_chat_line_hears_nothing(line: House) -> None:
    line.receive(payload("line", "standby_text"))
    line.receive(payload("line", "standby_follow"))

    assert line.platform.arrived == []


def test_who_blocks_is_forgotten(line: House) -> None:
    line.receive(issued(line, "follow"))
    line.receive(payload("line", "unfollow"))

    (user,) = rows(line.engine, ChannelUserRow)
    assert (user.has_left, user.address) == (True, "")
    assert line.texts == [wording.GREETING]


# ---- Telegram ---------------------------------------------------------------------------


def test_telegram_answers_a_question_and_its_edit(telegram: House) -> None:
    telegram.receive(payload("telegram", "message_text"))
    telegram.receive(payload("telegram", "edited_message"))

    assert [one.user for one in telegram.platform.arrived] == ["1111111", "1111111"]
    assert telegram.states == ["sent", "sent"]


def test_a_press_is_noticed_and_answered_by_what_it_stands_for(telegram: House) -> None:
    said = Said(notice("골라 주세요", "ask", [f"{QUESTION} {QUESTION}"]), 1)
    (event,) = parsed("telegram", payload("telegram", "message_text"))
    telegram.say(event, said)
    asked = telegram.platform.arrived[0].call.body
    assert asked["text"].endswith(f"1. {QUESTION} {QUESTION}")
    ((button,),) = asked["reply_markup"]["inline_keyboard"]
    press = payload("telegram", "callback_query")
    press["callback_query"]["data"] = button["callback_data"]
    telegram.platform.issue(press["callback_query"]["id"])

    telegram.receive(press)

    assert button["text"] == "1번"
    assert [row.call for row in rows(telegram.engine, OutboxRow)] == [
        "sendMessage",
        "answerCallbackQuery",
        "sendMessage",
    ]
    assert telegram.texts[-1].startswith("네, 보조배터리는")


def test_a_press_on_an_old_button_says_so(telegram: House) -> None:
    telegram.receive(payload("telegram", "callback_query_inaccessible"))

    assert telegram.texts == [words.TOO_OLD]
    assert telegram.states == ["dropped", "sent"]


def test_telegrams_wait_is_kept(telegram: House) -> None:
    telegram.platform.answers = [429]
    before = datetime.now(UTC)
    line = telegram.turns.lines["telegram"]
    (event,) = parsed("telegram", payload("telegram", "message_text"))
    telegram.turns.work(telegram.turns.receive(line, event).job)  # type: ignore[union-attr]

    telegram.deliverer.work_once()

    (row,) = rows(telegram.engine, OutboxRow)
    assert (row.state, row.error) == ("waiting", "429")
    assert (row.next_try_at - before).total_seconds() >= 7


def test_between_two_messages_of_a_chat_a_second_passes(telegram: House) -> None:
    telegram.platform.gap_s = 1.0
    (event,) = parsed("telegram", payload("telegram", "message_text"))
    line = telegram.turns.lines["telegram"]
    received = telegram.turns.store.receive(event)
    assert received.job is not None
    said = (long(30),)
    telegram.turns.store.finish(received.job, Done(Told(said), lambda _: line.channel.render(said, line.keys)))

    for _ in range(4):
        telegram.deliverer.work_once()

    assert len(telegram.platform.arrived) == 1
    assert telegram.states.count("waiting") == len(telegram.states) - 1 > 0


def test_what_telegram_may_have_taken_is_not_said_again(telegram: House) -> None:
    telegram.platform.answers = ["hang up"]

    telegram.receive(payload("telegram", "message_text"))

    assert len(telegram.platform.arrived) == 1
    assert telegram.states == ["uncertain"]


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"ok": True, "result": {}}, "sent"),
        (200, {}, "unknown"),
        (403, {"ok": False, "description": "Forbidden: bot was blocked by the user"}, "refused"),
        (429, {"ok": False, "parameters": {"retry_after": "x"}}, "retry"),
        (502, None, "unknown"),
    ],
)
def test_telegrams_answer_is_understood(status: int, body: Any, kind: str) -> None:
    assert CHANNELS["telegram"].read(status, body).kind == kind


# ---- Naver ------------------------------------------------------------------------------


def test_naver_gets_its_answer_by_the_send_api(naver: House) -> None:
    naver.receive(payload("naver", "send_typing"))

    assert naver.texts[0].startswith("네, 보조배터리는 안전확인 대상이에요.")
    assert naver.states == ["sent"]


def test_an_echo_is_never_answered(naver: House) -> None:
    naver.receive(payload("naver", "echo_bot"))
    naver.receive(payload("naver", "echo_partner"))

    assert rows(naver.engine, ChannelUserRow) == []


def test_a_products_page_asks_for_its_product(naver: House) -> None:
    naver.receive(payload("naver", "send_product"))

    assert naver.texts == ["초고속 보조배터리 10000mAh 확인 결과"]


def test_people_take_the_chat_and_give_it_back(naver: House) -> None:
    naver.receive(payload("naver", "send_standby"))
    naver.receive(payload("naver", "open_standby"))
    assert naver.platform.arrived == []

    naver.receive(payload("naver", "handover_done"))
    naver.receive(payload("naver", "send_typing"))

    assert len(naver.platform.arrived) == 1


@pytest.mark.parametrize(("setting", "events"), [("", ["send"]), ("yes", ["send", "handover"])])
def test_a_hand_over_passes_the_chat_where_that_is_set(
    open_house: Callable[..., House], setting: str, events: list[str]
) -> None:
    naver = open_house("naver", NaverPlatform(KEYS["naver"]["token"]), handover=setting)

    naver.receive(payload("naver", "send_inquiry"))

    assert [one.call.body["event"] for one in naver.platform.arrived] == events
    assert "OC-000001" in naver.texts[0]


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"success": True, "resultCode": "00"}, "sent"),
        (200, {"success": False, "resultCode": "01"}, "refused"),
        (200, {"success": False, "resultCode": "99"}, "unknown"),
        (200, None, "unknown"),
        (429, None, "retry"),
        (500, None, "unknown"),
    ],
)
def test_navers_answer_is_understood(status: int, body: Any, kind: str) -> None:
    assert CHANNELS["naver"].read(status, body).kind == kind


# ---- all three ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHANNELS)
def test_a_wrong_token_fails_where_it_is_seen(open_house: Callable[..., House], name: str) -> None:
    platforms = {"naver": NaverPlatform, "line": LinePlatform, "telegram": TelegramPlatform}
    house = open_house(name, platforms[name]("another"))

    house.receive(payload(name, {"naver": "send_typing"}.get(name, "message_text")))

    assert (house.platform.arrived, house.states) == ([], ["failed"])


@pytest.mark.parametrize("name", CHANNELS)
def test_a_consultants_words_say_whose_they_are(open_house: Callable[..., House], name: str) -> None:
    platforms = {"naver": NaverPlatform, "line": LinePlatform, "telegram": TelegramPlatform}
    house = open_house(name, platforms[name](KEYS[name]["token"]))
    (event,) = parsed(name, payload(name, {"naver": "send_typing"}.get(name, "message_text")))

    house.say(event, consultants())

    assert house.texts == [f"{words.CONSULTANT_SAYS.format(ticket='OC-000001')}\n\n상담사의 답이에요."]
    assert "1111111" not in json.dumps([row.body for row in rows(house.engine, OutboxRow)])
