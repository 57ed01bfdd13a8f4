"""Numbers, quantities, ratios and rates as customers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.normal.numbers import find_packings, find_quantities, parse_number
from parsers.normal.ratios import find_rates, find_ratios

NUMBERS = {
    "一百二十三": 123, "两百": 200, "兩百": 200, "〇": 0, "廿五": 25, "叁佰伍拾": 350, "參佰伍拾": 350, "半箱": 0.5, "1.2万": 12000,
    "1.2萬": 12000, "3千": 3000, "5k": 5000, "1.2w": 12000, "１２３": 123, "12,000": 12000, "12 000": 12000, "1.250,50": 1250.5,
    "1,5": 1.5, "1.250.000": 1_250_000, "约500": 500, "近千只": 1000, "40多": 40, "三千余件": 3000, "500+": 500, "一百二": 120,
    "三千五": 3500, "2万5千": 25000, "一万零三十": 10030, "二〇二四": 2024, "壹万贰仟": 12000, "two hundred and fifty": 250,
    "about 500": 500, "45只": 45, "12,345.5": 12345.5, "一千零一": 1001, "十二": 12, "二十": 20, "三億": 300_000_000,
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_a_number_is_read_however_it_is_written(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text", ["十几", "几十只", "数百", "好几百", "两三只", "七八只", "20-30", "20~30只", "N/A", "无", "", "——", "上百"]
)
def test_what_names_no_number_gives_none(text: str) -> None:
    assert parse_number(text) is None


QUANTITIES = {
    "300箱×10盒×100只": [(300000, None)],
    "300 箱x10盒/箱x100只/盒": [(300000, None)],
    "每箱2只,共10箱": [(20, None)],
    "10箱（200只/箱）": [(2000, None)],
    "20箱，每箱50套": [(1000, None)],
    "10 boxes of 24 pcs": [(240, None)],
    "24 pcs per box, 10 boxes": [(240, None)],
    "Packing: 50 pcs/carton\nShipped: 40 cartons": [(2000, None)],
    "Packing : 100 只/盒， 10 盒/箱\nShipped : 300 箱\nInspected: 315 只": [(300000, None), (315, None)],
    "共3000只,其中不良45只": [(3000, None), (45, None)],
    "(2 500 pieces)": [(2500, None)],
    "3個月後發現12個不良": [(12, None)],
    "1.6吨,约196支": [(1.6, "吨"), (196, None)],
    "40多支": [(40, None)],
    "5 kpcs": [(5000, None)],
    "1.250 pcs": [(1250, None)],
    "各3万条": [(30000, None)],
    "不良3只有裂纹": [(3, None)],
    "12卷钢丝绳": [(12, "卷")],
    "5打手套": [(5, "打")],
    "三雙鞋": [(3, "雙")],
    "1,200 付": [(1200, None)],
    "ＮＧ ４５ ｐｃｓ": [(45, None)],
    "two hundred units": [(200, None)],
    "近千只": [(1000, None)],
    "12万8千只": [(128000, None)],
    "10,000 Nos.": [(10000, None)],
    "余货 86 箱": [(86, "箱")],
    "12箱*200=2400只": [(12, "箱"), (2400, None)],
    "250 kg and 30 rolls": [(250, "kg"), (30, "rolls")],
    "抽检500，200只不良": [(200, None)],
}


@pytest.mark.parametrize(("text", "found"), QUANTITIES.items())
def test_quantities_in_pieces_lose_their_unit_and_boxes_are_multiplied_out(
    text: str, found: list[tuple[float, str | None]]
) -> None:
    assert [(q.value, q.unit) for q in find_quantities(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "第8.3条1200元",
        "HX-200只",
        "20-30只",
        "十几只，几十件，两三个",
        "三个工作日",
        "2个问题",
        "5个批次",
        "M12螺栓",
        "第3件",
        "3条产线",
        "3张照片",
        "每箱2只",
        "12个月",
        "2件事",
    ],
)
def test_what_counts_no_goods_is_no_quantity(text: str) -> None:
    assert find_quantities(text) == []


@pytest.mark.parametrize("text", ["约500只", "about 500 pcs", "500只左右", "40多支", "approx. 30 sets", "近千只"])
def test_an_approximate_quantity_is_marked(text: str) -> None:
    assert [q.approximate for q in find_quantities(text)] == [True]


def test_a_packing_is_found_with_its_place() -> None:
    text = "包裝：100只/盒"
    (packing,) = find_packings(text)
    assert (packing.value, packing.unit, packing.container) == (100, None, "盒")
    assert text[packing.start : packing.end] == "100只/盒"


RATIOS = {
    "3/500": (3, 500),
    "3 out of 500": (3, 500),
    "3 out of every 500": (3, 500),
    "500抽3": (3, 500),
    "500 检 3": (3, 500),
    "检了32台有3台": (3, 32),
    "4 springs on 20 are broken": (4, 20),
    "抽检500只，不良3只": (3, 500),
    "500只中有3只": (3, 500),
    "五百只里有三只": (3, 500),
    "不良 3/20 pcs": (3, 20),
    "3pcs/500pcs": (3, 500),
    "抽驗200只發現4只": (4, 200),
    "one of the 50": (1, 50),
}


@pytest.mark.parametrize(("text", "roles"), RATIOS.items())
def test_a_ratio_gives_bad_and_inspected(text: str, roles: tuple[float, float]) -> None:
    assert [(r.part, r.whole) for r in find_ratios(text)] == [roles]


@pytest.mark.parametrize("text", ["2024/6/3", "6/3", "尺寸1/2", "A/B", "M3/500", "3/5", "12/25/2024", "100/20"])
def test_dates_dimensions_and_codes_are_no_ratio(text: str) -> None:
    assert find_ratios(text) == []


RATES = {
    "不良率3.5%": 0.035, "35‰": 0.035, "350PPM": 0.00035, "PPM:850": 0.00085, "百分之三": 0.03, "千分之五": 0.005,
    "百分之三点五": 0.035, "Rejection: 2.12%": 0.0212, "异音率1.8%": 0.018, "不良率：161 ppm": 0.000161, "不良率 8,81 %": 0.0881,
    "defect rate of 3.5 percent": 0.035, "不良率約 15.6％": 0.156, "Failure rate 0.4%": 0.004, "DPPM 1,200": 0.0012,
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), RATES.items())
def test_a_printed_rate_becomes_a_fraction(text: str, value: float) -> None:
    assert [r.value for r in find_rates(text)] == [value]


@pytest.mark.parametrize(
    "text",
    ["良率97%", "合格率只有85%", "湿度85%RH", "Pb 1200ppm", "100%全检", "100% sorting", "±5%", "含 13% 税", "目标PPM:300", "SVHC above 0.1 % w/w", "镉含量实测186ppm", "要求≤0.1%", "yield 95%"],
)  # fmt: skip
def test_yield_humidity_substance_and_target_are_no_defect_rate(text: str) -> None:
    assert find_rates(text) == []


@given(st.integers(1, 99_999_999))
def test_a_number_survives_its_formatting(number: int) -> None:
    assert parse_number(f"{number:,}") == number
    assert [q.value for q in find_quantities(f"不良{number:,}只")] == [number]


ALPHABET = st.text(
    alphabet=st.sampled_from("0123456789０５９一二三十百千万萬半几多约.,，/-~×x*箱盒只件个pcs kgm%‰抽检每 \n（）(:"),
    max_size=60,
)


@given(st.one_of(st.text(max_size=80), ALPHABET))
def test_any_text_is_read_without_error_and_spans_lie_inside(text: str) -> None:
    parse_number(text)
    for span in [*find_quantities(text), *find_ratios(text), *find_rates(text), *find_packings(text)]:
        assert 0 <= span.start < span.end <= len(text)
