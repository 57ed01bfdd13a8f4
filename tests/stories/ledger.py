"""What happened in a story, as plain text: who got which letter, when, once; what changed; how each window ended.

A line is written for what can be seen from outside: a mail that was taken in, a letter that the mail server got, and a
record, its owner or one of its windows that is not as it was. Moments are the story's, in local time to the minute; what
happens in one step of a story stands in a fixed order. The expected text lies beside the story, each line checked by
hand against the policy.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from pathlib import Path
from zoneinfo import ZoneInfo

from storage import Storage, UnitOfWork
from storage.life import TaskState
from storage.records import Letter, LetterState, Record, Window
from tests.service.world import World

LEDGERS = Path(__file__).parent / "ledgers"
_BY_CLOCK = re.compile(r"<(?:ks-\d+-\d+\.)?([a-z_-]+(?:\.[\w-]+)*?)(?:\.\d{12})?\.[0-9a-f]{8,24}@")
OURS = "@example.com"  # left out of addresses: hejun@example.com is hejun


@dataclass
class Ledger:
    """Kept by `note`, called after each step of a story. `text` is the whole of it."""

    world: World
    storage: Storage
    zone: ZoneInfo
    _lines: list[tuple[datetime, str]] = field(default_factory=list)
    letters: list[EmailMessage] = field(default_factory=list)  # all that the mail server took
    _arrived: set[str] = field(default_factory=set)
    _known: dict[str, str] = field(default_factory=dict)  # a thing and how it was
    _went: set[str] = field(default_factory=set)  # Message-IDs

    def did(self, who: str, what: str) -> None:
        """A person does something, now."""
        self._write("act", f"{_short(who)}: {what}")

    def note(self) -> None:
        """What is new since the last time, as it is seen now."""
        with self.storage.reading() as work:
            for line in sorted(self._taken_in(work)):
                self._write("mail", line)
            for line in self._changes(work):
                self._write("", line)
            for line in sorted(self._letters(work)):
                self._write("letter", line)

    def text(self) -> str:
        return "\n".join([*self._days(), "", *self._ends()]) + "\n"

    # ---------------------------------------------------------------- what is seen

    def _taken_in(self, work: UnitOfWork) -> Iterator[str]:
        for one in work.arrivals.everything():
            if one.id not in self._arrived:
                self._arrived.add(one.id)
                yield f"{one.sender}: {one.subject} = {one.became or one.state} {one.record or ''}".rstrip()

    def _changes(self, work: UnitOfWork) -> Iterator[str]:
        """Of a new record only where it stands: its windows are told at the end."""
        for record in sorted(work.complaints.everything(), key=lambda record: record.number):
            number = record.number
            if f"{number} class" not in self._known:
                yield f"record  {number}: {_listed(_standing(record, work))}"
                self._known |= {f"{number} {name}": value for name, value in _standing(record, work).items()}
            for window in work.complaints.windows(number):
                self._known.setdefault(f"{number} {window.name}", "open")
                yield from self._changed("window", f"{number} {window.name}", str(window.state))
            for name, value in _standing(record, work).items():
                yield from self._changed("state", f"{number} {name}", value)
            for task in work.lives.tasks(number):
                end = f", due {self._minute(task.due_at)}" if task.due_at and task.state is TaskState.OPEN else ""
                self._known.setdefault(f"{number} {task.id}", "none")
                told = f"{number} {task.kind} of {_short(task.owner)}"
                yield from self._changed("task", f"{number} {task.id}", f"{task.state}{end}", told)

    def _changed(self, kind: str, name: str, value: str, told: str = "") -> Iterator[str]:
        old, self._known[name] = self._known[name], value
        if value != old:
            yield f"{kind:<7} {told or name}: {old or '-'} → {value or '-'}"

    def _letters(self, work: UnitOfWork) -> Iterator[str]:
        for envelope in self.world.sink.received[len(self.letters) :]:
            message = message_from_bytes(envelope.content, policy=default)
            self.letters.append(message)
            written = work.letters.by_message_id(str(message["Message-ID"]))
            to, cc = _addresses(message, "To"), _addresses(message, "Cc")
            yield ", ".join(
                part
                for part in (
                    f"{_name(message, written)} to {_people(to)}{' cc ' if cc else ''}{_people(cc)}",
                    str(message["Content-Language"]),
                    *(f"+ {part.get_filename()}" for part in message.iter_attachments()),
                    "" if sorted(envelope.receivers) == sorted((*to, *cc)) else f"GIVEN TO {envelope.receivers}",
                    "ONCE MORE" if str(message["Message-ID"]) in self._went else "",
                )
                if part
            )
            self._went.add(str(message["Message-ID"]))

    # ---------------------------------------------------------------- as text

    def _write(self, kind: str, line: str) -> None:
        self._lines.append((self.world.now, f"{kind:<7} {line}" if kind else line))

    def _days(self) -> Iterator[str]:
        day = ""
        for moment, line in self._lines:
            local = moment.astimezone(self.zone)
            if f"{local:%Y-%m-%d %a}" != day:
                day = f"{local:%Y-%m-%d %a}"
                yield f"{day}"
            yield f"  {local:%H:%M}  {line}"

    def _ends(self) -> Iterator[str]:
        """The windows of each record as they are at the end, and the letters that did not leave."""
        with self.storage.reading() as work:
            for record in sorted(work.complaints.everything(), key=lambda record: record.number):
                yield f"{record.number}  {_listed(_standing(record, work))}"
                for window in sorted(work.complaints.windows(record.number), key=lambda one: (one.due_at, one.name)):
                    yield self._end(window)
            for letter in _not_sent(work):
                yield f"not sent  {letter.record}: {letter.purpose} to {_people(letter.to)}, {letter.state}"

    def _end(self, window: Window) -> str:
        met = f"  {self._minute(window.met_at)}" if window.met_at else ""
        return f"  {window.name:<22} due {self._minute(window.due_at)}  {window.state}{met}"

    def _minute(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%m-%d %H:%M}"


def as_expected(ledger: Ledger, story: str) -> None:
    """Fails with the lines that differ where the ledger is not `ledgers/<story>.txt`. What stands there behind a #
    says why a line must be so.
    """
    lines = (LEDGERS / f"{story}.txt").read_text(encoding="utf-8").splitlines()
    expected = [re.sub(r"\s+# .*", "", line) for line in lines if not line.startswith("#")]
    found = ledger.text().splitlines()
    difference = difflib.unified_diff(expected, found, f"ledgers/{story}.txt", "what happened", lineterm="", n=2)
    assert found == expected, "\n" + "\n".join(difference)


def _listed(standing: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in standing.items() if value)


def _standing(record: Record, work: UnitOfWork) -> dict[str, str]:
    """Where a record stands, by the name of what it is."""
    life, report = work.lives.get(record.number), work.lives.report(record.number)
    return {
        "class": str(record.letter),
        "state": str(record.state),
        "owner": _short(record.owner),
        "department": record.department,
        "signed": _short(life.signed_by),
        "8D": f"{report.revision} {report.state}" if report else "",
    }


def _name(message: EmailMessage, written: Letter | None) -> str:
    """Which letter it is: of the clock's letters the step, which their Message-ID names, of others to us the subject."""
    if written is None:
        return f"WRITTEN BY NOBODY: {message['Subject']}"
    whose = f"{written.record} " if written.record else ""
    by_clock = _BY_CLOCK.match(written.message_id)
    if by_clock is not None:
        step = by_clock[1]
        return f"{whose}{written.purpose}" if step == written.purpose else f"{whose}{written.purpose} {step}"
    ours = all(address.endswith(OURS) for address in written.to)
    return f"{whose}{written.purpose}" + (f" “{message['Subject']}”" if ours else "")


def _not_sent(work: UnitOfWork) -> Sequence[Letter]:
    waiting = [
        letter for state in LetterState if state is not LetterState.SENT for letter in work.letters.in_state(state)
    ]
    return sorted(waiting, key=lambda letter: (letter.record or "", letter.created_at, letter.purpose, letter.to))


def _addresses(message: EmailMessage, header: str) -> list[str]:
    return [address for _, address in getaddresses(message.get_all(header, []))]


def _people(addresses: Sequence[str]) -> str:
    return " ".join(_short(address) for address in addresses)


def _short(address: str) -> str:
    return address.removesuffix(OURS)
