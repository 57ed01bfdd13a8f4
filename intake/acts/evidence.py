"""Photos that hang on a record: put into a step of its report, moved, and taken out again. They follow the rights of
the 8D.
"""

import hashlib
from dataclasses import replace

from intake.acts.act import allow
from intake.acts.case import Actor, Case, World
from intake.acts.photos import PHOTO_TYPE, check_room, hung, in_report, proposed, put, put_proposal
from intake.acts.table import act_named
from intake.eightd.photos import STEPS
from intake.errors import RecordError
from storage.life import Evidence, EvidenceKind, ProposalState


def with_photo(case: Case, name: str, content: bytes, who: Actor, world: World, step: str = STEPS[0]) -> Case:
    """The case with one more photo in its report; the same one twice is one. `content` is a JPEG of our own writing."""
    allow(act_named("report"), case, who)
    sha256 = hashlib.sha256(content).hexdigest()
    if any(one.sha256 == sha256 for one in in_report(case)):
        return case.saying("This photo is there already.")
    check_room(case, len(content), world)
    made = Evidence(
        world.fresh(), case.number, EvidenceKind.PHOTO, name, PHOTO_TYPE, sha256, who.email, world.now, step=step
    )
    case = replace(case, evidence=(*case.evidence, made), files=(*case.files, (sha256, content)))
    return case.noted(who, world, "photo_added", new=name).saying(f"{name} is in the report.")


def with_offered(case: Case, photo: str, step: str, who: Actor, world: World) -> Case:
    """The case with a photo that is offered, or stands in another step, in this step of its report."""
    allow(act_named("report"), case, who)
    return hung(case, _photo(case, photo), step, who, world)


def without_photo(case: Case, photo: str, who: Actor, world: World) -> Case:
    """The case with this photo out of its report, or with its proposal dropped; it stays among the record's files."""
    allow(act_named("report"), case, who)
    found = _photo(case, photo)
    for proposal, one in proposed(case):
        if one.id == photo:
            case = put_proposal(case, replace(proposal, state=ProposalState.DROPPED))
    case = put(case, replace(found, step=""))
    return case.noted(who, world, "photo_removed", old=found.name).saying(f"{found.name} is out of the report.")


def _photo(case: Case, photo: str) -> Evidence:
    found = next((one for one in case.evidence if one.id == photo and one.kind is EvidenceKind.PHOTO), None)
    if found is None:
        raise RecordError(f"{case.number} has no such photo.", "Load the page anew.")
    return found
