"""The wiring: the only file that names concrete classes and hands them to one another."""

import logging
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from assistant import calibration, index, nlu
from assistant.channel_service import ChannelService, open_channels
from assistant.desk.access import Access, open_access
from assistant.desk.audit import Audit
from assistant.desk.clock import BusinessHours, hours_of
from assistant.desk.explain import Explainer
from assistant.desk.figure_room import Figures
from assistant.desk.holidays import korean_holidays
from assistant.desk.learning import Learning
from assistant.desk.learning_work import LearningWork
from assistant.desk.mails import Postman, back_off, mail_server
from assistant.desk.publish import Follower, Publisher
from assistant.desk.retention import Retention
from assistant.desk.rounds import Rounds
from assistant.desk.told import Records
from assistant.desk.work import Desk
from assistant.desk.work_log import WorkLog
from assistant.encoder import Encoder, load_encoder
from assistant.entities import EntityFinder
from assistant.evaluate.preview import compare
from assistant.evaluate.questions import load_questions
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
from assistant.safety.inquiry import Inquiry
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
from assistant.snapshot import Shelf, Snapshot
from assistant.store.asked import AskedStore
from assistant.store.conversations import ConversationStore
from assistant.store.database import open_database
from assistant.store.desk_events import DeskEvents
from assistant.store.learning_jobs import LearningJobs
from assistant.store.links import AnswerLinks
from assistant.store.mails import Mails
from assistant.store.tables import utc_now
from assistant.store.tickets import TicketStore
from assistant.store.versions import ArticleVersions
from assistant.store.writing import Writing
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
class LearningParts:
    """What editors work with; `follower` runs as long as the service does."""

    assistant: Assistant
    work: LearningWork
    learning: Learning
    publisher: Publisher
    explainer: Explainer
    records: Records
    follower: Follower


@dataclass(frozen=True)
class DeskParts:
    """The parts of the consultants' desk, as its doors and its background work need them."""

    access: Access
    desk: Desk
    events: DeskEvents
    writing: Writing
    retention: Retention
    rounds: Rounds
    links: AnswerLinks
    figures: Figures
    base_of: Callable[[], KnowledgeBase]
    learning: LearningParts


@dataclass(frozen=True)
class Knowledge:
    """What is read at the start: the base, its index and the encoder."""

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


def desk_hours(settings: Settings) -> BusinessHours:
    """Return when consultants work.

    Raises:
        SetupError: it cannot be read from the settings.
    """
    hours, lunch, days, closed = settings.desk_hours, settings.desk_lunch, settings.desk_days, settings.desk_closed
    return hours_of(hours, lunch, days, korean_holidays(), closed)


def open_desk(settings: Settings, engine: Engine, assistant: Assistant, hours: BusinessHours) -> DeskParts:
    """Put the consultants' desk together; nothing of it runs yet."""
    access = open_access(engine, settings, visitor_secret(settings))
    base = assistant.base

    def name_of(slot: str, value: str) -> str:
        cards = base.items if slot == "item" else base.countries
        return cards[value].name if value in cards else value

    desk = Desk(engine, utc_now, hours, log=WorkLog(access.audit), agencies=frozenset(base.agencies), name_of=name_of)
    return DeskParts(
        access=access,
        desk=desk,
        events=DeskEvents(engine),
        writing=Writing(engine),
        retention=Retention(engine, settings),
        rounds=Rounds(engine, hours, _postman(settings, engine)),
        links=AnswerLinks(engine),
        figures=Figures(engine, lambda: assistant.base, hours),
        base_of=lambda: assistant.base,
        learning=open_learning(settings, engine, assistant, access.audit),
    )


def _postman(settings: Settings, engine: Engine) -> Postman | None:
    """Return who sends mails; None without a server for them."""
    server = mail_server(settings.smtp_url, settings.mail_from, settings.public_url)
    return Postman(Mails(engine, back_off), AnswerLinks(engine), server) if server else None


def open_learning(settings: Settings, engine: Engine, assistant: Assistant, audit: Audit) -> LearningParts:
    """Put together what editors work with; nothing of it runs yet."""
    asked, versions = AskedStore(engine), ArticleVersions(engine)
    learning = Learning(assistant, asked, utc_now)
    publisher = Publisher(assistant, settings.kb_dir, settings.index_dir, versions, audit)

    def measure(before: Assistant, after: Assistant, progress: Callable[[str], None]) -> Mapping[str, Any]:
        questions = load_questions(settings.nlu_dir.parent / "heldout" / "test.jsonl")
        return asdict(compare(before, after, questions, progress))

    return LearningParts(
        assistant=assistant,
        work=LearningWork(assistant, LearningJobs(engine), asked, learning, publisher, measure),
        learning=learning,
        publisher=publisher,
        explainer=Explainer(assistant),
        records=Records(assistant.conversations, assistant.tickets, versions, audit),
        follower=Follower(publisher),
    )


def open_conversations(settings: Settings) -> Engine:
    """Open the database of conversations, tickets and the outbox."""
    return open_database(settings.database_url)


def open_channel_service(
    settings: Settings, assistant: Assistant, engine: Engine, gatherer: Gatherer
) -> ChannelService:
    """Put the messenger channels together; those without their settings are off.

    Args:
        gatherer: gathers what is known of the product that a shopper asks about.
    """
    return open_channels(engine, assistant, asdict(settings), visitor_secret(settings), Inquiry(gatherer))


def open_assistant(
    settings: Settings,
    leading: Classifier | None = None,
    knowledge: Knowledge | None = None,
    products: Products | None = None,
    engine: Engine | None = None,
    hours: BusinessHours | None = None,
) -> Assistant:
    """Put the assistant together.

    Args:
        leading: the classifier asked first; without one the built-in one does it all.
        knowledge: what was read already; read here without it.
        products: where certificates and recalls are looked up; without it a reply says where a person can.
        engine: the database of conversations; opened here without it.
        hours: when consultants work; without them somebody always does.
    """
    known = knowledge or open_knowledge(settings)
    finder = EntityFinder(known.base)
    # Kiwi and spaCy load at the first text, which must not be a visitor's.
    finder.find(MaskedText("보조배터리 KC 인증"))
    store = engine or open_conversations(settings)
    return Assistant(
        shelf=Shelf(Snapshot(known.base, known.index, Understander(known.index, finder, leading))),
        encoder=known.encoder,
        calibrations={by: calibration.load("plain" if known.base.is_plain else by) for by in ("rasa", "builtin")},
        conversations=ConversationStore(store, hours),
        tickets=TicketStore(store),
        ticket_hours=settings.ticket_hours,
        products=products,
        hours=hours,
    )
