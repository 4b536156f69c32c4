"""/v1/certificates, /v1/recalls, /v1/policy, /v1/usage: look-ups for malls, and what a mall sets and sees of itself."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse

from assistant.errors import BadInputError, UpstreamError
from assistant.product_safety import Certificate, Freshness, Mall, Recall
from assistant.safety.find.finder import Finder, Found
from assistant.safety.find.number_lookup import Numbered, NumberFound, NumberLookup, not_there
from assistant.safety.mirror.reading import Mirror
from assistant.safety_wording import PRODUCT_ERRORS
from assistant.screening.links import certificate_link, recall_link
from assistant.screening.policy import Policy, policy_from, policy_json
from assistant.screening.states import verdict_of
from assistant.web.body import read_json
from assistant.web.callers import KEY_RESPONSES, KEY_SCHEMES, Callers
from assistant.web.models import ERROR_RESPONSES, ErrorBody
from assistant.web.product_models import (
    CertificatesOut,
    NumberOut,
    PolicyIn,
    PolicyOut,
    RecallPage,
    RecallsOut,
    UsageOut,
)
from assistant.wording import KST

_QUERY_MAX, _NUMBER_MAX, _UID_MAX, _DAYS_MAX = 200, 100, 60, 400
_FOUND_MAX = 100
"""The finder ranks certificates and recalls in one list; those of one kind are picked out of its best."""

_UPSTREAM: dict[int | str, dict[str, Any]] = {
    503: {"model": ErrorBody, "description": "`cannot_look_up`: the data are not all there; `database`."}
}
_ABSENT: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorBody, "description": "`absent`: nothing of that number or id is published."}
}

_NO_NUL = r"^[^\x00]*$"
"""PostgreSQL refuses NUL, and would answer with an error of its own."""

QueryText = Annotated[
    str, Query(min_length=1, max_length=_QUERY_MAX, pattern=_NO_NUL, description="Number, product, model, maker, …")
]
Limit = Annotated[int, Query(ge=1, le=50, description="How many at most.")]

_POLICY_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": PolicyIn.model_json_schema(),
                "example": {"actions": {"expired": "hold"}, "by_category": {"완구": {"not_found": "block"}}},
            }
        },
    }
}


async def read_policy(request: Request) -> Policy:
    """Read a policy from a request's body.

    Raises:
        BadInputError: it is not JSON, or not a policy's.
    """
    return policy_from(await read_json(request))


def router(finder: Finder, mirror: Mirror, callers: Callers) -> APIRouter:
    """Return the routes of look-ups, policy and usage. All are behind a key."""
    routes = APIRouter(dependencies=KEY_SCHEMES, responses={**ERROR_RESPONSES, **KEY_RESPONSES, **_UPSTREAM})
    _add_certificates(routes, finder, mirror, callers)
    _add_recalls(routes, finder, mirror, callers)
    _add_policy(routes, callers)
    _add_usage(routes, callers)
    return routes


def _add_certificates(routes: APIRouter, finder: Finder, mirror: Mirror, callers: Callers) -> None:
    numbers = NumberLookup(mirror)

    @routes.get(
        "/v1/certificates", response_model=CertificatesOut, tags=["certificates"], dependencies=[Depends(callers)]
    )
    def find_certificates(q: QueryText, limit: Limit = 10) -> JSONResponse:
        """Find certificates by anything: a number however it is written, product, model, maker or brand."""
        found = _find(finder, q, "certificate")[:limit]
        results = [
            {**_match(one), "certificate": certificate_json(one.certificate)} for one in found if one.certificate
        ]
        return JSONResponse({"results": results, "freshness": _fresh(mirror, has_results=bool(results))})

    @routes.get(
        "/v1/certificates/{number}",
        response_model=NumberOut,
        responses=_ABSENT,
        tags=["certificates"],
        dependencies=[Depends(callers)],
    )
    def get_number(number: Annotated[str, Path(max_length=_NUMBER_MAX, pattern=_NO_NUL)]) -> JSONResponse:
        """Look one number up: its certificates, the renewed ones, and the recalls that fit."""
        return JSONResponse(_number_json(numbers.find(number)))


def _add_recalls(routes: APIRouter, finder: Finder, mirror: Mirror, callers: Callers) -> None:
    @routes.get("/v1/recalls", response_model=RecallsOut, tags=["recalls"], dependencies=[Depends(callers)])
    def find_recalls(q: QueryText, limit: Limit = 10) -> JSONResponse:
        """Find recalls by anything: number, product, model, maker, brand or barcode."""
        found = _find(finder, q, "recall")[:limit]
        results = [{**_match(one), "recall": recall_json(one.recall)} for one in found if one.recall]
        return JSONResponse({"results": results, "freshness": _fresh(mirror, has_results=bool(results))})

    @routes.get(
        "/v1/recalls/{uid}",
        response_model=RecallPage,
        responses=_ABSENT,
        tags=["recalls"],
        dependencies=[Depends(callers)],
    )
    def get_recall(uid: Annotated[str, Path(max_length=_UID_MAX, pattern=_NO_NUL)]) -> JSONResponse:
        """Give one recall whole."""
        recall = mirror.recall(uid)
        if recall is None:
            raise not_there(mirror.freshness(), "recall_absent")
        page = {"recall": recall_json(recall), "raw": dict(recall.raw), "freshness": _fresh(mirror, has_results=True)}
        return JSONResponse(page)


def _add_policy(routes: APIRouter, callers: Callers) -> None:
    Caller = Annotated[Mall, Depends(callers)]

    @routes.get("/v1/policy", response_model=PolicyOut, tags=["policy"])
    def get_policy(mall: Caller) -> JSONResponse:
        """Give what is done about each verdict."""
        return JSONResponse(policy_json(callers.malls.policy(mall.id)))

    @routes.put("/v1/policy", response_model=PolicyOut, tags=["policy"], openapi_extra=_POLICY_BODY)
    def put_policy(mall: Caller, policy: Annotated[Policy, Depends(read_policy)]) -> JSONResponse:
        """Set what is done about each verdict; verdicts that are left out get the default."""
        callers.malls.set_policy(mall.id, policy)
        return JSONResponse(policy_json(callers.malls.policy(mall.id)))


def _add_usage(routes: APIRouter, callers: Callers) -> None:
    @routes.get("/v1/usage", response_model=UsageOut, tags=["usage"])
    def get_usage(
        mall: Annotated[Mall, Depends(callers)], days: Annotated[int, Query(ge=1, le=_DAYS_MAX)] = 30
    ) -> JSONResponse:
        """Give the mall's usage by key, day and endpoint; the last seconds are not in it yet."""
        since = callers.malls.clock().astimezone(KST).date() - timedelta(days=days - 1)
        lines = [{**asdict(line), "day": line.day.isoformat()} for line in callers.malls.usage(mall.id, since)]
        return JSONResponse({"since": since.isoformat(), "usage": lines})


