"""The policy file as data: the shipped `default.toml`, overlaid by the company's own file, checked whole.

Figures are settings, decisions are code: this module knows the figures' forms and nothing of what follows from them.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, ValidationError, model_validator

from intake.errors import SettingsError
from parsers.types import ITEM_FIELDS
from storage.life import Grade, TaskKind
from storage.records import Class, Role, WindowName

DEFAULT = Path(__file__).with_name("default.toml")

Clock = Literal["round_the_clock", "working_time", "calendar_days", "local_day"]
Unit = Literal["m", "h", "d", "wh", "wd", "same_day"]
Distance = Literal["own", "other", "remote"]

_SPAN = re.compile(r"([1-9][0-9]{0,3})(m|h|d|wh|wd)", re.ASCII)
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]|24):([0-5][0-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time as people state it: `2h`, `7d`, `3wd`, `same_day`. How long it lasts depends on the calendar."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return "same_day" if self.unit == "same_day" else f"{self.amount}{self.unit}"


def span(text: object) -> Span:
    """The span that a text states; ValueError where it states none."""
    if isinstance(text, Span):
        return text
    if text == "same_day":
        return Span(0, "same_day")
    found = _SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise ValueError('must be a span of time such as "2h", "7d", "4wh", "3wd" or "same_day"')
    return Span(int(found[1]), found[2])  # type: ignore[arg-type]  # the pattern lets only units through


def _span_or_none(text: object) -> Span | None:
    return None if text is None or text == "-" else span(text)


def _length(text: object) -> timedelta:
    """A span whose length depends on no calendar: minutes, hours, or days of 24 hours."""
    if isinstance(text, timedelta):
        return text
    stated = span(text)
    units = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
    if stated.unit not in units:
        raise ValueError('must be minutes, hours or days, such as "24h"')
    return stated.amount * units[stated.unit]


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of working time in a day, from `start` up to but not including `end`; an end of 24:00 is `time.max`."""

    start: time
    end: time


def _shift(text: object) -> Shift:
    if isinstance(text, Shift):
        return text
    found = _HOURS.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None or (found[3] == "24" and found[4] != "00"):
        raise ValueError('must be hours such as "08:00-12:00"')
    end = time.max if found[3] == "24" else time(int(found[3]), int(found[4]))
    shift = Shift(time(int(found[1]), int(found[2])), end)
    if shift.start >= shift.end:
        raise ValueError("must end after it begins")
    return shift


