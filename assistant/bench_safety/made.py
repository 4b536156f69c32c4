"""What is asked while measuring: numbers, search queries and listings, made from the mirror's own certificates."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine, text

from assistant.product_safety import Certificate, Listing
from assistant.safety.labelled.dirt import MODEL_WAYS, NUMBER_WAYS
from assistant.safety.mirror.rows import CERTIFICATE_COLUMNS, certificate_of
from assistant.store.database import reading

COMMON = (
    "완구",
    "충전기",
    "보조배터리",
    "어린이용 완구",
    "LED램프",
    "전자",
    "유모차",
    "휴대용 선풍기",
    "제품",
    "중국 완구",
)
"""Words that thousands of certificates have."""
_COLUMNS = {
    "id": "상품번호",
    "product_name": "상품명",
    "cert_field": "인증번호",
    "model_name": "모델명",
    "brand_name": "브랜드",
    "maker_name": "제조사",
    "importer_name": "수입사",
    "category": "카테고리",
}


def sample(engine: Engine, count: int) -> list[Certificate]:
    """Return certificates from all over the mirror, about `count` of them."""
    with reading(engine) as session:
        held = session.execute(text("SELECT count(*) FROM certificates")).scalar_one()
        every = max(1, held // count)
        query = f"SELECT {','.join(CERTIFICATE_COLUMNS)} FROM certificates WHERE cert_uid % {every} = 0"
        return [certificate_of(row) for row in session.execute(text(query))][:count]


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes what is asked; the same seed asks the same."""

    certificates: Sequence[Certificate]
    random: Random

    def numbers(self, count: int) -> list[str]:
        """Return numbers as they were published; one of ten exists nowhere."""
        chosen = (self.random.choice(self.certificates).cert_num for _ in range(count))
        return [f"{number}9" if self.random.random() < 0.1 else number for number in chosen]

    def queries(self, count: int) -> list[str]:
        """Return what people type into a search box: half of it misspelt, cut off, or as common as can be."""
        return [self._query(at) for at in range(count)]

    def listings(self, count: int) -> Iterator[Listing]:
        """Yield listings: two of three with their own number, the others with a borrowed, an absent or none."""
        for at in range(count):
            yield self._listing(at)

    def _query(self, at: int) -> str:
        one = self.random.choice(self.certificates)
        model, product = one.model_name.strip(), one.product_name.strip()
        forms = (
            model,
            f"{one.brand_name} {product}",
            self._misspelt(model),
            self._misspelt(product),
            f"{one.maker_name} {product}",
            self.random.choice(COMMON),
            f"{one.brand_name} {model}",
            model.lower().replace("-", ""),
            one.cert_num[:-2],
            f"{self._misspelt(one.brand_name)} {product}",
            one.importer_name or one.maker_name,
            f"{self.random.choice(COMMON)} {model[:4]}",
        )
        return forms[at % len(forms)] or self.random.choice(COMMON)

    def _misspelt(self, word: str) -> str:
        """Return a word with one letter left out, doubled, or changed places with the next one."""
        if len(word) < 3:
            return word
        at = self.random.randrange(1, len(word) - 1)
        forms = (word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word[:at] + word[at + 1] + word[at])
        rest = ("", "", word[at + 2 :])
        chosen = self.random.randrange(3)
        return forms[chosen] + rest[chosen]

    def _listing(self, at: int) -> Listing:
        one = self.random.choice(self.certificates)
        colour = self.random.choice(("블랙", "신형", ""))
        listing = Listing(
            id=f"P-{at:07d}",
            product_name=f"{one.brand_name} {one.product_name.strip()} {colour}".strip(),
            cert_field=self._field(one),
            model_name=one.model_name,
            brand_name=one.brand_name,
            maker_name=one.maker_name,
            importer_name=one.importer_name,
            category=one.category_name,
        )
        if self.random.random() < 0.3:
            way = self.random.choice(tuple(MODEL_WAYS.values()))
            listing = replace(listing, model_name=way(one.model_name, self.random))
        return listing

    def _field(self, one: Certificate) -> str:
        chance = self.random.random()
        if chance < 0.4:
            return one.cert_num
        if chance < 0.67:
            return self.random.choice(tuple(NUMBER_WAYS.values()))(one.cert_num.strip(), self.random)
        if chance < 0.77:
            return self.random.choice(self.certificates).cert_num
        if chance < 0.82:
            return f"{one.cert_num}, {self.random.choice(self.certificates).cert_num}"
        if chance < 0.88:
            return f"HU07{self.random.randrange(10_000):04d}-99{self.random.randrange(1_000):03d}"
        return self.random.choice(("", "상세페이지 참조", "공급자적합성확인", "해당없음"))


def write_csv(listings: Iterator[Listing], path: Path) -> None:
    """Write listings as a mall's table, with its Korean headings."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(_COLUMNS.values())
        table.writerows([getattr(listing, name) for name in _COLUMNS] for listing in listings)


def as_body(listing: Listing) -> dict[str, Any]:
    """Return a listing as /v1/screen takes it."""
    return {name: getattr(listing, name) for name in _COLUMNS}
