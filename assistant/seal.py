"""Sealing of what must be kept to write to a user later, and of messages that wait for their turn.

A copy of the database alone opens nothing: the key comes from ONECALL_VISITOR_SECRET. The standard library has no
cipher, so this is the textbook one made of its HMAC: a keystream of HMAC-SHA256 over nonce and counter, and an
HMAC-SHA256 over nonce and ciphertext, checked first (encrypt-then-MAC, with a key each).
"""

import base64
import hashlib
import hmac
import secrets

from assistant.channel_wording import ERRORS
from assistant.errors import SetupError

_NONCE, _TAG, _BLOCK = 16, 32, 32


class Seal:
    """Seals texts with one secret.

    Raises:
        SetupError: there is no secret.
    """

    def __init__(self, secret: str) -> None:
        if not secret:
            raise SetupError(ERRORS["bad_seal"], code="bad_seal")
        self._cipher_key = _derived(secret, b"onecall channel cipher")
        self._tag_key = _derived(secret, b"onecall channel tag")

    def close(self, text: str) -> str:
        """Return the sealed text in URL-safe base64; the same text never looks the same twice."""
        nonce = secrets.token_bytes(_NONCE)
        body = self._crypt(nonce, text.encode("utf-8", "surrogatepass"))
        return base64.urlsafe_b64encode(nonce + self._tag(nonce + body) + body).decode()

    def open(self, sealed: str) -> str:
        """Return what was sealed.

        Raises:
            SetupError: it was sealed with another secret, or changed (bad_seal).
        """
        try:
            raw = base64.b64decode(sealed, altchars=b"-_", validate=True)
        except ValueError:
            raw = b""
        nonce, tag, body = raw[:_NONCE], raw[_NONCE : _NONCE + _TAG], raw[_NONCE + _TAG :]
        if len(raw) < _NONCE + _TAG or not hmac.compare_digest(tag, self._tag(nonce + body)):
            raise SetupError(ERRORS["bad_seal"], code="bad_seal")
        return self._crypt(nonce, body).decode("utf-8", "surrogatepass")

    def _tag(self, sealed: bytes) -> bytes:
        return hmac.digest(self._tag_key, sealed, "sha256")

    def _crypt(self, nonce: bytes, data: bytes) -> bytes:
        blocks = range((len(data) + _BLOCK - 1) // _BLOCK)
        stream = b"".join(hmac.digest(self._cipher_key, nonce + n.to_bytes(8, "big"), "sha256") for n in blocks)
        return bytes(a ^ b for a, b in zip(data, stream, strict=False))


def _derived(secret: str, purpose: bytes) -> bytes:
    return hmac.digest(hashlib.sha256(secret.encode()).digest(), purpose, "sha256")
