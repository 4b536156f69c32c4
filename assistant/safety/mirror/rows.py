"""Certificates and recalls as rows of the mirror, and back."""

import json
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from assistant.product_safety import Certificate, Factory, Recall
from assistant.safety.mirror.tables import CERTIFICATE_TEXTS, RECALL_TEXTS

CERTIFICATE_COLUMNS = ("cert_uid", *CERTIFICATE_TEXTS, "details")
"""The columns that certificate_of reads, in its order."""
RECALL_COLUMNS = ("uid", "is_foreign", *RECALL_TEXTS, "raw")
"""The columns that recall_of reads, in its order."""

certificate_texts = attrgetter(*CERTIFICATE_TEXTS)
recall_texts = attrgetter(*RECALL_TEXTS)


def certificate_of(row: Sequence[Any]) -> Certificate:
    """Return the certificate of a row that holds CERTIFICATE_COLUMNS."""
    details = row[-1]
    if details is None:
        return Certificate(*row[:-1])
    models, images, factories, similar = json.loads(details)
    made_by = tuple(Factory(*one) for one in factories)
    return Certificate(*(*row[:-1], True, tuple(models), tuple(images), made_by, tuple(similar)))


def details_of(certificate: Certificate) -> str | None:
    """Return the lists of the detail as JSON; None where it was never fetched."""
    if not certificate.has_detail:
        return None
    factories = [[one.maker_name, one.country_name] for one in certificate.factories]
    lists = [certificate.derivation_models, certificate.image_urls, factories, certificate.similar_certifications]
    return json.dumps(lists, ensure_ascii=False, separators=(",", ":"))


def recall_of(row: Sequence[Any]) -> Recall:
    """Return the recall of a row that holds RECALL_COLUMNS."""
    uid, is_foreign, *texts, raw = row
    return Recall(*(uid, bool(is_foreign), *texts, json.loads(raw)))


def raw_of(recall: Recall) -> str:
    """Return the published record as JSON."""
    return json.dumps(dict(recall.raw), ensure_ascii=False, separators=(",", ":"), default=str)


def storable(text: str) -> str:
    """Return a text without what no database takes: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


def storable_texts(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return texts that every database takes; nearly always the same ones, so that is looked at first."""
    whole = "".join(texts)
    if "\0" not in whole:
        try:
            whole.encode()
        except UnicodeEncodeError:
            pass
        else:
            return texts
    return tuple(map(storable, texts))
