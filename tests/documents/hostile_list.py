"""The hostile files as a table: what each is, its name, how it is made, and what the reviewer is told of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.documents import hostile as h
from tests.documents import hostile_more as m
from tests.documents import hostile_office as o


@dataclass(frozen=True, slots=True)
class Case:
    """`says`: words of the warning or of the cause and remedy; "" where the file is read, or read in part."""

    what: str
    name: str
    make: Callable[[], bytes]
    says: str = ""


_PASSWORD = "without a password"
_BY_HAND = "Open the original"

HOSTILE: tuple[Case, ...] = (
    Case("a form that draws itself", "a.pdf", h.form_that_draws_itself),
    Case("forms that double", "a.pdf", h.forms_that_double, _BY_HAND),
    Case("a page of 500 MB, packed twice", "a.pdf", h.double_flate_bomb),
    Case("a deep array in a page", "a.pdf", h.deep_array),
    Case("a deep object", "a.pdf", h.deep_object),
    Case("a page tree that holds itself", "a.pdf", h.kids_loop),
    Case("a page of 350 metres", "a.pdf", h.huge_page),
    Case("40,000 ruled lines", "a.pdf", h.many_lines),
    Case("noise after a PDF's head", "a.pdf", h.noise, _BY_HAND),
    Case("a PDF cut short", "a.pdf", lambda: h.huge_page()[:200], _BY_HAND),
    Case("10,000 pages", "a.pdf", m.ten_thousand_pages),
    Case("three million words on a page", "a.pdf", m.endless_content),
    Case("a gigantic cross-reference", "a.pdf", m.gigantic_xref),
    Case("a PDF with a password", "a.pdf", m.locked_pdf, _PASSWORD),
    Case("entities that multiply, in Word", "a.docx", h.word_of_laughs),
    Case("one long entity many times, in Word", "a.docx", m.word_of_one_long_entity),
    Case("an entity that names a file", "a.docx", m.word_that_asks_for_a_file),
    Case("a remote template", "a.docx", lambda: m.word_with_a_remote_template("http://127.0.0.1:9/x.dotm")),
    Case("deep content controls", "a.docx", h.deep_word),
    Case("a cell in the last row and column", "a.xlsx", h.far_cell),
    Case("a million rows", "a.xlsx", m.million_rows),
    Case("a bomb of shared strings", "a.xlsx", m.shared_strings),
    Case("entities that multiply, in Excel", "a.xlsx", m.sheet_of_laughs),
    Case("a PNG of 3,600 million pixels", "a.png", m.png_header, _BY_HAND),
    Case("a JPEG of 3,600 million pixels", "a.jpg", m.jpeg_header, _BY_HAND),
    Case("a TIFF of 3,600 million pixels", "a.tif", m.tiff_header, _BY_HAND),
    Case("a TIFF whose next page is itself", "a.tif", m.looping_tiff),
    Case("deep rich text", "a.rtf", m.deep_rtf),
    Case("deep tables in HTML", "a.html", m.deep_html),
    Case("10 MB of tables in HTML", "a.html", m.ten_megabytes_of_tables),
    Case("a picture with a script", "a.svg", m.svg_with_a_script),
    Case("a program that is called a PDF", "a.pdf", m.program, _BY_HAND),
    Case("HTML that is called Excel", "a.xls", lambda: b"<html><body><table><tr><td>LOT</td></tr></table>"),
    Case("a PDF that is called a picture", "a.jpg", h.huge_page),
    Case("a broken winmail.dat", "winmail.dat", m.broken_tnef, _BY_HAND),
    Case("entities that multiply, in OpenDocument", "a.odt", o.text_of_laughs),
    Case("an entity that names a file, in OpenDocument", "a.odt", o.text_that_asks_for_a_file),
    Case("a cell repeated a thousand million times", "a.odt", o.text_of_repeated_cells),
    Case("a million million blanks", "a.odt", o.text_of_blanks),
    Case("deep sections", "a.odt", o.deep_text, _BY_HAND),
    Case("OpenDocument with a password", "a.odt", o.text_with_a_password, _PASSWORD),
    Case("entities that multiply, on a slide", "a.pptx", o.slides_of_laughs),
    Case("1,500 slides", "a.pptx", o.many_slides, "the first 100"),
    Case("deep groups on a slide", "a.pptx", o.deep_slide, _BY_HAND),
    Case("a picture of 3,600 million pixels on a slide", "a.pptx", o.slide_of_a_huge_picture, "picture"),
    Case("an Excel file with a password", "a.xlsx", o.office_with_a_password, _PASSWORD),
    Case("a Word 97 file of two thousand million letters", "a.doc", o.word_97_of_far_pieces),
    Case("a picture of 3,600 million pixels in rich text", "a.rtf", o.rich_text_of_a_huge_picture),
    Case("600 pictures in rich text", "a.rtf", o.rich_text_of_many_pictures),
    *(
        Case(f"a .{kind} cut short", f"a.{kind}", partial(o.cut, f"a.{kind}"))
        for kind in ("doc", "rtf", "png", "jpg", "tif", "gif")
    ),
    Case("a .pptx cut short", "a.pptx", partial(o.cut, "a.pptx"), "damaged"),
    Case("an empty file", "a.pdf", lambda: b"", "send it again"),
)

# archives: the limit that each meets; the words stand in the cause or the remedy
ARCHIVES: tuple[Case, ...] = (
    Case("300 MB of nothing", "a.zip", partial(h.zip_bomb, 300_000_000), "MB are the most"),
    Case("a member that lies about its size", "a.zip", h.zip_that_lies, "damaged"),
    Case("archives that multiply", "a.zip", m.doubling_zips, "MB are the most"),
    Case("5,000 members", "a.zip", m.many_members, "are the most"),
    Case("members on top of each other", "a.zip", m.overlapping_zip, "MB are the most"),
    Case("a Word file cut short", "a.docx", lambda: h.word_with(b"<w:document")[:300], "damaged"),
    *(Case(f"a .{kind} cut short", f"a.{kind}", partial(o.cut, f"a.{kind}"), "damaged") for kind in ("odt", "zip")),
    Case("an archive with a password", "a.zip", m.locked_zip, "password"),
)
