"""What goes wrong, in one shape for all of the API: problem details (RFC 9457) with what to do about it.

One table of the kinds of problems serves the answers, the OpenAPI document and the page of documentation. Answers are
in the caller's language, by the catalogue that the pages use; `code` is the same in each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from intake.errors import IntakeError, NotAllowed, RecordError, UsageError
from intake.review.pages import Pages
from intake.review.refusals import Refusal
from intake.review.wording import LANGUAGES, Wording
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
    code: str = Field(description="the same as a word, for programs: it is the same in every language")
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


def language_asked(header: str) -> str:
    """The language of ours that an Accept-Language header likes best; "" where it names none of them."""
    liked: list[tuple[float, str]] = []
    for part in header.split(","):
        name, _, quality = part.strip().lower().partition(";q=")
        known = next((one for one in LANGUAGES if name.partition("-")[0] == one.partition("-")[0]), "")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if known and 0 < weight <= 1:
            liked.append((weight, known))
    return max(liked, key=lambda one: one[0])[1] if liked else ""


def wording_of(pages: Pages, request: Request) -> Wording:
    """In the language that the request asks for; else the user's; else the company's."""
    wording = pages.wording(request)
    asked = language_asked(request.headers.get("accept-language", ""))
    return replace(wording, language=asked) if asked else wording


def problem(
    wording: Wording,
    name: str,
    detail: str = "",
    remedy: str = "",
    errors: Iterable[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """An answer of one of `KINDS`; what it says are English lines of ours, which are put into the language."""
    kind = KINDS[name]
    found = [FieldProblem(where=one.where, what=wording.said(one.what)) for one in errors]
    if detail:
        said = wording.said(detail)
    else:
        said = f"{found[0].where}: {found[0].what}" if found else wording.said(kind.title)
    told = Problem(
        type=f"{ROOT}/docs#{name}",
        code=name,
        title=wording.said(kind.title),
        status=kind.status,
        detail=said,
        remedy=wording.said(remedy or kind.remedy) or wording.said(kind.remedy),
        errors=found,
    )
    return JSONResponse(
        told.model_dump(), kind.status, {**(headers or {}), "content-language": wording.language}, MEDIA_TYPE
    )


def problem_of(error: Exception, wording: Wording, media_type: str = "") -> JSONResponse:
    """The answer to whatever a route, or the door before it, raised; `media_type` is that of the request."""
    if isinstance(error, RequestValidationError):
        return _invalid(error, wording, media_type)
    if isinstance(error, HTTPException):
        name = _BY_STATUS.get(error.status_code, "malformed" if error.status_code < 500 else "fault")
        return problem(wording, name, headers=_kept(error.headers))
    if isinstance(error, Refusal):
        name = _BY_STATUS.get(error.status, "malformed")
        if isinstance(error, Invalid):
            return problem(wording, name, error.detail, error.remedy, error.errors)
        bearer = {"www-authenticate": "Bearer"} if error.status == 401 else None
        return problem(wording, name, error.detail, headers=bearer)
    for kinds, name in _RAISED:
        if isinstance(error, kinds):
            return problem(wording, name, getattr(error, "cause", ""), getattr(error, "remedy", ""))
    return problem(wording, "fault")


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


def _invalid(error: RequestValidationError, wording: Wording, media_type: str) -> JSONResponse:
    found = error.errors()
    if any(one.get("type") == "json_invalid" for one in found):
        return problem(wording, "malformed")
    if any(one["loc"] == ("body",) for one in found) and not media_type.lower().startswith(_TAKEN):
        return problem(wording, "media-type")
    errors = [
        FieldProblem(where=".".join(str(part) for part in one["loc"])[:_LONGEST], what=str(one["msg"])[:_LONGEST])
        for one in found[:_MOST_ERRORS]
    ]
    return problem(wording, "invalid", errors=errors)


def fault(status: int, name: str, wording: Wording) -> tuple[str, bytes]:
    """(media type, body) of what goes wrong before or behind the routes; `name` is the id that the log has."""
    detail = f"Its id is {name}." if status >= 500 else ""
    return MEDIA_TYPE, bytes(problem(wording, _BY_STATUS.get(status, "fault"), detail).body)


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
