"""Fetching details: stored at once, absent ones not asked for again and again."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine
from upstreams import KEY, Asked, Failing, certificate, served

from assistant.errors import UpstreamError
from assistant.safety.database import open_safety_database
from assistant.safety.mirror.reading import Mirror
from assistant.safety.published.client import Patience, SafetyKorea
from assistant.safety.published.details import fetch_detail, fill_details
from assistant.safety.published.progress import SyncProgress
from assistant.safety.published.records import certificate_from
from assistant.web.sandbox import sandbox_app

STATES = ("적합", "기간만료", "적합", "안전인증취소", "개선명령", "적합")


@pytest.fixture
def source(migrated_mirror: Path, tmp_path: Path) -> Iterator[Mirror]:
    """Six certificates with details, of which the last one is not published any more."""
    engine = open_safety_database(f"sqlite:///{shutil.copy(migrated_mirror, tmp_path / 'source.db')}")
    made = Mirror(engine)
    states = enumerate(STATES[:-1], start=1)
    rows = (certificate(at, certState=state, derivationModels=[f"TOY-{at}B"]) for at, state in states)
    made.put_certificates(one for row in rows if (one := certificate_from(row, is_detail=True)))
    made.mark("20261122", is_complete=True, is_demo=False)
    yield made
    engine.dispose()


@pytest.fixture
def mirror(mirror_engine: Engine) -> Mirror:
    SyncProgress(mirror_engine).forget()
    made = Mirror(mirror_engine)
    rows = (certificate(at, certState=state) for at, state in enumerate(STATES, start=1))
    made.put_certificates(one for row in rows if (one := certificate_from(row)))
    return made


@contextmanager
def asking(app: object) -> Iterator[SafetyKorea]:
    quick = Patience(tries=2, first_wait_s=0.001, longest_wait_s=0.002)
    with served(app) as url, closing(SafetyKorea(f"{url}/openapi/api", KEY, 100_000, patience=quick)) as client:
        yield client


def detailed(mirror: Mirror) -> set[int]:
    return {one.cert_uid for one in mirror.certificates_where("cert_date", "2", 100) if one.has_detail}


def test_details_of_what_can_still_be_compared_come_the_newest_first(
    source: Mirror, mirror: Mirror, mirror_engine: Engine
) -> None:
    app, told = Asked(sandbox_app(source, {KEY})), list[int]()
    with asking(app) as client:
        found = fill_details(client, mirror, mirror_engine, 3, told.append)
        more = fill_details(client, mirror, mirror_engine, 100)
        none_left = fill_details(client, mirror, mirror_engine, 100)

    assert (found, more, none_left) == (2, 1, 0)
    assert told == [1, 2, 3]
    assert detailed(mirror) == {1, 3, 5}
    # The absent one was asked for once.
    assert [query[1] for query in app.queries] == [certificate(at)["certNum"] for at in (6, 5, 3, 1)]


def test_what_came_is_kept_when_the_interface_goes_down(source: Mirror, mirror: Mirror, mirror_engine: Engine) -> None:
    with asking(Failing(sandbox_app(source, {KEY}), after=2)) as client, pytest.raises(UpstreamError):
        fill_details(client, mirror, mirror_engine, 100)

    assert detailed(mirror) == {5}


def test_one_detail_is_fetched_on_demand(source: Mirror, mirror: Mirror) -> None:
    with asking(sandbox_app(source, {KEY})) as client:
        found = fetch_detail(client, mirror, certificate(2)["certNum"])
        absent = fetch_detail(client, mirror, "CB999R9999-9999")

    assert found is not None
    assert mirror.certificate(found.cert_num) == found
    assert found.derivation_models == ("TOY-2B",)
    assert absent is None
