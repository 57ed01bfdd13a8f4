"""Lists, cards and changes of master data, imports with a preview, customers' own forms; who may do what there."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import openpyxl
import pytest
from httpx import Response

from intake.import_preview import preview
from storage.imports import ImportState, MasterImport
from storage.life import Task, TaskKind
from storage.records import CustomerCard, ProductCard, Record, RecordState, Role, Shipment
from storage.site import SiteRole
from tests.review.complaints import NUMBER, complaint
from tests.review.conftest import NOW, Browser, Place

HAICHUAN = CustomerCard(
    "宁波海川电器有限公司", ("海川",), ("haichuan.example",), "李工", "li@haichuan.example", "0574-8765 4321",
    "", "zh-CN", "浙江省", False, {"first_report": "12h"},
)  # fmt: skip


def keep(place: Place, *cards: CustomerCard | ProductCard | Shipment) -> list[int]:
    numbers = []
    with place.storage.unit() as work:
        for card in cards:
            put: Any = {
                CustomerCard: work.master.put_customer,
                ProductCard: work.master.put_product,
                Shipment: work.master.put_shipment,
            }[type(card)]
            numbers.append(put(card))
        work.commit()
    return numbers


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of a card's form as it stands."""
    form = page.partition('action="/master/')[2].partition("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            found[unescape(name[1])] = unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def customer(place: Place, number: int) -> CustomerCard:
    with place.storage.reading() as work:
        found = work.master.customer(number)
    assert found is not None
    return found


def told(place: Place, on: str) -> list[Any]:
    with place.storage.reading() as work:
        return list(work.audit.page(20, on=on).entries)


def test_a_list_is_searched_and_walked_page_by_page(place: Place) -> None:
    keep(place, HAICHUAN, *(CustomerCard(f"Firm {number:03d}") for number in range(60)))
    browser = place.signed_in(SiteRole.READ_ONLY)
    first = browser.get("/customers").text
    assert "Firm 000" in first
    assert "Firm 055" not in first
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward is not None
    second = browser.get(unescape(onward[1])).text
    assert "Firm 055" in second
    assert HAICHUAN.name in second
    assert 'rel="next"' not in second
    found = browser.get("/customers", params={"q": "87654321"}).text
    assert HAICHUAN.name in found
    assert "Firm" not in found
    assert "Nothing found" in browser.get("/customers", params={"q": "nobody at all"}).text
    for broken in ("x", "[1]", '["a","b"]', "[" * 3000, '[""]'):
        assert browser.get("/customers", params={"after": broken}).status_code == 200
        assert browser.get("/products", params={"after": broken}).status_code == 200
        assert browser.get("/people", params={"after": broken}).status_code == 200


def test_each_list_shows_what_is_looked_for(place: Place) -> None:
    (buyer,) = keep(place, HAICHUAN)
    keep(
        place,
        ProductCard("轴承座", "ZC-204", "P1", "HC-9"),
        Shipment(HAICHUAN.name, "ZC-204", "B1", 5.0, date(2026, 11, 5)),
    )
    keep(place, Shipment("Another", "ZC-204", "B2", None, None))
    browser = place.signed_in(SiteRole.DEPARTMENT)
    assert "HC-9" in browser.get("/products", params={"q": "zc204"}).text
    his = browser.get("/shipments", params={"customer": buyer}).text
    assert "B1</a>" in his
    assert "B2</a>" not in his
    assert "B2</a>" in browser.get("/shipments").text
    people = browser.get("/people", params={"q": "quality manager"}).text
    assert "Yan Guoqiang" in people
    assert "Wang Min" not in people


def test_a_customers_card_tells_its_complaints_promises_and_shipments(place: Place) -> None:
    (number,) = keep(place, HAICHUAN)
    keep(place, Shipment("海川", "ZC-204", "B2611-03", 1200.0, date(2026, 11, 5)))
    complaint(place, customer_id=number)
    complaint(place, number="KS-202610-0001", state=RecordState.CLOSED, customer_id=number)
    page = place.signed_in(SiteRole.READ_ONLY).get(f"/customers/{number}").text
    for said in (NUMBER, "KS-202610-0001", "B2611-03", "12h", "On time, 12 months", "haichuan.example"):
        assert said in page, said
    main = page.partition("<main")[2].partition("</main>")[0]
    assert 'method="post"' not in main, "who only reads is offered nothing to change"


def test_a_change_is_kept_with_who_changed_what(place: Place) -> None:
    (number,) = keep(place, HAICHUAN)
    browser = place.signed_in()
    form = form_of(browser.get(f"/customers/{number}").text)
    form |= {"f:contact": "王工", "f:aliases": "海川; HC", "f:agreement.full_report": "5d", "f:remote": "yes"}
    answer = browser.post("/master/customers/save", form)
    assert answer.headers["location"] == f"/customers/{number}"
    made = customer(place, number)
    assert made == replace(
        HAICHUAN, id=number, contact="王工", aliases=("海川", "HC"), remote=True,
        agreement={"first_report": "12h", "full_report": "5d"},
    )  # fmt: skip
    (entry,) = told(place, f"customer:{number}")
    assert (entry.who, entry.what) == ("reviewer@example.com", "customer_changed")
    assert entry.detail["changes"]["contact"] == ["李工", "王工"]
    assert set(entry.detail["changes"]) == {"contact", "aliases", "agreement.full_report", "remote"}
    assert "王工" in browser.get(f"/customers/{number}").text
    with place.storage.reading() as work:
        assert work.people.find_customer(name="hc") is not None
    browser.post("/master/customers/save", form_of(browser.get(f"/customers/{number}").text))
    assert len(told(place, f"customer:{number}")) == 1, "nothing differs, nothing is noted"


def test_two_people_at_one_card_lose_nothing(place: Place) -> None:
    (number,) = keep(place, HAICHUAN)
    one, other = place.signed_in(), place.signed_in(SiteRole.APPROVER)
    mine, theirs = (form_of(browser.get(f"/customers/{number}").text) for browser in (one, other))
    assert other.post("/master/customers/save", theirs | {"f:contact": "他", "f:fax": "1"}).status_code == 303
    assert one.post("/master/customers/save", mine | {"f:province": "江苏省"}).status_code == 303
    made = customer(place, number)
    assert (made.contact, made.fax, made.province) == ("他", "1", "江苏省"), "what only one changed stands beside it"
    asked = one.post("/master/customers/save", mine | {"f:contact": "我", "f:phone": "2"})
    assert asked.status_code == 409
    assert "李工" in asked.text
    assert 'value="我"' in asked.text
    assert 'value="他"' in asked.text
    choice = form_of(asked.text) | {"f:contact": "我"}
    assert one.post("/master/customers/save", choice).status_code == 303
    made = customer(place, number)
    assert (made.contact, made.phone, made.fax) == ("我", "2", "1")


@pytest.mark.parametrize(
    ("kind", "changed", "field", "said"),
    [
        ("customers", {"f:name": ""}, "name", "no name"),
        ("customers", {"f:email": "li at home"}, "email", "is no mail address"),
        ("customers", {"f:domains": "gmail.com"}, "domains", "everybody's mail domain"),
        ("customers", {"f:agreement.first_report": "soon"}, "agreement.first_report", "a span of time"),
        ("customers", {"f:name": "Other Ltd"}, "name", "Another customer has this name"),
        ("customers", {"f:contact": "x" * 501}, "contact", "longer than"),
        ("products", {"f:model": ""}, "model", "no model"),
        ("products", {"f:model": "MF-9"}, "model", "already"),
        ("shipments", {"f:quantity": "many"}, "quantity", "is no number"),
        ("shipments", {"f:ship_date": "2026-13-01"}, "ship_date", "is no date"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_changes_nothing(
    lone: Place, kind: str, changed: dict[str, str], field: str, said: str
) -> None:
    cards = {
        "customers": HAICHUAN,
        "products": ProductCard("轴承座", "ZC-204"),
        "shipments": Shipment("x", "M", "B", None, None),
    }
    (number,) = keep(lone, cards[kind])  # type: ignore[arg-type]
    keep(lone, CustomerCard("Other Ltd"), ProductCard("密封圈", "MF-9"))
    browser = lone.signed_in()
    form = form_of(browser.get(f"/{kind}/{number}").text)
    answer = browser.post(f"/master/{kind}/save", form | changed)
    assert answer.status_code == 422
    fault = answer.text.partition(f'id="fault-{field}">')[2].partition("</span>")[0]
    assert said in unescape(fault)
    ((name, value),) = changed.items()
    assert form_of(answer.text)[name] == value, "what was typed stands there still"
    assert told(lone, f"{kind[:-1]}:{number}") == []


def test_cards_are_added_and_products_and_shipments_removed(place: Place) -> None:
    browser = place.signed_in()
    forms = {
        "customers": {"f:name": "新客户"},
        "products": {"f:model": "N-1", "f:product": "新产品"},
        "shipments": {"f:customer": "新客户", "f:model": "N-1", "f:batch": "B1", "f:quantity": "1,200"},
    }
    for kind, typed in forms.items():
        form = form_of(browser.get(f"/{kind}/new").text)
        where = browser.post(f"/master/{kind}/save", form | typed).headers["location"]
        assert browser.get(where).status_code == 200
        number = where.rsplit("/", 1)[-1]
        assert [entry.what for entry in told(place, f"{kind[:-1]}:{number}")] == [f"{kind[:-1]}_added"]
        gone = browser.post(f"/master/{kind}/remove", {"number": number})
        assert gone.status_code == (404 if kind == "customers" else 303)
        assert browser.get(where).status_code == (200 if kind == "customers" else 404)
    assert browser.post("/master/people/save", {}).status_code == 404
    assert browser.post("/master/customers/save", {"number": "99999", "f:name": "x"}).status_code == 404


# -------------------------------------------------------------------- our people


def test_roles_names_and_deputies_are_changed_by_approvers_and_administrators_alone(place: Place) -> None:
    for role in (SiteRole.REVIEWER, SiteRole.DEPARTMENT, SiteRole.READ_ONLY):
        browser = place.signed_in(role)
        assert browser.get("/people/reviewer@example.com").status_code == 200
        for path in ("add", "save", "remove"):
            assert browser.post(f"/people/{path}", {"email": "reviewer@example.com"}).status_code == 403
    browser = place.signed_in(SiteRole.APPROVER)
    new = {"name": "Zhao", "email": "Zhao@example.com", "role": "department", "department": "分厂"}
    browser.get("/people/new")
    assert browser.post("/people/add", new).headers["location"] == "/people/Zhao@example.com"
    assert browser.post("/people/add", new | {"role": "sales"}).status_code == 303
    assert "has this role already" in browser.post("/people/add", new | {"role": "sales"}).text
    was = '{"name": "Zhao", "deputy": ""}'
    saved = browser.post(
        "/people/save", {"email": "zhao@example.com", "name": "Zhao Yi", "deputy": "gm@example.com", "was": was}
    )
    assert saved.status_code == 303
    stale = browser.post("/people/save", {"email": "zhao@example.com", "name": "Z", "deputy": "", "was": was})
    assert stale.status_code == 409
    with place.storage.reading() as work:
        roles, deputy = work.master.person("zhao@example.com"), work.master.deputy("zhao@example.com")
    assert {(one.name, one.role) for one in roles} == {("Zhao Yi", Role.DEPARTMENT), ("Zhao Yi", Role.SALES)}
    assert deputy == "gm@example.com"
    page = browser.get("/people/zhao@example.com").text
    assert "Fang Zhenhua" in page
    for held in roles:
        assert browser.post("/people/remove", {"email": "zhao@example.com", "role": held.id}).status_code == 303
    assert browser.get("/people/zhao@example.com").status_code == 404
    what = [entry.what for entry in reversed(told(place, "person:zhao@example.com"))]
    assert what == ["person_added", "role_added", "person_changed", "role_removed", "person_removed"]


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"name": ""}, "name", "no name"),
        ({"email": "zhao"}, "email", "no mail address"),
        ({"role": "boss"}, "role", "is no role"),
        ({"role": "department", "department": ""}, "department", "needs a department"),
    ],
)
def test_what_is_wrong_with_a_person_stands_beside_its_field(
    lone: Place, given: dict[str, str], field: str, said: str
) -> None:
    browser = lone.signed_in(SiteRole.ADMINISTRATOR)
    browser.get("/people/new")
    new = {"name": "Zhao", "email": "zhao@example.com", "role": "sales", "department": "销售部"}
    answer = browser.post("/people/add", new | given)
    assert answer.status_code == 422
    assert said in unescape(answer.text.partition(f'id="fault-{field}">')[2].partition("</span>")[0])


