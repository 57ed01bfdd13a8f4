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
