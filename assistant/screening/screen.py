"""Screening: a listing, held against what is known of it, gets its verdict. Pure.

The rules stand in docs/product-safety.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.product_safety import Known, Listing, NumberCheck, RecallMatch, Requirement, Verdict, VerdictKind
from assistant.screening.checks import WORST_FIRST, Finding, check_number
from assistant.screening.compare import sides_of
from assistant.screening.numbers import (
    WrittenNumber,
    find_numbers,
    has_letters_and_digits,
    is_beyond_reading,
    is_placeholder,
)
from assistant.screening.policy import DEFAULT_POLICY, Policy, strictest
from assistant.screening.recalls import matching
from assistant.screening.tell import number_values, recall_values, shown, told
from assistant.screening.wants import Wanted, wanted

__all__ = ["Wanted", "screen", "wanted"]

_NEEDS_NUMBER = ("certification", "confirmation")
_NO_NUMBER = {"supplier": "supplier_conformity", "standard": "safety_standard", "none": "no_duty"}
_LINKS_MAX = 20


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One thing that counts for the listing: of a number (with its finding), of a recall, or of neither."""

    verdict: VerdictKind
    rule: str
    finding: Finding | None = None
    recall: RecallMatch | None = None


def screen(listing: Listing, known: Known, policy: Policy = DEFAULT_POLICY) -> Verdict:
    """Return the verdict on a listing.

    Every number in it is checked, and the worst outcome counts (see VERDICTS); a recall that fits is the worst.

    Args:
        known: what was gathered for this listing (see wants.wanted); what is not in it counts as not looked up.
        policy: decides the action, and with it until when the seller is told to act.

    Returns:
        The verdict, with a check for each number, the recalls that fit, and Korean sentences. Never raises for what
        stands in a listing, certificate or recall.
    """
    numbers = find_numbers(listing.cert_field)
    sides = sides_of(listing, known)
    has_own = any(number.register == "kc" and not number.part for number in numbers)
    findings = [check_number(number, sides, known, has_other=has_own) for number in numbers]
    recalls = matching(sides, numbers, known)
    outcomes = [_Outcome("recalled", f"recall_{one.by[0]}", recall=one) for one in recalls[:1]]
    outcomes += _of_numbers(numbers, findings, known)
    outcomes += _of_the_rest(listing, known, numbers, findings)
    worst = min(outcomes, key=lambda one: WORST_FIRST[one.verdict])
    return _verdict(listing, known, policy, _Screened(worst, outcomes, findings, recalls))


@dataclass(frozen=True, slots=True)
class _Screened:
    worst: _Outcome
    outcomes: Sequence[_Outcome]
    findings: Sequence[Finding]
    recalls: tuple[RecallMatch, ...]


def _of_numbers(numbers: Sequence[WrittenNumber], findings: Sequence[Finding], known: Known) -> list[_Outcome]:
    """Return what the numbers say; those of another register count only where one of ours is due and there is none."""
    counted = _kc(numbers, findings) or ([] if known.requirement.grade in _NO_NUMBER else findings)
    return [_Outcome(one.check.verdict, one.check.rule, one) for one in counted]


def _kc(numbers: Sequence[WrittenNumber], findings: Sequence[Finding]) -> list[Finding]:
    return [one for number, one in zip(numbers, findings, strict=True) if number.register == "kc"]


def _of_the_rest(
    listing: Listing, known: Known, numbers: Sequence[WrittenNumber], findings: Sequence[Finding]
) -> list[_Outcome]:
    """Return what counts beside the numbers: a duty without one, a field that is too long, data that are not there."""
    outcomes = []
    if is_beyond_reading(listing.cert_field):
        outcomes.append(_Outcome("cannot_check", "too_much"))
    is_free = known.requirement.grade in _NO_NUMBER
    if not numbers or (is_free and not _kc(numbers, findings)):
        outcomes.append(_of_duty(listing, known))
    elif (kc := _kc(numbers, findings)) and not any(one.is_own for one in kc):
        outcomes.append(_of_duty(listing, known) if is_free else _Outcome("cannot_check", "only_part_numbers"))
    return outcomes


def _of_duty(listing: Listing, known: Known) -> _Outcome:
    """Return what a listing without a number of its own comes to."""
    grade = known.requirement.grade
    if grade in _NEEDS_NUMBER:
        field = listing.cert_field
        is_tried = not is_placeholder(field) and has_letters_and_digits(field)
        return _Outcome("not_found", "number_unreadable" if is_tried else "number_missing")
    if not known.data_date:
        return _Outcome("cannot_check", "no_data")
    if grade in _NO_NUMBER:
        return _Outcome("not_required", _NO_NUMBER[grade])
    return _Outcome("cannot_check", "duty_depends" if known.requirement.item_name else "duty_unknown")


def _verdict(listing: Listing, known: Known, policy: Policy, screened: _Screened) -> Verdict:
    worst = screened.worst
    action = strictest(policy, [one.verdict for one in screened.outcomes], listing.category)
    sentences = told(worst.rule, _values(listing, known.requirement, worst), known, action)
    checks = tuple(one.check for one in screened.findings)
    return Verdict(
        listing_id=listing.id,
        verdict=worst.verdict,
        rule=worst.rule,
        reason=sentences.reason,
        to_do=sentences.to_do,
        question=sentences.question,
        checks=checks,
        recalls=screened.recalls,
        requirement=known.requirement,
        links=_links(checks, screened.recalls),
        data_date=known.data_date,
        is_demo=known.is_demo,
        action=action,
    )


def _values(listing: Listing, requirement: Requirement, outcome: _Outcome) -> dict[str, str]:
    if outcome.recall is not None:
        return recall_values(outcome.recall)
    if outcome.finding is not None:
        return number_values(outcome.finding.check, listing, outcome.finding.certificate)
    return {"item": shown(requirement.item_name), "scheme": shown(requirement.scheme_name)}


def _links(checks: Sequence[NumberCheck], recalls: Sequence[RecallMatch]) -> tuple[str, ...]:
    links = (*(one.link for one in recalls), *(one.link for one in checks))
    return tuple(dict.fromkeys(link for link in links if link))[:_LINKS_MAX]
