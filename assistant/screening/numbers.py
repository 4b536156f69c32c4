"""Certificate numbers: one key for every spelling, and finding them in what sellers write. Pure."""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from assistant.screening.words import PARTS, PLACEHOLDER_PARTS, WHOLES

Register = Literal["kc", "radio"]

_NOT_IN_KEY = re.compile(r"[^A-Z0-9]")
_SUFFIX = re.compile(r"(?<=\d)[A-Z]{1,4}$")

FIELD_MAX = 20_000
"""Characters of a field that are read for numbers: what is longer can't be checked whole, see is_beyond_reading."""
NUMBERS_MAX = 50
"""Numbers of one field that are checked."""
_CACHED_LENGTH = 400

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# Hyphens and minus signs of every length, and the Korean vowel, the katakana mark and the Hanzi that look like one.
_DASHES = re.compile("[\u2010-\u2015\u2043\u2212\u2500\u2501\u30fc\u1173\u3161\u4e00\u02d7\u00af\u223c\u301c]")
_BREAK = re.compile(r"<\s*/?\s*(?:br|p|div|li|td|tr)\b[^<>]{0,200}>|[\r\n\t]", re.I)

_RADIO = re.compile(
    r"(?<![A-Z0-9])(?:MSIP|KCC|MIC|R) ?- ?[A-Z]{1,3} ?- ?[A-Z0-9]{2,4} ?- ?[A-Z0-9][A-Z0-9.-]{1,29}(?![A-Z0-9])",
    re.I | re.A,
)
_TAIL = r"(?:[A-Z]{1,4}\d{0,2}(?![A-Z0-9]))?"
_KC = re.compile(
    # No standard (KC 62133-2017, EN 60335-2012), and a KC right before the number is none of its letters.
    r"(?<![A-Z0-9])(?:KC(?=[A-Z]{1,2}\d))?(?!(?:EN|KS|KC|KN|UL|IEC|ISO) ?\d)(?:"
    r"[A-Z]{1,2} ?\d{2,4} ?[A-Z] ?\d{2,6} {0,3}-{1,3} {0,3}\d{3,6}"
    r"|[A-Z]{2} ?\d{5,7} {0,3}-{1,3} {0,3}\d{4,6}"
    r"|[A-Z]{1,2}\d{3} ?[A-Z] ?\d{3,4} {0,3}\d{4}"
    r"|[A-Z]{2} ?\d{5,6} {0,3}\d{5}"
    rf")(?!\d){_TAIL}(?!-?\d)",
    re.I | re.A,
)
_MODEL_BEFORE = re.compile(r"(?:모델|모델명|형식|품번|model|model ?no\.?)\s*[:.]?\s*$", re.I)

_SEPARATOR = re.compile(r"[,;/|\n&+·•、]")
_NOT_A_LABEL = r"(?!\s?(?:포함|미포함|불포함|내장|별도|별매|증정|장착|제외|용|식|형|겸용))"
_PART = re.compile(f"(?:{'|'.join(sorted(PARTS.split(), key=len, reverse=True))}){_NOT_A_LABEL}", re.I)
_WHOLE = re.compile("|".join(WHOLES.split()), re.I)
_NOISE = re.compile(r"KC|안전|인증|확인|신고|번호|전기용품|생활용품|어린이|NO\b|[^0-9A-Z가-힣]", re.I)
_LABEL_LENGTH = 12
"""Letters of a label; what is longer is a sentence about the product."""

