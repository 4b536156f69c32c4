"""Reading published certificates and recalls, and writing them under the published names again.

What is published is dirty: null and numbers where texts are promised, fields that are missing, codes as text or number.
Reading never fails on one bad field; a certificate that has no number cannot be used and is given up.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from zlib import crc32

from assistant.product_safety import Certificate, Factory, Recall
from assistant.safety.published.contract import CERTIFICATE_FIELDS, FOREIGN_RECALL_FIELDS, RECALL_FIELDS
from assistant.safety_wording import HOME_COUNTRY
from assistant.screening.links import recall_link
from assistant.screening.numbers import number_key

Record = Mapping[str, Any]
"""One published record, under the published names."""

_DATES = ("cert_date", "cert_chg_date", "sign_date")
_TEXTS = [(name, ours) for name, ours in CERTIFICATE_FIELDS.items() if ours not in ("cert_uid", *_DATES)]
_NO_DIGIT = re.compile(r"\D")
_UID_MAX = 2**31 - 1


def code_of(value: object) -> str:
    """Return a resultCode as text, whether it came as text or as a number; "" for anything else."""
    return "" if isinstance(value, bool) else _text(value)


def certificate_from(record: object, *, is_detail: bool = False) -> Certificate | None:
    """Read a published certificate.

    Args:
        record: what stands in resultData, as JSON.
        is_detail: it came from the detail; only then are its lists (derived models …) known.

    Returns:
        The certificate, its texts as published but for blanks around them; None where it has no number. One without a
        usable certUid gets a negative one that is made from its number, and so stays the same.
    """
    if not isinstance(record, Mapping):
        return None
    values: dict[str, Any] = {ours: _text(record.get(name)) for name, ours in _TEXTS}
    key = number_key(values["cert_num"])
    if not key:
        return None
    values |= {ours: _date(record.get(name)) for name, ours in CERTIFICATE_FIELDS.items() if ours in _DATES}
    values["cert_uid"] = _whole(record.get("certUid")) or -(crc32(key.encode()) & _UID_MAX) - 1
    return Certificate(**values, **(_lists(record) if is_detail else {}))


def recall_from(record: object, *, is_foreign: bool) -> Recall | None:
    """Read a published recall; None where it is no record at all.

    The same name means two things: accidentCaseDscr tells the harm in a domestic recall, and in a foreign one what a
    consumer should do. Neither `harm` nor `advice` reads it, so that it can't be shown as the wrong one.
    """
    if not isinstance(record, Mapping) or not record:
        return None
    raw = {str(name): _storable(value) for name, value in record.items()}
    text = {name: _text(value) for name, value in raw.items()}
    get = text.get
    uid = ("F" if is_foreign else "D") + ((is_foreign and get("fRecallUid")) or get("recallUid") or _made_up_id(raw))
    return Recall(
        uid=uid,
        is_foreign=is_foreign,
        product_name=get("recallProductName", ""),
        brand_name=get("recallBrandName", ""),
        model_name=get("recallModelName", ""),
        barcode=get("barcodeNum", ""),
        cert_num=get("certNum", ""),
        maker_name=get("makerName", ""),
        company_name=get("recallCmpnyName", "") or get("recallFrgnCmpnyName", ""),
        category_name=get("categoryName", "") or get("productItemName", ""),
        country_name=get("recallPblshCntryName", "") if is_foreign else HOME_COUNTRY,
        recall_type=get("recallTypeName", ""),
        published=_date(raw.get("publishDate")),
        harm=get("violateDscr" if is_foreign else "harmDscr", ""),
        advice=get("publishActionDscr", "") or get("recallMeans", ""),
        url=_web_address(get("recallUrl", "") or get("recallurl", "")) or recall_link(uid),
        raw=raw,
    )


def _lists(record: Record) -> dict[str, Any]:
    return {
        "has_detail": True,
        "derivation_models": _names(record.get("derivationModels"), ("model", "modelName")),
        "image_urls": _names(record.get("certificationImageUrls"), ("imageUrl",)),
        "factories": tuple(_factories(record.get("factories"))),
        "similar_certifications": _names(record.get("similarCertifications"), ("certNum",)),
    }


def _names(value: object, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts of a list that may hold texts or records, without repetition."""
    found = (
        next((_text(one[key]) for key in keys if key in one), "") if isinstance(one, Mapping) else _text(one)
        for one in _several(value)
    )
    return tuple(dict.fromkeys(name for name in found if name))


