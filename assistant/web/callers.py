"""Who calls: the mall behind a request's key, if the key may be used now, from there, and once more today."""

from typing import Any

from fastapi import Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer

from assistant.errors import AssistantError, NotAllowedError, RateLimitedError, UnauthorizedError
from assistant.product_safety import Mall
from assistant.safety.malls.keys import MallKey, is_allowed, looks_like_key
from assistant.safety.malls.quota import Quota
from assistant.safety.malls.store import MallStore
from assistant.safety_wording import MALL_ERRORS
from assistant.web.models import ErrorBody

KEY_SCHEMES = [
    Security(APIKeyHeader(name="AuthKey", auto_error=False, description="The key, as with SafetyKorea.")),
    Security(HTTPBearer(auto_error=False, description="The key, as a bearer token.")),
]
"""For `APIRouter(dependencies=…)`: they describe the key in the OpenAPI document, and refuse nothing."""

KEY_RESPONSES: dict[int | str, dict[str, Any]] = {
    401: {"model": ErrorBody, "description": "`no_key`: no key was sent. `bad_key`: there is no such key."},
    403: {"model": ErrorBody, "description": "`key_revoked`, `key_expired`, or `bad_ip`: not from this address."},
    429: {
        "model": ErrorBody,
        "description": "`rate_limited`: too many this second. `quota_used`: the day's are used up.",
        "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}},
    },
}
"""What every operation behind a key may refuse with."""

_OLD_CODES = {"bad_ip": "bad_ip", "rate_limited": "quota", "quota_used": "quota"}


class Callers:
    """A FastAPI dependency that returns the mall that calls.

    The key is read from the database at every request, so that a revoked one opens nothing any more in any copy of
    the service. The caller's address is that of the connection, as the server hands it over. Which proxies may say in
    X-Forwarded-For for whom they ask is the operator's matter: uvicorn believes 127.0.0.1 alone, or those that
    FORWARDED_ALLOW_IPS names. Nothing here reads that header, which anybody can write.
    """

    def __init__(self, malls: MallStore, quota: Quota) -> None:
        self.malls = malls
        self._quota = quota

    def __call__(self, request: Request) -> Mall:
        """Return the mall that calls, and count the request.

        Raises:
            UnauthorizedError: `no_key` or `bad_key`.
            NotAllowedError: `key_revoked`, `key_expired` or `bad_ip`.
            RateLimitedError: `rate_limited` or `quota_used`.
        """
        host = request.client.host if request.client else ""
        return self.admit(secret_of(request), host, endpoint_of(request))

    def admit(self, secret: str, host: str, endpoint: str) -> Mall:
        """Return the mall of a key that was not sent in a header (a form's), by the same rules; raises the same."""
        key = self._known(secret)
        try:
            self._check(key, host)
        except NotAllowedError:
            self._quota.usage.note(key.id, endpoint, is_granted=False)
            raise
        self._quota.take(key, endpoint)
        return key.mall

    def authorise(self, request: Request) -> None:
        """Do the same for the interface with SafetyKorea's paths, which knows no more than three refusals.

        Raises:
            NotAllowedError: `bad_key` (none, unknown, revoked, expired), `bad_ip`, or `quota`.
        """
        try:
            self(request)
        except (UnauthorizedError, NotAllowedError, RateLimitedError) as error:
            raise _in_old_words(error) from error

    def _known(self, secret: str) -> MallKey:
        if not secret:
            raise UnauthorizedError(MALL_ERRORS["no_key"], code="no_key")
        key = self.malls.key_of(secret) if looks_like_key(secret) else None
        if key is None:
            raise UnauthorizedError(MALL_ERRORS["bad_key"], code="bad_key")
        return key

    def _check(self, key: MallKey, host: str) -> None:
        state = key.state(self.malls.clock())
        if state != "live":
            raise NotAllowedError(MALL_ERRORS[f"key_{state}"], code=f"key_{state}")
        if not is_allowed(host, key.allowed_ips):
            raise NotAllowedError(MALL_ERRORS["bad_ip"], code="bad_ip")


def secret_of(request: Request) -> str:
    """Return the key that a request brings, in `AuthKey` or as a bearer token; "" if it brings none."""
    given = request.headers.get("AuthKey", "").strip()
    if given:
        return given
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def endpoint_of(request: Request) -> str:
    """Return what usage is counted by: the method and the route's own path, without what was asked for."""
    path = getattr(request.scope.get("route"), "path", "")
    return f"{request.method} {path}".strip()


def _in_old_words(error: AssistantError) -> NotAllowedError:
    return NotAllowedError(error.message, code=_OLD_CODES.get(error.code, "bad_key"))
