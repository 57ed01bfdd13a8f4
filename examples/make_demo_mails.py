"""Writes the sample mails of `intake demo` (intake/demo/mails). Run it after changing one: python -m examples.make_demo_mails
[NAME…] from the project's folder.

Everybody and everything in them is made up. Our own company is 苏州明锐精密部件有限公司, a maker of machined and moulded parts.
"""

import io
import sys
from collections.abc import Callable
from email import message_from_string
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import docx
import openpyxl
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from examples import demo_scans

OUT = Path(__file__).parent.parent / "intake" / "demo" / "mails"
US = "明锐精密 客诉窗口 <complaints@mingrui.example>"


def head(mail: Message, sender: str, subject: str, date: str, message_id: str, to: str = US, **more: str) -> None:
    mail["Return-Path"] = "<" + sender.rsplit("<", 1)[-1].rstrip(">") + ">"
    mail["Received"] = f"from mx.{message_id.rsplit('@', 1)[-1].rstrip('>')} by mail.mingrui.example; {date}"
    mail["From"] = _words(sender)
    mail["To"] = _words(to)
    mail["Subject"] = Header(subject, "utf-8").encode() if not subject.isascii() else subject
    mail["Date"] = date
    mail["Message-ID"] = message_id
    for name, value in more.items():
        mail[name.replace("_", "-")] = value


def _words(address: str) -> str:
    name, _, rest = address.rpartition(" <")
    return f"{Header(name, 'utf-8').encode()} <{rest}" if name and not name.isascii() else address


def text(body: str, charset: str = "utf-8", kind: str = "plain") -> MIMEText:
    return MIMEText(body.replace("\n", "\r\n"), kind, charset)


def mixed(body: str, name: str, content: bytes, kind: str) -> MIMEMultipart:
    mail = MIMEMultipart("mixed")
    mail.attach(text(body))
    part = MIMEApplication(content, kind)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    mail.attach(part)
    return mail


def line_stop() -> MIMEText:
    mail = text(
        """明锐精密质量部：

贵司9月8日送到的电机端盖 MR-DG80-02（批号 MR260903-1，到货2400只）在我司三号装配线出现轴承位松动，
轴承压入后用手即可转动。今天上午上线360只，发现不良27只，三号线已于9:40停线待料。

请贵司：
1、今天派人到我司现场确认并全检剩余库存；
2、明天中午12:00前回复临时措施，一周内提交8D报告。

韩立峰
常州博远电机有限公司 质量部
电话：0519-8655 0123  手机：13900001234
地址：江苏省常州市新北区云河路18号
""",
        "gb18030",
    )
    mail.set_param("charset", "gb2312")  # as Foxmail labels it
    head(
        mail,
        "韩立峰 <hanlf@boyuan-motor.example>",
        "【停线】电机端盖MR-DG80-02轴承位松动",
        "Thu, 10 Sep 2026 10:12:31 +0800",
        "<202609101012.han@boyuan-motor.example>",
    )
    mail["X-Mailer"] = "Foxmail 7.2.25.317[cn]"
    return mail


def label_lines() -> MIMEMultipart:
    body = """产品名称：尼龙行星齿轮
规格型号：MR-PG12-0.8
批号：MR260818-A
订单号：PO-26-3307
发货日期：2026年8月21日
到货数量：5000件
抽检数量：200件
不良数量：13件
不良现象：齿根有缺料，装配后运转卡滞
处理方式：退货换货
要求回复日期：2026年9月14日

请尽快处理，谢谢！

周敏 来料检验
宁波海岚智能家居有限公司
0574-8790 0456
"""
    mail = MIMEMultipart("alternative")
    mail.attach(text(body))
    mail.attach(text("<div>" + "</div><div>".join(body.splitlines()) + "</div>", kind="html"))
    head(
        mail,
        "周敏 <zhoumin@hailan-home.example>",
        "齿轮来料不良反馈",
        "Thu, 10 Sep 2026 11:03:07 +0800",
        "<tencent_4F2A@hailan-home.example>",
    )
    mail["X-Mailer"] = "QQMail 2.x"
    return mail


