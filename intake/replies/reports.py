"""Letters that bring the customer an 8D report, or close the matter: what stands in the report, in short."""

from collections.abc import Iterable
from datetime import date, datetime

from intake.replies import wording
from intake.replies.frame import Post
from storage.eight_d import D3, Action, Containment, EightD
from storage.records import Letter, Purpose, Window, WindowName
from templates import manners
from templates.data import Closure, Fact, FirstReport, FullReport, Promise, Revision
from templates.words import Words

LONGEST = 400  # characters of one text of the report


def first_report(post: Post, report: EightD, windows: tuple[Window, ...]) -> Letter:
    """8D初步报告: containment by place, the clean point, what the customer does with the goods, what comes next."""
    known = post.words
    ahead = [window for window in windows if window.name is WindowName.FULL_REPORT]
    batches = known.phrase("and").join(wording.plain(batch, 40) for batch in report.d2.batches[:6])
    hold = _says(known, "hold", batch=batches) if batches else _says(known, "hold_all")
    data = FirstReport(
        **post.frame(),
        containment=tuple(_contained(row, known) for row in report.d3.rows),
        clean_point=_clean_point(report.d3, known),
        advice=(hold,),
        attachment=post.attachment,
        promises=wording.promises(ahead, known, post.desk.zone, post.now),
    )
    return post.letter(Purpose.FIRST_REPORT, data)


def full_report(post: Post, report: EightD, accept_by: datetime | None = None) -> Letter:
    """8D报告: both causes, the actions with their dates, from which batch on they hold; acceptance is asked for."""
    known = post.words
    data = FullReport(
        **post.frame(),
        causes=_causes(report, known),
        actions=tuple(_promised(action, known) for action in report.d5 if action.text),
        effective_from=wording.plain(_joined(known, (action.effective_batch for action in report.d5)), 200),
        attachment=post.attachment,
        accept_by=_until(accept_by, post, known),
    )
    return post.letter(Purpose.FULL_REPORT, data)


def revision(post: Post, number: int, points: tuple[tuple[str, str], ...], accept_by: datetime | None = None) -> Letter:
    """8D修订报告: an answer to each of the customer's comments. `number` is the report's revision, `points` (comment,
    answer).
    """
    data = Revision(
        **post.frame(),
        revision=number,
        points=tuple(Fact(wording.plain(said, 120), wording.plain(answer, LONGEST), True) for said, answer in points),
        attachment=post.attachment,
        accept_by=_until(accept_by, post, post.words),
    )
    return post.letter(Purpose.REVISION, data)


def closure(post: Post, report: EightD | None, result: str = "") -> Letter:
    """结案通知 with the 顾客投诉处理报告 (顾客沟通控制程序 §5.4.9): complaint, causes, actions, effect."""
    known, record = post.words, post.record
    rows = [("complaint", wording.about(record, known))]
    if report is not None:
        rows += [
            ("causes", _joined(known, (cause.text for cause in report.d4.causes))),
            ("actions", _joined(known, (action.text for action in report.d5))),
            ("effect", _joined(known, (action.validation for action in report.d5))),
        ]
    rows.append(("closed", manners.day(post.now.astimezone(post.desk.zone), known.language)))
    data = Closure(
        **post.frame(),
        summary=tuple(
            Fact(_says(known, label), wording.plain(text, LONGEST), True) for label, text in rows if text.strip()
        ),
        result=wording.plain(result, 1000),
        attachment=post.attachment,
    )
    return post.letter(Purpose.CLOSURE, data)


def _says(known: Words, key: str, **values: object) -> str:
    return known.filled("report_words", key, **values)


def _contained(row: Containment, known: Words) -> Fact:
    counted = (("suspect", row.quantity_suspect), ("checked", row.quantity_checked), ("found", row.quantity_found))
    figures = [_says(known, key, n=manners.number(value)) for key, value in counted if value is not None]
    texts = [wording.plain(text, 160) for text in (row.action, row.disposition) if text.strip()]
    return Fact(known.of("places", row.place.value), known.phrase("and").join([*figures, *texts]) or "–", True)


def _clean_point(d3: D3, known: Words) -> str:
    day = manners.day(d3.clean_date, known.language) if d3.clean_date else ""
    batch = wording.plain(d3.clean_batch, 60)
    key = "clean" if day and batch else "clean_batch" if batch else "clean_date"
    point = _says(known, key, date=day, batch=batch) if day or batch else ""
    mark = _says(known, "marked", mark=wording.plain(d3.mark, 80)) if d3.mark.strip() else ""
    return known.phrase("and").join(part for part in (point, mark) if part)


def _causes(report: EightD, known: Words) -> tuple[Fact, ...]:
    return tuple(
        Fact(known.of("axes", cause.axis.value), wording.plain(cause.text, LONGEST), True)
        for cause in report.d4.causes
        if cause.text.strip()
    )


def _promised(action: Action, known: Words) -> Promise:
    key, day = ("done_on", action.done_on) if action.done_on else ("planned_on", action.planned_on)
    return Promise(wording.plain(action.text, LONGEST), _says(known, key, date=_day(day, known)) if day else "–")


def _day(day: date, known: Words) -> str:
    return manners.day(day, known.language)


def _joined(known: Words, texts: Iterable[str]) -> str:
    parts = dict.fromkeys(text.strip() for text in texts if text.strip())
    return known.phrase("and").join(parts)


def _until(moment: datetime | None, post: Post, known: Words) -> str:
    return manners.day(moment.astimezone(post.desk.zone), known.language) if moment else ""
