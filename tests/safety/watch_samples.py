"""What the tests of watching share: two certificates, a recall, and a listing of each."""

from dataclasses import replace

from assistant.product_safety import Certificate, Listing, Recall, Requirement

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
