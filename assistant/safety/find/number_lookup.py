"""Looking one number up for a mall: its certificates, what took their place, and the recalls that fit them."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.errors import BadInputError, NotFoundError, UpstreamError
from assistant.product_safety import Certificate, Freshness, Known, Listing, RecallMatch
from assistant.safety.mirror.reading import Mirror
from assistant.safety_wording import PRODUCT_ERRORS
from assistant.screening.numbers import bare_key, find_numbers, number_key
from assistant.screening.screen import screen, wanted


@dataclass(frozen=True, slots=True)
class Numbered:
    """A certificate with what belongs to it."""

    certificate: Certificate
    successors: tuple[Certificate, ...]
    recalls: tuple[RecallMatch, ...]


@dataclass(frozen=True, slots=True)
class NumberFound:
    """What is published under a number. Without an exact one the certificates differ in the letters at the end."""

    number: str
    is_exact: bool
    certificates: tuple[Numbered, ...]
    other_numbers: tuple[str, ...]
    freshness: Freshness


class NumberLookup:
    """Looks numbers up in the mirror, however they are written."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror

    def find(self, asked: str) -> NumberFound:
        """Return what is published under a number.

        Raises:
            BadInputError: there is no number in it, or more than one.
            NotFoundError: `absent`, if no certificate has it; `other_register`, if it is a radio certificate's.
            UpstreamError: `cannot_look_up`, if the mirror is empty or not full, so that it may exist all the same.
        """
        number, family, chosen = self._family(asked)
        bare = bare_key(number)
        freshness = self._mirror.freshness()
        if not chosen:
            raise not_there(freshness, "absent", asked)
        successors = self._mirror.successors([bare])[bare]
        return NumberFound(
            number,
            any(_is_same(number, one.cert_num) for one in chosen),
            tuple(Numbered(one, _following(one, successors), self._recalls(one, freshness)) for one in chosen),
            tuple(dict.fromkeys(one.cert_num for one in family if one not in chosen)),
            freshness,
        )

    def _family(self, asked: str) -> tuple[str, tuple[Certificate, ...], tuple[Certificate, ...]]:
        """Return the number, those that share it without the letters at its end, and those of them that are meant.

        The text as a whole comes first: old numbers have shapes that no rule knows.
        """
        whole = asked.strip()
        for number in (whole, number_in(whole)) if number_key(whole) else (number_in(whole),):
            family = self._mirror.certificates([bare_key(number)])[bare_key(number)]
            chosen = meant(number, family)
            if chosen:
                break
        return number, family, chosen

    def _recalls(self, certificate: Certificate, freshness: Freshness) -> tuple[RecallMatch, ...]:
        """Return the recalls that screening would find for a listing that says just what the certificate says."""
        listing = listing_of(certificate)
        found = self._mirror.recalls(wanted(listing).recall_keys)
        recalls = {recall.uid: recall for some in found.values() for recall in some}
        bare = bare_key(certificate.cert_num)
        known = Known(
            certificates={bare: (certificate,)}, recalls=tuple(recalls.values()), data_date=freshness.data_date
        )
        return screen(listing, known).recalls


def listing_of(certificate: Certificate) -> Listing:
    """Return the listing that says what a certificate says, its derived models included."""
    return Listing(
        id=certificate.cert_num,
        product_name=certificate.product_name,
        cert_field=certificate.cert_num,
        model_name=", ".join((certificate.model_name, *certificate.derivation_models)),
        brand_name=certificate.brand_name,
        maker_name=certificate.maker_name,
        importer_name=certificate.importer_name,
        category=certificate.category_name,
    )


def not_there(freshness: Freshness, code: str, asked: str = "") -> NotFoundError | UpstreamError:
    """Return the error for something that the mirror does not hold: absent, or perhaps only not fetched yet."""
    if any(number.register == "radio" for number in find_numbers(asked)):
        return NotFoundError(PRODUCT_ERRORS["other_register"], code="other_register")
    if not freshness.is_complete or not freshness.data_date:
        return UpstreamError(PRODUCT_ERRORS["cannot_look_up"], code="cannot_look_up")
    day = f"{freshness.data_date[:4]}-{freshness.data_date[4:6]}-{freshness.data_date[6:]}"
    return NotFoundError(PRODUCT_ERRORS[code].format(date=day), code="absent")


def number_in(asked: str) -> str:
    """Return the one number that a text holds; a text that holds none is taken as it is.

    Raises:
        BadInputError: it holds several, or neither letters nor digits.
    """
    keys = {number.key: number.text for number in find_numbers(asked)}
    if len(keys) > 1:
        raise BadInputError(PRODUCT_ERRORS["several_numbers"], code="several_numbers")
    number = next(iter(keys.values()), asked)
    if not number_key(number):
        raise BadInputError(PRODUCT_ERRORS["no_number"], code="no_number")
    return number


def meant(number: str, family: Sequence[Certificate]) -> tuple[Certificate, ...]:
    """Return those with this very number; without one, and if it has no letters at its end, all that have some."""
    exact = tuple(one for one in family if _is_same(number, one.cert_num))
    if exact or number_key(number) != bare_key(number):
        return exact
    return tuple(family)


def _following(certificate: Certificate, successors: Sequence[Certificate]) -> tuple[Certificate, ...]:
    """Return those that name this certificate, or its number without the letters at its end."""
    key, bare = number_key(certificate.cert_num), bare_key(certificate.cert_num)
    return tuple(
        one
        for one in successors
        if number_key(one.cert_num) != key
        and {number_key(named) for named in (one.first_cert_num, *one.similar_certifications)} & {key, bare}
    )


def _is_same(number: str, other: str) -> bool:
    return number_key(number) == number_key(other)
