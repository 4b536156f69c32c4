"""Gives Rasa the meaning of a sentence as one vector, by the same ONNX encoder as search uses."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tokenizers import Tokenizer as Pieces

FOLDER_VARIABLE = "ONECALL_ENCODER_DIR"
DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "encoder"
PREFIX = "query: "
MAX_PIECES = 128
"""Where a text is cut, as search does; some 200 Hangul syllables."""
FOR_MEAN = 500
"""How many examples, about, tell what all have in common: more do not change it but take the time."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class EncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one dense sentence feature, (1, d) float32 of unit length; adds none for single tokens.

    What the training examples have in common is taken off first: e5's vectors lie in a narrow cone (cosines above .8),
    and without it a classifier needs four times the time to learn and is less well calibrated.

    A model remembers the digest of the encoder that it was trained with and refuses to load beside another one: the
    vectors would fit no weight that was learnt.
    """

    def __init__(self, config: dict[str, Any], name: str, storage: ModelStorage, resource: Resource) -> None:
        super().__init__(name, config)
        self._storage = storage
        self._resource = resource
        self._folder = encoder_folder()
        self._pieces = _load_pieces(self._folder / "tokenizer.json")
        self._session = _load_session(self._folder / "model.onnx")
        self._common = np.zeros(0, np.float32)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EncoderFeaturizer":
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "EncoderFeaturizer":
        """Load the encoder.

        Raises:
            RasaException: the encoder is not the one that the model was trained with.
        """
        featurizer = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            trained = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))["digest"]
            featurizer._common = np.load(folder / "common.npy", allow_pickle=False)
        if trained != encoder_digest(featurizer._folder):
            raise RasaException(f"the model was trained with another encoder than {featurizer._folder}: train again")
        return featurizer

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]  # not for its tokens: it puts the text into NFC

    @staticmethod
    def required_packages() -> list[str]:
        return ["onnxruntime", "tokenizers"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any: there is nothing to set."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn what the examples have in common, and write down which encoder this is; its weights are not changed."""
        texts = [example.get(TEXT) for example in training_data.training_examples if example.get(TEXT)]
        texts = texts[:: max(1, len(texts) // FOR_MEAN)]
        self._common = np.vstack([self._embed(text) for text in texts]).mean(axis=0)
        with self._storage.write_to(self._resource) as folder:
            np.save(folder / "common.npy", self._common)
            (folder / "encoder.json").write_text(json.dumps({"digest": encoder_digest(self._folder)}), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vector to every training example."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vector to every message that has a text."""
        for message in messages:
            if text := message.get(TEXT):
                self.add_features_to_message(None, _unit(self._embed(text) - self._common), TEXT, message)
        return messages

    def _embed(self, text: str) -> np.ndarray:
        """Return (1, d) float32 of unit length; one text a call, as in search: neighbours would change its vector."""
        ids = np.array([self._pieces.encode(PREFIX + text).ids], dtype=np.int64)
        (vector,) = self._session.run(["sentence_embedding"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return vector


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def encoder_folder() -> Path:
    """Return the folder of the encoder: $ONECALL_ENCODER_DIR, else .cache/encoder in the repository."""
    return Path(os.environ.get(FOLDER_VARIABLE) or DEFAULT_FOLDER)


def encoder_digest(folder: Path) -> str:
    """Return the SHA-256 over tokenizer and graph."""
    summary = hashlib.sha256()
    for name in ("tokenizer.json", "model.onnx"):
        summary.update((folder / name).read_bytes())
    return summary.hexdigest()


def _load_pieces(path: Path) -> Pieces:
    if not path.is_file():
        raise RasaException(f"no encoder at {path.parent}: build it, or name its folder in {FOLDER_VARIABLE}")
    pieces = Pieces.from_file(str(path))
    pieces.enable_truncation(MAX_PIECES)
    return pieces


def _load_session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # Rasa answers one message at a time; a second thread only takes the other core
    options.inter_op_num_threads = 1
    # The graph is already written as it should run, see assistant/encoder_build/graph.py; more would undo that.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
