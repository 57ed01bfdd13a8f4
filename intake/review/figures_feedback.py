"""What came back: how well mails were read, as those tell who reviewed them, and how content customers are."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from intake.review.figures_gather import Gather, Tile, Told, alarming, percent
from intake.review.figures_tables import MOST, Figure, Head
from intake.review.wording import Wording
from intake.workbooks import Row, Value
from storage.figures import Asked
from storage.figures_reading import FIELDS, Group, Read
from storage.life import Grade

Key = TypeVar("Key")

_COUNTED = (Head("read"), Head("wrong"), Head("added"))
_RIGHT = Head("right", "bar", "main", share=True)


def reading(gather: Gather) -> Told:
    """By field, period, language and channel."""
    wording, repository = gather.wording, gather.work.reading_figures
    found = repository.read(gather.asked.scope)
    whole = _sums(found, lambda group, field: None).get(None, Read())
    fields = _sums(found, lambda group, field: field)
    periods = _sums(found, lambda group, field: group.period)
    by_field: list[Row] = [{"field": _field(name, wording), **_row(fields[name])} for name in FIELDS if name in fields]
    by_period: list[Row] = [
        {**gather.period(place), **_row(periods.get(place, Read()))} for place in gather.places if found
    ]
    figures = [
        Figure("read_by_field", (Head("field", "name"), _RIGHT, *_COUNTED), by_field, across=True),
        Figure("read_by_period", (gather.period_head, Head("right", "line", "line", share=True), *_COUNTED), by_period),
    ]
    ways: tuple[tuple[str, Callable[[Group, str], str]], ...] = (
        ("language", lambda group, field: group.language),
        ("channel", lambda group, field: group.channel),
    )
    for name, key in ways:
        rows: list[Row] = [
            {name: _choice(value, wording), **_row(one)} for value, one in sorted(_sums(found, key).items())
        ]
        figures.append(Figure(f"read_by_{name}", (Head(name, "name"), _RIGHT, *_COUNTED), rows, across=True))
    tiles = [
        Tile("reviewed", gather.number(repository.reviewed(gather.asked.scope))),
        Tile("read", gather.number(whole.read)),
        Tile("wrong", gather.number(whole.wrong)),
        Tile("added", gather.number(whole.added)),
        Tile("right", percent(whole.right)),
    ]
    return Told(tiles, figures)


def _sums(found: Mapping[tuple[Group, str], Read], key: Callable[[Group, str], Key]) -> dict[Key, Read]:
    sums: dict[Key, Read] = {}
    for (group, field), one in found.items():
        sums.setdefault(key(group, field), Read()).add(one)
    return sums


def _row(one: Read) -> dict[str, Value]:
    return {"read": one.read, "wrong": one.wrong, "added": one.added, "right": one.right}


def _field(name: str, wording: Wording) -> str:
    if wording.letters.has("fields", name):
        return wording.name("fields", name)
    key = f"record.field_{name}"
    return wording.t(key) if wording.has(key) else wording.t("figures.item")


def _choice(value: str, wording: Wording) -> str:
    key = f"choices.{value}"
    return wording.t(key) if wording.has(key) else value


# -------------------------------------------------------------------- satisfaction

_CONTENT = (Grade.VERY_SATISFIED, Grade.SATISFIED)
_COLOURS = ("good", "main", "soon", "late")
_GRADES = (
    *(Head(grade.value, "stack", colour) for grade, colour in zip(Grade, _COLOURS, strict=True)),
    Head("asked"),
    Head("answered"),
    Head("content", share=True),
)


def satisfaction(gather: Gather) -> Told:
    """Grades by period and customer, of the surveys that were sent in the span."""
    scope = gather.asked.scope
    asked = gather.work.figures.grades(scope)
    of_customers = gather.work.figures.grades_of_customers(scope, MOST)
    periods: list[Row] = [
        {**gather.period(place), **_graded([one for one in asked if one.period == place])}
        for place in gather.places
        if asked
    ]
    customers = [
        (name, _graded([one for one in of_customers if one.customer == name]))
        for name in dict.fromkeys(one.customer for one in of_customers)
    ]
    whole = _graded(asked)
    tiles = [
        Tile("asked", gather.number(whole["asked"])),
        Tile("answered", gather.number(whole["answered"])),
        Tile("content", percent(whole["content"])),
        alarming("poor", int(whole["poor"] or 0), gather),
    ]
    rows: list[Row] = [{"company": name, **row} for name, row in sorted(customers, key=_least_content_first)]
    return Told(
        tiles,
        [
            Figure("grades", (gather.period_head, *_GRADES), periods),
            Figure("grades_of_customers", (Head("company", "name"), *_GRADES), rows, across=True),
        ],
    )


def _graded(asked: Sequence[Asked]) -> dict[str, float | None]:
    """`content`: the share of the answers that are satisfied or better."""
    grades = {grade: sum(one.number for one in asked if one.grade is grade) for grade in Grade}
    answered = sum(grades.values())
    return {
        **{grade.value: number for grade, number in grades.items()},
        "asked": sum(one.number for one in asked),
        "answered": answered,
        "content": sum(grades[grade] for grade in _CONTENT) / answered if answered else None,
    }


def _least_content_first(row: tuple[str, Mapping[str, float | None]]) -> tuple[float, str]:
    name, told = row
    content = told["content"]
    return (2.0 if content is None else content, name)
