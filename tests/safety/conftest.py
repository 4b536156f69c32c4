"""What the tests of the product-safety side share."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, text
from watch_fixtures import (  # noqa: F401 pytest finds fixtures in conftest.py
    deliveries,
    events,
    feed,
    gather,
    make_sweep,
    policies,
    receiver,
    sender,
    states,
    sweep,
    tell,
    watch,
    watched,
    webhooks,
)

from assistant.knowledge import KnowledgeBase
from assistant.product_safety import Certificate, Mall, Recall
from assistant.safety import demo
from assistant.safety.batches.files import BatchFiles
from assistant.safety.batches.store import BatchStore
from assistant.safety.batches.tables import BatchBase
from assistant.safety.database import open_safety_database
from assistant.safety.goods.requirements import Requirements
from assistant.safety.malls.store import MallStore
from assistant.safety.malls.tables import MallBase
from assistant.safety.mirror.reading import Mirror
from assistant.safety.watch.tables import ProgressRow, WatchBase
from assistant.store.database import open_database

# ---- malls ----------------------------------------------------------------------------


@dataclass
class Clock:
    """A clock that stands still until it is moved: a Sunday, noon in Korea."""

    now: datetime = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def mall_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('malls') / 'malls.db'}")
    yield engine
    engine.dispose()


@pytest.fixture(params=["mall_sqlite", pytest.param("migrated_postgres", marks=pytest.mark.postgres)])
def mall_engine(request: pytest.FixtureRequest) -> Engine:
    """Each database in turn with the empty tables of malls."""
    engine: Engine = request.getfixturevalue(request.param)
    with engine.begin() as connection:
        MallBase.metadata.create_all(connection)
        for table in reversed(MallBase.metadata.sorted_tables):
            connection.execute(table.delete())
    return engine


@pytest.fixture
def malls(mall_engine: Engine, clock: Clock) -> MallStore:
    return MallStore(mall_engine, clock)


@pytest.fixture
def mall(malls: MallStore) -> Mall:
    return malls.create_mall("가온몰")


# ---- watching -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def watch_file(migrated_mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path = shutil.copy(migrated_mirror, tmp_path_factory.mktemp("watch") / "safety.db")
    engine = open_safety_database(f"sqlite:///{path}")
    engine.dispose()
    # Nothing here has to survive a power cut.
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    yield engine
    engine.dispose()


def _without_watching(engine: Engine) -> Engine:
    with engine.begin() as connection:
        for base in (WatchBase, MallBase):
            for table in reversed(base.metadata.sorted_tables):
                connection.execute(table.delete())
        connection.execute(ProgressRow.__table__.insert().values(id=1, position=0, generation=1, basis=""))
    return engine


@pytest.fixture
def watch_sqlite(watch_file: Engine) -> Engine:
    """SQLite with every table of the product-safety side; those of malls and of watching are empty."""
    return _without_watching(watch_file)


@pytest.fixture(params=["watch_file", pytest.param("mirror_postgres", marks=pytest.mark.postgres)])
def watch_engine(request: pytest.FixtureRequest) -> Engine:
    """Each database in turn; the tables of malls and of watching are empty."""
    return _without_watching(request.getfixturevalue(request.param))


# ---- the mirror -----------------------------------------------------------------------


@pytest.fixture(scope="session")
def migrated_mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the empty tables of the product-safety side, to be copied."""
    path = tmp_path_factory.mktemp("mirror") / "empty.db"
    open_safety_database(f"sqlite:///{path}").dispose()
    return path


@contextmanager
def own_schema(postgres: Engine) -> Iterator[Engine]:
    """Make a schema with every table of the product-safety side, and drop it at the end."""
    name = f"onecall_test_{uuid4().hex}"
    with postgres.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    url = postgres.url.update_query_dict({"options": f"-csearch_path={name} -csynchronous_commit=off"})
    engine = open_safety_database(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with postgres.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))


@pytest.fixture(scope="session")
def mirror_postgres(migrated_postgres: Engine) -> Iterator[Engine]:
    """A schema of its own, with every table of the product-safety side."""
    with own_schema(migrated_postgres) as engine:
        yield engine


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def demo_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Each database in turn with 6,000 made-up certificates and 600 recalls, for tests that only read."""
    if request.param == "postgres":
        with own_schema(request.getfixturevalue("migrated_postgres")) as engine:
            demo.make(Mirror(engine), certificates=6_000, recalls=600)
            yield engine
        return
    engine = open_safety_database(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'safety.db'}")
    demo.make(Mirror(engine), certificates=6_000, recalls=600)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def module_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Each database in turn with an empty mirror that a module fills once, for tests that only read."""
    if request.param == "postgres":
        with own_schema(request.getfixturevalue("migrated_postgres")) as engine:
            yield engine
        return
    engine = open_safety_database(f"sqlite:///{tmp_path_factory.mktemp('module') / 'safety.db'}")
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def mirror_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Each database in turn with an empty mirror."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("migrated_mirror"), tmp_path / "safety.db")
        engine = open_safety_database(f"sqlite:///{path}")
        yield engine
        engine.dispose()
        return
    engine = request.getfixturevalue("mirror_postgres")
    Mirror(engine).clear()
    yield engine


@pytest.fixture
def mirror(mirror_engine: Engine) -> Mirror:
    return Mirror(mirror_engine)


# ---- screening files ------------------------------------------------------------------


@pytest.fixture(scope="session")
def requirements(base: KnowledgeBase) -> Requirements:
    return Requirements(base)


@pytest.fixture
def known_mirror(mirror_engine: Engine) -> Mirror:
    """A complete mirror of a few certificates: 60 that hold, one revoked, one expired with the one that renews it."""
    mirror = Mirror(mirror_engine)
    mirror.put_certificates(published_certificates())
    mirror.put_recalls(
        [
            Recall(
                "D7", False, "보조배터리", "가온", "GA-7000X", published="20261001", maker_name="가온전자", harm="발화"
            )
        ]
    )
    mirror.mark("20261121", is_complete=True, is_demo=False)
    return mirror


@pytest.fixture
def batches(known_mirror: Mirror, mirror_engine: Engine, tmp_path: Path) -> BatchStore:
    """The store of files over each database in turn, with nothing in it."""
    with mirror_engine.begin() as connection:
        for base in (BatchBase, WatchBase):
            for table in reversed(base.metadata.sorted_tables):
                connection.execute(table.delete())
        connection.execute(ProgressRow.__table__.insert().values(id=1, position=0, generation=1, basis=""))
    files = BatchFiles(tmp_path / "batches")
    files.folder.mkdir()
    return BatchStore(mirror_engine, files)


def published_certificates() -> list[Certificate]:
    """Return certificates of power banks, with their details."""
    return [
        Certificate(
            cert_uid=number,
            cert_num=f"XU10{number:04d}-26001A",
            cert_state={61: "안전확인신고 효력상실", 62: "기간만료"}.get(number, "적합"),
            first_cert_num="XU100062-26001A" if number == 63 else "",
            product_name="보조배터리",
            brand_name="가온",
            model_name=f"GA-{number + 1000}",
            maker_name="가온전자",
            has_detail=True,
        )
        for number in range(1, 64)
    ]
