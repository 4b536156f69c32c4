"""One-time codes of an authenticator app (RFC 6238), and the recovery codes for who has lost it."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
import segno

ISSUER = "OneCall"
RECOVERY_CODES = 10
_STEP_S, _DRIFT = 30, 1
"""A telephone's clock may be a step ahead or behind (RFC 6238, 5.2)."""


def new_secret() -> str:
    """Return a new secret: 160 bits in base 32."""
    return pyotp.random_base32()


def address_of(secret: str, login: str) -> str:
    """Return the otpauth:// address that an app takes the secret from."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def picture_of(address: str) -> str:
    """Return the QR code of an address: a data URI of an SVG, dark on white whatever the page's colours are."""
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="#fff", dark="#000"))


def step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """Return the time step that a code belongs to; None if it is wrong, or not younger than the step `after`."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return None
    this = int(now.timestamp()) // _STEP_S
    generator = pyotp.TOTP(secret)
    steps = (step for step in range(this - _DRIFT, this + _DRIFT + 1) if step > after)
    return next((step for step in steps if hmac.compare_digest(generator.at(step * _STEP_S), digits)), None)


def new_recovery_codes() -> tuple[str, ...]:
    """Return new recovery codes of 80 bits: "abcd-efgh-ijkl-mnop"."""
    made = (base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES))
    return tuple("-".join(one[at : at + 4] for at in range(0, 16, 4)) for one in made)


def recovery_digest(person_id: int, code: str) -> str:
    """Return what a recovery code is stored as. It is random and long, so a plain digest is enough."""
    letters = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(f"onecall recovery {person_id} {letters}".encode()).hexdigest()
