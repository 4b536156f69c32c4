"""What has to be looked up before a listing can be screened. Pure."""

from dataclasses import dataclass

from assistant.product_safety import Listing
from assistant.screening.barcodes import barcode_keys, spellings
from assistant.screening.models import says_nothing
from assistant.screening.names import model_keys, models_in_name
from assistant.screening.numbers import bare_key, find_numbers

_KEY_MAX = 200
"""No published name is longer; a longer key would only burden the look-up."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Keys of certificates and of recalls, each once.

    Attributes:
        bare_keys: of the KC numbers in the listing; look up their certificates, and their successors.
        recall_keys: (kind, key), kind one of "number" (bare key), "barcode" (digits) and "model". None by the product's
            name: a recall that shares no number, barcode or model never matches.
    """

    bare_keys: tuple[str, ...]
    recall_keys: tuple[tuple[str, str], ...]


def wanted(listing: Listing) -> Wanted:
    """Return what has to be looked up for a listing; never raises, and at most some hundred keys."""
    numbers = find_numbers(listing.cert_field)
    bare = dict.fromkeys(bare_key(number.key) for number in numbers if number.register == "kc")
    recalls = [("number", number.bare) for number in numbers]
    recalls += [("barcode", digits) for key in barcode_keys(listing.barcode) for digits in spellings(key)]
    recalls += [("model", key) for key in listed_models(listing)]
    kept = [(kind, key) for kind, key in recalls if key and len(key) <= _KEY_MAX]
    return Wanted(tuple(bare), tuple(dict.fromkeys(kept)))


def listed_models(listing: Listing) -> tuple[str, ...]:
    """Return the keys of a listing's models; where the field names none, also of what in its name can only be one."""
    keys = model_keys(listing.model_name)
    is_silent = all(says_nothing(key, listing.product_name) for key in keys)
    return (*keys, *models_in_name(listing.product_name)) if is_silent else keys
