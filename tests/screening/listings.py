"""A certificate, a listing that agrees with it, and what is known: what the tests of screening change one thing of."""

from dataclasses import replace
from typing import Any

from assistant.product_safety import Certificate, Known, Listing, Recall, Requirement, Verdict
from assistant.screening.screen import screen, wanted

DAY = "20261120"

CERTIFICATE = Certificate(
    cert_uid=1,
    cert_num="CB061R2170-3018",
    cert_state="적합",
    cert_organ_name="한국의류시험연구원",
    cert_div="어린이제품 특별법 대상>안전확인 대상",
    cert_date="20250301",
    product_name="봉제인형",
    brand_name="한빛",
    model_name="HB-1001",
    category_name="어린이제품>완구",
    maker_name="(주)한빛완구",
    has_detail=True,
    derivation_models=("HB-1002", "HB-1003"),
)

LISTING = Listing(
    id="1",
    product_name="곰 봉제인형 30cm",
    cert_field="CB061R2170-3018",
    model_name="HB-1002",
    maker_name="한빛완구",
    category="유아동>완구>인형",
)

NEEDED = Requirement("confirmation", "stuffed-toy", "봉제인형", "어린이제품 안전확인")

BATTERY = Certificate(2, "ZU10282-19001", "적합", product_name="리튬이차전지 배터리", maker_name="대성셀")
CHARGER = Certificate(3, "SU07706-17003", "적합", product_name="직류전원장치", maker_name="동아전원")

RECALL = Recall(
    uid="D77",
    is_foreign=False,
    product_name="봉제인형",
    model_name="HB-1002",
    cert_num="CB061R2170-3018",
    company_name="한빛완구",
    published="20261101",
    harm="납 기준 초과",
)


def certificate(**changes: Any) -> Certificate:
    """The certificate with changes."""
    return replace(CERTIFICATE, **changes)


def listing(**changes: Any) -> Listing:
    """The listing with changes."""
    return replace(LISTING, **changes)


def recall(**changes: Any) -> Recall:
    """The recall with changes."""
    return replace(RECALL, **changes)


def known_for(listed: Listing, *certificates: Certificate, **changes: Any) -> Known:
    """What a complete mirror with just these certificates knows about a listing."""
    from assistant.screening.numbers import bare_key

    found = {key: tuple(c for c in certificates if bare_key(c.cert_num) == key) for key in wanted(listed).bare_keys}
    base = Known(found, data_date=DAY, requirement=NEEDED, items={"봉제인형": "stuffed-toy", "완구": "toy"})
    return replace(base, **changes)


def screened(listed: Listing = LISTING, *certificates: Certificate, **changes: Any) -> Verdict:
    """The verdict on a listing when a complete mirror holds just these certificates."""
    return screen(listed, known_for(listed, *certificates, **changes))


def outcome(listed: Listing = LISTING, *certificates: Certificate, **changes: Any) -> tuple[str, str]:
    """The verdict and the rule."""
    verdict = screened(listed, *certificates, **changes)
    return verdict.verdict, verdict.rule
