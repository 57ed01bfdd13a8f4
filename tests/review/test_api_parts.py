"""What hangs on records, and what stands beside them, by the JSON API."""

import io
from datetime import timedelta
from typing import Any

import docx
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from storage.life import Evidence, EvidenceKind
from storage.outbox_rows import Delivery, DeliveryState
from storage.pages import PageOf
from storage.records import ArrivalState, Became, CustomerCard, ProductCard, Shipment
from storage.site import SiteRole
from tests.documents.controls import cells_of, said, tag_of, type_into
from tests.review.complaints import CSV, NUMBER, complaint, mail
from tests.review.conftest import NOW, Place
from tests.review.programs import Program, alone, mail_name, program, told
from tests.storage.samples import arrival

__all__ = ["alone", "told"]


# ---------------------------------------------------------------- the 8D


def test_the_eight_d_goes_out_and_comes_in_as_the_command_exchanges_it(told: Program) -> None:
    answer = told("GET", f"/records/{NUMBER}/8d")
    found, tag = answer.json(), answer.headers["etag"]
    assert (found["format"], found["record"]) == ("intake-8d/1", NUMBER)
    found["report"]["d3"]["clean_batch"] = "B2611-07"
    assert told("PUT", f"/records/{NUMBER}/8d", json=found).status_code == 428
    put = told("PUT", f"/records/{NUMBER}/8d", json=found, headers={"if-match": tag})
    assert put.status_code == 200 and put.json()["report"]["d3"]["clean_batch"] == "B2611-07", put.text
    assert told("PUT", f"/records/{NUMBER}/8d", json=found, headers={"if-match": tag}).status_code == 412
    assert told.get(f"/records/{NUMBER}/8d") == put.json()
    assert told.get(f"/records/{NUMBER}")["eight_d"] == {"revision": 1, "state": "draft"}


@pytest.mark.parametrize(
    "wrong",
    [{}, {"format": "intake-8d/1", "report": {"d9": 1}}, {"format": "8d", "report": {}},
     {"format": "intake-8d/1", "report": {"d3": {"effect": "much"}}}, {"format": "intake-8d/1", "report": {}, "x": 1}],
    ids=str,
)  # fmt: skip
def test_an_eight_d_that_is_none_is_refused(alone: Program, wrong: Any) -> None:
    answer = alone("PUT", f"/records/{NUMBER}/8d", json=wrong, headers={"if-match": "*"})
    assert answer.status_code == 422 and answer.json()["remedy"]


def test_what_a_customer_would_send_it_back_for_is_told(told: Program) -> None:
    found = told.get(f"/records/{NUMBER}/8d/checks", report="first", language="zh-CN")
    assert "place_missing" in {one["id"] for one in found} and {one["severity"] for one in found} <= {"stop", "warn"}
    assert len(told.get(f"/records/{NUMBER}/8d/checks")) > len(found)


def test_the_word_form_goes_out_and_comes_in(alone: Program) -> None:
    answer = alone("GET", f"/records/{NUMBER}/8d.docx", params={"language": "en"})
    assert answer.headers["content-disposition"].startswith("attachment")
    form = docx.Document(io.BytesIO(answer.content))
    cell = next(cell for cell in cells_of(form) if tag_of(cell) and "ZC-204" in said(cell))
    type_into(cell, said(cell).replace("ZC-204", "ZC-205"))
    out = io.BytesIO()
    form.save(out)
    taken = alone("POST", f"/records/{NUMBER}/8d.docx", files={"file": ("8d.docx", out.getvalue())})
    assert taken.status_code == 200 and taken.json()["document"]["state"] == "draft", taken.text
    none = alone("POST", f"/records/{NUMBER}/8d.docx", files={"file": ("8d.docx", b"PK nothing")})
    assert none.status_code in (409, 422) and none.json()["detail"]


