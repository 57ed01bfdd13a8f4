"""Any letter before it is sent: with sample data, or with a record's."""

from dataclasses import replace

from intake.acts.case import Actor
from intake.acts.table import do
from intake.errors import UsageError
from intake.runners.acts import Actions, gather
from intake.settings import Settings
from storage.records import Role
from templates import LANGUAGES, PURPOSES, Rendered, render, sample

_ANYBODY = Actor("preview@invalid", "", frozenset(Role))


def preview(
    settings: Settings, purpose: str, language: str, actions: Actions | None = None, number: str = ""
) -> Rendered:
    """The letter in words; with a record, what `intake act NUMBER send what=PURPOSE` would send. Nothing is kept."""
    if purpose not in PURPOSES:
        raise UsageError(f"There is no letter {purpose!r}.", f"Letters are {', '.join(PURPOSES)}.")
    if language and language not in LANGUAGES:
        raise UsageError(f"{language!r} is no language of letters.", f"Use {', '.join(LANGUAGES)}.")
    folder = settings.path(settings.templates) if settings.templates else None
    if actions is None:
        wanted = language or settings.company.language
        return render(purpose, wanted, sample(purpose, wanted), folder)
    with actions.reading() as work:
        case = gather(work, number)
        world = actions.world(work)
    known = next((letter for letter in reversed(case.letters) if letter.purpose == purpose), None)
    if known is not None and not language:
        return Rendered(known.subject, known.text, known.html)
    if language:
        case = replace(case, record=replace(case.record, language=language), letters=())
    written = do("send", case, {"what": purpose, "text": "…"}, _ANYBODY, world).letters[-1]
    return Rendered(written.subject, written.text, written.html)
