"""What stands on a PDF page, taken out of it with PDFium: glyphs with their boxes, ruling lines, pictures, form fields.

All boxes are turned so that most of the text stands upright, whatever the page's own /Rotate says: a fax scanned
sideways, or a sheet printed in landscape, is read like any other. `to_display` turns a box as the page is shown.
"""

import ctypes
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pypdfium2.raw as pdfium

from parsers.files.layout import SPACE, TYPED_SPACE, Glyph
from parsers.files.ruling import Rule
from parsers.types import Box

THIN = 3.0  # points; a path that is no thicker is a line
OBJECTS = 20_000  # on a page; drawings have more, and their lines are no tables
_FORM_DEPTH = 3
_WHITE = 250  # of 255, in each colour
_INVISIBLE = 3  # text render mode of the layer that OCR programs put over a scan
_GARBAGE_SAMPLES = 64
_FIELD_BYTES = 20_000
_HYPHENS = (0x02, 0xFFFE)  # what PDFium makes of a hyphen at a line's end
_HYPHEN_SIGNS = tuple(map(chr, _HYPHENS))

_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Frame:
    """A page's visible rectangle in its own space (points, origin bottom left)."""

    left: float
    bottom: float
    right: float
    top: float

    def turn(self, x0: float, y0: float, x1: float, y1: float, degrees: int) -> tuple[float, float, float, float]:
        """A box of the page's space as (x0, top, x1, bottom) with the page turned."""
        if degrees == 90:
            return y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left
        if degrees == 180:
            return self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom
        if degrees == 270:
            return self.top - y1, self.right - x1, self.top - y0, self.right - x0
        return x0 - self.left, self.top - y1, x1 - self.left, self.top - y0

    def back(self, x0: float, top: float, x1: float, bottom: float, degrees: int) -> tuple[float, float, float, float]:
        """The inverse of `turn`."""
        if degrees == 90:
            return top + self.left, x0 + self.bottom, bottom + self.left, x1 + self.bottom
        if degrees == 180:
            return self.right - x1, top + self.bottom, self.right - x0, bottom + self.bottom
        if degrees == 270:
            return self.right - bottom, self.top - x1, self.right - top, self.top - x0
        return x0 + self.left, self.top - bottom, x1 + self.left, self.top - top

    def size(self, degrees: int) -> tuple[float, float]:
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if degrees % 180 else (width, height)


@dataclass(slots=True)
class Marks:
    """One page. Glyphs and rules are in the upright frame; `pictures` is the share of the page that pictures cover."""

    frame: Frame
    shown: int  # degrees, the page's /Rotate
    upright: int = 0  # degrees by which the page is turned for its text to stand upright
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    asides: list[Glyph] = field(default_factory=list)  # words that run another way than the page's text
    pictures: float = 0.0
    painted: bool = False  # anything at all stands on the page
    invisible: bool = False  # its text is the hidden layer of a scan

    def to_display(self, x0: float, top: float, x1: float, bottom: float) -> Box:
        x0, top, x1, bottom = self.frame.turn(*self.frame.back(x0, top, x1, bottom, self.upright), self.shown)
        return Box(round(x0, 2), round(top, 2), round(x1, 2), round(bottom, 2))


def take(page: object, frame: Frame, shown: int, form: object | None) -> Marks:
    """All marks of a page. `page` and `form` are PDFium's handles; `form` is None where the file has no form."""
    marks = Marks(frame, shown)
    _take_text(page, marks)
    _take_objects(page, marks)
    _take_fields(page, marks, form)
    return marks


def _take_text(page: object, marks: Marks) -> None:
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return
    try:
        count = max(0, pdfium.FPDFText_CountChars(text_page))
        letters = _letters(text_page, count)
        angles = _angles(text_page, letters)
        marks.upright = angles.most_common(1)[0][0] if angles else marks.shown
        marks.glyphs = _glyphs(text_page, letters, marks)
        if len(angles) > 1:
            _set_apart_turned(text_page, marks)
    finally:
        pdfium.FPDFText_ClosePage(text_page)


