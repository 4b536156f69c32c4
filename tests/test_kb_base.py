from datetime import date
from pathlib import Path

import pytest

from assistant.errors import BadInputError, NotFoundError
from assistant.kb.base import digest, load, parse_card, read
from assistant.knowledge import Agency, Article, KnowledgeBase

ARTICLE = "articles/domestic/power-bank-kc.yml"


def test_a_base_is_read_with_all_its_cards(toy_base: KnowledgeBase) -> None:
    assert toy_base.name == "장난감 상담"
    assert not toy_base.is_plain
    assert set(toy_base.articles) >= {"power-bank-kc", "safety-law"}
    assert (len(toy_base.items), len(toy_base.schemes), len(toy_base.topics)) == (4, 7, 1)


def test_an_article_keeps_every_part(toy_base: KnowledgeBase) -> None:
    article = toy_base.articles["power-bank-kc"]

    assert article.answer == "네, 보조배터리는 안전확인 대상이에요."
    assert article.items == ("power-bank",)
    assert article.sources[0].url == "https://law.example/toy"
    assert article.checked_on == date(2026, 11, 1)


def test_a_country_stands_in_its_unions(toy_base: KnowledgeBase) -> None:
    assert toy_base.jurisdictions("DE") == ("DE", "EU")
    assert toy_base.jurisdictions("XX") == ("XX",)


def test_a_base_without_base_file_is_plain(toy_folder: Path) -> None:
    (toy_folder / "base.yml").unlink()

    base = load(toy_folder)

    assert (base.is_plain, base.name) == (True, "toy_kb")


def test_the_digest_follows_every_byte_and_every_name(toy_folder: Path) -> None:
    before = digest(toy_folder)
    (toy_folder / "README.md").write_text("no card")

    assert digest(toy_folder) == before
    path = toy_folder / ARTICLE
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    changed = digest(toy_folder)
    assert changed != before
    path.rename(path.with_name("other.yml"))
    assert digest(toy_folder) not in (before, changed)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        load(tmp_path / "nowhere")


def test_a_base_without_articles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="글이 없어요"):
        load(tmp_path)


DAMAGE = {
    "YAML": ("question: [", "YAML"),
    "CP949": ("question: 인증".encode("cp949"), "UTF-8"),
    "a list": ("- id: power-bank-kc", "'이름: 값'"),
    "NUL": ("id: \x00", "YAML"),
    "an unknown key": ("id: power-bank-kc\nanswr: 네", "answr"),
    "a number for a text": ("id: 7", "값이 맞지 않아요"),
    "a word for a date": ("{old}\nchecked_on: 언젠가", "checked_on"),
    "a text for a list": ("{old}\nvariants: 하나", "variants"),
}


@pytest.mark.parametrize(("content", "told"), DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_file_is_named_with_what_is_wrong(toy_folder: Path, content: str | bytes, told: str) -> None:
    path = toy_folder / ARTICLE
    old = path.read_text(encoding="utf-8")
    path.write_bytes(content if isinstance(content, bytes) else content.replace("{old}", old).encode())

    _, errors = read(toy_folder)

    assert [error.path for error in errors] == [ARTICLE]
    assert told in errors[0].problem


@pytest.mark.parametrize("line", ["checked_on: 2026-02-30", "variants: &again [*again]"], ids=["no such day", "itself"])
def test_a_value_that_yaml_cannot_hold_is_named(toy_folder: Path, line: str) -> None:
    path = toy_folder / ARTICLE
    kept = [one for one in path.read_text(encoding="utf-8").splitlines() if line.split(":")[0] not in one]
    path.write_text("\n".join([*kept, line]), encoding="utf-8")

    _, errors = read(toy_folder)

    assert [error.path for error in errors] == [ARTICLE]


def test_an_empty_card_file_is_named(toy_folder: Path) -> None:
    (toy_folder / ARTICLE).write_text("")

    _, errors = read(toy_folder)

    assert [error.path for error in errors] == [ARTICLE]


def test_damage_keeps_a_base_from_being_served(toy_folder: Path) -> None:
    (toy_folder / ARTICLE).write_text("question: [")

    with pytest.raises(BadInputError, match=r"power-bank-kc\.yml"):
        load(toy_folder)


def test_an_id_used_twice_is_named(toy_folder: Path) -> None:
    copy = toy_folder / "articles" / "overseas" / "power-bank-kc.yml"
    copy.write_bytes((toy_folder / ARTICLE).read_bytes())

    _, errors = read(toy_folder)

    assert "두 번" in errors[0].problem


def test_a_file_is_named_after_its_id(toy_folder: Path) -> None:
    (toy_folder / ARTICLE).rename(toy_folder / "articles" / "domestic" / "other.yml")

    _, errors = read(toy_folder)

    assert "파일 이름" in errors[0].problem


@pytest.mark.parametrize("name", ["countries.yml", "terms.yml"])
def test_a_bad_row_of_a_list_is_named(toy_folder: Path, name: str) -> None:
    path = toy_folder / name
    path.write_text(path.read_text(encoding="utf-8") + "- {colour: red}\n", encoding="utf-8")

    _, errors = read(toy_folder)

    assert [(error.path, "colour" in error.problem) for error in errors] == [(name, True)]


@pytest.mark.parametrize("name", ["countries.yml", "terms.yml"])
def test_a_row_used_twice_is_named(toy_folder: Path, name: str) -> None:
    path = toy_folder / name
    path.write_text(path.read_text(encoding="utf-8") * 2, encoding="utf-8")

    _, errors = read(toy_folder)

    assert errors


def test_texts_lose_the_line_break_that_yaml_leaves() -> None:
    card = parse_card({"id": "a", "name": " 기관 ", "names": ["하나\n"], "remit": "일\n"}, Agency)

    assert card == Agency("a", "기관", ("하나",), "일")


@pytest.mark.parametrize("data", [None, [], "text", 7])
def test_what_is_no_mapping_is_no_card(data: object) -> None:
    with pytest.raises(BadInputError, match="이름: 값"):
        parse_card(data, Article)
