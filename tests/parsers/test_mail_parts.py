"""What the parts of a mail say of the mail: receipts, signatures, mails that came as files."""

from datetime import UTC, datetime

import pytest

from parsers import read_mail
from parsers.types import Kind, Ours, Reading

RECEIVED = datetime(2025, 3, 12, 2, 0, tzinfo=UTC)
OURS = Ours(("示例精密有限公司",), addresses=("complaints@ours.example",), domains=("ours.example",))
SAID = "贵司的轴承座HX-200B（批号B2501-07）到货1200只，发现45只表面划伤，请换货。\r\n\r\n王强\r\n"


def head(sender: str, subject: str, content: str, more: str = "") -> str:
    return (
        f"From: {sender}\r\nTo: complaints@ours.example\r\nSubject: {subject}\r\nMessage-ID: <1@x.example>\r\n"
        f"Date: Wed, 12 Mar 2025 09:58:00 +0800\r\n{more}"
        f"MIME-Version: 1.0\r\nContent-Type: {content}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )


def text(sender: str, said: str = SAID, subject: str = "轴承座投诉") -> str:
    return head(sender, subject, "text/plain; charset=utf-8") + said


def mixed(sender: str, subject: str, kind: str, *parts: tuple[str, str], more: str = "") -> str:
    inside = "".join(f"--b\r\nContent-Type: {content}\r\n\r\n{body}\r\n" for content, body in parts)
    return head(sender, subject, f"multipart/{kind}; boundary=b", more) + f"{inside}--b--\r\n"


def passed_on(mail: str, sender: str = "销售 <sales@ours.example>") -> str:
    inner = mail.replace("boundary=b", "boundary=c").replace("--b", "--c")
    return mixed(sender, "FW: 投诉", "mixed", ("text/plain; charset=utf-8", "FYI"), ("message/rfc822", inner))


def read(mail: str) -> Reading:
    return read_mail(mail.encode(), OURS, RECEIVED)


def email(reading: Reading) -> str | None:
    return reading.customer.email.value if reading.customer.email else None


@pytest.mark.parametrize(
    ("report", "content", "said"),
    [
        (
            "disposition-notification",
            "message/disposition-notification",
            "Final-Recipient: rfc822; w@x.example\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n",
        ),
        (
            "delivery-status",
            "message/delivery-status",
            "Reporting-MTA: dns; mx.x.example\r\n\r\nFinal-Recipient: rfc822; w@x.example\r\nAction: relayed\r\n"
            "Status: 2.1.5\r\n",
        ),
    ],
)
def test_a_receipt_is_automatic_and_complains_of_nothing(report: str, content: str, said: str) -> None:
    mail = mixed(
        "mailer-daemon@x.example",
        "Read: your letter about rejected parts",
        f"report; report-type={report}",
        ("text/plain", "Your message was read."),
        (content, said),
    )
    reading = read(mail)
    assert reading.kind is Kind.AUTO_REPLY and reading.items == ()
    assert "w@x.example" not in " ".join(reading.texts.values())


def test_a_signature_that_proves_the_writer_is_no_file_that_a_person_must_read() -> None:
    mail = mixed(
        "wang@kunde.example",
        "轴承座投诉",
        "signed; protocol=application/pkcs7-signature; micalg=sha-256",
        ("text/plain; charset=utf-8", SAID),
        ("application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64", "MIIBAgIBAQ=="),
    )
    reading = read(mail)
    assert reading.kind is Kind.COMPLAINT
    assert (reading.unread, reading.warnings) == ((), ())


def test_a_mail_that_cannot_be_opened_is_a_complaint_if_its_subject_says_so() -> None:
    sealed = head("wang@kunde.example", "质量投诉", "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m")
    reading = read(sealed + "0\x82\x01")
    assert reading.kind is Kind.COMPLAINT and reading.unread


@pytest.mark.parametrize("subject", ["质量投诉", "Quality complaint: cracked housings"])
def test_who_complains_in_the_subject_alone_is_not_overheard(subject: str) -> None:
    assert read(text("wang@kunde.example", "", subject)).kind is Kind.COMPLAINT
    assert read(text("wang@kunde.example", "", f"Re: {subject}")).kind is not Kind.COMPLAINT


def test_trap_15_the_customer_is_who_wrote_the_mail_that_our_salesman_attached() -> None:
    wang = text("赵敏 <zhao@kunde.example>")
    assert email(read(passed_on(wang))) == "zhao@kunde.example"
    assert email(read(passed_on(passed_on(wang, "质量 <quality@ours.example>")))) == "zhao@kunde.example"


def test_a_customer_who_attaches_a_mail_of_his_own_customer_is_the_customer() -> None:
    assert email(read(passed_on(text("end@user.example"), "赵敏 <zhao@kunde.example>"))) == "zhao@kunde.example"
