"""Loading: in chunks, again and again, killed half-way, with readers about."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from assistant.product_safety import Certificate
from assistant.safety.find.finder import Finder
from assistant.safety.invented.certificates import Press
from assistant.safety.mirror import load
from assistant.safety.mirror.entries import certificate_keys, number_entry, words_of
from assistant.safety.mirror.reading import Mirror
from assistant.safety.mirror.tables import LATE_INDEXES
from assistant.screening.names import model_keys
from assistant.screening.numbers import bare_key
from assistant.store.database import transaction

CHUNK, MANY = 400, 900
"""Rows of a chunk in these tests, and rows of three chunks."""

LOADING = """
import sys
from assistant.safety import demo
from assistant.safety.database import open_safety_database
from assistant.safety.mirror.reading import Mirror
demo.make(Mirror(open_safety_database(sys.argv[1])), certificates=15_000, recalls=10,
          progress=lambda share, text: print(share, flush=True))
"""


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "CHUNK", CHUNK)


def index_names(engine: Engine) -> set[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'index'"
    if engine.dialect.name == "postgresql":
        query = "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
    with engine.connect() as connection:
        return {row[0] for row in connection.execute(text(query))}


def orphans(engine: Engine) -> int:
    """Keys that lead to no certificate, and certificates that no key of their own leads to."""
    query = (
        "SELECT (SELECT count(*) FROM certificate_keys f WHERE NOT EXISTS "
        "(SELECT 1 FROM certificates c WHERE c.cert_uid = f.cert_uid)) + "
        "(SELECT count(*) FROM certificates c WHERE c.model_name LIKE '%-1%' AND NOT EXISTS "
        "(SELECT 1 FROM certificate_keys f WHERE c.cert_uid = f.cert_uid))"
    )
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


def is_sound(engine: Engine) -> bool:
    """Whether rows, keys, indexes and the full-text index fit one another."""
    with transaction(engine) as session:
        if engine.dialect.name == "sqlite":
            # Raises "database disk image is malformed" where the index and the table differ.
            session.execute(text("INSERT INTO certificate_words (certificate_words) VALUES ('integrity-check')"))
        rows = session.execute(text("SELECT count(*) FROM certificates")).scalar_one()
    is_counted = Mirror(engine).freshness().certificates == rows
    return is_counted and not orphans(engine) and set(LATE_INDEXES[engine.dialect.name]) <= index_names(engine)


def test_a_first_fill_of_many_makes_its_indexes_at_the_end(mirror: Mirror, mirror_engine: Engine) -> None:
    before = index_names(mirror_engine)

    assert mirror.put_certificates(Press(MANY, 1)) == MANY
    assert index_names(mirror_engine) == before
    assert is_sound(mirror_engine)


def test_what_is_loaded_already_can_be_read_while_the_rest_comes(mirror: Mirror, mirror_engine: Engine) -> None:
    seen = []

    def rows() -> Iterator[Certificate]:
        for at, one in enumerate(Press(MANY, 1)):
            if at == MANY - 1:
                seen.append((mirror.certificate(first.cert_num), Finder(mirror_engine).find(first.product_name) != []))
            yield one

    first = next(iter(Press(MANY, 1)))
    mirror.put_certificates(rows())

    assert seen == [(first, True)]


def test_a_reader_does_not_wait_for_a_writer(mirror: Mirror, mirror_engine: Engine) -> None:
    made = list(islice(Press(100, 1), 100))
    mirror.put_certificates(made)

    with transaction(mirror_engine) as session:
        session.execute(text("UPDATE certificates SET cert_state = '취소'"))
        read = mirror.certificate(made[50].cert_num)

    assert read == made[50]


def test_loading_again_in_another_order_changes_nothing(mirror: Mirror, mirror_engine: Engine) -> None:
    made = list(Press(MANY, 1))
    mirror.put_certificates(made)

    assert mirror.put_certificates(reversed(made)) == 0
    assert mirror.put_certificates(replace(one, remark="x") for one in made[:40]) == 40
    assert is_sound(mirror_engine)


def test_a_load_that_fails_leaves_whole_chunks(mirror: Mirror, mirror_engine: Engine) -> None:
    def broken() -> Iterator[Certificate]:
        yield from islice(Press(MANY, 1), CHUNK + 100)
        raise ConnectionError

    try:
        mirror.put_certificates(broken())
    except ConnectionError:
        loaded = mirror.freshness().certificates

    assert loaded == CHUNK
    assert is_sound(mirror_engine)
    assert mirror.put_certificates(Press(MANY, 1)) == MANY - CHUNK


def test_a_load_that_was_killed_can_be_done_again(mirror_engine: Engine) -> None:
    url = mirror_engine.url.render_as_string(hide_password=False)
    with subprocess.Popen([sys.executable, "-c", LOADING, url], stdout=subprocess.PIPE, text=True) as process:
        shares = iter(process.stdout or ())
        while float(next(shares)) < 0.3:
            pass
        os.kill(process.pid, signal.SIGKILL)
    mirror = Mirror(mirror_engine)
    left = mirror.freshness()

    mirror.put_certificates(islice(Press(15_000, 1381), left.certificates + MANY))

    assert 0 < left.certificates < 15_000
    assert (left.is_complete, left.is_demo) == (False, True)
    assert mirror.freshness().certificates == left.certificates + MANY
    assert is_sound(mirror_engine)


def test_words_are_those_that_people_look_for() -> None:
    assert words_of("LED등기구(주) Crème-2 ＡＢ㎏ co., ltd.") == ("LED", "등기구", "CREME", "ABKG")


@given(st.from_regex(r"[A-Za-z0-9-]{0,30}", fullmatch=True) | st.text(max_size=30))
def test_the_short_way_to_a_number_key_is_the_same_as_the_long_one(number: str) -> None:
    assert number_entry(number) == bare_key(number)


@given(st.from_regex(r"[A-Za-z0-9_-]{0,30}", fullmatch=True) | st.text(max_size=30) | st.sampled_from(["NONE", "n-a"]))
def test_the_short_way_to_a_model_key_is_the_same_as_the_long_one(model: str) -> None:
    keys = certificate_keys(Certificate(1, "X", "적합", model_name=model), "X")

    assert [key for _, key in keys] == list(model_keys(model))
