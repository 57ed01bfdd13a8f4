"""Word documents as customers fill them in, built part by part."""

import io

import docx
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
ALL = (
    nsdecls("w", "r", "wp", "a")
    + f" {W14} "
    + 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    + 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    + 'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def saved(word: Word) -> bytes:
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def of_body(xml: str) -> bytes:
    """A document whose body is the given WordprocessingML."""
    word = docx.Document()
    body = word.element.body
    fragment = parse_xml(f"<w:body {ALL}>{xml}</w:body>")
    for number, element in enumerate(list(fragment)):
        body.insert(number, element)
    return saved(word)


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(text)) if text else '<w:p/>'}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl><w:tblPr/><w:tblGrid/>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def field(result: str, code: str = "DATE", data: str = "") -> str:
    begin = (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
    )
    return (
        begin
        + f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result) if result else ""}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def tick_box(on: bool, glyph: str = "?") -> str:
    state = "1" if on else "0"
    return f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox></w:sdtPr><w:sdtContent>{run(glyph)}</w:sdtContent></w:sdt>'


def text_box(text: str) -> str:
    content = f"<w:txbxContent>{paragraph(run(text))}</w:txbxContent>"
    return (
        "<w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData uri="wps"><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
