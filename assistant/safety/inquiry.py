"""A shopper's inquiry from a product page: the product is screened like a mall's listing, and told in plain words."""

from collections.abc import Mapping
from typing import Protocol

from assistant import channel_wording as words
from assistant.product_safety import Known, Listing, Verdict
from assistant.screening.numbers import find_numbers
from assistant.screening.particles import Word
from assistant.screening.screen import screen
from assistant.screening.tell import shown

_ABSENT = ("number_missing", "duty_unknown", "duty_depends")
"""Rules that a number would help to get beyond."""


class Gathers(Protocol):
    """What is asked of the gatherer (see gather.py)."""

    def known_now(self, listing: Listing) -> Known: ...


class Inquiry:
    """Answers inquiries; may be used from several threads."""

    def __init__(self, gatherer: Gathers) -> None:
        self._gatherer = gatherer

    def __call__(self, product: Mapping[str, str]) -> str:
        """Return what is to be told of a product.

        Args:
            product: what the platform tells of it: "name", and perhaps more.
        """
        name = product.get("name", "")
        # A shop may write the number behind the name; a name without one is no field for numbers.
        listing = Listing("inquiry", name, name if find_numbers(name) else "")
        return told(name, screen(listing, self._gatherer.known_now(listing)))


def told(name: str, verdict: Verdict) -> str:
    """Return a verdict on a product in plain words for whoever asked: what came out, why, and what to do next."""
    parts = [
        words.PRODUCT_CHECKED.format(name=shown(name)),
        f"{words.PRODUCT_VERDICTS[_headline(verdict)]} {_reason(verdict)}".strip(),
        words.PRODUCT_SEND_NUMBER if verdict.rule in _ABSENT else _next(verdict),
        *(words.PRODUCT_EVIDENCE.format(url=url) for url in verdict.links[:1]),
    ]
    return "\n\n".join(part for part in parts if part)


def _headline(verdict: Verdict) -> str:
    # The page may show a number all the same: that it was not told to us is nothing to warn of.
    return "cannot_check" if verdict.rule == "number_missing" else verdict.verdict


def _reason(verdict: Verdict) -> str:
    if verdict.rule == "number_missing":
        item, scheme = Word(verdict.requirement.item_name), verdict.requirement.scheme_name
        return words.PRODUCT_NEEDS_NUMBER.format(item=item, scheme=scheme)
    return verdict.reason


def _next(verdict: Verdict) -> str:
    return words.PRODUCT_NEXT.get(verdict.verdict, words.PRODUCT_NEXT[""])
