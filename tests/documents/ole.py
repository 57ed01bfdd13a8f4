"""Compound files ([MS-CFB]) and Word 97 documents in them, as small as they can be."""

import struct

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SMALLEST = 4096  # below, a stream would go to the mini stream, which is not written here


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with the given streams in its root. Streams are filled up with zeros to the smallest size."""
    padded = {name: data.ljust(_SMALLEST, b"\0") for name, data in streams.items()}
    entries = -(-(len(padded) + 1) // 4)
    fat = [FAT, *range(2, 1 + entries), END]  # sector 0: the table; then the directory
    body = b""
    starts: dict[str, int] = {}
    for name, data in padded.items():
        data = data.ljust(-(-len(data) // SECTOR) * SECTOR, b"\0")
        starts[name] = len(fat)
        count = len(data) // SECTOR
        fat += [*range(len(fat) + 1, len(fat) + count), END]
        body += data
    assert len(fat) <= SECTOR // 4, "one sector of table is all that is written"
    table = struct.pack("<128I", *fat, *[FREE] * (128 - len(fat)))
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        _SMALLEST,
        END,
        0,
        END,
        0,
        0,
    )
    header += struct.pack("<108I", *[FREE] * 108)
    names = list(padded)
    directory = _entry("Root Entry", 5, 1 if names else FREE, FREE, END, 0)
    for number, name in enumerate(names, 1):
        directory += _entry(name, 2, FREE, number + 1 if number < len(names) else FREE, starts[name], len(padded[name]))
    directory = directory.ljust(entries * SECTOR, b"\0")
    return header[:SECTOR].ljust(SECTOR, b"\xff") + table + directory + body


def _entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return struct.pack("<64sHBBIII16sIQQIQ", raw, len(raw), kind, 1, FREE, right, child, b"", 0, 0, 0, start, size)


def word_97(text: str, flags: int = 0, margins: str = "", boxes: str = "") -> bytes:
    """A .doc whose main story is the text, with headers and text boxes, in one piece: of two-byte characters, or of
    one-byte ones where all of it is Latin.
    """
    whole = text + margins + boxes
    latin = whole.isascii()
    data = whole.encode("cp1252" if latin else "utf-16-le")
    at = 1024
    main = bytearray(at) + data
    struct.pack_into("<HHHHHH", main, 0, 0xA5EC, 0xC1, 0, 0x409, 0, flags | 0x0200)
    struct.pack_into("<8i", main, 0x4C, len(text), 0, len(margins), 0, 0, 0, len(boxes), 0)
    place = at * 2 | 0x40000000 if latin else at
    plc = struct.pack("<ii", 0, len(whole)) + struct.pack("<HIH", 0, place, 0)
    clx = b"\x01\x02\x00\xaa\xbb" + b"\x02" + struct.pack("<I", len(plc)) + plc
    struct.pack_into("<II", main, 0x01A2, 0, len(clx))
    return compound({"WordDocument": bytes(main), "1Table": clx})
