"""A typed client of SafetyKorea's open interface; the only file that calls it.

Three outcomes never meet: found, absent (2004: no rows, or None), and could not look up (an error).
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from assistant import __version__
from assistant.errors import BadInputError, SetupError
from assistant.product_safety import Certificate, Recall
from assistant.safety.published import contract
from assistant.safety.published.answers import PassingError, Response, TooLargeAnswerError, data_of, down, unreadable
from assistant.safety.published.contract import Endpoint
from assistant.safety.published.pace import Pace
from assistant.safety.published.records import certificate_from, recall_from
from assistant.safety_wording import SYNC_ERRORS
from assistant.screening.numbers import number_key

T = TypeVar("T")

MAX_BYTES = 64 * 1024 * 1024
"""An answer of 33,070 rows had 32.8 MB; what is larger is asked for in narrower queries."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited. `total_s` bounds one try as a whole: a server that drips is given up too."""

    tries: int = 5
    first_wait_s: float = 1.0
    longest_wait_s: float = 20.0
    connect_s: float = 5.0
    read_s: float = 30.0
    total_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """What a list query gave.

    Attributes:
        rows: what could be read, in the order in which it came; none where there are no data.
        is_capped: there may be more: as many rows as the cap came, or more than can be read. Narrow the prefix.
        unread: rows that could not be read.
        is_demo: the answer says that its data are made up (it is OneCall's own, or the sandbox's).
    """

    rows: tuple[T, ...] = ()
    is_capped: bool = False
    unread: int = 0
    is_demo: bool = False


