"""Letters to customers after the acknowledgement: reports, outcomes, care."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from intake.replies import care, outcomes, reports
from intake.replies.tone import breaches
from storage.eight_d import EightD
from storage.life import Grade, Responsibility, Warned
from storage.records import CustomerCard, CustomerOf, Purpose, WindowName
from tests.intake.letter_parts import DESK, FULL_REPORT_WINDOW, IDS, NOW, OWNER, REPORT, post

WORD = (
    "8D_KS-202611-0001_R1.docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ab" * 32,
)
LANGUAGES = ("zh-CN", "zh-TW", "en")
SOON = NOW + timedelta(days=3)
WARNED = Warned(
    "w1",
    "KS-202611-0001",
    "宁波范例电器有限公司",
    7,
    "qa@other.example",
    "zh-CN",
    (("HX-200B", "A938", 1200.0, "2026-11-03"), ("HX-200B", "A939", None, "")),
    suspected=True,
)
EVERY = {
    "first_report": lambda p: reports.first_report(p, REPORT, (FULL_REPORT_WINDOW,)),
    "full_report": lambda p: reports.full_report(p, REPORT, SOON),
    "revision": lambda p: reports.revision(p, 2, (("样本数不足", "已增加到 300 件"),), SOON),
    "closure": lambda p: reports.closure(p, REPORT, "客户已确认"),
    "solution": lambda p: outcomes.solution(p, "两名检验员到现场挑选", (("到达", SOON),), SOON),
    "not_our_fault": lambda p: outcomes.not_our_fault(p, Responsibility.NO_FAULT_FOUND, tests=("噪音 52 dB",)),
    "delay": lambda p: outcomes.delay(p, WindowName.FULL_REPORT, SOON, SOON + timedelta(days=2), "寿命试验需 96 小时"),
    "return_arrangement": lambda p: outcomes.return_arrangement(p, 12, "", "", date(2026, 11, 30)),
    "survey": lambda p: care.survey(p, SOON),
    "batch_warning": lambda p: care.batch_warning(p, WARNED, "可能过早磨损", "全检库存", SOON),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_each_letter_has_its_purpose_number_thread_and_a_decent_tone(name, language):
    letter = EVERY[name](post(language))
    assert letter.purpose is Purpose(name)
    assert "[KS-202611-0001]" in letter.subject
    assert breaches(letter) == ()
    assert letter.headers.get("Auto-Submitted") == ("auto-generated" if name == "survey" else None)
    if name != "batch_warning":
        assert letter.language == language
        assert letter.in_reply_to == "<first@customer.example>"
        assert "NCR-24-113" in letter.text


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("first_report", WindowName.FIRST_REPORT),
        ("full_report", WindowName.FULL_REPORT),
        ("solution", WindowName.SOLUTION_OR_PROGRESS),
        ("closure", None),
        ("survey", None),
        ("delay", None),
        ("return_arrangement", None),
        ("batch_warning", None),
    ],
)
def test_a_letter_meets_the_window_that_the_procedures_name_and_no_other(name, window):
    assert EVERY[name](post()).satisfies is window


def test_a_first_report_tells_containment_by_place_the_clean_point_and_when_the_rest_follows():
    letter = reports.first_report(post(attachments=(WORD,)), REPORT, (FULL_REPORT_WINDOW,))
    squeezed = letter.text.replace(" ", "").replace("\n", "")
    assert "客户处已检200、不良12、已隔离" in squeezed
    assert "在制品已检1,300、不良0" in squeezed
    assert "2026年11月20日起，批号A942及以后、标识：绿色标签" in squeezed
    assert "批号A938、A939的产品隔离" in squeezed
    assert "2026年11月27日（星期五）10:04" in squeezed
    assert WORD[0] in letter.text and letter.attachments == (WORD,)


def test_a_first_report_never_promises_a_date_that_has_passed():
    late = replace(FULL_REPORT_WINDOW, due_at=NOW - timedelta(hours=1))
    assert "2026年11月27日" not in reports.first_report(post(), REPORT, (late,)).text


def test_a_first_report_names_no_cause_even_where_one_is_written_already():
    letter = reports.first_report(post(), REPORT, (FULL_REPORT_WINDOW,))
    assert "定位销" not in letter.text + letter.html


def test_a_full_report_tells_both_causes_the_actions_with_their_days_and_the_first_good_batch():
    squeezed = "".join(reports.full_report(post(), REPORT, SOON).text.split())
    assert "发生原因定位销磨损0.3mm" in squeezed and "流出原因低速段未检" in squeezed
    assert "更换定位销计划2026年11月24日" in squeezed and "低速噪音全检2026年11月21日已完成" in squeezed
    assert "A945" in squeezed and "请于2026年11月24日前回复“接受”" in squeezed


def test_a_report_with_nothing_in_it_still_makes_letters():
    for letter in (
        reports.first_report(post(), EightD(), ()),
        reports.full_report(post(), EightD()),
        reports.closure(post(), EightD()),
        reports.closure(post(), None),
    ):
        assert "KS-202611-0001" in letter.text


def test_a_long_comment_and_its_answer_stand_below_each_other_and_fit_in_76_columns():
    said, answer = "贵司报告中的抽样数量不足以证明措施有效" * 6, "已按贵司要求增加抽样" * 12
    letter = reports.revision(post(), 3, ((said, answer),))
    squeezed = "".join(letter.text.split())
    assert said[:119] in squeezed and answer in squeezed
    assert "第3版" in letter.subject
    assert max(map(len, letter.text.splitlines())) <= 76


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Responsibility.NO_FAULT_FOUND, "未能重现"),
        (Responsibility.CARRIER, "运输过程"),
        (Responsibility.CUSTOMER, "使用条件"),
        (Responsibility.SUPPLIER, "采购的零部件"),
    ],
)
def test_what_is_not_our_fault_is_told_as_a_fact_with_joint_analysis_offered(found, words):
    letter = outcomes.not_our_fault(post(), found)
    assert words in letter.text and "共同分析" in letter.text
    assert breaches(letter) == ()


def test_a_return_goes_to_our_postal_address_and_says_nothing_of_freight_that_nobody_decided():
    letter = outcomes.return_arrangement(post(), 12, "", "")
    assert "RMA-KS-202611-0001" in letter.subject and "示例路 18 号" in letter.text
    assert "运费" not in letter.text
    assert "到付" in outcomes.return_arrangement(post(), 12, "顺丰到付", "").text


def test_a_batch_warning_names_its_receivers_shipments_only_and_nobody_else():
    letter = care.batch_warning(post(), WARNED, "可能过早磨损", "全检库存", SOON)
    everything = letter.subject + letter.text + letter.html
    for strange in ("东莞样例", "张经理", "NCR-24-113", "投诉"):
        assert strange not in everything
    assert "1,200，2026年11月3日（可疑）" in letter.text
    assert letter.in_reply_to is None and letter.references == ()


def test_a_batch_warning_is_written_in_its_receivers_language():
    letter = care.batch_warning(post(), replace(WARNED, language="en"))
    assert letter.language == "en" and letter.subject.startswith("[Quality warning]")


def test_a_survey_offers_four_grades_by_a_digit_or_a_link():
    plain = care.survey(post())
    assert [
        word for word in ("1 非常满意", "2 满意", "3 一般", "4 较差") if word not in " ".join(plain.text.split())
    ] == []
    linked = care.survey(post(), link=lambda grade: f"https://intake.example.com/s/{grade.value}")
    assert all(f"/s/{grade.value}" in linked.text for grade in Grade)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_half_yearly_survey_names_no_complaint_and_asks_for_the_service_at_large(language):
    card = CustomerCard("样例自动化", contact="李工", language=language)
    letter = care.half_yearly_survey(card, "li@customer.example", OWNER, DESK, IDS, NOW, SOON)
    assert letter.record is None and letter.purpose is Purpose.SURVEY and letter.language == language
    assert DESK.name in letter.subject and "[" not in letter.subject
    assert "KS-" not in letter.text + letter.html and not letter.text.count("（编号")
    assert {"zh-CN": "产品和服务", "zh-TW": "產品和服務", "en": "products and service"}[language] in " ".join(
        letter.text.split()
    )


def test_blame_and_admission_in_a_persons_words_are_found_and_a_decided_remedy_is_not():
    assert breaches(outcomes.solution(post(), "免费予以更换")) == ()
    assert breaches(outcomes.solution(post(), "属贵司责任，操作不当")) == ("操作不当", "贵司责任")
    assert breaches(outcomes.delay(post(), WindowName.FULL_REPORT, SOON, SOON, "我们的错，将予以更换")) == (
        "我们的错",
        "予以更换",
    )


@pytest.mark.parametrize("name", EVERY)
def test_hostile_words_of_a_customer_stay_harmless_in_every_letter(name):
    evil = '<img src=x onerror="x()">{{7*7}}\r\nBcc: all@example.com https://spam.example/x'
    letter = EVERY[name](post(customer=CustomerOf(company=evil, contact=evil, email="a@b.example"), subject=evil))
    assert "<img" not in letter.html and "spam.example" not in letter.text + letter.html
    assert "\n" not in letter.subject and "\r" not in letter.subject
