"""What the labelled set consists of."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.product_safety import Certificate, Listing, Recall, VerdictKind

MirrorKind = Literal["whole", "partial", "empty"]
"""A mirror with all certificates, one that was never filled to the end, one with nothing in it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A listing as a family made it, before it has a place in the set."""

    listing: Listing
    ways: tuple[str, ...] = ()
    mirror: MirrorKind = "whole"


@dataclass(frozen=True, slots=True)
class Case:
    """One listing and the verdict that it must get.

    Attributes:
        family: how it was made; the functions of this folder are named so, and each says which rule it stands for.
        ways: the dirty spellings that were laid over it.
        mirror: which of the three mirrors it is held against.
    """

    listing: Listing
    expected: VerdictKind
    family: str
    ways: tuple[str, ...]
    mirror: MirrorKind


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """The cases, and the certificates and recalls of the mirrors that they are held against."""

    cases: tuple[Case, ...]
    certificates: tuple[Certificate, ...]
    recalls: tuple[Recall, ...]

    def as_json(self) -> str:
        """Return the whole set as JSON, so that another checker can be held against it."""
        whole: dict[str, Any] = asdict(self)
        return json.dumps(whole, ensure_ascii=False)
