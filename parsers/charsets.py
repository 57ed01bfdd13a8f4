"""Bytes to text, as mail really comes: the label is a hint, the bytes decide, and nothing ever raises.

A gb2312 label holds GBK or GB18030 more often than not, a us-ascii label holds anything, and some labels name no
charset at
all (x-none, ks_c_5601). What had to be guessed is said in a warning.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Labels as mail software writes them → codecs to try in this order; the first that decodes strictly wins.
FAMILIES: dict[str, tuple[str, ...]] = {
    "gb": ("gb18030",),
    "hz": ("hz", "gb18030"),
    "big5": ("big5hkscs", "cp950"),
    "japanese": ("cp932", "shift_jis_2004"),
    "japanese-mail": ("iso2022_jp_ext", "iso2022_jp_2004"),
    "korean": ("cp949",),
    "thai": ("cp874",),
    "latin": ("cp1252", "latin-1"),
    "turkish": ("cp1254",),
}
ALIASES: dict[str, str] = {
    "gb2312": "gb", "gb_2312": "gb", "gb_2312-80": "gb", "gb2312-80": "gb", "csgb2312": "gb", "euc-cn": "gb",
    "euccn": "gb",
    "gbk": "gb", "x-gbk": "gb", "cp936": "gb", "ms936": "gb", "windows-936": "gb", "x-cp20936": "gb",
    "x-mac-simp-chinese": "gb",
    "gb18030": "gb", "gb18030-2000": "gb", "gb18030-2022": "gb", "chinese": "gb", "hz-gb-2312": "hz", "hz": "hz",
    "big5": "big5", "big-5": "big5", "cn-big5": "big5", "x-x-big5": "big5", "csbig5": "big5", "big5-hkscs": "big5",
    "big5_hkscs": "big5", "big5hkscs": "big5", "cp950": "big5", "ms950": "big5", "windows-950": "big5",
    "big5-eten": "big5",
    "shift_jis": "japanese", "shift-jis": "japanese", "sjis": "japanese", "x-sjis": "japanese", "ms_kanji": "japanese",
    "windows-31j": "japanese", "iso-2022-jp": "japanese-mail", "iso-2022-jp-ms": "japanese-mail",
    "csiso2022jp": "japanese-mail",
    "iso-2022-jp-2": "japanese-mail", "iso-2022-jp-1": "japanese-mail",
    "euc-kr": "korean", "ks_c_5601-1987": "korean", "ks_c_5601": "korean", "ksc5601": "korean",
    "ks_c_5601-1989": "korean",
    "windows-949": "korean", "tis-620": "thai", "windows-874": "thai", "iso-8859-11": "thai",
    "iso-8859-1": "latin", "iso8859-1": "latin", "iso_8859-1": "latin", "latin1": "latin", "latin-1": "latin",
    "l1": "latin",
    "windows-1252": "latin", "cp1252": "latin", "cp-1252": "latin", "x-ansi": "latin", "ansi": "latin",
    "iso-8859-9": "turkish",
}  # fmt: skip
EASTERN = ("gb18030", "big5hkscs", "cp950", "cp932", "cp949")
NO_LABEL = frozenset({"", "us-ascii", "ascii", "ansi_x3.4-1968", "default", "7bit", "8bit"})
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 20_000  # bytes that a guess looks at
PLAUSIBLE = 0.8  # commonness (see _commonness) from which a strict reading by the label is believed
BAD_SHARE = 0.02  # of the characters beyond ASCII; above it the label is not believed
# They fit nearly any bytes, and nobody mails in them.
NEVER_GUESSED = ("mac", "cp4", "cp7", "cp8", "utf_7", "iso2022", "hz", "ptcp", "hp", "johab")
TEXT_CODECS_ONLY = frozenset({"base64", "hex", "zlib", "bz2", "rot13", "quopri", "uu", "punycode", "idna", "undefined"})

_HIGH_RUNS = re.compile(rb"([A-Za-z]?)([\x80-\xff]+)([a-z]?)")
_LABEL = re.compile(r"[^a-z0-9_.:+-]")
_CONTROL = dict.fromkeys((*range(9), *range(14, 32), *range(127, 160))) | {11: "\n", 12: "\n", 0x85: "\n"}
_INVISIBLE = {
    **dict.fromkeys((0x00AD, 0x061C, 0x180E, 0xFEFF, 0xFFF9, 0xFFFA, 0xFFFB)),  # soft hyphen, marks, BOM, annotation
    **dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))),  # zero width, direction
}
_CLEAN = {**_CONTROL, **_INVISIBLE, 0x2028: "\n", 0x2029: "\n"}
_UNCLEAN = re.compile("[" + re.escape("".join(chr(n) for n in _CLEAN)) + "\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that it was read with, and a warning where that was a guess or some bytes were lost."""

    text: str
    codec: str
    warning: str | None = None


