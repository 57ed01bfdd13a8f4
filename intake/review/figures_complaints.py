"""Complaints, and how the promises to their customers were kept: as the weekly and the monthly report count them."""

from collections import Counter
from collections.abc import Sequence

from intake.kept import Kept, in_order, kept_by
from intake.review.figures_gather import Gather, Tile, Told, alarming, percent
from intake.review.figures_tables import MOST, Figure, Head, by_kind, pareto
from intake.workbooks import Row
from storage.promised import Promised
from storage.records import Class, RecordState

COMPLAINTS = (Class.A, Class.B)  # class C is a notice: it came too, but is no complaint
_DESCRIPTIONS = 5_000  # different ones that are looked at; the rarest beyond stand among the others

_CLASSES = {letter: f"class_{letter.lower()}" for letter in Class}
_STACKED = (Head("on_time", "stack", "good"), Head("late", "stack", "soon"), Head("overdue", "stack", "late"))
_RATE = Head("rate", "line", "main", share=True)
_KEPT = (
    Head("rate", "bar", "main", share=True),
    Head("windows"),
    Head("on_time"),
    Head("late"),
    Head("overdue"),
    Head("late_hours"),
)


def overview(gather: Gather) -> Told:
    figures, scope = gather.work.figures, gather.asked.scope
    came = [one for one in figures.came(scope) if one.state is not RecordState.CANCELLED]
    number = sum(one.number for one in came if one.letter in COMPLAINTS)
    promised = figures.promised_in_all(scope, gather.now)
    whole = _together(promised)
    rows: list[Row] = []
    for place in gather.places:
        here = [one for one in came if one.period == place]
        classes = {name: sum(one.number for one in here if one.letter is c) for c, name in _CLASSES.items()}
        closed = sum(one.number for one in here if one.state is RecordState.CLOSED)
        rows.append({**gather.period(place), **classes, "came": sum(classes.values()), "closed": closed})
    stacks = tuple(Head(name, "stack", letter.lower()) for letter, name in _CLASSES.items())
    tiles = [
        Tile("complaints", gather.number(number)),
        Tile("notices", gather.number(sum(one.number for one in came) - number)),
        Tile("closed", gather.number(figures.closed(scope))),
        Tile("still_open", gather.number(figures.still_open(scope))),
        Tile("rate", percent(whole.rate)),
        alarming("overdue", whole.overdue, gather),
    ]
    trend = Figure("trend", (gather.period_head, *stacks, Head("came"), Head("closed")), rows)
    return Told(tiles, [trend, _in_time(gather, promised)])


# -------------------------------------------------------------------- promises


def promises(gather: Gather) -> Told:
    """On-time rate by period, window and department."""
    promised = gather.work.figures.promised(gather.asked.scope, gather.now)
    tasks, name = gather.wording.t("figures.tasks"), gather.wording.name
    windows = sorted(kept_by(promised, lambda one: one.window).items(), key=lambda one: in_order(one[0]))
    departments = sorted(kept_by(promised, lambda one: one.department).items(), key=lambda one: (not one[0], one[0]))
    by_window: list[Row] = [
        {"window": tasks if window is None else name("windows", window.value), **kept.row()} for window, kept in windows
    ]
    by_department: list[Row] = [{"department": _department(gather, one), **kept.row()} for one, kept in departments]
    return Told(
        _kept_tiles(gather, promised),
        [
            _in_time(gather, promised),
            Figure("by_window", (Head("window", "name"), *_KEPT), by_window, across=True),
            Figure("by_department", (Head("department", "name"), *_KEPT), by_department, across=True),
        ],
    )


def people(gather: Gather) -> Told:
    """考核: by department and person. No fine is reckoned."""
    promised = gather.work.figures.promised(gather.asked.scope, gather.now)
    found = kept_by(promised, lambda one: (one.department, one.owner.lower()))
    nobody, several = gather.wording.t("figures.nobody"), Counter(owner for _, owner in found)
    rows: list[Row] = []
    for department, owner in sorted(found, key=lambda one: (not one[0], one[0], not one[1], one[1])):
        place = _department(gather, department)
        person = gather.people.get(owner, owner) or nobody
        named = person if several[owner] == 1 else f"{person} · {place}"  # the chart shows the name alone
        rows.append({"person": named, "department": place, **found[department, owner].row()})
    heads = (Head("person", "name"), Head("department"), *_KEPT)
    return Told(_kept_tiles(gather, promised), [Figure("by_person", heads, rows, across=True)])


def _in_time(gather: Gather, promised: Sequence[Promised]) -> Figure:
    found = kept_by(promised, lambda one: one.period)
    rows: list[Row] = [{**gather.period(place), **found.get(place, Kept()).row()} for place in gather.places]
    return Figure("by_period", (gather.period_head, *_STACKED, Head("windows"), Head("late_hours"), _RATE), rows)


def _kept_tiles(gather: Gather, promised: Sequence[Promised]) -> list[Tile]:
    whole = _together(promised)
    return [
        Tile("windows", gather.number(whole.number)),
        Tile("rate", percent(whole.rate)),
        Tile("late", gather.number(whole.late)),
        alarming("overdue", whole.overdue, gather),
        Tile("late_hours", gather.number(round(whole.late_hours, 1))),
    ]


def _together(promised: Sequence[Promised]) -> Kept:
    return kept_by(promised, lambda one: None).get(None, Kept())


def _department(gather: Gather, name: str) -> str:
    return name or gather.wording.t("figures.no_department")


# -------------------------------------------------------------------- what most have in common


def vital_few(gather: Gather) -> Told:
    """Pareto of defects, products, customers and causes; of complaints, unless classes were chosen."""
    figures, wording = gather.work.figures, gather.wording
    scope = gather.asked.scope.only(*COMPLAINTS)
    said = figures.defects(scope, _DESCRIPTIONS)
    kinds = by_kind(said.rows, wording)
    rare = said.naming - sum(number for _, number in said.rows)
    found = [pareto("defects", kinds[:MOST], rare + sum(number for _, number in kinds[MOST:]), said.unnamed, wording)]
    for name, ranked in (
        ("products", figures.products(scope, MOST)),
        ("customers", figures.customers(scope, MOST)),
        ("causes", figures.causes(scope, MOST)),
    ):
        rows = [(_cause(gather, key) if name == "causes" else key, number) for key, number in ranked.rows]
        others = ranked.named - sum(number for _, number in rows)
        found.append(pareto(name, rows, others, ranked.unnamed, wording))
    tile = "chosen" if gather.asked.scope.letters else "complaints"
    return Told([Tile(tile, gather.number(figures.number(scope)))], found)


def _cause(gather: Gather, key: str) -> str:
    known = f"causes.{key}"
    return gather.wording.t(known) if gather.wording.has(known) else gather.causes.get(key, key)
