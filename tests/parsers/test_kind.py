"""What a mail is, and how it came."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import read_mail
from parsers.document import Document, Passage, Role
from parsers.nlp.kind import channel_of, kind_of
from parsers.types import Address, Bounce, Channel, Envelope, Kind, Ours

OURS = Ours(("苏州某某有限公司",))


def envelope(subject: str = "", **changes: Any) -> Envelope:
    fields: dict[str, Any] = {
        "subject": subject, "sender": Address("", "qa@customer.com"), "to": (), "cc": (), "reply_to": (), "date": None, "message_id": None,
        "in_reply_to": None, "references": (), "automatic": False, "bulk": False, "envelope_from": None, "authentication_failed": False, "fingerprint": "",
    }  # fmt: skip
    return Envelope(**{**fields, **changes})


def kind(subject: str, text: str, *files: Document, **changes: Any) -> str:
    documents = [Document("body", text), *files, Document("subject", subject)]
    found, confidence, rule = kind_of(documents, envelope(subject, **changes), None, OURS)
    assert 0 <= confidence <= 1
    assert rule
    return str(found)


COMPLAINTS = [
    ("电机异响", "贵司6月发来的电机AB-100有异响，抽了20台有3台，请处理。"),
    ("来料不良通知", "品名：轴承 型号：6204 不良数：12只 不良现象：卡死"),
    ("投诉", "你们的包装箱受潮了，一打开全是霉点，怎么办？"),
    ("关于少货", "6月3日到货少了20件，请补发。"),
    ("發錯料", "訂單要的是黑色，結果來的是白色，請換貨。"),
    ("品質異常聯絡單", "料號A-100，批號0605，不良50pcs，請回覆8D。"),
    ("客訴", "貴公司的電容漏液，請分析原因並改善。"),
    ("Leaking valves", "We found 12 of your valves leaking. Please send replacements."),
    ("NCR 2024-18", "Please find the NCR attached. 3 pcs rejected."),
    ("wrong parts", "You sent the wrong colour, we ordered black."),
    ("short shipment", "Only 180 of 200 pieces arrived, 20 are missing."),
    ("the pump", "The pump you sent is dead on arrival. I want my money back."),
    ("Quality issue PO 4500", "The threads are out of tolerance, see photos. 8D please."),
    ("油漆问题", "刷上去两天就起泡脱落，工人返工损失很大。"),
    ("Scratched panels again", "Hi, third delivery in a row with scratched panels. This can't go on."),
    ("标签贴错", "6号送来的纸箱标签贴错了，客户拒收。"),
    ("LED 不亮", "装上去发现有8个不亮，帮我看看怎么回事"),
    ("反馈", "拉链拉不上，退了3次货了，你们到底管不管"),
]  # fmt: skip
REPLIES = [
    ("回复：8D报告", "报告收到，D4分析不充分，请重新提交。", True),
    ("RE: complaint 2024-11", "Thank you for your quick answer. We can close the case.", True),
    ("Re: [KS-202406-0012] 漏油", "样品今天已寄出，顺丰单号SF123456789。", True),
    ("答复: 客诉", "补充一下，批号是B2406-01。", True),
    ("RE: 8D", "Your 8D is not accepted, the root cause is missing. Please resubmit.", True),
    ("Re: Re: leaking valves", "As requested, the batch number is L2406.", True),
    ("回覆：電容漏液", "8D已收到，同意結案，謝謝。", True),
    ("RE: noise", "The replacement pumps work fine now, thanks for the support.", True),
    ("回复: 退货", "货已收到，感谢贵司及时处理。", True),
    ("Re: NCR 18", "Still waiting for your 8D report. When can we expect it?", True),
    ("Re: crack", "The samples were shipped yesterday by DHL, tracking number 123.", True),
    ("回复：断针", "你们问的批号已补上，照片见附件。", True),
]  # fmt: skip
INQUIRIES = [
    ("询价", "请报个价：AB-100 500只，交期多久？"),
    ("RFQ pumps", "Please quote 200 pcs of pump P-10 including lead time."),
    ("索取RoHS报告", "请提供AB-100最新的RoHS报告和MSDS。"),
    ("Certificate", "Could you please send us the RoHS certificate for part 123?"),
    ("图纸", "麻烦发一下AB-100的3D图纸，谢谢。"),
    ("詢價", "想詢變壓器2000只的單價與交期。"),
    ("question", "Could you advise what is the max temperature of the AB-100? Do you have stock?"),
    ("样品申请", "我们想要5只样品做测试，请报样品价格。"),
    ("Quotation request", "We are looking for a supplier of springs. The previous supplier's springs often broke. Please send your price list."),
    ("咨询", "请问AB-100能不能用在户外？防护等级是多少？"),
]  # fmt: skip
NOTICES = [
    ("供应商大会邀请函", "兹定于6月20日召开供应商大会，请贵司派代表参加。"),
    ("图纸更新通知", "AB-100图纸已更新为C版，自7月1日起执行，请签收。"),
    ("Engineering change notice ECN-24-11", "Please note the drawing revision changed to C, effective from July 1."),
    ("7月要货计划", "附件为7月滚动预测，请安排生产。"),
    ("Supplier scorecard Q2", "Attached is your scorecard for Q2. Quality 95, delivery 90."),
    ("满意度调查表", "表已填好，总体满意。"),
    ("會議通知", "6月20日下午兩點召開品質會議，請準時參加。"),
    ("Audit plan 2024", "We plan the annual audit at your site on September 10. Agenda attached."),
    ("建议", "建议贵司以后在外箱上增加二维码，方便我们入库。"),
    ("Forecast H2", "Please find our forecast for the second half attached."),
]  # fmt: skip
SPAM = [
    ("合作", "我司可代开各类增值税发票，点数低，验证后付款。"),
    ("公开课：如何处理客户投诉", "主讲：王老师，费用：2980元/人，报名电话138，不需要请退订。"),
    ("SEO", "We can get you to the first page of Google. SEO services, backlinks. Unsubscribe here."),
    ("Business loan", "Get your business loan approval today. Limited offer, click here."),
    ("ISO认证", "ISO9001认证代办，快速包过，欢迎来电咨询，长期有效。"),
    ("Buyers list", "We offer an email database of buyers in your industry. Reply unsubscribe to opt out."),
]  # fmt: skip
OTHERS = [
    ("新年快乐", "祝您新年快乐，阖家幸福！"),
    ("付款通知", "贵司货款已付，请查收水单。"),
    ("应聘", "您好，我想应聘贵公司业务员，简历见附件。"),
    ("Invoice 123", "Please find our remittance advice attached."),
    ("hi", "see you tomorrow"),
    ("", ""),
]


@pytest.mark.parametrize(("subject", "text"), COMPLAINTS)
def test_a_complaint_is_told(subject: str, text: str) -> None:
    assert kind(subject, text) == Kind.COMPLAINT


@pytest.mark.parametrize(("subject", "text", "thread"), REPLIES)
def test_a_follow_up_is_told(subject: str, text: str, thread: bool) -> None:
    assert kind(subject, text, in_reply_to="<a@b>" if thread else None) == Kind.REPLY


@pytest.mark.parametrize(("subject", "text"), INQUIRIES)
def test_an_inquiry_is_told(subject: str, text: str) -> None:
    assert kind(subject, text) == Kind.INQUIRY


@pytest.mark.parametrize(("subject", "text"), NOTICES)
def test_a_notice_is_told(subject: str, text: str) -> None:
    assert kind(subject, text) == Kind.NOTICE


@pytest.mark.parametrize(("subject", "text"), SPAM)
def test_spam_is_told(subject: str, text: str) -> None:
    assert kind(subject, text) == Kind.SPAM


@pytest.mark.parametrize(("subject", "text"), OTHERS)
def test_other_business_is_other(subject: str, text: str) -> None:
    assert kind(subject, text) == Kind.OTHER


@pytest.mark.parametrize(
    ("subject", "text", "automatic"),
    [
        ("自动回复: 客诉", "您好，我正在休假，6月20日返回。", True), ("Out of office: Re: complaint", "I am on annual leave until June 20. For urgent matters please contact Bob.", False),
        ("Automatic reply: 8D", "I am out of the office with limited access to e-mail.", True), ("自動回覆：停線", "本人出差期間，緊急事項請聯絡王先生。", True), ("On leave Re: line stop", "I am on leave till Monday. For urgent matter call 123.", False),
    ],
)  # fmt: skip
def test_an_absence_note_is_an_automatic_reply(subject: str, text: str, automatic: bool) -> None:
    assert kind(subject, text, automatic=automatic) == Kind.AUTO_REPLY


def test_a_machine_that_reports_a_fault_complains() -> None:
    assert (
        kind("MES质量预警", "零件：磁瓦 批次：A1 不良量:56片 不良现象:裂纹 要求:2月9日前回复原因及对策", automatic=True)
        == Kind.COMPLAINT
    )


def test_a_delivery_report_is_a_bounce() -> None:
    documents = [Document("body", "产线停线，请退货")]
    assert kind_of(documents, envelope("Undeliverable: 8D"), Bounce(("a@b",), "5.1.1", True), OURS)[0] is Kind.BOUNCE


def test_a_new_complaint_in_an_old_thread_is_a_complaint() -> None:
    assert (
        kind(
            "答复: 发货通知 6月5日", "货收到了，但这批雨刮电机有异响，检了32台有3台不良，请分析。", in_reply_to="<a@b>"
        )
        == Kind.COMPLAINT
    )
    assert (
        kind("Re: our order", "Hi, this new lot L2406 leaks again: 5 of 50 pcs are bad.", references=("<a@b>",))
        == Kind.COMPLAINT
    )


def test_thanks_for_the_8d_and_a_new_fault_is_a_complaint() -> None:
    assert (
        kind("回复: 8D", "8D收到，谢谢。但是昨天这批又发现12只漏油不良，第三次了。", in_reply_to="<a@b>")
        == Kind.COMPLAINT
    )


def test_a_quoted_complaint_does_not_make_one() -> None:
    text = "收到，谢谢贵司的回复，可以结案。\n> 产线停线，不良50只，请退货并提交8D\n"
    passages = (Passage(0, 17, Role.BODY), Passage(17, len(text), Role.QUOTE))
    document = Document("body", text, passages)
    assert kind_of([document], envelope("Re: 客诉", in_reply_to="<a@b>"), None, OURS)[0] is Kind.REPLY


def test_a_form_makes_the_complaint_whatever_the_mail_says() -> None:
    form = Document("NCR-24-11.pdf", "不合格品报告 NCR\n品名\t链条\n不合格数\t13\n处置\t隔离")
    assert kind("请查收", "见附件，谢谢。", form) == Kind.COMPLAINT


def test_a_filled_survey_is_a_notice() -> None:
    survey = Document("2024顾客满意度调查表.xlsx", "顾客满意度调查表\n产品质量\t满意\n投诉处理\t满意\n交货期\t一般")
    assert kind("调查表", "表填好了请查收。", survey) == Kind.NOTICE


def test_a_page_that_cannot_be_read_is_held_for_a_complaint_with_little_trust() -> None:
    documents = [Document("body", "请看附件"), Document("scan.tif", "", unread="no text", scanned=True)]
    found, confidence, rule = kind_of(documents, envelope("传真"), None, OURS)
    assert (found, rule) == (Kind.COMPLAINT, "unread_page")
    assert confidence <= 0.5


def channel(subject: str, sender: Address, text: str, *files: Document) -> Channel:
    return channel_of([Document("body", text), *files], envelope(subject, sender=sender))


TIFF = Document("fax_0612.tif", "", scanned=True)


@pytest.mark.parametrize(
    ("subject", "sender", "text"),
    [
        ("[FAX] 0512-6612 2024-06-12", Address("传真网关", "noreply-fax@we.cn"), "附件 1 页 TIFF(G4)"), ("New fax: 2 page(s) from 0483", Address("Fax Gateway", "noreply@fax2mail.we.com"), "A fax message was received."),
        ("新傳真 02 2204", Address("傳真信箱", "faxmail@we.com"), "來電：02 2204\n頁數：1"), ("您有一份新传真", Address("", "fax@we.cn"), "请看附件"), ("传真收件", Address("总机传真", "fax@we.cn"), "转发，请看附件"),
    ],
)  # fmt: skip
def test_a_gateways_mail_with_a_page_is_a_fax(subject: str, sender: Address, text: str) -> None:
    assert channel(subject, sender, text, TIFF) is Channel.FAX


def test_the_line_of_a_fax_machine_makes_a_fax() -> None:
    page = Document("scan.pdf", "2024-06-12 15:10  FROM:0576-8632  ACME  P01\n贵司产品不良", scanned=True)
    assert channel("投诉", Address("", "a@b.cn"), "见附件", page) is Channel.FAX


@pytest.mark.parametrize(
    ("subject", "text", "files"),
    [("投诉", "电话 0512-1 传真 0512-2", ()), ("传真号码变更通知", "我司传真号改为0512-2", ()), ("质量问题", "扫描件见附件", (Document("扫描件.pdf", "关于不良的通知\n2024-06-12", scanned=True),)), ("complaint", "Tel: 1 Fax: 2", (Document("photo.jpg", ""),)), ("fax machine defect", "The fax machine you sold us is broken.", ())],
)  # fmt: skip
def test_a_fax_number_or_a_scan_alone_is_no_fax(subject: str, text: str, files: tuple[Document, ...]) -> None:
    assert channel(subject, Address("", "a@b.cn"), text, *files) is Channel.EMAIL


@given(st.text(max_size=120), st.text(max_size=40), st.booleans())
def test_any_mail_has_a_kind(text: str, subject: str, automatic: bool) -> None:
    documents = [Document("body", text), Document("subject", subject)]
    found, confidence, _ = kind_of(documents, envelope(subject, automatic=automatic), None, OURS)
    assert isinstance(found, Kind)
    assert 0 <= confidence <= 1
    assert channel_of(documents, envelope(subject)) is Channel.EMAIL


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Re: 【已受理】[KS-202511-0001] 关于产品质量问题的投诉",
            "王工您好，\n\n现在我司产线已经停线，请立即处理！\n\n王强",
        ),
        ("紧急", "产线已经停线，请立即处理！"),
        ("URGENT!!!", "Our line is down because of you. Call me now!"),
        ("马上联系", "你们的东西把线停了，马上联系我，机会只有一次"),
    ],
)
def test_words_alone_make_no_advertisement_of_an_answer_or_of_a_stopped_line(subject: str, text: str) -> None:
    """Such a mail opens no record: a complaint would be overheard."""
    head = (
        f"From: Wang <wang@customer.example>\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    reading = read_mail((head + text).encode(), Ours(), datetime(2025, 11, 13, tzinfo=UTC))
    assert reading.kind not in (Kind.SPAM, Kind.AUTO_REPLY, Kind.BOUNCE)
