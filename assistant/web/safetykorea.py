"""SafetyKorea's five endpoints over the mirror: same paths, fields and codes; a client changes its base URL, no more.

Every answer is HTTP 200 with a resultCode, as there; one code is added, for a quota that is used up (HTTP 429, 4029).
What a mirror that is not complete lacks is answered with 5000, never with 2004: it is not known to be absent.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from xml.etree import ElementTree

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from assistant.errors import BadInputError, NotAllowedError, RateLimitedError, UpstreamError
from assistant.product_safety import Certificate, Freshness, Recall
from assistant.safety.published import contract
from assistant.safety.published.contract import Endpoint
from assistant.safety.published.records import certificate_record, recall_record, storable_text
from assistant.safety_wording import SYNC_ERRORS
from assistant.screening.numbers import bare_key, number_key

PREFIX = "/openapi/api"
USED_UP = "4029"
"""OneCall's own code; the interface itself has no quota."""

_VALUE_MAX = 200
_MESSAGES = contract.MESSAGES | {USED_UP: "Quota Exceeded"}
_REFUSALS = {"bad_key": contract.BAD_KEY, "bad_ip": contract.BAD_IP, "quota": USED_UP}
_FIELDS = {
    "all": "all",
    "certNum": "cert_num",
    "productName": "product_name",
    "modelName": "model_name",
    "certDate": "cert_date",
    "signDate": "sign_date",
    "barcodeNum": "barcode",
    "recallProductName": "product_name",
    "recallBrandName": "brand_name",
    "recallModelName": "model_name",
    "publishDate": "published",
    "fRecallUid": "uid",
}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Published(Protocol):
    """What is answered from; see Mirror."""

    def certificates(self, bare_keys: Sequence[str]) -> Mapping[str, tuple[Certificate, ...]]: ...
    def certificate(self, cert_num: str) -> Certificate | None: ...
    def recall(self, uid: str) -> Recall | None: ...
    def certificates_where(self, field: str, prefix: str, limit: int) -> list[Certificate]: ...
    def recalls_where(self, field: str, prefix: str, limit: int, *, is_foreign: bool) -> list[Recall]: ...
    def freshness(self) -> Freshness: ...


@dataclass(frozen=True, slots=True)
class _Answer:
    """`data` is a list, a record, or None where there is nothing."""

    code: str
    data: list[dict[str, Any]] | dict[str, Any] | None = None
    headers: Mapping[str, str] | None = None
    status: int = 200
    note: str = ""


def router(mirror: Published, authorise: Callable[[Request], object], *, cap: int = contract.CAP) -> APIRouter:
    """Return the five endpoints, as JSON and XML.

    They are not in OneCall's own OpenAPI document: SafetyKorea's specification describes them.

    Args:
        authorise: raises NotAllowedError with code `bad_key`, `bad_ip` or `quota`; any other counts as a bad key.
        cap: rows that a list gives at most.
    """
    made = APIRouter(prefix=PREFIX, include_in_schema=False)
    look_up = _LookUp(mirror, cap)
    for endpoint in contract.ENDPOINTS:
        for extension, write in (("json", _json), ("xml", _xml)):
            route = _route(endpoint, look_up, authorise, write)
            made.add_api_route(f"/{endpoint.path}.{extension}", route, methods=["GET"], name=endpoint.path)
    return made


def _route(
    endpoint: Endpoint,
    look_up: "_LookUp",
    authorise: Callable[[Request], object],
    write: Callable[[Endpoint, _Answer], Response],
) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        try:
            authorise(request)
        except NotAllowedError as error:
            return write(endpoint, _refused(error))
        try:
            found = look_up(endpoint, request.query_params)
        except BadInputError:
            found = _Answer(contract.BAD_PARAMETER)
        except UpstreamError:
            found = _Answer(contract.SERVER_ERROR)
        return write(endpoint, found)

    return answer


def _refused(error: NotAllowedError) -> _Answer:
    code = _REFUSALS.get(error.code, contract.BAD_KEY)
    if code != USED_UP:
        return _Answer(code)
    cause = error.__cause__
    wait = cause.retry_after if isinstance(cause, RateLimitedError) else 1
    return _Answer(code, headers={"Retry-After": str(wait)}, status=429)


