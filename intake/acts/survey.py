"""Answers to satisfaction surveys (满意度调查): taken down by a person, or read from a mail; and what a poor one opens.

不满意再处理: an answer worse than the policy's threshold becomes a record of the channel `survey`
(顾客沟通及满意度测量控制程序 §6.3).
"""

from dataclasses import replace
from typing import Any

from intake.acts.act import EVERYBODY, STATES, Act, Key, Values
from intake.acts.case import Actor, Case, World
from intake.answers import grade_of
from intake.errors import RecordError
from storage.life import Grade, Survey
from storage.records import Record

LONGEST_COMMENT = 2000  # characters
_GRADES = tuple(Grade)


def worse(grade: Grade, threshold: Grade) -> bool:
    """Whether a grade lies below the threshold."""
    return _GRADES.index(grade) > _GRADES.index(threshold)


def answered(case: Case, values: Values, who: Actor, world: World) -> Case:
    """A grade that the customer gave by telephone or on paper: to the newest survey, or to the one that is named."""
    grade = grade_of(str(values["grade"]))
    if grade is None:
        raise RecordError(
            f"{values['grade']!r} is no grade.", "Write 1 to 4 (1 is very satisfied), or the grade's word."
        )
    named = str(values.get("survey", ""))
    found = [one for one in case.surveys if one.id.startswith(named)]
    if not found:
        raise RecordError(
            f"{case.number} has no survey{f' {named!r}' if named else ''}.", "`send what=survey` asks first."
        )
    done = with_answer(found[-1], grade, str(values.get("comment", "")), world)
    surveys = tuple(done if one.id == done.id else one for one in case.surveys)
    case = replace(case, surveys=surveys).noted(who, world, "survey_answered", new=str(grade))
    return case.saying(f"{case.number}: {grade.value}.")


def with_answer(survey: Survey, grade: Grade, comment: str, world: World) -> Survey:
    return replace(survey, answered_at=world.now, grade=grade, comment=comment.strip()[:LONGEST_COMMENT])


def complaint_of(survey: Survey, about: Record | None, subject: str) -> dict[str, Any]:
    """The values of `enter` for the record that a poor answer opens: who says it, of which goods, in which words."""
    item = about.items[0] if about is not None and about.items else None
    customer = about.customer if about is not None else None
    given = {
        "channel": "survey",
        "at": survey.answered_at,
        "subject": subject,
        "company": survey.customer,
        "contact": customer.contact if customer else None,
        "email": survey.email,
        "product": item.product if item else None,
        "model": item.model if item else None,
        "defect": survey.comment or subject,
    }
    return {name: value for name, value in given.items() if value}


SURVEY_ACTS = (
    Act(
        "answered",
        "take down the customer's answer to a satisfaction survey",
        answered,
        (
            Key("grade", "1 to 4 (1 is very satisfied), or the grade's word", required=True),
            Key("comment", "what the customer said besides"),
            Key("survey", "the survey's id; by default the newest"),
        ),
        who=EVERYBODY,
        states=STATES,
    ),
)
