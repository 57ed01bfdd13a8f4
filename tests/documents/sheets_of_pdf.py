"""PDF pages as customers' software prints them, drawn with reportlab. Chinese is in a font that is not embedded, as is common."""

import io
from collections.abc import Callable

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
pdfmetrics.registerFont(UnicodeCIDFont("MSung-Light"))

WIDTH, HEIGHT = A4
Draw = Callable[[Canvas], None]


def pdf(*pages: Draw, encrypt: StandardEncryption | None = None) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, encrypt=encrypt)
    for draw in pages:
        canvas.setFont("STSong-Light", 11)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def put(canvas: Canvas, x: float, top: float, text: str, font: str = "STSong-Light", size: float = 11) -> None:
    """Text whose line begins `top` points under the page's upper edge."""
    canvas.setFont(font, size)
    canvas.drawString(x, HEIGHT - top, text)


def ruled(
    canvas: Canvas,
    x: list[float],
    y: list[float],
    texts: dict[tuple[int, int], str],
    missing: set[tuple[str, int, int]] = frozenset(),
) -> None:  # type: ignore[assignment]
    """A grid with texts in it. `missing` names walls that are not drawn: ("right" or "below", row, column) of a cell."""
    columns, rows = len(x) - 1, len(y) - 1
    for r in range(rows + 1):
        for c in range(columns):
            if ("below", r - 1, c) not in missing:
                canvas.line(x[c], HEIGHT - y[r], x[c + 1], HEIGHT - y[r])
    for c in range(columns + 1):
        for r in range(rows):
            if ("right", r, c - 1) not in missing:
                canvas.line(x[c], HEIGHT - y[r], x[c], HEIGHT - y[r + 1])
    for (r, c), text in texts.items():
        for number, line in enumerate(text.split("\n")):
            put(canvas, x[c] + 4, y[r] + 14 + 13 * number, line)


def picture(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (100, 140), 200)), x, y, width, height)
