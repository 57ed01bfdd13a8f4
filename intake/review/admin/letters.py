"""Every letter by purpose and language, as it is written now with sample data; the 8D's Word form beside them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from jinja2 import TemplateError

from intake import clock
from intake.eightd.own_template import check as check_forms
from intake.eightd.specimen import specimen
from intake.eightd.word import CONTENT_TYPE, word_report
from intake.review.entry import Guarded, TheSite
from intake.review.record_files import download, framed
from intake.review.refusals import Missing
from intake.review.site import Site
from storage.eight_d import Report, ReportState
from templates import LANGUAGES, PURPOSES, Rendered, TemplateTrouble, render, sample
from templates.checking import findings
from templates.data import TO_CUSTOMERS
from templates.eight_d import own_template, template
from templates.rendering import FILES
from templates.samples import VARIETIES

STARTED = clock.now()  # what is newer on the disk is not what this process writes with

router = APIRouter(dependencies=[Guarded])


@dataclass(frozen=True, slots=True)
class Wording:
    """A letter in one language: whether it is the company's `own`, `changed` since the start, and what is wrong with it
    as it stands on the disk.
    """

    purpose: str
    language: str
    own: bool = False
    changed: bool = False
    trouble: str = ""


@router.get("/admin/templates")
def admin_templates(request: Request, site: TheSite) -> Response:
    folder = site.office.desk.templates
    rows, broken = wordings_of(site)
    return site.pages.page(
        request,
        "admin_templates.html",
        groups={
            "customers": {name: row for name, row in rows.items() if name in TO_CUSTOMERS},
            "colleagues": {name: row for name, row in rows.items() if name not in TO_CUSTOMERS},
        },
        letter_languages=LANGUAGES,
        folder=folder,
        trouble=broken.get(("", ""), ""),
        own=sum(one.own for row in rows.values() for one in row),
        broken=len([key for key in broken if key != ("", "")]),
        forms=[(one, own_template(one, folder) is not None) for one in LANGUAGES],
    )


@router.get("/admin/templates/{purpose}/{language}")
def admin_template(request: Request, site: TheSite, purpose: str, language: str, variety: str = "full") -> Response:
    written = written_of(site, purpose, language, variety)
    folder = site.office.desk.templates
    return site.pages.page(
        request,
        "admin_template.html",
        one=_wording(purpose, language, folder, _broken(folder)),
        written=written,
        letter_languages=LANGUAGES,
        varieties=VARIETIES,
        variety=variety,
        place=_own(purpose, language, folder),
    )


@router.get("/admin/templates/{purpose}/{language}/html")
def admin_template_html(site: TheSite, purpose: str, language: str, variety: str = "full") -> Response:
    """The letter's HTML for a frame in which nothing runs."""
    return framed(written_of(site, purpose, language, variety).html)


@router.get("/admin/eightd/{language}")
def admin_eightd(site: TheSite, language: str, kind: str = "full") -> Response:
    """The 8D's Word form, each place filled with the name of its field; or its template as it is."""
    if language not in LANGUAGES:
        raise Missing
    folder = site.office.desk.templates
    if kind == "template":
        return download(f"{language}.docx", template(language, folder).read_bytes(), CONTENT_TYPE)
    first = kind == "first"
    report = Report("8D", 1, specimen(language), ReportState.DRAFT, "", site.clock())
    content = word_report(report, site.settings.company.name, language, first, folder)
    return download(f"8D-{language}{'-D0-D3' if first else ''}.docx", content, CONTENT_TYPE)


# -------------------------------------------------------------------- what is shown


def wordings_of(site: Site) -> tuple[dict[str, list[Wording]], dict[tuple[str, str], str]]:
    """(by purpose, its letter in each language; what is wrong in the company's own folder, ("", "") for all of it)."""
    folder = site.office.desk.templates
    broken = _broken(folder)
    rows = {purpose: [_wording(purpose, language, folder, broken) for language in LANGUAGES] for purpose in PURPOSES}
    return rows, broken


def written_of(site: Site, purpose: str, language: str, variety: str) -> Rendered:
    """A letter with sample data. Missing where there is no such purpose, language or variety."""
    if purpose not in PURPOSES or language not in LANGUAGES or variety not in VARIETIES:
        raise Missing
    try:
        return render(purpose, language, sample(purpose, language, variety), site.office.desk.templates)
    except TemplateError as error:  # a folder that was never checked: the site was started by itself
        raise Missing(f"{purpose}/{language}: {error}") from error


def _own(purpose: str, language: str, folder: Path | None) -> Path | None:
    place = folder / purpose / language if folder is not None else None
    return place if place is not None and place.is_dir() else None


def _wording(purpose: str, language: str, folder: Path | None, broken: dict[tuple[str, str], str]) -> Wording:
    place = _own(purpose, language, folder)
    changed = place is not None and any(_newer(place / name) for name in FILES)
    return Wording(purpose, language, place is not None, changed, broken.get((purpose, language), ""))


def _newer(path: Path) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) > STARTED
    except OSError:
        return False


def _broken(folder: Path | None) -> dict[tuple[str, str], str]:
    """What is wrong in the company's own folder; the shipped letters are checked before they are shipped."""
    if folder is None:
        return {}
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return _found(folder, tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files))


@lru_cache(maxsize=1)
def _found(folder: Path, _files: tuple[tuple[str, int, int], ...]) -> dict[tuple[str, str], str]:
    """Once for each state of the files: to fill all letters takes a second."""
    found = {key: _said(trouble) for key, trouble in findings(folder).items()}
    try:
        check_forms(folder)
    except TemplateTrouble as trouble:
        found.setdefault(("", ""), _said(trouble))
    return found


def _said(trouble: TemplateTrouble) -> str:
    return str(trouble)
