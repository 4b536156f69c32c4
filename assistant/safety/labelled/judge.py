"""The labelled set held against the real mirror and rules, and what came out of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assistant.product_safety import VERDICTS, Verdict, VerdictKind
from assistant.safety.database import open_safety_database
from assistant.safety.gather import Gatherer
from assistant.safety.goods.requirements import Requirements
from assistant.safety.labelled.cases import Case, LabelledSet, MirrorKind
from assistant.safety.labelled.make import DATA_DATE
from assistant.safety.mirror.reading import Mirror
from assistant.screening.screen import screen

_HARMLESS: tuple[VerdictKind, ...] = ("ok", "not_required")
"""Verdicts after which a mall lets a listing pass; the default policy lets no other pass."""
_AT_ONCE = 500
_MIRRORS: tuple[MirrorKind, ...] = ("whole", "partial", "empty")


@dataclass(frozen=True, slots=True)
class Judged:
    """A case beside the verdict that it got."""

    case: Case
    verdict: Verdict

    @property
    def is_right(self) -> bool:
        return self.case.expected == self.verdict.verdict

    @property
    def is_false_ok(self) -> bool:
        """Whether it is called ok although its label is one that asks for attention."""
        return self.verdict.verdict == "ok" and self.case.expected not in _HARMLESS

    @property
    def is_false_pass(self) -> bool:
        """Whether the default policy lets it pass although its label asks for attention; wider than a false ok."""
        return self.verdict.action == "pass" and self.case.expected not in _HARMLESS

    @property
    def is_false_block(self) -> bool:
        """Whether the default policy blocks or holds it although its label is ok or not_required."""
        return self.case.expected in _HARMLESS and self.verdict.action in ("block", "hold")


@dataclass(frozen=True)
class Judgement:
    """Every case with its verdict."""

    judged: tuple[Judged, ...]

    @cached_property
    def matrix(self) -> Counter[tuple[VerdictKind, VerdictKind]]:
        """How often a label got a verdict, by (label, verdict)."""
        return Counter((one.case.expected, one.verdict.verdict) for one in self.judged)

    @cached_property
    def wrong(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.judged if not one.is_right)

    @cached_property
    def false_ok(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.judged if one.is_false_ok)

    @cached_property
    def false_pass(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.judged if one.is_false_pass)

    @cached_property
    def false_blocks(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.judged if one.is_false_block)

    @property
    def false_block_share(self) -> float:
        """False blocks among the listings whose label is ok or not_required, from 0 to 1."""
        harmless = sum(one.case.expected in _HARMLESS for one in self.judged)
        return len(self.false_blocks) / max(1, harmless)

    def rows(self) -> list[tuple[VerdictKind, dict[VerdictKind, int]]]:
        """Return the confusion matrix by label, in the order of VERDICTS, without its zeros."""
        return [
            (label, {verdict: count for verdict in VERDICTS if (count := self.matrix[label, verdict])})
            for label in VERDICTS
        ]


def judge(labelled: LabelledSet, requirements: Requirements, folder: Path) -> Judgement:
    """Screen every case against the mirror that it asks for.

    Args:
        folder: an empty folder for the mirrors' SQLite files.

    Raises:
        UpstreamError: a mirror does not answer.
    """
    found: dict[str, Judged] = {}
    for kind in _MIRRORS:
        cases = [case for case in labelled.cases if case.mirror == kind]
        engine = open_safety_database(f"sqlite:///{folder / f'{kind}.db'}")
        try:
            mirror = Mirror(engine)
            _fill(mirror, labelled, kind)
            found.update((one.case.listing.id, one) for one in _judged(cases, Gatherer(mirror, requirements)))
        finally:
            engine.dispose()
    return Judgement(tuple(found[case.listing.id] for case in labelled.cases))


def _fill(mirror: Mirror, labelled: LabelledSet, kind: MirrorKind) -> None:
    if kind == "empty":
        return
    mirror.mark(DATA_DATE, is_complete=False, is_demo=True)
    mirror.put_certificates(labelled.certificates)
    mirror.put_recalls(labelled.recalls)
    mirror.mark(DATA_DATE, is_complete=kind == "whole", is_demo=True)


def _judged(cases: Sequence[Case], gatherer: Gatherer) -> Iterable[Judged]:
    for at in range(0, len(cases), _AT_ONCE):
        chunk = cases[at : at + _AT_ONCE]
        listings = [case.listing for case in chunk]
        for case, known in zip(chunk, gatherer.gathered(listings), strict=True):
            yield Judged(case, screen(case.listing, known))