def taiwanese() -> MIMEText:
    mail = text(
        """李小姐 您好：

上個月交的鋁合金散熱座 MR-HS45（批號 2608B），客戶端鎖附時有 6 pcs 螺絲孔滑牙，
目前已組裝 450 pcs，庫存 800 pcs 先暫停使用。

請協助確認原因，並於 9/16 前回覆改善對策。不良品會寄回貴公司分析。

林志成
新竹宏碩光電股份有限公司 品保部
TEL：03-5770-123 分機 215
新竹市東區力行路 6 號
""",
        "big5",
    )
    head(
        mail,
        "林志成 <cc.lin@hongshuo.example>",
        "散熱座 MR-HS45 螺絲孔滑牙",
        "Thu, 10 Sep 2026 13:25:50 +0800",
        "<A1B2C3@hongshuo.example>",
    )
    return mail


def english_claim() -> MIMEText:
    mail = text(
        """Dear Quality Team,

Out of the 1,200 hinge pins MR-HP6x40 we received against PO 77120 (lot 26-0711), 85 pcs have no
passivation and show red rust after two days in the warehouse.

We sorted the lot ourselves and had to hire two people for it. We are claiming USD 1,150 for sorting
and freight. Please send replacement parts and your 8D report by 18 September 2026.

Best regards,
Sarah Whitcombe
Supplier Quality Engineer
Northgate Enclosures Ltd.
Tel. +44 1632 960 118
Unit 4, Harbour Road, Sunderland
"""
    )
    head(
        mail,
        "Sarah Whitcombe <s.whitcombe@northgate.example>",
        "Rust on hinge pins MR-HP6x40, lot 26-0711",
        "Thu, 10 Sep 2026 09:41:12 +0100",
        "<CAF1.77120@northgate.example>",
    )
    return mail


def html_table() -> MIMEText:
    rows = [
        ("Part no.", "Description", "Lot", "Received", "Inspected", "NG", "Failure mode"),
        ("MR-BR10-S", "Bracket, stainless", "260820", "3,000", "125", "4", "bend angle 87° instead of 90°"),
        ("MR-BR12-S", "Bracket, stainless", "260822", "1,500", "80", "9", "burr on slot edge"),
        ("MR-CV55", "Cover plate", "260815", "600", "600", "31", "scratches on visible side"),
    ]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    mail = text(
        f"<html><body><p>Dear supplier,</p><p>Below are the rejections from incoming inspection in week 36. Please return the "
        f"corrective action report within 5 days and collect the parts.</p><table border=1>{table}</table>"
        "<p>Regards,<br>Tan Wei Ling<br>IQC, Selatan Precision Assembly Sdn Bhd, Johor Bahru<br>Tel: +60 7-555 0134</p></body></html>",
        kind="html",
    )
    head(
        mail,
        "Tan Wei Ling <wl.tan@selatan.example>",
        "Incoming rejections WK36",
        "Thu, 10 Sep 2026 15:20:44 +0800",
        "<wk36.0091@selatan.example>",
    )
    return mail


