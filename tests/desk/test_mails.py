"""Mails that tell of an answer, sent to a real SMTP server on this machine, and their links back."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session as Database
from work_house import House

from assistant.desk.mails import LINK_PATH, Postman, mail_server
from assistant.errors import SetupError
from assistant.store.desk_tables import AnswerLinkRow, MailRow
from assistant.store.links import VALID, AnswerLinks
from assistant.store.mails import Mails
from assistant.web.answer_link import COOKIE, router

PUBLIC = "https://onecall.example"


@dataclass
class Mailbox:
    """What the server took; `says` is its answer to every mail."""

    says: str = "250 OK"
    got: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.says.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.says

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.got.append(message_from_bytes(envelope.original_content or b"", policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine)


@pytest.fixture
def postman(house: House, mailbox: tuple[Mailbox, str]) -> Postman:
    return postman_to(house, mailbox[1])


def postman_to(house: House, url: str) -> Postman:
    server = mail_server(url, "원콜 <noreply@onecall.example>", f"{PUBLIC}/")
    assert server is not None
    return Postman(Mails(house.engine, lambda _: 0.0, lambda: house.now), AnswerLinks(house.engine), server)


def answered(house: House, contact: str = "me@example.kr") -> int:
    """A ticket answered so long ago that an open chat would have shown it."""
    kim, number = house.person("kim"), house.ticket(contact=contact)
    house.desk.answer(kim, number, 0, "은밀한 답이에요.")
    make_due(house)
    return number


def make_due(house: House) -> None:
    with Database(house.engine) as session, session.begin():
        session.execute(update(MailRow).values(next_try_at=MailRow.created_at))


def state(house: House) -> list[tuple[str, int, str]]:
    with Database(house.engine) as session:
        return [(row.state, row.tries, row.error) for row in session.query(MailRow).order_by(MailRow.id)]


def link_in(message: EmailMessage) -> str:
    body = message.get_content()
    found = re.search(rf"{PUBLIC}({LINK_PATH}\S+)", body)
    assert found is not None, body
    return found[1]


def test_an_answer_is_mailed_once_with_a_link_and_without_its_words(
    house: House, postman: Postman, mailbox: tuple[Mailbox, str]
) -> None:
    answered(house)

    assert (postman.work_once(), postman.work_once()) == (1, 0)
    (message,) = mailbox[0].got
    assert (message["To"], message["Subject"]) == ("me@example.kr", "[원콜] OC-000001 문의에 답변이 올라왔어요")
    assert "은밀한" not in message.get_content()
    assert link_in(message)
    assert state(house) == [("sent", 1, "")]


def test_what_the_open_chat_has_shown_is_not_mailed(house: House, postman: Postman) -> None:
    number = answered(house)

    house.conversations.note_shown(house.row(number).conversation_id, house.last_message(number))

    assert postman.work_once() == 0
    assert state(house) == [("dropped", 0, "shown")]


@pytest.mark.parametrize("contact", ["", "010-1234-5678", "not an@address"])
def test_without_an_address_nothing_is_mailed(house: House, postman: Postman, contact: str) -> None:
    answered(house, contact)

    assert (postman.work_once(), state(house)) == (0, [])


def test_a_contact_that_was_taken_back_is_not_written_to(house: House, postman: Postman) -> None:
    number = answered(house)
    house.tickets.leave_contact(str(number), "")

    postman.work_once()

    assert state(house) == [("dropped", 0, "no_address")]


def test_several_messages_in_a_row_are_one_mail(house: House, postman: Postman, mailbox: tuple[Mailbox, str]) -> None:
    kim, number = house.person("kim"), house.ticket(contact="me@example.kr")
    version = house.desk.say(kim, number, 0, "하나").version
    house.desk.answer(kim, number, version, "둘")
    make_due(house)

    postman.work_once()

    assert len(mailbox[0].got) == 1
    assert [one[0] for one in state(house)] == ["dropped", "sent"]


@pytest.mark.parametrize(
    ("says", "found"),
    [("550 no such user", ("failed", 1, "refused 550")), ("451 later", ("waiting", 1, "refused 451"))],
)
def test_a_mail_is_tried_again_only_where_that_may_help(
    house: House, postman: Postman, mailbox: tuple[Mailbox, str], says: str, found: tuple[str, int, str]
) -> None:
    answered(house)
    mailbox[0].says = says

    postman.work_once()

    assert state(house) == [found]


def test_a_server_that_is_away_is_tried_again_and_then_gets_it(house: House, mailbox: tuple[Mailbox, str]) -> None:
    answered(house)

    postman_to(house, "smtp://127.0.0.1:1").work_once()
    away = state(house)
    postman_to(house, mailbox[1]).work_once()

    assert [one[0] for one in (*away, *state(house))] == ["waiting", "sent"]


def test_copies_that_send_at_once_send_one_mail(house: House, mailbox: tuple[Mailbox, str]) -> None:
    from builders import at_once

    answered(house)

    done = at_once(*[postman_to(house, mailbox[1]).work_once for _ in range(4)])

    assert (sum(done), len(mailbox[0].got)) == (1, 1)


def test_a_password_does_not_go_in_the_clear_over_a_network() -> None:
    with pytest.raises(SetupError):
        mail_server("http://host", "a@b.kr", PUBLIC)
    with pytest.raises(SetupError):
        mail_server("smtp://host", "", PUBLIC)
    with pytest.raises(SetupError):
        mail_server("smtp://host", "a@b.kr\nBcc: c@d.kr", PUBLIC)
    assert mail_server("", "", "") is None
    server = mail_server("smtps://me:p%40ss@mail.example", "a@b.kr", PUBLIC)
    assert server is not None
    assert (server.port, server.password, "p@ss" in repr(server)) == (465, "p@ss", False)


# ---- the link --------------------------------------------------------------------------


def browser(engine: Engine) -> TestClient:
    app = FastAPI()
    app.include_router(router(AnswerLinks(engine)))
    return TestClient(app, base_url=PUBLIC)


@pytest.fixture
def link(house: House, postman: Postman, mailbox: tuple[Mailbox, str]) -> str:
    answered(house)
    postman.work_once()
    return link_in(mailbox[0].got[0])


def test_a_link_opens_the_conversation_on_the_first_device_only(house: House, link: str) -> None:
    mine, other = browser(house.engine), browser(house.engine)
    opened = mine.post(link)

    assert opened.json() == {"conversation_id": house.row(1).conversation_id}
    assert mine.post(link).status_code == 200
    assert other.post(link).status_code == 404
    cookie = opened.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=strict", f"Path={LINK_PATH}"))


def test_looking_at_a_link_uses_nothing_up(house: House, link: str) -> None:
    scanner = browser(house.engine)
    scanner.get(link)
    scanner.get(link)

    assert browser(house.engine).post(link).status_code == 200


def test_a_stranger_is_told_nothing(house: House, link: str) -> None:
    browser(house.engine).post(link)
    over = AnswerLinks(house.engine).make(house.row(1).conversation_id, 1)[0]
    with Database(house.engine) as session, session.begin():
        session.execute(
            update(AnswerLinkRow).where(AnswerLinkRow.used_at.is_(None)).values(expires_at=house.now - VALID)
        )
    stranger = browser(house.engine)
    links = (link, f"{LINK_PATH}{over}", f"{LINK_PATH}wrong", f"{LINK_PATH}{'x' * 500}")

    pages = {stranger.get(one).text for one in links}
    refusals = [stranger.post(one) for one in links]

    assert len(pages) == 1
    assert len({(one.status_code, one.text, str(one.headers.items())) for one in refusals}) == 1
    assert refusals[0].status_code == 404
    assert COOKIE not in stranger.cookies


def test_of_two_devices_at_once_one_opens_a_link(house: House) -> None:
    from builders import at_once

    number = house.ticket()
    links = AnswerLinks(house.engine)
    token, _ = links.make(house.row(number).conversation_id, number)

    opened = at_once(*(lambda device=device: links.open(token, device) for device in ("a", "b", "c", "d")))

    assert len([one for one in opened if one]) == 1


def test_a_link_ends_after_two_weeks(house: House) -> None:
    number = house.ticket()
    links = AnswerLinks(house.engine, lambda: house.now)
    token, until = links.make(house.row(number).conversation_id, number)
    house.now += timedelta(days=14)

    assert (until, links.open(token, "mine")) == (house.now, None)


def test_no_token_and_no_cookie_is_stored(house: House, link: str) -> None:
    mine = browser(house.engine)
    mine.post(link)
    with Database(house.engine) as session:
        row = session.query(AnswerLinkRow).one()

    assert link.rpartition("/")[2] not in (row.id, row.device)
    assert mine.cookies[COOKIE] not in (row.id, row.device)
