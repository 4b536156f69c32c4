"""Working off the files that malls sent: chunk by chunk, several files in turn, by a crew of processes.

A chunk's lines go to the part file first and are committed to the database when they are safely there. Whatever was
written and not committed is no result, so a process that is killed at any moment leaves nothing twice and nothing out.
"""

import csv
import logging
import os
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO

from assistant.errors import AssistantError, BadInputError, UpstreamError
from assistant.safety.batches.crew import Chunk, Doer, ScreenTask, UnpackTask
from assistant.safety.batches.store import Batch, BatchStore, Step
from assistant.safety.listings.files import ListingFile, Row, marked, read_rows
from assistant.safety.listings.rows import place_of
from assistant.safety.listings.words import FILE_ERRORS
from assistant.safety.published.leases import holder_name
from assistant.screening.policy import Policy, policy_from

log = logging.getLogger(__name__)

CHUNK_ROWS = 1000
ROWS_MAX = 1_000_000
ACTIVE_MAX = 4
"""Files worked on in turn; each keeps its ids in memory (48 MB for a million)."""
FAILURES_MAX = 3
_IDLE_SECONDS = 2.0
_RENEW_SECONDS = 15.0
_STOP_SECONDS = 3.0
_SWEEP_EVERY = 1800
"""Idle rounds between two looks for what is too old: an hour."""


class _Work:
    """A batch that this process works on: its file, its part file, and the chunk that comes next."""

    def __init__(self, store: BatchStore, batch: Batch) -> None:
        self.batch = batch
        self.policy: Policy = policy_from(batch.policy)
        self.is_at_work = 0
        self.is_read = False
        self.is_lost = False
        self.problem: BadInputError | None = None
        self._store = store
        self._file: ListingFile | None = None
        self._rows: Iterator[Row] | None = None
        self._unpacked: IO[str] | None = None
        self._unpacked_size = 0
        self._part: IO[bytes] | None = None
        self._read = batch.rows_done

    @property
    def needs_unpacking(self) -> bool:
        return self.batch.kind == "excel" and not self._store.files.rows_path(self.batch.id).exists()

    def next_chunk(self) -> list[Row]:
        """Return the next rows; none at the end of the file, or where it cannot be read on (see `problem`)."""
        try:
            chunk = list(islice(self._opened(), min(CHUNK_ROWS, ROWS_MAX - self._read + 1)))
        except BadInputError as error:
            chunk, self.problem = [], error
        except (OSError, ValueError, csv.Error) as error:
            log.error("batch %s cannot be read on: %s", self.batch.id, type(error).__name__)
            chunk, self.problem = [], BadInputError(FILE_ERRORS["worker"], code="unreadable")
        self._read += len(chunk)
        if self._read > ROWS_MAX:
            chunk.pop()
            self.problem = BadInputError(FILE_ERRORS["too_many_rows"].format(limit=ROWS_MAX), code="too_many_rows")
        self.is_read = len(chunk) < CHUNK_ROWS or self.problem is not None
        if self.is_read and not self._read and self.problem is None:
            self.problem = BadInputError(FILE_ERRORS["no_rows"], code="no_rows")
        return chunk

    @property
    def share_read(self) -> float:
        if self._unpacked is not None:
            return self._unpacked.buffer.tell() / max(1, self._unpacked_size)  # type: ignore[attr-defined,no-any-return]
        return self._file.share_read if self._file else 0.0

    def write(self, packed: bytes) -> int:
        """Append to the part file and return its length; when this returns it is on the disk."""
        if self._part is None:
            self._part = self._store.files.part_path(self.batch.id, self.batch.epoch).open("ab")
        self._part.write(packed)
        self._part.flush()
        os.fsync(self._part.fileno())
        return self._part.tell()

    def close(self) -> None:
        for opened in (self._file, self._unpacked, self._part):
            if opened is not None:
                opened.close()

    def _opened(self) -> Iterator[Row]:
        if self._rows is None:
            unpacked = self._store.files.rows_path(self.batch.id)
            if unpacked.exists():
                self._unpacked, self._unpacked_size = unpacked.open(encoding="utf-8"), unpacked.stat().st_size
                self._rows = marked(read_rows(self._unpacked), after=self.batch.last_row)
            else:
                self._file = ListingFile(self._store.files.upload_path(self.batch.id))
                self._rows = self._file.rows(after=self.batch.last_row)
        return self._rows


@dataclass
class _Errand:
    """What one worker is at."""

    worker: Doer
    work: _Work
    rows: Sequence[Row]
    share: float
    is_unpacking: bool = False