class _LookUp:
    """Finds what an endpoint was asked for."""

    def __init__(self, mirror: Published, cap: int) -> None:
        self._mirror = mirror
        self._cap = cap

    def __call__(self, endpoint: Endpoint, asked: Mapping[str, str]) -> _Answer:
        """Return the answer.

        Raises:
            BadInputError: a parameter lacks, is empty, or is none of the endpoint's.
            UpstreamError: the mirror is out of reach, or not complete and lacks what was asked for.
        """
        data = self._rows(endpoint, asked) if endpoint.keys else self._record(endpoint, asked)
        freshness = self._mirror.freshness()
        if not data and not freshness.is_complete:
            raise UpstreamError(SYNC_ERRORS["not_complete"])
        headers = {"X-OneCall-Data-Date": freshness.data_date}
        if not freshness.is_demo:
            return _Answer(contract.SUCCESS if data else contract.NO_DATA, data, headers)
        headers[contract.DEMO_HEADER] = "1"
        return _Answer(contract.SUCCESS if data else contract.NO_DATA, data, headers, note=" (demo: made-up data)")

    def _rows(self, endpoint: Endpoint, asked: Mapping[str, str]) -> list[dict[str, Any]]:
        key, prefix = asked.get("conditionKey", ""), _value(asked, "conditionValue")
        if key not in endpoint.keys:
            raise BadInputError(SYNC_ERRORS["safety_parameter"])
        field = _FIELDS[key]
        if endpoint is contract.CERTIFICATES:
            return [certificate_record(one) for one in self._mirror.certificates_where(field, prefix, self._cap)]
        is_foreign = endpoint is contract.FOREIGN_RECALLS
        rows = self._mirror.recalls_where(field, prefix, self._cap, is_foreign=is_foreign)
        return [recall_record(one) for one in rows]

    def _record(self, endpoint: Endpoint, asked: Mapping[str, str]) -> dict[str, Any] | None:
        value = _value(asked, endpoint.identifier)
        if endpoint is contract.RECALL:
            recall = self._mirror.recall(f"D{value}")
            return recall_record(recall) if recall else None
        certificate = self._mirror.certificate(value)
        if certificate is None:
            return None
        return certificate_record(certificate, self._similar(certificate), is_detail=True)

    def _similar(self, certificate: Certificate) -> dict[str, Certificate]:
        """Return the certificates that one names as similar, by number, as far as they are known."""
        numbers = certificate.similar_certifications
        found = self._mirror.certificates([bare_key(number) for number in numbers]) if numbers else {}
        by_key = {number_key(one.cert_num): one for several in found.values() for one in several}
        return {number: by_key[number_key(number)] for number in numbers if number_key(number) in by_key}


def _value(asked: Mapping[str, str], name: str) -> str:
    value = asked.get(name, "").strip()
    if not value or len(value) > _VALUE_MAX or value != storable_text(value):
        raise BadInputError(SYNC_ERRORS["safety_parameter"])
    return value


# ---- writing --------------------------------------------------------------------------


def _json(endpoint: Endpoint, answer: _Answer) -> Response:
    data = answer.data if answer.data or not endpoint.keys else []
    body = {"resultCode": answer.code, "resultMsg": _MESSAGES[answer.code] + answer.note, "resultData": data}
    return JSONResponse(body, answer.status, headers=answer.headers)


def _xml(_endpoint: Endpoint, answer: _Answer) -> Response:
    root = ElementTree.Element("response")
    _grow(root, "resultCode", answer.code)
    _grow(root, "resultMsg", _MESSAGES[answer.code] + answer.note)
    _grow(root, "resultData", answer.data)
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, answer.status, headers=dict(answer.headers or {}), media_type="application/xml")


def _grow(parent: ElementTree.Element, name: str, value: Any) -> None:
    """Add a value: a record by its names, each of several as <item>, null as an empty element."""
    element = ElementTree.SubElement(parent, name)
    if isinstance(value, Mapping):
        for inner, one in value.items():
            _grow(element, inner, one)
    elif isinstance(value, list):
        for one in value:
            _grow(element, "item", one)
    elif value is not None:
        element.text = _NOT_IN_XML.sub("", str(value))
