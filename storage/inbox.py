"""The inbox: open records by urgency, all records by age, and what a search finds; each a page at a time, by key.

No statement here counts or skips rows of what is closed.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.finding import matching, steps_down
from storage.records import Arrival, ArrivalState, Became, Class, LetterState, Record, RecordState, WindowState
from storage.rows import from_row, searchable
from storage.search import RecordFilter, conditions
from storage.sight import Sight, seen_by
from storage.tables import arrivals, events, items, letter_states, letters, records, windows
from storage.tables_site import finds, open_records

FAR = datetime(9999, 1, 1, tzinfo=UTC)  # stands for "no window runs": behind all others
OVER = frozenset({RecordState.CLOSED, RecordState.CANCELLED})
_RUNNING = (WindowState.OPEN, WindowState.OVERDUE)

_NEXT_DUE = (
    sa.select(sa.func.min(windows.c.due_at, type_=windows.c.due_at.type))
    .where(windows.c.record == open_records.c.record, windows.c.state.in_(_RUNNING))
    .scalar_subquery()
)
_DUE_AGAIN = (
    sa.update(open_records)
    .where(open_records.c.record == sa.bindparam("number"))
    .values(due_at=sa.func.coalesce(_NEXT_DUE, sa.literal(FAR, open_records.c.due_at.type)))
)
_CLOSED = sa.delete(open_records).where(open_records.c.record == sa.bindparam("number"))

_OF_RECORD = ("letter", "state", "department", "owner", "received_at")

Key = tuple[str, ...]


@cache
def _put(dialect: str) -> "sqlite.Insert | postgresql.Insert":
    """Put together once for each database: building a statement costs more than running it. The end of the next window
    of a known record stays.
    """
    made = sqlite.insert(open_records) if dialect == "sqlite" else postgresql.insert(open_records)
    change = {name: made.excluded[name] for name in _OF_RECORD}
    return made.on_conflict_do_update(index_elements=[open_records.c.record], set_=change)


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """`wanted.text` is searched in everything; `customer` and `product` in those fields."""

    wanted: RecordFilter = field(default_factory=RecordFilter)
    customer: str = ""
    product: str = ""
    now: datetime = FAR  # what is due before it is overdue
    sight: Sight | None = None  # whose records alone; None: all

    @property
    def words(self) -> str:
        return " ".join((self.wanted.text, self.customer, self.product)).strip()

    @property
    def open_only(self) -> bool:
        return not (set(self.wanted.states) & OVER)


@dataclass(frozen=True, slots=True)
class Slice:
    """Numbers in order, and the key that the next page begins behind; None: this was the last."""

    numbers: tuple[str, ...]
    after: Key | None


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """Of the open records: how many, by state, by class, overdue, of one owner, without an owner."""

    all: int
    states: dict[RecordState, int]
    classes: dict[Class, int]
    overdue: int
    mine: int
    unowned: int


class Inbox:
    """The site's lists, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    # ---------------------------------------------------------------- kept in step with the records

    def put(self, record: Record, due: datetime | None = None, known: bool = True) -> None:
        """Takes an open record in, or out where it is over. `due`: the end of its next window, where it is `known`."""
        if record.state in OVER or record.merged_into:
            self._connection.execute(_CLOSED, {"number": record.number})
            return
        values = {"record": record.number, "due_at": due or FAR, **{name: getattr(record, name) for name in _OF_RECORD}}
        self._connection.execute(_put(self._connection.dialect.name), values)
        if not known:
            self.due_again(record.number)

    def due_again(self, number: str) -> None:
        """After one of its windows was opened, met, broken or waived."""
        self._connection.execute(_DUE_AGAIN, {"number": number})

    # ---------------------------------------------------------------- lists

    def page(self, asked: InboxFilter, after: Key | None, limit: int) -> Slice:
        """What is searched for newest first; open records by urgency (overdue first, then the shortest time left, then
        the class); where closed ones are asked for, all by when they were received, newest first.
        """
        if asked.words:
            return self._found(asked, after, limit)
        return self._urgent(asked, after, limit) if asked.open_only else self._newest(asked, after, limit)

    def _urgent(self, asked: InboxFilter, after: Key | None, limit: int) -> Slice:
        row = open_records.c
        wanted = asked.wanted
        query = sa.select(row.record, row.due_at, row.letter).order_by(row.due_at, row.letter, row.record)
        query = query.where(*_open_conditions(wanted, asked.now), *_seen(open_records, row.record, asked.sight))
        if after is not None:
            at = sa.literal(datetime.fromisoformat(after[0]), row.due_at.type)
            query = query.where(
                sa.tuple_(row.due_at, row.letter, row.record)
                > sa.tuple_(at, sa.literal(Class(after[1]), row.letter.type), sa.literal(after[2], row.record.type))
            )
        return self._slice(query, limit, lambda found: (found.due_at.isoformat(), found.letter.value, found.record))

    def _newest(self, asked: InboxFilter, after: Key | None, limit: int) -> Slice:
        row = records.c
        query = sa.select(row.number.label("record"), row.received_at).where(*conditions(asked.wanted))
        query = query.where(*_seen(records, row.number, asked.sight))
        if after is not None:
            at = sa.literal(datetime.fromisoformat(after[0]), row.received_at.type)
            query = query.where(
                sa.tuple_(row.received_at, row.number) < sa.tuple_(at, sa.literal(after[1], row.number.type))
            )
        query = query.order_by(row.received_at.desc(), row.number.desc())
        return self._slice(query, limit, lambda found: (found.received_at.isoformat(), found.record))

    def _found(self, asked: InboxFilter, after: Key | None, limit: int) -> Slice:
        below = None if after is None else int(after[0])
        found = Slice((), None)
        for above in steps_down(self._connection, below):
            match = matching(self._connection.dialect.name, asked.words, above)
            if match is None:
                break
            query = sa.select(finds.c.record, finds.c.id).where(match, *self._narrowed(asked))
            if below is not None:
                query = query.where(finds.c.id < below)
            found = self._slice(query.order_by(finds.c.id.desc()), limit, lambda row: (str(row.id),))
            if found.after is not None:  # the page is full
                break
        return found

    def _narrowed(self, asked: InboxFilter) -> list[sa.ColumnElement[bool]]:
        """What a search asks for besides its words. No joins: SQLite would begin with the records, and look for each
        among all that was found.
        """
        others = [*conditions(replace(asked.wanted, text="")), *_seen(records, records.c.number, asked.sight)]
        for word in searchable(asked.customer).split():
            others.append(sa.func.lower(records.c.customer_company).contains(word, autoescape=True))
        narrowed = [sa.exists().where(records.c.number == finds.c.record, *others)] if others else []
        for word in asked.product.split():
            part = searchable(word)
            named = sa.or_(
                *(sa.func.lower(each).contains(part, autoescape=True) for each in (items.c.product, items.c.model))
            )
            narrowed.append(sa.exists().where(items.c.record == finds.c.record, named))
        return list(narrowed)

    def _slice(self, query: sa.Select[Any], limit: int, key: Any) -> Slice:
        rows = self._connection.execute(query.limit(limit + 1)).all()
        more = key(rows[limit - 1]) if len(rows) > limit else None
        return Slice(tuple(row.record for row in rows[:limit]), more)

    # ---------------------------------------------------------------- counts

    def counts(self, now: datetime, owner: str, sight: Sight | None = None) -> OpenCounts:
        row = open_records.c
        mine = sa.case((sa.func.lower(row.owner) == owner.lower(), "mine"), (row.owner == "", "nobody"), else_="other")
        late = sa.case((row.due_at < now, 1), else_=0)
        query = sa.select(row.state, row.letter, mine, sa.func.count(), sa.func.sum(late))
        query = query.where(*_seen(open_records, row.record, sight))
        states: dict[RecordState, int] = {}
        classes: dict[Class, int] = {}
        owners: dict[str, int] = {}
        overdue = 0
        for state, letter, whose, number, broken in self._connection.execute(
            query.group_by(row.state, row.letter, mine)
        ):
            states[state] = states.get(state, 0) + number
            classes[letter] = classes.get(letter, 0) + number
            owners[whose] = owners.get(whose, 0) + number
            overdue += int(broken)
        total = sum(states.values())
        return OpenCounts(total, states, classes, overdue, owners.get("mine", 0), owners.get("nobody", 0))

    def arrived_since(self, since: datetime) -> dict[tuple[ArrivalState, Became | None], int]:
        """Of what was taken in since a moment, how many stand where; the sum is all that arrived."""
        place = (arrivals.c.state, arrivals.c.became)
        query = sa.select(*place, sa.func.count()).where(arrivals.c.taken_at >= since).group_by(*place)
        return {(state, became): number for state, became, number in self._connection.execute(query)}

    def waiting_for_a_person(self) -> dict[str, int]:
        """Arrivals set aside, and letters that are refused, in doubt or held."""
        aside = sa.select(sa.func.count()).where(arrivals.c.state == ArrivalState.SET_ASIDE)
        stuck = (LetterState.REFUSED, LetterState.IN_DOUBT, LetterState.DRAFT)
        held = sa.select(letters.c.state, sa.func.count()).where(letters.c.state.in_(stuck)).group_by(letters.c.state)
        found = {"set_aside": int(self._connection.execute(aside).scalar_one())}
        return found | {state.value: number for state, number in self._connection.execute(held)}

    def set_aside(self, after: Key | None, limit: int) -> list[Arrival]:
        """Arrivals that wait for a person, newest first."""
        row = arrivals.c
        query = sa.select(arrivals).where(row.state == ArrivalState.SET_ASIDE)
        if after is not None:
            at = sa.literal(datetime.fromisoformat(after[0]), row.taken_at.type)
            query = query.where(sa.tuple_(row.taken_at, row.id) < sa.tuple_(at, sa.literal(after[1], row.id.type)))
        query = query.order_by(row.taken_at.desc(), row.id.desc()).limit(limit)
        return [from_row(Arrival, found) for found in self._connection.execute(query)]

    def letters_in(self, state: LetterState, after: Key | None, limit: int) -> list[sa.Row[Any]]:
        """(id, record, purpose, to, subject, state, created_at, answer, remedy), newest first."""
        row = letters.c
        names = ("id", "record", "purpose", "to", "subject", "state", "created_at", "answer", "remedy")
        query = sa.select(*(row[name] for name in names)).where(row.state == state)
        if after is not None:
            at = sa.literal(datetime.fromisoformat(after[0]), row.created_at.type)
            query = query.where(sa.tuple_(row.created_at, row.id) < sa.tuple_(at, sa.literal(after[1], row.id.type)))
        return list(self._connection.execute(query.order_by(row.created_at.desc(), row.id.desc()).limit(limit)))

    def version(self) -> str:
        """Another text whenever a record, a letter or an arrival has changed; four look-ups at the ends of indexes."""
        ends = (
            sa.select(sa.func.max(events.c.id)).scalar_subquery(),
            sa.select(sa.func.max(letter_states.c.id)).scalar_subquery(),
            sa.select(sa.func.max(arrivals.c.taken_at)).scalar_subquery(),
            sa.select(sa.func.max(finds.c.id)).scalar_subquery(),
        )
        return "/".join(str(end) for end in self._connection.execute(sa.select(*ends)).one())

    def departments(self) -> list[str]:
        """Of the open records."""
        query = sa.select(open_records.c.department).distinct().order_by(open_records.c.department)
        return [name for name in self._connection.execute(query).scalars() if name]


def _seen(table: sa.Table, number: "sa.Column[str]", sight: Sight | None) -> list[sa.ColumnElement[bool]]:
    """The condition of a sight on a table with `department` and `owner`; none for who sees everything."""
    return [] if sight is None else [seen_by(sight, number, table.c.department, table.c.owner)]


def _open_conditions(wanted: RecordFilter, now: datetime) -> list[sa.ColumnElement[bool]]:
    row = open_records.c
    found: list[sa.ColumnElement[bool]] = []
    if wanted.states:
        found.append(row.state.in_(wanted.states))
    if wanted.letters:
        found.append(row.letter.in_(wanted.letters))
    if wanted.department is not None:
        found.append(row.department == wanted.department)
    if wanted.owner is not None:
        found.append(sa.func.lower(row.owner) == wanted.owner.lower())
    if wanted.since is not None:
        found.append(row.received_at >= wanted.since)
    if wanted.until is not None:
        found.append(row.received_at < wanted.until)
    if wanted.overdue:
        found.append(row.due_at < now)
    return found
