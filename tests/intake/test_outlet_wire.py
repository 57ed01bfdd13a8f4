"""Letters as bytes: read back by the standard library they say what they said, and nothing can be smuggled into them."""

import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.replies.wire import wire_format
from intake.settings import Company
from storage.records import Letter, Purpose

COMPANY = Company(name="苏州示例精密有限公司", address="complaints@ours.example")
LETTER = Letter(
    id="l1",
    record="KS-202611-0001",
    purpose=Purpose.ACKNOWLEDGEMENT,
    language="zh-CN",
    to=("li@customer.example",),
    cc=("wang@customer.example", "zhao@customer.example"),
    subject="【已受理】[KS-202611-0001] 关于深沟球轴承HX-200B表面划伤及异响问题的投诉，请查收并确认我们的理解是否正确",
    text="尊敬的李工：\n\n您好！\n.\n..点\n此致\n敬礼！\n",
    html="<p>尊敬的李工：</p>",
    message_id="<l1.acknowledgement.0a1b2c3d@ours.example>",
    created_at=datetime(2026, 11, 20, 2, 5, tzinfo=UTC),
    in_reply_to="<1@customer.example>",
    references=("<0@customer.example>", "<1@customer.example>"),
    headers={"Auto-Submitted": "auto-replied"},
)
FILE = b"%PDF-1.7 \x00\xff" * 500


def wire(letter: Letter = LETTER, company: Company = COMPANY) -> bytes:
    return wire_format(letter, company, {"sha": FILE})


def parsed(letter: Letter = LETTER, company: Company = COMPANY) -> EmailMessage:
    message = BytesParser(policy=email.policy.default).parsebytes(wire(letter, company))
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content


def test_headers_read_back_as_they_were_written() -> None:
    message = parsed()
    assert message["Subject"] == LETTER.subject
    assert message["From"].addresses[0].display_name == COMPANY.name
    assert message["From"].addresses[0].addr_spec == "complaints@ours.example"
    assert [one.addr_spec for one in message["To"].addresses] == list(LETTER.to)
    assert [one.addr_spec for one in message["Cc"].addresses] == list(LETTER.cc)
    assert message["Message-ID"] == LETTER.message_id and message["In-Reply-To"] == LETTER.in_reply_to
    assert message["References"].split() == list(LETTER.references)
    assert message["Date"].datetime == LETTER.created_at and str(message["Date"]).endswith("10:05:00 +0800")
    assert message["Auto-Submitted"] == "auto-replied" and message["Content-Language"] == "zh-CN"
    assert message["MIME-Version"] == "1.0" and message["Bcc"] is None


def test_text_and_html_are_alternatives() -> None:
    message = parsed()
    assert message.get_content_type() == "multipart/alternative"
    assert body(message, "plain").replace("\r\n", "\n") == LETTER.text
    assert body(message, "html").strip() == LETTER.html


def test_a_letter_without_html_is_plain_text() -> None:
    assert parsed(replace(LETTER, html="")).get_content_type() == "text/plain"


def test_english_stays_readable_and_chinese_is_base64() -> None:
    english = wire(replace(LETTER, text="Dear Mr Li,\nthank you: 45 pcs = 3 %.", html=""))
    assert b"quoted-printable" in english and b"Dear Mr Li," in english
    assert b"base64" in wire(replace(LETTER, html=""))


@pytest.mark.parametrize(
    "name",
    [
        "8D初步报告(D1-D3)_深沟球轴承HX-200B_苏州示例精密有限公司_2026年11月20日.docx",
        "8D報告.pdf",
        "report.pdf",
        'a "quoted" name.pdf',
        "x" * 140 + ".pdf",
        "a;b=c'd%20.pdf",
    ],
)
def test_attachments_keep_name_type_and_bytes(name: str) -> None:
    (part,) = parsed(replace(LETTER, attachments=((name, "application/pdf", "sha"),))).iter_attachments()
    assert isinstance(part, EmailMessage)
    assert part.get_filename() == name.replace('"', "'" if name.isascii() else '"')
    assert part.get_content_type() == "application/pdf" and part.get_content() == FILE


