"""A case judged again: what is missing, the class, the windows, and who must be told where the class has risen."""

from dataclasses import replace

from intake.acts.case import Actor, Case, World
from intake.desk import to_our_people
from intake.policy.completeness import missing_fields
from intake.policy.distance import distance_for
from intake.policy.revision import facts_of_record, is_higher
from intake.policy.severity import judge
from intake.policy.windows import DEMANDED, WindowFacts, rewindow
from parsers.types import Channel, Claim, Kind
from storage.records import Class, Purpose, Record, Verdict, Window, WindowName, WindowState

_FIRST_TO_OUR_PEOPLE = (Purpose.DISPATCH, Purpose.MANAGEMENT_REPORT)


def judged(before: Case, case: Case, who: Actor, world: World) -> Case:
    """`case` after its values were changed from those of `before`: completeness, class and windows follow.

    A class that a person has set stays. What is met stays met; what a person waived stays waived.
    """
    record = replace(case.record, missing=_missing(case, world))
    verdict = _verdict(case, record, world)
    record = replace(record, letter=verdict.letter, reasons=verdict.reasons)
    case = replace(case, record=record)
    case = _with_windows(before, case, world)
    if not record.missing and record.items:
        case = case.met(WindowName.WRITTEN_RECORD, world.now)
    if record.letter is not before.record.letter:
        old, new = ({"class": str(one.letter), "reasons": list(one.reasons)} for one in (before.record, record))
        case = case.noted(who, world, "class_changed", old=old, new=new)
        case = case.saying(f"Class {before.record.letter.value} → {record.letter.value}.")
    if is_higher(record.letter, before.record.letter):
        case = _told(case, world)
    return case


def window_facts(case: Case, world: World) -> WindowFacts:
    """What bears on the windows of a record as it stands."""
    record, said = case.record, facts_of_record(case.record)
    return WindowFacts(
        record=record.number,
        letter=record.letter,
        kind=Kind(record.kind),
        channel=Channel(record.channel),
        received_at=record.received_at,
        requests=said.requests,
        signals=said.signals,
        agreement=case.card.agreement if case.card else {},
        reply_due=record.reply_due,
        reply_due_for_full_report=_demands(case, WindowName.FULL_REPORT),
        distance=distance_for(record.customer.location, case.card, world.office.province, world.office.policy),
    )


def _demands(case: Case, name: WindowName) -> bool:
    window = case.window(name)
    return window is not None and DEMANDED in window.clause


def _missing(case: Case, world: World) -> tuple[str, ...]:
    """Nothing is asked of a notice or an inquiry; what a person waived is not missing."""
    if case.record.kind != Kind.COMPLAINT:
        return ()
    lacking = missing_fields(case.record.items, world.office.policy)
    return tuple(name for name in lacking if name not in case.life.waived_fields)


def _verdict(case: Case, record: Record, world: World) -> Verdict:
    if case.life.class_set_by:
        return Verdict(record.letter, record.reasons)
    policy = world.office.policy
    estimate = Claim(case.life.estimate, policy.classes.claim_currency) if case.life.estimate is not None else None
    stated = policy.classes.repeats if "third_repeat" in record.reasons else 1
    facts = replace(
        facts_of_record(record),
        kind=Kind(record.kind),
        estimate=estimate,
        repeats=max(stated, world.earlier(record) + 1),
    )
    return judge(facts, policy)


def _with_windows(before: Case, case: Case, world: World) -> Case:
    """The windows of the new class and facts. A date that the customer demanded in its own time zone keeps its moment
    unless the date itself was changed.
    """
    guarded = {WindowName.ACKNOWLEDGEMENT} | {WindowName(name) for name in case.life.waived_windows}
    fresh = rewindow(
        case.windows, window_facts(case, world), world.office.policy, world.office.calendar, frozenset(guarded)
    )
    same_demand = case.record.reply_due == before.record.reply_due
    kept = [_demanded(case.window(window.name), window) if same_demand else window for window in fresh]
    return case.with_windows([window for window in kept if window != case.window(window.name)], world)


def _demanded(old: Window | None, new: Window) -> Window:
    running = (WindowState.OPEN, WindowState.OVERDUE)
    if old is None or old.state not in running or new.state not in running or DEMANDED not in old.clause:
        return new
    return old if DEMANDED in new.clause or old.due_at < new.due_at else new


def _told(case: Case, world: World) -> Case:
    """The department and, for class A, the general manager's office are told as if the record had been opened so."""
    ids = {purpose: world.ids(purpose) for purpose in _FIRST_TO_OUR_PEOPLE}
    written, notes = to_our_people(case.record, case.windows, world.people, ids, world.now, world.office)
    for letter in written:
        case = case.written(letter)
    return replace(case, events=(*case.events, *notes))


def set_class(case: Case, letter: Class, who: Actor, world: World) -> Case:
    """Another class by a person; the old one stays in the history (客诉信息处理流程 §4)."""
    record = replace(case.record, letter=letter, reasons=("set_by_person",))
    return judged(case, replace(case, record=record, life=replace(case.life, class_set_by=who.email)), who, world)
