"""Letters made from records: what they ask, promise and carry in their headers."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import hanzidentifier
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.replies import letters
from intake.replies.letters import Day, Desk, Ids, Trouble, letter_language
from intake.replies.threads import bare_subject, customer_reference, of_envelope, of_messages
from intake.settings import Settings
from parsers.types import Address, Envelope
from storage.records import (
    Class,
    CustomerOf,
    ItemOf,
    Letter,
    Person,
    Purpose,
    Record,
    RecordState,
    Role,
    ThreadMessage,
    Window,
    WindowName,
    WindowState,
)
from templates.words import breaches_of_tone, words

NOW = datetime(2026, 11, 20, 2, 10, tzinfo=UTC)
ARRIVED = datetime(2026, 11, 20, 2, 4, tzinfo=UTC)
DESK = Desk(
    name="苏州示例精密有限公司",
    address="complaints@example.com",
    zone=ZoneInfo("Asia/Shanghai"),
    phone="+86 512 5555 0100",
    fax="+86 512 5555 0199",
    postal="江苏省苏州市示例路 18 号",
    site="https://intake.example.com",
)
IDS = Ids("letter-1", "<letter-1@example.com>")
OWNER = Person("王芳", "wangfang@example.com", "质量部", Role.QUALITY)
MOTOR = ItemOf(
    product="伺服电机",
    model="HX-200B",
    batch=("A938", "A939"),
    ship_date="2026-11-03",
    quantity_shipped=3000,
    quantity_defective=45,
    defect_rate=0.015,
    defect="装机后异响，噪音超标",
    disposition="hold",
)
RECORD = Record(
    number="KS-202611-0001",
    state=RecordState.TO_REVIEW,
    letter=Class.A,
    reasons=("line_stop", "third_repeat"),
    kind="complaint",
    channel="email",
    language="zh-CN",
    received_at=ARRIVED,
    opened_at=NOW,
    customer=CustomerOf(
        company="东莞样例自动化有限公司", contact="张经理", email="zhang@customer.example", phone="0769-5555 0123"
    ),
    items=(MOTOR,),
    subject="投诉：伺服电机异响 NCR-24-113",
    department="质量部",
    requests=("8d_report",),
    reading={"items": [{"product": {"value": "伺服电机", "confidence": 0.98}}]},
)


def window(name, hours, state=WindowState.OPEN, met_at=None):
    return Window(
        RECORD.number,
        name,
        ARRIVED,
        ARRIVED + timedelta(hours=hours),
        "客诉信息处理流程 §4",
        "round_the_clock",
        state,
        met_at,
    )


WINDOWS = (
    window(WindowName.ACKNOWLEDGEMENT, 2),
    window(WindowName.SOLUTION_OR_PROGRESS, 24),
    window(WindowName.FIRST_REPORT, 24),
    window(WindowName.FULL_REPORT, 168),
)
ENVELOPE = Envelope(
    subject=RECORD.subject,
    sender=Address("张经理", "zhang@customer.example"),
    to=(),
    cc=(),
    reply_to=(),
    date=ARRIVED,
    message_id="<b@customer.example>",
    in_reply_to="<a@customer.example>",
    references=("<a@customer.example>",),
    automatic=False,
    bulk=False,
    envelope_from=None,
    authentication_failed=False,
    fingerprint="f",
)


def acknowledge(record=RECORD, windows=WINDOWS, answered=ENVELOPE, owner=OWNER, desk=DESK, now=NOW):
    return letters.acknowledgement(record, windows, answered, "zhang@customer.example", owner, desk, IDS, now)


def flat(text):
    return re.sub(r"\s", "", text)


# -------------------------------------------------------------------- acknowledgement


def test_the_acknowledgement_of_a_known_complaint_reads_as_the_procedure_asks():
    letter = acknowledge()
    assert letter.subject == "【已受理】[KS-202611-0001] 关于伺服电机装机后异响的投诉（贵司单号 NCR-24-113）"
    for said in (
        "尊敬的张经理：",
        "2026年11月20日（星期五）10:04",
        "A938、A939",
        "3,000",
        "1.5%",
        "封存待处理",
        "质量部王芳",
        "+8651255550100",
        "处理进展回复2026年11月21日（星期六）10:04",
        "完整的8D报告2026年11月27日（星期五）10:04",
        "北京时间UTC+8",
        "深表歉意",
        "传真",
    ):
        assert flat(said) in flat(letter.text), said


def test_the_acknowledgement_hangs_in_the_customers_thread_and_says_that_a_machine_wrote_it():
    letter = acknowledge()
    assert letter.in_reply_to == "<b@customer.example>"
    assert letter.references == ("<a@customer.example>", "<b@customer.example>")
    assert letter.headers == {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    assert (letter.id, letter.message_id, letter.to, letter.cc) == (
        IDS.letter_id,
        IDS.message_id,
        ("zhang@customer.example",),
        (),
    )
    assert letter.satisfies is WindowName.ACKNOWLEDGEMENT and letter.created_at == NOW


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_every_gap_of_the_slip_is_a_numbered_question(language):
    names = ("product", "model", "ship_date", "quantity_shipped", "quantity_defective", "disposition")
    record = replace(RECORD, language=language, items=(), missing=names, reading={"items": []})
    numbered = re.findall(r"(?m)^(\d+)\. ", acknowledge(record).text)
    assert numbered == [str(at) for at in range(1, 9)]  # the six, and batch and defect


def test_production_or_ship_date_is_one_question():
    asked = [acknowledge(replace(RECORD, missing=(name,))).text for name in ("ship_date", "production_or_ship_date")]
    assert asked[0] == asked[1] and "生产日期或发货日期" in asked[0] and "提供其一即可" in asked[0]


def test_nothing_is_asked_where_nothing_is_missing():
    assert "请贵司核对和补充" not in acknowledge().text


def test_the_batch_is_asked_where_no_item_gives_it():
    record = replace(RECORD, items=(replace(MOTOR, batch=()),))
    assert "1. 不良品的批号是什么？" in acknowledge(record).text


def test_a_gap_of_one_of_several_items_names_that_item():
    record = replace(RECORD, items=(MOTOR, replace(MOTOR, product="减速机", model="RV-40E", batch=())))
    text = flat(acknowledge(record).text)
    assert "不良品的批号是什么？（涉及：减速机RV-40E）" in text
    assert "1.伺服电机HX-200B" in text and "2.减速机RV-40E" in text


def test_an_uncertain_value_becomes_a_question_and_is_marked_in_the_table():
    reading = {"items": [{"batch": {"value": ["A938", "A939"], "confidence": 0.4}}]}
    letter = acknowledge(replace(RECORD, reading=reading))
    assert "1. 批号是否为“A938、A939”？" in letter.text and "A938、A939 ［请核对］" in letter.text
    assert "请核对" in letter.html


def test_a_value_that_a_person_corrected_is_no_longer_in_doubt():
    reading = {"items": [{"model": {"value": "HX-2OOB", "confidence": 0.3}}]}
    assert "请核对］" not in acknowledge(replace(RECORD, reading=reading)).text


def test_a_mail_that_could_not_be_read_is_acknowledged_without_asking_for_what_it_says():
    letter = acknowledge(replace(RECORD, items=(), reading={}, missing=("product", "model")))
    assert "人工阅读" in letter.text and "什么？" not in letter.text
    assert letter.subject.startswith("【已受理】[KS-202611-0001] 关于产品质量问题的投诉")


def test_a_locked_attachment_is_named_and_an_open_copy_asked_for():
    reading = {
        "items": [],
        "unread": [{"part": "报告.pdf", "remedy": "Ask for the password."}, {"part": "body", "remedy": ""}],
    }
    text = acknowledge(replace(RECORD, reading=reading)).text
    assert "报告.pdf" in text and "不加密" in text and "password" not in text and "body" not in text


def test_a_units_word_stands_by_its_quantity():
    reading = {"items": [{"quantity_shipped": {"value": 3000, "confidence": 0.9, "unit": "米"}}]}
    assert "3,000米" in acknowledge(replace(RECORD, reading=reading)).text


def test_a_date_that_has_passed_is_not_promised():
    late = acknowledge(now=ARRIVED + timedelta(hours=30))
    assert "完整的8D报告" in late.text and "初步整改报告" not in late.text


def test_a_window_that_is_met_or_waived_is_not_promised():
    windows = (window(WindowName.FIRST_REPORT, 24, WindowState.WAIVED), window(WindowName.FULL_REPORT, 168))
    assert "初步整改报告" not in acknowledge(windows=windows).text


@pytest.mark.parametrize(("kind", "said"), [("inquiry", "直接答复贵司"), ("notice", "阅知")])
def test_class_c_gets_a_short_letter_with_its_own_subject(kind, said):
    record = replace(RECORD, letter=Class.C, kind=kind, subject="Re: 回复：RoHS 报告索取", items=())
    letter = acknowledge(record)
    assert letter.subject == "【已收到】[KS-202611-0001] RoHS 报告索取"
    assert said in letter.text and "8D" not in letter.text and "投诉的" not in letter.text


def test_without_an_owner_the_desk_answers():
    text = acknowledge(replace(RECORD, department=""), owner=None).text
    assert "客诉受理人员" in text and "+86 512 5555 0100" in text


def test_the_owners_department_is_named_in_the_letters_language():
    assert "Quality Department" in acknowledge(replace(RECORD, language="en")).text
    assert "品質部" in acknowledge(replace(RECORD, language="zh-TW")).text


def test_what_is_long_or_hostile_is_cut_and_carries_no_link():
    spam = "Win now http://evil.example/x www.evil.example\r\nBcc: a@b.example " + "噪" * 2000
    record = replace(
        RECORD,
        items=(replace(MOTOR, product=spam, defect=spam),),
        customer=replace(RECORD.customer, contact=spam),
        subject=spam,
    )
    letter = acknowledge(record)
    assert len(letter.subject) <= 100 and "\n" not in letter.subject and RECORD.number in letter.subject
    for part in (letter.subject, letter.text, letter.html):
        assert "evil.example" not in part
    assert len(letter.text) < 4000 and "尊敬的客户：" in letter.text


@pytest.mark.parametrize(
    ("defect", "said"),
    [
        ("硬度低于要求（实测302~325HV，要求340）", "硬度低于要求"),
        ("cut out once the plant room warms up in the afternoon", "cut out once the plant room…"),
        ("漏油，且有异响", "漏油"),
        ("（批量）漏油", "（批量）漏油"),
    ],
)
def test_a_subject_names_the_defects_first_clause_cut_between_words(defect, said):
    subject = acknowledge(replace(RECORD, items=(replace(MOTOR, defect=defect),))).subject
    assert re.search(r"关于伺服电机 ?(.*)的投诉", subject)[1] == said


def test_an_english_subject_keeps_the_customers_number_however_long_the_rest():
    long = replace(
        MOTOR, product="Programmable temperature controller module", defect="display goes dark after a few hours of use"
    )
    subject = acknowledge(replace(RECORD, language="en", items=(long,))).subject
    assert (
        subject.startswith("[KS-202611-0001] Received (your ref. NCR-24-113): complaint about ") and len(subject) <= 100
    )


def test_forty_items_make_a_letter_that_lists_twenty_and_counts_the_rest():
    letter = acknowledge(replace(RECORD, items=(MOTOR,) * 40))
    assert "20. 伺服电机" in letter.text and "21. 伺服电机" not in letter.text and "另有 20 项" in letter.text


@settings(max_examples=40)
@given(text=st.text(max_size=120), language=st.sampled_from(["zh-CN", "zh-TW", "en", "ja", ""]))
def test_whatever_a_record_holds_a_letter_comes_of_it(text, language):
    record = replace(
        RECORD,
        language=language,
        subject=text,
        items=(ItemOf(product=text, model=text, batch=(text,), defect=text, ship_date=text),),
    )
    record = replace(record, customer=CustomerOf(company=text, contact=text), missing=("product", text))
    letter = acknowledge(record)
    assert RECORD.number in letter.subject and len(letter.subject.splitlines()) == 1


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("zh-CN", "zh-CN"),
        ("zh-TW", "zh-TW"),
        ("en", "en"),
        ("zh-HK", "zh-TW"),
        ("zh-Hant", "zh-TW"),
        ("zh", "zh-CN"),
        ("en-GB", "en"),
        ("de", "en"),
        ("", "zh-CN"),
        ("und", "zh-CN"),
    ],
)
def test_the_letter_is_in_the_customers_language_or_the_nearest_we_have(language, written):
    assert letter_language(language, "zh-CN") == written


# -------------------------------------------------------------------- threads and references


def test_malformed_message_ids_never_reach_a_header():
    bad = replace(
        ENVELOPE, message_id="<x@y>\r\nBcc: a@b", references=("no brackets", "<ok@y>", "<" + "a" * 300 + "@y>")
    )
    thread = of_envelope(bad)
    assert thread.in_reply_to is None and thread.references == ("<ok@y>",)


def test_a_very_long_thread_keeps_its_first_and_its_latest_mails():
    long = replace(ENVELOPE, references=tuple(f"<{at}@y>" for at in range(500)))
    references = of_envelope(long).references
    assert len(references) == 20 and references[0] == "<0@y>" and references[-1] == "<b@customer.example>"


def test_a_complaint_without_a_mail_makes_a_letter_outside_any_thread():
    letter = acknowledge(answered=None)
    assert letter.in_reply_to is None and letter.references == ()


def test_a_later_letter_answers_the_customers_latest_mail():
    messages = [
        ThreadMessage("K", "out", "<ack@us>", "s", ARRIVED + timedelta(minutes=5), "out"),
        ThreadMessage("K", "in", "<first@them>", "s", ARRIVED, "in"),
        ThreadMessage("K", "in", "<second@them>", "s", ARRIVED + timedelta(hours=1), "in"),
        ThreadMessage("K", "out", "<later@us>", "s", ARRIVED + timedelta(hours=2), "out"),
    ]
    thread = of_messages(messages)
    assert thread.in_reply_to == "<second@them>"
    assert thread.references == ("<first@them>", "<ack@us>", "<second@them>", "<later@us>")


@pytest.mark.parametrize(
    ("subject", "reference"),
    [
        ("Complaint NCR-24-113 motor", "NCR-24-113"),
        ("[SCAR# 20240601] noise", "SCAR# 20240601"),
        ("客诉单号：A-0031 电机异响", "A-0031"),
        ("異常單號 QC2406-17 噪音", "QC2406-17"),
        ("投诉：电机 HX-200B 异响", ""),
        ("CAR parts defective", ""),
        ("Re: [KS-202611-0001] 已受理", ""),
        ("OSCAR-55 motor", ""),
        ("NCR " * 1000, ""),
    ],
)
def test_the_customers_own_number_is_kept_where_the_subject_gives_one(subject, reference):
    assert customer_reference(subject) == reference


@pytest.mark.parametrize(
    ("subject", "bare"), [("RE: Re：回复: 图纸变更", "图纸变更"), ("Fwd: plan", "plan"), ("Regarding", "Regarding")]
)
def test_subjects_lose_their_reply_marks(subject, bare):
    assert bare_subject(subject) == bare


# -------------------------------------------------------------------- the other letters to the customer


def test_the_request_for_information_asks_what_is_missing_and_that_the_dates_stand():
    record = replace(RECORD, missing=("quantity_shipped",))
    letter = letters.missing_information(
        record, WINDOWS, [], "z@customer.example", OWNER, DESK, IDS, NOW, reply_by=NOW + timedelta(days=2)
    )
    assert "1. 该批产品的发货数量是多少？" in letter.text and "用于判断影响范围" in letter.text
    assert "2026年11月22日（星期日）10:10前回复" in flat(letter.text) and DESK.postal in letter.text
    assert "初步整改报告" in letter.text and letter.satisfies is None


def test_the_progress_letter_tells_what_was_done_and_what_comes_next_and_meets_its_window():
    windows = (*WINDOWS[1:], window(WindowName.DISPATCH, 4, WindowState.MET, ARRIVED + timedelta(hours=1)))
    letter = letters.progress(
        RECORD, windows, [], "z@customer.example", OWNER, DESK, IDS, ARRIVED + timedelta(hours=20)
    )
    assert "已转交责任部门调查" in letter.text and "2026年11月20日（星期五）11:04" in letter.text
    assert "完整的8D报告" in letter.text and "处理进展回复" not in letter.text
    assert letter.satisfies is WindowName.SOLUTION_OR_PROGRESS
    assert letter.headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_no_letter_to_a_customer_breaks_the_tone_whatever_it_asks(language):
    everything = (
        "product",
        "model",
        "production_or_ship_date",
        "quantity_shipped",
        "quantity_defective",
        "disposition",
        "contact",
        "phone",
    )
    record = replace(RECORD, language=language, items=(), missing=everything, reading={"items": []})
    common = ([], "z@customer.example", OWNER, DESK, IDS, NOW)
    for letter in (
        acknowledge(record),
        letters.missing_information(record, WINDOWS, *common),
        letters.progress(record, WINDOWS, *common),
    ):
        assert breaches_of_tone(letter.subject + letter.text + letter.html, language) == ()


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW"])
def test_all_words_that_a_record_can_call_for_keep_to_their_script(language):
    right = {"zh-CN": hanzidentifier.is_simplified, "zh-TW": hanzidentifier.is_traditional}[language]
    known = words(language)
    said = "".join(word for rows in known.tables.values() for word in rows.values())
    said += "".join(text for row in known.questions.values() for text in row.values())
    assert [c for c in set(said) if hanzidentifier.has_chinese(c) and not right(c)] == []


# -------------------------------------------------------------------- to our own people


def test_the_dispatch_holds_the_slip_its_reasons_its_deadlines_and_its_tasks():
    letter = letters.dispatch(
        RECORD,
        WINDOWS,
        ("q@example.com",),
        ("bu@example.com",),
        OWNER,
        DESK,
        IDS,
        NOW,
        sign_by=NOW + timedelta(hours=12),
    )
    assert letter.subject == "[客诉A] KS-202611-0001 东莞样例自动化有限公司 伺服电机装机后异响 请签收"
    for said in (
        "客户停线、同一问题第三次或更多次发生",
        "客诉信息处理流程§4",
        "闸口检查",
        "到现场",
        "封存待处理",
        "8D报告",
        "张经理",
    ):
        assert flat(said) in flat(letter.text), said
    assert "https://intake.example.com/records/KS-202611-0001" in letter.text
    assert letter.cc == ("bu@example.com",) and letter.satisfies is WindowName.DISPATCH
    assert letter.headers["Auto-Submitted"] == "auto-generated" and letter.in_reply_to is None


def test_a_class_c_dispatch_asks_for_no_8d():
    letter = letters.dispatch(
        replace(RECORD, letter=Class.C, reasons=("notice",), kind="notice"),
        (),
        "q@example.com",
        (),
        None,
        DESK,
        IDS,
        NOW,
    )
    assert "闸口检查" not in letter.text and "阅知" in letter.text


def test_the_management_report_puts_class_reasons_and_claim_on_one_screen():
    record = replace(RECORD, claim_amount=12000, claim_currency="CNY")
    letter = letters.management_report(record, WINDOWS, "gm@example.com", (), OWNER, DESK, IDS, NOW)
    assert (
        letter.subject.startswith("[重大客诉] KS-202611-0001")
        and "12,000 CNY" in letter.text
        and "客户停线" in letter.text
    )
    assert letter.satisfies is WindowName.MANAGEMENT_REPORT


def test_a_reminder_says_how_much_time_is_left_and_what_satisfies_the_window():
    first = WINDOWS[2]
    letter = letters.due_soon(
        RECORD, first, 80, "w@example.com", (), OWNER, DESK, IDS, first.due_at - timedelta(hours=4, minutes=48)
    )
    assert "剩余4小时48分钟" in letter.subject and "80%" in letter.text and "向客户发出初步整改报告" in letter.text


def test_an_overdue_notice_says_how_late_it_is():
    letter = letters.overdue(
        RECORD, WINDOWS[2], "head@example.com", (), OWNER, DESK, IDS, WINDOWS[2].due_at + timedelta(minutes=1)
    )
    assert "超时1分钟" in letter.subject


def test_an_escalation_says_who_was_asked_and_when():
    reminder = letters.due_soon(RECORD, WINDOWS[2], 80, "wangfang@example.com", (), OWNER, DESK, IDS, NOW)
    sent = replace(reminder, sent_at=NOW + timedelta(minutes=1))
    letter = letters.escalation(
        RECORD, WINDOWS[2], [sent], "gm@example.com", (), OWNER, DESK, IDS, WINDOWS[2].due_at + timedelta(hours=24)
    )
    assert "超时1天" in letter.subject
    assert "2026年11月20日（星期五）10:11  到期提醒  wangfang@example.com" in letter.text


def test_an_unsigned_dispatch_names_who_has_not_signed():
    letter = letters.unsigned(
        RECORD, NOW, "q@example.com", "q@example.com", (), OWNER, DESK, IDS, NOW + timedelta(hours=12)
    )
    assert "q@example.com" in letter.text and "12小时" in letter.text


def test_a_digest_lists_each_record_under_its_heading_and_an_empty_one_is_not_written():
    lists = Day(new=[RECORD], due_today=[(RECORD, WINDOWS[2])], unsigned=[(RECORD, NOW)])
    letter = letters.digest(date(2026, 11, 20), lists, "q@example.com", (), DESK, IDS, NOW)
    assert isinstance(letter, Letter) and letter.record is None and letter.subject == "客诉日报 2026年11月20日"
    assert "新受理（1）" in letter.text and "待签收（1）" in letter.text and "已超期" not in letter.text
    assert letters.digest(date(2026, 11, 20), Day(), "q@example.com", (), DESK, IDS, NOW) is None


def test_a_system_alert_says_what_fails_since_when_and_what_to_do():
    trouble = Trouble(
        "source_failing",
        "complaints/INBOX",
        since=NOW,
        waiting=3,
        detail="refused\nsign-in",
        remedy="Check the password.",
    )
    letter = letters.system_trouble(trouble, "admin@example.com", DESK, IDS, NOW)
    assert "收件来源无法读取" in letter.subject and "3 封" in letter.text and "refused sign-in" in letter.text
    assert "上次正常" not in letter.text and letter.record is None


ENGLISH = replace(DESK, language="en", name="Example Precision Ltd")
TO_US = {
    Purpose.DISPATCH: lambda: letters.dispatch(RECORD, WINDOWS, "a@example.com", (), None, ENGLISH, IDS, NOW),
    Purpose.MANAGEMENT_REPORT: lambda: letters.management_report(
        RECORD, WINDOWS, "a@example.com", (), None, ENGLISH, IDS, NOW
    ),
    Purpose.UNSIGNED: lambda: letters.unsigned(RECORD, NOW, (), "a@example.com", (), None, ENGLISH, IDS, NOW),
    Purpose.DUE_SOON: lambda: letters.due_soon(RECORD, WINDOWS[2], 50, "a@example.com", (), None, ENGLISH, IDS, NOW),
    Purpose.OVERDUE: lambda: letters.overdue(RECORD, WINDOWS[2], "a@example.com", (), None, ENGLISH, IDS, NOW),
    Purpose.ESCALATION: lambda: letters.escalation(
        RECORD, WINDOWS[2], [], "a@example.com", (), None, ENGLISH, IDS, NOW
    ),
    Purpose.DIGEST: lambda: letters.digest(
        date(2026, 11, 20), Day(new=[RECORD]), "a@example.com", (), ENGLISH, IDS, NOW
    ),
    Purpose.SYSTEM_TROUBLE: lambda: letters.system_trouble(Trouble("other", "x"), "a@example.com", ENGLISH, IDS, NOW),
}


@pytest.mark.parametrize("purpose", TO_US)
def test_every_letter_of_ours_is_written_in_the_companys_language(purpose):
    letter = TO_US[purpose]()
    assert letter.language == "en" and letter.purpose is purpose and '<html lang="en">' in letter.html


def test_a_customer_is_written_to_in_the_customers_language_whatever_ours_is():
    assert acknowledge(desk=ENGLISH).language == "zh-CN"


def test_a_desk_is_made_of_the_settings(tmp_path):
    settings = Settings.model_validate(
        {
            "company": {
                "name": "Example",
                "address": "c@example.com",
                "phone": "1",
                "fax": "2",
                "time_zone": "Asia/Taipei",
            },
            "sender": {"kind": "maildir", "path": "out"},
            "templates": "letters",
            "folder": tmp_path,
        }
    )
    desk = Desk.of(settings)
    assert desk.templates == tmp_path / "letters" and desk.zone.key == "Asia/Taipei" and desk.address == "c@example.com"
