"""Who may import whom: a module knows its own layer and those below it, and no two modules know each other."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.settings import ROOT

_DRAWN = """
foot: knowledge records desk_records figure_records figures_wording account_wording desk_wording learning_wording
foot: product_safety channel_records errors wording safety_wording channel_wording cues text privacy
pure: cards contacts dialogue decide refine remember reply handover wire channels screening
edge: settings nlu kb morphemes spacy_light entities lexical encoder encoder_build
edge: index search understand snapshot rasa_client store calibration safety seal
order: think turn channel_turn deliver desk
wiring: evaluate bench bench_safety bench_channels
wiring: service channel_service bootstrap supervise setup_steps rasa_setup rasa_session processes tether
doors: web commands cli
"""
LAYERS: dict[str, list[str]] = {}
for _line in _DRAWN.strip().splitlines():
    _name, _, _modules = _line.partition(": ")
    LAYERS.setdefault(_name, []).extend(_modules.split())
RANK = {module: rank for rank, modules in enumerate(LAYERS.values()) for module in modules}
APART = ("rasa_parts",)
"""Runs in Rasa's process and environment."""

FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "assistant").rglob("*.py"))
    if "migrations" not in path.parts
}
HOUSE = {name: path for name, path in FILES.items() if name.split(".")[1:2] not in ([], ["rasa_parts"])}


def part(module: str) -> str:
    """The name that a layer knows a module by: `kb` for assistant.kb.base."""
    return module.split(".")[1]


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it, for types only included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in FILES else str(node.module) for name in whole)


def ours(path: Path) -> set[str]:
    return {name for name in imports(path) if name.startswith("assistant.") and name in FILES}


def test_every_module_has_a_layer() -> None:
    assert {part(name) for name in HOUSE} - set(RANK) == set()


@pytest.mark.parametrize("name", list(HOUSE))
def test_no_import_looks_upward(name: str) -> None:
    upward = {one for one in ours(HOUSE[name]) if RANK[part(one)] > RANK[part(name)]}

    assert upward == set()


@pytest.mark.parametrize("name", [name for name in HOUSE if part(name) in LAYERS["foot"] + LAYERS["pure"]])
def test_pure_modules_know_the_standard_library_and_the_house_below_only(name: str) -> None:
    allowed = {"assistant", *sys.stdlib_module_names}
    foreign = {one for one in imports(HOUSE[name]) if one.split(".")[0] not in allowed}
    edge = {one for one in ours(HOUSE[name]) if part(one) not in LAYERS["foot"] + LAYERS["pure"]}

    assert foreign | edge == set()


def cycle_from(start: str, known: dict[str, set[str]]) -> list[str]:
    """Return a way of imports that leads back to where it started; empty if there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for following in sorted(known.get(way[-1], ())):
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


def test_no_two_modules_know_each_other() -> None:
    known = {name: ours(path) - {name} for name, path in HOUSE.items()}

    assert [way for name in known if (way := cycle_from(name, known))] == []


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("assistant.rasa_parts.")])
def test_what_runs_in_rasa_knows_little_of_the_house(name: str) -> None:
    allowed = {"assistant.text", "assistant.encoder", "assistant.morphemes"}

    assert {one for one in ours(FILES[name]) if not one.startswith("assistant.rasa_parts")} <= allowed


def test_only_bootstrap_and_the_doors_put_the_house_together() -> None:
    concrete = {"assistant.store.database", "assistant.rasa_client", "assistant.encoder_build"}
    users = {part(name) for name, path in HOUSE.items() if ours(path) & concrete and part(name) not in LAYERS["edge"]}

    assert users <= {"bootstrap", "desk", *LAYERS["wiring"], "cli"}


def test_the_package_itself_is_free_to_import() -> None:
    assert list(imports(FILES["assistant"])) == []
