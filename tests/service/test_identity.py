"""Which record a mail becomes or joins, through the whole service. (Traps 15, 19, 22, 27 to 32.)"""

from dataclasses import replace

from reportlab.lib.pdfencrypt import StandardEncryption

from storage.records import RecordState
from tests.documents.hostile import noise
from tests.documents.sheets_of_pdf import pdf, put
from tests.service.world import World, answer_to, imap, letters, mail

FORWARDED = """请处理，谢谢。

-----原始邮件-----
发件人: 李建国 <li@kehu.example>
发送时间: 2025年11月12日 16:20
收件人: zhang@example.com
主题: 密封圈漏油

你们的密封圈 SR-330B（批号 B2510-07）装机后 12 只漏油，请尽快回复处理方案。
李建国
华东泵业有限公司
"""


def models(world: World) -> list[str | None]:
    return sorted(str(item["model"]) for record in world.records() for item in record["items"])


def test_trap_15_what_our_salesman_forwards_is_the_customers_complaint(world: World) -> None:
    world.deliver(mail("FW: 密封圈漏油", FORWARDED, sender="张销售 <zhang@example.com>"))
    world.run()
    record = world.record()
    assert record["customer"]["email"] == "li@kehu.example"
    assert record["items"][0]["model"] == "SR-330B" and record["items"][0]["batch"] == ["B2510-07"]
    assert [letter["To"] for letter in world.acknowledgements()] == ["li@kehu.example"]


def test_trap_15_a_colleague_who_passes_a_complaint_on_without_its_address_is_not_the_customer(world: World) -> None:
    told = "您好，\n\n客户华东泵业有限公司来电：密封圈 SR-330B（批号 B2510-07）装机后 12 只漏油，请尽快回复处理方案。\n\n张销售\n"
    world.deliver(mail("转客户投诉：密封圈漏油", told, sender="张销售 <zhang@example.com>"))
    world.run()
    record = world.record()
    assert record["customer"]["email"] is None
    assert [letter["To"] for letter in world.acknowledgements()] == ["zhang@example.com"], "he tells the customer"


def test_trap_19_a_mail_without_sender_is_recorded_and_not_answered(world: World) -> None:
    world.deliver(mail(sender=None, batch="B1"), mail("x", sender=None, batch="B2", **{"from": "<<nobody@@>"}))
    world.run()
    assert len(world.records()) == 2
    assert {record["state"] for record in world.records()} == {"to_review"}
    assert world.acknowledgements() == []
    assert all("not_acknowledged" in [event["what"] for event in record["events"]] for record in world.records())


def test_trap_22_documents_that_nobody_can_read_are_kept_and_shown(world: World) -> None:
    locked = pdf(lambda canvas: put(canvas, 50, 50, "批号 B2510-07"), encrypt=StandardEncryption("secret", canPrint=0))
    for name, content in (("locked.pdf", locked), ("damaged.pdf", b"%PDF-1.7\n" + noise())):
        world.deliver(
            mail(f"投诉单 {name}", "投诉单见附件，请尽快处理并回复。", files=[(name, "application/pdf", content)])
        )
    world.run()
    assert len(world.records()) == len(world.acknowledgements()) == 2
    warned = [warning for record in world.records() for warning in record["warnings"]]
    assert [warning.split(": ")[:2] for warning in warned] == [["unread", "locked.pdf"], ["unread", "damaged.pdf"]]
    asked = [letter.get_body(("plain",)).get_content() for letter in world.acknowledgements()]  # type: ignore[union-attr]
    assert "locked.pdf" in asked[0] and "damaged.pdf" in asked[1], "the customer is asked for a copy that opens"
    kept = sum(path.stat().st_size for path in (world.folder / "files").rglob("*") if path.is_file())
    assert kept > len(locked) + len(noise()), "the originals are there"


def test_trap_27_mails_without_message_id_are_told_apart_by_what_they_say(world: World) -> None:
    first, second = mail(message_id=None, batch="B1"), mail(message_id=None, batch="B2")
    world.deliver(first, second, first)
    world.run()
    assert world.became() == ["done duplicate", "done record", "done record"]


