"""GET /widget/v1/events over a real server: what was missed, what happens, and when it ends."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from sqlalchemy import Engine
from widget_parts import SITE, widget_parts

from assistant.errors import UpstreamError
from assistant.records import MaskedText, State
from assistant.store.conversations import ConversationStore
from assistant.store.database import open_database
from assistant.store.tickets import TicketStore
from assistant.turn import Assistant
from assistant.web import stream
from assistant.web.app import create_app
from assistant.wording import ERRORS

Event = tuple[str, str, Any]
"""Its kind, its id and its data."""


@dataclass
class Served:
    """A copy of the service, and a visitor who uses it."""

    url: str
    server: uvicorn.Server
    assistant: Assistant
    token: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Origin": SITE, "Authorization": f"Bearer {self.token}"}

    def visit(self) -> "Served":
        response = httpx.post(f"{self.url}/widget/v1/visits", json={}, headers={"Origin": SITE})
        return replace(self, token=response.json()["visitor_token"])

    def say(self, text: str) -> dict[str, Any]:
        body = {"message_id": str(uuid4()), "text": text}
        return httpx.post(f"{self.url}/widget/v1/messages", json=body, headers=self.headers).json()

    def erase(self) -> None:
        httpx.delete(f"{self.url}/widget/v1/conversation", headers=self.headers).raise_for_status()

    @contextmanager
    def listen(self, after: str = "", **headers: str) -> Iterator[Iterator[Event]]:
        query = {"after": after} if after else {}
        with httpx.stream(
            "GET",
            f"{self.url}/widget/v1/events",
            params=query,
            headers={**self.headers, **headers},
            timeout=20,
        ) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["access-control-allow-origin"] == SITE
            yield events_of(response.iter_lines())


def events_of(lines: Iterator[str]) -> Iterator[Event]:
    told: dict[str, str] = {}
    for line in lines:
        if line.startswith(":"):
            yield ("ping", "", None)
        elif line:
            name, _, value = line.partition(": ")
            told[name] = value
        elif told:
            yield (told["event"], told["id"], json.loads(told["data"]))
            told = {}


@contextmanager
def serving(house: Assistant, engine: Engine) -> Iterator[Served]:
    """Serve one copy of the service, as `onecall serve` does."""
    assistant = replace(house, conversations=ConversationStore(engine), tickets=TicketStore(engine))
    widget = widget_parts(engine)
    app = create_app(assistant, dict, widget=widget)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", timeout_graceful_shutdown=5))
        widget.listeners.end_when(lambda: server.should_exit)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        deadline = time.monotonic() + 10
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", server, assistant)
        server.should_exit = True
        thread.join()


@pytest.fixture
def copy(toy_house: Assistant, sqlite: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(stream, "LOOK_S", 0.1)
    with serving(toy_house, sqlite) as served:
        yield served.visit()


def following(events: Iterator[Event], is_wanted: Callable[[Event], bool]) -> Event:
    """Return the next event that is wanted."""
    return next(event for event in events if is_wanted(event))


def texts(events: Iterator[Event], count: int) -> list[str]:
    messages = (data["text"] for kind, _, data in events if kind == "message")
    return [next(messages) for _ in range(count)]


def test_what_was_missed_comes_first(copy: Served) -> None:
    reply = copy.say("안녕하세요")
    with copy.listen() as events:
        asked, answered, state = next(events), next(events), next(events)

    assert [asked[0], answered[0], state[0]] == ["message", "message", "state"]
    assert (asked[2]["role"], asked[2]["text"]) == ("visitor", "안녕하세요")
    assert (answered[2]["id"], answered[2]["text"]) == (reply["reply_id"], reply["text"])
    assert {"sources", "candidates", "quick_replies", "ticket", "decision", "legal_basis"} <= set(answered[2])
    assert state[2] == {"typing": None, "owner": "assistant", "ticket": None}


@pytest.mark.parametrize("by", ["after", "Last-Event-ID"])
def test_a_tab_goes_on_where_it_was(copy: Served, by: str) -> None:
    copy.say("안녕하세요")
    with copy.listen() as events:
        cursor = [next(events) for _ in range(2)][-1][1]
    copy.say("고마워요")
    given = {"after": cursor} if by == "after" else {"after": "0-0", by: cursor}
    with copy.listen(**given) as events:
        first = next(events)

    assert first[2]["text"] == "고마워요"


def test_every_tab_sees_both_sides(copy: Served) -> None:
    with copy.listen() as one, copy.listen() as other:
        assert (next(one)[0], next(other)[0]) == ("state", "state")
        reply = copy.say("안녕하세요")

        assert texts(one, 2) == texts(other, 2) == ["안녕하세요", reply["text"]]


def test_what_happens_in_another_copy_is_seen(copy: Served, toy_house: Assistant, sqlite: Engine) -> None:
    engine = open_database(str(sqlite.url))
    with serving(toy_house, engine) as other, copy.listen() as events:
        assert next(events)[0] == "state"
        reply = replace(other, token=copy.token).say("안녕하세요")

        assert texts(events, 2) == ["안녕하세요", reply["text"]]
    engine.dispose()


def test_a_turn_under_way_is_shown_as_typing(copy: Served, sqlite: Engine) -> None:
    conversation = copy.say("안녕하세요")["conversation_id"]
    conversations = copy.assistant.conversations
    with copy.listen() as events:
        accepted = conversations.accept(MaskedText("보조배터리"), conversation, None)
        assert following(events, lambda event: event[0] == "state" and event[2]["typing"] == "assistant")

        conversations.finish(accepted, State(), None, lambda _: {"text": "네.", "ticket": None})
        assert texts(events, 1) == ["네."]
        assert next(events)[2]["typing"] is None


def test_a_consultant_is_seen_joining_and_answering(copy: Served) -> None:
    copy.say("상담사 연결")
    with copy.listen() as events:
        waiting = following(events, lambda event: event[0] == "state")[2]
        copy.assistant.tickets.assign("OC-000001", "김상담")
        joined = following(events, lambda event: event[0] == "state")[2]
        copy.assistant.tickets.answer("OC-000001", "김상담", "시험부터 받으세요.")
        said = next(events)[2]
        answered = next(events)[2]

    assert (waiting["owner"], waiting["ticket"]["state"]) == ("waiting", "open")
    assert (joined["owner"], joined["ticket"]["state"]) == ("consultant", "assigned")
    assert (said["role"], said["text"]) == ("consultant", "시험부터 받으세요.")
    assert answered["ticket"]["state"] == "answered"


def test_every_tab_is_told_of_the_erasure(copy: Served) -> None:
    copy.say("안녕하세요")
    with copy.listen() as one, copy.listen() as other:
        texts(one, 2), texts(other, 2)
        copy.erase()
        erased = [following(events, lambda event: event[0] == "erased") for events in (one, other)]
        state = next(one)
        copy.say("고마워요")

        assert [event[2] for event in erased] == [{}, {}]
        assert state[2] == {"typing": None, "owner": "assistant", "ticket": None}
        assert texts(other, 1) == ["고마워요"]


def test_a_tab_that_was_away_is_told_of_the_erasure(copy: Served) -> None:
    copy.say("안녕하세요")
    with copy.listen() as events:
        cursor = next(events)[1]
    copy.erase()
    with copy.listen(cursor) as events:
        assert next(events)[0] == "erased"


def test_nobody_hears_another(copy: Served) -> None:
    other = copy.visit()
    with other.listen() as events:
        next(events)
        copy.say("아주 은밀한 질문")
        other.say("안녕하세요")

        assert texts(events, 1) == ["안녕하세요"]


def test_a_silent_line_is_kept_open(copy: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PING_S", 0.05)
    with copy.listen() as events:
        assert following(events, lambda event: event[0] == "ping")


@pytest.mark.parametrize("cursor", ["x", "1", "-1-2", "1-2-3", "0-" + "9" * 11])
def test_a_cursor_that_is_none_is_refused(copy: Served, cursor: str) -> None:
    for given in ({"params": {"after": cursor}}, {"headers": {**copy.headers, "Last-Event-ID": cursor}}):
        response = httpx.get(f"{copy.url}/widget/v1/events", **{"headers": copy.headers, **given})
        assert (response.status_code, response.json()["code"]) == (400, "bad_input")


def test_a_cursor_from_nowhere_is_harmless(copy: Served) -> None:
    with copy.listen("999999999-9999999999") as events:
        assert next(events)[0] == "state"


def test_tabs_that_are_gone_make_room(copy: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "TABS", 2)
    with ExitStack() as opened:
        tabs = [opened.enter_context(copy.listen()) for _ in range(2)]
        assert [next(tab)[0] for tab in tabs] == ["state", "state"]
        refused = httpx.get(f"{copy.url}/widget/v1/events", headers=copy.headers)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with httpx.stream("GET", f"{copy.url}/widget/v1/events", headers=copy.headers) as response:
            if response.status_code == 200:
                break
        time.sleep(0.02)

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
    assert response.status_code == 200


def test_a_server_that_stops_lets_its_listeners_go(copy: Served) -> None:
    """An answer that was cut off would be an error of the transport here."""
    with copy.listen() as events:
        assert next(events)[0] == "state"
        copy.server.should_exit = True

        assert [event for event in events if event[0] != "ping"] == []


def test_listeners_wait_for_a_database_that_is_away(copy: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    was_asked = threading.Event()

    def broken(*_: object) -> None:
        was_asked.set()
        raise UpstreamError(ERRORS["database"])

    with copy.listen() as events, monkeypatch.context() as away:
        next(events)
        away.setattr("assistant.store.visit_news.NewsDesk.stamps", broken)
        assert was_asked.wait(10)
        away.undo()
        copy.say("안녕하세요")

        assert texts(events, 1) == ["안녕하세요"]
