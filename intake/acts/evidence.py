"""Photos that hang on a record: put in, and taken out of its report again. They follow the rights of the 8D."""

import hashlib
from dataclasses import replace

from intake.acts.act import allow
from intake.acts.case import Actor, Case, World
from intake.acts.table import act_named
from intake.eightd.photos import MOST
from intake.errors import RecordError
from storage.life import Evidence, EvidenceKind

PHOTO_TYPE = "image/jpeg"


def with_photo(case: Case, name: str, content: bytes, who: Actor, world: World) -> Case:
    """The case with one more photo in its report; the same one twice is one. `content` is a JPEG of our own writing."""
    allow(act_named("report"), case, who)
    sha256 = hashlib.sha256(content).hexdigest()
    photos = [one for one in case.evidence if one.kind is EvidenceKind.PHOTO]
    if any(one.sha256 == sha256 for one in photos):
        return case.saying("This photo is there already.")
    if len(photos) >= MOST:
        raise RecordError(f"{case.number} has {MOST} photos already.", "Take one out of the report first.")
    made = Evidence(world.fresh(), case.number, EvidenceKind.PHOTO, name, PHOTO_TYPE, sha256, who.email, world.now)
    case = replace(case, evidence=(*case.evidence, made), files=(*case.files, (sha256, content)))
    return case.noted(who, world, "photo_added", new=name).saying(f"{name} is in the report.")


def without_photo(case: Case, photo: str, who: Actor, world: World) -> Case:
    """The case with this photo out of its report; it stays among the record's files."""
    allow(act_named("report"), case, who)
    found = next((one for one in case.evidence if one.id == photo and one.kind is EvidenceKind.PHOTO), None)
    if found is None:
        raise RecordError(f"{case.number} has no such photo.", "Load the page anew.")
    out = replace(found, kind=EvidenceKind.OTHER)
    case = replace(case, evidence=tuple(out if one.id == photo else one for one in case.evidence))
    return case.noted(who, world, "photo_removed", old=found.name).saying(f"{found.name} is out of the report.")
