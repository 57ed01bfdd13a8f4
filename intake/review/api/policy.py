"""The policy as it stands, and the model that reads. Neither is changed here: one is a file, the other a folder."""

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from intake.policy.days import Stretch, unusual_days
from intake.policy.figures import Figure, figures
from intake.review.admin.model import LATELY, lately_of, model_of
from intake.review.admin.policy import file_of
from intake.review.api.entry import ApiGuarded
from intake.review.api.models import Day, Moment, Shape
from intake.review.api.problems import ROOT, answers
from intake.review.api.whole import maybe, moment
from intake.review.entry import TheSite

router = APIRouter(prefix=ROOT, dependencies=[ApiGuarded], tags=["administration"])

Value = str | list[str]


class FigureShape(Shape):
    """A figure of the policy, as the file writes it."""

    path: str = Field(description="its place in the file", examples=["windows.first_report.A"])
    value: Value
    shipped: Value | None = Field(description="the shipped one; null: a key of your own file")
    differs: bool
    clauses: list[str] = Field(description="of the procedures", examples=[["客诉信息处理流程 §5.2"]])
    ours: bool = Field(description="whether it is, all or in part, a figure of this software")


class StretchShape(Shape):
    """Days in a row that are not as their weekday is."""

    first: Day
    last: Day
    kind: Literal["off", "work"]
    ours: bool = Field(description="named by the policy file")
    guessed: bool = Field(description="not announced yet")


class PolicyFileShape(Shape):
    """Your own file, as it is now."""

    path: str = Field(description='"": the shipped policy is in force')
    changed: bool = Field(description="whether it says something else than the service runs with")
    trouble: str = Field(description="why the service could not start with it")


class PolicyShape(Shape):
    figures: list[FigureShape]
    days: list[StretchShape] = Field(description="of the next 400 days")
    file: PolicyFileShape


class ReadShape(Shape):
    """How a field was read lately, by what reviewers made of it."""

    field: str
    read: int
    wrong: int = Field(description="of those read, how many a person changed or took out")
    added: int = Field(description="how many a person had to add")
    right: float | None = Field(description="share of what was read that was right, 0 to 1")


class MeasuredShape(Shape):
    """A field's figures, as the model was measured when it was made; each 0 to 1."""

    field: str
    precision: float
    recall: float
    f1: float


class CorrectionShape(Shape):
    record: str
    item: int | None = Field(description="counted from 0; null: of the record or the customer")
    field: str
    old: Any
    new: Any
    by: str
    at: Moment


class ModelShape(Shape):
    """The model that reads. It is trained by `intake train`, and named in the settings."""

    own: bool = Field(description="trained by you; else the shipped one")
    folder: str
    mark: str = Field(description="made of its files: two models with the same mark are the same")
    release: str
    trained: Moment | None = Field(description="null for the shipped one")
    texts: int = Field(description="that it was measured with")
    main: float | None = Field(description="F1 of the main fields together, 0 to 1")
    threshold: float = Field(description="of confidence, below which a value is shown as doubtful")
    measured: list[MeasuredShape]
    days: int = Field(description="of which `lately` tells")
    reviewed: int = Field(description="records that were confirmed in these days")
    lately: list[ReadShape]
    corrections: list[CorrectionShape] = Field(description="the last ones, newest first")


@router.get("/policy", name="api_policy", responses=answers())
def policy(site: TheSite) -> PolicyShape:
    """Every figure in force with its clause, what your own file has different, and the free days ahead."""
    stands, file = site.office.policy, file_of(site)
    today = site.clock().astimezone(site.settings.company.zone).date()
    return PolicyShape(
        figures=[_figure(one) for one in figures(stands)],
        days=[_stretch(one) for one in unusual_days(stands, site.office.calendar, today)],
        file=PolicyFileShape(path=file.path, changed=file.changed, trouble=file.trouble),
    )


def _stretch(one: Stretch) -> StretchShape:
    first, last = one.first.isoformat(), one.last.isoformat()
    return StretchShape(first=first, last=last, kind=one.kind, ours=one.ours, guessed=one.guessed)


def _figure(one: Figure) -> FigureShape:
    return FigureShape(
        path=one.path,
        value=_plain(one.value),
        shipped=None if one.shipped is None else _plain(one.shipped),
        differs=one.differs,
        clauses=list(one.origin.clauses),
        ours=one.origin.ours,
    )


def _plain(value: str | tuple[str, ...]) -> Value:
    return list(value) if isinstance(value, tuple) else value


@router.get("/model", name="api_model", responses=answers())
def model(site: TheSite) -> ModelShape:
    """Which model reads, its figures, and what reviewers put right lately."""
    zone, one, lately = site.settings.company.zone, model_of(site.settings), lately_of(site)
    names = ("own", "folder", "mark", "release", "texts", "main")
    corrected = ("record", "item", "field", "old", "new", "by")
    return ModelShape(
        **{name: getattr(one, name) for name in names},
        trained=maybe(one.trained, zone),
        threshold=float(site.office.policy.review.threshold),
        measured=[
            MeasuredShape(field=name, **{key: float(row[key]) for key in ("precision", "recall", "f1")})
            for name, row in one.fields.items()
        ],
        days=LATELY.days,
        reviewed=lately.reviewed,
        lately=[
            ReadShape(field=name, read=read.read, wrong=read.wrong, added=read.added, right=read.right)
            for name, read in lately.read.items()
        ],
        corrections=[
            CorrectionShape(**{name: getattr(each, name) for name in corrected}, at=moment(each.at, zone))
            for each in lately.corrections
        ],
    )
