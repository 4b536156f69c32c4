"""Accounts over each database in turn."""

import pytest
from desk_parts import Clock, access_to
from sqlalchemy import Engine

from assistant.desk.access import Access


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(engine: Engine, clock: Clock) -> Access:
    return access_to(engine, clock)
