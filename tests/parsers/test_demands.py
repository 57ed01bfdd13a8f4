"""Reply dates and claims. The mail is of Wednesday, 12 June 2024, 09:30 in Shanghai."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.document import Document, Passage, Role
from parsers.nlp.demands import find_claim, find_reply_due
from parsers.types import Address, Envelope

SENT = datetime(2024, 6, 12, 9, 30, tzinfo=timezone(timedelta(hours=8)))


def due(text: str, sent: datetime = SENT) -> str | None:
    field, _ = find_reply_due([Document("body", text)], None, sent)
    if field is not None:
        assert text[field.source.start : field.source.end] == field.text
    return field.value if field else None


def claim(text: str, envelope: Envelope | None = None) -> tuple[float, str] | None:
    field = find_claim([Document("body", text)], envelope)
    if field is not None:
        assert text[field.source.start : field.source.end] == field.text
    return (field.value.amount, field.value.currency) if field else None


def sent_from(address: str) -> Envelope:
    return Envelope("", Address("", address), (), (), (), None, None, None, (), False, False, None, False, "")


DUE = {
    "请于6月20日前回复。": "2024-06-20", "請於 6/20 前提供改善對策": "2024-06-20", "请24小时内给出初步答复": "2024-06-13T09:30", "本周五下班前给我回复": "2024-06-14",
    "请在三个工作日内提交8D报告": "2024-06-17", "要求回复日期：2024-06-19": "2024-06-19", "要求回复日期\t2024/6/19": "2024-06-19", "希望回覆日：2024年6月19日": "2024-06-19",
    "8D报告最迟6月18日提交": "2024-06-18", "今天给我回话": "2024-06-12", "明天上午10点前回电": "2024-06-13T10:00", "改善对策6/24前给到": "2024-06-24", "请单独出分析报告，6月20号给我。": "2024-06-20",
    "月底前请书面答复": "2024-06-30", "限6月15日前回复": "2024-06-15", "回复期限：3天内": "2024-06-15", "6月14日12:00前提交临时措施": "2024-06-14T12:00", "请于2024年6月14日12:00前回复": "2024-06-14T12:00", "請於2024年6月14日17時前回覆": "2024-06-14T17:00", "请于下周一之前回复我司": "2024-06-17",
    "請於三日內書面回覆": "2024-06-15", "請儘快處理，並於本週五前回覆": "2024-06-14", "贵司须在48小时内提交初步分析": "2024-06-14T09:30",
    "Please reply by June 20.": "2024-06-20", "Pls reply preliminary finding by 20/6.": "2024-06-20", "Reply due: 2024/06/21": "2024-06-21", "Kindly submit your CAPA within 7 days.": "2024-06-19",
    "We need your 8D report no later than 18 June 2024.": "2024-06-18", "Can you get back to me by the end of this week?": "2024-06-14", "I would like to receive some answer until Friday 14/06.": "2024-06-14",
    "Please send us a written statement within 24 hours.": "2024-06-13T09:30", "Give me your feedback before the 21/06": "2024-06-21", "Response (8D) due: 2024-06-19": "2024-06-19",
    "Due .................. 2024-06-22": "2024-06-22", "Reply by COB tomorrow please.": "2024-06-13", "We expect your answer before noon.": "2024-06-12T12:00", "Deadline for reply: 20.06.2024": "2024-06-20",
    "禮拜五前跟我說怎麼處理": "2024-06-14", "请10:30前来电说明": "2024-06-12T10:30", "请最迟明日复。": "2024-06-13", "請最遲明日覆。": "2024-06-13",
    "I need from you:\n- a written statement on the bond test, by close of business Friday June 14": "2024-06-14", "Please comment by end of day Thursday.": "2024-06-13",
    "坏的5只今天寄出，请先发5只好的替换，并出具失效分析报告，6月20日前。": "2024-06-20", "I need:\n- containment instructions today before noon\n- good material on a truck TODAY": "2024-06-12T12:00",
    "Please respond within 2 working days": "2024-06-14", "Let me know by Monday what you found.": "2024-06-17", "We must receive the containment plan by 5 pm today.": "2024-06-12T17:00",
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), DUE.items())
def test_a_demanded_reply_is_found(text: str, value: str) -> None:
    assert due(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "请尽快回复", "请立即处理", "ASAP please", "Please reply as soon as possible.", "请于6月20日前补货", "6月18日前到我司现场挑选", "请于6月15日前发货", "Send replacements by June 20.", "Please deliver the new parts by Friday.",
        "6月20日前派人到我司", "6月5日到货，6月8日发现不良", "今天客户反馈3只不良", "今天收到客户反馈", "我们明天回复客户", "交货期限：2024-06-20", "付款期限：6月30日", "Payment due: 2024-06-30", "Delivery due 2024-06-20",
        "I will phone you tonight.", "送货日期:2024年8月11日", "We found it on June 10 during inspection.", "贴完48小时后翘边", "放置24小时下沉15mm", "3个月内坏了2台", "保修期内", "please visit us on Friday",
        "Rejected material will be scrapped after 15 days if not collected.", "明天上午九点到厂", "投诉日期：2024-06-12", "生产日期 2024-06-20", "明天禮拜天還要加班等貨", "6月20日复工", "10:30前到厂", "明日复检",
    ],
)  # fmt: skip
def test_soon_goods_visits_and_past_days_are_no_reply_date(text: str) -> None:
    assert due(text) is None


def test_the_earliest_demand_counts() -> None:
    assert due("请于6月20日前提交8D报告，6月14日前给出临时措施。") == "2024-06-14"
    assert due("Preliminary answer by June 14, full 8D by June 28.") == "2024-06-14"


def test_a_visit_beside_a_reply_is_not_taken_for_it() -> None:
    assert due("(1)贵司工程师6月13日18:00前到达我司现场；\n(2)6月14日12:00前提交8D报告；") == "2024-06-14T12:00"


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("请于6月20日前提交完整的8D报告", True),
        ("Please send the final 8D report by June 20.", True),
        ("请于6月20日前回复初步报告", False),
        ("请于6月20日前提交8D报告", False),
        ("Full 8D report due 2024-06-20", True),
        ("请6月14日前回复", False),
    ],
)
def test_whether_the_date_is_for_the_full_report(text: str, full: bool) -> None:
    field, for_full = find_reply_due([Document("body", text)], None, SENT)
    assert field is not None
    assert for_full is full


def test_a_quoted_demand_is_none() -> None:
    text = "收到。\n> 请于6月20日前回复"
    passages = (Passage(0, 4, Role.BODY), Passage(4, len(text), Role.QUOTE))
    assert find_reply_due([Document("body", text, passages)], None, SENT) == (None, False)


def test_an_american_and_a_european_read_the_same_figures_their_own_way() -> None:
    text = "Please reply by 07/08/2024."
    assert due(text, SENT.astimezone(timezone(timedelta(hours=-5)))) == "2024-07-08"
    assert due(text, SENT.astimezone(timezone(timedelta(hours=2)))) == "2024-08-07"


CLAIMS = {
    "索赔金额：12000元": (12000, "CNY"), "索赔金额(元)：12,000": (12000, "CNY"), "索赔金额\t5000": (5000, "CNY"), "要求赔偿损失1.2万元": (12000, "CNY"), "挑选工时费NT$3,200由贵司负担": (3200, "TWD"),
    "停线损失合计56,400元，另行开具索赔单": (56400, "CNY"), "扣款三千元": (3000, "CNY"), "医药费加误工目前1280元": (1280, "CNY"), "耽误我两天工钱加运费2600块你们要赔": (2600, "CNY"), "连人工及物料共港幣 9,600 元，要求貴廠全數承擔": (9600, "HKD"),
    "挑选费800元、运费200元由贵司承担": (1000, "CNY"), "挑选费800元、运费200元，合计1000元，请承担": (1000, "CNY"), "罚款人民币伍仟元整": (5000, "CNY"), "退还货款3000元": (3000, "CNY"),
    "All up that's USD 1,920 and I expect you to cover it.": (1920, "USD"), "We claim EUR 2.500,00 for the rework.": (2500, "EUR"), "Our loss is $4,500.": (4500, "USD"), "We will charge you USD 800 for sorting.": (800, "USD"),
    "Claim amount: USD 12,000": (12000, "USD"), "Debit note of £350 will follow for sorting costs.": (350, "GBP"), "Total cost of the line stop: EUR 7,800": (7800, "EUR"), "We ask for compensation of 1500 EUR.": (1500, "EUR"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CLAIMS.items())
def test_a_claimed_sum_is_found(text: str, value: tuple[float, str]) -> None:
    assert claim(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "单价 9.8 元", "680一台", "如再发生将索赔5000元", "否则扣款5000元", "订单金额12000元", "合同总价5万元", "1200元/分钟计", "挑选费每小时50元", "我们损失很大", "If it happens again we will claim USD 5000.", "Otherwise we will charge you EUR 500.",
        "Invoice GBP 740.", "The unit price is USD 3.20.", "USD 30 per hour", "费用由贵司承担，金额另行通知", "逾期将罚款1000元/天", "We reserve the right to claim EUR 5000.", "批号5000", "货值3万元",
    ],
)  # fmt: skip
def test_prices_rates_and_threats_are_no_claim(text: str) -> None:
    assert claim(text) is None


def test_yuan_is_the_home_currency_of_the_sender() -> None:
    assert claim("賠償費用 3,200 元", sent_from("a@b.com.tw")) == (3200, "TWD")
    assert claim("賠償費用 3,200 元", sent_from("a@b.com.hk")) == (3200, "HKD")
    assert claim("賠償我司損失費用共計 3,200 元整") == (3200, "TWD")
    assert claim("赔偿费用 3,200 元", sent_from("a@b.cn")) == (3200, "CNY")


def test_a_stated_total_wins_over_its_parts() -> None:
    assert claim("挑选费 800 元。\n运费 9000 元。\n以上索赔合计 9,800 元。") == (9800, "CNY")


SOUP = st.lists(
    st.sampled_from(
        [
            "请",
            "6月20日",
            "前",
            "回复",
            "，",
            "。",
            "\n",
            "\t",
            "索赔",
            "5000元",
            "USD 12",
            "如",
            "by Friday",
            " reply ",
            "due: ",
            "2024/6/1",
            "24小时内",
            "共",
            "㎜",
            "12:00",
        ]
    ),
    max_size=30,
).map("".join)


@given(st.one_of(st.text(max_size=150), SOUP))
def test_any_text_is_read_without_error(text: str) -> None:
    due(text)
    claim(text)
