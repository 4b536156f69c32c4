"""Signatures of webhooks, in the form of Standard Webhooks (https://www.standardwebhooks.com, version 1)."""

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

_SECRET_BYTES = 32
"""The standard asks for 24 to 64."""


def new_secret() -> str:
    """Return a new secret as it is shown to a mall: "whsec_" and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(signing: Sequence[str], message_id: str, now: datetime, body: str) -> dict[str, str]:
    """Return the three headers that let a receiver check who sent a body, and when.

    Args:
        signing: the secrets, one signature each; two while one takes over from the other.
        message_id: the same in every try, so that the receiver can tell what it has already had.
        now: the moment of this try; receivers refuse what is older than some minutes.
    """
    moment = now.astimezone(UTC)  # the library takes any other zone's hours for UTC's
    signatures = [Webhook(secret).sign(message_id, moment, body) for secret in signing]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
