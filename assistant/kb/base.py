"""A knowledge base in memory, and the reading of its files."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from assistant.errors import BadInputError, NotFoundError
from assistant.records import Agency, Article, Country, Item, Property, Scheme, Term, Topic

Card = TypeVar("Card", Article, Scheme, Item, Agency, Property, Topic, Country, Term)

FOLDERS: Mapping[str, type] = {
    "articles": Article,
    "schemes": Scheme,
    "items": Item,
    "agencies": Agency,
    "properties": Property,
    "outside": Topic,
}
_ADAPTERS: Mapping[Any, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in (*FOLDERS.values(), Country, Term)}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class KnowledgeBase:
    """Every card of one base by its id.

    `is_plain` says that the base is a list of questions and answers of another institution: nothing is known of its
    subjects, so questions are not judged by OneCall's own intents.
    """

    name: str
    covers: str
    is_plain: bool
    digest: str
    articles: Mapping[str, Article]
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    properties: Mapping[str, Property] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    countries: Mapping[str, Country] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)

    def jurisdictions(self, country: str) -> tuple[str, ...]:
        """Return the country's own code, then the unions whose schemes hold in it."""
        card = self.countries.get(country)
        return (country, *(card.unions if card else ()))


@dataclass(frozen=True, slots=True)
class CardError:
    """What is wrong with one file, in a Korean sentence."""

    path: str
    problem: str

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


def load(folder: Path) -> KnowledgeBase:
    """Read a base.

    Raises:
        NotFoundError: there is no such folder, or no article in it.
        BadInputError: a file cannot be read as its card; the sentence names the file and what is wrong.
    """
    if not folder.is_dir():
        raise NotFoundError(f"지식베이스 폴더가 없어요: {folder}")
    base, errors = read(folder)
    if errors:
        raise BadInputError("지식베이스에 잘못된 파일이 있어요. " + "; ".join(str(error) for error in errors[:3]))
    if not base.articles:
        raise NotFoundError(f"지식베이스에 글이 없어요: {folder}")
    return base


def read(folder: Path) -> tuple[KnowledgeBase, list[CardError]]:
    """Read what can be read, and name what cannot."""
    errors: list[CardError] = []
    about = _read_yaml(folder / "base.yml", folder, errors) if (folder / "base.yml").exists() else {}
    about = about if isinstance(about, dict) else {}
    cards: dict[str, dict[str, Any]] = {name: {} for name in FOLDERS}
    for name, kind in FOLDERS.items():
        for path in sorted((folder / name).rglob("*.yml")):
            _add(cards[name], _read_card(path, folder, kind, errors), path, folder, errors)
    base = KnowledgeBase(
        name=str(about.get("name", folder.name)),
        covers=str(about.get("covers", about.get("name", folder.name))),
        is_plain=about.get("understanding", "plain") != "full",
        digest=digest(folder),
        articles=cards["articles"],
        schemes=cards["schemes"],
        items=cards["items"],
        agencies=cards["agencies"],
        properties=cards["properties"],
        topics=cards["outside"],
        countries={card.code: card for card in _read_list(folder / "countries.yml", Country, folder, errors)},
        terms={card.id: card for card in _read_list(folder / "terms.yml", Term, folder, errors)},
    )
    return base, errors


def digest(folder: Path) -> str:
    """Return the SHA-256 of every card file's path and bytes, in order: equal bases have equal digests."""
    summary = hashlib.sha256()
    for path in sorted(folder.rglob("*.yml")):
        summary.update(path.relative_to(folder).as_posix().encode())
        summary.update(hashlib.sha256(path.read_bytes()).digest())
    return summary.hexdigest()


def _add(cards: dict[str, Any], card: Any, path: Path, folder: Path, errors: list[CardError]) -> None:
    if card is None:
        return
    name = path.relative_to(folder).as_posix()
    if card.id in cards:
        errors.append(CardError(name, f"id {card.id!r}가 두 번 쓰였어요"))
    elif path.stem != card.id:
        errors.append(CardError(name, f"파일 이름과 id {card.id!r}가 달라요"))
    cards[card.id] = card


def _read_card(path: Path, folder: Path, kind: type[Card], errors: list[CardError]) -> Card | None:
    data = _read_yaml(path, folder, errors)
    if data is None:
        return None
    name = path.relative_to(folder).as_posix()
    try:
        return parse_card(data, kind)
    except BadInputError as error:
        errors.append(CardError(name, error.message))
        return None


def parse_card(data: Any, kind: type[Card]) -> Card:
    """Turn a mapping into its card.

    Raises:
        BadInputError: a key is missing, unknown or of the wrong kind.
    """
    if not isinstance(data, dict):
        raise BadInputError("'이름: 값' 모양이 아니에요")
    unknown = sorted(str(key) for key in set(data) - {spec.name for spec in fields(kind)})
    if unknown:
        raise BadInputError(f"모르는 항목이 있어요: {', '.join(unknown)}")
    try:
        return _ADAPTERS[kind].validate_python(_stripped(data))  # type: ignore[no-any-return]
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInputError(f"{where} 값이 맞지 않아요 ({first['msg']})") from error


def _stripped(value: Any) -> Any:
    """Drop the line break that a YAML block leaves at the end of a text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return {key: _stripped(item) for key, item in value.items()}
    return [_stripped(item) for item in value] if isinstance(value, list) else value


def _read_yaml(path: Path, folder: Path, errors: list[CardError]) -> Any:
    name = path.relative_to(folder).as_posix()
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except UnicodeDecodeError:
        errors.append(CardError(name, "UTF-8 글자가 아니에요"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{mark.line + 1}번째 줄" if mark else "어느 줄"
        errors.append(CardError(name, f"{line}의 YAML 모양이 맞지 않아요"))
    return None


def _read_list(path: Path, kind: type[Card], folder: Path, errors: list[CardError]) -> Iterator[Card]:
    """Read a file that holds many small cards."""
    rows = _read_yaml(path, folder, errors) if path.exists() else []
    for row in rows if isinstance(rows, list) else []:
        try:
            yield parse_card(row, kind)
        except BadInputError as error:
            errors.append(CardError(path.name, error.message))
