"""Which items the law's own names hold, and which items are near to each other.

A certificate names a product by the official name of its class ("완구", "유아용 섬유제품(의류)"), a mall by what it is.
"""

import re
from collections.abc import Iterable, Mapping

from assistant.knowledge import Item
from assistant.product_safety import Kinship

_BRACKETS = re.compile(r"[(（\[](.*?)[)）\]]")
_NO_LETTER = re.compile(r"[^0-9a-z가-힣]")
_FOR_CHILDREN = re.compile("^(?:어린이용|유아용|아동용|어린이|유아|아동)")

_OFFICIAL = {
    "완구 장난감 완구류 작동완구 비작동완구 어린이완구": "@toy",
    "봉제완구 봉제인형완구": "stuffed-toy",
    "블록완구 조립완구": "block-toy",
    "학용품 문구류 문구용품": "stationery crayon",
    "그림물감": "crayon",
    "유아용섬유제품 유아섬유제품": "baby-clothing diaper bedding socks bag kids-clothing baby-carrier",
    "아동용섬유제품 어린이용섬유제품 어린이섬유제품": "kids-clothing bedding socks bag baby-clothing",
    "가정용섬유제품": "adult-clothing bedding socks carpet bag",
    "어린이용가죽제품 어린이가죽제품 가죽제품": "leather-goods bag shoes",
    "합성수지제어린이용품 합성수지제어린이제품 어린이용합성수지제품": "plastic-kids-goods bag",
    "어린이용가구 어린이가구 가구": "@furniture",
    "유아용의자": "chair",
    "물놀이기구 물놀이용품": "swim-float",
    "스포츠보호용품 어린이용스포츠보호용품 운동용보호장구": "sports-protector helmet",
    "운동용안전모 승차용안전모": "helmet",
    "롤러스포츠보호장구": "sports-protector",
    "인라인롤러스케이트 롤러스케이트": "inline-skates",
    "어린이용장신구 장신구": "jewelry",
    "이륜자전거 어린이용자전거 자전거": "bicycle",
    "직류전원장치": "adapter usb-charger",
    "전기충전기 충전기": "usb-charger",
    "전지 이차전지 리튬이차전지 리튬전지 리튬이온전지 단전지": "power-bank lithium-cell",
    "조명기구 등기구 led등기구 일반조명기구": "led-luminaire desk-lamp",
    "전기스탠드 이동용등기구": "desk-lamp",
    "led램프 램프": "led-lamp",
    "선풍기 전기선풍기": "electric-fan handheld-fan",
    "전기청소기 진공청소기": "vacuum-cleaner",
    "모발관리기": "hair-dryer",
    "주방용전열기구 전기조리기기": "electric-kettle rice-cooker air-fryer coffee-machine",
    "액체가열기기": "electric-kettle coffee-machine",
    "전기매트 전기담요및매트 전기요": "electric-blanket",
    "전기난방기기 전기난로": "electric-heater personal-heater",
    "노트북컴퓨터 개인용컴퓨터": "laptop",
}
"""Official names of classes, and what is one of them: items, or @ and a group of items."""

_UMBRELLAS = frozenset(
    [
        "toy",
        "stationery",
        "furniture",
        "plastic-kids-goods",
        "power-tool",
        "swim-float",
        "ski-equipment",
        "sports-protector",
        "beauty-device",
        "jewelry",
        "leather-goods",
        "electric-wire",
        "cutlery",
    ]
)
"""Items that hold several kinds of things: two of these are not one thing because the item is the same."""

_GENERAL = frozenset(("electric-fan", "adapter", "vacuum-cleaner", "bicycle"))
"""Items, not umbrellas, whose name is that of the class."""

