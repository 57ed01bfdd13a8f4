"""`intake demo --once`, as a newcomer runs it: nothing to configure, every sample mail becomes what it is."""

import json
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "intake.cli"]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo's folder, and what it printed."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    ended = subprocess.run(
        [*COMMAND, "demo", "--once", "--folder", str(folder)], capture_output=True, text=True, timeout=240, check=False
    )
    assert ended.returncode == 0 and ended.stderr == "", ended.stderr
    return folder, ended.stdout


def listed(folder: Path, what: str) -> list[dict[str, Any]]:
    out = subprocess.run(
        [*COMMAND, "--config", str(folder / "intake.toml"), what, "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return [json.loads(line) for line in out.stdout.splitlines()]


def test_every_sample_mail_becomes_what_it_is(shown: tuple[Path, str]) -> None:
    folder, printed = shown
    became = Counter(each["became"] for each in listed(folder, "arrivals"))
    assert became == {"record": 14, "follow_up": 2, "duplicate": 1, "automatic": 1, "bounce": 1, "spam": 1}
    assert "19 mails" in printed, "the twentieth is the factory's answer to its dispatch"


def test_the_class_a_complaint_is_shown_through_to_its_first_report(shown: tuple[Path, str]) -> None:
    folder, printed = shown
    (record,) = [each for each in listed(folder, "records") if each["eight_d"]]
    assert (record["class"], record["state"], record["eight_d"]["state"]) == ("A", "in_progress", "sent")
    assert record["signed_by"] == "luht@mingrui.example"
    assert {each["name"]: each["state"] for each in record["windows"]}["first_report"] == "met"
    assert f"8D_{record['number']}_R1.docx" in printed


def test_faxes_and_photos_are_read_right(shown: tuple[Path, str]) -> None:
    """(model, batches, pieces with the fault) of the four mails whose complaint is a picture."""
    folder, _ = shown
    read = {
        (item["model"], tuple(item["batch"]), item["quantity_defective"])
        for record in listed(folder, "records")
        for item in record["items"]
    }
    assert {
        ("MR-FG32-1", ("B260822-05",), 38),
        ("MR-TW25-H", ("2608C",), 120),
        ("MR-DX16", ("260819-3",), 12),
        ("MR-SH40-B", ("B260731-2",), 17),
    } <= read


def test_customers_are_answered_in_their_own_language(shown: tuple[Path, str]) -> None:
    folder, _ = shown
    records = listed(folder, "records")
    answers = [letter for record in records for letter in record["letters"] if letter["purpose"] == "acknowledgement"]
    assert {letter["language"] for letter in answers} == {"zh-CN", "zh-TW", "en"}
    assert all(
        letter["language"] == record["language"]
        for record in records
        for letter in record["letters"]
        if letter["purpose"] == "acknowledgement"
    )
    replies = [message_from_bytes(path.read_bytes(), policy=default) for path in (folder / "replies" / "new").iterdir()]
    assert {letter["message_id"] for letter in answers} <= {str(reply["Message-ID"]) for reply in replies}


def test_a_second_demo_begins_anew_and_leaves_other_folders_alone(shown: tuple[Path, str], tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    ended = subprocess.run(
        [*COMMAND, "demo", "--once", "--folder", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (
        ended.returncode == 2 and ended.stderr.startswith("error: ") and (tmp_path / "mine.txt").read_text() == "mine"
    )
