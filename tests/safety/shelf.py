"""A handful of made-up certificates and recalls: renewed, with letters at the end, of an odd state, of an old shape."""

from dataclasses import replace

from assistant.product_safety import Certificate, Factory, Recall

BATTERY = Certificate(
    1,
    "XU100123-20001",
    "적합",
    cert_div="전기용품 및 생활용품 안전관리법 대상>안전확인대상 전기용품",
    cert_date="20240102",
    product_name="리튬 보조배터리",
    brand_name="한빛",
    model_name="HB-10000",
    maker_name="(주)한빛전자",
    has_detail=True,
    derivation_models=("HB-10000W",),
    factories=(Factory("한빛전자 1공장", "한국"),),
)
OLD = replace(BATTERY, cert_uid=2, cert_num="XU100123-15001", cert_state="기간만료", model_name="HB-9000")
RENEWED = replace(BATTERY, cert_uid=3, cert_num="XU100123-23001", model_name="HB-9000", first_cert_num=OLD.cert_num)
TOYS = [
    Certificate(10 + place, f"CB065R2345-3001{letter}", "적합", product_name="봉제인형", model_name=f"곰돌이{letter}")
    for place, letter in enumerate("AB")
]
ODD_STATE = Certificate(20, "HU071234-22001", "변경", product_name="전기방석", model_name="DZ-77A")
BORN_WITHOUT_SHAPE = Certificate(21, "제2003-12호", "반납", product_name="놀이매트", model_name="MAT-1")
CERTIFICATES = [BATTERY, OLD, RENEWED, *TOYS, ODD_STATE, BORN_WITHOUT_SHAPE]
RECALLS = [
    Recall(
        "D501",
        False,
        "리튬 보조배터리",
        "한빛",
        "HB-10000",
        cert_num="XU100123-20001",
        country_name="한국",
        published="20250301",
        harm="과열로 화재가 날 수 있음",
        advice="사용을 멈추고 환불",
        raw={"recallUid": 501, "recallProductName": "리튬 보조배터리"},
    ),
    Recall("D502", False, "충전식 배터리팩", "한빛", "HB-10000W", country_name="한국", published="20240909"),
    Recall(
        "F77", True, "Plush bear", "Hope", "hope", country_name="미국", published="20240505", url="https://example.org"
    ),
]
