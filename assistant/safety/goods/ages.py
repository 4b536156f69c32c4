"""The ages that a product's name says: "36개월 미만", "만 13세 이하", "8세 이상", "3~7세", "만 7세"."""

import re
import unicodedata

UNDER_36M, CHILD, GROWN_UP = "under_36m", "36m_to_13y", "over_13"
"""The knowledge base's values for a child's age."""

_BOUND = re.compile(r"(?<![\d.])(\d{1,3})\s?(개월|세|살)\s?(이상|부터|이하|미만|까지|초과)")
_RANGE = re.compile(r"(?<![\d.])(\d{1,3})\s?(개월|세|살)?\s?[~∼〜-]\s?(\d{1,3})\s?(개월|세|살)")
_EXACT = re.compile(
    r"(?:(?<![가-힣])만\s?(\d{1,2})\s?(세|살)|(?<![\d.~-])(\d{1,3})\s?(개월|세|살)\s?용)"
    r"(?!대(?!상)|트|[가-힣]*\s?(?:이상|이하|미만))"
)
_BABY_MONTHS, _CHILD_MONTHS = 36, 14 * 12
"""A child in the law's sense is 13 at most, so 14 is the first age that is none."""
_AGE_MAX = 20 * 12
"""Of "65세 이하" nobody tells who uses it."""
_MAX_CHARS = 300


def ages_in(text: str) -> frozenset[str]:
    """Return for which ages a text says that a product is; nothing where it says none.

    From a certain age on ("8세 이상") it is for the children of that age; that older ones may use it changes no duty.
    """
    plain = unicodedata.normalize("NFKC", text[:_MAX_CHARS])
    found: set[str] = set()
    for low, low_unit, high, unit in _RANGE.findall(plain):
        # "0~36개월" is what people write for under 36 months.
        found |= _between(_months(low, low_unit or unit), _months(high, unit) - (unit == "개월"))
    rest = _RANGE.sub(" ", plain)
    for number, unit, word in _BOUND.findall(rest):
        found |= _bounded(_months(number, unit), word, unit)
    for full, its_unit, number, unit in _EXACT.findall(_BOUND.sub(" ", rest)):
        months = _months(full or number, its_unit or unit)
        found |= _between(months, months)
    return frozenset(found)


def without_ages(text: str) -> str:
    """Return a text without the ages that it says."""
    return _BOUND.sub(" ", _RANGE.sub(" ", text))


def _bounded(months: int, word: str, unit: str) -> set[str]:
    if word in ("이상", "부터", "초과"):
        return _from(months)
    # "36개월 이하" is what people write for under 36 months; "3세 이하" has children of three in it.
    last = months + 11 if unit != "개월" and word != "미만" else months - 1
    return _between(0, last) if months <= _AGE_MAX else set()


def _from(months: int) -> set[str]:
    if months >= _CHILD_MONTHS:
        return {GROWN_UP}
    return {CHILD} if months >= _BABY_MONTHS else {UNDER_36M, CHILD}


def _between(first: int, last: int) -> set[str]:
    """Return the ages from the first month to the last; past childhood it adds nothing to a child's product."""
    if first >= _CHILD_MONTHS:
        return {GROWN_UP}
    found = {UNDER_36M} if first < _BABY_MONTHS else set()
    return found | ({CHILD} if last >= _BABY_MONTHS else set())


def _months(number: str, unit: str) -> int:
    return int(number) * (1 if unit == "개월" else 12)
