"""Learns and says three labels of one message: the intent, and the field and sector in an example's metadata."""

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.exceptions import InvalidConfigException, RasaException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from assistant.rasa_parts.linear import Head, join, learn, load, save

FURTHER = ("field", "sector")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LabelClassifier(GraphComponent, IntentClassifier):
    """Adds `intent`, `field` and `sector`, each with its full ranking, to what Rasa returns.

    Config:
        blocks: weight of each featurizer's sentence features, by the featurizer's alias.
        c: inverse strength of the penalty for each label; 0 or none chooses it by cross-validation, in minutes.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._weights: dict[str, float] = config["blocks"]
        self._c: dict[str, float] = config["c"]
        self._storage = storage
        self._resource = resource
        self._widths: dict[str, int] = {}
        self._heads: dict[str, Head] = {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LabelClassifier":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LabelClassifier":
        """Load what `train` stored."""
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            classifier._widths = json.loads((folder / "widths.json").read_text(encoding="utf-8"))
            classifier._heads = load(folder / "heads.npz")
        return classifier

    @classmethod
    def required_components(cls) -> list[type]:
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"blocks": {}, "c": {}}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse a config without blocks.

        Raises:
            InvalidConfigException: there is none.
        """
        if not config["blocks"]:
            raise InvalidConfigException("LabelClassifier: `blocks` names no featurizer; expected {alias: weight}")

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the three labels. An example without a field or a sector is left out of that label's training."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self._widths = {alias: _width(examples, alias) for alias in self._weights}
        features = self._features(examples)
        for label in (INTENT, *FURTHER):
            names = [_name(example, label) for example in examples]
            rows = [row for row, name in enumerate(names) if name]
            if len({names[row] for row in rows}) > 1:  # a single name can't be learnt, and need not be
                self._heads[label] = learn(features[rows], [names[row] for row in rows], self._c.get(label, 0.0))
        with self._storage.write_to(self._resource) as folder:
            (folder / "widths.json").write_text(json.dumps(self._widths), encoding="utf-8")
            save(folder / "heads.npz", self._heads)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add every label, best first, to each message."""
        for message in messages:
            row = self._features([message])
            for label, head in self._heads.items():
                ranking = head.rank(row)
                message.set(label, dict(ranking[0]), add_to_output=True)
                message.set(f"{label}_ranking", ranking, add_to_output=True)
        return messages

    def _features(self, messages: list[Message]) -> csr_matrix:
        blocks = [_block(messages, alias, width) for alias, width in self._widths.items()]
        return join(blocks, [self._weights[alias] for alias in self._widths])


def _name(example: Message, label: str) -> str:
    if label == INTENT:
        return example.get(INTENT) or ""
    metadata = (example.get("metadata") or {}).get("example") or {}
    return str(metadata.get(label) or "")


def _width(examples: Iterable[Message], alias: str) -> int:
    widths = {values.shape[1] for example in examples if (values := _values(example, alias)) is not None}
    if len(widths) != 1:
        raise RasaException(f"LabelClassifier: no featurizer with the alias {alias!r} stands before it in the pipeline")
    return widths.pop()


def _block(messages: list[Message], alias: str, width: int) -> csr_matrix:
    rows = [_values(message, alias) for message in messages]
    # A text without a single known word gets no features at all from CountVectorsFeaturizer.
    stacked = [csr_matrix((1, width), dtype=np.float32) if row is None else csr_matrix(row) for row in rows]
    return _stack(stacked, width)


def _stack(rows: list[csr_matrix], width: int) -> csr_matrix:
    # scipy's vstack takes 0.1 ms even for the one row that is parsed at a time.
    if len(rows) == 1:
        return rows[0]
    from scipy.sparse import vstack

    return vstack(rows, "csr")


def _values(message: Message, alias: str) -> Any:
    for feature in message.features:
        if feature.type == FEATURE_TYPE_SENTENCE and feature.attribute == TEXT and feature.origin == alias:
            return feature.features
    return None