# ---- what goes out ---------------------------------------------------------------------


def certificate_json(certificate: Certificate) -> dict[str, Any]:
    """Return a certificate as CertificateOut describes it."""
    told = {name: value for name, value in asdict(certificate).items() if name != "cert_uid"}
    state = verdict_of(certificate.cert_state)
    return {**told, "state_kind": state, "link": certificate_link(certificate.cert_num)}


def recall_json(recall: Recall) -> dict[str, Any]:
    """Return a recall as RecallOut describes it."""
    told = {name: value for name, value in asdict(recall).items() if name not in ("raw", "url")}
    return {**told, "link": recall.url or recall_link(recall.uid)}


def freshness_json(freshness: Freshness) -> dict[str, Any]:
    """Return how new the data are, as FreshnessOut describes it."""
    return {
        "data_date": freshness.data_date,
        "synced_at": freshness.synced_at.isoformat() if freshness.synced_at else None,
        "is_demo": freshness.is_demo,
        "is_complete": freshness.is_complete,
    }


def _number_json(found: NumberFound) -> dict[str, Any]:
    return {
        "number": found.number,
        "is_exact": found.is_exact,
        "certificates": [_numbered_json(one) for one in found.certificates],
        "other_numbers": list(found.other_numbers),
        "freshness": freshness_json(found.freshness),
    }


def _numbered_json(numbered: Numbered) -> dict[str, Any]:
    return {
        **certificate_json(numbered.certificate),
        "successors": [certificate_json(one) for one in numbered.successors],
        "recalls": [asdict(one) for one in numbered.recalls],
    }


def _find(finder: Finder, query: str, kind: Literal["certificate", "recall"]) -> list[Found]:
    """Return what fits a query, of one kind.

    Raises:
        BadInputError: there is nothing to look for in it; or it is so common that the best that fit are all of the
            other kind, from which it can't be told that there is none of this one.
    """
    if not query.strip():
        raise BadInputError(PRODUCT_ERRORS["no_query"], code="no_query")
    every = finder.find(query, _FOUND_MAX)
    found = [one for one in every if getattr(one, kind) is not None]
    if not found and len(every) >= _FOUND_MAX:
        raise BadInputError(PRODUCT_ERRORS["too_common"], code="too_common")
    return found


def _match(found: Found) -> dict[str, Any]:
    return {"score": found.score, "by": list(found.by)}


def _fresh(mirror: Mirror, *, has_results: bool) -> dict[str, Any]:
    """Return how new the data are.

    Raises:
        UpstreamError: nothing was found, in a mirror that is empty or not full: that is not the same as nothing there.
    """
    freshness = mirror.freshness()
    if not has_results and not freshness.is_complete:
        raise UpstreamError(PRODUCT_ERRORS["cannot_look_up"], code="cannot_look_up")
    return freshness_json(freshness)
