"""`onecall bench channels`: conversations arriving over all messengers at once, against a really running service.

They arrive at their own pace, whether or not the service keeps up. Of each it is noted when the webhook was answered,
when the answer reached the platform's stand-in, and whether it did so more than once.
"""

import asyncio
import os
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

import httpx
from rich.table import Table

from assistant import bootstrap
from assistant import channel_wording as words
from assistant.bench import serving
from assistant.bench_channels.platforms import check_skill_response
from assistant.bench_channels.standin import RefusedError, standing_in
from assistant.bench_channels.talks import Post, Side, asked_for, sides
from assistant.channels import CHANNELS
from assistant.evaluate.questions import load_questions
from assistant.settings import ROOT, Settings

WARM_UP = 10
_QUIET_S = 20.0
"""When nothing came for so long, nothing more will."""

_DRAIN_S = 600.0
_NO_ANSWERS = (words.PROMISE, words.NOT_YET, words.NOTHING_HELD)
_TIMEOUT = httpx.Timeout(30.0)

Column = dict[str, float]


@dataclass(frozen=True)
class ChannelsBenchmark:
    """What is shown, and the same as figures for machines."""

    tables: tuple[Table, ...]
    figures: dict[str, Any]
    notes: tuple[str, ...]


@dataclass
class Talk:
    """One user's question. Times are monotonic seconds; `status` 0 is no response at all."""

    side: Side
    post: Post
    sent_at: float
    response_at: float = 0.0
    status: int = 0
    answers: list[tuple[float, str]] = field(default_factory=list)


def bench_channels(settings: Settings, rate: int, seconds: int, step: Callable[[str], None]) -> ChannelsBenchmark:
    """Let conversations arrive; the figures depend on the machine, so nothing here passes or fails.

    Args:
        rate: conversations a second, over all channels in turn.
        seconds: how long they arrive; then it is waited until all are answered, or nothing more comes.
        step: told what is done next.

    Raises:
        UpstreamError: the service did not start.
    """
    bootstrap.build_index(settings, step, only_if_stale=True)
    questions = [str(one.text) for one in load_questions(ROOT / "nlu_data" / "heldout" / "test.jsonl")]
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="onecall-bench-") as scratch:
        every = sides()
        for side in every:
            stack.enter_context(standing_in(side.platform))
        environ = _environ(every, scratch)
        url, _, _ = stack.enter_context(serving(environ))
        step(f"1초에 {rate}건씩 {seconds}초 동안 보내요")
        busy = os.getloadavg()[0]
        talks = asyncio.run(_talk(url, every, questions, rate, seconds, step))
    figures = {side.channel: _figures([one for one in talks if one.side is side]) for side in every}
    note = f"프로세서 {os.cpu_count()}개(시작할 때 부하 {busy:.1f}), 1초에 {rate}건, {seconds}초, SQLite, 내장 이해"
    return ChannelsBenchmark((_table(figures),), figures, (note,))


def _environ(every: Sequence[Side], scratch: str) -> dict[str, str]:
    environ = {
        "ONECALL_DATABASE_URL": f"sqlite:///{scratch}/bench.db",
        "ONECALL_SAFETY_DIR": f"{scratch}/safety",
        "ONECALL_UNDERSTANDING": "builtin",
        "ONECALL_LOG_LEVEL": "WARNING",
        "ONECALL_VISITOR_SECRET": "bench-visitor-secret",
    }
    for side in every:
        environ |= side.environ
    return environ


# ---- arriving -----------------------------------------------------------------------------


async def _talk(
    url: str, every: Sequence[Side], questions: Sequence[str], rate: int, seconds: int, step: Callable[[str], None]
) -> list[Talk]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    async with httpx.AsyncClient(base_url=url, timeout=_TIMEOUT, limits=limits, trust_env=False) as client:
        for number in range(WARM_UP):
            await client.post("/v1/messages", json={"text": questions[number % len(questions)]})
        talks: list[Talk] = []
        tasks = []
        began = time.monotonic()
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            side = every[number % len(every)]
            talk = Talk(side, side.post(number + 1, questions[number % len(questions)]), time.monotonic())
            talks.append(talk)
            tasks.append(asyncio.create_task(_send(client, talk)))
        step("답이 모두 도착하기를 기다려요")
        await asyncio.gather(*tasks)
        await _drain(every, talks)
        await asyncio.gather(*(_ask_for(client, talk) for talk in talks if _is_held(talk)))
    return talks


