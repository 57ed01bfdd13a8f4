"""The policy as it stands: every figure with its clause, what the company's own file has different, and which file that
is. It is changed in the file, never here: a figure that promises something to customers is decided with a pen.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from intake.errors import SettingsError
from intake.policy import load_policy
from intake.policy.days import unusual_days
from intake.policy.figures import Figure, Origin, Value, figures
from intake.policy.model import Policy
from intake.review.entry import Guarded, TheSite
from intake.review.site import Site
from intake.review.wording import Wording

# The parts of the page, in the order in which people ask for them; windows have a table of their own.
PARTS = (
    "classes", "reminders", "calendar", "approval", "closing", "tasks", "completeness", "review", "causes", "routing",
    "recipients", "digest", "survey", "cards", "warning", "on_site", "departments", "rates",
)  # fmt: skip
NAMED = frozenset({"causes", "recipients", "departments", "rates"})  # tables whose keys are no words of ours

Teller = Callable[[Value], str]

_SPAN = re.compile(r"([1-9]\d*)(m|h|d|wh|wd)")
_WORKING = {"h": "wh", "d": "wd"}

router = APIRouter(dependencies=[Guarded])


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in words; `shipped` is the shipped one where it differs."""

    says: str
    shipped: str = ""
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the page: its name, its key in the file, its cells, where it comes from."""

    name: str
    key: str
    cells: tuple[Cell, ...]
    origin: Origin

    @property
    def differs(self) -> bool:
        return any(cell.differs for cell in self.cells)


@dataclass(frozen=True, slots=True)
class FileState:
    """The company's own file: `trouble` where it could not be used at the next start, `changed` where what stands in
    it now is not what the service runs with.
    """

    path: str = ""
    changed: bool = False
    trouble: str = ""


@router.get("/admin/policy")
def admin_policy(request: Request, site: TheSite) -> Response:
    wording, policy = site.pages.wording(request), site.office.policy
    listed = figures(policy)
    parts = {name: list(_rows(name, listed, policy, wording)) for name in PARTS}
    today = site.clock().astimezone(site.settings.company.zone).date()
    return site.pages.page(
        request,
        "admin_policy.html",
        windows=list(window_rows(listed, wording)),
        parts=parts,
        days=list(unusual_days(policy, site.office.calendar, today)),
        file=file_of(site),
        differing=sum(figure.differs for figure in listed),
    )


def file_of(site: Site) -> FileState:
    """The company's own file, as it is now."""
    name = site.settings.policy.file
    if not name:
        return FileState()
    path: Path = site.settings.path(name)
    try:
        return FileState(str(path), load_policy(path) != site.office.policy)
    except SettingsError as error:
        return FileState(str(path), True, str(error))


# -------------------------------------------------------------------- windows


def window_rows(listed: Sequence[Figure], wording: Wording) -> Iterator[Row]:
    """A row a window: class A, B, C, and how its time is counted."""
    tables: dict[str, list[Figure]] = {}
    for figure in listed:
        if figure.path.startswith("windows."):
            tables.setdefault(figure.path.split(".")[1], []).append(figure)
    for name, own in tables.items():
        clock = next(figure for figure in own if figure.key == "clock")
        clause = next(figure for figure in own if figure.key == "clause")
        cells = [
            _span_cell([one for one in own if one.path.split(".")[2] == letter], clock, wording) for letter in "ABC"
        ]
        cells.append(_cell(clock, lambda value: wording.t(f"policy.clock_{value}")))
        yield Row(_window(name, wording), f"windows.{name}", tuple(cells), Origin((str(clause.value),)))


def _window(name: str, wording: Wording) -> str:
    """A window's name; where its spans go by distance, which is which."""
    if name != "on_site":
        return wording.name("windows", name)
    places = " / ".join(wording.t(f"policy.place_{place}") for place in ("own_province", "other_province", "remote"))
    return wording.t("policy.by_distance", window=wording.name("windows", name), places=places)


