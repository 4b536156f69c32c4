"""Sending the mails that tell of an answer: one by one over SMTP, tried again later where that may help."""

import logging
import random
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, localtime, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

from assistant.desk_wording import MAIL_SUBJECT, MAIL_TEXT, MAIL_WHAT
from assistant.errors import SetupError
from assistant.store.links import AnswerLinks
from assistant.store.mails import Letter, Mails
from assistant.store.tickets import ticket_id
from assistant.wording import when

log = logging.getLogger(__name__)

LINK_PATH = "/answer/"
_TIMEOUT_S = 15.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails go out, and in whose name. `public_url` is what the links in them begin with."""

    host: str
    port: int
    sender: str
    public_url: str
    user: str = ""
    password: str = field(default="", repr=False)
    is_tls: bool = False


def mail_server(smtp_url: str, mail_from: str, public_url: str) -> MailServer | None:
    """Read where mails go out; None where it is not set.

    Raises:
        SetupError: only a part of it is set, or it cannot be read.
    """
    if not (smtp_url or mail_from or public_url):
        return None
    if not (smtp_url and mail_from and public_url):
        raise SetupError("ONECALL_SMTP_URL, ONECALL_MAIL_FROM, ONECALL_PUBLIC_URL은 셋 다 있어야 해요")
    try:
        url = urlsplit(smtp_url)
        port = url.port or (465 if url.scheme == "smtps" else 587)
    except ValueError:
        raise SetupError("ONECALL_SMTP_URL에는 smtp://host:587처럼 적어 주세요") from None
    if url.scheme not in ("smtp", "smtps") or not url.hostname:
        raise SetupError("ONECALL_SMTP_URL에는 smtp://host:587처럼 적어 주세요")
    if "@" not in parseaddr(mail_from)[1] or any(ord(letter) < 32 for letter in mail_from):
        raise SetupError("ONECALL_MAIL_FROM에는 보내는 메일 주소를 적어 주세요")
    if not public_url.startswith(("https://", "http://")):
        raise SetupError("ONECALL_PUBLIC_URL에는 https://…로 시작하는 주소를 적어 주세요")
    user, password = unquote(url.username or ""), unquote(url.password or "")
    sender, base = mail_from.strip(), public_url.rstrip("/")
    return MailServer(url.hostname, port, sender, base, user, password, url.scheme == "smtps")


def back_off(tries: int) -> float:
    """Return the seconds until the next try: 1, 2, 4 … minutes, up to four hours, ± 20 %."""
    return float(min(30.0 * 2**tries, 4 * 3600.0) * random.uniform(0.8, 1.2))


class Postman:
    """Sends what is due. A mail whose fate is not known is sent again: twice is better than never."""

    def __init__(self, mails: Mails, links: AnswerLinks, server: MailServer) -> None:
        self._mails = mails
        self._links = links
        self._server = server

    def work_once(self) -> int:
        """Send what is due; return how many mails were tried."""
        letters = self._mails.claim()
        for letter in letters:
            error, is_final = self._try(letter)
            state = self._mails.settle(letter, error, is_final=is_final)
            if state == "failed":
                log.error("mail %s of %s failed: %s", letter.id, ticket_id(letter.number), error)
        return len(letters)

    def _try(self, letter: Letter) -> tuple[str, bool]:
        """Send one mail; return what went wrong ("" for nothing), and whether it is no use to try again."""
        try:
            message = self._message(letter)
            with _connected(self._server) as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            return f"refused {codes[0]}", all(code >= 500 for code in codes)
        except smtplib.SMTPAuthenticationError as error:
            return f"login {error.smtp_code}", False
        except smtplib.SMTPResponseException as error:
            return f"server {error.smtp_code}", error.smtp_code >= 500
        except (smtplib.SMTPException, OSError) as error:
            return type(error).__name__, False
        except (ValueError, UnicodeError) as error:
            return type(error).__name__, True
        return "", False

    def _message(self, letter: Letter) -> EmailMessage:
        token, until = self._links.make(letter.conversation_id, letter.number)
        ticket, is_answer = ticket_id(letter.number), letter.is_answer
        message = EmailMessage()
        message["Subject"] = MAIL_SUBJECT[is_answer].format(ticket=ticket)
        message["From"] = self._server.sender
        message["To"] = letter.address
        message["Date"] = format_datetime(localtime())
        message["Message-ID"] = make_msgid(domain=urlsplit(self._server.public_url).hostname)
        message["Auto-Submitted"] = "auto-generated"
        link = f"{self._server.public_url}{LINK_PATH}{token}"
        message.set_content(
            MAIL_TEXT.format(ticket=ticket, what=MAIL_WHAT[is_answer], link=link, until=when(until)), cte="base64"
        )
        return message


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Open a connection, secured where the server can do that; a password never goes in the clear over a network."""
    context = ssl.create_default_context()
    if server.is_tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_S, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S)
    with connection:
        is_safe = server.is_tls or server.host in _LOOPBACK
        connection.ehlo()
        if not server.is_tls and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
            is_safe = True
        if server.user and not is_safe:
            raise smtplib.SMTPNotSupportedError("no TLS for the password")
        if server.user:
            connection.login(server.user, server.password)
        yield connection
