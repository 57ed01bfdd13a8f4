"""The 8D as JSON, out and in: `{"format": "intake-8d/1", "record": …, "revision": …, "report": {…}}`."""

import json
from typing import Any

from pydantic import ValidationError

from intake.errors import UsageError
from storage.eight_d import EightD, Report
from storage.eight_d_json import eight_d_from, eight_d_json

FORMAT = "intake-8d/1"
KEYS = {"format", "record", "revision", "state", "report"}


def exported(report: Report) -> str:
    """One JSON object, indented, readable in any language."""
    return json.dumps(as_json(report), ensure_ascii=False, indent=2) + "\n"


def as_json(report: Report) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "record": report.record,
        "revision": report.revision,
        "state": str(report.state),
        "report": eight_d_json(report.report),
    }


def imported(text: str) -> EightD:
    """The report of such an object. UsageError names the place that is unknown or wrong."""
    try:
        told = json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"The file is no JSON: {error}.", "Export one with `intake eightd export` and compare."
        ) from error
    return taken_in(told)


def taken_in(told: Any) -> EightD:
    """The same for an object that was read already."""
    if not isinstance(told, dict) or told.get("format") != FORMAT or not isinstance(told.get("report"), dict):
        raise UsageError(f"The file is no 8D of the format {FORMAT}.", "Export one and compare.")
    if foreign := sorted(set(told) - KEYS):
        raise UsageError(
            f"{foreign[0]}: there is no such field.", f"Beside the report stand {', '.join(sorted(KEYS))}."
        )
    try:
        report = eight_d_from(told["report"])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"report.{place}: {first['msg']}.", "Correct it and import again.") from error
    unknown = _unknown(told["report"], eight_d_json(report), "report")
    if unknown:
        raise UsageError(f"{unknown}: there is no such field.", "docs/eightd.md lists the fields.")
    return report


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no figure")


def _unknown(given: Any, known: Any, place: str) -> str:
    """The first key that the 8D does not know; empty where there is none."""
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            if key not in known:
                return f"{place}.{key}"
            if found := _unknown(value, known[key], f"{place}.{key}"):
                return found
    if isinstance(given, list) and isinstance(known, list):
        for position, (one, other) in enumerate(zip(given, known, strict=False)):
            if found := _unknown(one, other, f"{place}.{position}"):
                return found
    return ""
