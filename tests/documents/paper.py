"""A sheet of A4 that is written from top to bottom, at twice a fax's fineness, and remembers what was written on it."""

from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

DOTS = 408  # to the inch
WIDTH, HEIGHT = 3456, 4584  # 8.47 × 11.24 inches, what a fax takes in of A4
MARGIN = 60  # points
RIGHT = 550
FILES = {
    "noto-sans": "opentype/noto/NotoSansCJK-Regular.ttc", "noto-serif": "opentype/noto/NotoSerifCJK-Regular.ttc",
    "wqy": "truetype/wqy/wqy-zenhei.ttc", "uming": "truetype/arphic/uming.ttc", "ukai": "truetype/arphic/ukai.ttc",
    "liberation-mono": "truetype/liberation/LiberationMono-Regular.ttf",
    "liberation-sans": "truetype/liberation/LiberationSans-Regular.ttf",
    "liberation-serif": "truetype/liberation/LiberationSerif-Regular.ttf", "dejavu": "truetype/dejavu/DejaVuSans.ttf",
}  # fmt: skip


@cache
def font(name: str, points: float) -> ImageFont.FreeTypeFont:
    """A font of Debian's; the one that is always installed for the tests where it is not there."""
    folder = Path("/usr/share/fonts")
    path = folder / FILES[name]
    return ImageFont.truetype(str(path if path.exists() else folder / FILES["noto-sans"]), round(points * DOTS / 72))


def dots(points: float) -> int:
    return round(points * DOTS / 72)


class Paper:
    """`said` holds the text in reading order. Lengths are points."""

    def __init__(self, typeface: str, size: float = 11) -> None:
        self.image = Image.new("L", (WIDTH, HEIGHT), 255)
        self._draw = ImageDraw.Draw(self.image)
        self._typeface = typeface
        self._size = size
        self._y = 55.0
        self.said: list[str] = []

    def write(self, x: float, y: float, text: str, size: float | None = None) -> None:
        self._draw.text((dots(x), dots(y)), text, fill=0, font=font(self._typeface, size or self._size))

    def line(self, text: str, size: float | None = None) -> None:
        self.write(MARGIN, self._y, text, size)
        self.said.append(text)
        self._y += 1.8 * (size or self._size)

    def centred(self, text: str, size: float) -> None:
        wide = font(self._typeface, size).getlength(text) * 72 / DOTS
        self.write((WIDTH * 72 / DOTS - wide) / 2, self._y, text, size)
        self.said.append(text)
        self._y += 2.0 * size

    def paragraph(self, text: str) -> None:
        for piece in self._wrapped(text, RIGHT - MARGIN):
            self.line(piece)
        self._y += 0.5 * self._size

    def ruled(self, rows: list[list[str]], widths: list[float]) -> None:
        """A table with every cell ruled; long texts are wrapped in their cell."""
        edges = [MARGIN + sum(widths[:number]) for number in range(len(widths) + 1)]
        first = self._y
        for row in rows:
            cells = [self._wrapped(text, widths[number] - 8) for number, text in enumerate(row)]
            high = 1.5 * self._size * max(len(cell) for cell in cells) + 8
            self._rule(edges[0], self._y, edges[-1], self._y)
            for number, cell in enumerate(cells):
                for order, piece in enumerate(cell):
                    self.write(edges[number] + 4, self._y + 4 + 1.5 * self._size * order, piece)
                self.said.append("".join(cell) if _is_han(row[number]) else " ".join(cell))
            for edge in edges:
                self._rule(edge, self._y, edge, self._y + high)
            self._y += high
        self._rule(edges[0], self._y, edges[-1], self._y)
        assert self._y > first
        self._y += 1.5 * self._size

    def columns(self, rows: list[list[str]], places: list[float]) -> None:
        for row in rows:
            for place, text in zip(places, row, strict=True):
                self.write(MARGIN + place, self._y, text)
                self.said.append(text)
            self._y += 1.8 * self._size
        self._y += 0.5 * self._size

    def boxes(self, choices: list[tuple[str, bool]]) -> None:
        """Boxes to tick, drawn; they are no letters, so only the words are said."""
        x = float(MARGIN)
        for text, ticked in choices:
            side = self._size
            corner = (dots(x), dots(self._y + 2), dots(x + side), dots(self._y + 2 + side))
            self._draw.rectangle(corner, outline=0, width=4)
            if ticked:
                self._draw.line((corner[0], corner[1], corner[2], corner[3]), fill=0, width=5)
                self._draw.line((corner[0], corner[3], corner[2], corner[1]), fill=0, width=5)
            self.write(x + side + 4, self._y, text)
            self.said.append(text)
            x += 110
        self._y += 2 * self._size

    def _rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self._draw.line((dots(x0), dots(y0), dots(x1), dots(y1)), fill=0, width=4)

    def _wrapped(self, text: str, width: float) -> list[str]:
        """Lines no wider than `width`: broken between words, or anywhere in Chinese, but not before a full stop."""
        measure = font(self._typeface, self._size)
        lines = [""]
        for word in _breakable(text):
            grown = lines[-1] + word
            if lines[-1] and measure.getlength(grown.rstrip()) * 72 / DOTS > width and word not in "，。、；：）":
                lines[-1] = lines[-1].rstrip()
                lines.append(word.lstrip())
            else:
                lines[-1] = grown
        return [line.rstrip() for line in lines]


def _is_han(text: str) -> bool:
    return any(ord(letter) > 0x2E80 for letter in text)


def _breakable(text: str) -> list[str]:
    pieces: list[str] = []
    for letter in text:
        if pieces and ord(letter) < 0x2E80 and ord(pieces[-1][-1]) < 0x2E80 and letter != " ":
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces
