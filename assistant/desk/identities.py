"""Logging in at a provider of identities: OpenID Connect's code flow with PKCE, state and nonce, by Authlib."""

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from assistant.account_wording import ERRORS
from assistant.errors import NotAllowedError, SetupError, UpstreamError
from assistant.settings import Settings

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
"""Only those with a key pair: with a shared secret everybody who can check a token can make one."""

_KEPT_S, _TIMEOUT_S, _DRIFT_S = 3600.0, 5.0, 60
_SCOPE = "openid email profile"


@dataclass(frozen=True, slots=True)
class Asked:
    """A login that was begun: what the browser is sent to, and what has to fit when it comes back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is. `login` is "" where it does not vouch for the claim that logins are."""

    subject: str
    login: str


class Provider:
    """One provider, known by its issuer's address."""

    def __init__(self, issuer: str, client: str, secret: str, claim: str) -> None:
        """Take the settings; nothing is asked yet.

        Raises:
            SetupError: the address is not https (nor on this machine), or the client is missing.
        """
        parts = urlsplit(issuer)
        is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        if not (parts.scheme == "https" or is_here) or not parts.hostname:
            raise SetupError(ERRORS["oidc_url"])
        if not (client and secret):
            raise SetupError(ERRORS["oidc_incomplete"])
        self._issuer, self._client, self._secret, self._claim = issuer, client, secret, claim
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Mapping[str, Any]]] = {}

    def begin(self, come_back: str) -> Asked:
        """Begin a login; the browser comes back to the address `come_back`.

        Raises:
            UpstreamError: the provider does not answer (oidc_down).
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        endpoint = self._metadata()["authorization_endpoint"]
        with self._open(come_back) as client:
            address, _ = client.create_authorization_url(endpoint, state=state, code_verifier=verifier, nonce=nonce)
        return Asked(str(address), state, nonce, verifier)

    def finish(self, asked: Asked, come_back: str, query: Mapping[str, str]) -> Identity:
        """Exchange what the browser brought back for who it is.

        Args:
            query: the parameters of the address that the browser came back to.

        Raises:
            NotAllowedError: it is not what was begun, or the token cannot be believed (oidc_refused).
            UpstreamError: the provider does not answer (oidc_down).
        """
        is_other = query.get("iss", self._issuer) != self._issuer  # RFC 9207
        if (
            "error" in query
            or is_other
            or not secrets.compare_digest(query.get("state", "").encode(), asked.state.encode())
        ):
            raise _refused()
        try:
            token = self._exchange(asked, come_back, query.get("code", ""))
            claims = self._claims(token, asked.nonce)
        except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
            raise _refused() from error
        login = str(claims.get(self._claim) or "")
        if self._claim == "email" and claims.get("email_verified") is not True:
            login = ""
        return Identity(f"{self._issuer} {claims['sub']}", login)

    def _exchange(self, asked: Asked, come_back: str, code: str) -> Mapping[str, Any]:
        endpoint = self._metadata()["token_endpoint"]
        try:
            with self._open(come_back) as client:
                token: Mapping[str, Any] = client.fetch_token(
                    endpoint, grant_type="authorization_code", code=code, code_verifier=asked.verifier
                )
        except httpx.HTTPError as error:
            raise _down() from error
        return token

    def _claims(self, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        try:
            read = jwt.decode(token["id_token"], self._keys(), algorithms=_ALGORITHMS)
        except (InvalidKeyIdError, ValueError):  # the provider may have changed its keys
            read = jwt.decode(token["id_token"], self._keys(is_fresh=True), algorithms=_ALGORITHMS)
        expected = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client},
            "sub": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        }
        params = {"nonce": nonce, "client_id": self._client, "access_token": token.get("access_token")}
        claims = CodeIDToken(read.claims, read.header, expected, params)
        claims.validate(leeway=_DRIFT_S)
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise ValueError("sub is no text")
        return dict(claims)

    def _open(self, come_back: str) -> OAuth2Client:
        return OAuth2Client(
            self._client,
            self._secret,
            scope=_SCOPE,
            redirect_uri=come_back,
            code_challenge_method="S256",
            timeout=_TIMEOUT_S,
        )

    def _metadata(self) -> Mapping[str, Any]:
        found = self._fetched(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self._issuer:
            raise _refused()
        return found

    def _keys(self, *, is_fresh: bool = False) -> KeySet:
        found = self._fetched(self._metadata()["jwks_uri"], is_fresh=is_fresh)
        return KeySet.import_key_set(found)  # type: ignore[arg-type]

    def _fetched(self, address: str, *, is_fresh: bool = False) -> Mapping[str, Any]:
        with self._lock:
            at, found = self._kept.get(address, (0.0, {}))
        if found and not is_fresh and time.monotonic() - at < _KEPT_S:
            return found
        try:
            answer = httpx.get(address, timeout=_TIMEOUT_S).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise _down() from error
        if not isinstance(answer, dict):
            raise _down()
        with self._lock:
            self._kept[address] = (time.monotonic(), answer)
        return answer


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider that is set; None where people log in with passwords.

    Raises:
        SetupError: the settings cannot be used.
    """
    if not settings.oidc_url:
        return None
    return Provider(settings.oidc_url, settings.oidc_client, settings.oidc_secret, settings.oidc_claim)


def _refused() -> NotAllowedError:
    return NotAllowedError(ERRORS["oidc_refused"], code="oidc_refused")


def _down() -> UpstreamError:
    return UpstreamError(ERRORS["oidc_down"], code="oidc_down")
