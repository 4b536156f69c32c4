from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.testclient import TestClient
from httpx import Response

from assistant.errors import NotAllowedError
from assistant.product_safety import Mall
from assistant.safety.malls.keys import MallKey, NewKey, Terms
from assistant.safety.malls.quota import Quota
from assistant.safety.malls.store import MallStore, UsageLine
from assistant.web.callers import KEY_RESPONSES, KEY_SCHEMES, Callers
from assistant.web.errors import ErrorWriter, handle_errors
from assistant.web.metrics import Metrics

HERE, ELSEWHERE = "203.0.113.9", "198.51.100.4"
TODAY = date(2026, 11, 22)


@pytest.fixture
def quota(malls: MallStore) -> Quota:
    return Quota(malls)


@pytest.fixture
def app(malls: MallStore, quota: Quota) -> FastAPI:
    """A small application with one door of each kind."""
    app = FastAPI()
    handle_errors(app, ErrorWriter(Metrics(dict)))
    callers = Callers(malls, quota)
    routes = APIRouter(dependencies=KEY_SCHEMES, responses=KEY_RESPONSES)

    @routes.get("/v1/who/{thing}")
    def who(thing: str, mall: Annotated[Mall, Depends(callers)]) -> dict[str, str]:
        return {"id": mall.id, "name": mall.name}

    @routes.get("/openapi/api/who")
    def old(request: Request) -> dict[str, str]:
        try:
            callers.authorise(request)
        except NotAllowedError as error:
            return {"code": error.code}
        return {"code": "ok"}

    app.include_router(routes)
    return app


@pytest.fixture
def call(app: FastAPI) -> Callable[..., Response]:
    """Call with these headers, from an address."""

    def send(headers: dict[str, str] | None = None, host: str = HERE, path: str = "/v1/who/me") -> Response:
        return TestClient(app, client=(host, 50_000)).get(path, headers=headers)

    return send


@pytest.fixture
def made(malls: MallStore, mall: Mall) -> NewKey:
    return malls.create_key(mall.id, Terms(daily_quota=1_000, rate=1_000))


def of(made: NewKey) -> dict[str, str]:
    return {"AuthKey": made.secret}


def refused(response: Response, status: int, code: str) -> None:
    """Check the whole of a refusal."""
    assert response.status_code == status
    assert set(response.json()) == {"code", "message"}
    assert response.json()["code"] == code
    assert response.json()["message"].endswith("요.")


@pytest.mark.parametrize(
    "headers",
    [
        lambda secret: {"AuthKey": secret},
        lambda secret: {"authkey": f" {secret} "},
        lambda secret: {"Authorization": f"Bearer {secret}"},
        lambda secret: {"Authorization": f"bearer  {secret}"},
        lambda secret: {"AuthKey": secret, "Authorization": "Basic bm9uZTpub25l"},
    ],
    ids=["AuthKey", "any case", "Bearer", "bearer", "another scheme beside it"],
)
def test_a_key_is_taken_from_either_header(call: Any, made: NewKey, headers: Any) -> None:
    response = call(headers(made.secret))

    assert response.status_code == 200
    assert response.json() == {"id": made.key.mall.id, "name": "가온몰"}


@pytest.mark.parametrize(
    "headers",
    [{}, {"AuthKey": ""}, {"AuthKey": "  "}, {"Authorization": "Bearer"}, {"Authorization": "Basic bm9uZTpub25l"}],
    ids=["none", "empty", "blank", "no token", "another scheme"],
)
def test_without_a_key_nothing_is_answered(call: Any, headers: dict[str, str]) -> None:
    response = call(headers)

    refused(response, 401, "no_key")
    assert response.headers["www-authenticate"] == "Bearer"


def test_a_key_in_the_address_is_no_key(call: Any, made: NewKey) -> None:
    refused(call(path=f"/v1/who/me?AuthKey={made.secret}"), 401, "no_key")


def test_a_wrong_key_tells_nothing(call: Any, made: NewKey) -> None:
    last = "0" if made.secret[-1] != "0" else "1"
    wrong = [made.secret[:-1] + last, made.key.id, "x", "é" * 80, made.secret.upper(), "oc_" + "0" * 77, "'; --"]
    answers = [call({"AuthKey": key.encode("utf-8")}) for key in wrong]

    for answer in answers:
        refused(answer, 401, "bad_key")
    assert len({answer.text for answer in answers}) == 1


def test_a_revoked_key_is_refused_at_once(call: Any, malls: MallStore, made: NewKey) -> None:
    assert call(of(made)).status_code == 200

    malls.revoke(made.key.id)

    refused(call(of(made)), 403, "key_revoked")


