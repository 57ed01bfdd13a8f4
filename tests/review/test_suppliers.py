"""Suppliers at the site: kept as other master data, and complained to from the record page, where the task stands."""

from storage.life import EvidenceKind, TaskState
from storage.records import Person, Role
from tests.review.complaints import NUMBER, complaint
from tests.review.conftest import Place
from tests.review.test_record import PAGE, tree

FORM = {"f:name": "Bearings Ltd", "f:contact": "Ann Chen", "f:email": "qa@bearings.example", "f:language": "en"}


def test_a_supplier_is_added_found_changed_and_taken_out(place: Place) -> None:
    browser = place.signed_in()
    page = browser.submit("/suppliers/new", "/master/suppliers/save", FORM)
    assert page.status_code == 200 and "Bearings Ltd" in page.text and "added the supplier" in page.text
    assert "Bearings Ltd" in browser.get("/suppliers?q=ann").text
    assert "Bearings Ltd" not in browser.get("/suppliers?q=nobody").text
    twice = browser.submit("/suppliers/new", "/master/suppliers/save", FORM)
    assert twice.status_code == 422 and "Another supplier has this name." in twice.text
    wrong = browser.submit("/suppliers/new", "/master/suppliers/save", {**FORM, "f:name": "B", "f:email": "no"})
    assert wrong.status_code == 422
    with place.storage.reading() as work:
        [card] = work.people.suppliers()
    browser.get(f"/suppliers/{card.id}")
    browser.post("/master/suppliers/remove", {"number": str(card.id)})
    with place.storage.reading() as work:
        assert work.people.suppliers() == []
    assert browser.get("/import/suppliers").status_code == 200


def test_service_points_are_kept_as_other_master_data(place: Place) -> None:
    browser = place.signed_in()
    form = {"f:name": "Suzhou", "f:region": "江苏省", "f:contact": "Lu", "f:phone": "0512-5550001"}
    page = browser.submit("/points/new", "/master/points/save", form)
    assert page.status_code == 200 and "added the service point" in page.text
    assert "Suzhou" in browser.get("/points?q=5125550001").text
    assert browser.submit("/points/new", "/master/points/save", form).status_code == 422
    with place.storage.reading() as work:
        [card] = work.people.service_points()
    browser.get(f"/points/{card.id}")
    browser.post("/master/points/remove", {"number": str(card.id)})
    assert "No service points yet" in browser.get("/points").text


def test_the_record_page_complains_to_a_supplier_and_shows_where_that_stands(place: Place) -> None:
    complaint(place)
    with place.storage.unit() as work:
        work.people.upsert_person(Person("R", "reviewer@example.com", "质量部", Role.QUALITY))
        work.commit()
    browser = place.signed_in()
    browser.submit("/suppliers/new", "/master/suppliers/save", FORM)
    assert tree(browser).css_first("#suppliers") is None
    form = tree(browser).css_first("#act-ask_supplier")
    options = [one.text() for one in form.css("select[name=supplier] option")]
    assert options == ["Bearings Ltd"]
    number = form.css_first("select[name=supplier] option").attributes["value"]

    wish = {"act": "ask_supplier", "supplier": str(number), "material": "Bearing 6204", "text": "Indentations"}
    browser.post(f"{PAGE}/act", wish)
    with place.storage.reading() as work:
        assert work.lives.supplier_claims(NUMBER) == []  # nobody has said that it is a supplier's matter
    browser.post(f"{PAGE}/act", {"act": "decide", "responsibility": "supplier", "reason": "raceway"})
    browser.post(f"{PAGE}/act", wish)
    page = tree(browser)
    section = page.css_first("#suppliers").next
    while section.tag == "-text":
        section = section.next
    assert "Bearings Ltd" in section.text() and "report awaited" in section.text()
    with place.storage.reading() as work:
        [claim] = work.lives.supplier_claims(NUMBER)
        [task] = [one for one in work.lives.tasks(NUMBER) if one.id == claim.task]
        assert (task.state, task.owner, claim.language) == (TaskState.OPEN, "reviewer@example.com", "en")
        assert [one.kind for one in work.lives.evidence(NUMBER) if one.kind is EvidenceKind.SUPPLIER_REPORT] == []
    card = browser.get(f"/suppliers/{claim.supplier_id}").text
    assert NUMBER in card
