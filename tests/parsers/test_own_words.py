"""What the writer of an answer wrote himself, whatever his mail software puts below or around it."""

from datetime import date

import pytest

from intake.acts.by_mail import Answer, Order, answer_of
from parsers.thread import own_words
from templates import LANGUAGES, render, sample

TODAY = date(2025, 11, 13)
HEADS = {
    "outlook in chinese": "\n\n________________________________\n发件人: 客诉 <complaints@example.com>\n发送时间: 2025年11月13日 10:05\n收件人: 李雷\n主题: {subject}\n\n{text}",
    "outlook in english": "\n\n-----Original Message-----\nFrom: complaints@example.com\nSent: Thursday, November 13, 2025 10:05\nTo: Li\nSubject: {subject}\n\n{text}",
    "gmail": "\n\nOn Thu, Nov 13, 2025 at 10:05 AM <complaints@example.com> wrote:\n{quoted}",
}


def _answer(own: str, language: str, software: str) -> str:
    dispatch = render("dispatch", language, sample("dispatch", language))
    quoted = "\n".join(f"> {line}" for line in dispatch.text.splitlines())
    return own + HEADS[software].format(subject=dispatch.subject, text=dispatch.text, quoted=quoted)


@pytest.mark.parametrize("software", HEADS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dispatch_that_is_quoted_orders_nothing(language: str, software: str) -> None:
    own = own_words(_answer("请问样品在哪里？\n李雷", language, software))
    assert own == "请问样品在哪里？\n李雷"
    assert answer_of(own, TODAY) == Answer()


@pytest.mark.parametrize("software", HEADS)
def test_what_stands_above_the_quote_is_done(software: str) -> None:
    own = own_words(_answer("签收\n断点批号：B1", "zh-CN", software))
    assert answer_of(own, TODAY).orders == (Order("sign", {}),)


def test_an_answer_between_quoted_lines_counts() -> None:
    text = (
        "见下。\n\nOn Thu, Nov 13, 2025 at 10:05 AM <a@b.example> wrote:\n> 请签收。\n签收\n> 请填写D3。\nD3 在途：无\n"
    )
    assert own_words(text) == "见下。\n\n签收\nD3 在途：无"


@pytest.mark.parametrize(
    "text", ["", "> all\n> quoted\n", "On Thu, Nov 13, 2025 at 10:05 AM <a@b.example> wrote:\n> 签收\n"]
)
def test_who_wrote_nothing_said_nothing(text: str) -> None:
    assert own_words(text) == ""


def test_a_mail_without_a_quote_is_all_its_writers() -> None:
    assert own_words("签收\n\nD3 在途：无\n") == "签收\n\nD3 在途：无"
