"""The photos of a report: which of a record's files stand in which of its steps, and how they are put into the Word
file.
"""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from storage.life import Evidence, EvidenceKind

STEPS = ("d2", "d3", "d4", "d5", "d6", "d7")  # that have photos; the first one where nothing else is said
MOST = 12  # in one report
MOST_BYTES = 6_000_000  # of all of them: the report goes by mail
WIDEST, HIGHEST = 11.0, 8.0  # centimetres on the page
Photos = Mapping[str, Sequence[bytes]]  # step → JPEGs


def photos_of(evidence: Sequence[Evidence], read: Callable[[str], bytes]) -> Photos:
    """The bytes of the record's photos by step, in the order in which they were put in, within what a report may hold.
    What is no JPEG is not put in: Word could not show it.
    """
    kept: dict[str, list[bytes]] = {}
    count = size = 0
    for one in evidence:
        if one.kind is EvidenceKind.PHOTO and one.step in STEPS and one.media_type == "image/jpeg" and count < MOST:
            content = read(one.sha256) if one.sha256 else b""
            if content and size + len(content) <= MOST_BYTES:
                kept.setdefault(one.step, []).append(content)
                count += 1
                size += len(content)
    return kept


def put_in(document: Any, photos: Photos, first: bool) -> None:
    """Puts the photos of each step at its end: before the heading of a later one ("D5"), else at the end of the
    document. Of the `first` report only those of its own steps.
    """
    for step in STEPS[:2] if first else STEPS:
        place = _heading_after(document, int(step[1]))
        for content in photos.get(step, ()):
            _put_one(document, place, content, step if place is None else "")


def _heading_after(document: Any, step: int) -> Any:
    for one in document.paragraphs:
        found = re.match(r"\s*D([0-8])\b", one.text, re.IGNORECASE)
        if found is not None and int(found[1]) > step:
            return one
    return None


def _put_one(document: Any, place: Any, content: bytes, caption: str) -> None:
    """`caption`: by which word a photo is known that stands apart from its step."""
    from docx.shared import Cm

    paragraph = place.insert_paragraph_before() if place is not None else document.add_paragraph()
    if caption and caption != STEPS[0]:
        paragraph.add_run(f"{caption.upper()}  ")
    picture = paragraph.add_run().add_picture(io.BytesIO(content), width=Cm(WIDEST))
    if picture.height > Cm(HIGHEST):
        picture.width = round(picture.width * Cm(HIGHEST) / picture.height)
        picture.height = Cm(HIGHEST)
