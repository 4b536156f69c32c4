"""Barcodes: which digits are one, and one key for every length. Pure."""

import re

from assistant.screening.names import plain

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s-](?=\d)")
_AS_NUMBER = re.compile(r"\.0+\b")
"""What a spreadsheet makes of a barcode that it took for a number: 8801234567893.0."""
_DIGITS = re.compile(r"(?<![\d.])\d{8,14}(?![\d.])")
_SAMPLES = frozenset({"01234567890128", "00123456789012"})
"""Barcodes of textbooks."""
_INTERNAL = ("02", "002", "004")
"""GS1 prefixes 20-29, 02 and 04 (behind the zeros of a key): every shop gives them as it likes."""
_FIELD_MAX, _BARCODES_MAX = 500, 20


def barcode_keys(text: str) -> tuple[str, ...]:
    """Return the barcodes in a field, each filled up with zeros to 14 digits.

    Eight to fourteen digits with the right check digit (GTIN-8, UPC, EAN, GTIN-14). Not those of one digit repeated,
    of a textbook, or of a shop's own numbering, which name no product.

    >>> barcode_keys("880-1234567893")
    ('08801234567893',)
    """
    field = _AS_NUMBER.sub("", plain(text[:_FIELD_MAX]))
    found = _DIGITS.findall(field) + _DIGITS.findall(_BETWEEN_DIGITS.sub("", field))
    keys = (digits.zfill(14) for digits in found)
    return tuple(dict.fromkeys(key for key in keys if _is_barcode(key)))[:_BARCODES_MAX]


def spellings(key: str) -> tuple[str, ...]:
    """Return how a barcode may have been stored: with 14 digits, as an EAN or UPC, or without zeros before it."""
    bare = key.lstrip("0")
    return tuple(dict.fromkeys((key, bare, bare.zfill(8), bare.zfill(12), bare.zfill(13))))


def _is_barcode(key: str) -> bool:
    weights = (3, 1) * 7
    is_checked = sum(int(digit) * weight for digit, weight in zip(key, weights, strict=True)) % 10 == 0
    is_one_digit = len(set(key.lstrip("0"))) <= 1
    return is_checked and not is_one_digit and key not in _SAMPLES and not key.startswith(_INTERNAL)
