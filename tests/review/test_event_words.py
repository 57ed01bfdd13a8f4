"""What an event holds is told in the page's words: no ids, no keys, no lines that only machines read."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from intake.review.event_words import in_words
from intake.review.wording import Wording


def wording(language: str) -> Wording:
    return Wording(language, ZoneInfo("Asia/Shanghai"), datetime(2026, 11, 20, tzinfo=UTC))


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ({"letter": "01a2", "purpose": "dispatch", "answer": "delivered as x.intake"}, "客诉传递", "Dispatch"),
        ([{"item": 0, "field": "batch", "confidence": 0.68}], "产品项 1; 批号; 68 %", "Item 1; Batch no.; 68 %"),
        ({"item 1 disposition": "return"}, "产品项 1 不良品处理方式 退货", "Item 1 Disposition Return"),
        ({"item 1 batch": None}, "产品项 1 批号 –", "Item 1 Batch no. –"),
        ({"revision": 2, "by_mail": ["D3"]}, "版本 2; 邮件填写 D3", "revision 2; by mail D3"),
        ({"act": "sign", "why": "not his"}, "act sign; not his", "act sign; not his"),
        ({"kind": "complaint", "why": ""}, "投诉", "complaint"),
        ("no_reply_address", "没有可回复的地址", "no address to answer to"),
        ("质量部", "质量部", "质量部"),
        (None, "", ""),
    ],
)
def test_an_event_is_told_in_words(value: object, zh: str, en: str) -> None:
    assert in_words(value, wording("zh-CN")) == zh
    assert in_words(value, wording("en")).lower() == en.lower()


def test_a_refusal_of_a_server_stays_and_a_long_list_is_counted() -> None:
    assert "550" in in_words({"purpose": "dispatch", "answer": "550 no such user"}, wording("en"))
    assert in_words(list("abcdefgh"), wording("en")).endswith("+ 2")