def _letters(text_page: object, count: int) -> list[str]:
    """The page's characters by PDFium's own numbers: one string each, "" for what it could not tell."""
    buffer = ctypes.create_string_buffer(2 * (count + 1))
    written = pdfium.FPDFText_GetText(text_page, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    text = buffer.raw[: 2 * max(0, written - 1)].decode("utf-16-le", "replace")
    if len(text) == count and "\x00" not in text:
        return ["-" if letter in _HYPHEN_SIGNS else letter for letter in text]
    return [_letter(pdfium.FPDFText_GetUnicode(text_page, number)) for number in range(count)]


def _letter(code: int) -> str:
    if code in _HYPHENS:
        return "-"
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _angles(text_page: object, letters: list[str]) -> Counter[int]:
    """How the text runs, from a sample: degrees clockwise that make it upright → how many characters."""
    inked = [number for number, letter in enumerate(letters) if not letter.isspace()]
    step = max(1, len(inked) // _GARBAGE_SAMPLES)
    return Counter(_quarter(pdfium.FPDFText_GetCharAngle(text_page, number)) for number in inked[::step])


def _quarter(radians: float) -> int:
    return round(-math.degrees(radians) / 90) * 90 % 360 if radians >= 0 else 0


def _glyphs(text_page: object, letters: list[str], marks: Marks) -> list[Glyph]:
    rectangle = pdfium.FS_RECTF()
    pointer = ctypes.byref(rectangle)
    box_of, turn, upright = pdfium.FPDFText_GetLooseCharBox, marks.frame.turn, marks.upright
    glyphs: list[Glyph] = []
    for number, letter in enumerate(letters):
        if letter.isspace():
            typed = letter == "\u3000" or (letter == " " and pdfium.FPDFText_IsGenerated(text_page, number) == 0)
            glyphs.append(TYPED_SPACE if typed else SPACE)
        elif box_of(text_page, number, pointer):
            glyphs.append((letter, *turn(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top, upright)))
        else:
            glyphs.append(SPACE)
    return glyphs


def _set_apart_turned(text_page: object, marks: Marks) -> None:
    """Text that runs another way than most of the page (a note up the margin) goes last, so that it splits no line."""
    straight: list[Glyph] = []
    run: list[Glyph] = []
    for number, glyph in enumerate(marks.glyphs):
        if glyph is SPACE or glyph is TYPED_SPACE:
            straight.append(glyph)
            _close(run, marks)
        elif _quarter(pdfium.FPDFText_GetCharAngle(text_page, number)) == marks.upright:
            straight.append(glyph)
        else:
            run.append(glyph)
    _close(run, marks)
    marks.glyphs = straight


def _close(run: list[Glyph], marks: Marks) -> None:
    if run:
        text = "".join(glyph[0] for glyph in run)
        marks.asides.append(
            (text, min(g[1] for g in run), min(g[2] for g in run), max(g[3] for g in run), max(g[4] for g in run))
        )
        run.clear()


def _take_objects(page: object, marks: Marks) -> None:
    count = pdfium.FPDFPage_CountObjects(page)
    marks.painted = count > 0
    budget = [OBJECTS]
    for number in range(min(count, OBJECTS)):
        _take_object(pdfium.FPDFPage_GetObject(page, number), _IDENTITY, marks, budget, _FORM_DEPTH)
    if budget[0] <= 0:
        marks.rules = []


def _take_object(thing: object, matrix: _Matrix, marks: Marks, budget: list[int], depth: int) -> None:
    budget[0] -= 1
    kind = pdfium.FPDFPageObj_GetType(thing)
    if kind == pdfium.FPDF_PAGEOBJ_PATH:
        _take_path(thing, matrix, marks)
    elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
        x0, y0, x1, y1 = _bounds(thing, matrix)
        frame = marks.frame
        wide = max(0.0, min(x1, frame.right) - max(x0, frame.left))
        high = max(0.0, min(y1, frame.top) - max(y0, frame.bottom))
        marks.pictures += wide * high / max(1.0, (frame.right - frame.left) * (frame.top - frame.bottom))
    elif kind == pdfium.FPDF_PAGEOBJ_TEXT and not marks.invisible:
        marks.invisible = pdfium.FPDFTextObj_GetTextRenderMode(thing) == _INVISIBLE
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth > 0:
        inner = _product(_matrix(thing), matrix)
        for number in range(max(0, pdfium.FPDFFormObj_CountObjects(thing))):
            if budget[0] <= 0:
                return
            _take_object(pdfium.FPDFFormObj_GetObject(thing, number), inner, marks, budget, depth - 1)


def _take_path(path: object, matrix: _Matrix, marks: Marks) -> None:
    """A path's straight edges: a thin filled box, a stroked box, or lines along the page's axes."""
    fill, stroke = ctypes.c_int(0), ctypes.c_int(0)
    pdfium.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    if (not fill.value and not stroke.value) or _is_white(path, bool(stroke.value)):
        return
    x0, y0, x1, y1 = _bounds(path, matrix)
    if x1 - x0 <= THIN or y1 - y0 <= THIN:
        _add_rule(marks, x0, y0, x1, y1)
    elif stroke.value:
        _add_segments(path, _product(_matrix(path), matrix), marks)


def _is_white(path: object, stroke: bool) -> bool:
    """A white line on white paper parts nothing that a reader sees."""
    color = [ctypes.c_uint(0) for _ in range(4)]
    ask = pdfium.FPDFPageObj_GetStrokeColor if stroke else pdfium.FPDFPageObj_GetFillColor
    return bool(ask(path, *(ctypes.byref(each) for each in color))) and all(each.value >= _WHITE for each in color[:3])


def _add_segments(path: object, matrix: _Matrix, marks: Marks) -> None:
    x, y = ctypes.c_float(), ctypes.c_float()
    here = first = (0.0, 0.0)
    for number in range(min(pdfium.FPDFPath_CountSegments(path), 2_000)):
        segment = pdfium.FPDFPath_GetPathSegment(path, number)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        there = _apply(matrix, x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = there
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            _add_edge(marks, here, there)
        if pdfium.FPDFPathSegment_GetClose(segment):
            _add_edge(marks, there, first)
        here = there


def _add_edge(marks: Marks, start: tuple[float, float], end: tuple[float, float]) -> None:
    if abs(start[0] - end[0]) <= 1 or abs(start[1] - end[1]) <= 1:
        _add_rule(marks, min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))


def _add_rule(marks: Marks, x0: float, y0: float, x1: float, y1: float) -> None:
    x0, top, x1, bottom = marks.frame.turn(x0, y0, x1, y1, marks.upright)
    if x1 - x0 >= bottom - top:
        marks.rules.append(Rule(True, (top + bottom) / 2, x0, x1))
    else:
        marks.rules.append(Rule(False, (x0 + x1) / 2, top, bottom))


def _bounds(thing: object, matrix: _Matrix) -> tuple[float, float, float, float]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    by = ctypes.byref
    if not pdfium.FPDFPageObj_GetBounds(thing, by(left), by(bottom), by(right), by(top)):
        return 0.0, 0.0, 0.0, 0.0
    if matrix is _IDENTITY:
        return left.value, bottom.value, right.value, top.value
    a, b = _apply(matrix, left.value, bottom.value), _apply(matrix, right.value, top.value)
    return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


def _matrix(thing: object) -> _Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, ctypes.byref(found)):
        return _IDENTITY
    return found.a, found.b, found.c, found.d, found.e, found.f


def _product(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _apply(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _take_fields(page: object, marks: Marks, form: object | None) -> None:
    """Form fields and typed-on notes: what is filled in stands where its box stands, as if it were printed there."""
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page), OBJECTS)):
        note = pdfium.FPDFPage_GetAnnot(page, number)
        if not note:
            continue
        text = _text_of_note(note, form)
        rectangle = pdfium.FS_RECTF()
        if text and pdfium.FPDFAnnot_GetRect(note, ctypes.byref(rectangle)):
            _add_note(marks, text, rectangle)
        pdfium.FPDFPage_CloseAnnot(note)


