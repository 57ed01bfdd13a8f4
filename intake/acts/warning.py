"""Early warning (质量预警): every customer who received a batch, or a suspected one, is written to, each of its own.

立即通知顾客及受影响的顾客公司 (信息交流和内部沟通程序流程 §5.1.2); a substance over its limit within 24 h
(顾客沟通及满意度测量控制程序 §6.1.3). No customer is named to another. The letters wait for a manager's approval.
"""

from dataclasses import replace
from datetime import datetime

from intake.acts.act import DEPARTMENTS, MANAGERS, REVIEWERS, Act, Key, Values
from intake.acts.case import Actor, Case, Receiver, World, owner_person
from intake.acts.notices import warnings_notice
from intake.acts.work import given
from intake.errors import RecordError
from intake.policy.confirming import confirm_by
from intake.policy.fulfilment import all_told_at
from intake.replies.care import batch_warning, batch_warning_again
from intake.replies.frame import Post
from storage.life import TaskKind, Warned
from storage.records import Letter, LetterState, Purpose, Role, WindowName, WindowState


def warn(case: Case, values: Values, who: Actor, world: World) -> Case:
    """Drafts a warning to each receiver; one without an address becomes a task for sales, to be called."""
    batches = tuple(values.get("batches", ())) or _batches(case)
    models = tuple(dict.fromkeys(item.model for item in case.record.items if item.model))
    receivers = world.receivers(batches, models if values.get("neighbours") else ())
    own = (case.record.customer_id, (case.record.customer.company or "").casefold())
    known = {one.customer for one in case.warned}
    drafted = []
    for receiver in receivers:
        if receiver.customer in known or _is_own(receiver, own):
            continue
        case, address = _warned(case, receiver, values, who, world)
        drafted.append(f"{receiver.customer}: {address or 'no address, a call is asked for'}")
    if not drafted:
        raise RecordError(
            f"{case.number}: no further customer received these batches.",
            "Shipments are imported by `intake import shipments`; batches=… names others.",
        )
    case = case.noted(who, world, "warnings_drafted", new={"customers": len(drafted)})
    drafts = len(_drafts(case))
    approvers = _approvers(world)
    if drafts and approvers and who.email not in approvers:
        case = case.written(warnings_notice(case, approvers, who, drafts, world))
    for line in drafted:
        case = case.saying(line)
    return case


def _batches(case: Case) -> tuple[str, ...]:
    return tuple(dict.fromkeys(batch for item in case.record.items for batch in item.batch))


def _is_own(receiver: Receiver, own: tuple[int | None, str]) -> bool:
    """Who complained knows already."""
    if receiver.card is not None and own[0] is not None:
        return receiver.card.id == own[0]
    return receiver.customer.casefold() == own[1]


def _warned(case: Case, receiver: Receiver, values: Values, who: Actor, world: World) -> tuple[Case, str]:
    card = receiver.card
    address = card.email if card else ""
    row = Warned(
        id=world.fresh(),
        record=case.number,
        customer=receiver.customer,
        customer_id=card.id if card else None,
        email=address,
        language=(card.language if card else "") or world.office.language,
        shipments=tuple(
            (one.model, one.batch, one.quantity, one.ship_date.isoformat() if one.ship_date else "")
            for one in receiver.shipments
        ),
        suspected=receiver.suspected,
    )
    if not address:
        case = replace(case, warned=(*case.warned, row))
        return given(
            case, TaskKind.ACTION, _caller(case, who, world), who, world, _call_by(case), receiver.customer
        ), ""
    post = Post(
        case.record,
        (address,),
        owner_person(case, world),
        world.office.desk,
        world.ids(Purpose.BATCH_WARNING),
        world.now,
    )
    letter = batch_warning(
        post,
        row,
        str(values.get("risk", "")),
        str(values.get("our_action", "")),
        confirm_by(world.now, world.office.policy, world.office.calendar),
    )
    letter = replace(letter, state=LetterState.DRAFT, remedy="A warning leaves once it is approved: approve_warnings.")
    row = replace(row, letter=letter.id)
    return replace(case.written(letter), warned=(*case.warned, row)), address


def _caller(case: Case, who: Actor, world: World) -> str:
    return next((person.email for person in world.people if person.role is Role.SALES), who.email)


def _call_by(case: Case) -> datetime | None:
    """A substance over its limit is told by telephone within the same 24 h; else when such work usually ends."""
    window = case.window(WindowName.HAZARD_NOTICE)
    return window.due_at if window is not None and window.state is WindowState.OPEN else None


