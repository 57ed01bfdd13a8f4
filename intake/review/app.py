"""The application: the site's parts put together, the routers, the pages of what goes wrong."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from intake.clock import Clock
from intake.desk import Office
from intake.errors import IntakeError, RecordError, UsageError
from intake.import_jobs import Importer
from intake.review import (
    account,
    enter,
    figures,
    inbox,
    letters,
    master,
    master_cards,
    master_edit,
    master_import,
    master_people,
    master_report_form,
    master_verify,
    record,
    record_files,
    record_here,
    record_mails,
    record_spots,
    report,
    report_photos,
    report_preview,
    sign_in,
    uploads,
    waiting,
)
from intake.review.admin import ROUTERS as ADMINISTRATION
from intake.review.api.problems import ROOT, fault, problem_of, wording_of
from intake.review.api.routes import API_ROUTERS
from intake.review.guard import Guard
from intake.review.live import Pulse
from intake.review.oidc import Provider
from intake.review.pages import Pages
from intake.review.record_originals import Originals
from intake.review.refusals import Changed, Forbidden, Missing, NotSignedIn, PasswordNeeded, Refusal
from intake.review.sessions import Visitor, visitor_of
from intake.review.site import GiveLetters, Site
from intake.review.wording import WEB
from intake.runners.acts import Actions
from intake.settings import Settings
from storage import Storage
from storage.blobs import Blobs
from storage.errors import Conflict, NotThere, StorageTrouble

ROUTERS: Sequence[APIRouter] = (
    sign_in.router, account.router, inbox.router, waiting.router, enter.router, uploads.router, master.router,
    master_verify.router, master_cards.router, master_edit.router, master_people.router, master_import.router,
    master_report_form.router, figures.router, record_files.router, record_here.router, record_mails.router,
    record_spots.router, report.router, report_photos.router, report_preview.router, letters.router, record.router,
    *ADMINISTRATION,
)  # fmt: skip

_KEYS = {400: "bad_request", 403: "forbidden", 404: "missing", 405: "bad_request", 413: "too_large", 429: "too_many"}


def app(
    settings: Settings,
    storage: Storage,
    blobs: Blobs,
    office: Office,
    clock: Clock,
    give_letters: GiveLetters = lambda letters: None,
) -> FastAPI:
    """The review site of an opened service. It opens nothing itself, and closes nothing."""
    review = settings.review
    oidc = review.oidc
    back = f"{review.url}/sign-in/oidc/back"
    site = Site(
        settings=settings,
        storage=storage,
        blobs=blobs,
        office=office,
        clock=clock,
        actions=Actions(storage, blobs, office, clock, settings.company.address.rsplit("@", 1)[-1]),
        pages=Pages(settings, clock, office.desk.templates),
        pulse=Pulse(storage),
        provider=Provider(oidc, settings.secret(oidc.client_secret), back) if oidc else None,
        give_letters=give_letters,
        originals=Originals(settings, blobs),
        imports=Importer(storage, clock),
    )

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        looking = asyncio.create_task(site.pulse.keep_looking())
        importing = threading.Thread(target=site.imports.keep_looking, name="imports, left behind", daemon=True)
        importing.start()
        yield
        site.pulse.close()
        looking.cancel()
        site.imports.close()
        importing.join()
        site.originals.close()

    made = FastAPI(title="Complaint intake", docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    made.state.site = site
    for router in (*ROUTERS, *API_ROUTERS):
        made.include_router(router)
    made.mount("/static", _Kept(directory=WEB / "static"), name="static")
    _tell(made, site)
    made.add_middleware(
        Guard, fault=lambda scope, status, name: _fault(site, scope, status, name),
        per_minute=review.requests_per_minute, secure=review.secure,
    )  # fmt: skip
    return made


class _Kept(StaticFiles):
    """Static files are asked for by an address that holds their hash."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def _tell(made: FastAPI, site: Site) -> None:
    """Each way in which a request may fail, as a page."""

    def refused(request: Request, error: Exception) -> Response:
        refusal = error if isinstance(error, Refusal) else Refusal()
        if isinstance(error, NotSignedIn) and not _wants_part(request):
            onward = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            safe = request.method == "GET" and onward not in ("/", "/inbox")
            return site.pages.go(request, "/sign-in" + (f"?next={quote(onward)}" if safe else ""))
        if isinstance(error, PasswordNeeded) and not _wants_part(request):
            return site.pages.go(request, "/account")
        if isinstance(error, NotSignedIn):
            return Response(status_code=401, headers={"hx-redirect": "/sign-in"})
        return told(request, refusal.status, refusal.key, refusal.detail)

    def told(request: Request, status: int, key: str, detail: str = "") -> Response:
        if not hasattr(request.state, "visitor"):  # no route was found, so that nobody asked who it is
            request.state.visitor = visitor_of(request, site.storage, site.settings.review, site.clock())
        return site.pages.page(request, "error.html", status, key=key, detail=detail, fault="")

    def by_status(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 400
        return told(request, status, f"errors.{_KEYS.get(status, 'bad_request')}")

    def intake_error(request: Request, error: Exception) -> Response:
        kinds: tuple[tuple[type[Exception], type[Refusal]], ...] = (
            (RecordError, Forbidden),
            (UsageError, Refusal),
            (Conflict, Changed),
            (NotThere, Missing),
        )
        kind = next((refusal for raised, refusal in kinds if isinstance(error, raised)), None)
        says = site.pages.wording(request).sentence(error)
        if kind is None:
            return told(request, 503, "errors.trouble", says)
        return told(request, kind.status, kind.key, says)

    def either(page: Callable[[Request, Exception], Response]) -> Callable[[Request, Exception], Response]:
        """A program is answered in the API's own shape."""

        def told_to(request: Request, error: Exception) -> Response:
            if _of_api(request.url.path):
                wording = wording_of(site.pages, request)
                return problem_of(error, wording, request.headers.get("content-type", ""))
            return page(request, error)

        return told_to

    made.add_exception_handler(Refusal, either(refused))
    made.add_exception_handler(HTTPException, either(by_status))
    made.add_exception_handler(RequestValidationError, either(by_status))
    made.add_exception_handler(IntakeError, either(intake_error))
    made.add_exception_handler(StorageTrouble, either(intake_error))


def _of_api(path: str) -> bool:
    return path.startswith(f"{ROOT}/")


def _wants_part(request: Request) -> bool:
    return request.headers.get("hx-request") == "true" or "text/event-stream" in request.headers.get("accept", "")


async def _fault(site: Site, scope: Scope, status: int, name: str) -> tuple[str, bytes]:
    """(media type, body) of a fault before or behind the routes."""
    request = Request(scope)
    if _of_api(scope["path"]):
        return fault(status, name, wording_of(site.pages, request))
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    request.state.visitor = visitor
    key = f"errors.{_KEYS.get(status, 'fault')}"
    page = site.pages.page(request, "error.html", status, key=key, detail="", fault=name)
    return "text/html; charset=utf-8", bytes(page.body)