def word_form() -> MIMEMultipart:
    form = docx.Document()
    form.add_heading("产品质量投诉单", 1)
    table = form.add_table(rows=0, cols=4, style="Table Grid")
    for cells in (
        ("客户名称", "武汉朗驰汽车部件有限公司", "投诉单号", "LC-2026-118"),
        ("产品名称", "节气门轴", "型号规格", "MR-JQ-08×62"),
        ("批号", "26081207", "订单号码", "LC4500912"),
        ("发货数量", "8000支", "不良品数量", "46支"),
        ("发货日期", "2026-08-25", "不良率", ""),
        ("联系人", "彭涛", "电话", "027-8470 0166"),
    ):
        row = table.add_row().cells
        for cell, value in zip(row, cells, strict=True):
            cell.text = value
    for label, value in (
        ("不良现象", "轴端倒角处有磕碰毛刺，装配时划伤油封"),
        ("处理方式", "□退货  ☑挑选  □返工  □报废"),
        ("要求", "请于2026年9月17日前回复8D报告"),
    ):
        row = table.add_row().cells
        row[0].text = label
        row[1].merge(row[3]).text = value
    out = io.BytesIO()
    form.save(out)
    mail = mixed(
        "您好，\n\n投诉单见附件，请查收并尽快回复。\n\n彭涛\n武汉朗驰 质量部\n",
        "质量投诉单-节气门轴.docx",
        out.getvalue(),
        "vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    head(
        mail,
        "彭涛 <pengtao@langchi-auto.example>",
        "质量投诉单 LC-2026-118",
        "Thu, 10 Sep 2026 16:02:19 +0800",
        "<118.lc@langchi-auto.example>",
    )
    return mail


def excel_list() -> MIMEMultipart:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "RMA"
    for row in (
        ("Model", "Product", "PO", "Batch", "Qty shipped", "Qty defective", "Defect"),
        ("MR-KN22-B", "Control knob", "GE-1180", "260701", 900, 14, "knob cracked at the insert"),
        ("MR-KN22-W", "Control knob", "GE-1180", "260702", 900, 3, "wrong colour, grey instead of white"),
        ("MR-SP04", "Spacer ring", "GE-1192", "260715", 5000, 210, "inner diameter too small"),
    ):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    mail = mixed(
        "Hello,\n\nattached the returns of August. Please send us the RMA number and a credit note.\n\nJonas Keller\nGerätebau Elbtal GmbH, Meißen\n+49 3521 555 0140\n",
        "returns_august.xlsx",
        out.getvalue(),
        "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    head(
        mail,
        "Jonas Keller <j.keller@elbtal.example>",
        "Returns August",
        "Thu, 10 Sep 2026 10:30:00 +0200",
        "<ret08.2026@elbtal.example>",
    )
    return mail


def pdf_form() -> MIMEMultipart:
    pdfmetrics.registerFont(UnicodeCIDFont("MSung-Light"))
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.setFont("MSung-Light", 16)
    page.drawString(210, 790, "客訴異常通知單")
    page.setFont("MSung-Light", 11)
    rows = (
        ("客戶名稱", "台中晉陽機械股份有限公司", "單號", "CN-2609-07"),
        ("品名", "導軌滑塊", "型號", "MR-LB20-H"),
        ("批號", "260805", "訂單號碼", "JY260731"),
        ("出貨日期", "2026/08/12", "出貨數量", "600"),
        ("抽驗數量", "50", "不良數量", "5"),
        ("聯絡人", "蔡淑芬", "電話", "04-2359-0178"),
    )
    top = 750
    for number, row in enumerate(rows):
        y = top - number * 28
        for column, (x, value) in enumerate(zip((60, 140, 320, 400), row, strict=True)):
            page.drawString(x + 4, y - 18, value)
            page.rect(x, y - 28, 80 if column % 2 == 0 else (180 if column == 1 else 135), 28)
    y = top - len(rows) * 28
    for label, value in (
        ("異常說明", "滑塊內滾珠保持器破裂，移動時有異音"),
        ("處理方式", "全數退回，請更換良品"),
        ("回覆期限", "2026/09/18 前回覆矯正措施報告"),
    ):
        page.rect(60, y - 28, 80, 28)
        page.rect(140, y - 28, 395, 28)
        page.drawString(64, y - 18, label)
        page.drawString(144, y - 18, value)
        y -= 28
    page.save()
    mail = mixed(
        "您好，\n\n附件為異常通知單，請於期限內回覆，謝謝。\n\n晉陽 蔡淑芬\n",
        "客訴異常通知單_CN-2609-07.pdf",
        out.getvalue(),
        "pdf",
    )
    head(
        mail,
        "蔡淑芬 <sf.tsai@jinyang-mech.example>",
        "客訴異常通知 CN-2609-07 導軌滑塊",
        "Thu, 10 Sep 2026 14:11:39 +0800",
        "<cn260907@jinyang-mech.example>",
    )
    return mail


