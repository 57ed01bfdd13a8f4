"""A file's bytes in, a Document out: one reader a format, chosen by media type (by content: `parsers.sniff`).

    .docx → docx      .xlsx .xls .ods → spreadsheet   .pdf → pdf (→ pdf_marks → ruling, layout)   pictures → picture
    .odt .odp → odf   .pptx → pptx                    text → text                                  .html → html
    .doc → doc        .rtf → rtf                      .wps .ppt, what our own cannot → old_office (LibreOffice)

A bad document is a Document that says why it is unread, and what to do. Libraries that crash or hang on hostile
files are the sandbox's matter. Libraries are loaded when first needed. What a picture says is recognised elsewhere
(`parsers.ocr`): `pictures` takes it out of its file, and `read_file` is told what was seen on it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from parsers.document import Document
from parsers.errors import ReadingError, TooLarge, Unreadable
from parsers.files.seen import SeenPage
from parsers.types import Box


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What reading one file may cost at the most."""

    part_bytes: int = 30_000_000
    pages: int = 100
    characters: int = 2_000_000
    cells: int = 50_000
    uncompressed_bytes: int = 200_000_000


_NOTHING: Mapping[int, SeenPage] = MappingProxyType({})


def read_file(
    name: str,
    content: bytes,
    media_type: str,
    limits: ReadLimits = ReadLimits(),
    seen: Mapping[int, SeenPage] = _NOTHING,
) -> Document:
    """The document in a file, with what was `seen` on its pages (from 1). Never raises for a bad one: `unread` then
    holds the cause and the remedy.
    """
    try:
        if len(content) > limits.part_bytes:
            raise TooLarge(f"It has {len(content) // 1_000_000} MB; {limits.part_bytes // 1_000_000} MB are the most.")
        if not content:
            raise Unreadable("The file is empty.", "Ask the customer to send it again.")
        return _reader(media_type)(name, content, limits, seen)
    except ReadingError as error:
        return Document(name, "", unread=f"{error.cause} {error.remedy}")


def expand(
    name: str,
    content: bytes,
    media_type: str,
    limits: ReadLimits = ReadLimits(),
) -> tuple[tuple[str, bytes], ...]:
    """The files in a .zip, those of archives inside it as "inner.zip/name"; () for what is no archive.

    Raises Unreadable, Encrypted or TooLarge; bounded in number, depth, ratio and size.
    """
    from parsers.files.archive import unpack

    if media_type not in ARCHIVES:
        return ()
    return unpack(content, limits.part_bytes, limits.uncompressed_bytes)


def pictures(content: bytes, media_type: str, pages: Sequence[int]) -> Iterator[tuple[int, bytes, Box]]:
    """(page, PNG, the rectangle of the page that it covers) of each of these pages that can be drawn."""
    if media_type == "application/pdf":
        from parsers.files.pdf_picture import pdf_pictures

        yield from pdf_pictures(content, pages)
    elif media_type.startswith("image/"):
        from parsers.files.picture import pictures_of

        yield from pictures_of(content, pages)
    elif READERS.get(media_type) is _docx:
        from parsers.files.docx_pictures import docx_pictures

        yield from docx_pictures(content, pages)
    elif media_type in OLD:
        from parsers.files.old_office import old_pictures

        yield from old_pictures(content, media_type, pages)
    elif READERS.get(media_type) in (_odf, _pptx):
        from parsers.files import odf, pptx
        from parsers.files.docx_pictures import drawn

        files = (odf if READERS[media_type] is _odf else pptx).pictures_in(content)
        yield from drawn(files, pages)


def warm() -> None:
    """Load every reader with its library now: in the process that reading children are forked from."""
    for name in (
        "archive",
        "doc",
        "docx",
        "docx_pictures",
        "html",
        "odf",
        "old_office",
        "pdf",
        "pdf_picture",
        "picture",
        "pptx",
        "rtf",
        "spreadsheet",
        "text",
    ):
        import_module(f"parsers.files.{name}")


_Seen = Mapping[int, SeenPage]
_Reader = Callable[[str, bytes, ReadLimits, _Seen], Document]


def _docx(name: str, content: bytes, limits: ReadLimits, seen: _Seen) -> Document:
    from parsers.files.docx import read_docx

    return read_docx(content, name, limits.characters, limits.uncompressed_bytes, limits.pages, seen)


def _spreadsheet(name: str, content: bytes, limits: ReadLimits, seen: _Seen) -> Document:
    from parsers.files.spreadsheet import read_spreadsheet

    return read_spreadsheet(content, name, limits.characters, limits.cells, limits.uncompressed_bytes)


