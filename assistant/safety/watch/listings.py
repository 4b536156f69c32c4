"""Watching: a mall's listings, registered once and screened again whenever something that concerns them changes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from assistant.errors import BadInputError, ConflictError, NotFoundError
from assistant.product_safety import Action, Known, Listing, Verdict
from assistant.safety.watch import blocked
from assistant.safety.watch.events import NewEvent, append, hold_malls
from assistant.safety.watch.tables import LISTING_ID_MAX, ListingRow, ProgressRow, WatchedKeyRow, WatchMallRow
from assistant.safety.watch.watched import facts_of, payload_of, policy_digest, watched_keys
from assistant.safety.watch.words import WATCH_ERRORS
from assistant.screening.policy import Policy
from assistant.screening.screen import screen
from assistant.screening.wire import verdict_json
from assistant.store.database import reading, refuse_unstorable, transaction
from assistant.store.tables import utc_now

AT_ONCE = 1_000
"""Listings that are registered in one request."""
OVERDUE = -1
"""The generation of a listing that has to be screened again for its own sake."""
_LOOKED_UP = 500

Result = Literal["registered", "updated", "unchanged"]


Gather = Callable[[Sequence[Listing]], list[Known]]
"""Looks up what is known of each listing, in their order, as gather.Gatherer.gathered does.

It raises UpstreamError rather than say nothing is known, and asks anew how fresh the mirror is: a listing that is
screened against yesterday's idea of the mirror would keep that verdict until something else about it changes.
"""


@dataclass(frozen=True, slots=True)
class Registered:
    """What came of one listing that was sent; `verdict` in the form of wire.verdict_json."""

    listing_id: str
    result: Result
    verdict: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Watched:
    """A listing under watch.

    Attributes:
        verdict: the last one, in the form of wire.verdict_json.
        since: when it last changed.
        checked_at: when the listing was last screened; nothing that concerns it has changed since.
        cursor: its place in the mall's list.
    """

    listing: Listing
    verdict: Mapping[str, Any]
    since: datetime
    checked_at: datetime
    cursor: int


class Watch:
    """A mall's listings: registering, removing, reading.

    Args:
        engine: the database of the product-safety side.
        gather: looks up what is known about listings.
        policy_of: what a mall does about each verdict.
        clock: what time it is, in UTC.
    """

    def __init__(
        self,
        engine: Engine,
        gather: Gather,
        policy_of: Callable[[str], Policy],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._engine = engine
        self._gather = gather
        self._policy_of = policy_of
        self._clock = clock

    def register(self, mall_id: str, listings: Sequence[Listing]) -> list[Registered]:
        """Put listings under watch, all of them or none; one that is there as it is stays untouched.

        Returns:
            What came of each, in the order of the listings.

        Raises:
            BadInputError: there are more than AT_ONCE, one has no id or one that cannot be stored, or two share one.
            ConflictError: one of them was changed by another request at this very moment.
            UpstreamError: the mirror does not answer; nothing was registered.
        """
        _check(listings)
        with reading(self._engine) as session:
            before = _progress(session)
            stored = _rows(session, mall_id, [one.id for one in listings])
            new = [one for one in listings if one.id not in stored or stored[one.id].listing != asdict(one)]
        policy = self._policy_of(mall_id)
        screened = {listing.id: verdict for listing, verdict in zip(new, self._screen(new, policy), strict=True)}
        with writing(self._engine, [mall_id]) as (session, progress):
            # A change of the mirror that was followed while we screened has not seen these listings.
            is_overtaken = (progress.position, progress.basis) != (before.position, before.basis)
            generation = OVERDUE if is_overtaken else before.generation
            writer = _Writer(session, mall_id, self._clock(), generation)
            done = writer.write(listings, screened)
            append(session, mall_id, writer.events, self._clock())
            blocked.add(session, mall_id, writer.counted, self._clock())
            _note_first_policy(session, mall_id, policy)
        return done

    def remove(self, mall_id: str, listing_id: str) -> None:
        """Stop watching a listing.

        Raises:
            NotFoundError: the mall has none of that id.
        """
        with writing(self._engine, [mall_id]) as (session, _):
            row = _row(session, mall_id, listing_id)
            payload = payload_of(listing_id, row.facts, row.verdict)
            session.execute(delete(ListingRow).where(ListingRow.id == row.id))
            append(session, mall_id, [NewEvent("listing_removed", payload)], self._clock())

    def get(self, mall_id: str, listing_id: str) -> Watched:
        """Return a listing with its last verdict.

        Raises:
            NotFoundError: the mall has none of that id.
        """
        with reading(self._engine) as session:
            return _watched(_row(session, mall_id, listing_id))

    def listed(self, mall_id: str, after: int, limit: int, action: Action | None = None) -> list[Watched]:
        """Return a mall's listings behind a cursor, those registered first in front; all, or those of one action."""
        query = select(ListingRow).where(ListingRow.mall_id == mall_id, ListingRow.id > after)
        if action is not None:
            query = query.where(ListingRow.action == action)
        with reading(self._engine) as session:
            return [_watched(row) for row in session.scalars(query.order_by(ListingRow.id).limit(limit))]

    def _screen(self, listings: Sequence[Listing], policy: Policy) -> list[Verdict]:
        known = self._gather(listings) if listings else []
        return [screen(one, of, policy) for one, of in zip(listings, known, strict=True)]