def test_who_has_open_work_is_not_removed_and_hands_it_to_his_deputy(place: Place) -> None:
    complaint(place, owner="department@example.com")
    with place.storage.unit() as work:
        work.lives.add(
            [Task("t1", NUMBER, TaskKind.SAMPLE, "department@example.com", NOW, "reviewer@example.com", note="两件")]
        )
        work.master.set_deputy("department@example.com", "cheng@example.com")
        (role,) = work.master.person("department@example.com")
        work.commit()
    browser = place.signed_in(SiteRole.ADMINISTRATOR, email="approver@example.com")
    page = browser.get("/people/department@example.com").text
    assert NUMBER in page
    assert "两件" in page
    assert 'value="cheng@example.com" selected' in page
    browser.post("/people/remove", {"email": "department@example.com", "role": role.id})
    assert "2 records or tasks are still open" in browser.get("/people/department@example.com").text
    given = {"number": [NUMBER], "owner": "cheng@example.com", "back": "/people/department@example.com"}
    browser.post("/inbox/assign", given)
    with place.storage.reading() as work:
        record, life = work.complaints.get(NUMBER), work.lives.get(NUMBER)
    assert isinstance(record, Record)
    assert "cheng@example.com" in (record.owner, life.handover_to)


def test_nobody_is_his_own_deputy(lone: Place) -> None:
    browser = lone.signed_in(SiteRole.ADMINISTRATOR)
    browser.get("/people/gm@example.com")
    for deputy in ("gm@example.com", "nobody@example.com"):
        answer = browser.post("/people/save", {"email": "gm@example.com", "name": "Fang Zhenhua", "deputy": deputy})
        assert answer.status_code == 422
        assert "another of our people" in answer.text


