"""Sweeping: following the mirror's changes to the listings they concern, and screening those again.

Two steps, each of which may be cut off at any moment. `follow` marks the listings whose keys a change names and moves
the cursor on, in one transaction; `screen_due` screens what is marked, and writes verdict and event in one
transaction. A mark is taken away only by a verdict that was worked out after it.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from sqlalchemy import ColumnElement, Engine, and_, exists, or_, select, update
from sqlalchemy.orm import Session, defer

from assistant import screening
from assistant.errors import NotFoundError
from assistant.product_safety import Freshness, Listing, Verdict
from assistant.safety.mirror.reading import Change
from assistant.safety.watch import blocked
from assistant.safety.watch.events import NewEvent, append
from assistant.safety.watch.listings import OVERDUE, Gather, writing
from assistant.safety.watch.tables import ListingRow, ProgressRow, WatchedKeyRow, WatchMallRow
from assistant.safety.watch.watched import facts_of, kind_of_change, numbers_of, payload_of, policy_digest
from assistant.screening.policy import DEFAULT_POLICY, Policy
from assistant.screening.screen import screen
from assistant.screening.wire import verdict_json
from assistant.store.database import reading, transaction
from assistant.store.tables import utc_now

_CHANGES, _KEYS, _LISTINGS, _MARKED = 500, 500, 500, 10_000
_LEASE = timedelta(minutes=2)
"""Screening 500 listings takes a second; what a copy that died had taken is taken again after it."""


_MARK = {"generation": OVERDUE, "version": ListingRow.version + 1, "leased_until": None}


class Changing(Protocol):
    """What is asked of the mirror; see mirror.Mirror."""

    def changes(self, after: int, limit: int) -> list[Change]: ...

    def freshness(self) -> Freshness: ...


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: changes of the mirror followed, listings screened again, events written."""

    changes: int = 0
    screened: int = 0
    events: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(self.changes + other.changes, self.screened + other.screened, self.events + other.events)


@dataclass(frozen=True, slots=True)
class _Taken:
    id: int
    mall_id: str
    version: int
    listing: Listing


@cache
def rules_digest() -> str:
    """Return a short digest of the rules' source: listings are screened again when a release changes them."""
    whole = sha256()
    for path in sorted(Path(screening.__file__).parent.glob("*.py")):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


