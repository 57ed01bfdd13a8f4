"""Letters to our own people: lists, catch-up, reports, tasks, and matters of one record."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from intake.replies import lists, matters, notices
from intake.replies.lists import Missed
from intake.replies.notices import Day
from intake.reporting import Facts, summary
from storage.life import Task, TaskKind
from storage.promised import Promised
from storage.records import Class, Purpose, WindowName
from templates.words import words
from tests.intake.letter_parts import ARRIVED, DESK, FULL_REPORT_WINDOW, IDS, NOW, OWNER, RECORD

LANGUAGES = ("zh-CN", "zh-TW", "en")
TASK = Task(
    "t-77", RECORD.number, TaskKind.STOCK_CHECK, OWNER.email, ARRIVED, "boss@example.com",
    due_at=NOW + timedelta(hours=4), note="A938、A939",
)  # fmt: skip
OTHER = replace(RECORD, number="KS-202611-0002", letter=Class.B, received_at=ARRIVED + timedelta(hours=1))


def desk(language):
    return replace(DESK, language=language)


def squeezed(text):
    return "".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_unsigned_list_names_each_record_the_oldest_first_and_how_to_sign(language):
    waiting = [(OTHER, NOW - timedelta(hours=2)), (RECORD, NOW - timedelta(hours=14))]
    letter = lists.unsigned_list(waiting, OWNER.email, desk(language), IDS, NOW)
    assert letter.purpose is Purpose.UNSIGNED and letter.record is None
    assert letter.text.index("KS-202611-0001") < letter.text.index("KS-202611-0002")
    how = {"zh-CN": ("签收", "拒收"), "zh-TW": ("簽收", "拒收"), "en": ("signed", "refuse")}[language]
    assert all(word in letter.text for word in how)
    assert {"zh-CN": "已等待14小时", "zh-TW": "已等待14小時", "en": "waitingfor14hours"}[language] in squeezed(
        letter.text
    )


def test_one_unsigned_record_is_spoken_of_in_the_singular():
    letter = lists.unsigned_list([(RECORD, NOW - timedelta(hours=13))], OWNER.email, desk("en"), IDS, NOW)
    assert letter.subject.startswith("1 complaint to sign for") and "This complaint was dispatched" in letter.text


@pytest.mark.parametrize(
    ("missed", "said"),
    [
        (
            Missed(RECORD, "80", NOW, window=FULL_REPORT_WINDOW),
            "完整8D报告：期限2026年11月27日（星期五）10:04，剩余6天4小时",
        ),
        (
            Missed(RECORD, "100", NOW, window=replace(FULL_REPORT_WINDOW, due_at=NOW - timedelta(hours=3))),
            "已超期3小时",
        ),
        (
            Missed(RECORD, "escalated", NOW, window=replace(FULL_REPORT_WINDOW, due_at=NOW - timedelta(hours=30))),
            "已超期1天6小时（已报上级）",
        ),
        (Missed(RECORD, "50", NOW, task=TASK), "自查库存、在制品和检验记录：A938、A939：期限2026年11月21日"),
        (Missed(RECORD, "dispatch", NOW - timedelta(hours=20)), "已等待20小时"),
    ],
)
def test_a_catch_up_tells_what_is_due_until_when_and_how_it_stands_now(missed, said):
    letter = lists.catch_up([missed], "gm@example.com", DESK, IDS, NOW, NOW, NOW - timedelta(hours=30))
    assert letter.purpose is Purpose.DIGEST
    assert squeezed(said) in squeezed(letter.text)
    assert "自2026年11月20日（星期五）00:04至2026年11月21日（星期六）06:04停止运行" in squeezed(letter.text)


def test_a_catch_up_keeps_the_order_that_it_is_given_and_may_not_know_since_when():
    rows = [Missed(OTHER, "80", NOW, window=FULL_REPORT_WINDOW), Missed(RECORD, "80", NOW, window=FULL_REPORT_WINDOW)]
    letter = lists.catch_up(rows, "gm@example.com", DESK, IDS, NOW)
    assert letter.text.index("0002") < letter.text.index("0001")
    assert "之前停止运行" in letter.text


def _summary():
    facts = Facts(
        records=(RECORD, OTHER, replace(RECORD, number="KS-202611-0003", letter=Class.C)),
        causes={RECORD.number: "制造"},
        repeated=frozenset({RECORD.number}),
        promised=(
            Promised(0, WindowName.ACKNOWLEDGEMENT, "质量部", "王芳", "", 1, 0, 0, 0.0),
            Promised(0, WindowName.FIRST_REPORT, "质量部", "王芳", "", 0, 1, 0, 6.0),
            Promised(0, None, "技术部", "陈明", "", 1, 0, 0, 0.0),
        ),
        closed=1,
        still_open=2,
    )
    return summary(date(2026, 11, 1), date(2026, 11, 30), facts, 10)


def test_a_monthly_report_holds_counts_repeats_windows_and_the_table_for_the_assessment():
    letter = lists.report("monthly", _summary(), "gm@example.com", (), DESK, IDS, NOW)
    text = squeezed(letter.text)
    assert letter.subject == "客诉月报 2026年11月1日至2026年11月30日" and letter.purpose is Purpose.DIGEST
    assert "受理客诉2件，通知和建议1件；结案1件，目前未结2件" in text
    assert "东莞样例自动化有限公司：2" in text and "伺服电机HX-200B：2" in text and "制造：1" in text
    assert "■重复发生-[A]KS-202611-0001" in text
    assert "初步整改报告（8DD1–D3）：应完成1，按时0，逾期1，按时率0%，逾期6小时" in text
    assert "质量部王芳：应完成2，按时1，逾期1，按时率50%，逾期6小时" in text
    assert "任务：应完成1，按时1" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("span", ["weekly", "monthly"])
def test_a_report_of_a_time_without_complaints_says_so_in_figures(span, language):
    nothing = summary(date(2026, 11, 16), date(2026, 11, 22), Facts(), 10)
    letter = lists.report(span, nothing, "gm@example.com", (), desk(language), IDS, NOW)
    assert words(language).of("lists", span) in letter.subject
    assert "0" in letter.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_asks_its_reader_how_his_own_tasks_stand(language):
    letter = notices.digest(date(2026, 11, 21), Day(), OWNER.email, (), desk(language), IDS, NOW, [(RECORD, TASK)])
    assert "t-77" in letter.text and "A938、A939" in letter.text
    assert squeezed(words(language).of("lists", "ask_progress")) in squeezed(letter.text)


def test_a_digest_without_tasks_asks_nothing_and_without_anything_is_none():
    letter = notices.digest(date(2026, 11, 21), Day(new=[RECORD]), OWNER.email, (), DESK, IDS, NOW)
    assert "回复进展" not in letter.text
    assert notices.digest(date(2026, 11, 21), Day(), OWNER.email, (), DESK, IDS, NOW) is None


@pytest.mark.parametrize(
    ("due_in", "purpose", "said"),
    [(4, Purpose.DUE_SOON, "4小时"), (-3, Purpose.OVERDUE, "3小时"), (0, Purpose.OVERDUE, "1分钟")],
)
def test_a_tasks_reminder_is_due_soon_before_its_end_and_overdue_after(due_in, purpose, said):
    task = replace(TASK, due_at=NOW + timedelta(hours=due_in))
    letter = notices.task_reminder(RECORD, task, 80, OWNER.email, (), OWNER, DESK, IDS, NOW)
    assert letter.purpose is purpose and letter.satisfies is None
    assert said in letter.text and "完成 t-77 结果" in letter.text


def test_a_task_without_an_end_has_no_reminder():
    with pytest.raises(ValueError, match="t-77"):
        notices.task_reminder(RECORD, replace(TASK, due_at=None), 80, OWNER.email, (), OWNER, DESK, IDS, NOW)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", matters.PURPOSES)
def test_every_matter_is_worded_whole_in_every_language(what, language):
    said = {"who": "陈明", "owner": "王芳", "task": "X", "id": "t-77", "act": "sign", "n": "4"}
    facts = (("reason", "不属于本部门"), ("until", NOW))
    letter = matters.matter(what, RECORD, "a@example.com", OWNER, desk(language), IDS, NOW, facts=facts, **said)
    assert letter.purpose is matters.PURPOSES[what] and letter.satisfies is None
    assert RECORD.number in letter.subject and "不属于本部门" in letter.text
    for part in (what, f"{what}_text", f"{what}_ask"):
        assert words(language).has("matters", part)
    assert "{" not in letter.text + letter.subject