class _Writer:
    """Writes screened listings of one mall within a transaction that holds the mall; collects what to tell."""

    def __init__(self, session: Session, mall_id: str, now: datetime, generation: int) -> None:
        self._session = session
        self._mall_id = mall_id
        self._now = now
        self._generation = generation
        self._rekeyed: list[tuple[ListingRow, Listing]] = []
        self.events: list[NewEvent] = []
        self.counted: list[tuple[Listing, Verdict]] = []

    def write(self, listings: Sequence[Listing], screened: Mapping[str, Verdict]) -> list[Registered]:
        stored = _rows(self._session, self._mall_id, [one.id for one in listings])
        done = [self._write(one, stored.get(one.id), screened.get(one.id)) for one in listings]
        self._session.flush()
        self._write_keys()
        return done

    def _write(self, listing: Listing, row: ListingRow | None, fresh: Verdict | None) -> Registered:
        if row is not None and row.listing == asdict(listing):
            return Registered(listing.id, "unchanged", row.verdict)
        if fresh is None:
            raise ConflictError(WATCH_ERRORS["busy"])
        verdict = verdict_json(fresh)
        result: Result = "registered" if row is None else "updated"
        payload = payload_of(listing.id, row.facts if row else None, verdict)
        self.events.append(NewEvent(f"listing_{result}", payload))
        self.counted.append((listing, fresh))
        row = row or self._new_row(listing)
        row.listing, row.facts, row.verdict = asdict(listing), facts_of(fresh), verdict
        row.action, row.since, row.checked_at = fresh.action, self._now, self._now
        row.generation = self._generation
        row.version, row.leased_until = row.version + 1, None
        self._rekeyed.append((row, listing))
        return Registered(listing.id, result, verdict)

    def _new_row(self, listing: Listing) -> ListingRow:
        row = ListingRow(mall_id=self._mall_id, listing_id=listing.id, version=0, created_at=self._now)
        self._session.add(row)
        return row

    def _write_keys(self) -> None:
        ids = [row.id for row, _ in self._rekeyed]
        for start in range(0, len(ids), _LOOKED_UP):
            some = WatchedKeyRow.listing.in_(ids[start : start + _LOOKED_UP])
            self._session.execute(delete(WatchedKeyRow).where(some))
        keys = [{"key": key, "listing": row.id} for row, listing in self._rekeyed for key in watched_keys(listing)]
        if keys:
            self._session.execute(insert(WatchedKeyRow), keys)


@contextmanager
def writing(engine: Engine, mall_ids: Sequence[str]) -> Iterator[tuple[Session, ProgressRow]]:
    """Open a transaction that changes listings of these malls; give it, and how far the mirror was followed.

    Whoever follows the mirror's changes waits until it ends, and the other way round, so that no change passes
    between a listing's screening and its being written.
    """
    with transaction(engine) as session:
        progress = session.scalars(select(ProgressRow).with_for_update(read=True)).one()
        hold_malls(session, mall_ids)
        yield session, progress


def _note_first_policy(session: Session, mall_id: str, policy: Policy) -> None:
    """Note with what policy a mall's first listings were screened; from then on the sweep sees when it is another."""
    row = update(WatchMallRow).where(WatchMallRow.mall_id == mall_id, WatchMallRow.policy == "")
    session.execute(row.values(policy=policy_digest(policy)))


def _check(listings: Sequence[Listing]) -> None:
    if len(listings) > AT_ONCE:
        raise BadInputError(WATCH_ERRORS["too_many_listings"].format(most=AT_ONCE), code="too_many_listings")
    if not all(one.id.strip() for one in listings):
        raise BadInputError(WATCH_ERRORS["no_id"])
    if len({one.id for one in listings}) < len(listings):
        raise BadInputError(WATCH_ERRORS["same_id"])
    for one in listings:
        refuse_unstorable("id", one.id, LISTING_ID_MAX)
        refuse_unstorable("listing", "".join(asdict(one).values()))


def _progress(session: Session) -> ProgressRow:
    return session.scalars(select(ProgressRow)).one()


def _rows(session: Session, mall_id: str, ids: Sequence[str]) -> dict[str, ListingRow]:
    found: dict[str, ListingRow] = {}
    for start in range(0, len(ids), _LOOKED_UP):
        mine = select(ListingRow).where(ListingRow.mall_id == mall_id)
        some = session.scalars(mine.where(ListingRow.listing_id.in_(ids[start : start + _LOOKED_UP])))
        found |= {row.listing_id: row for row in some}
    return found


def _row(session: Session, mall_id: str, listing_id: str) -> ListingRow:
    row = _rows(session, mall_id, [listing_id]).get(listing_id)
    if row is None:
        raise NotFoundError(WATCH_ERRORS["no_listing"], code="no_listing")
    return row


def _watched(row: ListingRow) -> Watched:
    return Watched(Listing(**row.listing), row.verdict, row.since, row.checked_at, row.id)
