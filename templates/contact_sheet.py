"""Every letter on a few pictures, to look at before they go out: `python -m templates.contact_sheet docs/letters`.

Needs Chromium, which the service itself does not: the letters are set in one page a sheet, as a mail program shows
them, and photographed. A company's own folder may be given besides: `… docs/letters my-letters`.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops

from templates.data import LANGUAGES, PURPOSES, TO_CUSTOMERS
from templates.rendering import render
from templates.samples import sample

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MOST_BYTES = 300_000
_COLUMNS = 5
_LETTER_WIDTH = 660  # pixels of a letter before it is made smaller
_SCALE = 0.62
_GROUND = "#c9d3da"
_WINDOW_HEIGHT = 6_000
_SECONDS = 90
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)

_OWN = tuple(name for name in PURPOSES if name not in TO_CUSTOMERS)
SHEETS = {
    f"{group}-{language}": (language, names)
    for group, names in (("customers", TO_CUSTOMERS), ("colleagues", _OWN))
    for language in LANGUAGES
}


def page(language: str, names: Sequence[str], folder: Path | None = None) -> str:
    """One HTML page with these letters in columns of about one length, each under its subject."""
    columns: list[list[str]] = [[] for _ in range(_COLUMNS)]
    lengths = [0] * _COLUMNS
    letters = [render(name, language, sample(name, language), folder) for name in names]
    for name, letter in sorted(zip(names, letters, strict=True), key=lambda pair: -len(pair[1].text)):
        shortest = lengths.index(min(lengths))
        found = _BODY.search(letter.html)
        subject = letter.subject.replace("&", "&amp;").replace("<", "&lt;")
        columns[shortest].append(
            f'<p class="name"><b>{name}</b> {subject}</p><div class="letter">{found[1] if found else letter.html}</div>'
        )
        lengths[shortest] += letter.text.count("\n") + 12
    width = round(_LETTER_WIDTH * _COLUMNS * _SCALE)
    body = "".join(f"<td>{''.join(column)}</td>" for column in columns)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><style>'
        f"body{{margin:0;background:{_GROUND}}}"
        f".sheet{{zoom:{_SCALE};width:{round(width / _SCALE)}px;table-layout:fixed;border-spacing:0}}"
        ".sheet>tbody>tr>td{vertical-align:top;padding:8px}"
        ".name{font:16px/22px sans-serif;margin:12px 4px 4px 4px;color:#22303a}"
        ".letter{background:#f2f5f7}"
        f'</style></head><body><table class="sheet"><tbody><tr>{body}</tr></tbody></table></body></html>'
    )


def photograph(html: str, browser: str) -> Image.Image:
    """The page as Chromium shows it, cut off below its last letter."""
    with tempfile.TemporaryDirectory() as place:
        source, picture = Path(place, "sheet.html"), Path(place, "sheet.png")
        source.write_text(html, encoding="utf-8")
        size = f"--window-size={round(_LETTER_WIDTH * _COLUMNS * _SCALE)},{_WINDOW_HEIGHT}"
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={place}/profile",
        ]
        subprocess.run(  # a browser of this machine, and a page of our own making
            [browser, *options, size, f"--screenshot={picture}", source.as_uri()],
            check=True,
            capture_output=True,
            timeout=_SECONDS,
        )
        with Image.open(picture) as seen:
            return cropped(seen.convert("RGB"))


def cropped(picture: Image.Image) -> Image.Image:
    """Without the bare ground below the last letter."""
    ground = Image.new("RGB", picture.size, _GROUND)
    box = ImageChops.difference(picture, ground).getbbox()
    return picture.crop((0, 0, picture.width, min(box[3] + 10, picture.height))) if box else picture


def keep(picture: Image.Image, target: Path) -> int:
    """Writes a WebP of at most MOST_BYTES, as good as that allows; how many bytes it has."""
    for quality in range(80, 0, -10):
        picture.save(target, "WEBP", quality=quality, method=6)
        if target.stat().st_size <= MOST_BYTES:
            break
    return target.stat().st_size


def main(arguments: Sequence[str]) -> int:
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if not arguments or len(arguments) > 2:
        print("Usage: python -m templates.contact_sheet FOLDER [OWN-LETTERS]", file=sys.stderr)
        return 2
    if browser is None:
        print("No Chromium was found: install it (apt-get install chromium), then run this again.", file=sys.stderr)
        return 1
    target = Path(arguments[0])
    target.mkdir(parents=True, exist_ok=True)
    own = Path(arguments[1]) if len(arguments) > 1 else None
    for name, (language, names) in SHEETS.items():
        size = keep(photograph(page(language, names, own), browser), target / f"{name}.webp")
        print(f"{target / name}.webp: {len(names)} letters, {size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
