"""Writes small compound files (MS-CFB), so that the tests have Outlook's .msg without Outlook."""

import struct
from dataclasses import dataclass, field

SECTOR, MINI = 512, 64
FREE, END, FAT, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


@dataclass
class Storage:
    """A folder of streams (bytes) and further storages, by name."""

    entries: dict[str, "bytes | Storage"] = field(default_factory=dict)


def compound_file(root: Storage) -> bytes:
    """All streams in the mini stream, so each must be below 4,096 bytes."""
    rows: list[list[object]] = [["Root Entry", 5, NONE, NONE, 0, 0]]  # name, type, next, child, start, size
    mini = bytearray()
    chains: list[int] = []
    _add(root, 0, rows, mini, chains)
    directory_sectors = -(-len(rows) // 4)
    mini_fat_sectors = max(1, -(-len(chains) * 4 // SECTOR))
    mini_sectors = max(1, -(-len(mini) // SECTOR))
    first_mini_fat, first_mini = 1 + directory_sectors, 1 + directory_sectors + mini_fat_sectors
    rows[0][4], rows[0][5] = first_mini, len(mini)
    fat = [
        FAT,
        *_chain(1, directory_sectors),
        *_chain(first_mini_fat, mini_fat_sectors),
        *_chain(first_mini, mini_sectors),
    ]
    body = _words(fat, SECTOR) + b"".join(_row(row) for row in rows).ljust(directory_sectors * SECTOR, b"\0")
    body += _words(chains, mini_fat_sectors * SECTOR) + bytes(mini).ljust(mini_sectors * SECTOR, b"\0")
    return _header(first_mini_fat, mini_fat_sectors) + body


def _add(storage: Storage, parent: int, rows: list[list[object]], mini: bytearray, chains: list[int]) -> None:
    last = -1
    for name, entry in sorted(storage.entries.items(), key=lambda item: (len(item[0]), item[0].upper())):
        number = len(rows)
        rows.append([name, 1 if isinstance(entry, Storage) else 2, NONE, NONE, 0, 0])
        rows[parent if last < 0 else last][3 if last < 0 else 2] = number
        last = number
        if isinstance(entry, Storage):
            _add(entry, number, rows, mini, chains)
        else:
            count = -(-len(entry) // MINI)
            rows[number][4:] = [len(chains) if count else END, len(entry)]
            chains += _chain(len(chains), count)
            mini += entry.ljust(count * MINI, b"\0")


def _chain(first: int, count: int) -> list[int]:
    return [*range(first + 1, first + count), END] if count else []


def _words(values: list[int], size: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values).ljust(size, b"\xff")


def _row(row: list[object]) -> bytes:
    name, kind, right, child, start, size = row
    text = str(name).encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII16sIQQIQ", text, len(text), kind, 1, NONE, right, child, b"", 0, 0, 0, start, size)


def _header(first_mini_fat: int, mini_fat_sectors: int) -> bytes:
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    fixed = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        magic,
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"",
        0,
        1,
        1,
        0,
        4096,
        first_mini_fat,
        mini_fat_sectors,
        END,
        0,
        0,
    )
    return fixed + struct.pack("<108I", *[FREE] * 108)
