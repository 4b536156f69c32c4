"""Whether two names are one company's. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.product_safety import Agreement
from assistant.screening.names import plain
from assistant.screening.words import COMMON_IN_COMPANIES, LEGAL_FORMS, LEGAL_WORDS, NO_COMPANY, PLACES, ROLES

_LEGAL = re.compile(LEGAL_FORMS)
_ROLE = re.compile(ROLES)
_INITIALS = re.compile(r"(?<=\b[A-Z])\.(?=[A-Z]\b)")
_BETWEEN_NAMES = re.compile(r"[/;|\n,()\[\]{}]|<BR\s*/?>|\s-\s")
_WORD = re.compile(r"[0-9A-Z가-힣]+")
_HANGUL = re.compile("[가-힣]")
_LATIN = re.compile("[A-Z]")

_FIELD_MAX, _NAMES_MAX = 500, 12
_TYPO_LENGTH = 8
"""Latin letters from which one that is wrong, missing or too many still leaves the same name."""


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A name without its legal form: its words in capitals, these as one key, and the letters it is written in."""

    key: str
    words: tuple[str, ...]
    scripts: frozenset[str]
    core: str
    """The words that not many companies share, as one key."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The names that stand for one company each: makers (importers and factories apart), and brands."""

    makers: tuple[CompanyName, ...] = ()
    importers: tuple[CompanyName, ...] = ()
    brands: tuple[CompanyName, ...] = ()

    @property
    def names(self) -> tuple[CompanyName, ...]:
        """Every name."""
        return (*self.makers, *self.importers, *self.brands)


def roles(makers: Iterable[str], importer: str, brand: str) -> Roles:
    """Read the fields for companies of a listing, a certificate or a recall."""
    return Roles(
        tuple(name for field in makers if field for name in company_names(field)),
        company_names(importer) if importer else (),
        company_names(brand) if brand else (),
    )


@lru_cache(maxsize=16384)
def company_names(field: str) -> tuple[CompanyName, ...]:
    """Return the names in a field; a country, "OEM" or "상세페이지 참조" is none."""
    text = _ROLE.sub("/", _INITIALS.sub("", plain(field[:_FIELD_MAX]).upper()))
    parts = _BETWEEN_NAMES.split(_LEGAL.sub(" ", text))
    names = (_name(part) for part in parts)
    return tuple(dict.fromkeys(name for name in names if name is not None))[:_NAMES_MAX]


def agreement(ours: Sequence[CompanyName], theirs: Sequence[CompanyName]) -> Agreement:
    """Say how two sets of names agree.

    Returns:
        The best agreement of any two; "different" where all could be compared and none agrees; "missing" where one
        side has none, or where two are written in different letters.
    """
    found = {_pair(our, their) for our in ours for their in theirs}
    for best in ("same", "similar", "missing"):
        if best in found:
            return best
    return "different" if found else "missing"


def roles_agreement(ours: Roles, theirs: Roles) -> Agreement:
    """Say how two sides agree: any two names may be the same, but only those of one role can differ."""
    overall = agreement(ours.names, theirs.names)
    if overall in ("same", "similar"):
        return overall
    return "different" if has_difference(ours, theirs) else "missing"


def has_difference(ours: Roles, theirs: Roles) -> bool:
    """Say whether maker, importer or brand is another one; a maker may stand where the importer does."""
    if agreement(ours.brands, theirs.brands) == "different":
        return True
    pairs = ((ours.makers, theirs.makers, theirs.importers), (ours.importers, theirs.importers, theirs.makers))
    return any(
        agreement(own, same_role or other_role) == "different"
        and agreement(own, other_role) in ("different", "missing")
        for own, same_role, other_role in pairs
    )


@lru_cache(maxsize=16384)
def _pair(our: CompanyName, their: CompanyName) -> Agreement:
    if our.key == their.key:
        return "same"
    short, long = (our, their) if len(our.key) <= len(their.key) else (their, our)
    if not short.scripts & long.scripts:
        return "missing"
    if _is_part(short, long) or _is_typo(short, long):
        return "similar"
    return "different" if our.scripts == their.scripts else "missing"


def _name(part: str) -> CompanyName | None:
    words = _WORD.findall(part)
    words = [word for i, word in enumerate(words) if i == 0 or word not in LEGAL_WORDS]
    key = "".join(words)
    if len(key) < 2 or key in NO_COMPANY or key in LEGAL_WORDS:
        return None
    scripts = {name for name, letters in (("hangul", _HANGUL), ("latin", _LATIN)) if letters.search(key)}
    core = "".join(word for word in words if word not in COMMON_IN_COMPANIES)
    return CompanyName(key, tuple(words), frozenset(scripts or {"latin"}), core)


def _is_part(short: CompanyName, long: CompanyName) -> bool:
    """Say whether the longer name begins or ends with the words of the shorter, and these are not anybody's."""
    if all(word in COMMON_IN_COMPANIES for word in short.words) or short.key in COMMON_IN_COMPANIES:
        return False
    count = len(short.words)
    if short.words in (long.words[:count], long.words[-count:]):
        return True
    if "hangul" not in short.scripts:
        return False
    # Hangul names are written without spaces as often as with them.
    return long.key.startswith(short.key) or (
        long.key.endswith(short.key) and long.key.removesuffix(short.key) in PLACES
    )


def _is_typo(short: CompanyName, long: CompanyName) -> bool:
    """Say whether one letter is wrong, missing or too many in a long Latin name, or the plural's S at its end."""
    if "hangul" in short.scripts | long.scripts:
        return False
    if long.key == f"{short.key}S":
        return True
    one, other = sorted((short.core, long.core), key=len)
    if len(one) < _TYPO_LENGTH or len(other) - len(one) > 1:
        return False
    same = next((i for i, (letter, its) in enumerate(zip(one, other, strict=False)) if letter != its), len(one))
    return one[same + (len(one) == len(other)) :] == other[same + 1 :]
