"""Every page of a document is drawn once, with a size that the boxes of its values fit; a fax gets a numbered copy."""

import email
import email.policy
import io
from pathlib import Path

import pypdfium2
from PIL import Image

from storage.life import EvidenceKind
from storage.pages import PageOf
from tests.service.world import World

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
