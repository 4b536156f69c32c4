"""What of a listing is watched: the keys that concern it, and when a verdict counts as changed."""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from assistant.product_safety import Listing, Verdict
from assistant.screening.policy import Policy, policy_json
from assistant.screening.screen import wanted


def key_number(kind: str, key: str) -> int:
    """Return a key as a signed number of 64 bits: short in an index, however long a product's name is.

    Two keys that happen to share a number cost one screening too many, and nothing else.
    """
    return int.from_bytes(blake2b(f"{kind}:{key}".encode(), digest_size=8).digest(), signed=True)


def numbers_of(keys: Iterable[tuple[str, str]]) -> list[int]:
    """Return keys, as (kind, key), as numbers, each once, in order."""
    return sorted({key_number(kind, key) for kind, key in keys})


def watched_keys(listing: Listing) -> list[int]:
    """Return the keys whose change concerns a listing: its certificate numbers, and what recalls are matched by."""
    looked_up = wanted(listing)
    return numbers_of([*(("number", bare) for bare in looked_up.bare_keys), *looked_up.recall_keys])


def facts_of(verdict: Verdict) -> dict[str, Any]:
    """Return what a change of a verdict is measured by; a sentence that is worded anew is none."""
    return {
        "verdict": verdict.verdict,
        "rule": verdict.rule,
        "action": verdict.action,
        "states": sorted([check.cert_num or check.number, check.state] for check in verdict.checks),
        "recalls": sorted(recall.uid for recall in verdict.recalls),
    }


def kind_of_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """Return the kind of event that tells of a change; None where nothing changed.

    A new recall goes before all else; a recall that was withdrawn is a changed verdict.
    """
    if set(after["recalls"]) - set(before["recalls"]):
        return "recall_matched"
    if any(before[name] != after[name] for name in ("verdict", "rule", "recalls")):
        return "verdict_changed"
    if before["states"] != after["states"]:
        return "state_changed"
    return "action_changed" if before["action"] != after["action"] else None


def payload_of(listing_id: str, before: Mapping[str, Any] | None, verdict: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of an event about a listing: what was said before, and the whole new verdict."""
    return {
        "listing_id": listing_id,
        "before": {name: before[name] for name in ("verdict", "rule", "action", "recalls")} if before else None,
        "verdict": verdict,
    }


def policy_digest(policy: Policy) -> str:
    """Return a short digest of a policy, to see whether listings were screened with this one."""
    return blake2b(json.dumps(policy_json(policy), sort_keys=True).encode(), digest_size=16).hexdigest()
