"""The 8D report of a record: its fields, whose fault it is, and the approval of a revision before it is sent.

A revision that the customer has is never changed: what is written after it is the next one.
"""

from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from intake.acts.act import EVERYBODY, Act, Key, Values
from intake.acts.case import Actor, Case, World, owner_person
from intake.acts.work import WORKERS
from intake.eightd.checks import Finding, Severity, check, record_facts
from intake.eightd.draft import first_draft
from intake.errors import RecordError, UsageError
from storage.eight_d import (
    Action,
    Axis,
    Cause,
    Change,
    Containment,
    Document,
    EightD,
    Member,
    Place,
    Report,
    ReportState,
)
from storage.eight_d_json import eight_d_from, eight_d_json
from storage.life import Responsibility

_PLAIN: TypeAdapter[Any] = TypeAdapter(Any)
_WITH_THE_CUSTOMER = (ReportState.SENT, ReportState.ACCEPTED, ReportState.REJECTED)
# The empty row of each list, and by what word of theirs the rows of two of them are named.
_ROWS = {
    "members": _PLAIN.dump_python(Member(), mode="json"),
    "rows": _PLAIN.dump_python(Containment(Place.CUSTOMER), mode="json"),
    "causes": _PLAIN.dump_python(Cause(Axis.OCCURRENCE), mode="json"),
    "d5": _PLAIN.dump_python(Action(), mode="json"),
    "documents": _PLAIN.dump_python(Change(Document.PFMEA), mode="json"),
}
_NAMED = {"rows": ("place", tuple(Place)), "documents": ("document", tuple(Document))}


