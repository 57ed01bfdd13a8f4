"""Whose words a passage holds: signatures that are none, disclaimers, and who forwarded what."""

import pytest

from parsers.document import Role
from parsers.mime import Message, parse
from parsers.types import Ours

OURS = Ours(addresses=("complaints@example.com",), domains=("example.com",))


def read(text: str, subject: str = "投诉", sender: str = "li@kehu.example") -> Message:
    head = f"From: {sender}\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n"
    return parse((head + text).encode(), OURS)


def of_role(message: Message, role: Role) -> str:
    return "".join(message.body.text[one.start : one.end] for one in message.body.passages if one.role is role).strip()


SIGNATURES = {
    "dashes": ("批号B7坏了5只。\n\n-- \n李工 / 科达电机 品保\n0512-6666 8888", "--"),
    "name_company_phone": (
        "批号B7坏了5只。\n\n李工\n苏州科达电机有限公司 质量部\n188 2325 6049 / 0757-2636 8071",
        "李工",
    ),
    "labels": ("批号B7坏了5只。\n\n王慧敏\n品质工程师\nTEL:0579-82233719\n地址：金华市婺城区临江工业园", "王慧敏"),
    "sign_off": ("Lot B7 is broken.\n\nBest regards,\nAnn Smith\nQuality", "Best regards,"),
    "taiwan": (
        "批號B7壞了5只。\n\n王柏森\n賀家傢俱股份有限公司　資材課\n南投縣南投市自立三路 30 號　049-225-5510 轉 16",
        "王柏森",
    ),
    "mobile": ("Lot B7 is broken.\n\nSent from my iPhone", "Sent from my iPhone"),
    "mobile_in_chinese": ("批号B7坏了5只。\n\n发自我的 iPhone", "发自我的 iPhone"),
    "phone_without_label": (
        "Lot B7 is broken.\n\nThank you!\nThiago\nAlfonsom Ltda. - Joinville/SC\n(47) 99555-0142 WhatsApp",
        "Thank you!",
    ),
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signature_begins_where_the_words_end(name: str) -> None:
    text, first = SIGNATURES[name]
    message = read(text)
    assert of_role(message, Role.SIGNATURE).startswith(first)
    assert message.reply_text == text.partition("\n")[0]


KEPT = {
    "codes_at_the_end": "请处理以下不良：\n\nLJ12A3\nLJ12A4\nLJ18B2",
    "short_defect_above_a_contact": "轴承 6204\n外壳开裂\n5只",
    "thanks_in_the_middle": "Thanks\nBatch B7 has 5 broken pcs.",
    "date_codes": "D/C:\n20240601\n20240602",
    "lone_phone": "13857661094",
    "dashes_as_a_ruler": "型号 X1\n----------\n批号 B7\n----------\n数量 5",
}


@pytest.mark.parametrize("name", KEPT)
def test_words_that_look_like_a_signature_stay_body(name: str) -> None:
    message = read(KEPT[name])
    assert {one.role for one in message.body.passages} == {Role.BODY}


def test_short_defect_right_above_the_signature_stays_body() -> None:
    message = read("轴承 6204 装机后\n\n外壳开裂，漏油\n\n李工\n科达电机有限公司\n电话：0512-66668888")
    assert "外壳开裂，漏油" in message.reply_text
    assert "0512-66668888" not in message.reply_text


DISCLAIMERS = {
    "chinese": "本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的收件人，禁止任何其他人使用。",
    "taiwan": "本電子郵件及附件所載訊息均為保密資訊，受合約保護或依法不得洩漏，未經授權禁止使用。",
    "english": "This e-mail and any files transmitted with it are confidential and intended solely for the addressee.",
    "banner": "CAUTION: This email originated from outside of the organization.",
    "paper": "Please consider the environment before printing this e-mail.",
}


@pytest.mark.parametrize("name", DISCLAIMERS)
@pytest.mark.parametrize("place", ["above", "below"])
def test_disclaimer_counts_for_nothing(name: str, place: str) -> None:
    parts = ["批号B7坏了5只。", DISCLAIMERS[name]]
    message = read("\n\n".join(parts if place == "below" else parts[::-1]))
    assert of_role(message, Role.DISCLAIMER) == DISCLAIMERS[name]
    assert message.reply_text == "批号B7坏了5只。"


HEAD = "发件人: 陈静 <chen@kehu.example>\n发送时间: 2024年12月2日 9:15\n收件人: wang@example.com\n主题: 异响\n\n"


@pytest.mark.parametrize(
    "subject", ["FW: 异响", "Fwd: 异响", "转发: 异响", "转发：异响", "轉寄: 異音", "WG: noise", "[FW]: x", "TR: bruit"]
)
def test_trap_15_what_a_forward_holds_is_body(subject: str) -> None:
    message = read(HEAD + "轴承异响9只。", subject)
    assert message.reply_text == "轴承异响9只。"
    assert of_role(message, Role.FORWARDED_HEAD).startswith("发件人")


@pytest.mark.parametrize("subject", ["Re: FW: 异响", "答复: 异响", "回复：转发: 异响", "RE: noise"])
def test_what_a_reply_cites_is_a_quote(subject: str) -> None:
    message = read("批号是B7。\n\n" + HEAD + "请提供批号。", subject)
    assert message.reply_text == "批号是B7。"
    assert of_role(message, Role.QUOTE) == "请提供批号。"


def test_our_own_colleague_hands_on_by_answering() -> None:
    message = read("收到。\n\n" + HEAD + "轴承异响9只。", "答复: 异响", "wang@example.com")
    assert "轴承异响9只。" in message.reply_text


def test_thread_below_a_forwarded_mail_is_a_quote() -> None:
    deeper = HEAD.replace("chen@kehu.example", "wang@example.com")
    message = read(HEAD + "轴承异响9只。\n\n" + deeper + "报价12元。", "FW: 异响")
    assert message.reply_text == "轴承异响9只。"
    assert of_role(message, Role.QUOTE) == "报价12元。"


OURS_ABOVE = "From: Chen Wei <chen@example.com>\nSent: Monday, December 2, 2024 9:15\nTo: Li\nSubject: lot\n\n"


def test_answers_written_into_our_mail_count_where_the_text_says_so() -> None:
    message = read("见下面红字。\n\n" + OURS_ABOVE + "Which lot? B7\n", "Re: lot")
    assert "Which lot? B7" in message.reply_text


def test_our_own_mail_stays_a_quote_though_the_answer_points_below() -> None:
    message = read("数量如下列表格。\n\n" + OURS_ABOVE + "Offer: lot A1, 500 pcs\n", "Re: lot")
    assert message.reply_text == "数量如下列表格。"


def test_answers_between_quotes_that_only_the_markup_marks_stay_body() -> None:
    quote = '<blockquote class="gmail_quote" style="border-left:1px solid"><div>{}</div></blockquote>'
    html = f"see inline<div>On Mon, Dec 2, 2024 at 4:20 PM QC &lt;qc@example.com&gt; wrote:<br></div>{quote.format('Which lot?')}<div>Lot B7.</div>"
    raw = f"From: li@kehu.example\nSubject: Re: x\nContent-Type: text/html\n\n{html}{quote.format('How many?')}<div>45 pcs</div>"
    message = parse(raw.encode(), OURS)
    assert message.reply_text == "see inline\nLot B7.\n45 pcs"
    assert of_role(message, Role.QUOTE) == "Which lot?\nHow many?"


def test_labels_inside_a_complaint_are_no_mail_head() -> None:
    text = "Quantity: 5\nFrom: warehouse 3\nDate: 2024-12-01 10:00\nTo: line 2\nThe parts broke when they were moved."
    assert read(text, "complaint").reply_text == text


def test_head_that_163_draws_as_a_table_is_a_head() -> None:
    head = "---- 转发的邮件 ----\n| 发件人 | 客户<kh@kehu.example> |\n| 发送日期 | 2024年12月02日 16:20 |\n| 收件人 | 李工 |\n| 主题 | x |\n"
    message = read("请看\n\n" + head + "批号B7异响", "转发：x")
    assert of_role(message, Role.FORWARDED_HEAD) == head.strip()
    assert "批号B7异响" in message.reply_text


def test_colleague_says_that_a_complaint_was_passed_to_him() -> None:
    message = read("王工转来的客诉，请处理\n\n" + HEAD + "轴承异响9只。", "轴承客诉")
    assert "轴承异响9只。" in message.reply_text
