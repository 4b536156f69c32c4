"""Sending what lies in the outbox, and putting consultants' answers into it.

Back-off between tries stands in the database, so that it outlives this process; only a connection that could not be
opened, so that nothing left this machine, is tried again on the spot.
"""

import json
import logging
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random

from assistant import __version__
from assistant.channel_records import Outcome, Parcel, Request, Said
from assistant.channel_turn import Line
from assistant.channels.base import Consulting, Responding, notice
from assistant.errors import AssistantError, UpstreamError
from assistant.seal import Seal
from assistant.store.channel_scan import Answered, ChannelScan
from assistant.store.channel_users import ChannelStore
from assistant.store.outbox import Claimed, Outbox

log = logging.getLogger(__name__)

_TIMEOUT = httpx.Timeout(10.0, connect=3.0)
_AT_ONCE = 8
"""Requests to one platform at a time."""

_COALESCE_S = 0.02
_BODY_MAX = 64 * 1024
_KEPT = timedelta(days=7)
"""Events and sent messages: for repeats by the platforms, for buttons, and for looking into."""

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def back_off(tries: int) -> float:
    """Return the seconds until the next try: 2, 4, 8 … up to an hour, ± 20 %."""
    # Or all that failed at once would come back at once.
    return float(min(2.0**tries, 3600.0) * random.uniform(0.8, 1.2))


class Deliverer:
    """Sends for all channels.

    Args:
        outbox: what is to be sent.
        scan: finds what consultants wrote.
        lines: the channels in use, by name.
        seal: opens addresses.
        wake: called when something was sent: the next of that user may go.
        client: sends requests; a new one by default.
    """

    def __init__(
        self,
        outbox: Outbox,
        scan: ChannelScan,
        lines: Mapping[str, Line],
        seal: Seal,
        *,
        wake: Callable[[], None] = lambda: None,
        client: httpx.Client | None = None,
    ) -> None:
        self.outbox = outbox
        self._wake = wake
        self._scan = scan
        self._lines = lines
        self._seal = seal
        # httpx tells every address in the log, and Telegram's and Kakao's hold tokens.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        # No proxy of the environment and no redirects: a token goes to the address that was checked, or nowhere.
        self._client = client or httpx.Client(
            timeout=_TIMEOUT,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=None),
            headers={"User-Agent": f"OneCall/{__version__}"},
        )
        self._pool = ThreadPoolExecutor(_AT_ONCE * max(1, len(lines)), thread_name_prefix="outbox")
        self._underway: dict[Future[None], str] = {}
        self._lock = Lock()

    def work_once(self) -> int:
        """Pick consultants' answers up and send what is due, to the end; return how many of both there were."""
        done = self.pick_up() + self.start_due()
        with self._lock:
            waited = list(self._underway)
        wait(waited)
        return done

    def start_due(self) -> int:
        """Send what is due without waiting for it: a platform that is slow keeps no other waiting."""
        done = 0
        for name in self._lines:
            with self._lock:
                free = _AT_ONCE - sum(channel == name for channel in self._underway.values())
            claimed = self.outbox.claim(name, free) if free > 0 else []
            for one in claimed:
                self._start(one)
            done += len(claimed)
        return done

    def _start(self, claimed: Claimed) -> None:
        task = self._pool.submit(self._deliver_quietly, claimed)
        with self._lock:
            self._underway[task] = claimed.channel
        task.add_done_callback(self._ended)

    def _ended(self, task: "Future[None]") -> None:
        with self._lock:
            self._underway.pop(task, None)
        self._wake()

    def close(self) -> None:
        """End the threads and connections; what is being sent is waited for."""
        self._pool.shutdown()
        self._client.close()

    # ---- consultants' answers -----------------------------------------------------------

    def pick_up(self) -> int:
        """Put what consultants wrote into the outbox; return how many messages and ended talks there were."""
        answered = self._scan.answered(self._lines)
        for one in answered:
            line = self._lines[one.channel]
            said = Said(_consultants_reply(one), 0, "consultant")
            if line.answer_within is None:
                requests = line.channel.render([said], line.keys)
            else:
                channel: Responding = line.channel  # type: ignore[assignment]
                requests = channel.announce(said, line.keys)
            self._scan.enqueue(one, requests)
            self._wake()
        ends = {name: line.channel.end() for name, line in self._lines.items() if isinstance(line.channel, Consulting)}
        return len(answered) + (self._scan.hand_back(ends) if ends else 0)

    # ---- sending ------------------------------------------------------------------------

    def _deliver_quietly(self, claimed: Claimed) -> None:
        try:
            self._deliver(claimed)
        except UpstreamError:
            log.warning("outbox %s: the database is away; its lease will end", claimed.id)
        except Exception:  # a thread's boundary: the lease ends, and it counts as interrupted
            log.exception("outbox %s stopped", claimed.id)

    def _deliver(self, claimed: Claimed) -> None:
        line = self._lines[claimed.channel]
        outcome = self._outcome(line, claimed)
        # What was sent and not noted could only be called uncertain, so a database that is away is waited for a moment.
        noting = Retrying(
            retry=retry_if_exception_type(UpstreamError),
            stop=stop_after_attempt(4),
            wait=wait_random(0.3, 3),
            reraise=True,
        )
        state = noting(self.outbox.settle, claimed, outcome, line.channel.capabilities.gap_s)
        if state in ("failed", "uncertain"):
            log.error("outbox %s to %s is %s: %s", claimed.id, claimed.channel, state, outcome.code)

    def _outcome(self, line: Line, claimed: Claimed) -> Outcome:
        if claimed.is_unwanted:
            return Outcome("refused", claimed.is_unwanted)
        try:
            request = line.channel.request(self._parcel(claimed), line.keys)
        except AssistantError as error:
            return Outcome("refused", error.code)
        return self._send(line, request)

    def _parcel(self, claimed: Claimed) -> Parcel:
        address = json.loads(self._seal.open(claimed.address)) if claimed.address else {}
        age = (datetime.now(UTC) - claimed.created_at).total_seconds()
        return Parcel(claimed.outgoing, address, claimed.key, age, claimed.tries, claimed.is_doubtful)

    def _send(self, line: Line, request: Request) -> Outcome:
        try:
            status, headers, body = self._posted(request)
        except _NOT_SENT as error:
            return Outcome("retry", type(error).__name__)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
            return Outcome("refused", "bad_address")
        except httpx.HTTPError as error:
            return Outcome("unknown", type(error).__name__)
        outcome = line.channel.read(status, body)
        if outcome.kind == "retry" and not outcome.after_s:
            return replace(outcome, after_s=_seconds(headers.get("retry-after", "")))
        return outcome

    def _posted(self, request: Request) -> tuple[int, Mapping[str, str], Any]:
        content = json.dumps(request.body, ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Content-Type": "application/json;charset=UTF-8", **request.headers}
        again = Retrying(
            retry=retry_if_exception_type(_NOT_SENT),
            stop=stop_after_attempt(2),
            wait=wait_random(0.05, 0.2),
            reraise=True,
        )
        return again(self._post, request.url, content, headers)

    def _post(self, url: str, content: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], Any]:
        with self._client.stream("POST", url, content=content, headers=dict(headers)) as response:
            read = b""
            for chunk in response.iter_bytes():
                read += chunk
                if len(read) > _BODY_MAX:
                    break  # no platform's answer is so long; the status has to do
            return response.status_code, response.headers, _json(read)


