"""`intake check`: tries all that the settings name, and says how to mend what fails."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from intake import clock
from intake.eightd.own_template import check as check_forms
from intake.errors import IntakeError
from intake.policy.calendar import WorkCalendar
from intake.runners.read import Reader
from intake.settings import Settings, Webhook
from intake.sources import open_sources
from intake.tokens import Tokens
from intake.wiring import (
    blobs_of,
    desk_of,
    limits_of,
    model_of,
    ours_of,
    outlet_of,
    policy_of,
    receiver_of,
    storage_of,
)
from parsers.errors import ReadingError
from parsers.files.seen import PageKey, PagePicture
from parsers.files.shrink import drawn_word
from parsers.job import Job
from parsers.ocr.pool import Eyes
from parsers.types import Box
from storage.errors import StorageTrouble
from storage.records import Role
from templates import check as check_templates
from templates.errors import TemplateTrouble

NEEDED_ROLES = (Role.QUALITY, Role.QUALITY_MANAGER, Role.BUSINESS_UNIT_MANAGER, Role.GENERAL_MANAGER)
SPECIMEN = (
    "From: a@example.org\r\nSubject: check\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    "型号：HX-200B 不良数量：3只\r\n"
).encode()
DRAWN = "PF50A"
OLDEST_SENSIBLE = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Result:
    what: str
    ok: bool
    line: str  # what was found, or what is wrong and how to mend it


def check_all(settings: Settings) -> Iterator[Result]:
    """One result a thing that the settings name, in the order in which they are needed."""
    yield _try("policy", lambda: _policy(settings))
    yield _try("templates", lambda: _templates(settings))
    yield _try("database", lambda: _database(settings))
    yield _try("files", lambda: _files(settings))
    yield _try("people", lambda: _people(settings))
    yield _try("reading", lambda: _reading(settings))
    yield _try("recognising", lambda: _recognising(settings))
    yield _try("clock", _clock)
    yield _try("review site", lambda: _review(settings))
    yield from _sources(settings)
    yield _try(f"sender ({settings.sender.kind})", lambda: _sender(settings))
    yield from (_webhook(settings, one) for one in settings.webhooks)


def _try(what: str, attempt: Callable[[], str]) -> Result:
    try:
        return Result(what, True, attempt())
    except IntakeError as error:
        return Result(what, False, str(error))
    except (StorageTrouble, TemplateTrouble, ReadingError) as error:
        return Result(what, False, f"{error.cause} {error.remedy}")


def _policy(settings: Settings) -> str:
    policy = policy_of(settings)
    year = clock.now().astimezone(settings.company.zone).date()
    guessed = WorkCalendar(policy, settings.company.zone).guessed(year + timedelta(days=60))
    return f"{settings.policy.file or 'the shipped policy'}" + (
        "; holidays two months ahead are a guess: enter them" if guessed else ""
    )


def _templates(settings: Settings) -> str:
    folder = desk_of(settings).templates
    check_templates(folder)
    if folder is not None:
        check_forms(folder)
    return settings.templates or "the shipped letters"


def _database(settings: Settings) -> str:
    storage = storage_of(settings)
    with storage.unit() as work:
        number = work.complaints.open_number()
    url = storage.engine.url.render_as_string(hide_password=True)
    storage.close()
    return f"{url}, {number} open records"


def _files(settings: Settings) -> str:
    blobs = blobs_of(settings)
    name = blobs.put(b"intake check")
    if blobs.get(name) != b"intake check":
        raise IntakeError("What was written to the files folder reads back differently.", "Check the disk.")
    return settings.files.folder


def _people(settings: Settings) -> str:
    storage = storage_of(settings)
    with storage.unit() as work:
        people = work.people.everybody()
    storage.close()
    lacking = [role for role in NEEDED_ROLES if all(person.role is not role for person in people)]
    if lacking:
        raise IntakeError(
            f"Nobody has the role {', '.join(lacking)}.", "Letters to them cannot leave: `intake import people FILE`."
        )
    return f"{len(people)} people"


def _reading(settings: Settings) -> str:
    reader = Reader(ours_of(settings), limits_of(settings), 1, model_of(settings))
    try:
        outcome = reader.read(Job(SPECIMEN, clock.now()))
    finally:
        reader.close()
    if outcome.trouble is not None or not outcome.reading.items:
        raise IntakeError("A sample mail could not be read.", " ".join(outcome.trouble or ("Reinstall the product.",)))
    return "a sample mail is read right"


def _recognising(settings: Settings) -> str:
    """A word drawn as a picture, read in a recognising child: tries the models and the library that runs them."""
    eyes = Eyes(limits_of(settings), 1)
    try:
        (seen,) = eyes.look([PagePicture(PageKey("check", 1), drawn_word(DRAWN), Box(0, 0, 200, 60))])
    finally:
        eyes.close()
    if seen.trouble is not None or DRAWN not in "".join(line.text for line in seen.lines):
        why = seen.trouble or "The sample was read wrong."
        raise IntakeError(
            f"Text in pictures cannot be recognised. {why}",
            "Reinstall the product; faxes wait for a person until then.",
        )
    return "a sample picture is read right"


def _review(settings: Settings) -> str:
    """Whether it can listen, or listens already, and what it needs answers."""
    from intake.review.oidc import Provider
    from intake.review.serve import may_listen

    storage = storage_of(settings)
    with storage.reading() as work:
        administrators, users = work.users.administrators(), len(work.users.everybody())
    storage.close()
    review = settings.review
    may_listen(review)
    if review.oidc is not None:
        Provider(review.oidc, settings.secret(review.oidc.client_secret), review.url).begin()
    nobody = "" if administrators else "; no administrator: `intake user add EMAIL --role administrator` makes one"
    return f"{review.url}, {users} users{f', sign-in also by {review.oidc.issuer}' if review.oidc else ''}{nobody}"


def _webhook(settings: Settings, webhook: Webhook) -> Result:
    """Whether its secret and certificates are right and its host may be reached; nothing is sent."""

    def attempt() -> str:
        receiver = receiver_of(settings, webhook)
        try:
            return receiver.check()
        finally:
            receiver.close()

    return _try(f"webhook {webhook.name}", attempt)


def _clock() -> str:
    now = clock.now()
    if now < OLDEST_SENSIBLE:
        raise IntakeError(f"This machine's clock says {now:%Y-%m-%d}.", "Set it: every window is counted by it.")
    return f"{now:%Y-%m-%d %H:%M} UTC"


def _sources(settings: Settings) -> Iterator[Result]:
    if not settings.sources:
        yield Result("sources", False, "No source is set. Add a [[sources]] table to the settings.")
        return
    try:
        storage = storage_of(settings)
        sources = open_sources(settings, Tokens(storage))
    except IntakeError as error:
        yield Result("sources", False, str(error))
        return
    for source in sources:
        yield _try(f"source {source.name}", source.check)
        source.close()
    storage.close()


def _sender(settings: Settings) -> str:
    storage = storage_of(settings)
    outlet = outlet_of(settings, storage)
    try:
        return outlet.check()
    finally:
        outlet.close()
        storage.close()
