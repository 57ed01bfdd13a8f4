"""What a user of a department sees where the settings keep him to his own: lists, searches, pages, files, letters."""

import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi.routing import APIRoute

from intake.review.api.routes import API_ROUTERS
from intake.review.api.tokens import add_token
from intake.review.app import ROUTERS
from storage.life import Task, TaskKind
from storage.records import CustomerCard, LetterState, Person, ProductCard, Purpose, RecordState, Role
from storage.site import SiteRole
from tests.review.complaints import complaint, mail
from tests.review.conftest import NOW, Place
from tests.review.test_admin import made_of
from tests.storage.samples import letter

ME = "department@example.com"  # of 分厂
NUMBERS = {
    name: f"KS-202611-000{n}" for n, name in enumerate(("department", "alias", "owner", "task", "letter", "closed"), 1)
}
ALIEN = "KS-202611-0009"


@pytest.fixture
def site(place: Place) -> Place:
    """Six records that concern the user, each in another way, and one that does not."""
    mine: dict[str, dict[str, Any]] = {
        "department": {"department": "分厂"},
        "alias": {"department": "制造部"},  # the same department by another name
        "owner": {"department": "销售部", "owner": "Department@Example.com"},
        "task": {"department": "销售部"},
        "letter": {"department": "销售部"},
        "closed": {"department": "分厂", "state": RecordState.CLOSED},
    }
    for name, number in NUMBERS.items():
        complaint(place, mail(f"第{number}号"), number, **{"owner": "", **mine[name]})
    complaint(place, mail("别人的"), ALIEN, department="销售部", owner="sales@example.com", subject="机密客诉")
    with place.storage.unit() as work:
        work.people.upsert_person(Person("Chen Gang", "Department@Example.com", "分厂", Role.DEPARTMENT_HEAD))
        work.lives.add([Task("t1", NUMBERS["task"], TaskKind.STOCK_CHECK, ME, NOW, "system")])
        work.letters.add(
            [
                letter(
                    id="to-me", record=NUMBERS["letter"], purpose=Purpose.DISPATCH, state=LetterState.SENT,
                    to=("a@example.com",), cc=("Department@example.com",), message_id="<to-me@example.com>",
                )
            ]
        )  # fmt: skip
        work.commit()
    return made_of(place, review={"departments_see": "own"})


def numbers_in(page: str) -> set[str]:
    return {number for number in (*NUMBERS.values(), ALIEN) if number in page}


def test_by_default_a_department_sees_every_record(place: Place) -> None:
    complaint(place, number=ALIEN, department="销售部", owner="")
    browser = place.signed_in(SiteRole.DEPARTMENT)
    assert browser.get(f"/records/{ALIEN}").status_code == 200
    assert ALIEN in browser.get("/inbox?state=to_review").text


def test_lists_and_searches_hold_what_concerns_him_and_nothing_else(site: Place) -> None:
    browser = site.signed_in(SiteRole.DEPARTMENT)
    mine = set(NUMBERS.values())
    opened = mine - {NUMBERS["closed"]}
    every = "&".join(f"state={state}" for state in RecordState)
    assert numbers_in(browser.get("/inbox?class=A").text) == opened
    assert numbers_in(browser.get(f"/inbox?{every}").text) == mine
    assert numbers_in(browser.get("/inbox?q=ZC-204").text) == mine
    assert numbers_in(browser.get("/inbox/list?q=机密").text) == set()
    assert f"<b>{len(opened)}</b>" in browser.get("/inbox?class=A").text
    assert browser.get(f"/inbox?q={NUMBERS['task']}").headers["location"] == f"/records/{NUMBERS['task']}"
    assert browser.get(f"/inbox?q={ALIEN}").status_code == 200, "whether there is such a record is not told"
    staff = site.signed_in(SiteRole.REVIEWER)
    assert ALIEN in staff.get("/inbox?class=A").text and staff.get(f"/records/{ALIEN}").status_code == 200


def test_each_record_that_concerns_him_opens(site: Place) -> None:
    browser = site.signed_in(SiteRole.DEPARTMENT)
    for number in NUMBERS.values():
        page = browser.get(f"/records/{number}")
        assert page.status_code == 200
        assert ALIEN not in page.text, "what is like it and is not his is left out"
        assert browser.get(f"/records/{number}/mails/a-{number}/raw").status_code == 200
        assert browser.get(f"/records/{number}/letters/l-{number}").status_code == 200