def test_a_photo_is_put_into_the_eight_d_shown_and_taken_out(alone: Program) -> None:
    here, out = f"/records/{NUMBER}/8d/photos", io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    answer = alone("POST", here, files={"photo": ("crack.png", out.getvalue())})
    assert answer.status_code == 201, answer.text
    (photo,) = answer.json()["evidence"]
    assert (photo["kind"], photo["name"], photo["by"]) == ("photo", "crack.png", "reviewer@example.com")
    moved = alone("PUT", f"{here}/{photo['id']}/step", json={"step": "d4"})
    assert moved.status_code == 200, moved.text
    assert (photo["step"], moved.json()["evidence"][0]["step"]) == ("d2", "d4")
    assert alone("PUT", f"{here}/{photo['id']}/step", json={"step": "d9"}).status_code == 422
    assert alone("PUT", f"{here}/x/step", json={"step": "d4"}).status_code == 404
    shown = alone("GET", f"{here}/{photo['id']}")
    assert shown.headers["content-type"] == "image/jpeg" and shown.content[:2] == b"\xff\xd8"
    assert alone("POST", here, files={"photo": ("x.png", b"no picture")}).status_code == 409
    assert alone("DELETE", f"{here}/{photo['id']}").status_code == 204
    assert [(one["kind"], one["step"]) for one in alone.get(f"/records/{NUMBER}")["evidence"]] == [("photo", "")]
    assert alone("DELETE", f"{here}/x").status_code == 404 and alone("GET", f"{here}/x").status_code == 404


# ---------------------------------------------------------------- letters, originals, arrivals


def test_a_letter_is_held_changed_and_sent(told: Program) -> None:
    here = f"/records/{NUMBER}/letters/l-{NUMBER}"
    assert told.get(here)["text"].startswith("李工") and told.get(here)["acts"] == ["hold", "cancel_letter"]
    told.post(f"{here}/acts/hold")
    assert [one["id"] for one in told.get("/letters", state="draft")["letters"]] == [f"l-{NUMBER}"]
    told.post(f"{here}/acts/edit_letter", {"keys": {"text": "李工：\n\n来信收到，正在调查。"}})
    told.post(f"{here}/acts/send")
    found = told.get(here)
    assert "正在调查" in found["text"] and found["state"] == "queued"
    assert [step["state"] for step in found["history"]] == ["queued", "draft", "queued"]
    assert told.place.given == [f"l-{NUMBER}"]
    told.post(f"{here}/acts/cancel_letter")
    assert told.post(f"{here}/acts/send", status=409)["detail"]
    assert told.post(f"{here}/acts/close", status=422)["detail"]


def test_a_letter_is_previewed_before_it_is_written(alone: Program) -> None:
    found = alone.get(f"/records/{NUMBER}/preview/progress", language="en")
    assert NUMBER in found["subject"] and found["html"] and found["text"]
    with alone.place.storage.reading() as work:
        assert len(work.letters.of_record(NUMBER)) == 1
    assert alone.get(f"/records/{NUMBER}/preview/poem", 422)["detail"]


def test_the_html_of_mail_and_letter_can_do_nothing(alone: Program) -> None:
    for path in (f"/records/{NUMBER}/mails/a-{NUMBER}/html", f"/records/{NUMBER}/letters/l-{NUMBER}/html"):
        answer = alone("GET", path)
        assert answer.status_code == 200 and answer.headers["content-security-policy"].startswith("sandbox;")


def test_the_original_comes_as_it_came(told: Program) -> None:
    raw = told.place.blobs.get(mail_name(told.place))
    assert [one["id"] for one in told.get(f"/records/{NUMBER}/mails")] == [f"a-{NUMBER}"]
    answer = told("GET", f"/records/{NUMBER}/mails/a-{NUMBER}/raw")
    assert answer.content == raw and answer.headers["content-disposition"].startswith("attachment")
    opened = told.get(f"/records/{NUMBER}/mails/a-{NUMBER}")
    assert [part["name"] for part in opened["parts"]] == ["body", "清单.csv"]
    file = told("GET", f"/records/{NUMBER}/mails/a-{NUMBER}/file", params={"name": "清单.csv"})
    assert file.content == CSV.encode()
    for name in ("", "other.csv"):
        assert told("GET", f"/records/{NUMBER}/mails/a-{NUMBER}/file", params={"name": name}).status_code == 404