def _text_of_note(note: object, form: object | None) -> str:
    kind = pdfium.FPDFAnnot_GetSubtype(note)
    if kind == pdfium.FPDF_ANNOT_FREETEXT:
        return _string(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(note, b"Contents", buffer, size))
    if kind != pdfium.FPDF_ANNOT_WIDGET or form is None:
        return ""
    field_kind = pdfium.FPDFAnnot_GetFormFieldType(form, note)
    if field_kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
        state = _string(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(note, b"AS", buffer, size))
        return "☐" if state in ("", "Off") else "☑"
    if field_kind in (pdfium.FPDF_FORMFIELD_PUSHBUTTON, pdfium.FPDF_FORMFIELD_SIGNATURE):
        return ""
    return _string(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(form, note, buffer, size))


def _string(ask: Callable[[object, int], int]) -> str:
    size = ask(None, 0)
    if not 2 < size <= _FIELD_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace").strip()


def _add_note(marks: Marks, text: str, rectangle: pdfium.FS_RECTF) -> None:
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    x0, top, x1, bottom = marks.frame.turn(
        rectangle.left,
        rectangle.bottom,
        rectangle.right,
        rectangle.top,
        marks.upright,
    )
    height = (bottom - top) / max(1, len(lines))
    for number, line in enumerate(lines):
        marks.glyphs.append(SPACE)
        middle = top + (number + 0.5) * height
        half = min(height, 14.0) / 2
        marks.glyphs.append((line, x0, middle - half, min(x1, x0 + len(line) * 2 * half), middle + half))
