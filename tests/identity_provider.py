"""A small OpenID Connect provider: discovery, code flow with PKCE, signed tokens, keys. Spoken to over real HTTP.

`user` is who is logged in at it; `twist` changes a token's claims before it is signed.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "desk", "hush"


def new_key(kid: str | None = None) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid or secrets.token_hex(4), "use": "sig", "alg": "RS256"})


@dataclass
class IdentityProvider:
    issuer: str = ""
    user: dict[str, Any] = field(
        default_factory=lambda: {"sub": "7f3a", "email": "lee@corp.example", "email_verified": True}
    )
    key: RSAKey = field(default_factory=new_key)
    twist: Callable[[dict[str, Any]], None] = lambda _: None
    sign_with: RSAKey | None = None
    is_down: bool = False
    grants: dict[str, dict[str, str]] = field(default_factory=dict)

    def token_for(self, grant: dict[str, str]) -> dict[str, Any]:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": grant["nonce"], **self.user}
        self.twist(claims)
        key = self.sign_with or self.key
        signed = jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
        return {"access_token": secrets.token_hex(8), "token_type": "Bearer", "expires_in": 300, "id_token": signed}


def application(provider: IdentityProvider) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def discover() -> Response:
        if provider.is_down:
            return Response(status_code=503)
        at = provider.issuer
        ends = {"authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token", "jwks_uri": f"{at}/keys"}
        return JSONResponse({"issuer": at, "response_types_supported": ["code"], **ends})

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [provider.key.as_dict(private=False)]}

    @app.get("/authorize")
    def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        provider.grants[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 303)

    @app.post("/token")
    def token(
        request: Request,
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
    ) -> Response:
        grant = provider.grants.pop(code, None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_client"}, 401)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).decode().rstrip("=")
        if grant is None or grant["redirect_uri"] != redirect_uri or grant["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(provider.token_for(grant))

    return app
