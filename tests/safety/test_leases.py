"""Works that only one may do at a time."""

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, delete, insert, select

from assistant.errors import ConflictError
from assistant.safety.published.leases import holding
from assistant.safety.published.tables import LeaseRow


@pytest.fixture
def engine(mirror_engine: Engine) -> Engine:
    with mirror_engine.begin() as connection:
        connection.execute(delete(LeaseRow))
    return mirror_engine


def hold(engine: Engine, holder: str, seconds: float) -> None:
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    with engine.begin() as connection:
        connection.execute(insert(LeaseRow).values(work="sync", holder=holder, until=until))


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_work_is_done_by_one_and_given_back(engine: Engine) -> None:
    with holding(engine, "sync"):
        with pytest.raises(ConflictError) as busy, holding(engine, "sync"):
            pass
        with holding(engine, "details"):
            pass
    with holding(engine, "sync"):
        pass
    with engine.connect() as connection:
        left = connection.execute(select(LeaseRow.work)).all()

    assert busy.value.code == "safety_busy"
    assert left == []


def test_a_work_that_fails_is_given_back(engine: Engine) -> None:
    with pytest.raises(ValueError, match="x"), holding(engine, "sync"):
        raise ValueError("x")

    with holding(engine, "sync"):
        pass


def test_of_many_that_come_at_once_one_gets_the_work(engine: Engine) -> None:
    together, apart = Barrier(4), Barrier(4)

    def come(_: int) -> bool:
        together.wait()
        try:
            with holding(engine, "sync"):
                apart.wait()
                return True
        except ConflictError:
            apart.wait()
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(come, range(4))) == [False, False, False, True]


@pytest.mark.parametrize(
    ("host", "seconds", "is_free"),
    [("here", 60, True), ("elsewhere", 60, False), ("elsewhere", -1, True)],
    ids=["killed on this machine", "on another machine", "silent for too long"],
)
def test_the_work_of_a_dead_holder_is_taken_over(engine: Engine, host: str, seconds: float, is_free: bool) -> None:
    machine = socket.gethostname()[:60] if host == "here" else "another-machine"
    hold(engine, f"{machine}/{dead_pid()}/abc", seconds)
    try:
        with holding(engine, "sync"):
            taken = True
    except ConflictError:
        taken = False

    assert taken is is_free


def test_a_living_holder_on_this_machine_keeps_its_work(engine: Engine) -> None:
    hold(engine, f"{socket.gethostname()[:60]}/{os.getppid()}/abc", 60)

    with pytest.raises(ConflictError), holding(engine, "sync"):
        pass
