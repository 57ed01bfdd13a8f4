"""The figures by month and by quarter: how many complaints came, of what and of whom, and how the promises were kept.

A record counts in the period in which it was received, in local time, a promise in the one in which it fell due. What
was cancelled has a column of its own and counts nowhere else.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.kept import Kept, in_order, kept_by
from intake.periods import Period, Unit, periods, scope_of
from intake.registers.filed import Span
from intake.registers.terms import Terms
from intake.workbooks import Row, Sheet
from storage import UnitOfWork
from storage.figures import Came
from storage.records import Class, RecordState
from storage.scope import Scope


def monthly(work: UnitOfWork, span: Span, terms: Terms, now: datetime) -> list[Sheet]:
    """By month; by window; by department and person; by customer and product."""
    return _sheets("monthly", Counting.of(work, span, now, "month"), terms)


def quarterly(work: UnitOfWork, span: Span, terms: Terms, now: datetime) -> list[Sheet]:
    """按季度汇总 (顾客反馈信息管理 §4): the same by quarter."""
    return _sheets("quarterly", Counting.of(work, span, now, "quarter"), terms)


def _sheets(name: str, counting: "Counting", terms: Terms) -> list[Sheet]:
    return [
        terms.sheet(name, counting.by_period()),
        terms.sheet("windows", counting.by_window(terms)),
        terms.sheet("departments", counting.by_person(terms)),
        terms.sheet("customers", counting.by_product()),
    ]


@dataclass(frozen=True, slots=True)
class Counting:
    """What the tables are counted from. A span without an end goes from the first mail to now."""

    work: UnitOfWork
    scope: Scope
    periods: Sequence[Period]
    now: datetime

    @classmethod
    def of(cls, work: UnitOfWork, span: Span, now: datetime, unit: Unit) -> "Counting":
        extent = None if span.start and span.end else work.figures.extent()
        since, until = extent or (now, now)
        first = span.start or min(since, now).astimezone(span.zone).date()
        last = span.end or max(until, now).astimezone(span.zone).date()
        cut = periods(first, max(first, last), unit)
        return cls(work, scope_of(first, max(first, last), cut, span.zone), cut, now)

    def by_period(self) -> list[Row]:
        came, arrived = self.work.figures.came(self.scope), self.work.figures.arrived(self.scope)
        kept = kept_by(self.work.figures.promised_in_all(self.scope, self.now), lambda one: one.period)
        return [
            {
                "month": period.name,
                "arrivals": arrived.get(place, 0),
                **_stand([one for one in came if one.period == place]),
                **kept.get(place, Kept()).row(),
            }
            for place, period in enumerate(self.periods)
        ]

    def by_window(self, terms: Terms) -> list[Row]:
        """In the order of the procedure, tasks last."""
        kept = kept_by(self.work.figures.promised(self.scope, self.now), lambda one: (one.period, one.window))
        return [
            {
                "month": self.periods[place].name,
                "window": terms.word("lists", "tasks") if window is None else terms.word("windows", window),
                **kept[place, window].row(),
            }
            for place, window in sorted(kept, key=lambda one: (one[0], in_order(one[1])))
        ]

    def by_person(self, terms: Terms) -> list[Row]:
        promised, nobody = self.work.figures.promised(self.scope, self.now), terms.phrase("unassigned")
        kept = kept_by(promised, lambda one: (one.period, one.department or nobody, one.owner.lower() or nobody))
        return [
            {"month": self.periods[place].name, "department": department, "owner": owner, **found.row()}
            for (place, department, owner), found in sorted(kept.items(), key=lambda one: one[0])
        ]

    def by_customer(self, terms: Terms) -> list[Row]:
        """The most complaining first, within a period."""
        figures, nobody = self.work.figures, terms.phrase("unassigned")
        came: defaultdict[tuple[int, str], list[Came]] = defaultdict(list)
        for one in figures.came_of_customers(self.scope):
            came[one.period, one.company].append(one)
        pieces: defaultdict[tuple[int, str], float] = defaultdict(float)
        for about in figures.about(self.scope):
            pieces[about.period, about.company] += about.pieces
        kept = kept_by(figures.promised_to_customers(self.scope, self.now), lambda one: (one.period, one.company))
        rows: list[tuple[int, int, Row]] = []
        for place, company in {*came, *kept}:
            stand = _stand(came[place, company])
            row: Row = {
                "month": self.periods[place].name,
                "company": company or nobody,
                **stand,
                **kept.get((place, company), Kept()).row(),
                "quantity_defective": pieces[place, company] or None,
            }
            rows.append((place, -stand["complaints"], row))
        return [row for _, _, row in sorted(rows, key=lambda one: (one[0], one[1], str(one[2]["company"])))]

    def by_product(self) -> list[Row]:
        """The most complained of first, within a period."""
        found = self.work.figures.about(self.scope)
        found.sort(key=lambda one: (one.period, -one.number, one.company, one.product, one.model))
        return [
            {
                "month": self.periods[one.period].name,
                "company": one.company,
                "product": one.product,
                "model": one.model,
                "complaints": one.number,
                "quantity_defective": one.pieces or None,
            }
            for one in found
        ]


def _stand(came: Sequence[Came]) -> dict[str, int]:
    """How many came, by class, and how they stand now."""
    real = [one for one in came if one.state is not RecordState.CANCELLED]
    number = sum(one.number for one in real)
    closed = sum(one.number for one in real if one.state is RecordState.CLOSED)
    return {
        "complaints": number,
        **{f"class_{letter.lower()}": sum(one.number for one in real if one.letter is letter) for letter in Class},
        "open": number - closed,
        "closed": closed,
        "cancelled": sum(one.number for one in came) - number,
    }
