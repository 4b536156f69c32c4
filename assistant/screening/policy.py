"""What a mall makes of a verdict: let it pass, warn, hold it for a look, or block it. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, get_args

from assistant.errors import BadInputError
from assistant.product_safety import VERDICTS, Action, VerdictKind
from assistant.safety_wording import POLICY_ERRORS

ACTIONS: tuple[Action, ...] = get_args(Action)
"""Mildest first."""

CATEGORIES_MAX, CATEGORY_LENGTH = 500, 200

Actions = Mapping[VerdictKind, Action]

_DEFAULT: Actions = {
    "recalled": "block",
    "revoked": "block",
    "suspended": "block",
    "mismatch": "block",
    # What is held waits for the seller, it is not refused: goods made while an expired certificate held may still
    # be sold, and a number that is not found is most often mistyped.
    "expired": "hold",
    # Such a certificate still holds, so a warning would do for itself. But the worst verdict counts for a listing:
    # were this one milder than those below it, a second, missing number would pass behind it.
    "under_action": "hold",
    "not_found": "hold",
    "cannot_check": "hold",
    "ok": "pass",
    "not_required": "pass",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """A mall's policy.

    Attributes:
        actions: by verdict; what is not there is as in DEFAULT_POLICY.
        by_category: by the front of a category ("완구"), what differs there. The longest that fits goes first.
    """

    actions: Actions = field(default_factory=lambda: dict(_DEFAULT))
    by_category: Mapping[str, Actions] = field(default_factory=dict)


DEFAULT_POLICY = Policy()
"""Actions never get milder as verdicts get worse, see VERDICTS."""


def action_of(policy: Policy, verdict: VerdictKind, category: str = "") -> Action:
    """Return what a policy makes of a verdict in a category; case, width and spaces of the category are all one."""
    if policy.by_category:
        folded = _folded(category[:CATEGORY_LENGTH])
        fitting = [front for front in policy.by_category if folded.startswith(_folded(front))]
        for front in sorted(fitting, key=len, reverse=True):
            if (action := policy.by_category[front].get(verdict)) is not None:
                return action
    return policy.actions.get(verdict) or _DEFAULT[verdict]


def strictest(policy: Policy, verdicts: Iterable[VerdictKind], category: str = "") -> Action:
    """Return the strictest action that a policy takes for one of several verdicts (at least one)."""
    return max((action_of(policy, verdict, category) for verdict in set(verdicts)), key=ACTIONS.index)


def policy_from(value: object) -> Policy:
    """Read a policy as policy_json writes it; what it leaves out is as in DEFAULT_POLICY.

    Raises:
        BadInputError: it is no object of that shape, names a verdict or an action that there is not, or has too many
            categories or too long ones.
    """
    given = _object(value, {"actions", "by_category"})
    by_category = _mapping(given.get("by_category"))
    if len(by_category) > CATEGORIES_MAX:
        raise BadInputError(POLICY_ERRORS["categories"].format(most=CATEGORIES_MAX), code="bad_policy")
    return Policy(
        {**_DEFAULT, **_actions(given.get("actions"))},
        {_category(name): _actions(actions) for name, actions in by_category.items()},
    )


def policy_json(policy: Policy) -> dict[str, Any]:
    """Return a policy as JSON shows and stores it: the action of every verdict, and what differs by category."""
    return {
        "actions": {verdict: action_of(policy, verdict) for verdict in VERDICTS},
        "by_category": {front: dict(actions) for front, actions in policy.by_category.items()},
    }


def _actions(value: object) -> dict[VerdictKind, Action]:
    given = _object(value, VERDICTS)
    found: dict[VerdictKind, Action] = {}
    for verdict in VERDICTS:
        if verdict not in given:
            continue
        if given[verdict] not in ACTIONS:
            raise BadInputError(POLICY_ERRORS["action"].format(known=", ".join(ACTIONS)), code="bad_policy")
        found[verdict] = given[verdict]
    return found


def _category(name: object) -> str:
    if not isinstance(name, str) or not _folded(name) or len(name) > CATEGORY_LENGTH or not name.isprintable():
        raise BadInputError(POLICY_ERRORS["category"].format(most=CATEGORY_LENGTH), code="bad_policy")
    return name.strip()


def _object(value: object, known: Iterable[str]) -> Mapping[str, Any]:
    given = _mapping(value)
    if set(given) - set(known):
        raise BadInputError(POLICY_ERRORS["names"].format(known=", ".join(sorted(known))), code="bad_policy")
    return given


def _mapping(value: object) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadInputError(POLICY_ERRORS["shape"], code="bad_policy")
    return value


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
