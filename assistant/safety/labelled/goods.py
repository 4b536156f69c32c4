"""One made-up product: its certificate as published, and its listing as a careful seller would write it."""

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from assistant.product_safety import Certificate, Factory, Listing
from assistant.safety.labelled.companies import Company
from assistant.safety.labelled.kinds import Kind

_FRONTS = ("", "", "신형 ", "고급형 ", "[당일발송] ", "2026년형 ", "★특가★ ", "국내정품 ")
_COLOURS = ("", "", " 화이트", " 블랙", " 민트")


@dataclass(frozen=True, slots=True)
class Goods:
    """A product of one company; `plant` is the factory's name where it is imported, "" where it is made here.

    Attributes:
        brand: as the certificate has it; "" where it has none.
        published: the product's name on the certificate; `word` the one in a listing's title.
    """

    kind: Kind
    company: Company
    plant: str
    brand: str
    model: str
    number: str
    published: str
    word: str

    def certificate(self, state: str = "적합", **changes: Any) -> Certificate:
        """Return the certificate, without its detail unless the changes say so; the world gives it its cert_uid."""
        known = Certificate(
            cert_uid=0,
            cert_num=self.number,
            cert_state=state,
            cert_organ_name="한빛시험연구원(가상)",
            cert_div=self.kind.division,
            cert_date="20240312",
            sign_date="20240312",
            product_name=self.published,
            brand_name=self.brand,
            model_name=self.model,
            category_name=self.kind.cert_category,
            import_div="수입" if self.plant else "제조",
            maker_name=self.plant or self.company.name,
            maker_cntry_name="중국" if self.plant else "한국",
            importer_name=self.company.name if self.plant else "",
        )
        return replace(known, **changes)

    def detailed(self, state: str = "적합", **changes: Any) -> Certificate:
        """Return the certificate with its detail: derived models and factories are known."""
        factories = (Factory(self.plant, "중국"),) if self.plant else ()
        whole: dict[str, Any] = {"has_detail": True, "factories": factories, **changes}
        return self.certificate(state, **whole)

    def title(self, random: Random) -> str:
        """Return a title with the word for the product in it."""
        size = f" {random.choice(self.kind.sizes)}" if self.kind.sizes and random.random() < 0.5 else ""
        brand = f"{self.company.root} " if random.random() < 0.5 else ""
        return f"{random.choice(_FRONTS)}{brand}{self.word}{size}{random.choice(_COLOURS)}"

    def listing(self, random: Random, **changes: Any) -> Listing:
        """Return the listing; its id comes when the set is put together."""
        made = Listing(
            id="",
            product_name=self.title(random),
            cert_field=self.number,
            model_name=self.model,
            brand_name=self.brand,
            maker_name=self.plant or self.company.name,
            importer_name=self.company.name if self.plant else "",
            category=self.kind.category,
        )
        return replace(made, **changes)
