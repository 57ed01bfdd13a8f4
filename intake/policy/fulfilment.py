"""What a sent letter means for its record: the windows that it meets, and the state that the record is in then.

A letter's own window is `Letter.satisfies`; this table adds the others. A full 8D holds the first report and the
solution, so that no progress letter follows it, and ends what is to be handled within three days (顾客沟通控制程序
§5.4.9); an answer that the fault is not ours is as good as a report.
"""

from collections.abc import Sequence
from datetime import datetime

from storage.life import Warned
from storage.records import Letter, LetterState, Purpose, RecordState, WindowName

_ANSWERED = (WindowName.SOLUTION_OR_PROGRESS, WindowName.FIRST_REPORT, WindowName.FULL_REPORT, WindowName.HANDLED)
ALSO_MEETS: dict[Purpose, tuple[WindowName, ...]] = {
    Purpose.FULL_REPORT: (WindowName.SOLUTION_OR_PROGRESS, WindowName.FIRST_REPORT, WindowName.HANDLED),
    Purpose.REVISION: _ANSWERED,
    Purpose.NOT_OUR_FAULT: _ANSWERED,
}
REPORTS = frozenset({Purpose.FULL_REPORT, Purpose.NOT_OUR_FAULT, Purpose.REVISION})

_BEFORE_REPORTED = (RecordState.TO_REVIEW, RecordState.IN_PROGRESS)


def windows_met_by(letter: Letter) -> tuple[WindowName, ...]:
    """Every window that the mail server's acceptance of this letter meets, each once."""
    own = (letter.satisfies,) if letter.satisfies is not None else ()
    return tuple(dict.fromkeys((*own, *ALSO_MEETS.get(letter.purpose, ()))))


def all_told_at(warned: Sequence[Warned], letters: Sequence[Letter]) -> datetime | None:
    """When the last of the warned customers was told: by the mail server's acceptance, or by telephone where he has
    confirmed it; None while one is not.
    """
    sent = {letter.id: letter.sent_at for letter in letters if letter.state is LetterState.SENT}
    moments = [next((at for each in one.written if (at := sent.get(each))), one.confirmed_at) for one in warned]
    known = [moment for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None


def state_after(letter: Letter, state: RecordState) -> RecordState:
    """The record's state once this letter is with the customer."""
    return RecordState.REPORTED if letter.purpose in REPORTS and state in _BEFORE_REPORTED else state