def test_page_pictures_and_evidence_are_served(told: Program) -> None:
    place = told.place
    with place.storage.unit() as work:
        sha = mail_name(place)
        picture, paper = place.blobs.put(b"RIFF webp"), place.blobs.put(b"%PDF")
        work.pages.drawn(sha, [PageOf(sha, "清单.csv", 1, picture, 595.0, 842.0, 1190, 1684)], NOW)
        work.lives.add(
            [
                Evidence(
                    "e1", NUMBER, EvidenceKind.REPORT, "report.pdf", "application/pdf", paper, "wang@example.com", NOW
                )
            ]
        )
        work.commit()
    (page,) = told.get(f"/records/{NUMBER}/mails/a-{NUMBER}")["pages"]
    assert (page["part"], page["page"], page["width"]) == ("清单.csv", 1, 595.0)
    here = f"/records/{NUMBER}/mails/a-{NUMBER}/page"
    assert told("GET", here, params={"part": "清单.csv", "page": 1}).content == b"RIFF webp"
    assert told("GET", here, params={"part": "清单.csv", "page": 2}).status_code == 404
    assert [one["id"] for one in told.get(f"/records/{NUMBER}")["evidence"]] == ["e1"]
    assert told("GET", f"/records/{NUMBER}/evidence/e1").content == b"%PDF"


def test_what_was_set_aside_goes_through_the_service_again(told: Program) -> None:
    aside = {"state": ArrivalState.SET_ASIDE, "became": Became.UNREADABLE, "why": "Too long.", "remedy": "Read it."}
    with told.place.storage.unit() as work:
        work.arrivals.add([arrival(f"1:{n}", taken_at=NOW + timedelta(seconds=n), **aside) for n in range(52)])
        work.commit()
    page = told.get("/arrivals/set-aside")
    assert page["arrivals"][0]["remedy"] == "Read it." and len(page["arrivals"]) == 50
    rest = told.get("/arrivals/set-aside", after=page["next"])
    assert [one["id"] for one in rest["arrivals"]] == ["a-1:1", "a-1:0"] and rest["next"] is None
    assert told.post("/arrivals/a-1:1/retry")["told"].startswith("1 to be read")
    assert told.get("/arrivals/a-1:1")["state"] == "waiting"
    assert told.post("/arrivals/a-1:1/retry", status=409)["detail"]
    assert told.post("/arrivals/retry")["told"].startswith("51 to be read")


# ---------------------------------------------------------------- master data, account, webhooks


def test_master_data_is_searched_a_page_at_a_time(told: Program) -> None:
    with told.place.storage.unit() as work:
        for n in range(103):
            work.people.upsert_product(ProductCard("轴承座", f"ZC-{n:03d}", f"P{n}"))
        work.people.upsert_customer(
            CustomerCard("宁波海川电器有限公司", aliases=("海川",), agreement={"first_report": "12h"})
        )
        work.people.upsert_shipment(Shipment("宁波海川电器有限公司", "ZC-204", "B2611-03", 1200, NOW.date()))
        work.commit()
    first = told.get("/products")
    second = told.get("/products", after=first["next"])
    assert len(first["products"]) == 100 and len(second["products"]) == 3 and second["next"] is None
    assert [one["model"] for one in told.get("/products", q="ZC-042")["products"]] == ["ZC-042"]
    (customer,) = told.get("/customers", q="海川")["customers"]
    assert customer["agreement"] == {"first_report": "12h"} and told.get(f"/customers/{customer['id']}") == customer
    assert told.get("/shipments", batch="b2611-03")["shipments"][0]["ship_date"] == "2026-11-20"
    assert told.get("/shipments", q="ZC-204")["shipments"][0]["quantity"] == 1200
    people = told.get("/people", q="wang")["people"]
    assert [(one["name"], one["roles"][0]["role"]) for one in people] == [("Wang Min", "quality")]
    for path in ("/customers", "/products", "/shipments", "/people"):
        assert told.get(path, 422, after="[1]")["detail"]


