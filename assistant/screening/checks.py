"""One number of a listing, held against the certificates that it may mean. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.product_safety import VERDICTS, Certificate, Known, NumberCheck, VerdictKind
from assistant.screening import parts
from assistant.screening.compare import Comparison, Sides, compare, evidence_of, judged
from assistant.screening.links import RADIO_SEARCH, certificate_link
from assistant.screening.numbers import WrittenNumber, bare_key, number_key
from assistant.screening.states import StateKind, state_kind, verdict_of

WORST_FIRST: dict[VerdictKind, int] = {verdict: rank for rank, verdict in enumerate(VERDICTS)}
_SIMILAR_MAX = 5

_STATE_RULES: dict[StateKind, str] = {
    "valid": "",
    "revoked": "state_revoked",
    "suspended": "state_suspended",
    "expired": "state_expired",
    "under_action": "state_under_action",
    "unknown": "state_unknown",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one number led to.

    Attributes:
        check: as the verdict shows it.
        certificate: the one that was meant; None where none was found.
        is_own: the number is the listing's own, not that of a part of it.
    """

    check: NumberCheck
    certificate: Certificate | None = None
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class _Candidate:
    certificate: Certificate
    comparison: Comparison
    agreement: VerdictKind
    verdict: VerdictKind
    rule: str


def check_number(number: WrittenNumber, sides: Sides, known: Known, *, has_other: bool) -> Finding:
    """Hold one number against what is known, whether it is the listing's own or that of a part.

    Args:
        has_other: the listing has a KC number without a part's label.
    """
    if number.register == "radio":
        check = NumberCheck(number.text, "cannot_check", "other_register", number.part, link=RADIO_SEARCH)
        return Finding(check, is_own=not number.part)
    if not number.part:
        return _own(number, sides, known)
    is_itself = parts.is_itself(number.part, sides.listing)
    if not is_itself and (has_other or not parts.is_named_in(number.part, sides.listing)):
        return _of_part(number, sides, known)
    found = _own(number, sides, known)
    if is_itself or found.check.verdict != "mismatch":
        return found
    return Finding(replace(found.check, verdict="cannot_check", rule="part_or_whole"), found.certificate, is_own=False)


def _own(number: WrittenNumber, sides: Sides, known: Known) -> Finding:
    family = known.certificates.get(number.bare, ())
    if absent := _absent(number, family, known):
        return Finding(absent)
    exact = _exact(number, family)
    candidates = [_candidate(one, sides, known) for one in exact or family]
    chosen, is_unclear = _chosen(candidates)
    if exact and number.key == number.bare and chosen.agreement == "mismatch":
        others = [_candidate(one, sides, known) for one in family if one not in exact]
        is_unclear = is_unclear or any(one.agreement == "ok" for one in others)
    return Finding(_check(number, chosen, is_unclear, sides, known), chosen.certificate)


def _of_part(number: WrittenNumber, sides: Sides, known: Known) -> Finding:
    """Check the number of a part: what kind of thing it is for and the state, but not model, product and company."""
    family = known.certificates.get(number.bare, ())
    if absent := _absent(number, family, known):
        return Finding(absent, is_own=False)
    candidates = _exact(number, family) or family
    verdicts = {verdict_of(one.cert_state) for one in candidates}
    # As in _chosen: the mildest, unless that is one in order beside others that are not.
    found = max(candidates, key=lambda one: (WORST_FIRST[verdict_of(one.cert_state)], *_order(one)))
    verdict, rule = _part_verdict(number.part, found)
    if len(verdicts) > 1 and "ok" in verdicts:
        verdict, rule = "cannot_check", "suffix_unclear"
    check = NumberCheck(
        number.text,
        verdict,
        rule,
        number.part,
        found.cert_state,
        found.cert_num,
        evidence_of(number, sides, found, None),
        link=certificate_link(found.cert_num),
    )
    return Finding(check, found, is_own=False)


def _part_verdict(part: str, certificate: Certificate) -> tuple[VerdictKind, str]:
    verdict = verdict_of(certificate.cert_state)
    if verdict != "ok":
        return verdict, _state_rule(certificate)
    return ("ok", "part_in_force") if parts.is_kind(part, certificate) else ("cannot_check", "part_unclear")


def _absent(number: WrittenNumber, family: Sequence[Certificate], known: Known) -> NumberCheck | None:
    """Return the check of a number of which no certificate is known; None where one is."""
    rule = _absence(number, family, known)
    if not rule:
        return None
    verdict: VerdictKind = "not_found" if rule in ("number_absent", "suffix_absent") else "cannot_check"
    similar = sorted({one.cert_num for one in family})[:_SIMILAR_MAX] if rule == "suffix_absent" else []
    return NumberCheck(
        number.text, verdict, rule, number.part, similar_numbers=tuple(similar), link=certificate_link(number.text)
    )


