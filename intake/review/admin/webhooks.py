"""Receivers of webhooks: how their messages stand, what waits and what was given up, and sending it again."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from intake.review.admin.health import Level
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.refusals import Missing
from intake.review.site import Site
from intake.runners.webhooks import health, send_again
from storage.errors import NotThere
from storage.outbox_rows import DeliveryState

PAGE = 50  # messages of a state that are shown, the newest
LONG = timedelta(minutes=10)  # a message that waits longer says that its receiver does not take it

router = APIRouter(dependencies=[Guarded])


@router.get("/admin/webhooks")
def admin_webhooks(request: Request, site: TheSite) -> Response:
    with site.storage.reading() as work:
        waiting = work.outbox.listing(DeliveryState.WAITING, None, PAGE)
        lost = work.outbox.listing(DeliveryState.GIVEN_UP, None, PAGE)
    return site.pages.page(request, "admin_webhooks.html", hooks=_hooks(site), lost=lost, waiting=waiting, most=PAGE)


def _hooks(site: Site) -> list[dict[str, Any]]:
    stands, known = health(site.storage), {one.name: one for one in site.settings.webhooks}
    found = []
    for name in sorted({*known, *stands}):
        counts: dict[str, Any] = {**{str(state): 0 for state in DeliveryState}, **stands.get(name, {})}
        since = counts.pop("waiting_since", None)
        slow = since is not None and site.clock() - since > LONG
        level: Level = "none" if name not in known else "bad" if counts["given_up"] else "warn" if slow else "good"
        found.append({"name": name, "hook": known.get(name), "level": level, "since": since, **counts})
    return found


@router.post("/admin/webhooks/resend")
def admin_webhook_resend(
    request: Request, site: TheSite, visitor: TheVisitor, message: Annotated[str, Form()] = ""
) -> Response:
    """One message, or all that were given up."""
    if message and not (message.isdecimal() and len(message) < 16):
        raise Missing
    try:
        number = send_again(site.storage, int(message) if message else None)
    except NotThere as error:
        raise Missing from error
    with site.storage.unit() as work:
        work.audit.add(visitor.user.email, site.clock(), "webhook_resent", f"message:{message}", {"count": number})
        work.commit()
    return site.pages.go(request, "/admin/webhooks", detail=site.pages.wording(request).t("webhooks.again", n=number))
