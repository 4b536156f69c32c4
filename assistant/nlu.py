"""The labelled examples of nlu_data/, read from Rasa's training format."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import BadInputError, NotFoundError
from assistant.text import clean

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled sentence; field, sector and topic are empty where they do not apply."""

    text: str
    intent: str
    field: str = ""
    sector: str = ""
    topic: str = ""


def load_examples(folder: Path) -> list[Example]:
    """Read every example below `folder`, in the order of the files.

    Raises:
        NotFoundError: there is none.
        BadInputError: a file is not in Rasa's format.
    """
    examples = [example for path in sorted(folder.rglob("*.yml")) for example in _read(path)]
    if not examples:
        raise NotFoundError(f"학습 문장이 없어요: {folder}")
    return examples


def digest(folder: Path) -> str:
    """Return the SHA-256 of the example files."""
    summary = hashlib.sha256()
    for path in sorted(folder.rglob("*.yml")):
        summary.update(path.read_bytes())
    return summary.hexdigest()


def _read(path: Path) -> Iterator[Example]:
    try:
        blocks = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER).get("nlu", [])
        for block in blocks:
            yield from _block(block)
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadInputError(f"{path.name}: 학습 문장의 모양이 맞지 않아요") from error


def _block(block: dict[str, Any]) -> Iterator[Example]:
    examples = block["examples"]
    if isinstance(examples, str):
        examples = [{"text": line[2:]} for line in examples.splitlines() if line.startswith("- ")]
    for example in examples:
        labels = example.get("metadata") or {}
        yield Example(
            clean(example["text"]),
            block["intent"],
            labels.get("field", ""),
            labels.get("sector", ""),
            labels.get("topic", ""),
        )
