"""Speaks to Rasa over its HTTP interface; the only file that knows it.

RasaClient asks once. RasaGate stands in front of it and stops asking while Rasa is down, so that a dead Rasa costs one
turn its time-out and the others nothing.
"""

import logging
import threading
import unicodedata
from collections.abc import Sequence
from typing import Any

import httpx

from assistant.errors import BadInputError, UpstreamError
from assistant.records import FIELDS, INTENTS, SECTORS, Label, MaskedText, Understanding

log = logging.getLogger(__name__)

MAX_CHARS = 500
"""Longer questions are cut: a megabyte would hold Rasa, which answers one at a time, for 15 to 30 s."""

PROBE = MaskedText("보조배터리 KC 인증 받으려면 어떻게 해야 하나요?")
PROBE_SECONDS = 2.0
WARM_UP_SECONDS = 5.0
"""The first parse after a start takes up to 2 s."""

_ZERO_WIDTH_SPACE = "\u200b"


class RasaClient:
    """Asks Rasa. Safe to use from several threads."""

    def __init__(self, url: str, token: str, timeout_ms: int = 800) -> None:
        """Prepare the connection; nothing is sent.

        Args:
            url: where Rasa listens, as in "http://127.0.0.1:5005".
            token: what Rasa was started with as --auth-token.
            timeout_ms: how long connecting and answering may take, each.
        """
        # httpx logs every address at INFO, and Rasa takes its secret in the address only.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._timeout = timeout_ms / 1000
        # No proxy of the environment may see the questions. Rasa closes an idle connection after 120 s.
        limits = httpx.Limits(keepalive_expiry=60)
        self._http = httpx.Client(base_url=url, params={"token": token}, limits=limits, trust_env=False)

    def parse(self, text: MaskedText) -> Understanding:
        """Ask what a text is about.

        Args:
            text: masked; what goes past MAX_CHARS is not read.

        Returns:
            Intent, field and sector with confidences in [0, 1], and all intents, best first; no entities. Rasa's own
            fallback intent is left out: how sure is sure enough is decided elsewhere.

        Raises:
            UpstreamError: Rasa did not answer in time, refused, or answered something else.
            BadInputError: the text is empty.
        """
        return self._ask(text, self._timeout)

    def warm_up(self) -> None:
        """Make Rasa load what it loads at the first question, and see that it answers in time after that.

        Raises:
            UpstreamError: it does not.
        """
        self._ask(PROBE, max(self._timeout, WARM_UP_SECONDS))
        self._ask(PROBE, self._timeout)

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def _ask(self, text: MaskedText, timeout: float) -> Understanding:
        question = {"text": safe_text(text)}
        try:
            answer = self._http.post("/model/parse", json=question, timeout=timeout)
        except httpx.HTTPError as exc:
            # Not chained: the request, which the exception holds, knows the secret and the question.
            raise UpstreamError(f"rasa did not answer: {type(exc).__name__}") from None
        if answer.status_code != httpx.codes.OK:
            raise UpstreamError(f"rasa answered {answer.status_code}")
        try:
            return _read(answer.json())
        except (ValueError, TypeError, KeyError, IndexError) as exc:
            raise UpstreamError(f"rasa answered in an unknown form: {type(exc).__name__}") from None


def safe_text(text: str) -> MaskedText:
    """Return what Rasa may be given: composed Hangul, at most MAX_CHARS, no lone surrogates, never a command.

    Rasa runs what begins with "/" as a command, even behind blanks, and answers 500 to a lone surrogate.

    Raises:
        BadInputError: nothing is left.
    """
    head = text[: 4 * MAX_CHARS]  # composing shortens Hangul to a third, and takes a second for a megabyte
    sound = head.encode("utf-8", "ignore").decode("utf-8")
    cut = unicodedata.normalize("NFC", sound).strip()[:MAX_CHARS].rstrip()
    if not cut:
        raise BadInputError("the text for Rasa is empty", code="empty")
    return MaskedText(_ZERO_WIDTH_SPACE + cut if cut.startswith("/") else cut)


def _read(answer: Any) -> Understanding:
    intents = _labels(answer["intent_ranking"], INTENTS)
    field = _labels(answer["field_ranking"], FIELDS)[0]
    sector = _labels(answer["sector_ranking"], SECTORS)[0]
    return Understanding(intents[0], field, sector, intents, by="rasa")


def _labels(ranking: Any, known: Sequence[str]) -> tuple[Label, ...]:
    found = [Label(str(one["name"]), float(one["confidence"])) for one in ranking if one["name"] in known]
    if not all(0 <= label.confidence <= 1 for label in found):
        raise ValueError("a confidence is not in [0, 1]")
    return tuple(sorted(found, key=lambda label: -label.confidence))


class RasaGate:
    """Lets questions through to Rasa while it answers, and refuses them at once while it does not.

    A failure closes the gate; a background thread then asks every 2 s and opens it again. Safe to use from several
    threads.
    """

    def __init__(self, client: RasaClient, probe_seconds: float = PROBE_SECONDS) -> None:
        """Ask Rasa once, which also warms it up; takes up to 5 s where it is up but does not answer.

        Args:
            client: asks Rasa.
            probe_seconds: time between two attempts while it is down.
        """
        self._client = client
        self._probe_seconds = probe_seconds
        self._lock = threading.Lock()
        self._is_up = True
        self._closing = threading.Event()
        try:
            client.warm_up()
        except UpstreamError as error:
            self._close_gate(error, logging.INFO)

    @property
    def is_up(self) -> bool:
        """Say whether the next question will be put to Rasa."""
        return self._is_up

    def parse(self, text: MaskedText) -> Understanding:
        """Ask what a text is about, as RasaClient.parse.

        Raises:
            UpstreamError: Rasa is down, or this question found that out.
            BadInputError: the text is empty.
        """
        if not self._is_up:
            raise UpstreamError("rasa is down")
        try:
            return self._client.parse(text)
        except UpstreamError as error:
            self._close_gate(error, logging.WARNING)
            raise

    def close(self) -> None:
        """Stop asking, for good."""
        self._closing.set()
        self._is_up = False
        self._client.close()

    def _close_gate(self, error: UpstreamError, level: int) -> None:
        # Of the many questions that fail together one closes the gate, writes the line and starts the thread.
        with self._lock:
            if not self._is_up:
                return
            self._is_up = False
        log.log(level, "%s; the built-in understanding answers until it is back", error.message)
        threading.Thread(target=self._probe, name="rasa-probe", daemon=True).start()

    def _probe(self) -> None:
        while not self._closing.wait(self._probe_seconds):
            try:
                self._client.warm_up()
            except UpstreamError:
                continue
            except RuntimeError:  # httpx: the client was closed while it was asking
                return
            with self._lock:
                self._is_up = not self._closing.is_set()
            log.info("rasa is back")
            return