def test_an_expired_key_is_refused(call: Any, malls: MallStore, mall: Mall, clock: Any) -> None:
    made = malls.create_key(mall.id, Terms(lifetime=timedelta(days=30)))
    assert call(of(made)).status_code == 200

    clock.forward(days=30)

    refused(call(of(made)), 403, "key_expired")


def test_both_keys_of_a_rotation_work_until_the_grace_ends(
    call: Any, malls: MallStore, made: NewKey, clock: Any
) -> None:
    new = malls.rotate(made.key.id, timedelta(hours=1))
    assert [call(of(made)).status_code, call(of(new)).status_code] == [200, 200]

    clock.forward(hours=1)

    refused(call(of(made)), 403, "key_expired")
    assert call(of(new)).status_code == 200


def test_a_key_is_refused_from_another_address(call: Any, malls: MallStore, made: NewKey) -> None:
    malls.allow(made.key.id, ["203.0.113.0/24"])

    assert call(of(made), HERE).status_code == 200
    refused(call(of(made), ELSEWHERE), 403, "bad_ip")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "Host"])
def test_an_address_that_is_only_claimed_is_not_believed(
    call: Any, malls: MallStore, made: NewKey, header: str
) -> None:
    malls.allow(made.key.id, [HERE])
    claimed = f"for={HERE}" if header == "Forwarded" else HERE

    refused(call({**of(made), header: claimed}, ELSEWHERE), 403, "bad_ip")


def test_a_day_that_is_used_up_says_when_to_come_back(call: Any, malls: MallStore, made: NewKey) -> None:
    malls.set_quota(made.key.id, daily_quota=2)
    assert [call(of(made)).status_code for _ in range(2)] == [200, 200]

    response = call(of(made))

    refused(response, 429, "quota_used")
    assert response.headers["retry-after"] == str(12 * 3600 + 1)


def test_too_many_in_a_second_are_told_to_wait(call: Any, malls: MallStore, made: NewKey) -> None:
    malls.set_quota(made.key.id, rate=1)

    response = next(one for one in (call(of(made)) for _ in range(100)) if one.status_code != 200)

    refused(response, 429, "rate_limited")
    assert response.headers["retry-after"] == "1"


def test_a_key_opens_no_other_mall(call: Any, malls: MallStore, made: NewKey) -> None:
    other = malls.create_key(malls.create_mall("나래몰").id)

    assert call(of(made)).json()["name"] == "가온몰"
    assert call(of(other)).json()["name"] == "나래몰"


def test_usage_is_counted_by_route_and_not_by_what_was_asked(
    call: Any, malls: MallStore, quota: Quota, made: NewKey
) -> None:
    for thing in ("a", "b"):
        call(of(made), path=f"/v1/who/{thing}")
    malls.allow(made.key.id, [ELSEWHERE])
    call(of(made))
    quota.stop()

    place = (made.key.id, TODAY, "GET /v1/who/{thing}")
    assert malls.usage(made.key.mall.id, TODAY) == [UsageLine(*place, granted=2, refused=1)]


def test_an_unknown_key_is_not_counted(call: Any, quota: Quota, malls: MallStore, made: NewKey) -> None:
    call({"AuthKey": made.secret[:-1] + "x"})
    quota.stop()

    assert malls.usage(made.key.mall.id, TODAY) == []


@pytest.mark.parametrize(
    ("change", "host", "code"),
    [
        (lambda malls, key: None, HERE, "ok"),
        (lambda malls, key: malls.revoke(key.id), HERE, "bad_key"),
        (lambda malls, key: malls.rotate(key.id, timedelta(0)), HERE, "bad_key"),
        (lambda malls, key: malls.allow(key.id, [HERE]), ELSEWHERE, "bad_ip"),
        (lambda malls, key: malls.set_quota(key.id, daily_quota=1), HERE, "quota"),
    ],
    ids=["live", "revoked", "expired", "other address", "quota"],
)
def test_the_old_interface_knows_three_refusals(
    call: Any, malls: MallStore, made: NewKey, change: Callable[[MallStore, MallKey], Any], host: str, code: str
) -> None:
    change(malls, made.key)
    if code == "quota":
        call(of(made))

    assert call(of(made), host, "/openapi/api/who").json() == {"code": code}


@pytest.mark.parametrize("headers", [{}, {"AuthKey": "x"}], ids=["no key", "wrong key"])
def test_the_old_interface_refuses_strangers(call: Any, headers: dict[str, str]) -> None:
    assert call(headers, path="/openapi/api/who").json() == {"code": "bad_key"}


def test_the_document_describes_the_key_and_its_refusals(app: FastAPI) -> None:
    document = TestClient(app).get("/openapi.json").json()
    operation = document["paths"]["/v1/who/{thing}"]["get"]

    assert operation["security"] == [{"APIKeyHeader": []}, {"HTTPBearer": []}]
    assert {"401", "403", "429"} <= set(operation["responses"])