# -------------------------------------------------------------------- imports


CSV = """客户名称,别名,邮箱,颜色
宁波海川电器有限公司,海川,wang@haichuan.example,red
New Ltd,,,
New Ltd,Other,,
,x,,
Bad Ltd,,nowhere,
"""


def workbook(text: str) -> bytes:
    book = openpyxl.Workbook()
    for line in text.splitlines():
        book.active.append(line.split(","))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize("name", ["客户.csv", "客户.xlsx"])
def test_an_import_is_shown_line_by_line_before_it_is_done(place: Place, name: str) -> None:
    (number,) = keep(place, HAICHUAN)
    browser = place.signed_in()
    browser.get("/import/customers")
    content = CSV.encode("gb18030") if name.endswith("csv") else workbook(CSV)
    here, page = ended(browser, browser.post("/import/customers", files={"file": (name, content)}))
    assert customer(place, number).contact == "李工", "nothing is done yet"
    for said in ("颜色", "li@haichuan.example", "wang@haichuan.example", "New Ltd", "row 3 says otherwise of the same"):
        assert said in page, said
    assert "no name" in page
    assert "Keep one of the two rows." in page
    assert unescape("is no mail address") in page
    draft = re.search(r'name="draft" value="([^"]+)"', page)
    assert draft is not None
    _, report = ended(browser, browser.post("/import/customers/confirm", {"draft": draft[1]}))
    assert re.findall(r"<dd>(\d+)</dd>", report) == ["1", "1", "0", "3"], "new, changed, unchanged, refused"
    assert "no name" in report and "has been imported" in report and "<progress" not in report
    made = customer(place, number)
    assert (made.email, made.contact) == ("wang@haichuan.example", "李工"), "of contacts the file says nothing"
    assert made.agreement == HAICHUAN.agreement
    (entry,) = told(place, "import:customers")
    assert (entry.who, entry.detail["added"], entry.detail["refused"]) == ("reviewer@example.com", 1, 3)
    browser.post("/import/customers/confirm", {"draft": draft[1]})
    assert "too old" in browser.get("/import/customers").text, "a preview is confirmed once"
    assert here in browser.get("/import/customers").text, "it is listed among his imports"
    assert place.signed_in(SiteRole.APPROVER).get(here).status_code == 404, "and is nobody else's"


