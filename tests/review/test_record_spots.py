"""Reading a value off a page by a rectangle: what comes back, what is kept with it, and what is refused."""

import json
from datetime import date
from typing import Any

import pytest
from httpx import Response

from intake.review.record_spot import value_in
from storage.records import Correction
from storage.site import SiteRole
from tests.review.complaints import CSV, NUMBER, TEXT, complaint, mail
from tests.review.conftest import Browser, Place
from tests.review.faxed import BATCH, BOXES, NAME, READ_AS, READING, faxed
from tests.review.test_record import filled, tree

PATH = f"/records/{NUMBER}/mails/a-{NUMBER}/words"
TODAY = date(2026, 11, 20)


def words(browser: Browser, box: tuple[float, ...] = BOXES["batch"], part: str = NAME, **more: Any) -> Response:
    browser.get(f"/records/{NUMBER}")
    return browser.post(PATH, {"part": part, "page": "1", "box": ",".join(map(str, box)), **more})


def test_a_box_on_a_fax_gives_words_values_and_their_place(lone: Place) -> None:
    faxed(lone)
    answer = words(lone.signed_in()).json()
    assert answer["text"] == BATCH
    assert answer["values"]["batch"] == BATCH
    assert answer["sure"] > 0.5
    assert answer["spot"]["part"] == NAME
    assert answer["spot"]["arrival"] == "", "the mail that opened the record"
    x0, top, x1, bottom = answer["spot"]["box"]
    assert BOXES["batch"][0] - 2 < x0 < x1 < BOXES["batch"][2] + 2
    assert BOXES["batch"][1] - 4 < top < bottom < BOXES["batch"][3] + 4


def test_a_saved_value_keeps_its_place_and_is_boxed_there(place: Place) -> None:
    faxed(place)
    browser = place.signed_in()
    spot = {"part": NAME, "page": 1, "box": list(BOXES["batch"]), "text": BATCH}
    form = filled(tree(browser, f"/records/{NUMBER}"))
    form |= {"f:items.1.batch": BATCH, "s:items.1.batch": json.dumps(spot)}
    assert browser.post(f"/records/{NUMBER}/values", form).status_code == 303
    with place.storage.reading() as work:
        kept = work.complaints.corrections(NUMBER)[-1]
        record = work.complaints.get(NUMBER)
    assert record is not None
    assert record.items[0].batch == (BATCH,)
    assert (kept.field, kept.old, kept.new) == ("batch", [READ_AS], [BATCH])
    assert kept.spot is not None
    assert kept.spot.box == BOXES["batch"]
    box = tree(browser, f"/records/{NUMBER}/original").css_first("rect[data-marks=items-1-batch]")
    assert "taken" in (box.attributes["class"] or "")
    assert box.attributes["x"] == str(BOXES["batch"][0])


def test_a_right_value_that_is_shown_on_the_page_is_doubtful_no_more(lone: Place) -> None:
    faxed(lone)
    browser = lone.signed_in()
    path = f"/records/{NUMBER}"
    assert tree(browser, path).css_first(".value.doubt[data-mark=items-1-batch]")
    spot = {"part": NAME, "page": 1, "box": list(BOXES["batch"]), "text": READ_AS}
    form = filled(tree(browser, path)) | {"s:items.1.batch": json.dumps(spot)}
    assert browser.post(f"{path}/values", form).status_code == 303
    assert tree(browser, path).css_first(".value.doubt[data-mark=items-1-batch]") is None
    assert made(lone)[-1].old == made(lone)[-1].new == [READ_AS]


def made(place: Place) -> list[Correction]:
    with place.storage.reading() as work:
        return work.complaints.corrections(NUMBER)


def test_a_damaged_place_is_none_and_the_value_is_kept(lone: Place) -> None:
    faxed(lone)
    browser = lone.signed_in()
    form = filled(tree(browser, f"/records/{NUMBER}"))
    browser.post(f"/records/{NUMBER}/values", form | {"f:items.1.batch": BATCH, "s:items.1.batch": "{no json"})
    assert made(lone)[-1].spot is None
    refused = browser.post(
        f"/records/{NUMBER}/values", form | {"f:items.1.model": "ZC-205", "s:items.1.model": '{"page": -1}'}
    )
    assert refused.status_code == 422
    assert len(made(lone)) == 1


