"""Zip files: bounded before anything in them is opened, whether they are archives or the shell of a Word or Excel
file.
"""

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from parsers.errors import Encrypted, TooLarge, Unreadable

MEMBERS = 2_000  # files in one archive
DEPTH = 2  # an archive in an archive, and no deeper
RATIO = 200  # uncompressed to compressed; text of a table seldom passes 40, a blank picture does
SMALL = 20_000_000  # bytes that any member may have whatever its ratio
_CHUNK = 1 << 16
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800

DAMAGED = "The archive is damaged: {why}."


def open_zip(content: bytes, uncompressed_bytes: int) -> zipfile.ZipFile:
    """The archive, once its own figures are within bounds. Raises Unreadable, Encrypted, TooLarge.

    A member cannot be larger than it says: `zipfile` stops reading at the stated size.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise Unreadable(DAMAGED.format(why=error)) from error
    members = archive.infolist()
    if len(members) > MEMBERS:
        raise TooLarge(f"It holds {len(members)} files; {MEMBERS} are the most that are opened.")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise Encrypted("It asks for a password.")
    size = sum(member.file_size for member in members)
    if size > uncompressed_bytes:
        raise TooLarge(f"It unpacks to {size // 1_000_000} MB; {uncompressed_bytes // 1_000_000} MB are the most.")
    for member in members:
        if member.file_size > SMALL and member.file_size > RATIO * max(member.compress_size, 1):
            raise TooLarge(f"A file in it unpacks to more than {RATIO} times its size, as a trap does.")
    return archive


def unpack(content: bytes, part_bytes: int, uncompressed_bytes: int) -> tuple[tuple[str, bytes], ...]:
    """The files in an archive, archives in it opened too. Raises Unreadable, Encrypted, TooLarge."""
    budget = [uncompressed_bytes, MEMBERS]
    return tuple(_members(content, part_bytes, budget, DEPTH))


def is_archive(name: str, content: bytes) -> bool:
    """Whether it is a plain zip, not the shell of an Office document."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    if PurePosixPath(name).suffix.lower() == ".zip":
        return True
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    return not names & {"[Content_Types].xml", "mimetype"}


def _members(content: bytes, part_bytes: int, budget: list[int], depth: int) -> list[tuple[str, bytes]]:
    archive = open_zip(content, budget[0])
    found: list[tuple[str, bytes]] = []
    for member in archive.infolist():
        name = _name(member)
        if member.is_dir() or name.startswith("__MACOSX/"):
            continue
        budget[0] -= member.file_size
        budget[1] -= 1
        if min(budget) < 0:
            raise TooLarge("With the archives inside, it unpacks to more than is opened.")
        data = _read(archive, member, part_bytes)
        if depth > 1 and is_archive(name, data):
            found += [(f"{name}/{inner}", inside) for inner, inside in _members(data, part_bytes, budget, depth - 1)]
        else:
            found.append((name, data))
    return found


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, part_bytes: int) -> bytes:
    if member.file_size > part_bytes:
        raise TooLarge(
            f"A file in it has {member.file_size // 1_000_000} MB; {part_bytes // 1_000_000} MB are the most."
        )
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unreadable(DAMAGED.format(why=error)) from error


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name. Chinese Windows writes GBK without saying so, which `zipfile` takes for cp437."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return member.filename
