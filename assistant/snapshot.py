"""What questions are answered from at one moment, and the shelf that holds it while the service runs."""

from dataclasses import dataclass

from assistant.index import SearchIndex
from assistant.knowledge import KnowledgeBase
from assistant.understand import Understander


@dataclass(frozen=True)
class Snapshot:
    """A base, the index built from it, and the understander over that index: they belong together and never change."""

    base: KnowledgeBase
    index: SearchIndex
    understander: Understander


class Shelf:
    """Holds the snapshot that the next turn takes.

    Putting another one here is one assignment: a turn under way goes on with what it took (see Assistant.pinned).
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.current = snapshot