def _pdf(name: str, content: bytes, limits: ReadLimits, seen: _Seen) -> Document:
    from parsers.files.pdf import read_pdf

    return read_pdf(content, name, limits.pages, limits.characters, seen)


def _picture(name: str, content: bytes, limits: ReadLimits, seen: _Seen) -> Document:
    from parsers.files.picture import read_picture

    return read_picture(content, name, limits.pages, limits.characters, seen)


def _odf(name: str, content: bytes, limits: ReadLimits, seen: _Seen) -> Document:
    from parsers.files.odf import read_odf

    return read_odf(content, name, limits.characters, limits.uncompressed_bytes, limits.pages, seen)


def _pptx(name: str, content: bytes, limits: ReadLimits, seen: _Seen) -> Document:
    from parsers.files.pptx import read_pptx

    return read_pptx(content, name, limits.characters, limits.uncompressed_bytes, limits.pages, seen)


def _old(media_type: str) -> _Reader:
    def read(name: str, content: bytes, limits: ReadLimits, seen: _Seen) -> Document:
        from parsers.files import doc, old_office, rtf

        own = {"application/msword": doc.read_doc, "application/rtf": rtf.read_rtf, "text/rtf": rtf.read_rtf}
        return old_office.read_old(
            content,
            name,
            media_type,
            limits.characters,
            limits.uncompressed_bytes,
            limits.pages,
            seen,
            own.get(media_type),
        )

    return read


def _text(name: str, content: bytes, limits: ReadLimits, seen: _Seen) -> Document:
    from parsers.files.text import read_text

    return read_text(content[: 4 * limits.characters], name)


def _html(name: str, content: bytes, limits: ReadLimits, seen: _Seen) -> Document:
    from parsers import charsets
    from parsers.files.html import read_html

    return read_html(charsets.guess(content[: 4 * limits.characters]).text, name)


def _locked(name: str, content: bytes, limits: ReadLimits, seen: _Seen) -> Document:
    from parsers.errors import Encrypted

    raise Encrypted("The Office file asks for a password.")


def _archive(name: str, content: bytes, limits: ReadLimits, seen: _Seen) -> Document:
    return Document(name, "", warnings=("It is an archive; the files in it are read one by one.",))


def _packed(name: str, content: bytes, limits: ReadLimits, seen: _Seen) -> Document:
    raise Unreadable(
        "Archives of this kind are not opened; .zip is.", "Open the original, or ask the customer for a .zip or PDF."
    )


def _unknown(name: str, content: bytes, limits: ReadLimits, seen: _Seen) -> Document:
    raise Unreadable("Files of this kind are not read.")


ARCHIVES = {"application/zip", "application/x-zip-compressed"}
OLD = {
    "application/msword",
    "application/rtf",
    "text/rtf",
    "application/vnd.ms-works",
    "application/vnd.ms-powerpoint",
}
_PACKED = {
    "application/vnd.rar",
    "application/x-7z-compressed",
    "application/gzip",
    "application/x-bzip2",
    "application/x-xz",
    "application/x-tar",
}
READERS: dict[str, _Reader] = {
    "application/pdf": _pdf,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _docx,
    "application/vnd.ms-word.document.macroEnabled.12": _docx,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _spreadsheet,
    "application/vnd.ms-excel.sheet.macroEnabled.12": _spreadsheet,
    "application/vnd.ms-excel.sheet.binary.macroEnabled.12": _spreadsheet,
    "application/vnd.ms-excel": _spreadsheet,
    "application/vnd.oasis.opendocument.spreadsheet": _spreadsheet,
    "application/vnd.oasis.opendocument.text": _odf,
    "application/vnd.oasis.opendocument.text-template": _odf,
    "application/vnd.oasis.opendocument.presentation": _odf,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": _pptx,
    "application/x-ole-encrypted": _locked,
    "text/html": _html,
    "application/xml": _text,
    "image/tiff": _picture,
    "image/png": _picture,
    "image/jpeg": _picture,
    "image/gif": _picture,
    "image/bmp": _picture,
    "image/webp": _picture,
    "image/jp2": _picture,
    "image/heic": _picture,
    **dict.fromkeys(ARCHIVES, _archive),
    **dict.fromkeys(_PACKED, _packed),
    **{media_type: _old(media_type) for media_type in OLD},
}


def _reader(media_type: str) -> _Reader:
    return READERS.get(media_type) or (_text if media_type.startswith("text/") else _unknown)
