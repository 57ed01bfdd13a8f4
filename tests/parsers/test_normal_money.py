"""Sums of money with their currency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.normal.money import find_money

SUMS = {
    "12000元": (12000, "CNY"), "RMB 12,000": (12000, "CNY"), "¥1,280.50": (1280.5, "CNY"), "1.2万元": (12000, "CNY"), "1万2千元": (12000, "CNY"),
    "USD 1,920": (1920, "USD"), "$300": (300, "USD"), "US$1.5k": (1500, "USD"), "EUR 1.250,50": (1250.5, "EUR"), "1 250,00 EUR": (1250, "EUR"),
    "€ 980,00": (980, "EUR"), "NT$3,200": (3200, "TWD"), "新台幣 12,000 元": (12000, "TWD"), "港幣 9,600 元": (9600, "HKD"), "HK$ 500": (500, "HKD"),
    "JPY 50,000": (50000, "JPY"), "50,000円": (50000, "JPY"), "£45": (45, "GBP"), "Rs. 12,500/-": (12500, "INR"), "INR 2 lakh": (200000, "INR"),
    "人民币壹万贰仟元整": (12000, "CNY"), "赔2600块": (2600, "CNY"), "扣款三千元": (3000, "CNY"), "两千五百块钱": (2500, "CNY"), "1200 dollars": (1200, "USD"),
    "12.500 €": (12500, "EUR"), "３０００元": (3000, "CNY"), "美金800": (800, "USD"), "CHF 1'200": (1200, "CHF"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "found"), SUMS.items())
def test_a_sum_is_read_with_its_currency(text: str, found: tuple[float, str]) -> None:
    assert [(m.amount, m.currency) for m in find_money(text)] == [found]


@pytest.mark.parametrize(
    "text", ["3块板子", "680一台", "3只不良", "B2406-01", "元件损坏", "多元化", "2.6mm", "RS232", "50%"]
)
def test_what_is_no_money_gives_none(text: str) -> None:
    assert find_money(text) == []


@pytest.mark.parametrize(
    "text", ["单价 9.8 元", "1200元/分钟计", "50元/小时", "€12.50 each", "USD 30 per hour", "每只3元", "9.8元/只"]
)
def test_a_price_by_the_piece_or_hour_is_marked_as_a_rate(text: str) -> None:
    assert [m.rate for m in find_money(text)] == [True]


@pytest.mark.parametrize(
    ("text", "home", "currency"),
    [
        ("3,200 元", "TWD", "TWD"),
        ("3,200 元", "CNY", "CNY"),
        ("$500", "HKD", "HKD"),
        ("$500", "USD", "USD"),
        ("¥500", "JPY", "JPY"),
        ("US$500", "HKD", "USD"),
    ],
)
def test_a_bare_yuan_or_dollar_is_the_home_currency(text: str, home: str, currency: str) -> None:
    assert [m.currency for m in find_money(text, home)] == [currency]


@given(
    st.decimals("0.01", "9999999", places=2),
    st.sampled_from([("USD {}", "USD"), ("{}元", "CNY"), ("€{}", "EUR"), ("NT${}", "TWD")]),
)
def test_a_formatted_sum_is_read_back(amount: object, shape: tuple[str, str]) -> None:
    (money,) = find_money(shape[0].format(f"{amount:,}"))
    assert (money.amount, money.currency) == (float(str(amount)), shape[1])


@given(
    st.one_of(
        st.text(max_size=60),
        st.text(alphabet=st.sampled_from("0123456789,.' 万千百元块$¥€USDRMB人民币壹贰整/每k"), max_size=40),
    )
)
def test_any_text_is_read_without_error(text: str) -> None:
    for money in find_money(text):
        assert 0 <= money.start < money.end <= len(text)
        assert money.amount > 0
