"""Which parts of a mail are its text, and that text as one Document; all else are files."""

import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files

from parsers import charsets, sniff
from parsers.document import Cell, Document, Passage, Table
from parsers.files.html import has_data_table, read_html
from parsers.files.text import read_text, tables
from parsers.structure import Entity

SHORT = 300  # characters of plain text below which the HTML alternative is looked at as well
QUESTION_MARKS = 0.25  # share of a plain text that a broken conversion has turned into "?"

_EXCHANGE_PIECE = re.compile(
    r"att\d{3,8}\.(?:txt|html?)\Z", re.IGNORECASE
)  # Exchange cuts a text around its pictures so
_STUFFED = re.compile(r"(>*)( ?)")
_CID = re.compile(r"\bcid:([^\"'\s<>)]{1,300})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,300}charset=[\"' ]{0,2}([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_TABLE_TAG = re.compile(r"<table\b", re.IGNORECASE)


@dataclass(slots=True)
class Piece:
    """One text of the mail in the forms that it comes in; `html` and `plain` say the same."""

    plain: list[Entity] = field(default_factory=list)
    html: list[Entity] = field(default_factory=list)


@dataclass(slots=True)
class Contents:
    pieces: list[Piece] = field(default_factory=list)
    files: list[Entity] = field(default_factory=list)


def sort(root: Entity) -> Contents:
    """The texts and files of a mail, each in the mail's order."""
    contents = _sort(root)
    if not root.children and contents.files == [root] and root.media_type.startswith("text/") and not _is_binary(root):
        return Contents([_piece(root)])  # the only part is a text that is given a file's name
    return contents


def read(contents: Contents, warnings: list[str]) -> Document:
    """The whole body as one Document, its pieces joined by a new line."""
    return _join([_best(piece, warnings) for piece in contents.pieces])


def cited_ids(contents: Contents) -> frozenset[str]:
    """The Content-IDs that the HTML shows in its text."""
    texts = (_decoded(entity, []) for piece in contents.pieces for entity in piece.html)
    return frozenset(found for text in texts if "cid:" in text or "CID:" in text for found in _CID.findall(text))


def _sort(entity: Entity) -> Contents:
    if entity.media_type == "multipart/alternative":
        return _alternatives([_sort(child) for child in entity.children])
    if entity.children:
        out = Contents()
        for child in entity.children:
            inner = _sort(child)
            out.pieces += inner.pieces
            out.files += inner.files
        return out
    if _is_text(entity):
        return Contents([_piece(entity)])
    return Contents(files=[entity] if entity.raw.strip() or entity.name else [])


def _alternatives(children: list[Contents]) -> Contents:
    """One piece of all the forms; a form that falls into several pieces (text around pictures) stays in one row
    of them.
    """
    piece = Piece()
    for child in children:
        html = [entity for one in child.pieces for entity in one.html or one.plain]
        if any(one.html for one in child.pieces):
            piece.html = piece.html or html
        elif html:
            piece.plain = piece.plain or html
    return Contents([piece] if piece.plain or piece.html else [], [one for child in children for one in child.files])


def _piece(entity: Entity) -> Piece:
    return Piece(html=[entity]) if entity.media_type == "text/html" else Piece(plain=[entity])


def _is_text(entity: Entity) -> bool:
    if entity.media_type not in ("text/plain", "text/html", "text/enriched", "text/markdown", "text/x-amp-html"):
        return False
    named = bool(entity.name) and not _EXCHANGE_PIECE.match(entity.name)
    return entity.disposition != "attachment" and not named and not _is_binary(entity)


def _is_binary(entity: Entity) -> bool:
    """A file that came without its type: its first bytes say what it is."""
    found = (
        sniff.media_type(entity.content[:4096])
        if entity.content[:1] in b"%\x89\xff\xd0PIMGB\x78\x00{R"
        else "text/plain"
    )
    return bool(entity.content) and not found.startswith(("text/", "message/", "application/octet", "application/xml"))


def _best(piece: Piece, warnings: list[str]) -> Document:
    plain = _plain(piece.plain, warnings) if piece.plain else None
    if not piece.html:
        return plain or Document("body", "")
    markup = [_decoded(entity, warnings) for entity in piece.html]
    if plain is not None and not _is_poor(plain.text) and not any(_TABLE_TAG.search(one) for one in markup):
        return plain
    html = _join([_either(entity, text) for entity, text in zip(piece.html, markup, strict=True)])
    if plain is None or has_data_table(html) or _says_less(plain.text, html.text):
        return html
    return plain


def _either(entity: Entity, text: str) -> Document:
    return read_html(text, "body") if entity.media_type == "text/html" else read_text(text, "body")


def _plain(entities: list[Entity], warnings: list[str]) -> Document:
    return _join([_flowed(entity, read_text(_decoded(entity, warnings), "body")) for entity in entities])


def _decoded(entity: Entity, warnings: list[str]) -> str:
    read = charsets.decode(entity.content, entity.charset or _meta_charset(entity))
    if read.warning and read.warning not in warnings:
        warnings.append(read.warning)
    return charsets.clean(read.text)


def _meta_charset(entity: Entity) -> str | None:
    """The charset that an HTML text names itself, where its part names none."""
    match = _META.search(entity.content[:4000]) if entity.media_type == "text/html" else None
    return match[1].decode("ascii") if match else None


def _is_poor(text: str) -> bool:
    bare = text.strip()
    return len(bare) < SHORT or bare.count("?") + bare.count("\ufffd") > QUESTION_MARKS * len(bare)


def _says_less(plain: str, html: str) -> bool:
    """The plain form is empty, a hint to look at the HTML, cut, or broken by a conversion."""
    bare, full = "".join(plain.split()), "".join(html.split())
    if not full:
        return False
    broken = bare.count("?") + bare.count("\ufffd") > QUESTION_MARKS * len(bare)
    return broken or len(bare) * 2 < len(full) or (len(bare) < SHORT and _placeholders().search(plain) is not None)


@lru_cache(maxsize=1)
def _placeholders() -> re.Pattern[str]:
    data = tomllib.loads(files("parsers").joinpath("words/segments.toml").read_text("utf-8"))
    return re.compile("|".join(data["html_only"]), re.IGNORECASE)


def _flowed(entity: Entity, document: Document) -> Document:
    """RFC 3676: lines that end in a blank go on in the next line of the same quote depth."""
    if entity.parameters.get("format", "").lower() != "flowed":
        return document
    text = unflow(document.text, delete_space=entity.parameters.get("delsp", "").lower() == "yes")
    return replace(document, text=text, tables=tables(text))


def unflow(text: str, delete_space: bool = False) -> str:
    """Format=flowed text with its paragraphs on one line each; quote marks stay."""
    out: list[list[str]] = []
    open_depth = -1  # quote depth of a line that goes on
    for line in text.split("\n"):
        marks = _STUFFED.match(line)
        depth = len(marks[1]) if marks else 0
        rest = line[marks.end() :] if marks else line
        flows = rest.endswith(" ") and rest != "-- "
        kept = rest[:-1] if flows and delete_space else rest
        if open_depth == depth and rest != "-- ":
            out[-1].append(kept)
        else:
            out.append([">" * depth + " " if depth else "", kept])
        open_depth = depth if flows else -1
    return "\n".join("".join(line) for line in out)


def _join(documents: list[Document]) -> Document:
    documents = [one for one in documents if one.text.strip() or len(documents) == 1]
    if len(documents) == 1:
        return documents[0]
    text = ""
    passages: list[Passage] = []
    found: list[Table] = []
    for one in documents:
        text += "\n" if text and not text.endswith("\n") else ""
        at = len(text)
        passages += [replace(passage, start=passage.start + at, end=passage.end + at) for passage in one.passages]
        found += [replace(table, cells=tuple(_moved(cell, at) for cell in table.cells)) for table in one.tables]
        text += one.text
    notes = tuple(note for one in documents for note in one.warnings)
    return Document("body", text, tuple(passages), tuple(found), warnings=notes)


def _moved(cell: Cell, by: int) -> Cell:
    return replace(cell, start=cell.start + by, end=cell.end + by)