def _factories(value: object) -> Iterable[Factory]:
    for one in _several(value):
        is_record = isinstance(one, Mapping)
        name = _text(one.get("makerName")) if is_record else _text(one)
        if name:
            yield Factory(name, _text(one.get("makerCntryName")) if is_record else "")


def _several(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    if isinstance(value, str):
        return storable_text(value).strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else ""


def storable_text(text: str) -> str:
    """Return a text without what a database refuses: NUL, and halves of surrogate pairs."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else text.encode("utf-8", "ignore").decode("utf-8")


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, Mapping):
        return {storable_text(str(key)): _storable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_storable(one) for one in value]
    # JSON has no NaN and no infinity; Python's reader takes them all the same, and PostgreSQL does not.
    return None if isinstance(value, float) and not -1e300 < value < 1e300 else value


def _date(value: object) -> str:
    text = _text(value)
    if len(text) == 8 and text.isascii() and text.isdigit():
        return text
    digits = _NO_DIGIT.sub("", text)[:8]
    return digits if len(digits) == 8 and digits.isascii() else ""


def _whole(value: object) -> int:
    text = _text(value)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0
    return number if number <= _UID_MAX else 0


def _made_up_id(raw: Record) -> str:
    return f"-{crc32(json.dumps(raw, sort_keys=True).encode())}"


def _web_address(text: str) -> str:
    # A link is shown to people: anything but a web page's address ("javascript:…") is none.
    return text if text.lower().startswith(("http://", "https://")) and not re.search(r"[\s\"<>]", text) else ""


# ---- writing --------------------------------------------------------------------------


def certificate_record(
    certificate: Certificate, similar: Mapping[str, Certificate] | None = None, *, is_detail: bool = False
) -> dict[str, Any]:
    """Return a certificate under the published names; what is not there is null.

    Args:
        similar: by number, the certificates that it names as similar, as far as they are known.
        is_detail: with the four lists of a detail.
    """
    record: dict[str, Any] = {name: getattr(certificate, ours) or None for name, ours in CERTIFICATE_FIELDS.items()}
    if not is_detail:
        return record
    known = similar or {}
    return record | {
        "derivationModels": list(certificate.derivation_models),
        "certificationImageUrls": list(certificate.image_urls),
        "factories": [
            {"makerName": one.maker_name, "makerCntryName": one.country_name or None} for one in certificate.factories
        ],
        "similarCertifications": [
            certificate_record(known[number])
            if number in known
            else dict.fromkeys(CERTIFICATE_FIELDS) | {"certNum": number}
            for number in certificate.similar_certifications
        ],
    }


def recall_record(recall: Recall) -> dict[str, Any]:
    """Return a recall under the published names: the published record itself, else what is known of it."""
    fields = FOREIGN_RECALL_FIELDS if recall.is_foreign else RECALL_FIELDS
    known = recall.raw or _rebuilt(recall)
    record = {name: known.get(name) for name in fields}
    if not recall.is_foreign:
        record["recallFiles"] = _several(record["recallFiles"]) if record["recallFiles"] else []
    return record


def _rebuilt(recall: Recall) -> dict[str, Any]:
    values = {
        "fRecallUid" if recall.is_foreign else "recallUid": recall.uid[1:],
        "recallProductName": recall.product_name,
        "recallBrandName": recall.brand_name,
        "recallModelName": recall.model_name,
        "barcodeNum": recall.barcode,
        "certNum": recall.cert_num,
        "makerName": recall.maker_name,
        "recallCmpnyName": recall.company_name,
        "categoryName": recall.category_name,
        "recallPblshCntryName": recall.country_name,
        "recallTypeName": recall.recall_type,
        "publishDate": recall.published,
        "violateDscr" if recall.is_foreign else "harmDscr": recall.harm,
        "publishActionDscr": recall.advice,
        "recallUrl": recall.url,
    }
    return {name: value or None for name, value in values.items()}
