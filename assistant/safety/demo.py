"""Made-up data for trying the product-safety side out without a key; the mirror is marked as such."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from assistant.product_safety import Recall
from assistant.safety.invented import recalls as invented_recalls
from assistant.safety.invented.certificates import Press
from assistant.safety.mirror.reading import Mirror
from assistant.safety.published.records import recall_from
from assistant.safety_wording import DEMO_PROGRESS

T = TypeVar("T")

DATA_DATE = "20261031"
_DOMESTIC_SHARE = 4_000 / 37_000
_TOLD_EVERY = 5_000

Progress = Callable[[float, str], None]
"""Told how much is done, from 0 to 1, and a sentence."""


def _quiet(_share: float, _text: str) -> None: ...


def make(
    mirror: Mirror,
    certificates: int = 800_000,
    recalls: int = 37_000,
    seed: int = 1381,
    progress: Progress = _quiet,
) -> None:
    """Empty the mirror and fill it with made-up data; the same numbers give the same data.

    Takes little memory, whatever the count. While it runs, and if it is killed, the mirror is marked as made up and
    incomplete.

    Args:
        certificates: how many; 9.9 million at most have numbers of their own.
        recalls: how many, one of nine domestic.

    Raises:
        UpstreamError: the database does not answer.
    """
    mirror.clear()
    mirror.mark(DATA_DATE, is_complete=False, is_demo=True)
    press = Press(certificates, seed)
    whole = certificates + recalls
    mirror.put_certificates(_told(press, certificates, "certificates", 0, whole, progress))
    made = _recalls(recalls, press, seed)
    mirror.put_recalls(_told(made, recalls, "recalls", certificates, whole, progress))
    mirror.mark(DATA_DATE, is_complete=True, is_demo=True)
    progress(1.0, DEMO_PROGRESS["recalls"].format(done=recalls, of=recalls))


def _recalls(count: int, press: Press, seed: int) -> Iterator[Recall]:
    home = round(count * _DOMESTIC_SHARE)
    for records, is_foreign in (
        (invented_recalls.domestic(home, press, seed), False),
        (invented_recalls.foreign(count - home, press, seed), True),
    ):
        for record in records:
            recall = recall_from(record, is_foreign=is_foreign)
            if recall:
                yield recall


def _told(rows: Iterable[T], of: int, what: str, before: int, whole: int, progress: Progress) -> Iterator[T]:
    for at, row in enumerate(rows):
        if at % _TOLD_EVERY == 0:
            progress((before + at) / max(1, whole), DEMO_PROGRESS[what].format(done=at, of=of))
        yield row
