"""What reviewers corrected is read again from the mails that were kept, to learn from."""

from datetime import UTC, datetime

from intake.commands.train import reviewed
from intake.wiring import blobs_of, storage_of
from storage.records import Correction
from tests.service.world import World, mail


def test_corrected_records_are_read_again_from_their_mails(world: World) -> None:
    world.deliver(mail(batch="B2609-07"))
    world.run()
    (record,) = world.records()
    storage = storage_of(world.settings())
    put_right = Correction(
        record["number"], 0, "batch", [], ["B2609-07"], "qe@example.com", datetime(2025, 11, 13, tzinfo=UTC)
    )
    with storage.unit() as work:
        work.complaints.add_correction(put_right)
        work.commit()
    texts = reviewed(storage, blobs_of(world.settings()), world.reader)
    storage.close()
    (unit,) = (*texts.learned, *texts.aside)
    assert "B2609-07" in [unit.text[span.start : span.end] for span in unit.spans if span.label == "BATCH"]
