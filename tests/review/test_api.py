"""The JSON API: the same JSON as the commands, the same acts as the pages, problems in one shape, tokens."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
from httpx import Response

from intake.cli import main
from intake.listing import record_of
from intake.review.api.openapi import document
from intake.review.api.problems import KINDS, MEDIA_TYPE
from intake.review.api.tokens import MOST_TOKENS, add_token
from intake.review.guard import LARGEST_FORM
from storage.life import Evidence, EvidenceKind
from storage.outbox_rows import Delivery, DeliveryState
from storage.pages import PageOf
from storage.records import ArrivalState, Became, CustomerCard, LetterState, ProductCard, Shipment
from storage.site import SiteRole
from tests.review.complaints import CSV, NUMBER, complaint, mail
from tests.review.conftest import NOW, Place, place_of
from tests.storage.samples import arrival, record

ROOT = "/api/v1"


@dataclass
class Program:
    """Sends what a program sends: a token, and JSON."""

    place: Place
    token: str

    def __call__(self, method: str, path: str, **more: Any) -> Response:
        headers = {"authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        return self.place.browser().client.request(method, ROOT + path, headers=headers, **more)

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        answer = self("GET", path, params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        answer = self("POST", path, json=body if body is not None else {}, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()


def program(place: Place, role: SiteRole = SiteRole.REVIEWER, days: int | None = None) -> Program:
    user = place.user(role)
    _, value = add_token(place.storage, user.email, f"test {len(_tokens(place, user.id or 0))}", days, place.clock())
    return Program(place, value)


def arrival_sha(place: Place) -> str:
    with place.storage.reading() as work:
        found = work.arrivals.get(f"a-{NUMBER}")
    assert found is not None
    return found.sha256


def _tokens(place: Place, user: int) -> list[Any]:
    with place.storage.reading() as work:
        return list(work.access.of_user(user))


@pytest.fixture
def told(place: Place) -> Program:
    """A reviewer's program over a complaint, on both databases."""
    complaint(place)
    return program(place)


@pytest.fixture
def alone(lone: Place) -> Program:
    complaint(lone)
    return program(lone)


# ---------------------------------------------------------------- records


def test_a_record_is_the_same_json_as_the_command_prints(told: Program) -> None:
    found = told.get(f"/records/{NUMBER}")
    with told.place.storage.reading() as work:
        stands = work.complaints.get(NUMBER)
        assert stands is not None
        printed = json.loads(json.dumps(record_of(work, stands, told.place.settings.company.zone)))
    assert {name: found[name] for name in printed} == printed
    assert found["version"] == 1


def test_a_record_tells_confidence_place_and_what_may_be_done(told: Program) -> None:
    found = told.get(f"/records/{NUMBER}")
    (batch,) = [value for value in found["values"] if value["path"] == "items.1.batch"]
    assert (batch["text"], batch["confidence"], batch["doubtful"]) == ("B2611-03", 0.55, True)
    body = told.get(f"/records/{NUMBER}/mails/a-{NUMBER}")["parts"][0]["text"]
    place = batch["place"]
    assert place["part"] == "body" and body[place["start"] : place["end"]] == "B2611-03"
    assert found["values"][0]["path"] == "items.1.batch"  # what needs a look comes first
    assert "confirm" in found["may"] and "approve_warnings" not in found["may"]


def test_records_come_by_urgency_a_page_at_a_time(told: Program) -> None:
    for n in range(2, 8):
        complaint(told.place, mail(f"{n}"), f"KS-202611-000{n}")
    numbers: list[str] = []
    after: str | None = ""
    while after is not None:
        page = told.get("/records", limit=3, after=after)
        assert len(page["records"]) <= 3
        numbers += [line["number"] for line in page["records"]]
        after = page["next"]
    assert numbers == [f"KS-202611-000{n}" for n in range(1, 8)]
    line = told.get("/records")["records"][0]
    assert (line["class"], line["customer"], line["due"]["name"]) == ("A", "宁波海川电器有限公司", "acknowledgement")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "超差"}, True), ({"q": "B2611"}, True), ({"q": "nothing"}, False), ({"class": "A"}, True),
        ({"class": ["B", "C"]}, False), ({"state": "to_review"}, True), ({"state": "closed"}, False),
        ({"owner": "me"}, True), ({"owner": "nobody"}, False), ({"department": "分厂"}, True),
        ({"customer": "海川"}, True), ({"product": "ZC-204"}, True), ({"from": "2026-11-20"}, True),
        ({"to": "2026-11-19"}, False), ({"overdue": "true"}, False), ({"overdue": "false"}, True),
    ],
)  # fmt: skip
def test_records_are_filtered_and_searched_as_in_the_inbox(alone: Program, query: dict[str, Any], found: bool) -> None:
    assert bool(alone.get("/records", **query)["records"]) is found


