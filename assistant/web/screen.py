"""/v1/screen and /v1/screen/batches: listings held against certificates and recalls, one by one or as a file."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import uuid4

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.background import BackgroundTask

from assistant.errors import AssistantError, BadInputError
from assistant.product_safety import Listing, Mall, Verdict
from assistant.safety.batches.store import Batch, BatchStore
from assistant.safety.gather import Gatherer
from assistant.safety.listings.files import FileKind, ListingFile
from assistant.safety.listings.results import csv_pieces, lines_of, packed_as_one, unpacked
from assistant.safety.listings.words import FILE_ERRORS
from assistant.safety.watch.blocked import Blocked
from assistant.screening.policy import policy_json
from assistant.screening.screen import screen
from assistant.screening.wire import listing_from, verdict_json
from assistant.web.body import read_json
from assistant.web.callers import KEY_RESPONSES, KEY_SCHEMES, Callers
from assistant.web.models import ERROR_RESPONSES, ErrorBody
from assistant.web.screen_models import BatchesOut, BatchOut, ListingIn, VerdictOut
from assistant.web.upload import FORM, TYPES, refuse_announced, save_upload

log = logging.getLogger(__name__)

_UPLOAD_KEY = re.compile(r"[0-9A-Za-z._:-]{1,80}")
_ABSENT: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorBody, "description": "`no_batch`: there is none of that id, or it is another mall's."}
}
_LISTING_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": ListingIn.model_json_schema(),
                "example": {
                    "id": "P-1001",
                    "product_name": "보조배터리 20000mAh",
                    "cert_field": "인증번호: XU100000-24001A",
                    "model_name": "PB-20K",
                    "category": "디지털>보조배터리",
                },
            }
        },
    }
}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_UPLOAD_BODY: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Your own id of this upload. Sent again with the same one, it is taken in once.",
            "schema": {"type": "string", "pattern": f"^{_UPLOAD_KEY.pattern}$"},
        }
    ],
    "requestBody": {
        "required": True,
        "description": "CSV, JSON lines or Excel, up to 1 GB and a million rows.",
        "content": {
            **{kind: _BYTES for kind in TYPES},
            FORM: {"schema": {"type": "object", "properties": {"file": _BYTES["schema"]}, "required": ["file"]}},
        },
    },
}
_RESULT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The results so far, in the order of the file's rows; X-Batch-State says whether it is all.",
        "content": {"application/x-ndjson": _BYTES, "text/csv": _BYTES},
    }
}

Format = Annotated[Literal["jsonl", "csv"], Query(description="JSON lines, or CSV for a spreadsheet.")]


async def read_listing(request: Request) -> Listing:
    """Read a listing from a request's body.

    Raises:
        BadInputError: it is not JSON, or not a listing's.
    """
    value = await read_json(request)
    if not isinstance(value, dict):
        raise BadInputError(FILE_ERRORS["listing"])
    return listing_from(value)


def router(gatherer: Gatherer, batches: BatchStore, blocked: Blocked, callers: Callers) -> APIRouter:
    """Return the routes of screening. All are behind a key, and each mall sees its own files only."""
    routes = APIRouter(tags=["screening"], dependencies=KEY_SCHEMES, responses={**ERROR_RESPONSES, **KEY_RESPONSES})
    _add_screen(routes, gatherer, blocked, callers)
    _add_upload(routes, batches, callers)
    _add_batches(routes, batches, callers)
    _add_result(routes, batches, callers)
    return routes


def _add_screen(routes: APIRouter, gatherer: Gatherer, blocked: Blocked, callers: Callers) -> None:
    @routes.post("/v1/screen", response_model=VerdictOut, openapi_extra=_LISTING_BODY)
    def screen_listing(
        mall: Annotated[Mall, Depends(callers)], listing: Annotated[Listing, Depends(read_listing)]
    ) -> JSONResponse:
        """Hold one listing against certificates and recalls."""
        verdict = screen(listing, gatherer.known_now(listing), callers.malls.policy(mall.id))
        # Counted when the answer is out: a mall's page must not wait for another writer of the database.
        return JSONResponse(verdict_json(verdict), background=BackgroundTask(_count, blocked, mall, listing, verdict))


def _count(blocked: Blocked, mall: Mall, listing: Listing, verdict: Verdict) -> None:
    try:
        blocked.record(mall.id, listing, verdict)
    except AssistantError as error:
        log.warning("a screening was not counted: %s", error.code)


def _add_upload(routes: APIRouter, batches: BatchStore, callers: Callers) -> None:
    @routes.post(
        "/v1/screen/batches",
        status_code=202,
        response_model=BatchOut,
        responses={200: {"model": BatchOut, "description": "This upload was taken in before."}},
        openapi_extra=_UPLOAD_BODY,
    )
    async def send_file(request: Request, mall: Annotated[Mall, Depends(callers)]) -> JSONResponse:
        """Take in a file of listings; it is screened in the background."""
        upload_key = _upload_key(request)
        if upload_key and (known := await to_thread.run_sync(batches.by_upload_key, mall.id, upload_key)):
            return _batch_response(known, 200)
        batches.files.refuse_full_disk(refuse_announced(request))
        batch_id = uuid4().hex
        sent = batches.files.sent_path(batch_id)
        size = await save_upload(request, sent)
        try:
            kind = await to_thread.run_sync(_checked_kind, sent)
            policy = policy_json(await to_thread.run_sync(callers.malls.policy, mall.id))
            batch = Batch(batch_id, mall.id, "waiting", kind, size, datetime.now(UTC), policy)
            sent.replace(batches.files.upload_path(batch_id))
            taken = await to_thread.run_sync(batches.add, batch, upload_key)
        except BaseException:
            sent.unlink(missing_ok=True)
            batches.files.drop_upload(batch_id)
            raise
        if taken.id != batch_id:
            batches.files.drop_upload(batch_id)
        return _batch_response(taken, 202 if taken.id == batch_id else 200)


def _upload_key(request: Request) -> str | None:
    given = request.headers.get("idempotency-key")
    if given is not None and not _UPLOAD_KEY.fullmatch(given):
        raise BadInputError(FILE_ERRORS["bad_key"])
    return given


def _checked_kind(path: Any) -> FileKind:
    """Return the kind of a file; whoever sends a text without its columns is told at once."""
    with ListingFile(path) as file:
        if file.kind != "excel":
            next(file.rows(), None)
        return file.kind


def _add_batches(routes: APIRouter, batches: BatchStore, callers: Callers) -> None:
    @routes.get("/v1/screen/batches", response_model=BatchesOut)
    def list_files(
        mall: Annotated[Mall, Depends(callers)], limit: Annotated[int, Query(ge=1, le=100)] = 20
    ) -> JSONResponse:
        """List the mall's files, the newest first."""
        return JSONResponse({"batches": [batch_json(one) for one in batches.listed(mall.id, limit)]})

    @routes.get("/v1/screen/batches/{batch_id}", response_model=BatchOut, responses=_ABSENT)
    def get_file(batch_id: str, mall: Annotated[Mall, Depends(callers)]) -> JSONResponse:
        """Say how far a file is."""
        return JSONResponse(batch_json(batches.get(mall.id, batch_id)))

    @routes.delete("/v1/screen/batches/{batch_id}", response_model=BatchOut, responses=_ABSENT)
    def cancel_file(batch_id: str, mall: Annotated[Mall, Depends(callers)]) -> JSONResponse:
        """Stop a file; the results so far can still be taken away."""
        return JSONResponse(batch_json(batches.cancel(mall.id, batch_id)))


