"""What the product-safety side hands from step to step: certificates, recalls, listings and verdicts.

Texts of certificates and recalls stand as they were published; dates are yyyyMMdd, "" where there is none. Keys (see
screening/numbers.py and screening/names.py) are made when they are needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

VerdictKind = Literal[
    "ok",
    "mismatch",
    "revoked",
    "suspended",
    "expired",
    "under_action",
    "not_found",
    "not_required",
    "cannot_check",
    "recalled",
]
Action = Literal["pass", "warn", "hold", "block"]
Agreement = Literal["same", "similar", "different", "missing"]
"""How a listing's value and the known one agree; "missing" where either of them is not there."""
Grade = Literal["certification", "confirmation", "supplier", "standard", "none", "unknown"]
"""안전인증, 안전확인, 공급자적합성확인, 안전기준준수, no duty, or not established."""
Kinship = Literal["member", "general", "sibling"]
"""How an item stands to what a certificate names: it is one of that class, it may be, or it is easily taken for it."""

VERDICTS: tuple[VerdictKind, ...] = (
    "recalled",
    "revoked",
    "suspended",
    "mismatch",
    "expired",
    "under_action",
    "not_found",
    "cannot_check",
    "ok",
    "not_required",
)
"""Worst first: of several numbers in one listing the worst verdict counts."""


@dataclass(frozen=True, slots=True)
class Factory:
    maker_name: str
    country_name: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate as it was published. `has_detail` says whether the last four fields were ever fetched."""

    cert_uid: int
    cert_num: str
    cert_state: str
    cert_organ_name: str = ""
    cert_div: str = ""
    cert_date: str = ""
    cert_chg_date: str = ""
    cert_chg_reason: str = ""
    first_cert_num: str = ""
    product_name: str = ""
    brand_name: str = ""
    model_name: str = ""
    category_name: str = ""
    import_div: str = ""
    maker_name: str = ""
    maker_cntry_name: str = ""
    importer_name: str = ""
    remark: str = ""
    sign_date: str = ""
    has_detail: bool = False
    derivation_models: tuple[str, ...] = ()
    image_urls: tuple[str, ...] = ()
    factories: tuple[Factory, ...] = ()
    similar_certifications: tuple[str, ...] = ()
    """Numbers of certificates that the detail names as similar (a renewal among them)."""


@dataclass(frozen=True, slots=True)
class Recall:
    """One recall, domestic or foreign, under the names that both share; `raw` holds the published record whole.

    `uid` is "D" or "F" and the published id, so that both kinds have one name space. `harm` is harmDscr of a domestic
    recall and violateDscr of a foreign one; `advice` is publishActionDscr or recallMeans, never accidentCaseDscr alone.
    """

    uid: str
    is_foreign: bool
    product_name: str = ""
    brand_name: str = ""
    model_name: str = ""
    barcode: str = ""
    cert_num: str = ""
    maker_name: str = ""
    company_name: str = ""
    category_name: str = ""
    country_name: str = ""
    """Where it was recalled; 한국 for a domestic one."""
    recall_type: str = ""
    published: str = ""
    harm: str = ""
    advice: str = ""
    url: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a mall shows of one product; `cert_field` is what the seller wrote for the number, however dirty."""

    id: str
    product_name: str
    cert_field: str = ""
    model_name: str = ""
    brand_name: str = ""
    maker_name: str = ""
    importer_name: str = ""
    category: str = ""
    barcode: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the law asks of a product, as far as its name and category tell. `item` is the knowledge base's id."""

    grade: Grade = "unknown"
    item: str = ""
    item_name: str = ""
    scheme_name: str = ""
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """All that the mirror knows about one listing, gathered before it is screened.

    Attributes:
        certificates: by bare key (see bare_key) of each number in the listing: the certificates with that number,
            with and without a suffix, in no order. A key that is not there was not looked up.
        successors: by bare key: other certificates that name this number as their first one or as similar.
        recalls: the recalls that share a number, barcode, model key or product key with the listing.
        requirement: what the law asks of such a product.
        items: by product text, of the listing and of the certificates: the knowledge base's item, where it is clear.
        kin: by product text of a certificate: the items near to what it names, and how they stand to it.
        data_date: the day of the data, yyyyMMdd; "" while the mirror is empty.
        is_demo: the data are made up.
        failed: bare keys that could not be looked up (the mirror or the interface did not answer).
        is_complete: the mirror holds all certificates, so that one that is missing does not exist.
    """

    certificates: Mapping[str, tuple[Certificate, ...]] = field(default_factory=dict)
    successors: Mapping[str, tuple[Certificate, ...]] = field(default_factory=dict)
    recalls: tuple[Recall, ...] = ()
    requirement: Requirement = Requirement()
    items: Mapping[str, str] = field(default_factory=dict)
    kin: Mapping[str, Mapping[str, Kinship]] = field(default_factory=dict)
    data_date: str = ""
    is_demo: bool = False
    failed: frozenset[str] = frozenset()
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """One field of the listing beside the published one. `name` is number, product, model, maker, brand or category."""

    name: str
    listed: str
    known: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """One number of the listing, held against the certificates.

    `rule` is the id of the rule that decided; `part` is the label beside the number ("배터리"), which makes it the
    number of a part of the product; `successor` is the renewed number where one agrees with the listing.
    """

    number: str
    verdict: VerdictKind
    rule: str
    part: str = ""
    state: str = ""
    cert_num: str = ""
    evidence: tuple[Evidence, ...] = ()
    successor: str = ""
    similar_numbers: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class RecallMatch:
    """A recall that fits the listing. `by` names what matched: number, barcode, model_and_brand …"""

    uid: str
    by: tuple[str, ...]
    product_name: str
    model_name: str
    published: str
    harm: str
    link: str
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What screening says of one listing.

    Attributes:
        rule: the id of the rule that decided; safety_wording.py has a sentence and a to-do for each.
        reason: in one or two Korean sentences, what the data state and of when; never "safe" or "legal".
        to_do: what the seller has to do, from whom, in plain Korean; "" where nothing.
        question: what has to be asked of the seller before more can be said; "" where nothing.
        links: public pages that show the evidence.
        action: what the mall's policy makes of it.
    """

    listing_id: str
    verdict: VerdictKind
    rule: str
    reason: str
    to_do: str = ""
    question: str = ""
    checks: tuple[NumberCheck, ...] = ()
    recalls: tuple[RecallMatch, ...] = ()
    requirement: Requirement = Requirement()
    links: tuple[str, ...] = ()
    data_date: str = ""
    is_demo: bool = False
    action: Action = "pass"


@dataclass(frozen=True, slots=True)
class Mall:
    """A mall that calls the interface, known by one of its keys."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """How new the mirror is: day of the data (yyyyMMdd), when it was last synced (UTC), how much it holds."""

    data_date: str = ""
    synced_at: datetime | None = None
    certificates: int = 0
    recalls: int = 0
    is_demo: bool = False
    is_complete: bool = False


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a look-up in a conversation found. With `failed` nothing is known: that is not the same as nothing found.

    `successors` are the renewed certificates of the first one; `recalls` those that name its number, or that were
    found by the text.
    """

    query: str
    certificates: tuple[Certificate, ...] = ()
    successors: tuple[Certificate, ...] = ()
    recalls: tuple[Recall, ...] = ()
    freshness: Freshness = Freshness()
    failed: bool = False
