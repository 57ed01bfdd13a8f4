"""The overview: whether the four parts live, what needs a hand first, disks and back-up."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from intake.review.admin.facts import LAST_BACKUP, facts_of
from intake.review.admin.health import LITTLE, level_of, parts_of, signs_of, sized
from intake.review.entry import Guarded, TheSite
from intake.review.site import Site

router = APIRouter(dependencies=[Guarded])


@router.get("/admin")
def admin(request: Request, site: TheSite) -> Response:
    return site.pages.page(request, "admin.html", **_shown(site))


@router.get("/admin/health")
def admin_health(request: Request, site: TheSite) -> Response:
    """The part of the overview that keeps itself fresh."""
    return site.pages.page(request, "admin_health.html", **_shown(site))


def _shown(site: Site) -> dict[str, Any]:
    facts = facts_of(site)
    return {
        "facts": facts,
        "parts": parts_of(facts),
        "signs": signs_of(facts),
        "levels": {source.name: level_of(source, facts.now) for source in facts.sources},
        "sized": sized,
        "little": LITTLE,
        "folder": str(site.settings.folder),
        "last_backup": LAST_BACKUP,
        "kind": site.storage.engine.dialect.name,
    }
