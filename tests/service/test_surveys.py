"""Satisfaction surveys on both databases: who is asked and when, once each; and what a poor answer opens."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from intake.acts.case import Actor
from intake.acts.survey import answered, worse
from intake.acts.table import ACTS
from intake.desk import Office
from intake.errors import RecordError
from intake.policy.calendar import WorkCalendar
from intake.policy.model import load_policy
from intake.replies.frame import Desk
from intake.runners.acts import gather
from intake.runners.entering import Worlds
from intake.runners.surveys import Surveyor, survey_answered
from intake.settings import Brake
from storage import Storage
from storage.life import Grade, Life, Survey
from storage.records import (
    Class,
    CustomerCard,
    CustomerOf,
    Letter,
    LetterState,
    Person,
    Purpose,
    Record,
    RecordState,
    Role,
)
from tests.servers.postgres import own_postgres, postgres
from tests.service.watching import at
from tests.storage.conftest import storage, url
from tests.storage.samples import record

__all__ = ["own_postgres", "postgres", "storage", "url"]

WANG = Person("王工", "wang@ours.example", "质量部", Role.QUALITY)
CLOSED = at("2026-11-02T10:00")
ONE = record("KS-202610-0001", state=RecordState.CLOSED, letter=Class.B)


def _office() -> Office:
    from zoneinfo import ZoneInfo

    policy, zone = load_policy(None), ZoneInfo("Asia/Shanghai")
    desk = Desk("苏州示例精密有限公司", "complaints@ours.example", zone, phone="0512-6000 0000")
    addresses = frozenset({"complaints@ours.example"})
    return Office(desk, policy, WorkCalendar(policy, zone), "zh-CN", "江苏省", addresses, Brake())


def _keep(storage: Storage, *records: Record, closed: datetime = CLOSED) -> None:
    with storage.unit() as work:
        work.people.upsert_person(WANG)
        for one in records:
            work.complaints.add(one, (), ())
            work.lives.save(Life(one.number, closed_at=closed))
        work.commit()


def _look(storage: Storage, *moments: str) -> list[Letter]:
    """What looks at these moments wrote to customers, by address."""
    before = {letter.id for letter in _written(storage)}
    for moment in moments:
        Surveyor(storage, _office(), lambda moment=moment: at(moment), "ours.example").look()
    return sorted((one for one in _written(storage) if one.id not in before), key=lambda one: one.to)


def _written(storage: Storage) -> list[Letter]:
    with storage.reading() as work:
        return [letter for state in LetterState for letter in work.letters.in_state(state)]


def _answer(storage: Storage, **different: Any) -> Survey:
    with storage.unit() as work:
        [survey] = work.lives.surveys(ONE.number)
        work.lives.update(replace(survey, answered_at=at("2026-11-10T09:00"), **different))
        work.commit()
    return survey


def test_a_customer_is_asked_once_a_week_after_the_closure(storage: Storage) -> None:
    _keep(storage, ONE)
    assert _look(storage, "2026-11-09T09:59") == []
    [letter] = _look(storage, "2026-11-09T10:00", "2026-11-09T10:01", "2026-11-12T10:00")
    assert (letter.purpose, letter.to, letter.state) == (Purpose.SURVEY, ("li@haichuan.example",), LetterState.QUEUED)
    assert "KS-202610-0001" in letter.subject
    assert "11月23日" in letter.text  # the answer is asked for within two weeks
    with storage.reading() as work:
        case = gather(work, ONE.number)
    assert [(one.letter, one.customer) for one in case.surveys] == [(letter.id, "宁波海川电器有限公司")]


NOT_ASKED: dict[str, Record] = {
    "a notice": replace(ONE, letter=Class.C),
    "one that is open again": replace(ONE, state=RecordState.IN_PROGRESS),
    "no complaint after all": replace(ONE, state=RecordState.CANCELLED),
    "a survey's own record": replace(ONE, channel="survey"),
    "one without an address": replace(ONE, customer=CustomerOf(company="海川")),
}


@pytest.mark.parametrize("case", NOT_ASKED)
def test_who_is_not_asked_after_a_closure(storage: Storage, case: str) -> None:
    _keep(storage, NOT_ASKED[case])
    assert _look(storage, "2026-11-09T10:00") == []


def test_what_was_closed_long_ago_is_not_asked_about(storage: Storage) -> None:
    _keep(storage, ONE, closed=at("2026-09-01T10:00"))
    assert _look(storage, "2026-11-09T10:00") == []


@pytest.mark.parametrize(
    ("grade", "opens"), [(Grade.VERY_SATISFIED, False), (Grade.SATISFIED, False), (Grade.FAIR, False), (Grade.POOR, True)]
)  # fmt: skip
def test_an_answer_below_the_threshold_opens_one_record(storage: Storage, grade: Grade, opens: bool) -> None:
    _keep(storage, ONE)
    _look(storage, "2026-11-09T10:00")
    _answer(storage, grade=grade, comment="回复太慢")
    _look(storage, "2026-11-10T10:00", "2026-11-10T10:01")
    with storage.reading() as work:
        others = [one for one in work.complaints.everything() if one.number != ONE.number]
        [survey] = work.lives.surveys(ONE.number)
        windows = [window.name.value for one in others for window in work.complaints.windows(one.number)]
    assert len(others) == opens
    if opens:
        [new] = others
        assert (new.channel, new.customer.company, new.items[0].model) == ("survey", "宁波海川电器有限公司", "ZC-204")
        assert (new.items[0].defect, new.subject, new.received_at) == (
            "回复太慢",
            "满意度调查：较差",
            at("2026-11-10T09:00"),
        )
        assert survey.follow_up == new.number
        assert "dispatch" in windows


def _cards(storage: Storage) -> None:
    _keep(
        storage,
        replace(ONE, state=RecordState.IN_PROGRESS, received_at=at("2026-10-01T10:00")),
        replace(ONE, number="2", received_at=at("2026-10-02T10:00"), customer=CustomerOf(email="No.Card@x.example"), language="en"),
        replace(ONE, number="3", received_at=at("2026-10-02T10:00"), customer=CustomerOf(email="c@x.example"), letter=Class.C),
        replace(ONE, number="4", received_at=at("2026-10-02T10:00"), customer=CustomerOf(email="complaints@ours.example")),
        replace(ONE, number="5", received_at=at("2026-10-02T10:00"), customer=CustomerOf(email="n@x.example"), state=RecordState.CANCELLED),
    )  # fmt: skip
    with storage.unit() as work:
        work.people.upsert_customer(CustomerCard("海川", email="li@haichuan.example", contact="李工", language="zh-TW"))
        work.people.upsert_customer(CustomerCard("无地址"))
        work.people.upsert_customer(CustomerCard("Lately", email="lately@x.example"))
        work.lives.add([Survey("s", None, "Lately", None, "Lately@x.example", "en", at("2026-12-20T10:00"))])
        work.commit()


def test_half_yearly_everybody_on_the_list_and_who_complained_is_asked_once(storage: Storage) -> None:
    _cards(storage)
    assert _look(storage, "2026-12-31T23:00", "2027-01-01T07:59") == []
    letters = _look(storage, "2027-01-01T08:00", "2027-01-01T08:01", "2027-01-20T08:00", "2027-02-01T08:00")
    assert [(one.to[0], one.language, one.record) for one in letters] == [
        ("li@haichuan.example", "zh-TW", None),
        ("no.card@x.example", "en", None),
    ]
    assert len(_look(storage, "2027-07-01T08:00")) == 2  # the cards; who complained did so too long ago


def test_a_new_installation_does_not_mail_its_whole_list(storage: Storage) -> None:
    _cards(storage)
    assert _look(storage, "2027-01-05T09:00", "2027-01-06T09:00") == []


def test_the_answer_to_a_half_yearly_survey_is_known_by_the_letter(storage: Storage) -> None:
    _cards(storage)
    letters = _look(storage, "2026-12-31T23:00", "2027-01-01T08:00")
    now = at("2027-01-02T09:00")
    with storage.unit() as work:
        assert survey_answered(work, ["<unknown@x>"], "2", now) is None
        assert survey_answered(work, [letters[0].message_id], "請問這是什麼", now) is None
        found = survey_answered(work, ["<unknown@x>", letters[0].message_id], "4 回覆太慢", now)
        assert found is not None
        work.lives.update(found)
        work.commit()
    assert (found.grade, found.customer, found.comment) == (Grade.POOR, "海川", "4 回覆太慢")
    _look(storage, "2027-01-02T09:01")
    with storage.reading() as work:
        assert work.lives.survey(found.id).follow_up  # type: ignore[union-attr]


def test_a_person_takes_down_an_answer_by_telephone(storage: Storage) -> None:
    _keep(storage, ONE)
    _look(storage, "2026-11-09T10:00")
    with storage.reading() as work:
        case = gather(work, ONE.number)
    worlds = Worlds(_office(), lambda: CLOSED, "ours.example")
    with storage.reading() as work:
        known = worlds.of(work)
    after = answered(case, {"grade": "不满意", "comment": " 太慢 "}, Actor("wang@ours.example"), known)
    assert (after.surveys[0].grade, after.surveys[0].comment, after.events[0].what) == (
        Grade.POOR,
        "太慢",
        "survey_answered",
    )
    with pytest.raises(RecordError, match="is no grade"):
        answered(case, {"grade": "maybe"}, Actor("wang@ours.example"), known)
    with pytest.raises(RecordError, match="has no survey"):
        answered(replace(case, surveys=()), {"grade": "1"}, Actor("wang@ours.example"), known)
    assert "answered" in ACTS


def test_grades_have_an_order() -> None:
    assert [worse(grade, Grade.FAIR) for grade in Grade] == [False, False, False, True]
