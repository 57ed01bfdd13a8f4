"""A complaint that came as a fax: a page of real dots, drawn as the service draws it, its batch read wrong."""

from functools import cache
from typing import Any

from parsers.drawing import draw_file
from parsers.limits import ReadLimits
from storage.pages import PageOf
from storage.records import ItemOf, Record
from tests.documents.fax_machine import FINE, sent, tiff
from tests.documents.paper import Paper
from tests.review.complaints import complaint, mail
from tests.review.conftest import NOW, Place

NAME = "fax.tif"
BATCH, READ_AS = "B2611-03", "B2611-08"  # what the page says, and what the machine made of it
LINES = (
    (95, "宁波海川电器有限公司"), (125, "型号：ZC-204"), (155, f"批号：{BATCH}"), (185, "发货数量：1200 只"),
    (215, "不良数量：31 只"), (245, "发货日期：2026年11月5日"), (275, "内孔尺寸超差，产线已停线"),
)  # fmt: skip
# The places of values on the page, in points: x0, top, x1, bottom.
BOXES = {
    "model": (95.0, 130.0, 142.0, 147.0),
    "batch": (95.0, 160.0, 160.0, 177.0),
    "quantity_shipped": (119.0, 190.0, 165.0, 207.0),
    "quantity_defective": (119.0, 220.0, 150.0, 237.0),
    "ship_date": (119.0, 250.0, 215.0, 267.0),
}


@cache
def fax(pages: int = 1) -> bytes:
    paper = Paper("noto-sans", 12)
    paper.write(60, 55, "质量问题反馈单", 14)
    for top, text in LINES:
        paper.write(60, top, text)
    sheet = sent(paper.image, "2026-11-20 17:58   FROM: 0574-87651234   HAICHUAN DQ   P.01/01", FINE, "light", 3)
    return tiff([sheet] * pages, FINE)


def field(value: Any, text: str, confidence: float, name: str) -> dict[str, Any]:
    source = {"part": NAME, "page": 1, "start": 0, "end": len(text), "bbox": list(BOXES[name])}
    return {"value": value, "text": text, "confidence": confidence, "source": source}


READING: dict[str, Any] = {
    "items": [
        {
            "model": field("ZC-204", "ZC-204", 0.95, "model"),
            "batch": field([READ_AS], READ_AS, 0.45, "batch"),
            "quantity_defective": field(31, "31 只", 0.93, "quantity_defective"),
        }
    ]
}


def faxed(place: Place, number: str = "KS-202611-0001", pages: int = 1, **different: Any) -> Record:
    """The record of the fax, with its pages drawn."""
    values: dict[str, Any] = {
        "channel": "fax",
        "subject": "质量问题反馈单",
        "items": (ItemOf("轴承座", "ZC-204", (READ_AS,), quantity_defective=31.0, defect="内孔尺寸超差"),),
        "missing": ("quantity_shipped", "ship_date"),
        "reading": READING,
    }
    raw = mail(text="见附件传真。\n", files=((NAME, "image/tiff", fax(pages)),))
    made = complaint(place, raw, number, **(values | different))
    with place.storage.reading() as work:
        arrival = work.arrivals.get(f"a-{number}")
    assert arrival is not None
    drawn = [
        PageOf(arrival.sha256, NAME, one.page, place.blobs.put(one.webp), one.width, one.height, one.across, one.down)
        for one in draw_file(NAME, fax(pages), ReadLimits())
    ]
    with place.storage.unit() as work:
        work.pages.wait(arrival.sha256, arrival.id)
        work.pages.drawn(arrival.sha256, drawn, NOW)
        work.commit()
    return made