def _drafts(case: Case) -> tuple[Letter, ...]:
    return tuple(
        letter
        for letter in case.letters
        if letter.purpose is Purpose.BATCH_WARNING and letter.state is LetterState.DRAFT
    )


def _approvers(world: World) -> tuple[str, ...]:
    """Who is asked to approve warnings: the quality managers, else whoever may."""
    first = (frozenset({Role.QUALITY_MANAGER}), MANAGERS)
    asked = (dict.fromkeys(one.email for one in world.people if one.role in roles) for roles in first)
    return next((tuple(found) for found in asked if found), ())


def approve_warnings(case: Case, values: Values, who: Actor, world: World) -> Case:
    """The drafted warnings leave."""
    drafts = _drafts(case)
    if not drafts:
        raise RecordError(f"{case.number} has no warning that waits for approval.", "`warn` drafts them.")
    for letter in drafts:
        case = case.written(replace(letter, state=LetterState.QUEUED, remedy=""))
    return case.noted(who, world, "warnings_approved", new=len(drafts)).saying(f"{len(drafts)} warnings go.")


def confirmed(case: Case, values: Values, who: Actor, world: World) -> Case:
    """A customer has said that the warning came."""
    found = _one_of(case, values)
    by = str(values.get("by", "")) or who.email
    done = replace(found, confirmed_at=world.now, confirmed_by=by, look_at=None)
    rows = tuple(done if one.id == done.id else one for one in case.warned)
    case = replace(case, warned=rows).noted(who, world, "warning_confirmed", new=done.customer)
    told_at = all_told_at(case.warned, case.letters)
    return case if told_at is None else case.met(WindowName.HAZARD_NOTICE, told_at)


def warn_again(case: Case, values: Values, who: Actor, world: World) -> Case:
    """A customer who has not confirmed is asked once more, at once: what it is told has been approved before."""
    found = _one_of(case, values)
    if not who.roles & (REVIEWERS | MANAGERS) and who.email.lower() != case.record.owner.lower():
        raise RecordError(f"{case.number} is another's.", "Its owner, quality staff or a manager ask a customer again.")
    if found.confirmed_at is not None:
        raise RecordError(f"{found.customer} has confirmed the warning already.", "Nothing is to be asked again.")
    if not found.email:
        raise RecordError(f"{found.customer} has no address.", "Telephone, then note it by `confirmed`.")
    first = case.letter(found.letter or "")
    last = case.letter(found.written[-1]) if found.written else None
    if first is None or last is None or last.state is not LetterState.SENT:
        raise RecordError(
            f"The warning to {found.customer} has not been sent.",
            "Approve it, or send the letter that was refused to another address.",
        )
    ids = world.ids(Purpose.BATCH_WARNING)
    post = Post(case.record, last.to, owner_person(case, world), world.office.desk, ids, world.now)
    by = confirm_by(world.now, world.office.policy, world.office.calendar)
    letter = batch_warning_again(post, found, first, by)
    asked = replace(found, again=(*found.again, letter.id), look_at=None)
    rows = tuple(asked if one.id == asked.id else one for one in case.warned)
    case = replace(case.written(letter), warned=rows)
    return case.noted(who, world, "warning_sent_again", new={"customer": found.customer, "letter": letter.id})


def _one_of(case: Case, values: Values) -> Warned:
    """The customer that an act names."""
    named = str(values["customer"])
    found = [one for one in case.warned if named in (one.id, one.customer, one.email)]
    if len(found) != 1:
        customers = ", ".join(one.customer for one in case.warned) or "none"
        raise RecordError(f"{case.number} warned no customer {named!r}.", f"Warned: {customers}.")
    return found[0]


_CUSTOMER = Key("customer", "its name, or the warning's id", required=True)

WARNING_ACTS = (
    Act(
        "warn",
        "draft a warning to every customer who received the batches",
        warn,
        (
            Key("batches", "the batches, separated by ;  by default the record's", "list"),
            Key("neighbours", "neighbouring batches too, as suspected", "yes_no"),
            Key("risk", "what may happen"),
            Key("our_action", "what we are doing"),
        ),
    ),
    Act("approve_warnings", "let the drafted warnings leave", approve_warnings, who=MANAGERS),
    Act(
        "confirmed",
        "note that a customer has confirmed the warning",
        confirmed,
        (_CUSTOMER, Key("by", "who said so")),
    ),
    Act(
        "warn_again",
        "ask a customer once more to confirm the warning",
        warn_again,
        (_CUSTOMER,),
        who=REVIEWERS | MANAGERS | DEPARTMENTS,
    ),
)
