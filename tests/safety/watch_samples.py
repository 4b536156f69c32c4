"""What the tests of watching share: two certificates, a recall, a listing of each, an event."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.product_safety import Certificate, Kinship, Listing, Recall, Requirement
from assistant.safety.watch.events import Event, NewEvent

CHANGED = NewEvent("verdict_changed", {"listing_id": "P-1", "verdict": {"reason": "취소된 인증이에요."}})

FAN = Certificate(
    1,
    "HU071234-21001A",
    "적합",
    product_name="선풍기",
    brand_name="별누리",
    model_name="DW-200",
    maker_name="별누리전자",
    has_detail=True,
)
LAMP = replace(FAN, cert_uid=2, cert_num="HU075555-21002A", product_name="전기스탠드", model_name="LM-300")
RECALL = Recall(
    "D77",
    False,
    product_name="선풍기",
    model_name="DW-200",
    cert_num=FAN.cert_num,
    published="20261120",
    harm="화재 위험",
)


class PlainRequirements:
    """Every product needs a certificate."""

    def of(self, product_name: str, category: str) -> Requirement:
        return Requirement("certification", scheme_name="안전인증")

    def item_of(self, product_text: str) -> str:
        return ""

    def kin_of(self, product_text: str) -> Mapping[str, Kinship]:
        return {}


def listing(listing_id: str = "P-1", certificate: Certificate = FAN) -> Listing:
    return Listing(
        listing_id,
        certificate.product_name,
        cert_field=f"인증번호: {certificate.cert_num}",
        model_name=certificate.model_name,
        brand_name=certificate.brand_name,
        maker_name=certificate.maker_name,
        category="가전",
    )


def kinds(found: Sequence[Event]) -> list[tuple[str, str]]:
    """What happened, and to which listing."""
    return [(one.kind, one.payload["listing_id"]) for one in found]


def in_threads(jobs: Sequence[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
