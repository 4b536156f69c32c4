"""The background work of learning: grouping, trying a change out, publishing it. One at a time, with its progress."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from assistant.desk.learning import Group, Learning
from assistant.desk.publish import Publisher
from assistant.desk_records import Person
from assistant.errors import AssistantError, BadInputError
from assistant.kb.base import parse_card
from assistant.kb.edit import values_of
from assistant.knowledge import Article
from assistant.learning_wording import ERRORS, PROGRESS
from assistant.store.asked import AskedStore
from assistant.store.learning_jobs import Job, LearningJobs
from assistant.turn import Assistant

log = logging.getLogger(__name__)

Progress = Callable[[str], None]
Measure = Callable[[Assistant, Assistant, Progress], Mapping[str, Any]]
"""Compares the assistant before and after a change; returns JSON values."""

_TELL_S = 0.5


class LearningWork:
    """Does the jobs of this copy; their states are in the database, where every copy sees them.

    Args:
        measure: what a change would make of the held-out questions.
    """

    def __init__(
        self,
        assistant: Assistant,
        jobs: LearningJobs,
        asked: AskedStore,
        learning: Learning,
        publisher: Publisher,
        measure: Measure,
    ) -> None:
        self._assistant = assistant
        self.jobs = jobs
        self._asked = asked
        self._learning = learning
        self._publisher = publisher
        self._measure = measure
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="learning")
        self._last: Future[None] | None = None

    def group(self, person: Person) -> Job:
        """Group the questions anew."""

        def work(progress: Progress) -> dict[str, Any]:
            progress(PROGRESS["group"])
            return {"groups": [group_json(one) for one in self._learning.group(progress)]}

        return self._start(person, "group", {}, work)

    def preview(self, person: Person, article: Article, digest: str, ids: Sequence[int]) -> Job:
        """Try a changed article out; nothing of it is served.

        Args:
            digest: of the file that the editor saw; "" for a new article.
            ids: the questions that it was made of.

        Raises:
            ConflictError: the article is another by now.
            BadInputError: nothing changed.
        """
        before, after = self._publisher.prepared(article, digest)
        payload = {"article": article_json(article), "digest": digest, "ids": list(ids), "text": after.yaml}

        def work(progress: Progress) -> dict[str, Any]:
            changed = self._publisher.draft(article, progress)
            return dict(self._measure(self._assistant.pinned(), changed, progress))

        return self._start(person, "preview", {**payload, "before": before.yaml}, work)

    def publish(self, person: Person, preview: Job, reason: str, today: date) -> Job:
        """Publish what a preview tried out: the version and the file at once, the index in the background.

        Raises:
            ConflictError: somebody else was faster (stale_article, id_taken).
            BadInputError: the preview is not over, there is something to mend, or no reason is given.
        """
        if preview.kind != "preview" or preview.state != "done":
            raise BadInputError(ERRORS["not_previewed"], code="not_previewed")
        if not reason.strip():
            raise BadInputError(ERRORS["no_reason"], code="no_reason")
        article = article_from(preview.payload["article"])
        digest = str(preview.payload["digest"])
        version = self._publisher.publish(person, article, digest, reason.strip(), today)
        self._asked.settle(person, preview.payload["ids"], article.id)

        def work(progress: Progress) -> dict[str, Any]:
            snapshot = self._publisher.refresh(progress)
            return {"article_id": article.id, "digest": snapshot.base.digest}

        return self._start(person, "publish", {"article_id": article.id, "version": version.id}, work)

    def dismiss(self, person: Person, ids: Sequence[int]) -> None:
        """Take questions out of what is proposed."""
        self._asked.settle(person, ids, "")

    def wait(self) -> None:
        """Wait for what was started last."""
        if self._last is not None:
            self._last.result()

    def stop(self) -> None:
        """Start nothing more; what runs ends with the process, and is shown as interrupted."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _start(
        self, person: Person, kind: str, payload: Mapping[str, Any], work: Callable[[Progress], dict[str, Any]]
    ) -> Job:
        job = self.jobs.add(person, kind, payload)
        self.jobs.tell(job.id, "waiting", PROGRESS["waiting"])
        self._last = self._pool.submit(self._run, job.id, work)
        return job

    def _run(self, job_id: str, work: Callable[[Progress], dict[str, Any]]) -> None:
        told = 0.0

        def progress(sentence: str) -> None:
            nonlocal told
            if time.monotonic() - told >= _TELL_S:
                told = time.monotonic()
                self.jobs.tell(job_id, "running", sentence)

        try:
            self.jobs.tell(job_id, "done", PROGRESS["done"], work(progress))
        except AssistantError as error:
            self.jobs.tell(job_id, "failed", error.message)
        except Exception:  # a thread's boundary: the page shows that it failed, the log why
            log.exception("the job %s failed", job_id)
            self.jobs.tell(job_id, "failed", ERRORS["job_failed"])


# ---- as JSON --------------------------------------------------------------------------


def group_json(group: Group) -> dict[str, Any]:
    return {**asdict(group), "last_at": group.last_at.isoformat()}


def group_from(data: Mapping[str, Any]) -> Group:
    return Group(**{**data, "ids": tuple(data["ids"]), "last_at": datetime.fromisoformat(data["last_at"])})


def article_json(article: Article) -> dict[str, Any]:
    """Return an article's values as JSON has them."""
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in values_of(article).items()}


def article_from(data: Mapping[str, Any]) -> Article:
    """Return the article of JSON values."""
    return parse_card(dict(data), Article)