def test_words_marked_in_a_text_are_a_place_too(lone: Place) -> None:
    complaint(lone)
    browser = lone.signed_in()
    browser.get(f"/records/{NUMBER}")
    start = TEXT.index("1200")
    answer = browser.post(PATH, {"part": "body", "text": "1200 只", "start": str(start)}).json()
    assert answer["values"]["quantity_shipped"] == "1200"
    assert answer["spot"] | {"box": None, "start": start, "end": start + 6, "text": "1200 只"} == answer["spot"]


@pytest.mark.parametrize(
    "box", ["", "1,2,3", "a,b,c,d", "10,10,11,11", "30,30,10,10", "0,0,nan,5", "0,0,inf,9", "0,0,9e9,9e9"]
)
def test_a_box_that_is_none_is_refused(lone: Place, box: str) -> None:
    faxed(lone)
    browser = lone.signed_in()
    browser.get(f"/records/{NUMBER}")
    assert browser.post(PATH, {"part": NAME, "page": "1", "box": box}).status_code == 400


def test_nothing_is_read_from_other_records_mails_parts_and_pages(lone: Place) -> None:
    faxed(lone)
    complaint(lone, mail(files=(("x.csv", "text/csv", CSV.encode()),)), "KS-202611-0002")
    browser = lone.signed_in()
    assert words(browser, part="no such.pdf").json()["text"] == ""
    assert words(browser, page="7").json()["text"] == ""
    browser.get(f"/records/{NUMBER}")
    other = f"/records/{NUMBER}/mails/a-KS-202611-0002/words"
    assert browser.post(other, {"part": "body", "box": "0,0,50,50"}).status_code == 404
    assert browser.post(f"{other}/ready", {}).status_code == 404
    assert words(lone.signed_in(SiteRole.READ_ONLY)).status_code == 403


@pytest.mark.parametrize(
    ("name", "said", "value"),
    [
        ("batch", "批号：B2611-03", "B2611-03"),
        ("batch", "B2611-03\nB2611-04", "B2611-03; B2611-04"),
        ("batch", "退货", ""),
        ("model", "型号: ZC-204A/2", "ZC-204A/2"),
        ("quantity_shipped", "1,200 只", "1200"),
        ("quantity_defective", "三十一只", "31"),
        ("quantity_defective", "B2611-03", ""),
        ("defect_rate", "11.9%", "11.9%"),
        ("ship_date", "2026年11月5日", "2026-11-05"),
        ("ship_date", "5 Nov 2026", "2026-11-05"),
        ("ship_date", "2026年11月", ""),
        ("disposition", "请退货处理", "return"),
        ("defect", "端面有裂纹，\n装配时发现漏油", "端面有裂纹，装配时发现漏油"),
        ("defect", "oil leaks\nafter assembly", "oil leaks after assembly"),
        ("phone", "电话 0512-6688 1234", "0512-6688 1234"),
        ("email", "li@hai chuan.example", "li@haichuan.example"),
        ("claim_amount", "RMB 3,200.50", "3200.5"),
        ("claim_currency", "RMB 3,200.50", "CNY"),
    ],
)
def test_words_become_the_value_of_their_field(name: str, said: str, value: str) -> None:
    assert value_in(name, said, TODAY) == value


def test_what_a_value_could_be_as_well_is_offered_with_its_place(lone: Place) -> None:
    reading = json.loads(json.dumps(READING))
    other = {"value": [BATCH], "text": BATCH, "confidence": 0.4, "source": reading["items"][0]["batch"]["source"]}
    same = {**other, "value": [READ_AS]}
    reading["items"][0]["batch"]["alternatives"] = [same, other]
    faxed(lone, reading=reading)
    offered = tree(lone.signed_in(), f"/records/{NUMBER}").css("[data-instead]")
    assert [(one.attributes["data-instead"], one.attributes["data-value"]) for one in offered] == [
        ("items-1-batch", BATCH)
    ]
    assert json.loads(offered[0].attributes["data-place"] or "")["box"] == list(BOXES["batch"])
