"""The sample mails of `intake demo` whose complaint is a picture: two faxes, a photo of a label, a scanned Word form.

Written by `make_demo_mails.py`, with the sheets and the fax machine of the tests.
"""

import io
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from PIL import Image, ImageFilter

from tests.documents.fax_machine import FINE, STANDARD, pdf, sent, tiff
from tests.documents.paper import Paper

Attached = tuple[str, bytes, str]


def _mail(body: str, name: str, content: bytes, kind: str) -> MIMEMultipart:
    mail = MIMEMultipart("mixed")
    mail.attach(MIMEText(body.replace("\n", "\r\n"), "plain", "utf-8"))
    part = MIMEImage(content, kind)
    part.replace_header("Content-Type", "application/pdf" if kind == "pdf" else f"image/{kind}")
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    mail.attach(part)
    return mail


def fax_of_two_pages() -> MIMEMultipart:
    """A gateway's mail with a TIFF: a letter, and a form with the particulars."""
    letter = Paper("uming")
    letter.centred("无锡恒力泵业有限公司", 16)
    letter.line("致：苏州明锐精密部件有限公司 质量部")
    letter.paragraph(
        "贵司8月28日发来的密封盖，我司装配后试压发现漏油，已有3台整机返工，详见附页。请于2026年9月15日前书面回复原因和改善措施，并更换不良品。"
    )
    letter.line("无锡恒力泵业有限公司 品质部 顾建华")
    letter.line("电话：0510-8555 0190")
    form = Paper("noto-sans")
    form.centred("附页：质量问题反馈单", 14)
    form.ruled(
        [
            ["产品名称", "密封盖", "型号", "MR-FG32-1"],
            ["批号", "B260822-05", "订单号", "HL-2608-17"],
            ["发货数量", "1200只", "不良数量", "38只"],
            ["发货日期", "2026-08-28", "联系人", "顾建华"],
        ],
        [75, 160, 75, 160],
    )
    form.ruled([["不良现象", "端面有砂眼，试压0.6MPa时漏油"], ["处理方式", "换货"]], [75, 395])
    header = "2026-09-10 10:52   FROM: 0510-85550191   HENGLI PUMP   P.0{}/02"
    pages = [sent(paper.image, header.format(number), FINE, "light") for number, paper in enumerate((letter, form), 1)]
    return _mail("传真号码：0510-85550191\n页数：2\n", "fax_0910_1052.tif", tiff(pages, FINE), "tiff")


def coarse_fax() -> MIMEMultipart:
    """A fax of standard resolution, forwarded as a PDF."""
    form = Paper("noto-serif", 12)
    form.centred("品質異常通知單", 16)
    form.line("致：蘇州明銳精密部件有限公司")
    form.ruled(
        [
            ["客戶名稱", "彰化永豐五金股份有限公司"],
            ["品名", "止推墊片"],
            ["型號", "MR-TW25-H"],
            ["批號", "2608C"],
            ["出貨數量", "5000 個"],
            ["不良數量", "120 個"],
            ["異常說明", "厚度偏薄，實測1.92，圖面2.00±0.03"],
            ["處理方式", "退貨，請於9/17前補貨"],
            ["聯絡人", "許家豪 04-755-0133"],
        ],
        [90, 380],
    )
    page = sent(form.image, "SEP-10-2026 14:20   04-7550134   YUNG FENG   P.1/1", STANDARD, "light")
    return _mail("您好，\n\n傳真如附件，請查收。\n", "品質異常_0910.pdf", pdf([page], STANDARD), "pdf")


def label_photo() -> MIMEMultipart:
    """A photo of a carton's label, askew and unevenly lit; what is wrong stands in the mail."""
    label = Paper("liberation-sans", 20)
    for line in (
        "Suzhou Mingrui Precision Parts",
        "Product: Guide bush",
        "Model: MR-DX16",
        "Lot No.: 260819-3",
        "Made in P. R. China",
    ):
        label.line(line, 20)
    photo = label.image.crop((200, 200, 2700, 1500)).resize((1250, 650)).convert("L")
    light = Image.linear_gradient("L").rotate(90).resize(photo.size).point(lambda tone: 150 + tone * 100 // 255)
    photo = Image.composite(light, Image.new("L", photo.size, 25), photo.point(lambda tone: 255 if tone > 128 else 0))
    framed = Image.new("L", (1450, 900), 95)
    framed.paste(photo, (100, 120))
    photo = framed.rotate(3, resample=Image.Resampling.BICUBIC, fillcolor=95).filter(ImageFilter.GaussianBlur(0.8))
    buffer = io.BytesIO()
    photo.convert("RGB").save(buffer, "JPEG", quality=70)
    body = (
        "Dear Sirs,\n\n12 pcs of the guide bushes from this carton are cracked at the flange, see the photo of the label. "
        "Please send 12 new ones.\n\nPaul Brennan\nKilkenny Valve Works Ltd.\n+353 56 555 0117\n"
    )
    return _mail(body, "IMG_2041.jpg", buffer.getvalue(), "jpeg")


def scanned_form() -> MIMEMultipart:
    """A form that was written in Word, printed, stamped and scanned in grays."""
    form = Paper("liberation-sans")
    form.centred("Customer Complaint Form", 16)
    form.ruled(
        [
            ["Customer", "Aldgate Instruments Ltd.", "Report No.", "CC-26-041"],
            ["Product", "Sensor housing", "Model", "MR-SH40-B"],
            ["Lot No.", "B260731-2", "PO No.", "AI-5518"],
            ["Qty shipped", "800", "Qty defective", "17"],
            ["Ship date", "2026-08-18", "Contact", "Helen Marsh"],
        ],
        [80, 165, 85, 140],
    )
    form.ruled(
        [["Defect", "Thread M12 is incomplete, the gauge does not enter"], ["Request", "8D report by 2026-09-18"]],
        [80, 390],
    )
    page = form.image.resize((1271, 1686)).rotate(0.7, resample=Image.Resampling.BICUBIC, fillcolor=255)
    page = page.filter(ImageFilter.GaussianBlur(0.5)).point(lambda tone: 40 + tone * 205 // 255)
    body = "Hello,\n\nplease see the scanned form.\n\nHelen Marsh\nAldgate Instruments Ltd.\n"
    return _mail(body, "scan_0910.pdf", pdf([page], (150, 150)), "pdf")