def _span_cell(own: Sequence[Figure], clock: Figure, wording: Wording) -> Cell:
    """The spans of one class: one, or by distance."""

    def said(values: list[Value]) -> str:
        told = [span_told(str(value), wording, str(clock.value) == "working_time") for value in values]
        return told[0] if len(set(told)) == 1 else " / ".join(told)

    differs = any(figure.differs for figure in own)
    shipped = said([figure.shipped or "-" for figure in own]) if differs else ""
    return Cell(said([figure.value for figure in own]), shipped, differs)


def span_told(text: str, wording: Wording, working: bool = False) -> str:
    """A span as people say it. `working`: hours and days are those of working time."""
    if text in ("-", "same_day"):
        return wording.t("policy.none" if text == "-" else "policy.same_day")
    found = _SPAN.fullmatch(text)
    if found is None:
        return text
    unit = _WORKING.get(found[2], found[2]) if working else found[2]
    return wording.t(f"policy.unit_{unit}", n=found[1])


# -------------------------------------------------------------------- all else


def _rows(table: str, listed: Sequence[Figure], policy: Policy, wording: Wording) -> Iterator[Row]:
    mine = [figure for figure in listed if figure.path.split(".", 1)[0] == table]
    if table in NAMED:
        yield from _named_rows(table, mine, policy, wording)
        return
    for figure in mine:
        cell = _cell(figure, lambda value, key=figure.path: _told(key, value, policy, wording))  # type: ignore[misc]
        yield Row(wording.t(f"policy_keys.{table}_{figure.key}"), figure.path, (cell,), figure.origin)


def _named_rows(table: str, mine: Sequence[Figure], policy: Policy, wording: Wording) -> Iterator[Row]:
    """One row a cause, a letter, a department or a currency, with all that is said of it."""
    rows: dict[str, list[Figure]] = {}
    for figure in mine:
        if figure.key != "label":
            rows.setdefault(figure.path.split(".")[1], []).append(figure)
    for key, own in rows.items():
        cells = [_cell(figure, lambda value: _told(table, value, policy, wording)) for figure in own]
        yield Row(_name(table, key, policy, wording), f"{table}.{key}", tuple(cells), own[0].origin)


def _name(table: str, key: str, policy: Policy, wording: Wording) -> str:
    if table == "causes":
        return policy.causes[key].label
    if table == "departments":
        printed = policy.departments.names(key)[0]  # type: ignore[arg-type]
        return wording.name("departments", printed) if wording.letters.has("departments", printed) else printed
    if table == "recipients":
        return wording.t("policy.reports") if key == "report" else wording.name("purposes", key)
    return key


def _cell(figure: Figure, told: Teller) -> Cell:
    shipped = "" if figure.shipped is None or not figure.differs else told(figure.shipped)
    return Cell(told(figure.value), shipped, figure.differs)


def _told(path: str, value: Value, policy: Policy, wording: Wording) -> str:
    """A value in words; its table says what its words mean."""
    table = path.split(".")[0]
    if isinstance(value, tuple):
        return wording.t("policy.comma").join(_word(table, path, one, policy, wording) for one in value) or wording.t(
            "policy.none"
        )
    return _word(table, path, value, policy, wording)


def _word(table: str, path: str, word: str, policy: Policy, wording: Wording) -> str:
    if word in ("true", "false"):
        return wording.t("policy.yes" if word == "true" else "policy.no")
    if table in ("approval", "recipients"):
        return wording.t("policy.owner") if word == "owner" else wording.t(f"roles.{word}")
    if table in ("causes", "routing"):
        known = type(policy.departments).model_fields
        return policy.departments.names(word)[0] if word in known else word  # type: ignore[arg-type]
    if table == "completeness":
        return wording.t("policy.or").join(wording.name("fields", one) for one in word.split("|"))
    if path in _CHOICES:
        key = f"{_CHOICES[path]}_{word}"
        return wording.t(key) if wording.has(key) else word
    return span_told(word, wording, table == "tasks")


# What a word of these figures is called, under "…_word".
_CHOICES = {
    "classes.unknown_currency": "policy.currency",
    "calendar.weekdays": "policy.weekday",
    "digest.weekly_on": "policy.weekday",
    "digest.days": "policy.days",
    "on_site.unknown": "policy.place",
    "on_site.abroad": "policy.place",
    "survey.threshold": "policy.grade",
}
