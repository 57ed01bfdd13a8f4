"""The rules of extraction, one by one, on words that stand for many."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.assemble import TRUST, assemble
from parsers.document import Cell, Document, Passage, Role, Table
from parsers.nlp.candidates import Candidate
from parsers.nlp.labels import meaning
from parsers.nlp.pipeline import shipped
from parsers.nlp.plain import plain
from parsers.nlp.tokenizer import norm, split
from parsers.nlp.values import READERS, batch_values, is_blank, ticked
from parsers.types import Disposition

TODAY = date(2025, 3, 12)


def proposed(text: str, field: str) -> list[object]:
    found, _ = shipped().candidates_of([(Document("body", text), 0.0)], TODAY)
    return [candidate.value for candidate in sorted(found, key=lambda c: -c.weight) if candidate.field == field]


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("批 号/Lot No.", "batch"),
        ("實際來料不良數(只)", "quantity_defective"),
        ("Rejected Qty.", "quantity_defective"),
        ("產品名稱", "product"),
        ("1. 型号", "model"),
        ("不良率", "defect_rate"),
        ("合格率", "other"),
        ("投诉单号", "customer_ref"),
        ("问题编号", "customer_ref"),
        ("不合格编号", "customer_ref"),
        ("供方", "supplier"),
        ("Heat-treat lot", "batch"),
        ("Nature of Complaint", "defect"),
        ("回覆期限", "reply_due"),
    ],
)
def test_a_label_is_known_in_either_script_and_language(label: str, field: str) -> None:
    assert meaning(label)[0] == field


@pytest.mark.parametrize("text", ["____", "/", "N/A", "无", "待定", "見附件", "not marked", "none", " - ", "tbd"])
def test_a_form_left_blank_says_nothing(text: str) -> None:
    assert is_blank(text)


def test_only_the_ticked_box_counts() -> None:
    for text in ("(√)退货 ( )换货", "□换货 ☑退货", "[x] return [ ] replace", "退货☑ 换货□"):
        (span,) = ticked(text) or []
        assert next(READERS["disposition"](text, TODAY)).value is Disposition.RETURN
        assert text[slice(*span)].strip() in ("退货", "return")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("YC2601-16;YC2601-19", ("YC2601-16", "YC2601-19")),
        ("B2406-01~05", ("B2406-01~05",)),
        ("20250303，该批到货600件", ("20250303",)),
        ("4G18, 4G19", ("4G18", "4G19")),
    ],
)
def test_batches_are_a_list_and_a_range_stays_one(text: str, values: tuple[str, ...]) -> None:
    assert next(READERS["batch"](text, TODAY)).value == values


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("共3000只,其中不良45只", 45),
        ("抽检200只，发现12只漏油", 12),
        ("We tested 50 pumps and 7 of them leak.", 7),
        ("14 of your fans cut out in the heat", 14),
        ("检了32台有3台异响", 3),
    ],
)
def test_the_words_around_a_count_say_that_it_is_of_bad_pieces(text: str, bad: int) -> None:
    assert proposed(text, "quantity_defective")[0] == bad


@pytest.mark.parametrize(
    "text", ["电话 0512-6655 7788", "单价680一台", "GB/T 3098.1", "2025-03-01", "扭矩16±2 N·m", "a.b@c-12.com"]
)
def test_numbers_of_other_kinds_are_no_models(text: str) -> None:
    assert proposed(text, "model") == []


def test_what_a_quote_says_is_not_read() -> None:
    body = "电机AB-1200漏油。\n> 型号：ZZ-99X 批号：Q777\n"
    start = body.index(">")
    document = Document("body", body, (Passage(0, start, Role.BODY), Passage(start, len(body), Role.QUOTE)))
    found, _ = shipped().candidates_of([(document, 0.0)], TODAY)
    assert {c.value for c in found if c.field == "model"} == {"AB-1200"}
    assert all(c.end <= start for c in found)


def table(*rows: tuple[str, ...]) -> Document:
    text, cells = "", []
    for row, words in enumerate(rows):
        for column, word in enumerate(words):
            cells.append(Cell(row, column, len(text), len(text) + len(word)))
            text += word + "\t"
        text += "\n"
    return Document("form.xlsx", text, tables=(Table(tuple(cells)),))


def test_each_row_under_a_header_is_an_item_and_ditto_inherits() -> None:
    document = table(("型号", "批号", "不良数", "不良现象"), ("AB-1", "L1", "3", "裂纹"), ("同上", "L2", "5", "变形"))
    found, views = shipped().candidates_of([(document, 0.0)], TODAY)
    items = assemble(found, views).items
    assert [(i.model and i.model.value, i.batch and i.batch.value) for i in items] == [
        ("AB-1", ("L1",)),
        ("AB-1", ("L2",)),
    ]
    assert [i.quantity_defective and i.quantity_defective.value for i in items] == [3, 5]


def test_batches_without_counts_of_their_own_are_one_item() -> None:
    document = table(("型号", "批号", "不良现象"), ("AB-1", "L1", "裂纹"), ("AB-1", "L2", "裂纹"))
    found, views = shipped().candidates_of([(document, 0.0)], TODAY)
    (item,) = assemble(found, views).items
    assert item.batch is not None and item.batch.value == ("L1", "L2")


def test_label_beside_value_and_label_above_value_in_tables() -> None:
    beside = table(("品名", "水泵", "型号", "WP-20"), ("批号", "无", "不良数量", "4"))
    above = table(("Part name\nPump", "Lot No.\n4G18"), ("Defective\n11 pcs", "Order\nKN-24-0713"))
    for document, model, bad in ((beside, "WP-20", 4), (above, None, 11)):
        found, views = shipped().candidates_of([(document, 0.0)], TODAY)
        (item,) = assemble(found, views).items
        assert (item.model and item.model.value) == model
        assert item.quantity_defective is not None and item.quantity_defective.value == bad


def test_a_form_that_contradicts_the_body_wins_and_a_person_is_told() -> None:
    body = Document("body", "批号：B100\n不良现象：漏油\n")
    form = table(("型号", "AB-1", "批号", "B200"), ("不良数量", "4", "不良现象", "漏油"))
    found, views = shipped().candidates_of([(body, 0.0), (form, TRUST["form"])], TODAY)
    result = assemble(found, views)
    assert result.items[0].batch is not None and result.items[0].batch.value == ("B200",)
    assert any("B100" in warning and "B200" in warning for warning in result.warnings)


def test_candidates_of_a_trained_component_are_ranked_like_any_other() -> None:
    found, views = shipped().candidates_of([(Document("body", "电机AB-1200漏油"), 0.0)], TODAY)
    found.append(Candidate("batch", ("AB-1200",), "body", 2, 9, 0.1, "spans"))
    found.append(Candidate("product", "电机", "body", 0, 2, 1.0, "spans"))
    (item,) = assemble(found, views).items
    assert item.product is not None and item.product.rule == "spans"
    assert item.batch is None


@given(st.text(max_size=400))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(plain(text)) == len(text)


@given(st.text(max_size=200))
def test_the_tokenizer_loses_no_character(text: str) -> None:
    assert "".join(split(text)) == text


def test_a_code_is_one_token_and_its_shape_is_its_norm() -> None:
    assert split("批号B240615-02裂") == ["批", "号", "B240615-02", "裂"]
    assert norm("B240615-02") == "xdddddd-dd"


PIECES = st.sampled_from(
    [
        "批号：",
        "型号",
        "不良",
        "3只",
        "AB-120",
        "12,000 pcs",
        " ",
        "\n",
        "，",
        "\t",
        "(",
        "☑",
        "退货",
        "leak",
        "your pump",
        "|",
        "500抽3",
        "😀",
        "‏שלום",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), max_size=40).map("".join))
def test_any_text_is_read_and_every_field_stands_in_it(text: str) -> None:
    document = Document("body", text)
    found, views = shipped().candidates_of([(document, 0.0), (Document("subject", text[:60]), -0.14)], TODAY)
    for item in assemble(found, views).items:
        for name in item.__dataclass_fields__:
            field = getattr(item, name)
            if field is not None:
                whole = text if field.source.part == "body" else text[:60]
                assert whole[field.source.start : field.source.end] == field.text


def test_a_description_does_not_end_where_a_line_does() -> None:
    text = "Out of the 1,200 pins MR-HP6x40, 85 pcs have no passivation and show red rust after two days in the\nwarehouse."
    ends = [str(value).split()[-1] for value in proposed(text, "defect")]
    assert ends and not {"in", "the", "of", "after"} & set(ends)


@pytest.mark.parametrize(
    "text", ["请于2026年9月15日前回复", "请于2026年9月\n15日前书面回复原因", "9月15日之前给出报告"]
)
def test_a_day_before_which_something_is_asked_is_no_day_of_production(text: str) -> None:
    assert proposed(f"密封盖 MR-FG32 漏油。{text}。", "production_date") == []


@pytest.mark.parametrize(
    "text",
    [
        "batch codes 26D09 and 26D10 have cracks",
        "lots 26D09 & 26D10 are cracked",
        "cracks in lot 26D09, and 26D10 as well",
        "批号 26D09 和 26D10 开裂",
        "批次：26D09、26D10，均开裂",
    ],
)
def test_batches_that_are_listed_are_one_list(text: str) -> None:
    assert proposed(f"The brake pad ZH-D1212, {text}.", "batch")[0] == ("26D09", "26D10")


@pytest.mark.parametrize(
    ("text", "batches"),
    [
        ("312 sets in our warehouse, around 400 sets at dealers", []),
        ("12 rolls", []),
        ("07/26 printed on the box", ["07/26"]),
        ("5L17C, made 12/17/2025", ["5L17C"]),
        ("B-1 from May, B-2", ["B-1", "B-2"]),
        ("25 M 0193", ["25 M 0193"]),
        ("2024-06-03 early shift", ["2024-06-03 early shift"]),
    ],
)
def test_what_is_counted_or_told_is_no_number_of_a_batch(text: str, batches: list[str]) -> None:
    assert [text[start:end] for start, end in batch_values(text)] == batches


def test_a_number_that_a_label_gives_to_a_document_is_no_model_and_no_batch_wherever_it_stands() -> None:
    body = Document(
        "body", "问题编号：SQN-20260706-003\n零件图号：QLM-8801-1120\n生产批次：20260528\n缺陷描述：漏油\n缺陷数量：5"
    )
    subject = Document("subject", "质量问题通知 SQN-20260706-003")
    found, views = shipped().candidates_of([(body, 0.0), (subject, -0.14)], TODAY)
    (item,) = assemble(found, views).items
    assert item.model is not None and item.model.value == "QLM-8801-1120"
    assert item.batch is not None and item.batch.value == ("20260528",)


ABOUT = "轴承座HX-200B批号B2609-01"


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (f"{ABOUT}到货约500只，发现十几只开裂，请处理。", (500, None, None)),
        (f"{ABOUT}抽检3/500不良，表面划伤。", (None, 500, 3)),
        (f"{ABOUT}来料20箱，每箱50只，发现5只开裂。", (1000, None, 5)),
    ],
)
def test_what_is_counted_is_told_by_its_words(text: str, counts: tuple[int | None, ...]) -> None:
    found, views = shipped().candidates_of([(Document("body", text), 0.0)], TODAY)
    (item,) = assemble(found, views).items
    fields = (item.quantity_shipped, item.quantity_inspected, item.quantity_defective)
    told = [field.value if field is not None else None for field in fields]
    assert [value for value, wanted in zip(told, counts, strict=True) if wanted is not None] == [
        wanted for wanted in counts if wanted is not None
    ]
    assert told[2] == counts[2]


@pytest.mark.parametrize("rate", ["不良率1%", "不良率约1%", "不良率为1%"])
def test_a_rate_that_is_called_so_is_one(rate: str) -> None:
    found, views = shipped().candidates_of([(Document("body", f"{ABOUT}，到货1000只，{rate}，表面划伤。"), 0.0)], TODAY)
    (item,) = assemble(found, views).items
    assert item.defect_rate is not None and item.defect_rate.value == 0.01
