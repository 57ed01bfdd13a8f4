"""The language of short, mixed and long texts."""

import time

import pytest

from parsers.language import language_of

TEXTS = {
    "外壳破裂，请回复": "zh-CN", "外殼破裂，請回覆": "zh-TW", "批号 B2406-01 NG 20PCS LOT NO.": "zh-CN", "品名 型号": "zh-CN",
    "Dear Sirs, lot 2411-B has cracks in 30 of 400 pcs.": "en", "Lot 7 broken": "en", "LM-2233": "en", "": "en",
    "Hi 李工, the relays of lot B7 fail in our test and we need your answer by Friday please": "en",
    "王工：LJ12A3 这批 sensor 在 burn-in test 后 fail 了 3 只，请看附件 report": "zh-CN",
    "Bonjour, les ressorts livrés sont cassés, merci de répondre rapidement": "fr",
    "Sehr geehrte Damen und Herren, die Teile sind defekt und können nicht verwendet werden": "de",
    "ばねが折れました。確認をお願いします": "ja", "부품이 파손되었습니다": "ko", "Пружины сломаны, прошу ответить до пятницы": "ru",
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_language_is_told(text: str) -> None:
    assert language_of(text) == TEXTS[text]


def test_a_long_mail_takes_under_two_milliseconds() -> None:
    text = "外壳破裂，请于本周五前回复。LJ12A3 lot B7 is broken and we need an answer. " * 200
    language_of(text)
    best = 1.0
    for _ in range(20):
        started = time.perf_counter()
        language_of(text)
        best = min(best, time.perf_counter() - started)
    assert best < 0.002