_FAMILIES = (
    "@adapter_charger",
    "@battery",
    "@lighting",
    "@toy",
    "@textile",
    "@furniture",
    "@gas_appliance",
    "@ppe",
    "vacuum-cleaner robot-vacuum",
    "bicycle electric-bicycle ride-on-tricycle kick-scooter",
    "kick-scooter electric-scooter",
    "electric-fan handheld-fan",
    "baby-carrier stroller",
    "stationery crayon correction-tape slime kids-book",
    "electric-heater personal-heater electric-blanket electric-heating-pad hot-water-mat",
    "tablet laptop mobile-phone",
    "bag leather-goods shoes",
    "swim-float life-vest swim-goggles",
    "frying-pan pressure-cooker food-container tumbler",
    "skincare sunscreen sheet-mask",
    "toy stationery kids-book plastic-kids-goods ride-on-tricycle",
    "chair baby-rocker",
    "kids-clothing baby-clothing adult-clothing socks diaper",
    "hair-dryer beauty-device",
    "coffee-machine electric-kettle",
    "power-strip electric-wire adapter",
    "inline-skates wheeled-shoes skateboard",
    "monitor television projector",
)
"""Items that are near enough to each other that a name may mean either; @ and a group for all its items."""

_NONE: Mapping[str, Kinship] = {}


class KinFinder:
    """Finds which items are near to what a certificate names; may be pickled."""

    def __init__(self, items: Iterable[Item]) -> None:
        cards = tuple(items)
        groups = {f"@{group}" for item in cards for group in item.groups}
        self._of_group = {group: frozenset(one.id for one in cards if group[1:] in one.groups) for group in groups}
        self._classes = {name: self._every(held) for names, held in _OFFICIAL.items() for name in names.split()}
        self._classes |= {
            key: frozenset((one.id,))
            for one in cards
            if one.id in _UMBRELLAS and (key := _NO_LETTER.sub("", without_brackets(one.name))) not in self._classes
        }
        self._near = self._near_items(frozenset(one.id for one in cards))

    def is_class(self, text: str) -> bool:
        """Say whether a text is the official name of a class, whatever stands in brackets behind it."""
        return self._class_key(text) != ""

    def kin(self, text: str, item: str, detail: str) -> Mapping[str, Kinship]:
        """Return how items stand to what a certificate names.

        Args:
            item: the one that the text names; "" where it is not clear.
            detail: the one that is named in the brackets behind a class ("유아용 섬유제품(기저귀)"); "" where none is.
        """
        key = self._class_key(text)
        members = self._classes[key] if key else frozenset[str]()
        if detail in members:
            members = frozenset((detail,))
        near = self._near.get(item, _NONE)
        found: dict[str, Kinship] = dict(near)
        for member in members:
            found.update((one, "sibling") for one in self._near.get(member, _NONE) if one not in found)
        found.update((member, "member") for member in members)
        if item in _UMBRELLAS and item not in members:
            found[item] = "general"
        return found

    def _every(self, told: str) -> frozenset[str]:
        return frozenset(item for one in told.split() for item in self._of_group.get(one, (one,)))

    def _near_items(self, known: frozenset[str]) -> dict[str, dict[str, Kinship]]:
        near: dict[str, dict[str, Kinship]] = {}
        for family in map(self._every, _FAMILIES):
            for item in family & known:
                near.setdefault(item, {}).update((one, "sibling") for one in family if one != item)
        for held in self._classes.values():
            for special in held & known:
                # An item that a class is named after is the general one beside the others of the class.
                near.setdefault(special, {}).update(
                    (one, "general") for one in held & (_UMBRELLAS | _GENERAL) if one != special
                )
        return near

    def _class_key(self, text: str) -> str:
        key = _NO_LETTER.sub("", without_brackets(text).casefold())
        if key in self._classes:
            return key
        rest = _FOR_CHILDREN.sub("", key)
        return rest if rest in self._classes else ""


def without_brackets(text: str) -> str:
    """Return a text without its brackets and what stands in them."""
    return _BRACKETS.sub(" ", text)


def in_brackets(text: str) -> str:
    """Return what stands in the brackets of a text."""
    return " ".join(_BRACKETS.findall(text))
