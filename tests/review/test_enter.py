"""Entering by hand: the record with its class and windows, what is wrong beside its field, cards, goods, doubles."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from intake.errors import UsageError
from storage.records import (
    Class,
    CustomerCard,
    CustomerOf,
    ItemOf,
    LetterState,
    ProductCard,
    Purpose,
    Record,
    RecordState,
    Shipment,
    Window,
    WindowName,
)
from storage.site import SiteRole
from tests.review.complaints import complaint
from tests.review.conftest import Browser, Place

HAICHUAN = CustomerCard(
    "宁波海川电器有限公司", ("海川",), ("haichuan.example",), "李工", "li@haichuan.example", "0574-8765 4321",
    "0574-8765 4322", "zh-TW", "浙江省", False, {"first_report": "12h"},
)  # fmt: skip
NUMBER = "KS-202610-0007"  # of a record that is open already
FORM = {
    "channel": "phone",
    "at": "2026-11-20T19:30",  # 11:30 UTC, half an hour ago
    "company": "宁波海川电器有限公司",
    "contact": "李工",
    "phone": "0574-8765 4321",
    "items.1.model": "ZC-204",
    "items.1.batch": "B2611-03；B2611-04",
    "items.1.product": "轴承座",
    "items.1.quantity_defective": "31",
    "items.1.defect": "内孔尺寸超差",
    "items.2.model": "MF-9",
    "items.2.defect": "密封圈开裂",
    "then": "open",
}


def keep(place: Place, *cards: CustomerCard) -> None:
    with place.storage.unit() as work:
        for card in cards or (HAICHUAN,):
            work.master.put_customer(card)
        work.commit()


def send(browser: Browser, form: dict[str, Any]) -> Any:
    browser.get("/enter")
    return browser.post("/enter", form)


def opened(place: Place) -> tuple[Record, dict[WindowName, Window]]:
    """The only record there is, with its windows."""
    with place.storage.reading() as work:
        (record,) = work.complaints.listing()
        return record, {window.name: window for window in work.complaints.windows(record.number)}


def test_a_complaint_by_telephone_opens_a_record_whose_times_run_from_the_call(place: Place) -> None:
    keep(place)
    answer = send(place.signed_in(), {**FORM, "signals": ["line_stop"], "note": "要求明早答复"})
    record, windows = opened(place)
    assert answer.headers["location"] == f"/records/{record.number}"
    called = datetime.fromisoformat("2026-11-20T19:30+08:00")
    assert (record.letter, record.channel, record.received_at) == (Class.A, "phone", called)
    assert [item.model for item in record.items] == ["ZC-204", "MF-9"]
    assert record.items[0].batch == ("B2611-03", "B2611-04")
    assert (record.subject, record.language) == ("内孔尺寸超差", "zh-TW")
    assert windows[WindowName.WRITTEN_RECORD].starts_at == called
    assert windows[WindowName.WRITTEN_RECORD].due_at == called + timedelta(hours=12)
    with place.storage.reading() as work:
        events = {event.what: event for event in work.complaints.events(record.number)}
        letters = work.letters.of_record(record.number)
    assert events["entered"].who == "reviewer@example.com"
    assert events["note"].new == "要求明早答复"
    assert Purpose.MANAGEMENT_REPORT in {letter.purpose for letter in letters}
    assert set(place.given) == {letter.id for letter in letters if letter.state is LetterState.QUEUED} != set()


def test_the_customers_agreement_bears_on_the_windows_from_the_first(place: Place) -> None:
    keep(place)
    send(place.signed_in(), FORM)
    record, windows = opened(place)
    first = windows[WindowName.FIRST_REPORT]
    assert record.customer_id is not None
    assert (first.due_at - record.received_at, first.clause) == (
        timedelta(hours=12),
        "agreement with the customer",
    )


def test_a_card_is_known_by_the_telephone_alone_and_a_chosen_one_only_while_its_name_stands(place: Place) -> None:
    other = CustomerCard("Other Ltd", fax="021-5555 6666")
    keep(place, HAICHUAN, other)
    with place.storage.reading() as work:
        number = work.people.find_customer(name="Other Ltd")
    assert number is not None
    browser = place.signed_in()
    send(browser, {**FORM, "company": "", "contact": "someone", "phone": "+86 21 55556666"})
    record, _ = opened(place)
    assert record.customer_id == number.id
    with place.storage.unit() as work:
        work.complaints.update(replace(record, state=RecordState.CANCELLED))
        work.commit()
    send(browser, {**FORM, "customer_id": str(number.id), "items.1.batch": "B1", "items.1.model": "Q-1"})
    with place.storage.reading() as work:
        newest = work.complaints.listing()[0]
        known = work.people.customer(newest.customer_id or 0)
    assert known is not None
    assert known.name == HAICHUAN.name, "the name that is typed goes before a card that was chosen for another"


@pytest.mark.parametrize(
    ("changed", "path", "said"),
    [
        ({"channel": "email"}, "channel", "Choose how it came."),
        ({"at": ""}, "at", "Give day and time."),
        ({"at": "2026-11-20T20:01"}, "at", "has not come yet"),
        ({"at": "2025-10-20T20:01"}, "at", "more than a year ago"),
        ({"company": "", "contact": "", "phone": ""}, "company", "Say who complains"),
        ({"email": "li at home"}, "email", "no mail address"),
        ({"items.1.quantity_defective": "many"}, "items.1.quantity_defective", "Write a number"),
        ({"items.1.quantity_defective": "-3"}, "items.1.quantity_defective", "Write a number"),
        ({"items.2.ship_date": "yesterday"}, "items.2.ship_date", "Write a date"),
        ({"items.2.disposition": "eat"}, "items.2.disposition", "Choose from the list"),
        ({"claim_amount": "500"}, "claim_currency", "three letters"),
        ({"claim_amount": "nan", "claim_currency": "CNY"}, "claim_amount", "Write a number"),
        ({"reply_due": "soon"}, "reply_due", "Write a date"),
        ({"note": "x" * 5001}, "note", "too long"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    lone: Place, changed: dict[str, str], path: str, said: str
) -> None:
    form = {**FORM, "signals": ["safety"], "requests": ["onsite"], **changed}
    answer = send(lone.signed_in(), form)
    assert answer.status_code == 422
    fault = f'id="fault-{path}">'
    assert fault in answer.text
    assert said in answer.text.partition(fault)[2].partition("</span>")[0]
    for value in ("B2611-03；B2611-04", "密封圈开裂", "内孔尺寸超差"):
        assert value in answer.text
    assert 'value="safety" checked' in answer.text
    assert 'value="onsite" checked' in answer.text
    assert f'name="{path}" id="in-{path}" aria-invalid="true"' in answer.text or path == "channel"
    with lone.storage.reading() as work:
        assert work.complaints.count() == 0


def test_nothing_said_at_all_is_no_complaint(lone: Place) -> None:
    answer = send(lone.signed_in(), {"channel": "phone", "at": "2026-11-20T19:30", "company": "海川", "then": "open"})
    assert answer.status_code == 422
    assert "Say what is wrong" in answer.text


def test_one_more_item_keeps_what_was_typed(lone: Place) -> None:
    answer = send(lone.signed_in(), {**FORM, "then": "more"})
    assert answer.status_code == 200
    assert 'name="items.3.model" id="in-items.3.model" autofocus' in answer.text
    assert "密封圈开裂" in answer.text


def test_a_double_is_warned_of_and_may_be_added_to_instead(place: Place) -> None:
    keep(place)
    complaint(place, number=NUMBER)
    browser = place.signed_in()
    answer = send(browser, FORM)
    assert answer.status_code == 409
    assert "same customer, same batch" in answer.text
    assert f'value="add:{NUMBER}"' in answer.text
    with place.storage.reading() as work:
        assert work.complaints.count() == 1
    added = browser.post("/enter", {**FORM, "then": f"add:{NUMBER}", "note": "再次来电催促"})
    assert added.headers["location"] == f"/records/{NUMBER}"
    with place.storage.reading() as work:
        note = work.complaints.events(NUMBER)[-1]
    assert (note.what, note.who) == ("note", "reviewer@example.com")
    for said in ("telephone", "李工", "B2611-03", "再次来电催促"):
        assert said in note.new, note.new
    assert send(browser, {**FORM, "despite": "yes"}).status_code == 303
    with place.storage.reading() as work:
        assert work.complaints.count() == 2


@pytest.mark.parametrize(
    ("different", "why"),
    [
        ({"state": RecordState.CLOSED}, ""),
        ({"items": (ItemOf(model="ZC-204", batch=("B9",)),)}, "same customer, same model"),
        ({"items": (ItemOf(model="Q-1", batch=("B9",)),)}, "same customer<"),
        ({"customer": CustomerOf("Another Ltd")}, "same batch, another customer"),
    ],
)
def test_open_records_that_it_may_be_are_shown_while_one_types(place: Place, different: Any, why: str) -> None:
    complaint(place, number=NUMBER, **different)
    browser = place.signed_in()
    asked = {name: text for name, text in FORM.items() if name != "then"}
    page = browser.get("/enter/alike", params=asked).text
    assert (NUMBER in page) is bool(why)
    assert why.rstrip("<") in page
    assert ('name="despite"' in page) is (why == "same customer, same model")


def test_cards_are_found_by_name_contact_telephone_fax_and_address(place: Place) -> None:
    keep(place, HAICHUAN, CustomerCard("Other Ltd"))
    browser = place.signed_in()
    for words in ("海川", "李工", "87654321", "057487654322", "li@haichuan"):
        page = browser.get("/enter/customers", params={"company": words}).text
        assert "宁波海川电器有限公司" in page, words
        assert "Other" not in page
    assert "Nothing found" in browser.get("/enter/customers", params={"company": "nobody"}).text
    with place.storage.reading() as work:
        found = work.people.find_customer(name="海川")
    assert found is not None
    card = browser.get("/enter/customer", params={"customer": found.id or 0}).text
    assert "12h" in card
    assert browser.get("/enter/customer", params={"customer": 99999}).status_code == 404


def test_goods_are_found_among_the_customers_shipments_first(place: Place) -> None:
    keep(place)
    with place.storage.unit() as work:
        work.master.put_shipment(Shipment(HAICHUAN.name, "ZC-204", "B2611-03", 1200.0, date(2026, 11, 5), "PO1"))
        work.master.put_shipment(Shipment("Another", "ZC-204", "B2611-99", 5.0, None))
        work.master.put_product(ProductCard("轴承座", "ZC-206"))
        work.commit()
    browser = place.signed_in()
    mine = browser.get("/enter/goods", params={"at": 2, "of": "batch", "company": "海川", "items.2.batch": "2611"}).text
    assert "items.2.batch" in mine
    assert "B2611-03" in mine
    assert "B2611-99" not in mine
    every = browser.get("/enter/goods", params={"of": "batch", "items.1.batch": "B2611"}).text
    assert "B2611-99" in every
    assert "轴承座" in browser.get("/enter/goods", params={"of": "model", "items.1.model": "206"}).text
    assert "listbox" not in browser.get("/enter/goods", params={"items.1.model": "x"}).text


def test_who_is_not_among_our_people_is_told_so_and_keeps_what_he_typed(lone: Place) -> None:
    answer = send(lone.signed_in(email="stranger@example.com"), FORM)
    assert answer.status_code == 422
    assert "is not among our people" in answer.text
    assert "密封圈开裂" in answer.text


@pytest.mark.parametrize("role", [SiteRole.DEPARTMENT, SiteRole.READ_ONLY])
def test_departments_and_readers_enter_nothing(lone: Place, role: SiteRole) -> None:
    browser = lone.signed_in(role)
    assert browser.get("/enter").status_code == 403
    assert browser.post("/enter", FORM).status_code == 403
    assert '"/enter"' not in browser.get("/inbox").text


def test_a_third_time_the_same_is_class_a_also_by_telephone(place: Place) -> None:
    for number in (1, 2):
        complaint(place, number=f"KS-202611-000{number + 4}", letter=Class.B, reasons=("asks_for_answer",), signals=(), state=RecordState.CLOSED)  # fmt: skip
    send(place.signed_in(), {**FORM, "requests": ["8d_report"]})
    with place.storage.reading() as work:
        record = next(one for one in work.complaints.listing() if one.channel == "phone")
    assert (record.letter, "third_repeat" in record.reasons) == (Class.A, True)


def test_the_terminal_takes_several_items_too(place: Place) -> None:
    given = {"channel": "letter", "company": "x", "items.1.model": "A-1", "items.3.model": "A-3", "items.3.batch": "B1"}
    case = place.app.state.site.actions.enter(given, "reviewer@example.com")
    assert [item.model for item in case.record.items] == ["A-1", "A-3"]
    with pytest.raises(UsageError, match=r"items.x.model"):
        place.app.state.site.actions.enter({"channel": "letter", "items.x.model": "A"}, "reviewer@example.com")


def test_class_and_times_are_shown_before_the_record_is_opened(place: Place) -> None:
    keep(place)
    browser = place.signed_in()
    asked = {name: text for name, text in FORM.items() if name != "then"}
    plain = browser.get("/enter/alike", params=asked).text
    assert 'class="class b"' in plain
    assert "21 Nov, 07:30" in plain, "the agreement's twelve hours after the call"
    severe = browser.get("/enter/alike", params={**asked, "signals": "line_stop"}).text
    assert 'class="class a"' in severe
    assert "line" in severe
    assert "It would be" not in browser.get("/enter/alike", params={**asked, "at": "2027-01-01T00:00"}).text
    with place.storage.reading() as work:
        assert work.complaints.count() == 0
        assert work.complaints.counts() == {}
