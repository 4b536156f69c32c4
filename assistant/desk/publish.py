"""Publishing: an article's file is rewritten, its version kept, and what is answered from is swapped while turns go on.

Several copies of the service follow one another by the database (see Publisher.follow), whether they share kb/ or not.
"""

import contextlib
import hashlib
import logging
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from assistant import index
from assistant.desk.audit import Audit
from assistant.desk_records import Person
from assistant.errors import BadInputError, ConflictError, NotFoundError, StaleIndexError, UpstreamError
from assistant.index import SearchIndex
from assistant.kb.base import load
from assistant.kb.edit import ID, edited
from assistant.kb.validate import Finding, check_draft
from assistant.knowledge import Article, KnowledgeBase
from assistant.learning_wording import ERRORS, FOUND_AT_START, PROGRESS
from assistant.records import FIELDS
from assistant.snapshot import Snapshot
from assistant.store.versions import ArticleVersions, CardFile, Version
from assistant.turn import Assistant
from assistant.understand import Understander

log = logging.getLogger(__name__)

FOLLOW_SECONDS = 3.0
Progress = Callable[[str], None]


class Publisher:
    """Changes articles and what is answered from.

    Args:
        assistant: whose shelf is swapped; its encoder encodes what is new.
        folder: the base's folder; index_dir: where its index is saved for the next start.
    """

    def __init__(
        self, assistant: Assistant, folder: Path, index_dir: Path, versions: ArticleVersions, audit: Audit
    ) -> None:
        self._assistant = assistant
        self._folder = folder
        self._index_dir = index_dir
        self._audit = audit
        self.versions = versions
        self._swapping = threading.Lock()
        self._seen = 0

    # ---- files ------------------------------------------------------------------------

    def file(self, article_id: str) -> CardFile:
        """Return an article's file as it is now; an empty one where there is none of that id.

        Raises:
            BadInputError: that is no id (bad_id).
        """
        if not ID.fullmatch(article_id):
            raise BadInputError(ERRORS["bad_id"], code="bad_id")
        path = next(iter(sorted((self._folder / "articles").rglob(f"{article_id}.yml"))), None)
        return self._read(path) if path else CardFile(article_id, "", "", "")

    def _read(self, path: Path) -> CardFile:
        data = path.read_bytes()
        where = path.relative_to(self._folder).as_posix()
        return CardFile(path.stem, where, data.decode("utf-8", "replace"), hashlib.sha256(data).hexdigest())

    def _files(self) -> Iterator[CardFile]:
        return (self._read(path) for path in sorted((self._folder / "articles").rglob("*.yml")))

    def _write(self, file: CardFile) -> None:
        """Put a file in its place in one step.

        Raises:
            UpstreamError: it cannot be written.
        """
        path = self._folder / file.path
        if not path.resolve().is_relative_to((self._folder / "articles").resolve()):
            raise BadInputError(ERRORS["bad_id"], code="bad_id")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".new", delete=False) as new:
                new.write(file.yaml.encode())
                new.flush()
                os.fsync(new.fileno())
            Path(new.name).chmod(0o644)
            Path(new.name).replace(path)
        except OSError as error:
            raise UpstreamError(ERRORS["read_only"], code="read_only") from error

    # ---- one article ------------------------------------------------------------------

    def findings(self, article: Article, today: date) -> list[Finding]:
        """Return what is wrong with an article as part of the base that is served."""
        return check_draft(article, with_article(self._assistant.base, article), today)

    def prepared(self, article: Article, digest: str) -> tuple[CardFile, CardFile]:
        """Return an article's file before and after a change.

        Args:
            digest: of the file that the editor saw, "" for a new article.

        Raises:
            ConflictError: the file is another by now (stale_article), or a new article's id is taken (id_taken).
            BadInputError: nothing changed, or something cannot be written.
        """
        before = self.file(article.id)
        if before.digest != digest:
            code = "stale_article" if digest else "id_taken"
            raise ConflictError(ERRORS[code], code=code)
        if not before.path and article.field not in FIELDS:
            raise BadInputError(ERRORS["bad_field"])
        text = edited(before.yaml, article)
        if text == before.yaml:
            raise BadInputError(ERRORS["nothing_changed"])
        path = before.path or f"articles/{article.field}/{article.id}.yml"
        return before, CardFile(article.id, path, text, hashlib.sha256(text.encode()).hexdigest())

    def publish(self, person: Person, article: Article, digest: str, reason: str, today: date) -> Version:
        """Keep a new version and write the file; `refresh` makes it answer.

        The version is stored first: after a stop in between the file is written at the next start (see catch_up).

        Raises:
            ConflictError: somebody else was faster (stale_article, id_taken).
            BadInputError: there is something to mend.
            UpstreamError: the file cannot be written.
        """
        with self._swapping:
            if any(one.is_error for one in self.findings(article, today)):
                raise BadInputError(ERRORS["needs_mending"], code="needs_mending")
            before, after = self.prepared(article, digest)
            version = self.versions.publish(person, before, after, reason)
            self._write(after)
        self._audit.note(person, "change", f"article {article.id}", what="published", version=version.id)
        return version

    # ---- what is answered from --------------------------------------------------------

    def draft(self, article: Article, progress: Progress) -> Assistant:
        """Return the assistant as it would be with a changed article; nothing of it is written or served."""
        parts = self._assistant.pinned()
        base = with_article(parts.base, article)
        parts.shelf.current = self._over(base, self._rebuilt(base, progress))
        return parts

    def refresh(self, progress: Progress) -> Snapshot:
        """Read the base again, answer from it from now on, and let other copies know."""
        with self._swapping:
            snapshot = self._swap(progress)
            served = self.versions.announce(snapshot.base.digest)
            # Where another copy changed something meanwhile, `follow` has to look once more.
            if served.number == self._seen + 1:
                self._seen = served.number
        return snapshot

    def follow(self) -> bool:
        """Load what another copy has published; say whether there was something."""
        served = self.versions.served()
        if served.number == self._seen:
            return False
        with self._swapping:
            self._bring_forward()
            snapshot = self._swap(log.info)
            self._seen = served.number
        if snapshot.base.digest != served.digest:
            log.warning("this copy's base differs from the one that was published: its folder has other files")
        return True

    def catch_up(self) -> None:
        """At the start: write what was published while this copy was away, and note what was changed by other means."""
        self._seen = self.versions.served().number
        with self._swapping:
            self._bring_forward()
            changed = self.versions.note_found(self._files(), FOUND_AT_START)
            self._swap(log.info)
        if changed:
            log.info("noted %d articles that were changed outside the desk", changed)

    def _bring_forward(self) -> None:
        """Write published versions over the earlier states of theirs; a file that nobody here knows is left alone."""
        for version in self.versions.newest().values():
            if not version.is_from_desk:
                continue
            path = self._folder / version.file.path
            there = self._read(path).digest if path.exists() else ""
            if there == version.file.digest:
                continue
            known = {one.file.digest for one in self.versions.of_article(version.file.article_id)}
            if there and there not in known:
                continue
            try:
                self._write(version.file)
            except UpstreamError:
                log.exception("article %s cannot be brought to its published version", version.file.article_id)

    def _swap(self, progress: Progress) -> Snapshot:
        """Put the base as its files are now on the shelf, where it is another one."""
        now = self._assistant.shelf.current
        base = load(self._folder)
        if base.digest == now.base.digest:
            return now
        snapshot = self._over(base, self._index_of(base, progress))
        self._assistant.shelf.current = snapshot
        log.info("answering from %d articles now", len(base.articles))
        return snapshot

    def _index_of(self, base: KnowledgeBase, progress: Progress) -> SearchIndex:
        """Return the saved index if another copy has built it already, else a new one, which is saved."""
        digest, encoder = self._assistant.index.manifest.nlu_digest, self._assistant.encoder.name
        with contextlib.suppress(StaleIndexError):
            return index.load(self._index_dir, base, digest, encoder)
        built = self._rebuilt(base, progress)
        progress(PROGRESS["save"])
        try:
            index.save(built, self._index_dir)
        except OSError:
            log.exception("the index was not saved; the next start builds it")
        return built

    def _rebuilt(self, base: KnowledgeBase, progress: Progress) -> SearchIndex:
        parts = self._assistant.pinned()
        progress(PROGRESS["index"])
        return index.rebuild(parts.index, parts.base, base, parts.encoder, lambda _: None)

    def _over(self, base: KnowledgeBase, built: SearchIndex) -> Snapshot:
        before = self._assistant.understander
        return Snapshot(base, built, Understander(built, before.finder, before.leading))


class Follower(threading.Thread):
    """Looks every few seconds whether another copy has published something."""

    def __init__(self, publisher: Publisher) -> None:
        super().__init__(name="follower", daemon=True)
        self._publisher = publisher
        self._stop_event = threading.Event()

    def run(self) -> None:
        while not self._stop_event.wait(FOLLOW_SECONDS):
            try:
                self._publisher.follow()
            except Exception:  # a thread's boundary: the database may be away for a while
                log.exception("following the published base failed")

    def stop(self) -> None:
        self._stop_event.set()


def with_article(base: KnowledgeBase, article: Article) -> KnowledgeBase:
    """Return a base with an article added or changed."""
    articles = {**base.articles, article.id: article}
    return replace(base, articles=articles, digest=f"{base.digest} with {article.id}")


def article_of(base: KnowledgeBase, article_id: str) -> Article:
    """Return an article.

    Raises:
        NotFoundError: there is none of that id.
    """
    if article_id not in base.articles:
        raise NotFoundError(ERRORS["no_article"], code="no_article")
    return base.articles[article_id]
