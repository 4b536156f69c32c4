"""Turns texts into unit vectors.

The form that is served runs on onnxruntime and tokenizers alone: about 4 ms a question on one core and 150 MB of
memory, against 24 ms and 700 MB with PyTorch. sentence-transformers is loaded only when a setting names such a model.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from assistant.errors import SetupError, UpstreamError

QUERY = "query: "
"""What e5 was trained to read before a question; it serves both sides where questions are compared with questions."""

Vectors = npt.NDArray[np.float32]

_LONGEST_PIECE = 16


class Encoder(Protocol):
    """Anything that turns texts into vectors whose inner product says how alike two texts are."""

    @property
    def name(self) -> str:
        """The exact form that is served: two encoders of one name give the same vectors."""

    @property
    def dimension(self) -> int:
        """The length of every vector."""

    def encode(self, texts: Sequence[str], *, prefix: str = QUERY) -> Vectors:
        """Encode texts; a text's vector doesn't depend on its neighbours.

        Args:
            texts: any strings, the empty one and broken Unicode included. What goes past the encoder's length is cut.
            prefix: put before every text.

        Returns:
            (len(texts), dimension) float32, rows of unit length.

        Raises:
            UpstreamError: the engine failed.
        """


class OnnxEncoder:
    """The encoder that assistant.encoder_build made, on onnxruntime. Safe to use from several threads."""

    def __init__(self, folder: Path, threads: int = 1, *, max_tokens: int = 128) -> None:
        """Load the encoder, in about 0.3 s.

        Args:
            folder: holds model.onnx, tokenizer.json and manifest.json.
            threads: cores for one call.
            max_tokens: where texts are cut, prefix and both end marks included; 8 to 512. 128 hold some 200 syllables.

        Raises:
            SetupError: the folder is not whole.
        """
        manifest = _read_manifest(folder)
        self.name: str = manifest["name"]
        self.dimension: int = manifest["dimension"]
        self._session = _open_session(folder / "model.onnx", threads)
        self._tokenizer = _open_tokenizer(folder / "tokenizer.json", max_tokens)
        self._max_characters = max_tokens * _LONGEST_PIECE

    def encode(self, texts: Sequence[str], *, prefix: str = QUERY) -> Vectors:
        """Encode texts; see Encoder.encode."""
        # One by one: the activations of a call share one scale, so that a text's vector would depend on its neighbours.
        vectors = [self._run(self._tokens(prefix + text)) for text in texts]
        return np.vstack(vectors) if vectors else np.empty((0, self.dimension), np.float32)

    def _tokens(self, text: str) -> list[int]:
        if len(text) > self._max_characters:
            # The tokenizer reads the whole text before it cuts: a megabyte would hold a core for a second.
            text = " ".join(text.split())[: self._max_characters]
        ids: list[int] = self._tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8")).ids
        return ids

    def _run(self, tokens: Sequence[int]) -> Vectors:
        ids = np.array([tokens], np.int64)
        try:
            (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        except Exception as exc:  # onnxruntime's errors share no narrower base
            raise UpstreamError(f"the encoder failed on a batch of shape {ids.shape}") from exc
        return np.asarray(vectors, np.float32)


class SentenceTransformersEncoder:
    """Any other model, on PyTorch. Its name holds a digest of the weights, so a tuned model is another one."""

    def __init__(self, model: str) -> None:
        """Load a model; offline, `model` has to be a folder.

        Args:
            model: a folder, or a name on the model hub.

        Raises:
            UpstreamError: sentence-transformers is not installed, or can't load the model.
        """
        self._model = _load_model(model)
        self.dimension: int = len(self._model.encode("", show_progress_bar=False))
        self.name = f"{Path(model).name}/{_digest(self._model)}/{self._model.max_seq_length}"
        self._takes_prefix = "e5" in model.lower() or QUERY in self._model.prompts.values()

    def encode(self, texts: Sequence[str], *, prefix: str = QUERY) -> Vectors:
        """Encode texts; see Encoder.encode. Models other than e5 were not trained with a prefix and don't get it."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        start = prefix if self._takes_prefix else ""
        clean = [(start + text).encode("utf-8", "replace").decode("utf-8") for text in texts]
        vectors = self._model.encode(clean, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)


def load_encoder(setting: str, cache: Path, *, threads: int = 1) -> Encoder:
    """Load the encoder that a setting names.

    Args:
        setting: "default" for the one that build_encoder made, else a sentence-transformers folder or name.
        cache: the folder that build_encoder was given as its target.
        threads: cores for one call of the default encoder.

    Raises:
        SetupError: the default encoder hasn't been built.
        UpstreamError: another one is asked for and can't be loaded.
    """
    if setting == "default":
        return OnnxEncoder(cache, threads)
    return SentenceTransformersEncoder(setting)


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return {"name": str(manifest["name"]), "dimension": int(manifest["dimension"])}
    except (OSError, ValueError, TypeError, KeyError) as exc:
        raise SetupError(f"{folder} holds no encoder; assistant.encoder_build.build_encoder makes one") from exc


def _open_session(path: Path, threads: int) -> Any:
    import onnxruntime  # here, so that this module costs nothing where only its Protocol is used

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # The graph is already written as it should run; more would undo that (see encoder_build/graph.py).
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # onnxruntime's errors share no narrower base
        raise SetupError(f"{path} can't be loaded; build the encoder again") from exc


def _open_tokenizer(path: Path, max_tokens: int) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as exc:  # what tokenizers raises for a missing or broken file
        raise SetupError(f"{path} can't be loaded; build the encoder again") from exc
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return tokenizer


def _load_model(model: str) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as exc:
        raise UpstreamError(
            f"the encoder {model!r} needs sentence-transformers (pip install 'onecall[torch]'); 'default' doesn't"
        ) from exc
    try:
        return SentenceTransformer(model, device="cpu")
    except (OSError, ValueError, RuntimeError) as exc:
        raise UpstreamError(f"the encoder {model!r} can't be loaded: neither a folder nor a reachable name") from exc


def _digest(model: Any) -> str:
    # The name of a model stays when it is tuned or updated, and its old index would then be searched with new vectors.
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.cpu().float().numpy().tobytes())
    return digest.hexdigest()[:12]
