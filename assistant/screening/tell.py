"""What people are told of a verdict: the rule's sentences, with the number, the state and the day of the data. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache

from assistant.product_safety import Action, Certificate, Known, Listing, NumberCheck, RecallMatch
from assistant.safety_wording import (
    AS_OF,
    DAY,
    DEMO,
    NO_DAY,
    RECALL_ABROAD,
    RECALL_HARM,
    RECALL_SHOWN,
    RULES,
    UNNAMED,
    WHEN,
    Told,
)
from assistant.screening.compare import certificate_makers, joined
from assistant.screening.particles import Word

_SHOWN_MAX = 60
_HARM_MAX = 120
_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+|\s{2,}")


def shown(text: str, most: int = _SHOWN_MAX) -> str:
    """Return a text on one line, without what turns or breaks it, cut to at most `most` characters."""
    if len(text) <= most and text.isprintable() and "  " not in text:
        return text.strip()
    plain = _UNSHOWABLE.sub(" ", text[: 4 * most]).strip()
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"


@lru_cache(maxsize=4096)
def day_of(date: str) -> str:
    """Return a day as Koreans write it: "20261120" is "2026년 11월 20일"; what is no date as it stands."""
    if not (len(date) == 8 and date.isascii() and date.isdigit()):
        return shown(date) or NO_DAY
    return DAY.format(year=date[:4], month=int(date[4:6]), day=int(date[6:]))


def told(rule: str, values: Mapping[str, str], known: Known, action: Action) -> Told:
    """Return the sentences of a rule.

    Args:
        values: see number_values and recall_values; what a sentence names and is not there becomes a word for it.
        action: what the mall does; it says until when something has to be done.
    """
    sentences = RULES[rule]
    words = _Values({name: Word(text) for name, text in values.items() if text})
    words["when"] = Word(WHEN[action])
    front = DEMO if known.is_demo else ""
    if known.data_date and rule not in ("no_data", "too_much"):
        front += AS_OF.format(day=day_of(known.data_date))
    reason, to_do, question = (
        text.format_map(words) if text else "" for text in (sentences.reason, sentences.to_do, sentences.question)
    )
    return Told(front + reason, to_do, question)


def number_values(check: NumberCheck, listing: Listing, certificate: Certificate | None) -> dict[str, str]:
    """Return what the sentences about a number may name."""
    values = {
        "number": shown(check.number),
        "state": shown(check.state),
        "part": shown(check.part),
        "successor": shown(check.successor),
        "similar": shown(", ".join(check.similar_numbers), _HARM_MAX),
        "listed_model": shown(listing.model_name),
        "listed_product": shown(listing.product_name),
        "listed_company": shown(joined(listing.maker_name, listing.importer_name, listing.brand_name)),
    }
    if certificate is not None:
        values["known_product"] = shown(certificate.product_name)
        values["known_company"] = shown(joined(certificate_makers(certificate), certificate.brand_name))
        values["known_model"] = shown(certificate.model_name)
        values["organ"] = shown(certificate.cert_organ_name)
    return values


def recall_values(match: RecallMatch) -> dict[str, str]:
    """Return what the sentences about a recall may name."""
    name = shown(" ".join(filter(None, (match.product_name, match.model_name)))) or shown(match.uid)
    recall = RECALL_SHOWN.format(name=name, day=day_of(match.published))
    harm = RECALL_HARM.format(harm=shown(match.harm, _HARM_MAX)) if match.harm.strip() else ""
    return {"recall": recall + harm, "recall_where": RECALL_ABROAD if match.is_foreign else ""}


class _Values(dict[str, Word]):
    """Values by name; a name without one is a word that stands for it."""

    def __missing__(self, name: str) -> Word:
        return Word(UNNAMED.get(name, ""))
