"""Who complains, told by the signature: the company, where it is, and nobody whom a mail program names."""

from datetime import UTC, datetime

import pytest

from parsers import read_mail
from parsers.types import Customer, Ours

RECEIVED = datetime(2025, 3, 12, 2, 0, tzinfo=UTC)
BODY = "The 40 housings MR-20 of batch B2501-07 are cracked. Please send your 8D report."


def signed(*lines: str, sender: str = "Anna Berg <anna@nordpumpe.example>") -> Customer:
    mail = (
        f"From: {sender}\r\nTo: quality@ours.example\r\nSubject: complaint\r\nMessage-ID: <1@x.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{BODY}\r\n\r\nBest regards,\r\n" + "\r\n".join(lines)
    )
    return read_mail(mail.encode(), Ours(names=("Ours Precision",)), RECEIVED).customer


def value(customer: Customer, field: str) -> str | None:
    found = getattr(customer, field)
    return found.value if found is not None else None


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Nordpumpe GmbH, 24103 Kiel", "24103 Kiel"),
        ("Nordpumpe S.A.S. - ZA du Pont, 69100 Villeurbanne", "ZA du Pont, 69100 Villeurbanne"),
        ("Nordpumpe Ltda. - Curitiba/PR", "Curitiba/PR"),
        ("Nordpumpe S.L., Leganés (Madrid)", "Leganés (Madrid)"),
        ("Nordpumpe Inc. | Duluth, Minnesota", "Duluth, Minnesota"),
        ("Duluth, MN 55802", "Duluth, MN"),
        ("Duluth, MN | 218-555-0133", "Duluth, MN"),
    ],
)
def test_a_place_stands_behind_the_company_on_its_line(line: str, place: str) -> None:
    found = value(signed("Anna Berg", "Quality", line), "location") or ""
    assert place in found or (found in place and len(found) > 3)


@pytest.mark.parametrize("line", ["Nordpumpe GmbH, Quality Manager", "Nordpumpe GmbH - www.nordpumpe.example"])
def test_a_post_or_a_web_address_behind_the_company_is_no_place(line: str) -> None:
    assert value(signed("Anna Berg", line), "location") is None


@pytest.mark.parametrize(
    "footer", ["Get Outlook for iOS", "Sent from my iPhone", "Get Outlook for Android", "发自我的 iPhone"]
)
def test_what_a_mail_program_signs_with_is_no_person(footer: str) -> None:
    customer = signed("Anna", footer, sender="<anna@nordpumpe.example>")
    named = " ".join(filter(None, (value(customer, name) for name in ("contact", "company", "location"))))
    assert "outlook" not in named.lower() and "iphone" not in named.lower()


@pytest.mark.parametrize("post", ["Ingénieure Qualité Fournisseurs", "Supplier Quality Engineer", "供应商质量工程师"])
def test_what_somebody_does_there_is_not_the_company(post: str) -> None:
    assert value(signed("Anna Berg", post, "Nordpumpe SAS - ZI Nord, 74300 Cluses"), "company") == "Nordpumpe SAS"


def test_a_telephone_number_behind_a_name_is_no_part_of_it() -> None:
    customer = signed("联系人：許家豪 04-755-0133", sender="<x@nordpumpe.example>")
    assert (value(customer, "contact"), value(customer, "phone")) == ("許家豪", "04-755-0133")


@pytest.mark.parametrize(
    "line", ["江怡君 立晴電源 02-2555-0133", "立晴電源 江怡君 02-2555-0133", "立晴電源 品保部 江怡君"]
)
def test_a_chinese_company_without_a_legal_form_stands_beside_who_sent_the_mail(line: str) -> None:
    customer = signed(line, sender="江怡君 <jiang@liqing.example>")
    assert (value(customer, "company"), value(customer, "contact")) == ("立晴電源", "江怡君")


@pytest.mark.parametrize("department", ["Receiving", "Service Parts", "Facilities", "Goods In", "Quality"])
def test_who_signs_for_a_department_is_the_person_below_the_goodbye(department: str) -> None:
    assert value(signed("Bev", "Nordpumpe Ltd", sender=f"{department} <mail@nordpumpe.example>"), "contact") == "Bev"


def test_who_is_told_of_by_his_company_is_in_no_place_of_that_name() -> None:
    customer = signed("This is Sato of Miyama Denshi.", "Kenichi Sato", "Miyama Denshi Co., Ltd.")
    assert value(customer, "location") is None


FORM = """Name: Elena Popescu
Company: Carpatic SRL
E-mail: elena@carpatic.example
Phone: +40 268 555 074
Message:
The zippers of 23 backpacks T-45 from batch B26-04 split.
"""


@pytest.mark.parametrize(
    "sender", ["Web form <wordpress@ours.example>", "noreply@forms.example", "网站表单 <web@ours.example>"]
)
def test_who_filled_a_web_form_in_is_the_customer(sender: str) -> None:
    mail = f"From: {sender}\r\nTo: quality@ours.example\r\nSubject: message\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{FORM}"
    customer = read_mail(mail.encode(), Ours(names=("Ours Precision",)), RECEIVED).customer
    assert {name: value(customer, name) for name in ("company", "contact", "email", "phone")} == {
        "company": "Carpatic SRL",
        "contact": "Elena Popescu",
        "email": "elena@carpatic.example",
        "phone": "+40 268 555 074",
    }


BELOW = """From: Dave Cole <dave@fitters.example>
Sent: 11 November 2026 17:52
To: Anna Berg <anna@nordpumpe.example>
Subject: complaint

The housings of batch B2501-07 are cracked, 31 of 40.
Dave 07700 900431
"""


def test_a_customer_who_passes_a_mail_on_is_the_customer() -> None:
    customer = signed(
        "Anna Berg", "Nordpumpe Ltd", "0113 555 0177", "", "-----Original Message-----", *BELOW.splitlines()
    )
    assert (value(customer, "contact"), value(customer, "phone")) == ("Anna Berg", "0113 555 0177")
    assert value(customer, "email") == "anna@nordpumpe.example"


def passed_on(to: str, *more: str) -> Customer:
    mail = "\r\n".join(
        (
            "From: He Jun <hejun@ours.example>",
            f"To: {to}",
            *more,
            "Subject: FW: complaint",
            "",
            "Please see below.",
            "",
            "-----Original Message-----",
            *BELOW.splitlines(),
        )
    )
    return read_mail(mail.encode(), Ours(), RECEIVED).customer


def test_without_settings_the_domain_that_a_mail_is_written_to_is_ours() -> None:
    assert value(passed_on("quality@ours.example"), "email") == "dave@fitters.example"


@pytest.mark.parametrize("to", ["quality@other.example", "quality@other.example, lin@ours.example"])
def test_whom_a_mail_is_written_to_beside_the_senders_colleagues_is_us(to: str) -> None:
    assert value(passed_on(to), "email") == "hejun@ours.example"
