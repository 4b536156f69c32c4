"""Numbers that belong to a part of a product: its battery, its charger. Pure."""

from functools import lru_cache

from assistant.product_safety import Certificate, Listing
from assistant.screening.names import name_key
from assistant.screening.products import named
from assistant.screening.words import PART_KINDS, SUPPLIED_APART, WIRELESS

_SUPPLIED_APART, _WIRELESS = tuple(SUPPLIED_APART.split()), tuple(WIRELESS.split())


def is_named_in(part: str, listing: Listing) -> bool:
    """Say whether a listing's name or category has the label's word, but not as in "배터리 포함".

    It may sell the part itself then.
    """
    told = "".join(named(listing.product_name).words + named(listing.category).words)
    return any(word in told for word in _own_words(part, listing))


def is_itself(part: str, listing: Listing) -> bool:
    """Say whether what a listing sells is such a part: its last word, or that of its category, says so."""
    heads = (named(listing.product_name).head, named(listing.category).head)
    return any(head.endswith(word) for head in heads for word in _own_words(part, listing))


def is_kind(part: str, certificate: Certificate) -> bool:
    """Say whether a certificate is of such a part."""
    text = name_key(certificate.product_name + certificate.category_name)
    return any(word in text for word in _words_of(part))


def _own_words(part: str, listing: Listing) -> tuple[str, ...]:
    """Return the words by which a listing may name such a part; a wireless charger is no adapter, but fed by one."""
    label = name_key(part)
    if not any(word in label for word in _SUPPLIED_APART):
        return _words_of(part)
    told = name_key(listing.product_name + listing.category)
    return _SUPPLIED_APART if any(word in told for word in _WIRELESS) else _words_of(part)


@lru_cache(maxsize=256)
def _words_of(part: str) -> tuple[str, ...]:
    """Return the words for parts of this kind; the label itself where it is of none."""
    label = name_key(part)
    kinds = (words.split() for words in PART_KINDS.values())
    return next((tuple(words) for words in kinds if any(word in label for word in words)), (label,))
