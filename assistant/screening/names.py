"""Keys by which models, products and companies are compared, whatever their spelling. Pure."""

import re
import unicodedata

_NOT_IN_KEY = re.compile(r"[^0-9A-Z가-힣]")
_BETWEEN_MODELS = re.compile(r"[,;/|\n]|<br\s*/?>")


def name_key(text: str) -> str:
    """Return letters and digits only, NFKC and in capitals."""
    return _NOT_IN_KEY.sub("", unicodedata.normalize("NFKC", text).upper())


def model_keys(text: str) -> tuple[str, ...]:
    """Return the keys of the models that a field names, and of the field as a whole, without repetition."""
    parts = [name_key(part) for part in (text, *_BETWEEN_MODELS.split(text))]
    return tuple(dict.fromkeys(part for part in parts if part))
