"""Greetings, dates and numbers as each language writes them; folding and aligning of text."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates import LANGUAGES, manners
from templates.data import Fact, Promise
from templates.layout import WIDTH, aligned, columns, fold
from templates.words import breaches_of_tone, decided, tone, words

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 20, 2, 4, tzinfo=UTC)

GREETINGS = [
    # contact, zh-CN, zh-TW, en
    (None, "尊敬的客户：", "敬啟者：", "Dear Customer,"),
    ("", "尊敬的客户：", "敬啟者：", "Dear Customer,"),
    ("张伟", "尊敬的张伟先生/女士：", "张伟先生／女士 您好：", "Dear 张伟,"),
    ("张经理", "尊敬的张经理：", "张经理 您好：", "Dear 张经理,"),
    ("王工", "尊敬的王工：", "王工 您好：", "Dear 王工,"),
    ("陳小姐", "尊敬的陳小姐：", "陳小姐 您好：", "Dear 陳小姐,"),
    ("质量部 李工", "尊敬的李工：", "李工 您好：", "Dear 李工,"),
    ("李工 质量部", "尊敬的李工：", "李工 您好：", "Dear 李工,"),
    ("张伟 经理", "尊敬的张伟经理：", "张伟经理 您好：", "Dear 张伟经理,"),
    ("张伟（品质部）", "尊敬的张伟先生/女士：", "张伟先生／女士 您好：", "Dear 张伟,"),
    ("质量部", "尊敬的质量部同仁：", "质量部 同仁 您好：", "Dear Quality Team,"),
    ("Mr. Baker", "尊敬的 Baker 先生：", "Baker 先生 您好：", "Dear Mr Baker,"),
    ("Ms Anna Li", "尊敬的 Anna Li 女士：", "Anna Li 女士 您好：", "Dear Ms Anna Li,"),
    ("John Baker", "尊敬的 John Baker 先生/女士：", "John Baker 先生／女士 您好：", "Dear John Baker,"),
    (
        "John Baker, Quality Manager",
        "尊敬的 John Baker 先生/女士：",
        "John Baker 先生／女士 您好：",
        "Dear John Baker,",
    ),
    ("Quality Department", "尊敬的 Quality Department 同仁：", "Quality Department 同仁 您好：", "Dear Quality Team,"),
    ("张" * 41, "尊敬的客户：", "敬啟者：", "Dear Customer,"),
    ("a@example.com", "尊敬的客户：", "敬啟者：", "Dear Customer,"),
    ("Buy http://x.example", "尊敬的客户：", "敬啟者：", "Dear Customer,"),
    ("<b>张伟</b>", "尊敬的客户：", "敬啟者：", "Dear Customer,"),
    ("13800138000", "尊敬的客户：", "敬啟者：", "Dear Customer,"),
    ("张伟\r\nBcc: x", "尊敬的客户：", "敬啟者：", "Dear Customer,"),
]


@pytest.mark.parametrize(("contact", "simplified", "traditional", "english"), GREETINGS)
def test_a_greeting_is_polite_and_guesses_nothing(contact, simplified, traditional, english):
    said = [manners.salutation(contact, language) for language in LANGUAGES]
    assert said == [simplified, traditional, english]


@given(contact=st.text(max_size=80), language=st.sampled_from(LANGUAGES))
def test_any_name_makes_one_short_line_of_greeting(contact, language):
    greeting = manners.salutation(contact, language)
    assert len(greeting.splitlines()) == 1 and len(greeting) < 70


@pytest.mark.parametrize("bare", ["张伟", "王芳", "Kim Lee"])
def test_the_sex_of_a_bare_name_is_never_guessed(bare):
    for language in LANGUAGES:
        greeting = manners.salutation(bare, language)
        assert not any(title in greeting for title in ("小姐", "Mr", "Ms"))
        assert ("先生" in greeting) == ("女士" in greeting)


def test_moments_are_written_in_the_companys_zone_and_the_customers_manner():
    assert manners.moment(AT, SHANGHAI, "zh-CN") == "2026年11月20日（星期五）10:04"
    assert manners.moment(AT, SHANGHAI, "zh-TW") == "2026/11/20（五）10:04"
    assert manners.moment(AT, SHANGHAI, "en") == "Friday 20 November 2026, 10:04"
    assert manners.moment(AT, ZoneInfo("America/New_York"), "en") == "Thursday 19 November 2026, 21:04"


def test_the_zone_is_named_with_its_offset():
    assert manners.zone_name(SHANGHAI, AT, words("zh-CN")) == "北京时间 UTC+8"
    assert manners.zone_name(ZoneInfo("Asia/Taipei"), AT, words("zh-TW")) == "台北時間 UTC+8"
    assert manners.zone_name(ZoneInfo("Asia/Kolkata"), AT, words("en")) == "Asia/Kolkata, UTC+5:30"
    assert manners.zone_name(ZoneInfo("America/New_York"), AT, words("en")) == "America/New_York, UTC-5"


@pytest.mark.parametrize(
    ("value", "simplified", "english"),
    [
        ("2026-11-03", "2026年11月3日", "3 November 2026"),
        ("2026-11", "2026年11月", "November 2026"),
        ("2026-02-30", "2026-02-30", "2026-02-30"),
    ],
)
def test_iso_dates_and_months_are_written_out_and_impossible_ones_left(value, simplified, english):
    assert manners.iso_day(value, "zh-CN") == simplified
    assert manners.iso_day(value, "en") == english


def test_days_are_written_in_three_manners():
    assert [manners.day(date(2024, 6, 3), language) for language in LANGUAGES] == [
        "2024年6月3日",
        "2024/06/03",
        "3 June 2024",
    ]


@pytest.mark.parametrize(
    ("span", "simplified", "english"),
    [
        (timedelta(hours=4, minutes=48), "4小时48分钟", "4 hours 48 minutes"),
        (timedelta(days=1, hours=2, minutes=59), "1天2小时", "1 day 2 hours"),
        (timedelta(days=1, minutes=5), "1天", "1 day"),
        (timedelta(seconds=5), "1分钟", "1 minute"),
        (timedelta(hours=-1), "1小时", "1 hour"),
    ],
)
def test_spans_are_said_in_their_two_largest_units(span, simplified, english):
    assert manners.span(span, words("zh-CN")) == simplified
    assert manners.span(span, words("en")) == english


@pytest.mark.parametrize(
    ("value", "said"), [(3000.0, "3,000"), (2.5, "2.5"), (0.0, "0"), (12000, "12,000"), (1234567.891, "1,234,567.891")]
)
def test_numbers_lose_empty_decimals_and_gain_thousands(value, said):
    assert manners.number(value) == said


def test_a_unit_stands_by_its_number():
    assert manners.number(12, "米", "zh-CN") == "12米"
    assert manners.number(12, "kg", "en") == "12 kg"


@pytest.mark.parametrize(("value", "said"), [(0.035, "3.5%"), (0.00035, "350 ppm"), (0.0, "0%"), (1.0, "100%")])
def test_rates_are_said_in_per_cent_or_ppm(value, said):
    assert manners.rate(value) == said


# -------------------------------------------------------------------- layout


def test_labels_line_up_by_columns_and_not_by_characters():
    lines = aligned([Fact("批号", "A938", True), Fact("Model", "HX", False)], "?").splitlines()
    assert lines == ["  批号   A938", "  Model  HX ?"]


def test_long_values_hang_below_their_column():
    first, *rest = aligned([Promise("报告", "长" * 80)]).splitlines()
    assert rest and all(line.startswith(" " * 8 + "长") for line in rest)
    assert columns(first) <= WIDTH


def test_no_line_begins_with_closing_punctuation_or_ends_with_an_opening_bracket():
    for shift in range(6):
        for line in fold("电" * (34 + shift) + "，机（" + "长" * 40 + "）。" + "好" * 30):
            assert line.strip()[0] not in "，。）" and line.strip()[-1] != "（"


def test_a_link_is_never_broken():
    link = "https://intake.example.com/records/" + "x" * 100
    assert any(link in line for line in fold("请打开 " + link + " 签收"))


@given(text=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=400))
def test_folding_loses_no_character(text):
    assert "".join("".join(fold(text)).split()) == "".join(text.split())


# -------------------------------------------------------------------- words


def test_the_three_languages_have_the_same_words():
    tables = {language: words(language).tables for language in LANGUAGES}
    keys = [{(table, key) for table, rows in tables[language].items() for key in rows} for language in LANGUAGES]
    assert keys[0] == keys[1] == keys[2]
    assert words("zh-CN").questions.keys() == words("zh-TW").questions.keys() == words("en").questions.keys()


def test_a_name_without_a_word_is_printed_rather_than_failing_the_letter():
    assert words("en").of("reasons", "ours_alone") == "ours alone"
    assert words("en").question("colour") is None


def test_a_phrase_fills_its_places_once_and_leaves_braces_in_values():
    assert (
        words("en").phrase("doubt", field="batch", value="{field} {0.__class__}")
        == "Is the batch “{field} {0.__class__}”?"
    )


def test_the_tone_list_finds_what_it_bans():
    for language in LANGUAGES:
        assert len(tone()[language]) > 20
        for word in tone()[language]:
            assert word in breaches_of_tone(f"… {word.upper()} …", language)
    assert breaches_of_tone("亲自到现场", "zh-CN") == ()


def test_a_value_stands_below_a_label_that_is_a_sentence_and_nothing_of_either_is_lost():
    label, value = "贵司报告中的抽样数量不足以证明措施有效" * 10, "已增加抽样" * 30
    lines = aligned([Promise(label, value), Promise("短", "2026/11/20")]).splitlines()
    assert max(map(columns, lines)) <= WIDTH
    assert "".join("".join(lines).split()) == f"-{label}{value}-短2026/11/20"


def test_a_remedy_that_somebody_decided_may_be_named_and_blame_never():
    for language in LANGUAGES:
        for word in decided()[language]:
            assert word in tone()[language]
            assert breaches_of_tone(f"… {word} …", language, is_decided=True) == ()
    assert breaches_of_tone("操作不当", "zh-CN", is_decided=True) == ("操作不当",)
