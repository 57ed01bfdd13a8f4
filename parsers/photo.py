"""A photo that one of our people hands in, made anew: the right way up, of bounded size, nothing but the picture in it.

Runs in a killable child. What comes out is a JPEG that we wrote: no EXIF with names and places, nothing hidden, nothing
active.
"""

import io
import warnings

from PIL import Image, ImageOps

from parsers.errors import TooLarge, Unreadable
from parsers.files.picture import PIXELS, TROUBLE, know_heif

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "HEIF")
LARGEST = 1600  # pixels of the longer side
QUALITY = 82
NO_PHOTO = "This file is no photo that can be opened."
AS_PHOTO = "Save it as JPEG or PNG and add it again."


def photo(content: bytes) -> bytes:
    """The JPEG. Unreadable or TooLarge for what is no photo."""
    know_heif()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as came:
                if came.width * came.height > PIXELS:
                    raise TooLarge(f"The photo has more than {PIXELS // 1_000_000} million pixels.", AS_PHOTO)
                came.draft("RGB", (LARGEST, LARGEST))
                upright = ImageOps.exif_transpose(came)
                upright.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
                return _plain(upright)
        except (*TROUBLE, Image.DecompressionBombError) as error:
            raise Unreadable(NO_PHOTO, AS_PHOTO) from error


def _plain(picture: Image.Image) -> bytes:
    """Pixels alone, on white where the picture is clear."""
    paper = Image.new("RGB", picture.size, "white")
    clear = picture.convert("RGBA")
    paper.paste(clear, mask=clear.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