class SafetyKorea:
    """Asks the interface, at a polite rate and with patience. Safe to use from several threads."""

    def __init__(
        self, url: str, key: str, rate: int = 5, *, patience: Patience | None = None, cap: int = contract.CAP
    ) -> None:
        """Prepare the connection; nothing is sent.

        Args:
            url: the base, as in "https://www.safetykorea.kr/openapi/api".
            key: sent in the header AuthKey, and nowhere else.
            rate: queries a second at most, tries that are repeated included.
            cap: rows at which an answer may be cut off.

        Raises:
            SetupError: `safety_key` without a usable key; `safety_url` for an address that is none.
        """
        if not key:
            raise SetupError(SYNC_ERRORS["no_key"], code="safety_key")
        if not (key.isascii() and key.isprintable()) or key != key.strip():
            raise SetupError(SYNC_ERRORS["odd_key"], code="safety_key")
        # httpx logs every address at INFO: a line for each of thousands of queries.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._patience = patience or Patience()
        self._pace = Pace(rate)
        self._cap = cap
        self._http = _http(url, key, self._patience)

    def certificates(self, key: str, value: str) -> Rows[Certificate]:
        """Return the certificates whose field begins with a value.

        Args:
            key: one of contract.CERTIFICATES.keys.
            value: a prefix; not empty.

        Raises:
            BadInputError: no such key, or no value; or the interface refused them.
            SetupError: `safety_key`, `safety_ip`, `safety_moved`.
            UpstreamError: it could not be looked up; nothing is known.
        """
        return self._list(contract.CERTIFICATES, key, value, certificate_from)

    def recalls(self, key: str, value: str) -> Rows[Recall]:
        """Return the domestic recalls whose field begins with a value; as `certificates`."""
        return self._list(contract.RECALLS, key, value, lambda row: recall_from(row, is_foreign=False))

    def foreign_recalls(self, key: str, value: str) -> Rows[Recall]:
        """Return the foreign recalls whose field begins with a value; as `certificates`."""
        return self._list(contract.FOREIGN_RECALLS, key, value, lambda row: recall_from(row, is_foreign=True))

    def certificate(self, cert_num: str) -> Certificate | None:
        """Return one certificate with its detail; None where there is none with exactly this number.

        Raises:
            BadInputError, SetupError, UpstreamError: as `certificates`.
        """
        wanted = number_key(cert_num)

        def read(row: object) -> Certificate | None:
            found = certificate_from(row, is_detail=True)
            return found if found and number_key(found.cert_num) == wanted else None

        return self._detail(contract.CERTIFICATE, cert_num, read)

    def recall(self, recall_uid: str) -> Recall | None:
        """Return one domestic recall by its published id; None where there is none.

        Raises:
            BadInputError, SetupError, UpstreamError: as `certificates`.
        """

        def read(row: object) -> Recall | None:
            found = recall_from(row, is_foreign=False)
            return found if found and found.uid == f"D{recall_uid}" else None

        return self._detail(contract.RECALL, recall_uid, read)

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def _list(self, endpoint: Endpoint, key: str, value: str, read: Callable[[Any], T | None]) -> Rows[T]:
        # An unknown conditionKey is not refused there but answered with everything (748 MB was seen): never sent.
        if key not in endpoint.keys or not value.strip():
            raise BadInputError(SYNC_ERRORS["safety_parameter"], code="safety_parameter")
        try:
            response, data = self._ask(endpoint, {"conditionKey": key, "conditionValue": value})
        except TooLargeAnswerError:
            return Rows(is_capped=True)
        records = _records(data)
        rows = _read(records, read)
        is_demo = contract.DEMO_HEADER in response.headers
        return Rows(rows, len(records) == self._cap, len(records) - len(rows), is_demo)

    def _detail(self, endpoint: Endpoint, value: str, read: Callable[[Any], T | None]) -> T | None:
        if not value.strip():
            raise BadInputError(SYNC_ERRORS["safety_parameter"], code="safety_parameter")
        _, data = self._ask(endpoint, {endpoint.identifier: value})
        rows = _read(_records(data), read)
        return rows[0] if rows else None

    def _ask(self, endpoint: Endpoint, parameters: dict[str, str]) -> tuple[Response, Any]:
        patience = self._patience
        tries = Retrying(
            stop=stop_after_attempt(patience.tries),
            wait=wait_random_exponential(patience.first_wait_s, patience.longest_wait_s),
            retry=retry_if_exception_type(PassingError),
            reraise=True,
        )
        return tries(self._ask_once, f"{endpoint.path}.json", parameters)

    def _ask_once(self, path: str, parameters: dict[str, str]) -> tuple[Response, Any]:
        self._pace.wait()
        try:
            with self._http.stream("GET", path, params=parameters) as answer:
                body = _body(answer, time.monotonic() + self._patience.total_s)
                response = Response(str(answer.url), answer.status_code, answer.headers, body)
        except httpx.HTTPError as exc:
            # Not chained: the request, which the exception holds, knows the key.
            raise down(type(exc).__name__) from None
        return response, data_of(response)


def _http(url: str, key: str, patience: Patience) -> httpx.Client:
    try:
        address = httpx.URL(url if url.endswith("/") else f"{url}/")
        is_usable = address.scheme in ("http", "https") and bool(address.host)
    except (httpx.InvalidURL, ValueError):
        is_usable = False
    if not is_usable:
        raise SetupError(SYNC_ERRORS["safety_url"], code="safety_url")
    headers = {"AuthKey": key, "Accept": "application/json", "User-Agent": f"OneCall/{__version__}"}
    timeout = httpx.Timeout(patience.read_s, connect=patience.connect_s)
    # Redirects are not followed: one is how a bad key is answered, and the key must not travel to another host.
    return httpx.Client(base_url=address, headers=headers, timeout=timeout, follow_redirects=False)


def _body(answer: httpx.Response, deadline: float) -> bytes:
    parts, size = [], 0
    for part in answer.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            raise TooLargeAnswerError(SYNC_ERRORS["safety_too_large"])
        if time.monotonic() > deadline:
            raise down("timeout")
    return b"".join(parts)


def _records(data: Any) -> list[Any]:
    if data is None:
        return []
    return data if isinstance(data, list) else [data]


def _read(records: list[Any], read: Callable[[Any], T | None]) -> tuple[T, ...]:
    """Return the rows that can be read; an answer of which none can be read is not "no data"."""
    rows = tuple(row for record in records if (row := read(record)) is not None)
    if records and not rows:
        raise unreadable(f"0/{len(records)}")
    return rows
