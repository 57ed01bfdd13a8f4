"""Changes of master data by the JSON API: the rules and the trail of the pages, whole files as by command."""

from typing import Any

from httpx import Response

from intake.review.api.problems import ROOT
from storage.records import ProductCard, Shipment
from storage.site import SiteRole
from tests.review.conftest import NOW, Place
from tests.review.programs import Program, program, told

__all__ = ["told"]

CSV = "产品名称,型号,料号\n轴承座,ZC-204,P1\n轴承座,ZC-205,P2\n,ZC-206,P3\n"


def test_a_card_is_added_and_changed_and_nobodys_change_is_lost(told: Program) -> None:
    fields = {"name": "宁波海川电器有限公司", "domains": "haichuan.example", "agreement.first_report": "12h"}
    answer = told("POST", "/master/customers", json={"fields": fields})
    assert answer.status_code == 201, answer.text
    made, seen = answer.json(), answer.headers["etag"]
    here = f"/master/customers/{made['id']}"
    assert told.get(here) == made and told.get(f"/customers/{made['id']}")["agreement"] == {"first_report": "12h"}
    put = told("PUT", here, json={"fields": {"phone": "0574-1"}}, headers={"if-match": seen})
    assert put.status_code == 200 and put.json()["fields"]["phone"] == "0574-1"
    assert put.json()["fields"]["domains"] == "haichuan.example"
    assert told("PUT", here, json={"fields": {"phone": "2"}}, headers={"if-match": seen}).status_code == 412
    assert told("PUT", here, json={"fields": {"phone": "0574-1"}}).headers["etag"] == put.headers["etag"]
    with told.place.storage.reading() as work:
        noted = [one.what for one in work.audit.page(20, on=f"customer:{made['id']}").entries]
    assert noted == ["customer_changed", "customer_added"]
    assert told.post("/master/customers", {"fields": {"name": fields["name"]}}, 409)["detail"]


def test_a_card_that_cannot_be_is_told_field_by_field(told: Program) -> None:
    wrong = told.post("/master/shipments", {"fields": {"customer": "x", "model": "", "quantity": "many"}}, 422)
    assert {one["where"] for one in wrong["errors"]} >= {"body.fields.model", "body.fields.quantity"}
    assert "no such field" in told.post("/master/products", {"fields": {"colour": "red"}}, 422)["detail"]
    assert told("PUT", "/master/products/99", json={"fields": {}}).status_code == 404
    assert told.get("/master/products/99", 404)["detail"]


def test_products_and_shipments_are_taken_out_and_customers_stay(told: Program) -> None:
    with told.place.storage.unit() as work:
        work.people.upsert_product(ProductCard("轴承座", "ZC-204", "P1"))
        work.people.upsert_shipment(Shipment("宁波海川电器有限公司", "ZC-204", "B2611-03", 1200, NOW.date()))
        work.commit()
    for kind in ("products", "shipments"):
        (one,) = told.get(f"/{kind}")[kind]
        assert told("DELETE", f"/master/{kind}/{one['id']}").status_code == 204
        assert told("DELETE", f"/master/{kind}/{one['id']}").status_code == 404
    assert told("DELETE", "/master/customers/1").status_code == 422


def test_suppliers_are_cards_as_others_are(told: Program) -> None:
    made = told.post("/master/suppliers", {"fields": {"name": "宁波钢材", "email": "steel@example.com"}}, 201)
    assert [one["email"] for one in told.get("/suppliers", q="钢材")["suppliers"]] == ["steel@example.com"]
    assert told.get(f"/master/suppliers/{made['id']}/about")["history"][0]["what"] == "supplier_added"
    assert told("DELETE", f"/master/suppliers/{made['id']}").status_code == 204
    assert told.get("/suppliers")["suppliers"] == []


def test_a_whole_file_is_previewed_confirmed_and_taken_in(told: Program) -> None:
    file = {"file": ("products.csv", CSV.encode())}
    seen = ended(told, told("POST", "/master/products/import", files=file, params={"preview": "true"}))
    assert (seen["state"], seen["added"], seen["refused"], seen["done"]) == ("seen", 2, 1, 3)
    assert told.get("/products")["products"] == []
    done = ended(told, told("POST", f"/imports/{seen['id']}/confirm"))
    assert (done["state"], done["added"], done["refused"]) == ("done", 2, 1)
    (refused,) = [row for row in done["rows"] if row["outcome"] == "refused"]
    assert refused["row"] == 4 and refused["why"]
    assert told("POST", f"/imports/{seen['id']}/confirm").status_code == 409
    again = ended(told, told("POST", "/master/products/import", files=file))
    assert again["same"] == 2 and again["ended_at"]
    assert [one["id"] for one in told.get("/imports")] == [again["id"], seen["id"]] or len(told.get("/imports")) == 2
    none = ended(told, told("POST", "/master/products/import", files={"file": ("x.csv", b"colour\nred\n")}))
    assert none["state"] == "failed" and "x.csv" in none["cause"] and none["remedy"]
    assert told("POST", "/master/products/import", files={"file": ("x.csv", b"")}).status_code == 422
    assert program(told.place, SiteRole.APPROVER)("GET", f"/imports/{seen['id']}").status_code == 404


def ended(told: Program, begun: Response) -> Any:
    """An import that was begun, once it has ended."""
    assert begun.status_code == 202, begun.text
    here = begun.headers["location"].removeprefix(ROOT)
    found = told.get(here)
    while found["state"] in ("looking", "taking"):
        found = told.get(here)
    return found


def test_our_people_are_imported_only_by_who_may_change_them(place: Place) -> None:
    file = {"file": ("people.csv", "姓名,邮箱,部门,角色\n钱进,qian@example.com,质量部,quality\n".encode())}
    assert program(place)("POST", "/master/people/import", files=file).status_code == 403
    admin = program(place, SiteRole.ADMINISTRATOR)
    assert ended(admin, admin("POST", "/master/people/import", files=file))["added"] == 1
