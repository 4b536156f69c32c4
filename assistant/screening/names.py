"""Keys by which models and products are compared, whatever their spelling. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from assistant.screening.words import (
    COLOUR_CODES,
    COLOURS,
    GENERIC,
    NO_MODEL,
    ONE_LETTER_SIZES,
    OPTIONS,
    SIZES,
    UNITS,
)

_NOT_IN_KEY = re.compile(r"[^0-9A-Z가-힣]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_BETWEEN_MODELS = re.compile(r"[,;|\n]|<br\s*/?>|\s(?:및|and|or|또는)\s|\s/|/\s", re.I)
_IN_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
_LABEL = re.compile(r"^\s*(?:모델\s?(?:명|번호)?|품\s?번|MODEL(?:\s?(?:NO\.?|NAME|NUMBER))?)\s?[:.：]\s*", re.I)
_AND_MORE = re.compile(r"\s*(?:외\s*\d*\s*(?:종|건|개|모델|가지)?|등)\s*$")
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[-_./][A-Za-z0-9]+)*")
_DIGITS = re.compile(r"\d+")
_GENERIC_RUN = re.compile("|".join(sorted((word for word in GENERIC if len(word) > 1), key=len, reverse=True)))
_OPTION_RUN = re.compile("|".join(sorted((word for word in OPTIONS if len(word) > 1), key=len, reverse=True)))
_AMOUNT = re.compile(f"(?:\\d+(?:{'|'.join(sorted(UNITS.split(), key=len, reverse=True))}))+")
_CODE = re.compile(r"[A-Z]{2,3}(?:\d{3,}[A-Z]|(?!(?:19|20)\d\d$)\d{4,})")
"""SS9422W and PRO5000: a model, though its letters are a word of many things and its end a unit. SS2024 is a season."""


def _any_of(several: Iterable[str]) -> str:
    return "|".join(sorted(several, key=len, reverse=True))


_HANGUL_OPTIONS = [word for word in (*COLOURS, *SIZES.split()) if not word.isascii()]
_LATIN_OPTIONS = [word for word in (*COLOURS, *SIZES.split(), *COLOUR_CODES.split()) if word.isascii()]
_OPTION_BEHIND = re.compile(
    rf"(?:(?:[\s/_.,(\[-]{{1,4}}(?:{_any_of(_LATIN_OPTIONS)}|(?:{_any_of(_HANGUL_OPTIONS)})(?:색상|색|컬러)?)"
    rf"|\s(?:{_any_of(ONE_LETTER_SIZES.split())})|(?<=[0-9A-Z])(?:{_any_of(_HANGUL_OPTIONS)})(?:색상|색|컬러)?)[)\]]?)+\s*$",
    re.I,
)
"""Colours and sizes at the end of a model; Latin ones only behind a sign or a space."""

_FIELD_MAX = 2000
"""Characters of a field that are read for models; a list of derived models is far shorter."""
_MODELS_MAX = 60
_KEY_READ = 60
"""Letters of a key by which it is told whether it is generic."""
_SLASHED_LENGTH = 4
"""AB-100/AB-200 are two models, XMF-100/W is one in white."""
_SPECIFIC_LENGTH = 5
_TOKENS_MAX = 5
_LONG_NUMBER = 4


def plain(text: str) -> str:
    """Return the text in NFKC, without accents."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)))


@lru_cache(maxsize=8192)
def name_key(text: str) -> str:
    """Return letters and digits only, NFKC, without accents and in capitals."""
    return _NOT_IN_KEY.sub("", plain(text).upper())


@lru_cache(maxsize=8192)
def model_keys(text: str) -> tuple[str, ...]:
    """Return the keys of the models that a field names, and of the field as a whole, without repetition.

    A model with a colour or a size behind it is there with and without them: the colour must not hide a recall.

    A field that only says that there is no model ("해당없음", "상세페이지 참조") has none.
    """
    whole = plain(text[:_FIELD_MAX])
    parts = [piece for part in (whole, *_models_in(whole)) for piece in (part, without_option(part))]
    keys = (name_key(_LABEL.sub("", part)) for part in parts)
    return tuple(dict.fromkeys(key for key in keys if key and key not in NO_MODEL))[:_MODELS_MAX]


