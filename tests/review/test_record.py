"""The record page on both databases: what it shows, what it puts right, who may do what, two people at once."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from intake.acts.table import ACTS
from intake.review.record_acts import ELSEWHERE, SORTS
from storage.life import Proposal
from storage.records import Class, Event, LetterState, Record, RecordState
from storage.site import SiteRole
from tests.review.complaints import NUMBER, complaint, mail
from tests.review.conftest import NOW, Browser, Place

PAGE = f"/records/{NUMBER}"


def tree(browser: Browser, path: str = PAGE) -> LexborHTMLParser:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text[:2000]
    return LexborHTMLParser(answer.text)


def filled(page: LexborHTMLParser) -> dict[str, str]:
    """The form of the values as a browser would send it."""
    form: dict[str, str] = {}
    for node in page.css("#values input[name]:not([type=checkbox]), #values textarea[name]"):
        form[node.attributes["name"] or ""] = node.attributes.get("value") or node.text()
    for node in page.css("#values input[type=checkbox][checked]"):
        name, value = node.attributes["name"] or "", node.attributes["value"] or ""
        form[name] = f"{form[name]}; {value}" if form[name] else value
    for node in page.css("#values select[name]"):
        chosen = node.css_first("option[selected]") or node.css_first("option")
        form[node.attributes["name"] or ""] = (chosen.attributes.get("value") or "") if chosen else ""
    return form


def now(place: Place, number: str = NUMBER) -> Record:
    with place.storage.reading() as work:
        found = work.complaints.get(number)
    assert found is not None
    return found


def test_doubtful_values_stand_first_missing_ones_next_each_with_where_it_was_read(place: Place) -> None:
    complaint(place)
    page = tree(place.signed_in())
    item = [node.attributes["data-mark"] for node in page.css("fieldset.values")[0].css(".value")]
    assert item[0] == "items-1-batch"
    assert set(item[1:3]) == {"items-1-quantity_shipped", "items-1-disposition"}
    assert "55 %" in page.css_first(".value.doubt").text()
    assert "mail text" in page.css_first(".value.doubt .spot").text()
    assert len(page.css(".window progress")) == 3


def test_what_contradicts_is_marked(place: Place) -> None:
    made = complaint(place)
    item = replace(made.items[0], quantity_defective=900.0)
    with place.storage.unit() as work:
        work.complaints.update(replace(made, items=(item,)))
        work.commit()
    assert "more bad than inspected" in tree(place.signed_in()).css_first(".value.odd").text()


def test_the_places_of_the_values_are_lit_in_the_text_and_the_files_are_listed(place: Place) -> None:
    complaint(place)
    page = tree(place.signed_in(), f"{PAGE}/original")
    lit = {node.attributes["data-marks"]: node.text() for node in page.css("mark")}
    assert lit["items-1-batch"] == "B2611-03"
    assert lit["items-1-quantity_inspected"] == "260"
    assert any("清单.csv" in node.text() for node in page.css("a[download]"))
    assert "ZC-204,B2611-03" in page.text() or "ZC-204" in page.css(".part")[1].text()


def test_without_script_the_original_stands_in_the_page_itself(lone: Place) -> None:
    complaint(lone)
    assert tree(lone.signed_in(), f"{PAGE}?original=1").css("mark")


def test_a_value_is_put_right_kept_as_a_correction_and_the_page_says_who_set_it(place: Place) -> None:
    complaint(place)
    browser = place.signed_in()
    form = filled(tree(browser)) | {"f:items.1.batch": "B2611-04; B2611-05", "f:items.1.quantity_shipped": "1,200"}
    assert browser.post(f"{PAGE}/values", form).status_code == 303
    assert now(place).items[0].batch == ("B2611-04", "B2611-05")
    assert now(place).items[0].quantity_shipped == 1200
    with place.storage.reading() as work:
        assert [(one.field, one.new) for one in work.complaints.corrections(NUMBER)] == [
            ("batch", ["B2611-04", "B2611-05"]), ("quantity_shipped", 1200.0),
        ]  # fmt: skip
    assert "set by Wang Min" in tree(browser).css_first("[data-mark=items-1-batch]").text()


def test_one_press_saves_and_confirms(place: Place) -> None:
    complaint(place)
    browser = place.signed_in()
    page = tree(browser)
    assert page.css_first("button[data-key=c]") is not None
    assert browser.post(f"{PAGE}/values", filled(page) | {"then": "confirm"}).status_code == 303
    assert now(place).state is RecordState.IN_PROGRESS


def test_a_form_that_nobody_touched_changes_nothing(place: Place) -> None:
    made = complaint(place)
    browser = place.signed_in()
    browser.post(f"{PAGE}/values", filled(tree(browser)) | {"then": "save"})
    assert now(place) == made


def test_a_wrong_value_is_told_and_what_was_typed_stays(place: Place) -> None:
    complaint(place)
    browser = place.signed_in()
    answer = browser.post(f"{PAGE}/values", filled(tree(browser)) | {"f:items.1.ship_date": "the fifth"})
    assert answer.status_code == 422
    assert "Dates are YYYY-MM-DD" in answer.text
    assert 'value="the fifth"' in answer.text
    assert now(place).items[0].ship_date is None


def test_two_people_at_different_fields_both_have_their_way(place: Place) -> None:
    complaint(place)
    mine, theirs = place.signed_in(), place.signed_in(SiteRole.APPROVER)
    form = filled(tree(mine)) | {"f:items.1.model": "ZC-205"}
    theirs.post(f"{PAGE}/values", filled(tree(theirs)) | {"f:items.1.quantity_shipped": "1200"})
    assert mine.post(f"{PAGE}/values", form).status_code == 303
    assert (now(place).items[0].model, now(place).items[0].quantity_shipped) == ("ZC-205", 1200)


def test_two_people_at_one_field_are_shown_mine_and_theirs_and_one_chooses(place: Place) -> None:
    complaint(place)
    mine, theirs = place.signed_in(), place.signed_in(SiteRole.APPROVER)
    form = filled(tree(mine)) | {"f:items.1.batch": "B1", "f:items.1.model": "ZC-205"}
    theirs.post(f"{PAGE}/values", filled(tree(theirs)) | {"f:items.1.batch": "B2"})
    answer = mine.post(f"{PAGE}/values", form)
    assert answer.status_code == 409
    page = LexborHTMLParser(answer.text)
    assert [node.attributes["value"] for node in page.css("input[type=radio]")] == ["B1", "B2"]
    chosen = {
        node.attributes["name"] or "": node.attributes.get("value") or ""
        for node in page.css("form.card input[type=hidden]")
    }
    assert mine.post(f"{PAGE}/values", chosen | {"f:items.1.batch": "B1"}).status_code == 303
    assert (now(place).items[0].batch, now(place).items[0].model) == (("B1",), "ZC-205")


def test_an_act_on_a_page_that_is_old_by_now_is_asked_about_again(place: Place) -> None:
    complaint(place)
    browser = place.signed_in()
    browser.get(PAGE)
    old = now(place).version
    act = {"act": "classify", "class": "B", "reason": "no stop after all", "version": str(old)}
    browser.post(f"{PAGE}/act", {"act": "correct", "items.1.model": "ZC-9"})
    answer = browser.post(f"{PAGE}/act", act)
    assert answer.status_code == 409
    assert "no stop after all" in answer.text
    again = act | {"version": str(now(place).version)}
    assert browser.post(f"{PAGE}/act", again).status_code == 303
    assert now(place).letter is Class.B


def test_items_are_added_split_and_removed(place: Place) -> None:
    complaint(place)
    browser = place.signed_in()
    browser.get(PAGE)
    browser.post(f"{PAGE}/act", {"act": "add_item", "like": "1"})
    assert [item.model for item in now(place).items] == ["ZC-204", "ZC-204"]
    browser.post(f"{PAGE}/act", {"act": "remove_item", "item": "1"})
    assert len(now(place).items) == 1
    assert tree(browser).css(".value.doubt") == [], "what stood there was the item that is gone"


def test_what_a_later_mail_gives_is_taken_or_dropped(place: Place) -> None:
    complaint(place)
    given = Proposal("p1", NUMBER, 0, "quantity_shipped", 1200, "共 1200 只", 0.8, None, NOW)
    with place.storage.unit() as work:
        work.lives.add([given, replace(given, id="q2", field="order_no", value="PO-1", text="PO-1")])
        work.commit()
    browser = place.signed_in()
    assert len(tree(browser).css(".proposal")) == 2
    browser.post(f"{PAGE}/act", {"act": "take", "proposal": "p1"})
    browser.post(f"{PAGE}/act", {"act": "drop", "proposal": "q2"})
    assert now(place).items[0].quantity_shipped == 1200
    assert tree(browser).css(".proposal") == []


def test_every_act_has_its_form_or_its_place_on_the_site() -> None:
    named = {name for names in SORTS.values() for name in names}
    assert named | ELSEWHERE == set(ACTS)


STATES: list[tuple[RecordState, str, bool]] = [
    (RecordState.TO_REVIEW, "confirm", True),
    (RecordState.CLOSED, "confirm", False),
    (RecordState.CLOSED, "reopen", True),
    (RecordState.TO_REVIEW, "reopen", False),
    (RecordState.REPORTED, "reject", True),
    (RecordState.IN_PROGRESS, "approve_warnings", False),
]


@pytest.mark.parametrize(("state", "act", "there"), STATES)
def test_only_what_may_be_done_is_offered(lone: Place, state: RecordState, act: str, there: bool) -> None:
    complaint(lone, state=state)
    assert (tree(lone.signed_in()).css_first(f"#act-{act}") is not None) is there


def test_who_may_not_act_sees_the_record_without_a_form(lone: Place) -> None:
    complaint(lone)
    page = tree(lone.signed_in(SiteRole.READ_ONLY))
    assert page.css("form[action$='/act'], button[data-key=c]") == []
    closed = [{"readonly", "disabled"} & set(node.attributes) for node in page.css("#values input:not([type=hidden])")]
    assert closed
    assert all(closed)


def test_a_refused_act_is_told_and_changes_nothing(place: Place) -> None:
    made = complaint(place)
    browser = place.signed_in(SiteRole.DEPARTMENT)
    browser.get(PAGE)
    answer = browser.post(f"{PAGE}/act", {"act": "close"})
    assert "may not do this: Close" in browser.get(answer.headers["location"]).text
    assert now(place) == made


ACTS_BY_FORM: list[tuple[dict[str, Any], str]] = [
    (
        {"act": "task", "kind": "stock_check", "owner": "department@example.com", "due": "2026-11-21T10:00"},
        "task_given",
    ),
    ({"act": "note", "text": "电话已联系"}, "note"),
    ({"act": "assign", "cause": "manufacture"}, "assigned"),
    ({"act": "decide", "responsibility": "ours", "reason": "留样同样超差"}, "responsibility"),
    ({"act": "waive", "field": "disposition", "reason": "客户未定"}, "field_waived"),
    ({"act": "hold", "letter": f"l-{NUMBER}"}, "letter_held"),
]


@pytest.mark.parametrize(
    ("form", "what"), ACTS_BY_FORM, ids=lambda value: value["act"] if isinstance(value, dict) else ""
)
def test_an_act_is_done_by_its_form(place: Place, form: dict[str, Any], what: str) -> None:
    complaint(place)
    browser = place.signed_in()
    browser.get(PAGE)
    answer = browser.post(f"{PAGE}/act", form)
    assert answer.status_code == 303
    with place.storage.reading() as work:
        assert what in [event.what for event in work.complaints.events(NUMBER)]


def test_letters_that_may_go_are_handed_to_the_sender(lone: Place) -> None:
    complaint(lone)
    browser = lone.signed_in()
    browser.get(PAGE)
    browser.post(f"{PAGE}/act", {"act": "hold", "letter": f"l-{NUMBER}"})
    browser.post(f"{PAGE}/act", {"act": "send", "letter": f"l-{NUMBER}"})
    assert lone.given == [f"l-{NUMBER}"]


def test_similar_earlier_records_are_named(place: Place) -> None:
    complaint(place, number="KS-202610-0009", received_at=NOW - timedelta(days=30), opened_at=NOW - timedelta(days=30))
    complaint(place)
    assert "KS-202610-0009" in tree(place.signed_in()).text()


def test_a_record_that_is_not_there_is_not_found(lone: Place) -> None:
    browser = lone.signed_in()
    for path in (PAGE, f"{PAGE}/original", f"{PAGE}/8d", f"{PAGE}/8d.docx", f"{PAGE}/letters/x", f"{PAGE}/slip"):
        assert browser.get(path).status_code == 404, path


def test_both_languages_show_every_state_of_it(lone: Place) -> None:
    complaint(lone)
    with lone.storage.unit() as work:
        work.complaints.add_event(
            Event(NUMBER, NOW, "reviewer@example.com", "corrected", old={"x": None}, new={"x": [1]})
        )
        found = work.letters.get(f"l-{NUMBER}")
        assert found is not None
        work.letters.update(replace(found, state=LetterState.REFUSED, remedy="Correct it."))
        work.commit()
    page = tree(lone.signed_in(email="approver@example.com", language="zh-CN"))
    assert "本记录" not in page.css_first("h1").text()
    assert "时限" in page.text() and "被拒收" in page.text()


def test_the_slip_is_there_to_be_printed(lone: Place) -> None:
    complaint(lone)
    slip = (
        tree(lone.signed_in(email="approver@example.com", language="zh-CN"), f"{PAGE}/slip").css_first(".slip").text()
    )
    for word in ("产品销售质量信息传递单", "ZC-204", "B2611-03", "内孔尺寸超差", "签收"):
        assert word in slip


def test_a_damaged_note_of_what_was_seen_overwrites_nobody(lone: Place) -> None:
    made = complaint(lone)
    browser = lone.signed_in()
    form = filled(tree(browser)) | {"was": json.dumps(["x"]), "f:items.1.model": "ZC-9"}
    assert browser.post(f"{PAGE}/values", form).status_code == 409
    assert now(lone) == made


def test_a_file_that_the_mail_does_not_hold_is_not_found(lone: Place) -> None:
    complaint(lone, mail(files=(("a.txt", "text/plain", b"x"),)))
    base = f"{PAGE}/mails/a-{NUMBER}"
    browser = lone.signed_in()
    assert browser.get(f"{base}/file?name=a.txt").content == b"x"
    assert browser.get(f"{base}/file?name=../../etc/passwd").status_code == 404
    assert browser.get(f"/records/KS-202611-0002/mails/a-{NUMBER}/raw").status_code == 404
