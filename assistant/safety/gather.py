"""Gathering what is known about listings before they are screened: a few queries for a thousand of them."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Protocol

from assistant.errors import UpstreamError
from assistant.product_safety import Certificate, Freshness, Kinship, Known, Listing, Recall, Requirement
from assistant.screening.numbers import find_numbers
from assistant.screening.states import state_kind
from assistant.screening.wants import Wanted, wanted

Fetch = Callable[[str], Certificate | None]
"""Asks the interface for one certificate by its number: None where there is none; UpstreamError where it cannot say."""

_SHELF_SECONDS = 60.0
_SHELF_KEYS = 100_000
_FETCHED_MAX = 3
"""Numbers of one listing that are asked for on the spot; each may take as long as the client's time limit."""


class Mirrors(Protocol):
    """What is asked of the mirror (see mirror/reading.py)."""

    def certificates(self, bare_keys: Collection[str]) -> Mapping[str, tuple[Certificate, ...]]: ...
    def successors(self, bare_keys: Collection[str]) -> Mapping[str, tuple[Certificate, ...]]: ...
    def recalls(self, keys: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[Recall, ...]]: ...
    def put_certificates(self, rows: Iterable[Certificate]) -> int: ...
    def freshness(self) -> Freshness: ...


class Requires(Protocol):
    """What is asked of the knowledge base (see goods/requirements.py)."""

    def of(self, product_name: str, category: str) -> Requirement: ...
    def item_of(self, product_text: str) -> str: ...
    def kin_of(self, product_text: str) -> Mapping[str, Kinship]: ...


class Gatherer:
    """Fills what screening needs to know, from the mirror and the knowledge base; may be used from several threads."""

    def __init__(self, mirror: Mirrors, requirements: Requires, fetch: Fetch | None = None) -> None:
        self._mirror = mirror
        self._requirements = requirements
        self._fetch = fetch
        self._shelf = _Shelf(mirror)

    def known_for(self, listings: Sequence[Listing]) -> list[Known]:
        """Return what is known about each listing, in their order.

        A mirror that does not answer is no error here: each of the numbers then counts as one that could not be looked
        up, and never as one that does not exist.
        """
        try:
            return self.gathered(listings)
        except UpstreamError:
            return [self._unknown(listing) for listing in listings]

    def gathered(self, listings: Sequence[Listing]) -> list[Known]:
        """Return what is known about each listing, in their order; for a file, which can wait for the mirror.

        Raises:
            UpstreamError: the mirror does not answer.
        """
        freshness = self._mirror.freshness()
        asked = [wanted(listing) for listing in listings]
        numbers = {key for one in asked for key in one.bare_keys}
        certificates = self._mirror.certificates(numbers) if numbers else {}
        expired = {key for key, found in certificates.items() if any(map(_is_expired, found))}
        successors = self._mirror.successors(expired) if expired else {}
        recalls = self._shelf.recalls({key for one in asked for key in one.recall_keys}, freshness)
        basis = assembler(self._requirements, freshness)
        return [
            basis(listing, one, certificates, successors, recalls) for listing, one in zip(listings, asked, strict=True)
        ]

    def known_now(self, listing: Listing) -> Known:
        """Return what is known about one listing; what the mirror lacks is asked of the interface, where one is set."""
        known = self.known_for([listing])[0]
        if self._fetch is None or known.is_demo or known.failed:
            return known
        fetched = self._fetched(_lacking(listing, known))
        if not fetched:
            return known
        try:
            self._mirror.put_certificates(fetched)
        except UpstreamError:
            return known
        return self.known_for([listing])[0]

    def _fetched(self, numbers: Sequence[str]) -> list[Certificate]:
        found: list[Certificate] = []
        for number in numbers[:_FETCHED_MAX]:
            try:
                certificate = self._fetch(number) if self._fetch else None
            except UpstreamError:
                break
            if certificate is not None:
                found.append(certificate)
        return found

    def _unknown(self, listing: Listing) -> Known:
        return Known(
            requirement=self._requirements.of(listing.product_name, listing.category),
            failed=frozenset(wanted(listing).bare_keys),
            is_complete=False,
        )


