"""What came with a mail, file by file, by what it is: a photo, a note of samples, a report, a form, or anything else.

图片或实样 (客诉信息处理流程 §3): a picture is a photo unless it is full of words, or too small to show anything, as
logos and signatures are; a document is known by the words in its name and at its head. Runs in the reading child.
"""

import hashlib
import io
import tomllib
import unicodedata
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from PIL import Image

from parsers.errors import ReadingError
from parsers.files.picture import FORMATS, TROUBLE, know_heif
from parsers.mime import Part
from parsers.photo import photo
from parsers.results import Enclosed, MadePhoto

MOST = 40  # files of a mail
MOST_PHOTOS = 20  # of a mail, that are made anew
MOST_PHOTO_BYTES = 25_000_000  # of one as it came
LEAST_INLINE = 300  # pixels of the shorter side, of a picture that stands in the mail's text
LEAST = 100  # … of one that is attached
MOST_TIMES = 5  # longer than high: what is longer is a banner or a line
WORDY = 80  # recognised characters of a picture from which it is a page and no photo
HEAD = 600  # characters of a document in which its title stands
_DEPTH = 3  # of mails within mails


def enclosed(parts: tuple[Part, ...], texts: Mapping[str, str], forms: frozenset[str]) -> tuple[Enclosed, ...]:
    """The files of a mail in their order. `texts` are the texts of its parts, recognised ones too; `forms` the names of
    forms of ours.
    """
    found: list[Enclosed] = []
    for name, part in _files(parts):
        if len(found) >= MOST:
            break
        picture = part.media_type.startswith("image/")
        if picture and not _shows(part):
            continue
        kind = "form" if name in forms else _kind(name, texts.get(name, ""), picture)
        found.append(Enclosed(name, kind, part.media_type, hashlib.sha256(part.content).hexdigest()))
    return tuple(found)


def photos(parts: tuple[Part, ...]) -> Iterator[MadePhoto]:
    """The pictures of a mail made anew as plain JPEGs; none of what is no picture, or beyond the limits."""
    made = 0
    for name, part in _files(parts):
        if made >= MOST_PHOTOS:
            return
        if part.media_type.startswith("image/") and len(part.content) <= MOST_PHOTO_BYTES and _shows(part):
            try:
                content = photo(part.content)
            except ReadingError:
                continue
            made += 1
            yield MadePhoto(name, content)


def _files(parts: tuple[Part, ...], outer: str = "", depth: int = 0) -> Iterator[tuple[str, Part]]:
    """The files by the names that places of values give them; those of mails within it too."""
    for part in parts:
        name = f"{outer}{part.name}"
        if part.message is not None and depth < _DEPTH:
            yield from _files(part.message.attachments, f"{name}/", depth + 1)
        elif part.message is None:
            yield name, part


def _shows(part: Part) -> bool:
    """Whether a picture is large enough to show goods."""
    know_heif()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(part.content), formats=FORMATS) as came:
                low, high = sorted(came.size)
        except (*TROUBLE, Image.DecompressionBombError):
            return not part.inline
    return low >= (LEAST_INLINE if part.inline else LEAST) and high <= MOST_TIMES * low


def _kind(name: str, text: str, picture: bool) -> str:
    if picture and len("".join(text.split())) < WORDY:
        return "photo"
    plain = unicodedata.normalize("NFKC", f"{name}\n{text[:HEAD]}").casefold()
    for kind, words in _words().items():
        if any(_holds(plain, word) for word in words):
            return kind
    return "photo" if picture else "other"


def _holds(text: str, word: str) -> bool:
    if not word.isascii():
        return word in text
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if not (before.isascii() and before.isalpha()) and not (after.isascii() and after.isalpha()):
            return True
        at = text.find(word, at + 1)
    return False


@cache
def _words() -> Mapping[str, list[str]]:
    told = tomllib.loads(Path(__file__).with_name("enclosed.toml").read_text(encoding="utf-8"))
    return {kind: table["words"] for kind, table in told.items()}
