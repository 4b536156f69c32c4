"""The queue: tickets as consultants see them, those due first in front, with what is counted beside them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, and_, case, func, literal, or_, select, text
from sqlalchemy.orm import Session, load_only

from assistant.desk_records import Person, QueueFilter, QueueLine, QueuePage, Urgency
from assistant.store.database import reading
from assistant.store.routing import persons
from assistant.store.tables import NUMBER_MAX, TicketRow
from assistant.store.tickets import ticket_id

STATES = {"waiting": "open", "working": "assigned", "answered": "answered", "closed": "closed"}
_AT_WORK = ("open", "assigned")
_SHOWN = (
    *(TicketRow.number, TicketRow.state, TicketRow.field, TicketRow.sector, TicketRow.reason, TicketRow.question),
    *(TicketRow.due_at, TicketRow.next_due_at, TicketRow.created_at, TicketRow.person_id, TicketRow.waiting_since),
    TicketRow.unread,
)


class DeskQueue:
    """Reading of queues; each method is one reading transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, asked: QueueFilter, me: int, now: datetime, soon: datetime, page: int, size: int) -> QueuePage:
        """Return one page of a queue.

        Without a state in the filter the tickets that are not closed are meant. `counts` holds, of all tickets at work
        (open or assigned): "all", "mine", each urgency, "waiting", "working", "answered", "field:…" and "sector:…",
        the last two within the other half of the filter.

        Args:
            me: whose tickets count as "mine".
            soon: what is due by then is due soon.
            page: counted from 1.
        """
        wanted = and_(*_conditions(asked, now, soon))
        # Numbers first: they come from the index alone, and only the rows of this page are read.
        numbers = select(TicketRow.number).where(wanted).order_by(*_order(asked)).limit(size)
        numbers = numbers.offset((max(page, 1) - 1) * size)
        with reading(self._engine) as session:
            there = session.scalars(numbers).all()
            shown = select(TicketRow).options(load_only(*_SHOWN)).where(TicketRow.number.in_(there))
            rows = sorted(session.scalars(shown), key=lambda row: there.index(row.number))
            known = persons(session, {row.person_id for row in rows if row.person_id is not None})
            lines = tuple(_line(row, known, now, soon) for row in rows)
            total = session.scalar(select(func.count()).select_from(TicketRow).where(wanted)) or 0
            return QueuePage(lines, total, _counts(session, asked, me, now, soon))


def urgency_of(row: TicketRow, now: datetime, soon: datetime) -> Urgency:
    """Say how urgent a ticket is: by the deadline that comes next, unless its clock stands or it is answered."""
    due = row.next_due_at or row.due_at
    if row.state not in _AT_WORK or row.waiting_since is not None:
        return "normal"
    return "late" if due < now else "soon" if due <= soon else "normal"


def _order(asked: QueueFilter) -> tuple[Any, ...]:
    if asked.state == "closed":
        return (TicketRow.number.desc(),)
    # Answered ones wait for nobody at the desk, however long ago they were due.
    return (case((TicketRow.state.in_(_AT_WORK), 0), else_=1), TicketRow.next_due_at, TicketRow.number)


def _conditions(asked: QueueFilter, now: datetime, soon: datetime) -> list[Any]:
    found: list[Any] = []
    if asked.state:
        found.append(TicketRow.state == STATES[asked.state])
    else:
        found.append(TicketRow.state.in_((*_AT_WORK, "answered")))
    if asked.field:
        found.append(TicketRow.field == asked.field)
    if asked.sector:
        found.append(TicketRow.sector == asked.sector)
    if asked.mine is not None:
        found.append(TicketRow.person_id == asked.mine)
    if asked.urgency:
        found.append(_urgency(now, soon) == asked.urgency)
    if asked.text.strip():
        found.append(_contains(asked.text.strip()))
    return found


def _urgency(now: datetime, soon: datetime) -> Any:
    stands = or_(TicketRow.waiting_since.is_not(None), TicketRow.state.not_in(_AT_WORK))
    return case(
        (stands, "normal"),
        (TicketRow.next_due_at < now, "late"),
        (TicketRow.next_due_at <= soon, "soon"),
        else_="normal",
    )


def _contains(asked: str) -> Any:
    """Return the condition that a ticket is meant by a text: its number, or words of its question."""
    digits = asked.upper().removeprefix("OC-").lstrip("0")
    by_text = and_(*(TicketRow.question.icontains(word, autoescape=True) for word in asked.split()[:8]))
    if digits.isascii() and digits.isdigit() and len(digits) <= 9 and int(digits) <= NUMBER_MAX:
        return or_(TicketRow.number == int(digits), by_text)
    return by_text


def _counts(session: Session, asked: QueueFilter, me: int, now: datetime, soon: datetime) -> Mapping[str, int]:
    is_mine = case((TicketRow.person_id == me, 1), else_=0)
    kinds = [TicketRow.state, TicketRow.field, TicketRow.sector, _urgency(now, soon).label("urgency"), is_mine]
    grouped = (
        select(*kinds, func.count(literal(1)))
        .where(*_conditions(QueueFilter(text=asked.text), now, soon))
        .group_by(*_places(len(kinds)))
    )
    counts: Counter[str] = Counter()
    rows: Sequence[Any] = session.execute(grouped).all()
    for state, field, sector, urgency, mine, count in rows:
        name = next(name for name, stored in STATES.items() if stored == state)
        counts[name] += count
        if state not in _AT_WORK:
            continue
        counts["all"] += count
        counts["mine"] += count * mine
        counts[urgency] += count
        if asked.sector in ("", sector):
            counts[f"field:{field}"] += count
        if asked.field in ("", field):
            counts[f"sector:{sector}"] += count
    return counts


def _places(length: int) -> list[Any]:
    # By place: PostgreSQL takes an expression with parameters, said a second time, for another one.
    return [text(str(place)) for place in range(1, length + 1)]


def _line(row: TicketRow, known: Mapping[int, Person], now: datetime, soon: datetime) -> QueueLine:
    return QueueLine(
        number=row.number,
        id=ticket_id(row.number),
        state=row.state,
        field=row.field,
        sector=row.sector,
        urgency=urgency_of(row, now, soon),
        reason=row.reason,
        question=row.question,
        due_at=row.next_due_at or row.due_at,
        created_at=row.created_at,
        person=known.get(row.person_id or 0),
        is_waiting_for_visitor=row.waiting_since is not None,
        unread=row.unread,
    )
