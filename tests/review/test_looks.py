"""A page shows what is there: no turned writing, no address that passes for another."""

import pytest

from intake.review.looks import as_written, deceives, in_ascii
from tests.review.complaints import NUMBER, complaint, mail
from tests.review.conftest import Place

CYRILLIC_A = "\u0430"


@pytest.mark.parametrize(
    "sender",
    [
        f"Anna <anna@m{CYRILLIC_A}pleridge.example>",
        "anna@\u0430\u0435\u043e\u0440.example",  # all Cyrillic, all like Latin
        '"gm@ours.example" <anna@evil.example>',
        "gm@ours.example <anna@evil.example>",
    ],
)
def test_an_address_that_passes_for_another_deceives(sender: str) -> None:
    assert deceives(sender)


@pytest.mark.parametrize(
    "sender",
    [
        "Anna <anna@mapleridge.example>",
        "anna@x.example <anna@x.example>",
        "王敏 <wang@例子.公司>",
        "П <a@пример.рф>",
        "王敏",
        "",
    ],
)
def test_an_address_that_is_what_it_looks_like_does_not(sender: str) -> None:
    assert not deceives(sender)


def test_a_domain_in_other_letters_is_shown_as_the_net_knows_it() -> None:
    assert in_ascii(f"Anna <anna@m{CYRILLIC_A}ple.example>") == "Anna <anna@xn--mple-53d.example>"
    assert in_ascii("王敏 <wang@example.com>, 例子") == "王敏 <wang@example.com>, 例子"


def test_writing_is_not_turned() -> None:
    assert as_written("invoice\u202efdp.exe\x00") == "invoicefdp.exe"
    assert as_written("质量部\n第二行\t") == "质量部\n第二行\t"


def test_a_record_whose_mail_deceives_says_so_and_turns_no_name(lone: Place) -> None:
    raw = mail().replace(b"haichuan.example>", f"h{CYRILLIC_A}ichuan.example>".encode())
    complaint(lone, raw, subject="invoice\u202efdp.exe")
    page = lone.signed_in().get(f"/records/{NUMBER}/original").text
    assert "li@xn--" in page
    assert "be careful" in page
    assert "\u202e" not in lone.signed_in().get(f"/records/{NUMBER}").text
