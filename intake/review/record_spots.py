"""Reading a value off a page by pointing at it: the words in a rectangle, and what each field would make of them.

Nothing is saved here. The page puts the value and its place into the form, and the reviewer saves it as any other.
"""

import math
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, Response
from starlette.background import BackgroundTask

from intake.errors import IntakeError
from intake.review.entry import Guarded, TheSite
from intake.review.record_files import arrival_of
from intake.review.record_mails import mails_of
from intake.review.record_spot import LONGEST, values_in
from intake.review.refusals import Refusal
from intake.review.site import Site
from parsers.spot import LEAST, Area, Spotted
from parsers.types import Box
from storage.records import Arrival

_MOST = 20_000.0  # points of a page's side
_LONGEST_PART = 1_000  # letters of a file's name

router = APIRouter(dependencies=[Guarded])


@router.post("/records/{number}/mails/{arrival}/words")
def page_words(
    request: Request,
    site: TheSite,
    number: str,
    arrival: str,
    part: Annotated[str, Form()] = "",
    page: Annotated[int, Form()] = 1,
    turns: Annotated[int, Form()] = 0,
    box: Annotated[str, Form()] = "",
    text: Annotated[str, Form(max_length=LONGEST)] = "",
    start: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """The words in `box` (x0, top, x1, bottom in points, with commas) of a page, which `turns` quarters bring upright;
    or `text` itself, which the reviewer marked in the part's text at `start`.
    """
    found = arrival_of(site, number, arrival)
    try:
        area = None if text else Area(part[:_LONGEST_PART], page, _box(box), turns % 4)
        return JSONResponse(words_in(site, number, found, part, page, area, text, start))
    except IntakeError as error:
        return JSONResponse({"trouble": site.pages.wording(request).sentence(error)}, 422)


def words_in(
    site: Site, number: str, found: Arrival, part: str, page: int, area: Area | None, text: str = "", start: int = 0
) -> dict[str, Any]:
    """What is to be read in an area, or the `text` that was marked: the words, the values that they may be, the spot
    that a correction keeps. RecordError where it cannot be read.
    """
    if area is None:
        seen: Spotted | None = Spotted(text, None, None, start, start + len(text))
    else:
        seen = site.originals.words(found, area)
    if seen is None:
        return {"text": "", "values": {}}
    today = site.clock().astimezone(site.office.desk.zone).date()
    edges = None if seen.box is None else [seen.box.x0, seen.box.top, seen.box.x1, seen.box.bottom]
    spot = {
        "part": part, "page": page, "start": seen.start, "end": seen.end, "text": seen.text, "box": edges,
        "arrival": "" if _opened_the_record(site, number, found.id) else found.id,
    }  # fmt: skip
    return {"text": seen.text, "sure": seen.sure, "values": dict(values_in(seen.text, today)), "spot": spot}


@router.post("/records/{number}/mails/{arrival}/words/ready")
def page_words_ready(site: TheSite, number: str, arrival: str) -> Response:
    """Somebody is about to draw: the recogniser is loaded meanwhile."""
    arrival_of(site, number, arrival)
    return Response(status_code=204, background=BackgroundTask(site.originals.ready))


def _box(text: str) -> Box:
    try:
        x0, top, x1, bottom = (float(edge) for edge in text.split(","))
    except ValueError:
        raise Refusal from None
    if not all(math.isfinite(edge) and -_MOST < edge < _MOST for edge in (x0, top, x1, bottom)):
        raise Refusal
    if x1 - x0 < LEAST or bottom - top < LEAST:
        raise Refusal
    return Box(x0, top, x1, bottom)


def _opened_the_record(site: Site, number: str, arrival: str) -> bool:
    with site.storage.reading() as work:
        return [one.id for one in mails_of(work, number, work.complaints.messages(number))][:1] == [arrival]
