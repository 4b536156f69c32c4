"""Labelled listings by writers who had seen neither the rules nor each other's sets.

tests/data/second_listings.jsonl has 266, tests/data/third_listings.jsonl 400, with the verdicts that their writers read
in docs/product-safety.md. Some labels are disputed. The rules were mended with the second set (before: 1 listing passed
that should not be, 2 harmless ones blocked, 22 stopped); the third one judged that: 3 of 181 passed, 0 of 226 harmless
ones blocked, 43 held. One of the three was mended after it. The limits were measured on 22 November 2026 and are only
ever lowered.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.kb.base import load
from assistant.product_safety import Certificate, Factory, Listing, Recall, Verdict
from assistant.safety.database import open_safety_database
from assistant.safety.gather import Gatherer
from assistant.safety.goods.requirements import Requirements
from assistant.safety.mirror.reading import Mirror
from assistant.screening.screen import screen
from assistant.settings import Settings

DATA = Path(__file__).parents[1] / "data"
DATA_DATE = "20261120"
HARMLESS = {"ok", "not_required"}
LIMITS = {"second_listings.jsonl": (0, 0, 10), "third_listings.jsonl": (2, 0, 43)}
"""Listings passed that should not be; harmless ones blocked; harmless ones blocked or held."""

Case = dict[str, Any]


def certificate(uid: int, fields: Case) -> Certificate:
    factories = tuple(Factory(name) for name in fields.pop("factories", ()))
    derived = tuple(fields.pop("derivation_models", ()))
    return Certificate(uid, factories=factories, derivation_models=derived, **{"cert_state": "", **fields})


def recall(uid: int, fields: Case) -> Recall:
    is_foreign = fields.pop("is_foreign", False)
    return Recall(f"{'F' if is_foreign else 'D'}{uid}", is_foreign, published="20250101", **fields)


def mirrors(cases: list[Case], folder: Path) -> Iterator[tuple[str, Mirror]]:
    """A whole mirror, one that lacks what it should have, and one without anything."""
    certificates = [one for case in cases for one in case["certificates"]]
    known = [certificate(uid, dict(one)) for uid, one in enumerate(certificates, 1)]
    recalls = [recall(uid, dict(one)) for uid, one in enumerate((r for c in cases for r in c["recalls"]), 1)]
    for name, some in (("full", known), ("incomplete", known[:50]), ("empty", [])):
        mirror = Mirror(open_safety_database(f"sqlite:///{folder / name}.db"))
        mirror.put_certificates(some)
        if some:
            mirror.put_recalls(recalls if name == "full" else [])
            mirror.mark(DATA_DATE, is_complete=name == "full", is_demo=False)
        yield name, mirror


@dataclass(frozen=True)
class Judged:
    """What was found beside what the writer says, and the limits of the set."""

    pairs: list[tuple[set[str], Verdict]]
    passed_max: int
    blocked_max: int
    stopped_max: int


@pytest.fixture(scope="module", params=LIMITS, ids=lambda name: name.split("_")[0])
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    cases = [json.loads(line) for line in (DATA / request.param).read_text(encoding="utf-8").splitlines()]
    requirements = Requirements(load(Settings().kb_dir))
    folder = tmp_path_factory.mktemp("blind")
    gatherers = {name: Gatherer(mirror, requirements) for name, mirror in mirrors(cases, folder)}
    listings = [Listing(**{"product_name": "", **case["listing"]}) for case in cases]
    known = [gatherers[case["mirror"]].gathered([one])[0] for case, one in zip(cases, listings, strict=True)]
    found = [(set(case["labels"]), screen(*pair)) for case, *pair in zip(cases, listings, known, strict=True)]
    return Judged(found, *LIMITS[request.param])


def test_hardly_anything_that_asks_for_attention_passes(judged: Judged) -> None:
    passed = [found.listing_id for labels, found in judged.pairs if found.verdict in HARMLESS and not labels & HARMLESS]

    assert len(passed) <= judged.passed_max, passed


def test_hardly_anything_harmless_is_blocked_and_not_much_is_held(judged: Judged) -> None:
    harmless = [found for labels, found in judged.pairs if labels <= HARMLESS]
    blocked = [found.listing_id for found in harmless if found.action == "block"]
    stopped = [found.listing_id for found in harmless if found.action in ("block", "hold")]

    assert len(blocked) <= judged.blocked_max, blocked
    assert len(stopped) <= judged.stopped_max, stopped