def automatic_reply() -> MIMEText:
    mail = text("您好，我正在休年假，9月15日回来上班。紧急质量问题请联系13900005678。\n\n徐工\n")
    head(
        mail,
        "徐工 <xu@hailan-home.example>",
        "自动回复: 尼龙行星齿轮 交期确认",
        "Thu, 10 Sep 2026 16:40:02 +0800",
        "<auto.553@hailan-home.example>",
        Auto_Submitted="auto-replied",
    )
    return mail


def bounce() -> MIMEMultipart:
    mail = MIMEMultipart("report", report_type="delivery-status")
    mail.attach(
        text(
            "This is the mail system at host mx.hongshuo.example.\n\nYour message could not be delivered:\n<qa@hongshuo.example>: user unknown\n"
        )
    )
    status = message_from_string(
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.hongshuo.example\n\n"
        "Final-Recipient: rfc822; qa@hongshuo.example\nAction: failed\nStatus: 5.1.1\n"
    )
    mail.attach(status)
    returned = MIMEText(
        "From: complaints@mingrui.example\r\nTo: qa@hongshuo.example\r\nSubject: quotation\r\nMessage-ID: <old.1@mingrui.example>\r\n",
        "plain",
    )
    returned.replace_header("Content-Type", "text/rfc822-headers")
    mail.attach(returned)
    head(
        mail,
        "Mail Delivery System <MAILER-DAEMON@mx.hongshuo.example>",
        "Undelivered Mail Returned to Sender",
        "Thu, 10 Sep 2026 16:41:00 +0800",
        "<bounce.9@mx.hongshuo.example>",
        Auto_Submitted="auto-replied",
    )
    mail.replace_header("Return-Path", "<>")
    return mail


def newsletter() -> MIMEText:
    mail = text("第十八届国际紧固件展览会火热招展中！现在预订展位享八折优惠，电话400-000-0000。退订请点击此处。\n")
    head(
        mail,
        "展会快讯 <news@expo-mail.example>",
        "【邀请函】紧固件展览会展位预订",
        "Thu, 10 Sep 2026 08:00:00 +0800",
        "<nl.2026.37@expo-mail.example>",
        List_Unsubscribe="<mailto:off@expo-mail.example>",
        List_Id="news <news.expo-mail.example>",
        Precedence="bulk",
    )
    return mail


def follow_up() -> MIMEText:
    mail = text(
        """补充：刚才全检了剩余的2040只，又发现不良61只，照片晚点发。

韩立峰

------------------ 原始邮件 ------------------
发件人: "韩立峰" <hanlf@boyuan-motor.example>
发送时间: 2026年9月10日 10:12
主题: 【停线】电机端盖MR-DG80-02轴承位松动

贵司9月8日送到的电机端盖 MR-DG80-02（批号 MR260903-1，到货2400只）在我司三号装配线出现轴承位松动
"""
    )
    head(
        mail, "韩立峰 <hanlf@boyuan-motor.example>", "Re: 【停线】电机端盖MR-DG80-02轴承位松动", "Thu, 10 Sep 2026 17:55:10 +0800",
        "<202609101755.han@boyuan-motor.example>", In_Reply_To="<202609101012.han@boyuan-motor.example>", References="<202609101012.han@boyuan-motor.example>",
    )  # fmt: skip
    return mail


def duplicate() -> MIMEMultipart:
    """The same mail as label_lines, as it came to a second mailbox of ours: only the trace headers differ."""
    mail = label_lines()
    mail.replace_header(
        "Received", "from relay.mingrui.example by mail2.mingrui.example; Thu, 10 Sep 2026 11:03:20 +0800"
    )
    mail["Delivered-To"] = "quality@mingrui.example"
    return mail


