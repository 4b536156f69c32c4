"""What the tests share: the real house over kb/, and a small one over tests/data/toy_kb that opens at once."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
from fakes import TOY_CALIBRATION, FakeEncoder
from sqlalchemy import Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from assistant import index, nlu
from assistant.encoder import Encoder
from assistant.entities import EntityFinder
from assistant.index import SearchIndex
from assistant.kb.base import load
from assistant.knowledge import KnowledgeBase
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.database import open_database
from assistant.store.tables import Base
from assistant.store.tickets import TicketStore
from assistant.turn import Assistant

DATA = Path(__file__).parent / "data"
POSTGRES = os.environ.get("ONECALL_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1:5432/test"

# No deadline: the machine may be shared. No random seed: a run says the same as the one before it.
hypothesis.settings.register_profile("tests", deadline=None, derandomize=True, max_examples=60)
hypothesis.settings.load_profile("tests")


def quiet(_: str) -> None:
    """Progress that nobody looks at."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file lock: of several test runs at once only one does the work."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# ---- the real house -------------------------------------------------------------------


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of a checkout, whatever the environment says."""
    return Settings(understanding="builtin")


@pytest.fixture(scope="session")
def base(settings: Settings) -> KnowledgeBase:
    return load(settings.kb_dir)


@pytest.fixture(scope="session")
def encoder(settings: Settings) -> Encoder:
    from assistant.bootstrap import open_encoder

    return open_encoder(settings, quiet)


@pytest.fixture(scope="session")
def built_index(settings: Settings, base: KnowledgeBase, encoder: Encoder) -> SearchIndex:
    """The index in index/, built where it does not fit (a minute on two cores)."""
    examples, digest = nlu.load_examples(settings.nlu_dir), nlu.digest(settings.nlu_dir)
    with locked(settings.cache_dir / "tests-index.lock"):
        if index.staleness(settings.index_dir, base, digest, encoder.name):
            index.save(index.build(base, examples, digest, encoder, quiet), settings.index_dir)
        return index.load(settings.index_dir, base, digest, encoder.name)


@pytest.fixture(scope="session")
def house(settings: Settings, base: KnowledgeBase, encoder: Encoder, built_index: SearchIndex) -> Assistant:
    """The whole house over kb/ as bootstrap puts it together, with the built-in understanding only."""
    from assistant.bootstrap import Knowledge, open_assistant

    in_memory = replace(settings, database_url="sqlite://")
    return open_assistant(in_memory, None, Knowledge(base, built_index, encoder))


@pytest.fixture(scope="session")
def finder(base: KnowledgeBase) -> EntityFinder:
    return EntityFinder(base)


@pytest.fixture
def assistant(house: Assistant, sqlite: Engine) -> Assistant:
    """The real house with a database of its own."""
    return replace(house, conversations=ConversationStore(sqlite), tickets=TicketStore(sqlite))


# ---- the small house ------------------------------------------------------------------


@pytest.fixture
def toy_folder(tmp_path: Path) -> Path:
    """A copy of the toy base that a test may change."""
    return Path(shutil.copytree(DATA / "toy_kb", tmp_path / "toy_kb"))


@pytest.fixture(scope="session")
def toy_base() -> KnowledgeBase:
    return load(DATA / "toy_kb")


@pytest.fixture(scope="session")
def toy_index(toy_base: KnowledgeBase) -> SearchIndex:
    examples = nlu.load_examples(DATA / "toy_nlu")
    return index.build(toy_base, examples, nlu.digest(DATA / "toy_nlu"), FakeEncoder(), quiet)


@pytest.fixture(scope="session")
def toy_finder(toy_base: KnowledgeBase) -> EntityFinder:
    return EntityFinder(toy_base)


@pytest.fixture(scope="session")
def toy_house(toy_base: KnowledgeBase, toy_index: SearchIndex) -> Assistant:
    from assistant.bootstrap import Knowledge, open_assistant

    in_memory = Settings(database_url="sqlite://")
    assistant = open_assistant(in_memory, None, Knowledge(toy_base, toy_index, FakeEncoder()))
    return replace(assistant, calibrations=dict.fromkeys(assistant.calibrations, TOY_CALIBRATION))


@pytest.fixture
def toy_assistant(toy_house: Assistant, engine: Engine) -> Assistant:
    """The small house over each database in turn."""
    return replace(toy_house, conversations=ConversationStore(engine), tickets=TicketStore(engine))


# ---- databases ------------------------------------------------------------------------


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'onecall.db'}")
    yield engine
    engine.dispose()


@contextmanager
def postgres_schema() -> Iterator[str]:
    """Make an empty schema that no other run knows, and drop it at the end; give the URL that leads to it.

    Without a server the test is skipped; in CI (CI=true) it fails.
    """
    address = make_url(POSTGRES)
    admin = create_engine(address.set(drivername="postgresql+psycopg"), connect_args={"connect_timeout": 3})
    name = f"onecall_test_{uuid4().hex}"
    try:
        with admin.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
    except OperationalError as error:
        admin.dispose()
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL answers at {address.host}:{address.port} ({type(error.orig).__name__})")
    try:
        # Nothing here has to survive a power cut.
        options = {"options": f"-csearch_path={name} -csynchronous_commit=off"}
        yield address.update_query_dict(options).render_as_string(hide_password=False)
    finally:
        with admin.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        admin.dispose()


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[Engine]:
    with postgres_schema() as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


@pytest.fixture
def postgres(migrated_postgres: Engine) -> Engine:
    """PostgreSQL with empty tables."""
    with migrated_postgres.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            # The log refuses to lose single lines, but not to be emptied by who owns the table.
            connection.execute(text("TRUNCATE audit") if table.name == "audit" else table.delete())
        for sequence in inspect(connection).get_sequence_names():
            connection.execute(text(f"ALTER SEQUENCE {sequence} RESTART"))
    return migrated_postgres


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each database in turn: every test of the store holds for both."""
    engine: Engine = request.getfixturevalue(request.param)
    return engine


@pytest.fixture
def conversations(engine: Engine) -> ConversationStore:
    return ConversationStore(engine)


@pytest.fixture
def tickets(engine: Engine) -> TicketStore:
    return TicketStore(engine)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with postgres_schema() as url:
        yield url
