"""For which record and revision a form was printed, as properties of the Word file: written when it is filled, read
when it comes back. Word, WPS and LibreOffice keep them, and nobody types over them by mistake.
"""

from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

RECORD, REVISION = "IntakeRecord", "IntakeRevision"
_PLACE = PackURI("/docProps/custom.xml")
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # every property has it; it stands in the standard
_LONGEST = 60
_CLOSED = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def properties_of(document: Any) -> tuple[str, int]:
    """(record, revision) of a python-docx document; "" and 0 where it has none."""
    part = _part(document)
    if part is None:
        return "", 0
    try:
        root = etree.fromstring(part.blob, _CLOSED)
    except etree.XMLSyntaxError:
        return "", 0
    told = {one.get("name"): "".join(one.itertext()).strip()[:_LONGEST] for one in root.iter(f"{{{_SPACE}}}property")}
    revision = told.get(REVISION, "")
    return told.get(RECORD, ""), int(revision) if revision.isascii() and revision.isdigit() else 0


def set_properties(document: Any, record: str, revision: int) -> None:
    """Puts them into a document, beside whatever properties it has."""
    part = _part(document)
    root = (
        etree.fromstring(part.blob, _CLOSED)
        if part is not None
        else etree.Element(f"{{{_SPACE}}}Properties", nsmap={None: _SPACE, "vt": _TYPES})
    )
    for one in list(root):
        if one.get("name") in (RECORD, REVISION):
            root.remove(one)
    first = max((int(one.get("pid", "1")) for one in root), default=1) + 1  # they count from 2
    for number, (name, kind, value) in enumerate(((RECORD, "lpwstr", record), (REVISION, "i4", str(revision))), first):
        made = etree.SubElement(root, f"{{{_SPACE}}}property", fmtid=_FORMAT, pid=str(number), name=name)
        etree.SubElement(made, f"{{{_TYPES}}}{kind}").text = value
    written = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    if part is not None:
        part._blob = written
    else:
        package = document.part.package
        package.relate_to(Part(_PLACE, _CONTENT_TYPE, written, package), RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _part(document: Any) -> Any:
    found = document.part.package.rels.values()
    return next((one.target_part for one in found if one.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES), None)
