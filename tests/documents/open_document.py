"""OpenDocument text and PowerPoint slides as customers send them, built part by part; rich text with a picture."""

import io
import zipfile

_ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office", "text": "text", "table": "table", "draw": "drawing", "style": "style",
        "presentation": "presentation",
    }.items()
)  # fmt: skip
_LINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
_LOEXT = 'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'


def packed(parts: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def odt(
    body: str,
    *,
    header: str = "",
    footer: str = "",
    files: dict[str, bytes] | None = None,
    manifest: str = "<m/>",
    kind: str = "text",
) -> bytes:
    """A text document, or one of another kind, of the given OpenDocument XML."""
    inside = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    margins = f"<style:header>{header}</style:header><style:footer>{footer}</style:footer>" if header or footer else ""
    pages = "".join(f'<style:master-page style:name="{name}">{margins}</style:master-page>' for name in "ab")
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {_ODF} {_LINK} {_LOEXT}>{inside}</office:document-content>",
            "styles.xml": f"<office:document-styles {_ODF}><office:master-styles>{pages}</office:master-styles></office:document-styles>",
            "META-INF/manifest.xml": manifest,
        }
        | (files or {})
    )


def frame(name: str) -> str:
    return f'<draw:frame><draw:image xlink:href="{name}"/></draw:frame>'


_MAIN = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def pptx(*slides: str, hidden: tuple[int, ...] = (), picture: bytes = b"") -> bytes:
    """Slides of the given shapes, shown in the order given though their parts are numbered the other way round;
    `picture` stands on the first.
    """
    count = len(slides)
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{_MAIN}" xmlns:r="{_R}"><p:sldIdLst>'
        + "".join(f'<p:sldId id="{n}" r:id="r{n}"/>' for n in range(count))
        + "</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": f'<Relationships xmlns="{_RELS}">'
        + "".join(f'<Relationship Id="r{n}" Target="slides/slide{count - n}.xml"/>' for n in range(count))
        + "</Relationships>",
    }
    for n, shapes in enumerate(slides):
        show = ' show="0"' if n in hidden else ""
        drawn = '<p:pic><p:blipFill><a:blip r:embed="p1"/></p:blipFill></p:pic>' if picture and n == 0 else ""
        parts[f"ppt/slides/slide{count - n}.xml"] = (
            f'<p:sld xmlns:p="{_MAIN}" xmlns:a="{_A}" xmlns:r="{_R}"{show}><p:cSld><p:spTree>{shapes}{drawn}</p:spTree></p:cSld></p:sld>'
        )
    if picture:
        parts[f"ppt/slides/_rels/slide{count}.xml.rels"] = (
            f'<Relationships xmlns="{_RELS}"><Relationship Id="p1" Target="../media/image1.png"/></Relationships>'
        )
        parts["ppt/media/image1.png"] = picture
    return packed(parts)


def shape(*paragraphs: str) -> str:
    inside = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in paragraphs)
    return f"<p:sp><p:txBody>{inside}</p:txBody></p:sp>"


def slide_table(*rows: tuple[str, ...]) -> str:
    lines = "".join(
        "<a:tr>" + "".join(f"<a:tc><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>" for text in row) + "</a:tr>"
        for row in rows
    )  # fmt: skip
    return (
        f"<p:graphicFrame><a:graphic><a:graphicData><a:tbl>{lines}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )


def rtf_with_picture(text: str, png: bytes) -> bytes:
    """Rich text with a PNG 16 cm wide after the text."""
    said = "".join(f"\\u{ord(letter)}?" for letter in text)
    return f"{{\\rtf1\\ansi {said}\\par {{\\pict\\pngblip\\picwgoal9072\\pichgoal12096 {png.hex()}}}\\par}}".encode()
