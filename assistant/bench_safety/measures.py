"""The measurements of speed: what each does, and in which unit it answers."""

import os
import statistics
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine

from assistant.bench_safety import served
from assistant.safety import demo
from assistant.safety.batches.crew import Setup, Worker
from assistant.safety.batches.screen_file import screen_file
from assistant.safety.find.finder import Finder
from assistant.safety.goods.requirements import Requirements
from assistant.safety.invented.certificates import Press
from assistant.safety.listings.files import ListingFile
from assistant.safety.malls.store import MallStore
from assistant.safety.mirror.reading import Mirror
from assistant.safety.published.client import SafetyKorea
from assistant.screening.policy import DEFAULT_POLICY

WORKERS = 2
WARM_UP = 20
_SEED = 1381
POLITE_RATE = 5
"""Queries a second that nobody would call an attack."""

Figures = dict[str, float]


def load(mirror: Mirror, certificates: int, recalls: int) -> Figures:
    """Fill the mirror; rows a second, indexes included.

    The rows are made while they are loaded, for they would not fit into memory. How long that takes is measured beside
    it, on the certificates, and taken off: it is no work of the mirror's.
    """
    began = time.perf_counter()
    deque(Press(certificates, _SEED), maxlen=0)
    making = time.perf_counter() - began
    began, worked = time.perf_counter(), time.process_time()
    demo.make(mirror, certificates, recalls, _SEED)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    rate = (certificates + recalls) / max(seconds - making, 1e-9)
    return {"load_rows_per_s": rate, "load_s": seconds, "making_s": making, "load_cpu_s": cpu}


def look_up(mirror: Mirror, numbers: Sequence[str]) -> Figures:
    """Look numbers up one by one; milliseconds."""
    for number in numbers[:WARM_UP]:
        mirror.certificate(number)
    times = _times(mirror.certificate, numbers)
    return {"exact_p50_ms": _cut(times, 50), "exact_p99_ms": _cut(times, 99)}


def search(finder: Finder, queries: Sequence[str]) -> Figures:
    """Search for what people type, one query at a time; milliseconds, and the share that found something."""
    for query in queries[:WARM_UP]:
        finder.find(query)
    found: list[bool] = []
    times = _times(lambda query: found.append(bool(finder.find(query))), queries)
    share = sum(found) / len(found)
    return {"search_p50_ms": _cut(times, 50), "search_p95_ms": _cut(times, 95), "search_found_share": share}


def screen_one(engine: Engine, folder: Path, bodies: Sequence[dict[str, Any]]) -> Figures:
    """Screen listings over HTTP, one at a time over one connection, with a key; milliseconds."""
    key = served.new_key(MallStore(engine))
    with (
        served.service(engine.url.render_as_string(hide_password=False), folder) as address,
        httpx.Client(base_url=address, headers={"AuthKey": key}, timeout=30) as client,
    ):

        def ask(body: dict[str, Any]) -> None:
            client.post("/v1/screen", json=body).raise_for_status()

        for body in bodies[:WARM_UP]:
            ask(body)
        times = _times(ask, bodies[WARM_UP:])
    return {"screen_p50_ms": _cut(times, 50), "screen_p95_ms": _cut(times, 95)}


@dataclass(frozen=True, slots=True)
class Screened:
    figures: Figures
    counts: Counter[str]
    """Listings by verdict, and those that were refused."""


def screen_many(engine: Engine, requirements: Requirements, file: Path) -> Screened:
    """Screen a file as `onecall screen` does, with two processes; listings a second, from the start to the last one."""
    counts: Counter[str] = Counter()
    setup = Setup(engine.url.render_as_string(hide_password=False), requirements)
    with ExitStack() as stack:
        listings = stack.enter_context(ListingFile(file))
        crew = [Worker(setup) for _ in range(WORKERS)]
        began, worked = time.perf_counter(), _cpu()
        for worker in crew:
            stack.callback(worker.stop)
        for _, chunk in screen_file(listings.rows(), crew, DEFAULT_POLICY):
            counts.update(chunk.outcomes)
        seconds = time.perf_counter() - began
    # Of a process that has ended only: the workers have by now.
    cpu, count = _cpu() - worked, counts.total()
    figures = {"batch_per_s": count / seconds, "batch_listings": float(count), "batch_s": seconds, "batch_cpu_s": cpu}
    return Screened(figures, counts)


def one_by_one(folder: Path, numbers: Sequence[str], listings: float) -> Figures:
    """Ask the sandbox for one certificate a listing, at the polite rate; seconds each, and hours for all of them."""
    with served.sandbox(folder) as base, closing(SafetyKorea(base, served.SANDBOX_KEY, POLITE_RATE)) as client:
        client.certificate(numbers[0])
        began = time.perf_counter()
        for number in numbers:
            client.certificate(number)
        each = (time.perf_counter() - began) / len(numbers)
    return {"interface_s_each": each, "interface_hours": each * listings / 3600}


def _cpu() -> float:
    """Return the seconds of processor time of this process and of its children that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _times(do: Callable[[Any], object], several: Iterable[Any]) -> list[float]:
    """Return how long each took, in milliseconds."""
    times = []
    for one in several:
        began = time.perf_counter()
        do(one)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _cut(times: Sequence[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1]
