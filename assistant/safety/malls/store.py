"""Malls, their keys, policies and usage in the database; each method is one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.errors import BadInputError, ConflictError, NotFoundError
from assistant.product_safety import Mall
from assistant.safety.malls.keys import (
    DEFAULT_GRACE,
    MallKey,
    NewKey,
    Terms,
    checked_networks,
    checked_terms,
    hash_of,
    make_secret,
)
from assistant.safety.malls.tables import MALL_NAME_MAX, KeyRow, MallRow, UsageRow
from assistant.safety_wording import MALL_ERRORS
from assistant.screening.policy import DEFAULT_POLICY, Policy, policy_from, policy_json
from assistant.store.database import reading, refuse_unstorable, transaction, upsert
from assistant.store.tables import utc_now


@dataclass(frozen=True, slots=True)
class UsageLine:
    """How often a key called one endpoint on one day (in Korea)."""

    key_id: str
    day: date
    endpoint: str
    granted: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Calls that were answered, and calls that were turned away."""

    granted: int = 0
    refused: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.granted + other.granted, self.refused + other.refused)


UsageCounts = Mapping[tuple[str, date, str], Tally]
"""By key id, day and endpoint."""


class MallStore:
    """Every reading and writing of malls.

    Args:
        engine: the database of the product-safety side.
        clock: what time it is, in UTC; tests have their own.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self.clock = clock

    # ---- malls

    def create_mall(self, name: str) -> Mall:
        """Add a mall.

        Raises:
            BadInputError: the name is empty, too long or cannot be stored.
            ConflictError: there is a mall of that name.
        """
        name = _checked_name(name)
        mall = Mall(uuid4().hex, name)
        try:
            with transaction(self._engine) as session:
                session.add(MallRow(id=mall.id, name=name, policy=None, created_at=self.clock()))
        except IntegrityError:
            raise ConflictError(MALL_ERRORS["mall_exists"].format(name=name), code="mall_exists") from None
        return mall

    def mall_named(self, name: str) -> Mall | None:
        """Return the mall of a name; None if there is none."""
        with reading(self._engine) as session:
            row = session.scalars(select(MallRow).where(MallRow.name == name.strip())).first()
            return Mall(row.id, row.name) if row else None

    def malls(self) -> list[Mall]:
        """Return every mall, by name."""
        with reading(self._engine) as session:
            return [Mall(row.id, row.name) for row in session.scalars(select(MallRow).order_by(MallRow.name))]

    # ---- keys

    def create_key(self, mall_id: str, terms: Terms | None = None) -> NewKey:
        """Make a key. Its secret is in the answer and nowhere else.

        Raises:
            BadInputError: the terms cannot be.
            NotFoundError: there is no such mall.
        """
        checked = checked_terms(terms or Terms())
        with transaction(self._engine) as session:
            return _insert_key(session, _mall(session, mall_id), checked, self.clock())

    def listed_keys(self, mall_id: str | None = None) -> list[MallKey]:
        """Return the keys of one mall, or all, by mall and age."""
        query = select(KeyRow, MallRow).join(MallRow, MallRow.id == KeyRow.mall_id)
        query = query.order_by(MallRow.name, KeyRow.created_at, KeyRow.id)
        if mall_id is not None:
            query = query.where(KeyRow.mall_id == mall_id)
        with reading(self._engine) as session:
            return [_key_of(key, mall) for key, mall in session.execute(query)]

    def key_of(self, secret: str) -> MallKey | None:
        """Return the key that a secret is of, whatever its state; None if there is none."""
        query = select(KeyRow, MallRow).join(MallRow, MallRow.id == KeyRow.mall_id)
        with reading(self._engine) as session:
            found = session.execute(query.where(KeyRow.key_hash == hash_of(secret))).first()
            return _key_of(*found) if found else None

    def rotate(self, key_id: str, grace: timedelta = DEFAULT_GRACE) -> NewKey:
        """Make a key in the place of another, with its terms and its quota; the old one works for the grace time.

        Raises:
            NotFoundError: there is no such key.
            ConflictError: it is revoked, expired or replaced already.
            BadInputError: the grace time is negative.
        """
        if grace < timedelta(0):
            raise BadInputError(MALL_ERRORS["grace"], code="grace")
        now = self.clock()
        with transaction(self._engine) as session:
            old, mall = _key_row(session, key_id)
            if old.replaced_by is not None or _key_of(old, mall).state(now) != "live":
                raise ConflictError(MALL_ERRORS["not_live"], code="not_live")
            new = _insert_key(session, mall, _terms_of(old), now, old.lineage)
            old.replaced_by = new.key.id
            old.expires_at = min(old.expires_at or now + grace, now + grace)
            return new

    def revoke(self, key_id: str) -> MallKey:
        """End a key at once, in every copy of the service; one that is revoked stays as it is.

        Raises:
            NotFoundError: there is no such key.
        """
        with transaction(self._engine) as session:
            row, mall = _key_row(session, key_id)
            row.revoked_at = row.revoked_at or self.clock()
            return _key_of(row, mall)

    def allow(self, key_id: str, networks: list[str]) -> MallKey:
        """Let a key be used from these addresses and networks (CIDR) only; from everywhere if there are none.

        Raises:
            BadInputError: one cannot be read.
            NotFoundError: there is no such key.
        """
        checked = checked_networks(networks)
        with transaction(self._engine) as session:
            row, mall = _key_row(session, key_id)
            row.allowed_ips = list(checked)
            return _key_of(row, mall)

    def set_quota(self, key_id: str, daily_quota: int | None = None, rate: int | None = None) -> MallKey:
        """Change a key's requests a day and a second; None leaves one as it is, 0 is no limit.

        Raises:
            BadInputError: a number is out of range.
            NotFoundError: there is no such key.
        """
        with transaction(self._engine) as session:
            row, mall = _key_row(session, key_id)
            asked = Terms(row.daily_quota if daily_quota is None else daily_quota, row.rate if rate is None else rate)
            terms = checked_terms(asked)
            row.daily_quota, row.rate = terms.daily_quota, terms.rate
            return _key_of(row, mall)

    # ---- policies

    def policy(self, mall_id: str) -> Policy:
        """Return what a mall does about each verdict.

        Raises:
            NotFoundError: there is no such mall.
        """
        with reading(self._engine) as session:
            stored = _mall(session, mall_id).policy
            return DEFAULT_POLICY if stored is None else policy_from(stored)

    def set_policy(self, mall_id: str, policy: Policy) -> None:
        """Change what a mall does about each verdict.

        Raises:
            NotFoundError: there is no such mall.
        """
        with transaction(self._engine) as session:
            _mall(session, mall_id).policy = policy_json(policy)

    # ---- usage

    def add_usage(self, counts: UsageCounts, last_used: Mapping[str, datetime]) -> None:
        """Add what was counted since the last time; all of it, or nothing."""
        with transaction(self._engine) as session:
            # Sorted, so that two copies of the service never wait for one another's rows.
            for (key_id, day, endpoint), tally in sorted(counts.items()):
                _add_tally(session, UsageLine(key_id, day, endpoint, tally.granted, tally.refused))
            for key_id, moment in sorted(last_used.items()):
                row = update(KeyRow).where(KeyRow.id == key_id)
                is_newer = KeyRow.last_used_at.is_(None) | (KeyRow.last_used_at < moment)
                session.execute(row.where(is_newer).values(last_used_at=moment))

    def usage(self, mall_id: str, since: date) -> list[UsageLine]:
        """Return a mall's usage since a day, newest day first."""
        query = select(UsageRow).join(KeyRow, KeyRow.id == UsageRow.key_id)
        query = query.where(KeyRow.mall_id == mall_id, UsageRow.day >= since)
        query = query.order_by(UsageRow.day.desc(), UsageRow.key_id, UsageRow.endpoint)
        with reading(self._engine) as session:
            return [
                UsageLine(row.key_id, row.day, row.endpoint, row.granted, row.refused) for row in session.scalars(query)
            ]

    def granted_on(self, lineage: str, day: date) -> int:
        """Return how many requests a key, with those it replaced, was granted on a day."""
        query = select(func.sum(UsageRow.granted)).join(KeyRow, KeyRow.id == UsageRow.key_id)
        with reading(self._engine) as session:
            return session.scalar(query.where(KeyRow.lineage == lineage, UsageRow.day == day)) or 0


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise BadInputError(MALL_ERRORS["no_name"], code="no_name")
    refuse_unstorable("name", name, MALL_NAME_MAX)
    return name


