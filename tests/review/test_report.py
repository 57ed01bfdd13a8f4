"""The 8D editor and the letters of a record, on both databases."""

import io
import json
from typing import Any

import docx
import pytest
from selectolax.lexbor import LexborHTMLParser

from storage.eight_d import Axis, EightD, Report, ReportState
from storage.eight_d import Place as Where
from storage.records import LetterState, Purpose
from storage.site import SiteRole
from tests.documents.controls import cells_of, said, type_into
from tests.review.complaints import NUMBER, complaint
from tests.review.conftest import Browser, Place

PAGE = f"/records/{NUMBER}/8d"
LETTER = f"/records/{NUMBER}/letters/l-{NUMBER}"


def tree(browser: Browser, path: str = PAGE) -> LexborHTMLParser:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text[:2000]
    return LexborHTMLParser(answer.text)


def filled(page: LexborHTMLParser) -> dict[str, str]:
    form: dict[str, str] = {}
    for node in page.css("#eight input[name]:not([type=checkbox]), #eight textarea[name]"):
        form[node.attributes["name"] or ""] = node.attributes.get("value") or node.text()
    for node in page.css("#eight select[name]"):
        chosen = node.css_first("option[selected]") or node.css_first("option")
        form[node.attributes["name"] or ""] = (chosen.attributes.get("value") or "") if chosen else ""
    return form


def saved(browser: Browser, changes: dict[str, str], path: str = PAGE) -> int:
    return int(browser.post(PAGE, filled(tree(browser, path)) | changes).status_code)


def report(place: Place) -> Report:
    with place.storage.reading() as work:
        found = work.lives.report(NUMBER)
    assert found is not None
    return found


def eight(place: Place) -> EightD:
    return report(place).report


FIRST = {
    "f:d1.leader.name": "李雷", "f:d1.leader.department": "分厂", "f:d1.leader.phone": "0512-6000 0001",
    "f:d2.our_text": "内孔超差 0.05 mm，产线装配时发现", "f:d3.clean_batch": "B2611-07",
    **{f"f:d3.rows.{place}.action": "无" for place in Where},
    "f:d3.rows.finished_stock.action": "隔离并全检", "f:d3.rows.finished_stock.quantity_suspect": "800",
    "f:d3.rows.finished_stock.quantity_checked": "800", "f:d3.rows.finished_stock.quantity_found": "6",
    "f:d3.rows.customer.action": "请客户隔离", "f:d3.rows.customer.quantity_suspect": "1,200",
    "f:d3.rows.customer.quantity_checked": "260", "f:d3.rows.customer.quantity_found": "31",
}  # fmt: skip


def test_a_form_that_nobody_touched_writes_no_second_revision(place: Place) -> None:
    complaint(place)
    assert saved(place.signed_in(), {}) == 303
    with place.storage.reading() as work:
        written = work.lives.reports(NUMBER)
    assert [one.revision for one in written] == [1], "the first draft is what the record says"
    assert saved(place.signed_in(), {}) == 303
    with place.storage.reading() as work:
        assert work.lives.reports(NUMBER) == written


def test_fields_figures_dates_and_lists_are_saved_as_typed(place: Place) -> None:
    complaint(place)
    browser = place.signed_in()
    assert (
        saved(browser, FIRST | {"f:d2.found_on": "2026-11-20", "f:d2.batches": "B1; B2", "f:d0.safety_relevant": "no"})
        == 303
    )
    made = eight(place)
    assert made.d1.leader.name == "李雷"
    rows = {row.place: row for row in made.d3.rows}
    assert rows[Where.CUSTOMER].quantity_suspect == 1200
    assert (str(made.d2.found_on), made.d2.batches, made.d0.safety_relevant) == ("2026-11-20", ("B1", "B2"), False)
    page = tree(browser)
    assert page.css_first("input[name='f:d3.rows.customer.quantity_suspect']").attributes["value"] == "1200"


def test_causes_with_their_whys_are_added_and_removed(place: Place) -> None:
    complaint(place)
    browser = place.signed_in()
    assert len(tree(browser).css("#d4 .fresh-row")) == 2, "one of each axis is asked for"
    why = {f"f:d4.causes.1.whys.{n}": f"原因{n}；细节" for n in (1, 2, 3)}
    assert saved(browser, {"f:d4.causes.1.text": "刀具磨损", "f:d4.causes.2.text": "抽检频次不足", **why}) == 303
    causes = eight(place).d4.causes
    assert [(one.axis, one.text) for one in causes] == [(Axis.OCCURRENCE, "刀具磨损"), (Axis.ESCAPE, "抽检频次不足")]
    assert causes[0].whys == ("原因1；细节", "原因2；细节", "原因3；细节")
    assert saved(browser, {"r:d4.causes.1": "1"}) == 303
    assert [one.text for one in eight(place).d4.causes] == ["抽检频次不足"]


