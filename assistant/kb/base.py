"""A knowledge base in memory, and the reading of its files."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from assistant.errors import BadInputError, NotFoundError
from assistant.knowledge import Agency, Article, Country, Item, KnowledgeBase, Property, Scheme, Term, Topic

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
    about = _read_file(folder / "base.yml", folder, errors) if (folder / "base.yml").exists() else {}
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
        countries=_read_list(folder / "countries.yml", Country, "code", folder, errors),
        terms=_read_list(folder / "terms.yml", Term, "id", folder, errors),
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
    try:
        return parse_card(_read_yaml(path), kind)
    except BadInputError as error:
        errors.append(CardError(path.relative_to(folder).as_posix(), error.message))
        return None


def parse_card(data: Any, kind: type[Card]) -> Card:
    """Turn a mapping into its card.

    Raises:
        BadInputError: a key is missing, unknown or of the wrong kind, or there is nothing.
    """
    if data is None:
        raise BadInputError("아무것도 없어요. '이름: 값' 모양으로 적어 주세요")
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
    except RecursionError as error:
        raise BadInputError("자기 자신을 가리키는 값이 있어요") from error


def _stripped(value: Any) -> Any:
    """Drop the line break that a YAML block leaves at the end of a text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return {key: _stripped(item) for key, item in value.items()}
    return [_stripped(item) for item in value] if isinstance(value, list) else value


def _read_yaml(path: Path) -> Any:
    """Read what a file holds.

    Raises:
        BadInputError: it is no YAML, or a value in it cannot be.
    """
    try:
        return parse_yaml(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise BadInputError("UTF-8 글자가 아니에요") from error


def parse_yaml(text: str) -> Any:
    """Read YAML.

    Raises:
        BadInputError: it is no YAML, or a value in it cannot be.
    """
    try:
        return yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{mark.line + 1}번째 줄" if mark else "어느 줄"
        raise BadInputError(f"{line}의 YAML 모양이 맞지 않아요") from error
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"YAML에 있을 수 없는 값이 있어요 ({error})") from error


def _read_file(path: Path, folder: Path, errors: list[CardError]) -> Any:
    """Return what a file holds; None, and what is wrong with it among the errors, if it cannot be read."""
    try:
        return _read_yaml(path)
    except BadInputError as error:
        errors.append(CardError(path.relative_to(folder).as_posix(), error.message))
        return None


def _read_list(path: Path, kind: type[Card], key: str, folder: Path, errors: list[CardError]) -> dict[str, Card]:
    """Read a file that holds many small cards; `key` names the field they are known by."""
    rows = _read_file(path, folder, errors) if path.exists() else None
    if rows is not None and not isinstance(rows, list):
        errors.append(CardError(path.name, "'- {이름: 값}' 줄로 된 목록이 아니에요"))
    cards: dict[str, Card] = {}
    for row in rows if isinstance(rows, list) else []:
        try:
            card = parse_card(row, kind)
        except BadInputError as error:
            errors.append(CardError(path.name, error.message))
            continue
        name = getattr(card, key)
        if name in cards:
            errors.append(CardError(path.name, f"{key} {name!r}가 두 번 쓰였어요"))
        cards[name] = card
    return cards