async def _send(client: httpx.AsyncClient, talk: Talk) -> None:
    headers = {"Content-Type": "application/json;charset=UTF-8", **talk.post.headers}
    try:
        response = await client.post(talk.post.path, content=talk.post.body, headers=headers)
    except httpx.HTTPError:
        return
    talk.response_at, talk.status = time.monotonic(), response.status_code
    if talk.side.channel == "kakao" and response.is_success:
        _note_response(talk, response.json())


def _is_held(talk: Talk) -> bool:
    """Say whether an answer waits for its user's next message: a callback is good for a minute only."""
    return talk.side.channel == "kakao" and talk.status == 200 and not talk.answers


async def _ask_for(client: httpx.AsyncClient, talk: Talk) -> None:
    again = Talk(talk.side, asked_for(talk.post), time.monotonic())
    await _send(client, again)
    talk.answers += [one for one in again.answers if not any(text in one[1] for text in _NO_ANSWERS)]


def _note_response(talk: Talk, body: Any) -> None:
    """Note an answer that stands in the response; what only says that one follows is none."""
    if "template" not in body:
        return
    try:
        check_skill_response(body)
    except RefusedError:
        return
    talk.answers.append((talk.response_at, repr(body)))


async def _drain(every: Sequence[Side], talks: Sequence[Talk]) -> None:
    """Wait until every conversation was answered, or nothing more comes; then note what arrived where."""
    in_response = sum(bool(one.answers) for one in talks)
    seen, quiet_since, until = -1, time.monotonic(), time.monotonic() + _DRAIN_S
    while time.monotonic() < min(until, quiet_since + _QUIET_S):
        users = sum(len({one.user for one in list(side.platform.arrived)}) for side in every)
        if users + in_response >= len(talks):
            break
        if users != seen:
            seen, quiet_since = users, time.monotonic()
        await asyncio.sleep(0.2)
    await asyncio.sleep(1.0)  # for what comes twice
    by_user = {(one.side.channel, one.post.user): one for one in talks}
    for side in every:
        for arrived in side.platform.arrived:
            talk = by_user[side.channel, arrived.user]
            talk.answers.append((arrived.at, repr(_said(arrived.call.body))))


def _said(body: Any) -> Any:
    """Return what was said, without what tells one request from another."""
    return {name: value for name, value in body.items() if name not in ("replyToken", "serial_number", "to")}


# ---- telling ------------------------------------------------------------------------------


def _figures(talks: Sequence[Talk]) -> Column:
    able = {channel.name: channel.capabilities for channel in CHANNELS}[talks[0].side.channel]
    answered = [one for one in talks if one.answers]
    waits = sorted(min(at for at, _ in one.answers) - one.sent_at for one in answered)
    responses = sorted(one.response_at - one.sent_at for one in talks if one.status == 200)
    return {
        "sent": len(talks),
        "refused": sum(one.status != 200 for one in talks),
        "answered": len(answered),
        "past_deadline": sum(wait > able.answer_within_s for wait in responses),
        "lost": sum(one.status == 200 and not one.answers for one in talks),
        "twice": sum(_is_twice(one) for one in talks),
        **_spread("response", responses),
        **_spread("answer", waits),
    }


def _is_twice(talk: Talk) -> bool:
    counted = Counter(text for _, text in talk.answers)
    return any(count > 1 for count in counted.values())


def _spread(name: str, waits: Sequence[float]) -> Column:
    cuts: Sequence[float] = quantiles(waits, n=100) if len(waits) > 1 else defaultdict(float)  # type: ignore[assignment]
    return {f"{name}_p50_s": cuts[49], f"{name}_p99_s": cuts[98]}


def _table(figures: dict[str, Column]) -> Table:
    names = ("보냄", "거절", "답함", "기한 넘김", "잃음", "두 번", "응답 p50", "응답 p99", "답 p50 (초)", "답 p99 (초)")
    shown = Table("채널", *names)
    for channel, column in figures.items():
        counts = list(column.values())
        shown.add_row(channel, *(f"{one:.0f}" for one in counts[:6]), *(f"{one:.2f}" for one in counts[6:]))
    return shown