def decode(content: bytes, label: str | None) -> Decoded:
    """Reads `content` by its charset label as far as the bytes bear it out; never raises."""
    name = _LABEL.sub("", (label or "").strip().lower().split("*")[0])
    for mark, codec in MARKS:
        if content.startswith(mark):
            return Decoded(content.decode(codec, "replace"), codec)
    codecs_to_try = _codecs_for(name)
    if content.isascii() and not (codecs_to_try and _is_stateful(codecs_to_try[0])):
        return Decoded(content.decode("ascii"), "ascii")
    if not codecs_to_try:
        return _unlabelled(content, name)
    if codecs_to_try[0] == "cp1252" and (not _looks_western(content) or _strict(content, "utf-8") is not None):
        return _guess(content, f"charset {name} does not fit the bytes", fallback="cp1252")
    return _labelled(content, name, codecs_to_try)


def clean(text: str) -> str:
    """The text without what no reader sees: control, zero-width and direction characters; line ends become LF."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.isprintable():
        return text
    if _UNCLEAN.search(text):
        text = text.translate(_CLEAN)
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text


def guess(content: bytes) -> Decoded:
    """Reads bytes that carry no label at all, without a warning where they are ASCII or UTF-8."""
    return decode(content, None)


@lru_cache(maxsize=512)
def _codecs_for(name: str) -> tuple[str, ...]:
    if name in NO_LABEL:
        return ()
    family = ALIASES.get(name)
    if family:
        return FAMILIES[family]
    try:
        codec = codecs.lookup(name)
    except LookupError:
        return ()
    return () if codec.name.split("_")[0] in TEXT_CODECS_ONLY else (codec.name,)


def _is_stateful(codec: str) -> bool:
    return codec.startswith(("iso2022", "hz", "utf-7", "utf-16", "utf-32"))


def _labelled(content: bytes, name: str, codecs_to_try: tuple[str, ...]) -> Decoded:
    for codec in codecs_to_try:
        text = _strict(content, codec)
        if text is not None:
            return (None if codec == "utf-8" else _mislabelled(content, text, codec)) or Decoded(text, codec)
    text = content.decode(codecs_to_try[0], "replace")
    if _bad_share(text) <= BAD_SHARE or _cut_short(text, codecs_to_try[0]):
        return Decoded(text, codecs_to_try[0], f"a few bytes are no {name} and were replaced")
    return _guess(content, f"charset {name} does not fit the bytes", fallback=codecs_to_try[0])


def _unlabelled(content: bytes, name: str) -> Decoded:
    if name in NO_LABEL:
        text = _strict(content, "utf-8")
        return Decoded(text, "utf-8") if text is not None else _guess(content, "no charset is given", fallback="cp1252")
    return _guess(content, f"unknown charset {name}", fallback="cp1252")


def _mislabelled(content: bytes, text: str, codec: str) -> Decoded | None:
    """Another charset than the label's: only where its own reading is rubbish and another reads decidedly more
    like writing.
    """
    own = _commonness(text[:1000])
    if own >= PLAUSIBLE or codec not in EASTERN:
        return None
    best = _best_codec(content[:SAMPLE], codec)
    if best == codec or _commonness(content[:SAMPLE].decode(best, "replace")[:1000]) <= own + 0.15:
        return None
    return Decoded(content.decode(best, "replace"), best, f"labelled otherwise; read as {best}")


def _guess(content: bytes, why: str, fallback: str) -> Decoded:
    codec = _best_codec(content[:SAMPLE], fallback)
    return Decoded(content.decode(codec, "replace"), codec, f"{why}; read as {codec}")


def _best_codec(sample: bytes, fallback: str) -> str:
    if _strict(_whole_utf8(sample), "utf-8") is not None:
        return "utf-8"
    east = [] if fallback == "cp1252" and _looks_western(sample) else list(EASTERN)
    detected = _detected(sample)
    if not east and detected in EASTERN:
        detected = None
    names = dict.fromkeys([*east, *([detected] if detected else []), fallback, "cp1252"])
    return max(names, key=lambda codec: _commonness(sample.decode(codec, "replace")))


def _detected(sample: bytes) -> str | None:
    import chardet  # heavy, and seldom needed

    name = str(chardet.detect(sample).get("encoding") or "").lower()
    found = _codecs_for(name)
    return found[0] if found and not found[0].startswith(NEVER_GUESSED) else None


def _whole_utf8(sample: bytes) -> bytes:
    """The sample without a character that its end cuts through."""
    for back in range(1, min(4, len(sample)) + 1):
        if sample[-back] >= 0xC0:
            return sample[:-back] if len(sample) == SAMPLE else sample
        if sample[-back] < 0x80:
            break
    return sample


def _looks_western(content: bytes) -> bool:
    """Accented letters stand alone, or as a pair inside a word (Größe); East Asian bytes come in runs."""
    runs = _HIGH_RUNS.findall(content[:SAMPLE])
    eastern = sum(len(run) for before, run, after in runs if len(run) > 2 or (len(run) == 2 and not (before and after)))
    return eastern < 0.5 * sum(len(run) for _, run, _ in runs) or not runs


def _cut_short(text: str, codec: str) -> bool:
    """Only the last character is broken, or one of an East Asian text: the label is right and the text was cut."""
    bad = text.count("\ufffd")
    return bad == 1 and len(text) > 1 and (text.endswith("\ufffd") or codec in EASTERN)


def _strict(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _bad_share(text: str) -> float:
    high = sum(1 for char in text if char > "\x7f")
    return (text.count("\ufffd") + sum(1 for char in text if "\ue000" <= char <= "\uf8ff")) / high if high else 0.0


def _commonness(text: str) -> float:
    """How much the characters beyond ASCII look like writing: 1 is common letters only, below 0 is rubbish."""
    high = [char for char in text if char > "\x7f"]
    return sum(map(_weight, high)) / len(high) if high else 0.5


@lru_cache(maxsize=65_536)
def _weight(char: str) -> float:
    if "\u4e00" <= char <= "\u9fff":
        return 1.0 if _is_common_han(char) else 0.1
    if "\u3000" <= char <= "\u30ff" or "\uff01" <= char <= "\uff5e" or "\u2010" <= char <= "\u2030":
        return 0.9
    if "\uac00" <= char <= "\ud7a3":
        return 0.85
    if char == "\ufffd" or unicodedata.category(char) in {"Cc", "Co", "Cn", "Cs"}:
        return -3.0
    return 0.5 if unicodedata.category(char).startswith(("L", "N")) else 0.2


def _is_common_han(char: str) -> bool:
    """The everyday levels of the two national standards: GB 2312 level 1, Big5 level 1."""
    try:
        if 0xB0 <= char.encode("gb2312")[0] <= 0xD7:
            return True
    except UnicodeEncodeError:
        pass
    try:
        return 0xA4 <= char.encode("big5")[0] <= 0xC6
    except UnicodeEncodeError:
        return False
