"""How well a certificate or recall fits a query: a score from 0 to 1, and by which fields."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.product_safety import Certificate, Recall
from assistant.safety.find.asked import Asked, Model
from assistant.safety.find.meanings import Meaning
from assistant.safety.mirror.edits import is_one_edit
from assistant.safety.mirror.entries import words_of
from assistant.screening.names import is_specific
from assistant.screening.numbers import bare_key, number_key

SAME_NUMBER, SAME_BARE_NUMBER, NEAR_NUMBER, NUMBER_BEGINS, OTHER_SUFFIX = 1.0, 0.97, 0.8, 0.75, 0.7
SAME_BARCODE = 0.99
_MODEL_ALONE = 0.95
_ALL_WORDS, _WITH_COMPANY, _WHOLE_PRODUCT = 0.75, 0.1, 0.05

_COMPANY_FIELDS = ("brand", "maker", "importer")


@dataclass(frozen=True, slots=True)
class Fit:
    """A score and the fields that it is owed to."""

    score: float
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meant:
    """What a query means: `models` by key of the mirror, how sure it is and what was typed."""

    asked: Asked
    words: Sequence[Meaning]
    models: Mapping[str, tuple[float, Model]]


@dataclass(frozen=True, slots=True)
class Fields:
    """What of a row is held against a query. `models` are keys."""

    numbers: Collection[str]
    models: Collection[str]
    words: Mapping[str, Sequence[str]]


def fields_of_certificate(certificate: Certificate, models: Collection[str]) -> Fields:
    """Return the fields of a certificate."""
    words = {
        "product": _words(certificate.product_name),
        "brand": _words(certificate.brand_name),
        "maker": _words(certificate.maker_name),
        "importer": _words(certificate.importer_name),
        "category": _words(certificate.category_name),
    }
    return Fields((number_key(certificate.cert_num),), models, words)


def fields_of_recall(recall: Recall, numbers: Collection[str], models: Collection[str]) -> Fields:
    """Return the fields of a recall."""
    words = {
        "product": _words(recall.product_name),
        "brand": _words(recall.brand_name),
        "maker": _words(recall.maker_name) + _words(recall.company_name),
        "category": _words(recall.category_name),
    }
    return Fields(numbers, models, words)


def fit(meant: Meant, fields: Fields) -> Fit:
    """Return how well fields fit: a number before a model, a model before product and company, these before words."""
    numbers = [_number_score(number, own) for number in meant.asked.numbers for own in fields.numbers]
    by_number = Fit(max(numbers, default=0.0), ("number",))
    return max(by_number, _model_fit(meant, fields), _words_fit(meant.asked.words, meant, fields), key=_score)


def _score(one: Fit) -> float:
    return one.score


def _number_score(number: str, own: str) -> float:
    if number == own:
        return SAME_NUMBER
    bare, own_bare = bare_key(number), bare_key(own)
    if bare == own_bare:
        return OTHER_SUFFIX if number != bare and own != own_bare else SAME_BARE_NUMBER
    if is_one_edit(bare, own_bare):
        return NEAR_NUMBER
    return NUMBER_BEGINS if own_bare.startswith(number) else 0.0


def _model_fit(meant: Meant, fields: Fields) -> Fit:
    known = [meant.models[key] for key in fields.models if key in meant.models]
    if not known:
        return Fit(0.0)
    sure, model = max(known, key=lambda one: (one[0], len(one[1].key)))
    rest = [word for word in meant.asked.words if word not in model.words]
    if not rest:
        return Fit(_MODEL_ALONE * sure, ("model",))
    others = _words_fit(rest, meant, fields)
    # A model that says much counts by itself; "A1" or "hope" counts for what stands beside it.
    alone = 0.6 if is_specific(model.key) else 0.25
    share = min(1.0, others.score / _ALL_WORDS)
    return Fit(sure * (alone + (_MODEL_ALONE + 0.02 - alone) * share), ("model", *others.by))


def _words_fit(words: Sequence[str], meant: Meant, fields: Fields) -> Fit:
    """Return the score for words: more when product and company both have some, or when they are the whole product."""
    relevant = [meaning for meaning in meant.words if meaning.word in words]
    if not relevant:
        return Fit(0.0)
    sure = [_best_field(meaning, fields) for meaning in relevant]
    unknown = len({*words} - {meaning.word for meaning in relevant})
    coverage = sum(one for one, _ in sure) / (len(sure) + unknown)
    matched = {name for one, name in sure if one}
    most = _ALL_WORDS + _whole_product(relevant, fields.words["product"])
    if "product" in matched and not matched.isdisjoint(_COMPANY_FIELDS):
        most += _WITH_COMPANY
    return Fit(coverage * most, tuple(name for name in fields.words if name in matched))


def _whole_product(meanings: Sequence[Meaning], product: Sequence[str]) -> float:
    named = sum(any(word in meaning.sure for meaning in meanings) for word in product)
    return _WHOLE_PRODUCT * named / len(product) if product else 0.0


def _best_field(meaning: Meaning, fields: Fields) -> tuple[float, str]:
    """Return how sure the best word of any field is, and the field's name."""
    best, where = 0.0, ""
    for name, words in fields.words.items():
        for word in words:
            if meaning.sure.get(word, 0.0) > best:
                best, where = meaning.sure[word], name
    return best, where


@lru_cache(maxsize=20_000)
def _words(text: str) -> tuple[str, ...]:
    return words_of(text)