def _add_result(routes: APIRouter, batches: BatchStore, callers: Callers) -> None:
    @routes.get("/v1/screen/batches/{batch_id}/result", response_class=Response, responses={**_RESULT, **_ABSENT})
    def get_result(
        request: Request, batch_id: str, mall: Annotated[Mall, Depends(callers)], format: Format = "jsonl"
    ) -> StreamingResponse:
        """Take the results away, as far as they are."""
        batch = batches.get(mall.id, batch_id)
        batches.files.refuse_lost(batch.id, batch.parts)
        headers = {
            "X-Batch-State": batch.state,
            "Content-Disposition": f'attachment; filename="{batch.id}.{format}"',
            "Vary": "Accept-Encoding",
        }
        if format == "csv":
            pieces: Iterator[bytes] = csv_pieces(lines_of(unpacked(batches.files.result(batch.id, batch.parts))))
            return StreamingResponse(pieces, headers=headers, media_type="text/csv; charset=utf-8")
        if batch.parts and "gzip" in request.headers.get("accept-encoding", ""):
            packed = packed_as_one(batches.files.result(batch.id, batch.parts))
            return StreamingResponse(
                packed, headers={**headers, "Content-Encoding": "gzip"}, media_type="application/x-ndjson"
            )
        return StreamingResponse(
            unpacked(batches.files.result(batch.id, batch.parts)), headers=headers, media_type="application/x-ndjson"
        )


def batch_json(batch: Batch) -> dict[str, Any]:
    """Return a batch as the interface shows it."""
    problem = {"code": batch.problem_code, "message": batch.problem} if batch.problem_code else None
    return {
        "id": batch.id,
        "state": batch.state,
        "kind": batch.kind,
        "size": batch.size,
        "rows_done": batch.rows_done,
        "progress": round(batch.share_done, 4),
        "counts": dict(batch.counts),
        "problem": problem,
        "created_at": _time(batch.created_at),
        "started_at": _time(batch.started_at),
        "finished_at": _time(batch.finished_at),
    }


def _batch_response(batch: Batch, status: int) -> JSONResponse:
    return JSONResponse(batch_json(batch), status, headers={"Location": f"/v1/screen/batches/{batch.id}"})


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