class BatchRunner(threading.Thread):
    """Works off batches; every copy of the service runs one, and the database says who has which file."""

    def __init__(self, store: BatchStore, crew: Iterable[Doer]) -> None:
        super().__init__(name="batches", daemon=True)
        self._store = store
        self._holder = holder_name()
        self._free: deque[Doer] = deque(crew)
        self._active: deque[_Work] = deque()
        self._errands: deque[_Errand] = deque()
        self._stop_event = threading.Event()

    def run(self) -> None:
        heart = threading.Thread(target=self._beat, name="batches-lease", daemon=True)
        heart.start()
        idle = 0
        while not self._stop_event.is_set():
            idle = 0 if self._step_safely() else idle + 1
            if idle and idle % _SWEEP_EVERY == 1:
                self._sweep_safely()
            if idle:
                self._rest()
                self._stop_event.wait(_IDLE_SECONDS)
        self.give_back()

    def stop(self) -> None:
        """End soon; the files are given back and go on where they stopped, here or in another copy."""
        self._stop_event.set()
        if not self.is_alive():
            return
        self.join(_STOP_SECONDS)
        # A chunk takes a second, but an Excel file takes a minute to unpack.
        for errand in list(self._errands) if self.is_alive() else ():
            errand.worker.abort()
        self.join(_STOP_SECONDS)

    def work_off(self) -> None:
        """Work until nothing is left; for a command or a test, without the thread.

        Raises:
            UpstreamError: the database does not answer.
        """
        while self.step():
            pass
        self._rest()

    def step(self) -> bool:
        """Send out what there are workers for, take in the oldest answer; False where there is nothing to do."""
        self._take_up()
        while self._free and (errand := self._next_errand()):
            self._send(errand)
        is_busy = bool(self._errands)
        if self._errands:
            self._take_in(self._errands[0])
        self._put_away()
        return is_busy or bool(self._active)

    def _take_up(self) -> None:
        while len(self._active) < ACTIVE_MAX and self._store.has_work():
            batch = self._store.claim(self._holder, [work.batch.mall_id for work in self._active])
            if batch is None:
                return
            log.info("batch %s is taken up after row %d", batch.id, batch.last_row)
            self._active.append(_Work(self._store, batch))

    def _next_errand(self) -> _Errand | None:
        """Return the next chunk of the file whose turn it is; the file goes to the end of the row."""
        for _ in range(len(self._active)):
            work = self._active[0]
            self._active.rotate(-1)
            if work.is_read or work.is_lost:
                continue
            if work.needs_unpacking:
                if not work.is_at_work:
                    return _Errand(self._free[0], work, (), 0.0, is_unpacking=True)
                continue
            rows = work.next_chunk()
            if rows:
                return _Errand(self._free[0], work, rows, work.share_read)
        return None

    def _send(self, errand: _Errand) -> None:
        self._free.remove(errand.worker)
        errand.work.is_at_work += 1
        self._errands.append(errand)
        batch_id = errand.work.batch.id
        if errand.is_unpacking:
            task = UnpackTask(self._store.files.upload_path(batch_id), self._store.files.rows_path(batch_id))
            self._start(errand.worker, task)
        else:
            self._start(errand.worker, ScreenTask(errand.rows, errand.work.policy))

    @staticmethod
    def _start(worker: Doer, task: ScreenTask | UnpackTask) -> None:
        try:
            worker.start(task)
        except UpstreamError:
            # It ended while it had nothing to do; asking it for the result says so again, in the errand's turn.
            log.warning("a worker had ended")

    def _take_in(self, errand: _Errand) -> None:
        work = errand.work
        try:
            chunk = errand.worker.result()
        except BadInputError as error:
            work.problem, work.is_read = error, True
        except UpstreamError as error:
            self._put_off(work, error)
        else:
            if chunk is not None and not work.is_lost:
                self._commit(work, errand, chunk)
        finally:
            # Only now, so that stop() finds whom to cut off.
            self._errands.remove(errand)
            self._free.append(errand.worker)
            work.is_at_work -= 1

    def _commit(self, work: _Work, errand: _Errand, chunk: Chunk) -> None:
        length = work.write(chunk.packed)
        step = Step(
            len(errand.rows), errand.rows[-1].number, errand.share, length, Counter(chunk.outcomes), chunk.verdicts
        )
        if not self._store.commit(work.batch, step):
            log.info("batch %s was cancelled or taken by another", work.batch.id)
            work.is_lost = True

    def _put_off(self, work: _Work, error: AssistantError) -> None:
        """Give a file up for now: it is taken up again behind its last commit, as after a crash."""
        work.is_lost = True
        failures = self._store.note_failure(work.batch) if error.code == "worker" else 0
        log.warning("batch %s stopped with %s (%d)", work.batch.id, error.code, failures)
        if failures >= FAILURES_MAX:
            self._store.finish(work.batch, problem_code="worker", problem=FILE_ERRORS["worker"])
        else:
            self._stop_event.wait(_IDLE_SECONDS)
            self._store.give_back(work.batch)

    def _put_away(self) -> None:
        """Finish the files that are read and answered, and let go of those that were lost."""
        for work in [one for one in self._active if not one.is_at_work and (one.is_read or one.is_lost)]:
            self._active.remove(work)
            work.close()
            if work.is_lost:
                continue
            problem = work.problem
            code, sentence = (problem.code, problem.message) if problem else ("", "")
            if self._store.finish(work.batch, problem_code=code, problem=sentence):
                self._store.files.drop_upload(work.batch.id)
                log.info("batch %s is finished%s", work.batch.id, f" with {code}" if code else "")

    def _step_safely(self) -> bool:
        try:
            return self.step()
        except AssistantError as error:
            log.warning("batches wait: %s", error.code)
        except Exception as error:  # noqa: BLE001 a thread's boundary; files are taken up again behind their last commits
            log.error("working on batches failed: %s at %s", type(error).__name__, place_of(error))
        self.give_back()
        return False

    def _sweep_safely(self) -> None:
        try:
            self._store.sweep()
        except (AssistantError, OSError) as error:
            log.warning("old batches stay for now: %s", type(error).__name__)

    def give_back(self) -> None:
        """Let go of everything: whoever takes the files up goes on behind their last commits."""
        self._rest()
        for work in self._active:
            work.close()
        self._active.clear()
        try:
            self._store.release(self._holder)
        except AssistantError:
            log.warning("the leases of batches end by themselves")

    def _rest(self) -> None:
        """End the worker processes: an idle service keeps no memory for them."""
        for worker in [*self._free, *(errand.worker for errand in self._errands)]:
            worker.stop()
        self._free.extend(errand.worker for errand in self._errands)
        self._errands.clear()

    def _beat(self) -> None:
        while not self._stop_event.wait(_RENEW_SECONDS):
            try:
                self._store.renew(self._holder)
            except AssistantError:
                log.warning("the leases of batches could not be renewed")