SpanOrNone = Annotated[Span | None, BeforeValidator(_span_or_none)]
Length = Annotated[timedelta, BeforeValidator(_length)]
Department = Literal["quality", "technical", "factory", "sales", "materials", "warehouse", "production_planning"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Classes(_Table):
    claim_limit: Decimal = Field(gt=0)
    claim_currency: str = Field(pattern=r"^[A-Z]{3}$")
    unknown_currency: Literal["counts", "ignored"]
    repeats: StrictInt = Field(ge=2)
    repeat_months: StrictInt = Field(ge=1, le=120)


class WindowPolicy(_Table):
    """One window's spans, a class each; None: no such window in that class."""

    A: SpanOrNone
    B: SpanOrNone
    C: SpanOrNone
    clock: Clock
    clause: str = Field(min_length=1)

    def span(self, letter: Class, distance: Distance) -> Span | None:
        spans = {Class.A: self.A, Class.B: self.B, Class.C: self.C}
        return spans[letter]


class SpanByDistance(_Table):
    own_province: SpanOrNone
    other_province: SpanOrNone
    remote: SpanOrNone

    def span(self, distance: Distance) -> Span | None:
        return {"own": self.own_province, "other": self.other_province, "remote": self.remote}[distance]


def _by_distance(value: object) -> object:
    """`"-"` or one span stands for all three distances."""
    if isinstance(value, str):
        return {"own_province": value, "other_province": value, "remote": value}
    return value


Distances = Annotated[SpanByDistance, BeforeValidator(_by_distance)]


class OnSiteWindow(_Table):
    """The window at the customer's: its spans depend on how far it is."""

    A: Distances
    B: Distances
    C: Distances
    clock: Clock
    clause: str = Field(min_length=1)

    def span(self, letter: Class, distance: Distance) -> Span | None:
        return {Class.A: self.A, Class.B: self.B, Class.C: self.C}[letter].span(distance)


class Windows(_Table):
    acknowledgement: WindowPolicy
    management_report: WindowPolicy
    dispatch: WindowPolicy
    on_site_confirmation: WindowPolicy
    solution_or_progress: WindowPolicy
    first_report: WindowPolicy
    on_site: OnSiteWindow
    replacement: WindowPolicy
    hazard_notice: WindowPolicy
    written_record: WindowPolicy
    handled: WindowPolicy
    full_report: WindowPolicy

    def of(self, name: WindowName) -> WindowPolicy | OnSiteWindow:
        found: WindowPolicy | OnSiteWindow = getattr(self, name.value)
        return found


Place = Literal["own_province", "other_province", "remote"]


class OnSite(_Table):
    unknown: Place
    abroad: Place
    remote_provinces: tuple[str, ...]


class CalendarPolicy(_Table):
    hours: tuple[Annotated[Shift, BeforeValidator(_shift)], ...] = Field(min_length=1)
    weekdays: tuple[Annotated[StrictInt, Field(ge=1, le=7)], ...] = Field(min_length=1)
    country: str = Field(pattern=r"^([A-Z]{2})?$")
    years_entered: tuple[StrictInt, ...]
    days_off: frozenset[date]
    working_days: frozenset[date]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "CalendarPolicy":
        for before, after in zip(self.hours, self.hours[1:], strict=False):
            if after.start < before.end:
                raise ValueError("hours must follow each other without overlap")
        if both := sorted(self.days_off & self.working_days):
            raise ValueError(f"{both[0]} stands in both days_off and working_days")
        return self


class Reminders(_Table):
    first_percent: StrictInt = Field(ge=1, le=99)
    second_percent: StrictInt = Field(ge=1, le=99)
    no_first_under: Length
    escalate_after: Length
    auto_progress: Length
    auto_progress_of: Length
    sign_within: Length
    escalate_task_after: Length
    catch_up_after: Length

    @model_validator(mode="after")
    def _in_order(self) -> "Reminders":
        if self.first_percent >= self.second_percent:
            raise ValueError("first_percent must be below second_percent")
        if self.auto_progress >= self.auto_progress_of:
            raise ValueError("auto_progress must be shorter than auto_progress_of")
        return self


def _time(text: object) -> object:
    if isinstance(text, str) and re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text, re.ASCII):
        return time.fromisoformat(text)
    if isinstance(text, time):
        return text
    raise ValueError('must be a time of day such as "08:00"')


class DigestPolicy(_Table):
    """When the daily digest and the reports go. `weekly_on`: 1 is Monday, 0 for no weekly report."""

    time: Annotated[time, BeforeValidator(_time)]
    days: Literal["working", "all"]
    weekly_on: StrictInt = Field(ge=0, le=7)
    monthly: bool
    top: StrictInt = Field(ge=1, le=50)


class SurveyPolicy(_Table):
    """When customers are asked whether they are satisfied. `half_yearly`: months, 1 to 12; none: not asked."""

    after_days: StrictInt = Field(ge=0, le=365)
    half_yearly: tuple[Annotated[StrictInt, Field(ge=1, le=12)], ...]
    reply_within_days: StrictInt = Field(ge=1, le=90)
    threshold: Grade


class CardsPolicy(_Table):
    """When customers' cards are to be verified. `verify_month`: 1 to 12; 0: never."""

    verify_month: StrictInt = Field(ge=0, le=12)
    active_months: StrictInt = Field(ge=1, le=120)


class WarningPolicy(_Table):
    """When an early warning is suggested, and what follows where a customer does not confirm one."""

    occasions: StrictInt = Field(ge=2, le=100)
    confirm_within: Annotated[Span, BeforeValidator(span)]
    escalate_after: Annotated[Span, BeforeValidator(span)]


def _known_field(text: object) -> object:
    if not isinstance(text, str) or any(name not in ITEM_FIELDS for name in text.split("|")):
        raise ValueError(f"must name fields of an item: {', '.join(ITEM_FIELDS)}")
    return text


class Completeness(_Table):
    fields: tuple[Annotated[str, BeforeValidator(_known_field)], ...]


class Review(_Table):
    threshold: Annotated[Decimal, Field(ge=0, le=1)]


Names = Annotated[tuple[str, ...], Field(min_length=1)]


class Departments(_Table):
    quality: Names
    technical: Names
    factory: Names
    sales: Names
    materials: Names
    warehouse: Names
    production_planning: Names

    def names(self, key: Department) -> tuple[str, ...]:
        found: tuple[str, ...] = getattr(self, key)
        return found