class Sweep:
    """Keeps the verdicts of watched listings true to the mirror.

    Args:
        engine: the database of the product-safety side.
        mirror: tells what changed.
        gather: looks up what is known about listings.
        policy_of: what a mall does about each verdict.
        rules: a name for the rules; when it is another one, everything is screened again.
        clock: what time it is, in UTC.
    """

    def __init__(
        self,
        engine: Engine,
        mirror: Changing,
        gather: Gather,
        policy_of: Callable[[str], Policy],
        *,
        rules: str | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._engine = engine
        self._mirror = mirror
        self._gather = gather
        self._policy_of = policy_of
        self._rules = rules_digest() if rules is None else rules
        self._clock = clock

    def sweep(self, rounds: int = 20) -> Swept:
        """Follow what changed and screen what it concerns, so many rounds of 500; the rest waits for the next call."""
        done = Swept()
        for _ in range(rounds):
            followed = self.follow()
            done += followed
            if followed.changes < _CHANGES:
                break
        for _ in range(rounds):
            screened = self.screen_due()
            done += screened
            if screened.screened == 0:
                break
        return done

    def follow(self) -> Swept:
        """Mark the listings that the mirror's next changes concern; all listings when rules or data are others."""
        with reading(self._engine) as session:
            before = session.scalars(select(ProgressRow)).one()
        changes = self._mirror.changes(before.position, _CHANGES)
        basis = self._basis(before.basis)
        if not changes and basis == before.basis:
            return Swept()
        numbers = numbers_of(key for change in changes for key in change.keys)
        with transaction(self._engine) as session:
            progress = session.scalars(select(ProgressRow).with_for_update()).one()
            if (progress.position, progress.basis) != (before.position, before.basis):
                return Swept()  # another copy was faster
            for start in range(0, len(numbers), _KEYS):
                _mark(session, numbers[start : start + _KEYS])
            progress.position = changes[-1].id if changes else before.position
            progress.generation += basis != before.basis
            progress.basis = basis
        return Swept(changes=len(changes))

    def follow_policies(self) -> int:
        """Mark the listings of malls whose policy is another than they were screened with; return how many malls."""
        with reading(self._engine) as session:
            malls = {row.mall_id: row.policy for row in session.scalars(select(WatchMallRow)) if row.policy}
        changed = {
            mall_id: digest
            for mall_id, before in malls.items()
            if (digest := policy_digest(self._policy(mall_id))) != before
        }
        for mall_id, digest in changed.items():
            self.rescreen_all(mall_id)
            # Last of all: cut off before this, it is done once more.
            with transaction(self._engine) as session:
                row = update(WatchMallRow).where(WatchMallRow.mall_id == mall_id)
                session.execute(row.values(policy=digest))
        return len(changed)

    def screen_due(self) -> Swept:
        """Screen up to 500 of the listings that are marked again; tell what changed."""
        with reading(self._engine) as session:
            # Read before anything is looked up: what is marked from now on stays marked.
            generation = session.scalars(select(ProgressRow.generation)).one()
            if not session.scalar(select(exists().where(_is_due(generation, self._clock())))):
                return Swept()
        taken = self._take(generation)
        verdicts = self._screen(taken)
        with writing(self._engine, sorted({one.mall_id for one in taken})) as (session, _):
            events = _write(session, verdicts, generation, self._clock())
        return Swept(screened=len(taken), events=events)

    def rescreen_all(self, mall_id: str | None = None) -> None:
        """Mark every listing, of one mall or of all; `screen_due` then screens them again."""
        if mall_id is None:
            with transaction(self._engine) as session:
                session.scalars(select(ProgressRow).with_for_update()).one().generation += 1
            return
        last = 0
        while True:
            of_mall = select(ListingRow.id).where(ListingRow.mall_id == mall_id, ListingRow.id > last)
            with writing(self._engine, [mall_id]) as (session, _):
                ids = session.scalars(of_mall.order_by(ListingRow.id).limit(_MARKED)).all()
                if not ids:
                    return
                within = ListingRow.id.between(ids[0], ids[-1])
                session.execute(update(ListingRow).where(ListingRow.mall_id == mall_id, within).values(**_MARK))
            last = ids[-1]

    def _basis(self, before: str) -> str:
        """Name what verdicts rest on; while the mirror is being filled it stays, or every listing would be alarmed."""
        freshness = self._mirror.freshness()
        if not freshness.is_complete:
            return before
        if not freshness.is_demo:
            return f"{self._rules} published"
        # Made-up data are made anew as a whole, and no change of theirs is noted.
        made_at = freshness.synced_at.timestamp() if freshness.synced_at else 0
        return f"{self._rules} demo {made_at}"

    def _take(self, generation: int) -> list[_Taken]:
        now = self._clock()
        columns = (ListingRow.id, ListingRow.mall_id, ListingRow.version, ListingRow.listing)
        query = select(*columns).where(_is_due(generation, now)).order_by(ListingRow.generation, ListingRow.id)
        with transaction(self._engine) as session:
            rows = session.execute(query.limit(_LISTINGS).with_for_update(skip_locked=True)).all()
            mine = ListingRow.id.in_([row.id for row in rows])
            session.execute(update(ListingRow).where(mine).values(leased_until=now + _LEASE))
        return [_Taken(row.id, row.mall_id, row.version, Listing(**row.listing)) for row in rows]

    def _screen(self, taken: Sequence[_Taken]) -> list[tuple[_Taken, Verdict]]:
        policies = {mall_id: self._policy(mall_id) for mall_id in {one.mall_id for one in taken}}
        known = self._gather([one.listing for one in taken])
        return [(one, screen(one.listing, of, policies[one.mall_id])) for one, of in zip(taken, known, strict=True)]

    def _policy(self, mall_id: str) -> Policy:
        try:
            return self._policy_of(mall_id)
        except NotFoundError:
            return DEFAULT_POLICY  # a mall that was removed; nobody reads its events


def _is_due(generation: int, now: datetime) -> ColumnElement[bool]:
    is_free = or_(ListingRow.leased_until.is_(None), ListingRow.leased_until <= now)
    return and_(ListingRow.generation < generation, is_free)


def _mark(session: Session, numbers: Sequence[int]) -> None:
    concerned = select(WatchedKeyRow.listing).where(WatchedKeyRow.key.in_(numbers))
    session.execute(update(ListingRow).where(ListingRow.id.in_(concerned)).values(**_MARK))


def _write(session: Session, verdicts: Sequence[tuple[_Taken, Verdict]], generation: int, now: datetime) -> int:
    """Write verdicts, and an event where one changed; return how many events."""
    ids = [one.id for one, _ in verdicts]
    # The old verdict is not read: it is long, and `facts` holds what a change is measured by.
    query = (
        select(ListingRow).where(ListingRow.id.in_(ids)).options(defer(ListingRow.verdict), defer(ListingRow.listing))
    )
    rows = {row.id: row for row in session.scalars(query)}
    events: dict[str, list[NewEvent]] = defaultdict(list)
    counted: dict[str, list[tuple[Listing, Verdict]]] = defaultdict(list)
    for one, verdict in verdicts:
        row = rows.get(one.id)
        # Removed, registered anew, or marked again since it was read: this verdict is not about what is there now.
        if row is None or row.version != one.version:
            continue
        event = _written(row, verdict, generation, now)
        if event is not None:
            events[one.mall_id].append(event)
            counted[one.mall_id].append((one.listing, verdict))
    for mall_id in sorted(events):
        append(session, mall_id, events[mall_id], now)
        blocked.add(session, mall_id, counted[mall_id], now)
    return sum(map(len, events.values()))


def _written(row: ListingRow, verdict: Verdict, generation: int, now: datetime) -> NewEvent | None:
    facts, shown = facts_of(verdict), verdict_json(verdict)
    kind = kind_of_change(row.facts, facts)
    event = NewEvent(kind, payload_of(row.listing_id, row.facts, shown)) if kind else None
    row.generation, row.version, row.leased_until = generation, row.version + 1, None
    row.facts, row.verdict, row.action, row.checked_at = facts, shown, verdict.action, now
    if event is not None:
        row.since = now
    return event