@lru_cache(maxsize=8192)
def separate_models(text: str) -> tuple[str, ...]:
    """Return the keys of the models that a field names one by one; of a field with one model, that one."""
    keys = (name_key(_LABEL.sub("", part)) for part in _split(plain(text[:_FIELD_MAX])))
    return tuple(dict.fromkeys(key for key in keys if key and key not in NO_MODEL))[:_MODELS_MAX]


def without_option(model: str) -> str:
    """Return a model without the colours and sizes behind it; as it is where nothing but an option would be left.

    >>> without_option("XMF-100 블랙"), without_option("XMF-100-BK"), without_option("기본 블랙")
    ('XMF-100', 'XMF-100', '기본 블랙')
    """
    found = _OPTION_BEHIND.search(model)
    if found is None:
        return model
    rest = model[: found.start()]
    key = name_key(rest)
    return rest if key and key not in NO_MODEL and not is_option(key) else model


@lru_cache(maxsize=8192)
def generic_apart(text: str) -> frozenset[str]:
    """Return the keys of those models of a field that are written as several words, each generic: "PRO 500W"."""
    parts = [part.split() for part in _split(plain(text[:_FIELD_MAX]))]
    return frozenset(
        name_key("".join(words))
        for words in parts
        if len(words) > 1 and all((key := name_key(word)).isdigit() or is_generic(key) for word in words)
    )


@lru_cache(maxsize=8192)
def is_option(key: str) -> bool:
    """Say whether a key is only a colour, a size, an amount or the like: it says nothing of the model."""
    if _CODE.fullmatch(key) and sum(map(str.isdigit, key)) >= _LONG_NUMBER:
        return False  # no amount of anything that stands behind XL or SET is so large
    return key in OPTIONS or not _OPTION_RUN.sub("", _AMOUNT.sub("", key[:_KEY_READ]))


@lru_cache(maxsize=8192)
def is_generic(key: str) -> bool:
    """Say whether a key has letters, and all of them are words that stand for many things: options, "HOPE", "MINI2"."""
    if _CODE.fullmatch(key):
        return False
    runs = [run for run in _DIGITS.split(_AMOUNT.sub("", key[:_KEY_READ])) if run]
    if not runs:
        return _AMOUNT.fullmatch(key) is not None
    # S is a size, but S2000 is a model.
    return key in GENERIC or all(len(run) > 1 and not _GENERIC_RUN.sub("", run) for run in runs)


@lru_cache(maxsize=8192)
def is_specific(key: str) -> bool:
    """Say whether a model can stand alone: five letters and digits or more, both kinds, and not a generic word."""
    has_both = any(one.isdigit() for one in key) and any(one.isalpha() for one in key)
    return len(key) >= _SPECIFIC_LENGTH and has_both and not is_generic(key)


def models_in_name(product_name: str) -> tuple[str, ...]:
    """Return the keys of what in a product's name can only be a model: specific words of Latin letters and digits."""
    tokens = _TOKEN.findall(plain(product_name[:_FIELD_MAX]))
    keys = (name_key(piece) for token in tokens for piece in (token, without_option(token)))
    return tuple(dict.fromkeys(key for key in keys if is_specific(key)))[:_TOKENS_MAX]


def _models_in(whole: str) -> list[str]:
    found: list[str] = []
    for part in _split(whole):
        without = _IN_BRACKETS.sub(" ", part)
        found += [part, _AND_MORE.sub("", part), without, _AND_MORE.sub("", without)]
    return found


def _split(whole: str) -> list[str]:
    return [piece for part in _BETWEEN_MODELS.split(whole) for piece in _slashed(part)]


def _slashed(part: str) -> list[str]:
    pieces = part.split("/")
    is_list = len(pieces) > 1 and all(len(name_key(piece)) >= _SLASHED_LENGTH for piece in pieces)
    return pieces if is_list else [part]