class Routing(_Table):
    department_if_unknown: Department


class Cause(_Table):
    label: str
    departments: tuple[Department, ...] = Field(min_length=1)


Holder = Role | Literal["owner"]


class Recipients(_Table):
    to: tuple[Holder, ...] = Field(min_length=1)
    cc: tuple[Holder, ...] = ()


class Tasks(_Table):
    """How long each kind of task may take where no window says it; `2h` and `3d` are working time."""

    stock_check: SpanOrNone
    sample: SpanOrNone
    return_inspection: SpanOrNone
    retained_sample: SpanOrNone
    verification: SpanOrNone
    coordination: SpanOrNone
    action: SpanOrNone
    recall: SpanOrNone
    supplier_report: SpanOrNone
    inspect_all_up_to: StrictInt = Field(ge=0)

    def end_of(self, kind: TaskKind) -> Span | None:
        """None for the kinds that a window of their name ends."""
        found: Span | None = getattr(self, kind.value, None)
        return found


class Approval(_Table):
    """The roles of which one approves a report, by class; empty: no approval is needed."""

    A: tuple[Role, ...]
    B: tuple[Role, ...]
    C: tuple[Role, ...]

    def of(self, letter: Class) -> tuple[Role, ...]:
        return {Class.A: self.A, Class.B: self.B, Class.C: self.C}[letter]


class Closing(_Table):
    revise_within: Annotated[Span, BeforeValidator(span)]
    accept_after: Length
    verification: bool


class RecipientsTable(_Table):
    dispatch: Recipients
    management_report: Recipients
    unsigned: Recipients
    due_soon: Recipients
    overdue: Recipients
    escalation: Recipients
    digest: Recipients
    report: Recipients
    system_trouble: Recipients


class Policy(_Table):
    """Every figure of the policy file."""

    classes: Classes
    rates: Mapping[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], Annotated[Decimal, Field(gt=0)]]
    windows: Windows
    on_site: OnSite
    calendar: CalendarPolicy
    reminders: Reminders
    digest: DigestPolicy
    completeness: Completeness
    tasks: Tasks
    approval: Approval
    closing: Closing
    survey: SurveyPolicy
    warning: WarningPolicy
    cards: CardsPolicy
    review: Review
    departments: Departments
    routing: Routing
    causes: Mapping[str, Cause]
    recipients: RecipientsTable

    @property
    def repeat_span_days(self) -> int:
        """How far back occurrences of a problem are counted; 12 months are 365 days."""
        return round(self.classes.repeat_months * 365 / 12)

    @model_validator(mode="after")
    def _limit_has_a_rate(self) -> "Policy":
        if self.rates.get(self.classes.claim_currency) != 1:
            raise ValueError(f"rates.{self.classes.claim_currency}: the currency of claim_limit must have the rate 1")
        return self


def default_text() -> str:
    """The shipped policy file, comments and all: what `intake init` writes."""
    return DEFAULT.read_text(encoding="utf-8")


def load_policy(path: Path | None) -> Policy:
    """The shipped figures, overlaid by those of the company's file.

    SettingsError names the file, the key, what is wrong and what to do.
    """
    figures = _tables(DEFAULT, default_text())
    if path is None:
        return Policy.model_validate(figures)
    try:
        own = _tables(path, path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(
            f"There is no policy file {path}.", "Run `intake init`, or leave [policy] file out."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The policy file {path} cannot be read: {error}.", "Check its rights; it must be UTF-8."
        ) from error
    try:
        return Policy.model_validate(_overlaid(figures, own))
    except ValidationError as error:
        raise _refused(path, error) from error


def _tables(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"The policy file {path} is no valid TOML: {error}.", 'Mend that line; texts stand in "quotes".'
        ) from error


def _overlaid(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are joined key by key; everything else, lists too, is replaced."""
    out = dict(base)
    for key, value in own.items():
        below = out.get(key)
        out[key] = _overlaid(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return out


def _refused(path: Path, error: ValidationError) -> SettingsError:
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
    said = {"extra_forbidden": "unknown key", "missing": "is missing"}
    what = said.get(first["type"], first["msg"].removeprefix("Value error, "))
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    where = f"{path}: {key}: {what}" if key else f"{path}: {what}"
    return SettingsError(f"{where}{more}.", "Correct it; `intake init` writes a commented example.")
