"""Letters that say what is to be done, what was found, or that a date moves; all in a person's own words."""

from datetime import date, datetime

from intake.replies import wording
from intake.replies.frame import Post
from storage.life import Responsibility
from storage.records import Letter, Purpose, WindowName
from templates import manners
from templates.data import Delay, NotOurFault, Promise, ReturnArrangement, Solution

LONGEST = 2000


def solution(
    post: Post, text: str, steps: tuple[tuple[str, datetime], ...] = (), reply_by: datetime | None = None
) -> Letter:
    """处理方案: what is proposed, and by when each step is done; the customer is asked to agree."""
    known, zone = post.words, post.desk.zone
    data = Solution(
        **post.frame(),
        solution=wording.plain(text, LONGEST),
        steps=tuple(Promise(wording.plain(what, 120), manners.moment(at, zone, known.language)) for what, at in steps),
        reply_by=manners.moment(reply_by, zone, known.language) if reply_by else "",
    )
    return post.letter(Purpose.SOLUTION, data)


def not_our_fault(post: Post, found: Responsibility, result: str = "", tests: tuple[str, ...] = ()) -> Letter:
    """分析结果 where no fault was found or it arose elsewhere: facts, evidence, joint analysis offered."""
    data = NotOurFault(
        **post.frame(),
        finding=post.words.of("findings", found.value),
        result=wording.plain(result, LONGEST),
        tests=tuple(wording.plain(test, 300) for test in tests[:20]),
        attachment=post.attachment,
    )
    return post.letter(Purpose.NOT_OUR_FAULT, data)


def delay(post: Post, window: WindowName, old: datetime, new: datetime, reason: str, meanwhile: str = "") -> Letter:
    """时间变更说明, before the promised date has passed: why, the new date, what protects the customer until then."""
    known, zone = post.words, post.desk.zone
    table = "promises" if known.has("promises", window.value) else "windows"
    data = Delay(
        **post.frame(),
        what=known.of(table, window.value),
        old=manners.moment(old, zone, known.language),
        new=manners.moment(new, zone, known.language),
        reason=wording.plain(reason, 600),
        meanwhile=wording.plain(meanwhile, 600),
    )
    return post.letter(Purpose.DELAY, data)


def return_arrangement(
    post: Post, quantity: float | None, carrier: str, address: str, by: date | None = None
) -> Letter:
    """退货安排: number, address, carrier, packing. `address` is our postal one unless it says otherwise."""
    known = post.words
    rma = f"RMA-{post.record.number}"
    data = ReturnArrangement(
        **post.frame(),
        rma=rma,
        quantity=manners.number(quantity) if quantity is not None else "",
        carrier=wording.plain(carrier, 120),
        address=wording.plain(address, 200) or post.desk.postal or post.desk.name,
        by=manners.day(by, known.language) if by else "",
        packing=tuple(known.filled("report_words", key, rma=rma) for key in ("pack", "label", "enclose")),
    )
    return post.letter(Purpose.RETURN_ARRANGEMENT, data)
