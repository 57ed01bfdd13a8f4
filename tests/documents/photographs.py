"""Photos as cameras and telephones take them, for mails and uploads."""

import io

from PIL import Image


def photograph(seed: int = 1, size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> bytes:
    """A picture of its own for each seed, with the name of whoever took it in its EXIF."""
    made = Image.linear_gradient("L").resize(size).convert("RGB")
    made.paste((40 * seed % 255, 90, 200 - 30 * seed % 200), (20, 20, 120 + 10 * seed, 160))
    exif = Image.Exif()
    exif[0x013B] = "somebody in the workshop"
    out = io.BytesIO()
    made.save(out, kind, exif=exif)
    return out.getvalue()
