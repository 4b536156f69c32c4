"""Filling a real mirror from the sandbox over a real socket: whole, resumed, repeated, and with the interface down."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, update
from upstreams import KEY, Asked, Failing, Spoilt, certificate, foreign_recall, recall, served

from assistant.errors import ConflictError, SetupError, UpstreamError
from assistant.product_safety import Certificate
from assistant.safety.database import open_safety_database
from assistant.safety.mirror.reading import Mirror
from assistant.safety.published.client import Patience, SafetyKorea
from assistant.safety.published.leases import holding
from assistant.safety.published.progress import SyncProgress
from assistant.safety.published.records import certificate_from, recall_from
from assistant.safety.published.sync import SWEEPS, Step, Sweep, Synced, sync
from assistant.safety.published.tables import LeaseRow, WindowRow
from assistant.web.sandbox import sandbox_app
from assistant.wording import KST

CAP = 20
QUICK = Patience(tries=2, first_wait_s=0.001, longest_wait_s=0.002)
TODAY = f"{datetime.now(KST):%Y%m%d}"


def certificates() -> list[dict[str, Any]]:
    """300 certificates: in a year and in a month that are cut off, without one of their dates, old and new."""
    spread = [certificate(at, certDate=f"2015{1 + at % 12:02}{1 + at % 28:02}", signDate=None) for at in range(200)]
    month = [certificate(200 + at, certDate=f"201803{1 + at % 28:02}", signDate=None) for at in range(60)]
    dateless = [certificate(260 + at, certDate=None, signDate=f"2019{1 + at % 12:02}15") for at in range(20)]
    old = [certificate(280 + at, certDate="19990101", signDate="20000202") for at in range(6)]
    old += [certificate(286 + at, certDate=None, signDate=None) for at in range(4)]
    return spread + month + dateless + old + [certificate(290 + at, certDate=TODAY, signDate=TODAY) for at in range(10)]


def few() -> list[dict[str, Any]]:
    """35 certificates, 25 of them in a year that is cut off."""
    year = [certificate(at, certDate=f"2015{1 + at % 12:02}{1 + at % 3:02}", signDate=None) for at in range(25)]
    dateless = [certificate(25 + at, certDate=None, signDate="20190101") for at in range(5)]
    return year + dateless + [certificate(30 + at, certDate=TODAY, signDate=TODAY) for at in range(5)]


def load(mirror: Mirror, rows: list[dict[str, Any]], *, is_demo: bool = False) -> None:
    mirror.put_certificates(one for row in rows if (one := certificate_from(row)))
    recalls = [recall_from(recall(at, publishDate=f"2021{1 + at % 12:02}15"), is_foreign=False) for at in range(12)]
    abroad = [recall_from(foreign_recall(at), is_foreign=True) for at in range(10)]
    mirror.put_recalls(one for one in recalls + abroad if one)
    mirror.mark(TODAY, is_complete=True, is_demo=is_demo)


@pytest.fixture
def source(migrated_mirror: Path, tmp_path: Path) -> Iterator[Mirror]:
    """What the interface publishes."""
    engine = open_safety_database(f"sqlite:///{shutil.copy(migrated_mirror, tmp_path / 'source.db')}")
    yield Mirror(engine)
    engine.dispose()


@pytest.fixture
def engine(migrated_mirror: Path, tmp_path: Path) -> Iterator[Engine]:
    """The database of an empty mirror, into which nothing was synced."""
    opened = open_safety_database(f"sqlite:///{shutil.copy(migrated_mirror, tmp_path / 'filled.db')}")
    yield opened
    opened.dispose()


@pytest.fixture
def each_engine(mirror_engine: Engine) -> Engine:
    """The same on each database in turn."""
    SyncProgress(mirror_engine).forget()
    with mirror_engine.begin() as connection:
        connection.execute(delete(LeaseRow))
    return mirror_engine


@contextmanager
def asking(app: Any, key: str = KEY, cap: int = CAP) -> Iterator[SafetyKorea]:
    with (
        served(app) as url,
        closing(SafetyKorea(f"{url}/openapi/api", key, 100_000, patience=QUICK, cap=cap)) as client,
    ):
        yield client


def covering(_today: date) -> list[str]:
    """The years that the data here have, so that the tests are quick."""
    return ["1999", "2000", "2015", "2017", "2018", "2019", "2021", "202607", TODAY[:6]]


def filled(
    app: Any,
    engine: Engine,
    tell: Callable[[Step], None] = lambda _: None,
    covering: Callable[[date], Iterable[str]] = covering,
    sweeps: Sequence[Sweep] = SWEEPS[:-1],
) -> Synced:
    """Sync by dates alone, unless told otherwise: numbers take a few hundred queries more."""
    with asking(app) as client:
        return sync(client, Mirror(engine), engine, tell, covering, sweeps)


def held_of(mirror: Mirror) -> dict[int, Certificate]:
    found = (mirror.certificates_where("cert_date", century, 10_000) for century in ("", "1", "2"))
    return {one.cert_uid: one for some in found for one in some}


def held(engine: Engine) -> dict[int, Certificate]:
    return held_of(Mirror(engine))


def age(engine: Engine, days: int) -> None:
    """Let days go by since every window was asked for."""
    with engine.begin() as connection:
        connection.execute(update(WindowRow).values(done_at=datetime.now(UTC) - timedelta(days=days)))


# ---- whole ----------------------------------------------------------------------------


def test_everything_arrives_though_answers_are_cut_off(source: Mirror, engine: Engine) -> None:
    load(source, certificates())
    mirror, steps = Mirror(engine), list[Step]()
    done = filled(sandbox_app(source, {KEY}, cap=CAP), engine, steps.append, sweeps=SWEEPS)

    assert held(engine) == held_of(source)
    assert len(held(engine)) == 300
    assert len(mirror.recalls_where("all", "", 100, is_foreign=False)) == 12
    assert mirror.recall("F7") == source.recall("F7")
    assert (done.is_complete, done.unread, mirror.freshness().data_date) == (True, 0, TODAY)
    assert mirror.freshness().is_complete
    assert not mirror.freshness().is_demo
    assert steps[-1].share == pytest.approx(1.0)
    assert [step.share for step in steps] == sorted(step.share for step in steps)


def test_a_second_run_asks_for_what_is_new_only_and_changes_nothing(source: Mirror, each_engine: Engine) -> None:
    load(source, few())
    app = Asked(sandbox_app(source, {KEY}, cap=CAP))
    first = filled(app, each_engine)
    again = filled(app, each_engine)
    age(each_engine, days=1)
    next_day = filled(app, each_engine)

    assert again.asked == 0
    assert 0 < next_day.asked < first.asked / 2
    assert next_day.changed == 0
    assert Mirror(each_engine).changes(0, 10) == []


def test_a_state_that_changed_is_seen_and_noted(source: Mirror, each_engine: Engine) -> None:
    load(source, few())
    app = sandbox_app(source, {KEY}, cap=CAP)
    filled(app, each_engine)
    load(source, [few()[5] | {"certState": "안전인증취소"}])
    age(each_engine, days=31)
    done = filled(app, each_engine)

    assert done.changed == 1
    assert [(one.old_state, one.new_state) for one in Mirror(each_engine).changes(0, 10)] == [("적합", "안전인증취소")]


@pytest.mark.parametrize(("sign_date", "is_complete"), [("day", True), ("none", True), ("same", False)])
def test_a_day_that_is_cut_off_matters_only_under_both_dates(
    source: Mirror, engine: Engine, sign_date: str, is_complete: bool
) -> None:
    dates: dict[str, Callable[[int], str | None]] = {
        "day": lambda at: f"201705{1 + at % 28:02}",
        "none": lambda at: None,
        "same": lambda at: "20170505",
    }
    load(source, [certificate(at, certDate="20170505", signDate=dates[sign_date](at)) for at in range(CAP)])
    done = filled(sandbox_app(source, {KEY}, cap=CAP), engine)

    assert ("cert_date", "20170505") in done.capped
    assert done.is_complete is Mirror(engine).freshness().is_complete is is_complete


def test_with_both_dates_cut_off_the_numbers_lead_further(source: Mirror, engine: Engine) -> None:
    same_day = {"certDate": "20170505", "signDate": "20170505"}
    load(source, [certificate(at, **same_day) for at in range(1, CAP + 9)])
    done = filled(sandbox_app(source, {KEY}, cap=CAP), engine, sweeps=SWEEPS)

    assert done.capped == (("sign_date", "20170505"), ("cert_date", "20170505"))
    assert held(engine) == held_of(source)
    assert not done.is_complete


# ---- trouble --------------------------------------------------------------------------


def test_with_the_interface_down_everything_is_kept(source: Mirror, engine: Engine) -> None:
    load(source, few())
    app = Failing(sandbox_app(source, {KEY}, cap=CAP))
    filled(app, engine)
    before = held(engine), Mirror(engine).freshness()
    app.after = 0
    age(engine, days=7)
    with pytest.raises(UpstreamError) as down:
        filled(app, engine)

    assert down.value.code == "safety_down"
    assert (held(engine), Mirror(engine).freshness()) == before


def test_a_run_goes_on_where_the_interface_went_down(source: Mirror, engine: Engine) -> None:
    load(source, few())
    app = Asked(Failing(sandbox_app(source, {KEY}, cap=CAP), after=30))
    with pytest.raises(UpstreamError):
        filled(app, engine)
    stopped = Mirror(engine).freshness()
    asked_before = set(app.queries[:30])
    app.queries.clear()
    app.app.after = None
    done = filled(app, engine)

    assert not stopped.is_complete
    assert done.is_complete
    assert held(engine) == held_of(source)
    # Twice only what is asked for at every start: the recalls of today.
    assert asked_before & set(app.queries) <= {("/openapi/api/recall/recallList.json", "publishDate", TODAY)}


def test_one_window_that_cannot_be_had_does_not_stop_the_others(source: Mirror, engine: Engine) -> None:
    load(source, few())
    bad = {("certDate", prefix): "5000" for prefix in ("2015", "201502", "20150202")}
    app = Asked(Spoilt(sandbox_app(source, {KEY}, cap=CAP), bad))
    with pytest.raises(UpstreamError, match="1구간") as partial:
        filled(app, engine)
    missing = {one.cert_num for one in held_of(source).values()} - {one.cert_num for one in held(engine).values()}
    app.app.codes.clear()
    app.queries.clear()
    done = filled(app, engine)

    assert partial.value.code == "safety_partial"
    assert len(missing) == 2
    assert held(engine) == held_of(source)
    assert done.is_complete
    assert [query[1:] for query in app.queries] == [("publishDate", TODAY), ("certDate", "20150202")]


def test_a_prefix_that_is_refused_is_narrowed(source: Mirror, engine: Engine) -> None:
    load(source, few())
    bad = {("certDate", "2015"): "4005", ("certDate", "201500"): "4005"}
    done = filled(Spoilt(sandbox_app(source, {KEY}, cap=CAP), bad), engine)

    assert done.is_complete
    assert held(engine) == held_of(source)


def test_a_refused_key_changes_nothing(source: Mirror, engine: Engine) -> None:
    mirror = Mirror(engine)
    load(source, [])
    load(mirror, few()[:5], is_demo=True)
    with asking(sandbox_app(source, {KEY}), key="wrong") as client, pytest.raises(SetupError) as refused:
        sync(client, mirror, engine)

    assert refused.value.code == "safety_key"
    assert (len(held(engine)), mirror.freshness().is_demo) == (5, True)


def test_two_runs_at_once_are_one(source: Mirror, engine: Engine) -> None:
    load(source, [])
    with holding(engine, "sync"), pytest.raises(ConflictError) as busy:
        filled(sandbox_app(source, {KEY}), engine)

    assert busy.value.code == "safety_busy"


# ---- made-up data ---------------------------------------------------------------------


def test_made_up_data_make_room_for_real_ones(source: Mirror, engine: Engine) -> None:
    mirror = Mirror(engine)
    load(source, few())
    load(mirror, [certificate(9_999, certDate="20150101")], is_demo=True)
    filled(sandbox_app(source, {KEY}, cap=CAP), engine)

    assert held(engine) == held_of(source)
    assert not mirror.freshness().is_demo


def test_what_comes_from_a_sandbox_is_labelled_as_made_up(source: Mirror, engine: Engine) -> None:
    mirror = Mirror(engine)
    load(source, certificates(), is_demo=True)
    app = sandbox_app(source, {KEY}, cap=CAP)
    filled(app, engine)
    again = filled(app, engine)

    assert mirror.freshness().is_demo
    assert again.asked == 0


def test_real_data_are_never_replaced_by_made_up_ones(source: Mirror, engine: Engine) -> None:
    mirror = Mirror(engine)
    load(source, [], is_demo=True)
    load(mirror, few()[:5])
    with pytest.raises(ConflictError) as refused:
        filled(sandbox_app(source, {KEY}), engine)

    assert refused.value.code == "real_data"
    assert (len(held(engine)), mirror.freshness().is_demo) == (5, False)
