"""A mail or file as it came, opened for people to look at: its files, their text, its HTML with nothing active in it.

Runs in a killable child, like reading, but without a language model or recognition: it is quick, and says only what
stands there. A part is named as in `Source.part`, so that the places of values can be shown in its text.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from parsers import sniff
from parsers.drawing import draw_file
from parsers.errors import NotAMail, ReadingError
from parsers.files import ReadLimits as FileLimits
from parsers.files import expand, read_file
from parsers.limits import ReadLimits
from parsers.mime import Part, parse
from parsers.own_forms import own_form
from parsers.photo import photo
from parsers.results import DrawnPage, OwnForm
from parsers.spot import Area, Spotting, look_up
from parsers.structure import take_apart

MOST_TEXT = 400_000  # characters of all parts
MOST_HTML = 1_000_000  # characters before cleaning
_MAX_DEPTH = 3  # of mails within mails
_TEXT_TAGS = "p br div span b strong i em u s sub sup h1 h2 h3 h4 h5 h6 ul ol li dl dt dd pre code blockquote hr center"
_TABLE_TAGS = "table thead tbody tfoot tr th td caption"
_TAGS = frozenset(f"{_TEXT_TAGS} {_TABLE_TAGS}".split())
_DROPPED = frozenset({"script", "style", "title", "svg", "math", "template", "noscript", "iframe", "object", "head"})
_DEEPEST = 400  # elements within each other; cleaning deeper HTML takes time by the square of it
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_SHORT = "p br img hr li td th tr input meta link col dt dd option area base wbr source"
_ENDS_BY_ITSELF = frozenset(_SHORT.split())
_PICTURE = re.compile(r"<img\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Opening:
    """What to open. `want` names a file whose bytes are asked for; `form`: the bytes are a form of ours; `area`: the
    words in a rectangle of a page are asked for; `photo`: the bytes are a photo to be made anew; `draw`: they are a PDF
    whose pages are asked for as pictures.
    """

    raw: bytes
    file_name: str | None = None
    headers_only: bool = False
    want: str = ""
    form: bool = False
    area: Area | None = None
    photo: bool = False
    draw: bool = False


@dataclass(frozen=True, slots=True)
class OpenedPages:
    pages: tuple[DrawnPage, ...]


@dataclass(frozen=True, slots=True)
class OpenedPart:
    """`media_type` is by the bytes. `text` is "" where it has none of its own, as a picture has."""

    name: str
    media_type: str
    size: int
    text: str
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Original:
    """`parts` begins with "body" for a mail. `html` is cleaned; `pictures` of it are not shown."""

    subject: str
    sender: str
    to: tuple[str, ...]
    parts: tuple[OpenedPart, ...]
    html: str = ""
    pictures: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """The bytes of one file; None where there is none of this name."""

    media_type: str
    content: bytes | None


@dataclass(frozen=True, slots=True)
class OpenedForm:
    form: OwnForm | None


Opened = Original | OpenedFile | OpenedForm | OpenedPages | Spotting


def open_original(limits: ReadLimits) -> Callable[[Opening, Callable[[str], None], Mapping[str, str]], Opened]:
    """The job of `parsers.sandbox`."""
    bounds = FileLimits(part_bytes=limits.part_bytes, pages=limits.pages, characters=limits.characters)

    def opened(job: Opening, report: Callable[[str], None], skip: Mapping[str, str]) -> Opened:
        if job.form:
            return OpenedForm(own_form(job.file_name or "", job.raw, limits.part_bytes))
        if job.photo:
            return OpenedFile("image/jpeg", photo(job.raw))
        if job.draw:
            return OpenedPages(draw_file(job.file_name or "", job.raw, limits))
        if job.want:
            return _file(job, bounds, limits)
        if job.area is not None:
            found = _file(replace(job, want=job.area.part), bounds, limits)
            return Spotting() if found.content is None else look_up(found.content, found.media_type, job.area, bounds)
        if job.file_name is not None and sniff.media_type(job.raw, job.file_name) != "message/rfc822":
            files = _bare(job.file_name, job.raw, bounds, limits)
            return Original("", "", (), tuple(_read(files, bounds, report, skip, MOST_TEXT)))
        return _mail(job, bounds, limits, report, skip)

    return opened


def _mail(
    job: Opening, bounds: FileLimits, limits: ReadLimits, report: Callable[[str], None], skip: Mapping[str, str]
) -> Original:
    try:
        message = parse(job.raw)
    except NotAMail:
        return Original("", "", (), ())
    envelope, text = message.envelope, message.body.text[:MOST_TEXT]
    body = OpenedPart("body", "text/plain", len(job.raw), text)
    parts = _read(_files(message.attachments, bounds, limits), bounds, report, skip, MOST_TEXT - len(text))
    report("body")
    html, pictures = ("", 0) if "body" in skip else clean(_html_of(job.raw))
    return Original(
        envelope.subject,
        "" if envelope.sender is None else f"{envelope.sender.name} <{envelope.sender.email}>".strip(),
        tuple(address.email for address in envelope.to),
        (body, *parts),
        html,
        pictures,
        message.warnings,
    )


def clean(html: str) -> tuple[str, int]:
    """(the HTML with text, tables and lists alone, how many pictures it had): no style, address, or anything active.
    "" for HTML that is nested beyond reason: its text stands in the body.
    """
    import nh3

    cut = html[:MOST_HTML]
    if _depth(cut) > _DEEPEST:
        return "", 0
    kept = nh3.clean(
        cut,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes={"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes=set(),
        link_rel=None,
    )
    return kept, len(_PICTURE.findall(cut))


def _depth(html: str) -> int:
    depth = deepest = 0
    for found in _TAG.finditer(html):
        if found[2].lower() not in _ENDS_BY_ITSELF:
            depth = max(depth + (-1 if found[1] else 1), 0)
            deepest = max(deepest, depth)
    return deepest


def _html_of(raw: bytes) -> str:
    """The first HTML of the mail that is no file; "" where it has none."""
    for leaf in take_apart(raw).leaves():
        if leaf.media_type == "text/html" and leaf.disposition != "attachment":
            content = leaf.content[: 4 * MOST_HTML]
            try:
                return content.decode(leaf.charset or "utf-8", "replace")
            except LookupError:
                return content.decode("utf-8", "replace")
    return ""


_Found = tuple[str, str, bytes, bool, str | None]  # name, media type, bytes, inline, the text where it is a mail


def _files(
    attachments: tuple[Part, ...], bounds: FileLimits, limits: ReadLimits, outer: str = "", depth: int = 0
) -> Iterator[_Found]:
    for part in attachments[: limits.parts]:
        name = f"{outer}{part.name}"
        if part.message is not None and depth < _MAX_DEPTH:
            yield name, part.media_type, part.content, part.inline, part.message.body.text
            yield from _files(part.message.attachments, bounds, limits, f"{name}/", depth + 1)
        elif part.inline:
            yield name, part.media_type, part.content, True, None
        else:
            yield from _bare(name, part.content, bounds, limits)


def _bare(name: str, content: bytes, bounds: FileLimits, limits: ReadLimits) -> Iterator[_Found]:
    """A file, and what is in it where it is an archive."""
    media_type = sniff.media_type(content, name)
    yield name, media_type, content, False, None
    try:
        inner = expand(name, content, media_type, bounds)
    except ReadingError:
        return
    for inner_name, inner_content in inner[: limits.parts]:
        yield f"{name}/{inner_name}", sniff.media_type(inner_content, inner_name), inner_content, False, None


def _read(
    files: Iterator[_Found], bounds: FileLimits, report: Callable[[str], None], skip: Mapping[str, str], most: int
) -> Iterator[OpenedPart]:
    for name, media_type, content, inline, text in files:
        report(name)
        if text is None and not inline and name not in skip and most > 0 and not media_type.startswith("image/"):
            try:
                text = read_file(name, content, media_type, bounds).text
            except ReadingError:
                text = ""
        shown = (text or "")[: max(most, 0)]
        most -= len(shown)
        yield OpenedPart(name, media_type, len(content), shown, inline)


def _file(job: Opening, bounds: FileLimits, limits: ReadLimits) -> OpenedFile:
    if job.file_name is not None and sniff.media_type(job.raw, job.file_name) != "message/rfc822":
        files = _bare(job.file_name, job.raw, bounds, limits)
    else:
        try:
            files = _files(parse(job.raw).attachments, bounds, limits)
        except NotAMail:
            return OpenedFile("", None)
    for name, media_type, content, _, _ in files:
        if name == job.want:
            return OpenedFile(media_type, content)
    return OpenedFile("", None)
