"""A page's picture for the recogniser: gray or black and white, as a PNG, and no larger than reading needs."""

import io

from PIL import Image, ImageDraw, ImageFont

SIDE = 5_000  # pixels of the longer side at the most: A4 at 400 dots to the inch


def no_larger(picture: Image.Image) -> Image.Image:
    """The picture reduced to SIDE where it is larger."""
    longest = max(picture.size)
    if longest <= SIDE:
        return picture
    size = (max(1, picture.width * SIDE // longest), max(1, picture.height * SIDE // longest))
    return picture.convert("L").resize(size, Image.Resampling.BOX)


def as_png(picture: Image.Image) -> bytes:
    """Lightly packed: it only goes to the next process."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def drawn_word(word: str) -> bytes:
    """A picture of a word, to try the recogniser with: in Pillow's own font, so that nothing need be installed."""
    picture = Image.new("L", (600, 180), 255)
    ImageDraw.Draw(picture).text((60, 50), word, fill=0, font=ImageFont.load_default(size=64))
    return as_png(picture)
