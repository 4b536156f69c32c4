"""The desk's doors: who may come in, what is asked of a change, and what a page says."""

from collections.abc import Iterator
from typing import Any

import pytest
from desk_house import COOKIE, DeskHouse, desk_house
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from assistant.desk.audit import AuditQuery
from assistant.records import Hit
from assistant.turn import Assistant
from assistant.web.desk_session import csrf_from


@pytest.fixture
def house(toy_house: Assistant, sqlite: Engine) -> DeskHouse:
    return desk_house(toy_house, sqlite)


class Seat:
    """A consultant's browser."""

    def __init__(self, house: DeskHouse, login: str, role: str = "consultant") -> None:
        self.person, self.token = house.person(login, f"{login} 상담사", role)
        self.client = TestClient(house.app, "http://127.0.0.1", follow_redirects=False)
        self.client.cookies.set(COOKIE, self.token)

    def get(self, path: str) -> Any:
        return self.client.get(path, headers={"Accept": "text/html"})

    def do(self, path: str, csrf: str | None = None, **form: Any) -> Any:
        headers = {"X-CSRF-Token": csrf_from(self.token) if csrf is None else csrf, "HX-Request": "true"}
        return self.client.post(path, data=form, headers=headers)


@pytest.fixture
def kim(house: DeskHouse) -> Iterator[Seat]:
    seat = Seat(house, "kim")
    with seat.client:
        yield seat


def test_nobody_sees_a_ticket_without_a_login(house: DeskHouse, kim: Seat) -> None:
    number = house.hand_over("비밀 질문이에요")
    stranger = TestClient(house.app, "http://127.0.0.1", follow_redirects=False)

    for path in ("/desk", "/desk/queue", f"/desk/tickets/{number}", f"/desk/tickets/{number}/news", "/desk/replies"):
        response = stranger.get(path, headers={"Accept": "text/html"})
        assert (response.status_code, "비밀" in response.text) == (303, False), path
    assert stranger.get("/desk/events").status_code == 401


def test_an_operator_manages_people_and_sees_no_ticket(house: DeskHouse) -> None:
    seat = Seat(house, "park", "operator")
    number = house.hand_over("비밀 질문이에요")

    assert seat.get("/desk").headers["Location"] == "/desk/people"
    refused = [seat.get(path) for path in ("/desk/queue", f"/desk/tickets/{number}", "/desk/events", "/desk/replies")]
    refused.append(seat.do(f"/desk/tickets/{number}/take", version=0))
    assert [one.status_code for one in refused] == [403] * 5
    assert all("비밀" not in one.text for one in refused)


@pytest.mark.parametrize("csrf", ["", "0" * 64])
def test_a_change_without_our_token_changes_nothing(house: DeskHouse, kim: Seat, csrf: str) -> None:
    number = house.hand_over("질문이에요")

    for act in ("take", "reply", "note", "close", "typing", "files"):
        assert kim.do(f"/desk/tickets/{number}/{act}", csrf, version=0, text="글").status_code == 403, act
    assert house.parts.desk.again(kim.person, number).version == 0


def test_a_stale_change_is_refused_with_what_the_ticket_is_now(house: DeskHouse, kim: Seat) -> None:
    number = house.hand_over("질문이에요")
    lee = Seat(house, "lee")
    assert lee.do(f"/desk/tickets/{number}/take", version=0).status_code == 200

    refused = kim.do(f"/desk/tickets/{number}/reply", version=0, kind="answer", text="늦은 답")

    assert refused.status_code == 409
    assert "그 사이에 문의가 바뀌었어요" in refused.text
    assert "lee 상담사</b>님이 맡음" in refused.text
    assert "늦은 답" not in kim.get(f"/desk/tickets/{number}").text


def test_an_article_is_answered_with_its_proof_and_marked_as_its_own(house: DeskHouse, kim: Seat) -> None:
    article = next(one for one in house.assistant.base.articles.values() if one.sources)
    number = house.hand_over("질문이에요", [Hit(article.id, article.question, 0.5)])

    kim.do(f"/desk/tickets/{number}/article", version=0, article_id=article.id)

    said = house.parts.desk.again(kim.person, number).conversation[-1]
    assert said.text.startswith(article.answer.strip())
    assert article.sources[0].url in said.text
    assert (said.reply or {})["article_id"] == article.id


