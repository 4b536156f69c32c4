"""Whether a listing's model is one of those that a certificate or a recall names. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from assistant.product_safety import Agreement
from assistant.screening.names import (
    generic_apart,
    is_option,
    is_specific,
    model_keys,
    models_in_name,
    name_key,
    separate_models,
)

_CONTAINED_LENGTH = 5
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ModelMatch:
    """How models agree.

    Attributes:
        listed: the listing's model that agrees, as a key; "" where none does.
        is_specific: the model that agrees can stand alone, see names.is_specific.
        is_partial: the listing names further models, which are not among the known ones.
    """

    agreement: Agreement
    listed: str = ""
    is_specific: bool = False
    is_partial: bool = False


_MISSING = ModelMatch("missing")


@dataclass(frozen=True, slots=True)
class KnownModels:
    """The models of a certificate or a recall.

    Attributes:
        keys: of every model.
        single: of those that may be compared letter by letter.
        apart: of those written as several generic words, see names.generic_apart.
    """

    keys: frozenset[str]
    single: tuple[str, ...]
    apart: frozenset[str] = frozenset()


@lru_cache(maxsize=8192)
def known_models(fields: tuple[str, ...]) -> KnownModels:
    """Read the fields that name models."""
    every = [key for field in fields for key in model_keys(field)]
    single = [key for field in fields for key in _single(field) if not is_option(key)]
    apart = frozenset[str]().union(*(generic_apart(field) for field in fields))
    return KnownModels(frozenset(every), tuple(dict.fromkeys(single)), apart)


def match_models(model_name: str, product_name: str, known: KnownModels) -> ModelMatch:
    """Hold a listing's models against the known ones.

    Args:
        model_name: the listing's field for the model.
        product_name: searched for a model only where that field names none, and only to agree, never to differ.
    """
    if not known.keys:
        return _MISSING
    listed = model_keys(model_name)
    equal = [key for key in listed if key in known.keys]
    if not equal and all(says_nothing(key, product_name) for key in listed):
        equal = [key for key in models_in_name(product_name) if key in known.keys]
        return ModelMatch("same", equal[0], is_specific=True) if equal else _MISSING
    if equal:
        # "PRO 500W" on both sides is two words of many things; PRO500W on either is a model.
        alone = [key for key in equal if is_specific(key) and key not in known.apart & generic_apart(model_name)]
        best = (alone or equal)[0]
        is_whole = listed[0] in known.keys
        return ModelMatch("same", best, bool(alone), not is_whole and _has_more(model_name, known))
    if not known.single:
        return _MISSING
    near = next((key for key in _single(model_name) if _is_near_any(key, known)), "")
    if not near:
        return ModelMatch("different")
    return ModelMatch("similar", near, is_specific(near), _has_more(model_name, known))


def shown_models(fields: Iterable[str]) -> str:
    """Return the first few names of models for people to read."""
    names = [name for field in fields if (name := field.strip())]
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")


def is_near(one: str, other: str) -> bool:
    """Say whether one model holds the other, which is long enough and has a digit, and no number is cut in two."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) < _CONTAINED_LENGTH or short not in long or not any(letter.isdigit() for letter in short):
        return False
    at = long.find(short)
    while at >= 0:
        if not _is_cut(long, at) and not _is_cut(long, at + len(short)):
            return True
        at = long.find(short, at + 1)
    return False


def says_nothing(key: str, product_name: str) -> bool:
    """Say whether a listing's model is only an option, or only its product's name again."""
    return is_option(key) or (key == name_key(product_name) and not is_specific(key))


def _is_cut(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isdigit() and text[at].isdigit()


def _is_near_any(key: str, known: KnownModels) -> bool:
    return not is_option(key) and any(is_near(key, other) for other in known.single)


def _single(field: str) -> tuple[str, ...]:
    """Return the keys of a field without the one that runs several models together."""
    return model_keys(field) if len(separate_models(field)) == 1 else model_keys(field)[1:]


def _has_more(model_name: str, known: KnownModels) -> bool:
    named = [key for key in separate_models(model_name) if is_specific(key)]
    strange = [key for key in named if key not in known.keys and not _is_near_any(key, known)]
    return len(named) > 1 and any(known.keys.isdisjoint(model_keys(key)) for key in strange)
