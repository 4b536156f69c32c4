"""Made-up companies: each has a root of its own, so that two are never nearly the same."""

from dataclasses import dataclass
from itertools import product
from random import Random

_SYLLABLES = (
    ("뮤", "MYU"), ("델", "DEL"), ("쏘", "SSO"), ("펜", "PEN"), ("뤼", "RWI"), ("쿤", "KUN"), ("샬", "SHAL"),
    ("톨", "TOL"), ("베", "BE"), ("넬", "NEL"), ("자", "JA"), ("릭", "RIK"), ("흐", "HEU"), ("핀", "PIN"),
    ("누", "NU"), ("엘", "EL"), ("빅", "BIK"), ("츠", "CHEU"),
)  # fmt: skip
_LINES = (("전자", "ELECTRONICS"), ("산업", "INDUSTRY"), ("테크", "TECH"), ("무역", "TRADING"), ("상사", "CORPORATION"))
_CITIES = ("Shenzhen", "Ningbo", "Dongguan", "Guangzhou", "Yiwu")


@dataclass(frozen=True, slots=True)
class Company:
    """`root` is the brand in Hangul, `latin` the same in Latin letters; `line` says the business in both."""

    root: str
    latin: str
    line: tuple[str, str]

    @property
    def name(self) -> str:
        return f"(주){self.bare}"

    @property
    def bare(self) -> str:
        return self.root + self.line[0]

    @property
    def english(self) -> str:
        return f"{self.latin} {self.line[1]} CO., LTD."

    def plant(self, city: str) -> str:
        """Return the name of a factory abroad."""
        return f"{city} {self.latin.capitalize()} {self.line[1].capitalize()} Co., Ltd."


SPELLINGS = {
    "company_sign": "㈜{bare}",
    "company_word": "주식회사 {bare}",
    "company_behind": "{bare}(주)",
    "company_word_behind": "{bare} 주식회사",
    "company_bare": "{bare}",
    "company_apart": "(주) {root} {line}",
    "company_wide_brackets": "（주）{bare}",
    "company_country": "{bare} / 대한민국",
    "company_spaces": "  (주)　{bare} ",
}
"""Spellings of one Korean name."""
LATIN_SPELLINGS = {
    "latin_lower": str.lower,
    "latin_short": lambda name: name.replace(" Co., Ltd.", ""),
    "latin_tight": lambda name: name.replace("Co., Ltd.", "CO.,LTD"),
    "latin_dots": lambda name: name.replace("Co., Ltd.", "Co Ltd"),
    "latin_upper": str.upper,
}
"""Spellings of one name in Latin letters."""


def companies(random: Random) -> list[Company]:
    """Return all companies that there are, shuffled."""
    roots = list(product(_SYLLABLES, repeat=3))
    random.shuffle(roots)
    return [_company(root, _LINES[at % len(_LINES)]) for at, root in enumerate(roots)]


def city(random: Random) -> str:
    """Return where a factory stands."""
    return random.choice(_CITIES)


def spelled(company: Company, way: str) -> str:
    """Return a company's Korean name in one of SPELLINGS."""
    return SPELLINGS[way].format(bare=company.bare, root=company.root, line=company.line[0])


def _company(root: tuple[tuple[str, str], ...], line: tuple[str, str]) -> Company:
    return Company("".join(one for one, _ in root), "".join(letters for _, letters in root), line)