def test_what_a_visitor_writes_is_never_read_as_html(house: DeskHouse, kim: Seat) -> None:
    number = house.hand_over("<script>alert(1)</script> 질문")

    for path in ("/desk", f"/desk/tickets/{number}", f"/desk/tickets/{number}/news"):
        assert "<script>alert" not in kim.get(path).text


def test_a_queue_is_narrowed_by_its_address_and_odd_values_count_as_none(house: DeskHouse, kim: Seat) -> None:
    house.hand_over("완구 질문")
    house.hand_over("전지 질문")

    assert "완구 질문" in kim.get("/desk?q=완구").text
    assert "전지 질문" not in kim.get("/desk?q=완구").text
    assert "완구 질문" not in kim.get("/desk?field=overseas").text
    assert kim.get("/desk?field=<x>&urgency=never&state=%00&page=-3&q=%00").status_code == 200


def test_a_contact_is_noted_as_seen_once_for_an_opened_page(house: DeskHouse, kim: Seat) -> None:
    number = house.hand_over("질문이에요")
    house.assistant.tickets.leave_contact(str(number), "hong@example.com")

    assert "hong@example.com" in kim.get(f"/desk/tickets/{number}").text
    for _ in range(3):
        kim.get(f"/desk/tickets/{number}/news")

    views = house.parts.access.audit.page(AuditQuery(action="view")).lines
    assert [(line.login, line.subject) for line in views] == [("kim", f"ticket OC-{number:06d}")]


def test_news_without_an_opened_page_is_a_view_too(house: DeskHouse, kim: Seat) -> None:
    number = house.hand_over("질문이에요")
    house.assistant.tickets.leave_contact(str(number), "hong@example.com")

    kim.get(f"/desk/tickets/{number}/news")

    assert len(house.parts.access.audit.page(AuditQuery(action="view")).lines) == 1


def test_replies_are_kept_and_filled_with_what_the_ticket_says(house: DeskHouse, kim: Seat) -> None:
    number = house.hand_over("질문이에요")
    kim.do(
        "/desk/replies",
        title="인사",
        text="{이름}, {접수번호} 문의예요. 저는 {상담사}예요.",
        field="",
        sector="nowhere",
    )
    kim.do(f"/desk/tickets/{number}/take", version=0)

    assert f"고객님, OC-{number:06d} 문의예요. 저는 kim 상담사예요." in kim.get(f"/desk/tickets/{number}").text
    assert kim.do("/desk/replies", title="", text="글").status_code == 400


def test_a_file_is_handed_out_to_be_saved_and_never_run(house: DeskHouse, kim: Seat) -> None:
    number = house.hand_over("질문이에요")
    headers = {"X-CSRF-Token": csrf_from(kim.token), "HX-Request": "true"}
    path = f"/desk/tickets/{number}/files"

    kim.client.post(path, params={"name": "성적서.txt"}, content="합격".encode(), headers=headers)
    (kept,) = house.parts.desk.again(kim.person, number).attachments
    got = kim.get(f"/desk/files/{kept.id}")
    large = kim.client.post(path, params={"name": "a.txt"}, content=b"a" * (10 * 1024 * 1024 + 1), headers=headers)

    assert (got.text, got.headers["Content-Disposition"].split(";")[0]) == ("합격", "attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert (large.status_code, "10MB까지" in large.text) == (413, True)


def test_a_ticket_is_found_by_its_number_however_it_is_written(house: DeskHouse, kim: Seat) -> None:
    number = house.hand_over("질문이에요")

    assert kim.get(f"/desk/tickets/OC-{number:06d}").headers["Location"] == f"/desk/tickets/{number}"
    assert [kim.get(f"/desk/tickets/{odd}").status_code for odd in ("999", "0", "99999999999", "x")] == [404] * 4
