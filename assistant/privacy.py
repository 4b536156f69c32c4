"""Masking of personal data, before anything is stored, logged or searched.

Masked: resident and foreigner registration numbers, phone numbers, e-mail addresses, card numbers, bank account
numbers that are named as such, passport and driving licence numbers. Kept, because the answer needs them: certificate,
standard, HS, bar code and business numbers (a business number names a company and is public).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.records import MaskedText, Page
from assistant.text import clean

_GAP = r"[-–—.\s]"
"""What stands between the parts of a phone number, up to three of it ("010 - 1234")."""

# In the order in which they are tried: the more certain shape first.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("이메일", re.compile(r"[A-Za-z0-9._%+-]+\s?@\s?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    ("주민등록번호", re.compile(r"(?<![0-9])[0-9]{2}[01][0-9][0-3][0-9]\s?[-–]?\s?[1-8][0-9]{6}(?![0-9])")),
    ("카드번호", re.compile(r"(?<![0-9])(?:[0-9]{4}[-\s]){3}[0-9]{3,4}(?![0-9])")),
    (
        "전화번호",
        # Without 0 or 82 in front ten digits may be a customs code: 1001 to 1008, 11, 16 to 19.
        re.compile(
            rf"(?<![0-9A-Za-z-])(?:(?:\+?82[-.\s)]?\s?\(?0?\)?|\(?0)1[016789]\)?{_GAP}{{0,3}}[0-9]{{3,4}}{_GAP}{{0,3}}"
            rf"|10(?=[1-9])[0-9]{{4}}|\(?1[016789]\)?{_GAP}{{1,3}}[0-9]{{3,4}}{_GAP}{{1,3}})[0-9]{{4}}(?![0-9])"
        ),
    ),
    (
        "전화번호",
        re.compile(
            r"(?<![0-9A-Za-z-])(?:\+?82[-.\s]?[2-6][0-9]?|\(?0(?:2|[3-6][1-5]|70|50[0-9]?)\)?)"
            rf"{_GAP}{{0,3}}[0-9]{{3,4}}{_GAP}{{1,3}}[0-9]{{4}}(?![0-9])"
        ),
    ),
    ("전화번호", re.compile(r"(?<![0-9A-Za-z-])0(?:2|[3-6][1-5]|70)[0-9]{7,8}(?![0-9])")),
    (
        "계좌번호",
        re.compile(r"(?<=계좌)(?<!\[계좌(?=번호\]))(?!\[계좌번호\])(?:번호)?[^0-9\n]{0,12}[0-9][0-9-]{8,18}[0-9]"),
    ),
    (
        "여권번호",
        re.compile(
            r"(?<=여권)(?<!\[여권(?=번호\]))(?!\[여권번호\])(?:번호)?[^0-9A-Za-z\n]{0,8}[A-Za-z][0-9A-Za-z]{8}(?![0-9A-Za-z])"
        ),
    ),
    ("운전면허번호", re.compile(r"(?<![0-9])[0-9]{2}-[0-9]{2}-[0-9]{6}-[0-9]{2}(?![0-9])")),
)

_BARCODE_BEFORE = re.compile(r"바코드\s?(?:번호)?[은는이가]?\s?:?\s?$")
_CUSTOMS_BEFORE = re.compile(r"(?i)(?:(?<![a-z])hs\s?(?:코드|code|번호|부호)?|세번|품목번호)[은는이가]?\s?:?\s?$")


@dataclass(frozen=True, slots=True)
class Masked:
    """The masked text, and the kinds of personal data that were in it, in order of appearance of their pattern."""

    text: MaskedText
    found: tuple[str, ...]


def mask(text: str) -> Masked:
    """Replace personal data by its kind in brackets, such as `[전화번호]`.

    Masking is idempotent: a masked text has nothing left to mask.
    """
    found: list[str] = []
    before = None
    # What is masked last may set a number before it free; every turn takes digits or an @ away, so it ends.
    while text != before:
        before = text
        for kind, pattern in _PATTERNS:
            masked = pattern.sub(lambda match, kind=kind: _masked(match, kind), text)  # type: ignore[misc]
            if masked != text:
                found.append(kind)
            text = masked
    return Masked(MaskedText(text), tuple(dict.fromkeys(found)))


def _masked(match: re.Match[str], kind: str) -> str:
    is_kept = (kind == "전화번호" and _is_customs_code(match)) or (kind == "주민등록번호" and _is_barcode(match))
    return match.group() if is_kept else f"[{kind}]"


def _is_customs_code(match: re.Match[str]) -> bool:
    """Say whether the number is called an HS code: those of meat begin like a number of Seoul (0201300000)."""
    return match.group().isdecimal() and _CUSTOMS_BEFORE.search(match.string, 0, match.start()) is not None


def _is_barcode(match: re.Match[str]) -> bool:
    """Say whether thirteen digits are a Korean barcode: 8801… looks like somebody born in January 1988.

    The check digit has to be a barcode's, and no resident's unless the number is called a barcode.
    """
    digits = match.group()
    if not digits.isdecimal() or not digits.startswith("880") or _check_sum(digits, (1, 3) * 6) % 10 != int(digits[12]):
        return False
    is_named = _BARCODE_BEFORE.search(match.string, 0, match.start()) is not None
    return is_named or _check_sum(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), 11) % 10 != int(digits[12])


def _check_sum(digits: str, weights: Sequence[int], base: int = 10) -> int:
    return base - sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % base


def mask_page(page: Page) -> Page:
    """Return what a page says of itself, masked; behind its address may stand who reads it, so that is cut off."""
    address = re.split(r"[?#]", page.url, maxsplit=1)[0]
    return Page(*(mask(clean(said)).text for said in (address, page.title, page.product, page.category)))


def find_contact(text: str) -> str | None:
    """Return the first e-mail address or phone number of a raw text, as it was written; None if it has none."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text) if kind in ("이메일", "전화번호") else ():
            if not _is_customs_code(match):
                return match.group().strip()
    return None
