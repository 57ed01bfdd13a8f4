"""What servers say, and what a person is told to do about it."""

import pytest

from intake.replies.answers import REMEDIES, remedy_for, said


@pytest.mark.parametrize(
    ("code", "text", "word"),
    [
        (550, b"5.1.1 <li@x.cn>: Recipient address rejected: User unknown", "does not exist"),
        (550, b"5.1.10 null MX", "takes no mail"),
        (554, b"5.7.1 Message rejected due to SPF", "block lists"),
        (550, b"5.7.26 unauthenticated", "DMARC"),
        (552, b"5.3.4 Message size exceeds fixed limit", "too large"),
        (552, b"mailbox full", "full"),
        (550, b"Mail content denied http://service.mail.qq.com", "read the server's answer"),
        (555, b"unknown option", "Read the server's answer"),
    ],
)
def test_every_permanent_refusal_has_a_remedy(code: int, text: bytes, word: str) -> None:
    assert word in remedy_for(code, text)


def test_every_remedy_says_what_to_do() -> None:
    assert all(remedy.endswith(".") and len(remedy) > 30 for _, remedy in REMEDIES)


def test_an_answer_stands_on_one_line_and_is_short() -> None:
    answer = said(550, b"5.1.1 no\nsuch\x00user \xff " + b"x" * 1000)
    assert answer.startswith("550 5.1.1 no such user") and "\n" not in answer and len(answer) <= 300
