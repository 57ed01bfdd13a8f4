"""The 8D of a record at the terminal: written to a file, taken in from one, checked."""

from dataclasses import replace
from pathlib import Path

from intake.acts.act import allow
from intake.acts.case import Actor
from intake.acts.report import draft_of, findings, with_report
from intake.acts.table import act_named
from intake.commands.slip import slip
from intake.eightd.belongs import why_not_of
from intake.eightd.checks import Severity
from intake.eightd.customer_form import DOCX, XLSX, check_mapping, scan
from intake.eightd.exchange import exported, imported
from intake.eightd.pdf import as_pdf
from intake.eightd.photos import photos_of
from intake.eightd.readback import Unread, eight_d_of
from intake.eightd.word import word_report
from intake.errors import RecordError, UsageError
from intake.replies.frame import letter_language
from intake.runners.acts import Actions, gather
from parsers.own_forms import own_form
from parsers.results import OwnForm
from storage.eight_d import Report, ReportState
from storage.life import CustomerForm
from templates import manners
from templates.data import LANGUAGES
from templates.words import words

LARGEST_FORM = 50_000_000  # bytes, unpacked


def export_report(actions: Actions, number: str, file: Path, language: str, first: bool) -> str:
    """Writes the newest revision, or a first draft of what the record says; the sentence to print."""
    with actions.reading() as work:
        case = gather(work, number)
        world = actions.world(work)
    report = case.report or Report(number, 1, draft_of(case, world), ReportState.DRAFT, "", world.now)
    photos = photos_of(case.evidence, world.kept)
    desk = world.office.desk
    if file.suffix == ".json":
        content = exported(report).encode()
    elif file.suffix == ".docx":
        wanted = _language(language) or letter_language(case.record.language, world.office.desk.language)
        content = word_report(report, desk.name, wanted, first, desk.templates, photos)
    elif file.suffix == ".pdf":
        wanted = _language(language) or letter_language(case.record.language, world.office.desk.language)
        pages = as_pdf(word_report(report, desk.name, wanted, first, desk.templates, photos))
        if pages is None:
            raise RecordError(
                "No PDF was made.", "Install LibreOffice (Debian: libreoffice-writer-nogui), or write .docx."
            )
        content = pages
    else:
        raise UsageError(f"{file.name} ends in none of .json, .docx, .pdf.", "Name the file by one of them.")
    _write(file, content)
    return f"{file}: revision {report.revision}, {report.state.value}."


def import_report(actions: Actions, number: str, file: Path, who: str) -> list[str]:
    """Takes a report in as the record's next draft; the sentences to print, with what could not be read."""
    content = _bytes_of(file)
    with actions.unit() as work:
        before = gather(work, number)
        world = actions.world(work)
        actor = Actor.acting(who, world.people)
        allow(act_named("report"), before, actor)
        today = world.now.astimezone(world.office.desk.zone).date()
        unread: tuple[Unread, ...] = ()
        if file.suffix == ".json":
            report = imported(content.decode("utf-8", errors="replace"))
        else:
            draft = draft_of(before, world)
            form = _form_of(file, content)
            refused = why_not_of(form, number, before.report.revision if before.report else 0, work.complaints.resolve)
            if refused is not None:
                raise UsageError(*refused)
            found = eight_d_of(form, today, draft, world.office.desk.templates)
            if found is None:
                raise _no_form(file)
            report, unread = replace(found[0], head=draft.head), found[1]
        after = with_report(before, report, actor, world, {"file": file.name})
        actions.save(work, before, after)
        work.commit()
    return [*after.told, *(f"not read: {one.field}: {one.why}" for one in unread)]


def _form_of(file: Path, content: bytes) -> OwnForm:
    form = own_form(file.name, content, LARGEST_FORM)
    if form is None:
        raise _no_form(file)
    return form


def _no_form(file: Path) -> UsageError:
    return UsageError(f"{file.name} is no 8D form of ours.", "`intake eightd export NUMBER FILE.docx` writes one.")


def check_report(actions: Actions, number: str, first: bool, language: str) -> tuple[list[str], bool]:
    """(a line a finding, whether one of them stops the report)."""
    with actions.reading() as work:
        case = gather(work, number)
        world = actions.world(work)
    found = findings(case, world, first)
    lines = []
    for one in found:
        says, instead = one.words(_language(language) or letter_language("", world.office.desk.language))
        lines.append(f"{one.severity.value}  {one.id}  {one.field}: {says} {instead}")
    return lines or ["Nothing that a customer would send it back for."], any(
        one.severity is Severity.STOP for one in found
    )


def write_slip(actions: Actions, number: str, file: Path, language: str) -> str:
    """Writes the quality information slip of a record; the sentence to print."""
    if file.suffix != ".docx":
        raise UsageError(f"{file.name} does not end in .docx.", "Name the file so.")
    with actions.reading() as work:
        case = gather(work, number)
        desk = actions.world(work).office.desk
    known = words(_language(language) or desk.language, desk.templates)
    received = manners.moment(case.record.received_at, desk.zone, known.language)
    _write(file, slip(case.record, known, desk.name, received))
    return f"{file}: the slip of {number}."


def set_form(actions: Actions, customer: str, file: Path, mapping: Path | None, who: str) -> list[str]:
    """A customer's own report form: without a mapping, one is proposed; with one, both are kept."""
    content, media_type = _bytes_of(file), {".xlsx": XLSX, ".docx": DOCX}.get(file.suffix, "")
    if mapping is None:
        return [scan(content, media_type), "# Complete it, and give it with --mapping FILE."]
    text = _bytes_of(mapping).decode("utf-8", errors="replace")
    check_mapping(content, media_type, text)
    with actions.unit() as work:
        card = work.people.find_customer(name=customer)
        if card is None or card.id is None:
            raise RecordError(f"There is no customer {customer!r}.", "`intake import customers` takes customers in.")
        kept = CustomerForm(card.id, file.name, media_type, actions.keep(content), text, who, actions.now())
        work.lives.save_customer_form(kept)
        work.commit()
    return [f"{card.name} gets its reports in {file.name} too."]


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.", "Name a file that exists.") from error


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {error.strerror}.", "Name a folder that exists and is yours."
        ) from error


def _language(wanted: str) -> str:
    if wanted and wanted not in LANGUAGES:
        raise UsageError(f"{wanted!r} is no language of letters.", f"Use {', '.join(LANGUAGES)}.")
    return wanted
