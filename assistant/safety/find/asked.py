"""What a person asked for: the words, models, numbers and barcodes that a query may mean."""

import re
from dataclasses import dataclass

from assistant.safety.mirror.entries import words_of
from assistant.screening.barcodes import barcode_keys
from assistant.screening.names import name_key
from assistant.screening.numbers import find_numbers, number_key

LETTERS_MAX, WORDS_MAX = 200, 6

_LIKE_A_NUMBER = re.compile(r"[A-Z]{1,2}\d[A-Z0-9]{3,22}")
_MODEL_LETTERS = range(2, 41)


@dataclass(frozen=True, slots=True)
class Model:
    """A key that may be a model's, and the words of the query that it is made of."""

    key: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, taken apart.

    `numbers` are keys with whatever letters were typed at their end; `is_number` says that there is nothing else.
    """

    words: tuple[str, ...]
    models: tuple[Model, ...]
    numbers: tuple[str, ...]
    barcodes: tuple[str, ...]
    is_number: bool = False


def read(query: str) -> Asked:
    """Take a query apart, whatever stands in it; only its first 200 letters and six words count."""
    # Not even a lone half of a surrogate pair may reach the database.
    line = query[:LETTERS_MAX].encode("utf-8", "ignore").decode("utf-8").replace("\0", " ")
    chunks = [chunk for chunk in line.split() if name_key(chunk)][:WORDS_MAX]
    numbers = _numbers(line, chunks)
    is_number = name_key(line) in numbers
    return Asked(words_of(" ".join(chunks))[:WORDS_MAX], _models(chunks), numbers, barcode_keys(line), is_number)


def _models(chunks: list[str]) -> tuple[Model, ...]:
    """Return every run of up to three chunks that may be a model, the longest first."""
    found: dict[str, Model] = {}
    for size in (3, 2, 1):
        for at in range(len(chunks) - size + 1):
            run = " ".join(chunks[at : at + size])
            key = name_key(run)
            if len(key) in _MODEL_LETTERS:
                found.setdefault(key, Model(key, frozenset(words_of(run))))
    return tuple(found.values())


def _numbers(line: str, chunks: list[str]) -> tuple[str, ...]:
    written = [number.key for number in find_numbers(line) if number.register == "kc"]
    whole = [number_key(chunk) for chunk in (line, *chunks)]
    return tuple(dict.fromkeys([*written, *(key for key in whole if _LIKE_A_NUMBER.fullmatch(key))]))
