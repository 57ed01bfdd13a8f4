"""The files that came with a mail, hung on its record by what they are; photos of our people's answers proposed for the
step of the 8D that the answer names.

Runs in the transaction that adds the mail to its record. The pictures themselves are made anew later (`runners.draw`).
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from intake.acts.act import allow
from intake.acts.case import Actor, Case, World
from intake.acts.photos import PHOTO
from intake.acts.table import ACTS
from intake.eightd.photos import STEPS
from intake.errors import IntakeError
from intake.runners.poll import new_id
from parsers.job import Outcome
from parsers.results import Enclosed
from storage import UnitOfWork
from storage.life import Evidence, EvidenceKind, Proposal, ProposalState

MOST_OF_A_RECORD = 400  # files; a thread that goes on for ever must not fill the page
_LONGEST_NAME = 200  # letters
_LIKELY = ("d4", "d5", "d3", "d2", "d6", "d7")  # of several steps that an answer names: where photos are proof
_NAMED = re.compile(r"(?<![0-9A-Za-z])D([0-8])(?![0-9])", re.IGNORECASE)


def hang(work: UnitOfWork, number: str, arrival: str, outcome: Outcome, now: datetime) -> None:
    """Hangs a mail's files on its record; those that hang there already are not hung twice."""
    files, envelope = outcome.enclosed, outcome.envelope
    if not files:
        return
    known = work.lives.evidence(number)
    origins = {one.origin for one in known if one.origin}
    sender = envelope.sender.email if envelope.sender else ""
    made: list[Evidence] = []
    at = int(now.timestamp() * 1000)
    for position, one in enumerate(files):
        if one.sha256 in origins or len(known) + len(made) >= MOST_OF_A_RECORD:
            continue
        origins.add(one.sha256)
        name = one.part.rsplit("/", 1)[-1][-_LONGEST_NAME:]
        kind = EvidenceKind(one.kind)
        made.append(
            Evidence(
                new_id(at + position), number, kind, name, one.media_type, "", sender, now,
                arrival=arrival, part=one.part, origin=one.sha256,
            )
        )  # fmt: skip
    work.lives.add(made)


def with_photos_proposed(
    case: Case, files: Sequence[Enclosed], subject: str, text: str, who: Actor, world: World
) -> Case:
    """The case with each photo of the answer proposed for the step that it names: in the file's name, in the subject,
    or at the start of a line. What names none is offered by the editor alone.
    """
    try:
        allow(ACTS["report"], case, who)
    except IntakeError:
        return case
    of_all = _step_of_all(subject, text)
    hanging = {one.origin: one for one in case.evidence if one.origin and not one.step}
    open_for = {(one.arrival, one.text) for one in case.proposals if one.state is ProposalState.OPEN}
    found: list[Proposal] = []
    for each in files:
        photo, step = hanging.get(each.sha256), _step(each.part.rsplit("/", 1)[-1]) or of_all
        if photo is None or photo.kind is not EvidenceKind.PHOTO or not step or (photo.arrival, photo.part) in open_for:
            continue
        said = f"{who.name or who.email}: {step.upper()}"
        found.append(Proposal(world.fresh(), case.number, None, PHOTO, step, photo.part, 1.0, photo.arrival, world.now))
        case = case.noted(who, world, "photo_proposed", new=f"{said} {photo.name}")
    return replace(case, proposals=(*case.proposals, *found)) if found else case


def _step_of_all(subject: str, text: str) -> str:
    """The step that the answer is about: the only one of its subject, else one that begins a line. "" where it names
    none.
    """
    named = {f"d{digit}" for digit in _NAMED.findall(subject)}
    if len(named) == 1 and named <= set(STEPS):
        return named.pop()
    steps = {found for line in text.splitlines() if (found := _step(line.strip()[:4]))}
    return next((step for step in _LIKELY if step in steps), "")


def _step(text: str) -> str:
    """The step that a text begins with or names, if it has photos."""
    found = _NAMED.search(text)
    step = f"d{found[1]}" if found is not None else ""
    return step if step in STEPS else ""
