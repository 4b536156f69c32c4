"""/v1/listings: the listings that a mall has watched."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from assistant.errors import BadInputError, TooLargeError
from assistant.product_safety import Action, Listing, Mall
from assistant.safety.watch.listings import AT_ONCE, Registered, Watch, Watched
from assistant.safety.watch.tables import LISTING_ID_MAX
from assistant.safety.watch.words import WATCH_ERRORS
from assistant.screening.wire import listing_from
from assistant.web.body import parse_json, read_json
from assistant.web.callers import KEY_RESPONSES, KEY_SCHEMES, Callers
from assistant.web.models import ERROR_RESPONSES, ErrorBody
from assistant.web.screen_models import ListingIn
from assistant.web.watch_models import CURSOR_MAX, ListingsIn, ListingsOut, RegisteredOut, WatchedOut, WatchedPage, body
from assistant.wording import WEB_ERRORS

BULK_BYTES = 4 * 1024 * 1024
"""A thousand listings of 4 KB each; those of a real mall have a tenth of that."""

_ABSENT: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorBody, "description": "`no_listing`: the mall has registered none of that id."}
}
_BUSY: dict[int | str, dict[str, Any]] = {
    409: {"model": ErrorBody, "description": "Another request changes the same listing; send it again."}
}
_EXAMPLE = {
    "id": "P-1001",
    "product_name": "보조배터리 20000mAh",
    "cert_field": "XU100000-24001A",
    "model_name": "PB-20K",
}

ListingId = Annotated[str, Path(min_length=1, max_length=LISTING_ID_MAX, pattern=r"^[^\x00]*$")]


async def read_listings(request: Request) -> list[Listing]:
    """Read up to AT_ONCE listings from a request's body.

    Raises:
        BadInputError: it is not JSON, not `{"listings": […]}`, or one of them is none; the sentence says which.
        TooLargeError: it is longer than BULK_BYTES.
    """
    value = parse_json(await _limited(request))
    rows = value.get("listings") if isinstance(value, dict) else None
    if not isinstance(rows, list) or len(value) != 1:
        raise BadInputError(WATCH_ERRORS["bad_listings"])
    if len(rows) > AT_ONCE:
        raise BadInputError(WATCH_ERRORS["too_many_listings"].format(most=AT_ONCE), code="too_many_listings")
    return [_listing(place, row) for place, row in enumerate(rows, 1)]


async def read_listing(request: Request) -> Listing:
    """Read one listing; its id is the address's, and may be left out of the body.

    Raises:
        BadInputError: it is not JSON, not a listing's, or has another id.
    """
    value = await read_json(request)
    listing_id = request.path_params["listing_id"].strip()
    if not isinstance(value, dict):
        raise BadInputError(WATCH_ERRORS["bad_listings"])
    listing = listing_from(value)
    if listing.id not in ("", listing_id):
        raise BadInputError(WATCH_ERRORS["other_id"])
    return Listing(**{**asdict(listing), "id": listing_id})


def router(watch: Watch, callers: Callers) -> APIRouter:
    """Return the routes of watched listings. All are behind a key, and each mall sees its own only."""
    routes = APIRouter(tags=["watch"], dependencies=KEY_SCHEMES, responses={**ERROR_RESPONSES, **KEY_RESPONSES})
    _add_writing(routes, watch, callers)
    _add_reading(routes, watch, callers)
    return routes


def _add_writing(routes: APIRouter, watch: Watch, callers: Callers) -> None:
    Caller = Annotated[Mall, Depends(callers)]

    @routes.put(
        "/v1/listings",
        response_model=ListingsOut,
        responses=_BUSY,
        openapi_extra=body(ListingsIn, {"listings": [_EXAMPLE]}),
    )
    def put_listings(mall: Caller, listings: Annotated[list[Listing], Depends(read_listings)]) -> JSONResponse:
        """Have up to 1,000 listings watched, all of them or none. Sent again unchanged, they stay as they are."""
        return JSONResponse(listings_json(watch.register(mall.id, listings)))

    @routes.put(
        "/v1/listings/{listing_id:path}",
        response_model=RegisteredOut,
        responses=_BUSY,
        openapi_extra=body(ListingIn, _EXAMPLE),
    )
    def put_listing(
        listing_id: ListingId, mall: Caller, listing: Annotated[Listing, Depends(read_listing)]
    ) -> JSONResponse:
        """Have one listing watched, or change what is watched of it."""
        return JSONResponse(registered_json(watch.register(mall.id, [listing])[0]))

    @routes.delete("/v1/listings/{listing_id:path}", status_code=204, responses=_ABSENT)
    def remove_listing(listing_id: ListingId, mall: Caller) -> Response:
        """Stop watching a listing."""
        watch.remove(mall.id, listing_id.strip())
        return Response(status_code=204)


def _add_reading(routes: APIRouter, watch: Watch, callers: Callers) -> None:
    Caller = Annotated[Mall, Depends(callers)]

    @routes.get("/v1/listings", response_model=WatchedPage)
    def list_listings(
        mall: Caller,
        after: Annotated[int, Query(ge=0, le=CURSOR_MAX, description="`next` of the page before.")] = 0,
        limit: Annotated[int, Query(ge=1, le=AT_ONCE)] = 100,
        action: Annotated[Action | None, Query(description="Only those that the policy lets fare so.")] = None,
    ) -> JSONResponse:
        """List what is watched, with the last verdicts."""
        found = watch.listed(mall.id, after, limit, action)
        is_whole = len(found) < limit
        return JSONResponse(
            {"listings": [watched_json(one) for one in found], "next": None if is_whole else found[-1].cursor}
        )

    @routes.get("/v1/listings/{listing_id:path}", response_model=WatchedOut, responses=_ABSENT)
    def get_listing(listing_id: ListingId, mall: Caller) -> JSONResponse:
        """Give one listing with its last verdict."""
        return JSONResponse(watched_json(watch.get(mall.id, listing_id.strip())))


def listings_json(done: Sequence[Registered]) -> dict[str, Any]:
    """Return what came of several listings, as ListingsOut describes it."""
    results = [one.result for one in done]
    counts = {result: results.count(result) for result in ("registered", "updated", "unchanged")}
    return {**counts, "listings": [registered_json(one) for one in done]}


def registered_json(one: Registered) -> dict[str, Any]:
    """Return what came of one listing, as RegisteredOut describes it."""
    return {"id": one.listing_id, "result": one.result, "verdict": one.verdict}


def watched_json(one: Watched) -> dict[str, Any]:
    """Return a watched listing, as WatchedOut describes it."""
    return {
        "id": one.listing.id,
        "listing": asdict(one.listing),
        "verdict": one.verdict,
        "since": one.since.isoformat(),
        "checked_at": one.checked_at.isoformat(),
    }


async def _limited(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise BadInputError(WEB_ERRORS["content_type"])
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BULK_BYTES:
            raise TooLargeError(WATCH_ERRORS["too_large"].format(most=BULK_BYTES // 2**20))
    return bytes(body)


def _listing(place: int, row: Any) -> Listing:
    if not isinstance(row, dict):
        raise BadInputError(WATCH_ERRORS["bad_listings"])
    try:
        return listing_from(row)
    except BadInputError as error:
        raise BadInputError(
            WATCH_ERRORS["bad_listing"].format(place=place, why=error.message), code=error.code
        ) from None
