"""What a certificate's published state means. Pure.

A state counts as what it says only where it says just that: whatever is new, empty or mixed is unknown, and an unknown
state is never a valid one.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from assistant.product_safety import VerdictKind

StateKind = Literal["valid", "revoked", "suspended", "expired", "under_action", "unknown"]

_KIND = (
    "(?:안전인증|안전확인신고|안전확인|공급자적합성확인신고|공급자적합성확인|자율안전확인신고|자율안전확인|신고|인증)?"
)
_SHAPES: tuple[tuple[StateKind, re.Pattern[str]], ...] = (
    ("valid", re.compile("적합")),
    ("revoked", re.compile(f"{_KIND}(?:(?:의)?(?:취소|효력상실)(?:처분)?)|(?:{_KIND}반납)")),
    (
        "suspended",
        re.compile(rf"{_KIND}(?:표시)?사용금지\(?(?:\d+(?:개월|월|년|일))?\)?(?:처분)?|{_KIND}(?:효력)?정지(?:처분)?"),
    ),
    ("under_action", re.compile("(?:개선명령|청문실시)(?:처분)?")),
    ("expired", re.compile("(?:유효)?기간만료|(?:안전)?인증만료")),
)
_VERDICTS: dict[StateKind, VerdictKind] = {
    "valid": "ok",
    "revoked": "revoked",
    "suspended": "suspended",
    "expired": "expired",
    "under_action": "under_action",
    "unknown": "cannot_check",
}


@lru_cache(maxsize=1024)
def state_kind(cert_state: str) -> StateKind:
    """Return the kind of a published state; "unknown" for all that is not one of the known ones as a whole."""
    text = "".join(unicodedata.normalize("NFKC", cert_state).split())
    return next((kind for kind, shape in _SHAPES if shape.fullmatch(text)), "unknown")


def verdict_of(cert_state: str) -> VerdictKind:
    """Return what a state alone makes of a certificate; "ok" only where it is 적합."""
    return _VERDICTS[state_kind(cert_state)]
