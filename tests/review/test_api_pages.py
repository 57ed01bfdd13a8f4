"""What only the pages could do once, by the JSON API: the 8D as pages, customers' own forms, people, the policy, the
model, mailboxes, the letters' templates, workbooks.
"""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from intake.eightd.pdf import office
from intake.review.app import app
from intake.wiring import office_of
from storage.life import Task, TaskKind
from storage.records import CustomerCard, Event, ProductCard, Role, Shipment, SourceState
from storage.site import SiteRole
from tests.review.complaints import NUMBER, complaint
from tests.review.conftest import NOW, Place
from tests.review.programs import Program, alone, program, told

__all__ = ["alone", "told"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HAICHUAN = CustomerCard("宁波海川电器有限公司", ("海川",), language="zh-CN", email="li@haichuan.example")
ROWS = (("8D Report", ""), ("责任者", ""), ("Product", ""))


def form_of(rows: tuple[tuple[str, str], ...] = ROWS) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def keep(place: Place, *cards: CustomerCard | ProductCard | Shipment) -> None:
    with place.storage.unit() as work:
        for card in cards:
            work.people.upsert_all([card])
        work.commit()


# ---------------------------------------------------------------- the 8D as its reader has it


def test_the_eight_d_is_seen_as_pages_and_as_pdf(alone: Program) -> None:
    here = f"/records/{NUMBER}/8d"
    if office() is None:
        for path in (f"{here}.pdf", f"{here}/preview"):
            assert alone.get(path, 409)["remedy"].startswith("Install LibreOffice")
        return
    pdf = alone("GET", f"{here}.pdf", params={"language": "en", "report": "first"})
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF"), pdf.text
    assert pdf.headers["content-type"] == "application/pdf"
    seen = alone.get(f"{here}/preview", language="zh-TW")
    assert (seen["revision"], seen["state"], seen["language"]) == (1, "draft", "zh-TW")
    page = alone("GET", f"{here}/preview/{seen['pages'][0]['name']}")
    assert page.headers["content-type"] == "image/webp" and page.content[8:12] == b"WEBP"
    assert alone("GET", f"{here}/preview/nothing").status_code == 404
    assert alone("GET", "/records/KS-0/8d.pdf").status_code == 404


def test_revisions_tell_what_they_say_otherwise(told: Program) -> None:
    here = f"/records/{NUMBER}/8d"
    assert told.get(f"{here}/revisions") == []
    found = told.get(here)
    put = told("PUT", here, json=found, headers={"if-match": "*"})
    assert put.status_code == 200
    (first,) = told.get(f"{here}/revisions")
    assert (first["revision"], first["state"], first["differences"], first["more"]) == (1, "draft", [], 0)
    told.get("/records/KS-0/8d/revisions", 404)


# ---------------------------------------------------------------- customers' own forms


def test_a_customers_own_form_is_proposed_kept_filled_and_nobodys_mapping_is_lost(told: Program) -> None:
    keep(told.place, HAICHUAN)
    here, file = "/customers/1/form", {"file": ("客户8D.xlsx", form_of(), XLSX)}
    told.get(here, 404)
    proposed = told("POST", f"{here}/proposal", files=file).json()
    assert proposed["mapping"].startswith("[cells]") and proposed["places"], proposed
    told.get(here, 404)  # nothing is kept by asking
    mapping = '[cells]\n"head.product" = "Sheet!B3"\n'
    tried = told("POST", f"{here}/proposal", files=file, data={"mapping": mapping}).json()
    assert tried["places"] == [{"field": "head.product", "place": "Sheet!B3", "text": ""}]
    kept = told("PUT", here, files=file, data={"mapping": mapping})
    assert kept.status_code == 200, kept.text
    assert (kept.json()["name"], kept.json()["by"]) == ("客户8D.xlsx", "reviewer@example.com")
    assert told.get(here) == kept.json()
    assert told("GET", f"{here}/file").content == form_of() or told("GET", f"{here}/file").content[:2] == b"PK"
    filled = openpyxl.load_workbook(io.BytesIO(told("GET", f"{here}/filled").content))
    assert filled["Sheet"]["B3"].value
    assert told("PUT", here, data={"mapping": mapping}).status_code == 428
    other = mapping.replace("product", "model")
    again = told("PUT", here, data={"mapping": other}, headers={"if-match": kept.headers["etag"]})
    assert again.status_code == 200 and again.json()["mapping"] == other and again.json()["name"] == "客户8D.xlsx"
    assert told("PUT", here, data={"mapping": mapping}, headers={"if-match": kept.headers["etag"]}).status_code == 412
    with told.place.storage.reading() as work:
        noted = [one.what for one in work.audit.page(20, on="customer:1").entries]
    assert noted == ["customer_form_kept", "customer_form_kept"]


@pytest.mark.parametrize(
    ("name", "content", "mapping"),
    [("a.txt", b"x", ""), ("a.xlsx", b"PK no book", ""), ("a.xlsx", None, '[cells]\n"head.product" = "Sheet!ZZ"\n'),
     ("a.xlsx", None, "no toml")],
)  # fmt: skip
def test_what_is_no_form_or_no_mapping_is_refused(
    alone: Program, name: str, content: bytes | None, mapping: str
) -> None:
    keep(alone.place, HAICHUAN)
    file = {"file": (name, content if content is not None else form_of())}
    for method, path in (("POST", "/customers/1/form/proposal"), ("PUT", "/customers/1/form")):
        answer = alone(method, path, files=file, data={"mapping": mapping})
        assert answer.status_code == 422 and answer.json()["remedy"], answer.text
    assert alone("PUT", "/customers/9/form", files=file).status_code == 404
    assert alone("PUT", "/customers/1/form", data={"mapping": "x"}).status_code == 422


# ---------------------------------------------------------------- people, cards


def test_our_people_get_roles_and_lose_them_by_the_rules_of_the_page(place: Place) -> None:
    admin = program(place, SiteRole.ADMINISTRATOR)
    made = admin.post("/people", {"name": "钱进", "email": "qian@example.com", "role": "quality"}, 201)
    assert (made["name"], [one["role"] for one in made["roles"]], made["deputy"]) == ("钱进", ["quality"], "")
    more = admin.post("/people", {"email": "qian@example.com", "role": "department", "department": "分厂"}, 201)
    assert [one["role"] for one in more["roles"]] == ["quality", "department"] and more["name"] == "钱进"
    again = {"email": "qian@example.com", "role": "quality"}
    assert admin.post("/people", again, 409)["detail"]
    wrong = admin.post("/people", {"name": "x", "email": "nowhere", "role": "king"}, 422)
    assert {one["where"] for one in wrong["errors"]} == {"body.email", "body.role"}
    here, seen = "/people/qian@example.com", admin("GET", "/people/qian@example.com").headers["etag"]
    put = admin("PUT", here, json={"deputy": "gm@example.com"}, headers={"if-match": seen})
    assert put.status_code == 200 and put.json()["deputy"] == "gm@example.com" and put.json()["name"] == "钱进"
    assert admin("PUT", here, json={"name": "x"}, headers={"if-match": seen}).status_code == 412
    assert admin("PUT", here, json={"deputy": "nobody@example.com"}).status_code == 422
    complaint(place)
    with place.storage.unit() as work:
        work.lives.add([Task("t1", NUMBER, TaskKind.REPLACEMENT, "qian@example.com", NOW, "x@example.com")])
        work.commit()
    assert [one["id"] for one in admin.get(here)["tasks"]] == ["t1"]
    roles = [one["id"] for one in more["roles"]]
    assert admin("DELETE", f"{here}/roles/{roles[0]}").status_code == 204
    left = admin("DELETE", f"{here}/roles/{roles[1]}")
    assert left.status_code == 409 and "still open" in left.json()["detail"]
    assert admin("DELETE", f"{here}/roles/999").status_code == 404
    assert admin.get("/people/nobody@example.com", 404)["detail"]
    program(place).post("/people", again, 403)


def test_a_card_tells_what_hangs_on_it(told: Program) -> None:
    keep(told.place, HAICHUAN, ProductCard("轴承座", "ZC-204", "P1"))
    keep(told.place, Shipment(HAICHUAN.name, "ZC-204", "B2611-03", 1200, NOW.date()))
    customer = told.get("/master/customers/1/about")
    assert customer["shipments"][0]["batch"] == "B2611-03" and customer["promises"]["overdue"] == 0
    product = told.get("/master/products/1/about")
    assert [line["number"] for line in product["opened"]] == [NUMBER] and product["counts"]["open"] == 1
    assert [line["number"] for line in told.get("/master/shipments/1/about")["opened"]] == [NUMBER]
    told.get("/master/products/9/about", 404)


def test_what_a_complaint_would_be_is_told_before_it_is_entered(told: Program) -> None:
    fields = {"company": "宁波海川电器有限公司", "email": "li@haichuan.example", "model": "ZC-204", "batch": "B2611-03"}
    found = told.post("/records/trial", {"channel": "phone", "fields": {**fields, "defect": "漏油"}})
    assert found["class"] in ("A", "B", "C") and found["windows"]
    assert [(one["record"]["number"], one["likely"]) for one in found["alike"]] == [(NUMBER, True)]
    assert len(told.get("/records")["records"]) == 1, "nothing is opened"
    assert told.post("/records/trial", {"channel": "phone", "fields": {"colour": "red"}}, 422)["detail"]


# ---------------------------------------------------------------- administration


def test_the_policy_is_told_with_its_clauses(place: Place) -> None:
    found = program(place, SiteRole.APPROVER).get("/policy")
    figures = {one["path"]: one for one in found["figures"]}
    assert figures["windows.first_report.A"]["clauses"] and not figures["windows.first_report.A"]["differs"]
    assert isinstance(figures["calendar.weekdays"]["value"], list)
    assert "off" in {one["kind"] for one in found["days"]} and found["file"]["path"] == ""
    program(place).get("/policy", 403)


def test_a_policy_of_ones_own_tells_what_it_says_otherwise_than_the_service(lone: Place, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("[review]\nthreshold = 0.5\n", encoding="utf-8")
    settings = lone.settings.model_copy(
        update={"policy": lone.settings.policy.model_copy(update={"file": "policy.toml"})}
    )
    running = office_of(lone.settings)  # with the shipped one
    made = replace(lone, app=app(settings, lone.storage, lone.blobs, running, lone.clock), settings=settings)
    file = program(made, SiteRole.ADMINISTRATOR).get("/policy")["file"]
    assert (file["path"], file["changed"], file["trouble"]) == (str(tmp_path / "policy.toml"), True, "")


def test_the_model_tells_its_figures_and_what_was_put_right(told: Program) -> None:
    told.post(f"/records/{NUMBER}/corrections", {"values": {"items.1.batch": "B2611-04"}, "confirm": True})
    found = program(told.place, SiteRole.ADMINISTRATOR).get("/model")
    assert found["own"] is False and len(found["mark"]) == 8 and found["trained"] is None
    assert {"product", "model", "batch"} <= {one["field"] for one in found["measured"]}
    (one,) = found["corrections"]
    assert (one["record"], one["field"], one["by"]) == (NUMBER, "batch", "reviewer@example.com")
    assert found["days"] == 90 and found["threshold"] > 0


def test_mailboxes_tell_sums_that_add_up_and_are_tried(place: Place, tmp_path: Path) -> None:
    box = "gone/INBOX"
    with place.storage.unit() as work:
        work.sources.put(SourceState(box, 7, 9, NOW - timedelta(hours=2), NOW, "It fails. Mend it."))
        work.running.took(box, 7, NOW)
        work.running.counted(box, 9, 2, NOW)
        lost = {"source": box, "missing": ["<lost@x.example>"], "count": 2}
        work.complaints.add_event(Event(None, NOW, "system", "not_taken_in", new=lost))
        work.commit()
    admin = program(place, SiteRole.ADMINISTRATOR)
    found = admin.get("/mailboxes")
    (source,) = found["sources"]
    assert (source["in_settings"], source["missing"], source["missing_ids"]) == (False, 2, ["<lost@x.example>"])
    assert source["taken"] == source["settled"] + source["waiting"] + source["set_aside"] == 7
    assert found["sender"]["kind"] == "maildir" and found["sender"]["queued"] == 0
    admin.post("/mailboxes/try", {"source": box}, 404)
    program(place, SiteRole.APPROVER).post("/mailboxes/try", {"source": box}, 403)


def test_the_list_of_counts_that_missed_something_is_not_read_to_its_end(lone: Place) -> None:
    box = "gone/INBOX"
    with lone.storage.unit() as work:
        work.sources.put(SourceState(box))
        work.running.counted(box, 9, 1, NOW)
        for n in range(1000):
            new = {"source": box, "missing": [f"<{n}@x.example>"], "count": 1}
            work.complaints.add_event(Event(None, NOW, "system", "not_taken_in", new=new))
        work.commit()
    (source,) = program(lone, SiteRole.ADMINISTRATOR).get("/mailboxes")["sources"]
    assert source["missing_ids"] == ["<999@x.example>"]


def test_letters_are_shown_with_sample_data(lone: Place) -> None:
    admin = program(lone, SiteRole.ADMINISTRATOR)
    found = admin.get("/templates")
    assert {one["language"] for one in found["letters"]} == {"zh-CN", "zh-TW", "en"}
    assert not any(one["own"] or one["trouble"] for one in found["letters"]) and found["folder"] == ""
    written = admin.get("/templates/acknowledgement/en", variety="sparse")
    assert written["subject"] and written["text"] and written["html"]
    admin.get("/templates/poem/en", 404)
    admin.get("/templates/acknowledgement/fr", 422)
    word = admin("GET", "/templates/8d/en/first.docx")
    assert word.status_code == 200 and word.content[:2] == b"PK"


def test_figures_and_registers_are_workbooks_too(told: Program) -> None:
    found = told.get("/figures/registers", span="this_month")
    assert found["records"] == 1 and "register" in found["registers"]
    for path in ("/figures/registers/register.xlsx", "/figures/overview/{}.xlsx", "/figures/people/{}.xlsx"):
        part = path.split("/")[2]
        name = told.get(f"/figures/{part}")["tables"][0]["name"] if "{}" in path else ""
        answer = told("GET", path.format(name), params={"span": "this_month"})
        assert answer.status_code == 200, answer.text
        assert openpyxl.load_workbook(io.BytesIO(answer.content)).active.max_row > 1
    assert told("GET", "/figures/registers/weather.xlsx").status_code == 404
    assert told("GET", "/figures/overview/weather.xlsx").status_code == 404
    assert told("GET", "/figures/weather/x.xlsx").status_code == 422
    department = program(told.place, SiteRole.DEPARTMENT)
    assert department("GET", "/figures/registers/register.xlsx").status_code == 403


def test_a_person_may_have_every_role_that_there_is(lone: Place) -> None:
    admin = program(lone, SiteRole.ADMINISTRATOR)
    for role in Role:
        admin.post("/people", {"name": "Zhou", "email": "zhou@example.com", "role": role, "department": "d"}, 201)
