"""How a cell's value is printed: percentages, leading zeros and units come from the number format of an .xlsx file."""

import posixpath
import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from typing import IO

from lxml import etree

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_P = "{http://schemas.openxmlformats.org/package/2006/relationships}"

Formats = dict[tuple[int, int], str]  # (row, column), from 0 → number format

_BUILT_IN = {1: "0", 2: "0.00", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
_TROUBLE = (
    KeyError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, OSError, ValueError, EOFError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
_TELLING = re.compile(r'%|^0{2,20}$|"[^"]{1,20}"|0\.0')
_DECIMALS = re.compile(r"\.(0{1,15})")
_UNIT = re.compile(r'^[#,0.]+ ?"([^"]{1,20})"$')
_REFERENCE = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")


def printed(value: object, number_format: str = "") -> str:
    """A value as the sheet shows it: dates ISO 8601, whole numbers without a point, percentages as percentages."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number(value, number_format)
    return _moment(value)


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return (
            value.date().isoformat() if midnight else value.isoformat(" ", "minutes" if not value.second else "seconds")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes" if not value.second else "seconds")
    if isinstance(value, timedelta):
        return str(value)
    return str(value).strip()


def _number(value: float, number_format: str) -> str:
    shown = number_format.split(";")[0]
    decimals = _DECIMALS.search(shown)
    places = len(decimals.group(1)) if decimals else 0
    if shown.endswith("%"):
        return f"{value * 100:.{places}f}%"
    if re.fullmatch(r"0{2,20}", shown) and value == int(value):
        return f"{int(value):0{len(shown)}d}"
    unit = _UNIT.match(shown)
    text = f"{value:.{places}f}" if decimals and re.fullmatch(r'[#,0]*\.0+ ?("[^"]*")?', shown) else _plain(value)
    return text + unit.group(1) if unit else text


def _plain(value: float) -> str:
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e16):
        return str(int(value))
    return repr(float(f"{value:.15g}"))


def read_formats(archive: zipfile.ZipFile, most: int) -> dict[str, Formats]:
    """Sheet name → the telling number formats of its cells, at most `most`; {} where the file has none or is no
    .xlsx.
    """
    try:
        styles = _styles(archive.read("xl/styles.xml"))
        if not styles:
            return {}
        found: dict[str, Formats] = {}
        for name, path in _sheets(archive):
            with archive.open(path) as stream:
                found[name] = _cells(stream, styles, most)
    except _TROUBLE:
        return {}  # the values are read without; what is truly damaged, the reader of values says
    return found


def _styles(content: bytes) -> dict[str, str]:
    """Style number, as cells give it → number format, only where the format changes what is printed."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    own = {each.get("numFmtId"): each.get("formatCode") or "" for each in root.iter(_S + "numFmt")}
    styles: dict[str, str] = {}
    for number, style in enumerate(root.iterfind(f"{_S}cellXfs/{_S}xf")):
        identity = style.get("numFmtId") or "0"
        shown = own.get(identity) or (_BUILT_IN.get(int(identity), "") if identity.isdecimal() else "")
        if _TELLING.search(shown):
            styles[str(number)] = shown
    return styles


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    links = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {link.get("Id"): link.get("Target") or "" for link in links.iter(_P + "Relationship")}
    book = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    return [
        (sheet.get("name") or "", posixpath.normpath(posixpath.join("/xl", targets[sheet.get(_R + "id")])).lstrip("/"))
        for sheet in book.iter(_S + "sheet")
        if sheet.get(_R + "id") in targets
    ]


def _cells(stream: IO[bytes], styles: dict[str, str], most: int) -> Formats:
    found: Formats = {}
    for _, cell in etree.iterparse(stream, tag=_S + "c", resolve_entities=False, no_network=True):
        shown = styles.get(cell.get("s") or "")
        place = _REFERENCE.match(cell.get("r") or "")
        if shown and place:
            found[int(place.group(2)) - 1, _column(place.group(1))] = shown
        cell.clear()
        if len(found) >= most:
            break
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
