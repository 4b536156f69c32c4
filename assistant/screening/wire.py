"""Listings from what malls send, and verdicts as JSON. Pure."""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from assistant.errors import BadInputError
from assistant.product_safety import Listing, Verdict
from assistant.safety_wording import LISTING_COLUMNS, LISTING_ERRORS
from assistant.screening.numbers import FIELD_MAX

FIELDS = tuple(one.name for one in fields(Listing))
LENGTH_MAX = {"id": 200, "product_name": 1000, "cert_field": FIELD_MAX, "category": 1000}
_LENGTH_MAX = 2000
"""Characters of the other fields."""
_KOREAN_FIELDS = {name.replace(" ", "").upper(): field for field, names in LISTING_COLUMNS.items() for name in names}
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_LIST_MAX = 100


def field_of(column: str) -> str:
    """Return the field of a listing that a column's name means, in English or Korean; "" where it means none."""
    name = unicodedata.normalize("NFKC", column).strip().strip("\ufeff")
    lowered = name.lower()
    return lowered if lowered in FIELDS else _KOREAN_FIELDS.get(re.sub(r"[\s_()]", "", name).upper(), "")


def listing_from(value: Mapping[str, Any]) -> Listing:
    """Read a listing under the English names of its fields or the Korean ones of columns (상품명, 인증번호 …).

    Numbers are taken as their digits (a spreadsheet's 8801234567893.0 too), null and "nan" of a number as nothing, a
    list of certificate numbers as one field. Names that mean nothing here are passed over. Two columns for one field:
    certificate numbers are joined, for the rest the first that is not empty counts. NUL and broken characters are
    taken out, for no database takes them.

    Raises:
        BadInputError: it is no object, a value is neither text nor number, a field is too long, or the product's name
            is missing. `code` is "bad_listing"; the sentence names the field.
    """
    if not isinstance(value, Mapping):
        raise BadInputError(LISTING_ERRORS["shape"], code="bad_listing")
    found: dict[str, str] = {}
    for column, given in value.items():
        field = field_of(column) if isinstance(column, str) else ""
        if field and (text := _text(field, given)):
            found[field] = _joined(found[field], text) if field == "cert_field" and field in found else text
    if not found.get("product_name"):
        raise BadInputError(LISTING_ERRORS["no_product_name"], code="bad_listing")
    _check_lengths(found)
    return Listing(**{"id": "", **found})


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as JSON shows it: the fields of Verdict, of its checks, recalls and requirement, by name."""
    # dataclasses.asdict copies every value deeply, which takes as long as the screening itself.
    return {
        **_by_name(verdict),
        "checks": [
            {**_by_name(check), "evidence": [_by_name(one) for one in check.evidence]} for check in verdict.checks
        ],
        "recalls": [_by_name(recall) for recall in verdict.recalls],
        "requirement": _by_name(verdict.requirement),
    }


def _by_name(record: Any) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in record.__slots__}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _text(field: str, given: object) -> str:
    if given is None:
        return ""
    if isinstance(given, str):
        return _UNSTORABLE.sub("", given).strip()
    if isinstance(given, int | float) and not isinstance(given, bool):
        return _digits(given)
    if field == "cert_field" and isinstance(given, list | tuple) and len(given) <= _LIST_MAX:
        return ", ".join(text for one in given if (text := _text("", one)))
    raise BadInputError(LISTING_ERRORS["type"].format(field=field), code="bad_listing")


def _digits(number: float) -> str:
    if isinstance(number, float) and not math.isfinite(number):
        return ""
    if abs(number) >= 1e18:  # no number of a listing has so many digits, and a longer one may not be written out
        return f"{number:.6g}" if abs(number) < 1e300 else ""
    return str(int(number)) if number == int(number) else str(number)


def _joined(first: str, second: str) -> str:
    return first if second == first else f"{first}, {second}"


def _check_lengths(found: Mapping[str, str]) -> None:
    for field, text in found.items():
        most = LENGTH_MAX.get(field, _LENGTH_MAX)
        if len(text) > most:
            raise BadInputError(LISTING_ERRORS["too_long"].format(field=field, most=f"{most:,}"), code="bad_listing")