@pytest.mark.parametrize("media_type", ["text/html\r\nBcc: eve@x.cn", "nonsense", "", "a/b; charset=x"])
def test_a_media_type_that_is_none_becomes_octets(media_type: str) -> None:
    (part,) = parsed(replace(LETTER, attachments=(("a.bin", media_type, "sha"),))).iter_attachments()
    assert part.get_content_type() == "application/octet-stream"


def test_an_attachment_whose_path_is_in_its_name_loses_the_path() -> None:
    (part,) = parsed(replace(LETTER, attachments=(("../../etc/passwd", "text/plain", "sha"),))).iter_attachments()
    assert part.get_filename() == ".._.._etc_passwd"


def test_an_attachment_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        wire_format(replace(LETTER, attachments=(("a", "text/plain", "gone"),)), COMPANY, {})


INJECTION = "x\r\nBcc: eve@evil.example\r\n\r\nbody"


@pytest.mark.parametrize(
    "letter",
    [
        replace(LETTER, subject=INJECTION),
        replace(LETTER, to=(f"li@x.cn{INJECTION}",)),
        replace(LETTER, cc=(INJECTION,)),
        replace(LETTER, message_id=f"<1{INJECTION}>"),
        replace(LETTER, in_reply_to=INJECTION),
        replace(LETTER, references=("<1@x>", INJECTION)),
        replace(LETTER, language=INJECTION),
        replace(LETTER, headers={"X-Note": INJECTION}),
        replace(LETTER, headers={"X-Note\r\nBcc": "eve@evil.example"}),
        replace(LETTER, headers={"Bcc": "eve@evil.example"}),
        replace(LETTER, headers={"bcc ": "eve@evil.example", "Content-Type": "text/html", "From": "eve@evil.example"}),
        replace(LETTER, attachments=((INJECTION, "text/plain", "sha"),)),
        replace(LETTER, subject="a\u2028Bcc: b\x0bc\x85d"),
    ],
)
def test_no_value_adds_a_header_or_ends_the_headers(letter: Letter) -> None:
    message = parsed(letter)
    assert message["Bcc"] is None and len(message.get_all("From") or ()) == 1
    assert message.get_content_maintype() == "multipart"
    assert body(message, "plain").replace("\r\n", "\n") == LETTER.text
    for part in message.walk():
        assert part["Bcc"] is None


def test_a_display_name_cannot_become_an_address() -> None:
    message = parsed(company=Company(name='"Quality" <eve@evil.example>, x', address="complaints@ours.example"))
    assert [one.addr_spec for one in message["From"].addresses] == ["complaints@ours.example"]


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert wire() == wire()


def test_references_longer_than_a_line_stay_whole() -> None:
    long = ("<" + "a" * 200 + "@customer.example>", *(f"<{n}.{'b' * 30}@customer.example>" for n in range(20)))
    assert parsed(replace(LETTER, references=long))["References"].split() == list(long)


TEXT = st.text(st.characters(codec="utf-8"), max_size=400)


@settings(max_examples=150, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_any_text_gives_lines_of_allowed_length_that_end_in_crlf(subject: str, text: str, html: str) -> None:
    letter = replace(
        LETTER, subject=subject, text=text, html=html, attachments=((subject[:80], "application/pdf", "sha"),)
    )
    raw = wire(letter)
    assert raw.isascii() and raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line and len(line) <= 998 for line in lines)
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    for line in head:  # only a single word may be longer than a line
        assert len(line) <= 78 or b" " not in line.removeprefix(b"Subject: ").strip()


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_any_text_comes_back(text: str) -> None:
    said = body(parsed(replace(LETTER, text=text)), "plain").replace("\r\n", "\n")
    assert said.rstrip("\n") == text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=200))
def test_any_subject_comes_back(subject: str) -> None:
    assert parsed(replace(LETTER, subject=subject))["Subject"] == subject
