"""Korean particles, whose form depends on the sound before them. Pure."""

import re

_PAIRS = {
    "은": ("은", "는"),
    "이": ("이", "가"),
    "을": ("을", "를"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "예요": ("이에요", "예요"),
    "이나": ("이나", "나"),
    "이라서": ("이라서", "라서"),
}
_LETTER = re.compile(r"[0-9A-Za-z가-힣]")
_CLOSED = frozenset("013678LMNRlmnr")
"""Digits and letters whose Korean names end in a consonant."""
_RIEUL = frozenset("178LRlr")


class Word(str):
    """A text that takes its particle in a template: "{number:은}", with a closing quote between them "“{name:”은}".

    >>> "{number:은} {name:”으로}".format(number=Word("CB061R2170-3018"), name=Word("물"))
    'CB061R2170-3018은 물”로'
    """

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        quote, particle = (spec[0], spec[1:]) if spec[:1] == "”" else ("", spec)
        if particle not in _PAIRS:
            return f"{self!s}{quote}"
        closed, opened = _PAIRS[particle]
        return f"{self!s}{quote}{closed if self._is_closed(particle) else opened}"

    def _is_closed(self, particle: str) -> bool:
        letters = _LETTER.findall(self)
        if not letters:
            return False
        last = letters[-1]
        if not "가" <= last <= "힣":
            return last in _CLOSED and not (particle == "으로" and last in _RIEUL)
        coda = (ord(last) - ord("가")) % 28
        return coda != 0 and not (particle == "으로" and coda == 8)
