"""Certificates and recalls as lines for people, and the answers to a look-up that found nothing. Pure.

What is shown is what the data state and of which day; never that a product is safe or legal.
"""

from collections.abc import Sequence

from assistant.product_safety import Certificate, Freshness, LookedUp, Recall
from assistant.safety_wording import (
    AS_OF,
    CARD,
    CARD_DATES,
    DEMO,
    LOOK_UP,
    RECALL_ABROAD,
    RECALL_CARD,
    STATE_MEANINGS,
    UNNAMED,
)
from assistant.screening.links import certificate_link, recall_link
from assistant.screening.numbers import bare_key, find_numbers
from assistant.screening.particles import Word
from assistant.screening.states import state_kind
from assistant.screening.tell import day_of, shown

_VALUE_MAX, _LONG_MAX = 120, 400
_LISTED = 8
"""Derived models, factories and numbers that a card lists."""


def certificate_lines(
    certificate: Certificate,
    freshness: Freshness,
    *,
    successors: Sequence[Certificate] = (),
    recalls: Sequence[Recall] | None = None,
) -> list[str]:
    """Return a certificate's card: state in plain words, product, model, companies, kind, dates, link, day of data.

    Args:
        successors: what names this certificate as its first or a similar one.
        recalls: recalls that name its number; None where none were looked for, which is not the same as none found.
    """
    lines = [
        *_identity(certificate),
        *_companies(certificate),
        *_paperwork(certificate),
        *_related(certificate, successors),
        *_recalled(certificate, recalls),
        CARD["compare"],
        CARD["evidence"].format(value=certificate_link(certificate.cert_num)),
        as_of_line(freshness),
    ]
    return [line for line in lines if line]


def recall_lines(recall: Recall) -> list[str]:
    """Return a recall's card: what was recalled where and when, by whom, why, and what a consumer is told to do."""
    where = shown(recall.country_name) + " " if recall.country_name and recall.is_foreign else ""
    where = where or (RECALL_ABROAD if recall.is_foreign else "")
    title = RECALL_CARD["title"].format(where=where, product=shown(recall.product_name) or UNNAMED["item"])
    company = _several((recall.company_name, recall.maker_name))
    values = {
        "brand": recall.brand_name,
        "model": recall.model_name,
        "barcode": recall.barcode,
        "number": recall.cert_num,
        "company": company,
        "published": day_of(recall.published),
        "kind": recall.recall_type,
    }
    lines = [_line(RECALL_CARD, name, text) for name, text in values.items()]
    lines += [
        _line(RECALL_CARD, name, text, _LONG_MAX) for name, text in (("harm", recall.harm), ("advice", recall.advice))
    ]
    link = RECALL_CARD["evidence"].format(value=recall.url or recall_link(recall.uid))
    return [title, *(line for line in lines if line), RECALL_CARD["compare"], link]


def nothing_found(found: LookedUp) -> str:
    """Return the answer to a look-up without a result.

    Not found, could not look up, and no data on this installation are three answers: only the first says that the
    published data do not hold it.
    """
    freshness = found.freshness
    query = Word(shown(found.query))
    if found.failed:
        return LOOK_UP["failed"]
    numbers = find_numbers(found.query)
    if numbers and all(number.register == "radio" for number in numbers):
        return LOOK_UP["other_register"].format(query=query)
    if not freshness.data_date:
        return LOOK_UP["no_data"]
    front = DEMO if freshness.is_demo else ""
    if not freshness.is_complete:
        return front + LOOK_UP["incomplete"].format(query=query)
    as_of = AS_OF.format(day=day_of(freshness.data_date))
    return front + LOOK_UP["absent_number" if numbers else "absent_text"].format(query=query, as_of=as_of)


def _identity(certificate: Certificate) -> list[str]:
    state = shown(certificate.cert_state) or UNNAMED["state"]
    derived = _several(certificate.derivation_models)
    return [
        CARD["state"].format(state=state, meaning=STATE_MEANINGS[state_kind(certificate.cert_state)]),
        _line(CARD, "number", certificate.cert_num),
        _line(CARD, "product", certificate.product_name),
        _line(CARD, "brand", certificate.brand_name),
        _line(CARD, "model", certificate.model_name),
        _line(CARD, "derived", derived, _LONG_MAX) if certificate.has_detail else CARD["no_detail"],
    ]


def _companies(certificate: Certificate) -> list[str]:
    return [
        _line(CARD, "maker", _placed(certificate.maker_name, certificate.maker_cntry_name)),
        _line(CARD, "importer", certificate.importer_name),
        _line(
            CARD, "factories", _several([_placed(one.maker_name, one.country_name) for one in certificate.factories])
        ),
    ]


def _paperwork(certificate: Certificate) -> list[str]:
    dates = [
        text.format(day=day_of(date)) for name, text in CARD_DATES.items() if (date := str(getattr(certificate, name)))
    ]
    return [
        _line(CARD, "kind", certificate.cert_div),
        _line(CARD, "category", certificate.category_name),
        _line(CARD, "organ", certificate.cert_organ_name),
        _line(CARD, "dates", ", ".join(dates)),
        _line(CARD, "change", certificate.cert_chg_reason),
    ]


def _related(certificate: Certificate, successors: Sequence[Certificate]) -> list[str]:
    own = bare_key(certificate.cert_num)
    first = certificate.first_cert_num if bare_key(certificate.first_cert_num) != own else ""
    renewed = [f"{one.cert_num} ({shown(one.cert_state) or UNNAMED['state']})" for one in successors]
    return [
        _line(CARD, "first", first),
        _line(CARD, "renewed", _several(renewed), _LONG_MAX),
        _line(CARD, "similar", _several(certificate.similar_certifications), _LONG_MAX),
    ]


def _recalled(certificate: Certificate, recalls: Sequence[Recall] | None) -> list[str]:
    if recalls is None:
        return []
    own = bare_key(certificate.cert_num)
    same = [one for one in recalls if any(number.bare == own for number in find_numbers(one.cert_num))]
    return [CARD["recalls"].format(count=len(same)) if same else CARD["no_recalls"]]


def as_of_line(freshness: Freshness) -> str:
    """Return of which day the data are, and whether they are made up."""
    text = CARD["as_of"].format(day=day_of(freshness.data_date)) if freshness.data_date else CARD["no_day"]
    return (DEMO if freshness.is_demo else "") + text


def _line(card: dict[str, str], name: str, value: str, most: int = _VALUE_MAX) -> str:
    text = shown(value, most)
    return card[name].format(value=text) if text else ""


def _several(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(name for name in names if name.strip()))
    return ", ".join(unique[:_LISTED]) + (" …" if len(unique) > _LISTED else "")


def _placed(name: str, country: str) -> str:
    return f"{name} ({country})" if name and country else name