@pytest.mark.parametrize(
    "query",
    [
        {"state": "lost"}, {"class": "D"}, {"from": "yesterday"}, {"limit": 0}, {"limit": 1000}, {"after": "x"},
        {"after": '["5"]'}, {"q": "超差", "after": '["2026-11-20T00:00:00+00:00","KS"]'}, {"q": "x" * 201},
        {"after": '["0001-01-01T00:00:00+23:00","A","KS"]'},
    ],
    ids=str,
)  # fmt: skip
def test_a_question_that_cannot_be_asked_is_told_by_its_place(alone: Program, query: dict[str, Any]) -> None:
    told = alone.get("/records", 422, **query)
    assert told["type"] == f"{ROOT}/docs#invalid" and "query" in told["detail"]


@pytest.mark.parametrize(
    "after",
    ['["5"]', '["0001-01-01T00:00:00+23:00","a"]', '["2026-11-20T00:00:00+00:00","A","K"]', "[" * 4000, "null", "{}"],
)
def test_a_key_of_another_list_begins_a_page_anew(lone: Place, after: str) -> None:
    browser = lone.signed_in()
    for page in ("/inbox", "/inbox?q=x", "/inbox?state=closed", "/waiting/mails", "/waiting/letters"):
        path, _, query = page.partition("?")
        params = {"after": after, **dict([query.split("=")] if query else [])}
        assert browser.get(path, params=params).status_code == 200, page


def test_the_counts_are_those_above_the_inbox(told: Program) -> None:
    counts = told.get("/counts")
    assert (counts["open"], counts["classes"], counts["mine"]) == (1, {"A": 1, "B": 0, "C": 0}, 1)
    assert counts["mails"]["arrived"] == sum(n for name, n in counts["mails"].items() if name != "arrived")


def test_earlier_records_like_it_are_told(told: Program) -> None:
    complaint(told.place, mail("two"), "KS-202611-0002", received_at=NOW - timedelta(days=9))
    found = told.get(f"/records/{NUMBER}/similar")
    assert [one["number"] for one in found["similar"]] == ["KS-202611-0002"]


def test_what_is_not_there_is_told_in_one_shape(alone: Program) -> None:
    for path in (
        "/records/KS-0",
        f"/records/{NUMBER}/letters/x",
        "/arrivals/x",
        "/customers/9",
        "/nothing",
        "/records/x/8d",
    ):
        told = alone.get(path, 404)
        assert set(told) == {"type", "title", "status", "detail", "remedy", "errors"}, path
        assert told["remedy"] and told["detail"]


# ---------------------------------------------------------------- acts


def test_an_act_is_done_by_the_rules_of_the_pages(told: Program) -> None:
    done = told.post(f"/records/{NUMBER}/acts/confirm")
    assert done["record"]["state"] == "in_progress" and done["told"] == [f"{NUMBER} is confirmed."]
    done = told.post(f"/records/{NUMBER}/acts/classify", {"keys": {"class": "B", "reason": "one part"}})
    assert done["record"]["class"] == "B"
    with told.place.storage.reading() as work:
        assert [one.who for one in work.complaints.events(NUMBER)][-1] == "reviewer@example.com"


@pytest.mark.parametrize(
    ("act", "keys", "status", "words"),
    [
        ("approve_warnings", {}, 403, "may not approve_warnings"),
        ("reopen", {"reason": "x"}, 409, "not possible"),
        ("accept", {}, 409, "Nothing that the customer could accept"),
        ("dance", {}, 422, "no action"),
        ("classify", {"class": "D"}, 422, "must be one of"),
        ("classify", {"colour": "red"}, 422, "no key"),
        ("note", {}, 422, "needs text"),
    ],
)
def test_what_may_not_be_done_says_why_and_what_to_do(
    alone: Program, act: str, keys: dict[str, str], status: int, words: str
) -> None:
    told = alone.post(f"/records/{NUMBER}/acts/{act}", {"keys": keys}, status)
    assert words in told["detail"] and told["remedy"] and told["status"] == status


