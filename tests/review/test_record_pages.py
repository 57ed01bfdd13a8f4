"""Pages as pictures on the record page: where they are drawn, the values' boxes lie on them."""

from storage.pages import PageOf
from storage.records import ItemOf
from tests.review.complaints import NUMBER, complaint, mail
from tests.review.conftest import NOW, Place
from tests.review.test_record import tree

WEBP = b"RIFF....WEBP"


def test_a_drawn_page_is_shown_with_the_boxes_of_its_values(place: Place) -> None:
    source = {"part": "fax.png", "page": 1, "start": 0, "end": 3, "bbox": [60.0, 100.0, 120.0, 112.0]}
    batch = {"value": ["B-1"], "text": "B-1", "confidence": 0.4, "source": source}
    raw = mail(files=(("fax.png", "image/png", b"\x89PNG\r\n\x1a\n"),))
    complaint(place, raw, items=(ItemOf(batch=("B-1",)),), reading={"items": [{"batch": batch}]})
    browser = place.signed_in()
    part = f"/records/{NUMBER}/original"
    assert "Recognised in the picture" in tree(browser, part).text(), "not drawn yet: its words stand there"
    with place.storage.reading() as work:
        found = work.arrivals.get(f"a-{NUMBER}")
    assert found is not None
    name = place.blobs.put(WEBP)
    with place.storage.unit() as work:
        work.pages.wait(found.sha256, found.id)
        work.pages.drawn(found.sha256, [PageOf(found.sha256, "fax.png", 1, name, 595.0, 842.0, 1200, 1698)], NOW)
        work.commit()
    page = tree(browser, part)
    box = page.css_first("rect.box.doubt")
    assert (box.attributes["x"], box.attributes["width"], box.attributes["data-marks"]) == (
        "60.0",
        "60.0",
        "items-1-batch",
    )
    picture = browser.get(page.css_first("svg image").attributes["href"] or "")
    assert (picture.content, picture.headers["content-type"]) == (WEBP, "image/webp")
