"""The photos of a report: which of a record's files stand in its D2, and how they are put into the Word file."""

import io
from collections.abc import Callable, Sequence
from typing import Any

from storage.life import Evidence, EvidenceKind

MOST = 8  # in one report
MOST_BYTES = 6_000_000  # of all of them: the report goes by mail
WIDEST, HIGHEST = 11.0, 8.0  # centimetres on the page


def photos_of(evidence: Sequence[Evidence], read: Callable[[str], bytes]) -> tuple[bytes, ...]:
    """The bytes of the record's photos, in the order in which they were put in, within what a report may hold. What is
    no JPEG is not put in: Word could not show it.
    """
    kept: list[bytes] = []
    size = 0
    for one in evidence:
        if one.kind is EvidenceKind.PHOTO and one.media_type == "image/jpeg" and len(kept) < MOST:
            content = read(one.sha256)
            if content and size + len(content) <= MOST_BYTES:
                kept.append(content)
                size += len(content)
    return tuple(kept)


def put_in(document: Any, photos: Sequence[bytes], before: str) -> None:
    """Puts the photos before the paragraph that begins with `before` ("D3"); at the end where there is none."""
    from docx.shared import Cm

    place = next((one for one in document.paragraphs if one.text.strip().upper().startswith(before)), None)
    for content in photos:
        paragraph = place.insert_paragraph_before() if place is not None else document.add_paragraph()
        picture = paragraph.add_run().add_picture(io.BytesIO(content), width=Cm(WIDEST))
        if picture.height > Cm(HIGHEST):
            picture.width = round(picture.width * Cm(HIGHEST) / picture.height)
            picture.height = Cm(HIGHEST)
