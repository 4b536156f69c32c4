"""`onecall bench`: time per turn, turns a second, start-up and memory of the real service, and what stands beside it.

The service runs as users run it, in a process of its own, asked over HTTP. The comparison is the plainest system of the
same kind: sentence-transformers on PyTorch and FAISS, one question at a time, without understanding or storing it.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import httpx
from rich.table import Table

from assistant import bootstrap
from assistant.errors import UpstreamError
from assistant.evaluate.questions import load_questions
from assistant.rasa_session import free_port, is_answering, rasa_for
from assistant.settings import ROOT, Settings

WARM_UP = 20
CLIENTS = 8
START_SECONDS = 120.0
GOALS = {"p50 ms": ("≤ 20", "≤ 40"), "p99 ms": ("≤ 60", "≤ 120"), "메모리 MB": ("≤ 600", "≤ 600")}

Column = dict[str, float]


@dataclass(frozen=True)
class Benchmark:
    table: Table
    figures: dict[str, Column]
    notes: tuple[str, ...]


def bench(settings: Settings, seconds: int, progress: Callable[[str], None]) -> Benchmark:
    """Run every measurement; the figures depend on the machine, so nothing here passes or fails."""
    bootstrap.build_index(settings, progress, only_if_stale=True)
    questions = [str(one.text) for one in load_questions(ROOT / "nlu_data" / "heldout" / "test.jsonl")]
    notes = [
        f"프로세서 {os.cpu_count()}개, 질문 {len(questions)}개를 하나씩, 이어서 {CLIENTS}명이 동시에 {seconds}초 동안"
    ]
    figures: dict[str, Column] = {}
    progress("Rasa 없이 재요")
    figures["원콜 (내장)"] = _service(questions, seconds, {"ONECALL_UNDERSTANDING": "builtin"})
    with rasa_for(settings, progress) as own:
        if is_answering(own):
            progress("Rasa와 함께 재요")
            environ = {"ONECALL_UNDERSTANDING": "rasa", "ONECALL_RASA_PORT": str(own.rasa_port)}
            figures["원콜 (Rasa)"] = _service(questions, seconds, environ)
        else:
            notes.append("Rasa가 없어서 Rasa 칸은 재지 못했어요. `make train` 뒤에 다시 재 주세요.")
    if find_spec("sentence_transformers"):
        progress("sentence-transformers(PyTorch)와 FAISS를 재요")
        figures["PyTorch + FAISS"] = _comparison(settings, questions)
    else:
        notes.append("sentence-transformers가 없어서 비교 칸은 재지 못했어요. requirements-torch.txt를 설치해 주세요.")
    return Benchmark(_table(figures), figures, tuple(notes))


# ---- the service ------------------------------------------------------------------------


def _service(questions: Sequence[str], seconds: int, environ: dict[str, str]) -> Column:
    with tempfile.TemporaryDirectory() as scratch:
        extra = {"ONECALL_DATABASE_URL": f"sqlite:///{scratch}/bench.db", "ONECALL_LOG_LEVEL": "WARNING", **environ}
        with serving(extra) as (url, process, started):
            times = _one_by_one(url, questions)
            busy = _together(url, questions, seconds)
            return {
                **_spread(times),
                "초당 답": busy,
                "시작 초": started,
                "메모리 MB": _memory(process.pid),
            }


@contextmanager
def serving(environ: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    """Serve as `onecall serve` does; give the address, the process, and the seconds until it answered."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "serve"],
        cwd=ROOT,
        env={**os.environ, **environ, "ONECALL_PORT": str(port)},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        yield url, process, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        with suppress(httpx.HTTPError):
            httpx.get(f"{url}/health", timeout=1)
            return
        time.sleep(0.05)
    raise UpstreamError("서비스가 시작되지 않았어요.")


def _ask(client: httpx.Client, question: str) -> float:
    began = time.perf_counter()
    client.post("/v1/messages", json={"text": question}).raise_for_status()
    return (time.perf_counter() - began) * 1000


def _one_by_one(url: str, questions: Sequence[str]) -> list[float]:
    with httpx.Client(base_url=url, timeout=30) as client:
        for question in questions[:WARM_UP]:
            _ask(client, question)
        return [_ask(client, question) for question in questions]


def _together(url: str, questions: Sequence[str], seconds: int) -> float:
    """Return how many turns a second the service ends while several visitors ask without a pause."""
    ends = time.monotonic() + seconds
    counts = [0] * CLIENTS

    def visitor(number: int) -> None:
        with httpx.Client(base_url=url, timeout=30) as client:
            while time.monotonic() < ends:
                _ask(client, questions[(number + counts[number] * CLIENTS) % len(questions)])
                counts[number] += 1

    threads = [threading.Thread(target=visitor, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _spread(times: Sequence[float]) -> Column:
    cuts = statistics.quantiles(times, n=100)
    return {"p50 ms": cuts[49], "p99 ms": cuts[98]}


def _memory(pid: int) -> float:
    """Return the resident memory of a process in MB (Linux; 0 elsewhere)."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


# ---- what stands beside it ----------------------------------------------------------------

_COMPARISON = """
import json, sys, time
began = time.perf_counter()
import faiss, numpy
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu")
store = faiss.read_index(sys.argv[2])
model.encode(["query: warm up"])
started = time.perf_counter() - began
times = []
for question in json.load(open(sys.argv[3])):
    began = time.perf_counter()
    store.search(numpy.asarray(model.encode(["query: " + question], normalize_embeddings=True), dtype="float32"), 10)
    times.append((time.perf_counter() - began) * 1000)
memory = next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmRSS"))
print(json.dumps({"times": times, "started": started, "memory": memory}))
"""


def _comparison(settings: Settings, questions: Sequence[str]) -> Column:
    model = bootstrap.encoder_folder(settings) / "sentence-transformers"
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(list(questions), file)
        file.flush()
        command = [sys.executable, "-c", _COMPARISON, str(model), str(settings.index_dir / "vectors.faiss"), file.name]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
    said = json.loads(done.stdout.splitlines()[-1])
    rate = 1000 / statistics.mean(said["times"])
    return {**_spread(said["times"]), "초당 답": rate, "시작 초": said["started"], "메모리 MB": said["memory"]}


def _table(figures: dict[str, Column]) -> Table:
    shown = Table("지표", "목표 (내장 / Rasa)", *figures)
    for name in next(iter(figures.values())):
        goal = " / ".join(GOALS[name]) if name in GOALS else ""
        shown.add_row(name, goal, *(f"{column[name]:.1f}" for column in figures.values()))
    return shown
