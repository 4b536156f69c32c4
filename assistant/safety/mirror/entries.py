"""Under which words and keys a certificate or recall is entered in the mirror's indexes."""

import re
import unicodedata
from functools import lru_cache

from assistant.product_safety import Certificate, Recall
from assistant.safety.mirror.tables import KEY_MAX
from assistant.screening.barcodes import barcode_keys, spellings
from assistant.screening.names import model_keys, name_key
from assistant.screening.numbers import bare_key, find_numbers
from assistant.screening.words import NO_MODEL

_WORD = re.compile(r"[가-힣]+|[0-9A-ZÀ-ÖØ-öø-ɏΑ-ΡΣ-Ωα-ωЀ-ҁҊ-ӿ]+|[ぁ-ゖァ-ヺー一-鿌]+")
"""Letters that SQLite's tokenizer takes for letters, too: it knows those of Unicode 6.1 only."""
_PLAIN_MODEL = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN_NUMBER = re.compile(r"[A-Z0-9-]*[0-9]")
_DASHES = str.maketrans("", "", "_-")
_SIGNS = re.compile(r"[\u0300-\u036f]")
_COMPANY_FORMS = "주 주식회사 유한회사 유 CO LTD INC CORP CORPORATION COMPANY LIMITED LLC GMBH THE AND OF 및 등 외"
_SAY_NOTHING = frozenset(_COMPANY_FORMS.split())


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are searched: NFKC, capitals, no accents, Hangul apart from other letters.

    What stands in every second company's name and single Latin letters are left out.

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


def certificate_words(certificate: Certificate) -> str:
    """Return the words under which a certificate is found, between blanks; models have keys instead."""
    return _joined(
        certificate.product_name,
        certificate.brand_name,
        certificate.maker_name,
        certificate.importer_name,
        certificate.category_name,
    )


def recall_words(recall: Recall) -> str:
    """Return the words under which a recall is found, between blanks."""
    return _joined(recall.product_name, recall.brand_name, recall.maker_name, recall.company_name, recall.category_name)


def _joined(*texts: str) -> str:
    return " ".join(filter(None, map(_words_between_blanks, texts)))


@lru_cache(maxsize=50_000)
def _words_between_blanks(text: str) -> str:
    return " ".join(words_of(text))


def certificate_keys(certificate: Certificate, bare: str) -> list[tuple[str, str]]:
    """Return the (kind, key) of a certificate: its models, the derived ones included, and the numbers it comes after.

    Args:
        bare: the certificate's own bare key.
    """
    models = _model_keys(certificate.model_name)
    if certificate.derivation_models:
        every = (*models, *(key for model in certificate.derivation_models for key in _model_keys(model)))
        models = tuple(dict.fromkeys(every))
    return [("model", key) for key in models] + [("first", key) for key in _first_keys(certificate, bare)]


def number_entry(number: str) -> str:
    """Return the bare key of a certificate's number, as far as an index takes it."""
    # Most numbers are clean: bare_key makes nothing but this of them, more slowly.
    return (number.replace("-", "") if _PLAIN_NUMBER.fullmatch(number) else bare_key(number))[:KEY_MAX]


def _first_keys(certificate: Certificate, bare: str) -> list[str]:
    """Return the bare keys of the other numbers that a certificate names as its first one or as similar."""
    own = ("", certificate.cert_num)
    if certificate.first_cert_num in own and not certificate.similar_certifications:
        return []
    named = (certificate.first_cert_num, *certificate.similar_certifications)
    keys = dict.fromkeys(number_entry(number) for number in named if number not in own)
    return [key for key in keys if key not in ("", bare)]


def recall_entries(recall: Recall) -> list[tuple[str, str]]:
    """Return the (kind, key) under which a recall is looked up."""
    entries = [
        *(("number", number.bare) for number in find_numbers(recall.cert_num)),
        *(("barcode", one) for key in barcode_keys(recall.barcode) for one in spellings(key)),
        *(("model", key) for key in model_keys(recall.model_name)),
        ("product", name_key(recall.product_name)),
    ]
    return [(kind, key) for kind, key in dict.fromkeys(entries) if key and len(key) <= KEY_MAX]


def _model_keys(field: str) -> tuple[str, ...]:
    # Nine models of ten are one plain word, of which model_keys makes nothing but this, more slowly.
    if _PLAIN_MODEL.fullmatch(field):
        key = field.upper().translate(_DASHES)
        return (key,) if key and key not in NO_MODEL and len(key) <= KEY_MAX else ()
    return tuple(key for key in model_keys(field) if len(key) <= KEY_MAX)