class _Shelf:
    """Keeps the recalls of the last minute at hand: a model like "A1" has dozens of them, and comes again and again.

    A recall that is added changes the mirror's count, in the same transaction; whoever knows of it finds it here.
    """

    def __init__(self, mirror: Mirrors) -> None:
        self._mirror = mirror
        self._lock = threading.Lock()
        self._by_key: dict[tuple[str, str], tuple[Recall, ...]] = {}
        self._by_uid: dict[str, Recall] = {}
        self._basis: Freshness | None = None
        self._until = 0.0

    def recalls(
        self, keys: Collection[tuple[str, str]], freshness: Freshness
    ) -> Mapping[tuple[str, str], tuple[Recall, ...]]:
        """Return, for every (kind, key) asked for, the recalls that have it, without their published records."""
        with self._lock:
            self._clear_if_old(freshness)
            found = {key: self._by_key[key] for key in keys if key in self._by_key}
        missing = [key for key in keys if key not in found]
        if not missing:
            return found
        fetched = self._mirror.recalls(missing)
        with self._lock:
            kept = {key: tuple(self._kept(one) for one in several) for key, several in fetched.items()}
            if self._basis == freshness:
                self._by_key.update(kept)
        return {**found, **kept}

    def _clear_if_old(self, freshness: Freshness) -> None:
        if freshness == self._basis and monotonic() < self._until and len(self._by_key) < _SHELF_KEYS:
            return
        self._by_key.clear()
        self._by_uid.clear()
        self._basis, self._until = freshness, monotonic() + _SHELF_SECONDS

    def _kept(self, recall: Recall) -> Recall:
        """Return the one object for a recall; its published record, most of its size, is nothing to judge by."""
        return self._by_uid.setdefault(recall.uid, replace(recall, raw={}))


Assemble = Callable[
    [
        Listing,
        Wanted,
        Mapping[str, tuple[Certificate, ...]],
        Mapping[str, tuple[Certificate, ...]],
        Mapping[tuple[str, str], tuple[Recall, ...]],
    ],
    Known,
]


def assembler(requirements: Requires, freshness: Freshness) -> Assemble:
    """Return what puts together the known of one listing from what was found for many.

    The engines for large catalogues use it too, so that a listing's known is the same wherever it is screened.
    """

    def assemble(
        listing: Listing,
        asked: Wanted,
        certificates: Mapping[str, tuple[Certificate, ...]],
        successors: Mapping[str, tuple[Certificate, ...]],
        recalls: Mapping[tuple[str, str], tuple[Recall, ...]],
    ) -> Known:
        mine = {key: certificates.get(key, ()) for key in asked.bare_keys}
        later = {
            key: successors[key] for key in asked.bare_keys if any(map(_is_expired, mine[key])) and key in successors
        }
        matching = {recall.uid: recall for key in asked.recall_keys for recall in recalls.get(key, ())}
        return Known(
            certificates=mine,
            successors=later,
            recalls=tuple(matching[uid] for uid in sorted(matching)),
            requirement=requirements.of(listing.product_name, listing.category),
            items=_items(requirements, listing, (*mine.values(), *later.values()), matching.values()),
            kin=_kin(requirements, (*mine.values(), *later.values())),
            data_date=freshness.data_date,
            is_demo=freshness.is_demo,
            is_complete=freshness.is_complete,
        )

    return assemble


def _items(
    requirements: Requires, listing: Listing, found: Iterable[tuple[Certificate, ...]], recalls: Iterable[Recall]
) -> dict[str, str]:
    texts = {listing.product_name, *(one.product_name for one in recalls)}
    texts.update(one.product_name for certificates in found for one in certificates)
    items = ((text, requirements.item_of(text)) for text in sorted(texts))
    return {text: item for text, item in items if item}


def _kin(requirements: Requires, found: Iterable[tuple[Certificate, ...]]) -> dict[str, Mapping[str, Kinship]]:
    texts = {one.product_name for certificates in found for one in certificates}
    return {text: kin for text in texts if (kin := requirements.kin_of(text))}


def _is_expired(certificate: Certificate) -> bool:
    return state_kind(certificate.cert_state) == "expired"


def _lacking(listing: Listing, known: Known) -> list[str]:
    """Return the numbers that the mirror does not have, or not with the detail that a comparison of models needs."""
    lacking: dict[str, None] = {}
    for number in find_numbers(listing.cert_field):
        found = known.certificates.get(number.bare, ())
        if number.register == "kc" and not found:
            lacking[number.text] = None
        elif listing.model_name:
            lacking.update((one.cert_num, None) for one in found if not one.has_detail)
    return list(lacking)
