"""Kinds of products as the knowledge base knows them, by whether their listing needs a certificate's number."""

from dataclasses import dataclass

_HOME = "전기용품 및 생활용품 안전관리법 대상>"
_CHILD = "어린이제품 특별법 대상>"
ELECTRIC_CERTIFIED = _HOME + "안전인증대상 전기용품"
ELECTRIC_CONFIRMED = _HOME + "안전확인대상 전기용품"
HOUSEHOLD_CERTIFIED = _HOME + "안전인증대상 생활용품"
HOUSEHOLD_CONFIRMED = _HOME + "안전확인대상 생활용품"
CHILD_CONFIRMED = _CHILD + "안전확인 대상"
CHILD_CERTIFIED = _CHILD + "안전인증 대상"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of products that needs a number.

    Attributes:
        item: the knowledge base's id.
        published: names on a certificate.
        listed: words in a listing's title.
        group: kinds of one group could be taken for one another; those of two groups never.
    """

    item: str
    division: str
    cert_category: str
    published: tuple[str, ...]
    listed: tuple[str, ...]
    category: str
    group: str
    sizes: tuple[str, ...] = ()


def _kind(
    item: str, division: str, cert_category: str, published: str, listed: str, category: str, group: str, sizes: str
) -> Kind:
    return Kind(
        item, division, cert_category, split(published), split(listed), category, group, split(sizes) if sizes else ()
    )


def split(text: str) -> tuple[str, ...]:
    """Return what a text lists between commas."""
    return tuple(one.strip() for one in text.split(","))


_EC, _EF, _HC, _HF, _CF, _CC = (
    ELECTRIC_CERTIFIED,
    ELECTRIC_CONFIRMED,
    HOUSEHOLD_CERTIFIED,
    HOUSEHOLD_CONFIRMED,
    CHILD_CONFIRMED,
    CHILD_CERTIFIED,
)
_K, _A = "주방가전", "전기기기"

KINDS = (
    _kind(
        "air-fryer",
        _EC,
        _A,
        "에어프라이어",
        "에어프라이어,오븐형 에어프라이어",
        f"{_K} > 에어프라이어",
        "cook",
        "3.5L,5L",
    ),
    _kind(
        "coffee-machine", _EC, _A, "커피메이커,커피머신", "커피머신,캡슐커피머신", f"{_K} > 커피머신", "cook", "1.2L"
    ),
    _kind(
        "electric-kettle", _EC, _A, "전기주전자", "전기주전자,전기포트,커피포트", f"{_K} > 전기포트", "cook", "1.7L,1L"
    ),
    _kind("rice-cooker", _EC, _A, "전기밥솥", "전기밥솥,전기압력밥솥", f"{_K} > 전기밥솥", "cook", "6인용,10인용"),
    _kind("microwave-oven", _EF, _A, "전자레인지", "전자레인지", f"{_K} > 전자레인지", "cook", "20L,23L"),
    _kind(
        "electric-heater", _EC, _A, "온풍기,전기난로", "온풍기,전기히터,전기난로", "계절가전 > 온풍기", "heat", "2000W"
    ),
    _kind(
        "hot-water-mat", _EC, _A, "전기온수매트", "온수매트,전기온수매트", "계절가전 > 온수매트", "heat", "싱글,더블"
    ),
    _kind("electric-iron", _EC, _A, "전기다리미", "스팀다리미,전기다리미", "생활가전 > 다리미", "iron", "1200W"),
    _kind(
        "hair-dryer", _EC, _A, "헤어드라이어", "헤어드라이어,헤어 드라이기", "이미용가전 > 드라이기", "hair", "1800W"
    ),
    _kind("refrigerator", _EC, _A, "냉장고", "냉장고,미니냉장고", "대형가전 > 냉장고", "cold", "46L,90L"),
    _kind(
        "power-strip",
        _EC,
        "전원코드",
        "멀티탭,멀티콘센트",
        "멀티탭,멀티콘센트",
        "전기용품 > 멀티탭",
        "wire",
        "4구 3m,6구 5m",
    ),
    _kind("led-lamp", _EC, "조명기기", "LED램프", "LED 전구,LED 램프", "조명 > LED전구", "light", "8W,12W"),
    _kind(
        "handheld-fan", _EF, _A, "휴대용 선풍기", "휴대용 선풍기,손풍기", "계절가전 > 휴대용 선풍기", "fan", "4000mAh"
    ),
    _kind("robot-vacuum", _EF, _A, "로봇청소기", "로봇청소기,물걸레 로봇청소기", "생활가전 > 로봇청소기", "clean", ""),
    _kind("vacuum-cleaner", _EF, _A, "진공청소기", "무선청소기,진공청소기", "생활가전 > 청소기", "clean", "350W"),
    _kind(
        "bluetooth-earphones",
        _EF,
        "정보기기",
        "블루투스 이어폰",
        "블루투스 이어폰,무선이어폰",
        "음향기기 > 이어폰",
        "ear",
        "",
    ),
    _kind("electric-toothbrush", _EF, _A, "전동칫솔", "전동칫솔,음파칫솔", "생활가전 > 전동칫솔", "tooth", ""),
    _kind("power-tool", _EF, "전동공구", "전동드릴", "전동드릴,충전드릴", "공구 > 전동드릴", "tool", "18V,20V"),
    _kind("electric-scooter", _HF, "생활용품", "전동킥보드", "전동킥보드", "레저 > 전동킥보드", "ride", "36V,48V"),
    _kind(
        "car-seat",
        _CC,
        "어린이 보호장치",
        "자동차용 어린이 보호장치",
        "카시트,주니어 카시트",
        "유아동 > 카시트",
        "seat",
        "",
    ),
    _kind("stroller", _CF, "유아용품", "유모차", "유모차,디럭스 유모차", "유아동 > 유모차", "stroll", ""),
    _kind("baby-carrier", _CF, "유아용품", "아기띠", "아기띠,힙시트 아기띠", "유아동 > 아기띠", "carry", ""),
    _kind("baby-walker", _CF, "유아용품", "보행기", "보행기,아기 보행기", "유아동 > 보행기", "walk", ""),
    _kind("crayon", _CF, "학용품", "크레용", "크레용", "문구 > 크레용", "draw", "12색,24색"),
    _kind("slime", _CF, "완구", "슬라임", "슬라임,슬라임 만들기 세트", "완구 > 슬라임", "slime", "100g,500ml"),
    _kind("block-toy", _CF, "완구", "블록완구,자석블록", "자석블록,조립 블록 완구", "완구 > 블록", "block", "100피스"),
    _kind("stuffed-toy", _CF, "완구", "봉제인형", "봉제인형,곰인형 봉제인형", "완구 > 인형", "plush", "30cm,50cm"),
    _kind("toy", _CF, "완구", "작동완구", "작동완구,작동완구 변신로봇", "완구 > 작동완구", "toy", "3세이상"),
    _kind(
        "ride-on-tricycle",
        _CF,
        "유아용품",
        "유아용 삼륜차",
        "유아용 삼륜차,유아 세발자전거",
        "유아동 > 세발자전거",
        "trike",
        "",
    ),
    _kind("lighter", _HC, "가스라이터", "가스라이터", "가스라이터,터보라이터", "생활잡화 > 라이터", "fire", ""),
    _kind(
        "pressure-cooker", _HC, "압력솥", "압력냄비,압력솥", "압력냄비,압력솥", "주방용품 > 압력솥", "pot", "20cm,24cm"
    ),
    _kind(
        "climbing-rope", _HF, "등산용품", "등산용 로프", "등산용 로프,클라이밍 로프", "등산 > 로프", "climb", "30m,60m"
    ),
    _kind(
        "senior-walker",
        _HF,
        "보행보조용품",
        "고령자용 보행보조차",
        "실버카 보행보조차,실버카",
        "실버 > 보행보조차",
        "old",
        "",
    ),
    _kind(
        "laser-pointer", _HF, "생활용품", "휴대용 레이저용품", "레이저포인터", "사무용품 > 레이저포인터", "laser", ""
    ),
)
"""Kinds that have certificates."""

_CLEAR = frozenset(
    (
        "air-fryer",
        "coffee-machine",
        "electric-kettle",
        "rice-cooker",
        "electric-heater",
        "electric-iron",
        "refrigerator",
        "power-strip",
        "electric-scooter",
        "car-seat",
        "stroller",
        "baby-carrier",
        "baby-walker",
        "crayon",
        "ride-on-tricycle",
        "lighter",
        "pressure-cooker",
        "climbing-rope",
        "senior-walker",
        "laser-pointer",
    )
)
CLEAR = tuple(kind for kind in KINDS if kind.item in _CLEAR)
"""Kinds whose listing needs a number whatever is not said: their cards in kb/items are confirmed and ask for nothing
(of a toy they ask for the child's age, of a hair dryer for its power supply)."""

POWER_BANK = _kind(
    "power-bank", _EF, "리튬이차전지", "보조배터리", "보조배터리", "디지털 > 보조배터리", "bank", "10000mAh,20000mAh"
)
LAPTOP_ADAPTER = _kind(
    "adapter", _EC, "직류전원장치", "직류전원장치", "노트북 어댑터", "디지털 > 어댑터", "adapter", "19V 65W,20V 45W"
)
USB_CHARGER = _kind(
    "usb-charger", _EC, "직류전원장치", "USB 충전기", "고속충전기", "디지털 > 충전기", "charger", "20W,65W"
)
SELF_NAMED = ((POWER_BANK, "보조배터리"), (LAPTOP_ADAPTER, "어댑터"), (USB_CHARGER, "충전기"))
"""Kinds whose listing is itself what a label of a part names."""

PARTS = (
    ("배터리", ELECTRIC_CONFIRMED, "리튬이차전지", "전지"),
    ("배터리", ELECTRIC_CONFIRMED, "리튬이온배터리팩", "전지"),
    ("충전기", ELECTRIC_CERTIFIED, "직류전원장치", "직류전원장치"),
    ("어댑터", ELECTRIC_CERTIFIED, "직류전원장치", "직류전원장치"),
    ("전원장치", ELECTRIC_CERTIFIED, "직류전원장치", "직류전원장치"),
)
"""Label, division, published name and category of parts that have certificates of their own."""
HOSTS = tuple(
    kind
    for kind in KINDS
    if kind.item in ("robot-vacuum", "electric-toothbrush", "power-tool", "electric-scooter", "bluetooth-earphones")
)
"""Kinds that are sold with a battery and a charger."""
