"""What every channel promises, held against all of CHANNELS: a new one is added to SPECIMENS, and to nothing else."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from time import monotonic, sleep
from typing import Any

import messenger_payloads as messengers
import pytest
from channel_specimens import SPECIMENS
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, select

from assistant.bench_channels.standin import Call as Sent
from assistant.channel_records import Outcome, Outgoing, Parcel, Said
from assistant.channel_turn import ChannelTurns, Line, open_lines
from assistant.channels import CHANNELS
from assistant.channels.base import Channel, notice, units
from assistant.errors import BadInputError
from assistant.seal import Seal
from assistant.settings import Settings
from assistant.store.channel_tables import ChannelEventRow
from assistant.store.channel_users import ChannelStore
from assistant.store.database import reading
from assistant.store.tables import CHANNEL_MAX
from assistant.web import channels

ALL = pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)


# ---- what it is -------------------------------------------------------------------------


def test_every_channel_has_a_specimen() -> None:
    assert list(SPECIMENS) == [channel.name for channel in CHANNELS]


@ALL
def test_names_fit_everywhere(channel: Channel) -> None:
    assert channel.name.isidentifier()
    assert channel.name == channel.name.lower()
    assert len(channel.name) <= min(20, CHANNEL_MAX)


@ALL
def test_every_key_is_a_setting_and_without_them_it_is_off(channel: Channel) -> None:
    defaults = {field.name: getattr(Settings(), field.name) for field in fields(Settings)}
    assert channel.name not in open_lines(defaults)

    given = {f"{channel.name}_{key}": value for key, value in SPECIMENS[channel.name].keys.items()}
    assert set(given) <= set(defaults)
    assert channel.name in open_lines({**defaults, **given})


@ALL
def test_what_it_claims_fits_together(channel: Channel) -> None:
    able = channel.capabilities

    assert able.text_max > 0
    assert able.messages_max >= 1
    assert able.answer_within_s > 0
    assert able.in_response == hasattr(channel, "promise") == hasattr(channel, "late")
    assert able.can_push != hasattr(channel, "announce")
    assert (able.quick_replies_max > 0) == (able.label_max > 0)
    json.dumps(channel.acknowledge())


# ---- what it says -----------------------------------------------------------------------


def sent(channel: Channel, outgoing: Outgoing) -> Sent:
    """An Outgoing as it is sent; what goes into a response is its body alone."""
    specimen = SPECIMENS[channel.name]
    if channel.capabilities.in_response:
        return Sent("", {}, outgoing.body)
    request = channel.request(
        Parcel(outgoing, specimen.address, "0" * 8 + "-0000-4000-8000-" + "0" * 12), specimen.keys
    )
    headers = {"content-type": "application/json;charset=UTF-8"}
    headers |= {name.lower(): value for name, value in request.headers.items()}
    path = "/" + request.url.split("://", 1)[1].partition("/")[2]
    assert len(json.dumps(request.body, ensure_ascii=False).encode("utf-8", "replace")) <= 64 * 1024
    return Sent(path, headers, json.loads(json.dumps(request.body)))


def checked(channel: Channel, *said: Said) -> list[Mapping[str, Any]]:
    """Render, and hold every request against the platform and against what the channel claims."""
    specimen, able = SPECIMENS[channel.name], channel.capabilities
    bodies = []
    for outgoing in channel.render(said, specimen.keys):
        one = sent(channel, outgoing)
        specimen.takes(one)
        assert all(value not in json.dumps(dict(outgoing.body)) for value in specimen.address.values())
        labels = specimen.labels(one.body)
        assert all(0 < units(label) <= able.label_max for label in labels)
        assert len(labels) <= able.quick_replies_max
        bodies.append(one.body)
    return bodies


DECISIONS = ("answer", "clarify", "ask", "lookup", "hand_off", "small_talk")
SPEAKERS = ("assistant", "consultant", "notice")


def reply(decision: str, text: str = "네, 안전확인 대상이에요.", **more: Any) -> dict[str, Any]:
    return {**notice(text, "article"), "decision": decision, **more}


@ALL
@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("speaker", SPEAKERS)
def test_every_kind_of_reply_is_within_limits(channel: Channel, decision: str, speaker: Any) -> None:
    text = "\n\n".join(f"{number}. " + "시험을 받고 신고하면 판매할 수 있어요. " * 30 for number in range(25))
    sources = [{"title": "제품안전정보센터", "url": "https://www.safetykorea.kr/"}]
    whole = reply(decision, text, sources=sources, legal_basis="법 제15조", ticket={"id": "OC-000001"})

    bodies = checked(channel, Said(whole, 3, speaker))

    shown = "".join("".join(part.split()) for body in bodies for part in SPECIMENS[channel.name].texts(body))
    assert "".join(text.split()) in shown.replace("이어서보기", "")
    assert all(units(part) <= channel.capabilities.text_max for body in bodies for part in _texts(channel, body))


def _texts(channel: Channel, body: Mapping[str, Any]) -> list[str]:
    return SPECIMENS[channel.name].texts(body)


BUTTONED = [channel for channel in CHANNELS if channel.capabilities.quick_replies_max]


@pytest.mark.parametrize("channel", BUTTONED, ids=lambda channel: channel.name)
@pytest.mark.parametrize("count", [1, 3, 10, 11, 13, 14, 25])
def test_no_choice_is_lost_or_cut(channel: Channel, count: int) -> None:
    short = [f"{number}번째" for number in range(count)]
    long = [f"{number}번째로 물어볼 수 있는 전기용품 및 생활용품 안전관리법의 대상 품목" for number in range(count)]

    for texts in (short, long, [*short[:1], *long]):
        bodies = checked(channel, Said(reply("clarify", "골라 주세요", quick_replies=texts), 7))
        shown = "\n".join([text for one in bodies for text in _texts(channel, one)] + _labels(channel, bodies))
        assert all(text in shown for text in texts)


def _labels(channel: Channel, bodies: list[Mapping[str, Any]]) -> list[str]:
    return [label for body in bodies for label in SPECIMENS[channel.name].labels(body)]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=1500)


@ALL
@settings(max_examples=25)
@given(data=st.data())
def test_whatever_is_said_is_taken_by_the_platform(channel: Channel, data: st.DataObject) -> None:
    text = data.draw(TEXTS) * data.draw(st.sampled_from([1, 1, 9]))
    quick = data.draw(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60), max_size=15))
    decision, speaker = data.draw(st.sampled_from(DECISIONS)), data.draw(st.sampled_from(SPEAKERS))
    said = Said(reply(decision, text, quick_replies=quick), 1, speaker)  # type: ignore[arg-type]

    checked(channel, said)
    checked(channel, said, said)
    assert channel.render((), SPECIMENS[channel.name].keys) == [] or channel.capabilities.in_response


@ALL
@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 408, 409, 429, 500, 503])
@pytest.mark.parametrize(
    "body", [None, [], "x", 7, {}, {"status": None}, {"ok": 1, "parameters": None}, {"message": [], "resultCode": 0}]
)
def test_whatever_a_platform_answers_means_something(channel: Channel, status: int, body: Any) -> None:
    outcome = channel.read(status, body)

    assert isinstance(outcome, Outcome)
    assert outcome.kind != "sent" or status < 300 or status == 409
    assert status != 429 or outcome.kind == "retry"


@ALL
def test_without_an_address_nothing_is_sent(channel: Channel) -> None:
    specimen = SPECIMENS[channel.name]
    outgoing = (
        Outgoing("notice", {})
        if channel.capabilities.in_response
        else channel.render([Said(reply("answer"))], specimen.keys)[0]
    )

    with pytest.raises(BadInputError):
        channel.request(Parcel(outgoing, {}, "k"), specimen.keys)


# ---- over HTTP --------------------------------------------------------------------------


@pytest.fixture
def database(scripted: Any) -> Engine:
    return scripted.conversations._engine


@pytest.fixture
def turns(scripted: Any, database: Engine) -> Iterator[ChannelTurns]:
    lines = {channel.name: Line(channel, SPECIMENS[channel.name].keys) for channel in CHANNELS}
    made = ChannelTurns(scripted, ChannelStore(database, Seal("secret")), lines)
    yield made
    made.close()


@pytest.fixture
def client(app: Any, turns: ChannelTurns) -> Iterator[TestClient]:
    app.include_router(channels.router(turns, CollectorRegistry()))
    with TestClient(app, client=(messengers.NAVER_PEER, 50_000)) as opened:
        yield opened


Post = Callable[..., tuple[int, Any]]


@pytest.fixture
def post(client: TestClient) -> Post:
    def send(channel: Channel, content: Any, *, is_proved: bool = True, **headers: str) -> tuple[int, Any]:
        specimen = SPECIMENS[channel.name]
        raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
        path = specimen.path if is_proved else ""
        sent = {"content-type": "application/json", **(specimen.proof(raw) if is_proved else {}), **headers}
        response = client.post(f"/channels/{channel.name}{path}", content=raw, headers=sent)
        assert "Traceback" not in response.text
        return response.status_code, response.json() if response.content else None

    return send


def events(database: Engine) -> list[str]:
    with reading(database) as session:
        return [row.state for row in session.scalars(select(ChannelEventRow).order_by(ChannelEventRow.id))]


def typed(channel: Channel, number: int = 1, text: str = "보조배터리 KC 인증") -> Any:
    return SPECIMENS[channel.name].typed(number, text)


@ALL
def test_a_message_is_taken(channel: Channel, post: Post, database: Engine) -> None:
    status, _ = post(channel, typed(channel))

    assert (status, len(events(database))) == (200, 1)


@ALL
def test_what_is_not_proved_is_refused(channel: Channel, post: Post, database: Engine) -> None:
    status, body = post(channel, typed(channel), is_proved=False)

    assert (status, body["code"], events(database)) == (403, "bad_secret", [])


BAD = [
    (b"{", 400),
    (b"", 400),
    (b"\xff\xfe", 400),
    (b"[" * 30_000, 400),
    (b'{"a": NaN}', 400),
    (b'{"a": 1, "a": 2}', 400),
    (b"null", 400),
    (b"[]", 400),
    (b'"x"', 400),
    (b"{}", 400),
    (b'{"x": "' + b"a" * 1_000_000 + b'"}', 413),
]


@ALL
@pytest.mark.parametrize(("content", "expected"), BAD, ids=lambda value: str(value)[:12])
def test_what_cannot_be_read_is_refused(
    channel: Channel, post: Post, database: Engine, content: bytes, expected: int
) -> None:
    status, body = post(channel, content)

    assert (status, set(body), events(database)) == (expected, {"code", "message"}, [])


@ALL
@pytest.mark.parametrize("kind", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_another_content_type_is_refused(channel: Channel, post: Post, kind: str) -> None:
    status, body = post(channel, typed(channel), **{"content-type": kind})

    assert (status, body["code"]) == (400, "bad_input")


@ALL
def test_fields_nobody_knows_are_passed_over(channel: Channel, post: Post, database: Engine) -> None:
    status, _ = post(channel, {**typed(channel), "brandNew": {"field": [1, None]}})

    assert (status, len(events(database))) == (200, 1)


@ALL
def test_null_in_any_place_is_read_or_refused(channel: Channel, post: Post) -> None:
    value = typed(channel)

    for key in value:
        status, body = post(channel, {**value, key: None})
        assert status == 200 or (status, set(body)) in ((400, {"code", "message"}), (403, {"code", "message"}))


@ALL
def test_the_same_request_again_is_one_event(channel: Channel, post: Post, database: Engine, scripted: Any) -> None:
    sent = {"x-request-id": "r-1"} if channel.name == "kakao" else {}

    for _ in range(3):
        assert post(channel, typed(channel), **sent)[0] == 200

    assert len(events(database)) == 1


@ALL
def test_ten_messages_at_once_are_an_orderly_queue(
    channel: Channel, post: Post, turns: ChannelTurns, database: Engine, scripted: Any
) -> None:
    texts = [f"KC 인증 {number}" for number in range(10)]
    for number, text in enumerate(texts):
        assert post(channel, typed(channel, number, text))[0] == 200
    deadline = monotonic() + 20
    while set(events(database)) != {"done"} and monotonic() < deadline:
        sleep(0.02)

    assert events(database) == ["done"] * 10
    assert [text for text in scripted.heard if text in texts] == texts
