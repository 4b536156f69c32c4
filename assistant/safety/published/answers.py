"""Reading what SafetyKorea's interface answers, odd answers included: found, no data, or why it is not known.

Seen or to be expected: HTTP 302 to an error page for a bad key, resultCode as a number, an empty body, HTML, JSON that
breaks off. None of them is "no data": that is code 2004 alone, or an empty list.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from assistant.errors import AssistantError, BadInputError, SetupError, UpstreamError
from assistant.safety.published import contract
from assistant.safety.published.records import code_of
from assistant.safety_wording import SYNC_ERRORS

_BUSY = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


class PassingError(UpstreamError):
    """Something that may be over at the next try: no connection, a server's error, an answer that breaks off."""


class TooLargeAnswerError(UpstreamError):
    """The answer is larger than what is read; a narrower query may give what fits."""

    code = "safety_too_large"


@dataclass(frozen=True, slots=True)
class Response:
    """What came back over HTTP: the address that was asked, and status, headers and body of the answer."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def data_of(response: Response) -> Any:
    """Return the resultData of an answer; None where there are no data (2004).

    Raises:
        PassingError: `safety_down` for a server's error, `safety_answer` for what is no whole answer.
        SetupError: `safety_key`, `safety_ip`, or `safety_moved` for an address that only moved.
        BadInputError: `safety_parameter`.
        UpstreamError: `safety_answer` for an answer that means nothing here.
    """
    if 300 <= response.status < 400:
        raise _redirected(response)
    if response.status >= 500 or response.status in _BUSY:
        raise down(f"HTTP {response.status}")
    envelope = _envelope(response)
    code = code_of(envelope.get("resultCode"))
    if code == contract.NO_DATA:
        return None
    if code != contract.SUCCESS:
        raise _refusal(code)
    data = envelope.get("resultData")
    if not isinstance(data, list | Mapping):
        raise _broken(f"{code}, resultData: {type(data).__name__}")
    return data


def down(reason: str) -> PassingError:
    """Return the error for an interface that does not answer."""
    return PassingError(SYNC_ERRORS["safety_down"].format(reason=reason), code="safety_down")


def unreadable(reason: str) -> UpstreamError:
    """Return the error for an answer that means nothing here, and would not at the next try either."""
    return UpstreamError(SYNC_ERRORS["safety_answer"].format(reason=reason), code="safety_answer")


def _broken(reason: str) -> PassingError:
    return PassingError(SYNC_ERRORS["safety_answer"].format(reason=reason), code="safety_answer")


def _envelope(response: Response) -> Mapping[str, Any]:
    text = response.body.decode("utf-8-sig", "replace").strip()
    try:
        # Control characters within a text are seen in what people typed; they are no reason to refuse it all.
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        raise _broken(_seen(response, text)) from None
    if not isinstance(value, Mapping):
        raise _broken(type(value).__name__)
    return value


def _seen(response: Response, text: str) -> str:
    if not text:
        return f"HTTP {response.status}, empty"
    kind = "HTML" if text.startswith("<") else "JSON"
    return f"HTTP {response.status}, {kind}, {len(response.body)} bytes"


def _redirected(response: Response) -> SetupError:
    """A redirect to the same path elsewhere (https) is a move; any other is how a bad key is answered."""
    asked = urlsplit(response.url)
    address = urljoin(response.url, response.headers.get("location", ""))
    led = urlsplit(address)
    if led.path == asked.path and (led.scheme, led.netloc) != (asked.scheme, asked.netloc):
        return SetupError(
            SYNC_ERRORS["safety_moved"].format(address=f"{led.scheme}://{led.netloc}"), code="safety_moved"
        )
    return SetupError(SYNC_ERRORS["safety_key"], code="safety_key")


def _refusal(code: str) -> AssistantError:
    if code == contract.BAD_KEY:
        return SetupError(SYNC_ERRORS["safety_key"], code="safety_key")
    if code == contract.BAD_IP:
        return SetupError(SYNC_ERRORS["safety_ip"], code="safety_ip")
    if code == contract.BAD_PARAMETER:
        return BadInputError(SYNC_ERRORS["safety_parameter"], code="safety_parameter")
    if code == contract.SERVER_ERROR:
        return down(f"resultCode {code}")
    return unreadable(f"resultCode {code[:20]!r}")
