"""Made-up companies, and the ways in which people write their names."""

from dataclasses import dataclass
from itertools import product
from random import Random

from assistant.safety.invented.words import CITIES, COUNTRIES, ENDS, HEADS, LINES, MIDDLES, THIRDS


@dataclass(frozen=True, slots=True)
class Company:
    """`forms` are spellings of the name, the usual one first; `english` its Latin form."""

    brand: str
    brand_english: str
    forms: tuple[str, ...]
    english: str


@dataclass(frozen=True, slots=True)
class Plant:
    """A factory abroad."""

    name: str
    country: str


def companies(count: int, random: Random) -> list[Company]:
    """Return companies, each with a root of its own until the roots are used up."""
    roots = list(product(HEADS, MIDDLES, THIRDS, ENDS))
    random.shuffle(roots)
    return [_company(roots[at % len(roots)], LINES[(at // len(roots) + at) % len(LINES)]) for at in range(count)]


def plants(count: int, random: Random) -> list[Plant]:
    """Return factories abroad."""
    roots = list(product(HEADS, MIDDLES, THIRDS))
    return [_plant(random, random.choice(roots)) for _ in range(count)]


def _company(root: tuple[tuple[str, str], ...], line: tuple[str, str]) -> Company:
    brand = "".join(syllable for syllable, _ in root)
    latin = "".join(letters for _, letters in root)
    name = brand + line[0]
    english = f"{latin} {line[1]} CO., LTD."
    forms = (f"(주){name}", f"주식회사 {name}", f"{name}(주)", name, f"㈜{name}", english, f"{latin} {line[1]} CO.,LTD")
    return Company(brand, latin, forms, english)


def _plant(random: Random, root: tuple[tuple[str, str], ...]) -> Plant:
    latin = "".join(letters for _, letters in root).capitalize()
    line = random.choice(LINES)[1].capitalize()
    return Plant(f"{random.choice(CITIES)} {latin} {line} Co., Ltd.", random.choice(COUNTRIES))
