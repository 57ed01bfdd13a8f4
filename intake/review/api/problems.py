"""What goes wrong, in one shape for all of the API: problem details (RFC 9457) with what to do about it.

One table of the kinds of problems serves the answers, the OpenAPI document and the page of documentation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from intake.errors import IntakeError, NotAllowed, RecordError, UsageError
from intake.review.refusals import Refusal
from storage.errors import AlreadyThere, Conflict, NotThere, StorageTrouble

ROOT = "/api/v1"
MEDIA_TYPE = "application/problem+json"
_TAKEN = ("application/json", "multipart/form-data")
_MOST_ERRORS = 20
_LONGEST = 300  # characters of one message


class FieldProblem(BaseModel):
    """One value that cannot be taken."""

    where: str = Field(description="its place, such as `body.keys` or `query.limit`")
    what: str = Field(description="what is wrong with it")


class Problem(BaseModel):
    """What went wrong, and what to do (RFC 9457)."""

    type: str = Field(description="the kind of problem, as an address of the documentation")
    title: str = Field(description="the kind of problem in words")
    status: int = Field(description="the HTTP status")
    detail: str = Field("", description="what is wrong with this very request")
    remedy: str = Field("", description="what to do about it")
    errors: list[FieldProblem] = Field([], description="for `invalid`: each value that cannot be taken")


@dataclass(frozen=True, slots=True)
class Kind:
    status: int
    title: str
    remedy: str


KINDS: Mapping[str, Kind] = {
    "malformed": Kind(400, "The request cannot be read.", "Send JSON as the documentation describes it."),
    "no-token": Kind(401, "No token that is good.", "Send Authorization: Bearer and a token of a user."),
    "forbidden": Kind(403, "This user may not do that.", "Ask an administrator for the role that it takes."),
    "not-found": Kind(404, "There is no such thing.", "Look at the list that it should be in."),
    "no-method": Kind(405, "The address takes no such method.", "Look at the documentation for those that it takes."),
    "conflict": Kind(409, "It cannot be done as things stand.", "Read it again, then decide."),
    "changed": Kind(412, "It was changed in the meantime.", "Read it again, then send the new version in If-Match."),
    "too-large": Kind(413, "The request is too large.", "Send less."),
    "media-type": Kind(415, "A body of this media type cannot be taken.", "Send application/json."),
    "invalid": Kind(422, "A value cannot be taken.", "Correct the values that are named."),
    "no-version": Kind(
        428, "The version that is to be changed must be named.", "Send the ETag of the answer in If-Match."
    ),
    "too-many": Kind(429, "Too many requests.", "Wait as long as Retry-After says."),
    "fault": Kind(500, "A fault of the service.", "Report it with the id."),
    "trouble": Kind(503, "The service cannot do that now.", "Try again later; the operator's log says more."),
}
_BY_STATUS = {kind.status: name for name, kind in KINDS.items()}


class Unchanged(Refusal):
    """The version in If-Match is not the one that stands."""

    status = 412
    key = "errors.changed"


class Invalid(Refusal):
    """A value that is none; `detail` says which, or `errors` where there are several."""

    status = 422

    def __init__(self, detail: str, remedy: str = "", errors: Iterable[FieldProblem] = ()) -> None:
        super().__init__(detail)
        self.remedy = remedy
        self.errors = tuple(errors)


class NoVersion(Refusal):
    status = 428
    key = "errors.changed"


def problem(
    name: str,
    detail: str = "",
    remedy: str = "",
    errors: Iterable[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    kind = KINDS[name]
    told = Problem(
        type=f"{ROOT}/docs#{name}",
        title=kind.title,
        status=kind.status,
        detail=detail or kind.title,
        remedy=remedy or kind.remedy,
        errors=list(errors),
    )
    return JSONResponse(told.model_dump(), kind.status, dict(headers or {}), MEDIA_TYPE)


def problem_of(error: Exception, media_type: str = "") -> JSONResponse:
    """The answer to whatever a route, or the door before it, raised; `media_type` is that of the request."""
    if isinstance(error, RequestValidationError):
        return _invalid(error, media_type)
    if isinstance(error, HTTPException):
        name = _BY_STATUS.get(error.status_code, "malformed" if error.status_code < 500 else "fault")
        return problem(name, headers=_kept(error.headers))
    if isinstance(error, Refusal):
        name = _BY_STATUS.get(error.status, "malformed")
        if isinstance(error, Invalid):
            return problem(name, error.detail, error.remedy, error.errors)
        return problem(name, error.detail, headers={"www-authenticate": "Bearer"} if error.status == 401 else None)
    for kinds, name in _RAISED:
        if isinstance(error, kinds):
            return problem(name, getattr(error, "cause", ""), getattr(error, "remedy", ""))
    return problem("fault")


_RAISED: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (NotAllowed, "forbidden"),
    (RecordError, "conflict"),
    (UsageError, "invalid"),
    ((Conflict, AlreadyThere), "conflict"),
    (NotThere, "not-found"),
    ((IntakeError, StorageTrouble), "trouble"),
)


def _kept(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {"allow": headers["Allow"]} if headers and "Allow" in headers else {}


def _invalid(error: RequestValidationError, media_type: str) -> JSONResponse:
    found = error.errors()
    if any(one.get("type") == "json_invalid" for one in found):
        return problem("malformed")
    if any(one["loc"] == ("body",) for one in found) and not media_type.lower().startswith(_TAKEN):
        return problem("media-type")
    errors = [
        FieldProblem(where=".".join(str(part) for part in one["loc"])[:_LONGEST], what=str(one["msg"])[:_LONGEST])
        for one in found[:_MOST_ERRORS]
    ]
    return problem("invalid", errors[0].where + ": " + errors[0].what if errors else "", errors=errors)


def fault(status: int, name: str) -> tuple[str, bytes]:
    """(media type, body) of what goes wrong before or behind the routes; `name` is the id that the log has."""
    detail = f"Its id is {name}." if status >= 500 else ""
    return MEDIA_TYPE, bytes(problem(_BY_STATUS.get(status, "fault"), detail).body)


def answers(*names: str) -> dict[int | str, dict[str, Any]]:
    """For the OpenAPI document: what a route may answer besides its own; 400, 401, 403, 429 and 503 every route may."""
    every = dict.fromkeys(("malformed", "no-token", "forbidden", "too-many", *names, "trouble"))
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    found: dict[int | str, dict[str, Any]] = {}
    for name in every:
        found[KINDS[name].status] = {"description": KINDS[name].title, "content": content}
    found[429]["headers"] = {"Retry-After": {"schema": {"type": "string"}, "description": "seconds to wait"}}
    found[401]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "Bearer"}}
    return found
