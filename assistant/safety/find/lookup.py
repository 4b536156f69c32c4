"""Looking certificates and recalls up for a conversation."""

import logging
from dataclasses import dataclass

from assistant.errors import UpstreamError
from assistant.product_safety import LookedUp
from assistant.safety.find.finder import Finder
from assistant.safety.find.number_lookup import meant
from assistant.safety.mirror.reading import Mirror
from assistant.screening.numbers import bare_key

log = logging.getLogger(__name__)

_SHOWN = 5
"""Results that a conversation can use."""

_QUERY_LETTERS = 200
"""A product's name is shorter; what a person tells around it may be long."""

_SURE_ENOUGH = 0.5
"""Score of a result by text from which it is shown: below it only single words agree."""


@dataclass(frozen=True)
class Products:
    """Look-ups that never raise for a mirror out of reach: `failed` is not the same as nothing found."""

    mirror: Mirror
    finder: Finder

    def by_number(self, number: str) -> LookedUp:
        """Return the certificates with a number, the one spelt exactly so alone if there is one, and its recalls."""
        try:
            return self._by_number(number)
        except UpstreamError:
            log.exception("a certificate could not be looked up")
            return LookedUp(number, failed=True)

    def by_text(self, text: str) -> LookedUp:
        """Return certificates and recalls that fit a product, model, maker, brand or barcode, best first."""
        try:
            found = self.finder.find(text[:_QUERY_LETTERS], _SHOWN)
            freshness = self.mirror.freshness()
        except UpstreamError:
            log.exception("a product could not be looked up")
            return LookedUp(text, failed=True)
        sure = [one for one in found if one.score >= _SURE_ENOUGH]
        certificates = tuple(one.certificate for one in sure if one.certificate)
        recalls = tuple(one.recall for one in sure if one.recall)
        return LookedUp(text, certificates, recalls=recalls, freshness=freshness)

    def _by_number(self, number: str) -> LookedUp:
        bare = bare_key(number)
        certificates = meant(number, self.mirror.certificates([bare])[bare])
        recalls = self.mirror.recalls([("number", bare)])[("number", bare)]
        successors = self.mirror.successors([bare])[bare]
        return LookedUp(number, certificates, successors, recalls, self.mirror.freshness())
