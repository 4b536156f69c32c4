"""What the tests of the product-safety side share."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from receivers import Receiver
from sqlalchemy import Engine

from assistant.product_safety import Mall
from assistant.safety.mall_tables import MallBase
from assistant.safety.malls import MallStore
from assistant.safety.watch_tables import ProgressRow, WatchBase
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


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def mall_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """Each database in turn with the empty tables of malls."""
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'malls.db'}")
        request.addfinalizer(engine.dispose)
    else:
        engine = request.getfixturevalue("migrated_postgres")
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


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def watch_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """Each database in turn with the empty tables of listings, events, webhooks and statistics."""
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'watch.db'}")
        request.addfinalizer(engine.dispose)
    else:
        engine = request.getfixturevalue("migrated_postgres")
    with engine.begin() as connection:
        WatchBase.metadata.create_all(connection)
        for table in reversed(WatchBase.metadata.sorted_tables):
            connection.execute(table.delete())
        connection.execute(ProgressRow.__table__.insert().values(id=1, position=0, generation=1, basis=""))
    return engine


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened
