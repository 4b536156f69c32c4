"""The real Rasa: the repository's pipeline and examples, trained and served as `onecall run` does it."""

import os
import secrets
import signal
import socket
import subprocess
import time
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from assistant import nlu, rasa_setup
from assistant.encoder_build import build_encoder
from assistant.errors import UpstreamError
from assistant.rasa_client import RasaClient, RasaGate
from assistant.records import INTENTS, MaskedText
from assistant.settings import ROOT

pytestmark = pytest.mark.rasa

COST = MaskedText("보조배터리 kc 받는데 얼마들어요")
TOKEN = secrets.token_urlsafe(16)


class Server:
    """Rasa as a child process that can be killed and started again at the same port."""

    def __init__(self, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        argv, env = rasa_setup.command(ROOT, self.port, TOKEN)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(argv, env=env, cwd=self._log.parent, stdout=log, stderr=log)
        wait_until_up(self.url, self._process)

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


def wait_until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until Rasa parses: it answers `GET /` even where it could not load its model."""
    end = time.monotonic() + 120
    with closing(RasaClient(url, TOKEN, timeout_ms=3000)) as client:
        while time.monotonic() < end and process.poll() is None:
            try:
                return client.warm_up()
            except UpstreamError:
                time.sleep(0.3)
    pytest.fail("Rasa did not come up")


@pytest.fixture(scope="module")
def trained() -> None:
    """Rasa's model, trained where the inputs have changed."""
    if not (ROOT / rasa_setup.ENVIRONMENT / rasa_setup.STAMP).is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs {rasa_setup.ENVIRONMENT}: `onecall rasa install` makes it")
        pytest.skip(f"{rasa_setup.ENVIRONMENT} is not installed: `onecall rasa install` makes it")
    build_encoder(rasa_setup.encoder_folder(ROOT))
    rasa_setup.install(ROOT, print)
    rasa_setup.train(ROOT, print)


@pytest.fixture(scope="module")
def server(trained: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("rasa") / "rasa.log")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def client(server: Server) -> Iterator[RasaClient]:
    client = RasaClient(server.url, TOKEN, timeout_ms=3000)
    yield client
    client.close()


def test_korean_question_gets_every_label(client: RasaClient) -> None:
    understood = client.parse(COST)

    assert (understood.intent.name, understood.field.name, understood.sector.name) == (
        "ask_cost",
        "domestic",
        "electrical",
    )
    assert {label.name for label in understood.intents} == set(INTENTS)
    assert sum(label.confidence for label in understood.intents) == pytest.approx(1, abs=1e-3)


def test_decomposed_hangul_means_the_same(client: RasaClient, server: Server) -> None:
    decomposed = unicodedata.normalize("NFD", COST)
    raw = httpx.post(f"{server.url}/model/parse?token={TOKEN}", json={"text": decomposed}).json()

    assert client.parse(MaskedText(decomposed)) == client.parse(COST)
    assert raw["intent"]["name"] == "ask_cost"  # the tokenizer composes too: no component may rely on the client


@pytest.mark.parametrize("command", ["/greet", "  /greet", "/restart", '/inform{"a": 1}'])
def test_text_is_never_run_as_a_command(client: RasaClient, command: str) -> None:
    understood = client.parse(MaskedText(command))

    assert understood.intent.confidence < 1


@pytest.mark.parametrize("text", ["kc", "???", "🙂", "ㅋㅋㅋ", "/", "\u3164", "zzz qqq"])
def test_odd_text_gets_labels_too(client: RasaClient, text: str) -> None:
    assert len(client.parse(MaskedText(text)).intents) == len(INTENTS)


def test_megabyte_of_text_does_not_hold_rasa(client: RasaClient) -> None:
    began = time.monotonic()

    client.parse(MaskedText("인증 " * 350_000))

    assert time.monotonic() - began < 3


def test_most_training_examples_are_understood_as_labelled(client: RasaClient) -> None:
    examples = nlu.load_examples(ROOT / "nlu_data" / "nlu")[::40]

    right = [client.parse(MaskedText(example.text)).intent.name == example.intent for example in examples]

    assert sum(right) / len(right) > 0.9


@pytest.mark.parametrize("path", ["/model/parse", "/status", "/conversations/default/tracker"])
def test_nothing_is_told_without_the_token(server: Server, path: str) -> None:
    send = httpx.post if path == "/model/parse" else httpx.get

    assert send(f"{server.url}{path}").status_code == 401


def test_rasas_checker_finds_nothing(trained: None) -> None:
    _, env = rasa_setup.command(ROOT, 1, TOKEN)
    argv = [
        str(ROOT / rasa_setup.ENVIRONMENT / "bin" / "python"),
        "-m",
        "rasa",
        "data",
        "validate",
        "--fail-on-warnings",
    ]
    argv += [
        "--data",
        "nlu_data/nlu",
        "nlu_data/rules.yml",
        "--domain",
        "nlu_data/domain.yml",
        "--config",
        "config.yml",
    ]

    checked = subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stderr[-3000:]
    assert "UserWarning" not in checked.stdout + checked.stderr


def test_second_training_with_the_same_inputs_does_nothing(trained: None) -> None:
    told: list[str] = []

    rasa_setup.install(ROOT, told.append)
    rasa_setup.train(ROOT, told.append)

    assert told == []


def test_killed_rasa_is_noticed_and_found_again(server: Server) -> None:
    gate = RasaGate(RasaClient(server.url, TOKEN, timeout_ms=3000), probe_seconds=0.2)
    assert gate.is_up
    server.kill()
    with pytest.raises(UpstreamError):
        gate.parse(COST)
    assert not gate.is_up

    server.start()

    end = time.monotonic() + 30
    while not gate.is_up and time.monotonic() < end:
        time.sleep(0.1)
    assert gate.parse(COST).intent.name == "ask_cost"
    gate.close()
