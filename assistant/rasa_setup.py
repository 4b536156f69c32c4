"""Installs, trains and starts Rasa, which lives in an environment of its own (.venv-rasa).

Each step writes a stamp when it is done, with the digest of what it was made from; a step whose stamp fits is skipped,
and one that was cut off has none and is done again from the start.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import SetupError
from assistant.kb.base import load
from assistant.nlu import load_examples
from assistant.text import fold

Tell = Callable[[str], None]

REQUIREMENTS = "requirements-rasa.txt"
ENVIRONMENT = ".venv-rasa"
MODEL = ".cache/rasa/nlu.tar.gz"
STAMP = ".onecall-stamp.json"
TOKEN_VARIABLE = "ONECALL_RASA_TOKEN"  # as in rasa_parts/serve.py
_SHOWN_LINES = 15


def install(root: Path, progress: Tell) -> None:
    """Make the environment that Rasa runs in, unless it is there; takes one to two minutes and 1.8 GB.

    Args:
        root: the repository.
        progress: is told what is being done.

    Raises:
        SetupError: an environment could not be made, or a package could not be installed.
    """
    with _alone(root):
        made_from = _digest([root / REQUIREMENTS], sys.version)
        if _is_stamped(root / ENVIRONMENT, made_from):
            return
        progress("Rasa를 설치해요 (1~2분)")
        folder = root / ENVIRONMENT
        (folder / STAMP).unlink(missing_ok=True)
        _run([sys.executable, "-m", "venv", "--clear", str(folder)], os.environ, root)
        options = [
            "--no-deps",
            "--no-compile",
            "--ignore-requires-python",
            "--disable-pip-version-check",
            "--no-input",
            "--quiet",
        ]
        _run([str(_python(root)), "-m", "pip", "install", *options, "-r", str(root / REQUIREMENTS)], os.environ, root)
        _stamp(folder, made_from)
        progress("Rasa를 설치했어요")


def train(root: Path, progress: Tell) -> None:
    """Train Rasa on nlu_data/nlu and the wordings of kb/, unless that has been done with the same inputs.

    It takes one to three minutes. The articles carry the same labels as the examples and tell more of the subjects.

    A model appears whole or not at all, so a running Rasa and a cut-off training do not disturb each other.

    Args:
        root: the repository; Rasa is installed and the encoder is built.
        progress: is told what is being done.

    Raises:
        SetupError: Rasa or the encoder is missing, or the training failed.
    """
    with _alone(root):
        model = root / MODEL
        made_from = _digest(_training_inputs(root))
        if model.is_file() and _is_stamped(model.parent, made_from):
            return
        progress("Rasa를 학습시켜요 (1~3분)")
        fresh = model.parent / "new"
        shutil.rmtree(fresh, ignore_errors=True)
        examples = _gather_examples(root)
        argv = [str(_python(root)), "-m", "rasa", "train", "nlu", "--nlu", str(examples), "--config", "config.yml"]
        argv += ["--domain", "nlu_data/domain.yml", "--out", str(fresh), "--fixed-model-name", "nlu"]
        _run(argv, _environment(root), root)
        (model.parent / STAMP).unlink(missing_ok=True)
        os.replace(fresh / model.name, model)
        _stamp(model.parent, made_from)
        progress("Rasa를 학습시켰어요")


def command(root: Path, port: int, token: str) -> tuple[list[str], dict[str, str]]:
    """Return the command line and the environment that serve the trained model.

    Rasa listens on the loopback address only, and wants the token with every question.
    """
    argv = [str(_python(root)), "-m", "assistant.rasa_parts.serve", "run", "--enable-api"]
    argv += ["--interface", "127.0.0.1", "--port", str(port), "--model", str(root / MODEL)]
    return argv, {**_environment(root), TOKEN_VARIABLE: token}


def encoder_folder(root: Path) -> Path:
    """Return the folder of the encoder that Rasa uses: the one that the assistant has built."""
    if named := os.environ.get("ONECALL_ENCODER_DIR"):
        return Path(named)
    return Path(os.environ.get("ONECALL_CACHE_DIR") or root / ".cache") / "encoder"


def _python(root: Path) -> Path:
    return root / ENVIRONMENT / "bin" / "python"


def _environment(root: Path) -> dict[str, str]:
    quiet = {"PYTHONWARNINGS": "ignore", "TF_CPP_MIN_LOG_LEVEL": "2", "CUDA_VISIBLE_DEVICES": ""}
    return {
        **os.environ,
        **quiet,
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(root),
        "PYTHONUNBUFFERED": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        # Rasa keeps each component's result by its class and config, and would not see another encoder or data format.
        "RASA_MAX_CACHE_SIZE": "0",
        "ONECALL_ENCODER_DIR": str(encoder_folder(root)),
    }


def _training_inputs(root: Path) -> list[Path]:
    if not _python(root).is_file():
        raise SetupError(f"Rasa가 설치되어 있지 않아요: {root / ENVIRONMENT}")
    manifest = encoder_folder(root) / "manifest.json"
    if not manifest.is_file():
        raise SetupError(f"인코더가 아직 만들어지지 않았어요: {manifest.parent}")
    several = [
        *(root / "kb" / "articles").rglob("*.yml"),
        *(root / "nlu_data" / "nlu").rglob("*.yml"),
        *(root / "assistant" / "rasa_parts").glob("*.py"),
    ]
    single = [root / "config.yml", root / "nlu_data" / "domain.yml", root / REQUIREMENTS, manifest]
    return single + sorted(several)


def _gather_examples(root: Path) -> Path:
    """Put the examples of nlu_data/nlu and the wordings of the articles into one folder, as Rasa wants them."""
    folder = root / ".cache" / "rasa-examples"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root / "nlu_data" / "nlu", folder)
    known = {fold(example.text) for example in load_examples(root / "nlu_data" / "nlu")}
    blocks: dict[str, list[dict[str, Any]]] = {}
    for article in load(root / "kb").articles.values():
        labels = {"field": article.field, "sector": article.sector}
        for wording, intent in article.wordings:
            if fold(wording) not in known:
                known.add(fold(wording))
                blocks.setdefault(intent, []).append({"text": wording, "metadata": labels})
    data = {"version": "3.1", "nlu": [{"intent": name, "examples": found} for name, found in blocks.items()]}
    (folder / "articles.yml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return folder


def _digest(files: Iterable[Path], extra: str = "") -> str:
    summary = hashlib.sha256(extra.encode())
    for path in files:
        summary.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return summary.hexdigest()


def _is_stamped(folder: Path, made_from: str) -> bool:
    try:
        return bool(json.loads((folder / STAMP).read_text(encoding="utf-8"))["made_from"] == made_from)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _stamp(folder: Path, made_from: str) -> None:
    (folder / STAMP).write_text(json.dumps({"made_from": made_from}), encoding="utf-8")


def _run(argv: Sequence[str], env: Mapping[str, str], root: Path) -> None:
    done = subprocess.run(
        argv, env=dict(env), cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
    )
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-_SHOWN_LINES:])
        raise SetupError(f"{' '.join(argv[1:4])} 명령이 코드 {done.returncode}로 끝났어요:\n{said}")


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Let one process at a time install or train; a second one waits and then finds it done."""
    (root / ".cache").mkdir(exist_ok=True)
    with (root / ".cache" / ".rasa.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
