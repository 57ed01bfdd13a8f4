"""Which photos of a record stand in which step of its 8D, and which are offered: pure steps, without rights.

A photo hangs on the record as evidence (图片或实样, 客诉信息处理流程 §3). `step` says where it is printed; one without
is offered by the editor. What one of our people sends for a step is proposed for it.
"""

from dataclasses import replace

from intake.acts.case import Actor, Case, World
from intake.eightd.photos import MOST, MOST_BYTES, STEPS
from intake.errors import RecordError, UsageError
from storage.life import Evidence, EvidenceKind, Proposal, ProposalState

PHOTO = "photo"  # the field of a proposal that is a photo for a step: `value` the step, `text` the file's name
PHOTO_TYPE = "image/jpeg"


def in_report(case: Case) -> tuple[Evidence, ...]:
    """The photos that stand in the 8D."""
    return tuple(one for one in case.evidence if one.kind is EvidenceKind.PHOTO and one.step)


def offered(case: Case) -> tuple[Evidence, ...]:
    """The record's photos that stand in no step."""
    return tuple(one for one in case.evidence if one.kind is EvidenceKind.PHOTO and not one.step)


def proposed(case: Case) -> tuple[tuple[Proposal, Evidence], ...]:
    """The photos that are proposed for a step, with their proposals."""
    still = [one for one in case.proposals if one.field == PHOTO and one.state is ProposalState.OPEN]
    return tuple((one, photo) for one in still if (photo := photo_of(case, one)) is not None)


def photo_of(case: Case, proposal: Proposal) -> Evidence | None:
    """The photo that is proposed."""
    return next(
        (one for one in case.evidence if (one.arrival, one.part) == (proposal.arrival, proposal.text) and one.arrival),
        None,
    )


def hung(case: Case, photo: Evidence, step: str, who: Actor, world: World) -> Case:
    """The case with this photo in a step of the 8D: an offered one is put in, one that stands elsewhere moves. A
    proposal of it is settled by that.
    """
    if step not in STEPS:
        raise UsageError(f"{step!r} has no photos.", f"The steps with photos are {', '.join(STEPS)}.")
    if not photo.sha256 or photo.media_type != PHOTO_TYPE:
        raise RecordError(f"{photo.name} is not ready yet.", "Try again in half a minute.")
    if not photo.step and any(one.sha256 == photo.sha256 for one in in_report(case)):
        raise RecordError("This photo is in the report already.", "Move that one to another step.")
    if not photo.step:
        check_room(case, len(world.kept(photo.sha256)), world)
    case = put(case, replace(photo, step=step))
    for proposal, one in proposed(case):
        if one.id == photo.id:
            case = put_proposal(case, replace(proposal, state=ProposalState.TAKEN))
    return case.noted(who, world, "photo_added", new=f"{step.upper()} {photo.name}").saying(
        f"{photo.name} is in {step.upper()} of the report."
    )


def check_room(case: Case, size: int, world: World) -> None:
    """RecordError where one more photo, of `size` bytes, is more than a report may hold: it goes by mail."""
    inside = in_report(case)
    if len(inside) >= MOST:
        raise RecordError(f"{case.number} has {MOST} photos already.", "Take one out of the report first.")
    if sum(len(world.kept(one.sha256)) for one in inside) + size > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        raise RecordError(f"The report's photos would be more than {most} MB.", "Take one out of the report first.")


def put(case: Case, photo: Evidence) -> Case:
    """The case with this piece of evidence in place of the one of its id."""
    return replace(case, evidence=tuple(photo if one.id == photo.id else one for one in case.evidence))


def put_proposal(case: Case, proposal: Proposal) -> Case:
    return replace(case, proposals=tuple(proposal if one.id == proposal.id else one for one in case.proposals))
