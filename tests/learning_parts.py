"""A log that went badly, and the parts of learning over the small base."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from assistant import index, nlu
from assistant.bootstrap import LearningParts, open_learning
from assistant.desk.audit import Audit
from assistant.desk_records import Person
from assistant.index import SearchIndex
from assistant.kb.base import load
from assistant.records import Hit, Label, MaskedText, Reply, State, Understanding
from assistant.settings import Settings
from assistant.snapshot import Shelf, Snapshot
from assistant.store.conversations import ConversationStore
from assistant.store.database import transaction
from assistant.store.tables import MessageRow
from assistant.store.tickets import TicketStore
from assistant.store.visit_tables import RatingRow
from assistant.turn import Assistant
from assistant.understand import Understander
from assistant.wire import reply_json

DATA = Path(__file__).parent / "data"
NOW = datetime.now(UTC)
EDITOR = Person(7, "han", "한편집", "editor")
ABOUT = Understanding(Label("ask_cost", 0.9), Label("domestic", 0.9), Label("electrical", 0.9))


def parts_of(
    house: Assistant, engine: Engine, folder: Path, built: SearchIndex, index_dir: Path
) -> tuple[LearningParts, Assistant]:
    """Put learning together over a folder of its own, as bootstrap does; each call is a copy of the service."""
    base, before = load(folder), house.shelf.current
    if base.digest == built.manifest.kb_digest:
        fresh = built
    else:
        fresh = index.build(base, nlu.load_examples(DATA / "toy_nlu"), built.manifest.nlu_digest, house.encoder, _quiet)
    shelf = Shelf(Snapshot(base, fresh, Understander(fresh, before.understander.finder)))
    stores = {"conversations": ConversationStore(engine), "tickets": TicketStore(engine)}
    assistant = replace(house, shelf=shelf, **stores)  # type: ignore[arg-type]
    settings = Settings(kb_dir=folder, index_dir=index_dir, nlu_dir=DATA / "toy_nlu")
    return open_learning(settings, engine, assistant, Audit(engine)), assistant


def _quiet(_: str) -> None:
    """Progress that nobody looks at."""


class Log:
    """Writes conversations as a live turn stores them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._store = ConversationStore(engine)

    def ask(self, text: str, decision: str, reason: str, conversation: str | None = None, **more: Any) -> MessageRow:
        """Store a question with its reply; return the reply."""
        accepted = self._store.accept(MaskedText(text), conversation, None)
        said = Reply(accepted.conversation.id, decision, reason, "답", understanding=ABOUT, **more)  # type: ignore[arg-type]
        self._store.finish(accepted, State(), None, lambda _: reply_json(said))
        with transaction(self._engine) as session:
            session.expire_on_commit = False
            return session.query(MessageRow).filter_by(reply_to=accepted.id).one()

    def fail(self, text: str, conversation: str | None = None) -> MessageRow:
        return self.ask(text, "hand_off", "low_confidence", conversation, candidates=(Hit("safety-law", "?", 0.1),))

    def tell(self, conversation_id: str, text: str, **more: str) -> None:
        """Let a consultant answer."""
        reply: Mapping[str, Any] = {"decision": "hand_off", "reason": "consultant_answered", "is_answer": True, **more}
        self._add(conversation_id, MessageRow(role="consultant", text=text, reply=dict(reply)))

    def _add(self, conversation_id: str, row: MessageRow) -> None:
        row.conversation_id, row.is_settled, row.created_at = conversation_id, True, datetime.now(UTC)
        with transaction(self._engine) as session:
            session.add(row)

    def rate(self, reply: MessageRow, score: str) -> None:
        now = datetime.now(UTC)
        with transaction(self._engine) as session:
            session.add(RatingRow(message_id=reply.id, score=score, created_at=now, updated_at=now))

    def age(self, reply: MessageRow, **parts: float) -> None:
        """Move a question and its reply into the past."""
        with transaction(self._engine) as session:
            for row in session.query(MessageRow).filter_by(conversation_id=reply.conversation_id):
                row.created_at -= timedelta(**parts)
