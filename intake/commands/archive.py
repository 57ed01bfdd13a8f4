"""A year's records as one archive (`intake export archive FILE.zip --year YYYY`): what an auditor or a successor needs.

Of each record that was received in that year: what is kept of it as JSON, the mails and files as they came, the letters
as they went, its newest 8D, the quality information slip, and what hangs on it besides (反馈信息记录表, 留存原件:
顾客反馈信息管理 §4). Written record by record, so that a year's mails and files take no more memory than the largest of
them. The same records have the same names in it, however often it is made.
"""

import json
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from intake.acts.case import Case
from intake.commands.report_files import export_report, write_slip
from intake.errors import StorageError, UsageError
from intake.exporting import export
from intake.listing import record_of
from intake.registers.filed import Span, filed
from intake.replies.wire import wire_format
from intake.runners.acts import Actions, gather
from intake.settings import Company
from storage import Storage, StorageTrouble
from storage.blobs import Blobs
from storage.records import Letter, LetterState

FIRST, LAST = 2000, 2100  # years that may be meant
INDEX = "index.xlsx"
MISSING = "MISSING.txt"  # in the folder of a record of which something is not there any more
_LONGEST = 80  # characters of a name
_UNSAFE = re.compile(r"[^\w.()-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # names that Windows keeps to itself
_WENT = (LetterState.SENT, LetterState.IN_DOUBT)

Told = Callable[[int, int], None]  # how many records are done, of how many


@dataclass(slots=True)
class _Folder:
    """A record's folder in the archive: entries in their order, all of the moment at which it was received."""

    archive: ZipFile
    name: str
    at: datetime  # local
    missing: list[str] = field(default_factory=list)

    def put(self, name: str, content: bytes) -> None:
        entry = ZipInfo(f"{self.name}/{name}", self.at.timetuple()[:6])
        entry.compress_type = ZIP_DEFLATED
        self.archive.writestr(entry, content)


def archive_year(
    storage: Storage, actions: Actions, blobs: Blobs, company: Company, file: Path, year: int, told: Told
) -> str:
    """Writes the archive, whole or not at all; the line to print.

    The year is the company's local one; records that were cancelled or merged are among it. `told` hears after each
    record. UsageError for another ending than .zip or no year; StorageError where nothing can be read or written.
    """
    if file.suffix.lower() != ".zip":
        raise UsageError(f"{file} does not end with .zip.", "Name the archive FILE.zip.")
    if not FIRST <= year <= LAST:
        raise UsageError(f"{year} is no year.", f"Write one from {FIRST} to {LAST}: --year 2026.")
    half = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory() as place, ZipFile(half, "w", ZIP_DEFLATED) as archive:
            records, missing = _written(archive, Path(place), storage, actions, blobs, company, year, told)
        half.replace(file)
    except OSError as error:
        raise StorageError(
            f"{file} cannot be written: {error.strerror}.", "Choose another place, or make room."
        ) from error
    except StorageTrouble as trouble:
        raise StorageError(trouble.cause, trouble.remedy) from trouble
    finally:
        half.unlink(missing_ok=True)
    lost = f"; {missing} files are not there any more: see {MISSING} in the folders of their records" if missing else ""
    return f"{file}: {records} records of {year}{lost}"


def _written(
    archive: ZipFile,
    place: Path,
    storage: Storage,
    actions: Actions,
    blobs: Blobs,
    company: Company,
    year: int,
    told: Told,
) -> tuple[int, int]:
    """(records, files that are gone)."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    with storage.reading() as work:
        numbers = [one.record.number for one in filed(work, Span(first, last, company.zone), merged=True)]
    index = place / INDEX
    export("records", storage, index, first, last, company.name, company.zone, company.language)
    archive.write(index, INDEX)
    missing = 0
    for position, number in enumerate(numbers, 1):
        missing += _record(archive, place, storage, actions, blobs, company, number)
        told(position, len(numbers))
    return len(numbers), missing


def _record(
    archive: ZipFile, place: Path, storage: Storage, actions: Actions, blobs: Blobs, company: Company, number: str
) -> int:
    with storage.reading() as work:
        case = gather(work, number)
        said = record_of(work, case.record, company.zone)
        files = {
            one.arrival: arrival.file_name
            for one in case.messages
            if one.arrival and (arrival := work.arrivals.get(one.arrival)) is not None and arrival.file_name
        }
    folder = _Folder(archive, safe_name(number), case.record.received_at.astimezone(company.zone))
    folder.put("record.json", json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode())
    made = place / "slip.docx"
    write_slip(actions, number, made, "")
    folder.put("slip.docx", made.read_bytes())
    if case.report is not None:
        for name in ("8D.json", "8D.docx"):
            made = place / name
            export_report(actions, number, made, "", first=False)
            folder.put(name, made.read_bytes())
    for name, sha256 in _kept(case, files):
        _copied(folder, blobs, name, sha256)
    for position, letter in enumerate((one for one in case.letters if one.state in _WENT), 1):
        _letter(folder, blobs, company, f"letters/{position:03d}-{safe_name(letter.purpose.value)}.eml", letter)
    if folder.missing:
        folder.put(MISSING, "\n".join([*folder.missing, ""]).encode())
    return len(folder.missing)


def _kept(case: Case, files: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(name in the folder, SHA-256) of the mails and dropped files as they came, and of what hangs on the record."""
    came = [one for one in case.messages if one.direction == "in" and one.sha256]
    for position, message in enumerate(came, 1):
        dropped = files.get(message.arrival or "")
        name = safe_name(dropped) if dropped else "mail.eml"
        yield f"mails/{position:03d}-{name}", message.sha256 or ""
    hangs = [one for one in case.evidence if one.sha256]
    for position, one in enumerate(hangs, 1):
        yield f"files/{position:03d}-{one.kind.value}-{safe_name(one.name)}", one.sha256


def _copied(folder: _Folder, blobs: Blobs, name: str, sha256: str) -> None:
    try:
        folder.put(name, blobs.get(sha256))
    except StorageTrouble:
        folder.missing.append(name)


def _letter(folder: _Folder, blobs: Blobs, company: Company, name: str, letter: Letter) -> None:
    """The letter as it went, its attachments within."""
    try:
        attachments = {sha256: blobs.get(sha256) for _, _, sha256 in letter.attachments}
    except StorageTrouble:
        folder.missing.append(name)
        return
    folder.put(name, wire_format(letter, company, attachments))


def safe_name(text: str) -> str:
    """A name that no file system takes for a path, a device or a hidden file, and that says what the text said."""
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFKC", text)).strip("._ ")
    if len(plain) > _LONGEST:
        stem, dot, ending = plain.rpartition(".")
        ending = dot + ending if dot and len(ending) <= 8 else ""
        plain = (stem if ending else plain)[: _LONGEST - len(ending)] + ending
    return f"_{plain}" if not plain or _RESERVED.fullmatch(plain) else plain