def ended(browser: Browser, answer: Response) -> tuple[str, str]:
    """(its address, the page of an import once nothing goes on any more)."""
    assert answer.status_code == 303, answer.text
    here = answer.headers["location"]
    page = browser.get(here).text
    while "<progress" in page:
        page = browser.get(f"{here}/part").text
    return here, browser.get(here).text


def test_an_import_shows_how_far_it_is_and_who_left_it(lone: Place) -> None:
    browser = lone.signed_in()
    one = MasterImport("far", "reviewer@example.com", NOW, "products", "list.csv", ImportState.TAKING, 900, 400, 400)
    with lone.storage.unit() as work:
        work.master_imports.add(replace(one, worker="another site", seen_at=NOW), b"")
        work.commit()
    page = browser.get("/import/products/far").text
    assert 'max="900" value="400"' in page and "400 of 900 rows" in page and 'hx-trigger="every 1s"' in page
    assert "It goes on by itself" not in page
    lone.clock.passes(minutes=1)
    assert "It goes on by itself" in browser.get("/import/products/far/part").text
    assert browser.get("/import/customers/far").status_code == 404


def test_a_preview_belongs_to_who_asked_for_it(lone: Place) -> None:
    with lone.storage.unit() as work:
        seen = MasterImport("d", "approver@example.com", NOW, "customers", "a.csv", ImportState.SEEN)
        work.master_imports.add(seen, b"name\nA\n")
        work.commit()
    browser = lone.signed_in()
    browser.get("/import/customers")
    browser.post("/import/customers/confirm", {"draft": "d"})
    with lone.storage.reading() as work:
        assert work.people.customers() == []


