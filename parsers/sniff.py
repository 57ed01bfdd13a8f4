"""The media type of a file by its own bytes; what the sender calls it is a last resort for plain text only."""

import io
import re
import struct
import zipfile
import zlib

import olefile

UNKNOWN = "application/octet-stream"
MAX_ENTRIES = 2_000  # names of a zip's table that are looked at
MAX_MIMETYPE = 200  # bytes of an OpenDocument's own type

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OLE = "application/x-ole-storage"
MSG = "application/vnd.ms-outlook"
TNEF = "application/vnd.ms-tnef"

# (offset, bytes, type): the first row that fits is it
MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"II+\x00", "image/tiff"),
    (0, b"MM\x00+", "image/tiff"),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x78\x9f\x3e\x22", TNEF),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"%!PS", "application/postscript"),
    (0, b"\x30\x82", "application/pkcs7-mime"),
    (0, b"AC10", "image/vnd.dwg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (257, b"ustar", "application/x-tar"),
)
# ISO base media brands → type
BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"hevc": "image/heic", b"heim": "image/heic", b"heis": "image/heic",
    b"mif1": "image/heic", b"msf1": "image/heic", b"avif": "image/avif", b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
}  # fmt: skip
# (a name in the zip, its type)
ZIP_MEMBERS: tuple[tuple[str, str], ...] = (
    ("word/", WORD),
    ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.12"),
    ("xl/", EXCEL),
    ("ppt/", POWERPOINT),
)
# (a stream of the OLE root, its type)
OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("__properties_version1.0", MSG),
    ("EncryptedPackage", "application/x-ole-encrypted"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("MatOST", "application/vnd.ms-works"),
)
TEXT_ENDINGS = {".csv": "text/csv", ".ics": "text/calendar", ".vcf": "text/vcard", ".md": "text/markdown"}

_MAIL_HEADER = re.compile(
    rb"(?:return-path|received|from|to|subject|date|message-id|mime-version|delivered-to|x-[a-z-]{2,40}):[ \t\S]",
    re.IGNORECASE,
)
_HTML = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html|head|body|table|div|meta)\b", re.IGNORECASE | re.DOTALL
)
_TEXT_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def media_type(content: bytes, name: str = "") -> str:
    """The IANA media type by content. `name` only tells kinds of plain text apart (.csv); it never overrules
    the bytes.
    """
    if not content:
        return UNKNOWN
    head = content[:4096]
    for offset, magic, found in MAGIC:
        if head.startswith(magic, offset):
            return found
    return _pdf(head) or _container(content, head) or _text(head, name) or UNKNOWN


def _pdf(head: bytes) -> str | None:
    return "application/pdf" if b"%PDF-" in head[:1024] else None  # readers accept it anywhere in the first kilobyte


def _container(content: bytes, head: bytes) -> str | None:
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zip(content)
    if head.startswith(olefile.MAGIC):
        return _ole(content)
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12], "video/mp4")
    if head.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(head[8:12], UNKNOWN)
    if (
        head.startswith(b"BM")
        and len(head) > 26
        and struct.unpack_from("<I", head, 14)[0] in (12, 40, 52, 56, 64, 108, 124)
    ):
        return "image/bmp"
    return None


def _zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [info.filename for info in archive.infolist()[:MAX_ENTRIES]]
            if "mimetype" in names:
                with archive.open("mimetype") as stream:
                    return stream.read(MAX_MIMETYPE).decode("ascii", "ignore").strip() or "application/zip"
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
        EOFError,
        zlib.error,
        struct.error,
    ):
        names = [
            name for name, _ in ZIP_MEMBERS if name.encode() in content[:200_000]
        ]  # damaged: its local headers still name them
    for start, found in ZIP_MEMBERS:
        if any(name.startswith(start) for name in names):
            return found
    return "application/zip"


def _ole(content: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            roots = {path[0].lower() for path in ole.listdir(streams=True, storages=True)}
    except (
        OSError,
        ValueError,
        IndexError,
        KeyError,
        TypeError,
        AttributeError,
        struct.error,
        RecursionError,
        ArithmeticError,
        MemoryError,
    ):
        roots = {name.lower() for name, _ in OLE_STREAMS if name.encode("utf-16-le") in content}
    return next((found for name, found in OLE_STREAMS if name.lower() in roots), OLE)


def _text(head: bytes, name: str) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text/plain"
    if _TEXT_CONTROL.search(head.replace(b"\x1b", b"")):
        return None
    body = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(body):
        return "text/html"
    if body.lstrip().startswith(b"<?xml"):
        return "text/html" if b"<html" in body.lower() else "application/xml"
    if _is_mail(body):
        return "message/rfc822"
    if body.startswith(b"BEGIN:VCALENDAR"):
        return "text/calendar"
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    return TEXT_ENDINGS.get(ending, "text/plain")


def _is_mail(body: bytes) -> bool:
    """The first line is a mail header, and a From and one of the trace or identity headers stand in the first block."""
    block = re.split(rb"\r?\n\r?\n", body.lstrip(b"\r\n"), maxsplit=1)[0]
    lines = [line for line in block.split(b"\n") if line[:1] not in (b" ", b"\t", b"\r", b"")]
    known = {line.partition(b":")[0].lower() for line in lines if _MAIL_HEADER.match(line)}
    first = re.match(rb"[!-9;-~]{1,80}:", block) is not None
    return (
        first
        and b"from" in known
        and bool(known & {b"message-id", b"received", b"mime-version", b"return-path", b"date"})
    )