def test_a_user_sees_his_own_account_and_may_end_histokens(told: Program) -> None:
    other = program(told.place)
    account = told.get("/account")
    assert (account["email"], account["role"]) == ("reviewer@example.com", "reviewer")
    assert account["roles"] == [{"role": "quality", "department": "质量部"}]
    assert [one["this"] for one in account["tokens"]] == [True, False]
    assert told("PUT", "/account/language", json={"language": "zh-CN"}).json()["language"] == "zh-CN"
    assert told("DELETE", f"/account/tokens/{account['tokens'][1]['id']}").status_code == 204
    other.get("/account", 401)
    assert told("DELETE", "/account/tokens/99").status_code == 404
    assert told("DELETE", f"/account/tokens/{account['tokens'][0]['id']}").status_code == 204
    told.get("/account", 401)


def test_views_are_kept_under_a_name(told: Program) -> None:
    made = told.post("/views", {"name": "urgent", "query": "class=A&colour=red"}, 201)
    assert made["query"] == "class=A" and told.get("/views") == [made]
    assert told.post("/views", {"name": "urgent", "query": "class=B"}, 201)["query"] == "class=B"
    assert told.post("/views", {"name": "nothing", "query": "colour=red"}, 422)["detail"]
    (view,) = told.get("/views")
    assert told("DELETE", f"/views/{view['id']}").status_code == 204
    assert told("DELETE", f"/views/{view['id']}").status_code == 404


def test_an_administrator_sees_what_receivers_were_told_and_sends_it_again(place: Place) -> None:
    admin = program(place, SiteRole.ADMINISTRATOR)
    with place.storage.unit() as work:
        work.outbox.add(
            [
                Delivery(
                    "msg_1", "erp", NUMBER, "record.new", "{}", NOW, DeliveryState.GIVEN_UP, 11, answer="HTTP 500"
                ),
                Delivery("msg_2", "erp", NUMBER, "record.changed", "{}", NOW),
            ]
        )
        work.commit()
    (hook,) = admin.get("/webhooks")
    assert (hook["name"], hook["url"], hook["given_up"], hook["waiting"]) == ("erp", None, 1, 1)
    (message,) = admin.get("/webhooks/messages", state="given_up")["messages"]
    assert (message["message"], message["answer"]) == ("msg_1", "HTTP 500")
    assert [one["id"] for one in admin.get("/webhooks/messages", after=2)["messages"]] == [1]
    assert admin.post(f"/webhooks/messages/{message['id']}/resend") == {"count": 1}
    assert admin.get("/webhooks/messages", state="given_up")["messages"] == []
    assert admin.post("/webhooks/messages/resend") == {"count": 0}
    assert admin.post("/webhooks/messages/99/resend", status=404)["detail"]


# ---------------------------------------------------------------- figures, users, uploads, administration


def test_the_figures_are_told_as_numbers(told: Program) -> None:
    days: dict[str, Any] = {"from": "2026-11-01", "to": "2026-11-30"}
    found = told.get("/figures/overview", **days)
    assert (found["from"], found["to"], found["part"]) == ("2026-11-01", "2026-11-30", "overview")
    table = found["tables"][0]
    assert {column["name"] for column in table["columns"]} == set(table["rows"][0])
    pareto = told.get("/figures/pareto", span="this_month")
    cells = [cell for table in pareto["tables"] for row in table["rows"] for cell in row.values()]
    assert "宁波海川电器有限公司" in cells and 1 in cells
    none = told.get("/figures/pareto", span="this_month", department="nobody's")
    assert not any(table["rows"] for table in none["tables"])
    for part in ("promises", "reading", "satisfaction", "people"):
        assert told.get(f"/figures/{part}")["part"] == part
    assert told.get("/figures/weather", 422)["detail"] and told.get("/figures/overview", 422, span="ever")["detail"]


