"""Changing an article's file so that it stays as somebody wrote it: only the keys whose values changed are rewritten.

Keys that an Article does not know are kept as they are. What is written is read back and compared before it is given.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date
from typing import Any

import yaml

from assistant.errors import BadInputError
from assistant.kb.base import parse_card, parse_yaml
from assistant.knowledge import Article

ID = re.compile(r"[a-z0-9][a-z0-9-]{1,78}[a-z0-9]")
_KEY = re.compile(r"([A-Za-z_][A-Za-z0-9_]*):(?=\s|$)")
_BLOCKS = ("answer", "more")
_FLOW = ("schemes", "items", "countries")
_DEFAULTS = {spec.name: spec.default for spec in fields(Article) if spec.default is not MISSING} | {
    spec.name: spec.default_factory() for spec in fields(Article) if spec.default_factory is not MISSING
}


@dataclass(frozen=True, slots=True)
class Part:
    """One key of a file with its lines; the lines before the first key have no name."""

    name: str
    lines: tuple[str, ...]


def edited(before: str, article: Article) -> str:
    """Return the file's text with an article's values; `before` is "" for a new file.

    Raises:
        BadInputError: the text before cannot be read, or a value cannot be written as YAML.
    """
    known = parse_yaml(before) if before else {}
    if not isinstance(known, dict):
        raise BadInputError("'이름: 값' 모양이 아니에요")
    old = values_of(parse_card({k: v for k, v in known.items() if k in _NAMES}, Article)) if known else {}
    new = values_of(article)
    changed = {name for name, value in new.items() if old.get(name, _absent(name)) != value}
    text = "".join(_joined(_parts(before), new, old, changed))
    extra = {name: value for name, value in known.items() if name not in _NAMES}
    _check(text, article, extra)
    return text


def values_of(article: Article) -> dict[str, Any]:
    """Return an article's values as YAML has them."""
    return {name: _plain(value) for name, value in asdict(article).items()}


_NAMES = tuple(spec.name for spec in fields(Article))


def _absent(name: str) -> Any:
    """Return what a key that is not in the file means."""
    return _plain(_DEFAULTS[name]) if name in _DEFAULTS else None


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return "\n".join(line.rstrip() for line in value.strip().split("\n")) if isinstance(value, str) else value


def _parts(text: str) -> list[Part]:
    """Split a file at its keys; comments and empty lines before a key belong to the key before them."""
    parts, name, lines = [], "", list[str]()
    for line in text.splitlines(keepends=True):
        found = _KEY.match(line)
        if found:
            parts.append(Part(name, tuple(lines)))
            name, lines = found.group(1), []
        lines.append(line if line.endswith("\n") else line + "\n")
    return [*parts, Part(name, tuple(lines))]


def _joined(parts: Sequence[Part], new: Mapping[str, Any], old: Mapping[str, Any], changed: set[str]) -> list[str]:
    """Return the lines of the new file: parts in their order, and keys that were not there in the order of the card."""
    written: list[str] = []
    there = {part.name for part in parts}
    for part in parts:
        if part.name in changed:
            written += _rewritten(part, new[part.name], old.get(part.name))
        else:
            written += part.lines
        written += _following(part.name, there, new, changed)
    if not there & set(_NAMES):
        written += [_written(name, new[name]) for name in _NAMES if name in changed]
    return written


def _following(name: str, there: set[str], new: Mapping[str, Any], changed: set[str]) -> list[str]:
    """Return the new keys that come behind one that is there, as the card orders them."""
    if name not in _NAMES:
        return []
    lines = []
    for one in _NAMES[_NAMES.index(name) + 1 :]:
        if one in there:
            break
        if one in changed:
            lines.append(_written(one, new[one]))
    return lines


def _rewritten(part: Part, value: Any, old: Any) -> list[str]:
    tail = len(part.lines)
    while tail > 1 and (not part.lines[tail - 1].strip() or part.lines[tail - 1].startswith("#")):
        tail -= 1
    kept = list(part.lines[tail:])
    body = part.lines[:tail]
    items = [line for line in body[1:] if line.lstrip().startswith("- ")]
    is_list = body[0].split("#")[0].strip() == f"{part.name}:" and len(items) == len(body) - 1 and bool(items)
    if is_list and isinstance(value, list) and isinstance(old, list) and len(items) == len(old):
        return [body[0], *_items(items, value, old), *kept]
    return [_written(part.name, value), *kept]


def _items(lines: Sequence[str], value: list[Any], old: list[Any]) -> list[str]:
    """Return a list's lines: those of items that stay as they are, the others written anew."""
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    there = [(one, line) for one, line in zip(old, lines, strict=True)]
    found = [next((line for known, line in there if known == one), None) for one in value]
    if not value:
        return [f"{indent}[]\n"]
    return [line or f"{indent}- {_inline(one)}\n" for one, line in zip(value, found, strict=True)]


def _written(name: str, value: Any) -> str:
    if name in _BLOCKS and value:
        return f"{name}: |\n" + "".join(f"  {line}\n" if line else "\n" for line in value.split("\n"))
    if isinstance(value, list) and name not in _FLOW and value:
        return f"{name}:\n" + "".join(f"- {_inline(one)}\n" for one in value)
    return f"{name}: {_inline(value)}\n"


def _inline(value: Any) -> str:
    """Return a value in one line of YAML."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):  # as an item of a block list, where it needs fewer quotes than in a flow
        return yaml.safe_dump([value], allow_unicode=True, width=10**9, default_flow_style=False)[2:].rstrip("\n")
    text = yaml.safe_dump([value], allow_unicode=True, width=10**9, default_flow_style=True, sort_keys=False)
    return text.strip()[1:-1]


def _check(text: str, article: Article, extra: Mapping[str, Any]) -> None:
    """Read back what was written.

    Raises:
        BadInputError: it says something else than it should.
    """
    data = parse_yaml(text)
    is_same = isinstance(data, dict) and {k: v for k, v in data.items() if k not in _NAMES} == extra
    if not is_same or values_of(parse_card({k: data[k] for k in data if k in _NAMES}, Article)) != values_of(article):
        raise BadInputError("이 내용은 파일에 그대로 적을 수 없어요. 특수한 글자를 빼고 다시 해 주세요")
