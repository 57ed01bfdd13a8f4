"""Who else is at a record now, and whether it has changed since the page was made: the page asks again and again."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, Response

from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.refusals import Missing
from storage.records import Person

router = APIRouter(dependencies=[Guarded])


@router.post("/records/{number}/here")
def record_here(
    request: Request,
    site: TheSite,
    visitor: TheVisitor,
    number: str,
    version: Annotated[int, Form()] = -1,
    typing: Annotated[bool, Form()] = False,
    gone: Annotated[bool, Form()] = False,
) -> Response:
    """Sentences to show: who looks, who types, what somebody has changed. `gone`: the page is being left."""
    me, now = visitor.user.email, site.clock()
    with site.storage.unit() as work:
        record = work.complaints.get(number)
        if record is None:
            raise Missing
        if gone:
            work.presence.gone(number, me, now)
            work.commit()
            return Response(status_code=204)
        work.presence.here(number, me, now, typing)
        others = work.presence.others(number, me, now)
        people = work.people.everybody()
        last = work.complaints.events(number, newest=1) if record.version != version else []
        work.commit()
    wording = site.pages.wording(request)
    says = [wording.t("record.here_types" if types else "record.here", who=_name(who, people)) for who, types in others]
    changed = wording.t("record.here_changed", who=_name(last[0].who, people)) if last and version >= 0 else ""
    return JSONResponse({"others": says, "changed": changed})


def _name(address: str, people: list[Person]) -> str:
    return next((one.name for one in people if one.email.lower() == address.lower() and one.name), address)
