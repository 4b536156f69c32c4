"""The form in which an editor changes an article: an article as fields of text, and fields of text as an article."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from assistant.errors import BadInputError
from assistant.kb.edit import ID
from assistant.knowledge import Article, Source
from assistant.learning_wording import ERRORS
from assistant.records import FIELDS, INTENTS, SECTORS

TEXT_MAX = 8_000
ASKING = tuple(one for one in INTENTS if one.startswith(("ask_", "check_", "report_")) and one != "ask_human")
"""Intents that an article can have."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as its form holds it. `digest`: of the file that was opened; "" for a new article. `ids`: the
    questions that it is made of."""

    article: Article
    digest: str
    ids: tuple[int, ...]

    @property
    def fields(self) -> dict[str, str]:
        """The fields' texts."""
        one = self.article
        return {
            "variants": "\n".join(one.variants),
            "sources": "\n".join(f"{source.title} | {source.url}" for source in one.sources),
            "schemes": ", ".join(one.schemes),
            "items": ", ".join(one.items),
            "countries": ", ".join(one.countries),
            "checked_on": one.checked_on.isoformat() if one.checked_on else "",
            "review_by": one.review_by.isoformat() if one.review_by else "",
        }


def draft_of(form: Mapping[str, str], before: Article | None) -> Draft:
    """Read a form.

    Args:
        before: the article as it is; what the form does not show of it stays. None for a new one.

    Raises:
        BadInputError: a field cannot be read; the sentence says which.
    """
    given = {name: value.replace("\r\n", "\n").replace("\r", "\n").strip() for name, value in form.items()}
    if any(len(value) > TEXT_MAX or "\0" in value for value in given.values()):
        raise BadInputError(ERRORS["bad_text"])
    article_id = before.id if before else given.get("id", "")
    if not ID.fullmatch(article_id):
        raise BadInputError(ERRORS["bad_id"], code="bad_id")
    values = {
        "field": _one_of(given, "field", FIELDS),
        "sector": _one_of(given, "sector", SECTORS),
        "intent": _one_of(given, "intent", ASKING),
        "question": " ".join(given.get("question", "").split()),
        "variants": tuple(dict.fromkeys(" ".join(line.split()) for line in _lines(given, "variants"))),
        "answer": given.get("answer", ""),
        "more": given.get("more", ""),
        "legal_basis": " ".join(given.get("legal_basis", "").split()),
        "sources": tuple(_source(line) for line in _lines(given, "sources")),
        "checked_on": _day(given, "checked_on"),
        "review_by": _day(given, "review_by"),
        "confirmed": given.get("confirmed") == "1",
        **{name: _ids(given, name) for name in ("schemes", "items", "countries")},
    }
    blank = before or Article(article_id, "", "", "", "", (), "")
    ids = tuple(
        int(one) for one in given.get("ids", "").split(",") if one.isascii() and one.isdigit() and len(one) < 10
    )
    return Draft(replace(blank, **values), given.get("digest", ""), ids)  # type: ignore[arg-type]


def _lines(given: Mapping[str, str], name: str) -> list[str]:
    return [line.strip() for line in given.get(name, "").split("\n") if line.strip()]


def _ids(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in given.get(name, "").split(",") if one.strip()))


def _one_of(given: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    value = given.get(name, "")
    if value not in known:
        raise BadInputError(ERRORS["bad_choice"])
    return value


def _source(line: str) -> Source:
    title, bar, url = (part.strip() for part in line.rpartition("|"))
    if not (title and bar and url.startswith(("http://", "https://"))):
        raise BadInputError(ERRORS["bad_source"].format(line=line[:60]))
    return Source(title, url)


def _day(given: Mapping[str, str], name: str) -> date | None:
    if not given.get(name):
        return None
    try:
        return date.fromisoformat(given[name])
    except ValueError:
        raise BadInputError(ERRORS["bad_date"]) from None