def test_trap_28_one_mail_to_two_mailboxes_is_one_record_that_knows_both(world: World) -> None:
    world.sources = imap(world.dovecot, world.account, more='mailbox = ["INBOX", "Quality"]')
    world.dovecot.make(world.account, "Quality")
    one = mail(to="complaints@example.com, quality@example.com")
    world.deliver(one)
    world.deliver(one, mailbox="Quality")
    world.run()
    assert world.became() == ["done duplicate", "done record"]
    noted = [event["new"]["source"] for event in world.record()["events"] if event["what"] == "duplicate"]
    came = [each["source"] for each in world.record()["messages"] if each["direction"] == "in"]
    assert sorted(noted + came) == ["complaints/INBOX", "complaints/Quality"]
    assert len(world.acknowledgements()) == 1


def test_trap_28_other_content_under_one_message_id_is_another_record_with_a_warning(world: World) -> None:
    world.deliver(mail(message_id="<scan@mfp.example>", batch="B1"))
    world.run()
    world.deliver(mail("扫描件二", message_id="<scan@mfp.example>", batch="B2"))
    world.run()
    first, second = world.records()
    assert "message_id_reused" in second["warnings"] and "message_id_reused" not in first["warnings"]


def test_trap_29_a_strangers_mail_with_somebody_elses_number_is_held(world: World) -> None:
    world.deliver(mail())
    world.run()
    number = world.record()["number"]
    world.deliver(
        mail(f"Re: [{number}] 轴承座", "这个单子现在什么情况？请把处理结果发给我。", sender="x@stranger.example")
    )
    world.run()
    first = next(record for record in world.records() if record["number"] == number)
    assert [each["direction"] for each in first["messages"]].count("in") == 1, "nothing was added to the record"
    assert "set_aside record" in world.became(), "a person compares the senders"
    to_the_stranger = [
        letter.get_body(("plain",)).get_content() for letter in world.sent() if "stranger" in str(letter["To"])
    ]  # type: ignore[union-attr]
    assert all("HX-200B" not in text for text in to_the_stranger), "nothing of the record is shown"


def test_trap_30_a_new_batch_in_an_old_thread_is_a_complaint_of_its_own(world: World) -> None:
    world.deliver(mail(batch="B2509-01"))
    world.run()
    (ack,) = world.acknowledgements()
    world.deliver(
        answer_to(
            ack, "您好，\n\n又发现新批次 HX-200B（批号B2511-09）30只开裂，到货500只，请尽快换货并回复。\n\n王强\n"
        )
    )
    world.run()
    assert world.became() == ["done record", "done record"]
    assert len(world.acknowledgements()) == 2


def test_an_answer_joins_its_record_and_is_not_acknowledged(world: World) -> None:
    world.deliver(mail(batch="B2509-01"))
    world.run()
    (ack,) = world.acknowledgements()
    world.deliver(answer_to(ack, "补充：发货日期是2025年10月20日。\n\n王强\n"))
    world.run()
    assert world.became() == ["done follow_up", "done record"]
    assert len(world.acknowledgements()) == 1 and len(letters(world.record(), "acknowledgement")) == 1


def test_trap_31_an_answer_to_a_merged_record_goes_to_its_target(world: World) -> None:
    world.deliver(mail(batch="B1"))
    world.run()
    world.deliver(mail(batch="B2"))
    world.run()
    target, merged = (record["number"] for record in world.records())
    ack = next(letter for letter in world.acknowledgements() if merged in str(letter["Subject"]))
    known = world.ask(lambda work: work.complaints.get(merged))
    world.change(lambda work: work.complaints.update(replace(known, state=RecordState.CANCELLED, merged_into=target)))
    world.deliver(answer_to(ack, "补充：发货日期是2025年10月20日。\n\n王强\n"))
    world.run()
    joined = next(each for each in world.arrivals() if each["became"] == "follow_up")
    assert joined["record"] == target
    assert len(world.records()) == 2


def test_trap_32_a_cancelled_record_does_not_come_back_with_its_mail(world: World) -> None:
    world.deliver(mail())
    world.run()
    known = world.ask(lambda work: work.complaints.everything()[0])
    world.change(lambda work: work.complaints.update(replace(known, state=RecordState.CANCELLED)))
    world.deliver(mail())
    world.run()
    assert world.became() == ["done duplicate", "done record"]
    assert world.record()["state"] == "cancelled" and len(world.acknowledgements()) == 1