def test_an_administrator_keeps_users(place: Place) -> None:
    admin = program(place, SiteRole.ADMINISTRATOR)
    made = admin.post("/users", {"email": "new@example.com", "role": "department", "language": "zh-CN"}, 201)
    assert made["password"] and (made["user"]["role"], made["user"]["must_change"]) == ("department", True)
    here = f"/users/{made['user']['id']}"
    changed = admin("PUT", here, json={"role": "reviewer"}).json()
    assert (changed["role"], changed["language"]) == ("reviewer", "zh-CN")
    assert admin.post(f"{here}/disable")["disabled"] and not admin.post(f"{here}/enable")["disabled"]
    assert admin.post(f"{here}/password")["password"] != made["password"]
    assert admin.post(f"{here}/sign-out")["email"] == "new@example.com"
    assert "already" in admin.post("/users", {"email": "new@example.com"}, 422)["detail"]
    own = next(one for one in admin.get("/users") if one["role"] == "administrator")
    assert admin.post(f"/users/{own['id']}/disable", status=422)["detail"]
    assert admin("PUT", f"/users/{own['id']}", json={"role": "reviewer"}).status_code == 422
    assert admin.post("/users/999/disable", status=404)["detail"]
    assert admin.post(f"{here}/dance", status=422)["detail"]


def test_a_scan_is_given_in_and_followed(told: Program) -> None:
    file = {"file": ("fax.pdf", b"%PDF-1.4 a fax", "application/pdf")}
    answer = told("POST", "/uploads", files=file, data={"channel": "fax", "at": "2026-11-20T09:00"})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["name"], made["channel"], made["arrival"]["state"]) == ("fax.pdf", "fax", "waiting")
    assert made["arrival"]["received_at"] == "2026-11-20T09:00:00+08:00"
    again = told("POST", "/uploads", files=file).json()
    assert again["arrival"]["id"] == made["arrival"]["id"]
    assert [one["name"] for one in told.get("/uploads")["uploads"]] == ["fax.pdf"]
    assert told.get(f"/uploads/{made['arrival']['id']}")["by"] == "reviewer@example.com"
    assert told.get("/uploads/x", 404)["detail"]
    for wrong in ({"channel": "pigeon"}, {"at": "soon"}, {"at": "2030-01-01T00:00"}):
        assert told("POST", "/uploads", files=file, data=wrong).status_code == 422, wrong
    assert told("POST", "/uploads", files={"file": ("a.pdf", b"")}).status_code == 422


def test_words_are_read_in_a_rectangle_of_a_page(lone: Place) -> None:
    complaint(lone, mail(files=(("fax.pdf", "application/pdf", one_line_pdf("Batch: B2611-03")),)))
    told = program(lone)
    here = f"/records/{NUMBER}/mails/a-{NUMBER}/words"
    found = told.post(here, {"part": "fax.pdf", "page": 1, "box": [0, 0, 595, 842]})
    assert "B2611-03" in found["text"] and found["values"]["batch"] == "B2611-03"
    assert found["spot"]["part"] == "fax.pdf" and len(found["spot"]["box"]) == 4
    assert told.post(here, {"part": "fax.pdf", "box": [0, 0, 0, 0]}, 422)["detail"]
    assert told.post(here, {"part": "fax.pdf", "box": [0, 0, 1e9, 5]}, 422)["detail"]
    with lone.storage.reading() as work:
        assert work.complaints.corrections(NUMBER) == []


def test_how_the_service_does_and_who_did_what_is_told_to_who_may_know(place: Place) -> None:
    complaint(place)
    admin = program(place, SiteRole.ADMINISTRATOR)
    health = admin.get("/health")
    assert [part["name"] for part in health["parts"]] == ["poll", "work", "send", "watch"]
    assert "part_never" in {sign["says"] for sign in health["signs"]}
    program(place).post(f"/records/{NUMBER}/acts/confirm")
    deeds = admin.get("/audit")["deeds"]
    assert {"confirmed", "token_made"} <= {deed["what"] for deed in deeds}
    assert [deed["about"] for deed in admin.get("/audit", kind="records")["deeds"]] == [NUMBER]
    assert admin.get("/audit", 422, kind="weather")["detail"] and admin.get("/audit", 422, after="x")["detail"]


def one_line_pdf(text: str) -> bytes:
    out = io.BytesIO()
    pen = Canvas(out, pagesize=(595, 842))
    pen.drawString(72, 700, text)
    pen.save()
    return out.getvalue()
