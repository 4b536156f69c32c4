"""Whom a ticket is offered to: the least loaded of those who are at the desk and answer for its sector."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.desk_records import RIGHTS, Person
from assistant.store.account_tables import PersonRow
from assistant.store.tables import TicketRow

SEEN_WITHIN = timedelta(minutes=10)
"""Who was not seen for longer is not at the desk."""

ANSWERERS = tuple(role for role, rights in RIGHTS.items() if "answer" in rights)


def person_of(row: PersonRow) -> Person:
    """Turn a row into its record."""
    return Person(row.id, row.login, row.name, row.role, tuple(row.sectors), row.is_active)  # type: ignore[arg-type]


def persons(session: Session, ids: Collection[int]) -> dict[int, Person]:
    """Return people by their ids."""
    query = select(PersonRow).where(PersonRow.id.in_(ids))
    return {row.id: person_of(row) for row in session.scalars(query)} if ids else {}


def at_the_desk(session: Session, now: datetime, roles: Collection[str] = ("consultant",)) -> list[Person]:
    """Return who is active and was seen just now, of these roles."""
    query = (
        select(PersonRow)
        .where(PersonRow.is_active, PersonRow.role.in_(roles), PersonRow.seen_at >= now - SEEN_WITHIN)
        .order_by(PersonRow.id)
    )
    return [person_of(row) for row in session.scalars(query)]


def loads(session: Session) -> dict[int, int]:
    """Return how many tickets each person has, offered ones included."""
    query = (
        select(TicketRow.person_id, func.count())
        .where(TicketRow.state.in_(("open", "assigned")), TicketRow.person_id.is_not(None))
        .group_by(TicketRow.person_id)
    )
    return {person_id: count for person_id, count in session.execute(query) if person_id is not None}


def choose(people: Sequence[Person], load: Mapping[int, int], sector: str) -> Person | None:
    """Return the least loaded of those who answer for a sector.

    Of equally loaded ones who answers for it by name goes before who answers for all, then the smaller id.
    """
    fitting = [one for one in people if not one.sectors or sector in one.sectors]
    return min(fitting, key=lambda one: (load.get(one.id, 0), not one.sectors, one.id), default=None)


def offer(
    session: Session, row: TicketRow, now: datetime, *, apart_from: Collection[int] = (), to_any: bool = False
) -> Person | None:
    """Offer an open ticket within a running transaction; without anybody it stays with nobody, or as it was.

    Args:
        apart_from: who is not asked (again).
        to_any: where nobody answers for the sector, somebody else is asked.
    """
    people = [one for one in at_the_desk(session, now) if one.id not in apart_from]
    load = loads(session)
    chosen = choose(people, load, row.sector)
    if chosen is None and to_any:
        chosen = min(people, key=lambda one: (load.get(one.id, 0), one.id), default=None)
    if chosen is not None:
        row.person_id, row.offered_at = chosen.id, now
    return chosen
