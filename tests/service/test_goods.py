"""Imported goods against what customers write: a misread model is corrected, a batch is borne out or contradicted."""

import io
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PIL import Image

from intake.importing import import_file
from intake.runners.read import Reader
from parsers.limits import ReadLimits
from tests.documents.paper import Paper
from tests.service.conftest import OURS
from tests.service.world import COMPLAINT, World, answer_to, mail

FILES = {
    "customers": "name,domains\n某某电器有限公司,customer.example\n明泰汽车部件有限公司,mingtai.example\n",
    "products": "product,model\n轴承座,HX-200B\n端盖,DG-80\n",
    "shipments": "customer,model,batch,quantity,ship_date,order_no\n"
    "某某电器有限公司,HX-200B,B2509-01,1200,2025-10-20,PO-77\n明泰汽车部件有限公司,HX-200B,B2509-02,300,2025-10-21,PO-78\n",
}
FORM = (
    "客户投诉单",
    "客户名称：某某电器有限公司",
    "规格型号：HX-2008",
    "批号：B2509-01",
    "不良数量：45只",
    "不良现象：表面划伤",
)
SEEN = (1500, 700)  # pixels of the sheet's head


@pytest.fixture
def patient() -> Iterator[Reader]:
    """Recognising takes its time where other tests run beside."""
    made = Reader(OURS, ReadLimits(part_seconds=120, mail_seconds=300, ocr_page_seconds=240), 1)
    yield made
    made.close()


@pytest.fixture
def stocked(world: World) -> World:
    for kind, text in FILES.items():
        path = world.folder / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        report = world.stored(lambda storage, kind=kind, path=path: import_file(kind, path, storage))
        assert report.refused == 0
    return world


def sheet() -> bytes:
    paper = Paper("noto-sans", 14)
    for line in FORM:
        paper.line(line)
    half = paper.image.resize((paper.image.width // 2, paper.image.height // 2), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    half.crop((0, 0, *SEEN)).save(out, "PNG", dpi=(204, 204))
    return out.getvalue()


def test_a_misread_model_is_corrected_and_its_batch_borne_out(stocked: World, patient: Reader) -> None:
    stocked.deliver(mail("投诉", "见附件的投诉单。\n\n王强\n", files=[("form.png", "image/png", sheet())]))
    stocked.run(reader=patient)
    record = stocked.record()
    (item,) = record["items"]
    assert (item["model"], item["batch"], item["product"]) == ("HX-200B", ["B2509-01"], None)
    (warning,) = [each for each in record["warnings"] if each.startswith("model:")]
    assert "HX-2008" in warning and "HX-200B" in warning
    proposed = {each["field"]: each["values"] for each in record["proposed"]}
    assert proposed == {"product": ["轴承座"], "ship_date": ["2025-10-20"], "order_no": ["PO-77"]}
    (event,) = [each for each in record["events"] if each["what"] == "compared_with_goods"]
    changes = {each["field"]: each for each in event["new"]["changed"]}
    assert changes["model"]["values"] == ["HX-2008", "HX-200B"]
    assert changes["model"]["rule"].endswith("+goods:corrected:8/B")
    assert changes["batch"]["rule"].endswith("+goods:shipped_to_customer")


def printed(world: World, number: str) -> str:
    """As an operator sees `intake records NUMBER`."""
    command = [sys.executable, "-m", "intake.cli", "--config", str(world.folder / "intake.toml"), "records", number]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def test_shipments_contradict_a_batch_and_name_nobody_else(stocked: World) -> None:
    stocked.deliver(mail(batch="B2509-02"))
    stocked.run()
    record = stocked.record()
    assert record["items"][0]["batch"] == ["B2509-02"], "what he says stands"
    (warning,) = [each for each in record["warnings"] if each.startswith("batch:")]
    assert "B2509-02 was shipped to others only" in warning
    assert (0, "batch") in [(each["item"], each["field"]) for each in record["to_check"]]
    (event,) = [each for each in record["events"] if each["what"] == "compared_with_goods"]
    assert event["new"]["warnings"] == [warning]
    assert event["new"]["elsewhere"] == [{"batch": "B2509-02", "customer": "明泰汽车部件有限公司"}]
    written = [part.get_content() for letter in stocked.sent() for part in letter.walk() if not part.is_multipart()]
    assert written and not [text for text in (warning, *map(str, written)) if "明泰" in text]
    shown = printed(stocked, record["number"])
    assert "to check: " in shown and "item 1 batch (0." in shown and "warning: batch: B2509-02" in shown


def test_a_complaint_in_its_thread_is_compared_too_and_leaves_what_the_record_says(stocked: World) -> None:
    stocked.deliver(mail(batch="B2509-01"))
    stocked.run()
    before = stocked.record()
    (ack,) = stocked.acknowledgements()
    stocked.deliver(answer_to(ack, COMPLAINT.format(batch="B2509-01").replace("45只", "1300只")))
    stocked.run()
    record = stocked.record()
    assert {name: record[name] for name in ("proposed", "to_check", "warnings", "items")} == {
        name: before[name] for name in ("proposed", "to_check", "warnings", "items")
    }
    (event,) = [each for each in record["events"] if each["what"] == "follow_up_compared"]
    (warning,) = [each for each in event["new"]["warnings"] if each.startswith("quantity_defective")]
    assert warning == "quantity_defective: 1300 bad pieces, but only 1200 of the batch were shipped."


def test_without_goods_nothing_is_compared(world: World) -> None:
    world.deliver(mail())
    world.run()
    record = world.record()
    assert record["proposed"] == [] and record["warnings"] == []
    assert "compared_with_goods" not in [each["what"] for each in record["events"]]
