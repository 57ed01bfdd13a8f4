"""Customers' cards verified once a year: who finds which in his list, what one press notes, and when a year begins anew."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from intake.policy import load_policy
from storage.records import CustomerCard, Person, RecordState, Role, Shipment
from storage.site import SiteRole
from tests.review.complaints import complaint
from tests.review.conftest import NOW, Place
from tests.review.test_record import now, tree

YEAR = timedelta(days=366)


def _customers(place: Place) -> dict[str, int]:
    """甲 has a record of the reviewer's; 乙 got goods of late, 丙 long ago; of 丁 there is nothing but a cancelled record."""
    names = ("甲公司", "乙公司", "丙公司", "丁公司")
    with place.storage.unit() as work:
        ids = {name: work.master.put_customer(CustomerCard(name, aliases=(f"{name}分厂",))) for name in names}
        work.people.upsert_person(Person("王", "reviewer@example.com", "质量部", Role.QUALITY))
        work.people.upsert_person(Person("孙", "sales@example.com", "销售部", Role.SALES))
        work.people.upsert_all(
            [
                Shipment("乙公司分厂", "M", "B1", 1.0, date(2026, 10, 1)),
                Shipment("丙公司", "M", "B2", 1.0, date(2024, 10, 1)),
            ]
        )
        work.commit()
    complaint(place)
    complaint(place, number="KS-202611-0009", state=RecordState.CANCELLED, customer_id=ids["丁公司"])
    with place.storage.unit() as work:
        work.complaints.update(replace(now(place), customer_id=ids["甲公司"], owner="reviewer@example.com"))
        work.commit()
    return ids


def _listed(place: Place, email: str, whose: str = "") -> list[str]:
    browser = place.signed_in(email=email)
    return [row.text() for row in tree(browser, f"/customers/verify?whose={whose}").css("tbody th a")]


def test_each_finds_his_own_customers_and_sales_those_of_nobody(place: Place) -> None:
    ids = _customers(place)
    assert _listed(place, "reviewer@example.com") == ["甲公司"]
    assert tree(place.signed_in(), "/customers").css_first("a[href='/customers/verify'] strong").text() == "1"
    assert _listed(place, "sales@example.com") == ["乙公司"]
    assert sorted(_listed(place, "sales@example.com", "all")) == ["乙公司", "甲公司"]

    browser = place.signed_in()
    page = browser.submit("/customers/verify", f"/customers/{ids['甲公司']}/verify")
    assert "Noted: the card is right." in page.text and "verified the card" in page.text
    assert _listed(place, "reviewer@example.com") == []
    browser.get("/customers/verify")
    assert browser.post("/customers/99999/verify").status_code == 404

    place.clock.at = NOW + YEAR  # nobody was heard of since
    assert _listed(place, "reviewer@example.com", "all") == []
    with place.storage.unit() as work:
        work.people.upsert_shipment(Shipment("甲公司", "M", "B3", 1.0, date(2027, 11, 1)))
        work.commit()
    assert _listed(place, "reviewer@example.com") == ["甲公司"]  # a new year of verifying has begun


def test_who_only_reads_may_look_and_not_say_that_a_card_is_right(place: Place) -> None:
    ids = _customers(place)
    browser = place.signed_in(SiteRole.READ_ONLY)
    browser.get("/customers/verify")
    assert browser.post(f"/customers/{ids['甲公司']}/verify").status_code == 403
    with place.storage.reading() as work:
        assert work.verifying.last(ids["甲公司"]) is None


@pytest.mark.parametrize(("month", "expected"), [(0, None), (11, "2026-11-01"), (12, "2025-12-01"), (3, "2026-03-01")])
def test_a_year_of_verifying_begins_with_its_month(month: int, expected: str | None) -> None:
    from zoneinfo import ZoneInfo

    from intake.policy import WorkCalendar
    from intake.policy.cards import verified_since

    shipped = load_policy(None)
    policy = shipped.model_copy(update={"cards": shipped.cards.model_copy(update={"verify_month": month})})
    calendar = WorkCalendar(policy, ZoneInfo("Asia/Shanghai"))
    found = verified_since(NOW, policy, calendar)
    assert (calendar.local_day(found).isoformat() if found else None) == expected
