"""Which recalls fit a listing. Pure.

A recall that fits is a serious thing to say: it needs the number, the barcode, or a model that can stand alone together
with the company or the product. A short or generic name never matches for itself.
"""

from collections.abc import Sequence
from functools import lru_cache

from assistant.product_safety import Agreement, Known, Listing, Recall, RecallMatch
from assistant.screening import companies, parts, products
from assistant.screening.barcodes import barcode_keys
from assistant.screening.companies import Roles
from assistant.screening.compare import Sides
from assistant.screening.links import recall_link
from assistant.screening.models import ModelMatch, known_models, match_models
from assistant.screening.names import name_key
from assistant.screening.numbers import WrittenNumber, bare_key, find_numbers, number_key

_AGREEING: tuple[Agreement, ...] = ("same", "similar")


def matching(sides: Sides, numbers: Sequence[WrittenNumber], known: Known) -> tuple[RecallMatch, ...]:
    """Return the recalls that fit a listing: the surest first, then the latest.

    Args:
        numbers: the numbers in the listing.
    """
    if not known.recalls:
        return ()
    barcodes = frozenset(barcode_keys(sides.listing.barcode))
    found = [
        _match(recall, ways)
        for recall in known.recalls
        if (ways := _ways(recall, sides, numbers, barcodes, known.items.get(recall.product_name, "")))
    ]
    unique = {match.uid: match for match in found}
    latest = sorted(unique.values(), key=lambda one: (one.published, one.uid), reverse=True)
    return tuple(sorted(latest, key=lambda one: _ORDER.index(one.by[0])))


_ORDER = ("number", "barcode", "model_and_company", "model_and_product", "name_and_company")
"""What a recall may match by, the surest first."""


def _ways(
    recall: Recall, sides: Sides, numbers: Sequence[WrittenNumber], barcodes: frozenset[str], item: str
) -> tuple[str, ...]:
    model = _model(recall, sides.listing)
    ways = []
    if _has_number(recall, numbers, sides.listing, model):
        ways.append("number")
    if barcodes and barcodes.intersection(barcode_keys(recall.barcode)):
        ways.append("barcode")
    # Few recalls of those that were looked up share the model: only for them company and product are worked out.
    return (*ways, *_by_model(recall, sides, item, model)) if model.agreement == "same" else tuple(ways)


def _by_model(recall: Recall, sides: Sides, item: str, model: ModelMatch) -> tuple[str, ...]:
    """Return the ways that need the same model, which recall and listing have."""
    listing = sides.listing
    company = companies.roles_agreement(sides.companies, _companies(recall))
    if not model.is_specific:
        # "A7" is a code, if a short one; "hope" and "FREE" are words that a company prints on anything.
        is_code = any(letter.isdigit() for letter in model.listed)
        is_same_product = _is_same_name(listing.product_name, recall.product_name, model.listed) or (
            is_code and _product(recall, sides, item) == "same"
        )
        return ("name_and_company",) if company == "same" and is_same_product else ()
    ways = ["model_and_company"] if company in _AGREEING else []
    if company != "different" and _product(recall, sides, item) in _AGREEING:
        ways.append("model_and_product")
    return tuple(ways)


def _is_same_name(listed: str, known: str, model: str) -> bool:
    """Say whether two products are called the same; the model may stand in either name beside it."""
    ours, theirs = (name_key(name).replace(model, "", 1) or name_key(name) for name in (listed, known))
    return ours == theirs != ""


def _has_number(recall: Recall, numbers: Sequence[WrittenNumber], listing: Listing, model: ModelMatch) -> bool:
    if not recall.cert_num:
        return False
    theirs = _numbers_of(recall.cert_num)
    same = [number for number in numbers if any(_is_same_number(number.key, their) for their in theirs)]
    # The listing's model is not the model of its battery.
    of_parts = [number for number in same if number.part and not parts.is_itself(number.part, listing)]
    return bool(of_parts) or bool(same and model.agreement != "different")


@lru_cache(maxsize=8192)
def _numbers_of(field: str) -> tuple[str, ...]:
    """Return the keys of a recall's numbers; an old one of an odd shape is taken as it is."""
    return tuple(number.key for number in find_numbers(field)) or tuple(filter(None, (number_key(field),)))


def _is_same_number(one: str, other: str) -> bool:
    """Say whether two keys are one number: exactly, or without the letters at the end where one has none."""
    if one == other:
        return True
    bare = bare_key(one)
    return bare == bare_key(other) and bare in (one, other)


def _product(recall: Recall, sides: Sides, item: str) -> Agreement:
    listing = sides.listing
    ours = products.Product(listing.product_name, listing.category, sides.item)
    return products.agreement(ours, products.Product(recall.product_name, recall.category_name, item))


def _model(recall: Recall, listing: Listing) -> ModelMatch:
    return match_models(listing.model_name, listing.product_name, known_models((recall.model_name,)))


def _companies(recall: Recall) -> Roles:
    """Return a recall's companies; the one that recalls may be maker, importer or seller, so it stands for each."""
    return companies.roles((recall.maker_name, recall.company_name), recall.company_name, recall.brand_name)


def _match(recall: Recall, ways: tuple[str, ...]) -> RecallMatch:
    return RecallMatch(
        recall.uid,
        ways,
        recall.product_name,
        recall.model_name,
        recall.published,
        recall.harm,
        recall.url or recall_link(recall.uid),
        recall.is_foreign,
    )
