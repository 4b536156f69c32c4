"""What an engine has joined for some listings, turned into what screening needs to know."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.product_safety import Certificate, Freshness, Known, Listing, Recall
from assistant.safety.gather import Requires, assembler
from assistant.safety.listings.files import Row
from assistant.safety.listings.rows import listing_of
from assistant.safety.mirror.rows import certificate_of, recall_of
from assistant.screening.policy import Policy
from assistant.screening.wants import wanted

Fact = tuple[str, str, str]
"""Kind, key and payload, as in an export."""


@dataclass(frozen=True)
class Judge:
    """All that screening needs beside the facts; pickled to every worker of an engine."""

    requirements: Requires
    freshness: Freshness
    policy: Policy


def fact_keys(rows: Iterable[Row]) -> set[tuple[str, str]]:
    """Return kind and key of every fact that could concern one of the rows."""
    keys: set[tuple[str, str]] = set()
    for row in rows:
        listing = listing_of(row)
        if isinstance(listing, Listing):
            asked = wanted(listing)
            keys.update(asked.recall_keys)
            for bare in asked.bare_keys:
                keys.update((("certificate", bare), ("first", bare)))
    return keys


def gathering(facts: Iterable[Fact], judge: Judge) -> Callable[[Sequence[Listing]], list[Known]]:
    """Return what gathers the known of listings whose facts were joined."""
    certificates: dict[str, list[Certificate]] = defaultdict(list)
    successors: dict[str, list[Certificate]] = defaultdict(list)
    recalls: dict[tuple[str, str], list[Recall]] = defaultdict(list)
    for kind, key, payload in facts:
        record = json.loads(payload)
        if kind == "certificate":
            certificates[key].append(certificate_of(record))
        elif kind == "first":
            successors[key].append(certificate_of(record))
        else:
            recalls[kind, key].append(recall_of(record))
    found = {key: tuple(several) for key, several in certificates.items()}
    later = {key: tuple(several) for key, several in successors.items()}
    matching = {key: tuple(several) for key, several in recalls.items()}
    assemble = assembler(judge.requirements, judge.freshness)
    return lambda listings: [assemble(one, wanted(one), found, later, matching) for one in listings]