_PLACEHOLDER_WORDS = sorted(PLACEHOLDER_PARTS.upper().split(), key=len, reverse=True)
_PLACEHOLDER = re.compile("|".join(map(re.escape, _PLACEHOLDER_WORDS)))
_NOT_A_WORD = re.compile(r"[^0-9A-Z가-힣]")
_PLACEHOLDER_LENGTH = 60


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A certificate number as somebody wrote it.

    Attributes:
        text: as it was written, full-width letters and odd dashes made plain.
        key: see number_key.
        bare: see bare_key.
        part: the label beside it that makes it the number of a part ("배터리"); "" where it is the listing's own.
        register: "radio" for the numbers of the National Radio Research Agency, which are kept elsewhere.
    """

    text: str
    key: str
    bare: str
    part: str = ""
    register: Register = "kc"


@lru_cache(maxsize=16384)
def number_key(number: str) -> str:
    """Return the key of a certificate number: capital letters and digits only, whatever the width, case or dashes.

    >>> number_key("ｃｂ０６１r2170 – 3018")
    'CB061R21703018'
    """
    return _NOT_IN_KEY.sub("", unicodedata.normalize("NFKC", number).upper())


def bare_key(number: str) -> str:
    """Return the key without the letters at its end, which people leave out ("…-5003CH" and "…-5003" share it)."""
    return _SUFFIX.sub("", number_key(number))


def find_numbers(field: str) -> tuple[WrittenNumber, ...]:
    """Return the certificate numbers in what a seller wrote, in their order, each once.

    Of a field with over FIELD_MAX characters only the front is read, and NUMBERS_MAX numbers at most are returned.
    Takes a time that grows with the length only. Never raises.

    >>> [(one.key, one.part) for one in find_numbers("인증번호: (배터리) zu10282–19001")]
    [('ZU1028219001', '배터리')]
    """
    return _find_short(field) if len(field) <= _CACHED_LENGTH else _find(field)


def is_beyond_reading(field: str) -> bool:
    """Say whether there is, or may be, more in a field than find_numbers reads."""
    return len(field) > FIELD_MAX or len(find_numbers(field)) >= NUMBERS_MAX


def is_placeholder(field: str) -> bool:
    """Say whether a field says nothing ("", "-") or has words in place of a number ("공급자적합성확인", "N/A")."""
    if len(field) > _CACHED_LENGTH or find_numbers(field):
        return False
    letters = _NOT_A_WORD.sub("", _plain(field).upper())
    return len(letters) <= _PLACEHOLDER_LENGTH and not _PLACEHOLDER.sub("", letters).strip("0")


def has_letters_and_digits(field: str) -> bool:
    """Say whether something in a field may have been meant as a number, though it has not the shape of one."""
    return re.search(r"(?i)[A-Z]\W?\d|\d\W?[A-Z]|\d{5}", _plain(field[:FIELD_MAX])) is not None


@lru_cache(maxsize=8192)
def _find_short(field: str) -> tuple[WrittenNumber, ...]:
    return _find(field)


def _find(field: str) -> tuple[WrittenNumber, ...]:
    text = _plain(field[:FIELD_MAX])
    spans = list(_spans(text))
    parts = _parts(text, [(start, end) for start, end, _ in spans])
    numbers = (
        _written(text[start:end], part, register) for (start, end, register), part in zip(spans, parts, strict=True)
    )
    return tuple({(number.key, number.part): number for number in numbers}.values())[:NUMBERS_MAX]


def _written(text: str, part: str, register: Register) -> WrittenNumber:
    written = re.sub(r"(?i)^KC(?=[A-Z]{1,2}\d)", "", " ".join(text.split()))
    return WrittenNumber(written, number_key(written), bare_key(written), part, register)


def _plain(field: str) -> str:
    if not field.isascii():
        field = _DASHES.sub("-", unicodedata.normalize("NFKC", field))
    if "&" in field:
        field = html.unescape(field)
    return _BREAK.sub("\n", _INVISIBLE.sub("", field)).replace("_", "-").replace("~", "-").replace("\xa0", " ")


def _spans(text: str) -> Iterator[tuple[int, int, Register]]:
    """Yield where each number stands, in their order; a radio number is not read as a KC number again."""
    radio = [match.span() for match in _RADIO.finditer(text)]
    spans: list[tuple[int, int, Register]] = [(start, end, "radio") for start, end in radio]
    for match in _KC.finditer(text):
        start, end = match.span()
        is_inside = any(start < radio_end and radio_start < end for radio_start, radio_end in radio)
        if not is_inside and not _MODEL_BEFORE.search(text, max(0, start - 12), start):
            spans.append((start, end, "kc"))
    yield from sorted(spans)


def _parts(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """Return the part's label of each number, "" where it has none."""
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    gaps = [text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)]
    if not spans or not any(_PART.search(gap) for gap in gaps):
        return [""] * len(spans)
    is_before = _label(_ahead(gaps[0])) is not None or _label(_behind(gaps[-1])) is None
    last = len(spans)
    sides = [("", _ahead(gaps[0])), *(_sides(gap, is_before) for gap in gaps[1:last]), (_behind(gaps[last]), "")]
    found = []
    for (_, ahead), (behind, _) in pairwise(sides):
        labels = [_label(ahead), _label(behind)]
        found.append(next((label for label in (labels if is_before else labels[::-1]) if label is not None), ""))
    return found


def _ahead(gap: str) -> str:
    """Return what stands right before the first number; a label may have a line of its own."""
    return _SEPARATOR.split(gap.rstrip())[-1]


def _behind(gap: str) -> str:
    """Return what stands right behind the last number."""
    return _SEPARATOR.split(gap.lstrip())[0]


def _sides(gap: str, is_before: bool) -> tuple[str, str]:
    """Share out what stands between two numbers: what belongs to the one before it, what to the one after it.

    A comma parts it. Without one it belongs where it is glued to; else where the labels of the field stand.
    """
    pieces = _SEPARATOR.split(gap)
    if len(pieces) > 1 and (pieces[0].strip() or pieces[-1].strip()):
        return pieces[0], pieces[-1]
    is_glued_before, is_glued_after = not gap[:1].isspace(), not gap[-1:].isspace()
    if gap.rstrip().endswith((":", "=")):
        is_before = True
    elif is_glued_before != is_glued_after:
        is_before = is_glued_after
    return ("", gap) if is_before else (gap, "")


def _label(text: str) -> str | None:
    """Return the part that a label names, "" where it names the whole, None where it is no label."""
    if len(_NOISE.sub("", text)) > _LABEL_LENGTH:
        return None
    if parts := _PART.findall(text):
        return str(parts[-1])
    return "" if _WHOLE.search(text) else None