def _absence(number: WrittenNumber, family: Sequence[Certificate], known: Known) -> str:
    if number.bare in known.failed:
        return "not_looked_up"
    if not known.data_date:
        return "no_data"
    if _exact(number, family) or (family and number.key == number.bare):
        return ""
    if number.bare not in known.certificates:
        return "not_looked_up"
    if not known.is_complete:
        return "mirror_incomplete"
    return "suffix_absent" if family else "number_absent"


def _exact(number: WrittenNumber, family: Sequence[Certificate]) -> list[Certificate]:
    return [one for one in family if number_key(one.cert_num) == number.key]


def _candidate(certificate: Certificate, sides: Sides, known: Known) -> _Candidate:
    comparison = compare(sides, certificate, known)
    agreement, rule = judged(comparison, has_detail=certificate.has_detail)
    state = verdict_of(certificate.cert_state)
    if WORST_FIRST[state] <= WORST_FIRST[agreement] and state != "ok":
        return _Candidate(certificate, comparison, agreement, state, _state_rule(certificate))
    return _Candidate(certificate, comparison, agreement, agreement, rule)


def _chosen(candidates: Sequence[_Candidate]) -> tuple[_Candidate, bool]:
    """Choose the certificate that agrees best with the listing.

    Returns:
        The choice, and whether it is none: several agree equally well, one of them is in order and another is not.
        Where none is in order, the mildest counts: nothing shows that the others are meant.
    """
    best = max(_rank(one) for one in candidates)
    group = [one for one in candidates if _rank(one) == best]
    verdicts = {one.verdict for one in group}
    chosen = max(group, key=lambda one: (WORST_FIRST[one.verdict], *_order(one.certificate)))
    return chosen, len(verdicts) > 1 and "ok" in verdicts


def _rank(candidate: _Candidate) -> tuple[int, tuple[int, int, int]]:
    # Of the agreements the last of VERDICTS is the best: mismatch, cannot_check, ok.
    return WORST_FIRST[candidate.agreement], candidate.comparison.strength


def _order(certificate: Certificate) -> tuple[str, int, str, str]:
    """Return what makes a choice the same in whatever order the certificates come."""
    return number_key(certificate.cert_num), certificate.cert_uid, certificate.cert_state, certificate.model_name


def _check(number: WrittenNumber, chosen: _Candidate, is_unclear: bool, sides: Sides, known: Known) -> NumberCheck:
    certificate = chosen.certificate
    verdict: VerdictKind = "cannot_check" if is_unclear else chosen.verdict
    rule = "suffix_unclear" if is_unclear else chosen.rule
    successor = _successor(certificate, sides, known) if verdict == "expired" else ""
    return NumberCheck(
        number=number.text,
        verdict=verdict,
        rule="state_renewed" if successor else rule,
        part=number.part,
        state=certificate.cert_state,
        cert_num=certificate.cert_num,
        evidence=evidence_of(number, sides, certificate, chosen.comparison),
        successor=successor,
        similar_numbers=_similar(certificate, known) if is_unclear else (),
        link=certificate_link(certificate.cert_num),
    )


def _successor(certificate: Certificate, sides: Sides, known: Known) -> str:
    """Return the number of the latest renewed certificate that is in force and agrees with the listing; "" if none."""
    own = {number_key(certificate.cert_num), bare_key(certificate.cert_num)}
    agreeing = [
        one
        for one in known.successors.get(bare_key(certificate.cert_num), ())
        if state_kind(one.cert_state) == "valid"
        and number_key(one.cert_num) not in own
        and own.intersection(number_key(named) for named in (one.first_cert_num, *one.similar_certifications))
        and _candidate(one, sides, known).verdict == "ok"
    ]
    latest = max(agreeing, key=lambda one: (max(one.cert_date, one.sign_date), *_order(one)), default=None)
    return latest.cert_num if latest else ""


def _similar(certificate: Certificate, known: Known) -> tuple[str, ...]:
    family = known.certificates.get(bare_key(certificate.cert_num), ())
    return tuple(sorted({one.cert_num for one in family})[:_SIMILAR_MAX])


def _state_rule(certificate: Certificate) -> str:
    if "반납" in certificate.cert_state:
        return "state_returned"
    return _STATE_RULES[state_kind(certificate.cert_state)]
