"""A year's archive, opened again: every record with its mails as they came, its letters as they went, slip and index."""

import io
import json
import tracemalloc
from email import message_from_bytes
from email.policy import default
from pathlib import Path, PurePosixPath
from random import Random
from zipfile import ZipFile

import docx
import pytest
from openpyxl import load_workbook

from intake.commands.archive import MISSING, archive_year, safe_name
from intake.errors import UsageError
from intake.wiring import blobs_of
from storage.life import Evidence, EvidenceKind
from tests.service.world import mail
from tests.stories.story import Story

BODY = "您好，\n\n贵司的轴承座HX-200B（批号B2609-01）到货1200只，其中45只异响，请回复。\n\n王强\n某某电器有限公司\n"


def _archived(story: Story, year: int, name: str = "year.zip") -> tuple[str, Path]:
    settings = story.world.settings()
    path = story.world.folder / name
    said = archive_year(
        story.storage, story.actions, blobs_of(settings), settings.company, path, year, lambda done, of: None
    )
    return said, path


def test_what_was_kept_of_a_year_comes_out_as_it_was(story: Story) -> None:
    story.begins("2025-11-10T10:00")
    raw = mail(
        subject="异响 ../../x", body=BODY, files=(("清单.csv", "text/csv", "型号,批号\nHX-200B,B2609-01\n".encode()),)
    )
    number = story.comes(raw)
    story.does("hejun", number, "report", **{"d2.our_text": "45只异响"})
    other = story.comes(mail(subject="=HYPERLINK(1)", body=BODY.replace("B2609-01", "B2610-07"), batch="B2610-07"))
    said, path = _archived(story, 2025)
    assert said == f"{path}: 2 records of 2025"

    with ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert not [name for name in names if name.startswith("/") or ".." in PurePosixPath(name).parts or "\\" in name]
        assert {name.split("/")[0] for name in names} == {"index.xlsx", number, other}
        assert archive.read(f"{number}/mails/001-mail.eml") == raw
        kept = json.loads(archive.read(f"{number}/record.json"))
        letters = [name for name in names if name.startswith(f"{number}/letters/")]
        sent = [letter for letter in kept["letters"] if letter["state"] == "sent"]
        assert len(letters) == len(sent) > 1 and letters[0].endswith("-acknowledgement.eml")
        letter = message_from_bytes(archive.read(letters[0]), policy=default)
        assert letter["Message-ID"] == sent[0]["message_id"] and letter["To"] == "wang@customer.example"
        slip = docx.Document(io.BytesIO(archive.read(f"{number}/slip.docx")))
        assert any(number in cell.text for table in slip.tables for row in table.rows for cell in row.cells)
        assert docx.Document(io.BytesIO(archive.read(f"{number}/8D.docx"))).tables
        assert "45只异响" in archive.read(f"{number}/8D.json").decode()
        assert f"{other}/8D.docx" not in names
        page = load_workbook(io.BytesIO(archive.read("index.xlsx"))).worksheets[0]
        assert page.cell(1, 1).value == story.world.settings().company.name
        cells = [str(cell.value) for row in page.iter_rows() for cell in row]
        assert number in cells and other in cells
        assert archive.getinfo(f"{number}/record.json").date_time[:5] == (2025, 11, 10, 10, 0)

    assert ZipFile(_archived(story, 2025, "again.zip")[1]).namelist() == names
    assert _archived(story, 2024, "before.zip")[0].endswith(": 0 records of 2024")
    assert not list(story.world.folder.glob(".*.zip.*"))  # nothing is left half done
    for name, year in (("year.tar", 2025), ("year.zip", 25)):
        with pytest.raises(UsageError):
            _archived(story, year, name)


def test_a_year_takes_no_more_memory_than_its_largest_file_and_what_is_gone_is_named(story: Story) -> None:
    story.begins("2025-11-10T10:00")
    number = story.comes(mail(subject="异响", body=BODY))
    blobs, noise = blobs_of(story.world.settings()), Random(1)
    with story.storage.unit() as work:
        for position in range(12):
            sha256 = blobs.put(noise.randbytes(4_000_000))
            work.lives.add(
                [
                    Evidence(
                        f"e{position:02d}",
                        number,
                        EvidenceKind.OTHER,
                        f"a/b:{position}.bin",
                        "",
                        sha256,
                        "x",
                        story.world.now,
                    )
                ]
            )
        work.lives.add([Evidence("gone", number, EvidenceKind.OTHER, "gone.bin", "", "0" * 64, "x", story.world.now)])
        work.commit()
    _archived(story, 2024, "warm.zip")
    tracemalloc.start()
    said, path = _archived(story, 2025)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 48_000_000 > 2 * most
    assert "1 files are not there any more" in said
    with ZipFile(path) as archive:
        files = [name for name in archive.namelist() if "/files/" in name]
        assert files[0] == f"{number}/files/001-other-a_b_0.bin" and len(files) == 12
        assert "gone.bin" in archive.read(f"{number}/{MISSING}").decode()


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("C:\\x\\8D.docx", "C_x_8D.docx"),
        ("清单 第1页.pdf", "清单_第1页.pdf"),
        (".hidden", "hidden"),
        ("CON.txt", "_CON.txt"),
        ("", "_"),
        ("\u202egnp.exe", "gnp.exe"),
        ("长" * 200 + ".xlsx", "长" * 75 + ".xlsx"),
    ],
)
def test_names_are_safe_on_every_system(text: str, safe: str) -> None:
    assert safe_name(text) == safe
