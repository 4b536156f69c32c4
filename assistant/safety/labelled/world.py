"""What the families make their cases with: numbers, models and companies that no other case has."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any, TypeVar

from assistant.product_safety import Certificate, Listing, Recall
from assistant.safety.labelled.cases import Draft
from assistant.safety.labelled.companies import LATIN_SPELLINGS, SPELLINGS, Company, city, companies, spelled
from assistant.safety.labelled.dirt import MODEL_WAYS, NUMBER_WAYS
from assistant.safety.labelled.goods import Goods
from assistant.safety.labelled.kinds import (
    CHILD_CERTIFIED,
    CHILD_CONFIRMED,
    ELECTRIC_CERTIFIED,
    ELECTRIC_CONFIRMED,
    HOUSEHOLD_CERTIFIED,
    HOUSEHOLD_CONFIRMED,
    KINDS,
    Kind,
)

T = TypeVar("T")

_STEP, _NUMBERS = 7_919, 9_999_991
"""Primes: no two numbers are the same, and neighbours look different."""
_FRONTS = {
    ELECTRIC_CERTIFIED: ("HU07", "SU07", "JU07", "HH07"),
    ELECTRIC_CONFIRMED: ("ZU1", "XU1", "YU1"),
    HOUSEHOLD_CERTIFIED: ("A123T", "A045T"),
    HOUSEHOLD_CONFIRMED: ("B363R", "B361H"),
    CHILD_CONFIRMED: ("CB061R", "CB064A", "CB113F"),
    CHILD_CERTIFIED: ("CA011R", "CA064H"),
}
_ENDS = ("A", "B", "C", "D", "CH", "F")


class World:
    """Everything made so far; the same seed makes the same world."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.certificates: list[Certificate] = []
        self.recalls: list[Recall] = []
        self._companies = companies(self.random)
        self._models: set[str] = set()
        self._numbers = 0
        self._barcodes = 0

    # ---- what is used once only -------------------------------------------------------

    def company(self) -> Company:
        return self._companies.pop()

    def model(self, company: Company) -> str:
        """Return a model that only this case has: with letters, digits and a dash."""
        while True:
            letters = company.latin[: self.random.choice((2, 3))]
            model = f"{letters}-{self.random.randrange(100, 9_999)}{self.random.choice('KNTW')}"
            key = model.replace("-", "")
            if key not in self._models:
                self._models.add(key)
                return model

    def number(self, division: str, *, has_end: bool | None = None) -> str:
        """Return a number in the shape of a division; with letters at its end one time in six, unless it is said."""
        self._numbers += 1
        left, right = divmod(self._numbers * _STEP % _NUMBERS, 1_000)
        front = self.one(_FRONTS[division])
        tail = f"{self.random.randrange(17, 26)}{right:03d}"
        if division in (HOUSEHOLD_CERTIFIED, HOUSEHOLD_CONFIRMED):
            left, right = divmod(left * 1_000 + right, 10_000)
            number = f"{front}{left:03d}-{right:04d}"
        elif division in (CHILD_CERTIFIED, CHILD_CONFIRMED):
            number = f"{front}{left:04d}-{self.random.randrange(1, 6)}{right:03d}"
        else:
            number = f"{front}{left:04d}-{tail}"
        wanted = self.random.random() < 0.16 if has_end is None else has_end
        return number + self.one(_ENDS) if wanted else number

    def barcode(self) -> str:
        """Return a Korean EAN-13 with the right check digit."""
        self._barcodes += 1
        digits = f"880{self._barcodes * 104_729 % 10**9:09d}"
        total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
        return digits + str(-total % 10)

    # ---- choosing ---------------------------------------------------------------------

    def one(self, several: Sequence[T]) -> T:
        return self.random.choice(several)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def another_kind(self, kind: Kind) -> Kind:
        """Return a kind that nobody would take for the other one."""
        return self.one([other for other in KINDS if other.group != kind.group])

    # ---- making -----------------------------------------------------------------------

    def goods(self, kind: Kind | None = None, *, is_imported: bool | None = None, **changes: Any) -> Goods:
        """Return a new product of a new company."""
        kind, company = kind or self.one(KINDS), self.company()
        imported = self.chance(0.45) if is_imported is None else is_imported
        made = Goods(
            kind=kind,
            company=company,
            plant=self.company().plant(city(self.random)) if imported else "",
            brand=company.root if self.chance(0.6) else "",
            model=self.model(company),
            number=self.number(kind.division),
            published=self.one(kind.published),
            word=self.one(kind.listed),
        )
        return replace(made, **changes)

    def publish(self, certificate: Certificate) -> Certificate:
        """Put a certificate into the mirror."""
        published = replace(certificate, cert_uid=20_000_001 + len(self.certificates))
        self.certificates.append(published)
        return published

    def recall(self, *, is_foreign: bool = False, **values: Any) -> Recall:
        """Put a recall, by the names of its fields, into the mirror."""
        uid = f"{'F' if is_foreign else 'D'}{7_001 + len(self.recalls)}"
        country = "미국" if is_foreign else "한국"
        recall = Recall(uid, is_foreign, country_name=country, published="20260814", harm="화재 위험", **values)
        self.recalls.append(recall)
        return recall

    def dressed(self, listing: Listing, goods: Goods, share: float = 0.45) -> Draft:
        """Return the listing with dirty spellings, each of number, model and company with some chance."""
        ways: list[str] = []
        if self.chance(share):
            listing = self.with_number_way(listing, self.one(tuple(NUMBER_WAYS)), ways)
        if listing.model_name == goods.model and self.chance(share):
            listing = self.with_model_way(listing, self.one(tuple(MODEL_WAYS)), ways)
        if self.chance(share):
            listing = self.with_company_way(listing, goods, ways)
        return Draft(listing, tuple(ways))

    def with_number_way(self, listing: Listing, way: str, ways: list[str]) -> Listing:
        ways.append(way)
        return replace(listing, cert_field=NUMBER_WAYS[way](listing.cert_field, self.random))

    def with_model_way(self, listing: Listing, way: str, ways: list[str]) -> Listing:
        ways.append(way)
        return replace(listing, model_name=MODEL_WAYS[way](listing.model_name, self.random))

    def with_company_way(self, listing: Listing, goods: Goods, ways: list[str]) -> Listing:
        """Spell the companies that the listing names in another way; names of other companies stay."""
        way, latin = self.one(tuple(SPELLINGS)), self.one(tuple(LATIN_SPELLINGS))
        korean = spelled(goods.company, way)
        name = goods.company.name
        maker = korean if listing.maker_name == name else listing.maker_name
        if goods.plant and maker == goods.plant:
            maker = LATIN_SPELLINGS[latin](maker)
        importer = korean if listing.importer_name == name else listing.importer_name
        ways += [way, latin] if goods.plant else [way]
        return replace(listing, maker_name=maker, importer_name=importer)


Family = Callable[[World], Draft]
