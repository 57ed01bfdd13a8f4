"""Every page of a document is drawn once, with a size that the boxes of its values fit; a fax gets a numbered copy."""

import email
import email.policy
import io
import threading
import time
from pathlib import Path

import pypdfium2
import pytest
import sqlalchemy as sa
from PIL import Image

from intake.wiring import Parts
from storage import StorageTrouble
from storage.life import EvidenceKind
from storage.pages import PageOf
from tests.service.world import World, mail

MAILS = Path(__file__).parents[2] / "intake" / "demo" / "mails"
DARK = 128


def _pages(world: World) -> list[PageOf]:
    found: list[PageOf] = world.ask(
        lambda work: [page for each in work.arrivals.everything() for page in work.pages.of(each.sha256)]
    )
    return found


def _picture(world: World, page: PageOf) -> Image.Image:
    with world.service() as service:
        return Image.open(io.BytesIO(service.blobs.get(page.sha256))).convert("L")


def test_the_pages_of_a_fax_are_drawn_once_and_the_values_stand_in_their_boxes(world: World) -> None:
    world.deliver((MAILS / "16-fax-of-two-pages.eml").read_bytes())
    world.run()
    pages = _pages(world)
    assert [(page.part, page.page) for page in pages] == [("fax_0910_1052.tif", 1), ("fax_0910_1052.tif", 2)]
    for page in pages:
        assert abs(page.across / page.width - page.down / page.height) < 0.01, "pixels are square as shown"
    world.run()
    assert _pages(world) == pages

    (number,) = [each["number"] for each in world.records()]
    (item,) = world.ask(lambda work: work.complaints.get(number)).reading["items"]
    source = item["batch"]["source"]
    second = _picture(world, pages[1])
    ratio = pages[1].across / pages[1].width
    inside = second.crop(tuple(round(side * ratio) for side in source["bbox"]))
    share = sum(inside.histogram()[:DARK]) / (inside.width * inside.height)
    assert 0.05 < share < 0.6, "the box holds letters, and little else"


def test_a_dropped_fax_is_kept_as_it_came_and_gets_a_copy_with_its_number(world: World) -> None:
    faxes = world.folder / "faxes"
    faxes.mkdir()
    original = _attachment()
    (faxes / "fax-0912.tif").write_bytes(original)
    world.sources = f'[[sources]]\nname = "fax"\nkind = "folder"\npath = "{faxes}"\nrest_seconds = 0\n'
    world.run()
    (record,) = world.records()
    (arrival,) = world.ask(lambda work: work.arrivals.everything())
    (copy,) = world.ask(lambda work: work.lives.evidence(record["number"]))
    assert (copy.kind, copy.name) == (EvidenceKind.STAMPED_COPY, f"{record['number']} fax-0912.pdf")
    with world.service() as service:
        assert service.blobs.get(arrival.sha256) == original
        stamped = pypdfium2.PdfDocument(service.blobs.get(copy.sha256))
    assert len(stamped) == 2
    corner = stamped[0].render(scale=1).to_pil().convert("RGB")
    red = [
        pixel
        for pixel in corner.crop((corner.width // 2, 0, corner.width, corner.height // 12)).getdata()
        if pixel[0] > 150 and pixel[1] < 90
    ]
    assert len(red) > 50, "the number stands on the upper margin"
    world.run()
    assert len(world.ask(lambda work: work.lives.evidence(record["number"]))) == 1


def _attachment() -> bytes:

    mail = email.message_from_bytes((MAILS / "16-fax-of-two-pages.eml").read_bytes(), policy=email.policy.default)
    (fax,) = [part for part in mail.walk() if part.get_filename() == "fax_0910_1052.tif"]
    return bytes(fax.get_payload(decode=True))


def test_a_trouble_of_the_database_ends_neither_the_drawing_nor_the_service(world: World) -> None:
    world.deliver((MAILS / "16-fax-of-two-pages.eml").read_bytes())
    world.run(Parts(poll=True))
    with world.service() as service:
        service.engine.drain()
        with service.storage.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE drawings RENAME TO away"))
        with pytest.raises(StorageTrouble):
            service.drawer.look()
        stop = threading.Event()
        drawing = threading.Thread(target=service.drawer.keep_drawing, args=(stop, 0.05))
        drawing.start()
        time.sleep(0.3)
        assert drawing.is_alive()
        with service.storage.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE away RENAME TO drawings"))
        waited = time.monotonic() + 30
        while not _pages(world) and time.monotonic() < waited:
            time.sleep(0.2)
        stop.set()
        drawing.join(10)
        assert not drawing.is_alive()
    assert len(_pages(world)) == 2


def test_a_mail_that_the_disk_has_lost_is_not_tried_for_ever(world: World) -> None:
    world.deliver((MAILS / "16-fax-of-two-pages.eml").read_bytes())
    world.run(Parts(poll=True))
    with world.service() as service:
        service.engine.drain()
        for blob in (world.folder / "files").rglob("*"):
            if blob.is_file():
                blob.unlink()
        assert service.drawer.look() == 0
    assert world.ask(lambda work: work.pages.waiting(10)) == []


def test_a_mail_without_documents_waits_for_no_drawing(world: World) -> None:
    world.deliver(mail())
    world.run()
    with world.service() as service, service.storage.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM drawings")).scalar() == 0
