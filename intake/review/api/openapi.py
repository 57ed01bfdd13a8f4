"""The OpenAPI document of the API, and a page that shows it to people: plain HTML of ours, under the site's policy."""

from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from intake.review.api import (
    account,
    acts,
    administration,
    arrivals,
    cards,
    customer_forms,
    eight_d,
    entering,
    figures,
    imports,
    letters,
    mailboxes,
    master,
    master_changes,
    originals,
    people,
    photos,
    policy,
    records,
    report_views,
    templates,
    uploads,
    users,
    verifying,
    webhooks,
    workbooks,
)
from intake.review.api.entry import ApiGuarded
from intake.review.api.openapi_page import routes_of, shapes_of
from intake.review.api.problems import KINDS, ROOT, Problem, answers
from intake.review.entry import TheSite

VERSION = "1.0.0"
DESCRIPTION = (
    "What the review site's pages do, for programs. A token of a user says who asks: he may do here what he may do on"
    " the pages, by the same rules. Moments are ISO 8601 in the company's time zone. What goes wrong is told by problem"
    " details (RFC 9457) with a `remedy`."
)
_PARTS = (
    entering, records, acts, report_views, eight_d, photos, letters, originals, arrivals, uploads, master,
    customer_forms, people, cards, verifying, imports, master_changes, workbooks, figures, account, users,
    administration, mailboxes, policy, templates, webhooks,
)  # fmt: skip
TOLD = tuple(part.router for part in _PARTS)
TAGS = (
    ("records", "The inbox's list, its search, a record whole, a new record."),
    ("acts", "Every step in a record's life."),
    ("8D", "The 8D report of a record."),
    ("letters", "Letters to customers and to our own people."),
    ("originals", "What the customer sent."),
    ("arrivals", "Mails that were set aside."),
    ("uploads", "Scans and files that are given in."),
    ("master data", "Customers, products, shipments, suppliers, people; imports."),
    ("figures", "The numbers behind the charts."),
    ("account", "This user's own account."),
    ("users", "Who may sign in."),
    ("administration", "How the service is set and doing, and who did what."),
    ("webhooks", "What receivers of webhooks were told."),
)

_FRAMEWORKS = "Successful Response"

router = APIRouter(prefix=ROOT, dependencies=[ApiGuarded])


@router.get("/openapi.json", name="api_openapi", include_in_schema=False)
def openapi() -> Response:
    """The document itself; it holds nothing of this company, and needs no token."""
    return JSONResponse(document())


@router.get("/docs", name="api_docs", include_in_schema=False)
def docs(request: Request, site: TheSite) -> Response:
    """The same for people."""
    found = document()
    return site.pages.page(
        request, "api.html", api=found, subjects=routes_of(found), shapes=shapes_of(found), problems=KINDS, root=ROOT,
        site_url=site.settings.review.url,
    )  # fmt: skip


@cache
def document() -> dict[str, Any]:
    routes: Sequence[BaseRoute] = [route for told in TOLD for route in told.routes]
    made = get_openapi(
        title="Complaint intake",
        version=VERSION,
        description=DESCRIPTION,
        routes=routes,
        tags=[{"name": name, "description": text} for name, text in TAGS],
        separate_input_output_schemas=False,
    )
    schemas = made["components"]["schemas"]
    problem_schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem_schema.pop("$defs", {})
    schemas["Problem"] = problem_schema
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for methods in made["paths"].values():
        for operation in methods.values():
            _tidy(operation)
    return made


def _tidy(operation: dict[str, Any]) -> None:
    """A name and a summary for people; the framework's own shape of a 422 is none of ours."""
    operation["operationId"] = operation["operationId"].partition("_api_v1_")[0].removeprefix("api_")
    operation["summary"] = _first_sentence(operation["description"])
    for status in ("200", "201", "204"):
        if status in operation["responses"] and operation["responses"][status]["description"] == _FRAMEWORKS:
            operation["responses"][status]["description"] = f"{HTTPStatus(int(status)).phrase}."
    operation["responses"].pop("422", None)
    if operation.get("parameters") or operation.get("requestBody"):
        operation["responses"]["422"] = answers("invalid")[422]
    if operation.get("requestBody"):
        operation["responses"]["413"] = answers("too-large")[413]
        if "application/json" in operation["requestBody"]["content"]:
            operation["responses"]["415"] = answers("media-type")[415]
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _first_sentence(text: str) -> str:
    return " ".join(text.split()).partition(". ")[0].rstrip(".") + "."
