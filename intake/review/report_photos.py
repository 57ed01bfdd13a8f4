"""The photos of an 8D: pasted, dropped or chosen, made anew as plain JPEGs, shown, taken out of the report again."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from intake.acts.case import Actor, Case, World
from intake.acts.evidence import with_offered, with_photo, without_photo
from intake.acts.photos import PHOTO_TYPE
from intake.eightd.photos import STEPS
from intake.errors import IntakeError
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.record_files import shown_file
from intake.review.refusals import Missing, TooLarge
from intake.review.site import Site
from intake.runners.acts import gather
from storage.errors import StorageTrouble

LARGEST_PHOTO = 25_000_000  # bytes as it comes from a telephone
MOST_AT_ONCE = 8
_LONGEST_NAME = 120  # letters

router = APIRouter(dependencies=[Guarded])


@router.post("/records/{number}/8d/photos")
def report_photos(
    request: Request,
    site: TheSite,
    visitor: TheVisitor,
    number: str,
    photo: Annotated[list[UploadFile] | None, File()] = None,
    step: Annotated[str, Form()] = STEPS[0],
) -> Response:
    """Each photo by itself: what is none is told by its name, the others stand."""
    wording, told = site.pages.wording(request), []
    done = 0
    for one in (photo or [])[:MOST_AT_ONCE]:
        name = name_of(one)
        try:
            add_photo(site, number, visitor.user.email, name, one, step)
            done += 1
        except (IntakeError, StorageTrouble) as error:
            told.append(f"{name}: {wording.sentence(error)}")
        except TooLarge:
            told.append(f"{name}: {wording.t('report.photo_too_large')}")
    said = "report.photo_added" if done else "report.no_photo" if not told else ""
    kind = "bad" if told or not done else "good"
    return site.pages.go(request, f"/records/{number}/8d#photos", said, kind, " ".join(told))


def name_of(photo: UploadFile) -> str:
    return (photo.filename or "photo").rsplit("/", 1)[-1][-_LONGEST_NAME:] or "photo"


def add_photo(site: Site, number: str, email: str, name: str, photo: UploadFile, step: str = STEPS[0]) -> Case:
    """Makes a photo anew and hangs it on a step of the 8D; the case after it. TooLarge, or a RecordError for what is no
    photo.
    """
    where = step if step in STEPS else STEPS[0]
    content = photo.file.read(LARGEST_PHOTO + 1)
    if len(content) > LARGEST_PHOTO:
        raise TooLarge
    plain = site.originals.photo(name, content)
    return _step(site, number, email, lambda case, who, world: with_photo(case, name, plain, who, world, where))


def put_photo(site: Site, number: str, email: str, photo: str, step: str) -> Case:
    """Puts a photo of the record's mails, or one that stands elsewhere, into a step of the 8D."""
    return _step(site, number, email, lambda case, who, world: with_offered(case, photo, step, who, world))


def remove_photo(site: Site, number: str, email: str, photo: str) -> Case:
    """Takes a photo out of the 8D."""
    return _step(site, number, email, lambda case, who, world: without_photo(case, photo, who, world))


@router.post("/records/{number}/8d/photos/{photo}/remove")
def report_photo_remove(request: Request, site: TheSite, visitor: TheVisitor, number: str, photo: str) -> Response:
    back = f"/records/{number}/8d#photos"
    try:
        remove_photo(site, number, visitor.user.email, photo)
    except (IntakeError, StorageTrouble) as error:
        return site.pages.go(request, back, kind="bad", detail=site.pages.wording(request).sentence(error))
    return site.pages.go(request, back, "report.photo_removed")


@router.post("/records/{number}/8d/photos/{photo}/step")
def report_photo_step(
    request: Request, site: TheSite, visitor: TheVisitor, number: str, photo: str, step: Annotated[str, Form()]
) -> Response:
    """A photo goes into a step of the 8D: from the record's mails, or from another step."""
    back = f"/records/{number}/8d#photos"
    try:
        put_photo(site, number, visitor.user.email, photo, step)
    except (IntakeError, StorageTrouble) as error:
        return site.pages.go(request, back, kind="bad", detail=site.pages.wording(request).sentence(error))
    return site.pages.go(request, back, "report.photo_added")


@router.get("/records/{number}/8d/photos/{photo}")
def report_photo(site: TheSite, number: str, photo: str) -> Response:
    """A photo as we wrote it ourselves: shown, where other files are only downloads."""
    with site.storage.reading() as work:
        found = next((one for one in work.lives.evidence(number) if one.id == photo), None)
    if found is None or found.media_type != PHOTO_TYPE or found.by == "system" or not found.sha256:
        raise Missing
    return shown_file(site, found.sha256, PHOTO_TYPE)


def _step(site: Site, number: str, email: str, step: Callable[[Case, Actor, World], Case]) -> Case:
    with site.storage.unit() as work:
        if work.complaints.get(number) is None:
            raise Missing
        case = gather(work, number)
        world = site.actions.world(work)
        after = step(case, Actor.acting(email, world.people), world)
        site.actions.save(work, case, after)
        work.commit()
    return after
