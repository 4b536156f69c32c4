"""Sealing of what must be kept to write to a user later, and of messages that wait for their turn.

A copy of the database alone opens nothing: the key comes from ONECALL_VISITOR_SECRET.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken

from assistant.channel_wording import ERRORS
from assistant.errors import SetupError

_PURPOSE = b"onecall channel seal"
"""Goes into the key, so that the secret may serve other purposes too."""


class Seal:
    """Seals texts with one secret.

    Raises:
        SetupError: there is no secret.
    """

    def __init__(self, secret: str) -> None:
        if not secret:
            raise SetupError(ERRORS["bad_seal"], code="bad_seal")
        # The secret is long and random, so a plain hash is enough to make a key of it.
        key = hashlib.blake2b(secret.encode(), digest_size=32, key=_PURPOSE).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def close(self, text: str) -> str:
        """Return the sealed text in URL-safe base64; the same text never looks the same twice."""
        return self._fernet.encrypt(text.encode("utf-8", "surrogatepass")).decode()

    def open(self, sealed: str) -> str:
        """Return what was sealed.

        Raises:
            SetupError: it was sealed with another secret, or changed (bad_seal).
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode("utf-8", "surrogatepass")
        except (InvalidToken, ValueError):
            raise SetupError(ERRORS["bad_seal"], code="bad_seal") from None