def test_a_file_that_has_other_columns_is_refused_in_one_sentence(lone: Place) -> None:
    browser = lone.signed_in()
    browser.get("/import/products")
    _, page = ended(browser, browser.post("/import/products", files={"file": ("l.csv", b"colour,size\nred,9\n")}))
    assert "l.csv: no header row" in page and "/tmp" not in page and "was not imported" in page


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "Choose a file"), (b"x" * 10_000_001, "larger than 10 MB")],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_in_one_sentence(lone: Place, content: bytes, said: str) -> None:
    browser = lone.signed_in()
    browser.get("/import/products")
    answer = browser.post("/import/products", files={"file": ("list.csv", content)})
    assert answer.status_code == 422
    assert said in answer.text
    assert "/tmp" not in answer.text


def test_only_who_may_change_people_imports_them(lone: Place) -> None:
    assert lone.signed_in().get("/import/people").status_code == 403
    manager = lone.signed_in(SiteRole.APPROVER)
    assert manager.get("/import/people").status_code == 200
    assert manager.get("/import/secrets").status_code == 404
    assert lone.signed_in(SiteRole.DEPARTMENT).get("/import/customers").status_code == 403


def test_a_preview_counts_all_and_lists_the_first(place: Place, tmp_path: Any) -> None:
    file = tmp_path / "people.csv"
    rows = "".join(f"N{number},n{number}@x.example,,sales\n" for number in range(300))
    file.write_text(
        f"name,email,department,role\n{rows}Wang Min,reviewer@example.com,,quality\nN1,n1@x.example,,sales\n"
    )
    seen = preview("people", file, place.storage)
    assert (seen.number("added"), seen.number("changed"), seen.number("same")) == (300, 1, 1)
    assert len(seen.of("added")) == 200
    assert [(one.field, one.old) for one in seen.of("changed")[0].changes] == [("department", "质量部")]
    with place.storage.reading() as work:
        assert len(work.people.everybody()) == 6


