"""Rows of a file in, lines of the result out: what every way of screening a file shares."""

import gzip
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.errors import BadInputError
from assistant.product_safety import Known, Listing, Verdict
from assistant.safety.listings.files import Row
from assistant.safety.listings.words import ROW_ERRORS
from assistant.screening.policy import Policy
from assistant.screening.screen import screen
from assistant.screening.wire import listing_from, verdict_json

log = logging.getLogger(__name__)

REFUSED = "refused"
"""What is counted for a row that could not be read, beside the verdicts."""
_GZIP_LEVEL = 1
"""Results repeat themselves: level 1 takes a tenth of level 6's time, and leaves a tenth of the bytes."""


@dataclass(frozen=True, slots=True)
class Screened:
    """The results of some rows, in their order.

    Attributes:
        lines: one JSON object each, without a line break.
        outcomes: the verdict of each, or "refused".
        verdicts: each listing that was screened, with its verdict.
    """

    lines: tuple[str, ...]
    outcomes: tuple[str, ...]
    verdicts: tuple[tuple[Listing, Verdict], ...] = ()

    def packed(self) -> bytes:
        """Return the lines as one gzip member; members one behind the other are a gzip file again."""
        return gzip.compress("".join(f"{line}\n" for line in self.lines).encode(), _GZIP_LEVEL, mtime=0)


def screen_rows(
    rows: Sequence[Row], gather: Callable[[Sequence[Listing]], Sequence[Known]], policy: Policy
) -> Screened:
    """Screen rows; one that cannot be used becomes a line with its reason.

    Args:
        gather: what is known about each of some listings.

    Raises:
        UpstreamError: what is known could not be gathered; nothing is judged without it.
    """
    read = [listing_of(row) for row in rows]
    listings = [one for one in read if isinstance(one, Listing)]
    known = iter(gather(listings) if listings else ())
    lines: list[str] = []
    outcomes: list[str] = []
    verdicts: list[tuple[Listing, Verdict]] = []
    for row, one in zip(rows, read, strict=True):
        verdict = _screened(one, next(known), policy) if isinstance(one, Listing) else one
        if isinstance(verdict, BadInputError):
            lines.append(_line(row, _refusal(row, verdict)))
            outcomes.append(REFUSED)
        elif isinstance(one, Listing):
            lines.append(_line(row, verdict_json(verdict)))
            outcomes.append(verdict.verdict)
            verdicts.append((one, verdict))
    return Screened(tuple(lines), tuple(outcomes), tuple(verdicts))


def listing_of(row: Row) -> Listing | BadInputError:
    """Return a row's listing, or why there is none."""
    if row.problem:
        return BadInputError(row.problem, code=row.problem_code)
    try:
        return listing_from(row.values)
    except BadInputError as error:
        return error


def _screened(listing: Listing, known: Known, policy: Policy) -> Verdict | BadInputError:
    try:
        return screen(listing, known, policy)
    except Exception as error:  # noqa: BLE001 one row of a million must not end the others; its text stays out of the log
        log.error("a row could not be screened: %s at %s", type(error).__name__, place_of(error))
        return BadInputError(ROW_ERRORS["internal"], code="internal")


def place_of(error: BaseException) -> str:
    """Return the file and line where an exception was raised."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"


def _refusal(row: Row, error: BadInputError) -> dict[str, Any]:
    return {
        "listing_id": str(row.values.get("id") or "")[:200],
        "error": {"code": error.code, "message": error.message},
    }


def _line(row: Row, value: Mapping[str, Any]) -> str:
    marked = {"duplicate_of": row.duplicate_of} if row.duplicate_of else {}
    return json.dumps({"row": row.number, **value, **marked}, ensure_ascii=False, separators=(",", ":"))
