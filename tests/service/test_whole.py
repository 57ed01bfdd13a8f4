"""Runs that change nothing, parts that do the whole together, other sources, the other database."""

import shutil
from pathlib import Path

import pytest

from intake.wiring import Parts
from tests.documents.hostile import noise
from tests.documents.sheets_of_pdf import pdf, put
from tests.servers.postgres import PostgresServer
from tests.service.world import World, letters, mail

FORM = (
    "2025-11-12 16:20  FROM: 华东泵业 FAX: 0512-66660000  P.01/01",
    "客户投诉单",
    "客户名称：华东泵业有限公司",
    "产品名称：密封圈",
    "规格型号：SR-330B",
    "批号：B2510-07",
    "不良数量：12只",
    "不良现象：漏油",
)


def fax() -> bytes:
    def draw(canvas: object) -> None:
        for number, line in enumerate(FORM):
            put(canvas, 60, 80 + 24 * number, line)  # type: ignore[arg-type]

    return pdf(draw)


def test_a_second_run_changes_nothing(world: World) -> None:
    world.deliver(mail(batch="B1"), mail(batch="B2", sender="li@other.example"))
    world.run()
    before = world.records(), world.arrivals(), len(world.sent())
    assert world.run() == []
    assert (world.records(), world.arrivals(), len(world.sent())) == before


def test_the_parts_one_after_the_other_do_the_whole_together(world: World) -> None:
    world.deliver(mail())
    world.run(Parts(poll=True))
    assert world.became() == ["waiting None"] and world.records() == []
    world.run(Parts(work=True))
    assert world.became() == ["done record"] and world.sent() == []
    world.run(Parts(send=True))
    assert {letter["state"] for letter in world.record()["letters"]} == {"sent"}
    world.passes(hours=20, minutes=1)
    world.run(Parts(watch=True))
    assert letters(world.record(), "progress")[0]["state"] == "queued"
    world.run(Parts(send=True))
    assert letters(world.record(), "progress")[0]["state"] == "sent"


def test_a_story_on_postgresql(world: World, postgres: PostgresServer) -> None:
    other = World(
        world.folder / "pg", world.dovecot, world.account, world.sink, world.reader, database=postgres.new_database()
    )
    other.deliver(mail(batch="B1"), mail(batch="B1"), mail("供应通知", "请查收。", sender="quality@example.com"))
    assert other.run() == []
    assert other.became() == ["done duplicate", "done own", "done record"]
    (ack,) = other.acknowledgements()
    assert ack["To"] == "wang@customer.example"
    other.passes(hours=20, minutes=1)
    assert other.run() == []
    assert letters(other.record(), "progress")[0]["state"] == "sent"
    assert other.run() == []
    assert len(letters(other.record(), "progress")) == 1


def test_mails_of_a_maildir_become_records(world: World) -> None:
    box = world.folder / "Maildir"
    for part in ("new", "cur", "tmp"):
        (box / part).mkdir(parents=True)
    (box / "new" / "1763000000.M1P1.host").write_bytes(mail(batch="B1"))
    (box / "cur" / "1763000001.M1P1.host:2,S").write_bytes(mail(batch="B2"))
    world.sources = '[[sources]]\nname = "box"\nkind = "maildir"\npath = "Maildir"\n'
    world.run()
    world.run()
    assert sorted(record["items"][0]["batch"] for record in world.records()) == [["B1"], ["B2"]]


def test_files_dropped_into_a_folder_become_records(world: World) -> None:
    (world.folder / "fax").mkdir()
    (world.folder / "fax" / "fax0001.pdf").write_bytes(fax())
    (world.folder / "fax" / "mail.eml").write_bytes(mail(batch="B9"))
    world.sources = '[[sources]]\nname = "fax"\nkind = "folder"\npath = "fax"\nrest_seconds = 0\n'
    world.run()
    world.run()
    by_subject = {record["subject"]: record for record in world.records()}
    assert len(by_subject) == 2
    form = by_subject["fax0001.pdf"]
    (item,) = form["items"]
    assert form["channel"] == "fax"
    assert (item["model"], item["batch"], item["quantity_defective"]) == ("SR-330B", ["B2510-07"], 12)
    assert letters(form, "acknowledgement") == [], "nobody's mail address is known"
    assert letters(form, "dispatch")[0]["state"] == "sent"


def test_a_dropped_file_that_cannot_be_read_is_recorded_and_set_aside(world: World) -> None:
    (world.folder / "fax").mkdir()
    (world.folder / "fax" / "fax0002.pdf").write_bytes(b"%PDF-1.7\n" + noise())
    world.sources = '[[sources]]\nname = "fax"\nkind = "folder"\npath = "fax"\nrest_seconds = 0\n'
    world.run()
    assert world.became() == ["set_aside unreadable"]
    assert world.record()["subject"] == "fax0002.pdf" and letters(world.record(), "dispatch")[0]["state"] == "sent"


@pytest.mark.parametrize("gone", ["fax", "Maildir"])
def test_a_folder_that_is_away_for_a_while_is_told_and_stops_no_other_source(world: World, gone: str) -> None:
    kind = "folder" if gone == "fax" else "maildir"
    world.sources += f'\n[[sources]]\nname = "other"\nkind = "{kind}"\npath = "{gone}"\n'
    shutil.rmtree(world.folder / gone, ignore_errors=True)
    world.deliver(mail())
    (trouble,) = world.run()
    assert "other" in trouble and gone in trouble
    assert len(world.records()) == 1


def test_a_report_of_a_letter_that_could_not_be_delivered_is_set_against_it(world: World) -> None:
    world.deliver(mail())
    world.run()
    (ack,) = world.acknowledgements()
    world.deliver(_bounce_of(str(ack["Message-ID"])))
    world.run()
    assert world.became() == ["done bounce", "done record"]
    (letter,) = letters(world.record(), "acknowledgement")
    assert letter["state"] == "refused" and "5.1.1" in letter["answer"] and letter["remedy"]


def _bounce_of(message_id: str) -> bytes:
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: complaints@example.com\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\nMessage-ID: <b1@mx.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThe mail could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; wang@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--b--\r\n"
    ).encode()


def test_the_site_folder_may_move(world: World, tmp_path: Path) -> None:
    world.deliver(mail(batch="B1"))
    world.run()
    world.folder = world.folder.rename(tmp_path / "moved")
    world.deliver(mail(batch="B2"))
    assert world.run() == []
    assert len(world.records()) == 2
