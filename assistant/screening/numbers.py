"""Certificate numbers: one key for every spelling, and finding them in what sellers write. Pure."""

import re
import unicodedata

_NOT_IN_KEY = re.compile(r"[^A-Z0-9]")
_SUFFIX = re.compile(r"(?<=\d)[A-Z]{1,4}$")


def number_key(number: str) -> str:
    """Return the key of a certificate number: capital letters and digits only, whatever the width, case or dashes.

    >>> number_key("ｃｂ０６１r2170 – 3018")
    'CB061R21703018'
    """
    return _NOT_IN_KEY.sub("", unicodedata.normalize("NFKC", number).upper())


def bare_key(number: str) -> str:
    """Return the key without the letters at its end, which people leave out ("…-5003CH" and "…-5003" share it)."""
    return _SUFFIX.sub("", number_key(number))