def test_who_is_none_of_our_people_may_look_and_not_act(lone: Place) -> None:
    complaint(lone)
    user = lone.user(SiteRole.REVIEWER, email="guest@example.com")
    guest = Program(lone, add_token(lone.storage, user.email, "t", None, lone.clock())[1])
    assert guest.get(f"/records/{NUMBER}")["may"] == []
    assert "not among our people" in guest.post(f"/records/{NUMBER}/acts/confirm", status=403)["detail"]
    assert "not among our people" in guest.post("/records", {"channel": "phone"}, 403)["detail"]


def test_no_change_is_lost_where_two_work_at_a_record(told: Program) -> None:
    seen = told("GET", f"/records/{NUMBER}").headers["etag"]
    path = f"/records/{NUMBER}/acts/classify"
    body = {"keys": {"class": "B", "reason": "one part"}}
    first = told("POST", path, json=body, headers={"if-match": seen})
    assert first.status_code == 200 and first.headers["etag"] != seen
    assert told.post(path, body, 412, **{"if-match": seen})["type"].endswith("#changed")
    assert told.post(path, {**body, "version": 1}, 409)["type"].endswith("#conflict")
    assert told.post(path, {"keys": {"class": "C", "reason": "x"}}, 200, **{"if-match": first.headers["etag"]})
    assert told.post(path, {"keys": {"class": "A", "reason": "y"}}, 200, **{"if-match": "*"})


def test_values_are_put_right_and_confirmed(told: Program) -> None:
    body = {"values": {"items.1.batch": "B2611-04", "customer.phone": "0574-1"}, "confirm": True, "version": 1}
    done = told.post(f"/records/{NUMBER}/corrections", body)
    assert done["record"]["items"][0]["batch"] == ["B2611-04"] and done["record"]["state"] == "in_progress"
    (batch,) = [value for value in done["record"]["values"] if value["path"] == "items.1.batch"]
    assert (batch["set_by"], batch["confidence"]) == ("reviewer@example.com", None)
    emptied = told.post(f"/records/{NUMBER}/corrections", {"values": {"customer.phone": ""}})
    assert emptied["record"]["customer"]["phone"] is None
    refused = told.post(f"/records/{NUMBER}/corrections", {"values": {"items.1.colour": "red"}}, 422)
    assert "colour" in refused["detail"]


def test_a_complaint_is_entered_and_its_letters_leave(place: Place) -> None:
    told = program(place)
    fields = {"company": "宁波海川电器有限公司", "email": "li@haichuan.example", "model": "ZC-204", "defect": "漏油"}
    body = {"channel": "phone", "subject": "漏油", "fields": fields}
    answer = told("POST", "/records", json=body)
    made = answer.json()
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{ROOT}/records/{made['number']}" and answer.headers["etag"] == '"1"'
    assert (made["channel"], made["customer"]["company"]) == ("phone", fields["company"])
    assert {one["purpose"] for one in made["letters"]} >= {"acknowledgement", "dispatch"}
    assert set(place.given) == {one["id"] for one in made["letters"] if one["state"] == "queued"}


@pytest.mark.parametrize(
    "body",
    [{}, {"channel": "email"}, {"channel": "phone", "fields": {"colour": "red"}}, {"channel": "phone", "at": "soon"},
     {"channel": "phone", "at": "2030-01-01"}, {"channel": "phone", "colour": "red"}, [], "x"],
    ids=str,
)  # fmt: skip
def test_a_complaint_that_cannot_be_entered_is_refused_with_its_reason(alone: Program, body: Any) -> None:
    assert alone.post("/records", body, 422)["detail"]