class Rounds(threading.Thread):
    """Does the channels' work in the background: what waits is taken up, what is due is sent, what is old deleted.

    Args:
        works: each returns how much it did; while any did something, the next round follows at once.
        wake: set by whoever makes work, so that it is not waited for.
        tidy: called every hour.
    """

    def __init__(
        self,
        works: Sequence[Callable[[], int]],
        wake: threading.Event,
        tidy: Callable[[], object] = lambda: None,
        pause_s: float = 1.0,
    ) -> None:
        super().__init__(name="channels", daemon=True)
        self._works = works
        self._wake = wake
        self._tidy = tidy
        self._pause_s = pause_s
        self._stops = False
        self._tidy_at = datetime.now(UTC)

    def run(self) -> None:
        while not self._stops:
            if not self._round():
                self._wake.wait(self._pause_s)
                # Whoever woke us is seldom alone; a moment later there is more to do in one round.
                time.sleep(_COALESCE_S)
            self._wake.clear()

    def _round(self) -> int:
        try:
            done = sum(work() for work in self._works)
            if datetime.now(UTC) >= self._tidy_at:
                self._tidy_at = datetime.now(UTC) + timedelta(hours=1)
                self._tidy()
        except UpstreamError:
            log.warning("the channels wait for the database")
            return 0
        except Exception:  # a thread's boundary
            log.exception("a round of the channels failed")
            return 0
        return done

    def stop(self) -> None:
        """End after the present round."""
        self._stops = True
        self._wake.set()


def tidy(store: ChannelStore, outbox: Outbox) -> int:
    """Delete what is older than a week and over; return how many rows."""
    before = datetime.now(UTC) - _KEPT
    return store.prune(before) + outbox.prune(before)


def _consultants_reply(one: Answered) -> dict[str, Any]:
    reply = {**notice(one.text, "consultant_answered"), **one.reply, "conversation_id": one.conversation_id}
    return {**reply, "decision": "hand_off", "text": one.text}


def _seconds(text: str) -> float:
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() else 0.0


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None