def _mall(session: Session, mall_id: str) -> MallRow:
    row = session.get(MallRow, mall_id)
    if row is None:
        raise NotFoundError(MALL_ERRORS["no_mall"], code="no_mall")
    return row


def _key_row(session: Session, key_id: str) -> tuple[KeyRow, MallRow]:
    # Two operators at once: the second waits here and then sees what the first did.
    row = session.get(KeyRow, key_id.strip(), with_for_update=True)
    if row is None:
        raise NotFoundError(MALL_ERRORS["no_such_key"], code="no_such_key")
    return row, _mall(session, row.mall_id)


def _insert_key(session: Session, mall: MallRow, terms: Terms, now: datetime, lineage: str = "") -> NewKey:
    key_id, secret = make_secret()
    row = KeyRow(
        id=key_id,
        mall_id=mall.id,
        lineage=lineage or key_id,
        key_hash=hash_of(secret),
        daily_quota=terms.daily_quota,
        rate=terms.rate,
        allowed_ips=list(terms.allowed_ips),
        created_at=now,
        expires_at=now + terms.lifetime if terms.lifetime else None,
    )
    session.add(row)
    session.flush()
    return NewKey(_key_of(row, mall), secret)


def _terms_of(row: KeyRow) -> Terms:
    """Return a key's terms: the one in its place lives as long as it was given to live."""
    lifetime = row.expires_at - row.created_at if row.expires_at else None
    return Terms(row.daily_quota, row.rate, tuple(row.allowed_ips), lifetime)


def _key_of(row: KeyRow, mall: MallRow) -> MallKey:
    return MallKey(
        id=row.id,
        mall=Mall(mall.id, mall.name),
        lineage=row.lineage,
        daily_quota=row.daily_quota,
        rate=row.rate,
        allowed_ips=tuple(row.allowed_ips),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
        replaced_by=row.replaced_by,
    )


def _add_tally(session: Session, line: UsageLine) -> None:
    statement = upsert(session)(UsageRow).values(
        key_id=line.key_id, day=line.day, endpoint=line.endpoint, granted=line.granted, refused=line.refused
    )
    more = {name: getattr(UsageRow, name) + getattr(statement.excluded, name) for name in ("granted", "refused")}
    session.execute(statement.on_conflict_do_update(index_elements=["key_id", "day", "endpoint"], set_=more))