def test_records_are_given_to_somebody_and_those_refused_are_told(told: Program) -> None:
    done = told.post("/records/assign", {"numbers": [NUMBER, "KS-0"], "owner": "approver@example.com"})
    assert done["done"] == [NUMBER] and [one["number"] for one in done["refused"]] == ["KS-0"]


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
    cell = next(cell for table in form.tables for row in table.rows for cell in row.cells if "ZC-204" in cell.text)
    cell.text = cell.text.replace("ZC-204", "ZC-205")
    out = io.BytesIO()
    form.save(out)
    taken = alone("POST", f"/records/{NUMBER}/8d.docx", files={"file": ("8d.docx", out.getvalue())})
    assert taken.status_code == 200 and taken.json()["document"]["state"] == "draft", taken.text
    none = alone("POST", f"/records/{NUMBER}/8d.docx", files={"file": ("8d.docx", b"PK nothing")})
    assert none.status_code in (409, 422) and none.json()["detail"]


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
    raw = told.place.blobs.get(arrival_sha(told.place))
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
        sha = arrival_sha(place)
        picture, paper = place.blobs.put(b"RIFF webp"), place.blobs.put(b"%PDF")
        work.pages.drawn(sha, [PageOf(sha, "清单.csv", 1, picture, 595.0, 842.0, 1190, 1684)], NOW)
        work.lives.add(
            [Evidence("e1", NUMBER, EvidenceKind.PHOTO, "photo.pdf", "application/pdf", paper, "wang@example.com", NOW)]
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


def test_a_user_sees_his_own_account_and_may_end_his_tokens(told: Program) -> None:
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


# ---------------------------------------------------------------- tokens


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer cit_" + "x" * 43, "Bearer \x01"])
def test_without_a_good_token_nothing_is_told(alone: Program, header: str) -> None:
    answer = alone.place.browser().client.get(f"{ROOT}/records", headers={"authorization": header} if header else {})
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == MEDIA_TYPE and answer.json()["remedy"]


def test_a_token_ends_with_its_day_and_with_its_user(told: Program) -> None:
    place = told.place
    short = program(place, days=1)
    short.get("/records")
    place.clock.passes(hours=24)
    short.get("/records", 401)
    told.get("/records")
    from intake.review.users import disable_user

    disable_user(place.storage, "reviewer@example.com", NOW)
    told.get("/records", 401)


def test_a_token_is_kept_as_a_hash_and_its_use_is_noted(told: Program) -> None:
    told.get("/records")
    with told.place.storage.reading() as work:
        user = work.users.get("reviewer@example.com")
        (token,) = work.access.of_user(user.id or 0) if user else []
    assert told.token not in repr(token) and len(token.key) == 64 and token.seen_at == NOW


def test_a_token_of_a_user_who_must_change_his_password_is_good(lone: Place) -> None:
    user = lone.user(SiteRole.REVIEWER, email="machine@example.com", must_change=True)
    Program(lone, add_token(lone.storage, user.email, "t", None, NOW)[1]).get("/records")


def test_a_user_makes_and_revokes_tokens_on_his_page(lone: Place) -> None:
    browser = lone.signed_in()
    browser.get("/account")
    page = browser.post("/account/tokens", {"name": "ERP", "days": "30"})
    value = page.text.split('<pre class="said token" tabindex="0">')[1].split("<")[0]
    assert Program(lone, value).get("/account")["tokens"][0]["name"] == "ERP"
    assert value not in browser.get("/account").text and "ERP" in browser.get("/account").text
    for wrong in ({"name": "ERP"}, {"name": ""}, {"name": "x" * 61}, {"name": "y", "days": "0"}):
        assert browser.post("/account/tokens", wrong).status_code == 422
    token = Program(lone, value).get("/account")["tokens"][0]["id"]
    assert browser.post("/account/tokens/revoke", {"which": str(token)}).status_code == 303
    Program(lone, value).get("/account", 401)
    assert browser.post("/account/tokens/revoke", {"which": str(token)}).status_code == 404
    with lone.storage.reading() as work:
        assert {entry.what for entry in work.audit.page(20).entries} >= {"token_made", "token_revoked"}


def test_a_user_has_only_so_many_tokens(lone: Place) -> None:
    user = lone.user(SiteRole.REVIEWER)
    for n in range(MOST_TOKENS):
        add_token(lone.storage, user.email, f"t{n}", None, NOW)
    browser = lone.signed_in()
    browser.get("/account")
    assert browser.post("/account/tokens", {"name": "one more"}).status_code == 422


@pytest.fixture
def terminal(lone: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., str]]:
    config = tmp_path / "intake.toml"
    config.write_text(
        '[company]\nname = "x"\naddress = "c@example.com"\n[database]\nurl = "sqlite:///intake.db"\n'
        '[sender]\nkind = "maildir"\npath = "out"\n',
        encoding="utf-8",
    )

    def run(*words: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(config), "user", *words])
        said = capsys.readouterr()
        assert int(ended.value.code or 0) == status, said
        return said.out if status == 0 else said.err

    yield run


