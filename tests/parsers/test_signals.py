"""Signals, requests and dispositions: stated, denied, threatened, ticked, quoted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.document import Document, Passage, Role
from parsers.nlp.signals import find_dispositions, find_requests, find_signals, repeat_count
from parsers.types import Disposition, Request, Signal


def body(text: str) -> list[Document]:
    return [Document("body", text)]


def signals(text: str) -> set[str]:
    return {str(mark.name) for mark in find_signals(body(text))}


def requests(text: str) -> set[str]:
    return {str(mark.name) for mark in find_requests(body(text))}


def dispositions(text: str) -> list[str]:
    return [str(mark.name) for mark in find_dispositions(body(text)[0])]


STATED = {
    "line_stop": [
        "导致我司产线停线2小时", "已造成我司装配线停产", "目前三号线被迫停下来等料", "因来料不良，总装线停了40分钟", "产线已经停摆", "我司现在停工待料",
        "组装产线從昨晚就停了", "造成我司生產線停線3小時", "生產中斷，工人在等料", "是否停线：是", "停线：☑是 □否", "因为没料，二线停线", "不得不停线处理",
        "我们的生产已经全面停止", "整条线都停了", "客户端已停线", "產線斷料中",
        "Our assembly line stopped for two hours because of this.", "The line has been down since Monday.", "Production is stopped.",
        "We had to stop the line this morning.", "This caused a line stoppage of 45 minutes.", "Line stop: Yes", "It shut down our production for a day.",
        "Assembly cell 2 is down since 8 am.", "We cannot continue production.", "3 hours of downtime", "our lines are standing still",
        "Production came to a standstill.",
    ],
    "batch_problem": [
        "属于批量性问题", "初步判断为批量不良", "整批都有毛刺", "抽查20只，全部不合格", "这批货普遍偏软", "系统性不良", "每一只都漏油", "全批不合格", "整批均存在色差",
        "此為批量異常", "批量開裂", "無一合格",
        "The whole lot is affected.", "The entire batch is defective.", "This is a systematic problem.", "All 40 pieces tested are out of tolerance.",
        "100% of the parts are cracked", "Every single piece leaks.", "not a single good part in the box", "This affects the entire delivery.", "We regard it as a batch issue.",
    ],
    "hazardous_substance": [
        "铅含量超标，不符合RoHS要求", "检测发现六价铬超出限值", "镉含量186mg/kg，超过RoHS限值100mg/kg", "REACH检测不合格", "SVHC超标", "卤素测试未通过",
        "檢出鄰苯二甲酸酯超標", "贵司产品违反RoHS指令", "DEHP检出1500ppm，超标", "环保检测不合格",
        "The cable fails RoHS: lead content exceeds 1000 ppm.", "Cadmium was found above the limit.", "not compliant with REACH", "SVHC above 0.1 % w/w found in the sleeve",
        "Your material breaches the RoHS directive.", "Phthalates detected over the limit",
    ],
    "safety": [
        "把工人的手割伤了", "操作员右手被烫伤", "已造成人员受伤", "存在严重安全隐患", "插座漏电，险些电到人", "使用中起火", "玻璃碎片划伤了师傅的脸", "可能造成人身伤害",
        "有人触电", "作業員手指被壓傷", "客戶使用時冒火，有起火風險", "师傅缝了5针",
        "An operator was injured.", "One worker cut his hand on the burr.", "The charger caught fire.", "This is a safety hazard for our users.", "risk of electric shock",
        "He was taken to hospital.", "It could cause injury.", "The battery exploded.",
    ],
    "repeat": [
        "这已经是今年第三次了", "同样的问题再次发生", "又出现漏油", "重复发生，请重视", "这个问题屡次反馈都没有改善", "跟上次一样的不良", "第二次出现此类不良", "上个月也发生过", "仍然存在漏油问题",
        "老问题又来了", "已发生两次", "又有5只开裂", "與上次相同的不良再度發生", "連續三批都不良",
        "The same problem happened again.", "This is the third complaint this year.", "It is a recurring issue.", "This is a repeat defect.", "The failure has reoccurred.",
        "For the second time we received rusty parts.", "Again we found cracked housings.", "same issue as last month", "It keeps happening.", "This has occurred three times already.",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("signal", "text"), [(name, text) for name, texts in STATED.items() for text in texts])
def test_a_stated_circumstance_is_a_signal(signal: str, text: str) -> None:
    assert signal in signals(text)


NOT_STATED = {
    "line_stop": [
        "未造成停线", "没有停线", "暂未停线", "目前产线没有停", "尚未造成产线停产", "如再发生将停线", "否则产线就要停线了", "再不发货就要停线", "可能导致停线", "差点停线",
        "险些造成产线停线", "是否停线：否", "停线：□是 ☑否", "有没有停线？", "避免停线", "生產線沒有停", "以免停線", "面临停线风险", "若今天不到货，我们将停线", "线材停产了吗",
        "no line stop so far", "The line did not stop.", "Without stopping the line we could sort.", "The line is not impacted.", "Otherwise our line will stop.",
        "If it happens again the line would stop.", "We may have to stop the line.", "Line stop: No", "to avoid a line stop", "The line almost stopped.", "There was no downtime.",
        "Did the line stop?", "risk of line stop",
    ],
    "batch_problem": [
        "不是批量问题", "非批量性不良，个别现象", "批量500只", "批量生产前确认", "整批退货", "请整批挑选", "并非系统性问题", "不属于批量不良", "如为批量问题请召回",
        "This is not a batch problem.", "an isolated case, not systematic", "batch size 500", "We need a systematic analysis.", "Is it a batch problem?", "If the whole lot is affected, we will return it.",
    ],
    "hazardous_substance": [
        "请提供RoHS报告", "产品符合RoHS要求", "未检出SVHC", "RoHS检测合格", "重金属未超标", "铅笔断了", "铅酸电池漏液", "请更新REACH声明",
        "Please send the RoHS certificate.", "RoHS compliant", "No SVHC was found.", "The lead time is too long.", "mercury was not detected", "The parts are within the limits of REACH.",
    ],
    "safety": [
        "表面划伤3处", "无人受伤", "无安全风险", "没有造成人员受伤", "外壳压伤", "安全库存不足", "自爆3片", "手感太差", "产品外观有划伤",
        "No one was injured.", "no safety risk", "The surface is scratched.", "safety stock is low", "Nobody got hurt.", "burst without injury",
    ],
    "repeat": [
        "避免再次发生", "请防止重复发生", "再次感谢", "重复定位精度超差", "第一次出现", "如再次发生，将取消订单", "冷却后又恢复正常", "再次提醒", "确保不再发生", "第三次送样合格",
        "Thank you again.", "please check again", "to prevent recurrence", "make sure it does not happen again", "If it happens again we will claim.", "This is the first complaint.", "We tested them again.",
        "We use a second source.", "prevent any repeat of this",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("signal", "text"), [(name, text) for name, texts in NOT_STATED.items() for text in texts])
def test_what_is_denied_threatened_or_asked_is_no_signal(signal: str, text: str) -> None:
    assert signal not in signals(text)


ASKED = {
    "8d_report": ["请提交8D报告", "请于三日内回复整改报告", "要求提供纠正预防措施", "需要改善对策", "請提供矯正預防措施", "麻烦出一份8D", "请回复原因分析及改善措施", "Please send your 8D report.", "Kindly submit CAPA within 7 days.",
                  "We need a corrective action report.", "SCAR response required", "Please provide root cause and corrective action.", "顾客要求：□退货 ☑8D报告"],
    "replacement": ["请尽快补货50只", "请换新的过来", "能不能寄两副好的给我换？", "请补发缺少的20件", "請換貨", "请重新发一批合格品", "麻烦给我们换一批", "Please send 5 replacements.", "We need new parts by air.",
                    "Please replace the defective units.", "Could you ship the missing 20 pcs?", "We need 150 gears flown in."],
    "return": ["请安排退货", "全部退货", "剩下的请拉回去", "請盡快收回", "请把这批货退回", "该批全部退回", "Please issue an RMA number.", "We will return the whole lot.", "Please collect the rejected parts.", "I send the complete pallet back.", "Please take them back."],
    "refund": ["要求退款", "货款中扣除", "请扣款处理", "按合同扣款", "折让10%", "要么退钱", "將開立扣款單", "Please refund us.", "We expect a credit note.", "a debit note will be issued", "We want our money back."],
    "onsite": ["请派人到我司处理", "请贵司安排工程师来现场确认", "请速派人来厂", "麻烦过来看一下", "請派員到廠說明", "要求贵司品质人员上门处理", "Please send an engineer to our plant.", "Could you visit us this week?", "We expect you on site tomorrow.", "请来人处理"],
    "sorting": ["请派人到我司挑选", "请安排人员来全检库存", "要求供应商挑选", "贵司须派人筛选剩余388件", "請派人來挑選", "Please send people to sort our stock.", "Please arrange sorting at our warehouse.", "You must sort the remaining parts."],
    "sample_analysis": ["不良品寄回给你们分析", "请分析样品", "样品已寄出，请做失效分析", "不良品快遞貴司分析", "请对退回的不良品进行分析", "Please analyse the returned parts.", "I send the samples for analysis.", "Could you make an analysis of the broken ones?", "We request a failure analysis."],
}  # fmt: skip


@pytest.mark.parametrize(("request_name", "text"), [(name, text) for name, texts in ASKED.items() for text in texts])
def test_what_the_customer_asks_for_is_a_request(request_name: str, text: str) -> None:
    assert request_name in requests(text)


NOT_ASKED = {
    "8d_report": ["不需要8D", "无需8D报告", "上次8D里写的措施做了没有", "No 8D needed.", "In your last 8D you wrote that the station was adjusted.", "顾客要求：☑退货 □8D报告", "☐ 8D报告 ☑ 换货"],
    "replacement": ["我们不要换货", "更换供应商", "换线后发现", "已更换新的密封圈", "I don't want new pumps.", "No replacement needed.", "We will replace the supplier.", "□换货 ☑退货", "更換模具後發現"],
    "return": ["暂不退货", "请把表格填好寄回执", "many happy returns", "不退货，让步接收", "□ 退货 ☑ 换货", "Please return the signed form.", "退火不足", "performance is bad"],
    "refund": ["不扣款", "卡扣断裂", "扣环松动", "credit terms 30 days", "No refund requested.", "扣件缺少"],
    "onsite": ["货到我司后发现", "现场发现3只不良", "来料不良", "来电咨询", "The parts arrived at our plant.", "found at our site", "客户现场反馈"],
    "sorting": ["我司已自行挑选", "挑选费用500元", "We are sorting the stock ourselves.", "some sort of noise", "出货前请做到全检"],
    "sample_analysis": ["我司分析结果如附件", "我们已分析", "our analysis shows", "sample size 50"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("request_name", "text"), [(name, text) for name, texts in NOT_ASKED.items() for text in texts]
)
def test_what_is_declined_done_or_only_sounds_alike_is_no_request(request_name: str, text: str) -> None:
    assert request_name not in requests(text)


WIDER = {
    "a burn on a hand": ("safety", "倒水时锅盖弹开，把我太太的手烫伤了"),
    "smoke from a plug": ("safety", "充电不到十分钟，插头就冒烟了"),
    "a shock from a tap": ("safety", "淋浴時碰到水龍頭，水龍頭帶電"),
    "a foreign body in food": ("safety", "面包里有一截铁丝，差点吞下去"),
    "an allergy": ("safety", "用了你们的面霜，第二天满脸红疹"),
    "brakes that fail": ("safety", "下坡时刹车失灵，车撞到护栏"),
    "a near miss": ("safety", "吊灯砸下来，险些砸到孩子"),
    "brakes in English": ("safety", "The brakes failed while driving downhill."),
    "illness after eating": ("safety", "My daughter was sick all night after two spoons of it."),
    "choking": ("safety", "The eye of the bear comes off; it is a choking hazard."),
    "a shock in English": ("safety", "One of our fitters got a nasty shock from the casing."),
    "nearly a person": ("safety", "The shelf came down and almost hit my son."),
    "lead against its limit": ("hazardous_substance", "送检结果：铅 0.8mg/L，限值0.05mg/L"),
    "a plasticiser": ("hazardous_substance", "玩具抽驗塑化劑超標，已下架"),
    "a banned dye": ("hazardous_substance", "检出苏丹红，已封存"),
    "a pesticide residue": ("hazardous_substance", "农药残留检出毒死蜱0.3mg/kg，超标"),
    "phthalates in English": ("hazardous_substance", "The lab measured DEHP 2.4 %, limit 0.1 %."),
    "last month as well": ("repeat", "上个月也坏过两台"),
    "the third this quarter": ("repeat", "这季度第三回了"),
    "last year the same": ("repeat", "去年同樣問題就反映過"),
    "again, one word": ("repeat", "The seal is leaking again."),
    "the second unit": ("repeat", "This is the second unit in three months."),
    "formaldehyde": ("hazardous_substance", "Formaldehyde of 120 ppm was found in the shirts."),
}  # fmt: skip


@pytest.mark.parametrize(("signal", "text"), WIDER.values(), ids=WIDER)
def test_danger_and_substances_in_everyday_words_are_signals(signal: str, text: str) -> None:
    assert signal in signals(text)


NARROWER = {
    "machine alarm": ("safety", "压机程序报警，扭矩没有变"),
    "contact resistance": ("safety", "接触电阻偏大"),
    "allergen statement": ("safety", "请附过敏原声明"),
    "dangerous goods": ("safety", "危险品运输请提前申报"),
    "bubbles in a film": ("safety", "面漆局部起泡"),
    "fire rated": ("safety", "The fire doors are scratched."),
    "nobody hurt": ("safety", "没有人受伤"),
    "lead time": ("hazardous_substance", "The lead time was found to be over 6 weeks."),
    "lead in brass": ("hazardous_substance", "黄铜棒铅含量0.4%，标准0.8%以上"),
    "second use": ("repeat", "才洗第二次就褪色"),
    "second printing": ("repeat", "2026年1月第2次印刷"),
    "again and thanks": ("repeat", "We will call again."),
    "not found": ("hazardous_substance", "镉未检出"),
}  # fmt: skip


@pytest.mark.parametrize(("signal", "text"), NARROWER.values(), ids=NARROWER)
def test_words_that_only_look_dangerous_are_no_signals(signal: str, text: str) -> None:
    assert signal not in signals(text)


ASKED_PLAINLY = {
    "money to the card": ("refund", "把钱退到我卡里"),
    "a sum back": ("refund", "退我129元就行"),
    "off the next bill": ("refund", "这笔从下一票货款里扣"),
    "threefold": ("refund", "按规定退一赔三"),
    "a bare credit": ("refund", "Credit please, no need to send more."),
    "dollars back": ("refund", "I want my $40 back."),
    "off the invoice": ("refund", "Take it off my invoice."),
    "change them": ("replacement", "坏的三只请换"),
    "send some more": ("replacement", "麻烦先发5台过来顶着"),
    "print again": ("replacement", "封面印错，请重印"),
    "send another": ("replacement", "Could you send another one?"),
    "new ones": ("replacement", "We need 12 new ones before Friday."),
    "test by the maker": ("sample_analysis", "断件已寄出，请你们做断口分析"),
    "measure again": ("sample_analysis", "留样还在，请复测"),
    "to your laboratory": ("sample_analysis", "We send two pieces to your laboratory for examination."),
}  # fmt: skip


@pytest.mark.parametrize(("request_name", "text"), ASKED_PLAINLY.values(), ids=ASKED_PLAINLY)
def test_requests_in_everyday_words_are_found(request_name: str, text: str) -> None:
    assert request_name in requests(text)


NOT_FOR_US = {
    "customers got theirs": ("refund", "平台已退款给买家"),
    "booked already": ("refund", "扣款单已同意"),
    "a credit card": ("refund", "Paid by credit card."),
    "swapped already": ("replacement", "师傅自己换了一个，还是一样"),
    "a missing page": ("replacement", "报告缺第5页，请补上第5页"),
    "another supplier": ("replacement", "再这样我们就更换供应商"),
    "cause analysis": ("sample_analysis", "请分析原因"),
    "our own measurement": ("sample_analysis", "我司化验结果如附件"),
}  # fmt: skip


@pytest.mark.parametrize(("request_name", "text"), NOT_FOR_US.values(), ids=NOT_FOR_US)
def test_what_others_got_or_did_is_no_request(request_name: str, text: str) -> None:
    assert request_name not in requests(text)


FIRST = {
    "不良品退货，请补货": "return", "先隔离，再退货": "hold", "本批让步接收": "concession", "不良品报废": "scrap", "挑选使用，不良退回": "sort", "自行返工": "rework", "请换货": "replace",
    "本批特採": "concession", "不良品先封存": "hold", "處理：全數退回": "return", "这批不退货，让步接收": "concession", "处理方式：□退货 □换货 ☑返工": "rework",
    "处置：(√)报废 ( )退货": "scrap", "[ ] Return [X] Hold [ ] Rework": "hold", "The parts are on hold.": "hold", "We will scrap the bad ones.": "scrap", "I send the pallet back.": "return",
    "We sorted the lot.": "sort", "accepted under concession": "concession", "We reworked them ourselves.": "rework", "Return to supplier not accepted; scrap in our plant": "scrap", "Please exchange the units.": "replace",
}  # fmt: skip


@pytest.mark.parametrize(("text", "first"), FIRST.items())
def test_the_first_disposition_is_the_one_named_for_the_bad_parts(text: str, first: str) -> None:
    assert dispositions(text)[0] == first


@pytest.mark.parametrize(
    "text",
    [
        "不退货",
        "如再发生将全部退货",
        "报废率2%",
        "重工业",
        "隔离变压器故障",
        "If not fixed we will return everything.",
        "rework cost",
        "扣件掉落",
        "□退货 □换货",
    ],
)
def test_declined_and_threatened_dispositions_are_none(text: str) -> None:
    assert dispositions(text) == []


COUNTS = {
    "这已经是今年第三次了": 3,
    "第2次投诉": 2,
    "4th complaint!": 4,
    "For the fourth time since summer": 4,
    "连续三批不良": 3,
    "已发生两次": 2,
    "third time this year": 3,
    "同樣問題第五次發生": 5,
}


@pytest.mark.parametrize(("text", "count"), COUNTS.items())
def test_the_customers_own_count_is_read(text: str, count: int) -> None:
    assert repeat_count(body(text)) == count


@pytest.mark.parametrize(
    "text",
    ["第三次送样", "第二次会议", "又发生了", "第一次反馈", "again", "if this happens a third time", "第3次试验合格"],
)
def test_other_counts_are_none(text: str) -> None:
    assert repeat_count(body(text)) is None


def roles(*parts: tuple[str, Role]) -> list[Document]:
    text, passages = "", []
    for words, role in parts:
        passages.append(Passage(len(text), len(text) + len(words), role))
        text += words
    return [Document("body", text, tuple(passages))]


@pytest.mark.parametrize(
    "role", [Role.QUOTE, Role.SIGNATURE, Role.DISCLAIMER, Role.FORWARDED_HEAD, Role.LETTERHEAD, Role.FAX_HEADER]
)
def test_only_the_customers_own_words_count(role: Role) -> None:
    documents = roles(("收到，谢谢。\n", Role.BODY), ("产线停线，请退货并提交8D报告。\n", role))
    assert find_signals(documents) == ()
    assert find_requests(documents) == ()
    assert find_dispositions(documents[0]) == []


def test_the_subject_of_a_reply_is_old() -> None:
    assert find_signals([Document("subject", "RE: line stop"), Document("body", "thanks")]) == ()
    assert [m.name for m in find_signals([Document("subject", "停线通报"), Document("body", "见附件")])] == [
        Signal.LINE_STOP
    ]


def test_a_mark_shows_its_words_in_the_document() -> None:
    text = "您好，\n貴司產品造成我司產線停線。請退貨並提供８Ｄ報告。"
    (document,) = body(text)
    for mark in [*find_signals([document]), *find_requests([document]), *find_dispositions(document)]:
        assert text[mark.source.start : mark.source.end] == mark.text
        assert mark.source.part == "body"


def test_a_signal_is_given_once_at_its_first_place() -> None:
    (mark,) = find_signals(body("产线停线。\n后来又停线。"))
    assert (mark.name, mark.source.start) == (Signal.LINE_STOP, 0)


def test_names_come_in_the_order_of_the_types() -> None:
    marks = find_requests(body("请退款。请派人到我司。请换货。请提交8D。"))
    assert [mark.name for mark in marks] == [Request.EIGHT_D, Request.REPLACEMENT, Request.REFUND, Request.ONSITE]


@pytest.mark.parametrize(
    "ticked",
    [
        "处理：□退货 ☑换货 □报废",
        "处理：退货□ 换货☑ 报废□",
        "處理：( )退貨 (v)換貨 ( )報廢",
        "处理方式  [ ]退货  [x]换货  [ ]报废",
    ],
)
def test_only_the_ticked_box_counts(ticked: str) -> None:
    assert dispositions(ticked) == [str(Disposition.REPLACE)]


SOUP = st.lists(
    st.sampled_from(
        [
            "未",
            "停线",
            "如果",
            "，",
            "。",
            "\n",
            "退货",
            "8D",
            "请",
            "☑",
            "□",
            " ",
            "line stop",
            " not ",
            "if ",
            "第三次",
            "又",
            "批量",
            "?",
            "(x)",
            "return",
            "ＲｏＨＳ超标",
            "㎜",
        ]
    ),
    max_size=40,
).map("".join)


@given(st.one_of(st.text(max_size=200), SOUP))
def test_any_text_is_read_without_error(text: str) -> None:
    documents = body(text)
    for mark in [*find_signals(documents), *find_requests(documents), *find_dispositions(documents[0])]:
        assert text[mark.source.start : mark.source.end] == mark.text
    repeat_count(documents)
