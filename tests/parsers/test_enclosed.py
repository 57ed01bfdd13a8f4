"""What came with a mail, by what it is: pictures that show goods, pages of words, logos, files within mails."""

import hashlib
import io
from email.message import EmailMessage

import pytest
from PIL import Image

from parsers.enclosed import MOST, MOST_PHOTOS, enclosed, photos
from parsers.mime import parse
from tests.documents.photographs import photograph

TEXT = (
    "样品 3 件，盐雾试验 24 h 后基体锈蚀，锈点直径 2 mm，判定不合格，检验员王强，批准张力，日期 2025-11-12，编号 T-112。"
    * 2
)


def _mail(*files: tuple[str, str, bytes], inline: tuple[bytes, ...] = ()) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.com", "b@example.com", "D4"
    made.set_content("见附件")
    if inline:
        tags = "".join(f'<img src="cid:{n}@x">' for n in range(len(inline)))
        made.add_alternative(f"<p>见图</p>{tags}", subtype="html")
        page = made.get_payload()[1]  # type: ignore[index]
        for n, content in enumerate(inline):
            page.add_related(content, "image", "png", cid=f"<{n}@x>", filename=f"image00{n}.png")  # type: ignore[union-attr]
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


def _kinds(raw: bytes, texts: dict[str, str] | None = None, forms: frozenset[str] = frozenset()) -> dict[str, str]:
    return {one.part: one.kind for one in enclosed(parse(raw).attachments, texts or {}, forms)}


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("scan.jpg", "", "photo"),
        ("IMG_2211.jpg", "HX-200B", "photo"),
        ("scan.jpg", f"检测报告 {TEXT}", "report"),
        ("scan.jpg", f"收货单 {TEXT}", "photo"),
        ("Test Report 112.pdf", "", "report"),
        ("reportage.pdf", "", "other"),
        ("a.pdf", "Sample list: 3 pcs sent on 12 Nov", "sample"),
        ("a.xlsx", "NCR no. 24-113", "form"),
        ("ncrx.xlsx", "", "other"),
        ("品质异常联络单.doc", "", "form"),
        ("a.pdf", "x" * 700 + "检测报告", "other"),
    ],
)
def test_a_file_is_known_by_its_name_or_its_head(name: str, text: str, kind: str) -> None:
    picture = name.endswith(".jpg")
    content = photograph() if picture else b"%PDF-1.7 x"
    raw = _mail((name, "image/jpeg" if picture else "application/octet-stream", content))
    assert _kinds(raw, {name: text}) == {name: kind}


def test_a_form_of_ours_is_a_form_whatever_it_says() -> None:
    raw = _mail(("8D报告.docx", "application/octet-stream", b"PK"))
    assert _kinds(raw) == {"8D报告.docx": "report"}
    assert _kinds(raw, forms=frozenset({"8D报告.docx"})) == {"8D报告.docx": "form"}


def test_a_photo_in_the_text_counts_and_a_logo_does_not() -> None:
    logo, banner = photograph(2, (180, 60), "PNG"), photograph(3, (1800, 320), "PNG")
    raw = _mail(
        ("stamp.png", "image/png", photograph(4, (90, 90), "PNG")), inline=(photograph(1, kind="PNG"), logo, banner)
    )
    assert _kinds(raw) == {"image000.png": "photo"}
    (made,) = photos(parse(raw).attachments)
    with Image.open(io.BytesIO(made.jpeg)) as picture:
        assert (made.part, picture.format, len(picture.getexif())) == ("image000.png", "JPEG", 0)


def test_files_of_mails_within_the_mail_are_named_by_their_way() -> None:
    inner = _mail(("裂纹.jpg", "image/jpeg", photograph(5)))
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "a@example.com", "b@example.com", "FW"
    outer.set_content("转")
    outer.add_attachment(inner, maintype="application", subtype="octet-stream", filename="原邮件.eml")
    (found,) = enclosed(parse(outer.as_bytes()).attachments, {}, frozenset())
    assert (found.part, found.kind) == ("原邮件.eml/裂纹.jpg", "photo")
    assert found.sha256 == hashlib.sha256(photograph(5)).hexdigest()
    assert [one.part for one in photos(parse(outer.as_bytes()).attachments)] == ["原邮件.eml/裂纹.jpg"]


def test_there_is_an_end_to_them_and_what_is_broken_is_no_picture() -> None:
    many = [(f"{n}.jpg", "image/jpeg", photograph(n + 1, (200, 200))) for n in range(MOST + 5)]
    assert len(_kinds(_mail(*many))) == MOST
    broken = ("broken.jpg", "image/jpeg", photograph()[:200])
    made = [one.part for one in photos(parse(_mail(broken, *many)).attachments)]
    assert made == [f"{n}.jpg" for n in range(MOST_PHOTOS)]
