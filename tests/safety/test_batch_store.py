"""Whose files they are, how many there may be, and how long they are kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from assistant.errors import ConflictError, NotFoundError
from assistant.safety.batches import store as batches_module
from assistant.safety.batches.store import KEPT, Batch, BatchStore


def waiting(store: BatchStore, mall_id: str = "gaon") -> Batch:
    batch_id = uuid4().hex
    store.files.upload_path(batch_id).write_text("상품명,인증번호\n텐트,\n", encoding="utf-8")
    return store.add(Batch(batch_id, mall_id, "waiting", "csv", 1, datetime.now(UTC)))


def test_file_of_another_mall_is_not_there(batches: BatchStore) -> None:
    batch = waiting(batches)

    for look in (batches.get, batches.cancel):
        with pytest.raises(NotFoundError):
            look("other", batch.id)
    assert batches.listed("other") == []
    assert [one.id for one in batches.listed("gaon")] == [batch.id]


def test_second_upload_with_one_key_is_the_first_one(batches: BatchStore) -> None:
    first = batches.add(Batch("a" * 32, "gaon", "waiting", "csv", 1, datetime.now(UTC)), "key")
    second = batches.add(Batch("b" * 32, "gaon", "waiting", "csv", 1, datetime.now(UTC)), "key")
    other = batches.add(Batch("c" * 32, "other", "waiting", "csv", 1, datetime.now(UTC)), "key")

    assert (first.id, second.id, other.id) == ("a" * 32, "a" * 32, "c" * 32)


def test_mall_with_too_many_unfinished_files_has_to_wait(batches: BatchStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches_module, "WAITING_MAX", 2)
    waiting(batches)
    waiting(batches)

    with pytest.raises(ConflictError):
        waiting(batches)
    waiting(batches, "other")


def test_old_files_are_removed_with_all_they_left(batches: BatchStore) -> None:
    old, young = waiting(batches), waiting(batches)
    batches.files.part_path(old.id, 1).touch()
    cut_off = batches.files.sent_path("d" * 32)
    cut_off.touch()
    batches.add(replace(young, id="e" * 32, created_at=datetime.now(UTC) + timedelta(days=2)))

    assert batches.sweep(datetime.now(UTC) + KEPT + timedelta(days=1)) == 2
    assert [one.id for one in batches.listed("gaon")] == ["e" * 32]
    assert list(batches.files.folder.iterdir()) == []
    assert old.id != young.id
