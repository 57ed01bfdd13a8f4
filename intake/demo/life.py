"""The demo's class A complaint, carried to its first report: by acts of our people, and by a mail of the factory's.

Nothing is shortened: the dispatch is signed by a reply to it, the containment is read out of that reply, the report is
checked and approved, and it leaves as a Word file in the customer's language.
"""

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from intake.runners.acts import Actions, gather
from intake.wiring import Service
from storage.records import Class, Letter, Purpose, Record, RecordState

REVIEWER, MANAGER, FACTORY, GENERAL_MANAGER = (
    "hejun@mingrui.example",
    "yan.gq@mingrui.example",
    "luht@mingrui.example",
    "gm@mingrui.example",
)
ANSWER = """签收

D3 客户：到货批次已请客户隔离，可疑 1200，已检 260，不良 31
D3 在途：无
D3 销售点：无
D3 成品库：可疑 800，已检 800，不良 6，已挑选
D3 在制品：可疑 150，已检 150，不良 0
D3 供应商：无
断点批号：B261122-1
标识：外箱绿色圆点
承诺日期：明天
"""


def carry(service: Service, actions: Actions, inbox: Path) -> Iterator[str]:
    """Does it step by step; a line a step, to be printed."""
    record = _most_urgent(service)
    if record is None:
        return
    number = record.number
    yield f"{number}, class {record.letter.value} ({', '.join(record.reasons)}): its life up to the first report"
    missing = {"quantity_shipped": "1200", "ship_date": "2026-11-18", "disposition": "hold"}
    given = {name: text for name, text in missing.items() if name in record.missing}
    if given:
        yield _done(actions, number, "correct", REVIEWER, given)
    yield _done(actions, number, "confirm", REVIEWER, {})
    yield _done(actions, number, "assign", REVIEWER, {"cause": "manufacture"})
    service.once()
    dispatch = _letter(service, number, Purpose.DISPATCH, FACTORY)
    if dispatch is not None:
        (inbox / "new" / "factory-answers").write_bytes(_answer(dispatch))
        service.once()
        yield "the factory answers the dispatch by mail: signed, D3 read out of its lines"
    yield _done(actions, number, "visit", REVIEWER, {"result": "客户产线已恢复，使用挑选后的良品"})
    yield _done(actions, number, "approve", GENERAL_MANAGER, {"report": "first"})
    yield _done(actions, number, "send", REVIEWER, {"what": "first_report"})
    service.once()
    report = _letter(service, number, Purpose.FIRST_REPORT, "")
    if report is not None:
        yield f"sent to {', '.join(report.to)}: {report.subject}  [{', '.join(each[0] for each in report.attachments)}]"


def _most_urgent(service: Service) -> Record | None:
    with service.storage.reading() as work:
        found = work.complaints.everything()
    urgent = [
        record
        for record in found
        if record.letter is Class.A and record.state is RecordState.TO_REVIEW and record.customer.email and record.items
    ]
    return min(urgent, key=lambda record: ("line_stop" not in record.reasons, record.number), default=None)


def _done(actions: Actions, number: str, act: str, who: str, given: dict[str, str]) -> str:
    case, _ = actions.do(number, act, given, who)
    return f"{act} by {who.partition('@')[0]}: {' '.join(case.told) or 'done.'}"


def _letter(service: Service, number: str, purpose: Purpose, to: str) -> Letter | None:
    with service.storage.reading() as work:
        written = gather(work, number).letters
    return next((one for one in reversed(written) if one.purpose is purpose and (not to or to in one.to)), None)


def _answer(dispatch: Letter) -> bytes:
    """What the factory's head writes back."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"陆海涛 <{FACTORY}>"
    mail["To"] = "complaints@mingrui.example"
    mail["Subject"] = f"回复: {dispatch.subject}"
    mail["Message-ID"] = f"<answer.{dispatch.id}@mingrui.example>"
    mail["In-Reply-To"] = dispatch.message_id
    mail["References"] = dispatch.message_id
    mail.set_content(ANSWER)
    return mail.as_bytes()
