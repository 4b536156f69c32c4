"""The wiring: the only file that names concrete classes and hands them to one another."""

import logging
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sqlalchemy import Engine

from assistant import calibration, index, nlu
from assistant.channel_service import ChannelService, open_channels
from assistant.encoder import Encoder, load_encoder
from assistant.entities import EntityFinder
from assistant.index import SearchIndex
from assistant.kb.base import load
from assistant.knowledge import KnowledgeBase
from assistant.nlu import Example
from assistant.product_safety import Known, Listing
from assistant.rasa_client import RasaClient, RasaGate
from assistant.records import MaskedText
from assistant.safety.batches.crew import Setup, Worker
from assistant.safety.batches.files import BatchFiles
from assistant.safety.batches.runner import BatchRunner
from assistant.safety.batches.store import BatchStore
from assistant.safety.database import open_safety_database
from assistant.safety.find.finder import Finder
from assistant.safety.find.lookup import Products
from assistant.safety.gather import Fetch, Gatherer
from assistant.safety.goods.requirements import Requirements
from assistant.safety.malls.quota import Quota
from assistant.safety.malls.store import MallStore
from assistant.safety.mirror.reading import Mirror
from assistant.safety.published.client import Patience, SafetyKorea
from assistant.safety.published.details import fetch_detail
from assistant.safety.watch.blocked import Blocked
from assistant.safety.watch.deliveries import Deliveries
from assistant.safety.watch.events import EventFeed
from assistant.safety.watch.listings import Watch
from assistant.safety.watch.sending import Sender
from assistant.safety.watch.sweep import Sweep, rules_digest
from assistant.safety.watch.webhooks import Webhooks
from assistant.safety.watch.work import WatchWork
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


BATCH_WORKERS = 2
BATCH_NICENESS = 10
"""A batch may wait; a visitor may not."""

AT_ONCE = Patience(tries=1, connect_s=1.0, read_s=2.0, total_s=3.0)
"""How long somebody who waits for one listing's verdict waits for the interface."""


@dataclass(frozen=True)
class ProductSafety:
    """The parts of the product-safety side, as its doors and its background work need them."""

    mirror: Mirror
    finder: Finder
    products: Products
    gatherer: Gatherer
    malls: MallStore
    quota: Quota
    batches: BatchStore
    runner: BatchRunner
    blocked: Blocked
    watch: Watch
    feed: EventFeed
    webhooks: Webhooks
    work: WatchWork


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
    """Return the secret between the service and Rasa."""
    return _saved_secret(settings.cache_dir / "rasa-token")


def visitor_secret(settings: Settings) -> str:
    """Return the secret that seals the addresses of messengers' users: the one that is set, else one made here.

    It lies with the data, not with the cache: without it what it sealed is lost.
    """
    return settings.visitor_secret or _saved_secret(settings.safety_dir.parent / "visitor-secret")


def _saved_secret(path: Path) -> str:
    """Return the secret in a file, made at the first use and readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text().strip()


def open_products(settings: Settings) -> Products:
    """Open the look-ups of a conversation."""
    engine = open_safety_database(settings.safety_database)
    return Products(Mirror(engine), Finder(engine))


def open_safety(settings: Settings, base: KnowledgeBase) -> ProductSafety:
    """Put the product-safety side together; nothing of it runs yet."""
    engine = open_safety_database(settings.safety_database)
    mirror, finder, malls = Mirror(engine), Finder(engine), MallStore(engine)
    requirements = Requirements(base)
    sender, blocked, feed = Sender(), Blocked(engine), EventFeed(engine)
    batches = BatchStore(engine, BatchFiles(settings.safety_dir / "batches"))
    setup = Setup(settings.safety_database, requirements, BATCH_NICENESS)

    def gather(listings: Sequence[Listing]) -> list[Known]:
        """Gather with an eye of its own on how fresh the mirror is, which a Gatherer remembers for a while."""
        return Gatherer(mirror, requirements).gathered(listings)

    rules = f"{rules_digest()}:{base.digest[:16]}"
    sweep = Sweep(engine, mirror, gather, malls.policy, rules=rules)
    return ProductSafety(
        mirror=mirror,
        finder=finder,
        products=Products(mirror, finder),
        gatherer=Gatherer(mirror, requirements, _fetch(settings, mirror)),
        malls=malls,
        quota=Quota(malls, settings.redis_url),
        batches=batches,
        runner=BatchRunner(batches, [Worker(setup) for _ in range(BATCH_WORKERS)]),
        blocked=blocked,
        watch=Watch(engine, gather, malls.policy),
        feed=feed,
        webhooks=Webhooks(engine, sender),
        work=WatchWork(sweep, Deliveries(engine, sender), feed, blocked),
    )


def _fetch(settings: Settings, mirror: Mirror) -> Fetch | None:
    """Return the way to ask for what the mirror lacks; None without a key."""
    if not settings.safety_key:
        return None
    client = SafetyKorea(settings.safety_url, settings.safety_key, settings.safety_rate, patience=AT_ONCE)
    return lambda number: fetch_detail(client, mirror, number)


def open_conversations(settings: Settings) -> Engine:
    """Open the database of conversations, tickets and the outbox."""
    return open_database(settings.database_url)


def open_channel_service(settings: Settings, assistant: Assistant, engine: Engine) -> ChannelService:
    """Put the messenger channels together; those without their settings are off."""
    return open_channels(engine, assistant, asdict(settings), visitor_secret(settings))


def open_assistant(
    settings: Settings,
    leading: Classifier | None = None,
    knowledge: Knowledge | None = None,
    products: Products | None = None,
    engine: Engine | None = None,
) -> Assistant:
    """Put the assistant together.

    Args:
        leading: the classifier asked first; without one the built-in one does it all.
        knowledge: what was read already; read here without it.
        products: where certificates and recalls are looked up; without it a reply says where a person can.
        engine: the database of conversations; opened here without it.
    """
    known = knowledge or open_knowledge(settings)
    finder = EntityFinder(known.base)
    # Kiwi and spaCy load at the first text, which must not be a visitor's.
    finder.find(MaskedText("보조배터리 KC 인증"))
    store = engine or open_conversations(settings)
    return Assistant(
        base=known.base,
        index=known.index,
        encoder=known.encoder,
        understander=Understander(known.index, finder, leading),
        calibrations={by: calibration.load("plain" if known.base.is_plain else by) for by in ("rasa", "builtin")},
        conversations=ConversationStore(store),
        tickets=TicketStore(store),
        ticket_hours=settings.ticket_hours,
        products=products,
    )
