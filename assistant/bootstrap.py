"""The wiring: the only file that names concrete classes and hands them to one another."""

import logging
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant import calibration, index, nlu
from assistant.encoder import Encoder, load_encoder
from assistant.entities import EntityFinder
from assistant.index import SearchIndex
from assistant.kb.base import load
from assistant.knowledge import KnowledgeBase
from assistant.nlu import Example
from assistant.rasa_client import RasaClient, RasaGate
from assistant.records import MaskedText
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.database import open_database
from assistant.store.tickets import TicketStore
from assistant.turn import Assistant
from assistant.understand import Classifier, Understander

log = logging.getLogger(__name__)

CONVERSATIONAL = ("greet", "thank", "deny", "affirm", "ask_human", "ticket_status")
"""Intents that mean the same whatever a base is about."""


QUESTION = "ask_definition"
"""What a question to a plain base is called, whatever it asks."""


@dataclass(frozen=True)
class Knowledge:
    """What is read once and never changes: the base, its index and the encoder."""

    base: KnowledgeBase
    index: SearchIndex
    encoder: Encoder


def encoder_folder(settings: Settings) -> Path:
    """Return the folder that the default encoder is built in."""
    return settings.cache_dir / "encoder"


def open_encoder(settings: Settings, progress: Callable[[str], None] = log.info) -> Encoder:
    """Load the encoder that is set; the default one is built first where it is not there."""
    if settings.encoder == "default":
        from assistant.encoder_build import build_encoder  # its libraries are large, and only building needs them

        build_encoder(encoder_folder(settings), progress)
    return load_encoder(settings.encoder, encoder_folder(settings), threads=settings.encoder_threads)


def examples_for(base: KnowledgeBase, settings: Settings) -> tuple[Sequence[Example], str]:
    """Return the labelled examples that serve a base, and their digest.

    A plain base has subjects of its own, of which OneCall's examples know nothing; only conversation is the same. The
    others stay as examples of questions, so that a question is not taken for a greeting.
    """
    examples, digest = nlu.load_examples(settings.nlu_dir), nlu.digest(settings.nlu_dir)
    if not base.is_plain:
        return examples, digest
    neutral = [example if example.intent in CONVERSATIONAL else Example(example.text, QUESTION) for example in examples]
    return neutral, f"plain:{digest}"


def build_index(settings: Settings, progress: Callable[[str], None], *, only_if_stale: bool = False) -> None:
    """Build the index of the base that is set and write it to the index folder."""
    # The encoder's name does not tell its threads; building uses all cores, serving the number that is set.
    many = replace(settings, encoder_threads=os.cpu_count() or 1)
    base, encoder = load(settings.kb_dir), open_encoder(many, progress)
    examples, digest = examples_for(base, settings)
    if only_if_stale and not index.staleness(settings.index_dir, base, digest, encoder.name):
        return
    index.save(index.build(base, examples, digest, encoder, progress), settings.index_dir)


def open_knowledge(settings: Settings) -> Knowledge:
    """Load base, encoder and index.

    Raises:
        StaleIndexError: the index does not fit the base or the encoder.
        SetupError: the encoder has not been built.
    """
    encoder = load_encoder(settings.encoder, encoder_folder(settings), threads=settings.encoder_threads)
    base = load(settings.kb_dir)
    _, digest = examples_for(base, settings)
    return Knowledge(base, index.load(settings.index_dir, base, digest, encoder.name), encoder)


def open_gate(settings: Settings, base: KnowledgeBase) -> RasaGate | None:
    """Return the way to Rasa; None where it is not wanted, or has not learned this base's subjects."""
    if settings.understanding != "rasa" or base.is_plain:
        return None
    token = settings.rasa_token or saved_token(settings)
    return RasaGate(RasaClient(settings.rasa_address, token, settings.rasa_timeout_ms))


def saved_token(settings: Settings) -> str:
    """Return the secret between the service and Rasa, made at the first use and readable by its owner only."""
    path = settings.cache_dir / "rasa-token"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text().strip()


def open_assistant(
    settings: Settings, leading: Classifier | None = None, knowledge: Knowledge | None = None
) -> Assistant:
    """Put the assistant together. `leading` is the classifier asked first; without one the built-in one does it all."""
    known = knowledge or open_knowledge(settings)
    finder = EntityFinder(known.base)
    # Kiwi and spaCy load at the first text, which must not be a visitor's.
    finder.find(MaskedText("보조배터리 KC 인증"))
    engine = open_database(settings.database_url)
    return Assistant(
        base=known.base,
        index=known.index,
        encoder=known.encoder,
        understander=Understander(known.index, finder, leading),
        calibrations={by: calibration.load("plain" if known.base.is_plain else by) for by in ("rasa", "builtin")},
        conversations=ConversationStore(engine),
        tickets=TicketStore(engine),
        ticket_hours=settings.ticket_hours,
    )