# -------------------------------------------------------------------- a customer's own form


def own_form() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "8D"
    for row, label in enumerate(("产品名称", "批号", "断点批号"), 1):
        sheet.cell(row, 1, label)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_a_customers_own_form_is_mapped_shown_and_kept(place: Place) -> None:
    (number,) = keep(place, HAICHUAN)
    browser = place.signed_in()
    path = f"/customers/{number}/form"
    browser.get(path)
    content = own_form()
    page = browser.post(path, files={"file": ("海川8D.xlsx", content)}).text
    assert "8D!B1" in page
    draft = re.search(r'name="draft" value="([^"]+)"', page)
    mapping = unescape(page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0])
    assert draft is not None
    assert '"head.product" = "8D!B1"' in mapping
    with place.storage.reading() as work:
        assert work.lives.customer_form(number) is None, "it is only shown"
    wrong = browser.post(path, {"draft": draft[1], "mapping": '[cells]\n"d9.x" = "8D!B1"', "then": "keep"})
    assert wrong.status_code == 422
    assert "none of the 8D" in wrong.text
    browser.post(path, {"draft": draft[1], "mapping": mapping, "then": "keep"})
    with place.storage.reading() as work:
        kept = work.lives.customer_form(number)
    assert kept is not None
    assert (kept.name, kept.by) == ("海川8D.xlsx", "reviewer@example.com")
    assert [entry.what for entry in told(place, f"customer:{number}")] == ["customer_form_kept"]
    filled = openpyxl.load_workbook(io.BytesIO(browser.get(f"{path}/file?filled=1").content))
    assert filled["8D"]["B1"].value
    assert browser.get(f"{path}/file").content == content


@pytest.mark.parametrize(
    ("name", "content"), [("a.pdf", b"%PDF-1.4"), ("a.xlsx", b"no workbook"), ("a.docx", b"PK\x03\x04")]
)
def test_what_is_no_form_is_refused(lone: Place, name: str, content: bytes) -> None:
    (number,) = keep(lone, HAICHUAN)
    browser = lone.signed_in()
    browser.get(f"/customers/{number}/form")
    answer = browser.post(f"/customers/{number}/form", files={"file": (name, content)})
    assert answer.status_code == 422
    assert ".xlsx or .docx" in unescape(answer.text)


def test_readers_look_at_forms_and_change_none(lone: Place) -> None:
    (number,) = keep(lone, HAICHUAN)
    browser = lone.signed_in(SiteRole.READ_ONLY)
    assert browser.get(f"/customers/{number}/form").status_code == 200
    assert browser.post(f"/customers/{number}/form", {"mapping": "x"}).status_code == 403
    assert browser.get(f"/customers/{number}/form/file").status_code == 404


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(lone: Place) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 201_000_000)
    (number,) = keep(lone, HAICHUAN)
    browser = lone.signed_in()
    browser.get("/import/customers")
    assert browser.post("/import/customers", files={"file": ("a.xlsx", kept.getvalue())}).status_code == 422
    assert browser.post(f"/customers/{number}/form", files={"file": ("a.xlsx", kept.getvalue())}).status_code == 413