def inquiry() -> MIMEText:
    mail = text(
        """你好，

请报一下导向套 MR-DX16 的价格，数量3000只，要求提供材质证明和RoHS报告，交期多久？

采购 董倩
温州鸿基阀门有限公司 0577-5555 0188
"""
    )
    head(
        mail,
        "董倩 <dongqian@hongji-valve.example>",
        "询价 导向套",
        "Thu, 10 Sep 2026 13:08:00 +0800",
        "<rfq.dq@hongji-valve.example>",
    )
    return mail


def notice() -> MIMEText:
    mail = text(
        """Dear supplier,

please note that drawing 4-11-2093 for cover plate MR-CV55 changes to revision D from 1 October 2026:
the label position moves 5 mm to the left. No parts in stock are affected.

Kind regards,
Engineering Change Office
Selatan Precision Assembly Sdn Bhd
"""
    )
    head(
        mail,
        "ECO Selatan <eco@selatan.example>",
        "ECN 26-118: new drawing revision",
        "Thu, 10 Sep 2026 12:00:00 +0800",
        "<ecn26118@selatan.example>",
    )
    return mail


def two_page_fax() -> Message:
    mail = demo_scans.fax_of_two_pages()
    head(
        mail,
        "传真网关 <noreply@fax.mingrui.example>",
        "[FAX] 0510-85550191 2页",
        "Thu, 10 Sep 2026 10:55:04 +0800",
        "<fax.0910.1052@fax.mingrui.example>",
    )
    return mail


def coarse_fax() -> Message:
    mail = demo_scans.coarse_fax()
    head(
        mail,
        "許家豪 <jh.hsu@yungfeng-hw.example>",
        "傳真：止推墊片品質異常",
        "Thu, 10 Sep 2026 14:31:27 +0800",
        "<yf260910@yungfeng-hw.example>",
    )
    return mail


def label_photo() -> Message:
    mail = demo_scans.label_photo()
    head(
        mail,
        "Paul Brennan <p.brennan@kilkenny-valve.example>",
        "Cracked guide bushes",
        "Thu, 10 Sep 2026 09:12:40 +0100",
        "<img2041@kilkenny-valve.example>",
    )
    return mail


def scanned_form() -> Message:
    mail = demo_scans.scanned_form()
    head(
        mail,
        "Helen Marsh <h.marsh@aldgate-instruments.example>",
        "Customer complaint CC-26-041",
        "Thu, 10 Sep 2026 11:44:09 +0100",
        "<cc26041@aldgate-instruments.example>",
    )
    return mail


MAILS: dict[str, Callable[[], Message]] = {
    "01-free-text-line-stop": line_stop,
    "02-label-lines": label_lines,
    "03-traditional-chinese": taiwanese,
    "04-english-claim": english_claim,
    "05-html-table": html_table,
    "06-word-form": word_form,
    "07-excel-list": excel_list,
    "08-pdf-form": pdf_form,
    "09-automatic-reply": automatic_reply,
    "10-bounce": bounce,
    "11-newsletter": newsletter,
    "12-follow-up": follow_up,
    "13-duplicate": duplicate,
    "14-inquiry": inquiry,
    "15-notice": notice,
    "16-fax-of-two-pages": two_page_fax,
    "17-coarse-fax-as-pdf": coarse_fax,
    "18-photo-of-a-label": label_photo,
    "19-scanned-word-form": scanned_form,
}


def main(wanted: list[str]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for name, make in MAILS.items():
        if wanted and name not in wanted:
            continue
        mail = make()
        if mail.is_multipart():
            mail.set_boundary(f"=_{name}")
        (OUT / f"{name}.eml").write_bytes(mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


if __name__ == "__main__":
    main(sys.argv[1:])
