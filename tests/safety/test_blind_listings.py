"""A second labelled set, by somebody who had seen neither the rules nor the first set.

tests/data/second_listings.jsonl has 266 listings with the verdicts that their writer read in docs/product-safety.md.
Some labels are disputed, and some faults are known: the limits below are what was measured on 22 November 2026, before
anything was mended with this set, and are only ever lowered.
"""

import json
from collections.abc import Iterator
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

FILE = Path(__file__).parents[1] / "data" / "second_listings.jsonl"
DATA_DATE = "20261120"
HARMLESS = {"ok", "not_required"}
FALSE_OK_MAX, FALSE_BLOCK_MAX, FALSE_STOP_MAX = 1, 2, 22
"""Listings passed that should not be; harmless ones blocked; harmless ones blocked or held (of 137)."""

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


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[set[str], Verdict]]:
    cases = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    requirements = Requirements(load(Settings().kb_dir))
    folder = tmp_path_factory.mktemp("second")
    gatherers = {name: Gatherer(mirror, requirements) for name, mirror in mirrors(cases, folder)}
    listings = [Listing(**{"product_name": "", **case["listing"]}) for case in cases]
    known = [gatherers[case["mirror"]].gathered([one])[0] for case, one in zip(cases, listings, strict=True)]
    return [(set(case["labels"]), screen(*pair)) for case, *pair in zip(cases, listings, known, strict=True)]


def test_hardly_anything_that_asks_for_attention_passes(judged: list[tuple[set[str], Verdict]]) -> None:
    passed = [found.listing_id for labels, found in judged if found.verdict in HARMLESS and not labels & HARMLESS]

    assert len(passed) <= FALSE_OK_MAX, passed


def test_hardly_anything_harmless_is_blocked_and_not_much_is_held(judged: list[tuple[set[str], Verdict]]) -> None:
    harmless = [found for labels, found in judged if labels <= HARMLESS]
    blocked = [found.listing_id for found in harmless if found.action == "block"]
    stopped = [found.listing_id for found in harmless if found.action in ("block", "hold")]

    assert len(blocked) <= FALSE_BLOCK_MAX, blocked
    assert len(stopped) <= FALSE_STOP_MAX, stopped