def _routes_of_records() -> list[APIRoute]:
    routes = [route for router in (*ROUTERS, *API_ROUTERS) for route in router.routes if isinstance(route, APIRoute)]
    return [route for route in routes if "/records/{number}" in route.path]


def test_no_route_of_another_record_answers(site: Place) -> None:
    browser = site.signed_in(SiteRole.DEPARTMENT)
    browser.get("/account")
    _, token = add_token(site.storage, ME, "test", None, NOW)
    headers = {"authorization": f"Bearer {token}"}
    ids = {"number": ALIEN, "arrival": f"a-{ALIEN}", "letter": f"l-{ALIEN}", "position": "1"}
    told: dict[str, int] = {}
    for route in _routes_of_records():
        path = re.sub(r"\{(\w+)[^}]*\}", lambda found: ids.get(found[1], "x"), route.path)
        method = next(iter((route.methods or set()) - {"HEAD"}))
        if "/api/" in path:
            answer = browser.client.request(method, path, headers=headers)
        else:
            answer = browser.post(path) if method == "POST" else browser.get(path)
        assert "机密" not in answer.text, route.name
        told[route.name] = answer.status_code
    assert len(told) > 30
    assert {name: status for name, status in told.items() if status != 404} == {}


def test_an_act_on_another_record_changes_nothing(site: Place) -> None:
    browser = site.signed_in(SiteRole.DEPARTMENT)
    browser.get("/account")
    assert browser.post(f"/records/{ALIEN}/act", {"act": "note", "text": "hello"}).status_code == 404
    with site.storage.reading() as work:
        assert all(event.who == "system" for event in work.complaints.events(ALIEN))


def test_the_api_lists_and_counts_the_same(site: Place) -> None:
    site.user(SiteRole.DEPARTMENT)
    _, token = add_token(site.storage, ME, "test", None, NOW)
    client = site.browser().client
    headers = {"authorization": f"Bearer {token}"}
    listed = client.get("/api/v1/records", headers=headers).json()
    assert {one["number"] for one in listed["records"]} == set(NUMBERS.values()) - {NUMBERS["closed"]}
    assert client.get("/api/v1/counts", headers=headers).json()["open"] == len(NUMBERS) - 1


def test_who_is_none_of_our_people_sees_nothing(site: Place) -> None:
    browser = site.signed_in(SiteRole.DEPARTMENT, email="stranger@example.com")
    assert numbers_in(browser.get("/inbox?class=A").text) == set()
    assert browser.get(f"/records/{NUMBERS['department']}").status_code == 404


def test_a_record_that_is_given_to_another_department_is_his_no_more(site: Place) -> None:
    number = NUMBERS["department"]
    browser = site.signed_in(SiteRole.DEPARTMENT)
    assert browser.get(f"/records/{number}").status_code == 200
    with site.storage.unit() as work:
        found = work.complaints.get(number)
        assert found is not None
        work.complaints.update(replace(found, department="销售部"))
        work.commit()
    assert browser.get(f"/records/{number}").status_code == 404


def test_cards_of_customers_goods_and_people_name_only_records_that_he_sees(site: Place) -> None:
    browser, staff = site.signed_in(SiteRole.DEPARTMENT), site.signed_in(SiteRole.REVIEWER)
    with site.storage.unit() as work:
        customer = work.people.upsert_customer(CustomerCard("宁波海川电器有限公司", email="li@haichuan.example"))
        work.people.upsert_product(ProductCard("轴承座", "ZC-204"))
        work.commit()
    with site.storage.reading() as work:
        card = work.people.find_customer(name="宁波海川电器有限公司")
        product = work.people.product_by_model("ZC-204")
    assert card is not None and product is not None and customer
    for path in (f"/customers/{card.id}", f"/products/{product.id}"):
        assert ALIEN in staff.get(path).text and ALIEN not in browser.get(path).text
        assert NUMBERS["department"] in browser.get(path).text
    for path in ("/people/sales@example.com",):
        assert browser.get(path).status_code in (200, 404) and ALIEN not in browser.get(path).text
