"""The ways in which people write a number and a model."""

from collections.abc import Callable
from random import Random

Way = Callable[[str, Random], str]

_DASHES = "–—−‐‑－―"
_PHONES = ("문의 02-1234-5678", "A/S 1588-1234", "고객센터: 070-4321-8765", "☎ 031-123-4567", "010-1234-5678")
_PREFIXES = (
    "인증번호: ",
    "인증번호:",
    "KC인증번호 : ",
    "안전확인신고번호 ",
    "안전인증번호：",
    "신고번호-",
    "[KC인증] ",
    "KC ",
)
_COLOURS = ("-BK", "-WH", "BK", "_GY", " 블랙", "(화이트)", " 핑크색", "/블랙")
_STANDARDS = (" (KC 62133-2)", " / KC 60335-1 적용", ", KC62368-1")


def wide(text: str) -> str:
    """Return a text in full-width letters."""
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def _spaced_letters(number: str, random: Random) -> str:
    is_apart = number[:2].isalpha()
    return f"{number[:2]} {number[2:]}" if is_apart else f" {number}"


def _behind(number: str, random: Random, several: tuple[str, ...]) -> str:
    return f"{number}{random.choice((' ', ' / ', ', ', '<br>'))}{random.choice(several)}"


NUMBER_WAYS: dict[str, Way] = {
    "lower": lambda number, random: number.lower(),
    "wide": lambda number, random: wide(number),
    "wide_lower": lambda number, random: wide(number.lower()),
    "other_dash": lambda number, random: number.replace("-", random.choice(_DASHES)),
    "spaced_dash": lambda number, random: number.replace("-", " - "),
    "spaced_letters": _spaced_letters,
    "prefix": lambda number, random: random.choice(_PREFIXES) + number,
    "prefix_lower": lambda number, random: random.choice(_PREFIXES) + number.lower(),
    "brackets": lambda number, random: random.choice(("({})", "[{}]", "「{}」", "'{}'")).format(number),
    "br": lambda number, random: number + random.choice(("<br>", "<br/>", "<BR />")),
    "br_sentence": lambda number, random: f"{number}<br>자세한 내용은 상세페이지 참조",
    "phone": lambda number, random: _behind(number, random, _PHONES),
    "phone_tight": lambda number, random: f"{number} / A/S1588-1234",
    "business_number": lambda number, random: f"{number} (사업자등록번호 123-45-67890)",
    "date": lambda number, random: _behind(number, random, ("2023-05-01", "2021.03.15 인증", "(인증일 2022-11-30)")),
    "standard": lambda number, random: number + random.choice(_STANDARDS),
    "radio": lambda number, random: f"{number}, R-R-Abc-ZX{random.randrange(100, 999)}",
    "model_behind": lambda number, random: f"{number} / 모델명: QV{random.randrange(100, 999)}-21",
    "mojibake": lambda number, random: f"ÀÎÁõ¹øÈ£: {number}",
    "wide_spaces": lambda number, random: f"　인증번호　：　{number}　",
    "nbsp": lambda number, random: f"\u00a0{number}\u00a0",
    "zero_width": lambda number, random: f"\u200b{number}\ufeff",
    "twice": lambda number, random: f"{number}, {number}",
    "option": lambda number, random: f"{number} (배터리 포함, 충전기 별도)",
    "new_line": lambda number, random: f"KC인증\r\n{number}\r\n",
    "state_behind": lambda number, random: f"{number} (안전인증 적합)",
}
"""Ways to write a number that everybody reads without doubt."""

MODEL_WAYS: dict[str, Way] = {
    "model_lower": lambda model, random: model.lower(),
    "model_wide": lambda model, random: wide(model),
    "model_no_dash": lambda model, random: model.replace("-", ""),
    "model_space": lambda model, random: model.replace("-", " "),
    "model_underscore": lambda model, random: model.replace("-", "_"),
    "model_prefix": lambda model, random: f"모델명: {model}",
    "model_colour": lambda model, random: model + random.choice(_COLOURS),
    "model_spaces": lambda model, random: f"　{model} ",
}
