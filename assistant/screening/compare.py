"""How a listing agrees with a certificate, field by field, and what that makes of a valid one. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from assistant.product_safety import Agreement, Certificate, Evidence, Kinship, Known, Listing, VerdictKind
from assistant.screening import companies, products
from assistant.screening.companies import Roles
from assistant.screening.models import KnownModels, ModelMatch, known_models, match_models, shown_models
from assistant.screening.names import name_key
from assistant.screening.numbers import WrittenNumber, number_key

_FACTORIES = 3
"""Factories that are shown."""
_NO_KIN: Mapping[str, Kinship] = {}
_AGREEING: tuple[Agreement, ...] = ("same", "similar")
_STRENGTH: dict[Agreement, int] = {"same": 3, "similar": 2, "missing": 1, "different": 0}


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a listing agrees with one certificate.

    Attributes:
        model: with what was found of the model.
        company: over maker, importer and brand.
        is_company_split: one of them is another one, though another agrees.
        product: by items and words.
        is_part: the listing is of a part of what the certificate is of.
    """

    model: ModelMatch
    company: Agreement
    is_company_split: bool
    product: Agreement
    is_part: bool = False

    @property
    def strength(self) -> tuple[int, int, int]:
        """How well it agrees, for choosing among certificates; more is better."""
        return _STRENGTH[self.model.agreement], _STRENGTH[self.company], _STRENGTH[self.product]


@dataclass(frozen=True, slots=True)
class Sides:
    """A listing as it is compared, read once for all its certificates."""

    listing: Listing
    companies: Roles
    item: str


def sides_of(listing: Listing, known: Known) -> Sides:
    """Read a listing for comparing; where `items` says nothing of its name, the requirement's item is its item."""
    item = known.items.get(listing.product_name, "") or known.requirement.item
    return Sides(listing, _listing_companies(listing), item)


def compare(sides: Sides, certificate: Certificate, known: Known) -> Comparison:
    """Hold a listing against a certificate."""
    listing = sides.listing
    theirs = certificate_companies(certificate)
    company = companies.roles_agreement(sides.companies, theirs)
    ours = products.Product(listing.product_name, listing.category, sides.item)
    item = known.items.get(certificate.product_name, "")
    kin = known.kin.get(certificate.product_name, _NO_KIN)
    theirs_is = products.Product(certificate.product_name, certificate.category_name, item, kin)
    product = products.certain_agreement(ours, theirs_is)
    return Comparison(
        match_models(listing.model_name, listing.product_name, certificate_models(certificate)),
        company,
        company in _AGREEING and companies.has_difference(sides.companies, theirs),
        product,
        products.is_part_of(ours, theirs_is),
    )


def judged(comparison: Comparison, *, has_detail: bool) -> tuple[VerdictKind, str]:
    """Return what agreement alone makes of a certificate in force, and the rule that says so.

    Args:
        has_detail: the certificate's derived models are known.
    """
    model, company, product = comparison.model, comparison.company, comparison.product
    if company == "different":
        return "mismatch", "company_differs"
    if model.agreement == "different":
        is_excusable = not has_detail and company in _AGREEING and product != "different"
        return ("cannot_check", "derived_models_unknown") if is_excusable else ("mismatch", "model_differs")
    if product == "different":
        return ("cannot_check", "product_unclear") if model.agreement == "same" else ("mismatch", "product_differs")
    if model.agreement == "missing":
        return _without_model(comparison)
    if model.is_partial:
        return "cannot_check", "models_partly"
    if comparison.is_part:
        return "cannot_check", "product_unclear"
    if not model.is_specific and company not in _AGREEING and product not in _AGREEING:
        return "cannot_check", "model_too_common"
    return "ok", "model_agrees"


def evidence_of(
    number: WrittenNumber, sides: Sides, certificate: Certificate, found: Comparison | None
) -> tuple[Evidence, ...]:
    """Return the fields of a listing beside those of a certificate; of a part's (`found` is None) the number only."""
    is_exact = number.key == number_key(certificate.cert_num)
    evidence = Evidence("number", number.text, certificate.cert_num, "same" if is_exact else "similar")
    if found is None:
        return (evidence, Evidence("product", "", certificate.product_name, "missing"))
    theirs = certificate_companies(certificate)
    listing, ours = sides.listing, sides.companies
    makers = companies.agreement((*ours.makers, *ours.importers), (*theirs.makers, *theirs.importers))
    category = products.category_agreement(listing.category, certificate.category_name)
    listed_makers, known_makers = joined(listing.maker_name, listing.importer_name), certificate_makers(certificate)
    return (
        evidence,
        Evidence("product", listing.product_name, certificate.product_name, found.product),
        Evidence("model", listing.model_name, _models_shown(certificate, found.model.listed), found.model.agreement),
        Evidence("maker", listed_makers, known_makers, makers),
        Evidence("brand", listing.brand_name, certificate.brand_name, companies.agreement(ours.brands, theirs.brands)),
        Evidence("category", listing.category, certificate.category_name, category),
    )


def _listing_companies(listing: Listing) -> Roles:
    return companies.roles((listing.maker_name,), listing.importer_name, listing.brand_name)


def certificate_models(certificate: Certificate) -> KnownModels:
    """Return the models that a certificate names, derived ones included."""
    return known_models((certificate.model_name, *certificate.derivation_models))


@lru_cache(maxsize=8192)
def _roles(makers: tuple[str, ...], importer: str, brand: str) -> Roles:
    return companies.roles(makers, importer, brand)


def certificate_companies(certificate: Certificate) -> Roles:
    """Return the companies that a certificate names, factories among the makers."""
    makers = (certificate.maker_name, *(factory.maker_name for factory in certificate.factories))
    return _roles(makers, certificate.importer_name, certificate.brand_name)


def certificate_makers(certificate: Certificate) -> str:
    """Return the companies of a certificate for people to read."""
    return joined(
        certificate.maker_name,
        certificate.importer_name,
        *(one.maker_name for one in certificate.factories[:_FACTORIES]),
    )


def joined(*names: str) -> str:
    """Return names side by side, each once, without those that are empty."""
    return " / ".join(dict.fromkeys(name for name in names if name))


def _without_model(comparison: Comparison) -> tuple[VerdictKind, str]:
    if comparison.company not in _AGREEING or comparison.product not in _AGREEING:
        return "cannot_check", "nothing_to_compare"
    if comparison.is_company_split:
        return "cannot_check", "company_unclear"
    return "ok", "company_and_product_agree"


def _models_shown(certificate: Certificate, key: str) -> str:
    """Return a certificate's model for people, and the derived one that agrees, if it is one."""
    derived = next((one for one in certificate.derivation_models if key and name_key(one) == key), "")
    if derived and derived != certificate.model_name:
        return shown_models((certificate.model_name, derived))
    return certificate.model_name or shown_models(certificate.derivation_models)