def write(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Fields of the 8D, each by its path: `d3.clean_batch`, `d3.rows.customer.action`, `d4.causes.1.text`."""
    if not values:
        raise UsageError("report needs a field.", "Write PATH=VALUE, such as d3.clean_batch=B2406-07.")
    report = draft_of(case, world)
    plain = eight_d_json(report)
    for path, text in values.items():
        _set(plain, path.split("."), text, path)
    try:
        changed = eight_d_from(plain)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        why = f"8D {place}: {first['msg']}."
        raise UsageError(why, "Dates are YYYY-MM-DD, yes or no are true or false.") from error
    return with_report(case, changed, who, world, {"fields": sorted(values)})


def draft_of(case: Case, world: World) -> EightD:
    """The newest revision's contents; for a record without 8D a first draft of what the record says."""
    if case.report is not None:
        return case.report.report
    desk = world.office.desk
    return first_draft(case.record, case.windows, desk.name, owner_person(case, world), desk.zone)


def with_report(case: Case, report: EightD, who: Actor, world: World, told: Any = None) -> Case:
    """The case with this 8D as its draft: the newest revision's, or the next one's where the customer has that."""
    newest = case.report
    if newest is not None and newest.report == report:
        return case.saying("The report says that already.")
    revision = 1
    if newest is not None:
        revision = newest.revision + 1 if newest.state in _WITH_THE_CUSTOMER else newest.revision
    draft = Report(case.number, revision, report, ReportState.DRAFT, who.email, world.now)
    return (
        replace(case, report=draft)
        .noted(who, world, "report_written", new={"revision": revision, **(told or {})})
        .saying(f"8D revision {revision} is a draft.")
    )


def _set(plain: dict[str, Any], path: list[str], text: str, whole: str) -> None:
    """Puts a typed value at a path of the 8D's JSON. A list grows where the path names a row that is not there yet."""
    here: Any = plain
    for above, part in zip(("", *path), path[:-1], strict=False):
        here = _step(here, above, part, whole)
    last = path[-1]
    if not isinstance(here, dict) or last not in here or isinstance(here[last], dict):
        raise _no_field(whole)
    here[last] = _typed(here[last], text)


def _step(here: Any, name: str, part: str, whole: str) -> Any:
    """One step down: into a field, or into a row of the list `name` by its position, its place or its document."""
    if isinstance(here, dict) and part in here:
        return here[part]
    if not isinstance(here, list) or name not in _ROWS:
        raise _no_field(whole)
    key, choices = _NAMED.get(name, ("", ()))
    if part in choices:
        found = next((row for row in here if row[key] == part), None)
        if found is None:
            found = {**_ROWS[name], key: part}
            here.append(found)
        return found
    if not part.isdigit() or not 1 <= int(part) <= len(here) + 1:
        raise _no_field(whole)
    if int(part) == len(here) + 1:
        here.append(dict(_ROWS[name]))
    return here[int(part) - 1]


def _no_field(whole: str) -> UsageError:
    return UsageError(f"The 8D has no field {whole!r}.", "docs/eightd.md lists its fields; rows count from 1.")


def _typed(old: Any, text: str) -> Any:
    """As JSON wants it: "" empties, `;` separates the parts of a list; dates, numbers and choices are checked after."""
    text = text.strip()
    if isinstance(old, list):
        return [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]
    if isinstance(old, str):
        return text
    answers = {"yes": True, "是": True, "no": False, "否": False}
    return answers.get(text.lower(), text or None)


def decide(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Whose fault it is (责任判定), once that is known; it chooses what the customer is written."""
    old, new = case.life.responsibility, Responsibility(values["responsibility"])
    case = replace(case, life=replace(case.life, responsibility=new))
    return case.noted(
        who, world, "responsibility", old=old, new={"responsibility": new, "reason": values["reason"]}
    ).saying(f"Responsible: {new.value}.")


def findings(case: Case, world: World, first: bool) -> tuple[Finding, ...]:
    """What a customer would send the newest revision back for."""
    day = world.now.astimezone(world.office.desk.zone).date()
    return check(draft_of(case, world), record_facts(case.record), day, first)


def approve(case: Case, values: Values, who: Actor, world: World) -> Case:
    """The newest revision may go to the customer. Whatever must be mended first is named; `despite` passes over it."""
    report = case.report
    if report is None:
        raise RecordError(f"{case.number} has no 8D yet.", "Write it, or take a filled form in.")
    if report.state is not ReportState.DRAFT:
        return case.saying(f"Revision {report.revision} is {report.state.value}.")
    roles = world.office.policy.approval.of(case.record.letter)
    if roles and not who.roles & set(roles):
        named = ", ".join(role.value for role in roles)
        raise RecordError(
            f"{who.email} may not approve a report of class {case.record.letter.value}.", f"One of: {named}."
        )
    found = findings(case, world, first=values.get("report") != "full")
    stops = [finding for finding in found if finding.severity is Severity.STOP]
    despite = values.get("despite")
    if stops and not despite:
        named = "; ".join(f"{finding.id} ({finding.field})" for finding in stops)
        raise RecordError(
            f"The customer would send the report back: {named}.",
            "`intake eightd check` explains each; mend them, or give despite=… with the reason.",
        )
    approved = replace(
        report,
        state=ReportState.APPROVED,
        approved_by=who.email,
        approved_at=world.now,
        warnings=tuple(finding.id for finding in found),
    )
    told = {"revision": report.revision, "warnings": list(approved.warnings), **({"despite": despite} if stops else {})}
    return (
        replace(case, report=approved)
        .noted(who, world, "report_approved", new=told)
        .saying(f"Revision {report.revision} is approved.")
    )


REPORT_ACTS = (
    Act(
        "report",
        "write fields of the 8D",
        write,
        who=WORKERS,
        open_keys="PATH=VALUE, such as d3.clean_batch=B2406-07, d3.rows.customer.action=… or d4.causes.1.text=…",
    ),
    Act(
        "decide",
        "say whose fault it is",
        decide,
        (
            Key("responsibility", "whose", "choice", True, tuple(Responsibility)),
            Key("reason", "on what evidence", required=True),
        ),
    ),
    Act(
        "approve",
        "approve the newest revision of the 8D",
        approve,
        (
            Key("report", "first (D0–D3, the default) or full", "choice", choices=("first", "full")),
            Key("despite", "why, although the checks stop it"),
        ),
        who=EVERYBODY,
    ),
)