def test_actions_are_added_one_after_the_other_and_validated_in_d6(place: Place) -> None:
    complaint(place)
    browser = place.signed_in()
    saved(browser, {"f:d5.1.text": "更换刀具", "f:d5.1.planned_on": "2026-11-25"})
    saved(browser, {"f:d5.2.text": "加装在线检测", "f:d5.1.effective_batch": "B2611-09"})
    assert [(one.text, one.effective_batch) for one in eight(place).d5] == [
        ("更换刀具", "B2611-09"),
        ("加装在线检测", ""),
    ]


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [("f:d2.quantity_checked", "many", "Write a number"), ("f:d3.clean_date", "soon", "Write a date"),
     ("f:d2.quantity_checked", "nan", "Write a number"), ("f:d0.safety_relevant", "perhaps", "Choose from the list")],
)  # fmt: skip
def test_what_cannot_be_read_is_told_beside_the_field_and_nothing_is_saved(
    lone: Place, path: str, text: str, words: str
) -> None:
    complaint(lone)
    browser = lone.signed_in()
    answer = browser.post(PAGE, filled(tree(browser)) | {path: text, "f:d2.our_text": "kept"})
    assert answer.status_code == 422
    assert words in answer.text
    assert "kept" in answer.text
    with lone.storage.reading() as work:
        assert work.lives.report(NUMBER) is None


def test_what_a_customer_would_send_it_back_for_stands_beside_the_field_in_the_users_words(place: Place) -> None:
    complaint(place)
    page = tree(place.signed_in(email="approver@example.com", language="zh-CN", role=SiteRole.APPROVER))
    assert "遏制措施缺少一处" in page.css_first("#d3").text()
    assert "在途" in page.css_first("#d3").text()
    assert "处会被客户退回" in page.css_first("#verdict").text()


def test_mended_approved_and_sent_the_first_report_leaves_as_a_word_file(place: Place) -> None:
    complaint(place)
    browser, manager = place.signed_in(), place.signed_in(SiteRole.APPROVER, email="gm@example.com")
    saved(browser, FIRST)
    manager.get(PAGE)
    answer = manager.post(f"/records/{NUMBER}/act", {"act": "approve", "report": "first", "back": PAGE})
    assert answer.headers["location"] == PAGE
    assert report(place).state is ReportState.APPROVED, browser.get(PAGE).text
    page = tree(browser)
    assert page.css_first("input[name=what]").attributes["value"] == "first_report"
    browser.post(f"/records/{NUMBER}/act", {"act": "send", "what": "first_report", "back": PAGE})
    with place.storage.reading() as work:
        sent = [one for one in work.letters.of_record(NUMBER) if one.purpose is Purpose.FIRST_REPORT]
    assert len(sent) == 1
    assert place.given == [sent[0].id]
    file = browser.get(f"/records/{NUMBER}/letters/{sent[0].id}/files/1")
    assert "attachment" in file.headers["content-disposition"]
    assert "B2611-07" in [said(cell) for cell in cells_of(docx.Document(io.BytesIO(file.content)))]


def test_two_authors_at_different_fields_both_are_kept_at_one_field_they_choose(place: Place) -> None:
    complaint(place)
    mine, theirs = place.signed_in(), place.signed_in(SiteRole.APPROVER)
    form = filled(tree(mine)) | {"f:d2.risk": "mine", "f:d2.effect": "mine too"}
    saved(theirs, {"f:d3.mark": "green dot"})
    assert mine.post(PAGE, form).status_code == 303
    assert (eight(place).d2.risk, eight(place).d3.mark) == ("mine", "green dot")
    form = filled(tree(mine)) | {"f:d2.risk": "mine again", "f:d2.where_found": "line 3"}
    saved(theirs, {"f:d2.risk": "theirs"})
    answer = mine.post(PAGE, form)
    assert answer.status_code == 409
    page = LexborHTMLParser(answer.text)
    assert [node.attributes["value"] for node in page.css("input[type=radio]")] == ["mine again", "theirs"]
    chosen = {
        n.attributes["name"] or "": n.attributes.get("value") or "" for n in page.css("form.card input[type=hidden]")
    }
    assert mine.post(PAGE, chosen | {"f:d2.risk": "theirs"}).status_code == 303
    assert (eight(place).d2.risk, eight(place).d2.where_found) == ("theirs", "line 3")


def test_a_row_that_another_author_removed_is_not_written_over_the_next_one(lone: Place) -> None:
    complaint(lone)
    mine, theirs = lone.signed_in(), lone.signed_in(SiteRole.APPROVER)
    saved(mine, {"f:d5.1.text": "first", "f:d5.1.owner": "A"})
    saved(mine, {"f:d5.2.text": "second"})
    form = filled(tree(mine)) | {"f:d5.1.text": "first, better"}
    saved(theirs, {"r:d5.1": "1"})
    assert mine.post(PAGE, form).status_code == 409
    assert [one.text for one in eight(lone).d5] == ["second"]


