"""Under which words and keys a certificate or recall is entered in the mirror's indexes."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from assistant.product_safety import Certificate, Recall
from assistant.safety.tables import KEY_MAX
from assistant.screening.names import model_keys, name_key
from assistant.screening.numbers import bare_key, find_numbers

_WORD = re.compile(r"[가-힣]+|[^\W가-힣_]+")
_NO_DIGIT = re.compile(r"\D")
_BETWEEN = re.compile(r"[\s,;/|]+")
_SIGNS = re.compile(r"[\u0300-\u036f]")
_SAY_NOTHING = frozenset("주 주식회사 유한회사 유 CO LTD INC CORP CORPORATION COMPANY LIMITED LLC GMBH THE AND OF".split())
_BARCODE = range(8, 15)


@lru_cache(maxsize=100_000)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are searched: NFKC, capitals, no accents, Hangul apart from other letters.

    What stands in every second company's name and single Latin letters are left out. Names repeat a lot, hence the
    cache: 100,000 names are a few ten megabytes.

    >>> words_of("LED등기구(주) Crème-2")
    ('LED', '등기구', 'CREME')
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", _SIGNS.sub("", unicodedata.normalize("NFD", plain)))
    found = dict.fromkeys(_WORD.findall(plain))
    return tuple(word for word in found if word not in _SAY_NOTHING and _tells(word))


def _tells(word: str) -> bool:
    return (len(word) > 1 or "가" <= word <= "힣") and len(word) <= KEY_MAX


def certificate_words(certificate: Certificate) -> dict[str, None]:
    """Return every word under which a certificate is found; models have keys instead."""
    return dict.fromkeys(
        (
            *words_of(certificate.product_name),
            *words_of(certificate.brand_name),
            *words_of(certificate.maker_name),
            *words_of(certificate.importer_name),
            *words_of(certificate.category_name),
        )
    )


def recall_words(recall: Recall) -> dict[str, None]:
    """Return every word under which a recall is found."""
    return dict.fromkeys(
        (
            *words_of(recall.product_name),
            *words_of(recall.brand_name),
            *words_of(recall.maker_name),
            *words_of(recall.company_name),
            *words_of(recall.category_name),
        )
    )


def certificate_models(certificate: Certificate) -> list[str]:
    """Return the keys of a certificate's models, the derived ones included."""
    keys = list(_model_keys(certificate.model_name))
    for model in certificate.derivation_models:
        keys += _model_keys(model)
    return list(dict.fromkeys(keys))


def first_keys(certificate: Certificate) -> list[str]:
    """Return the bare keys of the other numbers that a certificate names as its first one or as similar."""
    own = bare_key(certificate.cert_num)
    named = (certificate.first_cert_num, *certificate.similar_certifications)
    keys = dict.fromkeys(bare_key(number) for number in named if number and number != certificate.cert_num)
    return [key for key in keys if key and key != own and len(key) <= KEY_MAX]


def recall_entries(recall: Recall) -> list[tuple[str, str]]:
    """Return the (kind, key) under which a recall is looked up."""
    numbers = ((number.bare) for number in find_numbers(recall.cert_num))
    entries = [
        *(("number", key) for key in numbers),
        *(("barcode", key) for key in _barcodes(recall.barcode)),
        *(("model", key) for key in model_keys(recall.model_name)),
        ("product", name_key(recall.product_name)),
    ]
    return [(kind, key) for kind, key in dict.fromkeys(entries) if key and len(key) <= KEY_MAX]


@lru_cache(maxsize=20_000)
def _model_keys(field: str) -> tuple[str, ...]:
    return tuple(key for key in model_keys(field) if len(key) <= KEY_MAX)


def _barcodes(field: str) -> Iterator[str]:
    whole = _NO_DIGIT.sub("", field)
    for digits in (whole, *(_NO_DIGIT.sub("", part) for part in _BETWEEN.split(field))):
        if len(digits) in _BARCODE:
            yield digits
