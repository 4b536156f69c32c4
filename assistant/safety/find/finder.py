"""Finding certificates and recalls by whatever a person types: number, model, product, company or barcode."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assistant.product_safety import Certificate, Recall
from assistant.safety.find import candidates
from assistant.safety.find.asked import Asked, read
from assistant.safety.find.candidates import CERTIFICATES, RECALLS, Source
from assistant.safety.find.meanings import Meaning, groups_of, models_meant, words_meant
from assistant.safety.find.scores import SAME_BARCODE, Fit, Meant, fields_of_certificate, fields_of_recall, fit
from assistant.safety.mirror.edits import one_edit_keys
from assistant.safety.mirror.entries import certificate_keys, recall_entries
from assistant.screening.numbers import bare_key
from assistant.store.database import reading

_BY_WORDS, _BY_KEY = 100, 40
"""Candidates of one search: common words have a hundred thousand."""
_ENOUGH = 10
"""Candidates by all words, from which on it is not asked for those that have some."""
_SCORE_MIN = 0.25
_NEARLY = 0.1
_NUMBER_LETTERS_MIN = 6
_LIMIT_MAX = 100
_VALID = "적합"


@dataclass(frozen=True, slots=True)
class Found:
    """A certificate or a recall; the other one is None.

    Attributes:
        score: from 0 to 1, the better the higher; 1 is the very number, above 0.9 the model, 0.75 all of the words.
        by: the fields that matched: number, barcode, model, product, brand, maker, importer, category.
    """

    certificate: Certificate | None
    recall: Recall | None
    score: float
    by: tuple[str, ...]


class Finder:
    """Searches the mirror; what it costs does not depend on how common the words are."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, query: str, limit: int = 10) -> list[Found]:
        """Return what fits a query, best first; of equals the valid and newer ones first.

        Any text is taken: 200 letters and six words of it count, signs say nothing.

        Raises:
            UpstreamError: the database does not answer.
        """
        asked = read(query)
        if not (asked.words or asked.models or asked.numbers or asked.barcodes):
            return []
        with reading(self._engine) as session:
            candidates.prefer_word_index(session)
            return _whole(session, _best(_search(session, asked), max(0, min(limit, _LIMIT_MAX))))


def _search(session: Session, asked: Asked) -> list[Found]:
    by_number = _by_number(session, asked)
    if by_number and asked.is_number:
        # Nothing fits better than the number itself.
        asked = Asked((), (), asked.numbers, ())
    words = words_meant(session, asked.words)
    certificates = [*_certificates(session, asked, words, by_number)]
    return [*certificates, *_recalls(session, asked, words)]


def _best(found: list[Found], limit: int) -> list[Found]:
    """Return the best; a third of the places is kept for recalls that are nearly as good.

    Of a common product there are a thousand certificates that fit just as well as its recalls, which matter more.
    """
    found.sort(key=_rank, reverse=True)
    nearly = found[0].score - _NEARLY if found else 0.0
    kept = [one for one in found if one.recall and one.score >= nearly][: (limit + 2) // 3]
    others = [one for one in found if one not in kept][: limit - len(kept)]
    return sorted([*kept, *others], key=_rank, reverse=True)


def _rank(one: Found) -> tuple[float, int, str]:
    if one.certificate:
        return round(one.score, 3), 2 if one.certificate.cert_state == _VALID else 1, one.certificate.cert_date
    return round(one.score, 3), 0, one.recall.published if one.recall else ""


def _whole(session: Session, found: list[Found]) -> list[Found]:
    """Return what was found with the published records of the recalls."""
    uids = [one.recall.uid for one in found if one.recall]
    recalls = candidates.whole_recalls(session, uids) if uids else {}
    return [replace(one, recall=recalls[one.recall.uid]) if one.recall else one for one in found]


def _certificates(session: Session, asked: Asked, words: Sequence[Meaning], by_number: list[int]) -> Iterable[Found]:
    models = models_meant(session, CERTIFICATES, asked.models)
    meant = Meant(asked, words, models.sure)
    numbers = {*by_number, *models.rows, *_by_words(session, CERTIFICATES, words)}
    for one in candidates.certificates(session, numbers):
        keys = {key for kind, key in certificate_keys(one, "") if kind == "model"} if models.sure else ()
        fitting = fit(meant, fields_of_certificate(one, keys))
        if fitting.score >= _SCORE_MIN:
            yield Found(one, None, fitting.score, fitting.by)


def _recalls(session: Session, asked: Asked, words: Sequence[Meaning]) -> Iterable[Found]:
    models = models_meant(session, RECALLS, asked.models)
    meant = Meant(asked, words, models.sure)
    numbers = {*models.rows, *_by_words(session, RECALLS, words)}
    for kind, keys in (("barcode", asked.barcodes), ("number", [bare_key(number) for number in asked.numbers])):
        numbers.update(number for number, _ in candidates.by_keys(session, RECALLS, kind, keys, _BY_KEY))
    has_keys = bool(models.sure or asked.barcodes or asked.numbers)
    for one in candidates.recalls(session, numbers):
        fitting = _recall_fit(one, meant, recall_entries(one) if has_keys else [])
        if fitting.score >= _SCORE_MIN:
            yield Found(None, one, fitting.score, fitting.by)


def _recall_fit(recall: Recall, meant: Meant, entries: Sequence[tuple[str, str]]) -> Fit:
    if any(("barcode", barcode) in entries for barcode in meant.asked.barcodes):
        return Fit(SAME_BARCODE, ("barcode",))
    numbers = [key for kind, key in entries if kind == "number"]
    models = {key for kind, key in entries if kind == "model"}
    return fit(meant, fields_of_recall(recall, numbers, models))


def _by_number(session: Session, asked: Asked) -> list[int]:
    """Return certificates with a number; if there are none, with one that is nearly or begins like it."""
    keys = [bare_key(number) for number in asked.numbers]
    found = candidates.by_numbers(session, keys, _BY_KEY) if keys else []
    if found:
        return found
    for key in keys[:2]:
        if len(key) >= _NUMBER_LETTERS_MIN:
            found += candidates.by_numbers(session, one_edit_keys(key), _BY_KEY)
            found += candidates.by_number_prefix(session, key, _BY_KEY)
    return found


def _by_words(session: Session, source: Source, words: Sequence[Meaning]) -> list[int]:
    found: list[int] = []
    for groups in groups_of(words):
        if len(found) < _ENOUGH:
            found += candidates.by_words(session, source, groups, _BY_WORDS - len(found))
    return found
