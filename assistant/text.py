"""Cleaning of what people type, and the cuts of it that search and comparison use."""

import re
import unicodedata

from assistant.errors import BadInputError, TooLargeError
from assistant.wording import ERRORS

MAX_CHARS = 2000
"""A longer question is refused: no chat question needs it, and every later step is linear in it."""

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPACES = re.compile(r"[^\S\n]+")
_RUNS = re.compile(r"(\D)\1{4,}")
_DIGIT_RUNS = re.compile(r"(\d)\1{40,}")
"""A number may hold many equal digits (HS 8507600000); nothing that is asked holds more than forty."""

_LETTER = re.compile(r"[^\W_]")


def clean(raw: str) -> str:
    """Return text that every later step can rely on.

    Composed Hangul (NFC), full-width letters and digits made plain, no control, invisible or surrogate code points,
    single spaces, and no character more than four times in a row (a digit: forty). Cleaning it again changes nothing.
    """
    text = raw.encode("utf-8", "ignore").decode("utf-8")
    text = "".join(_plain_width(character) for character in text)
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    # Only now is everything next to what it stays next to: letters compose, spaces and line breaks make runs.
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    text = "\n".join(line.strip() for line in text.split("\n")).strip()
    return _DIGIT_RUNS.sub(lambda run: run.group(1) * 40, _RUNS.sub(lambda run: run.group(1) * 4, text))


def readable(raw: str) -> str:
    """Return the cleaned text of a message.

    Raises:
        BadInputError: nothing is left of it (code "empty").
        TooLargeError: it has more than MAX_CHARS characters (code "too_long").
    """
    if len(raw) > MAX_CHARS * 10 or len(text := clean(raw)) > MAX_CHARS:
        raise TooLargeError(ERRORS["too_long"].format(limit=MAX_CHARS), code="too_long")
    if not text:
        raise BadInputError(ERRORS["empty"], code="empty")
    return text


def _plain_width(character: str) -> str:
    """Map a full-width ASCII form to its plain one; NFKC would also change Hangul letters and units."""
    code = ord(character)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    return " " if code == 0x3000 else character


def has_words(text: str) -> bool:
    """Say whether there is a letter or a digit in it: emoji and punctuation alone are no question."""
    return _LETTER.search(text) is not None


def is_babble(text: str) -> bool:
    """Say whether there is no word in it: only bare Hangul letters ("ㅁㄴㅇㄹ") or a single Latin one."""
    return re.search(r"[가-힣]|[^\W_ㄱ-ㅣ]{2}", text) is None


def fold(text: str) -> str:
    """Return the text for comparing: lower case, without spaces and punctuation."""
    return "".join(_LETTER.findall(text.casefold()))


def bigrams(text: str) -> list[str]:
    """Return the character bigrams of the folded text, in order; a single character is its own."""
    folded = fold(text)
    if len(folded) < 2:
        return [folded] if folded else []
    return [folded[i : i + 2] for i in range(len(folded) - 1)]


def is_korean(text: str) -> bool:
    """Say whether at least a fifth of the letters are Hangul; a product name in English may stand among them."""
    letters = [character for character in text if character.isalpha()]
    hangul = sum("가" <= character <= "힣" or "ㄱ" <= character <= "ㅣ" for character in letters)
    return bool(letters) and hangul * 5 >= len(letters)