def test_the_form_filled_in_word_comes_back_as_the_next_draft(place: Place) -> None:
    complaint(place)
    browser = place.signed_in()
    saved(browser, FIRST)
    answer = browser.get(f"/records/{NUMBER}/8d.docx?language=zh-CN&kind=full")
    form = docx.Document(io.BytesIO(answer.content))
    type_into(next(cell for cell in cells_of(form) if said(cell) == "B2611-07"), "B2611-08")
    changed = io.BytesIO()
    form.save(changed)
    answer = browser.post(f"{PAGE}/upload", files={"file": ("8d.docx", changed.getvalue())})
    assert answer.status_code == 303, answer.text
    assert eight(place).d3.clean_batch == "B2611-08"
    assert "other file" not in browser.get(PAGE).text
    browser.post(f"{PAGE}/upload", files={"file": ("8d.docx", b"no form at all")})
    assert "no 8D form of ours" in browser.get(PAGE).text


def test_a_first_report_filled_in_word_leaves_the_causes_that_are_written_already(place: Place) -> None:
    complaint(place)
    browser = place.signed_in()
    saved(browser, FIRST | {"f:d4.causes.1.text": "导轨磨损", "f:d8.review": "待评审"})
    answer = browser.get(f"/records/{NUMBER}/8d.docx?language=zh-CN&kind=first")
    assert browser.post(f"{PAGE}/upload", files={"file": ("8d.docx", answer.content)}).status_code == 303
    assert eight(place).d3.clean_batch == "B2611-07"
    assert ([cause.text for cause in eight(place).d4.causes][:1], eight(place).d8.review) == (["导轨磨损"], "待评审")


def test_who_may_not_write_sees_it_without_a_form(lone: Place) -> None:
    complaint(lone)
    browser = lone.signed_in(SiteRole.READ_ONLY)
    page = tree(browser)
    assert page.css("button[data-key=s], input[type=file]") == []
    assert browser.post(PAGE, {"f:d2.risk": "x", "was": "{}"}).status_code == 403


def test_a_letter_is_shown_in_a_sandbox_held_reworded_and_sent(place: Place) -> None:
    complaint(place)
    browser = place.signed_in()
    frame = browser.get(f"{LETTER}/html")
    assert frame.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert tree(browser, LETTER).css_first("textarea") is None
    browser.post(f"/records/{NUMBER}/act", {"act": "hold", "letter": f"l-{NUMBER}", "back": LETTER})
    page = tree(browser, LETTER)
    assert page.css_first("textarea[name=text]").text().startswith("李工")
    edit = {"act": "edit_letter", "letter": f"l-{NUMBER}", "subject": "已受理", "text": "李工：\r\n\r\n<b>已隔离</b>。"}
    browser.post(f"/records/{NUMBER}/act", edit)
    browser.post(f"/records/{NUMBER}/act", {"act": "send", "letter": f"l-{NUMBER}"})
    with place.storage.reading() as work:
        sent = work.letters.get(f"l-{NUMBER}")
    assert sent is not None
    assert (sent.state, sent.subject, sent.text) == (LetterState.QUEUED, "已受理", "李工：\n\n<b>已隔离</b>。\n")
    assert "&lt;b&gt;" in sent.html


def test_a_letter_that_blames_or_promises_too_early_is_not_taken(lone: Place) -> None:
    complaint(lone)
    browser = lone.signed_in()
    browser.get(LETTER)
    browser.post(f"/records/{NUMBER}/act", {"act": "hold", "letter": f"l-{NUMBER}"})
    form: dict[str, Any] = {
        "act": "edit_letter",
        "letter": f"l-{NUMBER}",
        "text": "这是我们的责任，我司将赔偿。",
        "back": LETTER,
    }
    answer = browser.post(f"/records/{NUMBER}/act", form)
    assert "does not say" in browser.get(answer.headers["location"]).text
    with lone.storage.reading() as work:
        kept = work.letters.get(f"l-{NUMBER}")
    assert kept is not None
    assert "赔偿" not in kept.text


def test_another_records_letter_is_not_shown_here(lone: Place) -> None:
    complaint(lone)
    complaint(lone, number="KS-202611-0002")
    browser = lone.signed_in()
    for path in ("", "/html", "/files/1"):
        assert browser.get(f"/records/KS-202611-0002/letters/l-{NUMBER}{path}").status_code == 404


def test_the_note_of_what_was_seen_holds_the_whole_form(lone: Place) -> None:
    complaint(lone)
    form = filled(tree(lone.signed_in()))
    assert set(json.loads(form["was"])) == {name[2:] for name in form if name.startswith("f:")}
