"""Parts of an Office file that is a zip of XML: parsed without entities, without the network, bounded in depth."""

import posixpath
import zipfile
import zlib

from lxml import etree

from parsers.errors import Encrypted, Unreadable

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TROUBLE = (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    """The part's root element. Entities are left as they stand, and nothing is fetched. Raises Unreadable."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(blob(archive, name), parser)
    except etree.LxmlError as error:
        raise Unreadable("The Office file is damaged.") from error


def blob(archive: zipfile.ZipFile, name: str) -> bytes:
    """The part's bytes. Raises Unreadable."""
    try:
        return archive.read(name)
    except _TROUBLE as error:
        raise Unreadable("The Office file is damaged.") from error


def targets(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Relationship id → name of the part that it leads to (ECMA-376, part 2); those that lead outside are left out."""
    folder, file = posixpath.split(name)
    table = f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"
    if table not in archive.namelist():
        return {}
    return {
        str(each.get("Id")): posixpath.normpath(posixpath.join("/", folder, each.get("Target") or ""))[1:]
        for each in part(archive, table).iter(_RELATION)
        if each.get("TargetMode") != "External"
    }


def refuse_locked(archive: zipfile.ZipFile) -> None:
    """Raises Encrypted for an OpenDocument file that was saved with a password (ODF 1.3, part 2, 3.4)."""
    name = "META-INF/manifest.xml"
    if name in archive.namelist() and b"encryption-data" in blob(archive, name):
        raise Encrypted("The OpenDocument file asks for a password.")
