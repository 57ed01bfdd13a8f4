"""What people see on the terminal, and what a program sees that reads it."""

from typing import Any

import pytest

from intake.commands.check import Result
from intake.commands.terminal import print_arrivals, print_checks

ARRIVAL: dict[str, Any] = {
    "id": "01a2276a018204a31c3f1ca6", "received_at": "2026-11-29T21:06:26+08:00", "source": "complaints/INBOX", "subject": "",
    "state": "done", "became": "record", "record": "KS-202611-0005", "why": "belongs to no record", "remedy": "",
}  # fmt: skip


@pytest.mark.parametrize("subject", ["[/b] scratched housings", "[red]投诉[/]", "[sender] 轴承座划伤" * 9])
def test_what_a_customer_writes_in_brackets_is_text(subject: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_arrivals([{**ARRIVAL, "subject": subject}])
    assert subject in capsys.readouterr().out


def test_where_no_terminal_reads_it_a_line_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    print_arrivals([{**ARRIVAL, "subject": "轴承座HX-200B表面划伤" * 9, "remedy": "Look at the original file. " * 9}])
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "complaints/INBOX" in line]
    assert ARRIVAL["id"] in line and ARRIVAL["record"] in line and line.count("Look at the original file.") == 9


def test_a_check_names_the_table_of_the_settings_that_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    print_checks(
        [Result("sender (smtp)", False, "mail:587 cannot be reached. Check host, port and security in [sender].")]
    )
    assert "in [sender]." in capsys.readouterr().out
