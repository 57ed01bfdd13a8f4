"""Records and acts by the JSON API: the same JSON as the commands, the same rules as the pages."""

import json
from datetime import timedelta
from typing import Any

import pytest

from intake.listing import record_of
from intake.review.api.problems import ROOT
from intake.review.api.tokens import add_token
from storage.site import SiteRole
from tests.review.complaints import NUMBER, complaint, mail
from tests.review.conftest import NOW, Place
from tests.review.programs import Program, alone, program, told

__all__ = ["alone", "told"]


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
        assert set(told) == {"type", "code", "title", "status", "detail", "remedy", "errors"}, path
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
        ("approve_warnings", {}, 403, "may not do this: Approve the warnings"),
        ("reopen", {"reason": "x"}, 409, "not possible"),
        ("accept", {}, 409, "Nothing that the customer could accept"),
        ("dance", {}, 422, "no action"),
        ("classify", {"class": "D"}, 422, "must be one of"),
        ("classify", {"colour": "red"}, 422, "no key"),
        ("note", {}, 422, "is missing (what)"),
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