def test_the_terminal_makes_lists_and_revokes_tokens(lone: Place, terminal: Callable[..., str]) -> None:
    email = lone.user(SiteRole.REVIEWER).email
    value = terminal("token", email, "--name", "ERP", "--expires", "30").splitlines()[-1]
    lone.clock.at = NOW
    assert Program(lone, value).get("/account")["email"] == email
    assert "ERP" in terminal("tokens", email) and value not in terminal("tokens", email)
    assert "'ERP'" in terminal("revoke", email, "ERP")
    Program(lone, value).get("/account", 401)
    assert "no token 'ERP'" in terminal("revoke", email, "ERP", status=2)
    assert "no user" in terminal("token", "nobody@example.com", "--name", "x", status=2)


# ---------------------------------------------------------------- problems, limits, the document


def test_a_body_that_is_no_json_is_told(alone: Program) -> None:
    for content in (b"{", b"\xff", b"[" * 100_000):
        answer = alone("POST", "/records", content=content, headers={"content-type": "application/json"})
        assert answer.status_code in (400, 422) and answer.headers["content-type"] == MEDIA_TYPE


def test_limits_are_told_in_the_same_shape(tmp_path: Path) -> None:
    place = place_of(tmp_path, f"sqlite:///{tmp_path / 'intake.db'}", requests_per_minute=10)
    told = program(place)
    long = told("POST", "/records", content=b" " * (LARGEST_FORM + 1), headers={"content-type": "application/json"})
    assert long.status_code == 413 and long.json()["type"].endswith("#too-large")
    client = place.browser().client
    last = next(a for a in (client.get(f"{ROOT}/records") for _ in range(30)) if a.status_code == 429)
    assert last.headers["content-type"] == MEDIA_TYPE and int(last.headers["retry-after"]) > 0
    assert last.json()["type"].endswith("#too-many")
    place.storage.close()


def test_a_method_that_a_route_does_not_take_is_told(alone: Program) -> None:
    answer = alone("DELETE", "/records")
    assert answer.status_code == 405 and answer.headers["content-type"] == MEDIA_TYPE and answer.headers["allow"]


def test_the_document_names_every_route_once_and_what_it_may_answer() -> None:
    found = document()
    operations = [one for methods in found["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in operations}) == len(operations) > 40
    for one in operations:
        assert one["summary"].endswith(".") and one["security"] == [{"token": []}], one["operationId"]
        assert {"400", "401", "403", "429"} < set(one["responses"])
        assert all(answer["description"] for answer in one["responses"].values())
    assert {str(kind.status) for kind in KINDS.values()} - {"500"} >= {
        status for one in operations for status in one["responses"] if status[0] in "45"
    }


def test_every_shape_that_the_document_names_is_described() -> None:
    found = document()
    named = {ref.split('"')[0] for ref in json.dumps(found).split('"#/components/schemas/')[1:]}
    assert named and named <= set(found["components"]["schemas"])


def test_the_page_of_the_api_has_nothing_active_and_names_every_route(lone: Place) -> None:
    answer = lone.browser().client.get(f"{ROOT}/docs")
    assert answer.status_code == 200 and "script-src 'self'" in answer.headers["content-security-policy"]
    assert "<style" not in answer.text and "style=" not in answer.text and "onclick" not in answer.text
    for path, methods in document()["paths"].items():
        assert f"<code>{path}</code>" in answer.text
        for method in methods:
            assert f'<code class="method">{method.upper()}</code>' in answer.text
    for name in KINDS:
        assert f'id="{name}"' in answer.text


def test_a_letter_of_no_record_is_no_letter_of_this_one(alone: Program) -> None:
    with alone.place.storage.unit() as work:
        work.complaints.add(record("KS-202611-0009"), [], [])
        work.commit()
    for path in (f"letters/l-{NUMBER}", f"mails/a-{NUMBER}", f"letters/l-{NUMBER}/html", f"mails/a-{NUMBER}/raw"):
        assert alone.get(f"/records/KS-202611-0009/{path}", 404)["detail"]
    assert alone.get(f"/records/{NUMBER}/letters/l-{NUMBER}")["state"] == LetterState.QUEUED
